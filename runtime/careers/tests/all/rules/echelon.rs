//! Automatic échelons.

use crate::made::{Scene, d, in_months, m, mcf, position, step, titulaire};
use cadrage_careers::{Change, Grids, NoteKind, RowOrigin, Step};

#[test]
fn the_golden_date() {
    // domain.md §C: step 3 entered 2023-04-15, 4 months kept, 34 months: 2025-10-15; October is 14/30 old and 16/30 new.
    let mut state = titulaire("3", "2023-04-15");
    state.step_kept_months = 4;
    let agent = Scene::new("2025-06", "2025-12").agent("2023-04-15", state).one();
    assert_eq!(in_months(&agent, "2025-09", "2025-11"), "2025-09:30 3/577 2025-10:14 3/577 2025-10:16 4/623 2025-11:30 4/623");
    let new = agent.rows_of(m("2025-10")).last().unwrap();
    assert_eq!((new.state.step_entry, new.state.step_kept_months), (Some(d("2025-10-15")), 0));
    assert_eq!(new.origin, RowOrigin::Automatic);
    assert_eq!((new.start_thirtieth, new.last_of_month), (14, true));
    assert_eq!(agent.rows_of(m("2025-09"))[0].origin, RowOrigin::Constate);
}

#[test]
fn one_after_the_other_to_the_last_step() {
    let scene = Scene::new("2024-01", "2040-12").agent("2023-06-10", titulaire("1", "2023-06-10"));
    let agent = scene.one();
    let mut entries: Vec<_> = agent.rows.iter().map(|r| (r.state.echelon.clone(), r.state.step_entry.unwrap())).collect();
    entries.dedup();
    let expected = [("1", "2023-06-10"), ("2", "2024-06-10"), ("3", "2027-04-10"), ("4", "2030-02-10"), ("5", "2032-12-10")];
    assert_eq!(entries, expected.map(|(e, day)| (e.to_owned(), d(day))));
    // The last step stops, and that is nothing to tell.
    assert_eq!(scene.unroll().notes, []);
}

#[test]
fn chevrons_are_steps() {
    let mut scene = Scene::new("2025-06", "2027-12");
    let chevron = |c: &str, inm| Step { chevron: c.to_owned(), ib: "HEA".to_owned(), ..step("6", inm, Some(12)) };
    scene.grids.add("MCF", d("2020-01-01"), None, vec![chevron("1", 895), chevron("2", 930), chevron("3", 977)]);
    let mut state = titulaire("6", "2024-09-01");
    "1".clone_into(&mut state.chevron);
    state.inm = Some(895);
    let agent = scene.agent("2024-09-01", state).one();
    let last = agent.rows.last().unwrap();
    assert_eq!((last.state.echelon.as_str(), last.state.chevron.as_str(), last.state.inm), ("6", "3", Some(977)));
    assert_eq!((last.state.step_entry, last.state.ib.as_str()), (Some(d("2026-09-01")), "HEA"));
}

#[test]
fn up_to_the_horizon_only_the_announced_ones() {
    let base = Scene::new("2025-06", "2026-06").horizon("2025-12");
    // Due on 2025-10-10 but not announced: the SIRH has its reasons until the horizon; the day after, it is overdue.
    let overdue = base.clone().agent("2022-12-10", titulaire("3", "2022-12-10"));
    assert_eq!(in_months(&overdue.one(), "2025-12", "2026-01"), "2025-12:30 3/577 2026-01:30 4/623");
    assert_eq!(overdue.one().rows_of(m("2026-01"))[0].state.step_entry, Some(d("2026-01-01")));
    // Announced on its date.
    let change =
        Change { step: Some(("4".to_owned(), String::new())), step_entry: Some(d("2025-10-10")), inm: Some(623), ..Change::default() };
    let announced = overdue.forecast("2025-10-10", "ECHELON", change).one();
    assert_eq!(in_months(&announced, "2025-10", "2025-11"), "2025-10:9 3/577 2025-10:21 4/623 2025-11:30 4/623");
    assert_eq!(announced.rows.last().unwrap().origin, RowOrigin::Announced);
    // Due after the horizon: on its date.
    let later = base.agent("2023-05-20", titulaire("3", "2023-05-20")).one();
    assert_eq!(in_months(&later, "2026-03", "2026-04"), "2026-03:19 3/577 2026-03:11 4/623 2026-04:30 4/623");
}

#[test]
fn announced_beyond_the_horizon_holds_until_then() {
    // Due on 2026-02-10, announced for 2026-05-10: the SIRH knows better, and the rule goes on from what it says.
    let change = Change { step: Some(("4".to_owned(), String::new())), step_entry: Some(d("2026-05-10")), ..Change::default() };
    let scene = Scene::new("2025-06", "2029-06").horizon("2025-12").agent("2023-04-10", titulaire("3", "2023-04-10"));
    let agent = scene.forecast("2026-05-10", "ECHELON", change).one();
    assert_eq!(in_months(&agent, "2026-02", "2026-02"), "2026-02:30 3/577");
    assert_eq!(in_months(&agent, "2026-05", "2026-05"), "2026-05:9 3/577 2026-05:21 4/623");
    assert_eq!(in_months(&agent, "2029-03", "2029-03"), "2029-03:9 4/623 2029-03:21 5/678");
}

