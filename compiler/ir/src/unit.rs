//! Units as exponents of base dimensions (decisions D10 and D11 of design/language.md).

use std::collections::BTreeMap;
use std::fmt;

/// A base dimension. ETP, ETPT, ETPF, agents and jobs are *nominal*: same idea, never added to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Euro.
    Euro,
    /// Point of indice majoré.
    Point,
    /// Point of indice brut.
    GrossPoint,
    /// Full-time equivalent at a date.
    Etp,
    /// Full-time equivalent over the year worked.
    Etpt,
    /// Full-time equivalent over the year paid.
    Etpf,
    /// Head.
    Agent,
    /// Job.
    Emploi,
    /// Month; a year is 12.
    Month,
    /// Day.
    Day,
    /// Hour.
    Hour,
    /// Hour of travaux dirigés.
    Htd,
    /// Monthly social-security ceiling.
    Pmss,
}

impl Dimension {
    /// As users write it.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Dimension::Euro => "€",
            Dimension::Point => "point",
            Dimension::GrossPoint => "IB",
            Dimension::Etp => "ETP",
            Dimension::Etpt => "ETPT",
            Dimension::Etpf => "ETPF",
            Dimension::Agent => "agent",
            Dimension::Emploi => "emploi",
            Dimension::Month => "mois",
            Dimension::Day => "jour",
            Dimension::Hour => "heure",
            Dimension::Htd => "hTD",
            Dimension::Pmss => "PMSS",
        }
    }
}

/// A product of powers of dimensions; empty for a pure number. Values are always held in these base units.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit(BTreeMap<Dimension, i8>);

impl Unit {
    /// A pure number (ratios and percentages too).
    #[must_use]
    pub fn pure() -> Self {
        Unit::default()
    }

    /// One dimension.
    #[must_use]
    pub fn of(dimension: Dimension) -> Self {
        Unit::pure().times(dimension, 1)
    }

    /// Multiplied by a power of a dimension.
    #[must_use]
    pub fn times(mut self, dimension: Dimension, exponent: i8) -> Self {
        let power = self.0.entry(dimension).or_insert(0);
        *power = power.saturating_add(exponent);
        if *power == 0 {
            self.0.remove(&dimension);
        }
        self
    }

    /// The unit of a product.
    #[must_use]
    pub fn multiply(&self, other: &Unit) -> Unit {
        other.0.iter().fold(self.clone(), |u, (d, e)| u.times(*d, *e))
    }

    /// The unit of a quotient.
    #[must_use]
    pub fn divide(&self, other: &Unit) -> Unit {
        other.0.iter().fold(self.clone(), |u, (d, e)| u.times(*d, e.saturating_neg()))
    }

    /// A pure number?
    #[must_use]
    pub fn is_pure(&self) -> bool {
        self.0.is_empty()
    }

    /// The power of a dimension, 0 when absent.
    #[must_use]
    pub fn exponent(&self, dimension: Dimension) -> i8 {
        self.0.get(&dimension).copied().unwrap_or(0)
    }

    /// Does it hold any of these dimensions?
    #[must_use]
    pub fn has_any(&self, dimensions: &[Dimension]) -> bool {
        dimensions.iter().any(|d| self.exponent(*d) != 0)
    }
}

/// `€/point/mois`; a pure number prints as `nombre`.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_pure() {
            return write!(f, "nombre");
        }
        let mut first = true;
        for (d, e) in self.0.iter().filter(|(_, e)| **e > 0) {
            for _ in 0..*e {
                write!(f, "{}{}", if first { "" } else { "·" }, d.symbol())?;
                first = false;
            }
        }
        if first {
            write!(f, "1")?;
        }
        for (d, e) in self.0.iter().filter(|(_, e)| **e < 0) {
            for _ in 0..e.unsigned_abs() {
                write!(f, "/{}", d.symbol())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_cancel() {
        let point_value = Unit::of(Dimension::Euro).times(Dimension::Point, -1).times(Dimension::Month, -1);
        assert_eq!(point_value.to_string(), "€/point/mois");
        let pay = point_value.multiply(&Unit::of(Dimension::Point)).multiply(&Unit::of(Dimension::Month));
        assert_eq!(pay, Unit::of(Dimension::Euro));
        assert!(pay.divide(&pay).is_pure());
    }
}
