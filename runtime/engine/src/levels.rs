//! Values that many rows make together: what is gathered by level, month and member, and each agent's part of what is shared.
//!
//! The session fills it stratum by stratum (see [`crate::strata`]); kernels read it. Every member of a level that any row has
//! gets a row of its own, on which formulas of the level are evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_ir::{AggregateId, AttributeId, DistributionId, FormulaId, Gathering, OverMonths, Program};
use cadrage_value::{Exact, Month, split_largest};

use crate::{Row, Value};

/// A member of a level; the whole institution is the empty code.
pub type Member = Arc<str>;

/// What a row brings to the cell of its member.
#[derive(Clone, Copy, Debug)]
pub struct Contribution<'a> {
    /// When.
    pub month: Month,
    /// Whose cell.
    pub member: &'a Member,
    /// Whom [`Gathering::Heads`] counts.
    pub agent: &'a Arc<str>,
    /// The value gathered.
    pub value: &'a Value,
    /// The weight of a mean.
    pub weight: Option<&'a Value>,
}

/// One cell being gathered.
#[derive(Clone, Debug, Default)]
struct Cell {
    /// Σ value, or Σ value × weight.
    sum: Exact,
    /// Σ weight.
    weight: Exact,
    /// Distinct agents.
    heads: BTreeSet<Arc<str>>,
    /// At least one row had a value.
    known: bool,
    /// Rows whose value is missing.
    missing: usize,
}

/// What was gathered and shared so far.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    cells: BTreeMap<(AggregateId, Month), BTreeMap<Member, Cell>>,
    members: BTreeMap<Option<AttributeId>, BTreeMap<Member, Row>>,
    parts: BTreeMap<(DistributionId, Month), BTreeMap<Arc<str>, Exact>>,
    formulas: BTreeMap<(FormulaId, Month), BTreeMap<Member, Value>>,
}

impl Levels {
    /// Adds what a row contributes to an aggregate.
    pub fn add(&mut self, id: AggregateId, gathering: Gathering, row: Contribution<'_>) {
        let Contribution { month, member, agent, value, weight } = row;
        let cell = self.cells.entry((id, month)).or_default().entry(Arc::clone(member)).or_default();
        match (gathering, value, weight) {
            (_, Value::Missing, _) | (Gathering::Mean { weight: Some(_), .. }, _, Some(Value::Missing)) => cell.missing += 1,
            (Gathering::Sum(_), Value::Known(x), _) => {
                cell.sum = &cell.sum + x;
                cell.known = true;
            }
            (Gathering::Heads(_), Value::Known(x), _) if !x.is_zero() => {
                cell.heads.insert(Arc::clone(agent));
            }
            (Gathering::Mean { weight: None, .. }, Value::Known(x), _) => {
                cell.sum = &cell.sum + x;
                cell.weight = &cell.weight + &Exact::ONE;
            }
            (Gathering::Mean { .. }, Value::Known(x), Some(Value::Known(w))) => {
                cell.sum = &cell.sum + &(x * w);
                cell.weight = &cell.weight + w;
            }
            _ => {}
        }
    }

    /// Makes a member known to its level; the first row given stands.
    pub fn member(&mut self, level: Option<AttributeId>, member: &Member, row: impl FnOnce() -> Row) {
        let known = self.members.entry(level).or_default();
        if !known.contains_key(member) {
            known.insert(Arc::clone(member), row());
        }
    }

    /// Members of a level, in order of code.
    pub fn members(&self, level: Option<AttributeId>) -> impl Iterator<Item = (&Member, &Row)> {
        self.members.get(&level).into_iter().flatten()
    }

    /// The row of a member.
    #[must_use]
    pub fn row(&self, level: Option<AttributeId>, member: &str) -> Option<&Row> {
        self.members.get(&level)?.get(member)
    }

    /// The value of an aggregate. Where no row is, a sum is 0 and a mean is « sans objet ».
    #[must_use]
    pub fn aggregate(&self, program: &Program, id: AggregateId, month: Month, member: &str) -> Value {
        let Some(aggregate) = program.aggregates.get(id.index()) else { return Value::Missing };
        let empty = Cell::default();
        let cell = self.cells.get(&(id, month)).and_then(|c| c.get(member)).unwrap_or(&empty);
        match aggregate.gathering {
            Gathering::Sum(_) => Value::Known(cell.sum.clone()),
            Gathering::Heads(_) => Value::Known(Exact::from_int(i64::try_from(cell.heads.len()).unwrap_or(i64::MAX))),
            Gathering::Mean { .. } => cell.sum.checked_div(&cell.weight).map_or(Value::NotApplicable, Value::Known),
        }
    }

