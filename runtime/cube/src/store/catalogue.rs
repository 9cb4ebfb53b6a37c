//! The catalogue: which files are current, and what was loaded when (SQLite, append-only journal).

use std::collections::BTreeSet;
use std::path::Path;

use cadrage_value::{Date, Month};
use rusqlite::{Connection, OptionalExtension, params};

use crate::CubeError;
use crate::load::Loaded;
use crate::manifest::{Kind, Manifest};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS livraisons (
  id INTEGER PRIMARY KEY, empreinte TEXT NOT NULL UNIQUE, nom TEXT NOT NULL, uai TEXT NOT NULL, mois TEXT NOT NULL,
  observe TEXT NOT NULL, etat TEXT NOT NULL, compte_rendu TEXT NOT NULL, qualite TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fichiers (
  id INTEGER PRIMARY KEY, livraison INTEGER NOT NULL REFERENCES livraisons(id), type TEXT NOT NULL, mois TEXT NOT NULL,
  remise INTEGER NOT NULL, sha256 TEXT NOT NULL, lignes INTEGER NOT NULL, parquet TEXT NOT NULL UNIQUE, courant INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS journal (
  id INTEGER PRIMARY KEY, quand TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, action TEXT NOT NULL, objet TEXT NOT NULL);
";

/// The catalogue of a dossier.
#[derive(Debug)]
pub(crate) struct Catalogue {
    connection: Connection,
}

/// Current files of a month by type, with the observation date.
pub(crate) type Current = (Option<Date>, Vec<(Kind, String)>);

/// A load done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadSummary {
    /// Folder name.
    pub delivery: String,
    /// Pay month.
    pub month: String,
    /// Observation date.
    pub observed: String,
    /// `validable`, or what blocks.
    pub state: String,
}

fn failed(e: rusqlite::Error) -> CubeError {
    CubeError::store("le catalogue ne répond pas", &e)
}

impl Catalogue {
    pub(crate) fn open(store: &Path) -> Result<Self, CubeError> {
        let connection = Connection::open(store.join("catalogue.sqlite")).map_err(failed)?;
        connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(failed)?;
        connection.execute_batch(SCHEMA).map_err(failed)?;
        Ok(Catalogue { connection })
    }

    /// Is this very delivery loaded?
    pub(crate) fn knows(&self, fingerprint: &str) -> Result<bool, CubeError> {
        let found: Option<i64> = self
            .connection
            .query_row("SELECT id FROM livraisons WHERE empreinte = ?1", [fingerprint], |r| r.get(0))
            .optional()
            .map_err(failed)?;
        Ok(found.is_some())
    }

    /// A corrected file has a greater `no_remise` than the one it replaces.
    pub(crate) fn check_remises(&self, manifest: &Manifest) -> Result<(), CubeError> {
        for announced in &manifest.files {
            let current: Option<(i64, String)> = self
                .connection
                .query_row(
                    "SELECT remise, sha256 FROM fichiers WHERE type = ?1 AND mois = ?2 AND courant = 1",
                    params![announced.kind.name(), manifest.month.to_string()],
                    |r| Ok((r.get(0)?, r.get(1)?)),
                )
                .optional()
                .map_err(failed)?;
            if let Some((remise, sha256)) = current
                && remise >= announced.remise
                && sha256 != announced.sha256
                && !manifest.files.iter().any(|f| f.kind == announced.kind && f.remise > remise)
            {
                return Err(CubeError::new(
                    "I08",
                    format!(
                        "la remise {} de `{}` pour {} ne remplace pas la remise {remise} déjà chargée",
                        announced.remise,
                        announced.kind.name(),
                        manifest.month.to_french()
                    ),
                    "une remise corrigée porte un `no_remise` plus grand",
                )
                .at(&manifest.delivery, None, Some("no_remise")));
            }
        }
        Ok(())
    }

    /// Makes a load current; the name of the delivery it replaces, if any.
    pub(crate) fn commit(&mut self, manifest: &Manifest, loaded: &Loaded, files: &[(Kind, String)]) -> Result<Option<String>, CubeError> {
        let month = manifest.month.to_string();
        let blocking = loaded.report.blocking();
        let state = if blocking.is_empty() { "validable".to_owned() } else { format!("bloqué : {}", blocking.join(", ")) };
        let transaction = self.connection.transaction().map_err(failed)?;
        let replaces: Option<String> = transaction
            .query_row("SELECT nom FROM livraisons WHERE mois = ?1 ORDER BY id DESC LIMIT 1", [&month], |r| r.get(0))
            .optional()
            .map_err(failed)?;
        transaction
            .execute(
                "INSERT INTO livraisons (empreinte, nom, uai, mois, observe, etat, compte_rendu, qualite) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    manifest.fingerprint,
                    manifest.delivery,
                    manifest.uai,
                    month,
                    manifest.observed.to_string(),
                    state,
                    loaded.report.text(),
                    loaded.report.csv()
                ],
            )
            .map_err(failed)?;
        let delivery = transaction.last_insert_rowid();
        for (kind, parquet) in files {
            let Some(last) = manifest.files.iter().filter(|f| f.kind == *kind).max_by_key(|f| f.remise) else { continue };
            transaction
                .execute("UPDATE fichiers SET courant = 0 WHERE type = ?1 AND mois = ?2", params![kind.name(), month])
                .map_err(failed)?;
            transaction
                .execute(
                    "INSERT INTO fichiers (livraison, type, mois, remise, sha256, lignes, parquet, courant) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
                    params![delivery, kind.name(), month, last.remise, last.sha256, i64::try_from(last.file.rows.len()).unwrap_or(0), parquet],
                )
                .map_err(failed)?;
        }
        transaction.execute("INSERT INTO journal (action, objet) VALUES ('charger', ?1)", [&manifest.delivery]).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(replaces)
    }

    /// Names of all Parquet files that a load made, current or replaced.
    pub(crate) fn files(&self) -> Result<BTreeSet<String>, CubeError> {
        let mut statement = self.connection.prepare("SELECT parquet FROM fichiers").map_err(failed)?;
        let rows = statement.query_map([], |r| r.get::<_, String>(0)).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Months that have a load.
    pub(crate) fn months(&self) -> Result<Vec<Month>, CubeError> {
        let mut statement = self.connection.prepare("SELECT DISTINCT mois FROM fichiers ORDER BY mois").map_err(failed)?;
        let rows = statement.query_map([], |r| r.get::<_, String>(0)).map_err(failed)?;
        let texts: Vec<String> = rows.collect::<Result<_, _>>().map_err(failed)?;
        Ok(texts.iter().filter_map(|t| t.parse().ok()).collect())
    }

    /// Current files of a month by type, and its observation date.
    pub(crate) fn current(&self, month: Month) -> Result<Current, CubeError> {
        let mut statement =
            self.connection.prepare("SELECT type, parquet FROM fichiers WHERE mois = ?1 AND courant = 1 ORDER BY type").map_err(failed)?;
        let rows = statement.query_map([month.to_string()], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).map_err(failed)?;
        let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>().map_err(failed)?;
        let observed: Option<String> = self
            .connection
            .query_row("SELECT observe FROM livraisons WHERE mois = ?1 ORDER BY id DESC LIMIT 1", [month.to_string()], |r| r.get(0))
            .optional()
            .map_err(failed)?;
        let files = rows.into_iter().filter_map(|(kind, file)| Kind::find(&kind).map(|k| (k, file))).collect();
        Ok((observed.and_then(|t| Date::parse(&t)), files))
    }

    /// Loads done, oldest first.
    pub(crate) fn loads(&self) -> Result<Vec<LoadSummary>, CubeError> {
        let mut statement = self.connection.prepare("SELECT nom, mois, observe, etat FROM livraisons ORDER BY id").map_err(failed)?;
        let rows = statement
            .query_map([], |r| Ok(LoadSummary { delivery: r.get(0)?, month: r.get(1)?, observed: r.get(2)?, state: r.get(3)? }))
            .map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}
