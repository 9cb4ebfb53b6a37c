//! What a scenario types.

use std::sync::Arc;

use crate::made::{Scene, contract, d, hire, in_months, leave, m, q, step, titulaire, told};
use cadrage_careers::{Change, Movement, NoteKind, RowOrigin, State};

/// A titulaire whose step, index and working time are not given.
fn bare() -> State {
    State { statut: "TITULAIRE".to_owned(), grade: "MCF".to_owned(), remuneration: "INDICIAIRE".to_owned(), ..State::default() }
}

#[test]
fn a_hire_starts_on_the_first_step_and_advances() {
    let scene = Scene::new("2025-06", "2026-11").horizon("2026-12").movement(hire("M001/1", "2025-09-11", bare()));
    let agent = scene.one();
    assert_eq!(agent.matricule, "M001/1");
    // Twelve months after his entry, horizon or not.
    assert_eq!(in_months(&agent, "2025-07", "2025-10"), "2025-09:20 1/478 2025-10:30 1/478");
    assert_eq!(in_months(&agent, "2026-09", "2026-09"), "2026-09:10 1/478 2026-09:20 2/531");
    assert_eq!(agent.rows[0].origin, RowOrigin::Movement(Arc::from("M001/1")));
    assert_eq!(agent.rows.last().unwrap().origin, RowOrigin::Automatic);
    assert_eq!((agent.seat.as_deref(), agent.entry, agent.in_force_at_end()), (None, d("2025-09-11"), false));
    let state = &agent.rows[0].state;
    assert_eq!((state.quotite_remuneree.clone(), state.modalite.as_str(), state.structure.as_str()), (Some(q("1")), "TC", "?"));
}

#[test]
fn a_hire_keeps_what_is_given() {
    let first = |state: State| {
        let careers = Scene::new("2025-06", "2026-12").movement(hire("M001/1", "2025-09-01", state)).unroll();
        let row = careers.agents[0].rows[0].clone();
        (row.state.echelon.clone(), row.state.inm, row.state.quotite_remuneree.clone())
    };
    let third = State { echelon: "3".to_owned(), quotite: Some(q("4/5")), ..bare() };
    assert_eq!(first(third), ("3".to_owned(), Some(577), Some(q("6/7"))));
    // An index without a step: the step that carries it, else none at all.
    assert_eq!(first(State { inm: Some(623), ..bare() }).0, "4");
    assert_eq!(first(State { inm: Some(600), ..bare() }), (String::new(), Some(600), Some(q("1"))));
    // A step with an index of its own: kept until the next step.
    let own = State { echelon: "1".to_owned(), inm: Some(490), ..bare() };
    let agent = Scene::new("2025-06", "2026-09").movement(hire("M001/1", "2025-09-01", own)).one();
    assert_eq!(in_months(&agent, "2026-08", "2026-09"), "2026-08:30 1/490 2026-09:30 2/531");
    // A reform of the grid does not take it away either.
    let own = State { echelon: "1".to_owned(), inm: Some(490), ..bare() };
    let mut scene = Scene::new("2025-06", "2025-12").movement(hire("M001/1", "2025-09-01", own));
    scene.grids.add("MCF", d("2025-11-01"), None, vec![step("1", 480, None)]);
    assert!(scene.one().rows.iter().all(|r| r.state.inm == Some(490)));
}

#[test]
fn a_hire_ends_after_its_last_day_or_with_its_contract() {
    let until = |movement: Movement, day: &str| match movement {
        Movement::Hire { id, from, state, seat, .. } => Movement::Hire { id, from, until: Some(d(day)), state, seat },
        other => other,
    };
    let agent = Scene::new("2025-06", "2026-12").movement(until(hire("M001/1", "2025-09-01", contract(None)), "2025-10-20")).one();
    assert_eq!(told(&agent.rows), "2025-09:30 /430 2025-10:20 /430");
    let agent = Scene::new("2025-06", "2026-12").movement(hire("M001/1", "2025-09-01", contract(Some("2025-11-01")))).one();
    assert_eq!(told(&agent.rows), "2025-09:30 /430 2025-10:30 /430");
    // Typed for a constaté month: only the projected months have rows, but the step runs from the entry.
    let agent = Scene::new("2025-06", "2025-12").movement(hire("M001/1", "2024-09-01", bare())).one();
    assert_eq!(
        (agent.rows[0].month, in_months(&agent, "2025-08", "2025-09")),
        (m("2025-07"), "2025-08:30 1/478 2025-09:30 2/531".to_owned())
    );
    let overdue = Scene::new("2025-06", "2025-12").movement(hire("M001/1", "2024-01-15", bare())).one();
    assert_eq!(overdue.rows[0].state.step_entry, Some(d("2025-01-15")));
}

#[test]
fn a_hire_does_not_take_someone_elses_matricule() {
    let scene =
        Scene::new("2025-06", "2025-12").agent("2025-01-01", titulaire("3", "2025-01-01")).movement(hire("A", "2025-09-01", bare()));
    let careers = scene.unroll();
    assert_eq!((careers.agents.len(), &careers.notes[0].kind), (1, &NoteKind::HireExists));
}

