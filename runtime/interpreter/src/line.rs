//! An imputed line.

use cadrage_engine::{Environment, Row, Value};
use cadrage_ir::{Fault, FaultKind, Formula, FormulaId, Grain, NodeId, Op, Program};
use cadrage_value::{Exact, Month};

use crate::plain::{At, chosen, member, parameter, plain, rounded};

/// A line being evaluated.
pub(crate) struct LineContext<'a> {
    pub(crate) program: &'a Program,
    pub(crate) environment: Environment<'a>,
    pub(crate) row: &'a Row,
    pub(crate) month: Month,
    pub(crate) before: Option<&'a Exact>,
}

impl LineContext<'_> {
    pub(crate) fn formula(&self, id: FormulaId) -> Result<Value, Fault> {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        let sentence = self.program.formula(self.environment.parameters.formula_in(id, self.month)).unwrap_or(formula);
        if !self.row.is_in(&sentence.scope) {
            return Ok(Value::NotApplicable);
        }
        let Some(case) = chosen(sentence, self.row) else { return Ok(Value::NotApplicable) };
        let value = self.node(case.value, sentence)?;
        Ok(rounded(formula, rounded(sentence, value)))
    }

    fn node(&self, id: NodeId, formula: &Formula) -> Result<Value, Fault> {
        let Some(node) = self.program.node(id) else { return Ok(Value::Missing) };
        let fault = |kind| Fault {
            kind,
            formula: formula.name.clone(),
            month: self.month,
            matricule: cadrage_ir::attribute("matricule").map(|a| self.row.code(a).to_owned()),
            span: node.span,
        };
        match &node.op {
            Op::Column(c) => Ok(self.row.number(*c).map_or(Value::Missing, |x| Value::Known(x.clone()))),
            Op::Parameter(p) => parameter(self.program, self.environment.parameters, *p, self.month, Some(self.row)).map_err(fault),
            Op::Formula(f) => match self.program.formula(*f).map(|g| &g.grain) {
                Some(grain @ Grain::Level(_)) => {
                    let code = member(grain.attribute(), self.row);
                    Ok(self.environment.levels.formula(*f, self.month, code).cloned().unwrap_or(Value::Missing))
                }
                _ => self.formula(*f),
            },
            Op::Aggregate(id) => {
                let level = self.program.aggregates.get(id.index()).and_then(|a| a.level);
                Ok(self.environment.levels.aggregate(self.program, *id, self.month, member(level, self.row)))
            }
            Op::PreviousYear(_) => Ok(self.before.map_or(Value::NotApplicable, |x| Value::Known(x.clone()))),
            Op::In(selection) => Ok(Value::Flag(self.row.is_in(selection))),
            Op::CodeIs { attribute, codes } => Ok(Value::Flag(codes.contains(self.row.code(*attribute)))),
            Op::If { condition, then, otherwise } => match self.node(*condition, formula)? {
                Value::Flag(true) => self.node(*then, formula),
                Value::Flag(false) => self.node(*otherwise, formula),
                nothing => Ok(nothing),
            },
            Op::OrElse(value, fallback) => match self.node(*value, formula) {
                Ok(Value::Missing | Value::NotApplicable) => self.node(*fallback, formula),
                Err(fault) if matches!(fault.kind, FaultKind::NoValue { .. }) => self.node(*fallback, formula),
                known => known,
            },
            op => {
                let mut values = Vec::new();
                for operand in Program::operands(op) {
                    values.push(self.node(operand, formula)?);
                }
                let at = At { program: self.program, parameters: self.environment.parameters, month: self.month, row: Some(self.row) };
                plain(op, &values, &at).map_err(fault)
            }
        }
    }
}
