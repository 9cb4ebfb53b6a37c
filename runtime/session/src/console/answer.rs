//! What the console answers: plain data that a terminal, a test or a page draws.

use std::sync::Arc;

use cadrage_export::{Chart, Document, Table, aligned, plot};
use cadrage_source::{Code, Diagnostic, SourceMap, digest};

use crate::explain::Explanation;

/// How a line is meant, for who draws with colours; what it says never depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// What was asked.
    Figure,
    /// How it was understood, and what to know.
    Aside,
    /// What must not be missed.
    Warning,
    /// A refusal, or a note about the scripts.
    Complaint,
    /// Rows, drawings, pages.
    Plain,
}

/// A part of an answer.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A sentence or a figure.
    Line(Manner, String),
    /// Rows.
    Table(Table),
    /// A drawing.
    Chart(Chart),
    /// The tree of a figure.
    Tree(Box<Explanation>),
    /// Text laid out by whoever wrote it.
    Page(String),
    /// Complaints, and the texts they are about: each line of a paste has its own.
    Complaints(Vec<Diagnostic>, Arc<SourceMap>),
}

/// What is answered to a line.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// In order.
    pub pieces: Vec<Piece>,
    /// Nothing changed: the line was refused.
    pub refused: bool,
    /// The session ends.
    pub ends: bool,
    /// What `exporter` writes.
    pub(crate) document: Option<Document>,
}

impl Answer {
    /// Nothing to say.
    #[must_use]
    pub fn silent() -> Answer {
        Answer::default()
    }

    /// Something to know, of who draws answers.
    #[must_use]
    pub fn noted(text: impl Into<String>) -> Answer {
        Answer::silent().warning(text)
    }

    /// A refusal.
    pub(crate) fn refusal(complaints: Vec<Diagnostic>, sources: Arc<SourceMap>) -> Answer {
        Answer { pieces: vec![Piece::Complaints(complaints, sources)], refused: true, ..Answer::default() }
    }

    /// The same with other help for complaints of a code.
    pub(crate) fn hinting(mut self, code: Code, help: &str) -> Answer {
        for piece in &mut self.pieces {
            if let Piece::Complaints(list, _) = piece {
                list.iter_mut().filter(|d| d.code == code).for_each(|d| d.help = Some(help.to_owned()));
            }
        }
        self
    }

    pub(crate) fn figure(text: impl Into<String>) -> Answer {
        Answer::silent().with(Manner::Figure, text)
    }

    pub(crate) fn with(mut self, manner: Manner, text: impl Into<String>) -> Answer {
        self.pieces.push(Piece::Line(manner, text.into()));
        self
    }

    pub(crate) fn aside(self, text: impl Into<String>) -> Answer {
        self.with(Manner::Aside, text)
    }

    pub(crate) fn warning(self, text: impl Into<String>) -> Answer {
        self.with(Manner::Warning, text)
    }

    pub(crate) fn piece(mut self, piece: Piece) -> Answer {
        self.pieces.push(piece);
        self
    }

    /// The document, and its tables drawn.
    pub(crate) fn documented(mut self, document: Document) -> Answer {
        self.pieces.extend(document.tables.iter().cloned().map(Piece::Table));
        self.document = Some(document);
        self
    }

    pub(crate) fn keeping(mut self, document: Document) -> Answer {
        self.document = Some(document);
        self
    }

    /// This one, then another.
    pub(crate) fn then(mut self, mut next: Answer) -> Answer {
        self.pieces.append(&mut next.pieces);
        self.refused |= next.refused;
        self.ends |= next.ends;
        self.document = next.document.or(self.document);
        self
    }

    /// Lines of at most `width` columns where words allow it; complaints are drawn by `complain`.
    #[must_use]
    pub fn lines(&self, width: usize, complain: &dyn Fn(&Diagnostic, &SourceMap) -> String) -> Vec<(Manner, String)> {
        let mut out = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Line(manner, text) => out.extend(folded(text, width).into_iter().map(|l| (*manner, l))),
                Piece::Table(table) => out.extend(plain(&aligned(table, width))),
                Piece::Chart(chart) => out.extend(plain(&plot(chart, width))),
                Piece::Tree(e) => out.extend(e.lines(width).into_iter().map(|l| (Manner::Plain, l))),
                Piece::Page(text) => out.extend(text.trim_end().lines().flat_map(|l| hung(l, width)).map(|l| (Manner::Plain, l))),
                Piece::Complaints(list, sources) => {
                    let digest = digest(list);
                    for d in digest.shown {
                        out.extend(complain(d, sources).trim_end().lines().map(|l| (Manner::Complaint, l.to_owned())));
                    }
                    for (_, n) in digest.more {
                        out.push((Manner::Complaint, format!("  … et {n} autres messages ; corrigez d'abord ceux-ci")));
                    }
                }
            }
        }
        out
    }
}

fn plain(text: &str) -> impl Iterator<Item = (Manner, String)> + '_ {
    text.trim_end().lines().map(|l| (Manner::Plain, l.to_owned()))
}

/// A line of a page, on as many lines as it takes, those after the first further in; blanks that line words up stay.
fn hung(text: &str, width: usize) -> Vec<String> {
    let mut rest = text.trim_end().to_owned();
    let lead = (rest.len() - rest.trim_start().len() + 4).min(width / 2);
    let mut out = Vec::new();
    while let Some((limit, _)) = rest.char_indices().nth(width) {
        let start = rest.len() - rest.trim_start().len();
        // Where a word ends, past the indent; a word longer than the window is not cut.
        let inside = rest.get(..limit).and_then(|r| r.rfind(' ')).filter(|k| *k > start);
        let Some(cut) = inside.or_else(|| rest.get(limit..).and_then(|r| r.find(' ')).map(|k| limit + k)) else { break };
        let (line, after) = rest.split_at(cut);
        out.push(line.trim_end().to_owned());
        rest = format!("{}{}", " ".repeat(lead), after.trim_start());
    }
    out.push(rest);
    out
}

/// A sentence indented by two, on as many lines as it takes.
fn folded(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for paragraph in text.lines() {
        let own = paragraph.len() - paragraph.trim_start().len();
        let lead = format!("  {}", " ".repeat(own));
        let mut line = lead.clone();
        let mut empty = true;
        for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
            if !empty && line.chars().count() + 1 + word.chars().count() > width {
                out.push(std::mem::replace(&mut line, format!("{lead}  ")));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        out.push(line);
    }
    out
}
