//! What holds for any career.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::made::{Scene, contract, d, mcf, position, q, step, titulaire};
use cadrage_careers::{AgentCareer, Careers, Change, Flow, Forecast, Movement, Situation, State, touched, unroll_among};
use cadrage_value::{Date, Month};

fn day(offset: i32) -> Date {
    let first = d("2025-01-01").plus_months(offset.div_euclid(31));
    (0..offset.rem_euclid(31)).fold(first, |day, _| day.next())
}

fn state() -> impl Strategy<Value = State> {
    (0..4_usize, 0..1500, -6..40_i32, any::<bool>(), any::<bool>(), 0..2000).prop_map(|(k, since, kept, active, cdd, end)| {
        let mut state =
            if cdd { contract(Some(&day(end).to_string())) } else { titulaire(&mcf()[k].echelon, &day(since - 1400).to_string()) };
        state.step_kept_months = kept;
        if !active {
            "DISPO".clone_into(&mut state.position);
        }
        state
    })
}

/// One agent's delivered months, without overlap: he changes state on some of the days, and may leave.
fn delivered(matricule: String) -> impl Strategy<Value = Vec<(Month, Situation)>> {
    let changes = prop::collection::btree_map(-200..220_i32, state(), 1..4);
    (changes, prop::option::of(100..300_i32)).prop_map(move |(changes, out)| {
        let changes: BTreeMap<Date, State> = changes.into_iter().map(|(k, s)| (day(k), s)).collect();
        let out = out.map(day);
        let starts: Vec<Date> = changes.keys().copied().collect();
        let mut rows = Vec::new();
        for month in d("2025-01-01").month().through(d("2025-06-01").month()) {
            for (k, (start, state)) in changes.iter().enumerate() {
                let end = starts.get(k + 1).copied().into_iter().chain(out).min().filter(|end| *end <= month.last_day());
                if *start > month.last_day() || end.is_some_and(|end| end <= month.first_day().max(*start)) {
                    continue;
                }
                let (matricule, segment) = (matricule.clone(), u32::try_from(k).unwrap());
                rows.push((
                    month,
                    Situation { matricule, start: *start, segment, end, entry: starts[0], state: state.clone(), departure: None },
                ));
            }
        }
        rows
    })
}

/// Any movement but those that lower a step.
fn change() -> impl Strategy<Value = (&'static str, Change)> {
    prop_oneof![
        Just(("SORTIE", Change::default())),
        Just(("POSITION", position("DISPO"))),
        Just(("POSITION", position("AC"))),
        (1..5_i64).prop_map(|k| ("QUOTITE", Change { quotite: Some(q(&format!("{k}/5"))), ..Change::default() })),
        (0..2500).prop_map(|end| ("CONTRAT", Change { contract_end: Some(Some(day(end))), ..Change::default() })),
        Just(("STRUCTURE", Change { structure: Some("LET_LANG".to_owned()), ..Change::default() })),
    ]
}

fn scene() -> impl Strategy<Value = Scene> {
    let agents = prop::collection::vec(Just(()), 1..4)
        .prop_flat_map(|some| some.iter().enumerate().map(|(k, ())| delivered(format!("A{k}"))).collect::<Vec<_>>());
    let forecasts = prop::collection::vec((0..5_u32, -30..1000_i32, change()), 0..8);
    let movements = prop::collection::vec((0..5_u32, 150..1000_i32, change(), 0..3_u32), 0..4);
    (agents, forecasts, movements, 0..30_i32, -20..900_i32).prop_map(|(agents, forecasts, movements, horizon, reform)| {
        let mut scene = Scene::new("2025-06", "2028-06");
        scene.horizon = scene.last.plus(horizon);
        let mut new = mcf();
        new.iter_mut().for_each(|s| s.months = s.months.map(|m| m - 10));
        new.push(step("6", 700, None));
        scene.grids.add("MCF", day(reform), None, new);
        for (month, row) in agents.into_iter().flatten() {
            scene.constate.entry(month).or_default().push(row);
        }
        for (who, when, (kind, change)) in forecasts {
            let (matricule, date) = (format!("A{who}"), day(when));
            scene.forecasts.push(Forecast { matricule, date, kind: kind.to_owned(), motif: String::new(), change });
        }
        for (k, (who, when, (_, change), verb)) in movements.into_iter().enumerate() {
            let (id, matricule, on) = (format!("M{k:03}/1"), format!("A{who}"), day(when));
            scene.movements.push(match verb {
                0 => Movement::Leave { matricule, on, motif: String::new() },
                1 => Movement::Change { id, matricule, from: on, change },
                _ => Movement::Hire { id, from: on, until: None, state: titulaire("1", &on.to_string()), seat: None },
            });
        }
        scene
    })
}

