//! Colours, for who sees them: what is said never depends on one.

use cadrage_session::Manner;

/// Are there colours?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// A terminal that shows them, and nobody who asked for none.
    Shown,
    /// None.
    Never,
}

const RESET: &str = "\u{1b}[0m";

impl Colours {
    /// A line of an answer.
    pub(crate) fn line(self, manner: Manner, text: &str) -> String {
        let code = match manner {
            Manner::Figure => "1",
            Manner::Aside => "2",
            Manner::Warning => "33",
            // Whoever draws complaints has his own colours.
            Manner::Complaint | Manner::Plain => "",
        };
        self.with(code, text)
    }

    pub(crate) fn with(self, code: &str, text: &str) -> String {
        if self == Colours::Never || code.is_empty() || text.is_empty() { text.to_owned() } else { format!("\u{1b}[{code}m{text}{RESET}") }
    }

    /// Words of the language, texts, numbers and comments of a line being typed.
    pub(crate) fn typed(self, line: &str, is_word: &dyn Fn(&str) -> bool) -> String {
        if self == Colours::Never {
            return line.to_owned();
        }
        let mut out = String::with_capacity(line.len() + 32);
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let (code, length) = if rest.starts_with("--") {
                ("2", rest.find('\n').unwrap_or(rest.len()))
            } else if first == '"' {
                ("32", rest.get(1..).and_then(|r| r.find(['"', '\n'])).map_or(rest.len(), |k| k + 2))
            } else if first.is_ascii_digit() {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '/' | '\u{202F}'))).unwrap_or(rest.len());
                ("36", end)
            } else if first.is_alphabetic() {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
                (if rest.get(..end).is_some_and(is_word) { "1;34" } else { "" }, end)
            } else {
                ("", first.len_utf8())
            };
            let length = (0..=length.min(rest.len())).rev().find(|k| rest.is_char_boundary(*k)).unwrap_or(0).max(first.len_utf8());
            let (piece, after) = rest.split_at(length);
            out.push_str(&self.with(code, piece));
            rest = after;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_change_no_letter() {
        let line = "essayer \"été -- x\" 1 234,5 % pour corps PR -- été";
        let painted = Colours::Shown.typed(line, &|w| w == "pour");
        let mut bare = String::new();
        let mut inside = false;
        for c in painted.chars() {
            match c {
                '\u{1b}' => inside = true,
                'm' if inside => inside = false,
                c if !inside => bare.push(c),
                _ => {}
            }
        }
        assert_eq!(bare, line);
        assert!(painted.contains("\u{1b}[1;34mpour"), "{painted:?}");
        assert_eq!(Colours::Never.typed(line, &|_| true), line);
    }
}