#[test]
fn an_announced_echelon_without_its_date_is_not_given_twice() {
    let change = Change { step: Some(("4".to_owned(), String::new())), ..Change::default() };
    let scene = Scene::new("2025-06", "2028-12").horizon("2025-12").agent("2022-12-10", titulaire("3", "2022-12-10"));
    let agent = scene.forecast("2025-10-10", "ECHELON", change).one();
    assert_eq!(in_months(&agent, "2028-08", "2028-08"), "2028-08:9 4/623 2028-08:21 5/678");
}

#[test]
fn time_out_of_activity_is_added_back() {
    let scene = Scene::new("2025-06", "2027-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
    let away = scene.clone().forecast("2025-09-01", "POSITION", position("DISPO"));
    // Never while away, though due on 2026-02-15.
    let agent = away.one();
    assert_eq!(agent.rows.last().unwrap().month, m("2025-08"));
    assert_eq!(agent.months.last().unwrap().last_state.echelon, "3");
    // Eight months away: 2026-10-15.
    let back = away.clone().forecast("2026-05-01", "POSITION", position("AC")).one();
    assert_eq!(in_months(&back, "2026-04", "2026-05"), "2026-05:30 3/577");
    assert_eq!(in_months(&back, "2026-10", "2026-10"), "2026-10:14 3/577 2026-10:16 4/623");
    // The SIRH says the new entry itself: not added twice.
    let said = Change { step_entry: Some(d("2023-12-15")), ..position("AC") };
    let back = away.clone().forecast("2026-05-01", "POSITION", said).one();
    assert_eq!(in_months(&back, "2026-10", "2026-10"), "2026-10:14 3/577 2026-10:16 4/623");
    // Promoted while away: only the time since counts against him.
    let promoted = Change { step: Some(("4".to_owned(), String::new())), step_entry: Some(d("2026-01-01")), ..Change::default() };
    let back = away.forecast("2026-01-01", "GRADE", promoted).forecast("2026-05-01", "POSITION", position("AC")).one();
    assert_eq!(back.rows.last().unwrap().state.step_entry, Some(d("2026-05-01")));
}

#[test]
fn what_the_grid_does_not_say_is_told_once() {
    let notes = |grids: Grids, echelon: &str| {
        let mut scene = Scene::new("2025-06", "2027-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
        scene.grids = grids;
        scene.constate.values_mut().flatten().for_each(|s| echelon.clone_into(&mut s.state.echelon));
        // A second agent in the same case.
        for rows in scene.constate.values_mut() {
            let mut other = rows[0].clone();
            "B".clone_into(&mut other.matricule);
            rows.push(other);
        }
        let careers = scene.unroll();
        // The index stays, and so does the step.
        assert!(careers.agents.iter().flat_map(|a| &a.rows).all(|r| r.state.inm == Some(577) && r.state.echelon == echelon));
        careers.notes.into_iter().map(|n| (n.kind, n.agents.join(" "))).collect::<Vec<_>>()
    };
    let both = "A B".to_owned();
    assert_eq!(notes(Grids::new(), "3"), [(NoteKind::GradeWithoutGrid { grade: "MCF".to_owned() }, both.clone())]);
    let mut grids = Grids::new();
    grids.add("MCF", d("2020-01-01"), None, mcf());
    let (grade, echelon, chevron) = ("MCF".to_owned(), "9".to_owned(), String::new());
    assert_eq!(notes(grids, "9"), [(NoteKind::StepNotInGrid { grade, echelon, chevron }, both.clone())]);
    let mut grids = Grids::new();
    grids.add("MCF", d("2020-01-01"), None, vec![step("3", 577, None), step("4", 623, Some(34)), step("5", 678, None)]);
    assert_eq!(notes(grids, "3"), [(NoteKind::DurationUnknown { grade: "MCF".to_owned() }, both)]);
}

#[test]
fn a_step_reached_by_choice_only_ends_the_career() {
    let mut scene = Scene::new("2025-06", "2027-12").agent("2020-04-15", titulaire("3", "2020-04-15"));
    let third = Step { terminal: true, ..step("3", 577, None) };
    scene.grids.add("MCF", d("2020-01-01"), None, vec![third, step("4", 623, None)]);
    let careers = scene.unroll();
    assert!(careers.agents[0].rows.iter().all(|r| r.state.echelon == "3"));
    assert_eq!(careers.notes, []);
}

#[test]
fn no_entry_in_the_step_no_echelon() {
    let mut state = titulaire("3", "2023-04-15");
    state.step_entry = None;
    let careers = Scene::new("2025-06", "2027-12").agent("2023-04-15", state).unroll();
    assert!(careers.agents[0].rows.iter().all(|r| r.state.echelon == "3"));
    assert_eq!(careers.notes[0].kind, NoteKind::StepEntryUnknown { grade: "MCF".to_owned() });
}

#[test]
fn absurd_seniority_and_durations_do_not_move_dates_out_of_the_calendar() {
    for kept in [i32::MIN, i32::MAX] {
        let mut state = titulaire("3", "2023-04-15");
        state.step_kept_months = kept;
        let agent = Scene::new("2025-06", "2025-12").agent("2023-04-15", state).one();
        assert_eq!(agent.rows.last().unwrap().state.echelon, if kept > 0 { "4" } else { "3" });
    }
    let mut scene = Scene::new("2025-06", "2025-12").agent("2023-04-15", titulaire("3", "2023-04-15"));
    scene.grids.add("MCF", d("2020-01-01"), None, vec![step("3", 577, Some(i32::MAX)), step("4", 623, None)]);
    assert_eq!(scene.one().rows.last().unwrap().state.echelon, "3");
}
