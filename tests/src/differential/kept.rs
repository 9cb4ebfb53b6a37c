//! Programs that once parted two engines, kept with their people as a text that a person reads: the script, then below the line
//! `-- personnes :` one line for each month of each agent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use cadrage_engine::{AgentFrame, AgentMonth, Row};
use cadrage_ir::{ATTRIBUTES, COLUMNS, FormulaId, attribute, column};
use cadrage_value::{Exact, Money, Month};

use super::Drawn;
use crate::strategies::{LineRow, People};

const PEOPLE: &str = "-- personnes :";

/// The text of a kept case.
#[must_use]
pub fn write_kept(drawn: &Drawn) -> String {
    let mut out = format!("{}\n{PEOPLE}\n", drawn.script.trim_end());
    for frame in &drawn.people.frames {
        let _ = write!(out, "-- agent {}", frame.matricule);
        out.push_str(&paid_text(&frame.last_paid));
        let supplied = frame.supplied.iter().map(|(f, x)| format!(" fourni:{}={}", f.index(), fraction(x)));
        out.extend(supplied.chain(["\n".to_owned()]));
        if let Some(row) = &frame.end_row {
            let _ = writeln!(out, "-- fin {}", row_text(row));
        }
        for slot in &frame.months {
            let constate = if slot.constate { " constaté" } else { "" };
            let _ = writeln!(out, "-- mois {}{constate}{}", slot.month, paid_text(&slot.observed));
            for row in &slot.situations {
                let _ = writeln!(out, "-- situation {}", row_text(row));
            }
        }
    }
    for line in &drawn.people.lines {
        let before = line.before.as_ref().map_or_else(String::new, |x| format!(" avant={}", fraction(x)));
        let _ = writeln!(out, "-- ligne {}{before} {}", line.month, row_text(&line.row));
    }
    out
}

fn paid_text(amounts: &BTreeMap<String, Money>) -> String {
    amounts.iter().map(|(rubrique, paid)| format!(" payé:{rubrique}={}", paid.cents())).collect()
}

fn fraction(x: &Exact) -> String {
    x.parts().map_or_else(|| x.to_string(), |(n, d)| if d == 1 { n.to_string() } else { format!("{n}/{d}") })
}

fn row_text(row: &Row) -> String {
    let numbers = COLUMNS.iter().zip(&row.numbers).filter_map(|(c, x)| Some(format!("{}={}", c.name, fraction(x.as_ref()?))));
    let codes = ATTRIBUTES.iter().zip(&row.codes).filter(|(_, c)| !c.is_empty()).map(|(a, c)| format!("{}:{c}", a.name));
    codes.chain(numbers).collect::<Vec<_>>().join(" ")
}

fn exact(text: &str) -> Option<Exact> {
    let (n, d) = text.split_once('/').unwrap_or((text, "1"));
    Exact::ratio(n.parse().ok()?, d.parse().ok()?)
}

fn row(words: &[&str]) -> Option<Row> {
    let mut row = Row { numbers: vec![None; COLUMNS.len()], codes: vec![Arc::from(""); ATTRIBUTES.len()] };
    for word in words {
        if let Some((name, value)) = word.split_once('=') {
            *row.numbers.get_mut(column(name)?.index())? = Some(exact(value)?);
        } else {
            let (name, code) = word.split_once(':')?;
            *row.codes.get_mut(attribute(name)?.index())? = Arc::from(code);
        }
    }
    Some(row)
}

fn paid(words: &[&str]) -> Option<BTreeMap<String, Money>> {
    let paid = words.iter().filter_map(|w| w.strip_prefix("payé:"));
    paid.map(|w| w.split_once('=').and_then(|(r, c)| Some((r.to_owned(), Money::from_cents(c.parse().ok()?))))).collect()
}

/// A kept case from its text; `None` when it is not one.
#[must_use]
pub fn read_kept(text: &str) -> Option<Drawn> {
    let (script, rest) = text.split_once(PEOPLE)?;
    let mut people = People::default();
    for line in rest.lines().filter_map(|l| l.strip_prefix("-- ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (kind, words) = words.split_first()?;
        match *kind {
            "agent" => {
                let (matricule, words) = words.split_first()?;
                let supplied = words.iter().filter_map(|w| w.strip_prefix("fourni:")).map(|w| {
                    let (f, x) = w.split_once('=')?;
                    Some((FormulaId::at(f.parse().ok()?), exact(x)?))
                });
                people.frames.push(AgentFrame {
                    matricule: Arc::from(*matricule),
                    months: Vec::new(),
                    last_paid: paid(words)?,
                    end_row: None,
                    supplied: supplied.collect::<Option<_>>()?,
                });
            }
            "fin" => people.frames.last_mut()?.end_row = Some(row(words)?),
            "mois" => {
                let (month, words) = words.split_first()?;
                let slot = AgentMonth {
                    month: month.parse().ok()?,
                    constate: words.contains(&"constaté"),
                    situations: Vec::new(),
                    observed: paid(words)?,
                };
                people.frames.last_mut()?.months.push(slot);
            }
            "situation" => people.frames.last_mut()?.months.last_mut()?.situations.push(row(words)?),
            "ligne" => {
                let (month, words) = words.split_first()?;
                let month: Month = month.parse().ok()?;
                let before = words.first().and_then(|w| w.strip_prefix("avant="));
                let codes = words.get(usize::from(before.is_some())..)?;
                let before = match before {
                    Some(x) => Some(exact(x)?),
                    None => None,
                };
                people.lines.push(LineRow { month, row: row(codes)?, before });
            }
            _ => return None,
        }
    }
    Some(Drawn { script: format!("{}\n", script.trim_end()), people })
}
