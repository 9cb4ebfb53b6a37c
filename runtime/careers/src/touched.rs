//! Whose careers two lists of movements may make different: what lets a comparison unroll those again, and nobody else.

use std::collections::BTreeSet;

use crate::Movement;
use crate::unroll::typed;

/// The lines whose movements are not the same in both lists, and the fractions of them. Everybody else lives the same life in both,
/// on the same grids and the same constaté.
#[must_use]
pub fn touched(before: &[Movement], after: &[Movement]) -> BTreeSet<String> {
    let sorted = |movements: &'_ [Movement]| {
        let mut sorted: Vec<Movement> = movements.to_vec();
        sorted.sort();
        sorted
    };
    let (before, after) = (sorted(before), sorted(after));
    let (old, new) = (typed(&before), typed(&after));
    let mut out: BTreeSet<String> =
        old.keys().chain(new.keys()).filter(|line| old.get(*line) != new.get(*line)).map(|l| (*l).to_owned()).collect();
    // A fraction follows the career of whom it is a part of.
    for movement in before.iter().chain(&after) {
        if let Movement::Twin { id, matricule, .. } = movement
            && out.contains(matricule)
        {
            out.insert(id.clone());
        }
    }
    out
}
