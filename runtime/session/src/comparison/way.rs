//! The way from one side of a comparison to the other, walked leg by leg.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Backend;
use cadrage_value::{Exact, Money, Month};

use super::cascade::Cascade;
use super::effects::{Ledger, add_all};
use super::end::End;
use super::members::{self, Totals};
use super::prices::Prices;
use super::{Asked, ComparedLevel, ComparedMember, Comparison, Effect, EffectPart, Leg, PAYROLL, Side};
use crate::clock::{Phase, Phases};
use crate::labels::label;
use crate::run::{self, Projection, RunError};
use crate::study::Ground;

/// Where it goes from and to, and the effects met so far.
pub(super) struct Way<'a, 'p> {
    pub(super) compiled: &'a Compiled,
    pub(super) from: Side<'a>,
    pub(super) to: Side<'a>,
    pub(super) asked: Asked<'a>,
    pub(super) backend: &'a dyn Backend,
    pub(super) phases: &'p mut Phases,
    /// What values are prices of, as `décomposé en` counts them.
    pub(super) prices: Prices,
    pub(super) effects: Vec<Effect>,
    /// By member, when a level is asked for: at the start and at the end.
    pub(super) ends: (Totals, Totals),
}

impl<'a, 'p> Way<'a, 'p> {
    pub(super) fn between(
        compiled: &'a Compiled,
        (from, to): (Side<'a>, Side<'a>),
        asked: Asked<'a>,
        backend: &'a dyn Backend,
        phases: &'p mut Phases,
    ) -> Way<'a, 'p> {
        let (prices, ends) = (Prices::of(to.program), (Totals::new(), Totals::new()));
        Way { compiled, from, to, asked, backend, phases, prices, effects: Vec::new(), ends }
    }
}

impl Way<'_, '_> {
    pub(super) fn walk(mut self) -> Result<Comparison, RunError> {
        let (from, to) = (self.from, self.to);
        let (first, known) = legs(from, to);
        let moves = knows_more(&first, &known);
        let (mut start, mut reached) = (None, None);
        if from.year != to.year || moves {
            self.phases.step("d'un exercice à l'autre");
            let ground = self.ground(&first, from)?;
            let lines = self.lines(&first, &ground)?;
            start = Some(total(&lines, from.year));
            if let Some((_, level)) = self.asked.level {
                self.ends.0 = members::totals(&lines.lines, from.year, level);
            }
            for year in from.year..to.year {
                self.cascade(Leg::Year, (&ground, &lines, year), (&ground, &lines, year + 1))?;
            }
            reached = Some(self.told().of(&lines.lines));
            if moves {
                self.phases.step("ce qui est constaté en plus");
                let after = self.ground(&known, Side { cube: to.cube, ..from })?;
                let then = self.lines(&known, &after)?;
                self.cascade(Leg::Known, (&ground, &lines, to.year), (&after, &then, to.year))?;
                reached = Some(self.told().of(&then.lines));
            }
        }
        let (before, end) = self.declared(&known, reached)?;
        let notes = notes(from.scenario, to.scenario, moves);
        let level = self.asked.level.map(|(name, _)| self.members(name));
        Ok(Comparison {
            from: (from.scenario.name.clone(), from.year),
            to: (to.scenario.name.clone(), to.year),
            measure: PAYROLL.to_owned(),
            unit: "€".to_owned(),
            decimals: 2,
            start: start.unwrap_or(before).to_exact(),
            end: end.to_exact(),
            level,
            effects: self.effects,
            notes,
        })
    }

    /// The lines of a scenario whose people are there.
    pub(super) fn lines(&mut self, scenario: &Scenario, ground: &Ground<'_>) -> Result<Projection, RunError> {
        run::lines(self.compiled, scenario, ground, &[], self.phases)
    }

    pub(super) fn ground<'g>(&mut self, scenario: &'g Scenario, side: Side<'g>) -> Result<Ground<'g>, RunError> {
        self.phases.enter(Phase::Careers);
        Ground::with(self.compiled, scenario, side.program, side.cube, self.backend)
    }

