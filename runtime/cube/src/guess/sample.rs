//! The beginning of a file: its encoding, what separates its cells, where its header is.

use std::io::Read as _;
use std::path::Path;

use crate::CubeError;
use crate::input;
use crate::rows::{FlatRow, Records, Separated, unreadable};
use crate::table::{clean, encoding_of};

/// Bytes looked at.
const LOOKED: u64 = 4 << 20;

/// Rows looked at.
const ROWS: usize = 5_000;

/// Lines among which a header is looked for.
const PREAMBLE: usize = 30;

/// The beginning of a file.
pub(super) struct Sample {
    pub(super) pattern: String,
    pub(super) encoding: &'static str,
    pub(super) encoding_sure: bool,
    pub(super) separator: char,
    pub(super) skip: usize,
    pub(super) header: Vec<String>,
    rows: Vec<FlatRow>,
}

impl Sample {
    pub(super) fn read(path: &Path) -> Result<Sample, CubeError> {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        if input::is_sheet(&name) {
            let mut sheet = input::Sheet::open(path, &name, 0, input::MOST_SHEET)?;
            let records = gather(&mut sheet)?;
            return Sample::headed(&name, ("utf-8", true), ';', &records).ok_or_else(|| headless(&name));
        }
        let mut bytes = Vec::new();
        let input = input::open(path).map_err(|e| unreadable(&name, 0, &e))?;
        input.take(LOOKED).read_to_end(&mut bytes).map_err(|e| unreadable(&name, 0, &e))?;
        // What the bound cuts is no line.
        if u64::try_from(bytes.len()).unwrap_or(0) == LOOKED
            && let Some(end) = bytes.iter().rposition(|b| *b == b'\n')
        {
            bytes.truncate(end + 1);
        }
        let encoding = encoding(&bytes);
        let decoder = encoding_of(encoding.0).unwrap_or(encoding_rs::UTF_8);
        let mut best: Option<(usize, Sample)> = None;
        for separator in [';', '\t', '|', ','] {
            let byte = u8::try_from(separator).unwrap_or(b';');
            let records = gather(&mut Separated::new(&name, bytes.as_slice(), decoder, byte))?;
            let Some(sample) = Sample::headed(&name, encoding, separator, &records) else { continue };
            let agreeing = sample.rows.iter().filter(|r| r.len() == sample.header.len()).count() * sample.header.len();
            if best.as_ref().is_none_or(|(most, _)| agreeing > *most) {
                best = Some((agreeing, sample));
            }
        }
        best.map(|(_, sample)| sample).ok_or_else(|| headless(&name))
    }

    /// The header is the first record that is as wide as most, and whose cells are names.
    fn headed(name: &str, (encoding, encoding_sure): (&'static str, bool), separator: char, records: &[FlatRow]) -> Option<Sample> {
        let mut widths: Vec<usize> = records.iter().map(FlatRow::len).collect();
        widths.sort_unstable();
        let usual = *widths.get(widths.len() / 2)?;
        let is_name = |cell: &str| cell.chars().any(char::is_alphabetic) && cell.len() <= 60;
        let at = records.iter().take(PREAMBLE).position(|r| r.len() == usual && usual > 1 && r.iter().all(|c| is_name(clean(c))))?;
        let head = records.get(at)?;
        Some(Sample {
            pattern: pattern(name),
            encoding,
            encoding_sure,
            separator,
            skip: head.line.saturating_sub(1),
            header: head.iter().map(|c| clean(c.trim_start_matches('\u{FEFF}')).to_owned()).collect(),
            rows: records.get(at + 1..)?.to_vec(),
        })
    }

    /// The cells of a column.
    pub(super) fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |r| r.get(at)).map(clean)
    }
}

fn gather(records: &mut dyn Records) -> Result<Vec<FlatRow>, CubeError> {
    let mut out = Vec::new();
    let mut row = FlatRow::default();
    while out.len() < ROWS && records.read(&mut row)? {
        out.push(row.clone());
    }
    Ok(out)
}

/// UTF-8 is recognised; of the two others, only bytes that one of them does not use tell them apart.
fn encoding(bytes: &[u8]) -> (&'static str, bool) {
    if std::str::from_utf8(bytes).is_ok() {
        return ("utf-8", true);
    }
    // Written so in ISO-8859-15, and by nobody in CP1252: œ, Œ, €.
    let latin9 = bytes.iter().any(|b| matches!(b, 0xA4 | 0xBC | 0xBD));
    let windows = bytes.iter().any(|b| (0x80..0xA0).contains(b));
    match (windows, latin9) {
        (true, false) => ("cp1252", true),
        (false, true) => ("iso-8859-15", true),
        _ => ("cp1252", false),
    }
}

/// The name with its month replaced by what stands for it.
fn pattern(name: &str) -> String {
    let is_month = |year: &str, month: &str| {
        let number = |t: &str| if t.bytes().all(|b| b.is_ascii_digit()) { t.parse::<u32>().ok() } else { None };
        number(year).is_some_and(|y| (1990..2100).contains(&y)) && number(month).is_some_and(|m| (1..=12).contains(&m))
    };
    for (k, _) in name.char_indices() {
        let part = |from: usize, to: usize| name.get(k + from..k + to);
        for (sign, at) in [("", 4), ("-", 5), ("_", 5)] {
            let (Some(year), Some(month), Some(between)) = (part(0, 4), part(at, at + 2), part(4, at)) else { continue };
            if between == sign && is_month(year, month) {
                let (before, after) = (name.get(..k).unwrap_or_default(), name.get(k + at + 2..).unwrap_or_default());
                return format!("{before}AAAA{sign}MM{after}");
            }
        }
    }
    name.to_owned()
}

fn headless(name: &str) -> CubeError {
    let help = "donnez un fichier délimité par « ; », « , », « | » ou une tabulation, dont l'une des trente premières lignes nomme les colonnes ; \
         s'il n'y en a pas, écrivez l'interface avec `sans en-tête`, puis `colonne matricule = case 1`, et ainsi de suite";
    CubeError::new("I01", "aucun en-tête n'est reconnu", help).at(name, Some(1), None)
}
