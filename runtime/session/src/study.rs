//! A scenario kept ready for what-ifs: a change of hypotheses computes again what it reaches, and nothing else (architecture.md §5).
//!
//! The answer is a run's: amounts by month and rubrique, jobs by month, measures `par agent` by month. Splits move nothing in those sums,
//! so no line is made. Movements, grids and populations change who is there: they are another scenario, not a layer of this one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{
    Answers, BackPay, Backend, Crew, Environment, Kernel, Levels, Line, Loaded, Mode, Origin, Parameters, Pay, Reach, Stratum,
    carried_formulas, late_formulas, pay_formulas, strata_for,
};
use cadrage_ir::{Fault, Feed, FormulaId, Job, Layer, Program};
use cadrage_value::{Exact, Money, Month};

use crate::alerts::Alert;
use crate::attributes::Coder;
use crate::levels::Gatherer;
use crate::people::People;
use crate::run::{self, RunError};
use crate::stage::carry_all;
use crate::{diagnostic_of, entries};

/// The agents and hypotheses of a scenario, as its kernel reads them.
#[derive(Clone)]
pub struct Ground<'a> {
    program: &'a Program,
    kernel: Arc<dyn Kernel + 'a>,
    people: Arc<People<'a>>,
    parameters: Parameters,
    back_pay: BackPay,
    last: Month,
    until: Month,
    /// Formulas `par agent` computed, those that read lines left out.
    formulas: Vec<FormulaId>,
    /// What pay needs gathered.
    strata: Vec<Stratum>,
    /// Delivered lines that formulas carry or levels gather, when there are any.
    lines: Arc<Vec<Line>>,
    /// What no hypothesis moves: delivered and typed lines.
    fixed: Totals,
    cube: &'a Cube,
    /// Composantes that the scenario sees as another one.
    merges: &'a BTreeMap<String, String>,
    /// What careers and movements have to say.
    notes: Vec<Alert>,
}

/// A scenario's sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Masse salariale by pay month and rubrique; cells of 0 left out.
    pub paid: BTreeMap<(Month, String), Money>,
    /// Contribution to the annual ETPT by month of right; likewise.
    pub etpt: BTreeMap<Month, Exact>,
    /// Contribution to the annual ETPF.
    pub etpf: BTreeMap<Month, Exact>,
    /// Measures `par agent` summed over agents, by name and month, those that read lines left out.
    pub measures: BTreeMap<(String, Month), Exact>,
}

impl Totals {
    /// The sums of lines.
    #[must_use]
    pub fn of(lines: &[Line]) -> Totals {
        let mut out = Totals::default();
        lines.iter().for_each(|line| out.add(line));
        out.tidy();
        out
    }

    /// Masse salariale of a month.
    #[must_use]
    pub fn masse_salariale(&self, month: Month) -> Money {
        self.paid.range((month, String::new())..(month.plus(1), String::new())).map(|(_, m)| *m).sum()
    }

    fn add(&mut self, line: &Line) {
        if line.amount != Money::ZERO {
            self.pay(line.month, line.code("rubrique"), line.amount);
        }
        if let Some(jobs) = &line.jobs {
            self.work(Job::Etpt, line.right, &jobs.etpt);
            self.work(Job::Etpf, line.right, &jobs.etpf);
        }
    }

    fn pay(&mut self, month: Month, rubrique: &str, amount: Money) {
        *self.paid.entry((month, rubrique.to_owned())).or_default() += amount;
    }

    fn work(&mut self, job: Job, month: Month, x: &Exact) {
        let jobs = if job == Job::Etpt { &mut self.etpt } else { &mut self.etpf };
        let slot = jobs.entry(month).or_insert(Exact::ZERO);
        *slot = &*slot + x;
    }

    fn merge(&mut self, other: &Totals) {
        for ((month, rubrique), amount) in &other.paid {
            self.pay(*month, rubrique, *amount);
        }
        other.etpt.iter().for_each(|(m, x)| self.work(Job::Etpt, *m, x));
        other.etpf.iter().for_each(|(m, x)| self.work(Job::Etpf, *m, x));
        for (key, x) in &other.measures {
            let slot = self.measures.entry(key.clone()).or_insert(Exact::ZERO);
            *slot = &*slot + x;
        }
    }

