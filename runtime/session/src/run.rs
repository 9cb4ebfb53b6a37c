//! A scenario from constaté to projected lines (architecture.md §2).

use std::collections::BTreeMap;

use cadrage_careers::{AgentCareer, Careers, Input, resolve};
use cadrage_cube::{Cube, CubeError};
use cadrage_driver::{Compiled, Scenario, fold};
use cadrage_engine::{
    BackPay, Backend, Carried, Crew, Environment, Kernel, Levels, Line, Origin, Parameters, Pay, RappelPlan, Unpublished, carried_formulas,
    carry, late_formulas, pay_formulas, strata_for,
};
use cadrage_ir::{Fault, Feed, FormulaId, Program, attribute};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Exact, Month};

use crate::alerts::{Alert, corrected, marked, merged, missing_data, notes, partial_totals, stale, unknown_yet};
use crate::attributes::Coder;
use crate::clock::{Phase, Phases};
use crate::faults::diagnostic_of;
use crate::keys::KeyBook;
use crate::levels::Gatherer;
use crate::lines::Splitter;
use crate::movements::Selector;
use crate::people::{Horizon, People};
use crate::representatives::representatives;
use crate::study::Ground;
use crate::views::View;
use crate::{careers, constate, data, entries, findings, movements, representatives, views};

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
    run_with(compiled, compiled.runs(scenario), cube, backend, asked, phases)
}

/// The same for a scenario that is no declared one, with the program it runs.
pub(crate) fn run_with(
    compiled: &Compiled,
    runs: (&Scenario, &Program),
    cube: &Cube,
    backend: &dyn Backend,
    asked: &[FormulaId],
    phases: &mut Phases,
) -> Result<Projection, RunError> {
    phases.enter(Phase::Compiling);
    let kernel = backend.prepare(runs.1);
    run_on(compiled, runs, cube, &*kernel, asked, phases).map(|(projection, _)| projection)
}

/// The same on a kernel that is ready, with the people who were run.
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
    let mut coder = Coder::declaring(&cube.references, &program.elements).merging(&scenario.merges);
    let (people, mut alerts) = people(compiled, scenario, cube, &mut coder)?;
    phases.enter(Phase::Aggregating);
    let before = marked(scenario)
        .into_iter()
        .chain(stale(scenario, program))
        .chain(unknown_yet(scenario, &unpublished))
        .chain(corrected(scenario, cube))
        .chain(merged(scenario));
    alerts = before.chain(alerts).collect();
    let lines = constate::lines(cube, scenario.constate, &mut coder);
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
pub(crate) fn lines(compiled: &Compiled, scenario: &Scenario, ground: &Ground<'_>) -> Result<Projection, RunError> {
    let program = ground.program();
    let mut coder = ground.coder();
    let mut out = empty(scenario, program);
    out.lines = constate::lines(ground.cube(), scenario.constate, &mut coder);
    let people = ground.people();
    let loaded = ground.kernel().load(&people.cohort);
    let stage = Stage {
        back_pay: back_pay(scenario, ground.parameters(), ground.cube()),
        program,
        parameters: ground.parameters(),
        crew: Crew { kernel: ground.kernel(), loaded: &*loaded, cohort: &people.cohort },
        formulas: pay_formulas(program),
        late: late_formulas(program),
        people,
        compiled,
        scenario,
    };
    stage.all(&[], &mut coder, &mut out, &mut Phases::unheeded()).map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
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

/// The agents of a scenario, and what careers have to say. Refuses a scenario in which data that must be there are not.
pub(crate) fn people<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    coder: &mut Coder<'a>,
) -> Result<(People<'a>, Vec<Alert>), RunError> {
    let keys = KeyBook::new(cube, scenario.constate);
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

/// The careers of a scenario, and what its movements came to. Refuses a post whose grade nothing says.
pub(crate) fn unroll<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    keys: &KeyBook<'a>,
    coder: &mut Coder<'a>,
) -> Result<(Careers, Vec<Alert>), RunError> {
    unroll_some(compiled, scenario, cube, None, Some((keys, coder)))
}

