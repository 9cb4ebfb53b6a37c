//! The loads done and what became of them: current, replaced and by which, validated; and their kept comptes rendus.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::{Date, Money, Month};

use super::catalogue::{Catalogue, failed};
use super::{Dossier, freeze};
use crate::{CubeError, Kind, LoadReport};

/// A load done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadSummary {
    /// Folder name.
    pub delivery: String,
    /// Establishment.
    pub uai: String,
    /// Pay month.
    pub month: String,
    /// Observation date.
    pub observed: String,
    /// `validable`, or what blocks.
    pub state: String,
    /// `courant`, `remplacé`, `remplacé en partie`, `sans effet`.
    pub status: String,
    /// Is the month validated, with files of this load?
    pub validated: bool,
    /// Files that became current.
    pub files: Vec<LoadedFile>,
}

impl LoadSummary {
    /// Data rows of its files.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.files.iter().map(|f| f.rows).sum()
    }

    /// Total that the manifest announced for its pay files.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.files.iter().filter_map(|f| f.amount).sum()
    }
}

/// A file of a load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedFile {
    /// Type.
    pub kind: Kind,
    /// `no_remise`.
    pub remise: i64,
    /// Data rows.
    pub rows: i64,
    /// Total announced, of a pay file.
    pub amount: Option<Money>,
    /// The delivery that took its place.
    pub replaced_by: Option<String>,
}

/// A compte rendu as it was kept with its load.
#[derive(Clone, Debug)]
pub struct KeptReport {
    /// The page.
    pub text: String,
    /// Its CSV.
    pub csv: String,
    /// All of it; absent from loads of the first version.
    pub report: Option<LoadReport>,
}

impl Dossier {
    /// Loads done, oldest first; those known on a day when there is one, with what they were then.
    ///
    /// # Errors
    /// `I11`.
    pub fn loads_on(&self, day: Option<Date>) -> Result<Vec<LoadSummary>, CubeError> {
        self.catalogue.as_ref().map_or_else(|| Ok(Vec::new()), |catalogue| loads(catalogue, day))
    }

    /// Loads done, oldest first.
    ///
    /// # Errors
    /// `I11`.
    pub fn loads(&self) -> Result<Vec<LoadSummary>, CubeError> {
        self.loads_on(None)
    }

    /// The comptes rendus kept under the name of a delivery, oldest first: a folder may have been loaded, changed and loaded again.
    ///
    /// # Errors
    /// `I11`.
    pub fn kept_reports(&self, delivery: &str) -> Result<Vec<KeptReport>, CubeError> {
        let Some(catalogue) = &self.catalogue else { return Ok(Vec::new()) };
        let sql = "SELECT compte_rendu, qualite, rapport FROM livraisons WHERE nom = ?1 ORDER BY id";
        let mut statement = catalogue.connection.prepare(sql).map_err(failed)?;
        let kept = |r: &rusqlite::Row<'_>| {
            let json: String = r.get(2)?;
            Ok(KeptReport { text: r.get(0)?, csv: r.get(1)?, report: serde_json::from_str(&json).ok() })
        };
        let rows = statement.query_map([delivery], kept).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}

fn loads(catalogue: &Catalogue, day: Option<Date>) -> Result<Vec<LoadSummary>, CubeError> {
    // Whose file answers for each month and type, and what it replaced.
    let until = day.map_or_else(|| "9999-12-31".to_owned(), |d| d.to_string());
    let sql = "SELECT l.id, l.nom, l.uai, l.mois, l.observe, l.etat, f.type, f.remise, f.lignes, f.total_centimes
               FROM livraisons l LEFT JOIN fichiers f ON f.livraison = l.id WHERE l.observe <= ?1 ORDER BY l.id, f.id";
    let mut statement = catalogue.connection.prepare(sql).map_err(failed)?;
    let mut rows = statement.query([until]).map_err(failed)?;
    let mut out: BTreeMap<i64, LoadSummary> = BTreeMap::new();
    let mut versions: BTreeMap<(String, Kind), BTreeMap<i64, String>> = BTreeMap::new();
    while let Some(r) = rows.next().map_err(failed)? {
        let load = || -> rusqlite::Result<LoadSummary> {
            Ok(LoadSummary {
                delivery: r.get(1)?,
                uai: r.get(2)?,
                month: r.get(3)?,
                observed: r.get(4)?,
                state: r.get(5)?,
                status: String::new(),
                validated: false,
                files: Vec::new(),
            })
        };
        let id: i64 = r.get(0).map_err(failed)?;
        let summary = match out.entry(id) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => new.insert(load().map_err(failed)?),
        };
        let kind: Option<String> = r.get(6).map_err(failed)?;
        let Some(kind) = kind.as_deref().and_then(Kind::find) else { continue };
        let file = || -> rusqlite::Result<LoadedFile> {
            let amount: Option<i64> = r.get(9)?;
            let amount = amount.filter(|_| kind.is_pay()).map(Money::from_cents);
            Ok(LoadedFile { kind, remise: r.get(7)?, rows: r.get(8)?, amount, replaced_by: None })
        };
        let file = file().map_err(failed)?;
        versions.entry((summary.month.clone(), kind)).or_default().insert(file.remise, summary.delivery.clone());
        summary.files.push(file);
    }
    let validated: BTreeSet<Month> = freeze::validated(&catalogue.connection)?.into_keys().collect();
    let mut out: Vec<LoadSummary> = out.into_values().collect();
    for load in &mut out {
        for file in &mut load.files {
            let newer = versions.get(&(load.month.clone(), file.kind)).and_then(|v| v.range(file.remise + 1..).next());
            file.replaced_by = newer.map(|(_, delivery)| delivery.clone());
        }
        let current = load.files.iter().filter(|f| f.replaced_by.is_none()).count();
        load.status = match current {
            _ if load.files.is_empty() => "sans effet",
            0 => "remplacé",
            n if n == load.files.len() => "courant",
            _ => "remplacé en partie",
        }
        .to_owned();
        load.validated = current > 0 && load.month.parse().is_ok_and(|month: Month| validated.contains(&month));
    }
    Ok(out)
}
