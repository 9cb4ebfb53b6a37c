//! From one year to the next: what entries, exits, presence and careers make of the difference (domain.md §B.5, §B.6).
//!
//! Agent-month by agent-month, m against m − 12, volumes at the prices of m − 12; prices last, on the volumes of the second year.

use cadrage_value::{Exact, Month};

use crate::presence::{present, stretch_of, stretches};
use crate::row::months_of;
use crate::{Agent, Moment, Points, Row};

/// The volume effects. They sum to the difference of the two amounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Entries of the year before, in full year now.
    pub entries_eap: Exact,
    /// Exits of the year before, in full year now.
    pub exits_eap: Exact,
    /// Entries of the year.
    pub entries_n: Exact,
    /// Exits of the year.
    pub exits_n: Exact,
    /// Careers as they were on 31 December.
    pub career_eap: Exact,
    /// Careers of the year.
    pub career_n: Exact,
}

impl Effects {
    /// All of them, in the order printed.
    #[must_use]
    pub fn all(&self) -> [&Exact; 6] {
        [&self.entries_eap, &self.exits_eap, &self.entries_n, &self.exits_n, &self.career_eap, &self.career_n]
    }

    /// Their sum.
    #[must_use]
    pub fn sum(&self) -> Exact {
        self.all().into_iter().cloned().sum()
    }

    /// Adds others.
    pub fn add(&mut self, other: &Effects) {
        let own =
            [&mut self.entries_eap, &mut self.exits_eap, &mut self.entries_n, &mut self.exits_n, &mut self.career_eap, &mut self.career_n];
        for (sum, more) in own.into_iter().zip(other.all()) {
            *sum = &*sum + more;
        }
    }
}

/// A month of an agent beside the same month a year before, both at the prices of the year before.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Amount of the month a year before.
    pub before: Exact,
    /// Amount of the month.
    pub after: Exact,
    /// Amount of a whole month of the situation of the 31 December between; `None` when he was not there.
    pub pivot: Option<Exact>,
    /// Thirtieths present a year before.
    pub present_before: Exact,
    /// Thirtieths present.
    pub present_after: Exact,
    /// Had the stretch of activity present now begun before 1 January?
    pub began_before: bool,
    /// Had the stretch of activity present then ended by 1 January?
    pub ended_before: bool,
}

/// Attributes the difference of a pair of months. Nobody in either: nothing.
#[must_use]
pub fn attribute(pair: &Pair) -> Effects {
    let mut out = Effects::default();
    let thirty = Exact::from_int(30);
    match (pair.before_per_thirtieth(), pair.present_after.is_zero()) {
        (Some(each), false) => {
            let same = &each * &pair.present_after;
            let presence = &same - &pair.before;
            if presence.is_negative() {
                out.exits_n = presence;
            } else {
                out.entries_eap = presence;
            }
            let career = &pair.after - &same;
            if let Some(pivot) = &pair.pivot {
                out.career_eap = &(&(pivot - &(&each * &thirty)) * &pair.present_after) / &thirty;
            }
            out.career_n = &career - &out.career_eap;
        }
        (None, false) if pair.began_before => out.entries_eap = pair.after.clone(),
        (None, false) => out.entries_n = pair.after.clone(),
        (Some(_), true) if pair.ended_before => out.exits_eap = -pair.before.clone(),
        (Some(_), true) => out.exits_n = -pair.before.clone(),
        (None, true) => {}
    }
    out
}

impl Pair {
    fn before_per_thirtieth(&self) -> Option<Exact> {
        self.before.checked_div(&self.present_before)
    }
}

/// The traitement indiciaire of two years, and what lies between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waterfall {
    /// The year before.
    pub before: Exact,
    /// Volumes, at the prices of the year before.
    pub effects: Effects,
    /// Mesures générales: the change of the point, on the volumes of the year.
    pub general: Exact,
    /// The year.
    pub after: Exact,
}

impl Waterfall {
    /// What the lines do not explain: 0.
    #[must_use]
    pub fn residue(&self) -> Exact {
        &(&self.after - &self.before) - &(&self.effects.sum() + &self.general)
    }

    /// Adds another.
    pub fn add(&mut self, other: &Waterfall) {
        self.before = &self.before + &other.before;
        self.effects.add(&other.effects);
        self.general = &self.general + &other.general;
        self.after = &self.after + &other.after;
    }
}

/// The waterfall of `year` against the year before.
pub fn waterfall<'a>(agents: impl IntoIterator<Item = &'a Agent>, points: &Points, year: i32) -> Waterfall {
    let mut out = Waterfall::default();
    for agent in agents {
        out.add(&of_agent(agent, points, year));
    }
    out
}

/// That of one agent.
fn of_agent(agent: &Agent, points: &Points, year: i32) -> Waterfall {
    let mut out = Waterfall::default();
    let january = Moment::january(year);
    let all = stretches(agent);
    let eve = Month::new(year - 1, 12).and_then(|december| agent.at_end_of(december)).filter(|r| r.inside);
    let pivot = eve.map(|r| r.full_rate() / Exact::from_int(12));
    for month in months_of(year) {
        let earlier = month.plus(-12);
        let (price, now) = (points.of(earlier), points.of(month));
        let (volume_before, volume) = (volume(agent, earlier), volume(agent, month));
        let stretch = |m: Month| agent.of(m).next_back().and_then(|r| stretch_of(&all, r));
        let pair = Pair {
            before: &volume_before * price,
            after: &volume * price,
            pivot: pivot.as_ref().map(|p| p * price),
            present_before: present(agent, earlier),
            present_after: present(agent, month),
            began_before: stretch(month).is_some_and(|s| s.began_before(january)),
            ended_before: stretch(earlier).is_some_and(|s| s.end <= january),
        };
        out.effects.add(&attribute(&pair));
        out.general = &out.general + &(&volume * &(now - price));
        out.before = &out.before + &pair.before;
        out.after = &out.after + &(&volume * now);
    }
    out
}

/// Points-year of a month.
fn volume(agent: &Agent, month: Month) -> Exact {
    agent.of(month).map(|r: &Row| &r.full_rate() * &r.present()).sum::<Exact>() / Exact::from_int(360)
}
