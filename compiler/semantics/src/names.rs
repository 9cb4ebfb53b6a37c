//! The names an expression reads.

use cadrage_syntax::ast::{Expr, ExprKind};

/// Calls `visit` for every name of an expression, weights of means included.
pub(crate) fn each(e: &Expr, visit: &mut dyn FnMut(&str)) {
    match &e.kind {
        ExprKind::Name(name) => visit(name),
        ExprKind::Number(..) | ExprKind::Date(_) | ExprKind::Month(_) | ExprKind::Text(_) | ExprKind::Hole => {}
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|x| each(x, visit)),
        ExprKind::Negate(x)
        | ExprKind::Not(x)
        | ExprKind::InList(x, _)
        | ExprKind::Shifted(x, _)
        | ExprKind::AtLevel(x, _)
        | ExprKind::Filtered(x, _)
        | ExprKind::Convert(x, _) => each(x, visit),
        ExprKind::Binary(_, a, b) | ExprKind::OrElse(a, b) => {
            each(a, visit);
            each(b, visit);
        }
        ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => {
            each(a, visit);
            each(b, visit);
            each(c, visit);
        }
        ExprKind::Select(cases, last) => {
            for (c, v) in cases {
                each(c, visit);
                each(v, visit);
            }
            each(last, visit);
        }
        ExprKind::Aggregate { operand, weight, .. } => {
            each(operand, visit);
            if let Some(w) = weight {
                visit(&w.value);
            }
        }
        ExprKind::Distribute(a, b) => {
            visit(&a.value);
            visit(&b.value);
        }
    }
}
