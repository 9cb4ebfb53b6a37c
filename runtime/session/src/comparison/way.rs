//! The way from one side of a comparison to the other, walked leg by leg.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Backend;
use cadrage_ir::{AttributeId, Layer};
use cadrage_value::{Exact, Money, Month};

use super::cascade::Cascade;
use super::effects::{Ledger, add_all};
use super::end::End;
use super::members::{self, Totals};
use super::prices::{Price, Prices};
use super::{ComparedLevel, ComparedMember, Comparison, Effect, Leg, Side, replay};
use crate::clock::{Phase, Phases};
use crate::labels::label;
use crate::run::{self, Projection, RunError};
use crate::study::{Ground, Study};

/// Where it goes from and to, and the effects met so far.
pub(super) struct Way<'a, 'p> {
    compiled: &'a Compiled,
    from: Side<'a>,
    to: Side<'a>,
    level: Option<(&'static str, AttributeId)>,
    backend: &'a dyn Backend,
    phases: &'p mut Phases,
    /// What values are prices of, as `décomposé en` counts them.
    prices: Prices,
    effects: Vec<Effect>,
    /// By member, when a level is asked for: at the start and at the end.
    ends: (Totals, Totals),
}

impl<'a, 'p> Way<'a, 'p> {
    pub(super) fn between(
        compiled: &'a Compiled,
        (from, to): (Side<'a>, Side<'a>),
        level: Option<(&'static str, AttributeId)>,
        backend: &'a dyn Backend,
        phases: &'p mut Phases,
    ) -> Way<'a, 'p> {
        let (prices, ends) = (Prices::of(to.program), (Totals::new(), Totals::new()));
        Way { compiled, from, to, level, backend, phases, prices, effects: Vec::new(), ends }
    }
}

impl Way<'_, '_> {
    pub(super) fn walk(mut self) -> Result<Comparison, RunError> {
        let (from, to) = (self.from, self.to);
        let mut first = from.scenario.clone();
        first.until = first.until.max(to.scenario.until.min(last_month(to.year)));
        let known = Scenario {
            constate: to.scenario.constate,
            observed: to.scenario.observed,
            rappels: to.scenario.rappels,
            until: to.scenario.until,
            ..first.clone()
        };
        let moves = (first.constate, first.observed, first.rappels) != (known.constate, known.observed, known.rappels);
        let mut start = None;
        if from.year != to.year || moves {
            let lines = self.run(&first, from)?;
            let ground = self.ground(&first, from)?;
            start = Some(total(&lines, from.year));
            if let Some((_, level)) = self.level {
                self.ends.0 = members::totals(&lines.lines, from.year, level);
            }
            for year in from.year..to.year {
                self.cascade(Leg::Year, (&ground, &lines, year), (&ground, &lines, year + 1))?;
            }
            if moves {
                let then = self.run(&known, Side { cube: to.cube, ..from })?;
                let after = Ground::with(self.compiled, &known, from.program, to.cube, self.backend)?;
                self.cascade(Leg::Known, (&ground, &lines, to.year), (&after, &then, to.year))?;
            }
        }
        let (before, end) = self.declared(&known)?;
        let notes = self.notes(moves);
        let level = self.level.map(|(name, _)| self.members(name));
        Ok(Comparison {
            from: (from.scenario.name.clone(), from.year),
            to: (to.scenario.name.clone(), to.year),
            start: start.unwrap_or(before),
            end,
            level,
            effects: self.effects,
            notes,
        })
    }

    fn run(&mut self, scenario: &Scenario, side: Side<'_>) -> Result<Projection, RunError> {
        run::run_with(self.compiled, (scenario, side.program), side.cube, self.backend, &[], self.phases)
    }

    fn ground<'g>(&mut self, scenario: &'g Scenario, side: Side<'g>) -> Result<Ground<'g>, RunError> {
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
        Cascade::of(&before, &after).enter(&mut ledger)?;
        self.book(leg, ledger);
        if let Some((_, level)) = self.level {
            members::share(&mut self.effects, leg, (&lines.lines, year), (&then.lines, next), level);
        }
        Ok(())
    }

    fn book(&mut self, leg: Leg, ledger: Ledger) {
        for (effect, agents) in ledger.into_effects() {
            let (rank, key, label) = effect.said();
            let family = effect.family();
            let amount: Exact = agents.values().cloned().sum();
            match self.effects.iter_mut().find(|e| e.leg == leg && e.key == key) {
                // Several exercices on the way: one line for all.
                Some(known) => {
                    known.amount = &known.amount + &amount;
                    add_all(&mut known.agents, &agents);
                }
                None => self.effects.push(Effect {
                    leg,
                    rank,
                    key: key.to_owned(),
                    family,
                    label: label.to_owned(),
                    amount,
                    agents,
                    members: BTreeMap::new(),
                    place: None,
                }),
            }
        }
    }

