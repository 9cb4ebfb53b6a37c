//! Written units to base units and the factor between them.

use cadrage_ir::{Dimension, Unit};
use cadrage_syntax::ast::{UnitExpr, UnitFactor};
use cadrage_value::Exact;

/// The base unit of a written one, and what one of it is worth in base units (`€/point/an` → €/point/mois, 1/12).
pub(crate) fn resolve(written: &UnitExpr) -> (Unit, Exact) {
    let mut unit = Unit::pure();
    let mut factor = Exact::ONE;
    for (k, f) in written.factors.iter().enumerate() {
        let (dimension, scale) = base(*f);
        let exponent = if k == 0 { 1 } else { -1 };
        if let Some(d) = dimension {
            unit = unit.times(d, exponent);
        }
        factor = if k == 0 { &factor * &scale } else { &factor / &scale };
    }
    (unit, factor)
}

/// As the author writes it, canonical spelling.
pub(crate) fn text(written: &UnitExpr) -> String {
    written.factors.iter().map(|f| f.text()).collect::<Vec<_>>().join("/")
}

/// Is it a percentage?
pub(crate) fn is_percent(written: &UnitExpr) -> bool {
    matches!(written.factors.as_slice(), [UnitFactor::Percent | UnitFactor::PerMille])
}

fn base(f: UnitFactor) -> (Option<Dimension>, Exact) {
    let one = Exact::ONE;
    match f {
        UnitFactor::Euro => (Some(Dimension::Euro), one),
        UnitFactor::KiloEuro => (Some(Dimension::Euro), Exact::from_int(1000)),
        UnitFactor::MegaEuro => (Some(Dimension::Euro), Exact::from_int(1_000_000)),
        UnitFactor::Percent => (None, &one / &Exact::from_int(100)),
        UnitFactor::PerMille => (None, &one / &Exact::from_int(1000)),
        UnitFactor::Point => (Some(Dimension::Point), one),
        UnitFactor::GrossPoint => (Some(Dimension::GrossPoint), one),
        UnitFactor::Etp => (Some(Dimension::Etp), one),
        UnitFactor::Etpt => (Some(Dimension::Etpt), one),
        UnitFactor::Etpf => (Some(Dimension::Etpf), one),
        UnitFactor::Agent => (Some(Dimension::Agent), one),
        UnitFactor::Emploi => (Some(Dimension::Emploi), one),
        UnitFactor::Month => (Some(Dimension::Month), one),
        UnitFactor::Year => (Some(Dimension::Month), Exact::from_int(12)),
        UnitFactor::Day => (Some(Dimension::Day), one),
        UnitFactor::Hour => (Some(Dimension::Hour), one),
        UnitFactor::Htd => (Some(Dimension::Htd), one),
        UnitFactor::Pmss => (Some(Dimension::Pmss), one),
    }
}

/// The unit of a reference list (`EUR/mois`), as base unit and factor.
pub(crate) fn of_table(text: &str) -> Option<(Unit, Exact)> {
    let factors: Option<Vec<UnitFactor>> = text
        .split('/')
        .map(|part| {
            Some(match part.trim() {
                "EUR" | "€" => UnitFactor::Euro,
                "%" => UnitFactor::Percent,
                "mois" => UnitFactor::Month,
                "an" => UnitFactor::Year,
                "heure" | "h" => UnitFactor::Hour,
                "point" => UnitFactor::Point,
                _ => return None,
            })
        })
        .collect();
    let span = cadrage_source::Span::new(cadrage_source::FileId(0), 0, 0);
    factors.map(|factors| resolve(&UnitExpr { factors, span }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_twelve_months() {
        let (unit, factor) = of_table("EUR/an").unwrap();
        assert_eq!(unit, Unit::of(Dimension::Euro).times(Dimension::Month, -1));
        assert_eq!(factor, "1/12".parse().unwrap());
        assert_eq!(of_table("%").unwrap().1, "1/100".parse().unwrap());
        assert!(of_table("francs").is_none());
    }
}
