//! Stretches, transfers, fractions of people, mean costs.

use std::sync::Arc;

use cadrage_analysis::{Eap, JobPlan, Kind, MeanCosts, Moment, Observation, Reading, Rule, common_months, events, stretches};
use cadrage_value::Exact;

use super::people::{N, agent, month, points, x};

#[test]
fn a_stretch_is_unbroken_across_months_and_situations() {
    let a = agent(
        "A",
        &[
            ("2020-01-01", Some("2023-05-11"), 400, "1", "1", "G", "1"),
            ("2023-05-11", Some("2023-09-16"), 410, "1", "1", "G", "2"),
            ("2024-02-16", None, 410, "1", "1", "G", "2"),
        ],
    );
    let all = stretches(&a);
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].start, all[0].end), (None, Moment::new(month("2023-09"), 15)));
    assert_eq!(all[1].start, Some(Moment::new(month("2024-02"), 15)));
    assert!(all[0].began_before(Moment::january(2023)) && !all[1].began_before(Moment::january(2024)));
    // From February to September both years, at least a thirtieth.
    assert_eq!(common_months(&a, Rule::Months, N), month("2024-02").through(month("2024-09")).collect::<Vec<_>>());
    assert_eq!(common_months(&a, Rule::Dates, N).len(), 12);
    assert!(common_months(&a, Rule::Strict, N).is_empty());
}

#[test]
fn a_change_of_fraction_is_not_strict_with_quotite() {
    let a = agent("A", &[("2020-01-01", Some("2024-05-01"), 400, "1", "1", "G", "1"), ("2024-05-01", None, 400, "6/7", "4/5", "G", "1")]);
    assert_eq!(common_months(&a, Rule::Strict, N).len(), 12);
    assert!(common_months(&a, Rule::StrictFraction, N).is_empty());
}

#[test]
fn each_change_has_its_kind() {
    let a = agent(
        "A",
        &[
            ("2020-01-01", Some("2024-03-01"), 400, "1", "1", "G", "1"),
            ("2024-03-01", Some("2024-05-01"), 410, "1", "1", "G", "2"),
            ("2024-05-01", Some("2024-07-01"), 415, "1", "1", "G", "2"),
            ("2024-07-01", Some("2024-09-01"), 450, "6/7", "4/5", "H", "1"),
            ("2024-11-01", None, 450, "6/7", "4/5", "H", "1"),
        ],
    );
    let kinds: Vec<Kind> = events(&a, N, Reading::Index).into_iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [Kind::Step, Kind::Index, Kind::Promotion, Kind::WorkingTime, Kind::Exit, Kind::Entry]);
    assert_eq!(Eap::new([&a], &points(), N).residue(), Exact::ZERO);
    let jobs: Vec<Kind> = events(&a, N, Reading::Jobs).into_iter().map(|e| e.kind).collect();
    assert_eq!(jobs, [Kind::WorkingTime, Kind::Exit, Kind::Entry]);
}

#[test]
fn to_another_population_is_a_transfer_and_half_a_person_half_an_exit() {
    let mut a = agent("A", &[("2020-01-01", Some("2024-07-01"), 400, "1", "1", "G", "1"), ("2024-07-01", None, 450, "1", "1", "H", "1")]);
    for row in &mut a.rows {
        row.inside = &*row.grade == "G";
    }
    let plan = JobPlan::new([&a], N);
    assert_eq!((plan.exits.clone(), plan.transfers.clone(), plan.residue()), (Exact::ZERO, x("-1/2"), Exact::ZERO));
    let mut half = agent("B", &[("2020-01-01", None, 400, "1", "1", "G", "1")]);
    for row in half.rows.iter_mut().filter(|r| r.month >= month("2024-10")) {
        row.share = x("1/2");
    }
    let plan = JobPlan::new([&half], N);
    assert_eq!((plan.exits.clone(), plan.own.clone(), plan.residue()), (x("1/2"), x("-1/8"), Exact::ZERO));
}

fn seen(agent: &str, cell: [&str; 4], years: &str, cost: &str) -> Observation {
    Observation { agent: agent.into(), cell: cell.map(Arc::from).to_vec(), years: x(years), cost: x(cost) }
}

#[test]
fn a_cell_too_small_is_priced_by_the_one_around_it() {
    let all = [
        seen("1", ["A", "MCF", "MCF_CN", "2"], "1", "50000"),
        seen("2", ["A", "MCF", "MCF_CN", "2"], "1/2", "26000"),
        seen("3", ["A", "MCF", "MCF_CN", "2"], "1", "52000"),
        seen("4", ["A", "MCF", "MCF_CN", "3"], "1", "60000"),
        seen("5", ["A", "PR", "PR_2C", "1"], "1", "90000"),
        seen("6", ["A", "PR", "PR_1C", "1"], "1", "100000"),
        seen("7", ["B", "TECH", "TECH_CN", "1"], "1", "40000"),
    ];
    let costs = MeanCosts::new(&all, 3);
    let price = |cell: &[&str]| {
        let cell: Vec<Arc<str>> = cell.iter().map(|c| Arc::from(*c)).collect();
        costs.price(&cell).map(|p| (p.depth, p.heads, p.mean))
    };
    assert_eq!(price(&["A", "MCF", "MCF_CN", "2"]), Some((4, 3, x("51200"))));
    // One agent on the third step: the grade answers.
    assert_eq!(price(&["A", "MCF", "MCF_CN", "3"]), Some((3, 4, &x("188000") / &x("7/2"))));
    assert_eq!(price(&["A", "MCF", "MCF_CN", ""]), Some((3, 4, &x("188000") / &x("7/2"))));
    // Two professors: their corps is too small as well, the category answers.
    assert_eq!(price(&["A", "PR", "PR_2C", "1"]), Some((1, 6, &x("378000") / &x("11/2"))));
    // One technician in all: nothing is said of him, and everybody is no price.
    assert_eq!(price(&["B", "TECH", "TECH_CN", "1"]), None);
    assert_eq!(price(&["C"]), None);
    assert_eq!(MeanCosts::new(&all, 1).price(&["B".into()]).map(|p| p.heads), Some(1));
}
