//! Boxes against brute force: every row of a small cube, one by one.

use std::collections::BTreeSet;

use cadrage_ir::{AttributeId, ColumnId, Constraint, Selection, Shape, attribute, column};
use cadrage_value::Exact;
use proptest::prelude::*;

use super::order;
use crate::Members;

const GRADES: &[(&str, &str)] = &[("PR_1C", "PR"), ("PR_2C", "PR"), ("MCF_CN", "MCF"), ("MCF_HC", "MCF")];
const PLACES: &[(&str, &str)] = &[("PUB", "DROIT"), ("PRIV", "DROIT"), ("MATH", "SCIENCES")];
const STEPS: &[&str] = &["1", "2", "3", "4", "HEA"];
const AGES: std::ops::Range<i64> = 0..6;

fn members() -> Members {
    let mut out = Members::default();
    for (grade, corps) in GRADES {
        out.group("corps", corps, grade);
    }
    for (structure, composante) in PLACES {
        out.group("composante", composante, structure);
    }
    out
}

/// A person of the small cube.
#[derive(Clone, Copy, Debug)]
struct Person {
    grade: usize,
    place: usize,
    step: usize,
    age: i64,
}

fn people() -> Vec<Person> {
    let mut out = Vec::new();
    for grade in 0..GRADES.len() {
        for place in 0..PLACES.len() {
            for step in 0..STEPS.len() {
                out.extend(AGES.map(|age| Person { grade, place, step, age }));
            }
        }
    }
    out
}

fn id(name: &str) -> AttributeId {
    attribute(name).unwrap()
}

fn age() -> ColumnId {
    column("âge").unwrap()
}

/// What a row would say of the person, attribute by attribute: the box as written, not refined.
fn holds(selection: &Selection, p: Person) -> bool {
    let code = |a: AttributeId| match cadrage_ir::ATTRIBUTES[a.index()].name {
        "grade" => GRADES[p.grade].0,
        "corps" => GRADES[p.grade].1,
        "structure" => PLACES[p.place].0,
        "composante" => PLACES[p.place].1,
        _ => STEPS[p.step],
    };
    selection.codes.iter().all(|(a, c)| c.accepts(code(*a))) && selection.ranges.values().all(|s| s.accepts(&Exact::from_int(p.age)))
}

/// A criterion, its negation or nothing, on each axis.
fn some_codes(name: &'static str, codes: Vec<&'static str>) -> impl Strategy<Value = Option<(AttributeId, Constraint)>> {
    let all = codes.len();
    prop_oneof![
        3 => Just(None),
        4 => (prop::sample::subsequence(codes, 1..=all), any::<bool>()).prop_map(move |(chosen, negated)| {
            let set = Constraint::In(chosen.into_iter().map(str::to_owned).collect::<BTreeSet<_>>());
            Some((id(name), if negated { set.complement() } else { set }))
        }),
    ]
}

fn some_shape() -> impl Strategy<Value = Shape> {
    let bound = || (0..6i64, any::<bool>()).prop_map(|(n, inclusive)| (Exact::from_int(n), inclusive));
    (prop::option::of(bound()), prop::option::of(bound()), any::<bool>()).prop_map(|(low, high, negated)| {
        let shape = Shape::between(low, high);
        if negated { shape.complement() } else { shape }
    })
}

fn some_box() -> impl Strategy<Value = Selection> {
    let steps = prop::option::weighted(0.3, (some_shape(), any::<bool>()));
    let codes = (
        some_codes("grade", vec!["PR_1C", "PR_2C", "MCF_CN", "MCF_HC"]),
        some_codes("corps", vec!["PR", "MCF"]),
        some_codes("structure", vec!["PUB", "PRIV", "MATH"]),
        some_codes("composante", vec!["DROIT", "SCIENCES"]),
        some_codes("échelon", vec!["1", "2", "3", "4", "HEA"]),
    );
    (codes, steps, prop::option::weighted(0.4, some_shape())).prop_map(|((a, b, c, d, e), steps, ages)| {
        let mut out = Selection::all();
        for (attribute, constraint) in [a, b, c, d, e].into_iter().flatten() {
            out.restrict(attribute, constraint);
        }
        if let Some((ranks, negated)) = steps {
            let ranks = Constraint::ranked(&ranks);
            out.restrict(id("échelon"), if negated { ranks.complement() } else { ranks });
        }
        if let Some(shape) = ages {
            out.bound(age(), shape);
        }
        out
    })
}

