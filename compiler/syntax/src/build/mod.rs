//! pest pairs to tree, one file per group of rules. Nobody else sees `Rule`.

mod declaration;
mod expression;
mod lexical;
mod scenario;
mod value;

use cadrage_grammar::Rule;
use cadrage_source::{Diagnostic, FileId, Span, Spanned};
use pest::iterators::{Pair, Pairs};

use crate::ast::{Declaration, File};

/// Shorthand: a pair of this grammar.
pub(crate) type P<'i> = Pair<'i, Rule>;

/// Builds the tree of one file and gathers complaints on the way.
pub(crate) struct Builder<'t> {
    file: FileId,
    text: &'t str,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(file: FileId, text: &'t str) -> Self {
        Builder { file, text, diagnostics: Vec::new() }
    }

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    pub(crate) fn complain(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn file(&mut self, pairs: Pairs<'_, Rule>) -> File {
        let mut declarations: Vec<Declaration> = Vec::new();
        for top in pairs.flat_map(Pair::into_inner) {
            match top.as_rule() {
                Rule::declaration => {
                    for inner in top.into_inner() {
                        declarations.push(self.declaration(inner));
                    }
                }
                Rule::invalide => declarations.push(self.invalid(&top)),
                _ => {}
            }
        }
        File { declarations }
    }

    fn span(&self, pair: &P<'_>) -> Span {
        let s = pair.as_span();
        let trimmed = s.as_str().trim_end().len();
        Span::new(self.file, s.start(), s.start() + trimmed)
    }

    fn words(&self, pair: &P<'_>) -> Spanned<String> {
        Spanned::new(pair.as_str().trim().to_owned(), self.span(pair))
    }
}

/// The first child of a rule.
fn child<'i>(pair: &P<'i>, rule: Rule) -> Option<P<'i>> {
    pair.clone().into_inner().find(|p| p.as_rule() == rule)
}

/// Whether a rule is among the children.
fn has(pair: &P<'_>, rule: Rule) -> bool {
    child(pair, rule).is_some()
}
