//! Arithmetic on numbers alone is done once.

use cadrage_ir::{NodeId, Op, Operator, Program};
use cadrage_value::Exact;

pub(super) fn run(program: &mut Program) {
    for k in 0..program.nodes.len() {
        let folded = program.nodes.get(k).and_then(|n| match &n.op {
            Op::Binary(operator, a, b) => arithmetic(*operator, &literal(program, *a)?, &literal(program, *b)?),
            Op::Negate(a) => Some(-literal(program, *a)?),
            _ => None,
        });
        if let (Some(value), Some(node)) = (folded, program.nodes.get_mut(k)) {
            node.op = Op::Literal(value);
        }
    }
}

fn literal(program: &Program, id: NodeId) -> Option<Exact> {
    match &program.node(id)?.op {
        Op::Literal(x) => Some(x.clone()),
        _ => None,
    }
}

fn arithmetic(operator: Operator, a: &Exact, b: &Exact) -> Option<Exact> {
    match operator {
        Operator::Add => Some(a + b),
        Operator::Subtract => Some(a - b),
        Operator::Multiply => Some(a * b),
        // A division by zero stays: the engines report it with its place.
        Operator::Divide => a.checked_div(b),
        _ => None,
    }
}
