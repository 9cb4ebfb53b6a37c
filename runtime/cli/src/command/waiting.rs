//! What a person sees who waits for a verb: nothing of what comes at once, then what is being done and for how long. On a terminal only;
//! nothing is left of it once the answer is there.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use cadrage_session::Listener;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;

/// Nothing is said of a wait that is shorter.
const AT_ONCE: Duration = Duration::from_secs(1);

/// How often what is shown is drawn again.
const TICK: Duration = Duration::from_millis(250);

/// Says what is being done.
pub(super) struct Waiting {
    bar: ProgressBar,
}

impl Waiting {
    fn new(what: &str) -> Waiting {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} ({seconds} s)") {
            bar.set_style(style.with_key("seconds", |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{}", state.elapsed().as_secs());
            }));
        }
        bar.set_message(what.to_owned());
        Waiting { bar }
    }

    /// For who computes, to say where he is.
    pub(super) fn listener(&self) -> Listener {
        let bar = self.bar.clone();
        Box::new(move |what| bar.set_message(what.to_owned()))
    }
}

impl Context {
    /// Does something that may take long, and says so to whoever waits. What it does writes nothing on the terminal itself.
    pub(super) fn wait<T>(&self, what: &str, work: impl FnOnce(&Waiting) -> T) -> T {
        let waiting = Waiting::new(what);
        if self.common.silencieux {
            return work(&waiting);
        }
        show_while(&waiting, AT_ONCE, ProgressDrawTarget::stderr, work)
    }
}

/// Shows it where `target` says, from `delay` on, as long as the work lasts.
fn show_while<T>(
    waiting: &Waiting,
    delay: Duration,
    target: impl FnOnce() -> ProgressDrawTarget + Send,
    work: impl FnOnce(&Waiting) -> T,
) -> T {
    let (done, ended) = channel::<()>();
    let bar = waiting.bar.clone();
    std::thread::scope(|threads| {
        threads.spawn(move || {
            if ended.recv_timeout(delay) == Err(RecvTimeoutError::Timeout) {
                bar.set_draw_target(target());
                bar.enable_steady_tick(TICK);
                let _ = ended.recv();
                bar.finish_and_clear();
            }
        });
        let out = work(waiting);
        drop(done);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    fn shown(delay: Duration, work: impl FnOnce(&Waiting, &InMemoryTerm)) -> String {
        let term = InMemoryTerm::new(5, 80);
        let target = {
            let term = term.clone();
            move || ProgressDrawTarget::term_like(Box::new(term))
        };
        show_while(&Waiting::new("atterrissage_2026"), delay, target, |waiting| work(waiting, &term));
        term.contents()
    }

    #[test]
    fn a_wait_is_told_and_leaves_nothing() {
        let left = shown(Duration::ZERO, |waiting, term| {
            let until = |what: &str| {
                let mut looks = (0..12_000).map(|_| std::thread::sleep(Duration::from_millis(5)));
                assert!(looks.any(|()| term.contents().contains(what)), "{what}: {}", term.contents());
            };
            until("atterrissage_2026 (0 s)");
            waiting.listener()("effet 2 sur 3 : carrières");
            until("effet 2 sur 3 : carrières (");
        });
        assert_eq!(left, "");
    }

    #[test]
    fn what_comes_at_once_is_not_waited_for() {
        assert_eq!(shown(Duration::from_secs(3600), |_, term| assert_eq!(term.contents(), "")), "");
    }
}
