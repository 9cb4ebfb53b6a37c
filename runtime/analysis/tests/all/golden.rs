//! domain.md §B.6, every figure, and the examples of §B.4.

use std::collections::BTreeMap;

use cadrage_analysis::{
    Agent, ByFlows, ByMass, Eap, IndexMass, JobPlan, Kind, Noria, PointEffect, Points, Rule, Stayers, StayersPay, waterfall,
};
use cadrage_value::Exact;

use super::people::{N, agent, month, points, x};

const WHOLE: (&str, &str) = ("1", "1");

/// A1, A2, A3, S1, E1, S2, E2.
fn everybody() -> Vec<Agent> {
    let (paid, worked) = WHOLE;
    vec![
        agent("A1", &[("2020-01-01", Some("2024-07-01"), 500, paid, worked, "G", "1"), ("2024-07-01", None, 520, paid, worked, "G", "2")]),
        agent("A2", &[("2020-01-01", Some("2023-10-01"), 600, "6/7", "4/5", "G", "1"), ("2023-10-01", None, 630, "6/7", "4/5", "G", "2")]),
        agent("A3", &[("2020-01-01", None, 400, paid, worked, "G", "1")]),
        agent("S1", &[("2020-01-01", Some("2024-09-01"), 800, paid, worked, "G", "1")]),
        agent("E1", &[("2024-09-01", None, 450, paid, worked, "G", "1")]),
        agent("S2", &[("2020-01-01", Some("2023-07-01"), 700, paid, worked, "G", "1")]),
        agent("E2", &[("2023-10-01", None, 420, paid, worked, "G", "1")]),
    ]
}

fn named<'a>(all: &'a [Agent], who: &[&str]) -> Vec<&'a Agent> {
    all.iter().filter(|a| who.contains(&&*a.matricule)).collect()
}

fn cents(x: &Exact) -> String {
    x.to_plain(2)
}

#[test]
fn index_mass_and_jobs_of_both_years() {
    let all = everybody();
    let by_mass = ByMass::new(&all, &points(), N);
    let plan = JobPlan::new(&all, N);
    let shown = |m: &IndexMass| (m.etpr.to_plain(6), m.mass.to_plain(6), m.mean().expect("people").to_plain(6), cents(&m.pay));
    let of = |a: &str, b: &str, c: &str, d: &str| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned());
    assert_eq!(shown(&by_mass.before), of("4.607143", "2675.714286", "580.775194", "158063.54"));
    assert_eq!(shown(&by_mass.after), of("4.857143", "2553.333333", "525.686275", "151918.08"));
    assert_eq!((plan.before.clone(), plan.after.clone()), (x("4,55"), x("4,8")));
    assert_eq!(by_mass.gap().expect("people"), &by_mass.after.mean().expect("people") - &by_mass.before.mean().expect("people"));
}

#[test]
fn the_second_method() {
    let all = everybody();
    let stayers = Stayers::new(&all, Rule::Strict, &points(), N);
    assert_eq!(stayers.heads, 3);
    assert_eq!(stayers.masses.before.etpr.to_plain(6), "2.857143");
    assert_eq!(stayers.masses.before.mass.to_plain(6), "1420.714286");
    assert_eq!(stayers.masses.before.mean(), Some(x("497,25")));
    assert_eq!(stayers.masses.after.mass, x("1450"));
    assert_eq!(stayers.masses.after.mean(), Some(x("507,5")));
    let (positive, balance) = (stayers.masses.rate(), ByMass::new(&all, &points(), N).rate());
    let percent = |x: Option<Exact>| (x.expect("people") * Exact::from_int(100)).to_plain(4);
    assert_eq!(percent(positive.clone()), "2.0613");
    assert_eq!(percent(balance.clone()), "-9.4854");
    assert_eq!(percent(Noria::Multiplicative.of(balance.as_ref(), positive.as_ref())), "-11.3135");
    assert_eq!(percent(Noria::Difference.of(balance.as_ref(), positive.as_ref())), "-11.5467");
    // The three who stay are the same by every rule; by months, each of those who came or left has months in common.
    for (rule, heads) in [(Rule::StrictFraction, 3), (Rule::Dates, 3), (Rule::Months, 5)] {
        assert_eq!(Stayers::new(&all, rule, &points(), N).heads, heads, "{rule:?}");
    }
}

