//! Back pay: what the files say is owed for constaté months, and what a value paid late owes from its effect on (decision D14).

use std::ops::Range;

use cadrage_ir::{Fault, Feed, FormulaId, Program};
use cadrage_value::{Exact, Money, Month};

use crate::projection::cents;
use crate::{Answers, Crew, Environment, Levels, Mode, Parameters};

/// Which months of right are looked at for expected back pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RappelPlan {
    /// First month of right.
    pub first: Month,
    /// Last month of right: the last constaté month.
    pub last: Month,
}

/// Back pay of one month of right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rappel {
    /// Month of right.
    pub right: Month,
    /// Month it is paid in.
    pub paid: Month,
    /// Formula.
    pub formula: FormulaId,
    /// What is owed minus what was paid; never zero.
    pub amount: Money,
    /// It comes from a value `payé en`, rather than from what the files say was not paid.
    pub late: bool,
}

/// A month in which values are first paid though they apply before.
#[derive(Clone, Debug)]
struct Late {
    paid: Month,
    first: Month,
    /// As known until the month before.
    before: Parameters,
    /// As known in the month of payment.
    after: Parameters,
}

/// The back pay of a scenario: the same for all its agents, so prepared once.
#[derive(Clone, Debug)]
pub struct BackPay {
    plan: Option<RappelPlan>,
    /// As known in the first projected month, when expected back pay is paid.
    known: Parameters,
    late: Vec<Late>,
    last: Month,
}

impl BackPay {
    /// The back pay of a projection from the month after `last` to `until`.
    #[must_use]
    pub fn new(parameters: &Parameters, plan: Option<RappelPlan>, last: Month, until: Month) -> Self {
        let late = parameters
            .late_payments()
            .into_iter()
            .filter(|(paid, _)| *paid > last && *paid <= until)
            .map(|(paid, first)| Late { paid, first, before: parameters.known_in(paid.plus(-1)), after: parameters.known_in(paid) })
            .collect();
        BackPay { plan, known: parameters.known_in(last.plus(1)), late, last }
    }

    /// The months of right of expected back pay.
    #[must_use]
    pub fn plan(&self) -> Option<RappelPlan> {
        self.plan
    }

    /// What is owed to a whole cohort: computed at once, read agent by agent. `formulas`: those of pay.
    #[must_use]
    pub fn over<'a>(&'a self, crew: Crew<'a>, program: &'a Program, levels: &'a Levels, formulas: &[FormulaId]) -> Arrears<'a> {
        let concerned: Vec<FormulaId> = formulas
            .iter()
            .copied()
            .filter(|id| program.formula(*id).is_some_and(|f| matches!(f.feeds, Some(Feed::Rubriques(..))) && !f.final_when_paid))
            .collect();
        let ask = |parameters: &'a Parameters, months: Range<usize>, mode| {
            Answers::of(crew, Environment { parameters, levels }, &concerned, months, mode)
        };
        let cohort = crew.cohort;
        let owed = self.plan.and_then(|plan| {
            let positions: Vec<usize> = plan.first.through(plan.last).filter_map(|m| cohort.position(m)).collect();
            let (first, last) = (*positions.first()?, *positions.last()?);
            Some((first..last + 1, ask(&self.known, first..last + 1, Mode::Recomputed)))
        });
        let mut late = Vec::new();
        for change in &self.late {
            // Each run of months read the same way is asked for together.
            let mut runs: Vec<(Range<usize>, Mode)> = Vec::new();
            for right in change.first.through(change.paid.plus(-1)) {
                let Some(k) = cohort.position(right) else { continue };
                let constate = right <= self.last;
                // What is owed for a constaté month and paid in the first projected one holds this difference already.
                let owed = self.plan.is_some_and(|p| p.first <= right && right <= p.last) && change.paid == self.last.plus(1);
                if constate && owed {
                    continue;
                }
                let mode = if constate { Mode::Recomputed } else { Mode::Paid };
                match runs.last_mut() {
                    Some((months, same)) if *same == mode && months.end == k => months.end = k + 1,
                    _ => runs.push((k..k + 1, mode)),
                }
            }
            for (months, mode) in runs {
                let (before, after) = (ask(&change.before, months.clone(), mode), ask(&change.after, months.clone(), mode));
                late.push(LateRun { paid: change.paid, months, before, after });
            }
        }
        Arrears { crew, program, concerned, owed, late, paid: self.last.plus(1) }
    }
}

