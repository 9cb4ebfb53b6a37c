//! Back pay: what the files say is owed for constaté months, and what a value paid late owes from its effect on (decision D14).

use cadrage_ir::{Fault, Feed, FormulaId, Program};
use cadrage_value::{Money, Month};

use crate::projection::cents;
use crate::{AgentFrame, Environment, Kernel, Levels, Mode, Parameters};

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

/// What computes, and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) kernel: &'a dyn Kernel,
    pub(crate) program: &'a Program,
    pub(crate) levels: &'a Levels,
    pub(crate) frame: &'a AgentFrame,
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

    /// What is owed to an agent.
    ///
    /// # Errors
    /// The first fault met.
    pub(crate) fn of(&self, run: Run<'_>, formulas: &[FormulaId]) -> Result<Vec<Rappel>, Fault> {
        let program = run.program;
        let concerned: Vec<FormulaId> = formulas
            .iter()
            .copied()
            .filter(|id| program.formula(*id).is_some_and(|f| matches!(f.feeds, Some(Feed::Rubriques(..))) && !f.final_when_paid))
            .collect();
        let mut out = match self.plan {
            Some(plan) => self.owed(run, &concerned, plan)?,
            None => Vec::new(),
        };
        for late in &self.late {
            self.late(run, &concerned, late, &mut out)?;
        }
        Ok(out)
    }

    /// The difference that a value paid late makes, for each month of right before its payment.
    fn late(
        &self,
        Run { kernel, program, levels, frame }: Run<'_>,
        concerned: &[FormulaId],
        late: &Late,
        out: &mut Vec<Rappel>,
    ) -> Result<(), Fault> {
        for right in late.first.through(late.paid.plus(-1)) {
            let Some(k) = frame.position(right) else { continue };
            let constate = right <= self.last;
            // What is owed for a constaté month and paid in the first projected one holds this difference already.
            let owed = self.plan.is_some_and(|p| p.first <= right && right <= p.last) && late.paid == self.last.plus(1);
            if constate && owed {
                continue;
            }
            let mode = if constate { Mode::Recomputed } else { Mode::Paid };
            let before = kernel.agent(frame, Environment { parameters: &late.before, levels }, concerned, k..k + 1, mode)?;
            let after = kernel.agent(frame, Environment { parameters: &late.after, levels }, concerned, k..k + 1, mode)?;
            let (before, after) = (before.into_iter().flatten(), after.into_iter().flatten());
            for (id, (before, after)) in concerned.iter().zip(before.zip(after)) {
                let (Some(formula), Some(x), Some(y)) = (program.formula(*id), before.or_zero(), after.or_zero()) else { continue };
                let amount = cents(&y, &formula.name, right, frame, program, *id)? - cents(&x, &formula.name, right, frame, program, *id)?;
                if amount != Money::ZERO {
                    out.push(Rappel { right, paid: late.paid, formula: *id, amount, late: true });
                }
            }
        }
        Ok(())
    }

    /// What the files say is owed for each month of right minus what was paid for it.
    fn owed(
        &self,
        Run { kernel, program, levels, frame }: Run<'_>,
        concerned: &[FormulaId],
        plan: RappelPlan,
    ) -> Result<Vec<Rappel>, Fault> {
        // Back pay concerns who is in force and paid by these rules, not who is paid by the hour.
        let paid_by_rules = |row: &crate::Row| concerned.iter().any(|id| program.formula(*id).is_some_and(|f| row.is_in(&f.scope)));
        if !frame.end_row.as_ref().is_some_and(paid_by_rules) {
            return Ok(Vec::new());
        }
        let positions: Vec<usize> = plan.first.through(plan.last).filter_map(|m| frame.position(m)).collect();
        let (Some(first), Some(last)) = (positions.first(), positions.last()) else { return Ok(Vec::new()) };
        let values = kernel.agent(frame, Environment { parameters: &self.known, levels }, concerned, *first..last + 1, Mode::Recomputed)?;
        let mut out = Vec::new();
        for (slot, row) in frame.months.iter().skip(*first).zip(&values) {
            // Several formulas may feed one rubrique for different people: what was paid is set against their total, once.
            let mut due: Vec<(FormulaId, &str, Money)> = Vec::new();
            for (id, value) in concerned.iter().zip(row) {
                let Some(formula) = program.formula(*id) else { continue };
                let Some(Feed::Rubriques(list, _)) = &formula.feeds else { continue };
                let (Some(rubrique), Some(x)) = (list.first(), value.or_zero()) else { continue };
                let amount = cents(&x, &formula.name, slot.month, frame, program, *id)?;
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
                let gap = amount - slot.observed.get(rubrique).copied().unwrap_or(Money::ZERO);
                if gap != Money::ZERO {
                    out.push(Rappel { right: slot.month, paid: self.last.plus(1), formula: id, amount: gap, late: false });
                }
            }
        }
        Ok(out)
    }
}