/// The same for one agent when he is named, his movements resolved with `chosen` when there are any.
fn unroll_some<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    only: Option<&str>,
    chosen: Option<(&KeyBook<'a>, &mut Coder<'a>)>,
) -> Result<(Careers, Vec<Alert>), RunError> {
    let situations = careers::situations(cube, scenario.constate, only);
    let forecasts = careers::forecasts(cube, scenario.constate, only);
    let grids = crate::grids::grids(&compiled.model, scenario, &cube.references);
    // The SIRH announces automatic échelons to the end of the exercice at least (interfaces.md §4).
    let announced = cube.months.get(&scenario.constate).is_some_and(|facts| !facts.forecasts.is_empty());
    let horizon = if announced { scenario.constate.december() } else { scenario.constate };
    let input = Input {
        constate: &situations,
        forecasts: &forecasts,
        last_constate: scenario.constate,
        until: scenario.until,
        forecast_horizon: horizon,
        grids: &grids,
        movements: &[],
    };
    let Some((keys, coder)) = chosen.filter(|_| !scenario.movements.is_empty()) else {
        return Ok((cadrage_careers::unroll(&input), Vec::new()));
    };
    let posts = representatives(compiled, scenario, cube, &grids, coder)?;
    let orders = movements::orders(scenario, &posts, &cube.references);
    let resolved = resolve(&input, &orders, &mut Selector::new(&scenario.movements, keys, coder));
    let told = representatives::alerts(scenario, &posts).chain(findings::alerts(scenario, &resolved.findings)).collect();
    Ok((cadrage_careers::unroll(&Input { movements: &resolved.movements, ..input }), told))
}

/// The career of one agent, or of one post that the scenario opens, with what is told of its grade. Where movements choose among everybody, everybody is unrolled.
pub(crate) fn career_of<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    coder: &mut Coder<'a>,
    matricule: &str,
) -> Result<Option<(AgentCareer, Vec<Alert>)>, RunError> {
    let (unrolled, mut told) = if scenario.movements.is_empty() {
        unroll_some(compiled, scenario, cube, Some(matricule), None)?
    } else {
        let keys = KeyBook::new(cube, scenario.constate);
        unroll(compiled, scenario, cube, &keys, coder)?
    };
    // What is told of the movement that opened his post.
    told.retain(|alert| {
        alert.code == Code::M11.name() && post_of(matricule).is_some_and(|id| alert.message.starts_with(&format!("{id} : ")))
    });
    let Some(found) = unrolled.agents.into_iter().find(|a| a.matricule == matricule) else { return Ok(None) };
    let unknown = crate::grids::unknown_indices(&unrolled.notes, &compiled.model, &cube.references);
    if scenario.movements.is_empty() && !unknown.is_empty() { Err(RunError::Diagnostics(unknown)) } else { Ok(Some((found, told))) }
}

/// The movement that opened a post: `M003` of `M003/1`.
fn post_of(matricule: &str) -> Option<&str> {
    matricule.split_once('/').map(|(id, _)| id)
}

