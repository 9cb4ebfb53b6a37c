//! Flat files as rows of named cells: encoding, separator, guards (interfaces.md §1).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use crate::CubeError;
use crate::error::why_unread;
use crate::input::{MOST_SHEET, Sheet, is_sheet};
use crate::layout::{Origins, SOURCE};
use crate::rows::{FlatRow, Records, Separated};

/// A flat file held whole: lists and tables, not deliveries. Cells are trimmed; absent is empty.
#[derive(Clone, Debug, Default)]
pub struct FlatFile {
    /// As users name it.
    pub name: String,
    /// Column names, as written.
    pub header: Vec<String>,
    /// Rows in order.
    pub rows: Vec<FlatRow>,
}

impl FlatFile {
    /// Decodes and splits. A byte that the encoding cannot read becomes `�` (Q15 on the field that holds it).
    ///
    /// # Errors
    /// `I06` for an unknown encoding, `I01` for a file without header.
    pub fn read(name: &str, bytes: &[u8], encoding: &str) -> Result<FlatFile, CubeError> {
        FlatFile::read_separated(name, bytes, encoding, ';')
    }

    /// The same, of a file whose columns something else separates.
    ///
    /// # Errors
    /// `I06` for an unknown encoding, `I01` for a file without header.
    pub fn read_separated(name: &str, bytes: &[u8], encoding: &str, separator: char) -> Result<FlatFile, CubeError> {
        let encoding = encoding_of(encoding).ok_or_else(|| unknown_encoding(encoding).at(name, None, Some("encodage")))?;
        let mut rows = Rows::new(name, Box::new(Separated::new(name, bytes, encoding, u8::try_from(separator).unwrap_or(b';'))))?;
        let mut held = Vec::new();
        while let Some(row) = rows.next()? {
            held.push(row.clone());
        }
        Ok(FlatFile { name: name.to_owned(), header: rows.header, rows: held })
    }

    /// The first sheet of a workbook (`.xlsx`), else a text separated by `;`.
    ///
    /// # Errors
    /// `I02` when it does not open, `I18` for a workbook that is none or too big, `I01` for a file without header.
    pub fn open(path: &Path, shown: &str) -> Result<FlatFile, CubeError> {
        let refused = |e: std::io::Error| {
            CubeError::new("I02", format!("`{shown}` ne se lit pas : {}", why_unread(e.kind())), "vérifiez le nom et vos droits")
        };
        if !is_sheet(shown) {
            let bytes = std::fs::read(path).map_err(refused)?;
            // A spreadsheet may save in its own encoding.
            let encoding = if std::str::from_utf8(&bytes).is_ok() { "utf-8" } else { "cp1252" };
            return FlatFile::read(shown, &bytes, encoding);
        }
        std::fs::File::open(path).map_err(refused)?;
        let mut rows = Rows::new(shown, Box::new(Sheet::open(path, shown, 0, MOST_SHEET)?))?;
        let mut held = Vec::new();
        while let Some(row) = rows.next()? {
            held.push(row.clone());
        }
        Ok(FlatFile { name: shown.to_owned(), header: rows.header, rows: held })
    }

    pub(crate) fn columns(&self, known: &[&'static str], required: &[&str]) -> Result<Columns, CubeError> {
        Columns::find(&self.name, &self.header, known, required)
    }

    /// Rows as maps of cells by column name, with their line: what scripts read.
    pub fn named_rows(&self) -> impl Iterator<Item = (usize, BTreeMap<String, String>)> + '_ {
        self.rows.iter().map(|row| {
            let cells = row.iter().map(|c| clean(c).to_owned());
            (row.line, self.header.iter().cloned().zip(cells).collect())
        })
    }
}

/// A file being read: its header, then its rows one at a time.
pub(crate) struct Rows<'a> {
    /// Column names, as written.
    pub(crate) header: Vec<String>,
    records: Box<dyn Records + 'a>,
    row: FlatRow,
    /// Rows given.
    pub(crate) given: usize,
}

