//! The compte rendu of a load (interfaces.md §13): a page of text, a CSV, and the JSON contract of cli.md.
//!
//! It depends on the files and the loads before them, on no clock and no path.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cadrage_value::{Exact, Money, Month};
use serde::Serialize;

use crate::MonthFacts;
use crate::load::Learned;
use crate::manifest::Manifest;
use crate::quality::{Finding, Level, QUALITY_CODES};

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadState {
    /// Written in the store.
    Charge,
    /// The same delivery was already there: nothing changed.
    DejaCharge,
    /// Checked only.
    Controle,
}

/// Rows and euros of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCount {
    /// `2026-09/retour_de_paie_2026-09.csv`.
    pub name: String,
    /// Type.
    pub kind: &'static str,
    /// `no_remise`.
    pub remise: i64,
    /// Fingerprint.
    pub sha256: String,
    /// Data rows.
    pub read: usize,
    /// Kept.
    pub accepted: usize,
    /// Kept after a repair.
    pub repaired: usize,
    /// Kept with a field in quarantine.
    pub fields_quarantined: usize,
    /// Rows in quarantine.
    pub quarantined: usize,
    /// Cancelled rows.
    pub set_aside: usize,
    /// The manifest's total.
    pub announced_amount: Option<Money>,
    /// Σ of the readable amounts.
    pub read_amount: Option<Money>,
    /// Σ of the amounts kept as facts.
    pub accepted_amount: Option<Money>,
}

/// The compte rendu.
#[derive(Clone, Debug)]
pub struct LoadReport {
    /// Name of the folder.
    pub delivery: String,
    /// Establishment.
    pub uai: String,
    /// Pay month.
    pub month: Month,
    /// What became of it.
    pub state: LoadState,
    /// Per file.
    pub files: Vec<FileCount>,
    /// Problems.
    pub findings: Vec<Finding>,
    /// Columns ignored, files not read.
    pub notes: Vec<String>,
    /// Euros accepted by plafond and nature, and those on the technical members.
    pub by_plafond: BTreeMap<(String, &'static str), (Money, Money)>,
    /// ETPT and ETPF by plafond.
    pub jobs: BTreeMap<String, (Exact, Exact)>,
    /// Values learned by list.
    pub learned: BTreeMap<String, Vec<String>>,
    /// A load this one replaces.
    pub replaces: Option<String>,
}

impl LoadReport {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        LoadReport {
            delivery: manifest.delivery.clone(),
            uai: manifest.uai.clone(),
            month: manifest.month,
            state: LoadState::Controle,
            files: Vec::new(),
            findings: Vec::new(),
            notes: manifest.strangers.iter().map(|f| format!("{f} : absent du manifeste, non lu")).collect(),
            by_plafond: BTreeMap::new(),
            jobs: BTreeMap::new(),
            learned: BTreeMap::new(),
            replaces: None,
        }
    }

    pub(crate) fn finish(&mut self, facts: &MonthFacts, learned: &Learned) {
        for p in &facts.pay {
            let nature = if p.anterieur { "ANTERIEUR" } else { "COURANT" };
            let sums = self.by_plafond.entry((p.plafond.clone(), nature)).or_default();
            sums.0 += p.amount;
            if (p.matricule == "?" && p.plafond != "HORS_PSOP") || p.centre == "?" {
                sums.1 += p.amount;
            }
            let jobs = self.jobs.entry(p.plafond.clone()).or_insert((Exact::ZERO, Exact::ZERO));
            jobs.0 = &jobs.0 + &p.etpt;
            jobs.1 = &jobs.1 + &p.etpf;
        }
        for f in self.files.iter_mut().filter(|f| f.read_amount.is_some()) {
            let manual = f.kind == crate::Kind::HorsPsop.name();
            f.accepted_amount = Some(facts.pay.iter().filter(|p| p.is_manual() == manual).map(|p| p.amount).sum());
        }
        self.learned = learned.iter().map(|(list, values)| ((*list).to_owned(), values.iter().cloned().collect())).collect();
        self.findings.sort_by(|a, b| (a.code, &a.file, a.line, &a.key).cmp(&(b.code, &b.file, b.line, &b.key)));
    }

    /// Can the month be validated? Else the codes that block.
    #[must_use]
    pub fn blocking(&self) -> Vec<&'static str> {
        let mut codes: Vec<&'static str> = self.findings.iter().filter(|f| f.level == Level::Blocking).map(|f| f.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Σ read of the pay files.
    #[must_use]
    pub fn read_amount(&self) -> Money {
        self.files.iter().filter_map(|f| f.read_amount).sum()
    }

    /// Does the page foot: Σ by plafond and nature = Σ read?
    #[must_use]
    pub fn foots(&self) -> bool {
        self.by_plafond.values().map(|(all, _)| *all).sum::<Money>() == self.read_amount()
            && self.files.iter().all(|f| f.read == f.accepted + f.quarantined + f.set_aside && f.read_amount == f.accepted_amount)
    }

