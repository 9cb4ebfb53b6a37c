//! A scenario from constaté to projected lines (architecture.md §2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_careers::AgentCareer;
use cadrage_cube::{Cube, CubeError};
use cadrage_driver::{Compiled, Scenario, fold};
use cadrage_engine::{BackPay, Backend, Crew, Environment, Kernel, Levels, Line, Parameters, RappelPlan, Unpublished};
use cadrage_ir::{FormulaId, Program};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Exact, Month};

use crate::alerts::{Alert, corrected, marked, merged, missing_data, notes, stale, unknown_yet};
use crate::attributes::Coder;
use crate::clock::{Phase, Phases};
use crate::faults::diagnostic_of;
use crate::keys::KeyBook;
use crate::levels::Gatherer;
use crate::people::{Horizon, People};
use crate::stage::{Stage, carry_all};
use crate::study::Ground;
use crate::unrolling::unroll;
use crate::views::View;
use crate::{constate, data, views};

/// Why a scenario could not be run.
#[derive(Clone, Debug)]
pub enum RunError {
    /// The scripts or the data are wrong.
    Diagnostics(Vec<Diagnostic>),
    /// The store cannot be read.
    Cube(CubeError),
}

impl From<CubeError> for RunError {
    fn from(e: CubeError) -> Self {
        RunError::Cube(e)
    }
}

/// The lines of a scenario, constaté and projected.
#[derive(Clone, Debug)]
pub struct Projection {
    /// Name of the scenario.
    pub scenario: String,
    /// Its label.
    pub label: String,
    /// Last constaté month.
    pub last: Month,
    /// Last projected month.
    pub until: Month,
    /// All lines: every constaté month of the store, then the projected months.
    pub lines: Vec<Line>,
    /// `par agent` measures summed over agents, by name and month.
    pub measures: BTreeMap<(String, Month), Exact>,
    /// What was gathered by level, month and member.
    pub levels: Levels,
    /// Composantes that the scenario sees as another one.
    pub(crate) merges: BTreeMap<String, String>,
    /// The scenario's parameters.
    pub(crate) parameters: Parameters,
    /// What the scenario supposes that no text in force says: every figure of it bears the mark (decision D29).
    pub beyond_texts: Vec<String>,
    /// The euros by pay element, family, account and cost centre, exercice by exercice.
    pub views: Vec<View>,
    /// What to know.
    pub alerts: Vec<Alert>,
}

/// Runs a checked scenario; levels hold what pay and measures need, and what the formulas of levels `asked` need.
///
/// # Errors
/// A fault met while computing, or a month that is not loaded.
pub fn run(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    backend: &dyn Backend,
    asked: &[FormulaId],
    phases: &mut Phases,
) -> Result<Projection, RunError> {
    missing_months(scenario, cube)?;
    let runs = compiled.runs(scenario);
    phases.enter(Phase::Compiling);
    let kernel = backend.prepare(runs.1);
    run_on(compiled, runs, cube, &*kernel, asked, phases).map(|(projection, _)| projection)
}

/// The same for a scenario that may be no declared one, on a kernel that is ready, with the people who were run.
pub(crate) fn run_on<'a>(
    compiled: &Compiled,
    (scenario, program): (&Scenario, &'a Program),
    cube: &'a Cube,
    kernel: &dyn Kernel,
    asked: &[FormulaId],
    phases: &mut Phases,
) -> Result<(Projection, People<'a>), RunError> {
    let (parameters, unpublished) = parameters(scenario, program);
    phases.enter(Phase::Careers);
    let (lines, mut coder, people, mut alerts) = lines_and_people(compiled, (scenario, program), cube)?;
    phases.enter(Phase::Aggregating);
    let before = marked(scenario)
        .into_iter()
        .chain(stale(scenario, program))
        .chain(unknown_yet(scenario, &unpublished))
        .chain(corrected(scenario, cube))
        .chain(merged(scenario));
    alerts = before.chain(alerts).collect();
    let mut out = Projection { lines, alerts, ..empty(scenario, program) };
    phases.enter(Phase::Kernels);
    let loaded = kernel.load(&people.cohort);
    let crew = Crew { kernel, loaded: &*loaded, cohort: &people.cohort };
    let stage = Stage::of((compiled, program), (scenario, cube), &parameters, crew, &people);
    stage.all(asked, &mut coder, &mut out, phases).map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
    drop(stage);
    drop(loaded);
    out.parameters = parameters;
    phases.enter(Phase::Aggregating);
    views::add(compiled, program, cube, &mut out);
    missing_data(&mut out);
    Ok((out, people))
}

