//! Rows as the code reads them: blocks of eight-byte cells, column after column.

use std::sync::Arc;

use cadrage_codegen::{BLOCK, Cell, Form, Inputs, Predicate, STRIDE, Source, Where};
use cadrage_engine::{ABSENT, Group};
use cadrage_value::Month;

use crate::classes::{Classes, Membership, Partition, is_steady};
use crate::month_data::{Broken, cell, partition};
use crate::sources::{Found, Setting, over};
use crate::still::moved;
use crate::unit::{CellTraits, Unit};

/// A block: up to [`BLOCK`] agents of a group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    /// The first agent, by position in the group.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// Columns that are the same every month.
    pub steady: Vec<u64>,
    /// By month: columns of the month.
    pub monthly: Vec<Vec<u64>>,
    /// By month then pair of rows: something that values read differs from the month before; empty where nothing does.
    pub moved: Vec<Vec<bool>>,
}

impl Block {
    /// Rows the code runs over: an even number.
    pub(crate) fn rows(&self) -> usize {
        self.count.next_multiple_of(2)
    }

    /// What moved in each month, by its own kind.
    fn differences(&self, unit: &Unit, months: &[(Month, bool)]) -> Vec<Vec<bool>> {
        let of = |(now, (_, constate)): (usize, &(Month, bool))| {
            let watched = unit.watched.get(usize::from(!constate))?;
            Some(moved(watched, self.monthly.get(now.checked_sub(1)?)?, self.monthly.get(now)?, self.rows()))
        };
        months.iter().enumerate().map(|month| of(month).unwrap_or_default()).collect()
    }

    fn column(&mut self, place: Where, month: usize) -> &mut [u64] {
        let (cells, column) = match place {
            Where::Steady(column) => (Some(&mut self.steady), column),
            Where::Monthly(column) => (self.monthly.get_mut(month), column),
            Where::Kept { .. } => (None, 0),
        };
        cells.and_then(|c| c.get_mut(column * STRIDE..(column + 1) * STRIDE)).unwrap_or(&mut [])
    }
}

/// What the data of a group say of each cell.
pub(crate) fn traits(setting: &Setting<'_>, inputs: &Inputs, classes: &mut Classes) -> Vec<CellTraits> {
    // Two sets of constants that the same rows tell apart need one column of classes.
    let mut met: Vec<(usize, u8, usize)> = Vec::new();
    let of = |(k, cell): (usize, &Cell)| {
        let mut same = k;
        if let Cell::Class { class, slot } = cell
            && let Some(class) = inputs.classes.get(class.index())
        {
            let partition = Arc::as_ptr(&partition(setting, classes, class)).addr();
            match met.iter().find(|(p, s, _)| *p == partition && s == slot) {
                Some((.., first)) => same = *first,
                None => met.push((partition, *slot, k)),
            }
        }
        CellTraits { steady: steady(setting, inputs, classes, cell), same }
    };
    inputs.cells.iter().enumerate().map(of).collect()
}

/// Is a column the same every month of a group?
fn steady(setting: &Setting<'_>, inputs: &Inputs, classes: &mut Classes, cell: &Cell) -> bool {
    let group = setting.group;
    match cell {
        Cell::Number { source, .. } => source_steady(group, source),
        Cell::Class { class, .. } | Cell::Code(class) => {
            inputs.classes.get(class.index()).is_some_and(|c| partition(setting, classes, c).steady)
        }
        Cell::Facts(word) => facts(inputs, *word).all(|p| match p {
            Predicate::There { .. } => group.situations.as_ref().is_none_or(cadrage_engine::Plane::steady),
            Predicate::In { selection, .. } => inputs.selections.get(selection.index()).is_none_or(|s| is_steady(group, s)),
            Predicate::Known { source, .. } => source_steady(group, source),
        }),
        Cell::Kept { .. } => false,
    }
}

