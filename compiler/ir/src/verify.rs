//! What holds of every program. Checked in tests and debug builds.

use crate::{Feed, Formula, FormulaId, Grain, NodeId, Op, Program, Type};

/// A broken promise: a defect of the compiler, never of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

/// Checks that ids exist, operands come before their users, grains and units agree, and the order covers dependencies.
///
/// # Errors
/// The first broken promise.
pub fn verify(program: &Program) -> Result<(), Violation> {
    for (k, node) in program.nodes.iter().enumerate() {
        for operand in operands(&node.op) {
            if operand.index() >= k {
                return Err(Violation(format!("node {k} uses {} which does not come before it", operand.index())));
            }
        }
        if node.denominator.is_some() && node.ty.unit().is_none() {
            return Err(Violation(format!("node {k} has a denominator but is no quantity")));
        }
    }
    for formula in &program.formulas {
        check_formula(program, formula)?;
    }
    let mut done = vec![false; program.formulas.len()];
    for id in &program.order {
        let Some(formula) = program.formula(*id) else {
            return Err(Violation(format!("order names formula {}", id.index())));
        };
        for read in same_month_reads(program, formula) {
            if !done.get(read.index()).copied().unwrap_or(false) {
                return Err(Violation(format!("`{}` is ordered before what it reads", formula.name)));
            }
        }
        if let Some(d) = done.get_mut(id.index()) {
            *d = true;
        }
    }
    match done.iter().position(|d| !d) {
        Some(k) => Err(Violation(format!("formula {k} is not in the order"))),
        None => Ok(()),
    }
}

fn check_formula(program: &Program, formula: &Formula) -> Result<(), Violation> {
    let bad = |what: &str| Err(Violation(format!("`{}`: {what}", formula.name)));
    if formula.cases.last().is_none_or(|c| !c.selection.is_all()) {
        return bad("the last case must accept everything");
    }
    for case in &formula.cases {
        match program.node(case.value) {
            None => return bad("a case has no node"),
            Some(node) if node.ty != Type::Quantity(formula.unit.clone()) => return bad("a case is of another unit"),
            Some(node) if node.grain != Grain::Constant && node.grain != formula.grain => return bad("a case is of another grain"),
            Some(_) => {}
        }
    }
    match (&formula.feeds, &formula.grain) {
        (Some(Feed::Rubriques(list, _)), Grain::Agent) if list.len() != 1 || formula.rounding.is_none() => {
            bad("feeds one rubrique, rounded to the cent")
        }
        (Some(_), Grain::Situation | Grain::Constant | Grain::Level(_)) => bad("only agents and lines feed"),
        _ => Ok(()),
    }
}

/// The nodes an operation reads directly.
#[must_use]
pub(crate) fn operands(op: &Op) -> Vec<NodeId> {
    match op {
        Op::Binary(_, a, b) | Op::OrElse(a, b) => vec![*a, *b],
        Op::Negate(a)
        | Op::Not(a)
        | Op::Absolute(a)
        | Op::Round(a, _)
        | Op::SumSituations(a, _)
        | Op::EndOfMonth(a)
        | Op::Brackets(_, a, _) => {
            vec![*a]
        }
        Op::Min(list) | Op::Max(list) => list.clone(),
        Op::If { condition, then, otherwise } => vec![*condition, *then, *otherwise],
        _ => Vec::new(),
    }
}

impl Program {
    /// The nodes an operation reads directly.
    #[must_use]
    pub fn operands(op: &Op) -> Vec<NodeId> {
        operands(op)
    }

    /// The formulas that `formula` reads in the same month, through any node (bases of contributions included).
    #[must_use]
    pub fn same_month_reads(&self, formula: &Formula) -> Vec<FormulaId> {
        same_month_reads(self, formula)
    }
}

fn same_month_reads(program: &Program, formula: &Formula) -> Vec<FormulaId> {
    let mut found = Vec::new();
    let mut stack: Vec<NodeId> = formula.cases.iter().map(|c| c.value).collect();
    while let Some(id) = stack.pop() {
        let Some(node) = program.node(id) else { continue };
        match &node.op {
            Op::Formula(f) | Op::Cumulative(f) | Op::Recomputed(f) => found.push(*f),
            Op::Aggregate(a) => found.extend(program.aggregates.get(a.index()).into_iter().flat_map(|a| a.gathering.operands())),
            Op::Distributed(d) => found.extend(program.distributions.get(d.index()).into_iter().flat_map(|d| [d.amount, d.weight])),
            Op::Base(code) => {
                let base = program.bases.iter().find(|b| b.code == *code);
                for (k, other) in program.formulas.iter().enumerate() {
                    if let (Some(base), Some(Feed::Rubriques(list, _)), Grain::Agent) = (base, &other.feeds, &other.grain)
                        && list.iter().any(|r| base.rubriques.contains(r))
                    {
                        found.push(FormulaId::at(k));
                    }
                }
            }
            op => stack.extend(operands(op)),
        }
    }
    found.sort();
    found.dedup();
    found
}