#[test]
fn the_waterfall_to_the_cent() {
    let all = everybody();
    let w = waterfall(&all, &points(), N);
    assert_eq!(cents(&w.general), "1084.00");
    assert_eq!(cents(&(&w.effects.career_eap + &w.effects.career_n)), "1730.01");
    assert_eq!(cents(&w.effects.career_eap), "1139.27");
    assert_eq!(cents(&w.effects.career_n), "590.73");
    assert_eq!(cents(&w.effects.entries_eap), "18608.12");
    assert_eq!(cents(&w.effects.exits_eap), "-20675.69");
    assert_eq!(cents(&w.effects.entries_n), "8861.01");
    assert_eq!(cents(&w.effects.exits_n), "-15752.91");
    assert_eq!(cents(&(&w.after - &w.before)), "-6145.46");
    assert_eq!(w.residue(), Exact::ZERO);
}

/// The example prices the first method at the point of N-1.
#[test]
fn the_first_method_on_both_flows() {
    let all = everybody();
    let still = Points::new(BTreeMap::from([(month("2022-01"), x("59,0734"))])).expect("value");
    let flows = ByFlows::new(named(&all, &["S1", "E1"]), &still, N);
    assert_eq!((flows.entrants, flows.leavers, flows.passing), (1, 1, 0));
    assert_eq!((flows.worked_by_entrants.clone(), flows.unworked_by_leavers.clone()), (Some(x("1/3")), Some(x("1/3"))));
    assert_eq!(cents(&flows.noria().expect("both")), "-6891.90");
    assert_eq!((flows.headcount(), flows.vacancies()), (Some(Exact::ZERO), Some(Exact::ZERO)));
    assert_eq!(cents(&flows.sum()), "-6891.90");
    // S2 left on 1 July N-1 and E2 came on 1 October: read as if the flow were of N, it is six and nine months that are looked at.
    let (paid, worked) = WHOLE;
    let moved = [
        agent("S2", &[("2020-01-01", Some("2024-07-01"), 700, paid, worked, "G", "1")]),
        agent("E2", &[("2024-04-01", None, 420, paid, worked, "G", "1")]),
    ];
    let flows = ByFlows::new(&moved, &still, N);
    assert_eq!((flows.worked_by_entrants.clone(), flows.unworked_by_leavers.clone()), (Some(x("3/4")), Some(x("1/2"))));
    assert_eq!(cents(&flows.noria().expect("both")), "-8270.28");
    assert_eq!(cents(&flows.vacancies().expect("both")), "6202.71");
    assert_eq!(flows.headcount(), Some(Exact::ZERO));
    assert_eq!(cents(&flows.sum()), "-2067.57");
}

#[test]
fn those_who_stay_earn_more_by_their_careers_alone() {
    let all = everybody();
    let pay = StayersPay::new(&all, Rule::Strict, &points(), N);
    let (before, after) = (pay.before.pay.clone(), pay.after.pay.clone());
    assert_eq!(pay.mean_before(), before.checked_div(&Exact::from_int(3)));
    assert_eq!(pay.mean_after(), after.checked_div(&Exact::from_int(3)));
    // Their whole career of the waterfall: nobody else has a career in the example.
    assert_eq!(cents(&pay.positive()), "1730.01");
    assert_eq!(&(&after - &before) - &pay.general, pay.positive());
    // The same indices, had the grid moved rather than people: nothing is left of the GVT.
    let (paid, worked) = WHOLE;
    let grid =
        agent("A1", &[("2020-01-01", Some("2024-07-01"), 500, paid, worked, "G", "1"), ("2024-07-01", None, 520, paid, worked, "G", "1")]);
    let pay = StayersPay::new([&grid], Rule::Strict, &points(), N);
    assert_eq!(cents(&pay.grids), "590.73");
    assert_eq!(pay.positive(), Exact::ZERO);
    assert_eq!(pay.positive_rate(), Some(Exact::ZERO));
}

