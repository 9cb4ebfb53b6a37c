//! The compte rendu of a load (interfaces.md §13): a page of text, a CSV, and the JSON contract of cli.md.
//!
//! It depends on the files and the loads before them, on no clock and no path.

mod accounts;
mod csv;
mod html;
mod pay;
mod text;

pub use accounts::AccountTotal;
pub(crate) use accounts::Accounts;
pub(crate) use pay::PayTotals;

use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::{Date, Exact, Money, Month};
use serde::{Deserialize, Serialize};

use crate::manifest::Manifest;
use crate::quality::{Finding, Level, QualityTotal};
use crate::tally::{FindingGroup, Tally};
use crate::{Kind, plain};

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadState {
    /// Written in the store.
    Charge,
    /// The same files were already there: nothing changed.
    DejaCharge,
    /// Checked only.
    Controle,
}

/// Rows and euros of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCount {
    /// `2026-09/retour_de_paie_2026-09.csv`.
    #[serde(rename = "fichier")]
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The interface it was read through; none for a file under our own names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// `no_remise`.
    pub remise: i64,
    /// Fingerprint.
    pub sha256: String,
    /// Data rows.
    #[serde(rename = "lues")]
    pub read: usize,
    /// Kept.
    #[serde(rename = "acceptees")]
    pub accepted: usize,
    /// Kept after a repair.
    #[serde(rename = "reparees")]
    pub repaired: usize,
    /// Kept with a field in quarantine.
    #[serde(rename = "champs_quarantaine")]
    pub fields_quarantined: usize,
    /// Rows in quarantine.
    #[serde(rename = "quarantaine")]
    pub quarantined: usize,
    /// Cancelled rows.
    #[serde(rename = "ecartees")]
    pub set_aside: usize,
    /// The manifest's total.
    #[serde(rename = "montant_annonce", with = "plain::money_option")]
    pub announced_amount: Option<Money>,
    /// Σ of the readable amounts.
    #[serde(rename = "montant_lu", with = "plain::money_option")]
    pub read_amount: Option<Money>,
    /// Σ of the facts kept.
    #[serde(rename = "montant_accepte", with = "plain::money_option")]
    pub accepted_amount: Option<Money>,
    /// Σ of the readable amounts in quarantine: none, a line whose amount is readable is always kept.
    #[serde(rename = "montant_quarantaine", with = "plain::money_option")]
    pub quarantined_amount: Option<Money>,
    /// Pay files: the same by account.
    #[serde(rename = "comptes", default)]
    pub accounts: Vec<AccountTotal>,
}

/// Euros of a plafond and nature d'exercice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlafondTotal {
    /// `ETAT INTERNE HORS_PSOP`.
    pub plafond: String,
    /// `COURANT ANTERIEUR`.
    pub nature: String,
    /// Σ of the lines.
    #[serde(rename = "montant_accepte", with = "plain::money")]
    pub accepted: Money,
    /// Σ of the parts that have a member on every axis.
    #[serde(rename = "montant_attribue", with = "plain::money")]
    pub attributed: Money,
    /// Σ of the others.
    #[serde(rename = "montant_inconnu", with = "plain::money")]
    pub unknown: Money,
}

/// Euros on the technical member of an axis. A part may be on several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownTotal {
    /// `agent`, `structure`, `grade`, `centre_de_cout`, `rubrique`, `compte`, `plafond`.
    pub axe: String,
    /// Σ on `?`.
    #[serde(rename = "montant", with = "plain::money")]
    pub amount: Money,
}

/// Jobs of a month of right and plafond.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobTotal {
    /// Month of right.
    #[serde(rename = "mois", with = "plain::month")]
    pub month: Month,
    /// `ETAT INTERNE`.
    pub plafond: String,
    /// Share of the year.
    #[serde(with = "plain::exact")]
    pub etpt: Exact,
    /// Paid share of the year.
    #[serde(with = "plain::exact")]
    pub etpf: Exact,
}

