//! What pest could not read, in words users know.

use cadrage_grammar::{CadrageParser, Class, Rule, WORDS, canonical};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

/// Re-reads a bad zone with the rule it should have followed, and says what was expected.
pub(crate) fn explain(file: FileId, zone: &str, offset: usize, narrow: Rule, construct: Option<&str>) -> Diagnostic {
    let trimmed = zone.trim_end();
    match CadrageParser::parse(narrow, trimmed) {
        Err(e) => unreadable(file, trimmed, offset, &e, construct),
        Ok(_) => Diagnostic::new(Code::S01, "cette ligne n'a pas sa place ici", Span::new(file, offset, offset + trimmed.len()))
            .help("vérifiez les deux-points et le `fin` du bloc qui précède"),
    }
}

/// A complaint from pest's own.
pub(crate) fn unreadable(file: FileId, text: &str, offset: usize, e: &Error<Rule>, construct: Option<&str>) -> Diagnostic {
    let at = match e.location {
        InputLocation::Pos(p) | InputLocation::Span((p, _)) => p,
    };
    let rest = text.get(at..).unwrap_or("");
    let skipped = rest.len() - rest.trim_start_matches([' ', '\t', '\u{A0}', '\u{202F}']).len();
    let at = at + skipped;
    let word: String = text.get(at..).unwrap_or("").chars().take_while(|c| !c.is_whitespace() && *c != ';').take(30).collect();
    let span = Span::new(file, offset + at, offset + at + word.len().max(1).min(text.len().saturating_sub(at).max(1)));
    if let Some(known) = familiar(&word) {
        return Diagnostic::new(Code::S01, format!("`{word}` n'est pas un mot de Cadrage"), span).here("ici").help(known);
    }
    if let Some(reserved) = reserved(&word, &e.variant) {
        return Diagnostic::new(Code::S01, format!("`{word}` est lu comme « {reserved} » : ce n'est pas un nom"), span)
            .here("mot du langage")
            .help("choisissez un autre nom");
    }
    let mut expected: Vec<String> = Vec::new();
    if let ErrorVariant::ParsingError { positives, .. } = &e.variant {
        for rule in positives {
            if let Some(name) = name_of(*rule)
                && !expected.contains(&name)
            {
                expected.push(name);
            }
        }
    }
    // An obligatory word says more than the operators that could also have followed.
    expected.sort_by_key(|name| (rank(name), name.clone()));
    let what = construct.map_or_else(|| "cette phrase".to_owned(), |c| format!("cette ligne de {c}"));
    let read = if word.is_empty() || word.starts_with('\n') {
        "la ligne finit trop tôt".to_owned()
    } else {
        format!("`{word}` n'était pas attendu")
    };
    let message = format!("{what} n'est pas comprise : {read}");
    let diagnostic = Diagnostic::new(Code::S01, message, span).here("la lecture s'arrête ici");
    match expected.first() {
        Some(first) if rank(first) == 0 => diagnostic.help(format!("il manque {first}")),
        Some(_) => diagnostic.help(format!("attendu ici : {}", expected.iter().take(6).cloned().collect::<Vec<_>>().join(", "))),
        None => diagnostic.help("comparez avec un exemple : `cadrage aide S01`"),
    }
}

/// The word of the language that stands where a name was expected.
fn reserved(word: &str, variant: &ErrorVariant<Rule>) -> Option<&'static str> {
    let ErrorVariant::ParsingError { positives, .. } = variant else { return None };
    let names = [Rule::ident, Rule::chemin, Rule::expr, Rule::disjonction, Rule::atome, Rule::suffixe, Rule::code];
    if !positives.iter().any(|r| names.contains(r)) {
        return None;
    }
    let folded = crate::fold(word.trim_end_matches([',', ')', ':']));
    let known = WORDS.iter().filter(|w| w.class == Class::Reserved).flat_map(|w| w.forms.iter().map(move |f| (w, f)));
    known.filter(|(_, form)| crate::fold(form) == folded).map(|(w, _)| w.forms.first().copied().unwrap_or("")).next()
}

/// 0 for obligatory words, then values, then operators.
fn rank(name: &str) -> u8 {
    const OBLIGATORY: &[&str] = &["« sinon »", "« alors »", "« fin »", "« version »", "« compter »", "« observé »", "« attendre »"];
    if OBLIGATORY.contains(&name) {
        0
    } else if name.starts_with("un opérateur") {
        2
    } else {
        1
    }
}

/// How a rule is called before users; `None` for those that help nobody.
fn name_of(rule: Rule) -> Option<String> {
    let named = match rule {
        Rule::ident | Rule::chemin | Rule::crit_nomme => "un nom",
        Rule::code | Rule::valeur | Rule::code_compte => "un code",
        Rule::chaine => "un texte entre guillemets",
        Rule::nombre | Rule::quantite | Rule::entier | Rule::litteral | Rule::mesure => "un nombre",
        Rule::unite | Rule::unite_formule => "une unité",
        Rule::date => "une date (JJ/MM/AAAA)",
        Rule::mois => "un mois (MM/AAAA)",
        Rule::annee => "une année",
        Rule::selection | Rule::critere => "une sélection (`corps PR`, `statut TITULAIRE`)",
        Rule::expr | Rule::disjonction | Rule::additif | Rule::suffixe | Rule::atome | Rule::unaire => "une expression",
        Rule::op_add | Rule::op_mul | Rule::op_comp => "un opérateur",
        Rule::grain => "un grain (`par agent`)",
        Rule::EOI => "la fin de la ligne",
        Rule::profil | Rule::paire => "une caractéristique (`grade MCF_CN`)",
        Rule::a_compter => "« à compter du »",
        Rule::visibilite
        | Rule::doc
        | Rule::provenance
        | Rule::signe
        | Rule::filtre
        | Rule::decalage
        | Rule::a_defaut
        | Rule::au_niveau => return None,
        other => {
            return canonical(&format!("{other:?}")).map(|w| format!("« {w} »"));
        }
    };
    Some(named.to_owned())
}

/// Words of other tools, and what to write instead.
fn familiar(word: &str) -> Option<&'static str> {
    let upper = word.split('(').next().unwrap_or("").to_uppercase();
    Some(match upper.as_str() {
        "SUM" => "SUM n'existe pas ; vouliez-vous `somme de (…)` ?",
        "IF" => "IF n'existe pas ; écrivez `si … alors … sinon …`",
        "RECHERCHEV" | "VLOOKUP" | "INDEX" => "la grille donne l'indice : lisez `inm`, ou une constante `sauf pour grade …`",
        "SOMME.SI.ENS" | "SUMIFS" => "écrivez `somme de (…) pour <sélection>`",
        "}" | "{" => "un bloc s'ouvre par « : » et se ferme par « fin »",
        _ => return None,
    })
}
