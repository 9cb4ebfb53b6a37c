//! Blocks month by month: the code on a range of rows, and halves of it where the interpreter must answer.

use cadrage_codegen::STRIDE;

use crate::blocks::Block;
use crate::machine::{Buffers, Pairs, Stage, TooShort};
use crate::month_data::MonthData;
use crate::still::{Search, all};
use crate::unit::Unit;

/// Rows below which a flagged range is no longer halved.
const SMALLEST: usize = 8;

/// What is done with a month of a range that was computed: month, its kind, scratch columns, first row, rows that are agents.
pub(crate) trait Sink {
    /// Forgets what was taken since the last `keep`: the range was flagged.
    fn forget(&mut self);
    /// The months taken are right.
    fn keep(&mut self);
    /// Where the code adds sums of a month: of all rows in a fresh month, of those that moved in another.
    fn sums(&mut self, _month: usize) -> &mut [u64] {
        &mut []
    }
    /// Where it adds what rows that moved were the month before; `None` when no sums are asked.
    fn lost(&mut self, _month: usize) -> Option<&mut [u64]> {
        None
    }
    /// Takes a month.
    fn take(&mut self, month: usize, kind: usize, scratch: &[u64], first: usize, count: usize);
}

/// A month to run.
pub(crate) struct Step {
    /// Its position in the cohort.
    pub position: usize,
    /// Its pay is known.
    pub constate: bool,
    /// Its values and tables.
    pub data: MonthData,
    /// It is computed whole; otherwise where something moved since the month before.
    pub fresh: bool,
}

/// Memory that a thread reuses from block to block.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    kept: Vec<Vec<u64>>,
    scratch: Vec<u64>,
    pairs: Pairs,
    search: Search,
}

impl Workspace {
    pub(crate) fn new(unit: &Unit) -> Self {
        // Kept columns of the month, of as many before as are read, and of one more: what a row that moves was.
        let months = usize::from(unit.layout.reach) + 2;
        let months = if unit.layout.kept_columns == 0 { 0 } else { months };
        Workspace {
            kept: vec![vec![0; unit.layout.kept_columns * STRIDE]; months],
            scratch: vec![0; (unit.layout.scratch * STRIDE).max(STRIDE)],
            ..Workspace::default()
        }
    }

    /// What was kept some months before a step; nothing beyond what is remembered.
    fn kept(&self, step: usize, back: usize) -> &[u64] {
        let months = self.kept.len();
        let place = if back < months { self.kept.get((step + 12 * months - back) % months) } else { None };
        place.map_or(&[], Vec::as_slice)
    }
}

/// A run over all months of a range of months.
pub(crate) struct Run<'a> {
    pub unit: &'a Unit,
    pub steps: &'a [Step],
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
        for (step, month) in self.steps.iter().enumerate() {
            let kind = usize::from(!month.constate);
            let range = Range { block, first, rows };
            if self.call(Stage::Carrying, &range, step, memory, &Pairs::default(), sink.sums(month.position))? {
                return Ok(false);
            }
            if self.unit.code.values_apart(kind) && self.values(&range, step, memory, sink)? {
                return Ok(false);
            }
            let agents = block.count.saturating_sub(first).min(rows);
            sink.take(month.position, kind, &memory.scratch, first, agents);
        }
        Ok(true)
    }

    /// Values of the rows that moved: what they were is taken away from sums, what they are is added. True when they were flagged.
    fn values(&self, range: &Range<'_>, step: usize, memory: &mut Workspace, sink: &mut dyn Sink) -> Result<bool, TooShort> {
        let Some(month) = self.steps.get(step) else { return Ok(false) };
        let (mut pairs, mut search) = (std::mem::take(&mut memory.pairs), std::mem::take(&mut memory.search));
        if month.fresh {
            all(range.rows, &mut pairs);
        } else if let Some(watched) = self.unit.watched.get(usize::from(!month.constate)) {
            let moved = range.block.moved.get(month.position).map_or(&[][..], Vec::as_slice);
            search.pairs(watched, moved, &|back| memory.kept(step, back), (range.first, range.rows), &mut pairs);
        }
        let mut flagged = false;
        if pairs.count() > 0 {
            if !month.fresh
                && let Some(lost) = sink.lost(month.position)
            {
                // Never flagged: the month before was right.
                self.call(Stage::Valuing, range, step.saturating_sub(1), memory, &pairs, lost)?;
            }
            flagged = self.call(Stage::Valuing, range, step, memory, &pairs, sink.sums(month.position))?;
        }
        (memory.pairs, memory.search) = (pairs, search);
        Ok(flagged)
    }

    /// The functions of a stage on the columns of a month; true when the interpreter must answer.
    fn call(
        &self,
        stage: Stage,
        range: &Range<'_>,
        step: usize,
        memory: &mut Workspace,
        pairs: &Pairs,
        sums: &mut [u64],
    ) -> Result<bool, TooShort> {
        let Some(month) = self.steps.get(step) else { return Ok(false) };
        let place = step % memory.kept.len().max(1);
        let mut now = memory.kept.get_mut(place).map(std::mem::take).unwrap_or_default();
        let mut scratch = std::mem::take(&mut memory.scratch);
        let mut buffers = Buffers {
            steady: &range.block.steady,
            monthly: range.block.monthly.get(month.position).map_or(&[], Vec::as_slice),
            kept: &mut now,
            kept_1: memory.kept(step, 1),
            kept_12: memory.kept(step, 12),
            scratch: &mut scratch,
            scalars: &month.data.scalars,
            tables: &month.data.tables,
            sums,
            codes: self.codes,
            first: range.first,
            rows: range.rows,
            pairs,
        };
        let flagged = self.unit.code.run(usize::from(!month.constate), stage, &self.unit.layout, &mut buffers);
        memory.scratch = scratch;
        if let Some(slot) = memory.kept.get_mut(place) {
            *slot = now;
        }
        flagged
    }
}

/// Rows of a block, from an even one.
struct Range<'a> {
    block: &'a Block,
    first: usize,
    rows: usize,
}
