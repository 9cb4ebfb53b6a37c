//! `test`.

use super::block::Block;
use super::expression::{members, print_expression, unit};
use super::quoted;
use super::scenario::profile;
use crate::ast::{CaseColumn, Expect, Expected, SetAside, Situation, Test, TestPeriod, UnitExpr};

pub(super) fn test(t: &Test) -> String {
    let mut block = Block::new(&format!("test {}", quoted(&t.title.value)));
    for f in &t.files {
        let separator = f.separator.as_ref().map_or_else(String::new, |s| format!(" séparateur {}", quoted(&s.value)));
        block.line(&format!("cas {}{separator}", quoted(&f.path.value)));
    }
    for s in &t.situations {
        block.line(&situation(s));
    }
    for c in &t.columns {
        block.line(&column(c));
    }
    for a in &t.asides {
        block.line(&aside(a));
    }
    for e in &t.expectations {
        block.line(&expectation(e));
    }
    block.close()
}

fn situation(s: &Situation) -> String {
    let start = if s.then { "puis" } else { "soit un agent" };
    let pairs = if s.profile.is_empty() { String::new() } else { format!(" {}", profile(&s.profile)) };
    let period = match (s.from, s.until) {
        (Some(a), Some(b)) => format!(" du {} au {}", a.to_french(), b.to_french()),
        _ => String::new(),
    };
    format!("{start}{pairs}{period}")
}

fn in_unit(u: Option<&UnitExpr>) -> String {
    u.map_or_else(String::new, |u| format!(" en {}", unit(u)))
}

fn column(c: &CaseColumn) -> String {
    let cases: Vec<String> = c.mapping.iter().map(|(text, code)| format!("{} : {}", quoted(&text.value), code.value)).collect();
    let mapping = if cases.is_empty() { String::new() } else { format!(" selon {}", cases.join(" ; ")) };
    let fallback = c.fallback.as_ref().map_or_else(String::new, |t| format!(" à défaut {}", quoted(&t.value)));
    format!("colonne {} = {}{}{mapping}{fallback}", c.name.value, quoted(&c.header.value), in_unit(c.unit.as_ref()))
}

fn aside(a: &SetAside) -> String {
    let reasons = if a.reasons.is_empty() { String::new() } else { format!(" parmi ({})", members(&a.reasons)) };
    format!("sauf colonne {}{reasons}", quoted(&a.header.value))
}

fn expectation(e: &Expect) -> String {
    let period = match e.period {
        Some(TestPeriod::Month(m)) => format!("en {} ", m.to_french()),
        Some(TestPeriod::Year(y)) => format!("sur {y:04} "),
        None => String::new(),
    };
    let value = match &e.value {
        Expected::Value(x) => print_expression(x),
        Expected::Column { negative, header, unit } => {
            let sign = if *negative { "-" } else { "" };
            format!("{sign}colonne {}{}", quoted(&header.value), in_unit(unit.as_ref()))
        }
    };
    let tolerance = e.tolerance.as_ref().map_or_else(String::new, |t| format!(" à {} près", print_expression(t)));
    let apart = e.aside.as_ref().map_or_else(String::new, |a| format!(" {}", aside(a)));
    format!("{period}attendre {} = {value}{tolerance}{apart}", e.name.value)
}
