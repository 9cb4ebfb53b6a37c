//! Boxes back to words: a selection that an author can paste.

use cadrage_ir::{ATTRIBUTES, COLUMNS, ColumnSpec, Constraint, Interval, Selection, Shape, Words};
use cadrage_value::{Date, Exact};

/// The box as a written selection; `None` when no list of criteria says it.
pub(crate) fn written(selection: &Selection) -> Option<String> {
    let mut parts = Vec::new();
    for (a, constraint) in &selection.codes {
        let name = ATTRIBUTES.get(a.index())?.name;
        match constraint {
            Constraint::In(set) => parts.push(format!("{name} {}", listed(set)?)),
            Constraint::NotIn(set) if set.is_empty() => {}
            Constraint::NotIn(set) => parts.push(format!("hors {name} {}", listed(set)?)),
            Constraint::Ranked { ranks, words: Words::Only(words) } if words.is_empty() => {
                parts.extend(criteria(name, ranks, &|x| Some(x.to_shortest()))?);
            }
            Constraint::Ranked { .. } => return None,
        }
    }
    for (c, shape) in &selection.ranges {
        let spec = COLUMNS.get(c.index())?;
        parts.extend(criteria(spec.name, shape, &|x| quantity(spec, x))?);
    }
    (!parts.is_empty()).then(|| parts.join(" et "))
}

fn listed(codes: &std::collections::BTreeSet<String>) -> Option<String> {
    let mut all = codes.iter();
    Some(match (all.next()?, codes.len()) {
        (one, 1) => one.clone(),
        _ => format!("({})", codes.iter().cloned().collect::<Vec<_>>().join(" ; ")),
    })
}

/// The hull of a shape and `hors` for each hole in it.
fn criteria(name: &str, shape: &Shape, value: &dyn Fn(&Exact) -> Option<String>) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let (first, last) = (shape.intervals().first()?, shape.intervals().last()?);
    match (&first.low, &last.high) {
        (Some((a, true)), Some((b, true))) if a == b => return Some(vec![format!("{name} = {}", value(a)?)]),
        (low, high) => {
            if let Some((b, inclusive)) = low {
                out.push(format!("{name} {} {}", if *inclusive { ">=" } else { ">" }, value(b)?));
            }
            if let Some((b, inclusive)) = high {
                out.push(format!("{name} {} {}", if *inclusive { "<=" } else { "<" }, value(b)?));
            }
        }
    }
    let holes = shape.complement();
    for hole in holes.intervals() {
        let Interval { low: Some((a, ai)), high: Some((b, bi)) } = hole else { continue };
        match (a == b, ai, bi) {
            (true, ..) => out.push(format!("{name} <> {}", value(a)?)),
            (false, true, true) => out.push(format!("hors {name} entre {} et {}", value(a)?, value(b)?)),
            // On whole numbers a hole is [first, one past the last).
            (false, true, false) => {
                let last = b - &Exact::ONE;
                out.push(if last == *a {
                    format!("{name} <> {}", value(a)?)
                } else {
                    format!("hors {name} entre {} et {}", value(a)?, value(&last)?)
                });
            }
            _ => return None,
        }
    }
    Some(out)
}

fn quantity(spec: &ColumnSpec, x: &Exact) -> Option<String> {
    if spec.date {
        let day = x.to_int().and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days)?;
        return Some(day.to_french());
    }
    // A fraction without a decimal form has no written one.
    x.denominator().filter(|_| !x.to_shortest().contains('/'))?;
    let number = |x: &Exact| x.to_shortest().replace(cadrage_value::THIN_SPACE, " ");
    Some(match spec.dimension {
        Some(cadrage_ir::Dimension::Month) => {
            let years = x / &Exact::from_int(12);
            match years.to_int() {
                Some(n) if n != 0 => format!("{n} an{}", if n > 1 { "s" } else { "" }),
                _ => format!("{} mois", number(x)),
            }
        }
        Some(d) => format!("{} {}", number(x), if spec.name == "montant_forfait" { "€/mois" } else { d.symbol() }),
        None if spec.name.starts_with("quotité") => format!("{} %", number(&(x * &Exact::from_int(100)))),
        None => number(x),
    })
}
