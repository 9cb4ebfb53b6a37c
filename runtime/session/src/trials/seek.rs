//! `chercher`: the values of a hypothesis or a constant, the numbers or the dates of a movement, for which a measure reaches a goal.

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario, SweepKind};
use cadrage_engine::Backend;
use cadrage_value::Exact;

use super::gauge::Gauge;
use super::grid::Grid;
use super::ground::{Tried, measured};
use super::mover::Mover;
use super::request::SeekRequest;
use super::search::{Found, INTERVALS, Search};
use super::written;
use crate::confidentiality::Sight;
use crate::run::{self, RunError};
use crate::workspace::{Workspace, unknown_scenario};

/// A value that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The value: base units, or days since 1970.
    pub value: Exact,
    /// As written: `2,5 %`, `01/09/2027`.
    pub value_text: String,
    /// What the measure is then.
    pub reached: Exact,
    /// As read: `151 000 000,00 €`.
    pub reached_text: String,
    /// How far beyond the goal.
    pub gap: Exact,
    /// As read.
    pub gap_text: String,
    /// The sentences that keep it, in the order to write them: none for a movement of nobody.
    pub sentences: Vec<String>,
    /// What its movements came to.
    pub notes: Vec<String>,
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
    /// Name of what moves; `?` for a movement.
    pub target: String,
    /// Are its values days?
    pub dated: bool,
    /// How the question was understood: between which values, by which step.
    pub understood: String,
    /// What it is worth in the scenario, when it has one value.
    pub own: Option<String>,
    /// What becomes of the sentences of the scenario, for a movement.
    pub beside: Option<String>,
    /// The goal, as read.
    pub goal: String,
    /// What the measure is in the scenario as it is, when it was asked.
    pub as_it_is: Option<String>,
    /// In order; empty when no value within the bounds reaches the goal.
    pub answers: Vec<Answer>,
    /// The trials whose measures are the lowest and the highest.
    pub extremes: (Trial, Trial),
    /// How many values were tried.
    pub trials: usize,
    /// It was stopped: the answers are what was known then, and need not be neighbours.
    pub stopped: bool,
    /// What to know.
    pub notes: Vec<String>,
}

/// Why a search ends before its time.
enum Stop {
    Asked,
    Refused(RunError),
}

