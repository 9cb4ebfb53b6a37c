//! In which order levels are gathered: a value that many rows make together waits for all of them.
//!
//! The checker refused recurrences through levels, so each formula, aggregate and distribution has a depth: how many gatherings
//! stand below it. A stratum gathers everything of one depth; formulas of levels follow it.

use std::collections::BTreeSet;

use cadrage_ir::{AggregateId, DistributionId, Feed, FormulaId, Grain, NodeId, Op, Program};

/// What is gathered together, in order of depth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stratum {
    /// Aggregates of rows of agents.
    pub aggregates: Vec<AggregateId>,
    /// Aggregates of imputed lines: all that feeds is computed by then.
    pub line_aggregates: Vec<AggregateId>,
    /// Formulas of levels, in order of evaluation, that these make computable.
    pub formulas: Vec<FormulaId>,
    /// Amounts shared, once those formulas are known.
    pub distributions: Vec<DistributionId>,
}

/// The strata of a program, from the first to the last; none when nothing crosses grains between people.
#[must_use]
pub fn strata(program: &Program) -> Vec<Stratum> {
    let depths = Depths::of(program);
    let count = depths.aggregates.iter().chain(&depths.distributions).chain(&depths.formulas).copied().max().unwrap_or(0);
    let mut out = vec![Stratum::default(); count + 1];
    let is_level = |id: &FormulaId| program.formula(*id).is_some_and(|f| matches!(f.grain, Grain::Level(_)));
    for id in program.order.iter().copied().filter(is_level) {
        if let Some(stratum) = depths.formulas.get(id.index()).and_then(|d| out.get_mut(*d)) {
            stratum.formulas.push(id);
        }
    }
    for (k, aggregate) in program.aggregates.iter().enumerate() {
        let Some(stratum) = depths.aggregates.get(k).and_then(|d| out.get_mut(*d)) else { continue };
        let of_lines = aggregate.gathering.operands().any(|f| program.formula(f).is_some_and(|f| f.grain == Grain::Line));
        if of_lines { stratum.line_aggregates.push(AggregateId::at(k)) } else { stratum.aggregates.push(AggregateId::at(k)) }
    }
    for k in 0..program.distributions.len() {
        if let Some(stratum) = depths.distributions.get(k).and_then(|d| out.get_mut(*d)) {
            stratum.distributions.push(DistributionId::at(k));
        }
    }
    out.retain(|s| *s != Stratum::default());
    out
}

/// Formulas `par agent` that read, however far below, what imputed lines make together: computed once lines are known. None feeds.
#[must_use]
pub fn late_formulas(program: &Program) -> Vec<FormulaId> {
    let depths = Depths::of(program);
    let of_lines = |k: &usize| {
        program
            .aggregates
            .get(*k)
            .is_some_and(|a| a.gathering.operands().any(|f| program.formula(f).is_some_and(|f| f.grain == Grain::Line)))
    };
    let first = (0..program.aggregates.len()).filter(of_lines).filter_map(|k| depths.aggregates.get(k)).min().copied();
    let late = |id: &FormulaId| {
        let agent = program.formula(*id).is_some_and(|f| f.grain == Grain::Agent && f.feeds.is_none());
        agent && first.is_some_and(|first| depths.formulas.get(id.index()).is_some_and(|d| *d >= first))
    };
    program.order.iter().copied().filter(late).collect()
}

/// The strata that some formulas read, however far below.
#[must_use]
pub fn strata_for(program: &Program, roots: &[FormulaId]) -> Vec<Stratum> {
    let mut formulas: BTreeSet<FormulaId> = BTreeSet::new();
    let (mut aggregates, mut distributions) = (BTreeSet::new(), BTreeSet::new());
    let mut pending: Vec<FormulaId> = roots.to_vec();
    while let Some(id) = pending.pop() {
        let Some(formula) = program.formula(id).filter(|_| formulas.insert(id)) else { continue };
        for read in reads(program, formula) {
            match read {
                Read::Formula(f) => pending.push(f),
                Read::Aggregate(a) => {
                    aggregates.insert(a);
                    pending.extend(program.aggregates.get(a.index()).into_iter().flat_map(|a| a.gathering.operands()));
                }
                Read::Distribution(d) => {
                    distributions.insert(d);
                    pending.extend(program.distributions.get(d.index()).into_iter().flat_map(|d| [d.amount, d.weight]));
                }
            }
        }
    }
    let mut out = strata(program);
    for stratum in &mut out {
        stratum.aggregates.retain(|a| aggregates.contains(a));
        stratum.line_aggregates.retain(|a| aggregates.contains(a));
        stratum.formulas.retain(|f| formulas.contains(f));
        stratum.distributions.retain(|d| distributions.contains(d));
    }
    out.retain(|s| *s != Stratum::default());
    out
}

