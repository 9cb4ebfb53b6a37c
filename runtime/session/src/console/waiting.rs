//! Who waits for an answer: is told that it takes time, and may give it up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use cadrage_driver::Compiled;

use super::answer::Answer;
use super::refusals::run_refused;
use crate::run::RunError;

/// How often one looks whether the answer has come, or is no longer wanted.
const STEP: Duration = Duration::from_millis(50);

/// Somebody who waits.
#[derive(Clone)]
pub struct Waiting {
    given_up: Arc<AtomicBool>,
    told: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl Waiting {
    /// Somebody who sets `given_up` when he no longer wants an answer, and is told from time to time how long he has waited for it.
    pub fn new(given_up: Arc<AtomicBool>, told: impl Fn(Duration) + Send + Sync + 'static) -> Waiting {
        Waiting { given_up, told: Arc::new(told) }
    }

    /// A pipe, a test: nobody is there to give up.
    #[must_use]
    pub fn nobody() -> Waiting {
        Waiting::new(Arc::default(), |_| {})
    }

    /// The same, who waits for the end whatever happens: what is done stops by itself.
    pub(crate) fn patient(&self) -> Waiting {
        Waiting { given_up: Arc::default(), told: Arc::clone(&self.told) }
    }

    /// Is the answer no longer wanted?
    pub(crate) fn has_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// What a thread sends, unless it stops or nobody wants it any more.
    pub(crate) fn receive<T>(&self, answer: &Receiver<T>) -> Result<T, Unanswered> {
        let begun = Instant::now();
        loop {
            match answer.recv_timeout(STEP) {
                Ok(found) => return Ok(found),
                Err(RecvTimeoutError::Disconnected) => return Err(Unanswered::Gone),
                Err(RecvTimeoutError::Timeout) if self.has_given_up() => return Err(Unanswered::GivenUp),
                Err(RecvTimeoutError::Timeout) => (self.told)(begun.elapsed()),
            }
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// What was asked cannot be computed.
    Refused(RunError),
    /// Nobody wants it any more.
    GivenUp,
    /// The thread that computed stopped: a defect, never the fault of who asks.
    Gone,
}

impl From<RunError> for Unanswered {
    fn from(why: RunError) -> Self {
        Unanswered::Refused(why)
    }
}

impl Unanswered {
    /// What is said of it, about these scripts.
    pub(crate) fn told(self, compiled: &Compiled) -> Answer {
        let mut out = match self {
            Unanswered::Refused(why) => return run_refused(why, Arc::new(compiled.sources.clone())),
            Unanswered::GivenUp => Answer::silent().warning("calcul abandonné : rien n'a changé dans la session"),
            Unanswered::Gone => Answer::silent()
                .warning("× le calcul s'est arrêté sans réponse")
                .aside("rien n'est perdu dans la session ; recommencez, et signalez-le si cela se répète"),
        };
        out.refused = true;
        out
    }
}
