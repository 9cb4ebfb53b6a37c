//! The page people read, at most 100 columns wide.

use std::fmt::Write as _;

use cadrage_value::Money;

use super::{LoadReport, LoadState};
use crate::quality::{Finding, QUALITY_CODES};

const WIDTH: usize = 100;

impl LoadReport {
    /// The page.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.head(&mut out);
        self.rows(&mut out);
        self.tie_out(&mut out);
        self.jobs_text(&mut out);
        self.quality_text(&mut out);
        for (list, values) in &self.learned {
            wrap(&mut out, "", &format!("Appris, non référencé ({list}) : {}", values.join(", ")));
        }
        for note in &self.notes {
            wrap(&mut out, "", &format!("Note : {note}"));
        }
        let blocking = self.blocking();
        let verdict = match blocking.as_slice() {
            [] => "mois validable".to_owned(),
            [one] => format!("mois non validable tant que {one} n'est pas levé"),
            many => format!("mois non validable tant que {} ne sont pas levés", many.join(", ")),
        };
        wrap(&mut out, "", &format!("\nÉtat : {verdict}"));
        out
    }

    fn head(&self, out: &mut String) {
        let state = match self.state {
            LoadState::Charge => "chargée",
            LoadState::DejaCharge => "déjà chargée, rien n'a changé",
            LoadState::Controle => "contrôlée, non chargée",
        };
        wrap(out, "", &format!("Compte rendu de chargement — établissement {} — mois {}", self.uai, self.month.to_french()));
        let observed = self.observed.to_french();
        wrap(out, "", &format!("livraison {}, SIRH lu le {observed}, pms-csv/1, disposition canonique : {state}", shown(&self.delivery)));
        if let Some(other) = &self.replaces {
            wrap(out, "", &format!("remplace la livraison {}, en tout ou partie (voir Q12)", shown(other)));
        } else if self.first {
            wrap(out, "", "premier chargement de ce mois");
        } else {
            wrap(out, "", "complète les chargements de ce mois");
        }
    }

    fn rows(&self, out: &mut String) {
        if self.files.is_empty() {
            wrap(out, "", "\nFichiers : aucun fichier nouveau");
            return;
        }
        let _ = writeln!(
            out,
            "\n{:<29} {:>6} {:<12} {:>7} {:>7} {:>6} {:>6} {:>8} {:>7}",
            "Fichiers", "remise", "empreinte", "lues", "accept.", "répar.", "champs", "quarant.", "écart."
        );
        for f in &self.files {
            let short: String = f.sha256.chars().take(12).collect();
            let _ = writeln!(
                out,
                "  {:<27} {:>6} {short:<12} {:>7} {:>7} {:>6} {:>6} {:>8} {:>7}",
                f.kind.name(),
                f.remise,
                f.read,
                f.accepted,
                f.repaired,
                f.fields_quarantined,
                f.quarantined,
                f.set_aside
            );
        }
    }

    fn tie_out(&self, out: &mut String) {
        let pay: Vec<_> = self.files.iter().filter(|f| f.read_amount.is_some()).collect();
        if pay.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n{:<20}{:>16}{:>16}{:>14}{:>16}{:>16}",
            "Bouclage (euros)", "Σ lu", "= Σ accepté", "+ quarant.", "manifeste", "écart"
        );
        let sum = |get: fn(&super::FileCount) -> Option<Money>| pay.iter().filter_map(|f| get(f)).sum::<Money>();
        let mut line = |name: &str, read: Money, accepted: Money, quarantined: Money, announced: Money| {
            let gap = announced - read;
            let cells = [read, accepted, quarantined, announced, gap].map(Money::to_french);
            let [read, accepted, quarantined, announced, gap] = cells;
            let _ = writeln!(out, "  {name:<18}{read:>16}{accepted:>16}{quarantined:>14}{announced:>16}{gap:>16}");
        };
        for f in &pay {
            let [read, accepted, quarantined, announced] =
                [f.read_amount, f.accepted_amount, f.quarantined_amount, f.announced_amount].map(Option::unwrap_or_default);
            line(f.kind.name(), read, accepted, quarantined, announced);
        }
        line("total", sum(|f| f.read_amount), sum(|f| f.accepted_amount), sum(|f| f.quarantined_amount), sum(|f| f.announced_amount));
        let _ = writeln!(out, "\n{:<24}{:>18}{:>18}{:>18}", "Par plafond et nature", "Σ accepté", "= Σ attribué", "+ Σ sur « ? »");
        for t in &self.totals {
            let [accepted, attributed, unknown] = [t.accepted, t.attributed, t.unknown].map(Money::to_french);
            let _ = writeln!(out, "  {:<11}{:<11}{accepted:>18}{attributed:>18}{unknown:>18}", t.plafond, t.nature);
        }
        if !self.unknown.is_empty() {
            let axes: Vec<String> = self.unknown.iter().map(|u| format!("{} {} €", u.axe, u.amount.to_french())).collect();
            wrap(out, "  ", &format!("sur « ? » par axe : {}", axes.join(" ; ")));
        }
    }

    fn jobs_text(&self, out: &mut String) {
        if self.jobs.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{:<31}{:>14}{:>14}", "Emplois (part de l'année)", "ETPT", "ETPF");
        let this_month = self.jobs.iter().filter(|j| j.month == self.month);
        let earlier = self.jobs.iter().filter(|j| j.month != self.month);
        for j in this_month.chain(earlier) {
            let what = if j.month == self.month { "du mois" } else { "rappel" };
            let (etpt, etpf) = (j.etpt.to_french(6), j.etpf.to_french(6));
            let _ = writeln!(out, "  {:<8}{what:<9}{:<12}{etpt:>14}{etpf:>14}", j.month.to_french(), j.plafond);
        }
    }

    fn quality_text(&self, out: &mut String) {
        if self.quality.is_empty() {
            wrap(out, "", "\nQualité : rien à signaler");
            return;
        }
        let _ = writeln!(out, "\n{:<9}{:>7}{:>18}", "Qualité", "nombre", "euros");
        for total in &self.quality {
            let title = QUALITY_CODES.iter().find(|(c, _)| *c == total.code).map_or("", |(_, t)| t);
            let _ = writeln!(out, "  {:<7}{:>7}{:>18}  {title}", total.code, total.count, total.amount.to_french());
            for f in self.findings.iter().filter(|f| f.code == total.code).take(3) {
                wrap(out, "      ", &case(f));
            }
        }
    }
}

