//! A file cut at its head words, before pest reads it: each piece is one declaration, so that a mistake stays in its piece,
//! reading time grows with the file and not faster, and nesting is bounded before anything recurses into it.

use std::sync::LazyLock;

use cadrage_grammar::{Class, WORDS};

/// Deepest nesting of parentheses, `si` and `selon` in one clause.
pub(crate) const DEPTH: usize = 200;

/// Head words, folded.
static HEADS: LazyLock<Vec<String>> =
    LazyLock::new(|| WORDS.iter().filter(|w| w.class == Class::Head).flat_map(|w| w.forms).map(|f| crate::fold(f)).collect());

/// A declaration and what follows it up to the next head word: bytes `start..end` of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it begins with a head word; only the first piece may not.
    pub(crate) headed: bool,
}

/// The pieces of a text that hold something, in order.
pub(crate) fn chunks(text: &str) -> Vec<Chunk> {
    let mut starts = vec![(0, false)];
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if head(first_word(line)).is_some() {
            starts.push((offset, true));
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain(std::iter::once(text.len())).collect::<Vec<_>>();
    starts
        .iter()
        .zip(ends)
        .map(|((start, headed), end)| Chunk { start: *start, end, headed: *headed })
        .filter(|c| c.start < c.end)
        .collect()
}

/// The canonical form of a head word, folded, when `word` is one.
pub(crate) fn head(word: &str) -> Option<&'static str> {
    if word.is_empty() || word.len() > 20 {
        return None;
    }
    let folded = crate::fold(word);
    HEADS.iter().find(|h| **h == folded).map(String::as_str)
}

/// All head words, folded.
pub(crate) fn heads() -> impl Iterator<Item = &'static str> {
    HEADS.iter().map(String::as_str)
}

/// The first word of a line: letters, digits, `_` and inner hyphens, as names are.
pub(crate) fn first_word(line: &str) -> &str {
    let line = line.trim_start_matches(is_blank);
    let end = line.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(line.len());
    line.get(..end).unwrap_or("")
}

/// Columns before the first word.
pub(crate) fn indent(line: &str) -> usize {
    line.chars().take_while(|c| is_blank(*c)).count()
}

/// Blanks of the language; line ends are not.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}' | '\u{202F}')
}

/// The line without its comment; quotes protect `--`.
pub(crate) fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut previous = ' ';
    for (k, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '-' if previous == '-' && !quoted => return line.get(..k - 1).unwrap_or(line),
            _ => {}
        }
        previous = c;
    }
    line
}

/// Does this line carry on the phrase of the line before?
pub(crate) fn continues(line: &str) -> bool {
    let trimmed = line.trim_start_matches(is_blank);
    let word = crate::fold(first_word(line));
    matches!(word.as_str(), "alors" | "sinon" | "et" | "ou") || trimmed.starts_with(['+', '-', '*', '/', '×', '÷', ')'])
}

/// Where a piece nests deeper than [`DEPTH`], if it does.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let (mut open, mut phrases, mut offset) = (0_usize, 0_usize, 0);
    for line in text.split_inclusive('\n') {
        if open == 0 && !continues(line) {
            phrases = 0;
        }
        let mut quoted = false;
        let mut word = 0;
        let read = without_comment(line);
        for (k, c) in read.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '(' if !quoted => open += 1,
                ')' if !quoted => open = open.saturating_sub(1),
                _ => {}
            }
            if !c.is_alphanumeric() && c != '_' {
                let before = read.get(word..k).unwrap_or("");
                // « SI( » glued to its parenthesis is counted with it.
                if c != '(' && (before.eq_ignore_ascii_case("si") || before.eq_ignore_ascii_case("selon")) {
                    phrases += 1;
                }
                word = k + c.len_utf8();
            }
            if open + phrases > DEPTH {
                return Some(offset + k);
            }
        }
        offset += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_cut_at_its_head_words() {
        let text = "-- rien\nCONSTANTE x en € = 1 €\ntest_x\n  hypothese y en mois :\nfin\n";
        let cut: Vec<&str> = chunks(text).iter().map(|c| &text[c.start..c.end]).collect();
        assert_eq!(cut, ["-- rien\n", "CONSTANTE x en € = 1 €\ntest_x\n", "  hypothese y en mois :\nfin\n"]);
    }

    #[test]
    fn comments_and_texts_do_not_nest() {
        assert_eq!(without_comment("a \"x -- y\" -- fin"), "a \"x -- y\" ");
        assert_eq!(too_deep(&"-- :(\n".repeat(500)), None);
        assert_eq!(too_deep(&"  note \"(\"\n".repeat(500)), None);
        assert_eq!(too_deep(&"(".repeat(DEPTH + 1)), Some(DEPTH));
        assert!(too_deep(&"si a alors ".repeat(DEPTH + 1)).is_some());
        assert_eq!(too_deep(&"  = si a alors b sinon c\n".repeat(500)), None);
    }
}
