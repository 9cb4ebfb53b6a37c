//! Movements the SIRH announces.

use crate::made::{Scene, contract, d, in_months, m, q, titulaire};
use cadrage_careers::{Change, NoteKind, RowOrigin};

#[test]
fn only_what_comes_after_the_constate_months_applies() {
    let scene = Scene::new("2025-06", "2025-08").agent("2025-01-01", titulaire("3", "2025-01-01"));
    assert_eq!(scene.clone().forecast("2025-06-30", "SORTIE", Change::default()).one().rows.len(), 6);
    let agent = scene.forecast("2025-07-01", "SORTIE", Change::default()).one();
    assert_eq!(agent.rows.len(), 4);
    assert_eq!(agent.exit.unwrap().date, d("2025-07-01"));
    assert!(agent.state_at_end.is_some());
}

#[test]
fn a_departure_closes_on_the_first_day_out() {
    let agent = Scene::new("2025-06", "2025-12").agent("2025-01-01", titulaire("3", "2025-01-01"));
    let agent = agent.forecast("2025-09-16", "SORTIE", Change::default()).one();
    assert_eq!(in_months(&agent, "2025-09", "2025-12"), "2025-09:15 3/577");
    assert!(agent.month(m("2025-10")).is_none());
}

#[test]
fn an_arrival_opens_a_career() {
    let change = Change {
        statut: Some("TITULAIRE".to_owned()),
        grade: Some("MCF".to_owned()),
        step: Some(("2".to_owned(), String::new())),
        inm: Some(531),
        quotite: Some(q("4/5")),
        remuneration: Some("INDICIAIRE".to_owned()),
        structure: Some("DRO_PRIV".to_owned()),
        ..Change::default()
    };
    let scene = Scene::new("2025-06", "2025-12").forecast("2025-09-11", "ENTREE", change);
    let agent = scene.one();
    assert_eq!(in_months(&agent, "2025-07", "2025-10"), "2025-09:20 2/531 2025-10:30 2/531");
    let row = &agent.rows[0];
    assert_eq!((row.entry, agent.entry, row.seniority_months), (d("2025-09-11"), d("2025-09-11"), 0));
    assert_eq!((row.state.position.as_str(), row.state.modalite.as_str()), ("AC", "TP"));
    assert_eq!((row.state.quotite_remuneree.clone(), row.state.step_entry), (Some(q("6/7")), Some(d("2025-09-11"))));
    assert_eq!((row.age, row.origin.clone(), agent.in_force_at_end()), (None, RowOrigin::Announced, false));
}

#[test]
fn who_comes_back_starts_a_new_career() {
    let arrival =
        Change { statut: Some("CDD".to_owned()), remuneration: Some("INDICIAIRE".to_owned()), inm: Some(430), ..Change::default() };
    let scene = Scene::new("2025-06", "2025-12").agent("2025-01-01", titulaire("3", "2025-01-01"));
    let scene = scene.forecast("2025-08-01", "SORTIE", Change::default()).forecast("2025-10-01", "ENTREE", arrival);
    let agent = scene.one();
    assert_eq!(in_months(&agent, "2025-07", "2025-11"), "2025-07:30 3/577 2025-10:30 /430 2025-11:30 /430");
    assert_eq!(agent.rows.last().unwrap().entry, d("2025-10-01"));
    // His entry, as the pay of the past sees it, is the one in force at the end of the constaté months.
    assert_eq!((agent.entry, agent.exit), (d("2019-09-15"), None));
}

#[test]
fn on_one_day_the_echelon_comes_first() {
    let echelon = Change { step: Some(("4".to_owned(), String::new())), step_entry: Some(d("2025-09-01")), ..Change::default() };
    let grade = Change { step: Some(("5".to_owned(), String::new())), step_entry: Some(d("2025-09-01")), ..Change::default() };
    let scene = Scene::new("2025-06", "2025-12").agent("2025-01-01", titulaire("3", "2025-01-01"));
    let scene = scene.forecast("2025-09-01", "GRADE", grade).forecast("2025-09-01", "ECHELON", echelon);
    assert_eq!(in_months(&scene.one(), "2025-08", "2025-09"), "2025-08:30 3/577 2025-09:30 5/678");
}

