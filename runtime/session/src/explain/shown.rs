//! Values as an explanation prints them: exactly, so that a printed tree can be computed again.

use cadrage_engine::Value;
use cadrage_ir::{Dimension, RoundingRule, Unit};
use cadrage_value::{Date, Exact, Rounding};

use super::Shown;

/// How a value is written: the unit, and what one of it is in the base unit.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    pub(super) unit: Unit,
    pub(super) text: String,
    pub(super) factor: Exact,
    /// It is a day.
    pub(super) date: bool,
}

impl Writing {
    /// In base units.
    pub(super) fn of(unit: &Unit) -> Writing {
        let text = if unit.is_pure() { String::new() } else { unit.to_string() };
        Writing { unit: unit.clone(), text, factor: Exact::ONE, date: false }
    }

    /// As a percentage.
    pub(super) fn percent() -> Writing {
        let factor = Exact::ratio(1, 100).unwrap_or(Exact::ONE);
        Writing { unit: Unit::pure(), text: "%".to_owned(), factor, date: false }
    }

    /// In the unit its author wrote.
    pub(super) fn written(unit: &Unit, written: &(String, Exact)) -> Writing {
        let text = if written.0 == "nombre" { String::new() } else { written.0.clone() };
        Writing { unit: unit.clone(), text, factor: written.1.clone(), date: false }
    }

    /// A day.
    pub(super) fn day() -> Writing {
        Writing { date: true, ..Writing::of(&Unit::pure()) }
    }

    pub(super) fn value(&self, value: &Value) -> Shown {
        match value {
            Value::Known(x) if self.date => {
                let day = x.to_int().and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days);
                let text = day.map_or_else(|| x.to_shortest(), Date::to_french);
                Shown { text, exact: Some(x.clone()), ..Shown::default() }
            }
            Value::Known(x) => self.number(x),
            Value::Flag(true) => words("vrai"),
            Value::Flag(false) => words("faux"),
            Value::NotApplicable => words("sans objet"),
            Value::Missing => words("manquant"),
        }
    }

    pub(super) fn number(&self, x: &Exact) -> Shown {
        let written = x.checked_div(&self.factor).unwrap_or_else(|| x.clone());
        let (text, unit) = match decimal(&written, self.text.as_str() == "€") {
            Some(text) => (text, self.plural(&written)),
            // A fraction is told in the base unit, where its factor is 1.
            None => {
                let unit = Writing::of(&self.unit);
                (fraction(x), unit.plural(x))
            }
        };
        let exactly = text.contains('/');
        let about = if exactly { joined(&about(&written, &self.text), &self.plural(&written)) } else { String::new() };
        Shown { text: joined(&text, &unit), about, exact: Some(x.clone()), unit }
    }

    /// `points`, `jours`: a unit of one dimension takes an s.
    fn plural(&self, x: &Exact) -> String {
        let takes = matches!(self.text.as_str(), "point" | "jour" | "heure" | "agent" | "emploi");
        let many = *x >= Exact::from_int(2) || *x <= Exact::from_int(-2);
        if takes && many { format!("{}s", self.text) } else { self.text.clone() }
    }
}

fn joined(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number} {unit}") }
}

fn words(text: &str) -> Shown {
    Shown { text: text.to_owned(), ..Shown::default() }
}

/// Exactly, when a decimal of at most 12 places can say it; euros to the cent at least.
fn decimal(x: &Exact, euros: bool) -> Option<String> {
    let text = x.to_shortest();
    if text.contains('/') {
        return None;
    }
    let places = text.split_once(',').map_or(0, |(_, d)| d.len());
    Some(if euros && places < 2 { x.to_french(2) } else { text })
}

/// `6/7`, thousands apart.
fn fraction(x: &Exact) -> String {
    x.to_string()
}

/// About, with the decimals people read a unit with.
fn about(x: &Exact, unit: &str) -> String {
    let digits = match unit {
        "€" | "%" => 2,
        _ => 4,
    };
    x.to_french(digits)
}

/// `arrondi au centime`.
pub(super) fn rounding(rule: RoundingRule, unit: &Unit) -> String {
    let way = match rule.rule {
        Rounding::HalfUp => "arrondi",
        Rounding::Down => "arrondi inférieur",
        Rounding::Up => "arrondi supérieur",
    };
    let euros = *unit == Unit::of(Dimension::Euro);
    match (rule.digits, euros) {
        (2, true) => format!("{way} au centime"),
        (0, true) => format!("{way} à l'euro"),
        (0, false) => format!("{way} à l'unité"),
        (n, _) => format!("{way} à {n} décimales"),
    }
}
