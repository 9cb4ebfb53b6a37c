//! The translation. Not: improvements.

use cadrage_ir::{Case, Formula, FormulaId, Node, NodeId, Op, Program};
use cadrage_semantics::{Expression, Kind, Model};

/// The program of a model whose formulas were all sound.
#[must_use]
pub fn from_model(model: &Model) -> Program {
    let mut program = Program {
        parameters: model.parameters.clone(),
        brackets: model.brackets.clone(),
        aggregates: model.aggregates.clone(),
        distributions: model.distributions.clone(),
        calendars: model.calendars.clone(),
        bases: model.bases.clone(),
        elements: model.elements.clone(),
        hierarchy: model.hierarchy.clone(),
        ..Program::default()
    };
    for f in &model.formulas {
        let cases = f
            .cases
            .iter()
            .map(|(selection, value)| {
                let span = value.span;
                Case { selection: selection.clone(), value: node(value, &mut program.nodes), span }
            })
            .collect();
        program.formulas.push(Formula {
            name: f.name.clone(),
            label: f.label.clone(),
            module: f.module.clone(),
            unit: f.unit.clone(),
            grain: f.grain.clone(),
            scope: f.scope.clone(),
            cases,
            rounding: f.rounding,
            feeds: f.feeds.clone(),
            final_when_paid: f.final_when_paid,
            aggregation: f.aggregation,
            source: f.source.clone(),
            hidden: f.hidden,
            span: f.span,
        });
    }
    program.order = order(&program);
    program
}

/// Operands before users; the id of the node.
fn node(x: &Expression, nodes: &mut Vec<Node>) -> NodeId {
    let mut sub = |x: &Expression| node(x, nodes);
    let op = match &x.kind {
        Kind::Literal(v) => Op::Literal(v.clone()),
        Kind::Flag(b) => Op::Flag(*b),
        Kind::Column(c) => Op::Column(*c),
        Kind::Parameter(p) => Op::Parameter(*p),
        Kind::Formula(f) => Op::Formula(*f),
        Kind::Calendar(c) => Op::Calendar(*c),
        Kind::MonthNumber => Op::MonthNumber,
        Kind::Year => Op::Year,
        Kind::CodeIs(attribute, codes) => Op::CodeIs { attribute: *attribute, codes: codes.clone() },
        Kind::In(selection) => Op::In(selection.clone()),
        Kind::Binary(operator, a, b) => {
            let (a, b) = (sub(a), sub(b));
            Op::Binary(*operator, a, b)
        }
        Kind::Negate(a) => Op::Negate(sub(a)),
        Kind::Not(a) => Op::Not(sub(a)),
        Kind::Min(list) => Op::Min(list.iter().map(sub).collect()),
        Kind::Max(list) => Op::Max(list.iter().map(sub).collect()),
        Kind::Absolute(a) => Op::Absolute(sub(a)),
        Kind::Round(a, rule) => Op::Round(sub(a), *rule),
        Kind::If(c, a, b) => {
            let (condition, then, otherwise) = (sub(c), sub(a), sub(b));
            Op::If { condition, then, otherwise }
        }
        Kind::OrElse(a, b) => {
            let (a, b) = (sub(a), sub(b));
            Op::OrElse(a, b)
        }
        Kind::SumSituations(a, selection) => Op::SumSituations(sub(a), selection.clone()),
        Kind::EndOfMonth(a) => Op::EndOfMonth(sub(a)),
        Kind::Aggregate(a) => Op::Aggregate(*a),
        Kind::Distributed(d) => Op::Distributed(*d),
        Kind::Cumulative(f) => Op::Cumulative(*f),
        Kind::OverYear(f, year) => Op::OverYear(*f, *year),
        Kind::PreviousMonth(f) => Op::PreviousMonth(*f),
        Kind::PreviousYear(f) => Op::PreviousYear(*f),
        Kind::InMonth(f, m) => Op::InMonth(*f, *m),
        Kind::LastPaid(f) => Op::LastPaid(*f),
        Kind::Observed(f) => Op::Observed(*f),
        Kind::Recomputed(f) => Op::Recomputed(*f),
        Kind::Base(code) => Op::Base(code.clone()),
        Kind::Brackets(b, a, which) => Op::Brackets(*b, sub(a), *which),
    };
    nodes.push(Node { op, ty: x.ty.clone(), grain: x.grain.clone(), denominator: None, span: x.span });
    NodeId::at(nodes.len() - 1)
}

/// Formulas after what they read in the same month. Cycles were refused by the checker.
fn order(program: &Program) -> Vec<FormulaId> {
    let reads: Vec<Vec<FormulaId>> = program.formulas.iter().map(|f| program.same_month_reads(f)).collect();
    let mut done = vec![false; program.formulas.len()];
    let mut order = Vec::new();
    loop {
        let mut moved = false;
        for k in 0..program.formulas.len() {
            let ready = reads.get(k).is_some_and(|list| list.iter().all(|r| done.get(r.index()).copied().unwrap_or(true)));
            if ready && let Some(slot) = done.get_mut(k).filter(|d| !**d) {
                *slot = true;
                order.push(FormulaId::at(k));
                moved = true;
            }
        }
        if !moved {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_model_is_an_empty_program() {
        let program = from_model(&Model::default());
        assert!(program.formulas.is_empty() && program.order.is_empty());
        assert_eq!(cadrage_ir::verify(&program), Ok(()));
    }
}
