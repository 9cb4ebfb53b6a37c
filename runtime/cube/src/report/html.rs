//! The same page for a browser and a printer: one file, nothing fetched, every foreign text escaped.

use std::fmt::Write as _;

use cadrage_value::Money;

use super::{LoadReport, LoadState};
use crate::quality::{Level, QUALITY_CODES, QualityTotal};
use crate::tally::LISTED;

const STYLE: &str = "
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1b1f; max-width: 62rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #1f3a5f; color: #1f3a5f; }
.sous { color: #555; margin: 0; } section + section { margin-top: 4rem; }
.etat { margin: 1.2rem 0; padding: .7rem 1rem; border-left: 6px solid #2e7d32; background: #eef7ee; font-weight: 600; }
.etat.bloque { border-color: #b3261e; background: #fdeeed; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #e0e0e6; }
th { font-weight: 600; color: #444; border-bottom: 1px solid #888; } .n { text-align: right; white-space: nowrap; }
th.n { white-space: normal; } td:first-child { overflow-wrap: break-word; }
tr.total td { font-weight: 600; border-top: 1px solid #888; } code { font-size: .92em; overflow-wrap: anywhere; }
.cas td { border: 0; color: #444; font-size: .92em; } .bloquant { color: #b3261e; } .avertissement { color: #8a5a00; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } h2 { break-after: avoid; } tr { break-inside: avoid; }
  section + section { break-before: page; } thead { display: table-header-group; } }
";

impl LoadReport {
    /// The comptes rendus of several loads as one page, that depends on the files only.
    #[must_use]
    pub fn html(reports: &[LoadReport]) -> String {
        let months: Vec<String> = reports.iter().map(|r| r.month.to_french()).collect();
        let mut out = String::from("<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n");
        let _ = writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        let _ = writeln!(
            out,
            "<title>Compte rendu de chargement — {}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            escaped(&months.join(", "))
        );
        for report in reports {
            report.section(&mut out);
        }
        out.push_str("</body>\n</html>\n");
        out
    }

    fn section(&self, out: &mut String) {
        let state = match self.state {
            LoadState::Charge => "chargée",
            LoadState::DejaCharge => "déjà chargée, rien n'a changé",
            LoadState::Controle => "contrôlée, non chargée",
        };
        let _ = writeln!(out, "<section>\n<h1>Compte rendu de chargement — {}</h1>", escaped(&self.month.to_french()));
        let head = format!(
            "établissement {}, livraison {}, SIRH lu le {}, pms-csv/1 : {state}",
            self.uai,
            self.delivery,
            self.observed.to_french()
        );
        let _ = writeln!(out, "<p class=\"sous\">{}</p>", escaped(&head));
        let before = match &self.replaces {
            Some(other) => format!("remplace la livraison {other}, en tout ou partie (voir Q12)"),
            None if self.first => "premier chargement de ce mois".to_owned(),
            None => "complète les chargements de ce mois".to_owned(),
        };
        let _ = writeln!(out, "<p class=\"sous\">{}</p>", escaped(&before));
        let blocking = self.blocking();
        let (class, verdict) = match blocking.as_slice() {
            [] => ("etat", "mois validable".to_owned()),
            [one] => ("etat bloque", format!("mois non validable tant que {one} n'est pas levé")),
            many => ("etat bloque", format!("mois non validable tant que {} ne sont pas levés", many.join(", "))),
        };
        let _ = writeln!(out, "<p class=\"{class}\">État : {}</p>", escaped(&verdict));
        self.files_table(out);
        self.amounts(out);
        self.jobs_table(out);
        self.quality_tables(out);
        if !self.learned.is_empty() {
            out.push_str("<h2>Valeurs apprises, non référencées</h2>\n<table>\n");
            for (list, values) in &self.learned {
                let _ = writeln!(out, "<tr><th>{}</th><td>{}</td></tr>", escaped(list), escaped(&values.join(", ")));
            }
            out.push_str("</table>\n");
        }
        if !self.notes.is_empty() {
            out.push_str("<h2>Notes</h2>\n<ul>\n");
            for note in &self.notes {
                let _ = writeln!(out, "<li>{}</li>", escaped(note));
            }
            out.push_str("</ul>\n");
        }
        out.push_str("</section>\n");
    }

    fn files_table(&self, out: &mut String) {
        if self.files.is_empty() {
            out.push_str("<h2>Fichiers</h2>\n<p>aucun fichier nouveau</p>\n");
            return;
        }
        let heads = ["lues", "acceptées", "réparées", "champs en quarantaine", "en quarantaine", "écartées"];
        table(out, "Fichiers", &["fichier", "remise", "empreinte"], &heads);
        for f in &self.files {
            let print: String = f.sha256.chars().take(12).collect();
            let texts = [f.name.clone(), f.remise.to_string(), print];
            let counts = [f.read, f.accepted, f.repaired, f.fields_quarantined, f.quarantined, f.set_aside].map(|n| n.to_string());
            row(out, "", &texts, &counts);
        }
        out.push_str("</table>\n");
    }

    fn amounts(&self, out: &mut String) {
        let pay: Vec<_> = self.files.iter().filter(|f| f.read_amount.is_some()).collect();
        if pay.is_empty() {
            return;
        }
        let heads = ["Σ lu (€)", "= Σ accepté", "+ Σ quarantaine lisible", "manifeste", "écart"];
        table(out, "Bouclage des fichiers de paie", &["fichier"], &heads);
        let mut sums = [Money::ZERO; 5];
        for f in &pay {
            let [read, accepted, quarantined, announced] =
                [f.read_amount, f.accepted_amount, f.quarantined_amount, f.announced_amount].map(Option::unwrap_or_default);
            let amounts = [read, accepted, quarantined, announced, announced - read];
            for (sum, amount) in sums.iter_mut().zip(amounts) {
                *sum += amount;
            }
            row(out, "", std::slice::from_ref(&f.name), &amounts.map(Money::to_french));
        }
        row(out, "total", &["total".to_owned()], &sums.map(Money::to_french));
        out.push_str("</table>\n");
        let heads = ["lignes", "Σ lu (€)", "= Σ accepté", "+ Σ quarantaine lisible", "lignes en quarantaine"];
        table(out, "Bouclage par compte", &["fichier", "compte"], &heads);
        for f in &pay {
            for a in &f.accounts {
                let [read, accepted, quarantined] = [a.read_amount, a.accepted_amount, a.quarantined_amount].map(Money::to_french);
                let cells = [a.read.to_string(), read, accepted, quarantined, a.quarantined.to_string()];
                row(out, "", &[f.kind.name().to_owned(), a.account.clone()], &cells);
            }
        }
        out.push_str("</table>\n");
        table(out, "Par plafond et nature", &["plafond", "nature"], &["Σ accepté (€)", "= Σ attribué", "+ Σ sur « ? »"]);
        for t in &self.totals {
            row(out, "", &[t.plafond.clone(), t.nature.clone()], &[t.accepted, t.attributed, t.unknown].map(Money::to_french));
        }
        out.push_str("</table>\n");
        if !self.unknown.is_empty() {
            table(out, "Sur « ? », par axe", &["axe"], &["euros"]);
            for u in &self.unknown {
                row(out, "", std::slice::from_ref(&u.axe), &[u.amount.to_french()]);
            }
            out.push_str("</table>\n");
        }
    }

    fn jobs_table(&self, out: &mut String) {
        if self.jobs.is_empty() {
            return;
        }
        table(out, "Emplois (part de l'année)", &["mois de droit", "", "plafond"], &["ETPT", "ETPF"]);
        let this_month = self.jobs.iter().filter(|j| j.month == self.month);
        for j in this_month.chain(self.jobs.iter().filter(|j| j.month != self.month)) {
            let what = if j.month == self.month { "du mois" } else { "rappel" };
            row(out, "", &[j.month.to_french(), what.to_owned(), j.plafond.clone()], &[j.etpt.to_french(6), j.etpf.to_french(6)]);
        }
        out.push_str("</table>\n");
    }

    fn quality_tables(&self, out: &mut String) {
        if self.quality.is_empty() {
            out.push_str("<h2>Qualité</h2>\n<p>rien à signaler</p>\n");
            return;
        }
        table(out, "Qualité", &["code", "constat"], &["nombre", "euros"]);
        for total in &self.quality {
            self.code(out, total);
        }
        out.push_str("</table>\n");
        let unlisted: usize = self.groups.iter().map(|g| g.count - g.listed.min(g.count)).sum();
        if unlisted > 0 {
            let _ = writeln!(
                out,
                "<p class=\"sous\">{unlisted} constats ne sont pas dans la liste : les {LISTED} premiers de chaque sorte y sont, tous sont comptés ici.</p>"
            );
        }
    }

    /// A code: its total, its sorts when there are several, its first cases.
    fn code(&self, out: &mut String, total: &QualityTotal) {
        let title = QUALITY_CODES.iter().find(|(c, _)| *c == total.code).map_or("", |(_, t)| t);
        let level = self.findings.iter().filter(|f| f.code == total.code).map(|f| f.level).max().unwrap_or(Level::Information);
        row(
            out,
            level.name(),
            &[total.code.clone(), format!("{title} ({})", level.name())],
            &[total.count.to_string(), total.amount.to_french()],
        );
        let mut groups: Vec<_> = self.groups.iter().filter(|g| g.code == total.code).collect();
        groups.sort_by_key(|g| std::cmp::Reverse(g.count));
        if groups.len() > 1 {
            for g in groups.iter().take(20) {
                let class = if g.class.is_empty() { String::new() } else { format!(" ({})", g.class) };
                let text = format!("{} : {}{class} → {}", g.file, g.column, g.action);
                row(out, "cas", &[String::new(), text], &[format!("× {}", g.count), g.amount.to_french()]);
            }
        }
        for f in self.findings.iter().filter(|f| f.code == total.code).take(3) {
            let text = escaped(super::text::case(f).trim_start_matches("- "));
            let _ = writeln!(
                out,
                "<tr class=\"cas\"><td></td><td><code>{text}</code></td><td></td><td class=\"n\">{}</td></tr>",
                escaped(&f.amount.to_french())
            );
        }
    }
}

/// Opens a table under its title: columns of text, then of numbers.
fn table(out: &mut String, title: &str, texts: &[&str], numbers: &[&str]) {
    let _ = write!(out, "<h2>{}</h2>\n<table>\n<thead><tr>", escaped(title));
    for text in texts {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(text));
    }
    for number in numbers {
        let _ = write!(out, "<th scope=\"col\" class=\"n\">{}</th>", escaped(number));
    }
    out.push_str("</tr></thead>\n");
}

fn row(out: &mut String, class: &str, texts: &[String], numbers: &[String]) {
    let _ = if class.is_empty() { write!(out, "<tr>") } else { write!(out, "<tr class=\"{class}\">") };
    for text in texts {
        let _ = write!(out, "<td>{}</td>", parted(&escaped(text)));
    }
    for number in numbers {
        let _ = write!(out, "<td class=\"n\">{}</td>", escaped(number));
    }
    out.push_str("</tr>\n");
}

/// The same text, that may go to the next line between the words of a file's name rather than anywhere.
fn parted(escaped: &str) -> String {
    escaped.replace('/', "/<wbr>").replace('_', "_<wbr>")
}

/// Text that a browser shows as it is, and never runs.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
