//! A scenario's change laid over a timeline of dated values (decision D22).

use std::collections::BTreeSet;

use cadrage_ir::{Change, Dated, Modification};
use cadrage_value::{Date, Exact, Rounding};

/// The timeline with a change laid over `[from, until)`, the rest as it was.
///
/// An absolute value masks every later base value of the period; a relative one composes with each of them, and gives
/// nothing where the base gives nothing.
pub(crate) fn changed(timeline: &[Dated], m: &Modification, to_written: &Exact, precision: Option<u32>) -> Vec<Dated> {
    let alter = |value: &Exact| {
        let raw = m.change.applied_to(value);
        match precision {
            Some(digits) if !to_written.is_zero() => {
                let written = Rounding::HalfUp.apply(&(&raw / to_written), digits);
                &written * to_written
            }
            _ => raw,
        }
    };
    // Between two of these days nothing changes. « Since ever » comes first.
    let mut days: BTreeSet<Option<Date>> = BTreeSet::from([None, m.from]);
    days.extend(m.until.map(Some));
    for d in timeline {
        days.insert(d.from);
        days.extend(d.until.map(Some));
    }
    let mut out: Vec<Dated> = Vec::new();
    for day in days {
        let base = in_force(timeline, day);
        let inside = m.from.is_none_or(|from| day.is_some_and(|d| d >= from)) && m.until.is_none_or(|u| day.is_none_or(|d| d < u));
        let laid = |value: &Exact, base: Option<&Dated>| Dated {
            from: day,
            until: None,
            value: alter(value),
            source: Some(m.text.clone()),
            published: None,
            // A difference that the base pays later is still paid later when the value is raised.
            paid: if matches!(m.change, Change::Set(_)) { m.paid } else { base.and_then(|b| b.paid) },
            span: m.span,
        };
        let now = match (&m.change, base) {
            (Change::Set(x), _) if inside => Some(laid(x, base)),
            (_, Some(base)) if inside => Some(laid(&base.value, Some(base))),
            (_, base) if !inside => base.map(|b| Dated { from: day, until: None, ..b.clone() }),
            _ => None,
        };
        let same = |last: &Dated, now: &Dated| Dated { from: last.from, until: last.until, ..now.clone() } == *last;
        match now {
            Some(now) => match out.last() {
                Some(last) if last.until.is_none() && same(last, &now) => {}
                _ => out.push(now),
            },
            None => {
                if let Some(last) = out.last_mut().filter(|l| l.until.is_none()) {
                    last.until = day;
                }
            }
        }
    }
    out
}

/// What a timeline says over `[from, until)`, and nothing outside.
pub(crate) fn within(timeline: &[Dated], from: Option<Date>, until: Option<Date>) -> Vec<Dated> {
    let mut out = Vec::new();
    for (k, d) in timeline.iter().enumerate() {
        let next = timeline.get(k + 1).and_then(|n| n.from);
        let end = [d.until, next, until].into_iter().flatten().min();
        let start = d.from.max(from);
        if end.is_none_or(|end| start.is_none_or(|s| s < end)) {
            // Where the next value begins nothing needs closing: a value paid late lets this one go on until then.
            let closed = if end == next && d.until.is_none() && end != until { None } else { end };
            out.push(Dated { from: start, until: closed, ..d.clone() });
        }
    }
    out
}

/// The value in force on a day; `None` stands for the days before all dates.
fn in_force(timeline: &[Dated], day: Option<Date>) -> Option<&Dated> {
    let begun = |d: &&Dated| match (d.from, day) {
        (None, _) => true,
        (Some(from), Some(day)) => from <= day,
        (Some(_), None) => false,
    };
    timeline.iter().rev().find(begun).filter(|d| d.until.is_none_or(|u| day.is_none_or(|day| day < u)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_ir::{ParameterId, Selection};
    use cadrage_source::{FileId, Span};
    use proptest::prelude::*;

    fn span() -> Span {
        Span::new(FileId(0), 0, 0)
    }

    fn day(n: i32) -> Date {
        Date::from_epoch_days(20_000 + n).unwrap()
    }

    fn on(timeline: &[Dated], n: i32) -> Option<Exact> {
        in_force(timeline, Some(day(n))).map(|d| d.value.clone())
    }

    fn some_timeline() -> impl Strategy<Value = Vec<Dated>> {
        let line = (0..40i32, prop::option::weighted(0.3, 1..15i32), 1..100i64);
        (prop::collection::vec(line, 0..5), any::<bool>()).prop_map(|(lines, ever)| {
            let mut out: Vec<Dated> = Vec::new();
            for (k, (from, long, value)) in lines.into_iter().enumerate() {
                let from = if k == 0 && ever { None } else { Some(day(from)) };
                if !out.iter().any(|d| d.from == from) {
                    let until = from.and(long).and_then(|n| Date::from_epoch_days(from?.to_epoch_days() + n));
                    out.push(Dated { from, until, value: Exact::from_int(value), source: None, published: None, paid: None, span: span() });
                }
            }
            out.sort_by_key(|d| d.from);
            out
        })
    }

    fn some_change() -> impl Strategy<Value = Modification> {
        let change = prop_oneof![
            (1..100i64).prop_map(|n| Change::Set(Exact::from_int(n))),
            (1..5i64).prop_map(|n| Change::Scale(Exact::from_int(n))),
            (-9..9i64).prop_map(|n| Change::Shift(Exact::from_int(n))),
            (1..100i64).prop_map(|n| Change::AtLeast(Exact::from_int(n))),
            (1..100i64).prop_map(|n| Change::AtMost(Exact::from_int(n))),
        ];
        (change, prop::option::of(0..40i32), prop::option::of(1..20i32)).prop_map(|(change, from, long)| Modification {
            parameter: ParameterId(0),
            selection: Selection::all(),
            whom: String::new(),
            everywhere: false,
            from: from.map(day),
            until: long.map(|n| day(from.unwrap_or(0) + n)),
            change,
            paid: None,
            text: String::from("essai"),
            span: span(),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn day_by_day_the_change_is_what_it_says(timeline in some_timeline(), changes in prop::collection::vec(some_change(), 1..4)) {
            let mut laid = timeline.clone();
            for m in &changes {
                laid = changed(&laid, m, &Exact::ONE, None);
            }
            for n in -5..70 {
                let mut expected = on(&timeline, n);
                for m in &changes {
                    let inside = m.from.is_none_or(|f| f <= day(n)) && m.until.is_none_or(|u| day(n) < u);
                    if inside {
                        expected = match &m.change {
                            Change::Set(x) => Some(x.clone()),
                            Change::Scale(x) => expected.map(|v| &v * x),
                            Change::Shift(x) => expected.map(|v| &v + x),
                            Change::AtLeast(x) => expected.map(|v| if v < *x { x.clone() } else { v }),
                            Change::AtMost(x) => expected.map(|v| if v > *x { x.clone() } else { v }),
                        };
                    }
                }
                prop_assert_eq!(on(&laid, n), expected, "day {}", n);
            }
            let (from, until) = (changes[0].from, changes[0].until);
            let clipped = within(&laid, from, until);
            for n in -5..70 {
                let inside = from.is_none_or(|f| f <= day(n)) && until.is_none_or(|u| day(n) < u);
                prop_assert_eq!(on(&clipped, n), on(&laid, n).filter(|_| inside), "day {}", n);
            }
            // In order, and never the same first day twice.
            prop_assert!(laid.windows(2).all(|w| w[0].from < w[1].from));
        }
    }
}
