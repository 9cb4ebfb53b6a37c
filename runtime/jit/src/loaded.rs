//! A cohort taken by the compiled engine: blocks are filled once, and serve every variant that asks the same formulas.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use cadrage_codegen::{self as codegen, Answer, Needs, Root};
use cadrage_engine::{
    AgentValues, Cohort, Columns, Environment, Group, Loaded, Mode, OneByOne, Profiles, Question, Read, SituationValues, Totals, Value,
    add, slot_of,
};
use cadrage_ir::{Fault, FormulaId};

use crate::blocks::{self, Block};
use crate::classes::Partition;
use crate::columned::{Collected, Columned};
use crate::kernel::Compiled;
use crate::month_data::{Broken, month_data, partition};
use crate::run::{Run, Sink, Step, Workspace};
use crate::sources::Setting;
use crate::still::mark;
use crate::summed::Summed;
use crate::tables::Ready;
use crate::unit::Unit;

pub(crate) struct LoadedCohort<'k> {
    kernel: &'k Compiled<'k>,
    cohort: Held<'k>,
    groups: Vec<Mutex<GroupState>>,
    /// The agents each of the cohort stands for, when it is one of profiles.
    members: Option<Vec<Vec<u32>>>,
    /// Profiles made so far: by what they tell apart; `None` where they would spare too little.
    profiles: Mutex<Vec<(Read, Option<Arc<LoadedCohort<'k>>>)>>,
}

/// A cohort lent, or made here.
enum Held<'k> {
    Lent(&'k Cohort),
    Made(Box<Cohort>),
}

impl std::ops::Deref for Held<'_> {
    type Target = Cohort;
    fn deref(&self) -> &Cohort {
        match self {
            Held::Lent(cohort) => cohort,
            Held::Made(cohort) => cohort,
        }
    }
}

/// Profiles are worth computing when one stands for at least so many agents on average.
const WORTH_PROFILES: usize = 2;

/// What was prepared for a group so far.
#[derive(Default)]
struct GroupState {
    ready: Ready,
    blocks: Vec<Filled>,
}

/// Blocks filled for a unit and these partitions.
struct Filled {
    unit: Arc<Unit>,
    partitions: Vec<Arc<Partition>>,
    blocks: Arc<Vec<Block>>,
}

/// A group ready to run.
pub(crate) struct Prepared {
    pub unit: Arc<Unit>,
    pub steps: Vec<Step>,
    pub blocks: Arc<Vec<Block>>,
}

impl<'k> LoadedCohort<'k> {
    pub(crate) fn new(kernel: &'k Compiled<'k>, cohort: &'k Cohort) -> Self {
        Self::held(kernel, Held::Lent(cohort), None)
    }

    fn held(kernel: &'k Compiled<'k>, cohort: Held<'k>, members: Option<Vec<Vec<u32>>>) -> Self {
        let groups = cohort.groups().iter().map(|_| Mutex::new(GroupState::default())).collect();
        LoadedCohort { kernel, cohort, groups, members, profiles: Mutex::new(Vec::new()) }
    }

