//! Grids: versions, reforms, the index of projected months.

use crate::made::{Scene, d, in_months, m, mcf, step, titulaire};
use cadrage_careers::{Change, Grids, NoteKind, Step};

#[test]
fn a_grid_answers_for_a_day() {
    let mut grids = Grids::new();
    grids.add("MCF", d("2026-01-01"), None, vec![step("1", 500, Some(12)), step("2", 550, None)]);
    grids.add("MCF", d("2020-01-01"), Some(d("2026-01-01")), mcf());
    let inm = |s: Option<&Step>| s.and_then(|s| s.inm);
    assert_eq!(inm(grids.step_at("MCF", "1", "", d("2025-12-31"))), Some(478));
    assert_eq!(inm(grids.step_at("MCF", "1", "", d("2026-01-01"))), Some(500));
    assert_eq!(inm(grids.next_step("MCF", "1", "", d("2026-01-01"))), Some(550));
    assert_eq!(inm(grids.next_step("MCF", "2", "", d("2026-01-01"))), None);
    assert_eq!(inm(grids.first_step("MCF", d("2026-01-01"))), Some(500));
    assert_eq!(grids.step_of_index("MCF", 577, d("2025-01-01")).unwrap().echelon, "3");
    // Whatever the order they are told in, the version that began last is in force.
    grids.add("NEW", d("2026-01-01"), None, vec![step("1", 500, None)]);
    grids.add("NEW", d("2020-01-01"), None, mcf());
    assert_eq!(inm(grids.step_at("NEW", "1", "", d("2026-01-01"))), Some(500));
    grids.add("OLD", d("2020-01-01"), Some(d("2026-01-01")), mcf());
    assert_eq!(inm(grids.step_at("OLD", "1", "", d("2025-12-31"))), Some(478));
    for (grade, echelon, day) in
        [("OLD", "1", "2026-01-01"), ("MCF", "3", "2026-01-01"), ("MCF", "1", "2019-12-31"), ("PR", "1", "2026-01-01")]
    {
        assert_eq!(grids.step_at(grade, echelon, "", d(day)), None);
    }
}

#[test]
fn the_index_of_projected_months_is_the_grids() {
    let mut state = titulaire("3", "2025-01-01");
    state.inm = Some(570);
    let scene = Scene::new("2025-06", "2025-08").agent("2025-01-01", state);
    assert_eq!(in_months(&scene.one(), "2025-05", "2025-08"), "2025-05:30 3/570 2025-06:30 3/570 2025-07:30 3/577 2025-08:30 3/577");
    let told = NoteKind::IndexReplaced { grade: "MCF".to_owned(), echelon: "3".to_owned(), chevron: String::new(), file: 570, grid: 577 };
    assert_eq!(scene.unroll().notes[0].kind, told);
    // The same for an announced one.
    let change =
        Change { step: Some(("4".to_owned(), String::new())), inm: Some(600), step_entry: Some(d("2025-08-01")), ..Change::default() };
    let agent =
        Scene::new("2025-06", "2025-08").agent("2025-01-01", titulaire("3", "2025-01-01")).forecast("2025-08-01", "ECHELON", change);
    assert_eq!(in_months(&agent.one(), "2025-08", "2025-08"), "2025-08:30 4/623");
}

#[test]
fn a_step_without_index_keeps_the_files() {
    let mut scene = Scene::new("2025-06", "2025-08").agent("2025-01-01", titulaire("3", "2025-01-01"));
    scene.grids.add("MCF", d("2020-01-01"), None, vec![Step { inm: None, ..step("3", 0, None) }]);
    assert_eq!(in_months(&scene.one(), "2025-07", "2025-08"), "2025-07:30 3/577 2025-08:30 3/577");
}

#[test]
fn a_reform_reaches_who_is_in_place_on_its_day() {
    let mut scene = Scene::new("2025-06", "2025-12").agent("2025-01-01", titulaire("3", "2025-01-01"));
    let mut reform = mcf();
    reform.iter_mut().for_each(|s| s.inm = s.inm.map(|i| i + 5));
    scene.grids.add("MCF", d("2025-09-11"), None, reform);
    let agent = scene.one();
    assert_eq!(in_months(&agent, "2025-08", "2025-10"), "2025-08:30 3/577 2025-09:10 3/577 2025-09:20 3/582 2025-10:30 3/582");
    assert_eq!(agent.rows.last().unwrap().state.step_entry, Some(d("2025-01-01")));
    assert_eq!(scene.unroll().notes, []);
}

#[test]
fn a_reform_that_changes_nothing_opens_no_situation() {
    let mut scene = Scene::new("2025-06", "2025-12").agent("2025-01-01", titulaire("3", "2025-01-01"));
    scene.grids.add("MCF", d("2025-09-11"), None, mcf());
    assert_eq!(scene.one().rows_of(m("2025-09")).len(), 1);
}

