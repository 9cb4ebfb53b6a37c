//! A scenario from constaté to projected lines (architecture.md §2).

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_careers::{AgentCareer, Careers, Finding, Input, resolve};
use cadrage_cube::{Cube, CubeError};
use cadrage_driver::{Compiled, Scenario, fold};
use cadrage_engine::{
    AgentFrame, AgentProjection, BackPay, Backend, Environment, Kernel, Keys, Levels, Line, Origin, Parameters, RappelPlan,
    carried_formulas, carry, late_formulas, pay_formulas, project, split_amount, split_job, strata_for,
};
use cadrage_ir::{Element, Fault, Feed, FormulaId, Job, Program, attribute};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Exact, Money, Month};

use crate::alerts::{Alert, marked, missing_data, notes, partial_totals, stale, unknown_yet};
use crate::attributes::Coder;
use crate::faults::diagnostic_of;
use crate::keys::KeyBook;
use crate::levels::{Gatherer, People, Visit};
use crate::movements::Selector;
use crate::{careers, constate, data, entries, findings, frames, movements};

/// Why a scenario could not be run.
#[derive(Debug)]
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
    /// The scenario's parameters.
    pub(crate) parameters: Parameters,
    /// What the scenario supposes that no text in force says: every figure of it bears the mark (decision D29).
    pub beyond_texts: Vec<String>,
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
) -> Result<Projection, RunError> {
    missing_months(scenario, cube)?;
    let (scenario, program) = compiled.runs(scenario);
    let mut parameters = Parameters::of(program);
    let unpublished = parameters.observe(scenario.observed);
    for laid in &scenario.layers {
        parameters.lay(&laid.what);
    }
    let kernel = backend.prepare(program);
    let mut coder = Coder::new(&cube.references);
    let keys = KeyBook::new(cube, scenario.constate);
    let (unrolled, found) = unroll(compiled, scenario, cube, &keys, &mut coder);
    let mut out = Projection {
        scenario: scenario.name.clone(),
        label: scenario.label.clone(),
        last: scenario.constate,
        until: scenario.until,
        lines: constate::lines(cube, scenario.constate, &mut coder),
        measures: BTreeMap::new(),
        levels: Levels::default(),
        parameters: Parameters::of(program),
        beyond_texts: scenario.beyond_texts.iter().map(|b| b.name.clone()).collect(),
        alerts: marked(scenario)
            .into_iter()
            .chain(stale(scenario, program))
            .chain(unknown_yet(scenario, &unpublished))
            .chain(findings::alerts(scenario, &found))
            .chain(notes(&unrolled))
            .collect(),
    };
    let first = cube.months.keys().next().copied().unwrap_or(scenario.constate);
    let stage = Stage {
        back_pay: BackPay::new(&parameters, plan(scenario, first), scenario.constate, scenario.until),
        program,
        parameters: &parameters,
        kernel: &*kernel,
        formulas: pay_formulas(program),
        late: late_formulas(program),
        paid: constate::paid(cube, scenario.constate),
        keys,
        first,
        compiled,
        scenario,
    };
    stage.mandatory(&unrolled.agents, &mut coder)?;
    stage.all(&unrolled.agents, asked, &mut coder, &mut out)?;
    out.parameters = parameters;
    missing_data(&mut out);
    Ok(out)
}

fn missing_months(scenario: &Scenario, cube: &Cube) -> Result<(), RunError> {
    if cube.months.contains_key(&scenario.constate) {
        return Ok(());
    }
    let loaded = match (cube.months.keys().next(), cube.months.keys().next_back()) {
        (Some(a), Some(b)) => format!("mois chargés : de {} à {}", a.to_french(), b.to_french()),
        _ => "aucune livraison n'est chargée".to_owned(),
    };
    let diagnostic =
        Diagnostic::new(Code::T06, format!("`{}` : {} n'est pas chargé", scenario.name, scenario.constate.to_french()), scenario.span)
            .help(format!("{loaded} ; importez la livraison (`cadrage importer …`), ou avancez la bascule"));
    Err(RunError::Diagnostics(vec![diagnostic]))
}

fn unroll<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    keys: &KeyBook<'a>,
    coder: &mut Coder<'a>,
) -> (Careers, Vec<Finding>) {
    let situations = careers::situations(cube, scenario.constate);
    let forecasts = careers::forecasts(cube, scenario.constate);
    let grids = crate::grids::grids(&compiled.model, scenario, &cube.references);
    // The SIRH announces automatic échelons to the end of the exercice at least (interfaces.md §4).
    let horizon = if forecasts.is_empty() { scenario.constate } else { scenario.constate.december() };
    let input = Input {
        constate: &situations,
        forecasts: &forecasts,
        last_constate: scenario.constate,
        until: scenario.until,
        forecast_horizon: horizon,
        grids: &grids,
        movements: &[],
    };
    if scenario.movements.is_empty() {
        return (cadrage_careers::unroll(&input), Vec::new());
    }
    let orders = movements::orders(scenario, &cube.references);
    let resolved = resolve(&input, &orders, &mut Selector::new(&scenario.movements, keys, coder));
    (cadrage_careers::unroll(&Input { movements: &resolved.movements, ..input }), resolved.findings)
}

