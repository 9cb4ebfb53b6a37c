//! From an exercice to the next, a number of jobs has volumes and no price: entries, exits, their extension en année pleine, working times.
//! Agent-month by agent-month, m against m - 12, with the rules of pay (domain.md §B.6), on the measure read month by month.

use std::collections::BTreeMap;

use cadrage_analysis::{Pair, attribute};
use cadrage_ir::{Dimension, Unit};
use cadrage_value::{Exact, Month};

use super::effects::{Effect, Part, add};
use super::way::{january, last_month};
use crate::people::People;
use crate::presence::Presence;

/// What jobs moved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum JobEffect {
    /// Who comes and goes, this exercice or the one before.
    Flow(Part),
    /// Working times of those who stay.
    WorkingTime,
    /// Who has no day in activity: paid by the hour.
    Hours,
}

impl JobEffect {
    /// Key for programs, label for people, what `décomposé en` counts it in.
    pub(super) fn said(self) -> (&'static str, &'static str, &'static str) {
        match self {
            JobEffect::Flow(part) => {
                let effect = Effect::Volume(part);
                let (_, key, label) = effect.said();
                (key, label, effect.family())
            }
            JobEffect::WorkingTime => ("quotites", "Quotités de ceux qui restent", "effectifs"),
            JobEffect::Hours => ("autres_vacations", "Emplois payés à l'heure", "autres"),
        }
    }
}

/// Is this a number of jobs over a time? Prices do not move it, and months add up.
pub(super) fn counts_jobs(unit: &Unit) -> bool {
    [Dimension::Etpt, Dimension::Etpf].into_iter().any(|d| *unit == Unit::of(d))
}

/// When each agent is in activity.
pub(super) fn presences<'p>(people: &'p People<'_>) -> BTreeMap<&'p str, &'p Presence> {
    let of = |(k, presence): (usize, &'p Presence)| Some((&**people.cohort.matricule(k)?, presence));
    people.presences.iter().enumerate().filter_map(of).collect()
}

/// Adds what an agent's jobs moved for, from an exercice to the next: `of` says what he counts for in a month.
pub(super) fn attribute_year(
    (matricule, presence): (&str, Option<&Presence>),
    year: i32,
    of: &BTreeMap<Month, Exact>,
    out: &mut BTreeMap<JobEffect, BTreeMap<String, Exact>>,
) {
    let new_year = january(year);
    for month in new_year.through(last_month(year)) {
        let counted = |m: Month| of.get(&m).cloned().unwrap_or(Exact::ZERO);
        let thirtieths = |m: Month| presence.map_or(Exact::ZERO, |p| p.thirtieths(m));
        let (then, now) = (month.plus(-12), month);
        let there = |t: &Exact, x: Exact| if t.is_zero() { Exact::ZERO } else { x };
        let (t1, t2) = (thirtieths(then), thirtieths(now));
        let pair = Pair {
            before: there(&t1, counted(then)),
            after: there(&t2, counted(now)),
            // Nothing says what a measure would count for a situation: working times are told of one piece.
            pivot: None,
            began_before: presence.and_then(|p| p.stretch(now)).is_some_and(|(first, _)| first < new_year),
            ended_before: presence.and_then(|p| p.stretch(then)).is_some_and(|(_, last)| last < new_year),
            present_before: t1,
            present_after: t2,
        };
        let found = attribute(&pair);
        let rest = &(&counted(now) - &counted(then)) - &found.sum();
        for (effect, x) in [
            (JobEffect::Flow(Part::EntriesBefore), &found.entries_eap),
            (JobEffect::Flow(Part::ExitsBefore), &found.exits_eap),
            (JobEffect::Flow(Part::Entries), &found.entries_n),
            (JobEffect::Flow(Part::Exits), &found.exits_n),
            (JobEffect::WorkingTime, &found.career_n),
            (JobEffect::Hours, &rest),
        ] {
            if !x.is_zero() {
                add(out.entry(effect).or_default(), matricule, x);
            }
        }
    }
}
