//! Nobody, or nobody on one side: « – » rather than a wrong number, and no panic.

use cadrage_analysis::{
    Agent, ByFlows, ByMass, Eap, IndexMass, JobPlan, MeanCosts, Noria, Points, Rule, Stayers, StayersPay, common_months, stretches,
    waterfall,
};
use cadrage_value::Exact;

use super::people::{N, agent, month, points};

#[test]
fn of_nobody_nothing_is_known() {
    let none: [Agent; 0] = [];
    assert_eq!(IndexMass::of_month(&none, month("2024-01"), &points()).mean(), None);
    let by_mass = ByMass::new(&none, &points(), N);
    assert_eq!((by_mass.gap(), by_mass.rate(), by_mass.after.pay_per_head()), (None, None, None));
    for rule in Rule::ALL {
        let stayers = Stayers::new(&none, rule, &points(), N);
        assert_eq!((stayers.heads, stayers.masses.rate()), (0, None));
        let pay = StayersPay::new(&none, rule, &points(), N);
        assert_eq!((pay.mean_before(), pay.positive(), pay.positive_rate()), (None, Exact::ZERO, None));
    }
    assert_eq!((Noria::Multiplicative.of(None, None), Noria::Difference.of(Some(&Exact::ONE), None)), (None, None));
    let flows = ByFlows::new(&none, &points(), N);
    assert_eq!((flows.pay_of_entrants.clone(), flows.noria(), flows.sum()), (None, Some(Exact::ZERO), Exact::ZERO));
    assert_eq!(waterfall(&none, &points(), N).residue(), Exact::ZERO);
    let eap = Eap::new(&none, &points(), N);
    assert_eq!((eap.cost.clone(), eap.residue(), eap.lines.is_empty()), (Exact::ZERO, Exact::ZERO, true));
    assert_eq!(JobPlan::new(&none, N), JobPlan::default());
    assert_eq!(MeanCosts::new(&[], 3).price(&["G".into()]), None);
    assert_eq!(Points::new(std::collections::BTreeMap::new()), None);
    // Somebody without rows.
    let empty = Agent { already: true, ..Agent::default() };
    assert!(stretches(&empty).is_empty() && common_months(&empty, Rule::Dates, N).is_empty());
}

#[test]
fn leavers_whom_nobody_replaces_have_no_noria() {
    let gone = agent("S", &[("2020-01-01", Some("2024-07-01"), 700, "1", "1", "G", "1")]);
    let flows = ByFlows::new([&gone], &points(), N);
    assert_eq!((flows.noria(), flows.headcount(), flows.vacancies()), (None, None, None));
    let saved = &flows.pay_of_leavers.clone().expect("one left") * &Exact::ratio(1, 2).expect("half");
    assert_eq!(flows.sum(), -saved);
    // Nobody left: all of it is a matter of numbers.
    let come = agent("E", &[("2024-07-01", None, 400, "1", "1", "G", "1")]);
    let flows = ByFlows::new([&come], &points(), N);
    assert_eq!((flows.noria(), flows.vacancies(), flows.headcount()), (Some(Exact::ZERO), Some(Exact::ZERO), Some(flows.sum())));
}