fn source_steady(group: &Group, source: &Source) -> bool {
    match source {
        Source::Column(id) => group.numbers.get(id.index()).and_then(Option::as_ref).is_none_or(|n| n.cells.steady()),
        Source::LastPaid(_) | Source::Supplied(_) | Source::Weight => true,
        _ => false,
    }
}

fn facts(inputs: &Inputs, word: u32) -> impl Iterator<Item = &Predicate> {
    inputs.predicates.iter().skip(64 * word as usize).take(64)
}

/// All blocks of a group, over all months of the cohort.
pub(crate) fn blocks(setting: &Setting<'_>, unit: &Unit, classes: &mut Classes) -> Result<Vec<Block>, Broken> {
    let (inputs, layout, shape) = (&unit.sketch.inputs, &unit.layout, &unit.shape);
    let partitions: Vec<Arc<Partition>> = inputs.classes.iter().map(|c| partition(setting, classes, c)).collect();
    let agents = setting.group.agents.len();
    let months = if layout.monthly == 0 { 0 } else { setting.cohort.months().len() };
    let starts: Vec<usize> = (0..agents).step_by(BLOCK).collect();
    let make = |first: &usize| {
        let count = (agents - first).min(BLOCK);
        let mut block = Block {
            first: *first,
            count,
            steady: vec![0; layout.steady * STRIDE],
            monthly: vec![vec![0; layout.monthly * STRIDE]; months],
            moved: Vec::new(),
        };
        let filler = Filler { setting, inputs, shape, partitions: &partitions };
        for (k, cell) in inputs.cells.iter().enumerate() {
            let (Some(place), Some(form)) = (layout.cells.get(k).copied(), layout.forms.get(k).copied()) else { continue };
            let moving = match place {
                Where::Steady(_) => 1,
                Where::Monthly(_) => months,
                Where::Kept { .. } => 0,
            };
            for month in 0..moving {
                let column = block.column(place, month);
                filler.fill(cell, form, month, *first, count, column)?;
                // The row that makes the count even repeats the last one.
                if let Some(last) = column.get(count - 1).copied()
                    && let Some(padding) = column.get_mut(count)
                {
                    *padding = last;
                }
                if let (Cell::Code(class), Some(padding)) = (cell, column.get_mut(count)) {
                    *padding = 8 * partitions.get(class.index()).map_or(0, |p| p.count() as u64);
                }
            }
        }
        block.moved = block.differences(unit, setting.cohort.months());
        Ok(block)
    };
    use rayon::prelude::*;
    starts.par_iter().map(make).collect()
}

struct Filler<'a> {
    setting: &'a Setting<'a>,
    inputs: &'a Inputs,
    shape: &'a cadrage_codegen::Shape,
    partitions: &'a [Arc<Partition>],
}

