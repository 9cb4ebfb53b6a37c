//! A scenario kept ready on a thread of its own: what it holds borrows from itself, and the console owns the thread.
//!
//! The first question unrolls the careers, the next ones find them there; a change of hypotheses computes again what it reaches.

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Backend;
use cadrage_ir::Layer;
use cadrage_source::{Code, Diagnostic, FileId, Span};

use crate::alerts::Alert;
use crate::confidentiality::Sight;
use crate::questions::{Asked, Standing};
use crate::run::{self, RunError};
use crate::study::{Ground, Study, Totals};

/// Makes an engine; each thread makes its own.
pub type Engine = Arc<dyn Fn() -> Box<dyn Backend> + Send + Sync>;

/// What a desk is asked.
enum Job {
    /// The scenario's sums with these changes laid over it; none = as it is.
    With(Vec<Layer>, Sender<Result<Totals, RunError>>),
    /// What careers and movements have to say.
    Notes(Sender<Result<Vec<Alert>, RunError>>),
    /// The question of these scripts, which are the scenario's and a question.
    Ask(Arc<Compiled>, Sight, Sender<Result<Asked, RunError>>),
}

/// A scenario kept ready.
pub(crate) struct Desk {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Desk {
    /// Sits a scenario of checked scripts down; nothing is computed before something is asked.
    pub(crate) fn new(compiled: Arc<Compiled>, scenario: &str, cube: Arc<Cube>, engine: Engine) -> Desk {
        let (jobs, asked) = channel();
        let name = scenario.to_owned();
        let thread = std::thread::Builder::new()
            .name("cadrage-étude".to_owned())
            .stack_size(64 << 20)
            .spawn(move || serve(&compiled, &name, &cube, &*engine(), &asked))
            .ok();
        Desk { jobs: Some(jobs), thread }
    }

    /// The scenario's sums with changes laid over it.
    ///
    /// # Errors
    /// As a run.
    pub(crate) fn with(&self, layers: Vec<Layer>) -> Result<Totals, RunError> {
        self.job(|reply| Job::With(layers, reply))
    }

    /// What careers and movements have to say: who a movement concerns, whom it does not find.
    ///
    /// # Errors
    /// As a run.
    pub(crate) fn notes(&self) -> Result<Vec<Alert>, RunError> {
        self.job(Job::Notes)
    }

    /// The answer to a question, for who looks.
    ///
    /// # Errors
    /// As a run, a period that the scenario does not cover, a figure that may not be told.
    pub(crate) fn ask(&self, compiled: Arc<Compiled>, sight: Sight) -> Result<Asked, RunError> {
        self.job(|reply| Job::Ask(compiled, sight, reply))
    }

    fn job<T>(&self, make: impl FnOnce(Sender<Result<T, RunError>>) -> Job) -> Result<T, RunError> {
        let (reply, answer) = channel();
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(make(reply)).is_ok());
        if !sent {
            return Err(gone());
        }
        answer.recv().unwrap_or_else(|_| Err(gone()))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Without jobs to come the thread ends; it is not waited for, so that a prompt comes back at once.
        self.jobs = None;
        drop(self.thread.take());
    }
}

fn gone() -> RunError {
    let nowhere = Span::new(FileId(u32::MAX), 0, 0);
    let diagnostic = Diagnostic::new(Code::V21, "l'étude gardée prête s'est arrêtée", nowhere).help("tapez `recharger`, puis recommencez");
    RunError::Diagnostics(vec![diagnostic])
}

/// Answers until nobody can ask any more.
fn serve(compiled: &Compiled, name: &str, cube: &Cube, backend: &dyn Backend, jobs: &Receiver<Job>) {
    let made = run::find(compiled, name).ok_or_else(|| crate::workspace::unknown_scenario(compiled, name));
    let made = made.and_then(|scenario| Ground::new(compiled, scenario, cube, backend).map(|ground| (scenario, ground)));
    match &made {
        Ok((scenario, ground)) => work(compiled, scenario, ground, backend, jobs),
        // Whatever is asked, this is why there is no answer.
        Err(why) => {
            for job in jobs {
                match job {
                    Job::With(_, reply) => drop(reply.send(Err(again(why)))),
                    Job::Notes(reply) => drop(reply.send(Err(again(why)))),
                    Job::Ask(_, _, reply) => drop(reply.send(Err(again(why)))),
                }
            }
        }
    }
}

fn work(compiled: &Compiled, scenario: &Scenario, ground: &Ground<'_>, backend: &dyn Backend, jobs: &Receiver<Job>) {
    let (study, lines) = (OnceCell::new(), OnceCell::new());
    for job in jobs {
        match job {
            Job::With(layers, reply) => {
                let found = match study.get_or_init(|| Study::new(ground)) {
                    Ok(study) if layers.is_empty() => Ok(study.base()),
                    Ok(study) => study.with(&layers),
                    Err(why) => Err(again(why)),
                };
                drop(reply.send(found));
            }
            Job::Notes(reply) => drop(reply.send(Ok(ground.notes().to_vec()))),
            Job::Ask(asked, sight, reply) => {
                let found = match lines.get_or_init(|| run::lines(compiled, scenario, ground)) {
                    Ok(projection) => Standing { ground, projection }.ask(&asked, &sight, backend),
                    Err(why) => Err(again(why)),
                };
                drop(reply.send(found));
            }
        }
    }
}

/// The same refusal, for who asks next.
fn again(why: &RunError) -> RunError {
    match why {
        RunError::Diagnostics(list) => RunError::Diagnostics(list.clone()),
        RunError::Cube(e) => RunError::Cube(e.clone()),
    }
}
