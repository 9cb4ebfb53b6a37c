//! What the console itself refuses, located in the line typed.

use std::sync::Arc;

use cadrage_source::{Code, Diagnostic, SourceMap, Span};

use super::answer::Answer;
use super::scripts::NAME;
use crate::run::RunError;

/// A line, to say where in it something is wrong.
pub(crate) struct Line<'l> {
    pub(crate) text: &'l str,
}

impl Line<'_> {
    /// Refuses the line, pointing at `words` of it, or at all of it.
    pub(crate) fn refuse(&self, code: Code, message: impl Into<String>, words: &str, help: impl Into<String>) -> Answer {
        let mut sources = SourceMap::new();
        let file = sources.add(NAME, self.text);
        let start = if words.is_empty() { None } else { self.text.rfind(words) };
        let (from, to) = start.map_or((0, self.text.len()), |s| (s, s + words.len()));
        let diagnostic = Diagnostic::new(code, message, Span::new(file, from, to)).here("ici").help(help);
        Answer::refusal(vec![diagnostic], Arc::new(sources))
    }

    /// A file, a disk, a right: what the machine refuses.
    pub(crate) fn failed(&self, what: &str, why: &std::io::Error) -> Answer {
        let why = match why.kind() {
            std::io::ErrorKind::NotFound => "ce fichier ou ce dossier n'existe pas".to_owned(),
            std::io::ErrorKind::PermissionDenied => "les droits ne le permettent pas".to_owned(),
            std::io::ErrorKind::IsADirectory => "c'est un dossier".to_owned(),
            std::io::ErrorKind::AlreadyExists => "ce fichier existe déjà".to_owned(),
            _ => why.to_string(),
        };
        self.refuse(
            Code::V21,
            format!("`{what}` ne s'écrit pas : {why}"),
            what,
            "donnez un autre fichier, ou vérifiez les droits et la place",
        )
    }
}

/// Why something could not be computed.
pub(crate) fn run_refused(why: RunError, sources: Arc<SourceMap>) -> Answer {
    match why {
        RunError::Diagnostics(list) => Answer::refusal(list, sources),
        RunError::Cube(e) => {
            let mut out = Answer::silent().warning(format!("× [{}] {e}", e.code)).aside(format!("aide : {}", e.help));
            out.refused = true;
            out
        }
    }
}
