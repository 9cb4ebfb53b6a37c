//! A formula of a level, for one member and one month.

use std::collections::BTreeMap;

use cadrage_engine::{Levels, Member, Parameters, Row, Value};
use cadrage_ir::{Aggregation, Fault, FaultKind, Formula, FormulaId, Grain, NodeId, Op, Program};
use cadrage_value::{Exact, Month};

use crate::descent::{self, Depth, Descent, Evaluated, Stop, below, falls_back, short, too_deep, within};
use crate::plain::{At, chosen, member, over_months, parameter, plain, rounded};

/// A formula of a level for a member and a month.
pub(crate) type Call = (FormulaId, Month, Member);

type Answer = Evaluated<Call>;

/// Where a formula of a level is evaluated.
pub(crate) struct LevelContext<'a> {
    pub(crate) program: &'a Program,
    pub(crate) parameters: &'a Parameters,
    pub(crate) levels: &'a mut Levels,
    /// First and last month that rows have.
    pub(crate) months: (Month, Month),
    /// The months that aggregates are read over, when it is not the one at hand.
    period: Option<&'a [Month]>,
    faults: BTreeMap<Call, Box<Fault>>,
    depth: Depth,
}

impl Descent for LevelContext<'_> {
    type Call = Call;

    fn value(&mut self, call: &Call) -> Answer {
        let (id, month, code) = call;
        if let Some(known) = self.levels.formula(*id, *month, code) {
            return Ok(known.clone());
        }
        if let Some(fault) = self.faults.get(call) {
            return Err(Stop::Fault(fault.clone()));
        }
        if too_deep(self) {
            return Err(Stop::First(call.clone()));
        }
        let value = within(self, |this| this.compute(*id, *month, code));
        match &value {
            Ok(value) => self.levels.keep(*id, *month, code, value.clone()),
            Err(Stop::Fault(fault)) => drop(self.faults.insert(call.clone(), fault.clone())),
            Err(Stop::First(_)) => {}
        }
        value
    }

    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }

    fn circular(&self, (id, month, _): &Call) -> Fault {
        let formula = self.program.formula(*id);
        let span = formula.map_or_else(|| cadrage_source::Span::new(cadrage_source::FileId(0), 0, 0), |f| f.span);
        let name = formula.map_or_else(String::new, |f| f.name.clone());
        Fault { kind: FaultKind::Circular, formula: name, month: *month, matricule: None, span }
    }
}

impl<'a> LevelContext<'a> {
    /// Over months that are given in order.
    pub(crate) fn new(program: &'a Program, parameters: &'a Parameters, levels: &'a mut Levels, months: (Month, Month)) -> Self {
        LevelContext { program, parameters, levels, months, period: None, faults: BTreeMap::new(), depth: Depth::default() }
    }

    /// The value for a member of its level; computed once.
    pub(crate) fn formula(&mut self, id: FormulaId, month: Month, code: &Member) -> Result<Value, Fault> {
        descent::descend(self, (id, month, Member::clone(code)))
    }

    fn compute(&mut self, id: FormulaId, month: Month, code: &Member) -> Answer {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        if month < self.months.0 || month > self.months.1 {
            return Ok(Value::Missing);
        }
        let Some(row) = self.levels.row(formula.grain.attribute(), code).cloned() else { return Ok(Value::NotApplicable) };
        if !row.is_in(&formula.scope) {
            return Ok(Value::NotApplicable);
        }
        match chosen(formula, &row) {
            Some(case) => Ok(rounded(formula, self.node(case.value, &row, month, formula)?)),
            None => Ok(Value::NotApplicable),
        }
    }

    /// The value over a period: nothing of it is kept, aggregates go by their own rule.
    pub(crate) fn over(&mut self, id: FormulaId, period: &'a [Month], code: &Member) -> Result<Value, Fault> {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        let Some(row) = self.levels.row(formula.grain.attribute(), code).cloned() else { return Ok(Value::NotApplicable) };
        let Some(case) = chosen(formula, &row) else { return Ok(Value::NotApplicable) };
        loop {
            (self.period, self.depth) = (Some(period), Depth::default());
            let value = self.node(case.value, &row, self.months.1, formula);
            self.period = None;
            match value {
                Ok(value) => return Ok(value),
                Err(Stop::Fault(fault)) => return Err(*fault),
                // Kept once known, a fault of it included: the evaluation goes further each time.
                Err(Stop::First(call)) => {
                    if let Err(fault) = descent::descend(self, call)
                        && fault.kind == FaultKind::Circular
                    {
                        return Err(fault);
                    }
                }
            }
        }
    }

    /// A formula of this level or of one that contains it.
    fn read(&mut self, id: FormulaId, row: &Row, month: Month) -> Answer {
        let level = self.program.formula(id).map(|f| f.grain.clone());
        match level {
            Some(grain @ Grain::Level(_)) => {
                let code = Member::from(member(grain.attribute(), row));
                let Some(months) = self.period.take() else { return self.value(&(id, month, code)) };
                // Over a period, a formula of the level is its months by its own rule.
                let values: Result<Vec<Value>, Stop<Call>> = months.iter().map(|m| self.value(&(id, *m, Member::clone(&code)))).collect();
                self.period = Some(months);
                Ok(match values?.as_slice() {
                    [one] => one.clone(),
                    many => over_months(self.program.formula(id).map_or(Aggregation::None, |f| f.aggregation), many),
                })
            }
            _ => Ok(Value::Missing),
        }
    }

    pub(crate) fn node(&mut self, id: NodeId, row: &Row, month: Month, formula: &Formula) -> Answer {
        let value = below(self, |this| this.operation(id, row, month, formula))?;
        short(value).map_err(|kind| stopped(kind, formula, month, self.program.node(id).map_or(formula.span, |n| n.span)))
    }

    fn operation(&mut self, id: NodeId, row: &Row, month: Month, formula: &Formula) -> Answer {
        let program = self.program;
        let Some(node) = program.node(id) else { return Ok(Value::Missing) };
        let fault = |kind| stopped(kind, formula, month, node.span);
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
                value if falls_back(&value) => self.node(*fallback, row, month, formula),
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

fn stopped(kind: FaultKind, formula: &Formula, month: Month, span: cadrage_source::Span) -> Stop<Call> {
    Stop::Fault(Box::new(Fault { kind, formula: formula.name.clone(), month, matricule: None, span }))
}
