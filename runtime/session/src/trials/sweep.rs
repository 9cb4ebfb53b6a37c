//! `balayer`: measures for each value of a parameter or of the `?` of a movement, or each pair of values of two.

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario, SweepKind};
use cadrage_engine::Backend;
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_value::Exact;

use super::gauge::{Gauge, refused};
use super::ground::{Tried, measured};
use super::mover::Mover;
use super::request::SweepRequest;
use super::written;
use crate::confidentiality::Sight;
use crate::run::{self, RunError};
use crate::workspace::{Workspace, unknown_scenario};

/// What took values in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptAxis {
    /// Its name.
    pub name: String,
    /// What it is, in full.
    pub described: String,
    /// How it moved, before its values: `majorer de`; empty when it took them.
    pub word: &'static str,
    /// The values, as written.
    pub values: Vec<String>,
    /// For a movement, the sentences of each value.
    pub sentences: Vec<Vec<String>>,
}

/// A measure that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptMeasure {
    /// As written.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Decimals to show.
    pub decimals: u32,
    /// `2027`, `12/2027`
    pub period: String,
}

/// What one value, or one pair, gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptCell {
    /// Which value of each axis.
    pub at: Vec<usize>,
    /// Each measure.
    pub figures: Vec<Exact>,
}

/// What a sweep gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// What was asked, as written.
    pub question: String,
    /// The scenario.
    pub scenario: String,
    /// What is shown.
    pub measures: Vec<SweptMeasure>,
    /// One or two.
    pub axes: Vec<SweptAxis>,
    /// Each measure of the scenario as it is.
    pub own: Vec<Exact>,
    /// What was computed, in order: fewer than all when it was stopped.
    pub cells: Vec<SweptCell>,
    /// How many there are to compute.
    pub total: usize,
    /// What to know.
    pub notes: Vec<String>,
}

