//! `chercher`: the values of a hypothesis or a constant, on the grid of its precision, for which a measure reaches a goal.

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Backend;
use cadrage_ir::{Change, Parameter, Program};
use cadrage_source::Code;
use cadrage_value::Exact;

use super::gauge::Gauge;
use super::ground::{layer, measured, sentence};
use super::request::SeekRequest;
use super::search::{Found, INTERVALS, Search};
use super::written;
use crate::confidentiality::Sight;
use crate::run::{self, RunError};
use crate::workspace::{Workspace, unknown_scenario};

/// A value that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The value, base units.
    pub value: Exact,
    /// As written: `2,5 %`.
    pub value_text: String,
    /// What the measure is then.
    pub reached: Exact,
    /// As read: `151 000 000,00 €`.
    pub reached_text: String,
    /// How far beyond the goal.
    pub gap: Exact,
    /// As read.
    pub gap_text: String,
}

/// A value that reaches the goal, or two that frame it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Every value from the first to the last reaches it exactly.
    Exactly(Trial, Trial),
    /// No value of this precision does: it is between these two neighbours.
    Between(Trial, Trial),
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// What was asked, as written.
    pub question: String,
    /// The scenario it is of.
    pub scenario: String,
    /// Name of what moves.
    pub target: String,
    /// How the question was understood: between which values, by which step.
    pub understood: String,
    /// What it is worth in the scenario, when it has one value.
    pub own: Option<String>,
    /// The goal, as read.
    pub goal: String,
    /// In order; empty when no value within the bounds reaches the goal.
    pub answers: Vec<Answer>,
    /// The trials whose measures are the lowest and the highest.
    pub extremes: (Trial, Trial),
    /// How many values were tried.
    pub trials: usize,
    /// How the sentence that keeps a value begins: `modifier inflation`.
    pub sentence: String,
    /// What to know.
    pub notes: Vec<String>,
}

/// At most so many points between two bounds.
const POINTS: i64 = 1_000_000_000;

impl Workspace {
    /// Looks for the value that reaches a goal. `tried` is told how many values were tried, before each.
    ///
    /// # Errors
    /// An unknown scenario, a goal that trials cannot be read for or on a month that does not move, bounds that nothing gives, a fault met
    /// while computing, a month that is not loaded.
    pub fn seek(
        &mut self,
        compiled: &Compiled,
        request: &SeekRequest,
        backend: &dyn Backend,
        tried: &mut dyn FnMut(usize),
    ) -> Result<Sought, RunError> {
        let found = run::find(compiled, &request.scenario).ok_or_else(|| unknown_scenario(compiled, &request.scenario))?;
        let sight = self.sight(compiled)?;
        seek(compiled, found, self.known(Some(found.observed))?, &sight, request, backend, tried)
    }
}

fn seek(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    sight: &Sight,
    request: &SeekRequest,
    backend: &dyn Backend,
    tried: &mut dyn FnMut(usize),
) -> Result<Sought, RunError> {
    let (scenario, program) = compiled.runs(scenario);
    let gauge = Gauge::of(&request.measure, program, scenario, request.span)?;
    if gauge.is_partial() && !sight.tells_agents() {
        return Err(sight.refusal("ce but porte sur une partie de l'établissement, qui peut n'avoir que quelques agents", request.span));
    }
    let unknown = || request.refused(Code::N01, "la valeur cherchée n'existe pas".to_owned(), "nommez une hypothèse".to_owned());
    let parameter = program.parameter(request.target).ok_or_else(unknown)?;
    let own = own_value(scenario, program, request);
    let grid = Grid::of(parameter, own.as_ref(), request)?;
    let (found, known) = measured(compiled, (scenario, program), cube, backend, (&gauge, request.span), |measure| {
        let mut count = 0;
        let mut gap = |point: i64| {
            tried(count);
            count += 1;
            let change = Change::Set(grid.value(point));
            let reached = measure(&[layer(program, scenario, request.target, change, request.span)])?;
            Ok::<Exact, RunError>(&reached - &request.goal)
        };
        let mut search = Search::new(&mut gap);
        let found = search.all(grid.low, grid.high)?;
        Ok((found, search.known()))
    })?;
    let trial = |point: i64| {
        let gap = known.get(&point).cloned().unwrap_or(Exact::ZERO);
        let (value, reached) = (grid.value(point), &request.goal + &gap);
        let sign = if gap.is_negative() || gap.is_zero() { "" } else { "+" };
        Trial {
            value_text: written::value(&value, parameter),
            reached_text: written::figure(&reached, &gauge.unit),
            gap_text: format!("{sign}{}", written::figure(&gap, &gauge.unit)),
            value,
            reached,
            gap,
        }
    };
    let answers = found
        .iter()
        .map(|f| match f {
            Found::Zero(a, b) => Answer::Exactly(trial(*a), trial(*b)),
            Found::Between(a, b) => Answer::Between(trial(*a), trial(*b)),
        })
        .collect();
    let (lowest, highest) = extremes(&known).unwrap_or((grid.low, grid.high));
    Ok(Sought {
        question: request.text.clone(),
        scenario: scenario.name.clone(),
        target: parameter.name.clone(),
        understood: format!(
            "{} de {} à {}, par pas de {} ; {}",
            parameter.name,
            written::value(&grid.value(grid.low), parameter),
            written::value(&grid.value(grid.high), parameter),
            written::value(&grid.step, parameter),
            grid.why
        ),
        own: own.map(|x| written::value(&x, parameter)),
        goal: written::figure(&request.goal, &gauge.unit),
        answers,
        extremes: (trial(lowest), trial(highest)),
        trials: known.len(),
        sentence: sentence(program, scenario, request.target),
        notes: notes(parameter),
    })
}

