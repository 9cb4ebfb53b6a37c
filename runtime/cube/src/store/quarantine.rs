//! Lines in quarantine in the catalogue, and the loading of corrected ones.
//!
//! A correction is a new remise of the file it corrects: the same bytes but the corrected lines, under the same manifest line with
//! a greater `no_remise`. All a load guarantees thus holds of it, the original stays, and a line that is corrected is no longer in
//! quarantine, so that correcting twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cadrage_value::{Money, Month};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::Dossier;
use super::made::Made;
use crate::input;
use crate::load::Loaded;
use crate::manifest::{self, Manifest};
use crate::quarantine::{self, QuarantinedLine};
use crate::table::FlatFile;
use crate::{CubeError, Kind, LoadReport, fingerprint_of};

/// Made by the first load that has such lines: a store of before has none.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS quarantaine (
  id INTEGER PRIMARY KEY, livraison INTEGER NOT NULL REFERENCES livraisons(id), type TEXT NOT NULL, mois TEXT NOT NULL,
  dossier TEXT NOT NULL, fichier TEXT NOT NULL, ligne INTEGER NOT NULL, entiere INTEGER NOT NULL, code TEXT NOT NULL,
  colonne TEXT NOT NULL, valeur TEXT NOT NULL, attendu TEXT NOT NULL, motif TEXT NOT NULL, centimes INTEGER NOT NULL,
  entete TEXT NOT NULL, brut TEXT);";

/// A line of the catalogue: the line, whether its file is current, and the folder of its delivery.
struct Kept {
    line: QuarantinedLine,
    current: bool,
    folder: PathBuf,
}

/// A corrected line, and the one it corrects.
type Correction<'c> = (&'c CorrectedLine, &'c Kept);

/// A corrected line, as a person gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectedLine {
    /// Where it is in the file of corrections.
    pub at: usize,
    /// Name of the delivery it was in.
    pub delivery: String,
    /// Name of the file it was in.
    pub file: String,
    /// Its line there.
    pub line: usize,
    /// [`QuarantinedLine::print`] of the text it corrects.
    pub print: String,
    /// Its cells, in the order of the header of its file.
    pub cells: Vec<String>,
}

/// What became of corrected lines.
#[derive(Debug, Default)]
pub struct Replay {
    /// Comptes rendus of the new remises.
    pub reports: Vec<LoadReport>,
    /// Lines loaded.
    pub loaded: Vec<QuarantinedLine>,
    /// Lines that are still wrong, with their place in the file of corrections: they stay in quarantine.
    pub wrong: Vec<(usize, QuarantinedLine)>,
    /// Lines that were not changed.
    pub unchanged: usize,
    /// Lines that were loaded before.
    pub already: usize,
}

fn failed(e: rusqlite::Error) -> CubeError {
    CubeError::store("le catalogue ne répond pas", &e)
}

/// Keeps the lines of a load.
pub(super) fn insert(transaction: &Transaction<'_>, delivery: i64, manifest: &Manifest, loaded: &Loaded) -> rusqlite::Result<()> {
    if loaded.quarantined.is_empty() {
        return Ok(());
    }
    transaction.execute_batch(TABLE)?;
    let folder = manifest.folder.canonicalize().unwrap_or_else(|_| manifest.folder.clone());
    let mut statement = transaction.prepare(
        "INSERT INTO quarantaine (livraison, type, mois, dossier, fichier, ligne, entiere, code, colonne, valeur, attendu, motif, centimes,
                                  entete, brut)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    for q in &loaded.quarantined {
        statement.execute(params![
            delivery,
            q.kind.name(),
            q.month.to_string(),
            folder.to_string_lossy(),
            q.file,
            i64::try_from(q.line).unwrap_or(i64::MAX),
            q.whole,
            q.code,
            q.column,
            q.value,
            q.expected,
            q.reason,
            q.amount.cents(),
            q.header,
            q.raw
        ])?;
    }
    Ok(())
}

