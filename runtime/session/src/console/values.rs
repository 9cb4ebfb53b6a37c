//! `chercher` and `balayer` at the prompt: read with the scripts and with what was typed, as a declaration that nothing keeps.

use std::sync::Arc;

use cadrage_source::Span;

use super::answer::{Answer, Piece};
use super::refusals::Line;
use super::scripts::{NAME, Typed};
use super::{Console, head_word};
use crate::trials::{declared_seeks, declared_sweeps, sweeps_document};

/// Columns of what is laid out: a window of a usual terminal, its margin left.
const WIDTH: usize = 76;

impl Console {
    /// The answer to a line that tries values; `None` for any other.
    pub(super) fn values_tried(&mut self, line: &Line<'_>) -> Option<Answer> {
        let seeks = match head_word(line.text)? {
            "chercher" => true,
            "balayer" => false,
            _ => return None,
        };
        let mut scripts = self.scripts.clone();
        scripts.typed.push(Typed { key: String::new(), text: line.text.to_owned() });
        let compiled = match self.sound(&scripts, None) {
            Ok(compiled) => compiled,
            Err(refusal) => return Some(refusal),
        };
        let compiled = Arc::new(compiled);
        let typed = |span: Span| compiled.sources.get(span.file).is_some_and(|f| f.name == NAME);
        let page = |lines: Vec<String>| Answer::silent().piece(Piece::Page(lines.join("\n")));
        let scripts = Arc::clone(&compiled);
        if seeks {
            let request = declared_seeks(&compiled, None).into_iter().rfind(|r| typed(r.span))?;
            // Who gives up is told what was tried.
            let found = self.away_to_its_end(move |workspace, backend, waiting| {
                workspace.seek(&scripts, &request, backend, &mut |_| !waiting.has_given_up())
            });
            return Some(match found {
                Err(why) => why.told(&compiled),
                Ok(found) => page(found.lines(WIDTH)),
            });
        }
        let request = declared_sweeps(&compiled, None).into_iter().rfind(|r| typed(r.span))?;
        // Who gives up gets what is done.
        let found = self.away_to_its_end(move |workspace, backend, waiting| {
            workspace.sweep(&scripts, &request, backend, &mut |_, _| !waiting.has_given_up())
        });
        Some(match found {
            Err(why) => why.told(&compiled),
            Ok(found) => page(found.lines(WIDTH)).keeping(sweeps_document(std::slice::from_ref(&found))),
        })
    }
}
