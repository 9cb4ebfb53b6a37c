//! Schéma d'emplois: entries less exits of a year in ETP, their impact in ETPT, and the official identity (domain.md §B.4).

use cadrage_value::{Exact, Month};

use crate::row::months_of;
use crate::{Agent, Kind, Reading, events};

/// The jobs of a population, over a year and the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobPlan {
    /// ETPT of the year before.
    pub before: Exact,
    /// ETPT of the year.
    pub after: Exact,
    /// ETP on 31 December of the year before.
    pub opening: Exact,
    /// ETP on 31 December.
    pub closing: Exact,
    /// Entries of the year, ETP.
    pub entries: Exact,
    /// Exits of the year, ETP, positive.
    pub exits: Exact,
    /// ETPT that flows of the year before add or take this year only.
    pub extension: Exact,
    /// ETPT that flows of the year add or take.
    pub own: Exact,
    /// ETPT from and to other populations, both years' changes.
    pub transfers: Exact,
    /// ETPT of changes of working time, both years'.
    pub working_time: Exact,
}

impl JobPlan {
    /// Of `year` against the year before.
    pub fn new<'a>(agents: impl IntoIterator<Item = &'a Agent>, year: i32) -> Self {
        let mut out = JobPlan::default();
        for agent in agents {
            out.add(agent, year);
        }
        out
    }

    fn add(&mut self, agent: &Agent, year: i32) {
        let worked = |year: i32| {
            let weights = months_of(year).flat_map(|m| agent.of(m)).map(|r| &r.worked * &r.present());
            weights.sum::<Exact>() / Exact::from_int(360)
        };
        let held = |year: i32| {
            let row = Month::new(year, 12).and_then(|m| agent.at_end_of(m)).filter(|r| r.inside);
            row.map_or(Exact::ZERO, |r| &r.worked * &r.share)
        };
        let plus = |slot: &mut Exact, more: &Exact| *slot = &*slot + more;
        plus(&mut self.before, &worked(year - 1));
        plus(&mut self.after, &worked(year));
        plus(&mut self.opening, &held(year - 1));
        plus(&mut self.closing, &held(year));
        for (of, changes) in [(year - 1, events(agent, year - 1, Reading::Jobs)), (year, events(agent, year, Reading::Jobs))] {
            for event in changes {
                let impact = if of == year { event.in_year() } else { event.next_year() };
                match event.kind {
                    Kind::Entry | Kind::Exit if of < year => plus(&mut self.extension, &impact),
                    Kind::Entry => {
                        plus(&mut self.entries, &event.change);
                        plus(&mut self.own, &impact);
                    }
                    Kind::Exit => {
                        self.exits = &self.exits - &event.change;
                        plus(&mut self.own, &impact);
                    }
                    Kind::TransferIn | Kind::TransferOut => plus(&mut self.transfers, &impact),
                    Kind::WorkingTime | Kind::Promotion | Kind::Step | Kind::Index => plus(&mut self.working_time, &impact),
                }
            }
        }
    }

    /// Schéma d'emplois: entries less exits, ETP.
    #[must_use]
    pub fn plan(&self) -> Exact {
        &self.entries - &self.exits
    }

    /// Impact of the plans on the ETPT of the year: of the year before, then of the year.
    #[must_use]
    pub fn impact(&self) -> Exact {
        &self.extension + &self.own
    }

    /// (Réal N − Transferts) − Réal N-1 − corrections, less the impact: the official identity holds when it is 0.
    #[must_use]
    pub fn residue(&self) -> Exact {
        &(&self.after - &self.before) - &(&self.impact() + &(&self.transfers + &self.working_time))
    }
}