    /// Counts and euros by quality code.
    #[must_use]
    pub fn quality(&self) -> BTreeMap<&'static str, (usize, Money)> {
        let mut out: BTreeMap<&'static str, (usize, Money)> = BTreeMap::new();
        for f in &self.findings {
            let sums = out.entry(f.code).or_default();
            sums.0 += 1;
            sums.1 += f.amount;
        }
        out
    }

    /// The page.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let state = match self.state {
            LoadState::Charge => "chargée",
            LoadState::DejaCharge => "déjà chargée, rien n'a changé",
            LoadState::Controle => "contrôlée, non chargée",
        };
        let _ = writeln!(
            out,
            "Compte rendu — {} — mois {} — établissement {} — livraison {state}",
            self.delivery,
            self.month.to_french(),
            self.uai
        );
        let _ = match &self.replaces {
            Some(other) => writeln!(out, "remplace la livraison {other}"),
            None => writeln!(out, "premier chargement de ce mois"),
        };
        let _ = writeln!(out, "\nFichiers                      remise empreinte        lues acceptées réparées champs quarant. écartées");
        for f in &self.files {
            let short: String = f.sha256.chars().take(12).collect();
            let _ = writeln!(
                out,
                "  {:<27} {:>5}  {short} {:>7} {:>9} {:>8} {:>6} {:>8} {:>8}",
                f.kind, f.remise, f.read, f.accepted, f.repaired, f.fields_quarantined, f.quarantined, f.set_aside
            );
        }
        let _ = writeln!(out, "\nBouclage, en euros");
        for f in self.files.iter().filter(|f| f.read_amount.is_some()) {
            let read = f.read_amount.unwrap_or_default();
            let announced = f.announced_amount.unwrap_or_default();
            let _ = writeln!(
                out,
                "  {:<15} Σ lu {:>14} = Σ accepté {:>14} ; manifeste {:>14} ; écart {}",
                f.kind,
                read.to_french(),
                f.accepted_amount.unwrap_or_default().to_french(),
                announced.to_french(),
                (announced - read).to_french()
            );
        }
        for ((plafond, nature), (all, unattributed)) in &self.by_plafond {
            let _ = writeln!(
                out,
                "  {plafond:<10} {nature:<10} Σ accepté {:>14} = attribué {:>14} + sur « ? » {}",
                all.to_french(),
                (*all - *unattributed).to_french(),
                unattributed.to_french()
            );
        }
        let _ = writeln!(out, "  total           Σ lu {:>14}", self.read_amount().to_french());
        let _ = writeln!(out, "\nEmplois du mois (part de l'année)");
        for (plafond, (etpt, etpf)) in &self.jobs {
            let _ = writeln!(out, "  {plafond:<10} ETPT {:>12}   ETPF {:>12}", etpt.to_french(6), etpf.to_french(6));
        }
        self.quality_text(&mut out);
        for (list, values) in &self.learned {
            let _ = writeln!(out, "Appris, non référencé ({list}) : {}", values.join(", "));
        }
        for note in &self.notes {
            let _ = writeln!(out, "Note : {note}");
        }
        let blocking = self.blocking();
        let verdict = match blocking.as_slice() {
            [] => "mois validable".to_owned(),
            [one] => format!("mois non validable tant que {one} n'est pas levé"),
            many => format!("mois non validable tant que {} ne sont pas levés", many.join(", ")),
        };
        let _ = writeln!(out, "État : {verdict}");
        out
    }

    fn quality_text(&self, out: &mut String) {
        let quality = self.quality();
        if quality.is_empty() {
            let _ = writeln!(out, "\nQualité : rien à signaler");
            return;
        }
        let _ = writeln!(out, "\nQualité");
        for (code, (count, amount)) in &quality {
            let title = QUALITY_CODES.iter().find(|(c, _)| c == code).map_or("", |(_, t)| t);
            let _ = writeln!(out, "  {code}  {count:>5}  {:>14} €  {title}", amount.to_french());
            for f in self.findings.iter().filter(|f| f.code == *code).take(3) {
                let place = if f.line == 0 { f.file.clone() } else { format!("{}:{}", f.file, f.line) };
                let expected = if f.expected.is_empty() { String::new() } else { format!(", attendu {}", f.expected) };
                let _ = writeln!(out, "        {place} {}", f.key);
                let _ = writeln!(out, "          {} « {} »{expected} → {}", f.column, f.value, f.action);
            }
        }
    }

    /// Every finding: `fichier;ligne;colonne;code;niveau;cle;valeur;attendu;action;montant`.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = String::from("fichier;ligne;colonne;code;niveau;cle;valeur;attendu;action;montant\n");
        for f in &self.findings {
            let quoted = |t: &str| if t.contains([';', '"', '\n']) { format!("\"{}\"", t.replace('"', "\"\"")) } else { t.to_owned() };
            let amount = f.amount.to_exact().to_plain(2).replace('.', ",");
            let _ = writeln!(
                out,
                "{};{};{};{};{};{};{};{};{};{amount}",
                quoted(&f.file),
                f.line,
                f.column,
                f.code,
                f.level.name(),
                quoted(&f.key),
                quoted(&f.value),
                quoted(&f.expected),
                quoted(f.action)
            );
        }
        out
    }

    /// The JSON contract of cli.md.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let plain = |m: Money| m.to_exact().to_plain(2);
        let files: Vec<serde_json::Value> = self
            .files
            .iter()
            .map(|f| {
                serde_json::json!({
                    "fichier": f.name, "type": f.kind, "lues": f.read, "acceptees": f.accepted, "reparees": f.repaired,
                    "quarantaine": f.quarantined, "ecartees": f.set_aside,
                    "montant_lu": f.read_amount.map(plain), "montant_accepte": f.accepted_amount.map(plain),
                    "montant_annonce": f.announced_amount.map(plain),
                })
            })
            .collect();
        let quality: Vec<serde_json::Value> =
            self.quality().iter().map(|(code, (n, m))| serde_json::json!({"code": code, "nombre": n, "montant": plain(*m)})).collect();
        serde_json::json!({
            "livraison": self.delivery, "mois": self.month.to_string(), "etat": self.state, "fichiers": files, "qualite": quality,
            "bloquants": self.blocking(),
        })
    }
}
