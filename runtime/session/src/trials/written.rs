//! Values and figures as people write them.

use cadrage_ir::{Dimension, Parameter, Unit};
use cadrage_value::Exact;

/// `2,5 %`, `60,5 €/point/an`: in the unit its author wrote.
pub(super) fn value(x: &Exact, parameter: &Parameter) -> String {
    let written = x.checked_div(&parameter.written.1).unwrap_or_else(|| x.clone());
    joined(&decimal(&written, 6), &parameter.written.0)
}

/// `1,5 %`: a share.
pub(super) fn share(x: &Exact) -> String {
    joined(&decimal(&(x * &Exact::from_int(100)), 6), "%")
}

/// `151 000 000,00 €`
pub(super) fn figure(x: &Exact, unit: &Unit) -> String {
    joined(&x.to_french(decimals(unit)), &unit.to_string())
}

/// How many decimals a figure is read with.
pub(super) fn decimals(unit: &Unit) -> u32 {
    if unit.exponent(Dimension::Euro) > 0 {
        2
    } else if *unit == Unit::of(Dimension::Agent) {
        0
    } else {
        4
    }
}

/// What one step of a value is: the precision declared, or the decimals its unit is usually written with.
pub(super) fn step(parameter: &Parameter) -> Exact {
    let usual = if ["point", "agent", "emploi", "mois", "jour", "an", "h"].contains(&parameter.written.0.as_str()) { 0 } else { 2 };
    let mut step = parameter.written.1.clone();
    for _ in 0..parameter.precision.unwrap_or(usual) {
        step = step.checked_div(&Exact::from_int(10)).unwrap_or(step);
    }
    step
}

/// A number that a person gives for a value: `2,5`, `2,5 %`, `1 000 €`.
pub(super) fn read(text: &str, parameter: &Parameter) -> Option<Exact> {
    let unit: String = parameter.written.0.chars().filter(|c| !c.is_whitespace()).collect();
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{A0}' && *c != '\u{202F}').collect();
    let number = bare.strip_suffix(unit.as_str()).filter(|_| !unit.is_empty()).unwrap_or(&bare);
    let x: Exact = number.parse().ok()?;
    Some(&x * &parameter.written.1)
}

/// A sentence over lines of a width, those after the first two columns further in.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let indent = text.chars().take_while(|c| *c == ' ').count();
    let mut out = vec![" ".repeat(indent)];
    // No-break spaces are inside figures.
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let room = out.last().map_or(0, |line| line.chars().count());
        let blank = out.last().is_none_or(|line| line.trim().is_empty());
        if !blank && room + 1 + word.chars().count() > width {
            out.push(" ".repeat(indent + 2) + word);
        } else if let Some(line) = out.last_mut() {
            if !blank {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    out
}

fn decimal(x: &Exact, most: u32) -> String {
    let text = x.to_shortest();
    if text.contains('/') { x.to_french(most) } else { text }
}

fn joined(number: &str, unit: &str) -> String {
    if unit.is_empty() || unit == "nombre" { number.to_owned() } else { format!("{number} {unit}") }
}
