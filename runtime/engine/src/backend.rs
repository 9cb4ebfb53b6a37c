//! What an engine must do. The interpreter is the definition of right; every other backend must agree with it to the cent.

use cadrage_ir::{Fault, FormulaId, Program};
use cadrage_value::Exact;

use crate::{AgentFrame, Parameters, Row, Value};

/// How a constaté month is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A fed formula is what was paid.
    Paid,
    /// A fed formula is computed again, except those declared `sans rappel`.
    Recomputed,
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

/// A program ready to run.
pub trait Kernel {
    /// Values of the formulas asked, for the months `from..to` of the frame (positions), in order of months then formulas.
    ///
    /// # Errors
    /// The first fault met.
    fn agent(
        &self,
        frame: &AgentFrame,
        parameters: &Parameters,
        formulas: &[FormulaId],
        months: std::ops::Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault>;

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
        parameters: &Parameters,
    ) -> Result<Value, Fault>;
}
