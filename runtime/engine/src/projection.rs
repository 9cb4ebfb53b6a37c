//! The projection of an agent: amounts and jobs of each projected month, and the back pay he is owed.

use cadrage_ir::{Fault, FaultKind, Feed, FormulaId, Grain, Job, Program};
use cadrage_value::{Exact, Money, Month, Rounding};

use crate::back_pay::Run;
use crate::{AgentFrame, BackPay, Carried, Environment, Kernel, Line, Mode, Origin, Rappel, Value};

/// What an agent costs and counts over the projected months.
#[derive(Clone, Debug, Default)]
pub struct AgentProjection {
    /// Amounts of fed formulas; zeros left out.
    pub amounts: Vec<(Month, FormulaId, Money)>,
    /// Jobs; zeros left out.
    pub jobs: Vec<(Month, Job, Exact)>,
    /// Expected back pay.
    pub rappels: Vec<Rappel>,
    /// Every month of the frame × `par agent` formula that feeds nothing, for measures such as `etp`.
    pub measures: Vec<(Month, FormulaId, Exact)>,
    /// Fed formulas that could not be computed for lack of data, by month.
    pub missing: Vec<(Month, FormulaId)>,
}

/// Projects one agent over the months of his frame that are not constaté.
///
/// # Errors
/// The first fault met.
pub fn project(
    kernel: &dyn Kernel,
    program: &Program,
    environment: Environment<'_>,
    frame: &AgentFrame,
    formulas: &[FormulaId],
    back_pay: Option<&BackPay>,
) -> Result<AgentProjection, Fault> {
    let mut out = AgentProjection::default();
    let values = kernel.agent(frame, environment, formulas, 0..frame.months.len(), Mode::Paid)?;
    for (slot, row) in frame.months.iter().zip(&values) {
        for (id, value) in formulas.iter().zip(row) {
            let Some(formula) = program.formula(*id) else { continue };
            match (&formula.feeds, value) {
                (None, Value::Known(x)) => out.measures.push((slot.month, *id, x.clone())),
                (Some(_), _) if slot.constate => {}
                (Some(_), Value::Missing) => out.missing.push((slot.month, *id)),
                (Some(Feed::Job(job)), Value::Known(x)) if !x.is_zero() => out.jobs.push((slot.month, *job, x.clone())),
                (Some(Feed::Rubriques(..)), Value::Known(x)) if !x.is_zero() => {
                    out.amounts.push((slot.month, *id, cents(x, formula.name.as_str(), slot.month, frame, program, *id)?));
                }
                _ => {}
            }
        }
    }
    out.rappels =
        back_pay.map_or_else(|| Ok(Vec::new()), |b| b.of(Run { kernel, program, levels: environment.levels, frame }, formulas))?;
    Ok(out)
}

/// An amount to the cent.
pub(crate) fn cents(x: &Exact, name: &str, month: Month, frame: &AgentFrame, program: &Program, id: FormulaId) -> Result<Money, Fault> {
    Rounding::HalfUp.to_money(x).ok_or_else(|| Fault {
        kind: FaultKind::TooLarge,
        formula: name.to_owned(),
        month,
        matricule: Some(frame.matricule.to_string()),
        span: program.formula(id).map_or_else(|| cadrage_source::Span::new(cadrage_source::FileId(0), 0, 0), |f| f.span),
    })
}

/// The lines of a month that a `par ligne` formula carries from those of the same month of the exercice before.
///
/// # Errors
/// The first fault met.
pub fn carry(
    kernel: &dyn Kernel,
    program: &Program,
    environment: Environment<'_>,
    carried: &Carried,
    before: &[&Line],
    month: Month,
) -> Result<Vec<Line>, Fault> {
    let Some(formula) = program.formula(carried.formula) else { return Ok(Vec::new()) };
    debug_assert!(formula.grain == Grain::Line);
    let mut out = Vec::new();
    for line in before {
        let row = line.row();
        let source = match &carried.feeds {
            Feed::Rubriques(list, _) if list.iter().any(|r| r == line.code("rubrique")) => line.amount.to_exact(),
            Feed::Rubriques(..) => continue,
            Feed::Job(Job::Etpt) => line.etpt.clone(),
            Feed::Job(Job::Etpf) => line.etpf.clone(),
        };
        let Value::Known(x) = kernel.line(carried.formula, &row, month, Some(&source), environment)? else { continue };
        if x.is_zero() {
            continue;
        }
        let mut copy = Line {
            month,
            right: month,
            codes: line.codes.clone(),
            amount: Money::ZERO,
            etpt: Exact::ZERO,
            etpf: Exact::ZERO,
            origin: Origin::Carried(carried.formula),
        };
        match &carried.feeds {
            Feed::Rubriques(..) => {
                copy.amount = Rounding::HalfUp.to_money(&x).ok_or_else(|| Fault {
                    kind: FaultKind::TooLarge,
                    formula: formula.name.clone(),
                    month,
                    matricule: Some(line.code("matricule").to_owned()),
                    span: formula.span,
                })?;
            }
            Feed::Job(Job::Etpt) => copy.etpt = x,
            Feed::Job(Job::Etpf) => copy.etpf = x,
        }
        out.push(copy);
    }
    Ok(out)
}
