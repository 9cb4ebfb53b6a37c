//! What stands still from a month to the next: values are computed again where something they read moved, and nowhere else.

use std::iter::repeat;

use cadrage_codegen::{STRIDE, Watched};

use crate::blocks::Block;
use crate::machine::Pairs;
use crate::month_data::MonthData;
use crate::run::Step;
use crate::unit::Unit;

/// Above this share of pairs of rows with something new in their columns (one out of so many), a month is computed whole: of a row that
/// moved, sums take away what it was before adding what it is.
const TOO_MANY: usize = 3;

/// By pair of rows of a block: does a column of the month that is watched differ from the month before? Empty when none does.
pub(crate) fn moved(watched: &Watched, before: &[u64], now: &[u64], rows: usize) -> Vec<bool> {
    let mut cells = Vec::new();
    for column in &watched.monthly {
        let of = |cells: &'_ [u64]| column * STRIDE..(column * STRIDE + rows).min(cells.len());
        differ(&mut cells, before.get(of(before)).unwrap_or(&[]), now.get(of(now)).unwrap_or(&[]));
    }
    let pairs: Vec<bool> = cells.chunks(2).map(|pair| pair.iter().any(|c| *c != 0)).collect();
    if pairs.contains(&true) { pairs } else { Vec::new() }
}

/// Says of each month whether it is computed whole, whatever the rows: the first, the first of its kind, one that has other constants than
/// the month before, one in which too many rows moved unless it is `piecemeal`.
pub(crate) fn mark(unit: &Unit, blocks: &[Block], piecemeal: bool, steps: &mut [Step]) {
    let fresh: Vec<bool> = std::iter::once(true)
        .chain(steps.windows(2).zip(1..).map(|(pair, k)| {
            let [before, now] = pair else { return true };
            let kind = usize::from(!now.constate);
            let Some(watched) = unit.watched.get(kind) else { return true };
            let moved = |b: &Block| b.moved.get(now.position).map_or(0, |m| m.iter().filter(|m| **m).count());
            let all: usize = blocks.iter().map(|b| b.rows() / 2).sum();
            !unit.code.values_apart(kind)
                || before.constate != now.constate
                || watched.before.iter().any(|(back, _)| k <= usize::from(*back))
                || differs(watched, &before.data, &now.data)
                || (!piecemeal && TOO_MANY * blocks.iter().map(moved).sum::<usize>() > all)
        }))
        .collect();
    for (step, fresh) in steps.iter_mut().zip(fresh) {
        step.fresh = fresh;
    }
}

fn differs(watched: &Watched, before: &MonthData, now: &MonthData) -> bool {
    watched.scalars.iter().any(|k| before.scalars.get(*k) != now.scalars.get(*k))
        || watched.tables.iter().any(|k| before.table(*k) != now.table(*k))
}

/// What a thread needs to find the rows that moved.
#[derive(Debug, Default)]
pub(crate) struct Search {
    cells: Vec<u64>,
}

/// Kept columns, by how many months before.
type KeptBefore<'a> = dyn Fn(usize) -> &'a [u64] + 'a;

impl Search {
    /// The pairs of a range whose values must be computed again.
    pub(crate) fn pairs<'a>(
        &mut self,
        watched: &Watched,
        moved: &[bool],
        kept: &KeptBefore<'a>,
        (first, rows): (usize, usize),
        out: &mut Pairs,
    ) {
        self.cells.clear();
        let column = |column: usize, back: usize| {
            let start = column * STRIDE + first;
            kept(back).get(start..start + rows).unwrap_or(&[])
        };
        for k in &watched.kept {
            differ(&mut self.cells, column(*k, 1), column(*k, 0));
        }
        for (back, k) in &watched.before {
            differ(&mut self.cells, column(*k, usize::from(*back) + 1), column(*k, usize::from(*back)));
        }
        let moved = moved.get(first / 2..).unwrap_or(&[]).iter().copied();
        let pairs = self.cells.as_chunks::<2>().0.iter().map(|[a, b]| a | b != 0);
        match (self.cells.is_empty(), moved.len()) {
            (true, 0) => out.choose(rows, std::iter::empty()),
            (true, _) => out.choose(rows, moved),
            (false, 0) => out.choose(rows, pairs),
            (false, _) => out.choose(rows, pairs.zip(moved).map(|(a, b)| a | b)),
        }
    }
}

/// All pairs of a range.
pub(crate) fn all(rows: usize, out: &mut Pairs) {
    out.choose(rows, repeat(true));
}

/// Adds the bits in which two columns differ.
fn differ(cells: &mut Vec<u64>, before: &[u64], now: &[u64]) {
    if cells.is_empty() {
        cells.extend(before.iter().zip(now).map(|(a, b)| a ^ b));
        return;
    }
    for (cell, (a, b)) in cells.iter_mut().zip(before.iter().zip(now)) {
        *cell |= a ^ b;
    }
}
