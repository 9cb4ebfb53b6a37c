//! The catalogue: which files are current, and what was loaded when (SQLite, append-only journal).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use cadrage_value::{Date, Month};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{freeze, journal};
use crate::load::{Current, Loaded};
use crate::manifest::Manifest;
use crate::{CubeError, Finding, FindingGroup, Kind, LoadReport};

/// Version of the tables below; see [`Catalogue::open`].
const VERSION: i64 = 2;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS livraisons (
  id INTEGER PRIMARY KEY, empreinte TEXT NOT NULL UNIQUE, nom TEXT NOT NULL, uai TEXT NOT NULL, mois TEXT NOT NULL,
  observe TEXT NOT NULL, etat TEXT NOT NULL, compte_rendu TEXT NOT NULL, qualite TEXT NOT NULL, rapport TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS fichiers (
  id INTEGER PRIMARY KEY, livraison INTEGER NOT NULL REFERENCES livraisons(id), type TEXT NOT NULL, mois TEXT NOT NULL,
  remise INTEGER NOT NULL, sha256 TEXT NOT NULL, lignes INTEGER NOT NULL, parquet TEXT NOT NULL UNIQUE, courant INTEGER NOT NULL,
  total_centimes INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS un_seul_courant ON fichiers (type, mois) WHERE courant = 1;
CREATE TABLE IF NOT EXISTS journal (
  id INTEGER PRIMARY KEY, quand TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, action TEXT NOT NULL, objet TEXT NOT NULL,
  qui TEXT NOT NULL DEFAULT '', motif TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS validations (
  id INTEGER PRIMARY KEY, mois TEXT NOT NULL, quand TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, observe TEXT NOT NULL, gel TEXT NOT NULL,
  en_vigueur INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS une_seule_validation ON validations (mois) WHERE en_vigueur = 1;
CREATE TRIGGER IF NOT EXISTS journal_sans_retouche BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'le journal ne se modifie pas'); END;
CREATE TRIGGER IF NOT EXISTS journal_sans_oubli BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'le journal ne s''efface pas'); END;
";

/// The first tables had no report in JSON and no total.
const FROM_0: &str = "
ALTER TABLE livraisons ADD COLUMN rapport TEXT NOT NULL DEFAULT '';
ALTER TABLE fichiers ADD COLUMN total_centimes INTEGER;
";

/// The journal did not say who, nor why.
const FROM_1: &str = "
ALTER TABLE journal ADD COLUMN qui TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN motif TEXT NOT NULL DEFAULT '';
";

/// A file of the store, and the day its SIRH was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptFile {
    pub(crate) parquet: String,
    pub(crate) observed: Date,
}

/// The files of a month by type.
pub(crate) type MonthFiles = BTreeMap<Kind, KeptFile>;

/// The files that a reading takes.
pub(crate) type Selection = BTreeMap<Month, MonthFiles>;

/// The catalogue of a dossier.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(super) connection: Connection,
}

pub(super) fn failed(e: rusqlite::Error) -> CubeError {
    CubeError::store("le catalogue ne répond pas", &e)
}

/// A file that answers for its month and type.
struct CurrentFile {
    /// Delivery month.
    month: Month,
    kind: Kind,
    /// The report of its load, which may be of other files too.
    report: LoadReport,
    /// What that report calls it.
    names: Vec<String>,
}

impl Catalogue {
    pub(crate) fn open(store: &Path) -> Result<Self, CubeError> {
        let connection = Connection::open(store.join("catalogue.sqlite")).map_err(failed)?;
        connection.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
        let mut catalogue = Catalogue { connection };
        if version(&catalogue.connection)? < VERSION {
            catalogue.migrate()?;
        }
        if version(&catalogue.connection)? > VERSION {
            let help = "ouvrez ce dossier avec la version du programme qui l'a écrit, ou une plus récente";
            return Err(CubeError::new("I11", "le catalogue a été écrit par une version plus récente du programme", help));
        }
        Ok(catalogue)
    }

