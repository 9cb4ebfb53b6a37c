//! A block's months as columns.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use cadrage_codegen::{Form, STRIDE, Written, whole};
use cadrage_engine::{AgentValues, Column, Columns, Group, Loose, Tag};
use cadrage_value::least_common_multiple;

use crate::blocks::Block;
use crate::run::Sink;
use crate::unit::Unit;

/// The columns that a value was written in.
pub(crate) struct Read<'a> {
    numerators: &'a [u64],
    form: Form,
    divisors: Option<&'a [u64]>,
    not_applicable: Option<&'a [u64]>,
    pub(crate) missing: Option<&'a [u64]>,
}

impl<'a> Read<'a> {
    pub(crate) fn of(written: &Written, scratch: &'a [u64], first: usize, count: usize) -> Self {
        let column = |k: usize| scratch.get(k * STRIDE + first..k * STRIDE + first + count).unwrap_or(&[]);
        let [not_applicable, missing, ..] = written.tags;
        Read {
            numerators: written.numerator.map_or(&[], column),
            form: written.form,
            divisors: written.divisor.map(column),
            not_applicable: not_applicable.map(column),
            missing: missing.map(column),
        }
    }

    pub(crate) fn numerator(&self, row: usize) -> i64 {
        let cell = self.numerators.get(row).copied().unwrap_or(0);
        match self.form {
            Form::Floating => whole(cell),
            Form::Whole => cell.cast_signed(),
        }
    }

    pub(crate) fn divisor(&self, row: usize) -> Option<i64> {
        self.divisors?.get(row).map(|d| d.cast_signed())
    }

    pub(crate) fn tag(&self, row: usize) -> Tag {
        let set = |column: Option<&[u64]>| column.and_then(|c| c.get(row)).is_some_and(|c| *c != 0);
        if set(self.missing) {
            Tag::Missing
        } else if set(self.not_applicable) {
            Tag::NotApplicable
        } else {
            Tag::Known
        }
    }
}

/// A block's values of every root for every month asked.
pub(crate) struct Columned {
    unit: Arc<Unit>,
    months: Range<usize>,
    first: usize,
    /// By month asked then root.
    columns: Vec<Column>,
}

impl Columned {
    pub(crate) fn new(unit: &Arc<Unit>, months: &Range<usize>, block: &Block) -> Self {
        let column = Column { denominator: 1, numerators: vec![0; block.count], divisors: None, tags: None };
        let columns = vec![column; months.len() * unit.sketch.roots.len()];
        Columned { unit: Arc::clone(unit), months: months.clone(), first: block.first, columns }
    }
}

impl Sink for Columned {
    // Rows of a flagged range are computed by the fallback, which stands before columns.
    fn forget(&mut self) {}

    fn keep(&mut self) {}

    fn take(&mut self, month: usize, kind: usize, scratch: &[u64], first: usize, count: usize) {
        let Some(step) = month.checked_sub(self.months.start).filter(|s| *s < self.months.len()) else { return };
        let roots = self.unit.sketch.roots.len();
        let written = self.unit.layout.outputs.get(kind).map_or(&[][..], Vec::as_slice);
        let numbers = self.unit.sketch.months.get(kind).and_then(Option::as_ref).map_or(&[][..], |m| &m.roots);
        for (k, (written, number)) in written.iter().zip(numbers).enumerate() {
            let Some(column) = self.columns.get_mut(step * roots + k) else { continue };
            let read = Read::of(written, scratch, first, count);
            column.denominator = number.denominator;
            for row in 0..count {
                if let Some(slot) = column.numerators.get_mut(first + row) {
                    *slot = read.numerator(row);
                }
            }
            let rows = column.numerators.len();
            if read.divisors.is_some() {
                let divisors = column.divisors.get_or_insert_with(|| vec![1; rows]);
                for row in 0..count {
                    if let (Some(slot), Some(d)) = (divisors.get_mut(first + row), read.divisor(row)) {
                        *slot = d;
                    }
                }
            }
            if read.not_applicable.is_some() || read.missing.is_some() {
                let tags = column.tags.get_or_insert_with(|| vec![Tag::Known; rows]);
                for row in 0..count {
                    if let Some(slot) = tags.get_mut(first + row) {
                        *slot = read.tag(row);
                    }
                }
            }
        }
    }
}

