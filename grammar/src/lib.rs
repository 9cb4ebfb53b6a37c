//! The written language: pest grammar and the table of words. Not: tree, messages, meaning.
//!
//! Entry rules: [`Rule::fichier`] (settings and scripts alike; never fails, unreadable zones are nodes) and
//! [`Rule::requete`] (a line of the console). The `seul_…` rules re-read one bad clause to say what was expected.

#![allow(missing_docs, reason = "pest derives one undocumented variant per rule")]

mod words;

pub use words::{Class, WORDS, Word, canonical, generate};

/// The derived parser.
#[derive(pest_derive::Parser)]
#[grammar = "src/lexical.pest"]
#[grammar = "src/keywords.pest"]
#[grammar = "src/expression.pest"]
#[grammar = "src/settings.pest"]
#[grammar = "src/script.pest"]
pub struct CadrageParser;

#[cfg(test)]
mod tests {
    /// `CADRAGE_WRITE=1 cargo test -p cadrage-grammar` rewrites the file.
    #[test]
    fn keywords_are_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/keywords.pest");
        let made = super::generate();
        if std::env::var_os("CADRAGE_WRITE").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), made, "run CADRAGE_WRITE=1 cargo test -p cadrage-grammar");
    }
}
