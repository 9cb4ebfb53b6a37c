//! The tree back to canonical text: accents, ` ; `, two-space indent, French numbers. Reading what is printed gives the same tree.
//!
//! Comments are not in the tree, so they are not printed: the formatter that keeps them works on the text (`format/`).

mod block;
mod declaration;
mod exchange;
mod expression;
mod interface;
mod report;
mod scenario;
mod test;
mod trial;

pub use expression::{print_expression, print_selection};

use crate::ast::File;

/// A number and its unit: `3 agents`.
#[must_use]
pub fn print_quantity(x: &cadrage_value::Exact, unit: &crate::ast::UnitExpr) -> String {
    expression::quantity(x, Some(unit))
}

/// A movement, as a sentence of a scenario.
#[must_use]
pub fn print_movement(m: &crate::ast::MovementClause) -> String {
    scenario::movement(m)
}

/// A whole file.
#[must_use]
pub fn print(file: &File) -> String {
    file.declarations.iter().map(declaration::declaration).collect::<Vec<_>>().join("\n")
}

/// A text between quotes; it cannot hold one.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "'"))
}

/// ` "label"`, or nothing.
fn label(text: Option<&cadrage_source::Spanned<String>>) -> String {
    text.map_or_else(String::new, |t| format!(" {}", quoted(&t.value)))
}

/// Lines after the first one pushed right by one step.
fn indented(text: &str) -> String {
    text.replace('\n', "\n  ")
}

/// The article before a noun, elided before a vowel.
fn article(noun: &str) -> &'static str {
    if crate::fold(noun).starts_with(['a', 'e', 'i', 'o', 'u', 'y']) { "l'" } else { "la " }
}

/// « d'ancienneté », « de grade ».
fn of(noun: &str) -> &'static str {
    if crate::fold(noun).starts_with(['a', 'e', 'i', 'o', 'u', 'y']) { "d'" } else { "de " }
}

/// Names joined by ` ; `.
fn joined(names: &[cadrage_source::Spanned<String>]) -> String {
    names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(" ; ")
}
