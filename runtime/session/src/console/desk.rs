//! A scenario kept ready on a thread of its own: what it holds borrows from itself, and the console owns the thread.
//!
//! The first question unrolls the careers, the next ones find them there; a change of hypotheses computes again what it reaches. Who waits
//! may give up: the thread ends what it does, alone, and another desk is made for the next question.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use cadrage_cube::Cube;
use cadrage_driver::Compiled;
use cadrage_engine::Backend;
use cadrage_ir::Layer;

use super::seat::{Individuals, Seat};
use super::waiting::{Unanswered, Waiting};
use crate::alerts::Alert;
use crate::ceilings::CeilingRow;
use crate::confidentiality::Sight;
use crate::explain::{ExplainRequest, Explanation};
use crate::questions::Asked;
use crate::reports::ReportTable;
use crate::run::{self, RunError};
use crate::study::{Ground, Totals};

/// Makes an engine; each thread makes its own.
pub type Engine = Arc<dyn Fn() -> Box<dyn Backend> + Send + Sync>;

/// What a desk is asked: of the scenario, or of why it could not be sat down.
type Job = Box<dyn for<'s, 'g> FnOnce(Result<&'s mut Seat<'g>, &'s RunError>) + Send>;

/// A scenario kept ready.
pub(crate) struct Desk {
    jobs: Option<Sender<Job>>,
    waiting: Waiting,
    /// It computes what nobody waits for any more, or stopped: it answers nothing else.
    left: Cell<bool>,
}

impl Desk {
    /// Sits a scenario of checked scripts down; nothing is computed before something is asked.
    pub(crate) fn new(compiled: Arc<Compiled>, scenario: &str, cube: Arc<Cube>, engine: Engine, waiting: Waiting) -> Desk {
        let (jobs, asked) = channel();
        let name = scenario.to_owned();
        // Never joined: a prompt comes back at once, and the thread ends when there are no jobs to come.
        let thread = std::thread::Builder::new().name("cadrage-étude".to_owned()).stack_size(64 << 20);
        let begun = thread.spawn(move || serve(&compiled, &name, &cube, &*engine(), &asked));
        Desk { jobs: begun.is_ok().then_some(jobs), waiting, left: Cell::new(false) }
    }

    /// Must another desk be made to be answered?
    pub(crate) fn is_left(&self) -> bool {
        self.left.get()
    }

    /// The scenario's sums with changes laid over it.
    ///
    /// # Errors
    /// As a run.
    pub(crate) fn with(&self, layers: Vec<Layer>) -> Result<Totals, Unanswered> {
        self.job(move |seat| seat.with(&layers))
    }

    /// What careers and movements have to say: who a movement concerns, whom it does not find.
    ///
    /// # Errors
    /// As a run.
    pub(crate) fn notes(&self) -> Result<Vec<Alert>, Unanswered> {
        self.job(|seat| Ok(seat.notes()))
    }

    /// The answer to a question, for who looks.
    ///
    /// # Errors
    /// As a run, a period that the scenario does not cover, a figure that may not be told.
    pub(crate) fn ask(&self, compiled: Arc<Compiled>, sight: Sight) -> Result<Asked, Unanswered> {
        self.job(move |seat| seat.ask(&compiled, &sight))
    }

    /// Where a figure comes from, for who looks.
    ///
    /// # Errors
    /// As for [`Desk::ask`].
    pub(crate) fn explain(&self, compiled: Arc<Compiled>, request: ExplainRequest, sight: Sight) -> Result<Explanation, Unanswered> {
        self.job(move |seat| seat.explain(&compiled, &request, sight))
    }

    /// A report of measures, for who looks.
    ///
    /// # Errors
    /// As for [`Desk::ask`].
    pub(crate) fn report(&self, compiled: Arc<Compiled>, name: String, sight: Sight) -> Result<ReportTable, Unanswered> {
        self.job(move |seat| seat.report(&compiled, &name, &sight))
    }

    /// The envelopes against what the scenario gives.
    ///
    /// # Errors
    /// As a run.
    pub(crate) fn ceilings(&self, compiled: Arc<Compiled>) -> Result<Vec<CeilingRow>, Unanswered> {
        self.job(move |seat| seat.ceilings(&compiled))
    }

    /// What each agent is paid and counts for.
    ///
    /// # Errors
    /// As a run.
    pub(crate) fn individuals(&self) -> Result<Individuals, Unanswered> {
        self.job(|seat| seat.individuals())
    }

    fn job<T: Send + 'static>(&self, work: impl FnOnce(&mut Seat<'_>) -> Result<T, RunError> + Send + 'static) -> Result<T, Unanswered> {
        let (reply, answer) = channel();
        let job: Job = Box::new(move |seat| {
            let found = match seat {
                Ok(seat) => work(seat),
                Err(why) => Err(why.clone()),
            };
            // Who has given up hears nothing.
            drop(reply.send(found));
        });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        let received = if sent { self.waiting.receive(&answer) } else { Err(Unanswered::Gone) };
        self.left.set(received.is_err());
        received?.map_err(Unanswered::Refused)
    }
}

/// Answers until nobody can ask any more.
fn serve(compiled: &Compiled, name: &str, cube: &Cube, backend: &dyn Backend, jobs: &Receiver<Job>) {
    let made = run::find(compiled, name).ok_or_else(|| crate::workspace::unknown_scenario(compiled, name));
    let made = made.and_then(|scenario| Ground::new(compiled, scenario, cube, backend).map(|ground| (scenario, ground)));
    match &made {
        Ok((scenario, ground)) => {
            let mut seat = Seat::new(compiled, scenario, ground, backend);
            jobs.iter().for_each(|job| job(Ok(&mut seat)));
        }
        // Whatever is asked, this is why there is no answer.
        Err(why) => jobs.iter().for_each(|job| job(Err(why))),
    }
}
