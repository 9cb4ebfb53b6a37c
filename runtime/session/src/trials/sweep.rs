//! `balayer`: the masse salariale and the ETPT of an exercice for each value of a parameter, or each pair of values of two.

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario, SweepKind};
use cadrage_engine::Backend;
use cadrage_ir::{Layer, Parameter};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_value::{Exact, Money, Month};

use super::gauge::refused;
use super::ground::{change, layer};
use super::request::{SweepRequest, SweptParameter};
use super::seek::notes;
use super::written;
use crate::run::{self, RunError};
use crate::study::{Ground, Study, Totals};
use crate::workspace::{Workspace, unknown_scenario};

/// A parameter that took values in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptAxis {
    /// Its name.
    pub name: String,
    /// How it moved, before its values: `majorer de`; empty when it took them.
    pub word: &'static str,
    /// The values, as written.
    pub values: Vec<String>,
}

/// What one value, or one pair, gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptCell {
    /// Which value of each axis.
    pub at: Vec<usize>,
    /// Masse salariale of the exercice.
    pub paid: Money,
    /// ETPT of the exercice.
    pub etpt: Exact,
}

/// What a sweep gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// What was asked, as written.
    pub question: String,
    /// The scenario.
    pub scenario: String,
    /// The exercice.
    pub year: i32,
    /// One or two.
    pub axes: Vec<SweptAxis>,
    /// Masse salariale and ETPT of the scenario as it is.
    pub own: (Money, Exact),
    /// What was computed, in order: fewer than all when it was stopped.
    pub cells: Vec<SweptCell>,
    /// How many there are to compute.
    pub total: usize,
    /// What to know.
    pub notes: Vec<String>,
}

impl Workspace {
    /// Takes values in turn. `go_on` is told how many are done, and of how many, before each; what is done is kept when it says no.
    ///
    /// # Errors
    /// An unknown scenario, an exercice that it does not project, a fault met while computing, a month that is not loaded.
    pub fn sweep(
        &mut self,
        compiled: &Compiled,
        request: &SweepRequest,
        backend: &dyn Backend,
        go_on: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Swept, RunError> {
        let found = run::find(compiled, &request.scenario).ok_or_else(|| unknown_scenario(compiled, &request.scenario))?;
        sweep(compiled, found, self.known(Some(found.observed))?, request, backend, go_on)
    }
}

fn sweep(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    request: &SweepRequest,
    backend: &dyn Backend,
    go_on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Swept, RunError> {
    let (scenario, program) = compiled.runs(scenario);
    run::missing_months(scenario, cube)?;
    let year = request.year.unwrap_or_else(|| last_whole(scenario));
    let months: Vec<Month> = scenario.constate.january().through(scenario.until).filter(|m| m.year() == year).collect();
    if months.last().is_none_or(|m| *m <= scenario.constate) {
        let message = format!("`{}` ne projette pas {year}", scenario.name);
        let (first, last) = (scenario.constate.plus(1).year(), scenario.until.year());
        return Err(refused(Code::T14, message, request.span, format!("choisissez un exercice entre {first} et {last}")));
    }
    let mut axes = Vec::new();
    let mut known = Vec::new();
    for axis in &request.axes {
        let Some(parameter) = program.parameter(axis.target) else { continue };
        axes.push(shown(axis, parameter));
        known.extend(notes(parameter));
    }
    let ground = Ground::with(compiled, scenario, program, cube, backend)?;
    let study = Study::new(&ground)?;
    let of = |totals: &Totals| {
        let paid: Money = months.iter().map(|m| totals.masse_salariale(*m)).sum();
        let etpt: Exact = months.iter().filter_map(|m| totals.etpt.get(m)).cloned().sum();
        (paid, etpt)
    };
    let pairs = pairs(&request.axes);
    let total = pairs.len();
    let mut cells = Vec::new();
    for at in pairs {
        if !go_on(cells.len(), total) {
            break;
        }
        let layers: Vec<Layer> = request
            .axes
            .iter()
            .zip(&at)
            .filter_map(|(axis, k)| {
                let x = axis.values.get(*k)?;
                Some(layer(program, scenario, axis.target, change(axis.kind, x), request.span))
            })
            .collect();
        let (paid, etpt) = of(&study.with(&layers).map_err(|e| at_value(e, &axes, &at, request.span))?);
        cells.push(SweptCell { at, paid, etpt });
    }
    if cells.len() < total {
        known.push(format!("balayage interrompu : {} valeurs sur {total}", cells.len()));
    }
    let own = of(&study.base());
    Ok(Swept { question: request.text.clone(), scenario: scenario.name.clone(), year, axes, own, cells, total, notes: known })
}

/// Every value of the first with every value of the second.
fn pairs(axes: &[SweptParameter]) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new()];
    for axis in axes {
        out = out.iter().flat_map(|at: &Vec<usize>| (0..axis.values.len()).map(move |k| [at.as_slice(), &[k]].concat())).collect();
    }
    out
}

fn shown(axis: &SweptParameter, parameter: &Parameter) -> SweptAxis {
    let (word, write): (_, &dyn Fn(&Exact) -> String) = match axis.kind {
        SweepKind::Set => ("", &|x| written::value(x, parameter)),
        SweepKind::Raise => ("majorer de", &written::share),
        SweepKind::Lower => ("minorer de", &written::share),
    };
    SweptAxis { name: parameter.name.clone(), word, values: axis.values.iter().map(write).collect() }
}

/// A fault says for which value.
fn at_value(e: RunError, axes: &[SweptAxis], at: &[usize], span: Span) -> RunError {
    let RunError::Diagnostics(mut list) = e else { return e };
    let values: Vec<String> =
        axes.iter().zip(at).filter_map(|(axis, k)| axis.values.get(*k).map(|v| format!("{} {} {v}", axis.name, axis.word))).collect();
    let why = format!("le balayage s'arrête à {}", values.join(", "));
    list.push(Diagnostic::new(Code::V21, why, span).help("resserrez les valeurs balayées"));
    RunError::Diagnostics(list)
}

/// The last exercice projected to its end.
fn last_whole(scenario: &Scenario) -> i32 {
    scenario.until.year() - i32::from(scenario.until != scenario.until.december())
}