impl Filler<'_> {
    fn fill(&self, what: &Cell, form: Form, month: usize, first: usize, count: usize, column: &mut [u64]) -> Result<(), Broken> {
        let group = self.setting.group;
        let agents = group.agents.len();
        match what {
            Cell::Number { source, slot } => {
                let factor = self.factor(source)?;
                for (k, out) in column.iter_mut().enumerate().take(count) {
                    let x = self.number(source, usize::from(*slot), month, first + k)?;
                    *out = cell(x.map_or(Ok(0), |x| x.checked_mul(factor).ok_or(Broken))?, form);
                }
            }
            Cell::Class { class, slot } => {
                let Some(partition) = self.partitions.get(class.index()) else { return Err(Broken) };
                for (k, out) in column.iter_mut().enumerate().take(count) {
                    *out = 8 * u64::from(partition.class(group, month, usize::from(*slot) * agents + first + k));
                }
            }
            Cell::Code(class) => {
                let Some(partition) = self.partitions.get(class.index()) else { return Err(Broken) };
                for (k, out) in column.iter_mut().enumerate().take(count) {
                    *out = 8 * u64::from(partition.class(group, month, first + k));
                }
            }
            Cell::Facts(word) => {
                for (bit, predicate) in facts(self.inputs, *word).enumerate() {
                    self.fact(predicate, month, first, count, column, bit)?;
                }
            }
            Cell::Kept { .. } => {}
        }
        Ok(())
    }

    /// What numerators are multiplied by to stand over the promised denominator.
    fn factor(&self, source: &Source) -> Result<i64, Broken> {
        let promised = self.shape.sources.get(source).map_or(1, |p| p.denominator);
        let own = match source {
            Source::Column(id) => self.setting.group.numbers.get(id.index()).and_then(Option::as_ref).map_or(1, |n| n.denominator),
            Source::Paid(_) | Source::LastPaid(_) => 100,
            _ => promised,
        };
        if promised % own == 0 { Ok(promised / own) } else { Err(Broken) }
    }

    /// The numerator of an agent, `None` where there is none.
    fn number(&self, source: &Source, slot: usize, month: usize, agent: usize) -> Result<Option<i64>, Broken> {
        let group = self.setting.group;
        let some = |x: Option<&i64>| x.copied().filter(|x| *x != ABSENT);
        Ok(match source {
            Source::Column(id) => {
                let numbers = group.numbers.get(id.index()).and_then(Option::as_ref);
                numbers.and_then(|n| some(n.cells.month(month).get(slot * group.agents.len() + agent)))
            }
            Source::Paid(rubrique) => group.observed.get(rubrique).and_then(|m| m.get(month)).and_then(|c| some(c.get(agent))),
            Source::LastPaid(rubrique) => group.last_paid.get(rubrique).and_then(|c| some(c.get(agent))),
            Source::Supplied(id) => match u32::try_from(agent).ok().and_then(|a| group.supplied.get(&a)?.get(id)) {
                Some(x) => Some(self.over(source, x)?),
                None => None,
            },
            Source::Part(id) => {
                let Some((month, _)) = self.setting.cohort.months().get(month) else { return Ok(None) };
                let Some(matricule) = group.agents.get(agent).and_then(|a| self.setting.cohort.matricule(*a as usize)) else {
                    return Ok(None);
                };
                match self.setting.environment.levels.part(*id, *month, matricule).into() {
                    Found::Number(x) => Some(self.over(source, &x)?),
                    _ => None,
                }
            }
            Source::Weight => {
                let members = group.agents.get(agent).and_then(|a| self.setting.weights?.get(*a as usize));
                Some(members.map_or(1, |m| i64::try_from(m.len()).unwrap_or(1)))
            }
            _ => None,
        })
    }

    fn over(&self, source: &Source, x: &cadrage_value::Exact) -> Result<i64, Broken> {
        over(x, self.shape.sources.get(source).map_or(1, |p| p.denominator)).ok_or(Broken)
    }

    fn fact(&self, predicate: &Predicate, month: usize, first: usize, count: usize, column: &mut [u64], bit: usize) -> Result<(), Broken> {
        let group = self.setting.group;
        let agents = group.agents.len();
        let word = 1_u64 << bit;
        match predicate {
            Predicate::There { slot } => {
                let situations = group.situations.as_ref().map_or(&[][..], |s| s.month(month));
                for (out, n) in column.iter_mut().zip(situations.iter().skip(first)).take(count) {
                    if n > slot {
                        *out |= word;
                    }
                }
            }
            Predicate::In { selection, slot } => {
                let Some(selection) = self.inputs.selections.get(selection.index()) else { return Err(Broken) };
                let mut test = Membership::new(self.setting, selection);
                for (k, out) in column.iter_mut().enumerate().take(count) {
                    if test.holds(month, usize::from(*slot) * agents + first + k) {
                        *out |= word;
                    }
                }
            }
            Predicate::Known { source, slot } => {
                for (k, out) in column.iter_mut().enumerate().take(count) {
                    if self.number(source, usize::from(*slot), month, first + k)?.is_some() {
                        *out |= word;
                    }
                }
            }
        }
        Ok(())
    }
}