#[test]
fn a_departure_is_given_by_its_last_day_and_cancels_the_rest() {
    let later = Change { statut: Some("CDD".to_owned()), remuneration: Some("INDICIAIRE".to_owned()), ..Change::default() };
    let scene = Scene::new("2026-05", "2026-12")
        .agent("2025-01-01", titulaire("3", "2025-01-01"))
        .forecast("2026-07-01", "QUOTITE", Change { quotite: Some(q("1/2")), ..Change::default() })
        .forecast("2026-09-01", "QUOTITE", Change { quotite: Some(q("1")), ..Change::default() })
        .forecast("2026-11-01", "ENTREE", later)
        .movement(leave("A", "2026-10-31"))
        .movement(leave("A", "2026-08-31"));
    let agent = scene.one();
    assert_eq!(agent.rows.last().unwrap().month, m("2026-08"));
    assert_eq!(agent.rows.last().unwrap().state.quotite, Some(q("1/2")));
    let exit = agent.exit.unwrap();
    assert_eq!((exit.date, exit.motif.as_str()), (d("2026-09-01"), "RETRAITE"));
    assert_eq!(scene.unroll().notes, []);
    // In the middle of a month.
    let agent = Scene::new("2026-05", "2026-12").agent("2025-01-01", titulaire("3", "2025-01-01")).movement(leave("A", "2026-08-20")).one();
    assert_eq!(in_months(&agent, "2026-08", "2026-09"), "2026-08:20 3/577");
    // An arrival announced after it does not take place.
    let arrival = Change { remuneration: Some("INDICIAIRE".to_owned()), ..Change::default() };
    let careers = Scene::new("2026-05", "2026-12").forecast("2026-09-01", "ENTREE", arrival).movement(leave("A", "2026-08-20")).unroll();
    assert_eq!(careers.agents, []);
}

#[test]
fn a_departure_in_the_past_takes_effect_at_the_projection() {
    let agent = Scene::new("2026-05", "2026-12").agent("2025-01-01", titulaire("3", "2025-01-01")).movement(leave("A", "2026-03-31")).one();
    assert_eq!((agent.rows.last().unwrap().month, agent.exit.unwrap().date), (m("2026-05"), d("2026-06-01")));
}

#[test]
fn moving_nobody_is_told() {
    let careers = Scene::new("2026-05", "2026-12").movement(leave("Z", "2026-08-31")).unroll();
    assert_eq!(careers.notes[0].kind, NoteKind::MovementWithoutAgent { on: d("2026-09-01") });
    assert_eq!(careers.notes[0].agents, ["Z"]);
}

#[test]
fn a_typed_change_comes_after_the_announced_one() {
    let scene = Scene::new("2025-06", "2029-12").agent("2025-01-01", titulaire("3", "2025-01-01"));
    let announced = Change { quotite: Some(q("1/2")), ..Change::default() };
    let typed = |change: Change| Movement::Change { id: "M003/1".to_owned(), matricule: "A".to_owned(), from: d("2025-09-01"), change };
    let quotite = Change { quotite: Some(q("4/5")), ..Change::default() };
    let agent = scene.clone().forecast("2025-09-01", "QUOTITE", announced).movement(typed(quotite)).one();
    let row = &agent.rows_of(m("2025-09"))[0];
    assert_eq!((row.state.quotite_remuneree.clone(), row.origin.clone()), (Some(q("6/7")), RowOrigin::Movement(Arc::from("M003/1"))));
    // A promotion enters its step that day, and goes on from there.
    let promoted = Change { step: Some(("4".to_owned(), String::new())), ..Change::default() };
    let agent = scene.movement(typed(promoted)).one();
    assert_eq!(in_months(&agent, "2025-08", "2025-09"), "2025-08:30 3/577 2025-09:30 4/623");
    assert_eq!(in_months(&agent, "2028-07", "2028-07"), "2028-07:30 5/678");
}

#[test]
fn what_is_typed_does_not_keep_what_it_replaces() {
    // The kept months of the old step, and its indice brut, do not follow into the new one.
    let mut state = titulaire("3", "2025-01-01");
    state.step_kept_months = 4;
    "700".clone_into(&mut state.ib);
    let scene = Scene::new("2025-06", "2026-12").agent("2025-01-01", state);
    let typed = |from: &str, change: Change| Movement::Change { id: "M003/1".to_owned(), matricule: "A".to_owned(), from: d(from), change };
    let step = |echelon: &str| Change { step: Some((echelon.to_owned(), String::new())), ..Change::default() };
    let agent = scene.clone().movement(typed("2025-09-01", step("4"))).one();
    let row = agent.rows.last().unwrap();
    assert_eq!((row.state.step_kept_months, row.state.ib.as_str()), (0, ""));
    // A typed index gives way to the grid's at the next announced step.
    let index = Change { inm: Some(600), ..Change::default() };
    let agent = scene.movement(typed("2025-09-01", index)).forecast("2025-11-01", "ECHELON", step("4")).one();
    assert_eq!(in_months(&agent, "2025-10", "2025-11"), "2025-10:30 3/600 2025-11:30 4/623");
}
