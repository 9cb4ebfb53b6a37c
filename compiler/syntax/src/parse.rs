//! The entry points.

use cadrage_grammar::{CadrageParser, Rule};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use pest::Parser;
use pest::iterators::Pair;

use crate::ast::{Expr, File, Question};
use crate::build::Builder;
use crate::{error, layout, limits};

/// Reads a file whose text went through [`crate::normalise`]. Always a tree, with its complaints in order of place.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    limits::guard();
    if let Some(refusal) = limits::check(file, text) {
        return (File::default(), vec![refusal]);
    }
    limits::on_a_deep_stack(|| {
        let mut builder = Builder::new(file, text);
        let tree = builder.file();
        (tree, in_order(builder.into_diagnostics()))
    })
}

/// Reads one expression, as a line of the console; a leading `=` is a habit of spreadsheets and is ignored.
///
/// # Errors
/// The complaints.
pub fn parse_expression(file: FileId, text: &str) -> Result<Expr, Vec<Diagnostic>> {
    within_limits(file, text, |builder, pair| {
        let found = pair.into_inner().find(|p| p.as_rule() == Rule::expr);
        found.map(|p| builder.expr(p))
    })
}

/// Reads a line of the console: an expression, and whom, when and by what it is asked for. What follows the last operand of a question is
/// of the whole of it; between parentheses, it is of the operand (decision 0200).
///
/// # Errors
/// The complaints.
pub fn parse_question(file: FileId, text: &str) -> Result<Question, Vec<Diagnostic>> {
    within_limits(file, text, |builder, pair| builder.question(pair))
}

fn within_limits<T>(
    file: FileId,
    text: &str,
    build: impl FnOnce(&mut Builder<'_>, Pair<'_, Rule>) -> Option<T>,
) -> Result<T, Vec<Diagnostic>> {
    limits::guard();
    if let Some(refusal) = limits::check(file, text) {
        return Err(vec![refusal]);
    }
    if let Some(at) = layout::too_deep(text) {
        return Err(vec![limits::too_deep(file, text, 0, at)]);
    }
    limits::on_a_deep_stack(|| asked(file, text, build))
}

fn asked<T>(file: FileId, text: &str, build: impl FnOnce(&mut Builder<'_>, Pair<'_, Rule>) -> Option<T>) -> Result<T, Vec<Diagnostic>> {
    let mut builder = Builder::new(file, text);
    match CadrageParser::parse(Rule::requete, text) {
        Ok(mut pairs) => {
            let built = pairs.next().and_then(|pair| build(&mut builder, pair));
            let diagnostics = builder.into_diagnostics();
            match built {
                Some(e) if diagnostics.is_empty() => Ok(e),
                Some(_) => Err(in_order(diagnostics)),
                None => Err(vec![Diagnostic::new(Code::S01, "expression vide", Span::new(file, 0, text.len()))]),
            }
        }
        Err(e) => Err(vec![error::unreadable(file, text, 0, &e, Rule::requete, "cette question")]),
    }
}

/// By place, each once; programs show no more than a screen of them (`cadrage_source::digest`).
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|d| d.labels.first().map(|l| l.span.start));
    diagnostics.dedup_by(|a, b| a.code == b.code && a.labels.first() == b.labels.first());
    diagnostics
}
