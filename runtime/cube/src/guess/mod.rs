//! What a sample of a foreign file suggests of its layout: a draft for a person to read, never a reading.

mod content;
mod names;
mod sample;

use std::path::Path;

use cadrage_value::exchange::{Column, Form};

use crate::{CubeError, Kind};
use content::Content;
use sample::Sample;

/// A draft of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The type of file.
    pub kind: Kind,
    /// Name of the file, its month replaced by `AAAAMM`.
    pub file: String,
    /// The encoding.
    pub encoding: &'static str,
    /// Does nothing speak for another encoding?
    pub encoding_sure: bool,
    /// Between cells.
    pub separator: char,
    /// Lines before the header.
    pub skip: usize,
    /// Forms of days met.
    pub dates: Vec<&'static str>,
    /// Forms of months met.
    pub months: Vec<&'static str>,
    /// Decimals come after a point.
    pub point: bool,
    /// Minus signs come last.
    pub trailing_sign: bool,
    /// Columns found, in the order of the type of file.
    pub columns: Vec<GuessColumn>,
    /// Required columns not found.
    pub missing: Vec<&'static str>,
    /// Columns of the file that nothing reads.
    pub unread: Vec<String>,
}

/// A canonical column and what seems to hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessColumn {
    /// The canonical column.
    pub name: &'static str,
    /// Its cell, or its numerator and denominator.
    pub cells: Vec<String>,
    /// Do name and contents agree?
    pub sure: bool,
    /// The day written seems to be the last one.
    pub last_day: bool,
    /// Codes met that are not ours, and what they seem to mean.
    pub codes: Vec<(String, Option<&'static str>)>,
}

/// A column of the file, or two that make a fraction.
struct Source {
    cells: Vec<usize>,
    words: Vec<String>,
    content: Content,
}

/// Names and contents agree from this score on; under the lower one, nothing is proposed.
const SURE: i32 = 75;
const LOW: i32 = 50;

/// Reads the beginning of a file, and guesses how it is laid out; its type too when none is given.
///
/// # Errors
/// `I02` or `I16` when the file does not read, `I01` when no header is found.
pub fn guess(path: &Path, kind: Option<Kind>) -> Result<Guess, CubeError> {
    let sample = Sample::read(path)?;
    let sources = sources(&sample);
    let drafts = Kind::ALL.into_iter().filter(|k| kind.is_none_or(|wanted| wanted == *k)).map(|k| (k, matched(k, &sources)));
    // The type whose required columns are best found, then the one that reads most of the file.
    let best = drafts.max_by_key(|(k, found)| {
        let required = k.file_type().columns.iter().filter(|c| c.required);
        let total = required.clone().count().max(1);
        let there = required.filter(|c| found.iter().any(|(name, ..)| *name == c.name)).count();
        (there * 100 / total, found.len())
    });
    let (kind, found) = best.unwrap_or((Kind::RetourDePaie, Vec::new()));
    let shown = |cells: &[usize]| cells.iter().filter_map(|k| sample.header.get(*k)).cloned().collect::<Vec<_>>();
    let mut columns = Vec::new();
    for column in kind.file_type().columns {
        let Some((_, at, score)) = found.iter().find(|(name, ..)| *name == column.name) else { continue };
        let Some(source) = sources.get(*at) else { continue };
        columns.push(GuessColumn {
            name: column.name,
            cells: shown(&source.cells),
            sure: *score >= SURE,
            last_day: column.form == Form::End && source.content.ends_included(),
            codes: if let Form::Member(list) = column.form { source.content.codes(list) } else { Vec::new() },
        });
    }
    let used: Vec<&usize> = found.iter().filter_map(|(_, at, _)| sources.get(*at)).flat_map(|s| &s.cells).collect();
    let read: Vec<&Content> = found.iter().filter_map(|(_, at, _)| sources.get(*at)).map(|s| &s.content).collect();
    let forms = |of: &dyn Fn(&Content) -> Option<&'static str>| {
        let mut out: Vec<&'static str> = read.iter().filter_map(|c| of(c)).collect();
        out.sort_unstable();
        out.dedup();
        out
    };
    let required = kind.file_type().required().into_iter();
    Ok(Guess {
        kind,
        file: sample.pattern.clone(),
        encoding: sample.encoding,
        encoding_sure: sample.encoding_sure,
        separator: sample.separator,
        skip: sample.skip,
        dates: forms(&|c| c.date),
        months: forms(&|c| c.month),
        point: read.iter().any(|c| c.point) && !read.iter().any(|c| c.comma),
        trailing_sign: read.iter().any(|c| c.trailing_sign),
        missing: required.filter(|r| !columns.iter().any(|c| c.name == *r)).collect(),
        unread: sample.header.iter().enumerate().filter(|(k, _)| !used.contains(&k)).map(|(_, h)| h.clone()).collect(),
        columns,
    })
}

/// The columns of a file, and the fractions that two of them make.
fn sources(sample: &Sample) -> Vec<Source> {
    let mut out: Vec<Source> = Vec::new();
    for (k, header) in sample.header.iter().enumerate() {
        let words = names::words(header);
        let mut content = Content::of(sample.column(k));
        let below = |w: &str| words.iter().any(|o| o == w);
        if below("numerateur") || below("denominateur") {
            let rest: Vec<String> = words.iter().filter(|w| !matches!(w.as_str(), "numerateur" | "denominateur")).cloned().collect();
            // The numerator comes first in most files; a pair is made at its second half.
            if let Some(first) = out.iter_mut().find(|s| s.words == rest && s.cells.len() == 1 && s.content.half) {
                let at = if below("denominateur") { 1 } else { 0 };
                first.cells.insert(at, k);
            } else {
                content.half = true;
                out.push(Source { cells: vec![k], words: rest, content });
            }
        } else {
            out.push(Source { cells: vec![k], words, content });
        }
    }
    out
}

/// For each canonical column found: where, and how sure. The best pairs first, each column and each source once.
fn matched(kind: Kind, sources: &[Source]) -> Vec<(&'static str, usize, i32)> {
    let mut pairs: Vec<(i32, &'static str, usize)> = Vec::new();
    for column in kind.file_type().columns {
        for (at, source) in sources.iter().enumerate() {
            let score = score(column, source);
            if score >= LOW {
                pairs.push((score, column.name, at));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then(a.2.cmp(&b.2)).then(a.1.cmp(b.1)));
    let mut out: Vec<(&'static str, usize, i32)> = Vec::new();
    for (score, name, at) in pairs {
        if !out.iter().any(|(n, k, _)| *n == name || *k == at) {
            out.push((name, at, score));
        }
    }
    out
}

fn score(column: &Column, source: &Source) -> i32 {
    if source.content.half != (source.cells.len() == 2) || (source.content.half && column.form != Form::Number) {
        return 0;
    }
    names::score(column.name, &source.words) + if source.content.half { 0 } else { source.content.fits(column.form) }
}
