//! What-ifs on values, grids and rules, on the example institution: the check that each script announces, held to figures.

use cadrage_engine::Line;
use cadrage_session::Projection;
use cadrage_value::{Exact, Month};

use super::support::BACKEND;
use super::what_ifs_of_pay::{cents, world};

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

fn paid(p: &Projection, rubrique: &str, year: i32) -> i64 {
    cents(p, |l| l.code("rubrique") == rubrique && l.month.year() == year)
}

/// Months and rubriques that two projections pay differently.
fn moved(a: &Projection, b: &Projection) -> std::collections::BTreeMap<(Month, String), i64> {
    let mut out = std::collections::BTreeMap::new();
    for (p, sign) in [(a, -1), (b, 1)] {
        for l in &p.lines {
            *out.entry((l.month, l.code("rubrique").to_owned())).or_insert(0) += sign * l.amount.cents();
        }
    }
    out.retain(|_, v| *v != 0);
    out
}

#[test]
fn the_point_of_july_moves_nothing_before() {
    let mut w = world("02");
    let (base, p) = (w.run("budget_2027"), w.run("point_en_juillet"));
    let moved = moved(&base, &p);
    assert!(moved.keys().all(|(m, _)| *m >= month("2027-07")), "{:?}", moved.keys().next());
    let july = |p: &Projection| cents(p, |l| l.month == month("2027-07") && l.code("rubrique") == "101000");
    let (before, after) = (july(&base), july(&p));
    let rate = &Exact::from_int(after) / &Exact::from_int(before);
    assert!(rate > "1,0149".parse().expect("rate") && rate < "1,0151".parse().expect("rate"), "{before} -> {after}");
}

#[test]
fn four_points_of_cas_move_the_cas_alone() {
    let mut w = world("08");
    let (base, p) = (w.run("budget_2027"), w.run("cas_en_2027"));
    let moved = moved(&base, &p);
    assert!(moved.keys().all(|(m, r)| m.year() == 2027 && r == "403005"), "{:?}", moved.keys().next());
    let rate = &Exact::from_int(paid(&p, "403005", 2027)) / &Exact::from_int(paid(&base, "403005", 2027));
    assert!(rate > "1,0510".parse().expect("rate") && rate < "1,0512".parse().expect("rate"), "{rate}");
}

#[test]
fn five_points_for_all_raise_the_mean_index_by_five() {
    let mut w = world("09");
    let both = ["budget_2027".to_owned(), "cinq_points".to_owned()];
    let table = w.workspace.report(&w.compiled, "indices", &both, &BACKEND).expect("report");
    let of = |scenario: &str| {
        let k = table.columns.iter().position(|c| c.scenario == scenario && c.period.label() == "2027").expect("column");
        table.rows[0].values[0][k].clone().expect("mean")
    };
    assert_eq!(&of("cinq_points") - &of("budget_2027"), Exact::from_int(5));
}

#[test]
fn a_floor_raises_who_was_below_and_no_one_else() {
    let mut w = world("10");
    let (base, p) = (w.run("budget_2027"), w.run("indice_minimum_390"));
    let of = |p: &Projection, l: &Line| {
        cents(p, |x| x.month == month("2027-06") && x.code("rubrique") == "101000" && x.code("matricule") == l.code("matricule"))
    };
    let june: Vec<&Line> = base.lines.iter().filter(|l| l.month == month("2027-06") && l.code("rubrique") == "101000").collect();
    assert!(june.iter().all(|l| of(&p, l) >= of(&base, l)));
    let raised = june.iter().filter(|l| of(&p, l) > of(&base, l)).count();
    assert!(raised > 0 && raised < june.len(), "{raised} of {}", june.len());
    assert!(moved(&base, &p).keys().all(|(m, _)| m.year() == 2027));
}

#[test]
fn a_new_grid_moves_its_grade_from_its_day() {
    let mut w = world("11");
    let (base, p) = (w.run("budget_2027"), w.run("grille_ige"));
    let moved = moved(&base, &p);
    assert!(!moved.is_empty() && moved.keys().all(|(m, _)| *m >= month("2027-09")), "{:?}", moved.keys().next());
    let other = |p: &Projection| cents(p, |l| l.month == month("2027-09") && l.code("grade") != "IGE_CN");
    assert_eq!(other(&base), other(&p));
}

#[test]
fn four_hundred_euros_a_year_go_to_teachers_and_researchers() {
    let mut w = world("13");
    let (base, p) = (w.run("budget_2027"), w.run("ripec_400"));
    let moved = moved(&base, &p);
    assert!(moved.keys().all(|(m, r)| m.year() == 2027 && (r == "202300" || r == "404000")), "{moved:?}");
    let paid_full_time: Exact =
        base.lines.iter().filter(|l| l.right.year() == 2027 && matches!(l.code("corps"), "PR" | "MCF")).map(|l| l.etpf().clone()).sum();
    let wanted = &paid_full_time * &Exact::from_int(40_000);
    let gap = &Exact::from_int(paid(&p, "202300", 2027) - paid(&base, "202300", 2027)) - &wanted;
    // One rounding a month and an agent.
    assert!(gap < Exact::from_int(400) && gap > Exact::from_int(-400), "{gap} centimes");
}

#[test]
fn an_envelope_is_shared_to_the_cent() {
    let mut w = world("14");
    let p = w.run("cia_réparti");
    assert_eq!((paid(&p, "202211", 2027), paid(&p, "202211", 2026)), (6_000_000, 0));
    assert_eq!(paid(&p, "202210", 2027), 0, "the amounts by grade are gone");
    let december: std::collections::BTreeSet<i64> =
        p.lines.iter().filter(|l| l.code("rubrique") == "202211" && l.month == month("2027-12")).map(|l| l.amount.cents()).collect();
    assert!(december.len() > 1, "part-time people have a smaller part: {december:?}");
}

#[test]
fn hours_follow_their_ceiling_and_their_rate() {
    for (number, scenario, from, rate) in [("15", "heures_à_90", "2027-01", "0,9"), ("16", "taux_hetd_44", "2027-09", "88/87")] {
        let mut w = world(number);
        let (base, p) = (w.run("budget_2027"), w.run(scenario));
        let moved = moved(&base, &p);
        assert!(moved.keys().all(|(m, r)| *m >= month(from) && r == "200204"), "{scenario}: {moved:?}");
        let hours = |p: &Projection| cents(p, |l| l.code("rubrique") == "200204" && l.month >= month(from) && l.month.year() == 2027);
        let lines =
            i64::try_from(base.lines.iter().filter(|l| l.code("rubrique") == "200204" && l.month.year() == 2027).count()).expect("few");
        let gap = &Exact::from_int(hours(&p)) - &(&Exact::from_int(hours(&base)) * &rate.parse::<Exact>().expect("rate"));
        assert!(hours(&base) > 0 && gap <= Exact::from_int(lines) && gap >= Exact::from_int(-lines), "{scenario}: {gap} centimes");
    }
}

#[test]
fn there_are_thirty_and_each_says_its_check() {
    let folder = super::support::root().join("examples/30-et-si");
    let mut numbers: Vec<u32> = Vec::new();
    for entry in std::fs::read_dir(folder).expect("what-ifs").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".cadrage") {
            let text = std::fs::read_to_string(entry.path()).expect("text");
            assert!(text.starts_with("-- contrôle : "), "{name}");
            numbers.push(name.split('-').next().and_then(|n| n.parse().ok()).expect("number"));
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
}
