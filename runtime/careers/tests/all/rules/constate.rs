//! Constaté months, and what the end of the last one says.

use std::sync::Arc;

use crate::made::{Scene, contract, d, in_months, m, position, titulaire};
use cadrage_careers::RowOrigin;

#[test]
fn a_change_inside_a_month_makes_two_rows() {
    let scene = Scene::new("2025-10", "2025-10").row(m("2025-10"), "2023-04-15", Some("2025-10-15"), titulaire("3", "2023-04-15")).row(
        m("2025-10"),
        "2025-10-15",
        None,
        titulaire("4", "2025-10-15"),
    );
    let agent = scene.one();
    assert_eq!(in_months(&agent, "2025-10", "2025-10"), "2025-10:14 3/577 2025-10:16 4/623");
    let [first, second] = agent.rows_of(m("2025-10")) else { panic!() };
    assert_eq!((first.start_thirtieth, second.start_thirtieth), (0, 14));
    assert_eq!((first.last_of_month, second.last_of_month), (false, true));
    assert!(first.constate && first.origin == RowOrigin::Constate);
    assert_eq!(agent.months.len(), 1);
    assert_eq!(agent.months[0].last_state.echelon, "4");
}

#[test]
fn the_thirty_first_is_in_force_but_counts_for_nothing() {
    let scene = Scene::new("2025-10", "2025-11").row(m("2025-10"), "2025-10-31", None, titulaire("3", "2025-10-31"));
    let agent = scene.one();
    assert_eq!(agent.rows_of(m("2025-10")), []);
    assert!(agent.month(m("2025-10")).is_some() && agent.in_force_at_end());
    assert_eq!(in_months(&agent, "2025-10", "2025-11"), "2025-11:30 3/577");
}

#[test]
fn out_of_activity_is_in_force_without_rows() {
    let mut state = titulaire("3", "2023-04-15");
    "DISPO".clone_into(&mut state.position);
    let agent = Scene::new("2025-10", "2026-01").agent("2025-09-01", state).one();
    assert!(agent.rows.is_empty());
    assert_eq!(agent.months.len(), 5);
    assert!(agent.in_force_at_end());
}

#[test]
fn who_left_during_the_last_month_is_not_in_force_at_its_end() {
    let scene = Scene::new("2025-10", "2026-01").row(m("2025-09"), "2024-01-01", None, titulaire("3", "2024-01-01")).row(
        m("2025-10"),
        "2024-01-01",
        Some("2025-10-21"),
        titulaire("3", "2024-01-01"),
    );
    let agent = scene.one();
    assert!(!agent.in_force_at_end());
    assert_eq!((agent.structure_at_end(), agent.exit.as_ref()), (None, None));
    assert_eq!(in_months(&agent, "2025-09", "2026-01"), "2025-09:30 3/577 2025-10:20 3/577");
    assert_eq!(agent.entry, d("2019-09-15"));
}

#[test]
fn age_and_seniority_are_those_of_the_first_of_the_month() {
    let agent = Scene::new("2025-04", "2025-06").agent("2023-04-15", titulaire("3", "2023-04-15")).one();
    // Born 20 May 1980, in since 15 September 2019.
    let seen: Vec<_> = agent.rows.iter().skip(2).map(|r| (r.month, r.age.unwrap(), r.seniority_months)).collect();
    assert_eq!(seen, [(m("2025-03"), 44, 65), (m("2025-04"), 44, 66), (m("2025-05"), 44, 67), (m("2025-06"), 45, 68)]);
}

#[test]
fn months_share_the_state_that_does_not_change() {
    let agent = Scene::new("2025-06", "2026-06").agent("2023-09-01", titulaire("3", "2023-09-01")).one();
    let distinct = agent.rows.windows(2).filter(|w| !Arc::ptr_eq(&w[0].state, &w[1].state)).count();
    assert_eq!((agent.rows.len(), distinct), (16, 0));
    assert!(Arc::ptr_eq(agent.state_at_end.as_ref().unwrap(), &agent.rows[0].state));
}

#[test]
fn months_after_the_switchover_are_not_read() {
    let scene = Scene::new("2025-06", "2025-08").agent("2023-09-01", titulaire("3", "2023-09-01")).row(
        m("2025-07"),
        "2025-07-01",
        None,
        contract(None),
    );
    let agent = scene.one();
    assert_eq!(agent.rows_of(m("2025-07"))[0].state.grade, "MCF");
    assert!(!agent.rows_of(m("2025-07"))[0].constate);
}

#[test]
fn a_return_counts_the_whole_absence_from_the_months_before() {
    // Away since 1 March, seen in two rows because the structure changed on 1 May: a row that ends with its month looks open in its file.
    let away = |structure: &str| {
        let mut state = titulaire("3", "2023-01-15");
        "CPAR".clone_into(&mut state.position);
        structure.clone_into(&mut state.structure);
        state
    };
    let scene = Scene::new("2025-06", "2026-12")
        .row(m("2025-02"), "2023-01-15", None, titulaire("3", "2023-01-15"))
        .row(m("2025-03"), "2025-03-01", None, away("SCI_MATH"))
        .row(m("2025-04"), "2025-03-01", None, away("SCI_MATH"))
        .row(m("2025-05"), "2025-05-01", None, away("SCI_PHYS"))
        .row(m("2025-06"), "2025-05-01", None, away("SCI_PHYS"))
        .forecast("2025-09-01", "POSITION", position("AC"));
    // 34 months from 15 January 2023 are 15 November 2025; six months away make it 15 May 2026.
    assert_eq!(in_months(&scene.one(), "2026-04", "2026-06"), "2026-04:30 3/577 2026-05:14 3/577 2026-05:16 4/623 2026-06:30 4/623");
}
