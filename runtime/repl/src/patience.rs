//! What a person sees who waits for an answer, and how he gives it up: Ctrl-C, which otherwise would end the program and lose the session.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cadrage_session::Waiting;
use signal_hook::consts::SIGINT;

/// Nothing is said of an answer that comes sooner.
const AT_ONCE: u64 = 1;

/// A terminal that waits for answers.
#[derive(Clone, Default)]
pub(crate) struct Patience {
    given_up: Arc<AtomicBool>,
    /// The seconds last shown.
    shown: Arc<AtomicU64>,
}

impl Patience {
    /// Takes Ctrl-C as giving up an answer, from now on.
    pub(crate) fn new() -> std::io::Result<Patience> {
        let patience = Patience::default();
        signal_hook::flag::register(SIGINT, Arc::clone(&patience.given_up))?;
        Ok(patience)
    }

    /// Who waits, for the console.
    pub(crate) fn waiting(&self) -> Waiting {
        let shown = Arc::clone(&self.shown);
        Waiting::new(Arc::clone(&self.given_up), move |waited| {
            let seconds = waited.as_secs();
            if seconds >= AT_ONCE && shown.swap(seconds, Ordering::Relaxed) != seconds {
                eprint!("\r{}", sentence(waited));
                let _ = std::io::stderr().flush();
            }
        })
    }

    /// An answer is asked for: what was given up before no longer counts.
    pub(crate) fn begin(&self) {
        self.given_up.store(false, Ordering::Relaxed);
    }

    /// The answer has come: takes away what was shown of the wait.
    pub(crate) fn end(&self) {
        if self.shown.swap(0, Ordering::Relaxed) > 0 {
            eprint!("\r{}\r", " ".repeat(sentence(Duration::from_secs(1_000)).chars().count()));
            let _ = std::io::stderr().flush();
        }
    }
}

/// Short enough for a window of 40 columns.
fn sentence(waited: Duration) -> String {
    format!("  calcul… {} s (Ctrl-C l'abandonne)", waited.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_fits_a_narrow_window() {
        assert!(sentence(Duration::from_secs(9_999)).chars().count() < 40);
    }
}