/// The back pay of a cohort.
pub struct Arrears<'a> {
    crew: Crew<'a>,
    program: &'a Program,
    concerned: Vec<FormulaId>,
    /// What the files say is owed, over which months (positions).
    owed: Option<(Range<usize>, Answers<'a>)>,
    late: Vec<LateRun<'a>>,
    /// The month that expected back pay is paid in.
    paid: Month,
}

/// Months of right in which a value is first paid in a later one.
struct LateRun<'a> {
    paid: Month,
    months: Range<usize>,
    before: Answers<'a>,
    after: Answers<'a>,
}

impl Arrears<'_> {
    /// What is owed to an agent.
    ///
    /// # Errors
    /// The first fault met.
    pub fn of(&self, agent: usize) -> Result<Vec<Rappel>, Fault> {
        let mut out = Vec::new();
        if let Some((months, answers)) = &self.owed {
            self.owed(agent, months, answers, &mut out)?;
        }
        for late in &self.late {
            self.late(agent, late, &mut out)?;
        }
        Ok(out)
    }

    fn month(&self, position: usize) -> Month {
        self.crew.cohort.months().get(position).map_or(Month::MIN, |(m, _)| *m)
    }

    /// The difference that a value paid late makes, for each month of right before its payment.
    fn late(&self, agent: usize, late: &LateRun<'_>, out: &mut Vec<Rappel>) -> Result<(), Fault> {
        for k in late.months.clone() {
            let right = self.month(k);
            let (before, after) = (late.before.over(agent, k..k + 1)?, late.after.over(agent, k..k + 1)?);
            for (f, id) in self.concerned.iter().enumerate() {
                let amount = match (before.cents(0, f), after.cents(0, f)) {
                    (Some(x), Some(y)) => y - x,
                    _ => {
                        let (Some(x), Some(y)) = (before.value(0, f).or_zero(), after.value(0, f).or_zero()) else { continue };
                        let cents = |x: &Exact| self.cents(agent, *id, right, x);
                        cents(&y)? - cents(&x)?
                    }
                };
                if amount != Money::ZERO {
                    out.push(Rappel { right, paid: late.paid, formula: *id, amount, late: true });
                }
            }
        }
        Ok(())
    }

    fn cents(&self, agent: usize, id: FormulaId, month: Month, x: &Exact) -> Result<Money, Fault> {
        cents(x, self.program, id, month, self.crew.cohort.matricule(agent).map_or("", |m| m))
    }

    /// What the files say is owed for each month of right minus what was paid for it.
    fn owed(&self, agent: usize, months: &Range<usize>, answers: &Answers<'_>, out: &mut Vec<Rappel>) -> Result<(), Fault> {
        // Back pay concerns who is in force and paid by these rules, not who is paid by the hour.
        let paid_by_rules =
            |row: &crate::Row| self.concerned.iter().any(|id| self.program.formula(*id).is_some_and(|f| row.is_in(&f.scope)));
        if !self.crew.cohort.end_row(agent).is_some_and(paid_by_rules) {
            return Ok(());
        }
        let values = answers.agent(agent)?;
        for (at, k) in months.clone().enumerate() {
            let right = self.month(k);
            // Several formulas may feed one rubrique for different people: what was paid is set against their total, once.
            let mut due: Vec<(FormulaId, &str, Money)> = Vec::new();
            for (f, id) in self.concerned.iter().enumerate() {
                let Some(Feed::Rubriques(list, _)) = self.program.formula(*id).and_then(|f| f.feeds.as_ref()) else { continue };
                let Some(rubrique) = list.first() else { continue };
                let amount = match values.cents(at, f) {
                    Some(amount) => amount,
                    None => match values.value(at, f).or_zero() {
                        Some(x) => self.cents(agent, *id, right, &x)?,
                        None => continue,
                    },
                };
                match due.iter_mut().find(|(_, r, _)| r == rubrique) {
                    Some(entry) => {
                        if entry.2 == Money::ZERO {
                            entry.0 = *id;
                        }
                        entry.2 += amount;
                    }
                    None => due.push((*id, rubrique, amount)),
                }
            }
            for (id, rubrique, amount) in due {
                let gap = amount - self.crew.cohort.observed(agent, k, rubrique).unwrap_or(Money::ZERO);
                if gap != Money::ZERO {
                    out.push(Rappel { right, paid: self.paid, formula: id, amount: gap, late: false });
                }
            }
        }
        Ok(())
    }
}
