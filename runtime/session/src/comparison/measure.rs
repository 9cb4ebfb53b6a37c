//! A comparison on another measure than the masse salariale: the same legs, each end of a step a whole run. What a program makes of prices
//! is told for pay only; a measure is told by who is there in one exercice and in the other, then declaration by declaration. Each effect
//! is a difference of the measure by its own rule, so their sum is exact whatever the measure (decision 0180).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_careers::AgentCareer;
use cadrage_driver::{Compiled, LevelCell, Scenario};
use cadrage_engine::{Backend, Levels, Member, Value};
use cadrage_value::Exact;

use super::declarations::{Declared, declaration, effect, reshaped, way_of_declarations};
use super::jobs::{JobEffect, attribute_year, counts_jobs, presences};
use super::prices::Prices;
use super::reading::{Each, Read, moved, period};
use super::request::ComparedMeasure;
use super::tally::Moved;
use super::volumes::Volumes;
use super::way::{january, knows_more, last_month, legs, notes};
use super::{ComparedLevel, ComparedMember, Comparison, Effect, Leg, Side, replay};
use crate::attributes::Coder;
use crate::clock::{Phase, Phases};
use crate::keys::KeyBook;
use crate::labels::label;
use crate::reports::digits;
use crate::run::{self, Projection, RunError};
use crate::study::{Ground, reads_levels};

/// Where it goes from and to, and the effects met so far.
pub(super) struct MeasureWay<'a, 'p> {
    compiled: &'a Compiled,
    from: Side<'a>,
    to: Side<'a>,
    measure: &'a ComparedMeasure,
    backend: &'a dyn Backend,
    phases: &'p mut Phases,
    prices: Prices,
    effects: Vec<Effect>,
}

/// Says whether an effect is of who was there then, is there now.
type Keeps = fn(bool, bool) -> bool;

/// Which agents an effect of the exercice is of.
const PRESENCE: [(&str, &str, &str, Keeps); 3] = [
    ("entrees", "Agents du second exercice seulement", "effectifs", |then, now| !then && now),
    ("sorties", "Agents du premier exercice seulement", "effectifs", |then, now| then && !now),
    ("presents", "Agents des deux exercices", "autres", |then, now| then && now),
];

impl<'a, 'p> MeasureWay<'a, 'p> {
    pub(super) fn between(
        compiled: &'a Compiled,
        (from, to): (Side<'a>, Side<'a>),
        measure: &'a ComparedMeasure,
        backend: &'a dyn Backend,
        phases: &'p mut Phases,
    ) -> MeasureWay<'a, 'p> {
        MeasureWay { compiled, from, to, measure, backend, phases, prices: Prices::of(to.program), effects: Vec::new() }
    }

    pub(super) fn walk(mut self) -> Result<Comparison, RunError> {
        let (from, to) = (self.from, self.to);
        let (first, known) = legs(from, to);
        let moves = knows_more(&first, &known);
        let mut start = None;
        if from.year != to.year || moves {
            let ground = self.ground(&first, from)?;
            let mut run = self.lines(&first, &ground)?;
            let then = self.read(&mut run, from, from.year)?;
            let mut last = then.clone();
            if from.year != to.year {
                last = self.read(&mut run, from, to.year)?;
                if !self.jobs(&then, &last, &mut run, &ground)? {
                    self.year(&then, &last);
                }
            }
            start = Some(then);
            if moves {
                let known_side = Side { cube: to.cube, ..from };
                let ground = self.ground(&known, known_side)?;
                let mut run = self.lines(&known, &ground)?;
                let now = self.read(&mut run, known_side, to.year)?;
                self.push(Leg::Known, ("constate", "Ce que la paie constatée en plus a changé", "autres"), moved(&last, &now));
            }
        }
        let (before, last) = self.declared(&known)?;
        let start = start.unwrap_or(before);
        let level = self.level().map(|cell| self.members(cell, &start, &last));
        Ok(Comparison {
            from: (from.scenario.name.clone(), from.year),
            to: (to.scenario.name.clone(), to.year),
            measure: self.measure.name.clone(),
            unit: self.measure.unit.to_string(),
            decimals: digits(&self.measure.unit, &Exact::ONE),
            start: start.whole,
            end: last.whole,
            level,
            effects: self.effects,
            notes: notes(from.scenario, to.scenario, moves),
        })
    }

