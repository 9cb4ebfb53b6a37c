//! Selections as boxes: for each coded attribute a set of codes, for each ordered column an interval (decision D21).
//!
//! No `ou` across axes and no arithmetic, so inclusion, overlap and emptiness are decided before running.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::Exact;

use crate::{AttributeId, ColumnId};

/// What one attribute must satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// One of these codes.
    In(BTreeSet<String>),
    /// None of these codes.
    NotIn(BTreeSet<String>),
}

impl Constraint {
    /// Does `code` satisfy it?
    #[must_use]
    pub fn accepts(&self, code: &str) -> bool {
        match self {
            Constraint::In(set) => set.contains(code),
            Constraint::NotIn(set) => !set.contains(code),
        }
    }

    fn intersect(&self, other: &Constraint) -> Constraint {
        match (self, other) {
            (Constraint::In(a), Constraint::In(b)) => Constraint::In(a & b),
            (Constraint::In(a), Constraint::NotIn(b)) | (Constraint::NotIn(b), Constraint::In(a)) => Constraint::In(a - b),
            (Constraint::NotIn(a), Constraint::NotIn(b)) => Constraint::NotIn(a | b),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Constraint::In(set) if set.is_empty())
    }

    fn included_in(&self, other: &Constraint) -> bool {
        match (self, other) {
            (Constraint::In(a), Constraint::In(b)) => a.is_subset(b),
            (Constraint::In(a), Constraint::NotIn(b)) => a.is_disjoint(b),
            (Constraint::NotIn(a), Constraint::NotIn(b)) => b.is_subset(a),
            (Constraint::NotIn(_), Constraint::In(_)) => false,
        }
    }
}

/// An interval of an ordered column, bounds included or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Lower bound and whether it is included; `None` = unbounded.
    pub low: Option<(Exact, bool)>,
    /// Upper bound and whether it is included; `None` = unbounded.
    pub high: Option<(Exact, bool)>,
}

impl Shape {
    /// Is `value` inside?
    #[must_use]
    pub fn accepts(&self, value: &Exact) -> bool {
        self.low.as_ref().is_none_or(|(b, inclusive)| value > b || (*inclusive && value == b))
            && self.high.as_ref().is_none_or(|(b, inclusive)| value < b || (*inclusive && value == b))
    }

    fn intersect(&self, other: &Shape) -> Shape {
        let low = match (&self.low, &other.low) {
            (Some(a), Some(b)) if a.0 > b.0 || (a.0 == b.0 && !a.1) => Some(a.clone()),
            (Some(a), None) => Some(a.clone()),
            (_, b) => b.clone(),
        };
        let high = match (&self.high, &other.high) {
            (Some(a), Some(b)) if a.0 < b.0 || (a.0 == b.0 && !a.1) => Some(a.clone()),
            (Some(a), None) => Some(a.clone()),
            (_, b) => b.clone(),
        };
        Shape { low, high }
    }

    fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Some((a, ai)), Some((b, bi))) => a > b || (a == b && !(*ai && *bi)),
            _ => false,
        }
    }

    fn included_in(&self, other: &Shape) -> bool {
        self.intersect(other) == *self
    }
}

/// A box: all constraints at once. The empty box description accepts everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// By coded attribute.
    pub codes: BTreeMap<AttributeId, Constraint>,
    /// By ordered column.
    pub ranges: BTreeMap<ColumnId, Shape>,
}

impl Selection {
    /// Accepts everything.
    #[must_use]
    pub fn all() -> Self {
        Selection::default()
    }

    /// Does it accept everything?
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.codes.is_empty() && self.ranges.is_empty()
    }

    /// Adds a constraint on an attribute.
    pub fn restrict(&mut self, attribute: AttributeId, constraint: Constraint) {
        let merged = self.codes.get(&attribute).map_or_else(|| constraint.clone(), |c| c.intersect(&constraint));
        self.codes.insert(attribute, merged);
    }

    /// Adds an interval on a column.
    pub fn bound(&mut self, column: ColumnId, shape: Shape) {
        let merged = self.ranges.get(&column).map_or_else(|| shape.clone(), |s| s.intersect(&shape));
        self.ranges.insert(column, merged);
    }

    /// What both accept.
    #[must_use]
    pub fn intersect(&self, other: &Selection) -> Selection {
        let mut out = self.clone();
        for (a, c) in &other.codes {
            out.restrict(*a, c.clone());
        }
        for (c, s) in &other.ranges {
            out.bound(*c, s.clone());
        }
        out
    }

    /// Does it accept nothing, whatever the data?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.values().any(Constraint::is_empty) || self.ranges.values().any(Shape::is_empty)
    }

    /// Is everything it accepts accepted by `other` too?
    #[must_use]
    pub fn included_in(&self, other: &Selection) -> bool {
        self.is_empty()
            || (other.codes.iter().all(|(a, c)| self.codes.get(a).is_some_and(|mine| mine.included_in(c)))
                && other.ranges.iter().all(|(k, s)| self.ranges.get(k).is_some_and(|mine| mine.included_in(s))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(list: &[&str]) -> Constraint {
        Constraint::In(list.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn boxes_nest_overlap_or_part() {
        let (grade, place) = (AttributeId(0), AttributeId(1));
        let mut pr = Selection::all();
        pr.restrict(grade, codes(&["PR"]));
        let mut droit = Selection::all();
        droit.restrict(place, codes(&["DROIT"]));
        let both = pr.intersect(&droit);
        assert!(both.included_in(&pr) && both.included_in(&droit) && !pr.included_in(&droit));
        assert!(!both.is_empty());
        let mut mcf = Selection::all();
        mcf.restrict(grade, codes(&["MCF"]));
        assert!(pr.intersect(&mcf).is_empty());
        assert!(pr.included_in(&Selection::all()) && !Selection::all().included_in(&pr));
    }

    #[test]
    fn intervals_nest() {
        let at_least = |n| Shape { low: Some((Exact::from_int(n), true)), high: None };
        let mut old = Selection::all();
        old.bound(ColumnId(0), at_least(65));
        let mut adult = Selection::all();
        adult.bound(ColumnId(0), at_least(18));
        assert!(old.included_in(&adult) && !adult.included_in(&old));
        let mut young = Selection::all();
        young.bound(ColumnId(0), Shape { low: None, high: Some((Exact::from_int(18), false)) });
        assert!(young.intersect(&adult).is_empty());
    }
}
