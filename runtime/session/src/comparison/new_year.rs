//! What people would be owed in the months of an exercice, had each been a whole one of their situation of the 31 December after it.

use cadrage_engine::{Answers, Cohort, CohortBuilder, Crew, Environment, Kernel, Mode, Row};
use cadrage_ir::FormulaId;
use cadrage_value::{Money, Month};

use super::end::amount;
use crate::run::RunError;
use crate::study::refused;

/// Months to be made whole, one at a time: what a month cumulates of those before it stays what it was, so each has a cohort of its own.
pub(super) struct WholeMonths<'w> {
    pub(super) kernel: &'w dyn Kernel,
    pub(super) cohort: &'w Cohort,
    /// Position of the first month that does not count.
    pub(super) end: usize,
    pub(super) formulas: &'w [FormulaId],
    pub(super) environment: Environment<'w>,
    /// By agent, his situation of the evening of 31 December.
    pub(super) pivots: &'w [Option<Row>],
    /// The agents of these cohorts.
    pub(super) seen: &'w [usize],
}

impl WholeMonths<'_> {
    /// By month, what each of those seen would be owed; 0 for who has no such situation. On as many threads as there are processors.
    ///
    /// # Errors
    /// The first fault met, month after month.
    pub(super) fn over(&self, months: &[Month]) -> Result<Vec<Vec<Money>>, RunError> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = months.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let part = |own: &[Month]| own.iter().map(|month| self.month(*month)).collect::<Vec<_>>();
            let started: Vec<_> = months.chunks(share).map(|own| scope.spawn(move || part(own))).collect();
            started.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        })
    }

    fn month(&self, month: Month) -> Result<Vec<Money>, RunError> {
        let Some(k) = self.cohort.position(month) else { return Ok(Vec::new()) };
        let mut builder = CohortBuilder::new(self.cohort.months().get(..self.end).unwrap_or(&[]).to_vec());
        for agent in self.seen {
            let Some(mut frame) = self.cohort.frame(*agent) else { continue };
            frame.months.truncate(self.end);
            if let (Some(row), Some(slot)) = (self.pivot(*agent), frame.months.get_mut(k)) {
                slot.situations = vec![row.clone()];
            }
            builder.push(&frame);
        }
        let whole = builder.finish();
        let loaded = self.kernel.load(&whole);
        let crew = Crew { kernel: self.kernel, loaded: &*loaded, cohort: &whole };
        let answers = Answers::of(crew, self.environment, self.formulas, k..k + 1, Mode::Recomputed);
        let owed = |(at, agent): (usize, &usize)| match self.pivot(*agent) {
            Some(_) => Ok(amount(&answers.agent(at).map_err(refused)?, 0, self.formulas.len())),
            None => Ok(Money::ZERO),
        };
        self.seen.iter().enumerate().map(owed).collect()
    }

    fn pivot(&self, agent: usize) -> Option<&Row> {
        self.pivots.get(agent)?.as_ref()
    }
}
