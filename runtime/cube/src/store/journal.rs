//! The journal: who did what to the store, when and why. Lines are added, never changed (triggers of the catalogue).

use rusqlite::{Connection, params};

use super::Dossier;
use super::catalogue::failed;
use crate::CubeError;

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// `2026-11-27 02:19:36`, in universal time.
    pub when: String,
    /// The account of the system that ran the program.
    pub who: String,
    /// `charger`, `valider`, `rouvrir`…
    pub action: String,
    /// A delivery, a month.
    pub subject: String,
    /// Why, when somebody had to say.
    pub reason: String,
}

/// Adds a line.
pub(super) fn note(connection: &Connection, action: &str, subject: &str, reason: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO journal (action, objet, qui, motif) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, params![action, subject, whoever(), reason]).map(|_| ())
}

impl Dossier {
    /// All lines, oldest first.
    ///
    /// # Errors
    /// `I11`.
    pub fn journal(&self) -> Result<Vec<JournalLine>, CubeError> {
        let Some(catalogue) = &self.catalogue else { return Ok(Vec::new()) };
        let sql = "SELECT quand, qui, action, objet, motif FROM journal ORDER BY id";
        let mut statement = catalogue.connection.prepare(sql).map_err(failed)?;
        let line = |r: &rusqlite::Row<'_>| {
            Ok(JournalLine { when: r.get(0)?, who: r.get(1)?, action: r.get(2)?, subject: r.get(3)?, reason: r.get(4)? })
        };
        let rows = statement.query_map([], line).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }
}

/// The account that runs the program: the owner of the process where the system says it, else what the session says.
fn whoever() -> String {
    let named = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty());
    account().or_else(named).unwrap_or_else(|| "?".to_owned())
}

#[cfg(target_os = "linux")]
fn account() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let id = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    accounts
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|cells| cells.get(2) == Some(&id.as_str()))?
        .first()
        .map(|n| (*n).to_owned())
}

#[cfg(not(target_os = "linux"))]
fn account() -> Option<String> {
    None
}
