//! Extension en année pleine: what the changes of a year still cost the year after (domain.md §B.4).
//!
//! Each change weighs a full year Δ, of which Δ·(1 − τ) in its own year and Δ·τ in the next only, τ the part of the year gone. All of
//! them, at the point of December, lead from the cost of the year to the cost of a full year of those in force on 31 December.

use std::collections::BTreeMap;

use cadrage_value::{Exact, Month};

use crate::gvt_by_mass::ratio;
use crate::row::months_of;
use crate::{Agent, IndexMass, Kind, Points, Reading, events};

/// The changes of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EapLine {
    /// How many.
    pub count: usize,
    /// What of them fell in their own year, euros.
    pub in_year: Exact,
    /// A full year of them.
    pub full_year: Exact,
}

impl EapLine {
    /// What of them is still to come.
    #[must_use]
    pub fn extension(&self) -> Exact {
        &self.full_year - &self.in_year
    }
}

/// The change of the point over a year, as rates: niveau, masse, report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PointEffect {
    /// From one December to the next.
    pub level: Option<Exact>,
    /// Mean of the year against the December before.
    pub mass: Option<Exact>,
    /// December against the mean of the year: what the next year inherits.
    pub carry: Option<Exact>,
}

impl PointEffect {
    /// Of a year.
    #[must_use]
    pub fn of(points: &Points, year: i32) -> Self {
        let (Some(eve), Some(end)) = (Month::new(year - 1, 12), Month::new(year, 12)) else { return PointEffect::default() };
        let mean = months_of(year).map(|m| points.of(m).clone()).sum::<Exact>() / Exact::from_int(12);
        let (before, after) = (points.of(eve), points.of(end));
        PointEffect { level: ratio(after, before), mass: ratio(&mean, before), carry: ratio(after, &mean) }
    }
}

/// The traitement of a year, and what leads to a full year of those in force at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eap {
    /// The year of the changes.
    pub year: i32,
    /// Traitement indiciaire of the year.
    pub cost: Exact,
    /// The changes, by kind.
    pub lines: BTreeMap<Kind, EapLine>,
    /// The change of the point, on the volumes of the year.
    pub general: EapLine,
    /// The change of the point as rates.
    pub point: PointEffect,
    /// A full year of those in force on 31 December, at the point of December.
    pub full_year: Exact,
}

impl Eap {
    /// Of the changes of `year`.
    pub fn new<'a>(agents: impl IntoIterator<Item = &'a Agent>, points: &Points, year: i32) -> Self {
        let point = PointEffect::of(points, year);
        let mut out = Eap { year, cost: Exact::ZERO, lines: BTreeMap::new(), general: EapLine::default(), point, full_year: Exact::ZERO };
        let (Some(eve), Some(end)) = (Month::new(year - 1, 12), Month::new(year, 12)) else { return out };
        let (old, price) = (points.of(eve), points.of(end));
        for agent in agents {
            for month in months_of(year) {
                let of = IndexMass::of_agent(agent, month, points);
                let change = &of.mass * &(points.of(month) - old);
                out.general.in_year = &out.general.in_year + &change;
                out.general.full_year = &out.general.full_year + &(&of.mass * &(price - old));
                out.cost = &out.cost + &of.pay;
            }
            for event in events(agent, year, Reading::Index) {
                let line = out.lines.entry(event.kind).or_default();
                line.count += 1;
                line.in_year = &line.in_year + &(&event.in_year() * price);
                line.full_year = &line.full_year + &(&event.change * price);
            }
            if let Some(row) = agent.at_end_of(end).filter(|r| r.inside) {
                out.full_year = &out.full_year + &(&(&row.full_rate() * &row.share) * price);
            }
        }
        out.general.count = months_of(year).filter(|m| points.of(*m) != points.of(m.plus(-1))).count();
        out
    }

    /// What the lines do not explain of the way from the cost of the year to a full year: 0.
    #[must_use]
    pub fn residue(&self) -> Exact {
        let extensions: Exact = self.lines.values().map(EapLine::extension).sum();
        &(&self.full_year - &self.cost) - &(extensions + self.general.extension())
    }
}
