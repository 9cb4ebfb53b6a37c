//! Flat files as rows of named cells: encoding, separator, guards, rubbish (interfaces.md §1).

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
    cells: Vec<String>,
}

impl FlatFile {
    /// Decodes and splits. A byte that the encoding cannot read becomes `�` (Q15 on the field that holds it).
    ///
    /// # Errors
    /// `I06` for an unknown encoding, `I01` for a file without header.
    pub fn read(name: &str, bytes: &[u8], encoding: &str) -> Result<FlatFile, CubeError> {
        let text =
            decode(bytes, encoding).ok_or_else(|| {
                CubeError::new("I06", format!("l'encodage `{encoding}` est inconnu"), "le manifeste dit `utf-8`, `iso-8859-15` ou `cp1252`")
                    .at(name, None, Some("encodage"))
            })?;
        let text = text.trim_start_matches('\u{FEFF}');
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut header: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        for record in reader.records() {
            // Flexible reading of valid UTF-8 only fails on unreadable input, which a slice is not.
            let Ok(record) = record else { continue };
            let line = record.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
            let cells: Vec<String> = record.iter().map(clean).collect();
            if header.is_none() {
                header = Some(cells);
            } else {
                rows.push(FlatRow { line, cells });
            }
        }
        let header = header.ok_or_else(|| {
            CubeError::new("I01", "le fichier est vide", "la première ligne porte les noms des colonnes").at(name, Some(1), None)
        })?;
        Ok(FlatFile { name: name.to_owned(), header, rows })
    }

    /// Position of each known column; a missing required one is an error.
    pub(crate) fn columns(&self, known: &[&'static str], required: &[&str]) -> Result<Columns, CubeError> {
        let mut at = BTreeMap::new();
        for name in known {
            if let Some(k) = self.header.iter().position(|h| h == name) {
                at.insert(*name, k);
            } else if required.contains(name) {
                let near = self
                    .header
                    .iter()
                    .find(|h| h.eq_ignore_ascii_case(name))
                    .map_or_else(String::new, |h| format!(" ; l'en-tête dit `{h}`"));
                return Err(CubeError::new(
                    "I04",
                    format!("la colonne obligatoire `{name}` est absente{near}"),
                    format!("la première ligne doit porter, séparés par « ; » : {}", required.join(", ")),
                )
                .at(&self.name, Some(1), Some(name)));
            }
        }
        let unknown = self.header.iter().filter(|h| !known.contains(&h.as_str())).cloned().collect();
        Ok(Columns { at, unknown })
    }

    /// Rows as maps of cells by column name, with their line: what scripts read.
    pub fn named_rows(&self) -> impl Iterator<Item = (usize, BTreeMap<String, String>)> + '_ {
        self.rows.iter().map(|row| (row.line, self.header.iter().cloned().zip(row.cells.iter().cloned()).collect()))
    }
}

/// Where the known columns are.
pub(crate) struct Columns {
    at: BTreeMap<&'static str, usize>,
    /// Columns nobody reads.
    pub(crate) unknown: Vec<String>,
}

impl Columns {
    /// The cell, empty when absent.
    pub(crate) fn cell<'r>(&self, row: &'r FlatRow, name: &str) -> &'r str {
        self.at.get(name).and_then(|k| row.cells.get(*k)).map_or("", String::as_str)
    }
}

fn decode(bytes: &[u8], encoding: &str) -> Option<String> {
    let encoding = match encoding.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => encoding_rs::UTF_8,
        "iso-8859-15" => encoding_rs::ISO_8859_15,
        "cp1252" | "windows-1252" => encoding_rs::WINDOWS_1252,
        _ => return None,
    };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// Trims blanks and takes the spreadsheet's text guard off (`="0204"` → `0204`).
fn clean(cell: &str) -> String {
    let cell = cell.trim_matches(|c: char| c == ' ' || c == '\t' || c == '\u{A0}' || c == '\u{202F}');
    let guarded = cell
        .strip_prefix("=\"")
        .and_then(|c| c.strip_suffix('"'))
        .or_else(|| cell.strip_prefix('=').filter(|c| c.bytes().all(|b| b.is_ascii_digit())));
    guarded.unwrap_or(cell).to_owned()
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
        assert_eq!(FlatFile::read("t", b"a\n", "ebcdic").unwrap_err().code, "I06");
        assert_eq!(FlatFile::read("t", b"a\n", "utf-8").unwrap().columns(&["b"], &["b"]).err().unwrap().code, "I04");
    }
}
