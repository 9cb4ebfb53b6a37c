//! Days and months in formulas: `si date_entrée >= 01/09/2021`, `si mois >= 07/2027` (design/language.md §6.10).

use cadrage_ir::{COLUMNS, Grain, Operator, Type, Unit};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{BinaryOperator, Expr, ExprKind};
use cadrage_syntax::fold;
use cadrage_value::{Exact, Month};

use crate::bounds::day_number;
use crate::expressions::quantity;
use crate::model::{Expression, Kind};
use crate::scope::{Scope, Symbol};

/// What is on the other side of a comparison.
enum Literal {
    Day(Exact),
    Month(Month),
}

impl Scope<'_> {
    /// A comparison where a date stands; `None` when there is none.
    pub(crate) fn date_comparison(
        &mut self,
        op: BinaryOperator,
        left: &Expr,
        right: &Expr,
        grain: &Grain,
        span: Span,
    ) -> Option<Option<Expression>> {
        let literal = |e: &Expr| match &e.kind {
            ExprKind::Date(d) => Some(Literal::Day(day_number(*d))),
            ExprKind::Month(m) => Some(Literal::Month(*m)),
            _ => None,
        };
        let (subject, other, op) = match (literal(left), literal(right)) {
            (None, None) if self.is_date(left) || self.is_date(right) => {
                let (a, b) = (self.expression(left, grain), self.expression(right, grain));
                return Some(self.two_dates(op, a?, b?, span));
            }
            (None, None) => return None,
            (Some(_), Some(_)) => {
                self.complain(
                    Diagnostic::new(Code::U03, "deux dates écrites se comparent d'avance", span)
                        .help("comparez une donnée à une date : `date_entrée >= 01/09/2021`, `mois >= 07/2027`"),
                );
                return Some(None);
            }
            (None, Some(right)) => (left, right, op),
            (Some(literal), None) => (right, literal, mirrored(op)),
        };
        if !is_comparison(op) {
            self.complain(
                Diagnostic::new(Code::U03, "une date ne se calcule pas, elle se compare", span)
                    .help("écrivez `date_entrée >= 01/09/2021`, ou employez `ancienneté` et `âge`, qui sont en mois"),
            );
            return Some(None);
        }
        Some(self.against(op, subject, &other, grain, span))
    }

    fn against(&mut self, op: BinaryOperator, subject: &Expr, other: &Literal, grain: &Grain, span: Span) -> Option<Expression> {
        if matches!(&subject.kind, ExprKind::Name(n) if fold(n) == "mois") {
            let Literal::Month(month) = other else {
                self.complain(
                    Diagnostic::new(Code::U03, "`mois` se compare à un mois, pas à un jour", span).help("écrivez `mois >= 07/2027`"),
                );
                return None;
            };
            let pure = |kind| quantity(kind, Unit::pure(), Grain::Constant, span);
            let both = |op, a, b| Kind::Binary(op, Box::new(a), Box::new(b));
            let years = pure(both(Operator::Multiply, pure(Kind::Year), pure(Kind::Literal(Exact::from_int(12)))));
            let now = pure(both(Operator::Add, years, pure(Kind::MonthNumber)));
            let number = i64::from(month.year()) * 12 + i64::from(month.number());
            return flag(operator(op)?, now, pure(Kind::Literal(Exact::from_int(number))), span);
        }
        let x = self.expression(subject, grain)?;
        if x.ty != Type::Date {
            self.complain(
                Diagnostic::new(Code::U03, "une date se compare à une date", span)
                    .label(subject.span, "ce n'est pas une date")
                    .help(format!("dates connues : {}, et le mois du calcul : `mois >= 07/2027`", date_columns())),
            );
            return None;
        }
        let day = |value: Exact| Expression { kind: Kind::Literal(value), ty: Type::Date, grain: Grain::Constant, span };
        let month = match other {
            Literal::Day(value) => return flag(operator(op)?, x, day(value.clone()), span),
            Literal::Month(month) => *month,
        };
        // A month is its days: before its first one, or from the first of the next.
        let (first, past) = (day(day_number(month.first_day())), day(day_number(month.plus(1).first_day())));
        let inside = |x: Expression| {
            let (low, high) =
                (flag(Operator::GreaterOrEqual, x.clone(), first.clone(), span)?, flag(Operator::Less, x, past.clone(), span)?);
            let grain = low.grain.clone();
            Some(Expression { kind: Kind::Binary(Operator::And, Box::new(low), Box::new(high)), ty: Type::Flag, grain, span })
        };
        match op {
            BinaryOperator::Less => flag(Operator::Less, x, first, span),
            BinaryOperator::GreaterOrEqual => flag(Operator::GreaterOrEqual, x, first, span),
            BinaryOperator::LessOrEqual => flag(Operator::Less, x, past, span),
            BinaryOperator::Greater => flag(Operator::GreaterOrEqual, x, past, span),
            BinaryOperator::Equal => inside(x),
            _ => {
                let within = inside(x)?;
                let grain = within.grain.clone();
                Some(Expression { kind: Kind::Not(Box::new(within)), ty: Type::Flag, grain, span })
            }
        }
    }

    fn two_dates(&mut self, op: BinaryOperator, a: Expression, b: Expression, span: Span) -> Option<Expression> {
        if a.ty != Type::Date || b.ty != Type::Date || !is_comparison(op) {
            self.complain(
                Diagnostic::new(Code::U03, "une date ne se calcule pas, elle se compare à une date", span)
                    .help("écrivez `date_entrée >= 01/09/2021`, ou employez `ancienneté` et `âge`, qui sont en mois"),
            );
            return None;
        }
        let grain = self.join(&a, &b)?;
        let x = flag(operator(op)?, a, b, span)?;
        Some(Expression { grain, ..x })
    }

    /// Does the expression name a date, perhaps at the end of the month?
    fn is_date(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Name(n) => {
                matches!(self.get(n), Some(Symbol::Column(c)) if COLUMNS.get(c.index()).is_some_and(|c| c.date))
            }
            ExprKind::Shifted(x, _) => self.is_date(x),
            _ => false,
        }
    }
}

fn date_columns() -> String {
    COLUMNS.iter().filter(|c| c.date).map(|c| format!("`{}`", c.name)).collect::<Vec<_>>().join(", ")
}

fn flag(operator: Operator, a: Expression, b: Expression, span: Span) -> Option<Expression> {
    let grain = if a.grain == Grain::Constant { b.grain.clone() } else { a.grain.clone() };
    Some(Expression { kind: Kind::Binary(operator, Box::new(a), Box::new(b)), ty: Type::Flag, grain, span })
}

fn is_comparison(op: BinaryOperator) -> bool {
    operator(op).is_some()
}

fn operator(op: BinaryOperator) -> Option<Operator> {
    Some(match op {
        BinaryOperator::Equal => Operator::Equal,
        BinaryOperator::Different => Operator::Different,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::LessOrEqual => Operator::LessOrEqual,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::GreaterOrEqual => Operator::GreaterOrEqual,
        _ => return None,
    })
}

fn mirrored(op: BinaryOperator) -> BinaryOperator {
    match op {
        BinaryOperator::Less => BinaryOperator::Greater,
        BinaryOperator::LessOrEqual => BinaryOperator::GreaterOrEqual,
        BinaryOperator::Greater => BinaryOperator::Less,
        BinaryOperator::GreaterOrEqual => BinaryOperator::LessOrEqual,
        other => other,
    }
}
