//! People in columns: what kernels read block by block, where an [`AgentFrame`] is what one agent reads.
//!
//! Agents are grouped by how many situations a month of theirs has at most, so that those who have one (nearly all) cost one. Slot 0 is
//! always the month's last situation; the others follow in order. A number that has no common denominator with the rest of its
//! column leaves its agent apart, as a frame.

mod build;
mod frame;
mod plane;
mod profiles;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_ir::FormulaId;
use cadrage_value::{Exact, Month};

use crate::{AgentFrame, Row};

pub use build::{CohortBuilder, SteadyCodes, SteadyColumns, SteadyNumbers};
pub use plane::{ABSENT, Numbers, Plane};
pub use profiles::{Profiles, Read};

/// People over the same months.
#[derive(Clone, Debug, Default)]
pub struct Cohort {
    /// Each month, and whether its pay is known.
    months: Vec<(Month, bool)>,
    /// By agent.
    matricules: Vec<Arc<str>>,
    groups: Vec<Group>,
    /// Where each agent is: group and position, or apart.
    places: Vec<Option<(u32, u32)>>,
    /// Agents whose numbers do not fit in columns.
    apart: BTreeMap<usize, AgentFrame>,
    /// The codes of each attribute; the first is the empty one.
    dictionaries: Vec<Vec<Arc<str>>>,
    /// See [`AgentFrame::end_row`]; may be shorter than the agents.
    end_rows: Vec<Option<Row>>,
}

/// Agents with the same number of situation slots.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Situations that a month has at most.
    pub slots: usize,
    /// The agents, by their position in the cohort.
    pub agents: Vec<u32>,
    /// By [`cadrage_ir::ColumnId`]; `None` where no row has the number.
    pub numbers: Vec<Option<Numbers>>,
    /// By [`cadrage_ir::AttributeId`], positions in the dictionary; `None` where no row has a code.
    pub codes: Vec<Option<Plane<u32>>>,
    /// How many situations each agent has in each month.
    pub situations: Option<Plane<u8>>,
    /// Paid by rubrique, in cents, [`ABSENT`] where nothing was: by month; an empty month has nothing.
    pub observed: BTreeMap<String, Vec<Vec<i64>>>,
    /// Paid by rubrique in the last paid month, in cents.
    pub last_paid: BTreeMap<String, Vec<i64>>,
    /// Formulas whose value is supplied, by agent of the group.
    pub supplied: BTreeMap<u32, BTreeMap<FormulaId, Exact>>,
}

impl Cohort {
    /// How many agents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.matricules.len()
    }

    /// Nobody?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.matricules.is_empty()
    }

    /// Each month, and whether its pay is known.
    #[must_use]
    pub fn months(&self) -> &[(Month, bool)] {
        &self.months
    }

    /// Position of a month.
    #[must_use]
    pub fn position(&self, month: Month) -> Option<usize> {
        let first = self.months.first()?.0;
        usize::try_from(first.until(month)).ok().filter(|k| *k < self.months.len())
    }

    /// The matricule of an agent.
    #[must_use]
    pub fn matricule(&self, agent: usize) -> Option<&Arc<str>> {
        self.matricules.get(agent)
    }

    /// The columns.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Agents kept apart, as frames.
    #[must_use]
    pub fn apart(&self) -> &BTreeMap<usize, AgentFrame> {
        &self.apart
    }

    /// The codes of an attribute by position; the first is the empty one.
    #[must_use]
    pub fn dictionary(&self, attribute: cadrage_ir::AttributeId) -> &[Arc<str>] {
        self.dictionaries.get(attribute.index()).map_or(&[], Vec::as_slice)
    }

    /// The group of an agent and his position in it; `None` for those apart.
    #[must_use]
    pub fn place(&self, agent: usize) -> Option<(&Group, usize)> {
        let (group, position) = (*self.places.get(agent)?)?;
        Some((self.groups.get(group as usize)?, position as usize))
    }
}

/// The slot of a situation among `count`.
#[must_use]
pub fn slot_of(situation: usize, count: usize) -> usize {
    if situation + 1 == count { 0 } else { situation + 1 }
}