/// What an agent costs and counts in a month.
type MonthCost = (Vec<(FormulaId, Money)>, BTreeMap<Job, Exact>);

/// Everything one agent needs.
struct Stage<'a> {
    program: &'a Program,
    parameters: &'a Parameters,
    kernel: &'a dyn Kernel,
    formulas: Vec<FormulaId>,
    late: Vec<FormulaId>,
    paid: constate::Paid,
    keys: KeyBook<'a>,
    first: Month,
    back_pay: BackPay,
    compiled: &'a Compiled,
    scenario: &'a Scenario,
}

/// The agents of a scenario, as careers know them.
struct Careered<'a> {
    stage: &'a Stage<'a>,
    careers: &'a [AgentCareer],
}

impl People for Careered<'_> {
    fn each(&self, coder: &mut Coder<'_>, visit: &mut Visit<'_>) -> Result<(), Fault> {
        for career in self.careers {
            let frame = self.stage.frame(career, coder);
            visit(&frame, &|structure, month| self.stage.keys_of(career, structure, month), coder)?;
        }
        Ok(())
    }

    fn months(&self) -> (Month, Month) {
        (self.stage.first, self.stage.scenario.until)
    }
}

impl Stage<'_> {
    /// The months of an agent as rows.
    fn frame(&self, career: &AgentCareer, coder: &mut Coder<'_>) -> AgentFrame {
        self.completed(career, coder).0
    }

    /// The same, with the data that must be there and are not.
    fn completed(&self, career: &AgentCareer, coder: &mut Coder<'_>) -> (AgentFrame, Vec<data::Hole>) {
        let mut frame = frames::frame(career, (self.first, self.scenario.until), self.scenario.constate, &self.paid, coder);
        let holes = data::complete(&mut frame, &self.compiled.model.data);
        (frame, holes)
    }

    /// Refuses a scenario in which data that must be there are not.
    fn mandatory(&self, careers: &[AgentCareer], coder: &mut Coder<'_>) -> Result<(), RunError> {
        let rules = &self.compiled.model.data;
        if rules.iter().all(|r| r.required.is_none()) {
            return Ok(());
        }
        let holes: Vec<data::Hole> = careers.iter().flat_map(|c| self.completed(c, coder).1).collect();
        if holes.is_empty() { Ok(()) } else { Err(RunError::Diagnostics(data::complaints(&holes, rules))) }
    }

    /// Strata that agents' pay needs, then pay and its lines, then strata that gather lines and what reads them.
    fn all(&self, careers: &[AgentCareer], asked: &[FormulaId], coder: &mut Coder<'_>, out: &mut Projection) -> Result<(), RunError> {
        let fault = |fault: Fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]);
        let lines = carried_formulas(self.program).into_iter().map(|c| c.formula);
        let roots: Vec<FormulaId> =
            self.formulas.iter().copied().filter(|f| !self.hidden(*f)).chain(lines).chain(asked.iter().copied()).collect();
        let strata = strata_for(self.program, &roots);
        let pay = strata.iter().position(|s| !s.line_aggregates.is_empty()).unwrap_or(strata.len());
        let people = Careered { stage: self, careers };
        let gatherer = Gatherer { program: self.program, parameters: self.parameters, kernel: self.kernel, people: &people };
        let mut levels = Levels::default();
        if !strata.is_empty() {
            gatherer.members(&out.lines, coder, &mut levels).map_err(fault)?;
        }
        let (before, after) = strata.split_at(pay);
        for stratum in before {
            gatherer.stratum(stratum, &out.lines, coder, &mut levels).map_err(fault)?;
        }
        // A hidden formula is computed where something reads it: on its own it would only cost, or stop a run that does not need it.
        let now: Vec<FormulaId> = self.formulas.iter().copied().filter(|f| !self.hidden(*f) && !self.late.contains(f)).collect();
        for career in careers {
            self.agent(career, &now, &levels, coder, out)?;
        }
        self.carried(&levels, out)?;
        entries::add(self.compiled, coder, out);
        for stratum in after {
            gatherer.stratum(stratum, &out.lines, coder, &mut levels).map_err(fault)?;
        }
        if !self.late.is_empty() {
            for career in careers {
                self.late_measures(career, &levels, coder, out)?;
            }
        }
        out.alerts.extend(partial_totals(self.program, &levels));
        out.levels = levels;
        Ok(())
    }

    fn hidden(&self, id: FormulaId) -> bool {
        self.program.formula(id).is_some_and(|f| f.hidden)
    }

    /// Measures `par agent` that read what lines make together.
    fn late_measures(&self, career: &AgentCareer, levels: &Levels, coder: &mut Coder<'_>, out: &mut Projection) -> Result<(), RunError> {
        let frame = self.frame(career, coder);
        let environment = Environment { parameters: self.parameters, levels };
        let projected = project(self.kernel, self.program, environment, &frame, &self.late, None)
            .map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
        self.measures(&projected, out);
        Ok(())
    }

    fn measures(&self, projected: &AgentProjection, out: &mut Projection) {
        for (month, id, value) in &projected.measures {
            if let Some(f) = self.program.formula(*id).filter(|f| !f.hidden) {
                let total = out.measures.entry((f.name.clone(), *month)).or_insert(Exact::ZERO);
                *total = &*total + value;
            }
        }
    }

    fn agent(
        &self,
        career: &AgentCareer,
        formulas: &[FormulaId],
        levels: &Levels,
        coder: &mut Coder<'_>,
        out: &mut Projection,
    ) -> Result<(), RunError> {
        let frame = self.frame(career, coder);
        let environment = Environment { parameters: self.parameters, levels };
        let projected = project(self.kernel, self.program, environment, &frame, formulas, Some(&self.back_pay))
            .map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
        self.measures(&projected, out);
        for (month, id) in &projected.missing {
            let name = self.program.formula(*id).map_or("", |f| f.name.as_str());
            out.alerts.push(Alert {
                code: "V08",
                message: format!("total partiel : `{name}` manque d'une donnée pour l'agent {} en {}", career.matricule, month.to_french()),
            });
        }
        self.lines(career, &frame, &projected, coder, out);
        Ok(())
    }

    /// Splits what the agent costs and counts over his imputations and affectations.
    fn lines(&self, career: &AgentCareer, frame: &AgentFrame, projected: &AgentProjection, coder: &mut Coder<'_>, out: &mut Projection) {
        let last = self.scenario.constate;
        let mut by_month: BTreeMap<Month, MonthCost> = BTreeMap::new();
        for (month, id, amount) in &projected.amounts {
            by_month.entry(*month).or_default().0.push((*id, *amount));
        }
        for (month, job, x) in &projected.jobs {
            let slot = by_month.entry(*month).or_default().1.entry(*job).or_insert(Exact::ZERO);
            *slot = &*slot + x;
        }
        for (month, (amounts, jobs)) in by_month {
            let Some(row) = frame.position(month).and_then(|k| frame.months.get(k)).and_then(|m| m.situations.last()) else { continue };
            let structure = attribute("structure").map_or("?", |a| row.code(a)).to_owned();
            let keys = self.keys_of(career, &structure, month);
            for (id, amount) in amounts {
                for (k, p, cents) in split_amount(amount, &keys).into_iter().filter(|(_, _, c)| *c != Money::ZERO) {
                    let mut codes = row.codes.clone();
                    self.impute(&mut codes, id, &keys, k, p, false, coder);
                    out.lines.push(Line {
                        month,
                        right: month,
                        codes,
                        amount: cents,
                        etpt: Exact::ZERO,
                        etpf: Exact::ZERO,
                        origin: Origin::Computed(id),
                    });
                }
            }
            self.job_lines(month, row, &jobs, &keys, coder, out);
        }
        for rappel in &projected.rappels {
            let month = rappel.paid;
            // Expected back pay is for who is in force; a value paid late is owed to whom it was due, gone or not.
            let until = frame.position(month).map_or(0, |k| k + 1);
            let latest = || frame.months.iter().take(until).rev().find_map(|m| m.situations.last());
            let row = if rappel.late { latest() } else { frame.end_row.as_ref() };
            let Some(end) = row else { continue };
            let structure = attribute("structure").map_or("?", |a| end.code(a)).to_owned();
            let keys = self.keys_of(career, &structure, if rappel.late { month } else { last });
            for (k, p, cents) in split_amount(rappel.amount, &keys).into_iter().filter(|(_, _, c)| *c != Money::ZERO) {
                let mut codes = end.codes.clone();
                self.impute(&mut codes, rappel.formula, &keys, k, p, rappel.right.year() != month.year(), coder);
                let origin = Origin::Rappel(rappel.formula);
                out.lines.push(Line { month, right: rappel.right, codes, amount: cents, etpt: Exact::ZERO, etpf: Exact::ZERO, origin });
            }
        }
    }

    /// The keys of a line: its own, those of whom it replaces or is a fraction, or where a scenario put it.
    fn keys_of(&self, career: &AgentCareer, structure: &str, month: Month) -> Keys {
        let post = career.rows_of(month).last().and_then(|r| r.state.post.as_deref());
        self.keys.of(career.seat.as_deref().unwrap_or(&career.matricule), structure, month, post)
    }

    fn job_lines(
        &self,
        month: Month,
        row: &cadrage_engine::Row,
        jobs: &BTreeMap<Job, Exact>,
        keys: &Keys,
        coder: &mut Coder<'_>,
        out: &mut Projection,
    ) {
        let zero = Exact::ZERO;
        let etpt = split_job(jobs.get(&Job::Etpt).unwrap_or(&zero), keys);
        let etpf = split_job(jobs.get(&Job::Etpf).unwrap_or(&zero), keys);
        for ((k, p, etpt), (_, _, etpf)) in etpt.into_iter().zip(etpf) {
            if etpt.is_zero() && etpf.is_zero() {
                continue;
            }
            let mut codes = row.codes.clone();
            place(&mut codes, keys, k, p, coder);
            let origin =
                self.formulas.iter().copied().find(|id| self.program.formula(*id).is_some_and(|f| f.feeds == Some(Feed::Job(Job::Etpt))));
            let origin = origin.map_or(Origin::Constate, Origin::Computed);
            out.lines.push(Line { month, right: month, codes, amount: Money::ZERO, etpt, etpf, origin });
        }
    }

    /// Writes rubrique, nature, account, imputation and place of a part.
    #[allow(clippy::too_many_arguments)]
    fn impute(&self, codes: &mut [Arc<str>], id: FormulaId, keys: &Keys, k: usize, p: usize, anterieur: bool, coder: &mut Coder<'_>) {
        place(codes, keys, k, p, coder);
        let Some(Feed::Rubriques(list, account)) = self.program.formula(id).and_then(|f| f.feeds.as_ref()) else { return };
        let rubrique = list.first().map_or("?", String::as_str);
        coder.set(codes, "rubrique", rubrique);
        let titulaire = attribute("statut").and_then(|a| codes.get(a.index())).is_some_and(|s| matches!(&**s, "TITULAIRE" | "STAGIAIRE"));
        let element = self.program.element(rubrique);
        if let Some(e) = element {
            coder.set(codes, "famille", &e.famille);
        }
        let compte = account.clone().unwrap_or_else(|| element.map_or_else(|| "?".to_owned(), |e| account_of(e, titulaire)));
        coder.set(codes, "compte", &compte);
        coder.set(codes, "nature", if anterieur { "ANTERIEUR" } else { "COURANT" });
    }

    /// Lines that are as the exercice before.
    fn carried(&self, levels: &Levels, out: &mut Projection) -> Result<(), RunError> {
        let environment = Environment { parameters: self.parameters, levels };
        let carried = carried_formulas(self.program);
        let mut by_month: BTreeMap<Month, Vec<usize>> = BTreeMap::new();
        for (k, line) in out.lines.iter().enumerate().filter(|(_, l)| l.origin == Origin::Constate) {
            by_month.entry(line.month).or_default().push(k);
        }
        for month in self.scenario.constate.plus(1).through(self.scenario.until) {
            let before: Vec<&Line> = by_month.get(&month.plus(-12)).into_iter().flatten().filter_map(|k| out.lines.get(*k)).collect();
            let mut made = Vec::new();
            for formula in &carried {
                let lines = carry(self.kernel, self.program, environment, formula, &before, month)
                    .map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
                made.extend(lines);
            }
            let start = out.lines.len();
            out.lines.append(&mut made);
            by_month.entry(month).or_default().extend(start..out.lines.len());
        }
        Ok(())
    }
}

fn account_of(e: &Element, titulaire: bool) -> String {
    let (own, other) = if titulaire { (&e.compte_titulaire, &e.compte_contractuel) } else { (&e.compte_contractuel, &e.compte_titulaire) };
    if own.is_empty() { other.clone() } else { own.clone() }
}

pub(crate) fn place(codes: &mut [Arc<str>], keys: &Keys, k: usize, p: usize, coder: &mut Coder<'_>) {
    if let Some(i) = keys.imputations.get(k) {
        coder.set(codes, "centre_de_coût", &i.centre);
        coder.set(codes, "eotp", &i.eotp);
        coder.set(codes, "plafond", &i.plafond);
    }
    // The row's own structure stays as it is, with what it implies.
    if let Some((structure, _)) = keys.places.get(p)
        && attribute("structure").and_then(|a| codes.get(a.index())).is_none_or(|own| own != structure)
    {
        coder.set(codes, "structure", structure);
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
