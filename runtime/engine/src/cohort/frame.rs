//! An agent of a cohort as the frame he was pushed as.

use std::sync::Arc;

use cadrage_value::{Exact, Money};

use super::{ABSENT, Cohort, Group, slot_of};
use crate::{AgentFrame, AgentMonth, Row};

impl Cohort {
    /// The frame of an agent.
    #[must_use]
    pub fn frame(&self, agent: usize) -> Option<AgentFrame> {
        if let Some(frame) = self.apart.get(&agent) {
            return Some(frame.clone());
        }
        let (group, position) = self.place(agent)?;
        let key = u32::try_from(position).unwrap_or(u32::MAX);
        let months = self.months.iter().enumerate().map(|(k, (month, constate))| AgentMonth {
            month: *month,
            constate: *constate,
            situations: (0..self.situations(agent, k)).filter_map(|s| self.situation(agent, k, s)).collect(),
            observed: group
                .observed
                .iter()
                .filter_map(|(rubrique, months)| {
                    let cents = *months.get(k)?.get(position)?;
                    (cents != ABSENT).then(|| (rubrique.clone(), Money::from_cents(cents)))
                })
                .collect(),
        });
        Some(AgentFrame {
            matricule: self.matricules.get(agent)?.clone(),
            months: months.collect(),
            last_paid: group
                .last_paid
                .iter()
                .filter_map(|(rubrique, cents)| {
                    let cents = *cents.get(position)?;
                    (cents != ABSENT).then(|| (rubrique.clone(), Money::from_cents(cents)))
                })
                .collect(),
            end_row: self.end_rows.get(agent).cloned().flatten(),
            supplied: group.supplied.get(&key).cloned().unwrap_or_default(),
        })
    }

    /// How many situations an agent has in a month.
    #[must_use]
    pub fn situations(&self, agent: usize, month: usize) -> usize {
        if let Some(frame) = self.apart.get(&agent) {
            return frame.months.get(month).map_or(0, |m| m.situations.len());
        }
        let Some((group, position)) = self.place(agent) else { return 0 };
        group.situations.as_ref().and_then(|s| s.month(month).get(position)).map_or(0, |n| usize::from(*n))
    }

    /// A situation of an agent in a month, in order of date.
    #[must_use]
    pub fn situation(&self, agent: usize, month: usize, situation: usize) -> Option<Row> {
        if let Some(frame) = self.apart.get(&agent) {
            return frame.months.get(month)?.situations.get(situation).cloned();
        }
        let count = self.situations(agent, month);
        let (group, position) = self.place(agent).filter(|_| situation < count)?;
        Some(self.row_of(group, slot_of(situation, count) * group.agents.len() + position, month))
    }

    /// The last situation of an agent in a month.
    #[must_use]
    pub fn last_situation(&self, agent: usize, month: usize) -> Option<Row> {
        self.situation(agent, month, self.situations(agent, month).checked_sub(1)?)
    }

    /// The codes of a situation, by attribute.
    #[must_use]
    pub fn codes(&self, agent: usize, month: usize, situation: usize) -> Option<Vec<Arc<str>>> {
        if let Some(frame) = self.apart.get(&agent) {
            return frame.months.get(month)?.situations.get(situation).map(|row| row.codes.clone());
        }
        let count = self.situations(agent, month);
        let (group, position) = self.place(agent).filter(|_| situation < count)?;
        Some(self.codes_at(group, slot_of(situation, count) * group.agents.len() + position, month))
    }

    /// The codes of the last situation of a month.
    #[must_use]
    pub fn last_codes(&self, agent: usize, month: usize) -> Option<Vec<Arc<str>>> {
        self.codes(agent, month, self.situations(agent, month).checked_sub(1)?)
    }

    /// Are the codes of the last situation the same in these two months? Where there is none in one of them, no.
    #[must_use]
    pub fn same_codes(&self, agent: usize, month: usize, other: usize) -> bool {
        if self.situations(agent, month) == 0 || self.situations(agent, other) == 0 {
            return false;
        }
        match self.place(agent) {
            Some((group, position)) => {
                group.codes.iter().flatten().all(|p| p.steady() || p.month(month).get(position) == p.month(other).get(position))
            }
            None => self.last_codes(agent, month) == self.last_codes(agent, other),
        }
    }

    /// What he was at the end of the last constaté month, whatever his position.
    #[must_use]
    pub fn end_row(&self, agent: usize) -> Option<&Row> {
        match self.apart.get(&agent) {
            Some(frame) => frame.end_row.as_ref(),
            None => self.end_rows.get(agent)?.as_ref(),
        }
    }

    /// What was paid of a rubrique for a month.
    #[must_use]
    pub fn observed(&self, agent: usize, month: usize, rubrique: &str) -> Option<Money> {
        if let Some(frame) = self.apart.get(&agent) {
            return frame.months.get(month)?.observed.get(rubrique).copied();
        }
        let (group, position) = self.place(agent)?;
        let cents = *group.observed.get(rubrique)?.get(month)?.get(position)?;
        (cents != ABSENT).then(|| Money::from_cents(cents))
    }

    /// A row of a group: `slot × agents + agent`.
    #[must_use]
    pub fn row_of(&self, group: &Group, row: usize, month: usize) -> Row {
        let number = |n: &Option<super::Numbers>| {
            let n = n.as_ref()?;
            let numerator = *n.cells.month(month).get(row)?;
            if numerator == ABSENT { None } else { Exact::ratio(numerator, n.denominator) }
        };
        Row { numbers: group.numbers.iter().map(number).collect(), codes: self.codes_at(group, row, month) }
    }

    fn codes_at(&self, group: &Group, row: usize, month: usize) -> Vec<Arc<str>> {
        let codes = group.codes.iter().zip(&self.dictionaries).map(|(plane, dictionary)| {
            let code = plane.as_ref().and_then(|p| p.month(month).get(row)).map_or(0, |c| *c as usize);
            dictionary.get(code).or_else(|| dictionary.first()).cloned().unwrap_or_else(|| "".into())
        });
        codes.collect()
    }
}
