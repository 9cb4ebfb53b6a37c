//! Envelopes against what a scenario gives: consumption, landing, first month beyond, margin, what would restore it (domain.md §B.8).
//!
//! The value compared follows the control (interfaces.md §10): the month's, the mean of the exercice, or the sum since January. An ETPT
//! is a twelfth a month: its mean over a year is the sum of its months, and a month of it is compared times twelve.

use cadrage_cube::References;
use cadrage_driver::{Control, Envelope, EnvelopeYear};
use cadrage_engine::{Backend, Member, Value};
use cadrage_ir::{Dimension, Fault, FormulaId, Program, Unit};
use cadrage_value::{Exact, Month};

use crate::labels::label;
use crate::run::Projection;

/// How far an envelope is consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CeilingState {
    /// No ceiling for this exercice: nothing to compare with.
    NoCeiling,
    /// Under every threshold.
    Held,
    /// `information à`
    Information,
    /// `alerte à`
    Alert,
    /// Beyond the ceiling, and no threshold says what that means.
    Exceeded,
    /// `blocage à`
    Block,
}

/// What is said where a dossier has no envelope, line by line: one to copy.
pub const NO_ENVELOPE: [&str; 7] = [
    "aucune enveloppe dans ce dossier : écrivez-en une dans un script, par exemple",
    "  enveloppe plafond_état sur etpt \"Emplois de l'État\" :",
    "    pour plafond ÉTAT",
    "    exercice 2026 : 134 ETPT",
    "    contrôle en moyenne",
    "    alerte à 98 %",
    "  fin",
];

/// An envelope, or a part of one, over an exercice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeilingRow {
    /// Name of the envelope.
    pub envelope: String,
    /// Its label.
    pub label: String,
    /// `établissement`, or the level of the part.
    pub level: String,
    /// Code of the member; empty for the whole, `?` for what no part takes.
    pub member: String,
    /// Its label.
    pub member_label: String,
    /// The exercice.
    pub year: i32,
    /// Its unit.
    pub unit: Unit,
    /// How it is compared.
    pub control: Control,
    /// The ceiling, in the unit.
    pub ceiling: Option<Exact>,
    /// The value compared, month by month: of the month, or since January.
    pub months: Vec<(Month, Exact)>,
    /// The value at the last constaté month of the exercice; `None` when it has none.
    pub consumed: Option<Exact>,
    /// The greatest value of the exercice (monthly), or its last one (mean, cumulative).
    pub landing: Exact,
    /// How far.
    pub state: CeilingState,
    /// The first month beyond the threshold that gives the state, or beyond the ceiling.
    pub first_month: Option<Month>,
    /// Ceiling less landing: negative when it is exceeded.
    pub margin: Option<Exact>,
    /// What brings it back under the ceiling from the first month still to come.
    pub remedy: Option<Remedy>,
}

/// The smallest change that restores an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// That much less each month, from this month to that one.
    EachMonth(Exact, Month, Month),
    /// The months constatés alone are beyond: nothing to come restores it.
    TooLate,
}

impl CeilingRow {
    /// Landing over ceiling; `None` without a ceiling, or when it is zero.
    #[must_use]
    pub fn rate(&self) -> Option<Exact> {
        self.landing.checked_div(self.ceiling.as_ref()?)
    }
}

/// The formulas that envelopes read: what a run gathers beside what the scenario needs.
pub(crate) fn asked(envelopes: &[Envelope]) -> Vec<FormulaId> {
    envelopes.iter().flat_map(|e| e.cells.iter().map(|c| c.formula)).collect()
}