    fn tidy(&mut self) {
        self.paid.retain(|_, m| *m != Money::ZERO);
        self.etpt.retain(|_, x| !x.is_zero());
        self.etpf.retain(|_, x| !x.is_zero());
    }
}

impl<'a> Ground<'a> {
    /// Unrolls a checked scenario.
    ///
    /// # Errors
    /// A month that is not loaded, data that must be there and are not.
    pub fn new(compiled: &'a Compiled, scenario: &'a Scenario, cube: &'a Cube, backend: &dyn Backend) -> Result<Ground<'a>, RunError> {
        run::missing_months(scenario, cube)?;
        let (scenario, program) = compiled.runs(scenario);
        Ground::with(compiled, scenario, program, cube, backend)
    }

    /// The same for a scenario that is no declared one, with the program it runs.
    pub(crate) fn with(
        compiled: &Compiled,
        scenario: &'a Scenario,
        program: &'a Program,
        cube: &'a Cube,
        backend: &dyn Backend,
    ) -> Result<Ground<'a>, RunError> {
        let (parameters, _) = run::parameters(scenario, program);
        let (mut lines, mut coder, people, notes) = run::lines_and_people(compiled, (scenario, program), cube)?;
        let mut fixed = Totals::of(&lines);
        entries::all(compiled, scenario.constate, scenario.until, &mut coder).iter().for_each(|line| fixed.add(line));
        let carried = carried_formulas(program);
        let (formulas, strata) = pay_of(program);
        // Levels read delivered lines; carried formulas, those of their rubriques.
        lines.retain(|line| {
            let carries = |feeds: &Feed| match feeds {
                Feed::Rubriques(list, _) => list.iter().any(|r| r == line.code("rubrique")),
                Feed::Job(_) => true,
            };
            !strata.is_empty() || carried.iter().any(|c| carries(&c.feeds))
        });
        lines.shrink_to_fit();
        Ok(Ground {
            program,
            kernel: Arc::from(backend.prepare(program)),
            people: Arc::new(people),
            back_pay: run::back_pay(scenario, &parameters, cube),
            parameters,
            last: scenario.constate,
            until: scenario.until,
            formulas,
            strata,
            lines: Arc::new(lines),
            fixed,
            cube,
            merges: &scenario.merges,
            notes,
        })
    }
}

impl<'a> Ground<'a> {
    /// The same people at the values of another scenario, which differs by these only.
    pub(crate) fn valued(&self, scenario: &Scenario) -> Ground<'a> {
        let (parameters, _) = run::parameters(scenario, self.program);
        Ground { back_pay: run::back_pay(scenario, &parameters, self.cube), parameters, ..self.clone() }
    }
}

impl Ground<'_> {
    /// The scenario's program.
    pub(crate) fn program(&self) -> &Program {
        self.program
    }

    /// What careers and movements have to say.
    pub(crate) fn notes(&self) -> &[Alert] {
        &self.notes
    }

    /// What runs it.
    pub(crate) fn kernel(&self) -> &dyn Kernel {
        &*self.kernel
    }

    /// The scenario's parameters.
    pub(crate) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// What is loaded.
    pub(crate) fn cube(&self) -> &Cube {
        self.cube
    }

    /// What fills the codes of its rows.
    pub(crate) fn coder(&self) -> Coder<'_> {
        Coder::declaring(&self.cube.references, &self.program.elements).merging(self.merges)
    }

    /// Who is there.
    pub(crate) fn people(&self) -> &People<'_> {
        &self.people
    }

    /// Formulas `par agent` of pay.
    pub(crate) fn formulas(&self) -> &[FormulaId] {
        &self.formulas
    }
}

