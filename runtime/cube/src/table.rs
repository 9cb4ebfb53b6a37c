//! Flat files as rows of named cells: encoding, separator, guards (interfaces.md §1).

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::CubeError;

/// A flat file. Cells are trimmed; absent is empty.
#[derive(Clone, Debug, Default)]
pub struct FlatFile {
    /// As users name it.
    pub name: String,
    /// Column names, as written.
    pub header: Vec<String>,
    /// Rows in order.
    pub rows: Vec<FlatRow>,
}

/// A row: its line in the file, from 1 with the header, and its cells in order of the header.
#[derive(Clone, Debug)]
pub struct FlatRow {
    /// Line of the file.
    pub line: usize,
    cells: csv::StringRecord,
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
        let text = decode(bytes, encoding).ok_or_else(|| unknown_encoding(encoding).at(name, None, Some("encodage")))?;
        let text = text.trim_start_matches('\u{FEFF}');
        let mut reader = rows_of(text.as_bytes(), u8::try_from(separator).unwrap_or(b';'));
        let mut header: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        for record in reader.records() {
            // Flexible reading of valid UTF-8 only fails on unreadable input, which a slice is not.
            let Ok(cells) = record else { continue };
            if header.is_none() {
                header = Some(cells.iter().map(|c| clean(c).to_owned()).collect());
            } else {
                let line = cells.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
                rows.push(FlatRow { line, cells });
            }
        }
        let header = header.ok_or_else(|| {
            CubeError::new("I01", "le fichier est vide", "la première ligne porte les noms des colonnes").at(name, Some(1), None)
        })?;
        Ok(FlatFile { name: name.to_owned(), header, rows })
    }

    /// Position of each known column; a missing required one is an error, and so is a known one written twice.
    pub(crate) fn columns(&self, known: &[&'static str], required: &[&str]) -> Result<Columns, CubeError> {
        let mut at = BTreeMap::new();
        for name in known {
            let mut places = self.header.iter().enumerate().filter(|(_, h)| h == name).map(|(k, _)| k);
            if let Some(k) = places.next() {
                if places.next().is_some() {
                    let help = "laissez une seule colonne de ce nom";
                    return Err(CubeError::new("I04", format!("la colonne `{name}` est écrite deux fois"), help).at(
                        &self.name,
                        Some(1),
                        Some(name),
                    ));
                }
                at.insert(*name, k);
            } else if required.contains(name) {
                let near = self
                    .header
                    .iter()
                    .find(|h| h.eq_ignore_ascii_case(name))
                    .map_or_else(String::new, |h| format!(" ; l'en-tête dit `{h}`"));
                let help = format!("la première ligne doit porter, séparés par « ; » : {}", required.join(", "));
                return Err(CubeError::new("I04", format!("la colonne obligatoire `{name}` est absente{near}"), help).at(
                    &self.name,
                    Some(1),
                    Some(name),
                ));
            }
        }
        let unknown = self.header.iter().filter(|h| !known.contains(&h.as_str())).cloned().collect();
        Ok(Columns { at, unknown, width: self.header.len() })
    }

    /// Rows as maps of cells by column name, with their line: what scripts read.
    pub fn named_rows(&self) -> impl Iterator<Item = (usize, BTreeMap<String, String>)> + '_ {
        self.rows.iter().map(|row| {
            let cells = row.cells.iter().map(|c| clean(c).to_owned());
            (row.line, self.header.iter().cloned().zip(cells).collect())
        })
    }
}

/// Where the known columns are.
pub(crate) struct Columns {
    at: BTreeMap<&'static str, usize>,
    /// Columns nobody reads.
    pub(crate) unknown: Vec<String>,
    width: usize,
}

impl Columns {
    /// The cell, empty when absent.
    pub(crate) fn cell<'r>(&self, row: &'r FlatRow, name: &str) -> &'r str {
        self.at.get(name).and_then(|k| row.cells.get(*k)).map_or("", clean)
    }

    /// Has the row as many cells as the header? Else its values may be under wrong names.
    pub(crate) fn fits(&self, row: &FlatRow) -> bool {
        row.cells.len() == self.width
    }
}

pub(crate) fn unknown_encoding(encoding: &str) -> CubeError {
    CubeError::new("I06", format!("l'encodage `{encoding}` est inconnu"), "le manifeste dit `utf-8`, `iso-8859-15` ou `cp1252`")
}

pub(crate) fn empty() -> CubeError {
    CubeError::new("I01", "le fichier est vide", "la première ligne porte les noms des colonnes")
}

/// Data rows of a file, header excluded; `None` when it has no header either. The same in all encodings read, which write `;`,
/// quotes and ends of lines alike.
pub(crate) fn count_rows(bytes: &[u8]) -> Option<usize> {
    let mut reader = rows_of(bytes, b';');
    let mut record = csv::ByteRecord::new();
    let mut count = 0_usize;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        count += 1;
    }
    count.checked_sub(1)
}

pub(crate) fn is_encoding(name: &str) -> bool {
    encoding_of(name).is_some()
}

fn rows_of(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes)
}

fn encoding_of(name: &str) -> Option<&'static encoding_rs::Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Some(encoding_rs::UTF_8),
        "iso-8859-15" => Some(encoding_rs::ISO_8859_15),
        "cp1252" | "windows-1252" => Some(encoding_rs::WINDOWS_1252),
        _ => None,
    }
}

fn decode<'b>(bytes: &'b [u8], encoding: &str) -> Option<Cow<'b, str>> {
    encoding_of(encoding).map(|e| e.decode_without_bom_handling(bytes).0)
}

/// Trims blanks and takes the spreadsheet's text guard off (`="0204"` → `0204`).
fn clean(cell: &str) -> &str {
    let cell = cell.trim_matches(|c: char| matches!(c, ' ' | '\t' | '\u{A0}' | '\u{202F}'));
    let quoted = cell.strip_prefix("=\"").and_then(|c| c.strip_suffix('"'));
    let bare = || cell.strip_prefix('=').filter(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit()));
    quoted.or_else(bare).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let read = FlatFile::read("t", text.as_bytes(), "utf-8").ok().map(|f| f.rows.len());
            assert_eq!(count_rows(text.as_bytes()), read, "{text:?}");
        }
    }
}
