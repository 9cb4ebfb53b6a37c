//! Bounds that keep parsing linear and the stack whole, whatever the text.

use cadrage_source::{Code, Diagnostic, FileId, Span};

/// Deepest nesting of parentheses.
const DEPTH: usize = 200;
/// Largest file, in bytes.
const SIZE: usize = 4 * 1024 * 1024;
/// Longest run of `si`/`non`/`-` openings on one clause, which nest too.
const PREFIXES: usize = 400;

/// Refuses a text that would nest too deep, before pest recurses into it.
pub(crate) fn check(file: FileId, text: &str) -> Option<Diagnostic> {
    let refuse = |at: usize, what: &str| {
        Some(
            Diagnostic::new(Code::S07, format!("ce texte est {what}"), Span::new(file, at, (at + 1).min(text.len())))
                .here("la lecture s'arrête ici")
                .help("découpez-le en plusieurs fichiers, ou nommez les calculs intermédiaires dans des formules"),
        )
    };
    if text.len() > SIZE {
        return refuse(0, "trop long (plus de 4 Mo)");
    }
    let (mut depth, mut prefixes, mut quoted) = (0_usize, 0_usize, false);
    let mut word = String::new();
    for (k, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '\n' => {
                quoted = false;
                if depth == 0 {
                    prefixes = 0;
                }
            }
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_alphabetic() {
            word.push(c);
        } else {
            if word.eq_ignore_ascii_case("si") {
                prefixes += 1;
            }
            word.clear();
        }
        if depth > DEPTH || prefixes > PREFIXES {
            return refuse(k, "trop imbriqué (plus de 200 niveaux)");
        }
    }
    None
}
