//! What is asked.

use cadrage_driver::{Analysis, Compiled, Level, Period, Subject};
use cadrage_ir::Selection;
use cadrage_source::{FileId, Span};

/// A figure to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainRequest {
    /// What.
    pub subject: Subject,
    /// What the rules give on constaté months, rather than what was paid.
    pub recomputed: bool,
    /// For whom.
    pub scope: Selection,
    /// When; the last month of the scenario when nothing is said.
    pub period: Option<Period>,
    /// The members that an aggregate is cut into; those of the next level when nothing is said.
    pub level: Option<Level>,
    /// The scenario; the first one that has the period when nothing is said.
    pub scenario: Option<String>,
    /// For a difference: from the first to the second.
    pub between: Option<(String, String)>,
    /// How many contributors are listed.
    pub most: usize,
    /// As written.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// How many contributors are listed unless asked otherwise.
pub const MOST: usize = 10;

/// The explanations that the scripts ask for; those of one file when it is given.
#[must_use]
pub fn declared_explanations(compiled: &Compiled, file: Option<FileId>) -> Vec<ExplainRequest> {
    let mut out = Vec::new();
    for analysis in &compiled.model.analyses {
        let Analysis::Explain { subject, scope, recomputed, period, level, between, span, .. } = analysis else { continue };
        if file.is_some_and(|f| f != span.file) {
            continue;
        }
        // As written, its head word left out.
        let words = compiled.words(*span);
        let text = words.split_once(' ').map_or(words.as_str(), |(_, rest)| rest).to_owned();
        out.push(ExplainRequest {
            subject: *subject,
            recomputed: *recomputed,
            scope: scope.clone(),
            period: *period,
            level: level.clone(),
            scenario: None,
            between: between.clone(),
            most: MOST,
            text,
            span: *span,
        });
    }
    out
}
