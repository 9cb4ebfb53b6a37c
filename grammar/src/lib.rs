//! The written language: pest grammar and the table of words. A leaf. Not: tree, messages, meaning.
//!
//! Entry rules: [`Rule::lecture`] reads one declaration (settings and scripts alike; unreadable lines of its block are nodes, not
//! failures), [`Rule::requete`] reads a line of the console. The `seul_…` rules re-read one bad clause to say what was expected.
//! Only `cadrage-syntax` uses this crate; everybody else uses the tree it builds.

// pest derives one undocumented variant per rule.
#![allow(missing_docs)]

mod generate;
mod words;

pub use generate::{canonical, generate};
pub use words::{Class, WORDS, Word};

// What pest derives without its `std` names it.
extern crate alloc;

/// The derived parser. The `.pest` files are the grammar: nothing repeats them.
#[derive(pest_derive::Parser)]
#[grammar = "src/lexical.pest"]
#[grammar = "src/keywords.pest"]
#[grammar = "src/expression.pest"]
#[grammar = "src/settings.pest"]
#[grammar = "src/script.pest"]
pub struct CadrageParser;

#[cfg(test)]
mod tests {
    use super::*;

    /// `CADRAGE_WRITE=1 cargo test -p cadrage-grammar` rewrites the file.
    #[test]
    fn keywords_are_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/keywords.pest");
        let made = generate();
        if std::env::var_os("CADRAGE_WRITE").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), made, "run CADRAGE_WRITE=1 cargo test -p cadrage-grammar");
    }

    #[test]
    fn each_word_has_one_rule_and_each_spelling_one_word() {
        for (k, word) in WORDS.iter().enumerate() {
            for other in WORDS.iter().skip(k + 1) {
                assert_ne!(other.rule, word.rule);
                // Only a head may look like a clause word or a reserved one: it is looked for at the start of a line only.
                let shared = other.forms.iter().find(|f| word.forms.contains(f));
                assert!(
                    shared.is_none() || word.class == Class::Head || other.class == Class::Head || shared == Some(&"du"),
                    "{shared:?} twice"
                );
            }
        }
    }

    #[test]
    fn the_readme_lists_every_reserved_word() {
        let readme = include_str!("../README.md");
        for word in WORDS.iter().filter(|w| w.class == Class::Reserved) {
            for form in word.forms {
                assert!(readme.contains(&format!("`{form}`")), "README.md does not list `{form}`");
            }
        }
    }
}
