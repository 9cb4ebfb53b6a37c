//! The backend and its kernel.

use cadrage_engine::{
    AgentFrame, AgentValues, Backend, Cohort, Environment, Kernel, Levels, Loaded, Member, Mode, OneByOne, Parameters, Row,
    SituationValues, Step, Value,
};
use cadrage_ir::{Fault, FormulaId, Program};
use cadrage_value::{Exact, Month};

use crate::agent::AgentContext;
use crate::level::LevelContext;
use crate::line::LineContext;
use crate::trace::Tracer;
use crate::trace_level;

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
    fn behind(&self) -> &dyn Kernel {
        self
    }

    fn load<'k>(&'k self, cohort: &'k Cohort) -> Box<dyn Loaded + 'k> {
        Box::new(OneByOne { kernel: self, cohort })
    }

    fn agent(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: std::ops::Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault> {
        let mut context = AgentContext::new(self.program, environment, frame);
        months.map(|month| formulas.iter().map(|id| context.formula(*id, month, mode)).collect()).collect()
    }

    fn situations(&self, frame: &AgentFrame, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<SituationValues, Fault> {
        let mut context = AgentContext::new(self.program, environment, frame);
        let mut months = Vec::with_capacity(frame.months.len());
        for (k, slot) in frame.months.iter().enumerate() {
            let mut situations = Vec::with_capacity(slot.situations.len());
            for s in 0..slot.situations.len() {
                situations.push(formulas.iter().map(|id| context.situation(*id, k, s)).collect::<Result<Vec<_>, _>>()?);
            }
            months.push(situations);
        }
        Ok(months)
    }

    fn line(
        &self,
        formula: FormulaId,
        row: &Row,
        month: Month,
        before: Option<&Exact>,
        environment: Environment<'_>,
    ) -> Result<Value, Fault> {
        LineContext::new(self.program, environment, row, month, before).formula(formula)
    }

    fn period(
        &self,
        formula: FormulaId,
        months: &[Month],
        member: &Member,
        parameters: &Parameters,
        levels: &mut Levels,
    ) -> Result<Value, Fault> {
        let (Some(first), Some(last)) = (months.first(), months.last()) else { return Ok(Value::NotApplicable) };
        let bounds = (*first, *last);
        LevelContext::new(self.program, parameters, levels, bounds).over(formula, months, member)
    }

    fn level_formulas(&self, formulas: &[FormulaId], months: &[Month], parameters: &Parameters, levels: &mut Levels) -> Result<(), Fault> {
        let (Some(first), Some(last)) = (months.first(), months.last()) else { return Ok(()) };
        let mut context = LevelContext::new(self.program, parameters, levels, (*first, *last));
        for month in months {
            for id in formulas {
                let Some(formula) = self.program.formula(*id) else { continue };
                let members: Vec<Member> = context.levels.members(formula.grain.attribute()).map(|(m, _)| Member::clone(m)).collect();
                for member in &members {
                    context.formula(*id, *month, member)?;
                }
            }
        }
        Ok(())
    }

    fn explain(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formula: FormulaId,
        place: (usize, Option<usize>),
        mode: Mode,
    ) -> Result<Step, Fault> {
        let mut context = AgentContext::new(self.program, environment, frame);
        Tracer::new(&mut context).whole(formula, place, mode)
    }

    fn explain_level(
        &self,
        formula: FormulaId,
        (month, bounds): (Month, (Month, Month)),
        member: &Member,
        parameters: &Parameters,
        levels: &mut Levels,
    ) -> Result<Step, Fault> {
        let mut context = LevelContext::new(self.program, parameters, levels, bounds);
        trace_level::whole(&mut context, formula, month, member)
    }
}
