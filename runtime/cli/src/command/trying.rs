//! What the verbs that try values share: the sentence typed, which declared ones are meant, progress.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cadrage_session::{Compiled, Workspace};
use cadrage_source::Span;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Context, DONE, INTERRUPTED};

/// What messages call the words of the command line.
const TYPED: &str = "ligne de commande";

impl Context {
    /// Has the workspace read the sentence typed, after its verb; was there any?
    pub(super) fn typed(&self, workspace: &mut Workspace, verb: &str, sentence: &str) -> bool {
        let any = !sentence.trim().is_empty();
        if any {
            workspace.type_scripts(vec![(TYPED.to_owned(), format!("{verb} {sentence}\n"))]);
        }
        any
    }

    /// Ctrl-C ends what is tried after the trial at hand: what is done is shown and written.
    pub(super) fn stopping(&self) -> Stopping {
        let asked = Arc::new(AtomicBool::new(false));
        if let Err(e) = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&asked)) {
            self.say(&format!("  Ctrl-C arrêtera tout sans rien garder : {e}"));
        }
        Stopping { asked }
    }
}

/// Was the end asked for?
pub(super) struct Stopping {
    asked: Arc<AtomicBool>,
}

impl Stopping {
    /// The exit code of what was done until then.
    pub(super) fn code(&self) -> u8 {
        if self.is_asked() { INTERRUPTED } else { DONE }
    }

    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
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
