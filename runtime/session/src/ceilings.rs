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
    let mut out = Vec::new();
    for envelope in envelopes {
        for exercice in projection.last.year()..=projection.until.year() {
            let first = Month::new(exercice, 1).unwrap_or(projection.last.january());
            let months: Vec<Month> = first.through(projection.until).filter(|m| m.year() == exercice).collect();
            let ceilings = envelope.years.iter().find(|y| y.year == exercice);
            let mut parts: Vec<CeilingRow> = Vec::new();
            for cell in &envelope.cells {
                let mut members: Vec<Member> = projection.levels.members(cell.attribute).map(|(m, _)| m.clone()).collect();
                members.sort();
                members.dedup();
                for member in members {
                    let mut values = Vec::with_capacity(months.len());
                    for month in &months {
                        let value = kernel.period(cell.formula, &[*month], &member, &projection.parameters, &mut projection.levels)?;
                        values.push((*month, if let Value::Known(x) = value { x } else { Exact::ZERO }));
                    }
                    let whole = cell.attribute.is_none();
                    let name = if whole { String::new() } else { member.to_string() };
                    let text = if whole { String::new() } else { label(references, &cell.word, &member) };
                    let part = Part { level: cell.word.clone(), member: name, label: text, values };
                    let ceiling = ceilings.and_then(|y| part.ceiling(y, whole));
                    let row = row(envelope, exercice, part, ceiling, projection.last);
                    if whole {
                        out.push(row);
                    } else {
                        parts.push(row);
                    }
                }
            }
            out.extend(ceilings.map_or_else(Vec::new, |y| divided(envelope, y, parts, projection.last)));
        }
    }
    Ok(out)
}

/// What is compared: the values of a member.
struct Part {
    level: String,
    member: String,
    label: String,
    values: Vec<(Month, Exact)>,
}

impl Part {
    fn ceiling(&self, year: &EnvelopeYear, whole: bool) -> Option<Exact> {
        if whole {
            return Some(year.total.clone());
        }
        year.shares.iter().find(|s| s.member == self.member).map(|s| s.amount.clone())
    }
}

/// The parts in the order declared, members without lines included, then what no part takes with those who have none.
fn divided(envelope: &Envelope, year: &EnvelopeYear, mut parts: Vec<CeilingRow>, last: Month) -> Vec<CeilingRow> {
    let Some(level) = &envelope.level else { return Vec::new() };
    let months: Vec<Month> = (1..=12).filter_map(|m| Month::new(year.year, m)).collect();
    let mut out = Vec::new();
    for share in &year.shares {
        let found = parts.iter().position(|p| p.member == share.member);
        out.push(match found {
            Some(k) => parts.remove(k),
            None => {
                let values = months.iter().map(|m| (*m, Exact::ZERO)).collect();
                let part = Part { level: level.name.clone(), member: share.member.clone(), label: share.member.clone(), values };
                row(envelope, year.year, part, Some(share.amount.clone()), last)
            }
        });
    }
    let others: Vec<CeilingRow> = parts.into_iter().filter(|p| p.ceiling.is_none() && p.months.iter().any(|(_, x)| !x.is_zero())).collect();
    if !others.is_empty() || !year.unallocated.is_zero() {
        let mut values: Vec<(Month, Exact)> = Vec::new();
        for (month, x) in others.iter().flat_map(own_values) {
            match values.iter_mut().find(|(m, _)| *m == month) {
                Some((_, sum)) => *sum = &*sum + &x,
                None => values.push((month, x)),
            }
        }
        if values.is_empty() {
            values = months.iter().map(|m| (*m, Exact::ZERO)).collect();
        }
        let part = Part { level: level.name.clone(), member: "?".to_owned(), label: "non réparti".to_owned(), values };
        out.push(row(envelope, year.year, part, Some(year.unallocated.clone()), last));
    }
    out
}

/// The measure of each month, from what is compared.
fn own_values(row: &CeilingRow) -> Vec<(Month, Exact)> {
    let factor = Exact::from_int(if is_twelfths(&row.unit) { 12 } else { 1 });
    let mut before = Exact::ZERO;
    let mut out = Vec::new();
    for (k, (month, x)) in row.months.iter().enumerate() {
        let value = match row.control {
            Control::Monthly => x.checked_div(&factor).unwrap_or(Exact::ZERO),
            Control::Cumulative => x - &before,
            Control::Mean if is_twelfths(&row.unit) => x - &before,
            Control::Mean => {
                let sum = x * &Exact::from_int(i64::try_from(k).unwrap_or(0) + 1);
                let own = &sum - &before;
                before = sum;
                out.push((*month, own));
                continue;
            }
        };
        before = x.clone();
        out.push((*month, value));
    }
    out
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

fn row(envelope: &Envelope, year: i32, part: Part, ceiling: Option<Exact>, last: Month) -> CeilingRow {
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
        let hundred = Exact::ONE;
        let steps = [
            (envelope.information.as_ref(), CeilingState::Information),
            (envelope.alert.as_ref(), CeilingState::Alert),
            (envelope.block.is_none().then_some(&hundred), CeilingState::Exceeded),
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
        level: part.level,
        member: part.member,
        member_label: part.label,
        year,
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
