//! Lines in quarantine, with the text of the file: what a person needs to correct them.
//!
//! Reports mask names and birth dates; this text does not, since who corrects a line must read it. It stays in the store.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::Path;

use cadrage_value::{Money, Month};
use encoding_rs::Encoding;

use crate::input::{self, Shape};
use crate::quality::Finding;
use crate::rows::FlatRow;
use crate::{CubeError, Kind};

/// Lines of a file whose text is kept: more are not corrected by hand, the source sends the file again.
pub const MOST_LINES: usize = 10_000;

/// The only column of a file of fixed width.
const WHOLE_LINE: &str = "texte de la ligne";

/// A line in quarantine, or a line kept with a field in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantinedLine {
    /// Month of the delivery.
    pub month: Month,
    /// Type of its file.
    pub kind: Kind,
    /// Name of the delivery.
    pub delivery: String,
    /// Name of the file in the delivery.
    pub file: String,
    /// Line of the file, header included.
    pub line: usize,
    /// The whole line, or only fields of it.
    pub whole: bool,
    /// Quality code.
    pub code: String,
    /// First column that is wrong.
    pub column: String,
    /// Its value, masked when personal.
    pub value: String,
    /// What was expected of it.
    pub expected: String,
    /// All that is wrong, as a sentence.
    pub reason: String,
    /// Euros of the line, or of its agent; zero when its amount cannot be read.
    pub amount: Money,
    /// The line as written; nothing when its file is not a text.
    pub raw: Option<String>,
    /// The header of its file, as written.
    pub header: String,
}

impl QuarantinedLine {
    /// Which text this is: a correction names the text it corrects.
    #[must_use]
    pub fn print(&self) -> String {
        crate::fingerprint_of(self.raw.as_deref().unwrap_or_default().as_bytes()).chars().take(12).collect()
    }
}

/// What is wrong in the lines of the file being read, by line.
#[derive(Debug, Default)]
pub(crate) struct Held(BTreeMap<usize, HeldLine>);

#[derive(Debug)]
struct HeldLine {
    whole: bool,
    findings: Vec<Finding>,
}

impl Held {
    /// Keeps a finding that puts its line, or a field, in quarantine.
    pub(crate) fn take(&mut self, f: &Finding) {
        if !f.action.contains("en quarantaine") || (self.0.len() >= MOST_LINES && !self.0.contains_key(&f.line)) {
            return;
        }
        let held = self.0.entry(f.line).or_insert(HeldLine { whole: false, findings: Vec::new() });
        held.whole |= f.action.starts_with("ligne");
        held.findings.push(f.clone());
    }

    /// The lines, with their text when they can be corrected: a path for a text, ours or another system's, packed or not.
    pub(crate) fn lines(
        self,
        (month, kind, delivery, file): (Month, Kind, &str, &str),
        path: Option<(&Path, Shape)>,
        encoding: &'static Encoding,
    ) -> Result<Vec<QuarantinedLine>, CubeError> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        let mut header = String::new();
        let mut texts: BTreeMap<usize, String> = BTreeMap::new();
        if let Some((path, shape)) = path.filter(|(path, _)| !input::is_sheet(&path.to_string_lossy())) {
            if shape.separator.is_none() {
                WHOLE_LINE.clone_into(&mut header);
            }
            each_record(path, shape, |line, bytes| {
                let heading = !shape.headless && line == shape.skip + 1;
                if heading || self.0.contains_key(&line) {
                    let text = encoding.decode_without_bom_handling(bytes).0.trim_start_matches('\u{FEFF}').to_owned();
                    // Kept as our own files write it, whatever separates its cells.
                    let cells = shape.separator.map_or_else(|| vec![text.clone()], |separator| cells_between(&text, separator));
                    let text = if shape.separator == Some(OURS) { text } else { joined(&cells, OURS) };
                    if heading {
                        header = text;
                    } else {
                        if header.is_empty() {
                            header = joined(&(1..=cells.len()).map(|n| format!("case {n}")).collect::<Vec<_>>(), OURS);
                        }
                        texts.insert(line, text);
                    }
                }
                Ok(())
            })?;
        }
        let lines = self.0.into_iter().filter_map(|(line, held)| {
            // What keeps a line out comes before what keeps a field out.
            let first = held.findings.iter().find(|f| f.action.starts_with("ligne")).or(held.findings.first())?.clone();
            let reasons = held.findings.iter().map(|f| format!("{} « {} », attendu {}", f.column, f.value, f.expected));
            Some(QuarantinedLine {
                month,
                kind,
                delivery: delivery.to_owned(),
                file: file.to_owned(),
                line,
                whole: held.whole,
                code: first.code.into_owned(),
                column: first.column.into_owned(),
                value: first.value,
                expected: first.expected,
                reason: reasons.collect::<Vec<_>>().join(" ; "),
                amount: first.amount,
                raw: texts.remove(&line),
                header: header.clone(),
            })
        });
        Ok(lines.collect())
    }
}

/// Gives each record of a separated text, with the line it starts on, without its end of line.
fn each_record(path: &Path, shape: Shape, mut visit: impl FnMut(usize, &[u8]) -> Result<(), CubeError>) -> Result<(), CubeError> {
    records(path, shape, |line, bytes| visit(line, trimmed(bytes)))
}

