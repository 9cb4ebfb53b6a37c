//! Populations: agents over the same months, ordinary, odd or huge, and imputed lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_engine::{AgentFrame, AgentMonth, Row};
use cadrage_ir::{ATTRIBUTES, COLUMNS, FormulaId, attribute, column};
use cadrage_value::{Exact, Money, Month};

use super::Choices;
use super::world::{ELEMENTS, GRADES, STATUTS, STRUCTURES};

/// How many agents at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Nobody to a dozen.
    Few,
    /// Some hundreds.
    Many,
}

/// An imputed line, and the amount the same line had one exercice earlier.
#[derive(Clone, Debug)]
pub struct LineRow {
    /// Its month.
    pub month: Month,
    /// Codes and amounts.
    pub row: Row,
    /// One exercice earlier.
    pub before: Option<Exact>,
}

/// Whom a program is run on.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Agents, in order of matricule, over the same months.
    pub frames: Vec<AgentFrame>,
    /// Lines.
    pub lines: Vec<LineRow>,
}

fn ratio(numerator: i64, denominator: i64) -> Exact {
    Exact::ratio(numerator, denominator).unwrap_or(Exact::ZERO)
}

/// Draws whom a program is run on.
pub fn people(choices: &mut Choices, size: Size) -> People {
    let first = Month::new(2025, 10).unwrap_or(Month::MIN).plus(-i32::try_from(choices.below(10)).unwrap_or(0));
    let count = match choices.weighted(&[(4, 0), (4, 1), (1, 2)]).unwrap_or(0) {
        0 => 1 + choices.below(4),
        1 => 6 + choices.below(10),
        _ => 16 + choices.below(15),
    };
    let constate = if choices.chance(50) { choices.below(count + 1) } else { 0 };
    let (most, more) = if size == Size::Many { (400, 99) } else { (12, 70) };
    // Half the cohorts hardly move from month to month, as real ones do.
    let calm = choices.chance(50);
    let frames = choices.several(0, most, more, |c, k| frame(c, k, first, count, constate, calm));
    let lines = choices.several(0, 6, 60, |c, _| line(c, first, count));
    People { frames, lines }
}

/// An agent over four months, the last three projected.
pub fn one_agent(choices: &mut Choices, k: usize) -> AgentFrame {
    let mut frame = frame(choices, k, Month::new(2025, 12).unwrap_or(Month::MIN), 4, 1, false);
    frame.supplied.clear();
    frame
}

fn frame(choices: &mut Choices, k: usize, first: Month, count: u32, constate: u32, calm: bool) -> AgentFrame {
    let mut row = situation(choices);
    let as_before = if calm { 120 } else { 14 };
    let mut months: Vec<AgentMonth> = Vec::new();
    for m in 0..count {
        let month = first.plus(i32::try_from(m).unwrap_or(0));
        let paid = m < constate;
        let situations = match choices.weighted(&[(as_before, 0), (2, 1), (1, 2), (2, 3), (1, 4)]).unwrap_or(0) {
            // As the month before.
            0 => vec![row.clone()],
            // Away.
            1 => Vec::new(),
            2 => {
                row = situation(choices);
                vec![row.clone()]
            }
            n => (1..n)
                .map(|_| {
                    row = changed(choices, &row);
                    row.clone()
                })
                .collect(),
        };
        let observed = if paid { paid_amounts(choices) } else { BTreeMap::new() };
        months.push(AgentMonth { month, constate: paid, situations, observed });
    }
    let last_paid = if choices.chance(60) { paid_amounts(choices) } else { BTreeMap::new() };
    let end_row = if choices.chance(50) { Some(row) } else { None };
    let matricule = format!("A{:03}", k + 1);
    // As a test supplies what a formula is worth.
    let mut supplied = BTreeMap::new();
    if choices.chance(3) {
        supplied.insert(FormulaId::at(choices.below(6) as usize), ratio(cents(choices), 100));
    }
    let mut frame = AgentFrame { matricule: Arc::from(matricule.as_str()), months, last_paid, end_row, supplied };
    if let Some(a) = attribute("matricule") {
        let rows = frame.months.iter_mut().flat_map(|m| &mut m.situations).chain(&mut frame.end_row);
        rows.for_each(|row| put_code(row, a.index(), &matricule));
    }
    frame
}

