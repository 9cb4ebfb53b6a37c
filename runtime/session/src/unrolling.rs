//! The careers of a scenario: what the constaté says, the grids, and its movements settled person by person.

use std::collections::BTreeMap;

use cadrage_careers::{AgentCareer, Careers, Forecast, Grids, Input, Movement, Situation, resolve};
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_source::Code;
use cadrage_value::Month;

use crate::alerts::Alert;
use crate::attributes::Coder;
use crate::keys::KeyBook;
use crate::movements::{self, Selector};
use crate::representatives::{self, representatives};
use crate::run::RunError;
use crate::{careers, findings};

/// What the constaté says of people: the same for all the scenarios that stand on it.
pub(crate) struct Past {
    situations: BTreeMap<Month, Vec<Situation>>,
    forecasts: Vec<Forecast>,
    last: Month,
    /// Last month whose automatic échelons are announced.
    horizon: Month,
}

impl Past {
    /// Of everybody, or of one agent when he is named.
    pub(crate) fn new(cube: &Cube, last: Month, only: Option<&str>) -> Past {
        // The SIRH announces automatic échelons to the end of the exercice at least (interfaces.md §4).
        let announced = cube.months.get(&last).is_some_and(|facts| !facts.forecasts.is_empty());
        Past {
            situations: careers::situations(cube, last, only),
            forecasts: careers::forecasts(cube, last, only),
            last,
            horizon: if announced { last.december() } else { last },
        }
    }
}

/// What a scenario makes of careers: its grids, and its movements settled person by person.
pub(crate) struct Settled {
    pub(crate) grids: Grids,
    pub(crate) movements: Vec<Movement>,
    /// What is told of the movements.
    told: Vec<Alert>,
    until: Month,
}

impl Settled {
    /// Settles whom each sentence is about. Refuses a post whose grade nothing says.
    pub(crate) fn of<'a>(
        compiled: &Compiled,
        scenario: &Scenario,
        cube: &'a Cube,
        past: &Past,
        (keys, coder): (&KeyBook<'a>, &mut Coder<'a>),
    ) -> Result<Settled, RunError> {
        let mut out = Settled::without_movements(compiled, scenario, cube);
        if scenario.movements.is_empty() {
            return Ok(out);
        }
        let posts = representatives(compiled, scenario, cube, &out.grids, coder)?;
        let orders = movements::orders(scenario, &posts, &cube.references);
        let resolved = resolve(&out.input(past), &orders, &mut Selector::new(&scenario.movements, keys, coder));
        out.told = representatives::alerts(scenario, &posts).chain(findings::alerts(scenario, &resolved.findings)).collect();
        out.movements = resolved.movements;
        Ok(out)
    }

    fn without_movements(compiled: &Compiled, scenario: &Scenario, cube: &Cube) -> Settled {
        let grids = crate::grids::grids(&compiled.model, scenario, &cube.references);
        Settled { grids, movements: Vec::new(), told: Vec::new(), until: scenario.until }
    }

    /// What careers are unrolled from.
    pub(crate) fn input<'i>(&'i self, past: &'i Past) -> Input<'i> {
        Input {
            constate: &past.situations,
            forecasts: &past.forecasts,
            last_constate: past.last,
            until: self.until,
            forecast_horizon: past.horizon,
            grids: &self.grids,
            movements: &self.movements,
        }
    }
}

/// The careers of a scenario, and what its movements came to. Refuses a post whose grade nothing says.
pub(crate) fn unroll<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    keys: &KeyBook<'a>,
    coder: &mut Coder<'a>,
) -> Result<(Careers, Vec<Alert>), RunError> {
    let past = Past::new(cube, scenario.constate, None);
    let settled = Settled::of(compiled, scenario, cube, &past, (keys, coder))?;
    Ok((cadrage_careers::unroll(&settled.input(&past)), settled.told))
}

/// The career of one agent, or of one post that the scenario opens, with what is told of its grade. Where movements choose among
/// everybody, all of them are settled.
pub(crate) fn career_of<'a>(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &'a Cube,
    coder: &mut Coder<'a>,
    matricule: &str,
) -> Result<Option<(AgentCareer, Vec<Alert>)>, RunError> {
    let moving = !scenario.movements.is_empty();
    let past = Past::new(cube, scenario.constate, (!moving).then_some(matricule));
    let settled = if moving {
        let keys = KeyBook::new(cube, scenario.constate);
        Settled::of(compiled, scenario, cube, &past, (&keys, coder))?
    } else {
        Settled::without_movements(compiled, scenario, cube)
    };
    let unrolled = cadrage_careers::unroll_among(&settled.input(&past), &[matricule.to_owned()].into());
    // What is told of the movement that opened his post.
    let mut told = settled.told;
    told.retain(|alert| {
        alert.code == Code::M11.name() && post_of(matricule).is_some_and(|id| alert.message.starts_with(&format!("{id} : ")))
    });
    let Some(found) = unrolled.agents.into_iter().next() else { return Ok(None) };
    let unknown = crate::grids::unknown_indices(&unrolled.notes, &compiled.model, &cube.references);
    if unknown.is_empty() { Ok(Some((found, told))) } else { Err(RunError::Diagnostics(unknown)) }
}

/// The movement that opened a post: `M003` of `M003/1`.
fn post_of(matricule: &str) -> Option<&str> {
    matricule.split_once('/').map(|(id, _)| id)
}