/// The formulas `par agent` that a study computes, those that read lines left out, and what their pay needs gathered.
fn pay_of(program: &Program) -> (Vec<FormulaId>, Vec<Stratum>) {
    let late = late_formulas(program);
    let hidden = |id: &FormulaId| program.formula(*id).is_some_and(|f| f.hidden);
    let formulas: Vec<FormulaId> = pay_formulas(program).into_iter().filter(|id| !hidden(id) && !late.contains(id)).collect();
    let roots: Vec<FormulaId> = formulas.iter().copied().chain(carried_formulas(program).into_iter().map(|c| c.formula)).collect();
    let mut strata = strata_for(program, &roots);
    strata.truncate(strata.iter().position(|s| !s.line_aggregates.is_empty()).unwrap_or(strata.len()));
    (formulas, strata)
}

/// Does the pay of an agent depend on what others are, through a level?
pub(crate) fn reads_levels(program: &Program) -> bool {
    !pay_of(program).1.is_empty()
}

/// What a scenario gives, formula by formula and month by month, and what it takes to give it again with something changed.
pub struct Study<'g> {
    ground: &'g Ground<'g>,
    loaded: Box<dyn Loaded + 'g>,
    levels: Levels,
    base: Pieces,
}

/// The parts of a scenario's sums that a change replaces one by one.
#[derive(Clone, Debug, Default)]
struct Pieces {
    /// What each formula makes in each month (by position).
    cells: BTreeMap<(FormulaId, usize), Cell>,
    /// Back pay.
    owed: Totals,
    /// Lines that are as the exercice before.
    carried: Totals,
}

/// What a formula makes in a month, over all agents.
#[derive(Clone, Debug)]
enum Cell {
    Paid(Money),
    Counted(Exact),
}

