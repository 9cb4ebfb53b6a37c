//! Words and comments put back on lines. A line ends where its author ended it; a comment on its own line goes with the clause below
//! it, one at the end of a line stays there; at most one blank line, and none just inside a block.

use super::tokens::{Gap, Mark, Token};

/// A word on its line.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) before: Gap,
    /// More spaces before it, to align its column.
    pub(super) padding: usize,
    pub(super) mark: Option<Mark>,
}

/// A line of the result.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) indent: usize,
    /// None on the line of a comment alone.
    pub(super) pieces: Vec<Piece>,
    pub(super) comment: Option<String>,
    /// More spaces before the comment, to align it.
    pub(super) padding: usize,
    /// A blank line above.
    pub(super) blank: bool,
    pub(super) group: usize,
}

/// What stands between two words.
enum Between<'t> {
    LineEnd,
    Comment(&'t str),
    /// A sign that no rule names.
    Sign(&'t str),
}

fn between(text: &str) -> Vec<Between<'_>> {
    let mut out = Vec::new();
    for (k, line) in text.split('\n').enumerate() {
        if k > 0 {
            out.push(Between::LineEnd);
        }
        let (signs, comment) = line.find("--").map_or((line, ""), |at| line.split_at(at));
        out.extend(signs.split_whitespace().map(Between::Sign));
        if !comment.is_empty() {
            out.push(Between::Comment(comment.trim_end()));
        }
    }
    out
}

#[derive(Default)]
struct Assembly {
    lines: Vec<Line>,
    /// Line ends since the last word or comment.
    ends: usize,
    /// The next word touches the last one.
    tight: bool,
    /// Comments on their own lines, waiting for the clause they go with, and whether a blank line precedes each.
    waiting: Vec<(String, bool)>,
    started: bool,
}

/// The lines of the result.
pub(super) fn assemble(text: &str, tokens: Vec<Token>) -> Vec<Line> {
    let mut out = Assembly::default();
    let mut at = 0;
    for token in tokens {
        out.gap(text.get(at..token.start).unwrap_or(""));
        at = token.end;
        out.token(token);
    }
    out.gap(text.get(at..).unwrap_or(""));
    out.flush(0, true, 0);
    out.lines
}

impl Assembly {
    fn gap(&mut self, text: &str) {
        for found in between(text) {
            match found {
                Between::LineEnd => self.ends += 1,
                Between::Comment(comment) if self.started && self.ends == 0 => {
                    if let Some(line) = self.lines.last_mut() {
                        line.comment = Some(comment.to_owned());
                    }
                }
                Between::Comment(comment) => {
                    self.waiting.push((comment.to_owned(), self.ends > 1));
                    self.ends = 0;
                }
                Between::Sign(sign) => self.piece(Piece { text: sign.to_owned(), before: Gap::Space, padding: 0, mark: None }, false),
            }
        }
    }

    fn token(&mut self, token: Token) {
        if !self.started || self.ends > 0 || !self.waiting.is_empty() {
            let blank = self.ends > 1 && token.opens && !token.closes;
            self.flush(token.comment_indent, token.opens, token.group);
            let blank = blank && !self.just_inside(token.indent) && !self.lines.is_empty();
            self.lines.push(Line { indent: token.indent, pieces: Vec::new(), comment: None, padding: 0, blank, group: token.group });
            self.tight = false;
        }
        (self.started, self.ends) = (true, 0);
        if let Some(text) = token.text {
            self.piece(Piece { text, before: token.before, padding: 0, mark: token.mark }, token.tight);
        }
    }

    fn piece(&mut self, mut piece: Piece, tight: bool) {
        let Some(line) = self.lines.last_mut() else { return };
        if self.tight || line.pieces.is_empty() {
            piece.before = Gap::None;
        }
        self.tight = tight;
        line.pieces.push(piece);
    }

    /// Puts the comments that wait on lines of their own.
    fn flush(&mut self, indent: usize, spaced: bool, group: usize) {
        for (comment, blank) in std::mem::take(&mut self.waiting) {
            let blank = blank && spaced && !self.just_inside(indent) && !self.lines.is_empty();
            self.lines.push(Line { indent, pieces: Vec::new(), comment: Some(comment), padding: 0, blank, group });
        }
    }

    /// Is the last line the header of the block that a line at `indent` begins?
    fn just_inside(&self, indent: usize) -> bool {
        self.lines.last().is_some_and(|l| l.indent < indent && l.pieces.last().is_some_and(|p| p.text == ":" || p.text == "selon"))
    }
}
