//! What changed in a year, one change after the other: each with its day, its nature and how much a full year of it weighs.

use cadrage_value::{Exact, Month};

use crate::row::months_of;
use crate::{Agent, Moment, Row};

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Into activity in the population, from no activity.
    Entry,
    /// Out of activity.
    Exit,
    /// From another population.
    TransferIn,
    /// To another population.
    TransferOut,
    /// Another grade.
    Promotion,
    /// Another step of the grade.
    Step,
    /// Another index at the same grade and step: a new grid, or an index of one's own.
    Index,
    /// Another working time or paid fraction.
    WorkingTime,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: Kind,
    /// A full year of it, in the unit read: points, or jobs.
    pub change: Exact,
}

impl Event {
    /// What of it falls in its own year.
    #[must_use]
    pub fn in_year(&self) -> Exact {
        &self.change - &self.next_year()
    }

    /// What of it only falls in the next: its extension en année pleine (EAP).
    #[must_use]
    pub fn next_year(&self) -> Exact {
        &self.change * &self.at.elapsed()
    }
}

/// What is weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Points × paid fraction.
    Index,
    /// Working time: jobs.
    Jobs,
}

/// The changes of a year, in order of date. They sum to what is in force on 31 December less what was a year before; a change on
/// 1 January is of the year. Before the first month known, everything was as it then is.
#[must_use]
pub fn events(agent: &Agent, year: i32, reading: Reading) -> Vec<Event> {
    let mut out = Vec::new();
    let january = Moment::january(year);
    let first = agent.rows.first().map(Row::opens);
    let mut before = Month::new(year - 1, 12).and_then(|eve| agent.at_end_of(eve));
    if agent.already && first == Some(january) {
        before = agent.rows.first();
    }
    let mut until = january;
    for row in months_of(year).flat_map(|m| agent.all_of(m)) {
        if row.opens() > until {
            push(&mut out, until, before, None, reading);
            before = None;
        }
        push(&mut out, row.opens(), before, Some(row), reading);
        before = Some(row);
        until = row.closes();
    }
    if until < Moment::january(year + 1) {
        push(&mut out, until, before, None, reading);
    }
    out
}

/// What a full year of somebody weighs.
fn weight(row: &Row, reading: Reading) -> Exact {
    match reading {
        Reading::Index => &row.full_rate() * &row.share,
        Reading::Jobs => &row.worked * &row.share,
    }
}

/// The changes from one state to another.
fn push(out: &mut Vec<Event>, at: Moment, before: Option<&Row>, after: Option<&Row>, reading: Reading) {
    let mut add = |kind: Kind, change: Exact| {
        if !change.is_zero() {
            out.push(Event { at, kind, change });
        }
    };
    let all = |row: &Row| weight(row, reading);
    match (before, after) {
        (Some(was), Some(is)) if was.inside && is.inside => {
            let (own, other) = match reading {
                Reading::Index => {
                    let kind = if was.grade != is.grade {
                        Kind::Promotion
                    } else if was.step != is.step {
                        Kind::Step
                    } else {
                        Kind::Index
                    };
                    let index = Exact::from_int(is.index - was.index);
                    add(kind, &(&index * &was.paid) * &was.share);
                    (&Exact::from_int(is.index) * &was.paid, is.full_rate())
                }
                Reading::Jobs => (was.worked.clone(), is.worked.clone()),
            };
            add(Kind::WorkingTime, &(&other - &own) * &was.share);
            let share = &is.share - &was.share;
            add(if share.is_negative() { Kind::Exit } else { Kind::Entry }, &other * &share);
        }
        (Some(was), Some(is)) if was.inside => {
            debug_assert!(!is.inside);
            add(Kind::TransferOut, -all(was));
        }
        (Some(_), Some(is)) if is.inside => add(Kind::TransferIn, all(is)),
        (Some(was), None) if was.inside => add(Kind::Exit, -all(was)),
        (None, Some(is)) if is.inside => add(Kind::Entry, all(is)),
        _ => {}
    }
}