fn kept(connection: &Connection) -> Result<Vec<Kept>, CubeError> {
    let sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'quarantaine'";
    let there: Option<i64> = connection.query_row(sql, [], |r| r.get(0)).optional().map_err(failed)?;
    if there.is_none() {
        return Ok(Vec::new());
    }
    let sql = "SELECT q.type, q.mois, l.nom, q.dossier, q.fichier, q.ligne, q.entiere, q.code, q.colonne, q.valeur, q.attendu, q.motif,
                      q.centimes, q.entete, q.brut, COALESCE(f.courant, 0)
               FROM quarantaine q JOIN livraisons l ON l.id = q.livraison
               LEFT JOIN fichiers f ON f.livraison = q.livraison AND f.type = q.type
               ORDER BY q.mois, q.id";
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let mut out = Vec::new();
    while let Some(r) = rows.next().map_err(failed)? {
        let read = |r: &rusqlite::Row<'_>| -> rusqlite::Result<Option<Kept>> {
            let (kind, month): (String, String) = (r.get(0)?, r.get(1)?);
            let (Some(kind), Ok(month)) = (Kind::find(&kind), month.parse::<Month>()) else { return Ok(None) };
            let line = QuarantinedLine {
                month,
                kind,
                delivery: r.get(2)?,
                file: r.get(4)?,
                line: usize::try_from(r.get::<_, i64>(5)?).unwrap_or(0),
                whole: r.get(6)?,
                code: r.get(7)?,
                column: r.get(8)?,
                value: r.get(9)?,
                expected: r.get(10)?,
                reason: r.get(11)?,
                amount: Money::from_cents(r.get(12)?),
                header: r.get(13)?,
                raw: r.get(14)?,
            };
            Ok(Some(Kept { line, current: r.get(15)?, folder: PathBuf::from(r.get::<_, String>(3)?) }))
        };
        out.extend(read(r).map_err(failed)?);
    }
    Ok(out)
}

/// A refusal of the file of corrections.
fn refused(at: usize, message: String, help: &str) -> CubeError {
    CubeError::new("I16", message, help).at("corrections", Some(at), None)
}

impl Dossier {
    /// Lines of current files that are in quarantine, whole or by a field, by month and file.
    ///
    /// # Errors
    /// `I11`.
    pub fn quarantine(&self) -> Result<Vec<QuarantinedLine>, CubeError> {
        let Some(catalogue) = &self.catalogue else { return Ok(Vec::new()) };
        let kept = kept(catalogue.connection())?;
        Ok(kept.into_iter().filter(|k| k.current).map(|k| k.line).collect())
    }

    /// Loads corrected lines, as a new remise of each file they are of. Lines that are still wrong stay in quarantine.
    ///
    /// # Errors
    /// `I16` for a line that is not in quarantine, `I02` or `I03` when the file it was in is gone or has changed, and all that
    /// refuses a load: nothing of that file is then loaded.
    pub fn replay(&mut self, lines: &[CorrectedLine]) -> Result<Replay, CubeError> {
        self.connect()?;
        let kept = match &self.catalogue {
            Some(catalogue) => kept(catalogue.connection())?,
            None => Vec::new(),
        };
        let mut out = Replay::default();
        let mut files: BTreeMap<(Month, PathBuf, String), Vec<Correction<'_>>> = BTreeMap::new();
        let mut seen: BTreeSet<(&str, &str, usize)> = BTreeSet::new();
        for corrected in lines {
            let is_it = |k: &&Kept| k.line.file == corrected.file && k.line.line == corrected.line && k.line.print() == corrected.print;
            if !seen.insert((&corrected.delivery, &corrected.file, corrected.line)) {
                let message = format!("la ligne {} de `{}` est corrigée deux fois", corrected.line, corrected.file);
                return Err(refused(corrected.at, message, "gardez une seule correction par ligne"));
            }
            let Some(pending) = kept.iter().filter(|k| k.current).find(is_it) else {
                if kept.iter().any(|k| is_it(&k)) {
                    out.already += 1;
                    continue;
                }
                let message =
                    format!("la ligne {} de `{}` n'est pas en quarantaine, ou plus sous ce texte", corrected.line, corrected.file);
                return Err(refused(corrected.at, message, "exportez de nouveau la quarantaine, et corrigez ce fichier-là"));
            };
            let width = cells_of(&pending.line.header).len();
            if corrected.cells.len() != width {
                let message = format!("{} cases, et {width} colonnes dans `{}`", corrected.cells.len(), corrected.file);
                return Err(refused(corrected.at, message, "gardez les colonnes de l'export, dans leur ordre"));
            }
            if pending.line.raw.is_none() {
                let help = "corrigez-la dans le système d'origine, et déposez une remise corrigée";
                return Err(refused(
                    corrected.at,
                    format!("la ligne {} de `{}` ne se corrige pas ici", corrected.line, corrected.file),
                    help,
                ));
            }
            if pending.line.raw.as_deref().is_some_and(|raw| same_cells(&cells_of(raw), &corrected.cells)) {
                out.unchanged += 1;
                continue;
            }
            files.entry((pending.line.month, pending.folder.clone(), pending.line.file.clone())).or_default().push((corrected, pending));
        }
        for ((month, folder, file), corrections) in files {
            self.replay_file(month, &folder, &file, &corrections, &mut out)?;
        }
        Ok(out)
    }

