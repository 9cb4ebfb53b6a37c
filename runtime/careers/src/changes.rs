//! What a movement does to a state: the columns filled, and those they imply.

use cadrage_value::{Date, Exact};

use crate::{Change, Grids, State, modality, paid_fraction};

/// Fills the columns of `change`; the others are unchanged (interfaces.md §4).
///
/// A working time without its paid fraction takes the regulatory one. The indice brut is not carried by a movement: a new step
/// forgets it until the grid says it.
pub(crate) fn fill(state: &mut State, change: &Change) {
    fn set<T: Clone>(place: &mut T, value: Option<&T>) {
        if let Some(value) = value {
            place.clone_from(value);
        }
    }
    state.birth = change.birth.or(state.birth);
    set(&mut state.statut, change.statut.as_ref());
    if change.grade.is_some() || change.step.is_some() {
        state.ib.clear();
    }
    set(&mut state.grade, change.grade.as_ref());
    if let Some((echelon, chevron)) = &change.step {
        state.echelon.clone_from(echelon);
        state.chevron.clone_from(chevron);
    }
    state.step_entry = change.step_entry.or(state.step_entry);
    set(&mut state.step_kept_months, change.step_kept_months.as_ref());
    state.inm = change.inm.or(state.inm);
    set(&mut state.position, change.position.as_ref());
    if let Some(quotite) = &change.quotite {
        state.modalite = modality(quotite, &state.statut, &state.modalite);
        state.quotite_remuneree = Some(paid_fraction(quotite, &state.statut, &state.modalite));
        state.quotite = Some(quotite.clone());
    }
    if change.quotite_remuneree.is_some() {
        state.quotite_remuneree.clone_from(&change.quotite_remuneree);
    }
    set(&mut state.remuneration, change.remuneration.as_ref());
    state.montant_forfait = change.montant_forfait.or(state.montant_forfait);
    set(&mut state.contract_end, change.contract_end.as_ref());
    set(&mut state.structure, change.structure.as_ref());
    set(&mut state.enfants, change.enfants.as_ref());
    set(&mut state.nbi_points, change.nbi_points.as_ref());
}

/// Makes the state of an arrival whole: activity, full time, the paid fraction, the technical member `?`, entry in the step that day.
pub(crate) fn complete(state: &mut State, arrival: Date) {
    for (place, default) in [(&mut state.position, "AC"), (&mut state.grade, "?"), (&mut state.structure, "?")] {
        if place.is_empty() {
            default.clone_into(place);
        }
    }
    if matches!(state.remuneration.as_str(), "INDICIAIRE" | "FORFAIT") {
        let quotite = state.quotite.clone().unwrap_or(Exact::ONE);
        state.modalite = modality(&quotite, &state.statut, &state.modalite);
        if state.quotite_remuneree.is_none() {
            state.quotite_remuneree = Some(paid_fraction(&quotite, &state.statut, &state.modalite));
        }
        state.quotite = Some(quotite);
    }
    if !state.echelon.is_empty() && state.step_entry.is_none() {
        state.step_entry = Some(arrival);
    }
}

/// The state of a typed hire: the step given; else the step of the index given, if the grid has one; else the first of the grid.
pub(crate) fn hired(state: &State, arrival: Date, grids: &Grids) -> State {
    let mut state = state.clone();
    if state.echelon.is_empty() && state.remuneration == "INDICIAIRE" {
        let step = match state.inm {
            Some(inm) => grids.step_of_index(&state.grade, inm, arrival),
            None => grids.first_step(&state.grade, arrival),
        };
        if let Some(step) = step {
            state.echelon.clone_from(&step.echelon);
            state.chevron.clone_from(&step.chevron);
            state.ib.clone_from(&step.ib);
        }
    }
    complete(&mut state, arrival);
    state
}

/// The state an announced arrival opens.
pub(crate) fn entered(change: &Change, arrival: Date) -> State {
    let mut state = State::default();
    fill(&mut state, change);
    complete(&mut state, arrival);
    state
}
