//! Movements read in the constaté, against the events of the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cadrage_cube::{Cube, MonthFacts, Situation};
use cadrage_session::{Announced, Movements, NothingToCompare, Observed, observed};
use cadrage_value::{Date, Exact, Month};
use suite::rows;

use super::support::{dossier, open, root, shared};

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

/// Agent, day, type.
type Key = (String, Date, String);

/// What the truth says happened after January 2025 and was known by the end of September 2026, with the day it was known.
fn events(truth: &Path) -> BTreeMap<Key, Option<Date>> {
    let date = |text: &str| Date::parse(text);
    let mut out = BTreeMap::new();
    for row in rows(&truth.join("evenements.csv")) {
        out.insert((row["matricule"].clone(), date(&row["date_effet"]).expect("date"), row["type"].clone()), date(&row["connu_le"]));
    }
    for row in rows(&truth.join("echelons.csv")) {
        out.insert((row["matricule"].clone(), date(&row["date_effet"]).expect("date"), "ECHELON".to_owned()), None);
    }
    let (from, to) = (month("2025-02").first_day(), month("2026-09").last_day());
    out.retain(|(_, day, kind), known| *day >= from && *day <= to && kind != "IMPUTATION" && known.is_none_or(|k| k <= to));
    out
}

fn movements(world: &Path, from: &str) -> Movements {
    let folder = dossier(world);
    let (mut workspace, _) = open(folder.path());
    let found = observed(workspace.cube().expect("cube"), Some(month(from)), None).expect("movements");
    // They sum to the difference, exactly.
    let change: Exact = found.observed.iter().map(|o| o.etp.clone()).sum();
    assert_eq!(&found.etp_before + &change, found.etp_after);
    let counted: usize = found.counts().iter().map(|c| c.count).sum();
    assert_eq!(counted, found.observed.len());
    found
}

/// What is seen and not true, what is true and not seen. Who is known to have left only once he is gone has no row that says the day:
/// the file shows it on the first of the month it is known.
fn differences(found: &Movements, truth: &Path) -> (Vec<Observed>, Vec<Key>) {
    let mut missing = events(truth);
    let mut extra = Vec::new();
    for o in &found.observed {
        if missing.remove(&(o.matricule.clone(), o.date, o.kind.to_owned())).is_none() {
            extra.push(o.clone());
        }
    }
    let late: Vec<Key> = missing
        .iter()
        .filter(|((_, day, kind), known)| kind == "SORTIE" && known.is_some_and(|k| k.month() > day.month()))
        .map(|(key, _)| key.clone())
        .collect();
    for key in late {
        let known = missing.get(&key).copied().flatten().expect("late").month().first_day();
        let before = extra.len();
        extra.retain(|o| !(o.matricule == key.0 && o.kind == "SORTIE" && o.date == known));
        if extra.len() < before {
            missing.remove(&key);
        }
    }
    (extra, missing.into_keys().collect())
}

#[test]
fn the_example_shows_each_event_of_its_truth_and_no_other() {
    let world = root().join("examples/01-valmont");
    let found = movements(&world, "2025-01");
    let (extra, missing) = differences(&found, &world.join("verite"));
    assert!(extra.is_empty() && missing.is_empty(), "{extra:?}\n{missing:?}");
    assert_eq!(found.observed.len(), 208);
    println!("movements_observed : {} mouvements, ceux de la vérité", found.observed.len());
}

#[test]
fn with_defects_what_differs_is_of_the_agents_whose_rows_are_spoilt() {
    let Some(world) = shared().map(|s| s.join("data/valmont")) else {
        println!("movements_observed : ../shared absent, sauté");
        return;
    };
    let found = movements(&world, "2025-01");
    let (extra, missing) = differences(&found, &world.join("verite"));
    let spoilt: BTreeSet<String> = rows(&world.join("verite/defauts.csv")).into_iter().map(|row| row["cle"].clone()).collect();
    let of_spoilt = |matricule: &str| spoilt.iter().any(|key| key.contains(matricule));
    let strangers: Vec<_> = extra.iter().filter(|o| !of_spoilt(&o.matricule)).collect();
    let lost: Vec<_> = missing.iter().filter(|(matricule, _, _)| !of_spoilt(matricule)).collect();
    println!(
        "movements_observed : {} mouvements, {} de trop et {} de moins par les défauts",
        found.observed.len(),
        extra.len(),
        missing.len()
    );
    assert!(strangers.is_empty() && lost.is_empty(), "{strangers:?}\n{lost:?}");
}