    /// Brings the tables up to date, one program at a time: another one may have done it while this one waited.
    fn migrate(&mut self) -> Result<(), CubeError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let found = version(&transaction)?;
        if found < VERSION {
            let old: Option<i64> = transaction
                .query_row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'livraisons'", [], |r| r.get(0))
                .optional()
                .map_err(failed)?;
            let migration = match found {
                _ if old.is_none() => String::new(),
                0 => [FROM_0, FROM_1].concat(),
                _ => FROM_1.to_owned(),
            };
            transaction.execute_batch(&format!("{migration} {SCHEMA} PRAGMA user_version = {VERSION};")).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    /// For the tables of other files.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Changes with every load, whoever does it.
    pub(crate) fn stamp(&self) -> Result<i64, CubeError> {
        stamp(&self.connection)
    }

    /// The establishment of the dossier.
    pub(crate) fn uai(&self) -> Result<Option<String>, CubeError> {
        self.connection.query_row("SELECT uai FROM livraisons ORDER BY id LIMIT 1", [], |r| r.get(0)).optional().map_err(failed)
    }

    /// Is this very delivery loaded?
    pub(crate) fn knows(&self, fingerprint: &str) -> Result<bool, CubeError> {
        let sql = "SELECT id FROM livraisons WHERE empreinte = ?1";
        let found: Option<i64> = self.connection.query_row(sql, [fingerprint], |r| r.get(0)).optional().map_err(failed)?;
        Ok(found.is_some())
    }

    /// The compte rendu of a load, as it was; `None` for a load of an earlier version, which kept only its text.
    pub(crate) fn report(&self, fingerprint: &str) -> Result<Option<LoadReport>, CubeError> {
        let sql = "SELECT rapport FROM livraisons WHERE empreinte = ?1";
        let json: Option<String> = self.connection.query_row(sql, [fingerprint], |r| r.get(0)).optional().map_err(failed)?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// The findings of the files that are current, by delivery month, oldest load first.
    pub(crate) fn findings(&self) -> Result<Vec<(Month, Kind, Finding)>, CubeError> {
        let mut out = Vec::new();
        for CurrentFile { month, kind, report, names } in self.current_files()? {
            out.extend(report.findings.into_iter().filter(|f| names.contains(&f.file)).map(|f| (month, kind, f)));
        }
        Ok(out)
    }

    /// The same by groups of findings alike, all of them counted.
    pub(crate) fn finding_groups(&self) -> Result<Vec<(Month, FindingGroup)>, CubeError> {
        let mut out = Vec::new();
        for CurrentFile { month, report, names, .. } in self.current_files()? {
            out.extend(report.groups.into_iter().filter(|g| names.contains(&g.file)).map(|g| (month, g)));
        }
        Ok(out)
    }

    fn current_files(&self) -> Result<Vec<CurrentFile>, CubeError> {
        let sql = "SELECT l.mois, l.rapport, f.type FROM fichiers f JOIN livraisons l ON l.id = f.livraison
                   WHERE f.courant = 1 ORDER BY l.id, f.id";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).map_err(failed)?;
        let rows: Vec<(String, String, String)> = rows.collect::<Result<_, _>>().map_err(failed)?;
        let mut out = Vec::new();
        for (month, json, kind) in rows {
            let (Ok(month), Some(kind), Ok(report)) = (month.parse(), Kind::find(&kind), serde_json::from_str::<LoadReport>(&json)) else {
                continue;
            };
            let names = report.files.iter().filter(|f| f.kind == kind).map(|f| f.name.clone()).collect();
            out.push(CurrentFile { month, kind, report, names });
        }
        Ok(out)
    }

    /// Makes a load current, in one transaction. `write` makes its Parquet files, and `undo` removes them when the load does not come
    /// through, both while nobody else can load or sweep: another program may be loading the same files, under the same names.
    /// Gives the stamp of the store with this load, `None` when another one came in since `expected` was read.
    pub(crate) fn commit(
        &mut self,
        expected: i64,
        manifest: &Manifest,
        loaded: &Loaded,
        write: impl FnOnce() -> Result<Vec<(Kind, String)>, CubeError>,
        undo: impl FnOnce(),
    ) -> Result<Option<i64>, CubeError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        if stamp(&transaction)? != expected {
            return Ok(None);
        }
        if !loaded.files.is_empty() {
            freeze::may_change(&transaction, manifest)?;
        }
        let inserted = write().and_then(|files| insert(&transaction, manifest, loaded, &files).map_err(failed));
        let id = match inserted {
            Ok(id) => id,
            Err(e) => {
                undo();
                return Err(e);
            }
        };
        // What a commit that fails leaves is swept at the next opening: whether it went through is then for the catalogue to say.
        transaction.commit().map_err(failed)?;
        Ok(Some(id))
    }

    /// Gives `remove` the names of all Parquet files that a load made, while nobody loads; does nothing when somebody does.
    pub(crate) fn sweep(&mut self, remove: impl FnOnce(&BTreeSet<String>) -> Result<(), CubeError>) -> Result<(), CubeError> {
        self.connection.busy_timeout(Duration::ZERO).map_err(failed)?;
        let done = match self.connection.transaction_with_behavior(TransactionBehavior::Immediate) {
            Ok(transaction) => files(&transaction).map_err(failed).and_then(|names| remove(&names)),
            // Somebody is loading, or the store is read-only: the next opening will do.
            Err(_) => Ok(()),
        };
        self.connection.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
        done
    }

    /// Files of a month that are current.
    pub(crate) fn current(&self, month: Month) -> Result<Vec<Current>, CubeError> {
        let sql = "SELECT f.type, f.remise, f.sha256, l.nom FROM fichiers f JOIN livraisons l ON l.id = f.livraison
                   WHERE f.mois = ?1 AND f.courant = 1";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows =
            statement.query_map([month.to_string()], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).map_err(failed)?;
        let rows: Vec<(String, i64, String, String)> = rows.collect::<Result<_, _>>().map_err(failed)?;
        let current = |(kind, remise, sha256, delivery): (String, i64, String, String)| {
            Kind::find(&kind).map(|kind| Current { kind, remise, sha256, delivery })
        };
        Ok(rows.into_iter().filter_map(current).collect())
    }

    /// The files that a reading takes, by month: those that are current, or those that were on a day.
    pub(crate) fn selection(&self, day: Option<Date>) -> Result<Selection, CubeError> {
        let (now, day) = (day.is_none(), day.unwrap_or(Date::DEFAULT).to_string());
        // The greatest remise comes last, and takes the place of those before it.
        let sql = "SELECT f.mois, f.type, f.parquet, l.observe FROM fichiers f JOIN livraisons l ON l.id = f.livraison
                   WHERE CASE WHEN ?1 THEN f.courant = 1 ELSE l.observe <= ?2 END
                   ORDER BY f.mois, f.type, f.remise, l.id";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement.query_map(params![now, day], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).map_err(failed)?;
        let rows: Vec<(String, String, String, String)> = rows.collect::<Result<_, _>>().map_err(failed)?;
        let mut out = Selection::new();
        for (month, kind, parquet, observed) in rows {
            let (Ok(month), Some(kind), Some(observed)) = (month.parse(), Kind::find(&kind), Date::parse(&observed)) else { continue };
            out.entry(month).or_default().insert(kind, KeptFile { parquet, observed });
        }
        Ok(out)
    }

    /// The day each month was first observed.
    pub(crate) fn first_observed(&self) -> Result<BTreeMap<Month, Date>, CubeError> {
        let sql = "SELECT f.mois, MIN(l.observe) FROM fichiers f JOIN livraisons l ON l.id = f.livraison GROUP BY f.mois";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).map_err(failed)?;
        let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>().map_err(failed)?;
        Ok(rows.into_iter().filter_map(|(month, day)| Some((month.parse().ok()?, Date::parse(&day)?))).collect())
    }
}