impl Workspace {
    /// Takes values in turn. `go_on` is told how many are done, and of how many, before each; what is done is kept when it says no,
    /// from the second on.
    ///
    /// # Errors
    /// An unknown scenario, an exercice that it does not project, a fault met while computing, a month that is not loaded, a measure or a
    /// movement that would tell somebody's pay to who may not see it.
    pub fn sweep(
        &mut self,
        compiled: &Compiled,
        request: &SweepRequest,
        backend: &dyn Backend,
        go_on: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Swept, RunError> {
        let found = run::find(compiled, &request.scenario).ok_or_else(|| unknown_scenario(compiled, &request.scenario))?;
        let sight = self.sight(compiled)?;
        sweep(compiled, found, self.known(Some(found.observed))?, &sight, request, backend, go_on)
    }
}

fn sweep(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    sight: &Sight,
    request: &SweepRequest,
    backend: &dyn Backend,
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Swept, RunError> {
    let (scenario, program) = compiled.runs(scenario);
    let span = request.span;
    run::missing_months(scenario, cube)?;
    let year = request.year.unwrap_or_else(|| last_whole(scenario));
    if year < scenario.constate.plus(1).year() || year > scenario.until.year() {
        let message = format!("`{}` ne projette pas {year}", scenario.name);
        let (first, last) = (scenario.constate.plus(1).year(), scenario.until.year());
        return Err(refused(Code::T14, message, span, format!("choisissez un exercice entre {first} et {last}")));
    }
    let gauges = gauges(scenario, program, request, year)?;
    if gauges.iter().any(Gauge::is_partial) && !sight.tells_agents() {
        return Err(sight.refusal("une mesure porte sur une partie de l'établissement, qui peut n'avoir que quelques agents", span));
    }
    let mut movers = Vec::new();
    for axis in &request.axes {
        let mover = Mover::of(&axis.target, axis.kind, compiled, (scenario, program), span)?;
        mover.needs_sight(sight)?;
        movers.push(mover);
    }
    if let [a, b] = movers.as_slice()
        && a.is_same_place(b)
    {
        let help = "donnez-leur deux mouvements différents";
        return Err(refused(Code::V21, "les deux balayages bougent la même phrase".to_owned(), span, help.to_owned()));
    }
    let axes: Vec<SweptAxis> = movers.iter().zip(&request.axes).map(|(mover, axis)| shown(mover, axis)).collect();
    let pairs = pairs(&request.axes);
    let total = pairs.len();
    let people_move = movers.iter().any(Mover::people_move);
    let mut notes: Vec<String> = movers.iter().flat_map(Mover::notes).collect();
    let asked = (gauges.as_slice(), people_move, span);
    let (own, cells) = measured(compiled, (scenario, program), cube, backend, asked, |give| {
        let own = give(&Tried::default())?.figures;
        let mut cells = Vec::new();
        for at in pairs {
            // There is always one to show.
            if !go_on(cells.len(), total) && !cells.is_empty() {
                break;
            }
            let mut tried = Tried::default();
            for ((mover, axis), k) in movers.iter().zip(&request.axes).zip(&at) {
                axis.values.get(*k).into_iter().for_each(|x| mover.lay(x, &mut tried));
            }
            let given = give(&tried).map_err(|e| at_value(e, &axes, &at, span))?;
            notes.extend(given.notes.iter().map(|n| format!("{} : {n}", place(&axes, &at))));
            cells.push(SweptCell { at, figures: given.figures });
        }
        Ok((own, cells))
    })?;
    if cells.len() < total {
        notes.push(format!("balayage interrompu : {} valeurs sur {total}", cells.len()));
    }
    let measures = named(&gauges, request);
    Ok(Swept { question: request.text.clone(), scenario: scenario.name.clone(), measures, axes, own, cells, total, notes })
}

/// What is measured: what the sentence says, else the masse salariale and the ETPT of the exercice.
fn gauges(scenario: &Scenario, program: &cadrage_ir::Program, request: &SweepRequest, year: i32) -> Result<Vec<Gauge>, RunError> {
    if request.measures.is_empty() {
        return Ok(Gauge::usual(scenario, year, request.span)?.into());
    }
    request.measures.iter().map(|m| Gauge::of(m, Some(year), program, scenario, request.span)).collect()
}

fn named(gauges: &[Gauge], request: &SweepRequest) -> Vec<SweptMeasure> {
    let usual = ["masse_salariale", "etpt"];
    let name = |k: usize| match request.measures.get(k) {
        Some(m) => m.text.clone(),
        None => usual.get(k).copied().unwrap_or("").to_owned(),
    };
    let shown = |(k, g): (usize, &Gauge)| {
        let (unit, decimals) = (g.unit.to_string(), written::decimals(&g.unit));
        SweptMeasure { name: name(k), unit: if g.unit.is_pure() { String::new() } else { unit }, decimals, period: g.period() }
    };
    gauges.iter().enumerate().map(shown).collect()
}

/// Every value of the first with every value of the second.
fn pairs(axes: &[cadrage_driver::SweptAxis]) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new()];
    for axis in axes {
        out = out.iter().flat_map(|at: &Vec<usize>| (0..axis.values.len()).map(move |k| [at.as_slice(), &[k]].concat())).collect();
    }
    out
}

fn shown(mover: &Mover<'_>, axis: &cadrage_driver::SweptAxis) -> SweptAxis {
    let word = match axis.kind {
        SweepKind::Set => "",
        SweepKind::Raise => "majorer de",
        SweepKind::Lower => "minorer de",
    };
    let sentences = if mover.people_move() { axis.values.iter().map(|x| mover.sentences(x)).collect() } else { Vec::new() };
    let described = match mover.beside() {
        Some(beside) => format!("{}, {beside}", mover.described()),
        None => mover.described(),
    };
    SweptAxis { name: mover.title(), described, word, values: axis.values.iter().map(|x| mover.written(x)).collect(), sentences }
}

/// `valeur_du_point majorer de 1 %, nombre d'agents 3 agents`
fn place(axes: &[SweptAxis], at: &[usize]) -> String {
    let value = |(axis, k): (&SweptAxis, &usize)| {
        let said = axis.values.get(*k).map(|v| format!("{} {} {v}", axis.name, axis.word));
        said.map(|s| s.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    axes.iter().zip(at).filter_map(value).collect::<Vec<_>>().join(", ")
}

/// A fault says for which value.
fn at_value(e: RunError, axes: &[SweptAxis], at: &[usize], span: Span) -> RunError {
    let RunError::Diagnostics(mut list) = e else { return e };
    let why = format!("le balayage s'arrête à {}", place(axes, at));
    list.push(Diagnostic::new(Code::V21, why, span).help("resserrez les valeurs balayées"));
    RunError::Diagnostics(list)
}

/// The last exercice projected to its end.
fn last_whole(scenario: &Scenario) -> i32 {
    scenario.until.year() - i32::from(scenario.until != scenario.until.december())
}
