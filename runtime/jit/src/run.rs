//! Blocks month by month: the code on a range of rows, and halves of it where the interpreter must answer.

use cadrage_codegen::STRIDE;

use crate::blocks::Block;
use crate::machine::{Buffers, TooShort};
use crate::month_data::MonthData;
use crate::unit::Unit;

/// Rows below which a flagged range is no longer halved.
const SMALLEST: usize = 8;

/// What is done with a month of a range that was computed: month, its kind, scratch columns, first row, rows that are agents.
pub(crate) trait Sink {
    /// Forgets what was taken since the last `keep`: the range was flagged.
    fn forget(&mut self);
    /// The months taken are right.
    fn keep(&mut self);
    /// Where the code adds sums of a month.
    fn sums(&mut self, _month: usize) -> &mut [u64] {
        &mut []
    }
    /// Takes a month.
    fn take(&mut self, month: usize, kind: usize, scratch: &[u64], first: usize, count: usize);
}

/// Memory that a thread reuses from block to block.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    kept: Vec<Vec<u64>>,
    scratch: Vec<u64>,
}

impl Workspace {
    pub(crate) fn new(unit: &Unit) -> Self {
        // Kept columns of the month, and of as many before as are read.
        let months = usize::from(unit.layout.reach) + 1;
        let months = if unit.layout.kept_columns == 0 { 0 } else { months };
        Workspace {
            kept: vec![vec![0; unit.layout.kept_columns * STRIDE]; months],
            scratch: vec![0; (unit.layout.scratch * STRIDE).max(STRIDE)],
        }
    }
}

/// A run over all months of a range of months.
pub(crate) struct Run<'a> {
    pub unit: &'a Unit,
    /// Each month run: its position in the cohort, whether its pay is known, and its data.
    pub months: &'a [(usize, bool, MonthData)],
    /// Codes that sums are by.
    pub codes: usize,
    /// Every block goes to the interpreter: what a test asks.
    pub flag_everything: bool,
}

impl Run<'_> {
    /// Runs a block; the rows left to the interpreter.
    pub(crate) fn block(&self, block: &Block, memory: &mut Workspace, sink: &mut dyn Sink) -> Result<Vec<usize>, TooShort> {
        let mut left = Vec::new();
        let mut pending = vec![(0, block.rows())];
        while let Some((first, rows)) = pending.pop() {
            if !self.flag_everything && self.range(block, first, rows, memory, sink)? {
                sink.keep();
                continue;
            }
            sink.forget();
            if rows <= SMALLEST || self.flag_everything {
                left.extend((first..first + rows).filter(|row| *row < block.count));
            } else {
                let half = (rows / 2).next_multiple_of(2);
                pending.push((first, half));
                pending.push((first + half, rows - half));
            }
        }
        left.sort_unstable();
        Ok(left)
    }

    /// Runs a range of rows; false when it was flagged.
    fn range(&self, block: &Block, first: usize, rows: usize, memory: &mut Workspace, sink: &mut dyn Sink) -> Result<bool, TooShort> {
        let layout = &self.unit.layout;
        for (step, (position, constate, data)) in self.months.iter().enumerate() {
            let count = memory.kept.len().max(1);
            let index = |back: usize| (step + count * 12 - back) % count;
            let mut now = memory.kept.get_mut(index(0)).map(std::mem::take).unwrap_or_default();
            let empty: &[u64] = &[];
            let before = |back: usize| if back < count { memory.kept.get(index(back)).map_or(empty, Vec::as_slice) } else { empty };
            let mut buffers = Buffers {
                steady: &block.steady,
                monthly: block.monthly.get(*position).map_or(empty, Vec::as_slice),
                kept: &mut now,
                kept_1: before(1),
                kept_12: before(12),
                scratch: &mut memory.scratch,
                scalars: &data.scalars,
                tables: &data.tables,
                sums: sink.sums(*position),
                codes: self.codes,
                first,
                rows,
            };
            let flagged = self.unit.code.run(usize::from(!*constate), layout, &mut buffers);
            if let Some(slot) = memory.kept.get_mut(index(0)) {
                *slot = now;
            }
            if flagged? {
                return Ok(false);
            }
            let agents = block.count.saturating_sub(first).min(rows);
            sink.take(*position, usize::from(!*constate), &memory.scratch, first, agents);
        }
        Ok(true)
    }
}
