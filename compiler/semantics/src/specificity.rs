//! Most specific first; overlap without nesting is an error (decision D21).

use cadrage_ir::Selection;

use crate::Members;

/// Two exceptions that overlap without one being inside the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Position of the first.
    pub first: usize,
    /// Position of the second.
    pub second: usize,
    /// What both accept.
    pub both: Selection,
}

/// Positions of `boxes` from the most specific to the least, and the overlaps that nothing settles.
///
/// `same(i, j)` says that both give the same value, which makes an overlap harmless.
#[must_use]
pub fn order(boxes: &[Selection], members: &Members, same: &dyn Fn(usize, usize) -> bool) -> (Vec<usize>, Vec<Overlap>) {
    let refined: Vec<Selection> = boxes.iter().map(|b| members.refine(b)).collect();
    let mut overlaps = Vec::new();
    for (i, a) in refined.iter().enumerate() {
        for (j, b) in refined.iter().enumerate().skip(i + 1) {
            let both = a.intersect(b);
            let nested = (a.included_in(b) || b.included_in(a)) && a != b;
            let settled =
                || refined.iter().enumerate().any(|(k, c)| k != i && k != j && both.included_in(c) && c.included_in(a) && c.included_in(b));
            if !both.is_empty() && !nested && !same(i, j) && !settled() {
                overlaps.push(Overlap { first: i, second: j, both: boxes.get(i).zip(boxes.get(j)).map_or(both, |(x, y)| x.intersect(y)) });
            }
        }
    }
    let mut order: Vec<usize> = Vec::new();
    for (k, b) in refined.iter().enumerate() {
        let at = order.iter().position(|other| refined.get(*other).is_some_and(|o| b.included_in(o) && o != b)).unwrap_or(order.len());
        order.insert(at, k);
    }
    (order, overlaps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_ir::{Constraint, attribute};
    use std::collections::BTreeSet;

    fn on(name: &str, codes: &[&str]) -> Selection {
        let mut s = Selection::all();
        s.restrict(attribute(name).unwrap(), Constraint::In(codes.iter().map(ToString::to_string).collect::<BTreeSet<_>>()));
        s
    }

    #[test]
    fn an_overlap_is_settled_by_its_intersection() {
        let (pr, droit) = (on("corps", &["PR"]), on("composante", &["DROIT"]));
        let members = Members::default();
        let (_, overlaps) = order(&[pr.clone(), droit.clone()], &members, &|_, _| false);
        assert_eq!(overlaps.len(), 1);
        let (sorted, overlaps) = order(&[pr.clone(), droit.clone(), pr.intersect(&droit)], &members, &|_, _| false);
        assert!(overlaps.is_empty());
        assert_eq!(sorted.first(), Some(&2));
        let (_, overlaps) = order(&[pr, droit], &members, &|_, _| true);
        assert!(overlaps.is_empty());
    }

    #[test]
    fn boxes_that_part_live_together() {
        let (sorted, overlaps) =
            order(&[on("corps", &["PR", "MCF"]), on("corps", &["PR"]), Selection::all()], &Members::default(), &|_, _| false);
        assert!(overlaps.is_empty());
        assert_eq!(sorted, [1, 0, 2]);
    }
}
