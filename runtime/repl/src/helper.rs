//! What the line editor asks at each key.

use std::borrow::Cow;

use cadrage_session::{Console, Glossary};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use crate::paint::Colours;

/// The words of the session, and how to show them.
pub(crate) struct Talker {
    pub(crate) glossary: Glossary,
    pub(crate) colours: Colours,
}

/// A hint is read, never taken.
pub(crate) struct Beside(String);

impl Hint for Beside {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Helper for Talker {}

impl Completer for Talker {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, found) = self.glossary.complete(line.get(..pos).unwrap_or(line));
        let widest = found.iter().map(|c| c.text.chars().count()).max().unwrap_or(0);
        let shown = |text: &str, label: &str| match label {
            "" => text.to_owned(),
            _ => {
                let label: String = label.chars().take(48).collect();
                format!("{text}{}  {label}", " ".repeat(widest.min(32).saturating_sub(text.chars().count())))
            }
        };
        let pairs = found.into_iter().map(|c| Pair { display: shown(&c.text, &c.label), replacement: c.text });
        Ok((start, pairs.collect()))
    }
}

impl Hinter for Talker {
    type Hint = Beside;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Beside> {
        if pos < line.len() {
            return None;
        }
        self.glossary.hint(line).map(Beside)
    }
}

impl Highlighter for Talker {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        Cow::Owned(self.colours.typed(line, &Glossary::is_word))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.colours.with("2", hint))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.colours == Colours::Shown && kind != CmdKind::MoveCursor
    }
}

impl Validator for Talker {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        // Two empty lines get one out of a block that one cannot close.
        let given_up = text.ends_with("\n\n") || text.ends_with("\n\r\n");
        Ok(if Console::is_unfinished(text) && !given_up { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}