/// 48 k€ a year from 1 October: 12 then 48. 60 k€ a year until 30 June: 30 saved, then 60.
#[test]
fn extensions_of_entries_and_exits() {
    let unit = Points::new(BTreeMap::from([(month("2022-01"), x("100"))])).expect("value");
    let (paid, worked) = WHOLE;
    let all = [
        agent("E", &[("2023-10-01", None, 480, paid, worked, "G", "1")]),
        agent("S", &[("2020-01-01", Some("2023-07-01"), 600, paid, worked, "G", "1")]),
    ];
    let eap = Eap::new(&all, &unit, N - 1);
    let line = |kind: Kind| (eap.lines[&kind].in_year.clone(), eap.lines[&kind].full_year.clone(), eap.lines[&kind].extension());
    assert_eq!(line(Kind::Entry), (x("12000"), x("48000"), x("36000")));
    assert_eq!(line(Kind::Exit), (x("-30000"), x("-60000"), x("-30000")));
    assert_eq!((eap.cost.clone(), eap.full_year.clone(), eap.residue()), (x("42000"), x("48000"), Exact::ZERO));
}

#[test]
fn extensions_of_the_example_are_those_of_its_waterfall() {
    let all = everybody();
    let eap = Eap::new(&all, &points(), N - 1);
    let line = |kind: Kind| cents(&eap.lines[&kind].extension());
    assert_eq!((line(Kind::Entry), line(Kind::Exit), line(Kind::Step)), ("18608.12".into(), "-20675.69".into(), "1139.27".into()));
    assert_eq!(eap.residue(), Exact::ZERO);
    // N on N+1, at the point of December N.
    let eap = Eap::new(&all, &points(), N);
    assert_eq!(eap.lines[&Kind::Entry].count, 1);
    assert_eq!(eap.lines[&Kind::Entry].extension(), &(x("450") * x("8/12")) * &(x("59,0734") * x("1,015")));
    assert_eq!(eap.residue(), Exact::ZERO);
}

/// +1.5 % on 1 July: 1.5 % of level, 0.75 % of mass, 0.7444 % carried.
#[test]
fn a_raise_in_the_middle_of_the_year() {
    let effect = PointEffect::of(&points(), N);
    assert_eq!((effect.level, effect.mass), (Some(x("0,015")), Some(x("0,0075"))));
    assert_eq!(effect.carry.clone(), Some(&(x("1,015") / x("1,0075")) - &Exact::ONE));
    assert_eq!((effect.carry.expect("values") * Exact::from_int(100)).to_plain(4), "0.7444");
    let (paid, worked) = WHOLE;
    let one = agent("A", &[("2020-01-01", None, 1000, paid, worked, "G", "1")]);
    let eap = Eap::new([&one], &points(), N);
    assert_eq!(eap.general.in_year, x("59073,4") * x("0,0075"));
    assert_eq!(eap.general.extension(), x("59073,4") * x("0,0075"));
    assert_eq!(eap.general.count, 1);
}

/// Domain.md §B.4: −147 ETPT of impact = −44 of the year before −102 of the year, rounded; ours are exact.
#[test]
fn the_job_plan_holds_its_identity() {
    let all = everybody();
    let plan = JobPlan::new(&all, N);
    assert_eq!((plan.entries.clone(), plan.exits.clone(), plan.plan()), (x("1"), x("1"), Exact::ZERO));
    // E2: nine twelfths more; S2: six twelfths less.
    assert_eq!(plan.extension, x("1/4"));
    assert_eq!(plan.own, Exact::ZERO);
    assert_eq!(plan.residue(), Exact::ZERO);
    assert_eq!(&plan.closing - &plan.opening, plan.plan());
}
