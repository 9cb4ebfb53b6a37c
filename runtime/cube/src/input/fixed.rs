//! Lines of fixed width: a record is a line, and its only cell is the line.

use std::io::{BufRead, Read as _};

use encoding_rs::Encoding;

use crate::CubeError;
use crate::rows::{self, Fingerprint, FlatRow, LONGEST_RECORD, Records};

/// Records of a text of fixed width.
pub(crate) struct Fixed<R> {
    input: R,
    name: String,
    encoding: &'static Encoding,
    line: usize,
    bytes: Vec<u8>,
}

impl<R: BufRead> Fixed<R> {
    /// After the lines that were skipped.
    pub(crate) fn new(name: &str, input: R, encoding: &'static Encoding, skipped: usize) -> Self {
        Fixed { input, name: name.to_owned(), encoding, line: skipped, bytes: Vec::new() }
    }
}

impl<R: BufRead + Fingerprint> Records for Fixed<R> {
    fn read(&mut self, row: &mut FlatRow) -> Result<bool, CubeError> {
        loop {
            row.clear();
            self.bytes.clear();
            self.line += 1;
            let most = u64::try_from(LONGEST_RECORD).unwrap_or(u64::MAX);
            let read = (&mut self.input).take(most).read_until(b'\n', &mut self.bytes);
            let read = read.map_err(|e| rows::unreadable(&self.name, self.line, &e))?;
            if read == 0 {
                return Ok(false);
            }
            if read >= LONGEST_RECORD && self.bytes.last() != Some(&b'\n') {
                return Err(rows::too_long(&self.name, self.line));
            }
            let text = self.encoding.decode_without_bom_handling(&self.bytes).0;
            let text = text.trim_end_matches(['\n', '\r']).trim_start_matches('\u{FEFF}');
            // An empty line is no row, as in a delimited file.
            if text.trim().is_empty() || text == "\u{1A}" {
                continue;
            }
            row.line = self.line;
            row.push(text);
            return Ok(true);
        }
    }

    fn fingerprint(&mut self) -> String {
        self.input.fingerprint()
    }
}
