//! The page people read, at most 80 columns wide.

use std::fmt::Write as _;

use cadrage_value::Money;

use super::{LoadReport, LoadState};
use crate::quality::{Finding, QUALITY_CODES, QualityTotal};
use crate::tally::LISTED;

const WIDTH: usize = 80;

/// Accounts shown on the page; more are in the CSV, the JSON and the HTML.
const SHORT: usize = 12;

/// An amount of a file.
type Amount = fn(&super::FileCount) -> Option<Money>;

/// Values learned shown by list.
const LEARNED: usize = 20;

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
            let more = values.len().saturating_sub(LEARNED);
            let more = if more == 0 { String::new() } else { format!(" et {more} autres") };
            let values: Vec<String> = values.iter().take(LEARNED).map(|v| shown(v)).collect();
            wrap(&mut out, "", &format!("Appris, non référencé ({list}) : {}{more}", values.join(", ")));
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
        wrap(out, "", &format!("livraison {}, SIRH lu le {observed}, pms-csv/1, {} : {state}", shown(&self.delivery), self.disposition()));
        if let Some(other) = &self.replaces {
            wrap(out, "", &format!("remplace la livraison {}, en tout ou partie (voir Q12)", shown(other)));
        } else if self.first {
            wrap(out, "", "premier chargement de ce mois");
        } else {
            wrap(out, "", "complète les chargements de ce mois");
        }
    }

    /// Our own names, or the interfaces that read others.
    fn disposition(&self) -> String {
        let read: Vec<&str> = self.files.iter().filter_map(|f| f.interface.as_deref()).collect();
        let own = self.files.iter().any(|f| f.interface.is_none()) || self.files.is_empty();
        match (read.as_slice(), own) {
            ([], _) => "disposition canonique".to_owned(),
            (all, true) => format!("disposition canonique, et interfaces {}", all.join(", ")),
            ([one], false) => format!("interface {one}"),
            (all, false) => format!("interfaces {}", all.join(", ")),
        }
    }

    fn rows(&self, out: &mut String) {
        if self.files.is_empty() {
            wrap(out, "", "\nFichiers : aucun fichier nouveau");
            return;
        }
        let _ = writeln!(
            out,
            "\n{:<29}{:>4}{:>8}{:>9}{:>7}{:>7}{:>8}{:>7}",
            "Fichiers", "rem.", "lues", "accept.", "répar.", "champs", "quar.", "écart."
        );
        for f in &self.files {
            let [read, accepted, repaired] = [f.read, f.accepted, f.repaired];
            let [fields, quarantined, aside] = [f.fields_quarantined, f.quarantined, f.set_aside];
            let name = f.kind.name();
            let _ = writeln!(out, "  {name:<27}{:>4}{read:>8}{accepted:>9}{repaired:>7}{fields:>7}{quarantined:>8}{aside:>7}", f.remise);
        }
        let prints = self.files.iter().map(|f| format!("{} {}", f.kind.name(), f.sha256.chars().take(12).collect::<String>()));
        wrap(out, "  ", &format!("empreintes : {}", prints.collect::<Vec<_>>().join(", ")));
    }

    fn tie_out(&self, out: &mut String) {
        let pay: Vec<_> = self.files.iter().filter(|f| f.read_amount.is_some()).collect();
        if pay.is_empty() {
            return;
        }
        let sum = |get: Amount| pay.iter().filter_map(|f| get(f)).sum::<Money>();
        let rows: [(&str, Amount); 5] = [
            ("Σ lu", |f| f.read_amount),
            ("= Σ accepté", |f| f.accepted_amount),
            ("+ Σ quarantaine lisible", |f| f.quarantined_amount),
            ("manifeste", |f| f.announced_amount),
            ("écart du manifeste", |f| Some(f.announced_amount.unwrap_or_default() - f.read_amount.unwrap_or_default())),
        ];
        let _ = write!(out, "\n{:<26}", "Bouclage (euros)");
        for f in &pay {
            let _ = write!(out, "{:>18}", f.kind.name());
        }
        let _ = writeln!(out, "{}", if pay.len() > 1 { format!("{:>18}", "total") } else { String::new() });
        for (what, get) in rows {
            let _ = write!(out, "  {what:<24}");
            for f in &pay {
                let _ = write!(out, "{:>18}", get(f).unwrap_or_default().to_french());
            }
            let _ = writeln!(out, "{}", if pay.len() > 1 { format!("{:>18}", sum(get).to_french()) } else { String::new() });
        }
        self.accounts_text(out);
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

    fn accounts_text(&self, out: &mut String) {
        let count: usize = self.files.iter().map(|f| f.accounts.len()).sum();
        if count == 0 {
            return;
        }
        if count > SHORT {
            let word = "chacun boucle au centime (détail : --format csv ou json, --sortie rapport.html)";
            wrap(out, "  ", &format!("par compte : {count} totaux, {word}"));
            return;
        }
        let _ = writeln!(out, "\n{:<18}{:>8}{:>18}{:>18}{:>18}", "Par compte", "lignes", "Σ lu", "= Σ accepté", "+ Σ quarantaine");
        for a in self.files.iter().flat_map(|f| &f.accounts) {
            let [read, accepted, quarantined] = [a.read_amount, a.accepted_amount, a.quarantined_amount].map(Money::to_french);
            let name: String = shown(&a.account).chars().take(15).collect();
            let _ = writeln!(out, "  {name:<16}{:>8}{read:>18}{accepted:>18}{quarantined:>18}", a.read);
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
        let _ = writeln!(out, "\n{:<7}{:>8}{:>17}", "Qualité", "nombre", "euros");
        for total in &self.quality {
            let title = QUALITY_CODES.iter().find(|(c, _)| *c == total.code).map_or("", |(_, t)| t);
            let _ = writeln!(out, "  {:<5}{:>8}{:>17}  {title}", total.code, total.count, total.amount.to_french());
            self.groups_text(out, total);
            for f in self.findings.iter().filter(|f| f.code == total.code).take(3) {
                wrap(out, "      ", &case(f));
            }
        }
        let unlisted: usize = self.groups.iter().map(|g| g.count - g.listed.min(g.count)).sum();
        if unlisted > 0 {
            let said = format!(
                "{unlisted} constats ne sont pas dans la liste : les {LISTED} premiers de chaque sorte y sont, tous sont comptés ici"
            );
            wrap(out, "  ", &said);
        }
    }

    /// Many findings of a code, by what is alike in them, the most frequent first.
    fn groups_text(&self, out: &mut String, total: &QualityTotal) {
        if total.count <= MANY {
            return;
        }
        let mut groups: Vec<_> = self.groups.iter().filter(|g| g.code == total.code).collect();
        groups.sort_by_key(|g| std::cmp::Reverse(g.count));
        for g in groups.iter().take(GROUPS) {
            let class = if g.class.is_empty() { String::new() } else { format!(" ({})", g.class) };
            wrap(out, "      ", &format!("× {} {} : {}{class} → {}", g.count, shown(&g.file), g.column, g.action));
        }
        if groups.len() > GROUPS {
            wrap(out, "      ", &format!("× et {} autres sortes", groups.len() - GROUPS));
        }
    }
}

/// Findings of a code above which they are told in groups.
const MANY: usize = 10;

/// Groups told by code.
const GROUPS: usize = 6;

/// One case: file, line, key, value, expected, done.
pub(super) fn case(f: &Finding) -> String {
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
