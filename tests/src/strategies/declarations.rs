//! Constants, hypotheses, scales, calendars, pay elements.

use std::fmt::Write as _;

use super::Choices;
use super::boxes::{Asked, exceptions};
use super::quantities::{DECLARED, Quantity, literal};
use super::world::ELEMENTS;
use super::writer::{Named, Scale, Writer};

/// First days of months around the frames, in order.
const DAYS: &[&str] = &["01/01/2024", "01/09/2025", "01/12/2025", "01/03/2026", "01/07/2026", "01/01/2027", "01/05/2027"];
const MIDDLE: &[&str] = &["10/01/2024", "16/09/2025", "31/12/2025", "02/03/2026", "29/07/2026", "15/01/2027", "30/05/2027"];

/// The written form without the parentheses of an operand, which a value does not need.
fn bare(literal: &str) -> &str {
    literal.strip_prefix('(').and_then(|l| l.strip_suffix(')')).unwrap_or(literal)
}

/// Some of the days, in order, each once.
fn days(choices: &mut Choices, prorata: bool) -> Vec<&'static str> {
    let from = choices.below(4) as usize;
    let list = if prorata && choices.chance(80) { MIDDLE } else { DAYS };
    let mut out = Vec::new();
    for (k, day) in list.iter().enumerate().skip(from) {
        if out.is_empty() || choices.chance(if k < 5 { 45 } else { 20 }) {
            out.push(*day);
        }
    }
    out
}

impl Writer<'_> {
    /// A constant or a hypothesis: inline, dated, with exceptions, sometimes without a value in force.
    pub(super) fn value_declaration(&mut self) -> String {
        let name = format!("c{}", self.values.len() + 1);
        let of = self.choices.weighted(DECLARED).unwrap_or(Quantity::Euro);
        let unit = of.written();
        let word = if self.choices.chance(30) { "hypothèse" } else { "constante" };
        let shape = self.choices.below(4);
        // With a number of decimals, values have no more.
        let precision = if shape > 0 && self.choices.chance(12) { Some(self.choices.below(5)) } else { None };
        let value = |c: &mut Choices| if precision.is_some() { format!("{} {unit}", 1 + c.below(40)) } else { literal(c, of) };
        let first = value(self.choices);
        if shape == 0 {
            self.values.push(Named { name: name.clone(), of, asks: Vec::new(), precise: false });
            return format!("{word} {name} en {unit} = {}\n", bare(&first));
        }
        let mut out = format!("{word} {name} en {unit} :\n");
        let prorata = self.choices.chance(20);
        let mut asks = Vec::new();
        // Without a default, the value is in force from its first date only, or for the exceptions only.
        let default = shape == 1 || self.choices.chance(40);
        if default {
            let _ = writeln!(out, "  par défaut {}", bare(&first));
        }
        let dated = if default && self.choices.chance(40) { Vec::new() } else { days(self.choices, prorata) };
        for day in &dated {
            let value = value(self.choices);
            let paid = if !prorata && self.choices.chance(6) { " payé en 08/2027" } else { "" };
            let _ = writeln!(out, "  à compter du {day} : {}{paid}", bare(&value));
        }
        if shape >= 2 {
            for (words, attributes) in exceptions(self.choices, Asked::Rows) {
                asks.extend(attributes);
                if self.choices.chance(60) {
                    let _ = writeln!(out, "  sauf pour {words} : {}", bare(&value(self.choices)));
                }
                let later = if self.choices.chance(40) { days(self.choices, prorata) } else { Vec::new() };
                for day in later {
                    let _ = writeln!(out, "  à compter du {day} pour {words} : {}", bare(&value(self.choices)));
                }
            }
        }
        if !default && dated.is_empty() && asks.is_empty() {
            let _ = writeln!(out, "  par défaut {}", bare(&first));
        }
        if prorata {
            out.push_str("  prorata\n");
        }
        if let Some(digits) = precision {
            let _ = writeln!(out, "  précision {digits} décimales");
        }
        out.push_str("fin\n");
        self.values.push(Named { name, of, asks, precise: precision.is_some() });
        out
    }

    /// A scale of rates over a base in euros, perhaps in PMSS.
    pub(super) fn scale_declaration(&mut self) -> String {
        let name = format!("b{}", self.scales.len() + 1);
        let mut out = String::new();
        let ceiling = self.choices.chance(25);
        if ceiling {
            let from = self.choices.pick(&["01/01/2024", "01/03/2026"]).copied().unwrap_or("01/01/2024");
            let _ = writeln!(out, "constante pmss en €/PMSS :\n  à compter du {from} : 3 925 €/PMSS\nfin");
        }
        let _ = writeln!(out, "barème {name} en % :");
        for day in days(self.choices, false).into_iter().take(2) {
            let _ = writeln!(out, "  à compter du {day} :");
            let bounds: &[&str] =
                if ceiling { &["0,5 PMSS", "1 PMSS", "8 PMSS"] } else { &["100 €", "1 000 €", "1234,565 €", "2 000 €"] };
            let from = self.choices.below(2) as usize;
            // At least one bound: it says what all are in.
            for (k, bound) in bounds.iter().skip(from).enumerate() {
                if k == 0 || self.choices.chance(60) {
                    let _ = writeln!(out, "    jusqu'à {bound} : {}", rate(self.choices));
                }
            }
            let _ = writeln!(out, "    au-delà : {}", rate(self.choices));
        }
        out.push_str("fin\n");
        self.scales.push(Scale { name, unit: if ceiling { "PMSS" } else { "€" } });
        out
    }

    /// Months of payment and their shares.
    pub(super) fn calendar_declaration(&mut self) -> String {
        let name = format!("k{}", self.calendars.len() + 1);
        let parts = calendar_parts(self.choices);
        self.calendars.push(name.clone());
        format!("calendrier {name} : {parts}\n")
    }
}

/// A rate as scales write it.
pub(super) fn rate(choices: &mut Choices) -> &'static str {
    choices.pick(&["10 %", "0 %", "4,27 %", "12,55 %", "33,333 %", "100 %"]).copied().unwrap_or("10 %")
}

/// Shares that make a whole.
pub(super) fn calendar_parts(choices: &mut Choices) -> &'static str {
    choices
        .pick(&["12 : 100 %", "06 : 50 % ; 12 : 50 %", "01 : 33,33 % ; 05 : 33,33 % ; 09 : 33,34 %", "03 : 12,5 % ; 04 : 87,5 %"])
        .copied()
        .unwrap_or("12 : 100 %")
}

/// The pay elements that formulas feed and bases gather.
pub(super) fn elements() -> String {
    let mut out = String::new();
    for (code, famille, bases) in ELEMENTS {
        let bases = if bases.is_empty() { String::new() } else { format!("  assiettes {bases}\n") };
        let _ = writeln!(
            out,
            "élément {code} \"élément {code}\" :\n  famille {famille}\n{bases}  compte titulaire 641110 ; contractuel 641120\nfin"
        );
    }
    out
}
