//! `aide`: the verbs, one of them, or the explanation of a message.

use cadrage_driver::nearest;
use cadrage_source::Code;

use super::Console;
use super::answer::Answer;
use super::refusals::Line;
use super::verbs::{self, VERBS};

impl Console {
    pub(super) fn help(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let subject = rest.trim_matches([' ', '`', '"', '[', ']']);
        if subject.is_empty() {
            let mut out = Answer::silent()
                .aside("tapez une mesure, une formule, une expression : `masse_salariale pour composante SCIENCES sur 2027 par mois`")
                .aside("ou une déclaration, jusqu'à son `fin` ; ou l'un de ces verbes :");
            for entry in VERBS {
                out = out.aside(format!("  {} — {}", entry.usage, entry.what));
            }
            return out.aside("`aide essayer`, `aide U01` en disent plus");
        }
        if let Some(code) = Code::find(&subject.to_uppercase()) {
            return Answer::figure(format!("{} — {} ({})", code.name(), code.title(), code.severity().name())).aside(code.explanation());
        }
        if let Some(entry) = verbs::find(subject.split(' ').next().unwrap_or(subject)) {
            let out = Answer::figure(entry.usage).aside(entry.what);
            return entry.examples.iter().fold(out, |out, e| out.aside(format!("  {e}")));
        }
        let forms = VERBS.iter().flat_map(|e| e.forms).copied();
        let help = nearest(subject, forms).map_or_else(
            || "`aide` seul liste les verbes ; `décrire <nom>` décrit un nom".to_owned(),
            |n| format!("vouliez-vous `aide {n}` ?"),
        );
        line.refuse(Code::N01, format!("`{subject}` n'est ni un verbe, ni le code d'un message"), subject, help)
    }
}
