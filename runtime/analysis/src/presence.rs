//! Who was there, when, and who stayed: unbroken stretches of activity, and the rules of présents-présents.

use std::collections::BTreeSet;

use cadrage_value::{Exact, Month};

use crate::row::months_of;
use crate::{Agent, Moment, Row};

/// An unbroken stretch of activity in the population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// When it opens; `None` before the first month known.
    pub start: Option<Moment>,
    /// When it closes, excluded: as far as rows go.
    pub end: Moment,
}

impl Stretch {
    /// Did it open before this instant?
    #[must_use]
    pub fn began_before(&self, instant: Moment) -> bool {
        self.start.is_none_or(|s| s < instant)
    }
}

/// The unbroken stretches in the population, in order of date.
#[must_use]
pub fn stretches(agent: &Agent) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    for row in agent.rows.iter().filter(|r| r.inside) {
        match out.last_mut() {
            Some(last) if last.end == row.opens() => last.end = row.closes(),
            None if agent.already && agent.rows.first() == Some(row) => out.push(Stretch { start: None, end: row.closes() }),
            _ => out.push(Stretch { start: Some(row.opens()), end: row.closes() }),
        }
    }
    out
}

/// The stretch that holds a row.
pub(crate) fn stretch_of(all: &[Stretch], row: &Row) -> Option<Stretch> {
    let opens = row.opens();
    all.iter().copied().find(|s| s.start.is_none_or(|start| start <= opens) && opens < s.end)
}

/// Thirtieths present in a month, in the population.
#[must_use]
pub fn present(agent: &Agent, month: Month) -> Exact {
    agent.of(month).map(Row::present).sum()
}

/// In activity in the population on the last day of a month: a day 31 counts for nothing, the 30th says.
#[must_use]
pub fn in_activity_at_end(agent: &Agent, month: Month) -> bool {
    agent.at_end_of(month).is_some_and(|r| r.inside)
}

/// Who is a présent-présent of two years that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Agent-months there at least a thirtieth both in m and in m − 12.
    Months,
    /// There all of the 24 months.
    Strict,
    /// The same, with one paid fraction all along.
    StrictFraction,
    /// In activity on 31 December of N-2 and of N; all their months.
    Dates,
}

impl Rule {
    /// All of them, the default first.
    pub const ALL: [Rule; 4] = [Rule::Months, Rule::Strict, Rule::StrictFraction, Rule::Dates];
}

/// The months of `year` that count for an agent, each beside the same month of the year before; none when he is no présent-présent.
#[must_use]
pub fn common_months(agent: &Agent, rule: Rule, year: i32) -> Vec<Month> {
    let all = || months_of(year).collect::<Vec<_>>();
    let both = || months_of(year - 1).chain(months_of(year));
    let whole = |m: Month| present(agent, m) == Exact::from_int(30);
    match rule {
        Rule::Months => {
            let there = |m: &Month| agent.of(*m).next().is_some() && agent.of(m.plus(-12)).next().is_some();
            months_of(year).filter(there).collect()
        }
        Rule::Strict if both().all(whole) => all(),
        Rule::StrictFraction if both().all(whole) => {
            let fractions: BTreeSet<&Exact> = both().flat_map(|m| agent.of(m).map(|r| &r.paid)).collect();
            if fractions.len() == 1 { all() } else { Vec::new() }
        }
        Rule::Dates => {
            let january = Month::new(year - 1, 1).unwrap_or(Month::MIN);
            // Nothing is known before the first month but that he was there.
            let known_before = agent.rows.first().is_some_and(|r| r.month < january);
            let before = if known_before { in_activity_at_end(agent, january.plus(-1)) } else { was_there(agent, january) };
            if before && in_activity_at_end(agent, january.plus(23)) { all() } else { Vec::new() }
        }
        Rule::Strict | Rule::StrictFraction => Vec::new(),
    }
}

/// There on the eve of the first month known, which is this one.
fn was_there(agent: &Agent, first: Month) -> bool {
    agent.already && agent.rows.first().is_some_and(|r| r.inside && r.month == first && r.start == 0)
}