/// The points with the lowest and the highest gap; the first of equals.
fn extremes(known: &BTreeMap<i64, Exact>) -> Option<(i64, i64)> {
    let low = known.iter().min_by(|a, b| a.1.cmp(b.1))?;
    let high = known.iter().rev().max_by(|a, b| a.1.cmp(b.1))?;
    Some((*low.0, *high.0))
}

/// What the default of the parameter is worth in the first projected month of the scenario.
fn own_value(scenario: &Scenario, program: &Program, request: &SeekRequest) -> Option<Exact> {
    let (parameters, _) = run::parameters(scenario, program);
    parameters.lookup(request.target, scenario.constate.plus(1), None).map(|dated| dated.value.clone())
}

/// What a person must know of a value that moves.
pub(super) fn notes(parameter: &Parameter) -> Vec<String> {
    let mut out = Vec::new();
    if !parameter.hypothesis {
        out.push(format!("`{}` est une constante : toute autre valeur est une hypothèse hors textes en vigueur", parameter.name));
    }
    let exceptions = parameter.cases.iter().filter(|c| !c.selection.is_all()).count();
    if exceptions > 0 {
        out.push(format!("seule la valeur par défaut de `{}` bouge : {exceptions} exception(s) restent", parameter.name));
    }
    out
}

/// The values that may be tried.
struct Grid {
    step: Exact,
    low: i64,
    high: i64,
    /// Where the bounds come from.
    why: &'static str,
}

impl Grid {
    fn of(parameter: &Parameter, own: Option<&Exact>, request: &SeekRequest) -> Result<Grid, RunError> {
        let step = request.step.clone().unwrap_or_else(|| written::step(parameter));
        let (low, high, why) = match (&request.bounds, &parameter.bounds, own) {
            (Some((a, b)), ..) => (a.clone(), b.clone(), "bornes demandées"),
            (None, Some((a, b)), _) => (a.clone(), b.clone(), "bornes déclarées"),
            (None, None, Some(x)) if !x.is_zero() => {
                let twice = x + x;
                let (low, high) = if x.is_negative() { (twice, Exact::ZERO) } else { (Exact::ZERO, twice) };
                (low, high, "sans bornes déclarées, de 0 à deux fois la valeur en vigueur")
            }
            _ => {
                let why = format!("rien ne dit entre quelles bornes chercher `{}`", parameter.name);
                let help = "déclarez-les (`hypothèse … entre 0 % et 5 %`), ou donnez-les : `--entre 0 --et 5`";
                return Err(request.refused(Code::V02, why, help.to_owned()));
            }
        };
        let point = |x: &Exact| x.checked_div(&step);
        let bounds = point(&low).zip(point(&high)).and_then(|(a, b)| Some(((-(-a).floor()).to_int()?, b.floor().to_int()?)));
        match bounds {
            Some((low, high)) if low <= high && high.saturating_sub(low) <= POINTS => Ok(Grid { step, low, high, why }),
            Some((low, high)) if low > high => {
                let why = format!("aucun pas de {} ne tombe entre ces bornes", written::value(&step, parameter));
                Err(request.refused(Code::V21, why, "prenez un pas plus petit, ou des bornes plus larges".to_owned()))
            }
            _ => {
                let help = "prenez un pas plus grand, ou des bornes plus serrées".to_owned();
                Err(request.refused(Code::V21, "il y a trop de valeurs entre ces bornes".to_owned(), help))
            }
        }
    }

    fn value(&self, point: i64) -> Exact {
        &self.step * &Exact::from_int(point)
    }
}

/// How finely changes of direction are looked for, as a note says it.
pub(super) fn looked() -> String {
    format!("le sens de l'écart est regardé sur {INTERVALS} intervalles : deux solutions plus proches que cela peuvent échapper")
}