/// All envelopes over a projection: exercices that have projected months, the whole before its parts, in the order declared.
///
/// # Errors
/// The first fault met.
pub(crate) fn compute(
    envelopes: &[Envelope],
    program: &Program,
    projection: &mut Projection,
    references: &References,
    backend: &dyn Backend,
) -> Result<Vec<CeilingRow>, Fault> {
    let kernel = backend.prepare(program);
    let last = projection.last;
    let mut out = Vec::new();
    for envelope in envelopes {
        for exercice in last.year()..=projection.until.year() {
            let months: Vec<Month> = last.january().through(projection.until).filter(|m| m.year() == exercice).collect();
            let year = envelope.years.iter().find(|y| y.year == exercice);
            for cell in &envelope.cells {
                let mut members: Vec<Member> = projection.levels.members(cell.attribute).map(|(m, _)| m.clone()).collect();
                members.sort();
                members.dedup();
                let mut parts = Vec::with_capacity(members.len());
                for member in members {
                    let mut values = Vec::with_capacity(months.len());
                    for month in &months {
                        let value = kernel.period(cell.formula, &[*month], &member, &projection.parameters, &mut projection.levels)?;
                        values.push((*month, if let Value::Known(x) = value { x } else { Exact::ZERO }));
                    }
                    parts.push(Part { member: member.to_string(), values });
                }
                let level = Level { envelope, word: &cell.word, exercice, last, references };
                match year {
                    _ if cell.attribute.is_none() => {
                        out.extend(parts.into_iter().map(|part| level.row(part, year.map(|y| y.total.clone()))));
                    }
                    Some(year) => out.extend(level.divided(year, parts, &months)),
                    None => {}
                }
            }
        }
    }
    Ok(out)
}

/// What is compared: the measure of a member, month by month.
struct Part {
    member: String,
    values: Vec<(Month, Exact)>,
}

/// An envelope at a level, over an exercice.
struct Level<'e> {
    envelope: &'e Envelope,
    word: &'e str,
    exercice: i32,
    last: Month,
    references: &'e References,
}

impl Level<'_> {
    /// The parts in the order declared, members without lines included, then what no part takes with those who have none.
    fn divided(&self, year: &EnvelopeYear, mut parts: Vec<Part>, months: &[Month]) -> Vec<CeilingRow> {
        let mut out = Vec::new();
        for share in &year.shares {
            let found = parts.iter().position(|p| p.member == share.member).map(|k| parts.remove(k));
            let nothing = || Part { member: share.member.clone(), values: months.iter().map(|m| (*m, Exact::ZERO)).collect() };
            out.push(self.row(found.unwrap_or_else(nothing), Some(share.amount.clone())));
        }
        let of_others =
            |month: &Month| -> Exact { parts.iter().flat_map(|p| &p.values).filter(|(m, _)| m == month).map(|(_, x)| x.clone()).sum() };
        let values: Vec<(Month, Exact)> = months.iter().map(|m| (*m, of_others(m))).collect();
        if !year.unallocated.is_zero() || values.iter().any(|(_, x)| !x.is_zero()) {
            out.push(self.row(Part { member: "?".to_owned(), values }, Some(year.unallocated.clone())));
        }
        out
    }

    fn row(&self, part: Part, ceiling: Option<Exact>) -> CeilingRow {
        let member_label = match part.member.as_str() {
            "" => String::new(),
            "?" => "non réparti".to_owned(),
            member => label(self.references, self.word, member),
        };
        row(self, part, member_label, ceiling)
    }
}

/// Is a month of it a twelfth of the year's?
fn is_twelfths(unit: &Unit) -> bool {
    unit.exponent(Dimension::Etpt) == 1
}

/// What is compared at the end of each month.
fn compared(control: Control, unit: &Unit, values: &[(Month, Exact)]) -> Vec<(Month, Exact)> {
    let twelve = Exact::from_int(12);
    let mut sum = Exact::ZERO;
    let mut out = Vec::with_capacity(values.len());
    for (k, (month, x)) in values.iter().enumerate() {
        sum = &sum + x;
        let value = match control {
            Control::Monthly if is_twelfths(unit) => x * &twelve,
            Control::Monthly => x.clone(),
            Control::Cumulative => sum.clone(),
            Control::Mean if is_twelfths(unit) => sum.clone(),
            Control::Mean => sum.checked_div(&Exact::from_int(i64::try_from(k).unwrap_or(0) + 1)).unwrap_or(Exact::ZERO),
        };
        out.push((*month, value));
    }
    out
}

