//! Coûts moyens: what a full-time year costs, by cells from fine to coarse; a cell too small is not read (domain.md §D.2, 11).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_value::Exact;

/// What an agent cost in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Who.
    pub agent: Arc<str>,
    /// The cell, from coarse to fine: `catégorie`, `corps`, `grade`, `échelon`. An empty code ends it.
    pub cell: Vec<Arc<str>>,
    /// Full-time years paid.
    pub years: Exact,
    /// Euros.
    pub cost: Exact,
}

/// What is known of a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostCell {
    /// Who was seen in it.
    pub agents: BTreeSet<Arc<str>>,
    /// Full-time years paid.
    pub years: Exact,
    /// Euros.
    pub cost: Exact,
}

impl CostCell {
    /// Euros for a full-time year; `None` when nobody was paid.
    #[must_use]
    pub fn mean(&self) -> Option<Exact> {
        self.cost.checked_div(&self.years)
    }
}

/// All cells, of every depth. The empty cell is everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeanCosts {
    minimum: usize,
    cells: BTreeMap<Vec<Arc<str>>, CostCell>,
}

/// A price found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// How much of the cell asked for was kept: its length when it is itself, less when it was too small.
    pub depth: usize,
    /// How many agents it stands on.
    pub heads: usize,
    /// Euros for a full-time year.
    pub mean: Exact,
}

impl MeanCosts {
    /// Gathers what was observed; a cell of fewer agents than `minimum` is not read on its own.
    #[must_use]
    pub fn new(observations: &[Observation], minimum: usize) -> Self {
        let mut cells: BTreeMap<Vec<Arc<str>>, CostCell> = BTreeMap::new();
        for seen in observations {
            let known = seen.cell.iter().take_while(|c| !c.is_empty()).count();
            for depth in 0..=known {
                let cell = cells.entry(seen.cell.iter().take(depth).cloned().collect()).or_default();
                cell.agents.insert(seen.agent.clone());
                cell.years = &cell.years + &seen.years;
                cell.cost = &cell.cost + &seen.cost;
            }
        }
        MeanCosts { minimum: minimum.max(1), cells }
    }

    /// The cells, in order of their codes, those too small included.
    pub fn cells(&self) -> impl Iterator<Item = (&[Arc<str>], &CostCell)> {
        self.cells.iter().map(|(key, cell)| (key.as_slice(), cell))
    }

    /// Is the cell large enough to be read?
    #[must_use]
    pub fn is_read(&self, cell: &CostCell) -> bool {
        cell.agents.len() >= self.minimum && cell.mean().is_some()
    }

    /// The price of a cell: its own, or that of the finest cell around it that is large enough; never that of everybody. `None` when
    /// there is none.
    #[must_use]
    pub fn price(&self, cell: &[Arc<str>]) -> Option<Priced> {
        let known = cell.iter().take_while(|c| !c.is_empty()).count();
        (1..=known).rev().find_map(|depth| {
            let found = self.cells.get(cell.get(..depth)?).filter(|c| self.is_read(c))?;
            Some(Priced { depth, heads: found.agents.len(), mean: found.mean()? })
        })
    }
}