/// Writes a text, unpacked, with some of its records replaced, all else byte for byte.
pub(crate) fn replaced(path: &Path, shape: Shape, with: &BTreeMap<usize, Vec<u8>>, out: &mut impl Write) -> Result<(), CubeError> {
    records(path, shape, |line, bytes| {
        let done = match with.get(&line) {
            Some(text) => out.write_all(text).and_then(|()| out.write_all(bytes.get(trimmed(bytes).len()..).unwrap_or_default())),
            None => out.write_all(bytes),
        };
        done.map_err(|e| CubeError::store("le fichier corrigé ne s'écrit pas", &e))
    })
}

fn records(path: &Path, shape: Shape, mut visit: impl FnMut(usize, &[u8]) -> Result<(), CubeError>) -> Result<(), CubeError> {
    let mut input = input::open(path).map_err(|e| unread(path, &e))?;
    let (mut record, mut quotes) = (Vec::new(), Quotes::Out);
    let (mut line, mut start) = (0, 1);
    loop {
        let from = record.len();
        let read = input.read_until(b'\n', &mut record).map_err(|e| unread(path, &e))?;
        if read == 0 {
            return if record.is_empty() { Ok(()) } else { visit(start, &record) };
        }
        line += 1;
        // In a line of fixed width a quote is a sign like another.
        if let Some(separator) = shape.separator {
            for b in record.get(from..).unwrap_or_default() {
                quotes = quotes.after(*b, separator);
            }
        }
        // A quoted cell goes on over the end of the line; what stands before the header is no record.
        if quotes != Quotes::In || line <= shape.skip {
            visit(start, &record)?;
            record.clear();
            (quotes, start) = (Quotes::Out, line + 1);
        }
    }
}

/// Where a byte of a record is (RFC 4180).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// At the start of a cell.
    Out,
    /// In a cell without quotes.
    Bare,
    /// Between quotes.
    In,
    /// After a quote that ends the cell, or is the first of two.
    Ended,
}

impl Quotes {
    fn after(self, byte: u8, separator: u8) -> Quotes {
        match (self, byte) {
            (Quotes::In, b'"') => Quotes::Ended,
            (Quotes::In, _) | (Quotes::Out | Quotes::Ended, b'"') => Quotes::In,
            (_, b) if b == separator || b == b'\n' => Quotes::Out,
            _ => Quotes::Bare,
        }
    }
}

/// What separates the cells of our own files.
const OURS: u8 = b';';

/// The cells of a line, as written.
pub(crate) fn cells_between(line: &str, separator: u8) -> Vec<String> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(separator).build();
    let (mut bytes, mut ends) = (vec![0; line.len() + 1], vec![0; line.len() + 2]);
    let mut row = FlatRow::default();
    let mut input = line.as_bytes();
    let (mut written, mut ended) = (0, 0);
    while let (Some(to), Some(at)) = (bytes.get_mut(written..), ends.get_mut(ended..)) {
        let (result, read, out, count) = reader.read_record(input, to, at);
        input = input.get(read..).unwrap_or_default();
        written += out;
        ended += count;
        if !matches!(result, csv_core::ReadRecordResult::InputEmpty) {
            break;
        }
    }
    let mut start = 0;
    for end in ends.iter().take(ended) {
        row.push(&String::from_utf8_lossy(bytes.get(start..*end).unwrap_or_default()));
        start = *end;
    }
    row.iter().map(str::to_owned).collect()
}

/// Cells as a line, quoted where they must be.
pub(crate) fn joined(cells: &[String], separator: u8) -> String {
    let separator = char::from(separator);
    let quoted = |cell: &String| {
        if cell.contains([separator, '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(&separator.to_string())
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

fn unread(path: &Path, e: &std::io::Error) -> CubeError {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    CubeError::new("I02", format!("`{name}` ne se lit pas ({e})"), "vérifiez que la livraison d'origine est à sa place")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn records_keep_their_line_over_quotes_and_ends() {
        let file = written("a;b\r\n\"x\ny\";1\r\n\r\nz;\"q\"\"q\";2\nlast");
        let mut seen = Vec::new();
        each_record(file.path(), Shape::CANONICAL, |line, bytes| {
            seen.push((line, String::from_utf8(bytes.to_vec()).unwrap()));
            Ok(())
        })
        .unwrap();
        let want = [(1, "a;b"), (2, "\"x\ny\";1"), (4, ""), (5, "z;\"q\"\"q\";2"), (6, "last")].map(|(l, t)| (l, t.to_owned()));
        assert_eq!(seen, want);
    }

    #[test]
    fn what_is_not_replaced_stays_byte_for_byte() {
        let text = "a;b\r\n1;2\r\n\"x\ny\";1\r\n3;4";
        let file = written(text);
        let mut out = Vec::new();
        replaced(file.path(), Shape::CANONICAL, &BTreeMap::new(), &mut out).unwrap();
        assert_eq!(out, text.as_bytes());
        out.clear();
        let with = BTreeMap::from([(3, b"new".to_vec()), (5, b"end".to_vec())]);
        replaced(file.path(), Shape::CANONICAL, &with, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a;b\r\n1;2\r\nnew\r\nend");
    }
}