/// The compte rendu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadReport {
    /// Name of the folder.
    #[serde(rename = "livraison")]
    pub delivery: String,
    /// What became of it.
    #[serde(rename = "etat")]
    pub state: LoadState,
    /// Establishment.
    pub uai: String,
    /// Pay month.
    #[serde(rename = "mois", with = "plain::month")]
    pub month: Month,
    /// Day the SIRH was read.
    #[serde(rename = "date_observation", with = "plain::date")]
    pub observed: Date,
    /// A delivery whose files this one replaces, wholly or in part.
    #[serde(rename = "remplace")]
    pub replaces: Option<String>,
    /// Is there a load of this month before?
    #[serde(rename = "premier_chargement")]
    pub first: bool,
    /// Per file read.
    #[serde(rename = "fichiers")]
    pub files: Vec<FileCount>,
    /// Per quality code.
    #[serde(rename = "qualite")]
    pub quality: Vec<QualityTotal>,
    /// Per plafond and nature.
    #[serde(rename = "plafonds")]
    pub totals: Vec<PlafondTotal>,
    /// On the technical members.
    #[serde(rename = "inconnus")]
    pub unknown: Vec<UnknownTotal>,
    /// Per month of right and plafond.
    #[serde(rename = "emplois")]
    pub jobs: Vec<JobTotal>,
    /// Values learned by list.
    #[serde(rename = "appris")]
    pub learned: BTreeMap<String, Vec<String>>,
    /// Findings alike, of which [`LoadReport::findings`] lists the first.
    #[serde(rename = "groupes", default)]
    pub groups: Vec<FindingGroup>,
    /// Columns ignored, files not read.
    pub notes: Vec<String>,
    /// Problems one by one, by code, file and line: the first [`crate::LISTED`] of each group.
    #[serde(rename = "constats")]
    pub findings: Vec<Finding>,
}

impl LoadReport {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        LoadReport {
            delivery: manifest.delivery.clone(),
            state: LoadState::Controle,
            uai: manifest.uai.clone(),
            month: manifest.month,
            observed: manifest.observed,
            replaces: None,
            first: true,
            files: Vec::new(),
            quality: Vec::new(),
            totals: Vec::new(),
            unknown: Vec::new(),
            jobs: Vec::new(),
            learned: BTreeMap::new(),
            groups: Vec::new(),
            notes: manifest.strangers.iter().map(|f| format!("{f} : absent du manifeste, non lu")).collect(),
            findings: Vec::new(),
        }
    }

    pub(crate) fn finish(&mut self, learned: &BTreeMap<&'static str, BTreeSet<String>>, tally: Tally) {
        self.learned = learned.iter().map(|(list, values)| ((*list).to_owned(), values.iter().cloned().collect())).collect();
        (self.findings, self.groups, self.quality) = tally.finish();
    }

    /// How many findings there are, those that are not listed included.
    #[must_use]
    pub fn found(&self) -> usize {
        self.quality.iter().map(|q| q.count).sum()
    }

    /// Can the month be validated? Else the codes that block.
    #[must_use]
    pub fn blocking(&self) -> Vec<String> {
        let codes: BTreeSet<&str> = self.findings.iter().filter(|f| f.level == Level::Blocking).map(|f| f.code.as_ref()).collect();
        codes.into_iter().map(str::to_owned).collect()
    }

    /// Σ read of the pay files.
    #[must_use]
    pub fn read_amount(&self) -> Money {
        self.files.iter().filter_map(|f| f.read_amount).sum()
    }

    /// Does the page foot, in rows and to the cent, per file, by account, by plafond and in total?
    #[must_use]
    pub fn foots(&self) -> bool {
        let amount = |m: Option<Money>| m.unwrap_or_default();
        let rows = self.files.iter().all(|f| f.read == f.accepted + f.quarantined + f.set_aside);
        let files = self.files.iter().all(|f| amount(f.read_amount) == amount(f.accepted_amount) + amount(f.quarantined_amount));
        let accounts = self.files.iter().all(FileCount::accounts_foot);
        let plafonds = self.totals.iter().all(|t| t.accepted == t.attributed + t.unknown);
        let accepted: Money = self.files.iter().filter_map(|f| f.accepted_amount).sum();
        rows && files && accounts && plafonds && self.totals.iter().map(|t| t.accepted).sum::<Money>() == accepted
    }

    /// The JSON contract of cli.md, with what blocks.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            object.insert("bloquants".to_owned(), self.blocking().into());
        }
        value
    }
}
