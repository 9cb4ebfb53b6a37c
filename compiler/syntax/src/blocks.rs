//! What the console needs to know of a text before it is read: does it declare something, is its block closed, where does it end.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cadrage_grammar::WORDS;

use crate::layout::{first_word, head, without_comment};

/// The head word of a text that begins a declaration, folded.
#[must_use]
pub fn head_word(text: &str) -> Option<&'static str> {
    head(first_word(first_line(text)))
}

/// Every word of the language, folded, phrases cut into their words.
static ALL: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| WORDS.iter().flat_map(|w| w.forms).flat_map(|form| form.split(' ')).map(crate::fold).collect());

/// Is it a word of the language, accents and case aside?
#[must_use]
pub fn is_word(word: &str) -> bool {
    ALL.contains(&crate::fold(word))
}

/// Does a text open a block that it does not close?
#[must_use]
pub fn unfinished(text: &str) -> bool {
    head_word(text).is_some() && scan(text).is_none()
}

/// The declarations and lines of a text, each whole: a block up to its `fin`, anything else up to the end of its line. Blank lines and
/// comments go with what follows them.
#[must_use]
pub fn statements(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut rest, mut lead) = (text, 0);
    while let Some(tail) = rest.get(lead..).filter(|t| !t.is_empty()) {
        let line = tail.split_inclusive('\n').next().unwrap_or(tail);
        if without_comment(line).trim().is_empty() {
            lead += line.len();
            continue;
        }
        let length = if head_word(tail).is_some() { scan(tail).unwrap_or(tail.len()) } else { line.len() };
        let (one, after) = rest.split_at(lead + length);
        out.push(one.get(lead..).unwrap_or(one).trim_end());
        (rest, lead) = (after, 0);
    }
    out
}

fn first_line(text: &str) -> &str {
    text.lines().find(|l| !without_comment(l).trim().is_empty()).unwrap_or("")
}

/// Where the first declaration of a text ends; nothing when its block is still open.
fn scan(text: &str) -> Option<usize> {
    let (mut open, mut offset, mut begun) = (0_usize, 0, false);
    for line in text.split_inclusive('\n') {
        offset += line.len();
        let kept = without_comment(line.trim_end_matches(['\n', '\r'])).trim();
        if kept.is_empty() {
            continue;
        }
        if !begun {
            begun = true;
            open = usize::from(kept.ends_with(':'));
        } else if crate::fold(first_word(kept)) == "fin" {
            open = open.saturating_sub(1);
        }
        // A table of cases closes with a `fin` of its own.
        if crate::fold(kept.rsplit(|c: char| c == '=' || c == '(' || c.is_whitespace()).next().unwrap_or("")) == "selon" {
            open += 1;
        }
        if open == 0 {
            return Some(offset);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_at_its_fin() {
        assert!(unfinished("formule f en € par agent :\n  = 1 €"));
        assert!(!unfinished("formule f en € par agent :\n  = 1 €\nfin"));
        assert!(unfinished("formule f en € par agent :\n  = selon\n      x = 1 : 2 €\n      sinon : 3 €\n    fin\n"));
        assert!(!unfinished("constante k en € = 3 €"));
        assert!(!unfinished("somme de etpt"));
        assert!(unfinished("Scenario x herite de y :  -- suite"));
    }

    #[test]
    fn a_paste_is_cut_into_what_can_be_read_alone() {
        let text = "-- d'abord\nconstante k en € = 3 €\n\nformule f en € par agent :\n  = 1 €\nfin\nsomme de etpt\n  -- fin\n";
        assert_eq!(statements(text), ["constante k en € = 3 €", "formule f en € par agent :\n  = 1 €\nfin", "somme de etpt"]);
        assert_eq!(statements("formule f en € par agent :\n  = 1 €\n"), ["formule f en € par agent :\n  = 1 €"]);
    }
}
