//! A file of records, one at a time: memory does not grow with the file, and a record has a greatest size.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use csv_core::ReadRecordResult;
use encoding_rs::Encoding;
use sha2::{Digest, Sha256};

use crate::CubeError;
use crate::error::why_unread;
use crate::layout::Origins;

/// Bytes of the longest record that is read: more is a file without ends of lines, or a quote that is never closed.
pub(crate) const LONGEST_RECORD: usize = 1 << 20;

/// Cells of the widest record that is read.
pub(crate) const MOST_CELLS: usize = 4096;

/// Bytes read from the disk at a time.
const BLOCK: usize = 1 << 18;

/// A row: its line in the file, from 1 with the header, and its cells.
#[derive(Clone, Debug, Default)]
pub struct FlatRow {
    /// Line of the file.
    pub line: usize,
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
}

impl FlatRow {
    /// A cell as written, by position.
    pub(crate) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.text.get(start..end)
    }

    /// Its cells, without blanks around them nor a spreadsheet's guards.
    #[must_use]
    pub fn cells(&self) -> Vec<String> {
        self.iter().map(|cell| crate::table::clean(cell).to_owned()).collect()
    }

    /// How many cells.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cells as written.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Forgets its cells.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a cell.
    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }
}

/// Where records come from.
pub(crate) trait Records {
    /// The next record, header included, in `row`; `false` when there is none left.
    ///
    /// # Errors
    /// `I02` when the file does not read, `I12` for a record that is too long.
    fn read(&mut self, row: &mut FlatRow) -> Result<bool, CubeError>;

    /// The SHA-256 of what was read, once all is.
    fn fingerprint(&mut self) -> String;

    /// What names and values are in the file itself, when it is read through an interface and its header is read.
    fn origins(&self) -> Option<Origins> {
        None
    }

    /// What there is to say of the file, once it is read.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Records of a delimited text (RFC 4180 quotes). Splits before it decodes: encodings read here write separators, quotes and ends
/// of lines alike.
pub(crate) struct Separated<R> {
    input: R,
    name: String,
    core: csv_core::Reader,
    encoding: &'static Encoding,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Ends of lines between records, which the core is not given.
    skipped: usize,
}

impl<R: BufRead> Separated<R> {
    pub(crate) fn new(name: &str, input: R, encoding: &'static Encoding, separator: u8) -> Self {
        Separated::after(name, input, encoding, separator, 0)
    }

    /// What follows the lines that were skipped: lines are counted with them.
    pub(crate) fn after(name: &str, input: R, encoding: &'static Encoding, separator: u8, skipped: usize) -> Self {
        let core = csv_core::ReaderBuilder::new().delimiter(separator).build();
        Separated { input, name: name.to_owned(), core, encoding, bytes: vec![0; 4096], ends: vec![0; 64], skipped }
    }

    /// Goes to the first byte of the next record: the core gives a record up at its `\r`, and would count its `\n` with the next one.
    fn skip_ends(&mut self) -> Result<(), CubeError> {
        loop {
            let input = self.input.fill_buf().map_err(|e| unreadable(&self.name, self.skipped, &e))?;
            let blank = input.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            self.skipped += input.iter().take(blank).filter(|b| **b == b'\n').count();
            let whole = blank > 0 && blank == input.len();
            self.input.consume(blank);
            if !whole {
                return Ok(());
            }
        }
    }

    /// The next record, undecoded: its line, its bytes, its cells.
    fn next(&mut self) -> Result<Option<(usize, usize, usize)>, CubeError> {
        self.skip_ends()?;
        let line = usize::try_from(self.core.line()).unwrap_or(0) + self.skipped;
        let (mut written, mut cells) = (0, 0);
        loop {
            let input = self.input.fill_buf().map_err(|e| unreadable(&self.name, line, &e))?;
            let (Some(bytes), Some(ends)) = (self.bytes.get_mut(written..), self.ends.get_mut(cells..)) else { return Ok(None) };
            let (result, read, out, ended) = self.core.read_record(input, bytes, ends);
            self.input.consume(read);
            written += out;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.bytes.len() < LONGEST_RECORD => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_CELLS => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => return Err(too_long(&self.name, line)),
                ReadRecordResult::Record => return Ok(Some((line, written, cells))),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }
}

impl<R: BufRead + Fingerprint> Records for Separated<R> {
    fn read(&mut self, row: &mut FlatRow) -> Result<bool, CubeError> {
        row.clear();
        let Some((line, written, cells)) = self.next()? else { return Ok(false) };
        row.line = line;
        let (Some(bytes), Some(ends)) = (self.bytes.get(..written), self.ends.get(..cells)) else { return Ok(false) };
        let plain = if self.encoding == encoding_rs::UTF_8 { std::str::from_utf8(bytes).ok() } else { ascii(bytes) };
        if let Some(text) = plain {
            row.text.push_str(text);
            row.ends.extend_from_slice(ends);
        } else {
            let mut start = 0;
            for end in ends {
                // A byte the encoding cannot read becomes `�`.
                row.push(&self.encoding.decode_without_bom_handling(bytes.get(start..*end).unwrap_or_default()).0);
                start = *end;
            }
        }
        Ok(true)
    }

