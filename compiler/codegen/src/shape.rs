//! What the runner promises of the data: without it nothing could be proved, and outside it the code must not be run.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{BracketId, FormulaId};

use crate::graph::Bounds;
use crate::inputs::Source;
use crate::number::least_common_multiple;

/// What is promised of a source, over all rows and months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Numerators are over it; above 0.
    pub denominator: i64,
    /// Bounds of the numerators.
    pub bounds: Bounds,
    /// Bounds of a further denominator of each value; absent = 1.
    pub divisors: Option<Bounds>,
    /// Some rows or months may have no number: sans objet.
    pub not_applicable: bool,
    /// Some may be missing.
    pub missing: bool,
    /// Some may have no value in force.
    pub no_value: bool,
    /// Depends on the row, rather than on the month only.
    pub by_row: bool,
}

impl Promise {
    /// Nothing at all is there.
    #[must_use]
    pub fn nothing() -> Self {
        Promise {
            denominator: 1,
            bounds: Bounds { low: 0, high: 0 },
            divisors: None,
            not_applicable: false,
            missing: false,
            no_value: false,
            by_row: false,
        }
    }

    /// The same, each value over its own denominator: the fixed one is then 1.
    fn divided(&self) -> Promise {
        let zero = Bounds::only(0);
        let own = Bounds { low: 1, high: i128::from(self.denominator) };
        match self.divisors {
            Some(_) => self.clone(),
            // In lowest terms, a numerator is nearer to 0.
            None => Promise { denominator: 1, bounds: self.bounds.union(zero), divisors: Some(own), ..self.clone() },
        }
    }

    /// Is what `other` promises within this?
    #[must_use]
    pub fn covers(&self, other: &Promise) -> bool {
        if self.divisors.is_some() && other.divisors.is_none() {
            return self.covers(&other.divided());
        }
        if self.denominator % other.denominator != 0 {
            return false;
        }
        let factor = i128::from(self.denominator / other.denominator);
        let scaled = Bounds { low: other.bounds.low * factor, high: other.bounds.high * factor };
        let fractions = match (self.divisors, other.divisors) {
            (_, None) => true,
            (Some(mine), Some(theirs)) => mine.holds(theirs),
            (None, Some(_)) => false,
        };
        self.bounds.holds(scaled)
            && fractions
            && (self.not_applicable || !other.not_applicable)
            && (self.missing || !other.missing)
            && (self.no_value || !other.no_value)
            && self.by_row == other.by_row
    }

    /// A promise that both keep; `None` when no denominator is common to both.
    #[must_use]
    pub fn union(&self, other: &Promise) -> Option<Promise> {
        if self.divisors.is_some() != other.divisors.is_some() {
            return self.divided().union(&other.divided());
        }
        let denominator = least_common_multiple(self.denominator, other.denominator).ok()?;
        let over = |p: &Promise| {
            let factor = i128::from(denominator / p.denominator);
            Bounds { low: p.bounds.low.saturating_mul(factor), high: p.bounds.high.saturating_mul(factor) }
        };
        Some(Promise {
            denominator,
            bounds: over(self).union(over(other)),
            divisors: match (self.divisors, other.divisors) {
                (Some(a), Some(b)) => Some(a.union(b)),
                _ => None,
            },
            not_applicable: self.not_applicable || other.not_applicable,
            missing: self.missing || other.missing,
            no_value: self.no_value || other.no_value,
            by_row: self.by_row || other.by_row,
        })
    }
}

/// Everything promised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Situations that a month has at most.
    pub slots: u8,
    /// Which kinds of months there are: constaté, others.
    pub kinds: [bool; 2],
    /// Every agent has a situation in every month.
    pub always_there: bool,
    /// By source; what is neither here nor beyond promises does not exist in the data.
    pub sources: BTreeMap<Source, Promise>,
    /// Sources whose values are too large, or over too many denominators, for anything to be promised: who reads them has no code.
    pub beyond: BTreeSet<Source>,
    /// How many brackets each scale has at most, and whether it is in force every month.
    pub scales: BTreeMap<BracketId, (u32, bool)>,
    /// Which sentences may stand for a formula in some month.
    pub written: BTreeMap<FormulaId, BTreeSet<FormulaId>>,
    /// Rubriques paid in constaté months, and in the others (only tests have them there).
    pub paid: [BTreeSet<String>; 2],
    /// What a value kept from month to month stays under, in powers of two, when nothing proves it; checked as it runs.
    pub recurrence_bits: u32,
}

impl Shape {
    /// May code made for this shape run on data of another?
    #[must_use]
    pub fn covers(&self, other: &Shape) -> bool {
        self.slots == other.slots
            && self.kinds == other.kinds
            && self.recurrence_bits >= other.recurrence_bits
            && (!self.always_there || other.always_there)
            && self.written == other.written
            && self.paid == other.paid
            && self.beyond == other.beyond
            && self.sources.len() == other.sources.len()
            && self.sources.iter().zip(&other.sources).all(|((a, mine), (b, theirs))| a == b && mine.covers(theirs))
            && self.scales.len() == other.scales.len()
            && self.scales.iter().zip(&other.scales).all(|((a, (n, always)), (b, (m, theirs)))| a == b && n >= m && (!always || *theirs))
    }

    /// A shape that covers both, when the same code can serve both.
    #[must_use]
    pub fn union(&self, other: &Shape) -> Option<Shape> {
        if self.slots != other.slots || self.kinds != other.kinds || self.written != other.written || self.paid != other.paid {
            return None;
        }
        let mut out = other.clone();
        out.always_there = self.always_there && other.always_there;
        out.recurrence_bits = self.recurrence_bits.max(other.recurrence_bits);
        out.beyond.extend(self.beyond.iter().cloned());
        for (source, mine) in &self.sources {
            let joined = match out.sources.get(source) {
                Some(theirs) => mine.union(theirs)?,
                None => alone(source, mine),
            };
            out.sources.insert(source.clone(), joined);
        }
        for (source, theirs) in &other.sources {
            if !self.sources.contains_key(source) {
                out.sources.insert(source.clone(), alone(source, theirs));
            }
        }
        out.sources.retain(|source, _| !out.beyond.contains(source));
        for (id, (n, always)) in &self.scales {
            let theirs = out.scales.entry(*id).or_insert((*n, *always));
            *theirs = (theirs.0.max(*n), theirs.1 && *always);
        }
        Some(out)
    }
}

/// The promise of a source that some data do not have at all: there, it is nothing in every row.
fn alone(source: &Source, promise: &Promise) -> Promise {
    Promise { missing: promise.missing || matches!(source, Source::Column(_)), ..promise.clone() }
}
