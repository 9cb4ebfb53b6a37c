//! Safe corrections as plain data, and their application to a text.

use crate::{Diagnostic, FileId, Span};

/// One replacement. It never changes what the author can have meant: where two readings are possible, there is no fix, only help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// A complaint that was corrected, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied<'d> {
    /// The complaint.
    pub diagnostic: &'d Diagnostic,
    /// All its replacements: a fix is applied whole or not at all.
    pub edits: &'d [Edit],
}

/// The text of `file` with every fix that overlaps no fix before it, and those fixes; `None` when there is none to apply.
#[must_use]
pub fn apply_fixes<'d>(file: FileId, text: &str, diagnostics: &'d [Diagnostic]) -> Option<(String, Vec<Applied<'d>>)> {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut applied = Vec::new();
    for d in diagnostics {
        let usable = |e: &Edit| {
            e.span.file == file
                && text.get(e.span.start as usize..e.span.end as usize).is_some()
                && taken.iter().all(|t| apart(t.span, e.span))
        };
        if !d.fix.is_empty() && d.fix.iter().all(usable) {
            taken.extend(&d.fix);
            applied.push(Applied { diagnostic: d, edits: &d.fix });
        }
    }
    if applied.is_empty() {
        return None;
    }
    taken.sort_by_key(|e| e.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in taken {
        out.push_str(text.get(at..edit.span.start as usize).unwrap_or(""));
        out.push_str(&edit.replacement);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Some((out, applied))
}

/// Two insertions at one place would depend on their order: they count as overlapping.
fn apart(a: Span, b: Span) -> bool {
    a.end < b.start || b.end < a.start || (a.start != b.start && (a.end == b.start || b.end == a.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn complaint(edits: &[(usize, usize, &str)]) -> Diagnostic {
        let span = |a, b| Span::new(FileId(0), a, b);
        edits.iter().fold(Diagnostic::new(Code::S02, "x", span(0, 1)), |d, (a, b, r)| d.fix(span(*a, *b), *r))
    }

    #[test]
    fn fixes_that_overlap_wait_for_the_next_pass() {
        let list = [complaint(&[(0, 2, "XY")]), complaint(&[(1, 3, "no")]), complaint(&[(3, 4, " ;"), (6, 6, "!")])];
        let (text, applied) = apply_fixes(FileId(0), "ab c,d", &list).expect("fixes");
        assert_eq!((text.as_str(), applied.len()), ("XY  ;,d!", 2));
        assert!(apply_fixes(FileId(1), "ab c,d", &list).is_none());
    }

    #[test]
    fn a_fix_is_applied_whole_or_not_at_all() {
        let list = [complaint(&[(0, 1, "z")]), complaint(&[(3, 4, "y"), (0, 1, "x")])];
        assert_eq!(apply_fixes(FileId(0), "abcd", &list).expect("one").0, "zbcd");
    }
}
