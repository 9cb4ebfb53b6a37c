//! A scenario ready to be explained. One agent needs nobody else; the first aggregate runs everybody, and those after it do not.

use std::cell::OnceCell;
use std::ops::Deref;

use cadrage_careers::{AgentCareer, Grids};
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{AgentFrame, Backend, Crew, Environment, Kernel, Levels, Parameters, strata_for};
use cadrage_ir::{FormulaId, Program};
use cadrage_value::Month;

use crate::attributes::Coder;
use crate::clock::Phases;
use crate::confidentiality::Sight;
use crate::faults::diagnostic_of;
use crate::levels::Gatherer;
use crate::people::People;
use crate::run::{self, Projection, RunError};
use crate::unrolling::career_of;
use crate::{constate, data, frames};

/// A scenario that figures are explained in.
pub struct Explainer<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) scenario: &'a Scenario,
    pub(super) program: &'a Program,
    pub(super) cube: &'a Cube,
    pub(super) sight: Sight,
    /// What is in force in the scenario.
    pub(super) parameters: Parameters,
    /// What modules say, as it was known on the day of the observation.
    pub(super) texts: Parameters,
    backend: &'a dyn Backend,
    kernel: OnceCell<Box<dyn Kernel + 'a>>,
    whole: OnceCell<Whole<'a>>,
    lender: Option<Lender<'a>>,
    grids: OnceCell<Grids>,
}

/// Everybody, and what they made.
pub(super) struct Whole<'a> {
    pub(super) people: Held<'a, People<'a>>,
    pub(super) projection: Held<'a, Projection>,
}

/// What an explanation computed for itself, or was lent.
pub(super) enum Held<'a, T> {
    Own(Box<T>),
    Lent(&'a T),
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Held::Own(own) => own,
            Held::Lent(lent) => lent,
        }
    }
}

/// Who has everybody ready, when it is asked for.
pub(crate) type Lender<'a> = Box<dyn Fn() -> Result<(&'a People<'a>, &'a Projection), RunError> + 'a>;

/// One agent.
pub(super) struct One {
    pub(super) frame: AgentFrame,
    pub(super) career: AgentCareer,
    /// What is told of his grade, when the scenario says none.
    pub(super) told: Vec<String>,
}