#[test]
fn what_was_announced_is_set_beside_what_came() {
    let world = root().join("examples/01-valmont");
    let found = movements(&world, "2026-08");
    // No forecast file in August: what the situations say of what comes next.
    assert!(!found.from_forecasts && found.to == month("2026-09"));
    let steps: Vec<&Observed> = found.observed.iter().filter(|o| o.kind == "ECHELON").collect();
    assert!(!steps.is_empty() && steps.iter().all(|o| o.announced == Announced::AsSaid), "{steps:?}");
    let exits = found.counts().into_iter().find(|c| c.kind == "SORTIE").expect("exits");
    assert_eq!(
        exits.as_said + found.observed.iter().filter(|o| o.kind == "SORTIE" && o.announced != Announced::AsSaid).count(),
        exits.count
    );
}

/// A month of one agent's situations: start, end, position, quotité.
fn made(rows: &[(&str, Option<&str>, &str, &str)], of: &Situation, month: Month) -> MonthFacts {
    let mut facts = MonthFacts::new(month.last_day());
    for (k, (start, end, position, quotite)) in rows.iter().enumerate() {
        let mut s = of.clone();
        (s.month, s.segment) = (month, u32::try_from(k).expect("few") + 1);
        (s.start, s.end) = (Date::parse(start).expect("date"), end.map(|e| Date::parse(e).expect("date")));
        s.state.position = (*position).to_owned();
        s.state.quotite = Some(quotite.parse().expect("quotité"));
        s.state.quotite_remuneree.clone_from(&s.state.quotite);
        facts.situations.push(s);
    }
    facts
}

#[test]
fn comings_and_goings_inside_a_month_are_all_seen() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, _) = open(folder.path());
    let mut agent = workspace.cube().expect("cube").months[&month("2026-01")].situations[0].clone();
    (agent.departure, agent.next_step) = (None, None);
    let (january, february, march) = (month("2026-01"), month("2026-02"), month("2026-03"));
    let mut cube = Cube::default();
    cube.months.insert(january, made(&[("2025-09-01", None, "AC", "1")], &agent, january));
    // Half time on the 10th, gone on the 15th, back on the 20th on leave.
    let rows = [
        ("2025-09-01", Some("2026-02-10"), "AC", "1"),
        ("2026-02-10", Some("2026-02-15"), "AC", "1/2"),
        ("2026-02-20", None, "DISPO", "1/2"),
    ];
    cube.months.insert(february, made(&rows, &agent, february));
    cube.months.insert(march, made(&[("2026-02-20", None, "DISPO", "1/2")], &agent, march));
    let found = observed(&cube, Some(january), None).expect("movements");
    let seen: Vec<String> = found.observed.iter().map(|o| format!("{} {} {} {}", o.kind, o.date, o.motif, o.etp)).collect();
    assert_eq!(seen, ["QUOTITE 2026-02-10  -1/2", "SORTIE 2026-02-15  -1/2", "ENTREE 2026-02-20 REINTEGRATION 0"]);
    assert_eq!((found.etp_before, found.etp_after), (Exact::ONE, Exact::ZERO));
    // Gone without a word: on the first of the month that no longer has him.
    cube.months.insert(march, MonthFacts::new(march.last_day()));
    let found = observed(&cube, Some(february), Some(march)).expect("movements");
    assert_eq!(found.observed.iter().map(|o| (o.kind, o.date)).collect::<Vec<_>>(), [("SORTIE", march.first_day())]);
    assert_eq!(observed(&cube, Some(march), Some(january)), Err(NothingToCompare::Order));
    assert_eq!(observed(&cube, Some(month("2020-01")), None), Err(NothingToCompare::Unknown(month("2020-01"))));
    assert_eq!(observed(&Cube::default(), None, None), Err(NothingToCompare::TooFewMonths));
}
