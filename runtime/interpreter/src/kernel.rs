//! The backend and its kernel.

use cadrage_engine::{AgentFrame, AgentValues, Backend, Kernel, Mode, Parameters, Row, Value};
use cadrage_ir::{Fault, FormulaId, Program};
use cadrage_value::{Exact, Month};

use crate::evaluate::{AgentContext, LineContext};

/// The exact interpreter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interpreter;

impl Backend for Interpreter {
    fn name(&self) -> &'static str {
        "interprète"
    }

    fn prepare<'p>(&self, program: &'p Program) -> Box<dyn Kernel + 'p> {
        Box::new(Prepared { program })
    }
}

struct Prepared<'p> {
    program: &'p Program,
}

impl Kernel for Prepared<'_> {
    fn agent(
        &self,
        frame: &AgentFrame,
        parameters: &Parameters,
        formulas: &[FormulaId],
        months: std::ops::Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault> {
        let mut context = AgentContext::new(self.program, parameters, frame);
        months.map(|month| formulas.iter().map(|id| context.formula(*id, month, mode)).collect()).collect()
    }

    fn line(&self, formula: FormulaId, row: &Row, month: Month, before: Option<&Exact>, parameters: &Parameters) -> Result<Value, Fault> {
        LineContext { program: self.program, parameters, row, month, before }.formula(formula)
    }
}
