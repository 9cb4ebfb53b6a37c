//! pest pairs to tree, one file per group of rules. Nobody else sees `Rule`.

mod declaration;
mod envelope;
mod exchange;
mod expression;
mod formula;
mod interface;
mod lexical;
mod question;
mod recovery;
mod report;
mod scenario;
mod selection;
mod test;
mod trial;
mod value;

use cadrage_grammar::Rule;
use cadrage_source::{Diagnostic, FileId, Span, Spanned};
use pest::iterators::Pair;

/// Shorthand: a pair of this grammar.
pub(crate) type P<'i> = Pair<'i, Rule>;

pub(crate) use lexical::read_month;

/// Builds the tree of one file and gathers complaints on the way.
pub(crate) struct Builder<'t> {
    file: FileId,
    /// The whole file.
    text: &'t str,
    /// Where the piece being read begins in it: pest counts from there.
    offset: usize,
    /// Where that piece ends.
    end: usize,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Where the last line found unreadable begins.
    unread: Option<usize>,
    /// Height of the tallest expression read since it was last reset (see `build/expression.rs`).
    height: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(file: FileId, text: &'t str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(k, _)| k + 1)).collect();
        Builder { file, text, offset: 0, end: text.len(), lines, unread: None, height: 0, diagnostics: Vec::new() }
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    pub(crate) fn complain(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Where a pair begins in the file.
    fn start_of(&self, pair: &P<'_>) -> usize {
        self.offset + pair.as_span().start()
    }

    fn span(&self, pair: &P<'_>) -> Span {
        let start = self.start_of(pair);
        Span::new(self.file, start, start + own_words(pair.as_str()).len())
    }

    fn words(&self, pair: &P<'_>) -> Spanned<String> {
        let (text, span) = (pair.as_str(), self.span(pair));
        let skipped = u32::try_from(text.len() - text.trim_start().len()).unwrap_or(0);
        Spanned::new(text.trim().to_owned(), Span { start: span.end.min(span.start + skipped), ..span })
    }

    /// The words of the first child of a rule.
    fn named(&self, pair: &P<'_>, rule: Rule) -> Option<Spanned<String>> {
        child(pair, rule).map(|p| self.words(&p))
    }

    /// The words of all children of a rule.
    fn list(&self, pair: &P<'_>, rule: Rule) -> Vec<Spanned<String>> {
        children(pair, rule).map(|p| self.words(&p)).collect()
    }

    /// The first quoted text among the children, without its quotes.
    fn quoted(&self, pair: &P<'_>) -> Option<Spanned<String>> {
        child(pair, Rule::chaine).map(|p| self.text_of(&p))
    }
}

/// A pair without the blanks and comments that pest skipped after it, looking for more.
pub(crate) fn own_words(text: &str) -> &str {
    let mut kept = text.trim_end();
    while let Some(line) = kept.rsplit('\n').next().filter(|line| line.contains("--")) {
        let read = crate::layout::without_comment(line);
        if read.len() == line.len() {
            break;
        }
        kept = kept.get(..kept.len() - line.len() + read.len()).unwrap_or(kept).trim_end();
    }
    kept
}

/// The first child of a rule.
fn child<'i>(pair: &P<'i>, rule: Rule) -> Option<P<'i>> {
    pair.clone().into_inner().find(|p| p.as_rule() == rule)
}

/// All children of a rule.
fn children<'i>(pair: &P<'i>, rule: Rule) -> impl Iterator<Item = P<'i>> + use<'i> {
    pair.clone().into_inner().filter(move |p| p.as_rule() == rule)
}

/// Whether a rule is among the children.
fn has(pair: &P<'_>, rule: Rule) -> bool {
    child(pair, rule).is_some()
}
