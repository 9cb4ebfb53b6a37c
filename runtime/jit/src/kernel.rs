//! The backend and its kernel: compiled where it can be, the fallback engine elsewhere.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use cadrage_codegen::{Answer, Root, Shape};
use cadrage_engine::{AgentFrame, AgentValues, Backend, Cohort, CohortBuilder, Environment, Kernel, Loaded, Mode, SituationValues};
use cadrage_ir::{Fault, FormulaId, Program};

use crate::loaded::LoadedCohort;
use crate::unit::{CellTraits, Unit};

/// The compiled engine.
pub struct Jit {
    fallback: Box<dyn Backend + Sync>,
    options: Options,
}

/// How the engine runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Every block goes to the fallback engine after all: what a test asks.
    pub flag_everything: bool,
    /// One thread only.
    pub one_thread: bool,
    /// Every agent is computed, even those who are the same in what is read.
    pub without_profiles: bool,
    /// Agents asked one by one are compiled too, though one costs less interpreted than compiled: what a test asks.
    pub compile_alone: bool,
    /// Months are computed where they moved, even when that is nearly everywhere: what a test asks.
    pub piecemeal: bool,
}

impl Jit {
    /// An engine that falls back on another, the definition of right.
    #[must_use]
    pub fn new(fallback: Box<dyn Backend + Sync>) -> Self {
        Jit { fallback, options: Options::default() }
    }

    /// The same with other options.
    #[must_use]
    pub fn with(self, options: Options) -> Self {
        Jit { options, ..self }
    }
}

impl Backend for Jit {
    fn name(&self) -> &'static str {
        "compilé"
    }

    fn prepare<'p>(&self, program: &'p Program) -> Box<dyn Kernel + 'p> {
        Box::new(Compiled { program, fallback: self.fallback.prepare(program), options: self.options, units: Mutex::new(Vec::new()) })
    }
}

/// A program, and what of it was compiled so far.
pub(crate) struct Compiled<'p> {
    pub program: &'p Program,
    pub fallback: Box<dyn Kernel + 'p>,
    pub options: Options,
    units: Mutex<Vec<Arc<Unit>>>,
}

impl Compiled<'_> {
    /// The unit of these roots for data of this shape, compiled when there is none yet.
    ///
    /// # Errors
    /// When there is no code for this machine.
    pub(crate) fn unit(
        &self,
        roots: &[Root],
        answer: Answer,
        shape: &Shape,
        traits: &mut dyn FnMut(&cadrage_codegen::Sketch) -> Vec<CellTraits>,
    ) -> Result<Arc<Unit>, String> {
        let mut units = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wanted = crate::sources::with_room(shape, self.program);
        for unit in units.iter().rev().filter(|u| u.roots == roots && u.answer == answer) {
            if unit.shape.covers(shape) && traits(&unit.sketch) == unit.traits {
                return Ok(Arc::clone(unit));
            }
            // Code that serves both: a sweep settles on one kernel.
            if let Some(both) = unit.shape.union(&wanted) {
                wanted = both;
            }
        }
        let unit = Arc::new(Unit::compile(self.program, wanted, roots, answer, traits)?);
        units.push(Arc::clone(&unit));
        Ok(unit)
    }
}

impl Kernel for Compiled<'_> {
    fn behind(&self) -> &dyn Kernel {
        &*self.fallback
    }

    fn load<'k>(&'k self, cohort: &'k Cohort) -> Box<dyn Loaded + 'k> {
        Box::new(LoadedCohort::new(self, cohort))
    }

    fn agent(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault> {
        if !self.options.compile_alone {
            return self.fallback.agent(frame, environment, formulas, months, mode);
        }
        let cohort = alone(frame);
        Ok(self.load(&cohort).columns(environment, formulas, months, mode)?.agent(0))
    }

    fn situations(&self, frame: &AgentFrame, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<SituationValues, Fault> {
        if !self.options.compile_alone {
            return self.fallback.situations(frame, environment, formulas);
        }
        let cohort = alone(frame);
        Ok(self.load(&cohort).situations(environment, formulas)?.into_iter().next().unwrap_or_default())
    }
}

/// A cohort of one.
fn alone(frame: &AgentFrame) -> Cohort {
    let mut builder = CohortBuilder::new(frame.months.iter().map(|m| (m.month, m.constate)).collect());
    builder.push(frame);
    builder.finish()
}