fn version(connection: &Connection) -> Result<i64, CubeError> {
    connection.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(failed)
}

pub(super) fn stamp(connection: &Connection) -> Result<i64, CubeError> {
    connection.query_row("SELECT COALESCE(MAX(id), 0) FROM livraisons", [], |r| r.get(0)).map_err(failed)
}

fn files(connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    connection.prepare("SELECT parquet FROM fichiers")?.query_map([], |r| r.get(0))?.collect()
}

/// The stamp of the store once this load is in it.
fn insert(transaction: &Transaction<'_>, manifest: &Manifest, loaded: &Loaded, files: &[(Kind, String)]) -> rusqlite::Result<i64> {
    let (report, month) = (&loaded.report, manifest.month.to_string());
    let blocking = report.blocking();
    let state = if blocking.is_empty() { "validable".to_owned() } else { format!("bloqué : {}", blocking.join(", ")) };
    let json = serde_json::to_string(report).unwrap_or_default();
    transaction.execute(
        "INSERT INTO livraisons (empreinte, nom, uai, mois, observe, etat, compte_rendu, qualite, rapport)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            manifest.fingerprint,
            manifest.delivery,
            manifest.uai,
            month,
            manifest.observed.to_string(),
            state,
            report.text(),
            report.csv(),
            json
        ],
    )?;
    let delivery = transaction.last_insert_rowid();
    super::quarantine::insert(transaction, delivery, manifest, loaded)?;
    for (kind, parquet) in files {
        let Some(file) = loaded.files.iter().find(|f| f.kind == *kind) else { continue };
        transaction
            .execute("UPDATE fichiers SET courant = 0 WHERE type = ?1 AND mois = ?2 AND courant = 1", params![kind.name(), month])?;
        transaction.execute(
            "INSERT INTO fichiers (livraison, type, mois, remise, sha256, lignes, parquet, courant, total_centimes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8)",
            params![
                delivery,
                kind.name(),
                month,
                file.remise,
                file.sha256,
                i64::try_from(file.lines).unwrap_or(i64::MAX),
                parquet,
                file.total.map(cadrage_value::Money::cents)
            ],
        )?;
    }
    let action = if files.is_empty() { "livraison sans effet" } else { "charger" };
    journal::note(transaction, action, &manifest.delivery, "")?;
    Ok(delivery)
}
