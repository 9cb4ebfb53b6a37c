//! The projection of an agent: amounts and jobs of each projected month, and the back pay he is owed.

use std::sync::Arc;

use cadrage_ir::{Fault, FaultKind, Feed, FormulaId, Grain, Job, Program};
use cadrage_value::{Exact, Money, Month, Rounding};

use crate::{Answers, Arrears, BackPay, Carried, Crew, Environment, Jobs, Kernel, Line, Mode, Origin, Rappel, Value, codes_accepted};

/// What an agent costs and counts over the projected months.
#[derive(Clone, Debug, Default)]
pub struct AgentProjection {
    /// Amounts of fed formulas; zeros left out.
    pub amounts: Vec<(Month, FormulaId, Money)>,
    /// Jobs; zeros left out.
    pub jobs: Vec<(Month, Job, Exact)>,
    /// Expected back pay.
    pub rappels: Vec<Rappel>,
    /// Fed formulas that could not be computed for lack of data, by month.
    pub missing: Vec<(Month, FormulaId)>,
}

/// The pay of a cohort, computed at once and read agent by agent.
pub struct Pay<'a> {
    crew: Crew<'a>,
    program: &'a Program,
    answers: Answers<'a>,
    arrears: Option<Arrears<'a>>,
}

impl<'a> Pay<'a> {
    /// Computes `formulas` for everybody over all months, and the back pay.
    #[must_use]
    pub fn of(
        crew: Crew<'a>,
        program: &'a Program,
        environment: Environment<'a>,
        formulas: &[FormulaId],
        back_pay: Option<&'a BackPay>,
    ) -> Self {
        let answers = Answers::of(crew, environment, formulas, 0..crew.cohort.months().len(), Mode::Paid);
        // A fault stops the run at its agent: what is owed is then computed for those before him only, as it is read.
        let arrears = back_pay.map(|b| b.over(crew, program, environment.levels, formulas));
        Pay { crew, program, answers, arrears }
    }

    /// Projects one agent over the months that are not constaté.
    ///
    /// # Errors
    /// The first fault met.
    pub fn agent(&self, agent: usize) -> Result<AgentProjection, Fault> {
        let mut out = AgentProjection::default();
        let values = self.answers.agent(agent)?;
        for (k, (month, constate)) in self.crew.cohort.months().iter().enumerate() {
            if *constate {
                continue;
            }
            for (f, id) in self.answers.formulas().iter().enumerate() {
                let Some(feeds) = self.program.formula(*id).and_then(|f| f.feeds.as_ref()) else { continue };
                if matches!(feeds, Feed::Rubriques(..))
                    && let Some(amount) = values.cents(k, f)
                {
                    if amount != Money::ZERO {
                        out.amounts.push((*month, *id, amount));
                    }
                    continue;
                }
                match (feeds, values.value(k, f)) {
                    (_, Value::Missing) => out.missing.push((*month, *id)),
                    (Feed::Job(job), Value::Known(x)) if !x.is_zero() => out.jobs.push((*month, *job, x)),
                    (Feed::Rubriques(..), Value::Known(x)) if !x.is_zero() => {
                        let matricule = self.crew.cohort.matricule(agent).map_or("", |m| m);
                        out.amounts.push((*month, *id, cents(&x, self.program, *id, *month, matricule)?));
                    }
                    _ => {}
                }
            }
        }
        if let Some(arrears) = &self.arrears {
            out.rappels = arrears.of(agent)?;
        }
        Ok(out)
    }

    /// Every formula that feeds nothing, summed over agents month by month, for measures such as `etp`; months where nobody has a value
    /// are left out. Those that feed are nobody's measure.
    ///
    /// # Errors
    /// The first fault met.
    pub fn measures(&self) -> Result<Vec<(FormulaId, Month, Exact)>, Fault> {
        let mut out = Vec::new();
        for (f, id) in self.answers.formulas().iter().enumerate() {
            if self.program.formula(*id).is_none_or(|f| f.feeds.is_some()) {
                continue;
            }
            for (k, (month, _)) in self.crew.cohort.months().iter().enumerate() {
                out.extend(self.answers.sum(k, f)?.map(|x| (*id, *month, x)));
            }
        }
        Ok(out)
    }
}

/// An amount to the cent.
pub(crate) fn cents(x: &Exact, program: &Program, id: FormulaId, month: Month, matricule: &str) -> Result<Money, Fault> {
    Rounding::HalfUp.to_money(x).ok_or_else(|| {
        let formula = program.formula(id);
        Fault {
            kind: FaultKind::TooLarge,
            formula: formula.map_or_else(String::new, |f| f.name.clone()),
            month,
            matricule: Some(matricule.to_owned()),
            span: formula.map_or_else(|| cadrage_source::Span::new(cadrage_source::FileId(0), 0, 0), |f| f.span),
        }
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
    // Whom the sentence does not concern is nearly everybody: known from codes alone, before any row is made.
    let sentence = program.formula(environment.parameters.formula_in(carried.formula, month)).unwrap_or(formula);
    let mut out = Vec::new();
    for line in before {
        if !codes_accepted(&line.codes, &sentence.scope) {
            continue;
        }
        let source = match &carried.feeds {
            Feed::Rubriques(list, _) if list.iter().any(|r| r == line.code("rubrique")) => line.amount.to_exact(),
            Feed::Rubriques(..) => continue,
            Feed::Job(Job::Etpt) => line.etpt().clone(),
            Feed::Job(Job::Etpf) => line.etpf().clone(),
        };
        let Value::Known(x) = kernel.line(carried.formula, &line.row(), month, Some(&source), environment)? else { continue };
        if x.is_zero() {
            continue;
        }
        let mut copy = Line::paid(month, Arc::clone(&line.codes), Money::ZERO, Origin::Carried(carried.formula));
        match &carried.feeds {
            Feed::Rubriques(..) => copy.amount = cents(&x, program, carried.formula, month, line.code("matricule"))?,
            Feed::Job(Job::Etpt) => copy.jobs = Jobs::some(x, Exact::ZERO),
            Feed::Job(Job::Etpf) => copy.jobs = Jobs::some(Exact::ZERO, x),
        }
        out.push(copy);
    }
    Ok(out)
}
