//! Why a figure moved (decision 0170): the difference between two scenarios, two exercices or two constatés, effect by effect, with a sum
//! that is exact. The way from one to the other has three legs, each left out when there is nothing to walk:
//!
//! 1. the exercice: the first scenario, from its exercice to the second's, year by year ([`cascade`]);
//! 2. the constaté: the same sentences on what is known by the second ([`cascade`] again, same months);
//! 3. the declarations: from the sentences of the first to those of the second ([`replay`]).

mod cascade;
mod document;
mod effects;
mod end;
mod kinds;
mod members;
mod prices;
mod replay;
mod request;
mod way;

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Backend;
use cadrage_ir::{AttributeId, Program};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Exact, Money};

use crate::clock::Phases;
use crate::run::RunError;
use way::{Way, january, last_month};

pub use document::comparison_document;
pub use request::{ComparisonRequest, DeclaredComparison, declared_comparisons};

/// A scenario over an exercice, as a comparison names it.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) program: &'a Program,
    pub(crate) cube: &'a Cube,
    pub(crate) year: i32,
}

/// Which part of the way an effect is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leg {
    /// From one exercice to the other.
    Year,
    /// From one constaté to the other.
    Known,
    /// From the declarations of one scenario to those of the other.
    Declared,
}

/// An effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Part of the way.
    pub leg: Leg,
    /// Rank in the waterfall (domain.md §B.5).
    pub rank: u32,
    /// For programs, unaccented.
    pub key: String,
    /// What `décomposé en …` counts it in: one of [`cadrage_driver::EFFECTS`], or `autres`.
    pub family: &'static str,
    /// For people.
    pub label: String,
    /// Euros, exact.
    pub amount: Exact,
    /// The same by agent, where it is known agent by agent.
    pub agents: BTreeMap<String, Exact>,
    /// The same by member of the level asked for; empty when none is.
    pub members: BTreeMap<String, Exact>,
    /// `fichier:ligne` of the declaration it is of.
    pub place: Option<String>,
}

/// A comparison of the masse salariale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The reference: scenario and exercice.
    pub from: (String, i32),
    /// What is compared with it.
    pub to: (String, i32),
    /// Masse salariale of the reference.
    pub start: Money,
    /// Masse salariale of the other.
    pub end: Money,
    /// The level asked for, and both masses salariales by member of it.
    pub level: Option<ComparedLevel>,
    /// In the order they are printed; they sum to the difference with the residual.
    pub effects: Vec<Effect>,
    /// What to know of the two.
    pub notes: Vec<String>,
}

/// A level that a comparison is told by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedLevel {
    /// `composante`.
    pub name: String,
    /// In order of code.
    pub members: Vec<ComparedMember>,
}

/// A member of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedMember {
    /// Its code, `?` for what has none.
    pub code: String,
    /// Its label, or its code.
    pub label: String,
    /// Masse salariale of the reference.
    pub start: Money,
    /// Masse salariale of the other.
    pub end: Money,
}

impl Comparison {
    /// `end - start`.
    #[must_use]
    pub fn difference(&self) -> Money {
        self.end - self.start
    }

    /// What no effect explains: always 0, and printed.
    #[must_use]
    pub fn residual(&self) -> Exact {
        let explained: Exact = self.effects.iter().map(|e| e.amount.clone()).sum();
        &self.difference().to_exact() - &explained
    }
}

/// Compares `to` with `from`.
pub(crate) fn compare(
    compiled: &Compiled,
    (from, to): (Side<'_>, Side<'_>),
    level: Option<(&'static str, AttributeId)>,
    backend: &dyn Backend,
    phases: &mut Phases,
) -> Result<Comparison, RunError> {
    for side in [from, to] {
        whole(side)?;
    }
    // Back in time is the other way round: what comes in is what goes out.
    if to.year < from.year {
        let mut back = compare(compiled, (to, from), level, backend, phases)?;
        std::mem::swap(&mut back.from, &mut back.to);
        std::mem::swap(&mut back.start, &mut back.end);
        for effect in &mut back.effects {
            effect.amount = -effect.amount.clone();
            effect.agents.values_mut().chain(effect.members.values_mut()).for_each(|x| *x = -x.clone());
        }
        for member in back.level.iter_mut().flat_map(|l| &mut l.members) {
            std::mem::swap(&mut member.start, &mut member.end);
        }
        return Ok(back);
    }
    Way::between(compiled, (from, to), level, backend, phases).walk()
}

/// An exercice of which months are missing cannot be compared with a whole one.
fn whole(side: Side<'_>) -> Result<(), RunError> {
    let (scenario, year) = (side.scenario, side.year);
    let first = side.cube.months.keys().next().copied().unwrap_or(scenario.constate);
    if first <= january(year) && scenario.until >= last_month(year) {
        return Ok(());
    }
    let message = format!(
        "`{}` n'a pas tout l'exercice {year} : ses mois vont de {} à {}",
        scenario.name,
        first.to_french(),
        scenario.until.to_french()
    );
    let help = if first > january(year) {
        format!("importez les livraisons à partir de {}, ou comparez un autre exercice (`--exercice`)", january(year).to_french())
    } else {
        format!("écrivez `projeter jusqu'à {}`, ou comparez un autre exercice (`--exercice`)", last_month(year).to_french())
    };
    Err(RunError::Diagnostics(vec![Diagnostic::new(Code::T06, message, scenario.span).help(help)]))
}