impl Workspace {
    /// Looks for the value that reaches a goal. `go_on` is told how many values were tried, before each; what is known is told when it says
    /// no, from the second value on.
    ///
    /// # Errors
    /// An unknown scenario, a goal that trials cannot be read for or on a month that does not move, bounds that nothing gives, a fault met
    /// while computing, a month that is not loaded, a goal or a movement that would tell somebody's pay to who may not see it.
    pub fn seek(
        &mut self,
        compiled: &Compiled,
        request: &SeekRequest,
        backend: &dyn Backend,
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Sought, RunError> {
        let found = run::find(compiled, &request.scenario).ok_or_else(|| unknown_scenario(compiled, &request.scenario))?;
        let sight = self.sight(compiled)?;
        seek(compiled, found, self.known(Some(found.observed))?, &sight, request, backend, go_on)
    }
}

fn seek(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    sight: &Sight,
    request: &SeekRequest,
    backend: &dyn Backend,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Sought, RunError> {
    let (scenario, program) = compiled.runs(scenario);
    let gauge = Gauge::of(&request.measure, None, program, scenario, request.span)?;
    if gauge.is_partial() && !sight.tells_agents() {
        return Err(sight.refusal("ce but porte sur une partie de l'établissement, qui peut n'avoir que quelques agents", request.span));
    }
    let mover = Mover::of(&request.target, SweepKind::Set, compiled, (scenario, program), request.span)?;
    mover.needs_sight(sight)?;
    let grid = Grid::of(&mover, scenario, request.bounds.as_ref(), request.pace.as_ref(), request.span)?;
    let gauges = [gauge];
    let asked = (gauges.as_slice(), mover.people_move(), request.span);
    let mut notes: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let (as_it_is, goal, found, known) = measured(compiled, (scenario, program), cube, backend, asked, |give| {
        let mut one = |tried: &Tried| {
            let given = give(tried)?;
            Ok::<_, RunError>((given.figures.into_iter().next().unwrap_or(Exact::ZERO), given.notes))
        };
        // As it is: what movements come to is told beside what is said without them.
        let as_it_is = if request.goal.is_none() || mover.people_move() { Some(one(&Tried::default())?.0) } else { None };
        let goal = request.goal.clone().or_else(|| as_it_is.clone()).unwrap_or(Exact::ZERO);
        let mut count = 0;
        let mut gap = |point: i64| {
            if !go_on(count) && count > 0 {
                return Err(Stop::Asked);
            }
            count += 1;
            let mut tried = Tried::default();
            mover.lay(&grid.value(point), &mut tried);
            let (reached, told) = one(&tried).map_err(Stop::Refused)?;
            notes.insert(point, told);
            Ok(&reached - &goal)
        };
        let mut search = Search::new(&mut gap);
        let found = match search.all(grid.low, grid.high) {
            Ok(found) => Some(found),
            Err(Stop::Asked) => None,
            Err(Stop::Refused(why)) => return Err(why),
        };
        let known = search.known();
        Ok((as_it_is, goal, found, known))
    })?;
    let unit = gauges.first().map(|g| g.unit.clone()).unwrap_or_default();
    let trial = |point: i64| {
        let gap = known.get(&point).cloned().unwrap_or(Exact::ZERO);
        let (value, reached) = (grid.value(point), &goal + &gap);
        let sign = if gap.is_negative() || gap.is_zero() { "" } else { "+" };
        Trial {
            value_text: mover.written(&value),
            reached_text: written::figure(&reached, &unit),
            gap_text: format!("{sign}{}", written::figure(&gap, &unit)),
            sentences: mover.sentences(&value),
            notes: notes.get(&point).cloned().unwrap_or_default(),
            value,
            reached,
            gap,
        }
    };
    let stopped = found.is_none();
    let answers = found.unwrap_or_else(|| so_far(&known)).into_iter().map(|f| match f {
        Found::Zero(a, b) => Answer::Exactly(trial(a), trial(b)),
        Found::Between(a, b) => Answer::Between(trial(a), trial(b)),
    });
    let (lowest, highest) = extremes(&known).unwrap_or((grid.low, grid.high));
    let kept = if request.goal.is_none() { format!(", ce que donne `{}`", scenario.name) } else { String::new() };
    Ok(Sought {
        question: request.text.clone(),
        scenario: scenario.name.clone(),
        target: mover.name(),
        dated: mover.movement().is_some_and(|(m, _)| m.is_dated()),
        understood: grid.described(&mover),
        own: mover.own().map(|x| mover.written(&x)),
        beside: mover.beside(),
        goal: format!("{}{kept}", written::figure(&goal, &unit)),
        as_it_is: as_it_is.map(|x| written::figure(&x, &unit)),
        answers: answers.collect(),
        extremes: (trial(lowest), trial(highest)),
        trials: known.len(),
        stopped,
        notes: mover.notes(),
    })
}

/// The points with the lowest and the highest gap; the first of equals.
fn extremes(known: &BTreeMap<i64, Exact>) -> Option<(i64, i64)> {
    let low = known.iter().min_by(|a, b| a.1.cmp(b.1))?;
    let high = known.iter().rev().max_by(|a, b| a.1.cmp(b.1))?;
    Some((*low.0, *high.0))
}

/// What is known of a search that was stopped: the values that reach the goal, else the narrowest of the frames.
fn so_far(known: &BTreeMap<i64, Exact>) -> Vec<Found> {
    let zeros: Vec<Found> = known.iter().filter(|(_, gap)| gap.is_zero()).map(|(k, _)| Found::Zero(*k, *k)).collect();
    if !zeros.is_empty() {
        return zeros;
    }
    let pairs = known.iter().zip(known.iter().skip(1));
    let frames = pairs.filter(|((_, a), (_, b))| a.is_negative() != b.is_negative());
    let best = frames.min_by_key(|((a, _), (b, _))| **b - **a);
    best.map(|((a, _), (b, _))| Found::Between(*a, *b)).into_iter().collect()
}

/// How finely changes of direction are looked for, as a note says it.
pub(super) fn looked() -> String {
    format!("le sens de l'écart est regardé sur {INTERVALS} intervalles : deux solutions plus proches que cela peuvent échapper")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stopped_search_knows() {
        let known = |list: &[(i64, i64)]| list.iter().map(|(k, gap)| (*k, Exact::from_int(*gap))).collect::<BTreeMap<_, _>>();
        assert_eq!(so_far(&known(&[(0, -5), (10, -1), (14, 2), (40, -3), (42, 1)])), [Found::Between(40, 42)]);
        assert_eq!(so_far(&known(&[(0, -5), (10, 0), (14, 2)])), [Found::Zero(10, 10)]);
        assert!(so_far(&known(&[(0, -5), (10, -1)])).is_empty());
    }
}