fn put_code(row: &mut Row, at: usize, code: &str) {
    if let Some(slot) = row.codes.get_mut(at) {
        *slot = Arc::from(code);
    }
}

fn code(choices: &mut Choices, row: &mut Row, name: &str, list: &[&str]) {
    // An absent code is the empty one.
    let code = if choices.chance(3) { "" } else { choices.pick(list).copied().unwrap_or("") };
    if let Some(a) = attribute(name) {
        put_code(row, a.index(), code);
    }
}

fn number(row: &mut Row, name: &str, value: Option<Exact>) {
    if let Some(slot) = column(name).and_then(|c| row.numbers.get_mut(c.index())) {
        *slot = value;
    }
}

fn maybe(choices: &mut Choices, percent: u32, value: Exact) -> Option<Exact> {
    (!choices.chance(percent)).then_some(value)
}

fn blank() -> Row {
    Row { numbers: vec![None; COLUMNS.len()], codes: vec![Arc::from(""); ATTRIBUTES.len()] }
}

/// A whole number: usual, or near the bounds of machine words.
fn whole(choices: &mut Choices, usual: u32) -> Exact {
    match choices.weighted(&[(40, 0), (2, 1), (1, 2), (1, 3)]).unwrap_or(0) {
        0 => Exact::from_int(i64::from(choices.below(usual))),
        1 => Exact::from_int(choices.pick(&[2_147_483_647, 2_147_483_648, 4_294_967_296]).copied().unwrap_or(0)),
        2 => Exact::from_int(choices.pick(&[1_i64 << 51, (1 << 53) + 1, i64::MAX, i64::MIN + 1]).copied().unwrap_or(0)),
        _ => Exact::from_int(-i64::from(choices.below(usual))),
    }
}

fn cents(choices: &mut Choices) -> i64 {
    match choices.weighted(&[(20, 0), (4, 1), (3, 2), (1, 3), (1, 4)]).unwrap_or(0) {
        0 => i64::from(choices.below(400_000)),
        1 => -i64::from(choices.below(400_000)),
        2 => 100 * i64::from(choices.below(3_000)),
        3 => choices.pick(&[0, 1, -1, 2_147_483_647, -2_147_483_649]).copied().unwrap_or(0),
        _ => choices.pick(&[1_i64 << 51, (1 << 53) + 1, i64::MAX, i64::MIN + 1]).copied().unwrap_or(0),
    }
}

fn quotite(choices: &mut Choices) -> Exact {
    let usual = [(1, 1), (1, 2), (4, 5), (6, 7), (32, 35), (9, 10), (7, 10)];
    let odd = [(0, 1), (1, 100), (3, 1), (1, 3), (777, 1000), (-1, 2), (12_345, 99_991)];
    let (n, d) = if choices.chance(20) { choices.pick(&odd) } else { choices.pick(&usual) }.copied().unwrap_or((1, 1));
    ratio(n, d)
}

fn situation(choices: &mut Choices) -> Row {
    let mut row = blank();
    let (structure, composante, zone) = choices.pick(STRUCTURES).copied().unwrap_or(("DRO_PUB", "DROIT", "1"));
    let (grade, corps) = choices.pick(GRADES).copied().unwrap_or(("PR_1C", "PR"));
    for (name, value) in [("structure", structure), ("composante", composante), ("zone", zone), ("grade", grade), ("corps", corps)] {
        if let Some(a) = attribute(name) {
            put_code(&mut row, a.index(), value);
        }
    }
    code(choices, &mut row, "statut", STATUTS);
    code(choices, &mut row, "rémunération", &["INDICIAIRE", "FORFAIT"]);
    fill(choices, &mut row);
    row
}