/// The lines of a scenario whose people are there already, and the measures of everybody: what questions are asked of, again and again.
/// Levels hold what [`run`] says.
pub(crate) fn lines(
    compiled: &Compiled,
    scenario: &Scenario,
    ground: &Ground<'_>,
    asked: &[FormulaId],
    phases: &mut Phases,
) -> Result<Projection, RunError> {
    let program = ground.program();
    let mut coder = ground.coder();
    let mut out = empty(scenario, program);
    out.lines = constate::lines(ground.cube(), scenario.constate, &mut coder);
    let people = ground.people();
    let loaded = ground.kernel().load(&people.cohort);
    let crew = Crew { kernel: ground.kernel(), loaded: &*loaded, cohort: &people.cohort };
    let stage = Stage::of((compiled, program), (scenario, ground.cube()), ground.parameters(), crew, people);
    phases.enter(Phase::Kernels);
    stage.all(asked, &mut coder, &mut out, phases).map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
    out.parameters = ground.parameters().clone();
    Ok(out)
}

/// The parameters of a scenario, and what nobody knew yet when it was observed.
pub(crate) fn parameters(scenario: &Scenario, program: &Program) -> (Parameters, Vec<Unpublished>) {
    let mut parameters = Parameters::of(program);
    let unpublished = parameters.observe(scenario.observed);
    for laid in &scenario.layers {
        parameters.lay(&laid.what);
    }
    (parameters, unpublished)
}

/// First month that the store knows.
pub(crate) fn first_month(scenario: &Scenario, cube: &Cube) -> Month {
    cube.months.keys().next().copied().unwrap_or(scenario.constate)
}

/// What is owed for the months before.
pub(crate) fn back_pay(scenario: &Scenario, parameters: &Parameters, cube: &Cube) -> BackPay {
    BackPay::new(parameters, plan(scenario, first_month(scenario, cube)), scenario.constate, scenario.until)
}

/// What facts and people of a scenario come to: delivered lines, what fills the codes of other rows, agents, what careers have to say.
pub(crate) type Gathered<'a> = (Vec<Line>, Coder<'a>, People<'a>, Vec<Alert>);

/// The delivered lines and the people of a scenario, one beside the other: neither needs the other, and each takes seconds.
pub(crate) fn lines_and_people<'a>(
    compiled: &Compiled,
    (scenario, program): (&Scenario, &'a Program),
    cube: &'a Cube,
) -> Result<Gathered<'a>, RunError> {
    let coder = || Coder::declaring(&cube.references, &program.elements).merging(&scenario.merges);
    std::thread::scope(|threads| {
        let delivered = threads.spawn(|| constate::lines(cube, scenario.constate, &mut coder()));
        let mut coder = coder();
        let found = people(compiled, scenario, cube, &mut coder);
        let lines = delivered.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        found.map(|(people, alerts)| (lines, coder, people, alerts))
    })
}

/// The agents of a scenario, and what careers have to say. Refuses a scenario in which data that must be there are not.
fn people<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    coder: &mut Coder<'a>,
) -> Result<(People<'a>, Vec<Alert>), RunError> {
    let keys = Arc::new(KeyBook::new(cube, scenario.constate));
    let (unrolled, told) = unroll(compiled, scenario, cube, &keys, coder)?;
    let unknown = crate::grids::unknown_indices(&unrolled.notes, &compiled.model, &cube.references);
    if !unknown.is_empty() {
        return Err(RunError::Diagnostics(unknown));
    }
    let alerts = told.into_iter().chain(notes(&unrolled)).collect();
    let horizon = Horizon { first: first_month(scenario, cube), constate: scenario.constate, until: scenario.until };
    let paid = constate::paid(cube, scenario.constate);
    let rules = &compiled.model.data;
    let (people, holes) = People::new(unrolled.agents, horizon, &paid, rules, keys, coder);
    if holes.is_empty() { Ok((people, alerts)) } else { Err(RunError::Diagnostics(data::complaints(&holes, rules))) }
}

pub(crate) fn missing_months(scenario: &Scenario, cube: &Cube) -> Result<(), RunError> {
    if cube.months.contains_key(&scenario.constate) {
        return Ok(());
    }
    let french = scenario.constate.to_french();
    if let Some(first) = cube.later.get(&scenario.constate) {
        let (then, first) = (scenario.observed.to_french(), first.to_french());
        let message = format!("`{}` : {french} n'était pas connu le {then}, sa livraison est observée le {first}", scenario.name);
        let known = cube.months.keys().next_back().map_or_else(
            || "aucun mois n'était connu".to_owned(),
            |last| format!("écrivez `observé au {first}` ou plus tard, ou `constaté jusqu'à {}`", last.to_french()),
        );
        return Err(RunError::Diagnostics(vec![Diagnostic::new(Code::T06, message, scenario.span).help(known)]));
    }
    // Those observed since the scenario are loaded too.
    let loaded = || cube.months.keys().chain(cube.later.keys());
    let loaded = match (loaded().min(), loaded().max()) {
        (Some(a), Some(b)) => format!("mois chargés : de {} à {}", a.to_french(), b.to_french()),
        _ => "aucune livraison n'est chargée".to_owned(),
    };
    let diagnostic = Diagnostic::new(Code::T06, format!("`{}` : {french} n'est pas chargé", scenario.name), scenario.span)
        .help(format!("{loaded} ; importez la livraison (`cadrage importer …`), ou avancez la bascule"));
    Err(RunError::Diagnostics(vec![diagnostic]))
}

