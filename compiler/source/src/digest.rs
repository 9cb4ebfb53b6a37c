//! What is worth showing: each complaint once, errors first, no more per file than one can read.

use std::collections::BTreeMap;

use crate::{Diagnostic, FileId};

/// At most so many complaints per file: past that, the first ones explain the others.
pub const MOST_PER_FILE: usize = 20;

/// Complaints in the order people read them, and how many are left out of each file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest<'d> {
    /// By file: errors before warnings and notes, syntax before meaning, then by place.
    pub shown: Vec<&'d Diagnostic>,
    /// Files that have more, with how many more.
    pub more: Vec<(FileId, usize)>,
}

/// Puts complaints in reading order, each once.
#[must_use]
pub fn ordered(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut list: Vec<&Diagnostic> = diagnostics.iter().collect();
    list.sort_by_key(|d| {
        let place = d.labels.first().map(|l| l.span);
        let syntax = d.code.name().starts_with('S');
        (place.map(|p| p.file), std::cmp::Reverse(d.severity), !syntax, place, d.code)
    });
    let same = |a: &Diagnostic, b: &Diagnostic| {
        a.code == b.code && a.message == b.message && a.labels.first().map(|l| l.span) == b.labels.first().map(|l| l.span)
    };
    list.dedup_by(|a, b| same(a, b));
    list
}

/// The complaints to show.
#[must_use]
pub fn digest(diagnostics: &[Diagnostic]) -> Digest<'_> {
    let mut counted: BTreeMap<Option<FileId>, usize> = BTreeMap::new();
    let mut out = Digest::default();
    for d in ordered(diagnostics) {
        let count = counted.entry(d.labels.first().map(|l| l.span.file)).or_default();
        *count += 1;
        if *count <= MOST_PER_FILE {
            out.shown.push(d);
        }
    }
    out.more = counted.iter().filter_map(|(file, n)| Some(((*file)?, n.checked_sub(MOST_PER_FILE).filter(|n| *n > 0)?))).collect();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Span};

    fn at(code: Code, file: u32, start: usize) -> Diagnostic {
        Diagnostic::new(code, format!("{start}"), Span::new(FileId(file), start, start + 1))
    }

    #[test]
    fn errors_come_before_notes_and_syntax_before_meaning() {
        let list = [at(Code::U07, 0, 1), at(Code::U01, 0, 2), at(Code::S02, 0, 3), at(Code::U01, 1, 0), at(Code::U01, 0, 2)];
        let found: Vec<(Code, u32)> = digest(&list).shown.iter().map(|d| (d.code, d.labels[0].span.file.0)).collect();
        assert_eq!(found, [(Code::S02, 0), (Code::U01, 0), (Code::U07, 0), (Code::U01, 1)]);
    }

    #[test]
    fn a_file_shows_twenty_and_says_how_many_more() {
        let list: Vec<Diagnostic> = (0..25).map(|k| at(Code::N01, 3, k)).chain([at(Code::N01, 4, 0)]).collect();
        let digest = digest(&list);
        assert_eq!((digest.shown.len(), digest.more), (21, vec![(FileId(3), 5)]));
    }
}