impl<'g> Study<'g> {
    /// Computes the scenario as it is.
    ///
    /// # Errors
    /// The first fault met.
    pub fn new(ground: &'g Ground<'g>) -> Result<Study<'g>, RunError> {
        let loaded = ground.kernel.load(&ground.people.cohort);
        let mut study = Study { ground, loaded, levels: Levels::default(), base: Pieces::default() };
        (study.levels, study.base) = study.whole(&ground.parameters, &ground.back_pay).map_err(refused)?;
        Ok(study)
    }

    /// What pay needs, gathered, and nothing more: for who asks for other values than the scenario's own.
    pub(crate) fn gathered(ground: &'g Ground<'g>) -> Result<Study<'g>, RunError> {
        let loaded = ground.kernel.load(&ground.people.cohort);
        let mut study = Study { ground, loaded, levels: Levels::default(), base: Pieces::default() };
        study.levels = study.gather(&ground.parameters).map_err(refused)?;
        Ok(study)
    }

    /// What was gathered.
    pub(crate) fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The scenario's own sums.
    #[must_use]
    pub fn base(&self) -> Totals {
        self.sums(&self.base)
    }

    /// The sums once these changes are laid over the scenario's.
    ///
    /// # Errors
    /// The first fault met.
    pub fn with(&self, layers: &[Layer]) -> Result<Totals, RunError> {
        let mut parameters = self.ground.parameters.clone();
        layers.iter().for_each(|layer| parameters.lay(layer));
        match self.changed(&parameters, layers) {
            Ok(pieces) => Ok(self.sums(&pieces)),
            // A fault is told as a whole run tells it: the first in the order of agents.
            Err(_) => {
                let back_pay = self.back_pay(&parameters);
                self.whole(&parameters, &back_pay).map(|(_, pieces)| self.sums(&pieces)).map_err(refused)
            }
        }
    }

    /// What the changes reach, computed again; everything else is the scenario's.
    fn changed(&self, parameters: &Parameters, layers: &[Layer]) -> Result<Pieces, Fault> {
        let (program, cohort) = (self.ground.program, &self.ground.people.cohort);
        let reach = Reach::of(program, cohort.months(), &self.ground.parameters, parameters, layers);
        let gathered = self.ground.strata.iter().any(|s| {
            s.aggregates.iter().any(|a| reach.any_aggregate(*a))
                || s.distributions.iter().any(|d| reach.any_distribution(*d))
                || s.formulas.iter().any(|f| reach.span(*f, Mode::Paid).is_some())
        });
        let regathered = if gathered { Some(self.gather(parameters)?) } else { None };
        let levels = regathered.as_ref().unwrap_or(&self.levels);
        let mut cells = self.base.cells.clone();
        // Formulas reached over the same months are asked for together.
        let mut together: BTreeMap<(usize, usize), Vec<FormulaId>> = BTreeMap::new();
        for id in &self.ground.formulas {
            if let Some(span) = self.counted(*id, reach.span(*id, Mode::Paid)) {
                together.entry((span.start, span.end)).or_default().push(*id);
            }
        }
        let environment = Environment { parameters, levels };
        for ((start, end), formulas) in together {
            self.compute(environment, &formulas, start..end, &mut cells)?;
        }
        let owed = if self.owes_otherwise(parameters, &reach) {
            self.owed(environment, &self.back_pay(parameters))?
        } else {
            self.base.owed.clone()
        };
        let projected = |k: usize| cohort.months().get(k).is_some_and(|(_, constate)| !constate);
        let lines_move = carried_formulas(program)
            .iter()
            .any(|c| (0..cohort.months().len()).any(|k| projected(k) && reach.formula(c.formula, k, Mode::Paid)));
        let carried = if lines_move { self.carried(environment)? } else { self.base.carried.clone() };
        Ok(Pieces { cells, owed, carried })
    }

    /// Everything, as a run does, so that the first fault is a run's.
    fn whole(&self, parameters: &Parameters, back_pay: &BackPay) -> Result<(Levels, Pieces), Fault> {
        let levels = self.gather(parameters)?;
        let environment = Environment { parameters, levels: &levels };
        let crew = self.crew();
        let mut owed = Totals::default();
        {
            let pay = Pay::of(crew, self.ground.program, environment, &self.ground.formulas, Some(back_pay));
            for agent in 0..crew.cohort.len() {
                self.owe(&pay.agent(agent)?.rappels, &mut owed);
            }
        }
        let mut cells = BTreeMap::new();
        let all = 0..crew.cohort.months().len();
        let projected = crew.cohort.months().iter().position(|(_, constate)| !constate).unwrap_or(all.end);
        let (fed, others): (Vec<FormulaId>, Vec<FormulaId>) = self.ground.formulas.iter().partition(|id| self.feeds(**id).is_some());
        self.compute(environment, &fed, projected..all.end, &mut cells)?;
        self.compute(environment, &others, all, &mut cells)?;
        let carried = self.carried(environment)?;
        Ok((levels, Pieces { cells, owed, carried }))
    }

    /// The engine over the agents.
    pub(crate) fn crew(&self) -> Crew<'_> {
        Crew { kernel: &*self.ground.kernel, loaded: &*self.loaded, cohort: &self.ground.people.cohort }
    }

    fn back_pay(&self, parameters: &Parameters) -> BackPay {
        BackPay::new(parameters, self.ground.back_pay.plan(), self.ground.last, self.ground.until)
    }

    fn feeds(&self, id: FormulaId) -> Option<&Feed> {
        self.ground.program.formula(id).and_then(|f| f.feeds.as_ref())
    }

    /// The months of a span that count: what feeds counts in the projected ones only.
    fn counted(&self, id: FormulaId, span: Option<Range<usize>>) -> Option<Range<usize>> {
        let span = span?;
        let months = self.ground.people.cohort.months();
        let first = if self.feeds(id).is_some() { months.iter().position(|(_, constate)| !constate)? } else { 0 };
        let start = span.start.max(first);
        (start < span.end).then_some(start..span.end)
    }

    /// What pay needs of levels, at these values.
    pub(crate) fn gather(&self, parameters: &Parameters) -> Result<Levels, Fault> {
        let mut levels = Levels::default();
        if self.ground.strata.is_empty() {
            return Ok(levels);
        }
        let crew = self.crew();
        let mut coder = self.ground.coder();
        let gatherer = Gatherer::over(&self.ground.people, &crew, self.ground.program, parameters);
        gatherer.members(&self.ground.lines, &mut coder, &mut levels);
        for stratum in &self.ground.strata {
            gatherer.stratum(stratum, &self.ground.lines, &mut coder, &mut levels)?;
        }
        Ok(levels)
    }

    /// The sums of formulas over months, into their cells.
    fn compute(
        &self,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: Range<usize>,
        cells: &mut BTreeMap<(FormulaId, usize), Cell>,
    ) -> Result<(), Fault> {
        if formulas.is_empty() || months.is_empty() {
            return Ok(());
        }
        let answers = Answers::of(self.crew(), environment, formulas, months.clone(), Mode::Paid);
        for (f, id) in formulas.iter().enumerate() {
            for (at, k) in months.clone().enumerate() {
                let cell = match self.feeds(*id) {
                    Some(Feed::Rubriques(..)) => Some(Cell::Paid(answers.paid(self.ground.program, at, f)?)),
                    _ => answers.sum(at, f)?.map(Cell::Counted),
                };
                match cell {
                    Some(cell) => drop(cells.insert((*id, k), cell)),
                    None => drop(cells.remove(&(*id, k))),
                }
            }
        }
        Ok(())
    }

    /// Does a change reach what is owed for the months before?
    fn owes_otherwise(&self, parameters: &Parameters, reach: &Reach) -> bool {
        let (before, after) = (self.ground.parameters.late_payments(), parameters.late_payments());
        let cohort = &self.ground.people.cohort;
        let concerned = || self.ground.formulas.iter().filter(|id| matches!(self.feeds(**id), Some(Feed::Rubriques(..))));
        let reached = |month: Month| {
            let Some(k) = cohort.position(month) else { return false };
            concerned().any(|id| [Mode::Paid, Mode::Recomputed].into_iter().any(|mode| reach.formula(*id, k, mode)))
        };
        let owed = self.ground.back_pay.plan().is_some_and(|plan| plan.first.through(plan.last).any(reached));
        owed || before != after || after.into_iter().any(|(paid, first)| first.through(paid.plus(-1)).any(reached))
    }

    fn owed(&self, environment: Environment<'_>, back_pay: &BackPay) -> Result<Totals, Fault> {
        let arrears = back_pay.over(self.crew(), self.ground.program, environment.levels, &self.ground.formulas);
        let mut out = Totals::default();
        for agent in 0..self.ground.people.cohort.len() {
            self.owe(&arrears.of(agent)?, &mut out);
        }
        Ok(out)
    }

    fn owe(&self, rappels: &[cadrage_engine::Rappel], out: &mut Totals) {
        for rappel in rappels {
            if let Some(Feed::Rubriques(list, _)) = self.feeds(rappel.formula) {
                out.pay(rappel.paid, list.first().map_or("?", String::as_str), rappel.amount);
            }
        }
    }

    fn carried(&self, environment: Environment<'_>) -> Result<Totals, Fault> {
        let mut lines = (*self.ground.lines).clone();
        let delivered = lines.len();
        let months = self.ground.last.plus(1).through(self.ground.until);
        carry_all(&*self.ground.kernel, self.ground.program, environment, months, &mut lines)?;
        debug_assert!(lines.iter().skip(delivered).all(|l| matches!(l.origin, Origin::Carried(_))));
        Ok(Totals::of(lines.get(delivered..).unwrap_or(&[])))
    }

    fn sums(&self, pieces: &Pieces) -> Totals {
        let mut out = self.ground.fixed.clone();
        out.merge(&pieces.owed);
        out.merge(&pieces.carried);
        let months = self.ground.people.cohort.months();
        for ((id, k), cell) in &pieces.cells {
            let (Some(formula), Some((month, _))) = (self.ground.program.formula(*id), months.get(*k)) else { continue };
            match (&formula.feeds, cell) {
                (Some(Feed::Rubriques(list, _)), Cell::Paid(amount)) => {
                    out.pay(*month, list.first().map_or("?", String::as_str), *amount);
                }
                (Some(Feed::Job(job)), Cell::Counted(x)) => out.work(*job, *month, x),
                (None, Cell::Counted(x)) => {
                    let slot = out.measures.entry((formula.name.clone(), *month)).or_insert(Exact::ZERO);
                    *slot = &*slot + x;
                }
                _ => {}
            }
        }
        out.tidy();
        out
    }
}

pub(crate) fn refused(fault: Fault) -> RunError {
    RunError::Diagnostics(vec![diagnostic_of(&fault)])
}