impl<'a> Explainer<'a> {
    /// A checked scenario, and who looks at it.
    ///
    /// # Errors
    /// A month that is not loaded.
    pub fn new(
        compiled: &'a Compiled,
        scenario: &'a Scenario,
        cube: &'a Cube,
        sight: Sight,
        backend: &'a dyn Backend,
    ) -> Result<Explainer<'a>, RunError> {
        run::missing_months(scenario, cube)?;
        Ok(Explainer::over(compiled, scenario, cube, sight, backend))
    }

    /// The same, whatever is loaded.
    pub(crate) fn over(
        compiled: &'a Compiled,
        scenario: &'a Scenario,
        cube: &'a Cube,
        sight: Sight,
        backend: &'a dyn Backend,
    ) -> Explainer<'a> {
        let (scenario, program) = compiled.runs(scenario);
        let (parameters, _) = run::parameters(scenario, program);
        let mut texts = Parameters::of(program);
        let _ = texts.observe(scenario.observed);
        Explainer {
            compiled,
            scenario,
            program,
            cube,
            sight,
            parameters,
            texts,
            backend,
            kernel: OnceCell::new(),
            whole: OnceCell::new(),
            lender: None,
            grids: OnceCell::new(),
        }
    }

    /// The same, for who has everybody ready: the same people paid the same amounts, whatever measures the scripts declare beside.
    #[must_use]
    pub(crate) fn lent(mut self, lender: Lender<'a>) -> Self {
        self.lender = Some(lender);
        self
    }

    pub(super) fn kernel(&self) -> &dyn Kernel {
        &**self.kernel.get_or_init(|| self.backend.prepare(self.program))
    }

    pub(super) fn coder(&self) -> Coder<'a> {
        Coder::declaring(&self.cube.references, &self.program.elements).merging(&self.scenario.merges)
    }

    pub(super) fn grids(&self) -> &Grids {
        self.grids.get_or_init(|| crate::grids::grids(&self.compiled.model, self.scenario, &self.cube.references))
    }

    /// First and last month that figures have.
    pub(super) fn bounds(&self) -> (Month, Month) {
        (run::first_month(self.scenario, self.cube), self.scenario.until)
    }

    /// Everybody, run once.
    pub(super) fn whole(&self) -> Result<&Whole<'a>, RunError> {
        if let Some(known) = self.whole.get() {
            return Ok(known);
        }
        let found = match &self.lender {
            Some(lender) => {
                let (people, projection) = lender()?;
                Whole { people: Held::Lent(people), projection: Held::Lent(projection) }
            }
            None => {
                let runs = (self.scenario, self.program);
                let (projection, people) = run::run_on(self.compiled, runs, self.cube, self.kernel(), &[], &mut Phases::unheeded())?;
                Whole { people: Held::Own(Box::new(people)), projection: Held::Own(Box::new(projection)) }
            }
        };
        Ok(self.whole.get_or_init(|| found))
    }

    /// Is everybody run already?
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.whole.get().is_some()
    }

    /// Runs everybody now, so that what is asked next waits for nothing.
    ///
    /// # Errors
    /// The first fault met, data that must be there and are not.
    pub fn load(&self) -> Result<(), RunError> {
        self.whole().map(|_| ())
    }

    /// One agent; `None` when nobody is called so.
    pub(super) fn agent(&self, matricule: &str) -> Result<Option<One>, RunError> {
        let mut coder = self.coder();
        let Some((career, told)) = career_of(self.compiled, self.scenario, self.cube, &mut coder, matricule)? else { return Ok(None) };
        let last = self.scenario.constate;
        let paid_as = career.seat.clone().filter(|_| career.fraction);
        let mut paid = constate::paid_to(self.cube, last, matricule);
        if let Some(seat) = paid_as {
            paid.append(constate::paid_to(self.cube, last, &seat));
        }
        let mut frame = frames::frame(&career, self.bounds(), last, &paid, &mut coder);
        let rules = &self.compiled.model.data;
        let holes = data::complete(&mut frame, rules);
        if holes.is_empty() {
            Ok(Some(One { frame, career, told: told.into_iter().map(|a| a.message).collect() }))
        } else {
            Err(RunError::Diagnostics(data::complaints(&holes, rules)))
        }
    }

    /// What a formula of agents reads of levels.
    pub(super) fn levels_for(&self, formula: FormulaId) -> Result<Levels, RunError> {
        if strata_for(self.program, &[formula]).is_empty() {
            return Ok(Levels::default());
        }
        // A run gathers what pay and measures read; those of who lends may be declared since.
        match &self.whole()?.projection {
            Held::Own(own) => Ok(own.levels.clone()),
            Held::Lent(_) => self.levels_read_by(&[formula]),
        }
    }

    /// What formulas read of levels, and themselves where they are of a level.
    pub(super) fn levels_read_by(&self, formulas: &[FormulaId]) -> Result<Levels, RunError> {
        let whole = self.whole()?;
        let kernel = self.kernel();
        let loaded = kernel.load(&whole.people.cohort);
        let crew = Crew { kernel, loaded: &*loaded, cohort: &whole.people.cohort };
        let gatherer = Gatherer::over(&whole.people, &crew, self.program, &self.parameters);
        let found = gatherer.read_by(formulas, &whole.projection.lines, &mut self.coder());
        found.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))
    }

    pub(super) fn environment<'e>(&'e self, levels: &'e Levels) -> Environment<'e> {
        Environment { parameters: &self.parameters, levels }
    }
}
