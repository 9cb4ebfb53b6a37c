//! The fewest people and months on which a program still fails.

use std::sync::Arc;

use cadrage_engine::{AgentFrame, Row};
use cadrage_value::Exact;

use crate::strategies::People;

/// Tries simpler people until none fails any more.
pub(super) fn fewer(first: &People, mut fails: impl FnMut(&People) -> bool) -> People {
    let mut best = first.clone();
    loop {
        let mut moved = false;
        // Halves, then one by one: of agents, of months, of lines.
        for part in [Part::Agents, Part::FirstMonths, Part::LastMonths, Part::Lines] {
            let mut size = part.count(&best);
            while size > 0 {
                let mut at = 0;
                while at < part.count(&best) {
                    let smaller = part.without(&best, at, size);
                    if fails(&smaller) {
                        best = smaller;
                        moved = true;
                    } else {
                        at += size;
                    }
                }
                size /= 2;
            }
        }
        for change in CHANGES {
            for agent in 0..best.frames.len() {
                for month in 0..best.frames.get(agent).map_or(0, |f| f.months.len()) {
                    let mut smaller = best.clone();
                    if smaller.frames.get_mut(agent).is_some_and(|f| change(f, month)) && fails(&smaller) {
                        best = smaller;
                        moved = true;
                    }
                }
            }
        }
        moved |= simpler_rows(&mut best, &mut fails);
        if !moved {
            return best;
        }
    }
}

/// Something that people have several of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Agents,
    FirstMonths,
    LastMonths,
    Lines,
}

impl Part {
    fn count(self, people: &People) -> usize {
        match self {
            Part::Agents => people.frames.len(),
            Part::Lines => people.lines.len(),
            Part::FirstMonths | Part::LastMonths => people.frames.first().map_or(0, |f| f.months.len()).saturating_sub(1),
        }
    }

    fn without(self, people: &People, at: usize, size: usize) -> People {
        let mut out = people.clone();
        let end = |len: usize| (at + size).min(len);
        match self {
            Part::Agents => drop(out.frames.drain(at..end(people.frames.len()))),
            Part::Lines => drop(out.lines.drain(at..end(people.lines.len()))),
            // Months are without holes: only those at an end go, of everybody.
            Part::FirstMonths => out.frames.iter_mut().for_each(|f| drop(f.months.drain(..size.min(f.months.len())))),
            Part::LastMonths => out.frames.iter_mut().for_each(|f| f.months.truncate(f.months.len().saturating_sub(size))),
        }
        out
    }
}

type Simplification = fn(&mut AgentFrame, usize) -> bool;

/// What may be simpler in a month of an agent; false when it is already.
const CHANGES: &[Simplification] = &[
    |f, m| f.months.get_mut(m).is_some_and(|s| s.situations.len() > 1 && s.situations.pop().is_some()),
    |f, m| f.months.get_mut(m).is_some_and(|s| s.situations.len() > 1 && !s.situations.drain(..1).as_slice().is_empty()),
    |f, m| f.months.get_mut(m).is_some_and(|s| !std::mem::take(&mut s.observed).is_empty()),
    |f, m| f.months.get_mut(m).is_some_and(|s| s.observed.len() > 1 && s.observed.pop_last().is_some()),
    |f, m| f.months.get_mut(m).is_some_and(|s| s.observed.len() > 1 && s.observed.pop_first().is_some()),
    |f, m| m == 0 && !std::mem::take(&mut f.last_paid).is_empty(),
    |f, m| m == 0 && f.end_row.take().is_some(),
    |f, m| m == 0 && !std::mem::take(&mut f.supplied).is_empty(),
    |f, m| m == 0 && f.months.iter_mut().any(|s| std::mem::take(&mut s.constate)),
];

/// Numbers that become absent or 1, codes that become empty, in all rows that have them.
fn simpler_rows(best: &mut People, fails: &mut impl FnMut(&People) -> bool) -> bool {
    let mut moved = false;
    let numbers = cadrage_ir::COLUMNS.len();
    for at in 0..2 * numbers + cadrage_ir::ATTRIBUTES.len() {
        let mut smaller = best.clone();
        let mut changed = false;
        let rows = smaller.frames.iter_mut().flat_map(|f| &mut f.months).flat_map(|m| &mut m.situations);
        for row in rows.chain(smaller.lines.iter_mut().map(|l| &mut l.row)) {
            changed |= simpler(row, at, numbers);
        }
        if changed && fails(&smaller) {
            *best = smaller;
            moved = true;
        }
    }
    moved
}

fn simpler(row: &mut Row, at: usize, numbers: usize) -> bool {
    if at < numbers {
        return row.numbers.get_mut(at).is_some_and(|x| x.take().is_some());
    }
    if at < 2 * numbers {
        let Some(Some(x)) = row.numbers.get_mut(at - numbers) else { return false };
        let one = Exact::ONE;
        return *x != one && {
            *x = one;
            true
        };
    }
    let Some(code) = row.codes.get_mut(at - 2 * numbers) else { return false };
    !code.is_empty() && {
        *code = Arc::from("");
        true
    }
}