    /// One leg, from the exercice of a run to the same or another of the same or another run.
    fn cascade(
        &mut self,
        leg: Leg,
        (from, lines, year): (&Ground<'_>, &Projection, i32),
        (to, then, next): (&Ground<'_>, &Projection, i32),
    ) -> Result<(), RunError> {
        let months = |year: i32| january(year).through(last_month(year)).collect();
        let before = End::new(from, &lines.lines, months(year))?;
        let after = End::new(to, &then.lines, months(next))?;
        let mut ledger = Ledger::default();
        Cascade::of(&before, &after).enter(&mut ledger, self.asked.details)?;
        self.book(leg, ledger);
        if let Some((_, level)) = self.asked.level {
            members::share(&mut self.effects, leg, (&lines.lines, year), (&then.lines, next), level);
        }
        Ok(())
    }

    fn book(&mut self, leg: Leg, ledger: Ledger) {
        let (effects, mut parts) = ledger.into_effects();
        for (effect, agents) in effects {
            let parts: Vec<EffectPart> = parts.remove(&effect).unwrap_or_default();
            let (rank, key, label) = effect.said();
            let family = effect.family();
            let amount: Exact = agents.values().cloned().sum();
            match self.effects.iter_mut().find(|e| e.leg == leg && e.key == key) {
                // Several exercices on the way: one line for all.
                Some(known) => {
                    known.amount = &known.amount + &amount;
                    add_all(&mut known.agents, &agents);
                    for part in parts {
                        match known.parts.iter_mut().find(|p| p.label == part.label) {
                            Some(same) => same.amount = &same.amount + &part.amount,
                            None => known.parts.push(part),
                        }
                    }
                }
                None => self.effects.push(Effect {
                    leg,
                    rank,
                    key: key.to_owned(),
                    family,
                    label: label.to_owned(),
                    amount,
                    agents,
                    parts,
                    members: BTreeMap::new(),
                    place: None,
                }),
            }
        }
    }

    /// Both ends by member of the level.
    fn members(&self, level: &str) -> ComparedLevel {
        let (start, end) = &self.ends;
        let all: BTreeSet<&String> = start.keys().chain(end.keys()).collect();
        let of = |totals: &Totals, member: &str| totals.get(member).copied().unwrap_or_default();
        let named = |m: &String| ComparedMember {
            code: m.clone(),
            label: label(&self.to.cube.references, level, m),
            start: of(start, m).to_exact(),
            end: of(end, m).to_exact(),
        };
        ComparedLevel { name: level.to_owned(), members: all.into_iter().map(named).collect() }
    }
}

/// The first scenario up to the end of the way, and the same sentences on what is known by the second.
pub(super) fn legs(from: Side<'_>, to: Side<'_>) -> (Scenario, Scenario) {
    let mut first = from.scenario.clone();
    first.until = first.until.max(to.scenario.until.min(last_month(to.year)));
    let known = Scenario {
        constate: to.scenario.constate,
        observed: to.scenario.observed,
        rappels: to.scenario.rappels,
        until: to.scenario.until,
        ..first.clone()
    };
    (first, known)
}

/// Is what is known not the same?
pub(super) fn knows_more(first: &Scenario, known: &Scenario) -> bool {
    (first.constate, first.observed, first.rappels) != (known.constate, known.observed, known.rappels)
}

/// What differs between two scenarios besides the figures.
pub(super) fn notes(a: &Scenario, b: &Scenario, moves: bool) -> Vec<String> {
    let mut out = Vec::new();
    if moves {
        let said =
            |s: &Scenario| format!("`{}` constaté jusqu'à {}, observé au {}", s.name, s.constate.to_french(), s.observed.to_french());
        out.push(format!("{} ; {}", said(a), said(b)));
    }
    if a.until != b.until && a.name != b.name {
        let said = |s: &Scenario| format!("`{}` projette jusqu'à {}", s.name, s.until.to_french());
        out.push(format!("{} ; {}", said(a), said(b)));
    }
    out
}

fn total(projection: &Projection, year: i32) -> Money {
    projection.lines.iter().filter(|l| l.month.year() == year).map(|l| l.amount).sum()
}

pub(super) fn january(year: i32) -> Month {
    Month::new(year, 1).unwrap_or(Month::MIN)
}

pub(super) fn last_month(year: i32) -> Month {
    january(year).december()
}