#[test]
fn a_shorter_duration_already_exceeded_promotes_on_the_day_of_the_reform() {
    let mut scene = Scene::new("2025-06", "2026-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
    let mut reform = mcf();
    reform[2].months = Some(24);
    scene.grids.add("MCF", d("2025-09-01"), None, reform);
    let agent = scene.one();
    assert_eq!(in_months(&agent, "2025-08", "2025-09"), "2025-08:30 3/577 2025-09:30 4/623");
    assert_eq!(agent.rows.last().unwrap().state.step_entry, Some(d("2025-09-01")));
    // A longer one postpones.
    let mut scene = Scene::new("2025-06", "2026-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
    let mut reform = mcf();
    reform[2].months = Some(40);
    scene.grids.add("MCF", d("2025-09-01"), None, reform);
    assert_eq!(in_months(&scene.one(), "2026-08", "2026-08"), "2026-08:14 3/577 2026-08:16 4/623");
}

#[test]
fn a_step_that_disappears_keeps_its_index() {
    let mut scene = Scene::new("2025-06", "2026-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
    scene.grids.add("MCF", d("2025-09-01"), None, vec![step("1", 600, Some(12)), step("2", 650, None)]);
    let careers = scene.unroll();
    assert!(careers.agents[0].rows.iter().all(|r| r.state.inm == Some(577)));
    let (grade, echelon, chevron) = ("MCF".to_owned(), "3".to_owned(), String::new());
    assert_eq!(
        careers.notes.iter().map(|n| n.kind.clone()).collect::<Vec<_>>(),
        [NoteKind::StepRemoved { grade, echelon, chevron, on: d("2025-09-01") }]
    );
}

#[test]
fn the_next_step_is_that_of_the_version_in_force_that_day() {
    let mut scene = Scene::new("2025-06", "2026-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
    let mut reform = mcf();
    reform[3].inm = Some(640);
    scene.grids.add("MCF", d("2026-02-15"), None, reform);
    assert_eq!(in_months(&scene.one(), "2026-02", "2026-02"), "2026-02:14 3/577 2026-02:16 4/640");
}

#[test]
fn a_step_given_twice_counts_once() {
    let mut grids = Grids::new();
    grids.add("X", d("2020-01-01"), None, vec![step("1", 400, Some(0)), step("1", 410, Some(0)), step("2", 420, Some(0))]);
    assert_eq!(grids.next_step("X", "1", "", d("2025-01-01")).unwrap().echelon, "2");
    assert_eq!(grids.next_step("X", "2", "", d("2025-01-01")), None);
}

/// Steps 3 and 5 known, 4 a text has and nobody here knows.
fn unknown_fourth(index: i64) -> Vec<Step> {
    vec![step("3", index, Some(34)), Step { inm: None, unknown: true, ..step("4", 0, Some(34)) }, step("5", 678, None)]
}

fn unknown(echelon: &str, on: &str) -> NoteKind {
    NoteKind::IndexUnknown { grade: "MCF".to_owned(), echelon: echelon.to_owned(), chevron: String::new(), on: d(on) }
}

#[test]
fn an_unknown_index_is_asked_for_on_the_day_somebody_needs_it_and_the_old_one_is_not_kept() {
    let of = |state: cadrage_careers::State| {
        let mut scene = Scene::new("2025-06", "2026-12").agent("2023-04-15", state);
        scene.grids.add("MCF", d("2020-01-01"), None, unknown_fourth(577));
        scene
    };
    // Seniority reaches the step on 15 February 2026.
    let careers = of(titulaire("3", "2023-04-15")).unroll();
    assert_eq!(careers.notes.iter().map(|n| n.kind.clone()).collect::<Vec<_>>(), [unknown("4", "2026-02-15")]);
    let paid = |month: &str| careers.agents[0].rows_of(m(month)).iter().map(|r| r.state.inm).collect::<Vec<_>>();
    assert_eq!((paid("2026-01"), paid("2026-02"), paid("2026-03")), (vec![Some(577)], vec![Some(577), None], vec![None]));
    // Nobody reaches it: nothing is asked.
    assert_eq!(of(titulaire("3", "2025-01-01")).unroll().notes, []);
    // Who is there already, with the index of the files, keeps it: a change of working time changes nothing to it.
    let half = Change { quotite: Some(cadrage_value::Exact::ratio(1, 2).unwrap()), ..Change::default() };
    let careers = of(titulaire("4", "2025-01-01")).forecast("2025-10-01", "QUOTITE", half).unroll();
    assert_eq!(careers.notes, []);
    assert!(careers.agents[0].rows.iter().all(|r| r.state.inm == Some(623)));
    // Away, nobody needs it; back, he does.
    let mut away = titulaire("3", "2023-04-15");
    "DISPO".clone_into(&mut away.position);
    let to = |position: &str| Change { position: Some(position.to_owned()), ..Change::default() };
    let mut scene = of(away);
    scene.grids.add("MCF", d("2025-09-01"), None, vec![Step { inm: None, unknown: true, ..step("3", 0, None) }]);
    assert_eq!(scene.unroll().notes, []);
    let back = scene.forecast("2026-03-01", "POSITION", to("AC")).unroll();
    assert_eq!(back.notes.iter().map(|n| n.kind.clone()).collect::<Vec<_>>(), [unknown("3", "2026-03-01")]);
}

#[test]
fn who_may_land_on_an_unknown_step_lands_on_it() {
    let mut grids = Grids::new();
    grids.add("MCF", d("2020-01-01"), None, unknown_fourth(577));
    let landed = |inm: i64| grids.landing_step("MCF", inm, d("2025-01-01")).map(|s| s.echelon.clone()).unwrap();
    // Up to 577 the third is the one; above, the fourth may be, up to 678 excluded.
    assert_eq!(["500", "577"].map(|i| landed(i.parse().unwrap())), ["3", "3"]);
    assert_eq!(["578", "677"].map(|i| landed(i.parse().unwrap())), ["4", "4"]);
    assert_eq!(["678", "700"].map(|i| landed(i.parse().unwrap())), ["5", "5"]);
}

#[test]
fn a_closed_version_leaves_a_hole_that_is_told() {
    let mut scene = Scene::new("2025-06", "2026-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
    scene.grids.close("MCF", d("2020-01-01"), d("2025-09-01"));
    let careers = scene.unroll();
    assert_eq!(careers.notes.iter().map(|n| n.kind.clone()).collect::<Vec<_>>(), [NoteKind::GradeWithoutGrid { grade: "MCF".to_owned() }]);
    assert!(careers.agents[0].rows.iter().all(|r| r.state.inm == Some(577) && r.state.echelon == "3"));
}
