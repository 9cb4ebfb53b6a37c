//! Selections: criteria that some row answers, and exceptions that nest so that none is ambiguous.

use super::Choices;
use super::world::{ELEMENTS, GRADES, STATUTS, STRUCTURES};

/// What a selection may ask: the attributes that rows of the grain at hand have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Situations and agents.
    Rows,
    /// Imputed lines.
    Lines,
    /// The members of a level, by its name.
    Level(&'static str),
}

/// Codes of an attribute.
fn codes(attribute: &str) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = match attribute {
        "grade" => GRADES.iter().map(|(g, _)| *g).collect(),
        "corps" => GRADES.iter().map(|(_, c)| *c).collect(),
        "structure" => STRUCTURES.iter().map(|(s, ..)| *s).collect(),
        "composante" => STRUCTURES.iter().map(|(_, c, _)| *c).collect(),
        "zone" => STRUCTURES.iter().map(|(.., z)| *z).collect(),
        "statut" => STATUTS.to_vec(),
        "rémunération" => vec!["INDICIAIRE", "FORFAIT"],
        "rubrique" => ELEMENTS.iter().map(|(r, ..)| *r).collect(),
        "famille" => ELEMENTS.iter().map(|(_, f, _)| *f).collect(),
        _ => Vec::new(),
    };
    out.dedup();
    out
}

fn attributes(asked: Asked) -> &'static [&'static str] {
    match asked {
        Asked::Rows => &["corps", "composante", "statut", "grade", "structure", "zone", "rémunération"],
        Asked::Lines => &["rubrique", "composante", "famille", "corps", "statut"],
        Asked::Level("composante") => &["composante"],
        Asked::Level("corps") => &["corps"],
        Asked::Level("grade") => &["grade", "corps"],
        Asked::Level("structure") => &["structure", "composante"],
        Asked::Level("statut") => &["statut"],
        Asked::Level(_) => &[],
    }
}

/// A criterion of one attribute.
fn one(choices: &mut Choices, attribute: &str) -> String {
    let list = codes(attribute);
    let code = |c: &mut Choices| c.pick(&list).copied().unwrap_or("PR");
    match choices.below(4) {
        0 | 1 => format!("{attribute} {}", code(choices)),
        2 => format!("hors {attribute} {}", code(choices)),
        _ => {
            let (a, b) = (code(choices), code(choices));
            if a == b { format!("{attribute} {a}") } else { format!("{attribute} ({a} ; {b})") }
        }
    }
}

const RANGES: &[&str] = &[
    "quotité >= 50 %",
    "inm < 500 points",
    "âge >= 60 ans",
    "ancienneté entre 1 an et 10 ans",
    "enfants > 1",
    "date_entrée >= 01/09/2021",
    "hors âge entre 30 ans et 50 ans",
    "présence < 1 mois",
    "quotité entre 50 % et 80 %",
];

/// A selection, and the columns it reads; `None` where rows have nothing to ask of.
pub fn selection(choices: &mut Choices, asked: Asked) -> Option<(String, Vec<&'static str>)> {
    let known = attributes(asked);
    let first = *choices.pick(known)?;
    let mut out = one(choices, first);
    let mut columns = Vec::new();
    if asked == Asked::Rows && choices.chance(25) {
        let range = choices.pick(RANGES).copied().unwrap_or("enfants > 1");
        let column = range.trim_start_matches("hors ").split(' ').next().unwrap_or_default();
        columns.push(column);
        out = if choices.chance(50) { range.to_owned() } else { format!("{out} et {range}") };
    } else if choices.chance(20) {
        let second = *choices.pick(known)?;
        if !["corps", "grade"].contains(&second) && !["composante", "structure", "zone"].contains(&second) && second != first {
            out = format!("{out} et {}", one(choices, second));
        }
    }
    Some((out, columns))
}

/// Boxes of exceptions: apart, or one inside another. With them, the attributes they ask for.
pub fn exceptions(choices: &mut Choices, asked: Asked) -> Vec<(String, Vec<&'static str>)> {
    let Some(axis) = choices.pick(attributes(asked)).copied() else { return Vec::new() };
    let list = codes(axis);
    let mut out = Vec::new();
    for code in list.iter().take(3) {
        if !choices.chance(40) {
            continue;
        }
        let own = (format!("{axis} {code}"), vec![axis]);
        let inner = match axis {
            // The only corps of several grades: inside another, a box is smaller.
            "corps" if *code == "PR" && !matches!(asked, Asked::Level(_)) && choices.chance(30) => {
                Some(("grade PR_1C".to_owned(), vec!["grade"]))
            }
            "grade" | "corps" | "rubrique" if !matches!(asked, Asked::Level(_)) && choices.chance(30) => {
                Some((format!("{axis} {code} et composante DROIT"), vec![axis, "composante"]))
            }
            _ => None,
        };
        out.push(own);
        out.extend(inner);
    }
    out
}