/// The lines of one agent, constaté and projected, given what his formulas read of levels.
pub(crate) fn lines_of(
    compiled: &Compiled,
    (scenario, program): (&Scenario, &Program),
    cube: &Cube,
    kernel: &dyn Kernel,
    career: AgentCareer,
    levels: &Levels,
) -> Result<Vec<Line>, RunError> {
    let (parameters, _) = parameters(scenario, program);
    let mut coder = Coder::declaring(&cube.references, &program.elements).merging(&scenario.merges);
    let matricule = career.matricule.clone();
    // Everybody's keys and payments are a matter of seconds: his, and those of whose post he holds a part of.
    let seat = career.seat.clone();
    let wanted = |other: &str| other == matricule || seat.as_deref() == Some(other);
    let paid = constate::paid_among(cube, scenario.constate, &wanted);
    let horizon = Horizon { first: first_month(scenario, cube), constate: scenario.constate, until: scenario.until };
    let keys = KeyBook::among(cube, scenario.constate, &wanted);
    let (people, holes) = People::new(vec![career], horizon, &paid, &compiled.model.data, keys, &mut coder);
    if !holes.is_empty() {
        return Err(RunError::Diagnostics(data::complaints(&holes, &compiled.model.data)));
    }
    let mut out = empty(scenario, program);
    out.lines = constate::lines_of(cube, scenario.constate, &mut coder, Some(&matricule), 0);
    let loaded = kernel.load(&people.cohort);
    let crew = Crew { kernel, loaded: &*loaded, cohort: &people.cohort };
    let stage = Stage::of((compiled, program), (scenario, cube), &parameters, crew, &people);
    let now: Vec<FormulaId> = stage.formulas.iter().copied().filter(|f| !stage.hidden(*f) && !stage.late.contains(f)).collect();
    let computed = stage.pay(&now, levels, &mut coder, &mut out, &mut Phases::unheeded()).and_then(|()| {
        let environment = Environment { parameters: &parameters, levels };
        carry_all(kernel, program, environment, scenario.constate.plus(1).through(scenario.until), &mut out.lines)
    });
    computed.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
    Ok(out.lines)
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

/// Everything a projection needs.
struct Stage<'a> {
    program: &'a Program,
    parameters: &'a Parameters,
    crew: Crew<'a>,
    people: &'a People<'a>,
    formulas: Vec<FormulaId>,
    late: Vec<FormulaId>,
    back_pay: BackPay,
    compiled: &'a Compiled,
    scenario: &'a Scenario,
}

impl<'a> Stage<'a> {
    /// What a run of these people starts from.
    fn of(
        (compiled, program): (&'a Compiled, &'a Program),
        (scenario, cube): (&'a Scenario, &Cube),
        parameters: &'a Parameters,
        crew: Crew<'a>,
        people: &'a People<'a>,
    ) -> Stage<'a> {
        Stage {
            back_pay: back_pay(scenario, parameters, cube),
            program,
            parameters,
            crew,
            formulas: pay_formulas(program),
            late: late_formulas(program),
            people,
            compiled,
            scenario,
        }
    }
}

