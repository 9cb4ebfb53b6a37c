//! `keywords.pest` from the table of words: the table is what people edit.

use std::fmt::Write as _;

use crate::{Class, WORDS};

/// The text of `keywords.pest`: one rule per word, and the choice of all reserved words, which no name may be.
#[must_use]
pub fn generate() -> String {
    let mut out =
        String::from("// Generated from grammar/src/words.rs by `CADRAGE_WRITE=1 cargo test -p cadrage-grammar`. Do not edit.\n\n");
    for word in WORDS {
        // « de la » before « de », which would read its beginning.
        let mut spellings: Vec<&str> = word.forms.to_vec();
        spellings.sort_by_key(|f| std::cmp::Reverse(f.split(' ').count()));
        let forms: Vec<String> = spellings.into_iter().map(form).collect();
        let _ = writeln!(out, "{} = @{{ {} }}", word.rule, forms.join(" | "));
    }
    let reserved: Vec<&str> = WORDS.iter().filter(|w| w.class == Class::Reserved).map(|w| w.rule).collect();
    let _ = writeln!(out, "reserve = {{ {} }}", reserved.join(" | "));
    out
}

/// One spelling as a pest sequence: accents optional, any case, ending on a word boundary.
fn form(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut plain = String::new();
    let flush = |plain: &mut String, parts: &mut Vec<String>| {
        if !plain.is_empty() {
            parts.push(format!("^\"{plain}\""));
            plain.clear();
        }
    };
    for c in text.chars() {
        let special = match c {
            'é' | 'è' | 'ê' => "ea",
            'à' | 'â' => "aa",
            'ô' => "oa",
            '\'' => "apos",
            ' ' => "blanc+",
            '-' => "\"-\"",
            other => {
                plain.push(other);
                continue;
            }
        };
        flush(&mut plain, &mut parts);
        parts.push(special.to_owned());
    }
    flush(&mut plain, &mut parts);
    if !text.ends_with('\'') {
        parts.push("!suite".to_owned());
    }
    parts.join(" ~ ")
}

/// The canonical spelling of the word a rule reads, for messages.
#[must_use]
pub fn canonical(rule: &str) -> Option<&'static str> {
    WORDS.iter().find(|w| w.rule == rule).and_then(|w| w.forms.first().copied())
}