    /// The value of an aggregate over the months of a period, by its own rule.
    #[must_use]
    pub fn aggregate_over(&self, program: &Program, id: AggregateId, months: &[Month], member: &str) -> Value {
        let Some(aggregate) = program.aggregates.get(id.index()) else { return Value::Missing };
        if let Gathering::Mean { .. } = aggregate.gathering {
            let cells: Vec<&Cell> = months.iter().filter_map(|m| self.cells.get(&(id, *m))?.get(member)).collect();
            let (sum, weight) = (cells.iter().map(|c| c.sum.clone()).sum::<Exact>(), cells.iter().map(|c| c.weight.clone()).sum());
            return sum.checked_div(&weight).map_or(Value::NotApplicable, Value::Known);
        }
        let values: Vec<Exact> = months.iter().filter_map(|m| self.aggregate(program, id, *m, member).or_zero()).collect();
        let count = i64::try_from(values.len()).unwrap_or(1).max(1);
        match aggregate.over {
            OverMonths::Sum => Value::Known(values.into_iter().sum()),
            OverMonths::Mean => Value::Known(&values.into_iter().sum::<Exact>() / &Exact::from_int(count)),
            OverMonths::Last => values.into_iter().next_back().map_or(Value::NotApplicable, Value::Known),
        }
    }

    /// The members that rows contributed to, over the months of a period, in order of code.
    #[must_use]
    pub fn contributed(&self, id: AggregateId, months: &[Month]) -> BTreeSet<Member> {
        months.iter().filter_map(|m| self.cells.get(&(id, *m))).flat_map(|cells| cells.keys().cloned()).collect()
    }

    /// Rows of a member without their value, over the months of a period.
    #[must_use]
    pub fn missing_in(&self, id: AggregateId, months: &[Month], member: &str) -> usize {
        months.iter().filter_map(|m| self.cells.get(&(id, *m))?.get(member)).map(|c| c.missing).sum()
    }

    /// The distinct agents of a member that [`Gathering::Heads`] counted, over the months of a period.
    #[must_use]
    pub fn heads(&self, id: AggregateId, months: &[Month], member: &str) -> BTreeSet<Arc<str>> {
        months.iter().filter_map(|m| self.cells.get(&(id, *m))?.get(member)).flat_map(|c| c.heads.iter().cloned()).collect()
    }

    /// Rows without their value in an aggregate, over all months and members.
    #[must_use]
    pub fn missing(&self, id: AggregateId) -> usize {
        self.cells.range((id, Month::MIN)..=(id, Month::MAX)).flat_map(|(_, cells)| cells.values()).map(|c| c.missing).sum()
    }

    /// The value of a formula of a level, once computed.
    #[must_use]
    pub fn formula(&self, id: FormulaId, month: Month, member: &str) -> Option<&Value> {
        self.formulas.get(&(id, month))?.get(member)
    }

    /// Keeps the value of a formula of a level.
    pub fn keep(&mut self, id: FormulaId, month: Month, member: &Member, value: Value) {
        self.formulas.entry((id, month)).or_default().insert(Arc::clone(member), value);
    }

    /// What an agent gets of a shared amount; « sans objet » where nothing was shared with him.
    #[must_use]
    pub fn part(&self, id: DistributionId, month: Month, agent: &str) -> Value {
        self.parts.get(&(id, month)).and_then(|p| p.get(agent)).map_or(Value::NotApplicable, |x| Value::Known(x.clone()))
    }

    /// Shares an amount between the agents of a member, in proportion to their weights; ties go to the smallest matricule. Nobody
    /// with a weight: nothing is shared.
    pub fn share(&mut self, id: DistributionId, month: Month, amount: &Exact, weights: &[(Arc<str>, Exact)], cents: bool) {
        let total: Exact = weights.iter().map(|(_, w)| w.clone()).sum();
        if total.is_zero() {
            return;
        }
        let shares: Vec<Exact> = weights.iter().map(|(_, w)| w.clone()).collect();
        let parts = if cents { split_largest(amount, &shares, 2) } else { shares.iter().map(|w| &(amount * w) / &total).collect() };
        let slot = self.parts.entry((id, month)).or_default();
        for ((agent, _), part) in weights.iter().zip(parts) {
            slot.insert(Arc::clone(agent), part);
        }
    }
}
