//! A formula of a level, for one member and one month.

use cadrage_engine::{Levels, Member, Parameters, Row, Value};
use cadrage_ir::{Aggregation, Fault, FaultKind, Formula, FormulaId, Grain, NodeId, Op, Program};
use cadrage_value::{Exact, Month};

use crate::plain::{At, chosen, member, over_months, parameter, plain, rounded};

/// Where a formula of a level is evaluated.
pub(crate) struct LevelContext<'a> {
    pub(crate) program: &'a Program,
    pub(crate) parameters: &'a Parameters,
    pub(crate) levels: &'a mut Levels,
    /// First and last month that rows have.
    pub(crate) months: (Month, Month),
    /// The months that aggregates are read over, when it is not the one at hand.
    pub(crate) period: Option<&'a [Month]>,
}

impl LevelContext<'_> {
    /// The value for a member of its level; computed once.
    pub(crate) fn formula(&mut self, id: FormulaId, month: Month, code: &Member) -> Result<Value, Fault> {
        if let Some(known) = self.levels.formula(id, month, code) {
            return Ok(known.clone());
        }
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        if month < self.months.0 || month > self.months.1 {
            return Ok(Value::Missing);
        }
        let Some(row) = self.levels.row(formula.grain.attribute(), code).cloned() else { return Ok(Value::NotApplicable) };
        let value = if row.is_in(&formula.scope) {
            match chosen(formula, &row) {
                Some(case) => rounded(formula, self.node(case.value, &row, month, formula)?),
                None => Value::NotApplicable,
            }
        } else {
            Value::NotApplicable
        };
        self.levels.keep(id, month, code, value.clone());
        Ok(value)
    }

    /// The value over the period: nothing is kept, aggregates go by their own rule.
    pub(crate) fn over(&mut self, id: FormulaId, code: &Member) -> Result<Value, Fault> {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        let Some(row) = self.levels.row(formula.grain.attribute(), code).cloned() else { return Ok(Value::NotApplicable) };
        match chosen(formula, &row) {
            Some(case) => self.node(case.value, &row, self.months.1, formula),
            None => Ok(Value::NotApplicable),
        }
    }

    /// A formula of this level or of one that contains it.
    fn read(&mut self, id: FormulaId, row: &Row, month: Month) -> Result<Value, Fault> {
        let level = self.program.formula(id).map(|f| f.grain.clone());
        match level {
            Some(grain @ Grain::Level(_)) => {
                let code = Member::from(member(grain.attribute(), row));
                let Some(months) = self.period.take() else { return self.formula(id, month, &code) };
                // Over a period, a formula of the level is its months by its own rule.
                let values: Result<Vec<Value>, Fault> = months.iter().map(|m| self.formula(id, *m, &code)).collect();
                self.period = Some(months);
                Ok(match values?.as_slice() {
                    [one] => one.clone(),
                    many => over_months(self.program.formula(id).map_or(Aggregation::None, |f| f.aggregation), many),
                })
            }
            _ => Ok(Value::Missing),
        }
    }

    fn node(&mut self, id: NodeId, row: &Row, month: Month, formula: &Formula) -> Result<Value, Fault> {
        let program = self.program;
        let Some(node) = program.node(id) else { return Ok(Value::Missing) };
        let fault = |kind| Fault { kind, formula: formula.name.clone(), month, matricule: None, span: node.span };
        match &node.op {
            Op::Parameter(p) => parameter(program, self.parameters, *p, month, Some(row)).map_err(fault),
            Op::Formula(f) => self.read(*f, row, month),
            Op::PreviousMonth(f) => self.read(*f, row, month.plus(-1)),
            Op::PreviousYear(f) => self.read(*f, row, month.plus(-12)),
            Op::InMonth(f, m) => self.read(*f, row, *m),
            Op::OverYear(f, year) => {
                let Some(first) = Month::new(*year, 1) else { return Ok(Value::Missing) };
                let values = first.through(first.december()).map(|m| self.read(*f, row, m)).collect::<Result<Vec<_>, _>>()?;
                Ok(over_months(program.formula(*f).map_or(Aggregation::None, |f| f.aggregation), &values))
            }
            Op::Cumulative(f) => {
                let mut total = Exact::ZERO;
                for m in month.january().max(self.months.0).through(month) {
                    match self.read(*f, row, m)?.or_zero() {
                        Some(x) => total = &total + &x,
                        None => return Ok(Value::Missing),
                    }
                }
                Ok(Value::Known(total))
            }
            Op::Aggregate(id) => {
                let level = program.aggregates.get(id.index()).and_then(|a| a.level);
                Ok(match self.period {
                    Some(months) => self.levels.aggregate_over(program, *id, months, member(level, row)),
                    None => self.levels.aggregate(program, *id, month, member(level, row)),
                })
            }
            Op::In(selection) => Ok(Value::Flag(row.is_in(selection))),
            Op::CodeIs { attribute, codes } => Ok(Value::Flag(codes.contains(row.code(*attribute)))),
            Op::If { condition, then, otherwise } => match self.node(*condition, row, month, formula)? {
                Value::Flag(true) => self.node(*then, row, month, formula),
                Value::Flag(false) => self.node(*otherwise, row, month, formula),
                nothing => Ok(nothing),
            },
            Op::OrElse(value, fallback) => match self.node(*value, row, month, formula) {
                Ok(Value::Missing | Value::NotApplicable) => self.node(*fallback, row, month, formula),
                Err(fault) if matches!(fault.kind, FaultKind::NoValue { .. }) => self.node(*fallback, row, month, formula),
                known => known,
            },
            op => {
                let values = Program::operands(op).into_iter().map(|x| self.node(x, row, month, formula)).collect::<Result<Vec<_>, _>>()?;
                let at = At { program, parameters: self.parameters, month, row: Some(row) };
                plain(op, &values, &at).map_err(fault)
            }
        }
    }
}
