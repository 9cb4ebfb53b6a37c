//! Text to tree. Takes a file's text, gives an [`ast::File`] *and* its complaints: a tree is always given, unreadable zones are nodes
//! of it ([`ast::Declaration::Invalid`], or `damaged` on the block that holds them), and reading never fails nor panics.
//!
//! What holds afterwards: every node has the span of its own words; numbers, dates and months exist; names are as written and
//! [`fold`] tells which are the same; no tree is taller than later stages can walk. Never resolves a name, never computes; nobody
//! else sees pest. To get a text back from a tree, [`print()`]; to rewrite a text with its comments, [`format()`].

pub mod ast;
mod blocks;
mod build;
mod error;
mod fold;
mod format;
mod habits;
mod idioms;
mod layout;
mod limits;
mod normalise;
mod operators;
mod outline;
mod parse;
mod phrases;
mod print;

pub use blocks::{head_word, is_word, statements, unfinished};
pub use fold::{canonical_code, fold};
pub use format::format;
pub use limits::on_a_deep_stack;
pub use normalise::normalise;
pub use outline::outline;
pub use parse::{parse, parse_expression, parse_question};
pub use print::{print, print_expression, print_movement, print_quantity, print_selection};

#[cfg(test)]
mod tests;
