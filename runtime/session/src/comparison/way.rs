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
use super::{Asked, ComparedLevel, ComparedMember, Comparison, Effect, EffectPart, Leg, PAYROLL, Side, replay};
use crate::clock::{Phase, Phases};
use crate::labels::label;
use crate::run::{self, Projection, RunError};
use crate::study::{Ground, Study};

/// Where it goes from and to, and the effects met so far.
pub(super) struct Way<'a, 'p> {
    compiled: &'a Compiled,
    from: Side<'a>,
    to: Side<'a>,
    asked: Asked<'a>,
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
        let mut start = None;
        if from.year != to.year || moves {
            let lines = self.run(&first, from)?;
            let ground = self.ground(&first, from)?;
            start = Some(total(&lines, from.year));
            if let Some((_, level)) = self.asked.level {
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

    /// The leg from declarations to declarations: the total before it and after it.
    fn declared(&mut self, known: &Scenario) -> Result<(Money, Money), RunError> {
        if self.asked.details || self.asked.level.is_some() {
            return self.declared_whole(known);
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
                Some(step) => self.declaration(step, Moved::of((now - last).to_exact())),
            }
            last = now;
            if at == volumes.len() {
                for step in values {
                    let now = total(&study, &replay::layers_after(&step.scenario, common))?;
                    self.declaration(step, Moved::of((now - last).to_exact()));
                    last = now;
                }
            }
        }
        if reshapes(self.from, to, known) {
            let ground = self.ground(to.scenario, to)?;
            let now = total(&Study::new(&ground)?, &[])?;
            self.effects.push(reshaped(Moved::of((now - last).to_exact())));
            last = now;
        }
        Ok((before.unwrap_or_default(), last))
    }

    /// The same by member and by agent: each step is a whole run, for its lines.
    fn declared_whole(&mut self, known: &Scenario) -> Result<(Money, Money), RunError> {
        let (from, to) = (self.from, self.to);
        let (level, matricule) = (self.asked.level.map(|(_, level)| level), cadrage_ir::attribute("matricule"));
        let by = |p: &Projection, level: Option<AttributeId>| level.map_or_else(Totals::new, |l| members::totals(&p.lines, to.year, l));
        let of_agents = matricule.filter(|_| self.asked.details);
        let first = self.run(known, Side { cube: to.cube, ..from })?;
        let (before, mut last) = (total(&first, to.year), total(&first, to.year));
        let (mut members, mut agents) = (by(&first, level), by(&first, of_agents));
        if self.ends.0.is_empty() {
            self.ends.0.clone_from(&members);
        }
        drop(first);
        for (step, scenario, side) in way_of_declarations(from, to, known) {
            let projection = self.run(&scenario, side)?;
            let now = total(&projection, to.year);
            let (in_members, of_each) = (by(&projection, level), by(&projection, of_agents));
            let moved = Moved {
                amount: (now - last).to_exact(),
                members: difference(&members, &in_members),
                agents: difference(&agents, &of_each),
            };
            match step {
                Some(step) => self.declaration(&step, moved),
                None => self.effects.push(reshaped(moved)),
            }
            (last, members, agents) = (now, in_members, of_each);
        }
        self.ends.1 = members;
        Ok((before, last))
    }

    fn declaration(&mut self, step: &replay::Step, moved: Moved) {
        self.effects.push(declaration(self.compiled, &self.prices, step, moved));
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

/// What a step of declarations moved.
pub(super) struct Moved {
    pub(super) amount: Exact,
    pub(super) members: BTreeMap<String, Exact>,
    pub(super) agents: BTreeMap<String, Exact>,
}

impl Moved {
    /// Without knowing whose it is.
    fn of(amount: Exact) -> Moved {
        Moved { amount, members: BTreeMap::new(), agents: BTreeMap::new() }
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

/// The scenarios from the sentences of the first to those of the second, each with the program and the constaté it runs on; the last one
/// has no step when the second redefines what no step can.
pub(super) fn way_of_declarations<'s>(from: Side<'s>, to: Side<'s>, known: &Scenario) -> Vec<(Option<replay::Step>, Scenario, Side<'s>)> {
    let steps = replay::steps(known, to.scenario).into_iter();
    let mut out: Vec<_> = steps.map(|step| (Some(step.clone()), step.scenario, Side { cube: to.cube, ..from })).collect();
    if reshapes(from, to, known) {
        out.push((None, to.scenario.clone(), to));
    }
    out
}

/// Populations redefined make another program, composantes merged other codes: the last step is then the second scenario itself.
fn reshapes(from: Side<'_>, to: Side<'_>, known: &Scenario) -> bool {
    !std::ptr::eq(from.program, to.program) || known.merges != to.scenario.merges
}

pub(super) fn reshaped(moved: Moved) -> Effect {
    Effect {
        leg: Leg::Declared,
        rank: 10,
        key: "populations".to_owned(),
        family: "règles",
        label: "Populations redéfinies, composantes fusionnées".to_owned(),
        amount: moved.amount,
        agents: moved.agents,
        parts: Vec::new(),
        members: moved.members,
        place: None,
    }
}

pub(super) fn declaration(compiled: &Compiled, prices: &Prices, step: &replay::Step, moved: Moved) -> Effect {
    let family = match &step.layer {
        Some(Layer::Value(m)) => match prices.price(m.parameter) {
            Some(Price::General) => "point",
            Some(Price::Rate) => "cotisations",
            _ => step.family,
        },
        _ => step.family,
    };
    let without = if step.removed { "sans : " } else { "" };
    Effect {
        leg: Leg::Declared,
        rank: 10,
        key: "declaration".to_owned(),
        family,
        label: format!("{without}{}", step.text.split_whitespace().collect::<Vec<_>>().join(" ")),
        amount: moved.amount,
        agents: moved.agents,
        parts: Vec::new(),
        members: moved.members,
        place: Some(compiled.sources.place(step.span)),
    }
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
