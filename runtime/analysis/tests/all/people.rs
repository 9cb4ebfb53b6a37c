//! People of the tests, from dated situations.

use std::collections::BTreeMap;

use cadrage_analysis::{Agent, Points, Row};
use cadrage_value::{Date, Exact, Month, thirtieths};

/// The year N of the examples.
pub const N: i32 = 2024;

pub fn x(text: &str) -> Exact {
    text.parse().expect("number")
}

pub fn month(text: &str) -> Month {
    text.parse().expect("month")
}

/// From a day on, until another excluded: index, paid fraction, working time, grade, step.
pub type Situation<'s> = (&'s str, Option<&'s str>, i64, &'s str, &'s str, &'s str, &'s str);

/// Somebody over N-1 and N.
pub fn agent(matricule: &str, situations: &[Situation<'_>]) -> Agent {
    let first = month("2023-01");
    let mut rows = Vec::new();
    for m in first.through(month("2024-12")) {
        for (start, end, index, paid, worked, grade, step) in situations {
            let (start, end) = (Date::parse(start).expect("date"), end.map(|e| Date::parse(e).expect("date")));
            let count = thirtieths(start, end, m);
            if count > 0 {
                rows.push(Row {
                    month: m,
                    start: thirtieths(m.first_day(), Some(start), m),
                    thirtieths: count,
                    share: Exact::ONE,
                    inside: true,
                    index: *index,
                    paid: x(paid),
                    worked: x(worked),
                    grade: (*grade).into(),
                    step: (*step).into(),
                });
            }
        }
    }
    let already = situations.first().is_some_and(|(start, ..)| *start < "2023-01-01");
    Agent { matricule: matricule.into(), already, rows }
}

/// 59.0734 until 30 June N, then ×1.015.
pub fn points() -> Points {
    let raised = x("59,0734") * x("1,015");
    Points::new(BTreeMap::from([(month("2022-01"), x("59,0734")), (month("2024-07"), raised)])).expect("values")
}
