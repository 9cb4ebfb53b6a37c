//! The exact denominator of a node, where neither data nor a parameter decides it.

use cadrage_ir::{NodeId, Op, Operator, Program};
use cadrage_value::Exact;

pub(super) fn run(program: &mut Program) {
    for k in 0..program.nodes.len() {
        let found = program
            .nodes
            .get(k)
            .and_then(|n| denominator(program, &n.op))
            .filter(|_| program.nodes.get(k).is_some_and(|n| n.ty.unit().is_some()));
        if let Some(node) = program.nodes.get_mut(k) {
            node.denominator = found;
        }
    }
}

fn denominator(program: &Program, op: &Op) -> Option<i64> {
    let of = |id: NodeId| program.node(id).and_then(|n| n.denominator);
    let common = |a: i64, b: i64| {
        let x = Exact::ratio(1, a)?;
        let y = Exact::ratio(1, b)?;
        // lcm(a, b) = a · b / gcd, and 1/a + 1/b has a denominator that divides it; (a/b) in lowest terms gives the gcd.
        let (n, _) = x.checked_div(&y)?.parts()?;
        a.checked_mul(n).map(i64::abs)
    };
    match op {
        Op::Literal(x) => x.denominator(),
        Op::MonthNumber | Op::Year => Some(1),
        Op::Binary(Operator::Add | Operator::Subtract, a, b) | Op::OrElse(a, b) => common(of(*a)?, of(*b)?),
        Op::Binary(Operator::Multiply, a, b) => of(*a)?.checked_mul(of(*b)?),
        Op::Negate(a) | Op::Absolute(a) => of(*a),
        Op::Round(_, rule) => 10_i64.checked_pow(rule.digits),
        Op::Min(list) | Op::Max(list) => list.iter().try_fold(1, |d, id| common(d, of(*id)?)),
        Op::If { then, otherwise, .. } => common(of(*then)?, of(*otherwise)?),
        Op::Formula(f) => program.formula(*f).and_then(|f| f.rounding).and_then(|r| 10_i64.checked_pow(r.digits)),
        Op::Observed(_) | Op::LastPaid(_) => Some(100),
        Op::Base(_) => Some(100),
        _ => None,
    }
}