/// The columns of a cohort, block after block.
pub(crate) struct Collected {
    agents: usize,
    formulas: usize,
    months: Range<usize>,
    columns: Vec<Column>,
    loose: Loose,
}

impl Collected {
    pub(crate) fn new(agents: usize, formulas: usize, months: Range<usize>) -> Self {
        Collected { agents, formulas, columns: vec![Column::default(); months.len() * formulas], months, loose: Loose::default() }
    }

    /// Puts a block's values in the places of its agents; `places` gives the position of each root among the formulas asked. The agents
    /// whose values do not fit beside the others.
    pub(crate) fn scatter(&mut self, group: &Group, block: Columned, places: &[usize]) -> Vec<usize> {
        let mut odd = Vec::new();
        let agents: Vec<usize> = group.agents.iter().skip(block.first).map(|a| *a as usize).collect();
        let roots = places.len();
        for (k, from) in block.columns.into_iter().enumerate() {
            let (step, root) = (k / roots, k % roots);
            let Some(place) = places.get(root) else { continue };
            let Some(to) = self.columns.get_mut(step * self.formulas + place) else { continue };
            if to.numerators.is_empty() {
                *to = Column { denominator: from.denominator, numerators: vec![0; self.agents], divisors: None, tags: None };
            }
            let factor = match common(to, from.denominator) {
                Some(factor) => factor,
                None => {
                    odd.extend(agents.iter().take(from.numerators.len()));
                    continue;
                }
            };
            let mut put = |at: usize, agent: usize| -> Option<()> {
                let numerator = from.numerators.get(at)?.checked_mul(factor)?;
                *to.numerators.get_mut(agent)? = numerator;
                Some(())
            };
            for (at, agent) in agents.iter().enumerate().take(from.numerators.len()) {
                if put(at, *agent).is_none() {
                    odd.push(*agent);
                }
            }
            if let Some(divisors) = from.divisors {
                let all = to.divisors.get_or_insert_with(|| vec![1; self.agents]);
                for (agent, d) in agents.iter().zip(divisors) {
                    if let Some(slot) = all.get_mut(*agent) {
                        *slot = d;
                    }
                }
            }
            if let Some(tags) = from.tags {
                let all = to.tags.get_or_insert_with(|| vec![Tag::Known; self.agents]);
                for (agent, t) in agents.iter().zip(tags) {
                    if let Some(slot) = all.get_mut(*agent) {
                        *slot = t;
                    }
                }
            }
        }
        odd
    }

    /// Formulas without code: their values, agent by agent.
    pub(crate) fn put(&mut self, values: BTreeMap<usize, AgentValues>, formulas: Vec<usize>) {
        self.loose = Loose { formulas, values };
    }

    pub(crate) fn finish(self, exact: BTreeMap<usize, AgentValues>) -> Columns {
        Columns::new(self.formulas, self.months.len(), self.columns, exact).with_loose(self.loose)
    }
}

/// Brings a column to a denominator that is a multiple of another too; what the other's numerators are then multiplied by.
fn common(column: &mut Column, denominator: i64) -> Option<i64> {
    if column.denominator % denominator != 0 {
        let both = least_common_multiple(column.denominator, denominator)?;
        let factor = both / column.denominator;
        if column.numerators.iter().any(|n| n.checked_mul(factor).is_none()) {
            return None;
        }
        for n in &mut column.numerators {
            *n *= factor;
        }
        column.denominator = both;
    }
    Some(column.denominator / denominator)
}
