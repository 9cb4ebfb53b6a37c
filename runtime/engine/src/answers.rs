//! The values of formulas for a whole cohort, computed at once; where that met a fault, agent by agent as they are read, so that a
//! fault of somebody whose values nobody reads stops nothing, and the first one met is the first in order.

use std::ops::Range;

use cadrage_ir::{Fault, FormulaId, Program};
use cadrage_value::{Exact, Money};

use crate::projection::cents;
use crate::{AgentValues, Cohort, Columns, Environment, Kernel, Loaded, Mode, Value};

/// People, and what computes for them.
#[derive(Clone, Copy)]
pub struct Crew<'a> {
    /// The engine.
    pub kernel: &'a dyn Kernel,
    /// The same, over these people.
    pub loaded: &'a dyn Loaded,
    /// The people.
    pub cohort: &'a Cohort,
}

/// Values of formulas over months of a cohort.
pub struct Answers<'a> {
    crew: Crew<'a>,
    environment: Environment<'a>,
    formulas: Vec<FormulaId>,
    months: Range<usize>,
    mode: Mode,
    columns: Option<Columns>,
}

/// An agent's values over some months.
pub enum Own<'v> {
    /// In columns: at which agent, from which of their months.
    Columns(&'v Columns, usize, usize),
    /// Computed for him alone.
    Alone(AgentValues),
}

impl Own<'_> {
    /// The value for a month (from the first asked) and a formula by its position.
    #[must_use]
    pub fn value(&self, month: usize, formula: usize) -> Value {
        match self {
            Own::Columns(columns, agent, first) => columns.value(*agent, first + month, formula),
            Own::Alone(values) => values.get(month).and_then(|m| m.get(formula)).cloned().unwrap_or(Value::Missing),
        }
    }

    /// The amount, when it is at hand as a known whole number of cents; otherwise the value says.
    #[must_use]
    pub fn cents(&self, month: usize, formula: usize) -> Option<Money> {
        match self {
            Own::Columns(columns, agent, first) => columns.cents(*agent, first + month, formula),
            Own::Alone(_) => None,
        }
    }
}

impl<'a> Answers<'a> {
    /// Computes `formulas` over `months` (positions) for everybody.
    #[must_use]
    pub fn of(crew: Crew<'a>, environment: Environment<'a>, formulas: &[FormulaId], months: Range<usize>, mode: Mode) -> Self {
        let columns = crew.loaded.columns(environment, formulas, months.clone(), mode).ok();
        Answers { crew, environment, formulas: formulas.to_vec(), months, mode, columns }
    }

    /// The formulas, in order.
    #[must_use]
    pub fn formulas(&self) -> &[FormulaId] {
        &self.formulas
    }

    /// The columns, unless a fault was met.
    #[must_use]
    pub fn columns(&self) -> Option<&Columns> {
        self.columns.as_ref()
    }

    /// Σ over agents of the amounts of a formula in a month (by positions among those asked), each to the cent.
    ///
    /// # Errors
    /// The first fault met.
    pub fn paid(&self, program: &Program, month: usize, formula: usize) -> Result<Money, Fault> {
        if let Some(total) = self.columns.as_ref().and_then(|c| c.all_cents(month, formula)) {
            return Ok(total);
        }
        let mut total = Money::ZERO;
        for agent in 0..self.crew.cohort.len() {
            let own = self.agent(agent)?;
            total += match (own.cents(month, formula), own.value(month, formula)) {
                (Some(amount), _) => amount,
                (None, Value::Known(x)) => {
                    let (when, id) = (self.crew.cohort.months().get(self.months.start + month), self.formulas.get(formula));
                    let (Some((when, _)), Some(id)) = (when, id) else { continue };
                    cents(&x, program, *id, *when, self.crew.cohort.matricule(agent).map_or("", |m| m))?
                }
                _ => Money::ZERO,
            };
        }
        Ok(total)
    }

    /// Σ over agents of the known values of a formula in a month; `None` where nobody has any.
    ///
    /// # Errors
    /// The first fault met.
    pub fn sum(&self, month: usize, formula: usize) -> Result<Option<Exact>, Fault> {
        if let Some(columns) = &self.columns {
            return Ok(columns.sum(month, formula));
        }
        let mut total = None;
        for agent in 0..self.crew.cohort.len() {
            if let Value::Known(x) = self.agent(agent)?.value(month, formula) {
                total = Some(&total.unwrap_or(Exact::ZERO) + &x);
            }
        }
        Ok(total)
    }

    /// An agent's values over all the months.
    ///
    /// # Errors
    /// The first fault of his.
    pub fn agent(&self, agent: usize) -> Result<Own<'_>, Fault> {
        self.over(agent, self.months.clone())
    }

    /// An agent's values over some of the months (positions in the cohort).
    ///
    /// # Errors
    /// The first fault of his in these months.
    pub fn over(&self, agent: usize, months: Range<usize>) -> Result<Own<'_>, Fault> {
        if let Some(columns) = &self.columns {
            return Ok(Own::Columns(columns, agent, months.start.saturating_sub(self.months.start)));
        }
        let Some(frame) = self.crew.cohort.frame(agent) else { return Ok(Own::Alone(Vec::new())) };
        self.crew.kernel.agent(&frame, self.environment, &self.formulas, months, self.mode).map(Own::Alone)
    }
}
