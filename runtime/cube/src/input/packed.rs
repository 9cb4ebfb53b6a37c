//! `.gz`: unpacked as it is read, within bounds.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

use crate::rows::{Fingerprint, Hashed};

/// A packed file.
pub(crate) struct Packed {
    text: BufReader<Bounded>,
}

struct Bounded {
    unpacked: MultiGzDecoder<Hashed>,
    left: u64,
}

impl Packed {
    pub(crate) fn new(file: Hashed, most: u64) -> Packed {
        Packed { text: BufReader::new(Bounded { unpacked: MultiGzDecoder::new(file), left: most }) }
    }
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.unpacked.read(into)?;
        self.left = self.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)).ok_or_else(|| Error::from(ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}

impl Read for Packed {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.text.read(into)
    }
}

impl BufRead for Packed {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.text.fill_buf()
    }

    fn consume(&mut self, read: usize) {
        self.text.consume(read);
    }
}

impl Fingerprint for Packed {
    fn fingerprint(&mut self) -> String {
        let file = self.text.get_mut().unpacked.get_mut();
        super::drain(file);
        file.fingerprint()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_bomb_stops_at_the_bound_and_a_text_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.gz");
        let mut gz = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::best());
        gz.write_all(&vec![b'x'; 1_000_000]).unwrap();
        gz.finish().unwrap();
        let mut out = Vec::new();
        let e = Packed::new(Hashed::open(&path).unwrap(), 10_000).read_to_end(&mut out).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::FileTooLarge);
        assert!(out.len() <= 10_000);
        let mut whole = Packed::new(Hashed::open(&path).unwrap(), 1_000_000);
        out.clear();
        assert_eq!(whole.read_to_end(&mut out).unwrap(), 1_000_000);
        assert_eq!(whole.fingerprint(), crate::fingerprint_of(&std::fs::read(&path).unwrap()));
    }
}