    /// The leg from declarations to declarations: the measure before it and after it.
    fn declared(&mut self, known: &Scenario) -> Result<(Read, Read), RunError> {
        let (from, to) = (self.from, self.to);
        let known_side = Side { cube: to.cube, ..from };
        let steps = way_of_declarations(from, to, known);
        let volumes = steps.iter().take_while(|(step, ..)| step.as_ref().is_some_and(|step| step.volumes)).count();
        // What some people add is known from them; else each step is a whole run.
        let changed = self.volumes(known, steps.split_at(volumes).0).unwrap_or_default();
        let (quick, others) = steps.split_at(changed.len());
        let settled = quick.last().map_or(known, |(_, scenario, _)| scenario);
        let mut ground = self.ground(settled, known_side)?;
        let mut run = self.lines(settled, &ground)?;
        let mut last = self.read(&mut run, known_side, to.year)?;
        drop(run);
        let mut before = last.clone();
        changed.iter().for_each(|step| before.back(step));
        for ((step, ..), (was, is)) in quick.iter().zip(&changed) {
            self.tell(step.as_ref(), moved(was, is));
        }
        for (k, (step, scenario, side)) in others.iter().enumerate() {
            self.phases.step(effect(quick.len() + k + 1, steps.len()));
            // Values are laid on the people who are there.
            let same_people = step.as_ref().is_some_and(|step| !step.volumes);
            ground = if same_people { ground.valued(scenario) } else { self.ground(scenario, *side)? };
            let mut run = self.lines(scenario, &ground)?;
            let now = self.read(&mut run, *side, to.year)?;
            self.tell(step.as_ref(), moved(&last, &now));
            last = now;
        }
        Ok((before, last))
    }

    /// What each of the steps that change who is there makes, of those it changes; `None` where that is not known from them alone, or where
    /// one of them cannot be computed: whole runs say why.
    fn volumes(&mut self, known: &Scenario, steps: &[Declared<'_>]) -> Option<Vec<(Read, Read)>> {
        let side = Side { cube: self.to.cube, ..self.from };
        if steps.is_empty() || reads_levels(side.program) || !self.measure.adds_up(side.program) {
            return None;
        }
        self.phases.enter(Phase::Careers);
        let kernel = self.backend.prepare(side.program);
        let (compiled, measure, year, phases) = (self.compiled, self.measure, self.to.year, &mut *self.phases);
        let mut begin = |k: usize| phases.step(effect(k, steps.len()));
        let mut read = |scenario: &Scenario, careers: Vec<AgentCareer>, keys: &Arc<KeyBook<'_>>, coder: &mut Coder<'_>| {
            if careers.is_empty() {
                return Ok(Some(Read::default()));
            }
            let (none, asked) = (Levels::default(), measure.formulas());
            let runs = (scenario, side.program);
            let mut run = run::some(compiled, runs, side.cube, &*kernel, (careers, keys), (&none, &asked), coder)?;
            measure.read_some(&*kernel, &mut run, year)
        };
        let scenarios = std::iter::once(known).chain(steps.iter().map(|(_, scenario, _)| scenario));
        let found = Volumes::on(compiled, side, known).steps(scenarios, &mut begin, &mut read).ok()?;
        found.into_iter().map(|(before, after)| before.zip(after)).collect()
    }

    fn tell(&mut self, step: Option<&replay::Step>, moved: Moved) {
        self.effects.push(match step {
            Some(step) => declaration(self.compiled, &self.prices, step, moved),
            None => reshaped(moved),
        });
    }

    fn ground<'g>(&mut self, scenario: &'g Scenario, side: Side<'g>) -> Result<Ground<'g>, RunError> {
        self.phases.enter(Phase::Careers);
        Ground::with(self.compiled, scenario, side.program, side.cube, self.backend)
    }

    fn lines(&mut self, scenario: &Scenario, ground: &Ground<'_>) -> Result<Projection, RunError> {
        run::lines(self.compiled, scenario, ground, &self.measure.formulas(), self.phases)
    }

    /// The cell of the level asked for.
    fn level(&self) -> Option<&'a LevelCell> {
        self.measure.level()
    }

