//! CSV: one cell a line, so that a filter or a pivot table reads it whatever the number of columns.

use crate::model::{Cell, Document, WRITTEN};

const HEAD: [&str; 8] = ["niveau", "code", "libelle", "scenario", "periode", "membre", "mesure", "valeur"];

/// Which readers a CSV is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Spreadsheets in French: `;`, decimal comma, and words that look like a formula behind an apostrophe.
    Person,
    /// Programs: `,`, decimal dot, words as they are.
    Program,
}

/// The tables of a document, one after the other.
#[must_use]
pub fn csv(document: &Document, reader: Reader) -> String {
    let (separator, decimal) = match reader {
        Reader::Person => (';', ","),
        Reader::Program => (',', "."),
    };
    let words = |text: &str| quoted(&if reader == Reader::Person { tamed(text) } else { text.to_owned() }, separator);
    let mut out = HEAD.join(&separator.to_string());
    out.push('\n');
    for (row, column, cell) in document.tables.iter().flat_map(|t| t.cells()) {
        let value = match cell {
            Cell::Nothing => String::new(),
            Cell::Number(x) => quoted(&x.to_plain(WRITTEN).replace('.', decimal), separator),
            Cell::Words(text) => words(text),
        };
        for text in [&row.level, &row.code, &row.label, &column.scenario, &column.period, &column.member, &column.measure] {
            out.push_str(&words(text));
            out.push(separator);
        }
        out.push_str(&value);
        out.push('\n');
    }
    out
}

/// Words that a spreadsheet would run as a formula, behind an apostrophe: it then shows them as they are.
pub(crate) fn tamed(text: &str) -> String {
    if looks_like_a_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// Would a spreadsheet that opens a CSV try to compute it?
pub(crate) fn looks_like_a_formula(text: &str) -> bool {
    text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// As RFC 4180 writes a cell.
fn quoted(text: &str, separator: char) -> String {
    if text.contains([separator, '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
