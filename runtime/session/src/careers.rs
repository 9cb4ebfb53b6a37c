//! The cube's facts, and the checked grids as plain data for `cadrage-careers`.

use std::collections::BTreeMap;

use cadrage_careers::{Change, Forecast, Post, Situation, State};
use cadrage_cube::Cube;
use cadrage_value::Month;

/// Situations of the constaté months, of one agent when he is named.
pub(crate) fn situations(cube: &Cube, until: Month, only: Option<&str>) -> BTreeMap<Month, Vec<Situation>> {
    let convert = |s: &cadrage_cube::Situation| Situation {
        matricule: s.matricule.clone(),
        start: s.start,
        segment: s.segment,
        end: s.end,
        entry: s.entry,
        state: state(&s.state),
        departure: s.departure.clone(),
    };
    cube.months
        .range(..=until)
        .map(|(m, f)| (*m, f.situations.iter().filter(|s| only.is_none_or(|m| s.matricule == m)).map(convert).collect()))
        .collect()
}

fn state(s: &cadrage_cube::State) -> State {
    State {
        birth: s.birth,
        statut: s.statut.clone(),
        grade: s.grade.clone(),
        echelon: s.echelon.clone(),
        chevron: s.chevron.clone(),
        step_entry: s.step_entry,
        step_kept_months: s.step_kept_months,
        ib: s.ib.clone(),
        inm: s.inm,
        position: s.position.clone(),
        modalite: s.modalite.clone(),
        quotite: s.quotite.clone(),
        quotite_remuneree: s.quotite_remuneree.clone(),
        remuneration: s.remuneration.clone(),
        montant_forfait: s.montant_forfait,
        contract_end: s.contract_end,
        structure: s.structure.clone(),
        enfants: s.enfants,
        nbi_points: s.nbi_points,
        specialite: s.specialite.clone(),
        post: None,
    }
}

/// Movements announced at the last constaté month, of one agent when he is named.
pub(crate) fn forecasts(cube: &Cube, last: Month, only: Option<&str>) -> Vec<Forecast> {
    let convert = |f: &cadrage_cube::Forecast| {
        let c = &f.change;
        Forecast {
            matricule: f.matricule.clone(),
            date: f.date,
            kind: f.kind.clone(),
            motif: f.motif.clone(),
            change: Change {
                birth: c.birth,
                statut: c.statut.clone(),
                grade: c.grade.clone(),
                step: c.step.clone(),
                step_entry: c.step_entry,
                step_kept_months: c.step_kept_months,
                inm: c.inm,
                position: c.position.clone(),
                quotite: c.quotite.clone(),
                quotite_remuneree: c.quotite_remuneree.clone(),
                remuneration: c.remuneration.clone(),
                montant_forfait: c.montant_forfait,
                contract_end: c.contract_end,
                structure: c.structure.clone(),
                enfants: c.enfants,
                nbi_points: c.nbi_points,
                post: Post::default(),
            },
        }
    };
    cube.months
        .get(&last)
        .map_or_else(Vec::new, |m| m.forecasts.iter().filter(|f| only.is_none_or(|m| f.matricule == m)).map(convert).collect())
}