    fn fingerprint(&mut self) -> String {
        self.input.fingerprint()
    }
}

fn ascii(bytes: &[u8]) -> Option<&str> {
    if bytes.is_ascii() { std::str::from_utf8(bytes).ok() } else { None }
}

/// An input that knows the SHA-256 of what was taken from it.
pub(crate) trait Fingerprint {
    fn fingerprint(&mut self) -> String;
}

/// A file hashed as it is read.
pub(crate) struct Hashed {
    file: BufReader<Hashing>,
}

struct Hashing {
    file: File,
    hasher: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(into)?;
        self.hasher.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl Hashed {
    pub(crate) fn open(path: &Path) -> std::io::Result<Hashed> {
        let file = File::open(path)?;
        // A folder opens and does not read: say so now.
        if file.metadata()?.is_dir() {
            return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory));
        }
        Ok(Hashed { file: BufReader::with_capacity(BLOCK, Hashing { file, hasher: Sha256::new() }) })
    }
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(into)
    }
}

impl BufRead for Hashed {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.file.fill_buf()
    }

    fn consume(&mut self, read: usize) {
        self.file.consume(read);
    }
}

impl Fingerprint for Hashed {
    fn fingerprint(&mut self) -> String {
        hexadecimal(&self.file.get_mut().hasher.finalize_reset())
    }
}

impl Fingerprint for &[u8] {
    fn fingerprint(&mut self) -> String {
        String::new()
    }
}

/// A digest as a manifest carries it.
pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// Data rows of a file, header excluded, and its SHA-256; `None` rows when it has no header either.
///
/// # Errors
/// See [`Records::read`].
pub(crate) fn measure(name: &str, input: impl BufRead + Fingerprint) -> Result<(Option<usize>, String), CubeError> {
    let mut records = Separated::new(name, input, encoding_rs::UTF_8, b';');
    let mut count = 0_usize;
    while records.next()?.is_some() {
        count += 1;
    }
    Ok((count.checked_sub(1), records.fingerprint()))
}

/// The same, of records that are not our own text: rows, and the SHA-256.
///
/// # Errors
/// See [`Records::read`].
pub(crate) fn count(mut records: Box<dyn Records>, headed: bool) -> Result<(Option<usize>, String), CubeError> {
    let mut row = FlatRow::default();
    let mut count = 0_usize;
    while records.read(&mut row)? {
        count += 1;
    }
    Ok((if headed { count.checked_sub(1) } else { Some(count) }, records.fingerprint()))
}

pub(crate) fn too_long(name: &str, line: usize) -> CubeError {
    let help = "un guillemet n'est peut-être jamais refermé, ou le fichier n'a pas de fins de ligne ; redemandez l'extraction";
    CubeError::new("I17", "la ligne est trop longue pour être celle d'un tel fichier", help).at(name, Some(line), None)
}

pub(crate) fn unreadable(name: &str, line: usize, error: &std::io::Error) -> CubeError {
    if error.kind() == std::io::ErrorKind::FileTooLarge {
        let message = format!("le fichier décompressé dépasse {} Mio", crate::input::MOST_UNPACKED >> 20);
        let help = "un mois est bien plus petit : redemandez l'extraction";
        return CubeError::new("I18", message, help).at(name, Some(line), None);
    }
    CubeError::new(
        "I02",
        format!("le fichier ne se lit pas jusqu'au bout : {}", why_unread(error.kind())),
        "vérifiez le disque, et vos droits",
    )
    .at(name, Some(line), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &[u8]) -> Result<Vec<usize>, CubeError> {
        let mut records = Separated::new("t", text, encoding_rs::UTF_8, b';');
        let mut lines = Vec::new();
        let mut row = FlatRow::default();
        while records.read(&mut row)? {
            lines.push(row.line);
        }
        Ok(lines)
    }

    #[test]
    fn a_record_of_ten_megabytes_is_refused_where_it_begins() {
        assert_eq!(lines_of(b"a;b\n1;\"2\n3\"\n4;5\n"), Ok(vec![1, 2, 4]));
        let endless = [b"a;b\n1;2\n\"".as_slice(), &vec![b'x'; 10_000_000]].concat();
        let refused = lines_of(&endless).unwrap_err();
        assert_eq!((refused.code, refused.line), ("I17", Some(3)));
        let wide = [b"a;b\n".as_slice(), &vec![b';'; 100_000]].concat();
        assert_eq!(lines_of(&wide).unwrap_err().line, Some(2));
    }
}