fn row(level: &Level<'_>, part: Part, member_label: String, ceiling: Option<Exact>) -> CeilingRow {
    let Level { envelope, word, exercice, last, .. } = *level;
    let (control, unit) = (envelope.control, &envelope.unit);
    let months = compared(control, unit, &part.values);
    let consumed = months.iter().rfind(|(m, _)| *m <= last).map(|(_, x)| x.clone());
    let landing = match control {
        Control::Monthly => months.iter().map(|(_, x)| x.clone()).max(),
        Control::Mean | Control::Cumulative => months.last().map(|(_, x)| x.clone()),
    };
    let landing = landing.unwrap_or(Exact::ZERO);
    let beyond = |limit: &Exact| months.iter().find(|(_, x)| x > limit).map(|(m, _)| *m);
    let (mut state, mut first_month) = (CeilingState::NoCeiling, None);
    if let Some(ceiling) = &ceiling {
        state = CeilingState::Held;
        let steps = [
            (envelope.information.as_ref(), CeilingState::Information),
            (envelope.alert.as_ref(), CeilingState::Alert),
            (envelope.block.is_none().then_some(&Exact::ONE), CeilingState::Exceeded),
            (envelope.block.as_ref(), CeilingState::Block),
        ];
        for (threshold, reached) in steps {
            // A mean is judged at the end of the exercice: a month above it may be made up for.
            let Some(limit) = threshold.map(|t| ceiling * t) else { continue };
            let found = if control == Control::Mean && landing <= limit { None } else { beyond(&limit) };
            if let Some(month) = found {
                (state, first_month) = (reached, Some(month));
            }
        }
    }
    let margin = ceiling.as_ref().map(|c| c - &landing);
    let remedy = ceiling.as_ref().and_then(|c| remedy(control, unit, c, &months, last));
    CeilingRow {
        envelope: envelope.name.clone(),
        label: envelope.label.clone(),
        level: word.to_owned(),
        member: part.member,
        member_label,
        year: exercice,
        unit: unit.clone(),
        control,
        ceiling,
        months,
        consumed,
        landing,
        state,
        first_month,
        margin,
        remedy,
    }
}

/// What to take off each month from the first one to come: of credits, their sum spread; of jobs, full-time ones.
fn remedy(control: Control, unit: &Unit, ceiling: &Exact, months: &[(Month, Exact)], last: Month) -> Option<Remedy> {
    let excess = |x: &Exact| x - ceiling;
    let coming: Vec<&(Month, Exact)> = months.iter().filter(|(m, _)| *m > last).collect();
    let (end, count) = (months.last()?, i64::try_from(coming.len()).ok()?);
    let over = match control {
        Control::Monthly => coming.iter().map(|(_, x)| excess(x)).max().unwrap_or(Exact::ZERO),
        Control::Mean | Control::Cumulative => excess(&end.1),
    };
    let past = control == Control::Monthly && months.iter().any(|(m, x)| *m <= last && x > ceiling);
    if over <= Exact::ZERO {
        return past.then_some(Remedy::TooLate);
    }
    let beyond: Vec<Month> = coming.iter().filter(|(_, x)| control != Control::Monthly || x > ceiling).map(|(m, _)| *m).collect();
    let (Some(from), Some(to)) = (beyond.first(), beyond.last()) else { return Some(Remedy::TooLate) };
    let spent = months.iter().rfind(|(m, _)| m <= &last).map(|(_, x)| x.clone()).unwrap_or(Exact::ZERO);
    if control == Control::Cumulative && spent > *ceiling {
        return Some(Remedy::TooLate);
    }
    let each = match control {
        Control::Monthly => over,
        Control::Cumulative => over.checked_div(&Exact::from_int(count))?,
        // A job held for part of the year counts for that part of the mean.
        Control::Mean if is_twelfths(unit) => (&over * &Exact::from_int(12)).checked_div(&Exact::from_int(count))?,
        Control::Mean => (&over * &Exact::from_int(i64::try_from(months.len()).ok()?)).checked_div(&Exact::from_int(count))?,
    };
    Some(Remedy::EachMonth(each, *from, *to))
}
