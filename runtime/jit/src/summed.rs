//! Blocks' months as sums by code: added in the code where they stay exact in floating point, row by row elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_codegen::{BLOCKS_SUMMED, whole};
use cadrage_engine::{Cohort, Group, Plane, Question, Tag, Total, Totals};
use cadrage_ir::AttributeId;
use cadrage_value::Exact;

use crate::blocks::Block;
use crate::columned::Read;
use crate::loaded::Prepared;
use crate::run::Sink;
use crate::unit::Unit;

/// The sums of a thread's blocks.
pub(crate) struct Summed<'a> {
    unit: Arc<Unit>,
    group: &'a Group,
    by: Option<AttributeId>,
    codes: usize,
    months: usize,
    /// The agents each one stands for, when they are profiles.
    members: Option<&'a [Vec<u32>]>,
    /// The first agent of the block at hand.
    first: usize,
    /// Rows and codes are the same every month: who is met is looked at once.
    steady: bool,
    /// Months computed whole; the others add what moved to the month before.
    fresh: Vec<bool>,
    /// What the code adds to, by month then code (and one line for nobody) then root, as bits of whole numbers in floating point; then, once
    /// more, what rows that moved were.
    live: Vec<u64>,
    /// The same before the range at hand.
    before: Vec<u64>,
    /// Blocks since `live` was emptied.
    blocks: usize,
    /// Poured from `live`, by month then code then root: of all rows in a fresh month, what moved in another.
    poured: Vec<i128>,
    /// Of ranges that are right.
    kept: Sums,
    /// Of the range at hand.
    taken: Sums,
    /// Agents of the group left to the fallback.
    pub left: Vec<usize>,
}

/// By month then code then root.
#[derive(Clone, Debug, Default)]
struct Sums {
    numerators: Vec<i128>,
    missing: Vec<u64>,
    /// Values over a divisor of their own.
    exact: BTreeMap<usize, Exact>,
    /// By month then code: somebody is there.
    met: Vec<bool>,
    /// Something is not 0.
    dirty: bool,
}

impl Sums {
    fn new(cells: usize, width: usize) -> Self {
        Sums { numerators: vec![0; cells * width], missing: vec![0; cells * width], met: vec![false; cells], ..Sums::default() }
    }

    fn clear(&mut self) {
        if self.dirty {
            self.numerators.fill(0);
            self.missing.fill(0);
            self.exact.clear();
            self.dirty = false;
        }
        self.met.fill(false);
    }

    fn add(&mut self, other: &Sums) {
        if other.dirty {
            self.dirty = true;
            for (a, b) in self.numerators.iter_mut().zip(&other.numerators) {
                *a += b;
            }
            for (a, b) in self.missing.iter_mut().zip(&other.missing) {
                *a += b;
            }
            for (k, x) in &other.exact {
                let total = self.exact.entry(*k).or_default();
                *total = &*total + x;
            }
        }
        for (a, b) in self.met.iter_mut().zip(&other.met) {
            *a |= b;
        }
    }
}

impl<'a> Summed<'a> {
    pub(crate) fn new(
        prepared: &Prepared,
        group: &'a Group,
        cohort: &Cohort,
        by: Option<AttributeId>,
        codes: usize,
        members: Option<&'a [Vec<u32>]>,
    ) -> Self {
        let (unit, months) = (&prepared.unit, cohort.months().len());
        let mut fresh = vec![true; months];
        for step in &prepared.steps {
            if let Some(slot) = fresh.get_mut(step.position) {
                *slot = step.fresh;
            }
        }
        let width = unit.layout.sums.as_ref().map_or(0, |s| s.width);
        let cells = months * codes;
        let plane = by.and_then(|a| group.codes.get(a.index())).and_then(Option::as_ref);
        let steady = group.situations.as_ref().is_none_or(Plane::steady) && plane.is_none_or(Plane::steady);
        Summed {
            unit: Arc::clone(unit),
            group,
            by,
            codes,
            months,
            members,
            first: 0,
            steady,
            fresh,
            live: vec![0; 2 * months * (codes + 1) * width],
            before: vec![0; 2 * months * (codes + 1) * width],
            poured: vec![0; cells * width],
            blocks: 0,
            kept: Sums::new(cells, width),
            taken: Sums::new(cells, width),
            left: Vec::new(),
        }
    }

