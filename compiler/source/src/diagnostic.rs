//! A complaint as plain data: code, severity, message, labels, help.

use crate::{Code, Edit, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably wrong; figures are still computed.
    Warning,
    /// Refused.
    Error,
}

impl Severity {
    /// As it is said to people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "avertissement",
            Severity::Error => "erreur",
        }
    }
}

/// A place and what to say there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What, in the user's words, lower case, no final period; may be empty.
    pub text: String,
}

/// A complaint. Texts are French, lower case, without final period, users' words in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which one of the list.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What was read and understood.
    pub message: String,
    /// Where; the first label is the main one.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// The safe correction, when there is one: applied whole, it removes this complaint and brings no other.
    pub fix: Vec<Edit>,
}

impl Diagnostic {
    /// An error (or whatever severity the code has) at `span`.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>, span: Span) -> Self {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: vec![Label { span, text: String::new() }],
            help: None,
            fix: Vec::new(),
        }
    }

    /// Says something at the main place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Says something at another place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Adds a replacement to the safe correction.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix.push(Edit { span, replacement: replacement.into() });
        self
    }

    /// Is it an error?
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
