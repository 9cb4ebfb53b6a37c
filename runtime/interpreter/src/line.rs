//! An imputed line.

use std::collections::BTreeMap;

use cadrage_engine::{Environment, Row, Value};
use cadrage_ir::{Fault, FaultKind, Formula, FormulaId, Grain, NodeId, Op, Program};
use cadrage_value::{Exact, Month};

use crate::descent::{self, Depth, Descent, Evaluated, Kept, Stop, below, falls_back, short, too_deep, within};
use crate::plain::{At, chosen, member, parameter, plain, rounded};

type Answer = Evaluated<FormulaId>;

/// A line being evaluated, each formula once.
pub(crate) struct LineContext<'a> {
    program: &'a Program,
    environment: Environment<'a>,
    row: &'a Row,
    month: Month,
    before: Option<&'a Exact>,
    kept: BTreeMap<FormulaId, Kept>,
    depth: Depth,
}

impl Descent for LineContext<'_> {
    type Call = FormulaId;

    fn value(&mut self, id: &FormulaId) -> Answer {
        if let Some(known) = self.kept.get(id) {
            return known.clone().map_err(Stop::Fault);
        }
        if too_deep(self) {
            return Err(Stop::First(*id));
        }
        let kept = match within(self, |this| this.compute(*id)) {
            Ok(value) => Ok(value),
            Err(Stop::Fault(fault)) => Err(fault),
            first => return first,
        };
        self.kept.insert(*id, kept.clone());
        kept.map_err(Stop::Fault)
    }

    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }

    fn circular(&self, id: &FormulaId) -> Fault {
        let formula = self.program.formula(*id);
        let span = formula.map_or_else(|| cadrage_source::Span::new(cadrage_source::FileId(0), 0, 0), |f| f.span);
        self.fault(FaultKind::Circular, formula.map_or("", |f| f.name.as_str()), span)
    }
}

impl<'a> LineContext<'a> {
    pub(crate) fn new(program: &'a Program, environment: Environment<'a>, row: &'a Row, month: Month, before: Option<&'a Exact>) -> Self {
        LineContext { program, environment, row, month, before, kept: BTreeMap::new(), depth: Depth::default() }
    }

    /// The value of a `par ligne` formula.
    pub(crate) fn formula(&mut self, id: FormulaId) -> Result<Value, Fault> {
        descent::descend(self, id)
    }

    fn compute(&mut self, id: FormulaId) -> Answer {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        let sentence = self.program.formula(self.environment.parameters.formula_in(id, self.month)).unwrap_or(formula);
        if !self.row.is_in(&sentence.scope) {
            return Ok(Value::NotApplicable);
        }
        let Some(case) = chosen(sentence, self.row) else { return Ok(Value::NotApplicable) };
        let value = self.node(case.value, sentence)?;
        Ok(rounded(formula, rounded(sentence, value)))
    }

    fn fault(&self, kind: FaultKind, formula: &str, span: cadrage_source::Span) -> Fault {
        let matricule = cadrage_ir::attribute("matricule").map(|a| self.row.code(a).to_owned());
        Fault { kind, formula: formula.to_owned(), month: self.month, matricule, span }
    }

    fn node(&mut self, id: NodeId, formula: &Formula) -> Answer {
        let value = below(self, |this| this.operation(id, formula))?;
        short(value).map_err(|kind| {
            let span = self.program.node(id).map_or(formula.span, |n| n.span);
            Stop::Fault(Box::new(self.fault(kind, &formula.name, span)))
        })
    }

    fn operation(&mut self, id: NodeId, formula: &Formula) -> Answer {
        let Some(node) = self.program.node(id) else { return Ok(Value::Missing) };
        match &node.op {
            Op::Column(c) => Ok(self.row.number(*c).map_or(Value::Missing, |x| Value::Known(x.clone()))),
            Op::Parameter(p) => parameter(self.program, self.environment.parameters, *p, self.month, Some(self.row))
                .map_err(|kind| Stop::Fault(Box::new(self.fault(kind, &formula.name, node.span)))),
            Op::Formula(f) => match self.program.formula(*f).map(|g| &g.grain) {
                Some(grain @ Grain::Level(_)) => {
                    let code = member(grain.attribute(), self.row);
                    Ok(self.environment.levels.formula(*f, self.month, code).cloned().unwrap_or(Value::Missing))
                }
                _ => self.value(f),
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
                value if falls_back(&value) => self.node(*fallback, formula),
                known => known,
            },
            op => {
                let mut values = Vec::new();
                for operand in Program::operands(op) {
                    values.push(self.node(operand, formula)?);
                }
                let at = At { program: self.program, parameters: self.environment.parameters, month: self.month, row: Some(self.row) };
                plain(op, &values, &at).map_err(|kind| Stop::Fault(Box::new(self.fault(kind, &formula.name, node.span))))
            }
        }
    }
}