    fn replay_file(
        &mut self,
        month: Month,
        folder: &Path,
        file: &str,
        corrections: &[Correction<'_>],
        out: &mut Replay,
    ) -> Result<(), CubeError> {
        let Some((_, first)) = corrections.first() else { return Ok(()) };
        let kind = first.line.kind;
        let original = manifest::read(folder, &self.layouts)?;
        let remise = match &self.catalogue {
            Some(catalogue) => catalogue.current(month)?.into_iter().find(|c| c.kind == kind),
            None => None,
        };
        let announced = original.files.iter().filter(|f| f.file == *file).find(|f| remise.as_ref().is_some_and(|c| c.sha256 == f.sha256));
        let (Some(announced), Some(current)) = (announced, remise) else {
            let message = format!("`{file}` n'est plus celui qui a été chargé");
            let help = format!("remettez le fichier d'origine dans `{}`", folder.display());
            return Err(CubeError::new("I03", message, help).at(file, None, None));
        };
        let mut texts: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        for (corrected, _) in corrections {
            texts.insert(corrected.line, encoded(corrected, announced)?);
        }
        let delivery = first.line.delivery.as_str();
        let made = Made::new(self.root(), delivery.split(REPLAYED).next().unwrap_or(delivery), REPLAYED)?;
        // Once to see what is still wrong, once without that.
        made.write_corrected(folder, announced, current.remise + 1, &texts)?;
        let manifest = manifest::read(&made.folder, &self.layouts)?;
        let (_, loaded) = self.read(&manifest, None, &mut |_, _, _| {})?;
        for (corrected, pending) in corrections {
            match loaded.quarantined.iter().find(|q| q.line == corrected.line) {
                Some(wrong) => {
                    texts.remove(&corrected.line);
                    out.wrong.push((corrected.at, wrong.clone()));
                }
                None => out.loaded.push(pending.line.clone()),
            }
        }
        if texts.is_empty() {
            return Ok(());
        }
        made.write_corrected(folder, announced, current.remise + 1, &texts)?;
        out.reports.push(self.load_made(&made)?);
        Ok(())
    }
}

/// Marks the deliveries made here.
const REPLAYED: &str = "-rejeu-";

impl Made {
    /// The file with its corrected lines, and its line of the manifest.
    fn write_corrected(
        &self,
        from: &Path,
        announced: &manifest::Announced,
        remise: i64,
        texts: &BTreeMap<usize, Vec<u8>>,
    ) -> Result<(), CubeError> {
        let mut bytes = Vec::new();
        quarantine::replaced(&from.join(&announced.file), announced.shape(), texts, &mut bytes)?;
        let fail = |e: std::io::Error| CubeError::store("la livraison corrigée ne s'écrit pas", &e);
        let bytes = input::as_named(&announced.file, bytes).map_err(fail)?;
        self.write(&announced.file, &bytes)?;
        let read = std::fs::read(from.join("manifeste.csv")).map_err(fail)?;
        let table = FlatFile::read("manifeste.csv", &read, "utf-8")?;
        let header = table.header.join(";");
        let row = table.named_rows().find(|(_, row)| {
            let is = |column: &str, text: &str| row.get(column).is_some_and(|cell| cell == text);
            is("fichier", &announced.file) && is("no_remise", &announced.remise.to_string())
        });
        let Some((_, row)) = row else {
            return Err(CubeError::new("I01", "le manifeste d'origine n'annonce plus ce fichier", "remettez la livraison d'origine"));
        };
        let (remise, print) = (remise.to_string(), fingerprint_of(&bytes));
        let cells = table.header.iter().map(|column| match column.as_str() {
            "no_remise" => remise.clone(),
            "sha256" => print.clone(),
            other => row.get(other).cloned().unwrap_or_default(),
        });
        let line = quarantine::joined(&cells.collect::<Vec<_>>(), b';');
        self.write(manifest::NAME, format!("{header}\n{line}\n").as_bytes())
    }
}

/// The bytes of a corrected line, in the form and the encoding of its file.
fn encoded(corrected: &CorrectedLine, announced: &manifest::Announced) -> Result<Vec<u8>, CubeError> {
    let text = match announced.shape().separator {
        Some(separator) => quarantine::joined(&corrected.cells, separator),
        // A line of fixed width is one cell, corrected as it stands.
        None => corrected.cells.concat(),
    };
    let encoding = announced.encoding.as_str();
    let known = crate::table::encoding_of(encoding).ok_or_else(|| crate::table::unknown_encoding(encoding))?;
    let (bytes, _, lost) = known.encode(&text);
    if lost {
        let message = format!("un caractère de cette ligne ne s'écrit pas en {encoding}, l'encodage de `{}`", corrected.file);
        return Err(refused(corrected.at, message, "remplacez ce caractère"));
    }
    Ok(bytes.into_owned())
}

/// The cells of a line of our own files, as written.
#[must_use]
pub fn cells_of(line: &str) -> Vec<String> {
    quarantine::cells_between(line, b';')
}

/// Says a line the same? Guards and spaces around cells are no change.
fn same_cells(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| crate::table::clean(a) == crate::table::clean(b))
}
