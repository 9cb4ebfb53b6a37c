//! Lines in quarantine as a file that a person corrects in a spreadsheet, and that file read back.

use std::collections::BTreeMap;

use cadrage_cube::{CorrectedLine, CubeError, FlatFile, Kind, QuarantinedLine, cells_of};

/// Columns that say which line it is, before those of its file.
const OURS: [&str; 5] = ["livraison", "fichier", "ligne", "empreinte", "motif"];

/// The files to correct: one by type of file and header, since a table has one header. Lines without text are left out.
#[must_use]
pub fn exported(lines: &[QuarantinedLine]) -> Vec<(Kind, String)> {
    let mut files: BTreeMap<(Kind, &str), String> = BTreeMap::new();
    for q in lines {
        let Some(raw) = &q.raw else { continue };
        let header = cells_of(&q.header);
        // A byte order mark, or a spreadsheet takes UTF-8 for its own encoding.
        let text = files.entry((q.kind, &q.header)).or_insert_with(|| {
            let names: Vec<String> = OURS.iter().map(|c| (*c).to_owned()).chain(header.iter().map(|c| quoted(c))).collect();
            format!("\u{FEFF}{}\r\n", names.join(";"))
        });
        let mut cells = cells_of(raw);
        cells.resize(header.len().max(cells.len()), String::new());
        let ours = [q.delivery.clone(), q.file.clone(), q.line.to_string(), q.print(), q.reason.clone()];
        let row: Vec<String> = ours.iter().chain(&cells).map(|c| quoted(&guarded(c))).collect();
        text.push_str(&row.join(";"));
        text.push_str("\r\n");
    }
    files.into_iter().map(|((kind, _), text)| (kind, text)).collect()
}

/// The corrected lines of such a file. Cells a spreadsheet emptied or padded are read as they are.
///
/// # Errors
/// `I01` and `I04` for a file that is not one of these, `I16` for a line that does not say which it corrects.
pub fn corrections(name: &str, bytes: &[u8]) -> Result<Vec<CorrectedLine>, CubeError> {
    // A spreadsheet may save in its own encoding.
    let encoding = if std::str::from_utf8(bytes).is_ok() { "utf-8" } else { "cp1252" };
    let file = FlatFile::read(name, bytes, encoding)?;
    let header: Vec<&str> = file.header.iter().map(String::as_str).collect();
    if !header.iter().take(OURS.len()).eq(OURS.iter()) {
        let help = format!("les premières colonnes sont celles de l'export : {}", OURS.join(";"));
        return Err(refused("I04", "ce n'est pas un export de la quarantaine".to_owned(), help, name, 1, "livraison"));
    }
    let mut out = Vec::new();
    for (at, row) in file.rows.iter().map(|row| (row.line, row.cells())) {
        let cell = |k: usize| row.get(k).map_or("", String::as_str);
        if row.iter().all(String::is_empty) {
            continue;
        }
        let Ok(line) = cell(2).parse() else {
            let help = "ne touchez pas aux cinq premières colonnes de l'export";
            return Err(refused("I16", format!("`{}` n'est pas un numéro de ligne", cell(2)), help.to_owned(), name, at, "ligne"));
        };
        out.push(CorrectedLine {
            at,
            delivery: cell(0).to_owned(),
            file: cell(1).to_owned(),
            line,
            print: cell(3).to_owned(),
            cells: (OURS.len()..header.len()).map(|k| unguarded(cell(k)).to_owned()).collect(),
        });
    }
    Ok(out)
}

fn refused(code: &'static str, message: String, help: String, file: &str, line: usize, column: &str) -> CubeError {
    CubeError { code, message, file: Some(file.to_owned()), line: Some(line), column: Some(column.to_owned()), help }
}

/// What a cell that is a text may start with, and that a spreadsheet or a reader would not leave as it is.
const SIGNS: [char; 6] = ['=', '@', '+', '\t', '\'', ' '];

/// What a spreadsheet would run, or turn into a date or a number of its own, is written as text.
fn guarded(cell: &str) -> String {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let parts = |c: char| cell.split(c).filter(|p| digits(p)).count();
    let dated = [('-', cell.matches('-').count()), ('/', cell.matches('/').count())].iter().any(|(c, n)| *n > 0 && parts(*c) == n + 1);
    let zeros = digits(cell) && (cell.starts_with('0') || cell.len() > 11) && cell.len() > 1;
    let formula = cell.starts_with(SIGNS) || (cell.starts_with('-') && !cell.as_bytes().get(1).is_some_and(u8::is_ascii_digit));
    if dated || zeros {
        format!("=\"{cell}\"")
    } else if formula && cell.len() > 1 {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// The same, back: `="…"` is taken off by the reader.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(SIGNS) || rest.starts_with('-')).unwrap_or(cell)
}

fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_went() {
        for cell in [
            "0204",
            "2026-01",
            "2026-01-15",
            "1/12",
            "15/01/2026",
            "123456789012",
            "=HYPERLINK(1)",
            "-x",
            "'a",
            "12,50",
            "-3,10",
            "A B",
            "  1A2  00",
            "",
        ] {
            let row = quoted(&guarded(cell));
            let file = FlatFile::read("t", format!("a\n{row}\nz").as_bytes(), "utf-8").unwrap();
            let back = file.rows.first().map(|r| r.cells().first().cloned().unwrap_or_default()).unwrap_or_default();
            if !cell.is_empty() {
                assert_eq!(unguarded(&back), cell);
            }
        }
        assert_eq!(guarded("2026-01"), "=\"2026-01\"");
        assert_eq!(guarded("-12,30"), "-12,30");
    }
}