    /// The profiles of the cohort for what some formulas read, when they are few enough and nothing else is read of an agent.
    fn by_profile(&self, environment: Environment<'_>, question: &Question) -> Option<Arc<LoadedCohort<'k>>> {
        if self.members.is_some() || self.kernel.options.without_profiles {
            return None;
        }
        let written = |id: FormulaId| self.cohort.groups().first().map_or_else(Vec::new, |g| self.setting(g, environment).written(id));
        let needs = Needs::of(self.kernel.program, question.formulas.iter().copied(), &written);
        let mut read = Read { columns: needs.ranges.clone(), attributes: needs.attributes.clone() };
        read.attributes.extend(question.by);
        for source in &needs.sources {
            match source {
                codegen::Source::Column(id) => {
                    read.columns.insert(*id);
                }
                codegen::Source::Parameter(id) => {
                    for case in environment.parameters.get(*id).into_iter().flat_map(|p| &p.cases) {
                        read.columns.extend(case.selection.ranges.keys());
                        read.attributes.extend(case.selection.codes.keys());
                    }
                }
                codegen::Source::Aggregate(id) => {
                    read.attributes.extend(self.kernel.program.aggregates.get(id.index()).and_then(|a| a.level));
                }
                codegen::Source::Level(id, _) => {
                    read.attributes.extend(self.kernel.program.formula(*id).and_then(|f| f.grain.attribute()));
                }
                codegen::Source::Calendar(_) | codegen::Source::Bound(..) | codegen::Source::Rate(..) => {}
                // What was paid to an agent, or is his alone, makes a profile of each.
                codegen::Source::Paid(r) if !self.cohort.groups().iter().any(|g| g.observed.contains_key(r)) => {}
                codegen::Source::LastPaid(r) if !self.cohort.groups().iter().any(|g| g.last_paid.contains_key(r)) => {}
                codegen::Source::Supplied(id) if !self.cohort.groups().iter().any(|g| g.supplied.values().any(|s| s.contains_key(id))) => {}
                _ => return None,
            }
        }
        let mut known = self.profiles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) = known.iter().find(|(r, _)| *r == read) {
            return made.clone();
        }
        let made = if self.cohort.has_profiles(&read) { self.made_of_profiles(&read) } else { None };
        known.push((read, made.clone()));
        made
    }

