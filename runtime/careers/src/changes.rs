//! What a movement does to a state: the columns filled, and those they imply.

use std::sync::Arc;

use cadrage_value::{Date, Exact};

use crate::{Change, Grids, Post, State, modality, paid_fraction};

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
    if change.post != Post::default() {
        let over = &change.post;
        let mut post = state.post.as_deref().cloned().unwrap_or_default();
        if over.plafond.is_some() || over.centre.is_some() {
            // Another resource or centre: the old imputation goes as a whole.
            post.plafond.clone_from(&over.plafond);
            post.centre.clone_from(&over.centre);
            post.eotp.clone_from(&over.eotp);
        }
        post.placed |= over.placed;
        state.post = Some(Arc::new(post));
    }
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

/// Who takes another grade without a step goes to the first one whose index is not lower, and never loses points: above the top of the
/// grid, the last step with the old index. Months served are kept when the index is the same, at most the duration less one (domain.md
/// §C). `state` is what he was; what comes out is `change` completed.
pub(crate) fn reclassified(state: &State, change: &Change, day: Date, grids: &Grids) -> Change {
    let mut out = change.clone();
    let Some(grade) = change.grade.as_ref().filter(|g| **g != state.grade && change.step.is_none()) else { return out };
    let remuneration = change.remuneration.as_ref().unwrap_or(&state.remuneration);
    if remuneration != "INDICIAIRE" {
        return out;
    }
    let Some(old) = change.inm.or(state.inm) else {
        // Paid a lump sum until then: as a newcomer.
        out.step = grids.first_step(grade, day).map(|step| (step.echelon.clone(), step.chevron.clone()));
        return out;
    };
    match grids.landing_step(grade, old, day) {
        Some(step) => {
            out.step = Some((step.echelon.clone(), step.chevron.clone()));
            out.step_entry = change.step_entry.or(Some(day));
            let same = step.inm == Some(old) && change.inm.is_none();
            let served = state.step_entry.map_or(0, |entry| entry.month().until(day.month())).saturating_add(state.step_kept_months);
            let kept = if same { step.months.map_or(0, |duration| served.clamp(0, (duration - 1).max(0))) } else { 0 };
            out.step_kept_months = change.step_kept_months.or(Some(kept));
            if step.inm.is_some_and(|new| new < old) {
                out.inm = Some(old);
            }
        }
        // No grid to land on: the index stays, without a step to advance from.
        None => out.step = Some((String::new(), String::new())),
    }
    out
}