impl<'a> Rows<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// `I01` for a file without header; see [`Records::read`].
    pub(crate) fn new(name: &str, mut records: Box<dyn Records + 'a>) -> Result<Self, CubeError> {
        let mut row = FlatRow::default();
        if !records.read(&mut row)? {
            return Err(empty().at(name, Some(1), None));
        }
        let header = row.iter().map(|c| clean(c.trim_start_matches('\u{FEFF}')).to_owned()).collect();
        Ok(Rows { header, records, row, given: 0 })
    }

    /// The next row.
    ///
    /// # Errors
    /// See [`Records::read`].
    pub(crate) fn next(&mut self) -> Result<Option<&FlatRow>, CubeError> {
        let more = self.records.read(&mut self.row)?;
        self.given += usize::from(more);
        Ok(more.then_some(&self.row))
    }

    /// What names and values are in the file itself, when an interface reads it.
    pub(crate) fn origins(&self) -> Option<Origins> {
        self.records.origins()
    }

    /// What there is to say of the file, once all its rows are read.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.records.notes()
    }

    /// The SHA-256 of the file, once all its rows are read.
    pub(crate) fn fingerprint(&mut self) -> String {
        self.records.fingerprint()
    }
}

/// Where the known columns are.
pub(crate) struct Columns {
    /// A hashed table of the names: they are asked for at each cell.
    slots: Vec<Option<(&'static str, usize)>>,
    /// Columns nobody reads.
    pub(crate) unknown: Vec<String>,
    /// What names and values are in the file itself, when an interface reads it.
    pub(crate) origins: Option<Origins>,
    width: usize,
}

impl Columns {
    /// Position of each known column; a missing required one is an error, and so is a known one written twice.
    pub(crate) fn find(name: &str, header: &[String], known: &[&'static str], required: &[&str]) -> Result<Columns, CubeError> {
        let file = name;
        let mut columns = Columns { slots: vec![None; SLOTS], unknown: Vec::new(), origins: None, width: header.len() };
        for name in known {
            let mut places = header.iter().enumerate().filter(|(_, h)| h == name).map(|(k, _)| k);
            if let Some(k) = places.next() {
                if places.next().is_some() {
                    let help = "laissez une seule colonne de ce nom";
                    return Err(CubeError::new("I04", format!("la colonne `{name}` est écrite deux fois"), help).at(
                        file,
                        Some(1),
                        Some(name),
                    ));
                }
                columns.insert(name, k);
            } else if required.contains(name) {
                let near =
                    header.iter().find(|h| h.eq_ignore_ascii_case(name)).map_or_else(String::new, |h| format!(" ; l'en-tête dit `{h}`"));
                let help = format!("la première ligne doit porter, séparés par « ; » : {}", required.join(", "));
                return Err(CubeError::new("I04", format!("la colonne obligatoire `{name}` est absente{near}"), help).at(
                    file,
                    Some(1),
                    Some(name),
                ));
            }
        }
        columns.unknown = header.iter().filter(|h| !known.contains(&h.as_str()) && !h.starts_with(SOURCE)).cloned().collect();
        Ok(columns)
    }

    fn insert(&mut self, name: &'static str, at: usize) {
        let mut slot = slot_of(name);
        while let Some(Some(_)) = self.slots.get(slot) {
            slot = (slot + 1) % SLOTS;
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = Some((name, at));
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        let mut slot = slot_of(name);
        while let Some(Some((held, at))) = self.slots.get(slot) {
            // The same words of the program, nearly always.
            if std::ptr::eq(*held, name) || *held == name {
                return Some(*at);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    /// The cell, empty when absent.
    pub(crate) fn cell<'r>(&self, row: &'r FlatRow, name: &str) -> &'r str {
        self.position(name).and_then(|k| row.get(k)).map_or("", clean)
    }

    /// Has the file columns for names or birth dates?
    pub(crate) fn names_people(&self) -> bool {
        ["nom", "prenom", "date_naissance"].iter().any(|name| self.position(name).is_some()) || self.origins.is_some()
    }

    /// What the file calls a column.
    pub(crate) fn name(&self, column: &'static str) -> Cow<'static, str> {
        self.origins.as_ref().and_then(|o| o.name(column)).map_or(Cow::Borrowed(column), |name| Cow::Owned(name.to_owned()))
    }

    /// What the file writes under a column.
    pub(crate) fn written(&self, row: &FlatRow, column: &str) -> String {
        self.origins.as_ref().and_then(|o| o.value(row, column)).unwrap_or_else(|| self.cell(row, column).to_owned())
    }

    /// Has the row as many cells as the header? Else its values may be under wrong names.
    pub(crate) fn fits(&self, row: &FlatRow) -> bool {
        row.len() == self.width
    }
}

pub(crate) fn unknown_encoding(encoding: &str) -> CubeError {
    CubeError::new("I06", format!("l'encodage `{encoding}` est inconnu"), "le manifeste dit `utf-8`, `iso-8859-15` ou `cp1252`")
}

pub(crate) fn empty() -> CubeError {
    CubeError::new("I01", "le fichier est vide", "la première ligne porte les noms des colonnes")
}

/// Slots of the table of names: some thirty names, so that most have theirs.
const SLOTS: usize = 128;

fn slot_of(name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |k: usize| usize::from(bytes.get(k).copied().unwrap_or(0));
    (bytes.len() * 37 + at(0) * 5 + at(bytes.len() / 2) * 11 + at(bytes.len().wrapping_sub(2)) * 17) % SLOTS
}

pub(crate) fn encoding_of(name: &str) -> Option<&'static encoding_rs::Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Some(encoding_rs::UTF_8),
        "iso-8859-15" => Some(encoding_rs::ISO_8859_15),
        "cp1252" | "windows-1252" => Some(encoding_rs::WINDOWS_1252),
        _ => None,
    }
}

/// Trims blanks and takes the spreadsheet's text guard off (`="0204"` → `0204`).
pub(crate) fn clean(cell: &str) -> &str {
    let cell = cell.trim_matches(|c: char| matches!(c, ' ' | '\t' | '\u{A0}' | '\u{202F}'));
    let quoted = cell.strip_prefix("=\"").and_then(|c| c.strip_suffix('"'));
    let bare = || cell.strip_prefix('=').filter(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit()));
    quoted.or_else(bare).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    #[test]
    fn reads_guards_quotes_and_encodings() {
        let f = FlatFile::read("t", b"\xEF\xBB\xBFa;b\r\n=\"0204\"; \"x;y\"\n", "utf-8").unwrap();
        let c = f.columns(&["a", "b"], &["a"]).unwrap();
        assert_eq!(c.cell(&f.rows[0], "a"), "0204");
        let f = FlatFile::read("t", b"a\n\xE9\x80\n", "cp1252").unwrap();
        assert_eq!(f.columns(&["a"], &[]).unwrap().cell(&f.rows[0], "a"), "é€");
        let f = FlatFile::read("t", b"a\n\xE9\xA4\n", "iso-8859-15").unwrap();
        assert_eq!(f.columns(&["a"], &[]).unwrap().cell(&f.rows[0], "a"), "é€");
        assert_eq!(FlatFile::read("t", b"a\n", "ebcdic").unwrap_err().code, "I06");
        assert_eq!(FlatFile::read("t", b"a\n", "utf-8").unwrap().columns(&["b"], &["b"]).err().unwrap().code, "I04");
        assert_eq!(FlatFile::read("t", b"a;a\n", "utf-8").unwrap().columns(&["a"], &["a"]).err().unwrap().code, "I04");
    }

    #[test]
    fn rows_count_as_they_are_read() {
        for text in ["a;b\n1;2\n\n3;4\n", "a\r\n\"x\ny\"\r\nz", "", "a"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("t");
            std::fs::write(&path, text).unwrap();
            let read = FlatFile::read("t", text.as_bytes(), "utf-8").ok().map(|f| f.rows.len());
            let (count, fingerprint) = rows::measure("t", rows::Hashed::open(&path).unwrap()).unwrap();
            assert_eq!(count, read, "{text:?}");
            assert_eq!(fingerprint, crate::fingerprint_of(text.as_bytes()));
        }
    }
}