fn fill(choices: &mut Choices, row: &mut Row) {
    let inm = whole(choices, 1_500);
    number(row, "inm", maybe(choices, 5, inm));
    let q = quotite(choices);
    let paid = if choices.chance(50) { quotite(choices) } else { q.clone() };
    number(row, "quotité", maybe(choices, 2, q));
    number(row, "quotité_rémunérée", maybe(choices, 2, paid));
    let present = if choices.chance(30) { ratio(i64::from(choices.below(31)), 30) } else { Exact::ONE };
    number(row, "présence", maybe(choices, 2, present));
    let children = Exact::from_int(i64::from(choices.below(5)));
    number(row, "enfants", maybe(choices, 3, children));
    let points = Exact::from_int(i64::from(choices.below(3) * 20));
    number(row, "nbi_points", maybe(choices, 5, points));
    let seniority = whole(choices, 480);
    number(row, "ancienneté", maybe(choices, 3, seniority));
    let age = Exact::from_int(i64::from(200 + choices.below(700)));
    number(row, "âge", maybe(choices, 3, age));
    let lump = ratio(cents(choices), choices.pick(&[100, 100, 100, 300, 10_000]).copied().unwrap_or(100));
    number(row, "montant_forfait", maybe(choices, 10, lump));
    for name in ["date_entrée", "date_entrée_échelon", "date_naissance", "fin_de_contrat"] {
        let day = Exact::from_int(choices.pick(&[18_871, 19_800, 0, 20_000, 19_007, -700]).copied().unwrap_or(0));
        number(row, name, maybe(choices, 25, day));
    }
}

/// The same person later in the month: some numbers and perhaps a code are others.
fn changed(choices: &mut Choices, before: &Row) -> Row {
    let mut row = before.clone();
    match choices.below(3) {
        0 => {
            let present = ratio(i64::from(1 + choices.below(29)), 30);
            number(&mut row, "présence", Some(present));
        }
        1 => fill(choices, &mut row),
        _ => row = situation(choices),
    }
    row
}

/// What the pay says was paid: rubriques that formulas feed, others, reversals.
fn paid_amounts(choices: &mut Choices) -> BTreeMap<String, Money> {
    let mut out = BTreeMap::new();
    for (rubrique, ..) in ELEMENTS {
        if choices.chance(40) {
            out.insert((*rubrique).to_owned(), Money::from_cents(cents(choices)));
        }
    }
    if choices.chance(10) {
        out.insert("999".to_owned(), Money::from_cents(cents(choices)));
    }
    out
}

fn line(choices: &mut Choices, first: Month, count: u32) -> LineRow {
    let mut row = situation(choices);
    row.numbers = vec![None; COLUMNS.len()];
    let (rubrique, famille, _) = choices.pick(ELEMENTS).copied().unwrap_or(("201", "REMUNERATION", ""));
    for (name, value) in [("rubrique", rubrique), ("famille", famille), ("plafond", "ETAT"), ("nature", "COURANT"), ("matricule", "A001")] {
        if let Some(a) = attribute(name) {
            put_code(&mut row, a.index(), value);
        }
    }
    let amount = ratio(cents(choices), 100);
    number(&mut row, "montant", maybe(choices, 3, amount));
    let jobs = ratio(i64::from(choices.below(1_000)), 12_000);
    number(&mut row, "etpt_imputé", Some(jobs.clone()));
    number(&mut row, "etpf_imputé", Some(jobs));
    let before = if choices.chance(60) { Some(ratio(cents(choices), 100)) } else { None };
    let month = first.plus(i32::try_from(choices.below(count)).unwrap_or(0));
    LineRow { month, row, before }
}
