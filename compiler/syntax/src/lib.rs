//! Text to tree. Takes a file's text, gives a [`ast::File`] *and* its complaints: a tree is always given, unreadable zones are
//! nodes of it. Never resolves a name, never computes; nobody else sees pest.

pub mod ast;
mod build;
mod error;
mod fold;
mod habits;
mod layout;
mod limits;
mod normalise;
mod operators;
mod parse;
mod print;

pub use fold::{canonical_code, fold};
pub use normalise::normalise;
pub use parse::{parse, parse_expression};
pub use print::{print, print_expression, print_selection};

#[cfg(test)]
mod tests;