    fn read(&self, run: &mut Projection, side: Side<'_>, year: i32) -> Result<Read, RunError> {
        self.measure.read(&*self.backend.prepare(side.program), run, year)
    }

    /// From one exercice to the other: by who is there. Of one piece where the amounts of agents do not make the whole, and by level, since
    /// who somebody is does not say where he was.
    fn year(&mut self, then: &Read, now: &Read) {
        let whole = moved(then, now);
        let by_agent: Exact = whole.agents.values().cloned().sum();
        if self.level().is_some() || self.measure.agents().is_none() || by_agent != whole.amount {
            self.push(Leg::Year, ("exercice", "D'un exercice à l'autre", "autres"), whole);
            return;
        }
        for (key, label, family, keep) in PRESENCE {
            let kept = |m: &String| keep(then.agents.contains_key(m), now.agents.contains_key(m));
            let agents: Each = whole.agents.iter().filter(|(m, _)| kept(m)).map(|(m, x)| (m.clone(), x.clone())).collect();
            if !agents.is_empty() {
                let amount = agents.values().cloned().sum();
                self.push(Leg::Year, (key, label, family), Moved { amount, members: Each::new(), agents });
            }
        }
    }

    /// From one exercice to the other, of a number of jobs: who comes and goes, and working times. False: it is not one, or its months and
    /// agents do not make the whole.
    fn jobs(&mut self, then: &Read, now: &Read, run: &mut Projection, ground: &Ground<'_>) -> Result<bool, RunError> {
        let Some(cell) = self.measure.agents().filter(|_| self.level().is_none() && counts_jobs(&self.measure.unit)) else {
            return Ok(false);
        };
        let presences = presences(ground.people());
        let mut found: BTreeMap<JobEffect, Each> = BTreeMap::new();
        // Who counts in an exercice between the two counts on the way.
        let members: Vec<Member> = run.levels.members(cell.attribute).map(|(m, _)| m.clone()).collect();
        for member in members.iter().filter(|m| !m.is_empty()) {
            let mut of = BTreeMap::new();
            for month in january(self.from.year).through(last_month(self.to.year)) {
                if let Value::Known(x) = period(ground.kernel(), cell, &[month], member, run)? {
                    of.insert(month, x);
                }
            }
            let own: (&str, _) = (member, presences.get(&**member).copied());
            for year in self.from.year + 1..=self.to.year {
                attribute_year(own, year, &of, &mut found);
            }
        }
        let whole = moved(then, now);
        let told: Exact = found.values().flat_map(BTreeMap::values).cloned().sum();
        // What is of nobody has no line of its own here: then it is told of one piece.
        if told != whole.amount {
            return Ok(false);
        }
        for (effect, mut agents) in found {
            agents.retain(|_, x| !x.is_zero());
            let (key, label, family) = effect.said();
            let amount: Exact = agents.values().cloned().sum();
            if !agents.is_empty() {
                self.push(Leg::Year, (key, label, family), Moved { amount, members: Each::new(), agents });
            }
        }
        Ok(true)
    }

    fn push(&mut self, leg: Leg, (key, label, family): (&str, &str, &'static str), moved: Moved) {
        self.effects.push(Effect {
            leg,
            rank: 4,
            key: key.to_owned(),
            family,
            label: label.to_owned(),
            amount: moved.amount,
            agents: moved.agents,
            parts: Vec::new(),
            members: moved.members,
            place: None,
        });
    }

    fn members(&self, cell: &LevelCell, start: &Read, end: &Read) -> ComparedLevel {
        let all: BTreeSet<&String> = start.members.keys().chain(end.members.keys()).collect();
        let of = |read: &Read, member: &str| read.members.get(member).cloned().unwrap_or(Exact::ZERO);
        let named = |m: &String| ComparedMember {
            code: m.clone(),
            label: label(&self.to.cube.references, &cell.word, m),
            start: of(start, m),
            end: of(end, m),
        };
        ComparedLevel { name: cell.word.clone(), members: all.into_iter().map(named).collect() }
    }
}
