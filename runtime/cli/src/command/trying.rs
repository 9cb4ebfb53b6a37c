//! What the verbs that try values share: the sentence typed, which declared ones are meant, progress.

use std::path::PathBuf;

use cadrage_session::{Compiled, Workspace};
use cadrage_source::Span;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;

/// What messages call the words of the command line.
const TYPED: &str = "ligne de commande";

impl Context {
    /// Has the workspace read the sentences typed, each after its verb; was there any?
    pub(super) fn typed(&self, workspace: &mut Workspace, verb: &str, sentences: &[&str]) -> bool {
        let written: String = sentences.iter().filter(|s| !s.is_empty()).map(|s| format!("{verb} {s}\n")).collect();
        let any = !written.is_empty();
        if any {
            workspace.type_scripts(vec![(TYPED.to_owned(), written)]);
        }
        any
    }
}

/// What was typed; else those of a script named on the command line, when it has any; else those of the dossier.
pub(super) fn of_question<T: Clone>(compiled: &Compiled, all: Vec<T>, span: impl Fn(&T) -> Span, typed: bool, extra: &[PathBuf]) -> Vec<T> {
    let file = |r: &T| span(r).file;
    if typed {
        return all.into_iter().filter(|r| compiled.sources.get(file(r)).is_some_and(|f| f.name == TYPED)).collect();
    }
    let named: Vec<T> = all.iter().filter(|r| extra.iter().any(|path| super::calculer::is_in(compiled, file(r), path))).cloned().collect();
    if named.is_empty() { all } else { named }
}

/// A progress bar on a terminal, nothing elsewhere.
pub(super) struct Trying {
    bar: ProgressBar,
}

impl Trying {
    /// How many trials there are, when that is known.
    pub(super) fn new(total: Option<usize>, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(total.and_then(|n| u64::try_from(n).ok()), target);
        let template = if total.is_some() { "  {bar:30} {pos}/{len} essais" } else { "  {pos} essais" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Trying { bar }
    }

    /// So many are done.
    pub(super) fn at(&self, done: usize) {
        self.bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    }
}

impl Drop for Trying {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