    /// Begins a block.
    pub(crate) fn enter(&mut self, block: &Block) {
        self.first = block.first;
        self.blocks += 1;
        if self.blocks >= BLOCKS_SUMMED {
            self.pour();
        }
    }

    /// Empties the code's sums into wide ones.
    fn pour(&mut self) {
        let (line, own) = ((self.codes + 1) * self.width(), self.codes * self.width());
        if line == 0 {
            return;
        }
        // The last line of a month is that of rows that are nobody.
        let (gained, lost) = self.live.split_at(self.live.len() / 2);
        for ((wide, gained), lost) in self.poured.chunks_mut(own).zip(gained.chunks(line)).zip(lost.chunks(line)) {
            for ((wide, gained), lost) in wide.iter_mut().zip(gained).zip(lost) {
                *wide += i128::from(whole(*gained)) - i128::from(whole(*lost));
            }
        }
        self.live.fill(0);
        self.before.fill(0);
        self.blocks = 0;
    }

    fn width(&self) -> usize {
        self.unit.layout.sums.as_ref().map_or(0, |s| s.width)
    }

    /// Adds to the answer.
    pub(crate) fn add_to(mut self, totals: &mut Totals, cohort: &Cohort, question: &Question) {
        self.pour();
        let month = self.codes * self.width();
        for step in (1..self.months).filter(|step| !self.fresh.get(*step).copied().unwrap_or(true)) {
            let (before, now) = self.poured.split_at_mut(step * month);
            let before = before.get((step - 1) * month..).unwrap_or(&[]);
            for (now, before) in now.iter_mut().zip(before) {
                *now += before;
            }
        }
        let (roots, width) = (self.unit.sketch.roots.len(), self.width());
        for (step, (month, constate)) in cohort.months().iter().enumerate() {
            let numbers = self.unit.sketch.months.get(usize::from(!*constate)).and_then(Option::as_ref).map_or(&[][..], |m| &m.roots);
            for code in 0..self.codes {
                let cell = step * self.codes + code;
                let met = if self.steady { code } else { cell };
                if !self.kept.met.get(met).copied().unwrap_or(false) {
                    continue;
                }
                let member = question.by.and_then(|a| cohort.dictionary(a).get(code)).cloned().unwrap_or_else(|| "".into());
                let line = totals.entry((*month, member)).or_insert_with(|| vec![Total::default(); roots]);
                for (k, (total, number)) in line.iter_mut().zip(numbers).enumerate() {
                    let at = cell * width + k;
                    let sum = [&self.kept.numerators, &self.poured].iter().filter_map(|sums| sums.get(at)).sum();
                    let mut sum = &large(sum) / &Exact::from_int(number.denominator);
                    if let Some(x) = self.kept.exact.get(&at) {
                        sum = &sum + x;
                    }
                    total.sum = &total.sum + &sum;
                    total.missing += self.kept.missing.get(at).copied().unwrap_or(0);
                }
            }
        }
    }

    /// Who is met: codes of those who are there.
    fn meet(&mut self, month: usize, from: usize, count: usize) {
        let start = if self.steady { 0 } else { month * self.codes };
        let situations = self.group.situations.as_ref().and_then(|s| s.month(month).get(from..from + count)).unwrap_or(&[]);
        let codes = self.by.and_then(|a| self.group.codes.get(a.index())?.as_ref()).and_then(|p| p.month(month).get(from..from + count));
        for (row, n) in situations.iter().enumerate() {
            let code = codes.and_then(|c| c.get(row)).map_or(0, |c| *c as usize);
            if *n > 0
                && let Some(met) = self.taken.met.get_mut(start + code)
            {
                *met = true;
            }
        }
    }
}

