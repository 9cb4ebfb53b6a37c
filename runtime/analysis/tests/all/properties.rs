//! What holds of any population.

use std::collections::BTreeMap;

use cadrage_analysis::{Agent, ByFlows, ByMass, Eap, JobPlan, Points, Row, Rule, StayersPay, waterfall};
use cadrage_value::{Exact, Month};
use proptest::prelude::*;

use super::people::{N, month, points};

/// Stretches of a month: where each opens and closes, index, paid fraction, in the population, half there, grade, step.
type Draw = (u32, u32, i64, usize, bool, bool, u8, u8);

fn rows(first: Month, draws: Vec<Option<Draw>>) -> Vec<Row> {
    let fractions = [Exact::ONE, Exact::ratio(6, 7).unwrap(), Exact::ratio(1, 2).unwrap()];
    let mut out = Vec::new();
    for (m, draw) in first.through(month("2024-12")).zip(draws) {
        let Some((start, end, index, paid, inside, half, grade, step)) = draw else { continue };
        let (start, end) = (start.min(end), start.max(end) + 1);
        let row = |start: u32, end: u32, index: i64| Row {
            month: m,
            start,
            thirtieths: end - start,
            share: if half { Exact::ratio(1, 2).unwrap() } else { Exact::ONE },
            inside,
            index,
            paid: fractions[paid].clone(),
            worked: fractions[paid].clone(),
            grade: grade.to_string().into(),
            step: step.to_string().into(),
        };
        // A month cut in two where it is long enough.
        if end - start > 10 {
            out.push(row(start, start + 7, index));
            out.push(Row { step: "3".into(), ..row(start + 7, end, index + 9) });
        } else {
            out.push(row(start, end, index));
        }
    }
    out
}

fn draw() -> impl Strategy<Value = Option<Draw>> {
    let whole = (Just(0u32), Just(29u32), 300i64..900, 0usize..3, prop::bool::weighted(0.9), prop::bool::weighted(0.1), 0u8..2, 0u8..2);
    let part = (0u32..30, 0u32..30, 300i64..900, 0usize..3, any::<bool>(), any::<bool>(), 0u8..2, 0u8..2);
    prop_oneof![4 => whole.prop_map(Some), 1 => part.prop_map(Some), 1 => Just(None)]
}

fn person() -> impl Strategy<Value = Agent> {
    (any::<bool>(), prop::collection::vec(draw(), 24)).prop_map(|(already, draws)| Agent {
        matricule: "A".into(),
        already,
        rows: rows(month("2023-01"), draws),
    })
}

fn people() -> impl Strategy<Value = Vec<Agent>> {
    prop::collection::vec(person(), 0..6)
}

fn values() -> impl Strategy<Value = Points> {
    prop::collection::vec(1i64..1_000_000, 24).prop_map(|v| {
        let cells = month("2023-01").through(month("2024-12")).zip(v);
        Points::new(cells.map(|(m, x)| (m, Exact::ratio(x, 10_000).unwrap())).collect::<BTreeMap<_, _>>()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Altaïr: noria + variation + vacances = S_e·n_e·q_e − S_s·n_s·q_s.
    #[test]
    fn flows_sum_to_their_sides(all in people()) {
        let flows = ByFlows::new(&all, &points(), N);
        if let (Some(noria), Some(headcount), Some(vacancies)) = (flows.noria(), flows.headcount(), flows.vacancies()) {
            prop_assert_eq!(noria + headcount + vacancies, flows.sum());
        } else {
            prop_assert!(flows.entrants == 0 && flows.leavers > 0);
        }
    }

    #[test]
    fn the_waterfall_leaves_nothing(all in people(), points in values()) {
        let w = waterfall(&all, &points, N);
        prop_assert_eq!(w.residue(), Exact::ZERO);
        let by_mass = ByMass::new(&all, &points, N);
        prop_assert_eq!((w.before, w.after), (by_mass.before.pay, by_mass.after.pay));
    }

    /// From the cost of a year to a full year of those in force at its end; from the jobs of a year to those of the next.
    #[test]
    fn extensions_and_jobs_leave_nothing(all in people(), points in values()) {
        for year in [N - 1, N] {
            prop_assert_eq!(Eap::new(&all, &points, year).residue(), Exact::ZERO);
        }
        // Before the first month known, everything was as it then is: nobody enters on its first day who was there.
        let plan = JobPlan::new(&all, N);
        prop_assert_eq!(plan.residue(), Exact::ZERO);
    }

    /// A population cut in two gives the same waterfall, whoever is where.
    #[test]
    fn the_waterfall_adds(all in people(), cut in 0usize..6) {
        let (a, b) = all.split_at(cut.min(all.len()));
        let mut sum = waterfall(a, &points(), N);
        sum.add(&waterfall(b, &points(), N));
        prop_assert_eq!(sum, waterfall(&all, &points(), N));
    }

    /// No order of agents matters, and those who stay by STRICT stay by every rule.
    #[test]
    fn rules_are_inside_one_another(all in people()) {
        for agent in &all {
            let of = |rule| cadrage_analysis::common_months(agent, rule, N).len();
            prop_assert!(of(Rule::StrictFraction) <= of(Rule::Strict) && of(Rule::Strict) <= of(Rule::Months));
        }
        let reversed: Vec<Agent> = all.iter().rev().cloned().collect();
        prop_assert_eq!(StayersPay::new(&all, Rule::Strict, &points(), N), StayersPay::new(&reversed, Rule::Strict, &points(), N));
        prop_assert_eq!(ByFlows::new(&all, &points(), N), ByFlows::new(&reversed, &points(), N));
    }
}