    fn made_of_profiles(&self, read: &Read) -> Option<Arc<LoadedCohort<'k>>> {
        let Profiles { cohort, members } = self.cohort.profiles(read);
        let worth = WORTH_PROFILES * cohort.len() <= self.cohort.len();
        worth.then(|| Arc::new(Self::held(self.kernel, Held::Made(Box::new(cohort)), Some(members))))
    }

    fn setting<'a>(&'a self, group: &'a Group, environment: Environment<'a>) -> Setting<'a> {
        Setting { program: self.kernel.program, cohort: &self.cohort, group, environment, weights: self.members.as_deref() }
    }

    /// Code, data of the months and blocks for some roots; `Err` when the whole group must be left to the fallback.
    fn prepare(
        &self,
        position: usize,
        environment: Environment<'_>,
        roots: &[Root],
        answer: Answer,
        months: &Range<usize>,
    ) -> Result<Prepared, Broken> {
        let (Some(group), Some(state)) = (self.cohort.groups().get(position), self.groups.get(position)) else { return Err(Broken) };
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let setting = self.setting(group, environment);
        state.ready.tables.begin();
        let needs = Needs::of(self.kernel.program, roots.iter().map(|r| r.formula), &|id| setting.written(id));
        // A value of another month is read: months run from the first.
        let run = if needs.other_months { 0..months.end } else { months.clone() };
        let shape = setting.shape(&needs, &run, &mut state.ready);
        let classes = &mut state.ready.classes;
        let mut traits = |sketch: &codegen::Sketch| blocks::traits(&setting, &sketch.inputs, classes);
        let unit = self.kernel.unit(roots, answer, &shape, &mut traits).map_err(|_| Broken)?;
        let inputs = &unit.sketch.inputs;
        let mut steps = Vec::new();
        for (k, (_, constate)) in self.cohort.months().iter().enumerate().filter(|(k, _)| run.contains(k)) {
            let data = month_data(&setting, inputs, &unit.layout, &unit.shape, &mut state.ready, &run, k)?;
            steps.push(Step { position: k, constate: *constate, data, fresh: true });
        }
        let partitions: Vec<Arc<Partition>> = inputs.classes.iter().map(|c| partition(&setting, &mut state.ready.classes, c)).collect();
        let varies = inputs.cells.iter().any(|c| matches!(c, codegen::Cell::Number { source: codegen::Source::Part(_), .. }));
        let found = state.blocks.iter().find(|r| {
            Arc::ptr_eq(&r.unit, &unit)
                && r.partitions.len() == partitions.len()
                && r.partitions.iter().zip(&partitions).all(|(a, b)| Arc::ptr_eq(a, b))
        });
        if let Some(ready) = found.filter(|_| !varies) {
            let blocks = Arc::clone(&ready.blocks);
            mark(&unit, &blocks, self.kernel.options.piecemeal, &mut steps);
            return Ok(Prepared { unit, steps, blocks });
        }
        let made = Arc::new(blocks::blocks(&setting, &unit, &mut state.ready.classes)?);
        if !varies {
            state.blocks.push(Filled { unit: Arc::clone(&unit), partitions, blocks: Arc::clone(&made) });
        }
        mark(&unit, &made, self.kernel.options.piecemeal, &mut steps);
        Ok(Prepared { unit, steps, blocks: made })
    }

    /// Runs all blocks, each into a sink of its own; agents (by position in the group) left to the fallback.
    fn run<S: Sink + Send>(&self, prepared: &Prepared, make: impl Fn(&Block) -> S + Sync) -> Vec<(S, Vec<usize>)> {
        let run = prepared.run(1, self.kernel.options.flag_everything);
        let one = |memory: &mut Workspace, block: &Block| {
            let mut sink = make(block);
            let left = run.block(block, memory, &mut sink).unwrap_or_else(|_| (0..block.count).collect());
            (sink, left.into_iter().map(|row| block.first + row).collect())
        };
        if self.kernel.options.one_thread {
            let mut memory = Workspace::new(&prepared.unit);
            return prepared.blocks.iter().map(|b| one(&mut memory, b)).collect();
        }
        use rayon::prelude::*;
        prepared.blocks.par_iter().map_init(|| Workspace::new(&prepared.unit), one).collect()
    }

    /// Sums all blocks: one set of sums for each thread's share.
    fn sum<'a>(&'a self, prepared: &Prepared, group: &'a Group, question: &Question, codes: usize) -> Vec<Summed<'a>> {
        let run = prepared.run(codes, self.kernel.options.flag_everything);
        let start =
            || (Workspace::new(&prepared.unit), Summed::new(prepared, group, &self.cohort, question.by, codes, self.members.as_deref()));
        let one = |(mut memory, mut sink): (Workspace, Summed<'a>), block: &Block| {
            sink.enter(block);
            let left = run.block(block, &mut memory, &mut sink).unwrap_or_else(|_| (0..block.count).collect());
            sink.left.extend(left.into_iter().map(|row| block.first + row));
            (memory, sink)
        };
        if self.kernel.options.one_thread {
            return vec![prepared.blocks.iter().fold(start(), one).1];
        }
        use rayon::prelude::*;
        // Sums have a price of their own: two sets a thread, so that one may help another that is late.
        let share = prepared.blocks.len().div_ceil(2 * rayon::current_num_threads());
        prepared.blocks.par_iter().with_min_len(share).fold(start, one).map(|(_, sink)| sink).collect()
    }

    /// Sums by the compiled code; the agents left to the fallback.
    fn sums(&self, environment: Environment<'_>, question: &Question, out: &mut Totals) -> BTreeSet<usize> {
        let months = 0..self.cohort.months().len();
        let roots: Vec<Root> = question.formulas.iter().map(|f| Root { formula: *f, slot: None, mode: codegen::Mode::Paid }).collect();
        let mut left: BTreeSet<usize> = self.cohort.apart().keys().copied().collect();
        for (position, group) in self.cohort.groups().iter().enumerate() {
            let prepared =
                self.prepare(position, environment, &roots, Answer::Sums(question.by), &months).ok().filter(|p| p.refuses_nothing());
            let Some(prepared) = prepared else {
                left.extend(group.agents.iter().map(|a| *a as usize));
                continue;
            };
            let codes = question.by.map_or(1, |a| self.cohort.dictionary(a).len().max(1));
            for summed in self.sum(&prepared, group, question, codes) {
                left.extend(summed.left.iter().filter_map(|row| group.agents.get(*row)).map(|a| *a as usize));
                summed.add_to(out, &self.cohort, question);
            }
        }
        left
    }

    /// Values of formulas by the fallback, for some agents in order.
    fn exact(
        &self,
        agents: &BTreeSet<usize>,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: &Range<usize>,
        mode: Mode,
    ) -> Result<BTreeMap<usize, AgentValues>, (usize, Fault)> {
        let mut out = BTreeMap::new();
        for agent in agents {
            let Some(frame) = self.cohort.frame(*agent) else { continue };
            let values = self.kernel.fallback.agent(&frame, environment, formulas, months.clone(), mode).map_err(|f| (*agent, f))?;
            out.insert(*agent, values);
        }
        Ok(out)
    }

    fn all(&self) -> BTreeSet<usize> {
        (0..self.cohort.len()).collect()
    }
}

