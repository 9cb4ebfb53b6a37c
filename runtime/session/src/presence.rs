//! When an agent is in activity: what comparisons of exercices attribute effects by (domain.md §B.6).

use std::sync::Arc;

use cadrage_careers::{AgentCareer, Row as Stretch, State};
use cadrage_engine::Row;
use cadrage_value::{Date, Exact, Month};

use crate::attributes::Coder;
use crate::frames;

/// An agent's activity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence {
    /// Thirtieths in activity of each month that has some, in order.
    months: Vec<(Month, u32)>,
    /// The same where only a fraction of the agent is there: nearly nobody.
    fractions: Vec<(Month, Exact)>,
    /// First and last month of each unbroken stretch, in order.
    stretches: Vec<(Month, Month)>,
    /// What he is in the evening of each 31 December in activity, by year.
    new_years: Vec<(i32, NewYear)>,
}

/// A situation in force on a 31 December.
#[derive(Clone, Debug)]
struct NewYear {
    state: Arc<State>,
    entry: Date,
    share: Exact,
}

impl Presence {
    pub(crate) fn of(career: &AgentCareer) -> Presence {
        let mut out = Presence::default();
        let mut before: Option<&Stretch> = None;
        for row in &career.rows {
            match out.months.last_mut().filter(|(m, _)| *m == row.month) {
                Some((_, sum)) => *sum += row.thirtieths,
                None => out.months.push((row.month, row.thirtieths)),
            }
            if row.share != Exact::ONE {
                let part = &Exact::from_int(i64::from(row.thirtieths)) * &row.share;
                match out.fractions.last_mut().filter(|(m, _)| *m == row.month) {
                    Some((_, sum)) => *sum = &*sum + &part,
                    None => out.fractions.push((row.month, part)),
                }
            }
            match out.stretches.last_mut().filter(|_| before.is_some_and(|b| follows(b, row))) {
                Some((_, last)) => *last = row.month,
                None => out.stretches.push((row.month, row.month)),
            }
            if row.month.number() == 12 && row.start_thirtieth + row.thirtieths == 30 {
                out.new_years
                    .push((row.month.year(), NewYear { state: Arc::clone(&row.state), entry: row.entry, share: row.share.clone() }));
            }
            before = Some(row);
        }
        out
    }

    /// Thirtieths in activity in a month.
    pub(crate) fn thirtieths(&self, month: Month) -> Exact {
        if let Some((_, part)) = self.fractions.iter().find(|(m, _)| *m == month) {
            return part.clone();
        }
        let found = self.months.binary_search_by_key(&month, |(m, _)| *m).ok();
        found.and_then(|k| self.months.get(k)).map_or(Exact::ZERO, |(_, t)| Exact::from_int(i64::from(*t)))
    }

    /// First and last month of the stretch that holds the last day in activity of a month.
    pub(crate) fn stretch(&self, month: Month) -> Option<(Month, Month)> {
        self.stretches.iter().rev().find(|(first, last)| *first <= month && month <= *last).copied()
    }

    /// The situation of the evening of 31 December of a year, as a whole month seen from 1 January.
    pub(crate) fn at_new_year(&self, matricule: &str, year: i32, coder: &mut Coder<'_>) -> Option<Row> {
        let (_, then) = self.new_years.iter().find(|(y, _)| *y == year)?;
        let january = Month::new(year + 1, 1)?;
        Some(frames::row(matricule, &then.state, &then.share, then.entry, january, coder))
    }
}

/// Does activity go on from one row to the next, without a day out?
fn follows(before: &Stretch, row: &Stretch) -> bool {
    let end = before.start_thirtieth + before.thirtieths;
    if before.month == row.month {
        end == row.start_thirtieth
    } else {
        end == 30 && row.start_thirtieth == 0 && before.month.plus(1) == row.month
    }
}
