//! What the runner promises of the data: without it nothing could be proved, and outside it the code must not be run.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{BracketId, FormulaId};
use cadrage_value::least_common_multiple;

use crate::graph::Bounds;
use crate::inputs::Source;

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
        let denominator = least_common_multiple(self.denominator, other.denominator)?;
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

#[cfg(test)]
mod tests {
    use cadrage_ir::{ColumnId, ParameterId};

    use super::*;

    fn promise(denominator: i64, low: i128, high: i128) -> Promise {
        Promise { denominator, bounds: Bounds { low, high }, ..Promise::nothing() }
    }

    fn shape(sources: &[(Source, Promise)]) -> Shape {
        Shape { slots: 1, kinds: [true, true], recurrence_bits: 36, sources: sources.iter().cloned().collect(), ..Shape::default() }
    }

    #[test]
    fn a_promise_covers_narrower_bounds_over_a_divisor_of_its_denominator() {
        let wide = promise(100, 0, 1_000);
        assert!(wide.covers(&wide) && wide.covers(&promise(100, 10, 900)));
        // 0 to 10 in whole numbers is 0 to 1 000 hundredths.
        assert!(wide.covers(&promise(1, 0, 10)) && !wide.covers(&promise(1, 0, 11)));
        assert!(!wide.covers(&promise(3, 0, 1)));
        assert!(!wide.covers(&promise(100, -1, 0)));
    }

    #[test]
    fn a_promise_covers_no_kind_of_nothing_it_does_not_have() {
        let sure = promise(1, 0, 10);
        for unsure in [
            Promise { missing: true, ..sure.clone() },
            Promise { no_value: true, ..sure.clone() },
            Promise { not_applicable: true, ..sure.clone() },
        ] {
            assert!(!sure.covers(&unsure) && unsure.covers(&sure), "{unsure:?}");
        }
        assert!(!sure.covers(&Promise { by_row: true, ..sure.clone() }));
    }

    #[test]
    fn fractions_cover_a_fixed_denominator_within_them() {
        let fractions = Promise { divisors: Some(Bounds { low: 1, high: 12 }), ..promise(1, -50, 50) };
        assert!(fractions.covers(&promise(12, -50, 50)) && !fractions.covers(&promise(13, -50, 50)));
        assert!(!promise(12, -50, 50).covers(&fractions));
    }

    #[test]
    fn the_union_covers_both() {
        let cases = [
            promise(100, -5, 1_000),
            promise(7, 0, 70),
            Promise { missing: true, ..promise(1, 3, 4) },
            Promise { divisors: Some(Bounds { low: 1, high: 9 }), ..promise(1, 0, 6) },
        ];
        for a in &cases {
            for b in &cases {
                let both = a.union(b).expect("a common denominator");
                assert!(both.covers(a) && both.covers(b), "{a:?} {b:?} {both:?}");
            }
        }
    }

    #[test]
    fn a_shape_covers_what_reads_the_same_sources_in_the_same_months() {
        let (column, parameter) = (Source::Column(ColumnId::at(0)), Source::Parameter(ParameterId::at(0)));
        let wide = shape(&[(column.clone(), promise(100, 0, 1_000)), (parameter.clone(), promise(100, 0, 500))]);
        let narrow = shape(&[(column.clone(), promise(100, 0, 10)), (parameter.clone(), promise(100, 100, 100))]);
        assert!(wide.covers(&narrow) && !narrow.covers(&wide));
        assert!(!wide.covers(&shape(&[(column.clone(), promise(1, 0, 1))])), "a source the code reads is not there");
        assert!(!wide.covers(&Shape { slots: 2, ..narrow.clone() }));
        assert!(!wide.covers(&Shape { kinds: [false, true], ..narrow.clone() }));
        // Code that supposes everybody there cannot run where some are away.
        let there = Shape { always_there: true, ..wide.clone() };
        assert!(!there.covers(&narrow) && wide.covers(&Shape { always_there: true, ..narrow.clone() }));
        let scaled = |count, always| Shape { scales: [(BracketId::at(0), (count, always))].into(), ..wide.clone() };
        assert!(scaled(3, false).covers(&scaled(2, true)) && !scaled(2, false).covers(&scaled(3, false)));
        assert!(!scaled(3, true).covers(&scaled(3, false)));
        let both = wide.union(&Shape { always_there: true, ..narrow.clone() }).expect("union");
        assert!(both.covers(&wide) && both.covers(&narrow));
    }
}