#[test]
fn a_contract_ends_unless_something_moves_its_end() {
    let scene = Scene::new("2025-06", "2026-12").agent("2025-01-01", contract(Some("2025-09-21")));
    let agent = scene.one();
    assert_eq!(in_months(&agent, "2025-08", "2026-12"), "2025-08:30 /430 2025-09:20 /430");
    let exit = agent.exit.unwrap();
    assert_eq!((exit.date, exit.motif.as_str()), (d("2025-09-21"), "FIN_CONTRAT"));

    let renewed = Change { contract_end: Some(Some(d("2026-03-01"))), ..Change::default() };
    let scene = scene.forecast("2025-09-21", "CONTRAT", renewed);
    assert_eq!(scene.one().exit.unwrap().date, d("2026-03-01"));
    // A new end is a new situation only on paper, but the state says it.
    assert_eq!(scene.one().rows_of(m("2025-09")).len(), 2);

    let open_ended = Change { contract_end: Some(None), statut: Some("CDI".to_owned()), ..Change::default() };
    let agent = scene.forecast("2026-03-01", "CONTRAT", open_ended).one();
    assert_eq!((agent.exit, agent.rows.last().unwrap().month), (None, m("2026-12")));
}

#[test]
fn a_contract_that_ended_in_the_past_stops_at_the_projection() {
    let careers = Scene::new("2025-06", "2025-12").agent("2025-01-01", contract(Some("2025-05-01"))).unroll();
    assert_eq!(careers.agents[0].rows.last().unwrap().month, m("2025-06"));
    assert_eq!((&careers.notes[0].kind, careers.notes[0].agents.as_slice()), (&NoteKind::ContractOverdue, ["A".to_owned()].as_slice()));
    // It ends with the last constaté month: in time, nothing to tell.
    assert_eq!(Scene::new("2025-06", "2025-12").agent("2025-01-01", contract(Some("2025-07-01"))).unroll().notes, []);
    // An old date left on a titulaire does not make him leave.
    let mut state = contract(Some("2025-05-01"));
    "TITULAIRE".clone_into(&mut state.statut);
    assert_eq!(Scene::new("2025-06", "2025-12").agent("2025-01-01", state).one().rows.last().unwrap().month, m("2025-12"));
}

#[test]
fn a_departure_known_beyond_the_horizon_is_kept() {
    let mut scene = Scene::new("2025-06", "2027-12").agent("2025-01-01", titulaire("3", "2025-01-01")).horizon("2025-12");
    let depart = |scene: &mut Scene, day: &str| {
        scene.constate.values_mut().flatten().for_each(|s| s.departure = Some((d(day), "RETRAITE".to_owned())));
    };
    depart(&mut scene, "2027-09-01");
    assert_eq!(scene.one().exit.unwrap().date, d("2027-09-01"));
    // Before the horizon the forecast file is exhaustive, and does not say so.
    depart(&mut scene, "2025-11-01");
    assert_eq!(scene.one().exit, None);
}

#[test]
fn a_movement_of_nobody_is_told() {
    let careers = Scene::new("2025-06", "2025-12").forecast("2025-09-01", "QUOTITE", Change::default()).unroll();
    assert_eq!((careers.agents.len(), &careers.notes[0].kind), (0, &NoteKind::ForecastWithoutAgent { kind: "QUOTITE".to_owned() }));
}

#[test]
fn rows_of_one_day_have_an_order_of_their_own() {
    let half = Change { quotite: Some(q("1/2")), ..Change::default() };
    let full = Change { quotite: Some(q("4/5")), ..Change::default() };
    let scene = Scene::new("2025-06", "2025-12").agent("2025-01-01", titulaire("3", "2025-01-01"));
    let one = scene.clone().forecast("2025-09-01", "QUOTITE", half.clone()).forecast("2025-09-01", "QUOTITE", full.clone()).one();
    let other = scene.forecast("2025-09-01", "QUOTITE", full).forecast("2025-09-01", "QUOTITE", half).one();
    assert_eq!(one, other);
}
