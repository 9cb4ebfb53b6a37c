//! Selections as boxes: for each coded attribute a set of codes, for each ordered column a set of intervals (decision D21).
//!
//! No `ou` across axes and no arithmetic, so inclusion, overlap and emptiness are decided before running.

use std::collections::BTreeMap;

use crate::{AttributeId, COLUMNS, ColumnId, Constraint, Shape};

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

    /// Adds intervals on a column; counts and days are whole numbers, and kept in their one form.
    pub fn bound(&mut self, column: ColumnId, shape: Shape) {
        let shape = if COLUMNS.get(column.index()).is_some_and(|c| c.whole) { shape.whole() } else { shape };
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
            || (other.codes.iter().all(|(a, c)| match self.codes.get(a) {
                Some(mine) => mine.included_in(c),
                None => c.complement().is_empty(),
            }) && other.ranges.iter().all(|(k, s)| match self.ranges.get(k) {
                Some(mine) => mine.included_in(s),
                // A row without the number is in no interval, not even in all of them.
                None => false,
            }))
    }

    /// Is it inside `other`, which accepts more?
    #[must_use]
    pub fn strictly_inside(&self, other: &Selection) -> bool {
        self.included_in(other) && !other.included_in(self)
    }

    /// What it accepts and `other` does not, as boxes that do not meet.
    #[must_use]
    pub fn minus(&self, other: &Selection) -> Vec<Selection> {
        let mut out = Vec::new();
        let mut rest = self.clone();
        if rest.is_empty() {
            return out;
        }
        for (a, c) in &other.codes {
            let mut piece = rest.clone();
            piece.restrict(*a, c.complement());
            if !piece.is_empty() {
                out.push(piece);
            }
            rest.restrict(*a, c.clone());
            if rest.is_empty() {
                return vec![self.clone()];
            }
        }
        for (k, s) in &other.ranges {
            let mut piece = rest.clone();
            piece.bound(*k, s.complement());
            if !piece.is_empty() {
                out.push(piece);
            }
            rest.bound(*k, s.clone());
            if rest.is_empty() {
                return vec![self.clone()];
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_value::Exact;

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
        assert_eq!(pr.minus(&droit).len(), 1);
        assert!(both.minus(&pr).is_empty());
    }

    #[test]
    fn intervals_nest() {
        let mut old = Selection::all();
        old.bound(ColumnId(0), Shape::at_least(Exact::from_int(65)));
        let mut adult = Selection::all();
        adult.bound(ColumnId(0), Shape::at_least(Exact::from_int(18)));
        assert!(old.included_in(&adult) && !adult.included_in(&old));
        let mut young = Selection::all();
        young.bound(ColumnId(0), Shape::below(Exact::from_int(18)));
        assert!(young.intersect(&adult).is_empty());
    }
}
