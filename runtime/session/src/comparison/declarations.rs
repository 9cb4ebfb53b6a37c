//! The leg from declarations to declarations: what each sentence that only one of the two scenarios has makes of the masse salariale. First
//! those that change who is there ([`volumes`](super::volumes)), then values, on the people of the second.

use std::sync::Arc;

use cadrage_careers::AgentCareer;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Levels;
use cadrage_ir::Layer;
use cadrage_value::Money;

use super::prices::{Price, Prices};
use super::tally::{Moved, Tally, Told};
use super::volumes::Volumes;
use super::way::{Way, january, last_month};
use super::{Effect, Leg, Side, replay};
use crate::attributes::Coder;
use crate::clock::Phase;
use crate::keys::KeyBook;
use crate::run::{self, RunError};
use crate::study::{Study, reads_levels};

impl Way<'_, '_> {
    /// How the leg is told.
    pub(super) fn told(&self) -> Told {
        let by_agent = cadrage_ir::attribute("matricule").filter(|_| self.asked.details);
        Told { year: self.to.year, level: self.asked.level.map(|(_, level)| level), agents: by_agent }
    }

    /// The total before the leg and after it; `reached`: what the legs before came to.
    pub(super) fn declared(&mut self, known: &Scenario, reached: Option<Tally>) -> Result<(Money, Money), RunError> {
        let (from, to, told) = (self.from, self.to, self.told());
        let steps = replay::steps(known, to.scenario);
        let (volumes, values) = steps.split_at(steps.iter().position(|s| !s.volumes).unwrap_or(steps.len()));
        let changed = self.volumes(known, volumes, told)?;
        let settled = volumes.last().map_or(known, |step| &step.scenario);
        let side = Side { cube: to.cube, ..from };
        let mut valued = match reached.filter(|_| steps.is_empty()) {
            Some(tally) => vec![tally],
            None => self.values(settled, values, side, told)?,
        };
        if reshapes(from, to, known) {
            valued.push(self.tally(to.scenario, to, told)?);
        }
        // Volumes are known by what they change: what was there before the first of them is what is there after the last without it.
        let mut before = valued.first().cloned().unwrap_or_default();
        changed.iter().for_each(|step| before.back(step));
        let after = valued.last().cloned().unwrap_or_default();
        let moved: Vec<Moved> = changed
            .iter()
            .map(|(before, after)| Moved::between(before, after))
            .chain(valued.windows(2).filter_map(|pair| Some(Moved::between(pair.first()?, pair.get(1)?))))
            .collect();
        for (at, moved) in moved.into_iter().enumerate() {
            self.effects.push(match steps.get(at) {
                Some(step) => declaration(self.compiled, &self.prices, step, moved),
                None => reshaped(moved),
            });
        }
        if self.ends.0.is_empty() {
            self.ends.0 = before.members;
        }
        self.ends.1 = after.members;
        Ok((before.total, after.total))
    }

    /// What each of the steps that change who is there makes, of those it changes; of everybody where pay reads levels, and where a step
    /// cannot be computed: the refusal is then that of a whole run.
    fn volumes(&mut self, known: &Scenario, steps: &[replay::Step], told: Told) -> Result<Vec<(Tally, Tally)>, RunError> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let side = Side { cube: self.to.cube, ..self.from };
        if !reads_levels(side.program) {
            self.phases.enter(Phase::Careers);
            let kernel = self.backend.prepare(side.program);
            let phases = &mut *self.phases;
            let mut begin = |k: usize| phases.step(effect(k, steps.len()));
            let compiled = self.compiled;
            let mut read = |scenario: &Scenario, careers: Vec<AgentCareer>, keys: &Arc<KeyBook<'_>>, coder: &mut Coder<'_>| {
                let (runs, none) = ((scenario, side.program), Levels::default());
                Ok(told.of(&run::some(compiled, runs, side.cube, &*kernel, (careers, keys), (&none, &[]), coder)?.lines))
            };
            let scenarios = std::iter::once(known).chain(steps.iter().map(|step| &step.scenario));
            let found = Volumes::on(compiled, side, known).steps(scenarios, &mut begin, &mut read);
            if let Ok(found) = found {
                return Ok(found);
            }
        }
        let mut last = self.tally(known, side, told)?;
        let mut out = Vec::with_capacity(steps.len());
        for (k, step) in steps.iter().enumerate() {
            self.phases.step(effect(k + 1, steps.len()));
            let now = self.tally(&step.scenario, side, told)?;
            out.push((std::mem::replace(&mut last, now.clone()), now));
        }
        Ok(out)
    }

    /// The scenario, and after each step of values: the same people all along. A total computes again what a change reaches; members and
    /// agents need the lines.
    fn values(&mut self, scenario: &Scenario, steps: &[replay::Step], side: Side<'_>, told: Told) -> Result<Vec<Tally>, RunError> {
        let all = std::iter::once(scenario).chain(steps.iter().map(|step| &step.scenario));
        let common = replay::common_layers(scenario, steps.iter().map(|s| &s.scenario));
        let bare = Scenario { layers: scenario.layers.iter().take(common).cloned().collect(), ..scenario.clone() };
        self.phases.step("tout le monde");
        let ground = self.ground(&bare, side)?;
        if told.by_line() {
            return all.map(|now| Ok(told.of(&self.lines(now, &ground.valued(now))?.lines))).collect();
        }
        self.phases.enter(Phase::Kernels);
        let study = Study::new(&ground)?;
        all.map(|now| {
            let layers = replay::layers_after(now, common);
            let sums = if layers.is_empty() { study.base() } else { study.with(&layers)? };
            Ok(Tally::whole(january(told.year).through(last_month(told.year)).map(|m| sums.masse_salariale(m)).sum()))
        })
        .collect()
    }

    /// Of everybody.
    fn tally(&mut self, scenario: &Scenario, side: Side<'_>, told: Told) -> Result<Tally, RunError> {
        let ground = self.ground(scenario, side)?;
        Ok(told.of(&self.lines(scenario, &ground)?.lines))
    }
}

/// A step of the leg, the scenario once it is made, and what that runs on.
pub(super) type Declared<'s> = (Option<replay::Step>, Scenario, Side<'s>);

/// A step, as people read it.
pub(super) fn effect(k: usize, of: usize) -> String {
    format!("effet {k} sur {of}")
}

/// The scenarios from the sentences of the first to those of the second, each with the program and the constaté it runs on; the last one
/// has no step when the second redefines what no step can.
pub(super) fn way_of_declarations<'s>(from: Side<'s>, to: Side<'s>, known: &Scenario) -> Vec<Declared<'s>> {
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
