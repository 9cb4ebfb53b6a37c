//! Why a figure moved (decision 0170): the difference between two scenarios, two exercices or two constatés, effect by effect, with a sum
//! that is exact. The way from one to the other has three legs, each left out when there is nothing to walk:
//!
//! 1. the exercice: the first scenario, from its exercice to the second's, year by year ([`cascade`]);
//! 2. the constaté: the same sentences on what is known by the second ([`cascade`] again, same months);
//! 3. the declarations: from the sentences of the first to those of the second ([`replay`], [`declarations`]).
//!
//! Another measure than the masse salariale walks the same legs with whole runs, told by declaration and by who is there ([`measure`],
//! [`jobs`]).

mod cascade;
mod declarations;
mod document;
mod effects;
mod end;
mod jobs;
mod kinds;
mod measure;
mod members;
mod new_year;
mod prices;
mod reading;
mod replay;
mod request;
mod tally;
mod volumes;
mod way;

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Backend;
use cadrage_ir::{AttributeId, Program};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::Exact;

use crate::clock::Phases;
use crate::run::RunError;
use measure::MeasureWay;
use way::{Way, january, last_month};

pub use document::comparison_document;
pub use request::{ComparedMeasure, ComparisonRequest, DeclaredComparison, declared_comparisons};

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
    /// In the unit of the measure, exact.
    pub amount: Exact,
    /// The same by agent, where it is known agent by agent; of what is declared, only when details are asked for.
    pub agents: BTreeMap<String, Exact>,
    /// What it is made of, constant by constant, when details are asked for: their sum is the amount. Empty when it is of one piece.
    pub parts: Vec<EffectPart>,
    /// The same by member of the level asked for; empty when none is.
    pub members: BTreeMap<String, Exact>,
    /// `fichier:ligne` of the declaration it is of.
    pub place: Option<String>,
}

/// What one constant or one scale makes of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectPart {
    /// Its label and its name.
    pub label: String,
    /// In the unit of the measure, exact.
    pub amount: Exact,
}

/// A comparison of a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The reference: scenario and exercice.
    pub from: (String, i32),
    /// What is compared with it.
    pub to: (String, i32),
    /// What is compared: `masse_salariale`, unless another measure is.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// How many decimals people read it with.
    pub decimals: u32,
    /// The measure in the reference.
    pub start: Exact,
    /// The measure in the other.
    pub end: Exact,
    /// The level asked for, and the measure at both ends by member of it.
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
    /// The measure in the reference.
    pub start: Exact,
    /// The measure in the other.
    pub end: Exact,
}

impl Comparison {
    /// What is compared, as people read it: `Masse salariale, en euros`, `etpt, en ETPT`.
    #[must_use]
    pub fn subject(&self) -> String {
        if self.measure == PAYROLL { "Masse salariale, en euros".to_owned() } else { format!("{}, en {}", self.measure, self.unit) }
    }

    /// `end - start`.
    #[must_use]
    pub fn difference(&self) -> Exact {
        &self.end - &self.start
    }

    /// What no effect explains: always 0, and printed.
    #[must_use]
    pub fn residual(&self) -> Exact {
        let explained: Exact = self.effects.iter().map(|e| e.amount.clone()).sum();
        &self.difference() - &explained
    }
}

/// The measure that is explained price by price.
const PAYROLL: &str = "masse_salariale";

/// How a comparison is told.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// By member of this level, for the masse salariale.
    pub(crate) level: Option<(&'static str, AttributeId)>,
    /// Another measure than the masse salariale.
    pub(crate) measure: Option<&'a ComparedMeasure>,
    /// Constant by constant, and agent by agent for what is declared.
    pub(crate) details: bool,
}

/// Compares `to` with `from`.
pub(crate) fn compare(
    compiled: &Compiled,
    (from, to): (Side<'_>, Side<'_>),
    asked: Asked<'_>,
    backend: &dyn Backend,
    phases: &mut Phases,
) -> Result<Comparison, RunError> {
    for side in [from, to] {
        whole(side)?;
    }
    // Back in time is the other way round: what comes in is what goes out.
    if to.year < from.year {
        return Ok(compare(compiled, (to, from), asked, backend, phases)?.reversed());
    }
    match asked.measure {
        Some(measure) => MeasureWay::between(compiled, (from, to), measure, backend, phases).walk(),
        None => Way::between(compiled, (from, to), asked, backend, phases).walk(),
    }
}

impl Comparison {
    /// The same seen from the other side.
    fn reversed(mut self) -> Comparison {
        std::mem::swap(&mut self.from, &mut self.to);
        std::mem::swap(&mut self.start, &mut self.end);
        for effect in &mut self.effects {
            let parts = effect.parts.iter_mut().map(|p| &mut p.amount);
            let all = effect.agents.values_mut().chain(effect.members.values_mut()).chain(parts).chain([&mut effect.amount]);
            all.for_each(|x| *x = -x.clone());
        }
        for member in self.level.iter_mut().flat_map(|l| &mut l.members) {
            std::mem::swap(&mut member.start, &mut member.end);
        }
        self
    }
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
