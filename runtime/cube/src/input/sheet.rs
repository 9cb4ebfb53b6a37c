//! The first sheet of a spreadsheet, cell by cell. Held whole, so its size is weighed before it is opened: what an archive says of
//! itself proves nothing.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use calamine::{DataRef, Reader as _, Xlsx};

use crate::CubeError;
use crate::error::why_unread;
use crate::rows::{Fingerprint as _, FlatRow, Hashed, MOST_CELLS, Records};

/// Records of a sheet.
pub(crate) struct Sheet {
    path: PathBuf,
    rows: std::vec::IntoIter<FlatRow>,
}

impl Sheet {
    /// Reads the first sheet, past some rows.
    ///
    /// # Errors
    /// `I16` for an archive that is none, or that is too big once unpacked.
    pub(crate) fn open(path: &Path, shown: &str, skip: usize, most: u64) -> Result<Sheet, CubeError> {
        weigh(path, most).map_err(|e| e.at(shown, None, None))?;
        let bad = |why: &dyn std::fmt::Display| {
            let help = "ouvrez-le dans un tableur, et enregistrez-le au format .xlsx";
            CubeError::new("I18", format!("le classeur ne se lit pas ({why})"), help).at(shown, None, None)
        };
        let file = File::open(path).map_err(|e| bad(&why_unread(e.kind())))?;
        let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|e| bad(&e))?;
        let Some(first) = book.sheet_names().first().cloned() else { return Err(bad(&"aucune feuille")) };
        let mut cells = book.worksheet_cells_reader(&first).map_err(|e| bad(&e))?;
        let mut rows: Vec<FlatRow> = Vec::new();
        let mut width = 0_usize;
        while let Some(cell) = cells.next_cell().map_err(|e| bad(&e))? {
            let (row, column) = cell.get_position();
            let (line, at) = (usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1), usize::try_from(column).unwrap_or(usize::MAX));
            let text = text_of(cell.get_value());
            if line <= skip || text.is_empty() {
                continue;
            }
            if at >= MOST_CELLS {
                return Err(crate::rows::too_long(shown, line));
            }
            // Rows come in order; a sheet that goes back is read as written, line by line.
            if rows.last().is_none_or(|r| r.line != line) {
                let mut row = FlatRow::default();
                row.line = line;
                rows.push(row);
            }
            if let Some(current) = rows.last_mut() {
                while current.len() < at {
                    current.push("");
                }
                current.push(&text);
            }
            width = width.max(if rows.len() == 1 { at + 1 } else { 0 });
        }
        // A row ends where its last cell is: the others are empty, not missing.
        for row in &mut rows {
            while row.len() < width {
                row.push("");
            }
        }
        Ok(Sheet { path: path.to_owned(), rows: rows.into_iter() })
    }
}

impl Records for Sheet {
    fn read(&mut self, row: &mut FlatRow) -> Result<bool, CubeError> {
        row.clear();
        let Some(next) = self.rows.next() else { return Ok(false) };
        *row = next;
        Ok(true)
    }

    fn fingerprint(&mut self) -> String {
        Hashed::open(&self.path).map_or_else(
            |_| String::new(),
            |mut file| {
                super::drain(&mut file);
                file.fingerprint()
            },
        )
    }
}

/// Unpacks each part of an archive into nothing, up to a bound.
fn weigh(path: &Path, most: u64) -> Result<(), CubeError> {
    let help = "un classeur d'un mois est bien plus petit ; enregistrez la feuille au format CSV";
    let bad =
        |why: &dyn std::fmt::Display| CubeError::new("I18", format!("le classeur ne s'ouvre pas ({why})"), "redéposez le fichier .xlsx");
    let file = File::open(path).map_err(|e| bad(&why_unread(e.kind())))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|_| bad(&"ce n'en est pas un"))?;
    let mut left = most;
    for k in 0..archive.len() {
        let part = archive.by_index(k).map_err(|_| bad(&"une de ses parties est abîmée"))?;
        let read = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink()).map_err(|e| bad(&why_unread(e.kind())))?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| CubeError::new("I18", format!("le classeur décompressé dépasse {} Mio", most >> 20), help))?;
    }
    Ok(())
}

/// A cell as our files would write it.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(x) => decimal(*x),
        DataRef::String(s) => s.trim().to_owned(),
        DataRef::SharedString(s) => s.trim().to_owned(),
        DataRef::Bool(b) => if *b { "VRAI" } else { "FAUX" }.to_owned(),
        DataRef::DateTime(d) if d.is_datetime() => {
            let (year, month, day, ..) = d.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(d) => decimal(d.as_f64()),
        DataRef::DateTimeIso(s) => s.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(e) => e.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number of a spreadsheet with the fifteen digits it stands for, without the noise of its binary form; a decimal comma.
fn decimal(x: f64) -> String {
    let written = format!("{x:.14e}");
    let Some((digits, exponent)) = written.split_once('e') else { return written };
    let Ok(exponent) = exponent.parse::<i32>() else { return written };
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("-", d));
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let point = exponent + 1;
    let (whole, rest) = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => (format!("{digits}{}", "0".repeat((point - digits.len()).min(300))), String::new()),
        Ok(point) => (digits.get(..point).unwrap_or_default().to_owned(), digits.get(point..).unwrap_or_default().to_owned()),
        Err(_) => (String::new(), format!("{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0).min(300)))),
    };
    let (whole, rest) = (if whole.is_empty() { "0".to_owned() } else { whole }, rest.trim_end_matches('0'));
    if rest.is_empty() {
        let sign = if whole == "0" { "" } else { sign };
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole},{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_the_noise_of_their_binary_form() {
        for (x, text) in [
            (2_461.390_000_000_000_3, "2461,39"),
            (0.1 + 0.2, "0,3"),
            (101_000.0, "101000"),
            (-12.5, "-12,5"),
            (0.0, "0"),
            (-0.0, "0"),
            (0.083_333, "0,083333"),
            (1e15, "1000000000000000"),
            (123_456_789_012.34, "123456789012,34"),
        ] {
            assert_eq!(decimal(x), text);
        }
    }
}
