//! What an engine must do. The interpreter is the definition of right; every other backend must agree with it to the cent.

use cadrage_ir::{Fault, FormulaId, Program};
use cadrage_value::Exact;

use crate::{AgentFrame, Cohort, Levels, Loaded, Member, Parameters, Row, Step, Value};

/// How a constaté month is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A fed formula is what was paid.
    Paid,
    /// A fed formula is computed again, except those declared `sans rappel`.
    Recomputed,
}

/// What surrounds the rows: the same for all of a stratum.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'a> {
    /// The scenario's parameters.
    pub parameters: &'a Parameters,
    /// What was gathered by the strata before.
    pub levels: &'a Levels,
}

/// Makes kernels of programs.
pub trait Backend {
    /// `interprète`, `jit`.
    fn name(&self) -> &'static str;

    /// Makes a kernel; parameters are data, so one kernel serves every variant of a scenario.
    fn prepare<'p>(&self, program: &'p Program) -> Box<dyn Kernel + 'p>;
}

/// The value of each formula for each month of a frame.
pub type AgentValues = Vec<Vec<Value>>;

/// The values of formulas for each situation of each month of a frame: by month, then situation, then formula.
pub type SituationValues = Vec<Vec<Vec<Value>>>;

/// A program ready to run. What a kernel does not answer itself, the one behind it does.
pub trait Kernel: Sync {
    /// The kernel that answers the rest. The definition of right answers everything, and is behind itself.
    fn behind(&self) -> &dyn Kernel;

    /// Takes a whole cohort, once for any number of environments.
    fn load<'k>(&'k self, cohort: &'k Cohort) -> Box<dyn Loaded + 'k>;

    /// Values of the formulas asked, for the months `from..to` of the frame (positions), in order of months then formulas.
    ///
    /// # Errors
    /// The first fault met.
    fn agent(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: std::ops::Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault> {
        self.behind().agent(frame, environment, formulas, months, mode)
    }

    /// Values of `par situation` formulas, over all months of the frame.
    ///
    /// # Errors
    /// The first fault met.
    fn situations(&self, frame: &AgentFrame, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<SituationValues, Fault> {
        self.behind().situations(frame, environment, formulas)
    }

    /// The value of a `par ligne` formula on a line; `before` is what the same line was one exercice earlier.
    ///
    /// # Errors
    /// The first fault met.
    fn line(
        &self,
        formula: FormulaId,
        row: &Row,
        month: cadrage_value::Month,
        before: Option<&Exact>,
        environment: Environment<'_>,
    ) -> Result<Value, Fault> {
        self.behind().line(formula, row, month, before, environment)
    }

    /// The value of a formula of a level over a period: its aggregates by their own rules, then the calculation once. For reports.
    ///
    /// # Errors
    /// The first fault met.
    fn period(
        &self,
        formula: FormulaId,
        months: &[cadrage_value::Month],
        member: &Member,
        parameters: &Parameters,
        levels: &mut Levels,
    ) -> Result<Value, Fault> {
        self.behind().period(formula, months, member, parameters, levels)
    }

    /// Computes formulas of levels, for all members and the months given in order, and keeps them in `levels`.
    ///
    /// # Errors
    /// The first fault met.
    fn level_formulas(
        &self,
        formulas: &[FormulaId],
        months: &[cadrage_value::Month],
        parameters: &Parameters,
        levels: &mut Levels,
    ) -> Result<(), Fault> {
        self.behind().level_formulas(formulas, months, parameters, levels)
    }
    /// How the value of a formula of an agent came about, in a month of the frame (by position), and in one of its situations for a
    /// formula `par situation`.
    ///
    /// # Errors
    /// The fault of the formula.
    fn explain(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formula: FormulaId,
        place: (usize, Option<usize>),
        mode: Mode,
    ) -> Result<Step, Fault> {
        self.behind().explain(frame, environment, formula, place, mode)
    }

    /// How the value of a formula of a level came about, for a member and a month; `bounds`: the first and last month that rows have.
    ///
    /// # Errors
    /// The fault of the formula.
    fn explain_level(
        &self,
        formula: FormulaId,
        (month, bounds): (cadrage_value::Month, (cadrage_value::Month, cadrage_value::Month)),
        member: &Member,
        parameters: &Parameters,
        levels: &mut Levels,
    ) -> Result<Step, Fault> {
        self.behind().explain_level(formula, (month, bounds), member, parameters, levels)
    }
}