struct Depths {
    formulas: Vec<usize>,
    aggregates: Vec<usize>,
    distributions: Vec<usize>,
}

impl Depths {
    /// Grows until nothing moves; bounded, should a program have escaped the checker.
    fn of(program: &Program) -> Depths {
        let mut depths = Depths {
            formulas: vec![0; program.formulas.len()],
            aggregates: vec![0; program.aggregates.len()],
            distributions: vec![0; program.distributions.len()],
        };
        let reads: Vec<Vec<Read>> = program.formulas.iter().map(|f| reads(program, f)).collect();
        for _ in 0..=program.formulas.len() {
            if !depths.grow(program, &reads) {
                break;
            }
        }
        depths
    }

    fn grow(&mut self, program: &Program, reads: &[Vec<Read>]) -> bool {
        let mut moved = false;
        let of = |list: &[usize], k: usize| list.get(k).copied().unwrap_or(0);
        let fed =
            program.formulas.iter().enumerate().filter(|(_, f)| f.feeds.is_some()).map(|(k, _)| of(&self.formulas, k)).max().unwrap_or(0);
        let mut raise = |list: &mut Vec<usize>, k: usize, depth: usize| {
            if let Some(slot) = list.get_mut(k).filter(|d| **d < depth) {
                *slot = depth;
                moved = true;
            }
        };
        for (k, aggregate) in program.aggregates.iter().enumerate() {
            let of_lines = aggregate.gathering.operands().any(|f| program.formula(f).is_some_and(|f| f.grain == Grain::Line));
            let below = aggregate.gathering.operands().map(|f| of(&self.formulas, f.index())).max().unwrap_or(0);
            raise(&mut self.aggregates, k, 1 + if of_lines { below.max(fed) } else { below });
        }
        for (k, d) in program.distributions.iter().enumerate() {
            let below = of(&self.formulas, d.amount.index()).max(of(&self.formulas, d.weight.index()));
            raise(&mut self.distributions, k, 1 + below);
        }
        for (k, list) in reads.iter().enumerate() {
            let depth = list.iter().map(|r| match r {
                Read::Formula(f) => of(&self.formulas, f.index()),
                Read::Aggregate(a) => of(&self.aggregates, a.index()),
                Read::Distribution(d) => of(&self.distributions, d.index()),
            });
            let depth = depth.max().unwrap_or(0);
            raise(&mut self.formulas, k, depth);
        }
        moved
    }
}

enum Read {
    Formula(FormulaId),
    Aggregate(AggregateId),
    Distribution(DistributionId),
}

/// All that a formula reads, in whatever month.
fn reads(program: &Program, formula: &cadrage_ir::Formula) -> Vec<Read> {
    let mut out = Vec::new();
    let mut pending: Vec<NodeId> = formula.cases.iter().map(|c| c.value).collect();
    while let Some(node) = pending.pop().and_then(|id| program.node(id)) {
        match &node.op {
            Op::Formula(f)
            | Op::Cumulative(f)
            | Op::OverYear(f, _)
            | Op::PreviousMonth(f)
            | Op::PreviousYear(f)
            | Op::InMonth(f, _)
            | Op::Recomputed(f) => out.push(Read::Formula(*f)),
            Op::Aggregate(a) => out.push(Read::Aggregate(*a)),
            Op::Distributed(d) => out.push(Read::Distribution(*d)),
            Op::Base(code) => {
                let base = program.bases.iter().find(|b| b.code == *code);
                let enters = |f: &cadrage_ir::Formula| matches!((&f.feeds, &f.grain, base), (Some(Feed::Rubriques(list, _)), Grain::Agent, Some(base)) if list.iter().any(|r| base.rubriques.contains(r)));
                out.extend(program.formulas.iter().enumerate().filter(|(_, f)| enters(f)).map(|(k, _)| Read::Formula(FormulaId::at(k))));
            }
            op => pending.extend(Program::operands(op)),
        }
    }
    out
}
