use std::collections::BTreeMap;

use cadrage_ir::{ATTRIBUTES, COLUMNS};
use cadrage_value::{Exact, Money};

use super::CohortBuilder;
use crate::{AgentFrame, AgentMonth, Row};

fn row(numbers: &[(usize, &str)], codes: &[(usize, &str)]) -> Row {
    let mut out = Row { numbers: vec![None; COLUMNS.len()], codes: vec!["".into(); ATTRIBUTES.len()] };
    for (k, x) in numbers {
        out.numbers[*k] = Some(x.parse().unwrap());
    }
    for (k, c) in codes {
        out.codes[*k] = (*c).into();
    }
    out
}

fn frame(matricule: &str, months: Vec<Vec<Row>>, paid: &[(usize, &str, i64)]) -> AgentFrame {
    let first: cadrage_value::Month = "2026-08".parse().unwrap();
    let observed = |k: usize| paid.iter().filter(|p| p.0 == k).map(|p| (p.1.to_owned(), Money::from_cents(p.2))).collect();
    AgentFrame {
        matricule: matricule.into(),
        months: months
            .into_iter()
            .enumerate()
            .map(|(k, situations)| AgentMonth { month: first.plus(k as i32), constate: k < 1, situations, observed: observed(k) })
            .collect(),
        last_paid: BTreeMap::from([("101000".to_owned(), Money::from_cents(7))]),
        end_row: None,
        supplied: BTreeMap::new(),
    }
}

fn same(a: &AgentFrame, b: &AgentFrame) {
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
}

#[test]
fn a_frame_comes_back_as_it_was_pushed() {
    let third = row(&[(0, "500"), (2, "6/7")], &[(1, "PR")]);
    let frames = [
        frame("A1", vec![vec![third.clone()], vec![], vec![third.clone()]], &[(0, "101000", -5)]),
        // Another denominator for the same column; two situations; nothing paid.
        frame("A2", vec![vec![row(&[(2, "1/3")], &[(1, "MCF")]), third.clone()], vec![third.clone()], vec![]], &[]),
        frame("A3", vec![vec![row(&[(0, "400"), (2, "9/10")], &[])], vec![third.clone()], vec![third]], &[]),
        // Never there, and a number without a small denominator.
        frame("A4", vec![vec![], vec![], vec![]], &[(0, "202000", 12)]),
        frame("A5", vec![vec![row(&[(2, "1/1000000007")], &[])], vec![], vec![]], &[]),
    ];
    let months = frames[0].months.iter().map(|m| (m.month, m.constate)).collect();
    let mut builder = CohortBuilder::new(months);
    for f in &frames {
        builder.push(f);
    }
    let cohort = builder.finish();
    assert_eq!(cohort.len(), 5);
    assert_eq!(cohort.apart().keys().copied().collect::<Vec<_>>(), [4]);
    for (k, f) in frames.iter().enumerate() {
        same(&cohort.frame(k).unwrap(), f);
        for (m, month) in f.months.iter().enumerate() {
            assert_eq!(cohort.situations(k, m), month.situations.len());
            assert_eq!(cohort.last_codes(k, m), month.situations.last().map(|r| r.codes.clone()));
            for (s, row) in month.situations.iter().enumerate() {
                assert_eq!(cohort.codes(k, m, s).as_ref(), Some(&row.codes));
            }
            for (n, other) in f.months.iter().enumerate() {
                let both = month.situations.last().zip(other.situations.last());
                assert_eq!(cohort.same_codes(k, m, n), both.is_some_and(|(a, b)| a.codes == b.codes), "{k} {m} {n}");
            }
        }
    }
    // One denominator a column: 7 and 10 here, 3 and 7 among those with two situations.
    let denominators: Vec<i64> = cohort.groups().iter().filter_map(|g| g.numbers[2].as_ref()).map(|n| n.denominator).collect();
    assert_eq!(denominators, [70, 21]);
    assert_eq!(cohort.observed(0, 0, "101000"), Some(Money::from_cents(-5)));
    assert_eq!(cohort.frame(2).unwrap().months[0].situations[0].number(cadrage_ir::ColumnId(2)), Some(&"9/10".parse::<Exact>().unwrap()));
}