/// A wide sum as an exact number.
fn large(x: i128) -> Exact {
    match i64::try_from(x) {
        Ok(x) => Exact::from_int(x),
        Err(_) => {
            let base = 1_i128 << 62;
            let (high, low) = (x.div_euclid(base), x.rem_euclid(base));
            let part = |x: i128| Exact::from_int(i64::try_from(x).unwrap_or(i64::MAX));
            &(&large(high) * &part(base)) + &part(low)
        }
    }
}

impl Sink for Summed<'_> {
    fn forget(&mut self) {
        self.taken.clear();
        self.live.copy_from_slice(&self.before);
    }

    fn keep(&mut self) {
        self.kept.add(&self.taken);
        self.taken.clear();
        self.before.copy_from_slice(&self.live);
    }

    fn sums(&mut self, month: usize) -> &mut [u64] {
        let line = (self.codes + 1) * self.width();
        self.live.get_mut(month * line..(month + 1) * line).unwrap_or(&mut [])
    }

    fn lost(&mut self, month: usize) -> Option<&mut [u64]> {
        let (line, half) = ((self.codes + 1) * self.width(), self.live.len() / 2);
        self.live.get_mut(half + month * line..half + (month + 1) * line)
    }

    fn take(&mut self, month: usize, kind: usize, scratch: &[u64], first: usize, count: usize) {
        let from = self.first + first;
        if !self.steady || month == 0 || self.months == 1 {
            self.meet(month, from, count);
        }
        let width = self.width();
        let start = month * self.codes;
        let group = self.group;
        let unit = Arc::clone(&self.unit);
        let inside = unit.layout.sums.as_ref().and_then(|s| s.inside.get(kind)).map_or(&[][..], Vec::as_slice);
        let written = unit.layout.outputs.get(kind).map_or(&[][..], Vec::as_slice);
        let numbers = unit.sketch.months.get(kind).and_then(Option::as_ref).map_or(&[][..], |m| &m.roots);
        let situations = group.situations.as_ref().and_then(|s| s.month(month).get(from..from + count)).unwrap_or(&[]);
        let codes = self.by.and_then(|a| group.codes.get(a.index())?.as_ref()).and_then(|p| p.month(month).get(from..from + count));
        for (k, (written, number)) in written.iter().zip(numbers).enumerate() {
            let summed = inside.get(k).copied().unwrap_or(false);
            let read = Read::of(written, scratch, first, count);
            if summed && read.missing.is_none() {
                continue;
            }
            self.taken.dirty = true;
            for row in (0..count).filter(|row| situations.get(*row).is_some_and(|n| *n > 0)) {
                let at = (start + codes.and_then(|c| c.get(row)).map_or(0, |c| *c as usize)) * width + k;
                if read.missing.is_some()
                    && read.tag(row) == Tag::Missing
                    && let Some(n) = self.taken.missing.get_mut(at)
                {
                    let members = group.agents.get(from + row).and_then(|a| self.members?.get(*a as usize));
                    *n += members.map_or(1, |m| m.len() as u64);
                }
                if summed {
                    continue;
                }
                match read.divisor(row) {
                    None => {
                        if let Some(sum) = self.taken.numerators.get_mut(at) {
                            *sum += i128::from(read.numerator(row));
                        }
                    }
                    Some(d) => {
                        let x = Exact::ratio(read.numerator(row), number.denominator).and_then(|x| x.checked_div(&Exact::from_int(d)));
                        let total = self.taken.exact.entry(at).or_default();
                        *total = &*total + &x.unwrap_or(Exact::ZERO);
                    }
                }
            }
        }
    }
}
