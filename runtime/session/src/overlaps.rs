//! How many agents are in an overlap that nothing settles (E01): the checker says which box, the store who is in it.

use std::collections::BTreeSet;

use cadrage_cube::Cube;
use cadrage_driver::Compiled;
use cadrage_ir::{ATTRIBUTES, COLUMNS, Grain, Selection};
use cadrage_source::Code;
use cadrage_value::{Exact, Month};

use crate::attributes::Coder;
use crate::{careers, frames};

/// Completes each E01 with the number of agents it is about, at the end of the last month loaded.
pub(crate) fn count(compiled: &mut Compiled, cube: &Cube) {
    let Some(last) = cube.months.keys().next_back().copied() else { return };
    for overlap in &compiled.model.overlaps {
        // A rubrique or a plafond is an attribute of lines, not of people.
        if !of_people(&overlap.both) {
            continue;
        }
        let found = agents(cube, last, &overlap.both);
        let day = last.last_day().to_french();
        let said = match found {
            0 => format!("personne n'y répond au {day}"),
            1 => format!("1 agent y répond au {day}"),
            n => format!("{n} agents y répondent au {day}"),
        };
        let concerned =
            compiled.diagnostics.iter_mut().filter(|d| d.code == Code::E01 && d.labels.first().is_some_and(|l| l.span == overlap.span));
        for diagnostic in concerned {
            diagnostic.message = format!("{} ; {said}", diagnostic.message);
        }
    }
}

fn of_people(selection: &Selection) -> bool {
    selection.codes.keys().all(|a| ATTRIBUTES.get(a.index()).is_some_and(|a| a.situation))
        && selection.ranges.keys().all(|c| COLUMNS.get(c.index()).is_some_and(|c| c.grain == Grain::Situation))
}

/// People in activity on the last day of the month whose situation is in the box.
fn agents(cube: &Cube, last: Month, both: &Selection) -> usize {
    let mut coder = Coder::new(&cube.references);
    let situations = careers::situations(cube, last, None);
    let day = last.last_day();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for s in situations.get(&last).into_iter().flatten() {
        let now = s.start <= day && s.end.is_none_or(|e| e > day) && s.state.position == "AC";
        if now && frames::row(&s.matricule, &s.state, &Exact::ONE, s.entry, last, &mut coder).is_in(both) {
            found.insert(&s.matricule);
        }
    }
    found.len()
}