#[test]
fn what_does_not_move_is_kept_once() {
    let still = row(&[(0, "500")], &[(1, "PR")]);
    let frames = [
        frame("A1", vec![vec![], vec![still.clone()], vec![]], &[]),
        frame("A2", vec![vec![still.clone()], vec![still.clone()], vec![still]], &[]),
    ];
    let mut builder = CohortBuilder::new(frames[0].months.iter().map(|m| (m.month, m.constate)).collect());
    frames.iter().for_each(|f| builder.push(f));
    let cohort = builder.finish();
    let group = &cohort.groups()[0];
    assert!(group.numbers[0].as_ref().unwrap().cells.steady() && group.codes[1].as_ref().unwrap().steady());
    assert!(!group.situations.as_ref().unwrap().steady());
    frames.iter().enumerate().for_each(|(k, f)| same(&cohort.frame(k).unwrap(), f));
}

#[test]
fn profiles_gather_those_who_are_the_same_in_what_is_read() {
    let (pr, mcf) = (row(&[(0, "500"), (4, "2")], &[(1, "PR")]), row(&[(0, "500")], &[(1, "MCF")]));
    let frames = [
        frame("A1", vec![vec![pr.clone()], vec![], vec![pr.clone()]], &[(0, "101000", 3)]),
        frame("A2", vec![vec![pr.clone()], vec![], vec![pr.clone()]], &[]),
        frame("A3", vec![vec![pr.clone()], vec![pr.clone()], vec![pr.clone()]], &[]),
        frame("A4", vec![vec![mcf.clone()], vec![], vec![mcf]], &[]),
    ];
    let mut builder = CohortBuilder::new(frames[0].months.iter().map(|m| (m.month, m.constate)).collect());
    frames.iter().for_each(|f| builder.push(f));
    let cohort = builder.finish();
    let mut read = super::Read { columns: [cadrage_ir::ColumnId(0)].into(), attributes: [cadrage_ir::AttributeId(1)].into() };
    assert_eq!(cohort.profiles(&read).members, [vec![0, 1], vec![2], vec![3]]);
    // Without the corps, the last one is like the first two: presence alone tells A3 apart.
    read.attributes.clear();
    let profiles = cohort.profiles(&read);
    assert_eq!(profiles.members, [vec![0, 1, 3], vec![2]]);
    let second = profiles.cohort.frame(1).unwrap();
    assert_eq!((second.months[1].situations.len(), &*second.matricule), (1, "A3"));
    assert_eq!(second.months[1].situations[0].number(cadrage_ir::ColumnId(0)), Some(&Exact::from_int(500)));
    assert_eq!(second.months[1].situations[0].number(cadrage_ir::ColumnId(4)), None);
}

#[test]
fn a_sample_says_whether_profiles_are_worth_looking_for() {
    let agents = 20_000;
    let read = super::Read { columns: [cadrage_ir::ColumnId(0)].into(), ..super::Read::default() };
    let cohort = |different: i64| {
        let cells = (0..agents).map(|k| k % different).collect();
        let columns = super::SteadyColumns {
            matricules: (0..agents).map(|k| k.to_string().into()).collect(),
            numbers: vec![super::SteadyNumbers { column: cadrage_ir::ColumnId(0), denominator: 1, numerators: cells }],
            ..super::SteadyColumns::default()
        };
        super::Cohort::steady(vec![("2026-01".parse().expect("month"), false)], columns)
    };
    assert!(cohort(1_000).has_profiles(&read));
    assert!(cohort(agents / 8).has_profiles(&read));
    assert!(!cohort(agents).has_profiles(&read));
    assert!(!cohort(9_999).has_profiles(&read));
    // What is not read tells nobody apart.
    assert!(cohort(agents).has_profiles(&super::Read::default()));
}