impl Stage<'_> {
    /// Strata that agents' pay needs, then pay and its lines, then strata that gather lines and what reads them.
    fn all(&self, asked: &[FormulaId], coder: &mut Coder<'_>, out: &mut Projection, phases: &mut Phases) -> Result<(), Fault> {
        let lines = carried_formulas(self.program).into_iter().map(|c| c.formula);
        let roots: Vec<FormulaId> =
            self.formulas.iter().copied().filter(|f| !self.hidden(*f)).chain(lines).chain(asked.iter().copied()).collect();
        let strata = strata_for(self.program, &roots);
        let pay = strata.iter().position(|s| !s.line_aggregates.is_empty()).unwrap_or(strata.len());
        let keys = |_: usize, agent: usize, structure: &str, month: Month| self.people.keys(agent, structure, month);
        let crews = [self.crew];
        let gatherer = Gatherer {
            program: self.program,
            parameters: self.parameters,
            kernel: self.crew.kernel,
            crews: &crews,
            keys: &keys,
            only: None,
        };
        let mut levels = Levels::default();
        phases.enter(Phase::Aggregating);
        if !strata.is_empty() {
            gatherer.members(&out.lines, coder, &mut levels);
        }
        let (before, after) = strata.split_at(pay);
        for stratum in before {
            gatherer.stratum(stratum, &out.lines, coder, &mut levels)?;
        }
        // A hidden formula is computed where something reads it: on its own it would only cost, or stop a run that does not need it.
        let now: Vec<FormulaId> = self.formulas.iter().copied().filter(|f| !self.hidden(*f) && !self.late.contains(f)).collect();
        self.pay(&now, &levels, coder, out, phases)?;
        let environment = Environment { parameters: self.parameters, levels: &levels };
        let months = self.scenario.constate.plus(1).through(self.scenario.until);
        carry_all(self.crew.kernel, self.program, environment, months, &mut out.lines)?;
        entries::add(self.compiled, coder, out);
        for stratum in after {
            gatherer.stratum(stratum, &out.lines, coder, &mut levels)?;
        }
        if !self.late.is_empty() {
            phases.enter(Phase::Kernels);
            let environment = Environment { parameters: self.parameters, levels: &levels };
            let late = Pay::of(self.crew, self.program, environment, &self.late, None);
            phases.enter(Phase::Aggregating);
            self.measures(&late, out)?;
        }
        out.alerts.extend(partial_totals(self.program, &levels));
        out.levels = levels;
        Ok(())
    }

    /// Pay of everybody, and its lines.
    fn pay(
        &self,
        formulas: &[FormulaId],
        levels: &Levels,
        coder: &mut Coder<'_>,
        out: &mut Projection,
        phases: &mut Phases,
    ) -> Result<(), Fault> {
        phases.enter(Phase::Kernels);
        let environment = Environment { parameters: self.parameters, levels };
        let pay = Pay::of(self.crew, self.program, environment, formulas, Some(&self.back_pay));
        phases.enter(Phase::Aggregating);
        let splitter = Splitter::new(self.program, self.people, &self.formulas, self.scenario.constate);
        for agent in 0..self.crew.cohort.len() {
            let projected = pay.agent(agent)?;
            for (month, id) in &projected.missing {
                let name = self.program.formula(*id).map_or("", |f| f.name.as_str());
                let matricule = self.crew.cohort.matricule(agent).map_or("", |m| m);
                out.alerts.push(Alert {
                    code: "V08",
                    message: format!("total partiel : `{name}` manque d'une donnée pour l'agent {matricule} en {}", month.to_french()),
                });
            }
            splitter.agent(agent, &projected, coder, &mut out.lines);
        }
        self.measures(&pay, out)
    }

    fn hidden(&self, id: FormulaId) -> bool {
        self.program.formula(id).is_some_and(|f| f.hidden)
    }

    fn measures(&self, pay: &Pay<'_>, out: &mut Projection) -> Result<(), Fault> {
        for (id, month, value) in pay.measures()? {
            if let Some(f) = self.program.formula(id).filter(|f| !f.hidden) {
                let total = out.measures.entry((f.name.clone(), month)).or_insert(Exact::ZERO);
                *total = &*total + &value;
            }
        }
        Ok(())
    }
}

/// Adds the lines that are as the exercice before, month after month: what is carried is carried again a year later.
pub(crate) fn carry_all(
    kernel: &dyn Kernel,
    program: &Program,
    environment: Environment<'_>,
    months: impl Iterator<Item = Month>,
    lines: &mut Vec<Line>,
) -> Result<(), Fault> {
    let carried = carried_formulas(program);
    if carried.is_empty() {
        return Ok(());
    }
    // Nearly all lines are of rubriques that nothing carries.
    let rubrique = attribute("rubrique");
    let of = |line: &Line| rubrique.and_then(|a| line.codes.get(a.index())).cloned().unwrap_or_else(|| "".into());
    let takes = |c: &Carried, line: &Line| match &c.feeds {
        Feed::Rubriques(list, _) => {
            let own = of(line);
            list.iter().any(|r| **r == *own)
        }
        Feed::Job(_) => true,
    };
    let mut by_month: BTreeMap<(Month, usize), Vec<usize>> = BTreeMap::new();
    for (k, line) in lines.iter().enumerate().filter(|(_, l)| l.origin == Origin::Constate) {
        for (c, _) in carried.iter().enumerate().filter(|(_, c)| takes(c, line)) {
            by_month.entry((line.month, c)).or_default().push(k);
        }
    }
    for month in months {
        let start = lines.len();
        let mut made = Vec::new();
        for (c, formula) in carried.iter().enumerate() {
            let before = by_month.get(&(month.plus(-12), c)).into_iter().flatten().filter_map(|k| lines.get(*k));
            made.extend(carry(kernel, program, environment, formula, &before.collect::<Vec<_>>(), month)?);
        }
        for (k, line) in made.iter().enumerate() {
            for (c, _) in carried.iter().enumerate().filter(|(_, c)| takes(c, line)) {
                by_month.entry((month, c)).or_default().push(start + k);
            }
        }
        lines.append(&mut made);
    }
    Ok(())
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
