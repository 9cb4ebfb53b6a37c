//! The bounds of ordered criteria: quantities in the unit of their column, days and months for a date.

use cadrage_ir::{ATTRIBUTES, AttributeId, COLUMNS, ColumnId, Constraint, Dimension, Shape, Unit};
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::ast::{self, BinaryOperator, ExprKind};
use cadrage_syntax::fold;
use cadrage_value::{Date, Exact, Month};

use crate::scope::Scope;
use crate::units;

/// Attributes whose codes are ranks.
const RANKED: &[&str] = &["échelon", "chevron", "zone"];

/// A bound: a value, or the days of a month as `[first, one past the last)`.
pub(crate) struct Span {
    first: Exact,
    /// First value past it, when it is more than one point.
    past: Option<Exact>,
}

impl Span {
    /// One value.
    pub(crate) fn point(value: Exact) -> Self {
        Span { first: value, past: None }
    }

    /// The days of a month.
    pub(crate) fn days_of(month: Month) -> Self {
        Span { first: day_number(month.first_day()), past: Some(day_number(month.plus(1).first_day())) }
    }

    /// Values at the bound or after it.
    pub(crate) fn at_or_after(&self) -> Shape {
        Shape::at_least(self.first.clone())
    }

    /// Values up to the bound, itself included.
    pub(crate) fn up_to(&self) -> Shape {
        match &self.past {
            Some(past) => Shape::below(past.clone()),
            None => Shape::between(None, Some((self.first.clone(), true))),
        }
    }

    /// The values that a comparison with the bound accepts; `None` for what is no comparison.
    pub(crate) fn compared(&self, operator: BinaryOperator) -> Option<Shape> {
        let equal = || self.at_or_after().intersect(&self.up_to());
        Some(match operator {
            BinaryOperator::Equal => equal(),
            BinaryOperator::Different => equal().complement(),
            BinaryOperator::Less => self.at_or_after().complement(),
            BinaryOperator::LessOrEqual => self.up_to(),
            BinaryOperator::Greater => self.up_to().complement(),
            BinaryOperator::GreaterOrEqual => self.at_or_after(),
            _ => return None,
        })
    }
}

/// A day as the number that date columns hold.
pub(crate) fn day_number(day: Date) -> Exact {
    Exact::from_int(i64::from(day.to_epoch_days()))
}

/// What a written criterion is about.
pub(crate) enum Subject {
    Column(ColumnId),
    Ranks(AttributeId),
}

impl Scope<'_> {
    /// The column or the ranked attribute that a comparison names.
    pub(crate) fn subject(&mut self, name: &Spanned<String>) -> Option<Subject> {
        let folded = fold(&name.value);
        if let Some(column) = COLUMNS.iter().position(|c| fold(c.name) == folded) {
            return Some(Subject::Column(ColumnId::at(column)));
        }
        let Some(attribute) = self.attribute(&name.value) else {
            self.unknown(&name.value, name.span);
            return None;
        };
        let spec = ATTRIBUTES.get(attribute.index())?;
        if RANKED.contains(&spec.name) {
            return Some(Subject::Ranks(attribute));
        }
        self.complain(
            Diagnostic::new(Code::U03, format!("`{}` est un code : il n'a pas d'ordre", spec.name), name.span)
                .here("un code")
                .help(format!("donnez les codes : `{0} X`, `{0} (X ; Y)`, `hors {0} X`", spec.name)),
        );
        None
    }

    /// A bound of a column or of ranks.
    pub(crate) fn span_of(&mut self, subject: &Subject, bound: &ast::Expr) -> Option<Span> {
        let column = match subject {
            Subject::Ranks(_) => return self.quantity(bound, &Unit::pure()).map(Span::point),
            Subject::Column(column) => *column,
        };
        let spec = COLUMNS.get(column.index())?;
        match (&bound.kind, spec.date) {
            (ExprKind::Date(day), true) => Some(Span::point(day_number(*day))),
            (ExprKind::Month(month), true) => Some(Span::days_of(*month)),
            (ExprKind::Date(_) | ExprKind::Month(_), false) => {
                self.complain(
                    Diagnostic::new(Code::U03, format!("`{}` n'est pas une date", spec.name), bound.span).here("une date").help(format!(
                        "comparez `{}` à une quantité en {}",
                        spec.name,
                        column_unit(column)
                    )),
                );
                None
            }
            (_, true) => {
                self.complain(
                    Diagnostic::new(Code::U03, format!("`{}` est une date, pas un nombre", spec.name), bound.span)
                        .here("un nombre")
                        .help(format!("écrivez un jour ou un mois : `{0} >= 01/09/2021`, `{0} >= 09/2021`", spec.name)),
                );
                None
            }
            (_, false) => self.quantity(bound, &column_unit(column)).map(Span::point),
        }
    }

    /// A written quantity in base units; `0` needs no unit.
    pub(crate) fn quantity(&mut self, written: &ast::Expr, unit: &Unit) -> Option<Exact> {
        let (value, given) = match &written.kind {
            ExprKind::Number(x, None) => (x.clone(), None),
            ExprKind::Number(x, Some(u)) => {
                let (given, factor) = units::resolve(u);
                (x * &factor, Some(given))
            }
            ExprKind::Date(_) | ExprKind::Month(_) => {
                self.complain(
                    Diagnostic::new(Code::U03, format!("une quantité en {unit} était attendue, pas une date"), written.span)
                        .here("une date")
                        .help(format!("donnez la valeur en {unit}")),
                );
                return None;
            }
            _ => return None,
        };
        let given = given.unwrap_or_else(Unit::pure);
        if given == *unit || (value.is_zero() && given.is_pure()) {
            return Some(value);
        }
        self.complain(
            Diagnostic::new(Code::U03, format!("une quantité en {unit} était attendue, pas en {given}"), written.span)
                .here(format!("en {given}"))
                .help(format!("donnez la valeur en {unit}")),
        );
        None
    }
}

/// Adds the values that a criterion on `subject` accepts.
pub(crate) fn add(out: &mut cadrage_ir::Selection, subject: &Subject, shape: &Shape, negated: bool) {
    match subject {
        Subject::Column(column) => out.bound(*column, if negated { shape.complement() } else { shape.clone() }),
        Subject::Ranks(attribute) => {
            let ranks = Constraint::ranked(shape);
            out.restrict(*attribute, if negated { ranks.complement() } else { ranks });
        }
    }
}

/// The base unit of a column.
pub(crate) fn column_unit(column: ColumnId) -> Unit {
    let spec = COLUMNS.get(column.index());
    let unit = spec.and_then(|c| c.dimension).map_or_else(Unit::pure, Unit::of);
    // The lump sum is a rhythm, not an amount.
    if spec.is_some_and(|c| c.name == "montant_forfait") { unit.times(Dimension::Month, -1) } else { unit }
}