/// The small cube is not all there is: codes and ages outside it are possible too. A box is empty in the cube when it is
/// empty for real, but not the other way round, so laws are stated on what the algebra *claims*.
fn everyone_in(a: &Selection) -> Vec<Person> {
    people().into_iter().filter(|p| holds(a, *p)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_algebra_says_what_rows_say(a in some_box(), b in some_box()) {
        let members = members();
        let (ra, rb) = (members.refine(&a), members.refine(&b));
        for p in people() {
            // Ranges hold the age, codes their attribute: refining changes neither.
            prop_assert_eq!(holds(&a, p), holds(&ra, p));
            prop_assert_eq!(holds(&a.intersect(&b), p), holds(&a, p) && holds(&b, p));
            let left = ra.minus(&rb).iter().any(|piece| holds(piece, p));
            // Who has no bound on age in `a` and one in `b` is split by his age, which he has.
            prop_assert_eq!(left, holds(&a, p) && !holds(&b, p));
        }
        if ra.included_in(&rb) {
            prop_assert!(everyone_in(&a).iter().all(|p| holds(&b, *p)));
        }
        if ra.intersect(&rb).is_empty() {
            prop_assert!(everyone_in(&a).iter().all(|p| !holds(&b, *p)));
        }
        if a.is_empty() {
            prop_assert!(everyone_in(&a).is_empty());
        }
    }

    #[test]
    fn the_most_specific_wins_and_nothing_else(boxes in prop::collection::vec(some_box(), 1..5), values in prop::collection::vec(0..3u8, 5)) {
        let members = members();
        let refined: Vec<Selection> = boxes.iter().map(|b| members.refine(b)).collect();
        let same = |i: usize, j: usize| values[i] == values[j];
        let (sorted, overlaps) = order(&boxes, &members, &same);
        let mut permutation = sorted.clone();
        permutation.sort_unstable();
        prop_assert_eq!(permutation, (0..boxes.len()).collect::<Vec<_>>());
        let mut conflict = false;
        for p in people() {
            let matching: Vec<usize> = (0..boxes.len()).filter(|k| holds(&boxes[*k], p)).collect();
            let best: Vec<usize> =
                matching.iter().copied().filter(|k| !matching.iter().any(|o| refined[*o].strictly_inside(&refined[*k]))).collect();
            let different = best.iter().any(|k| values[*k] != values[best[0]]);
            conflict |= different;
            if let (Some(first), false) = (sorted.iter().find(|k| matching.contains(k)), different) {
                // The first that holds is one of the most specific: its value is theirs.
                prop_assert!(best.contains(first));
            }
            let told = overlaps.iter().any(|o| best.contains(&o.first) && best.contains(&o.second) && !same(o.first, o.second));
            prop_assert!(!different || told, "{:?} is in an overlap nobody told of", p);
        }
        if conflict {
            prop_assert!(!overlaps.is_empty());
        }
        for o in &overlaps {
            // What is told is true: both hold it, and no box inside either holds all of it.
            let both = members.refine(&o.both);
            prop_assert!(!both.is_empty());
            prop_assert!(both.included_in(&refined[o.first]) && both.included_in(&refined[o.second]));
            prop_assert!(!same(o.first, o.second));
        }
    }
}

/// Where every code and age is in the cube, an overlap is told if and only if somebody is in one.
#[test]
fn an_overlap_is_told_when_somebody_is_in_it() {
    let on = |name: &str, codes: &[&str]| {
        let mut s = Selection::all();
        s.restrict(id(name), Constraint::In(codes.iter().map(ToString::to_string).collect()));
        s
    };
    let singles: Vec<Selection> = vec![
        on("corps", &["PR"]),
        on("corps", &["MCF"]),
        on("grade", &["PR_1C"]),
        on("grade", &["PR_2C", "MCF_CN"]),
        on("composante", &["DROIT"]),
        on("structure", &["PUB"]),
        on("structure", &["PRIV", "MATH"]),
        on("corps", &["PR"]).intersect(&on("composante", &["DROIT"])),
        on("grade", &["PR_1C"]).intersect(&on("structure", &["PUB"])),
        on("grade", &["PR_2C"]).intersect(&on("composante", &["DROIT"])),
        on("grade", &["PR_1C"]).intersect(&on("structure", &["PRIV"])),
    ];
    let members = members();
    let mut told = 0;
    // Every set of up to four of these boxes.
    for mask in 1u32..1 << singles.len() {
        if mask.count_ones() > 4 {
            continue;
        }
        let boxes: Vec<Selection> = singles.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1).map(|(_, b)| b.clone()).collect();
        let refined: Vec<Selection> = boxes.iter().map(|b| members.refine(b)).collect();
        let (_, overlaps) = order(&boxes, &members, &|_, _| false);
        let somebody = people().into_iter().any(|p| {
            let matching: Vec<usize> = (0..boxes.len()).filter(|k| holds(&boxes[*k], p)).collect();
            let best = matching.iter().filter(|k| !matching.iter().any(|o| refined[*o].strictly_inside(&refined[**k])));
            best.count() > 1
        });
        assert_eq!(somebody, !overlaps.is_empty(), "{boxes:?}");
        told += usize::from(somebody);
    }
    assert!(told > 100, "{told}");
}
