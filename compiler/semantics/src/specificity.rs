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

/// Pieces that a cover is cut into before it is given up, and the overlap reported.
const PIECES: usize = 4_096;

/// Positions of `boxes` from the most specific to the least, and the overlaps that nothing settles.
///
/// Where several boxes hold a row, those that no other one is inside of win. Two of them with different values are an
/// unsettled overlap; `same(i, j)` says that both give the same value, which makes it harmless.
#[must_use]
pub fn order(boxes: &[Selection], members: &Members, same: &dyn Fn(usize, usize) -> bool) -> (Vec<usize>, Vec<Overlap>) {
    let refined: Vec<Selection> = boxes.iter().map(|b| members.refine(b)).collect();
    let mut overlaps = Vec::new();
    for (i, a) in refined.iter().enumerate() {
        for (j, b) in refined.iter().enumerate().skip(i + 1) {
            if a.strictly_inside(b) || b.strictly_inside(a) || a.is_empty() || b.is_empty() || same(i, j) {
                continue;
            }
            let both = a.intersect(b);
            // Of `zone 1` and `zone 2`, a dossier may know only one: their leaves are not compared, but the codes part.
            let written_apart = boxes.get(i).zip(boxes.get(j)).is_some_and(|(x, y)| x.intersect(y).is_empty());
            if both.is_empty() || written_apart {
                continue;
            }
            let better = refined.iter().filter(|c| c.strictly_inside(a) || c.strictly_inside(b));
            let Some(rest) = uncovered(&both, better) else { continue };
            // The written form reads better than the leaves, when nothing of the overlap is settled.
            let whole = boxes.get(i).zip(boxes.get(j)).map(|(x, y)| x.intersect(y)).filter(|_| rest == both);
            overlaps.push(Overlap { first: i, second: j, both: whole.unwrap_or(rest) });
        }
    }
    let mut order: Vec<usize> = Vec::new();
    for (k, b) in refined.iter().enumerate() {
        let at = order.iter().position(|other| refined.get(*other).is_some_and(|o| b.strictly_inside(o))).unwrap_or(order.len());
        order.insert(at, k);
    }
    (order, overlaps)
}

/// A part of `target` that none of the boxes covers; `None` when together they cover it all.
fn uncovered<'b>(target: &Selection, boxes: impl Iterator<Item = &'b Selection>) -> Option<Selection> {
    let mut pieces = vec![target.clone()];
    for b in boxes {
        let cut: Vec<Selection> =
            pieces.iter().flat_map(|p| if p.intersect(b).is_empty() { vec![p.clone()] } else { p.minus(b) }).collect();
        if cut.len() > PIECES {
            break;
        }
        pieces = cut;
    }
    pieces.into_iter().next()
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod examples {
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
    fn a_code_that_the_dossier_does_not_have_is_apart_from_one_that_it_has() {
        let mut members = Members::default();
        members.group("zone", "2", "DROIT");
        let (_, overlaps) = order(&[on("zone", &["1"]), on("zone", &["2"]), on("zone", &["3"])], &members, &|_, _| false);
        assert!(overlaps.is_empty());
        let (_, overlaps) = order(&[on("zone", &["1"]), on("structure", &["DROIT"])], &members, &|_, _| false);
        assert_eq!(overlaps.len(), 1);
    }

    #[test]
    fn boxes_that_part_live_together() {
        let (sorted, overlaps) =
            order(&[on("corps", &["PR", "MCF"]), on("corps", &["PR"]), Selection::all()], &Members::default(), &|_, _| false);
        assert!(overlaps.is_empty());
        assert_eq!(sorted, [1, 0, 2]);
    }
}