fn mode_of(mode: Mode) -> codegen::Mode {
    match mode {
        Mode::Paid => codegen::Mode::Paid,
        Mode::Recomputed => codegen::Mode::Recomputed,
    }
}

impl Loaded for LoadedCohort<'_> {
    fn columns(&self, environment: Environment<'_>, formulas: &[FormulaId], months: Range<usize>, mode: Mode) -> Result<Columns, Fault> {
        let roots: Vec<Root> = formulas.iter().map(|f| Root { formula: *f, slot: None, mode: mode_of(mode) }).collect();
        let mut left: BTreeSet<usize> = self.cohort.apart().keys().copied().collect();
        let mut refused: BTreeSet<usize> = BTreeSet::new();
        let mut collected = Collected::new(self.cohort.len(), formulas.len(), months.clone());
        for (position, group) in self.cohort.groups().iter().enumerate() {
            let Ok(prepared) = self.prepare(position, environment, &roots, Answer::Columns, &months) else {
                left.extend(group.agents.iter().map(|a| *a as usize));
                continue;
            };
            refused.extend(formulas.iter().enumerate().filter(|(_, f)| prepared.refuses(**f)).map(|(k, _)| k));
            let places = prepared.places(&roots);
            for (sink, rows) in self.run(&prepared, |block| Columned::new(&prepared.unit, &months, block)) {
                left.extend(rows.iter().filter_map(|row| group.agents.get(*row)).map(|a| *a as usize));
                left.extend(collected.scatter(group, sink, &places));
            }
        }
        // Formulas without code, for everyone: by the fallback, each agent once.
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        let loose: Vec<FormulaId> = refused.iter().filter_map(|k| formulas.get(*k)).copied().collect();
        if !loose.is_empty() {
            let others: BTreeSet<usize> = self.all().difference(&left).copied().collect();
            match self.exact(&others, environment, &loose, &months, mode) {
                Ok(values) => collected.put(values, refused.iter().copied().collect()),
                Err(fault) => faults.push(fault),
            }
        }
        let exact = match self.exact(&left, environment, formulas, &months, mode) {
            Ok(values) => values,
            Err(fault) => {
                faults.push(fault);
                BTreeMap::new()
            }
        };
        match faults.into_iter().min_by_key(|(agent, _)| *agent) {
            Some((_, fault)) => Err(fault),
            None => Ok(collected.finish(exact)),
        }
    }

    fn profiles(&self, environment: Environment<'_>, question: &Question) -> Option<usize> {
        self.by_profile(environment, question).map(|profiles| profiles.cohort.len())
    }

    fn totals(&self, environment: Environment<'_>, question: &Question) -> Result<Totals, Fault> {
        let mut out = Totals::new();
        // Profiles first; agents that no column holds are nobody's profile.
        let left = match self.by_profile(environment, question) {
            Some(profiles) => {
                let left = profiles.sums(environment, question, &mut out);
                let members = |k: usize| profiles.members.as_ref().and_then(|m| m.get(k)).into_iter().flatten();
                let mut agents: BTreeSet<usize> = left.into_iter().flat_map(members).map(|a| *a as usize).collect();
                agents.extend(self.cohort.apart().keys());
                agents
            }
            None => self.sums(environment, question, &mut out),
        };
        let months = 0..self.cohort.months().len();
        for agent in left {
            let Some(frame) = self.cohort.frame(agent) else { continue };
            let values = self.kernel.fallback.agent(&frame, environment, &question.formulas, months.clone(), Mode::Paid)?;
            add(&mut out, &frame, &values, question);
        }
        Ok(out)
    }

    fn situations(&self, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<Vec<SituationValues>, Fault> {
        let months = 0..self.cohort.months().len();
        let mut out: Vec<SituationValues> = vec![Vec::new(); self.cohort.len()];
        let mut left: BTreeSet<usize> = self.cohort.apart().keys().copied().collect();
        for (position, group) in self.cohort.groups().iter().enumerate() {
            let slots = u8::try_from(group.slots).unwrap_or(u8::MAX);
            let roots: Vec<Root> = (0..slots)
                .flat_map(|slot| formulas.iter().map(move |f| Root { formula: *f, slot: Some(slot), mode: codegen::Mode::Paid }))
                .collect();
            let prepared = self.prepare(position, environment, &roots, Answer::Columns, &months).ok().filter(|p| p.refuses_nothing());
            let Some(prepared) = prepared else {
                left.extend(group.agents.iter().map(|a| *a as usize));
                continue;
            };
            let mut columns = Collected::new(self.cohort.len(), roots.len(), months.clone());
            let places = prepared.places(&roots);
            for (sink, rows) in self.run(&prepared, |block| Columned::new(&prepared.unit, &months, block)) {
                left.extend(rows.iter().filter_map(|row| group.agents.get(*row)).map(|a| *a as usize));
                left.extend(columns.scatter(group, sink, &places));
            }
            let columns = columns.finish(BTreeMap::new());
            for agent in group.agents.iter().map(|a| *a as usize).filter(|a| !left.contains(a)) {
                let of_month = |month: usize| {
                    let count = self.cohort.situations(agent, month);
                    let of_situation = |s: usize| -> Vec<Value> {
                        (0..formulas.len()).map(|f| columns.value(agent, month, slot_of(s, count) * formulas.len() + f)).collect()
                    };
                    (0..count).map(of_situation).collect()
                };
                if let Some(slot) = out.get_mut(agent) {
                    *slot = months.clone().map(of_month).collect();
                }
            }
        }
        let fallback = OneByOne { kernel: &*self.kernel.fallback, cohort: &self.cohort };
        for agent in left {
            let Some(frame) = fallback.cohort.frame(agent) else { continue };
            let values = fallback.kernel.situations(&frame, environment, formulas)?;
            if let Some(slot) = out.get_mut(agent) {
                *slot = values;
            }
        }
        Ok(out)
    }
}

impl Prepared {
    fn run(&self, codes: usize, flag_everything: bool) -> Run<'_> {
        Run { unit: &self.unit, steps: &self.steps, codes, flag_everything }
    }

    /// Is a formula left to the fallback?
    fn refuses(&self, formula: FormulaId) -> bool {
        self.unit.sketch.refused.iter().any(|(r, _)| r.formula == formula)
    }

    fn refuses_nothing(&self) -> bool {
        self.unit.sketch.refused.is_empty()
    }

    /// For each root of the unit, its position among those asked.
    fn places(&self, roots: &[Root]) -> Vec<usize> {
        self.unit.sketch.roots.iter().map(|r| roots.iter().position(|x| x == r).unwrap_or(0)).collect()
    }
}