/// The lines of one agent, constaté and projected, given what his formulas read of levels.
pub(crate) fn lines_of(
    compiled: &Compiled,
    runs: (&Scenario, &Program),
    cube: &Cube,
    kernel: &dyn Kernel,
    career: AgentCareer,
    levels: &Levels,
) -> Result<Vec<Line>, RunError> {
    let (scenario, program) = runs;
    let (parameters, _) = parameters(scenario, program);
    let mut coder = Coder::declaring(&cube.references, &program.elements).merging(&scenario.merges);
    let mut lines = constate::lines_of(cube, scenario.constate, &mut coder, Some(&career.matricule), 0);
    // Everybody's keys are a matter of seconds: his, and those of whose post he holds a part of.
    let wanted = |other: &str| other == career.matricule || career.seat.as_deref() == Some(other);
    let keys = Arc::new(KeyBook::among(cube, scenario.constate, &wanted));
    lines.append(&mut some(compiled, runs, cube, kernel, (vec![career], &keys), (levels, &[]), &mut coder)?.lines);
    let environment = Environment { parameters: &parameters, levels };
    carry_all(kernel, program, environment, scenario.constate.plus(1).through(scenario.until), &mut lines)
        .map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
    Ok(lines)
}

/// The projected lines of some people, given what their formulas read of levels, and what formulas of levels `asked` read of these people
/// and lines: nothing delivered, carried from the exercice before or typed is among them.
pub(crate) fn some<'a>(
    compiled: &Compiled,
    (scenario, program): (&Scenario, &Program),
    cube: &'a Cube,
    kernel: &dyn Kernel,
    (careers, keys): (Vec<AgentCareer>, &Arc<KeyBook<'a>>),
    (levels, asked): (&Levels, &[FormulaId]),
    coder: &mut Coder<'_>,
) -> Result<Projection, RunError> {
    let (parameters, _) = parameters(scenario, program);
    let people = people_among(compiled, scenario, cube, (careers, keys), coder)?;
    let mut out = empty(scenario, program);
    let loaded = kernel.load(&people.cohort);
    let crew = Crew { kernel, loaded: &*loaded, cohort: &people.cohort };
    let stage = Stage::of((compiled, program), (scenario, cube), &parameters, crew, &people);
    let mut computed = stage.pay(levels, coder, &mut out, &mut Phases::unheeded());
    if computed.is_ok() && !asked.is_empty() {
        let gathered = Gatherer::over(&people, &crew, program, &parameters).read_by(asked, &out.lines, coder);
        computed = gathered.map(|found| out.levels = found);
    }
    computed.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
    out.parameters = parameters;
    Ok(out)
}

/// Some people, with what they were paid.
fn people_among<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    (careers, keys): (Vec<AgentCareer>, &Arc<KeyBook<'a>>),
    coder: &mut Coder<'_>,
) -> Result<People<'a>, RunError> {
    let wanted: BTreeSet<String> = careers.iter().flat_map(|c| [Some(c.matricule.clone()), c.seat.clone()]).flatten().collect();
    let paid = constate::paid_among(cube, scenario.constate, &|matricule| wanted.contains(matricule));
    let horizon = Horizon { first: first_month(scenario, cube), constate: scenario.constate, until: scenario.until };
    let (people, holes) = People::new(careers, horizon, &paid, &compiled.model.data, Arc::clone(keys), coder);
    if holes.is_empty() { Ok(people) } else { Err(RunError::Diagnostics(data::complaints(&holes, &compiled.model.data))) }
}

/// A projection of nothing yet.
fn empty(scenario: &Scenario, program: &Program) -> Projection {
    Projection {
        scenario: scenario.name.clone(),
        label: scenario.label.clone(),
        last: scenario.constate,
        until: scenario.until,
        lines: Vec::new(),
        measures: BTreeMap::new(),
        levels: Levels::default(),
        merges: scenario.merges.clone(),
        parameters: Parameters::of(program),
        beyond_texts: scenario.beyond_texts.iter().map(|b| b.name.clone()).collect(),
        views: Vec::new(),
        alerts: Vec::new(),
    }
}

/// The months of right of expected back pay, when the scenario asks for it.
fn plan(scenario: &Scenario, first: Month) -> Option<RappelPlan> {
    let last = scenario.constate;
    let back = i32::try_from(scenario.rappels).unwrap_or(i32::MAX);
    (scenario.rappels > 0).then(|| RappelPlan { first: last.plus(1 - back).max(first), last })
}

/// The scenario named so, accents and case aside.
pub(crate) fn find<'c>(compiled: &'c Compiled, name: &str) -> Option<&'c Scenario> {
    compiled.model.scenarios.iter().find(|s| fold(&s.name) == fold(name))
}
