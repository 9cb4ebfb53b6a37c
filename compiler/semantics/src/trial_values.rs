//! The values, dates and steps that a search or a sweep is written with, as what moves takes them.

use cadrage_ir::{Dimension, ParameterId, Unit};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{Expr, ExprKind};
use cadrage_value::{Date, Exact};

use crate::moved::{self, Moved, MovedPart, PEOPLE, Pace};
use crate::scenarios::Parameters;
use crate::scope::Scope;
use crate::units;

/// What the numbers written for a target are.
pub(crate) struct Written {
    pub(crate) unit: Unit,
    /// What one written without a unit is worth.
    pub(crate) factor: Exact,
    /// A date, and which day of a month it is.
    pub(crate) day: Option<MovedPart>,
    /// Bounds it may not leave.
    pub(crate) bounds: Option<(Exact, Exact)>,
    /// Whole people.
    whole: bool,
    pub(crate) name: String,
}

impl Scope<'_> {
    pub(crate) fn bounds_of(&mut self, written: &Written, a: &Expr, b: &Expr) -> Option<(Exact, Exact)> {
        let (low, high) = (self.bound(written, a), self.bound(written, b));
        let (low, high) = (low?, high?);
        let shown = |x: &Exact| written.shown(x);
        if low > high {
            let message = format!("on cherche de {} à {} : la première borne est la plus petite", shown(&low), shown(&high));
            self.complain(Diagnostic::new(Code::V21, message, a.span).help(format!("écrivez `entre {} et {}`", shown(&high), shown(&low))));
            return None;
        }
        if let Some((least, most)) = written.bounds.as_ref().filter(|(least, most)| low < *least || high > *most) {
            let message = format!("`{}` va de {} à {}", written.name, shown(least), shown(most));
            self.complain(Diagnostic::new(Code::E06, message, a.span).help("restez entre ces bornes"));
            return None;
        }
        Some((low, high))
    }

    /// A value or a day, as it is written for a target.
    pub(crate) fn bound(&mut self, written: &Written, e: &Expr) -> Option<Exact> {
        let day = match (&e.kind, written.day) {
            (ExprKind::Date(d), Some(_)) => Some(*d),
            (ExprKind::Month(m), Some(MovedPart::On)) => Some(m.last_day()),
            (ExprKind::Month(m), Some(_)) => Some(m.first_day()),
            _ => None,
        };
        match day {
            Some(d) => Some(moved::day(d)),
            None if written.day.is_some() => {
                self.complain(
                    Diagnostic::new(Code::V21, "une date était attendue", e.span).here("ici").help("écrivez `01/2027`, ou `01/01/2027`"),
                );
                None
            }
            None => {
                let x = self.declared_value(e, &written.unit, &written.factor)?;
                self.people_are_whole(written, &x, e.span).then_some(x)
            }
        }
    }

    fn people_are_whole(&mut self, written: &Written, x: &Exact, span: Span) -> bool {
        let whole = !written.whole || x.to_int().is_some();
        if !whole {
            self.complain(
                Diagnostic::new(Code::V21, "on compte des agents entiers", span)
                    .here("ici")
                    .help("pour une fraction, cherchez des ETP : `? ETP`"),
            );
        }
        whole
    }

    /// `pas 0,5 %`, `pas 1 mois`
    pub(crate) fn pace(&mut self, written: &Written, e: &Expr) -> Option<Pace> {
        if written.day.is_none() {
            let step = self.declared_value(e, &written.unit, &written.factor)?;
            if step.is_zero() {
                self.complain(Diagnostic::new(Code::V21, "le pas est nul", e.span).here("pas").help("donnez un pas positif"));
                return None;
            }
            return self.people_are_whole(written, &step, e.span).then_some(Pace::Even(step));
        }
        let (count, unit) = match &e.kind {
            ExprKind::Number(x, Some(unit)) => (x.to_int().and_then(|n| i32::try_from(n).ok()), units::resolve(unit).0),
            _ => (None, Unit::pure()),
        };
        match count.filter(|n| (1..=1200).contains(n)) {
            Some(n) if unit == Unit::of(Dimension::Month) => Some(Pace::Months(n)),
            Some(n) if unit == Unit::of(Dimension::Day) => Some(Pace::Even(Exact::from_int(i64::from(n)))),
            _ => {
                self.complain(
                    Diagnostic::new(Code::V21, "une date bouge par mois ou par jours entiers", e.span)
                        .here("pas")
                        .help("écrivez `pas 1 mois`, ou `pas 1 jour`"),
                );
                None
            }
        }
    }
}

impl Written {
    pub(crate) fn shown(&self, x: &Exact) -> String {
        if self.day.is_some() {
            let found = x.to_int().and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days);
            return found.map_or_else(String::new, Date::to_french);
        }
        x.checked_div(&self.factor).unwrap_or(Exact::ZERO).to_shortest()
    }
}

/// How the values of a target are written.
pub(crate) fn written(target: &Moved, parameters: &Parameters<'_>) -> Option<Written> {
    let m = match target {
        Moved::Parameter(id) => return parameter(*id, parameters),
        Moved::Movement(m) => m,
    };
    let (unit, factor) = m.written_unit();
    let zero = || Exact::ZERO;
    let bounds = match m.part {
        MovedPart::Agents | MovedPart::Etp => Some((zero(), Exact::from_int(PEOPLE))),
        MovedPart::Share => Some((zero(), Exact::ONE)),
        MovedPart::From | MovedPart::On => None,
    };
    let day = m.part.is_day().then_some(m.part);
    Some(Written { unit, factor, day, bounds, whole: m.part == MovedPart::Agents, name: "?".to_owned() })
}

fn parameter(id: ParameterId, parameters: &Parameters<'_>) -> Option<Written> {
    let p = parameters.all.get(id.index())?;
    let (unit, factor, bounds) = (p.unit.clone(), p.written.1.clone(), p.bounds.clone());
    Some(Written { unit, factor, day: None, bounds, whole: false, name: p.name.clone() })
}
