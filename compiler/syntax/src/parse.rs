//! The entry points.

use cadrage_grammar::{CadrageParser, Rule};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use pest::Parser;

use crate::ast::{Expr, File};
use crate::build::Builder;
use crate::{error, limits};

/// At most so many complaints per file: past that, the file is not what it says.
const MOST: usize = 20;

/// Reads a file whose text went through [`crate::normalise`]. Always a tree, with its complaints in order of place.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    if let Some(refusal) = limits::check(file, text) {
        return (File::default(), vec![refusal]);
    }
    let mut builder = Builder::new(file, text);
    let tree = match CadrageParser::parse(Rule::fichier, text) {
        Ok(pairs) => builder.file(pairs),
        Err(e) => {
            builder.complain(error::unreadable(file, text, 0, &e, None));
            File::default()
        }
    };
    let mut diagnostics = builder.into_diagnostics();
    diagnostics.sort_by_key(|d| d.labels.first().map(|l| l.span.start));
    diagnostics.dedup_by(|a, b| a.code == b.code && a.labels.first() == b.labels.first());
    diagnostics.truncate(MOST);
    (tree, diagnostics)
}

/// Reads one expression, as a line of the console.
///
/// # Errors
/// The complaints.
pub fn parse_expression(file: FileId, text: &str) -> Result<Expr, Vec<Diagnostic>> {
    if let Some(refusal) = limits::check(file, text) {
        return Err(vec![refusal]);
    }
    let mut builder = Builder::new(file, text);
    match CadrageParser::parse(Rule::requete, text) {
        Ok(mut pairs) => {
            let found = pairs.next().and_then(|r| r.into_inner().find(|p| p.as_rule() == Rule::expr));
            let expr = found.map(|p| builder.expr(p));
            let diagnostics = builder.into_diagnostics();
            match expr {
                Some(e) if diagnostics.is_empty() => Ok(e),
                Some(_) => Err(diagnostics),
                None => Err(vec![Diagnostic::new(Code::S01, "expression vide", Span::new(file, 0, text.len()))]),
            }
        }
        Err(e) => Err(vec![error::unreadable(file, text, 0, &e, None)]),
    }
}