/// A movement of any kind on one of the agents, or on a hire.
fn movement() -> impl Strategy<Value = Movement> {
    (0..5_u32, 150..1000_i32, change(), 0..6_u32, 0..3_u32).prop_map(|(who, when, (_, change), verb, k)| {
        let (id, matricule, from) = (format!("M{k:03}/{verb}"), format!("A{who}"), day(when));
        match verb {
            0 => Movement::Leave { matricule, on: from, motif: String::new() },
            1 => Movement::Change { id, matricule, from, change },
            2 => Movement::Hire { id, from, until: None, state: titulaire("1", &from.to_string()), seat: Some(matricule) },
            3 => Movement::Thin { id, matricule, from, kept: q("3/5") },
            4 => Movement::Twin { id, matricule, from, share: q("1/4"), change },
            _ => Movement::Reschedule { id, matricule, flow: Flow::Exits, date: from, to: None },
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_of_a_month_are_disjoint_and_make_thirty_at_most(scene in scene()) {
        for agent in scene.unroll().agents {
            prop_assert!(agent.months.windows(2).all(|w| w[0].month < w[1].month));
            prop_assert!(agent.months.iter().all(|m| m.constate == (m.month <= scene.last) && m.month <= scene.until));
            let mut last: Option<(Month, u32)> = None;
            for (k, row) in agent.rows.iter().enumerate() {
                prop_assert!(row.thirtieths > 0 && row.start_thirtieth + row.thirtieths <= 30);
                prop_assert!(row.state.active() && row.constate == (row.month <= scene.last));
                prop_assert!(agent.month(row.month).is_some());
                if let Some((month, end)) = last {
                    prop_assert!(month < row.month || (month == row.month && end <= row.start_thirtieth), "{:?}", agent.rows);
                }
                last = Some((row.month, row.start_thirtieth + row.thirtieths));
                let next = agent.rows.get(k + 1).map(|r| r.month);
                prop_assert_eq!(row.last_of_month, next != Some(row.month));
            }
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_count(scene in scene()) {
        let mut other = scene.clone();
        other.constate.values_mut().for_each(|rows| rows.reverse());
        other.forecasts.reverse();
        other.movements.reverse();
        prop_assert_eq!(scene.unroll(), other.unroll());
    }

    #[test]
    fn agents_do_not_influence_each_other(scene in scene()) {
        let all = scene.unroll();
        for agent in &all.agents {
            let mut alone = scene.clone();
            alone.constate.values_mut().for_each(|rows| rows.retain(|r| r.matricule == agent.matricule));
            alone.forecasts.retain(|f| f.matricule == agent.matricule);
            alone.movements.retain(|m| m.subject() == agent.matricule);
            prop_assert_eq!(&alone.unroll().agents, std::slice::from_ref(agent));
        }
    }

    #[test]
    fn nobody_else_than_the_touched_lives_another_life(
        scene in scene(),
        lists in prop::collection::vec((movement(), any::<bool>(), any::<bool>()), 0..8),
    ) {
        let list = |keep: fn(&(Movement, bool, bool)) -> bool| lists.iter().filter(|m| keep(m)).map(|m| m.0.clone()).collect::<Vec<_>>();
        let before = Scene { movements: list(|m| m.1), ..scene.clone() };
        let after = Scene { movements: list(|m| m.2), ..scene };
        let lines = touched(&before.movements, &after.movements);
        let (was, is) = (before.unroll(), after.unroll());
        let apart = |careers: &Careers, asked: bool| -> Vec<AgentCareer> {
            careers.agents.iter().filter(|a| lines.contains(&a.matricule) == asked).cloned().collect()
        };
        prop_assert_eq!(apart(&was, false), apart(&is, false));
        for (scene, whole) in [(&before, &was), (&after, &is)] {
            let some = unroll_among(&scene.input(), &lines);
            prop_assert_eq!(&some.agents, &apart(whole, true));
            prop_assert!(some.notes.iter().all(|n| whole.notes.iter().any(|w| w.kind == n.kind)));
        }
    }

    #[test]
    fn a_projected_step_never_goes_down(scene in scene()) {
        for agent in scene.unroll().agents {
            for pair in agent.rows.windows(2) {
                let [a, b] = pair else { continue };
                let steps = (a.state.echelon.as_str(), b.state.echelon.as_str());
                if !b.constate && !a.constate && !steps.0.is_empty() && !steps.1.is_empty() {
                    prop_assert!(steps.0 <= steps.1, "{} {} {:?}", agent.matricule, b.month, steps);
                    prop_assert!(a.state.inm <= b.state.inm);
                }
            }
        }
    }

    #[test]
    fn a_longer_projection_only_adds_months(scene in scene()) {
        let mut shorter = scene.clone();
        shorter.until = scene.until.plus(-14);
        let long = scene.unroll();
        for agent in shorter.unroll().agents {
            let same = long.agents.iter().find(|a| a.matricule == agent.matricule).unwrap();
            prop_assert_eq!(&agent.rows[..], &same.rows[..agent.rows.len()]);
            prop_assert!(same.rows[agent.rows.len()..].iter().all(|r| r.month > shorter.until));
        }
    }
}
