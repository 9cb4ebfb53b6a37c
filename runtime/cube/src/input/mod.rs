//! What a delivery is written in: delimited text, lines of fixed width, packed (`.gz`) or not, or a spreadsheet (`.xlsx`).

mod fixed;
mod packed;
mod sheet;

use std::io::{BufRead, Read, Write};
use std::path::Path;

use encoding_rs::Encoding;

use crate::CubeError;
use crate::rows::{Fingerprint, Hashed, Records, Separated};

use fixed::Fixed;
use packed::Packed;
pub(crate) use sheet::Sheet;

/// Bytes of a packed text once unpacked, at most: beyond, it is a bomb rather than a month.
pub(crate) const MOST_UNPACKED: u64 = 2 << 30;

/// Bytes of a spreadsheet once unpacked, at most: it is held whole.
pub(crate) const MOST_SHEET: u64 = 256 << 20;

/// How a file is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Between cells; none in a file of fixed width.
    pub(crate) separator: Option<u8>,
    /// Lines before the header, or before the first row.
    pub(crate) skip: usize,
    /// The first row is data.
    pub(crate) headless: bool,
}

impl Shape {
    /// Of our own files.
    pub(crate) const CANONICAL: Shape = Shape { separator: Some(b';'), skip: 0, headless: false };
}

/// Bytes read in turn, which know the SHA-256 of the file they come from.
pub(crate) trait Input: BufRead + Fingerprint {}

impl<T: BufRead + Fingerprint> Input for T {}

impl Fingerprint for Box<dyn Input> {
    fn fingerprint(&mut self) -> String {
        self.as_mut().fingerprint()
    }
}

/// Is it a spreadsheet, by its name?
pub(crate) fn is_sheet(file: &str) -> bool {
    ends_with(file, ".xlsx")
}

fn ends_with(file: &str, end: &str) -> bool {
    file.len() >= end.len() && file.get(file.len() - end.len()..).is_some_and(|e| e.eq_ignore_ascii_case(end))
}

/// The bytes of a file, unpacked.
pub(crate) fn open(path: &Path) -> std::io::Result<Box<dyn Input>> {
    let hashed = Hashed::open(path)?;
    if ends_with(&path.to_string_lossy(), ".gz") { Ok(Box::new(Packed::new(hashed, MOST_UNPACKED))) } else { Ok(Box::new(hashed)) }
}

/// A text as a file of this name holds it: packed for a `.gz`.
pub(crate) fn as_named(file: &str, text: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if !ends_with(file, ".gz") {
        return Ok(text);
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&text)?;
    packed.finish()
}

/// The records of a file, its header included when it has one.
///
/// # Errors
/// `I02` when the file does not open, `I16` for a spreadsheet that is none, or too big.
pub(crate) fn records(path: &Path, shown: &str, encoding: &'static Encoding, shape: Shape) -> Result<Box<dyn Records>, CubeError> {
    if is_sheet(shown) {
        return Ok(Box::new(Sheet::open(path, shown, shape.skip, MOST_SHEET)?));
    }
    let mut input = open(path).map_err(|e| crate::rows::unreadable(shown, 0, &e))?;
    for line in 1..=shape.skip {
        skip_line(&mut input).map_err(|e| crate::rows::unreadable(shown, line, &e))?;
    }
    Ok(match shape.separator {
        Some(separator) => Box::new(Separated::after(shown, input, encoding, separator, shape.skip)),
        None => Box::new(Fixed::new(shown, input, encoding, shape.skip)),
    })
}

/// Goes past a line, however long.
fn skip_line(input: &mut dyn BufRead) -> std::io::Result<()> {
    loop {
        let block = input.fill_buf()?;
        let (taken, ended) = match block.iter().position(|b| *b == b'\n') {
            Some(k) => (k + 1, true),
            None => (block.len(), block.is_empty()),
        };
        input.consume(taken);
        if ended {
            return Ok(());
        }
    }
}

/// Reads what is left, so that the fingerprint is that of the whole file.
fn drain(input: &mut dyn Read) {
    // A file that no longer reads has another fingerprint, which is what says so.
    let _ = std::io::copy(input, &mut std::io::sink());
}