/// One case: file, line, key, value, expected, done.
fn case(f: &Finding) -> String {
    let place = if f.line == 0 { f.file.clone() } else { format!("{}:{}", f.file, f.line) };
    let mut text = format!("- {} {}", shown(&place), shown(&f.key));
    if !(f.column.is_empty() && f.value.is_empty()) {
        let _ = write!(text, " : {} « {} »", f.column, shown(&f.value));
    }
    if !f.expected.is_empty() {
        let _ = write!(text, ", attendu {}", f.expected);
    }
    let _ = write!(text, " → {}", f.action);
    text
}

/// Foreign text on a page: one line, not too long.
fn shown(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.chars().count() <= 60 { flat } else { flat.chars().take(59).chain(['…']).collect() }
}

/// Writes a paragraph, cut between words; a word that is longer than the page is cut inside.
fn wrap(out: &mut String, indent: &str, text: &str) {
    for paragraph in text.split('\n') {
        let mut line = indent.to_owned();
        let mut empty = true;
        for word in paragraph.split(' ') {
            let width = |t: &str| t.chars().count();
            if !empty && width(&line) + 1 + width(word) > WIDTH {
                let _ = writeln!(out, "{line}");
                line = format!("{indent}  ");
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            for c in word.chars() {
                if width(&line) == WIDTH {
                    let _ = writeln!(out, "{line}");
                    line = format!("{indent}  ");
                }
                line.push(c);
            }
            empty = false;
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