    /// The leg from declarations to declarations: the total before it and after it.
    fn declared(&mut self, known: &Scenario) -> Result<(Money, Money), RunError> {
        if let Some((_, level)) = self.level {
            return self.declared_by(level, known);
        }
        let (from, to) = (self.from, self.to);
        let steps = replay::steps(known, to.scenario);
        let common = replay::common_layers(known, steps.iter().map(|s| &s.scenario).chain([to.scenario]));
        let total = |study: &Study<'_>, layers: &[Layer]| -> Result<Money, RunError> {
            let sums = if layers.is_empty() { study.base() } else { study.with(layers)? };
            Ok(january(to.year).through(last_month(to.year)).map(|m| sums.masse_salariale(m)).sum())
        };
        let bare = |scenario: &Scenario| Scenario { layers: scenario.layers.iter().take(common).cloned().collect(), ..scenario.clone() };
        // One ground serves all the steps that change values only: those come last.
        let (volumes, values) = steps.split_at(steps.iter().position(|s| !s.volumes).unwrap_or(steps.len()));
        let mut before: Option<Money> = None;
        let mut last = Money::ZERO;
        for at in 0..=volumes.len() {
            let step = at.checked_sub(1).and_then(|k| volumes.get(k));
            let current = step.map_or(known, |s| &s.scenario);
            let scenario = bare(current);
            let ground = self.ground(&scenario, Side { cube: to.cube, ..from })?;
            self.phases.enter(Phase::Kernels);
            let study = Study::new(&ground)?;
            let now = total(&study, &replay::layers_after(current, common))?;
            match step {
                None => before = Some(now),
                Some(step) => self.declaration(step, (now - last).to_exact(), BTreeMap::new()),
            }
            last = now;
            if at == volumes.len() {
                for step in values {
                    let now = total(&study, &replay::layers_after(&step.scenario, common))?;
                    self.declaration(step, (now - last).to_exact(), BTreeMap::new());
                    last = now;
                }
            }
        }
        if self.reshapes(known) {
            let ground = self.ground(to.scenario, to)?;
            let now = total(&Study::new(&ground)?, &[])?;
            self.reshaped((now - last).to_exact(), BTreeMap::new());
            last = now;
        }
        Ok((before.unwrap_or_default(), last))
    }

    /// The same by member: each step is a whole run, for its lines.
    fn declared_by(&mut self, level: AttributeId, known: &Scenario) -> Result<(Money, Money), RunError> {
        let (from, to) = (self.from, self.to);
        let first = self.run(known, Side { cube: to.cube, ..from })?;
        let (before, mut last) = (total(&first, to.year), total(&first, to.year));
        let mut members = members::totals(&first.lines, to.year, level);
        if self.ends.0.is_empty() {
            self.ends.0.clone_from(&members);
        }
        let mut then: Vec<(Option<replay::Step>, Scenario, Side<'_>)> = replay::steps(known, to.scenario)
            .into_iter()
            .map(|step| (Some(step.clone()), step.scenario, Side { cube: to.cube, ..from }))
            .collect();
        if self.reshapes(known) {
            then.push((None, to.scenario.clone(), to));
        }
        for (step, scenario, side) in then {
            let projection = self.run(&scenario, side)?;
            let (now, of) = (total(&projection, to.year), members::totals(&projection.lines, to.year, level));
            let moved = difference(&members, &of);
            match step {
                Some(step) => self.declaration(&step, (now - last).to_exact(), moved),
                None => self.reshaped((now - last).to_exact(), moved),
            }
            (last, members) = (now, of);
        }
        self.ends.1 = members;
        Ok((before, last))
    }

    /// Populations redefined make another program, composantes merged other codes: the last step is then the second scenario itself.
    fn reshapes(&self, known: &Scenario) -> bool {
        !std::ptr::eq(self.from.program, self.to.program) || known.merges != self.to.scenario.merges
    }

    fn reshaped(&mut self, amount: Exact, members: BTreeMap<String, Exact>) {
        self.effects.push(Effect {
            leg: Leg::Declared,
            rank: 10,
            key: "populations".to_owned(),
            family: "règles",
            label: "Populations redéfinies, composantes fusionnées".to_owned(),
            amount,
            agents: BTreeMap::new(),
            members,
            place: None,
        });
    }

    fn declaration(&mut self, step: &replay::Step, amount: Exact, members: BTreeMap<String, Exact>) {
        let family = match &step.layer {
            Some(Layer::Value(m)) => match self.prices.price(m.parameter) {
                Some(Price::General) => "point",
                Some(Price::Rate) => "cotisations",
                _ => step.family,
            },
            _ => step.family,
        };
        let without = if step.removed { "sans : " } else { "" };
        self.effects.push(Effect {
            leg: Leg::Declared,
            rank: 10,
            key: "declaration".to_owned(),
            family,
            label: format!("{without}{}", step.text.split_whitespace().collect::<Vec<_>>().join(" ")),
            amount,
            agents: BTreeMap::new(),
            members,
            place: Some(self.compiled.sources.place(step.span)),
        });
    }

    /// Both ends by member of the level.
    fn members(&self, level: &str) -> ComparedLevel {
        let (start, end) = &self.ends;
        let all: BTreeSet<&String> = start.keys().chain(end.keys()).collect();
        let of = |totals: &Totals, member: &str| totals.get(member).copied().unwrap_or_default();
        let named = |m: &String| ComparedMember {
            code: m.clone(),
            label: label(&self.to.cube.references, level, m),
            start: of(start, m),
            end: of(end, m),
        };
        ComparedLevel { name: level.to_owned(), members: all.into_iter().map(named).collect() }
    }

    /// What differs between the two besides the figures.
    fn notes(&self, moves: bool) -> Vec<String> {
        let (a, b) = (self.from.scenario, self.to.scenario);
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
}

/// What moved, member by member; those that did not are left out.
fn difference(before: &Totals, after: &Totals) -> BTreeMap<String, Exact> {
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |totals: &Totals, member: &str| totals.get(member).copied().unwrap_or_default();
    all.into_iter().map(|m| (m.clone(), (of(after, m) - of(before, m)).to_exact())).filter(|(_, x)| !x.is_zero()).collect()
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
