//! One match arm per node.

use cadrage_engine::{AgentFrame, AgentMonth, Mode, Parameters, Row, Value};
use cadrage_ir::{Case, Fault, FaultKind, Feed, Formula, FormulaId, Grain, NodeId, Op, Operator, Program};
use cadrage_value::{Exact, Money, Month};

/// Where a node is evaluated: which month of the frame, which situation of it, how constaté months are read.
#[derive(Clone, Copy)]
struct Place {
    month: usize,
    situation: Option<usize>,
    mode: Mode,
}

/// An agent's frame being evaluated, each formula once per month and mode.
pub(crate) struct AgentContext<'a> {
    program: &'a Program,
    parameters: &'a Parameters,
    frame: &'a AgentFrame,
    memo: Vec<Option<Value>>,
}

impl<'a> AgentContext<'a> {
    pub(crate) fn new(program: &'a Program, parameters: &'a Parameters, frame: &'a AgentFrame) -> Self {
        let memo = vec![None; 2 * program.formulas.len() * frame.months.len()];
        AgentContext { program, parameters, frame, memo }
    }

    /// The value of a `par agent` formula in a month of the frame.
    pub(crate) fn formula(&mut self, id: FormulaId, month: usize, mode: Mode) -> Result<Value, Fault> {
        let slot = (month * 2 + usize::from(mode == Mode::Recomputed)) * self.program.formulas.len() + id.index();
        if let Some(Some(known)) = self.memo.get(slot) {
            return Ok(known.clone());
        }
        let value = self.compute(id, month, mode)?;
        if let Some(place) = self.memo.get_mut(slot) {
            *place = Some(value.clone());
        }
        Ok(value)
    }

    fn compute(&mut self, id: FormulaId, month: usize, mode: Mode) -> Result<Value, Fault> {
        let (program, frame) = (self.program, self.frame);
        let (Some(formula), Some(slot)) = (program.formula(id), frame.months.get(month)) else { return Ok(Value::Missing) };
        if let Some(x) = frame.supplied.get(&id) {
            return Ok(if slot.situations.is_empty() { Value::NotApplicable } else { Value::Known(x.clone()) });
        }
        if slot.constate
            && (mode == Mode::Paid || formula.final_when_paid)
            && let Some(Feed::Rubriques(list, _)) = &formula.feeds
        {
            let applies = slot.situations.last().is_none_or(|row| row.is_in(&formula.scope));
            let paid = list.first().and_then(|r| slot.observed.get(r)).filter(|_| applies);
            return Ok(paid.map_or(Value::NotApplicable, |m| Value::Known(m.to_exact())));
        }
        let Some(row) = slot.situations.last() else { return Ok(Value::NotApplicable) };
        let place = Place { month, situation: None, mode };
        self.cases(formula, row, place)
    }

    /// The value of a `par situation` formula.
    fn situation_formula(&mut self, id: FormulaId, place: Place) -> Result<Value, Fault> {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        if let Some(x) = self.frame.supplied.get(&id) {
            return Ok(Value::Known(x.clone()));
        }
        match self.row(place) {
            Some(row) => self.cases(formula, row, place),
            None => Ok(Value::NotApplicable),
        }
    }

    fn cases(&mut self, formula: &'a Formula, row: &Row, place: Place) -> Result<Value, Fault> {
        if !row.is_in(&formula.scope) {
            return Ok(Value::NotApplicable);
        }
        let Some(case) = chosen(formula, row) else { return Ok(Value::NotApplicable) };
        let value = self.node(case.value, place, formula)?;
        Ok(rounded(formula, value))
    }

    fn slot(&self, place: Place) -> Option<&'a AgentMonth> {
        self.frame.months.get(place.month)
    }

    /// The row a node reads: the situation at hand, or the month's last one.
    fn row(&self, place: Place) -> Option<&'a Row> {
        let situations = &self.slot(place)?.situations;
        place.situation.map_or_else(|| situations.last(), |k| situations.get(k))
    }

    fn node(&mut self, id: NodeId, place: Place, formula: &'a Formula) -> Result<Value, Fault> {
        let program = self.program;
        let Some(node) = program.node(id) else { return Ok(Value::Missing) };
        let Some(slot) = self.slot(place) else { return Ok(Value::Missing) };
        match &node.op {
            Op::Column(c) => Ok(self.row(place).and_then(|r| r.number(*c)).map_or(Value::Missing, |x| Value::Known(x.clone()))),
            Op::Parameter(p) => parameter(program, self.parameters, *p, slot.month, self.row(place))
                .map_err(|kind| self.fault(kind, formula, slot.month, node.span)),
            Op::Formula(f) => match program.formula(*f).map(|g| &g.grain) {
                Some(Grain::Situation) => self.situation_formula(*f, place),
                _ => self.formula(*f, place.month, place.mode),
            },
            Op::In(selection) => Ok(Value::Flag(self.row(place).is_some_and(|r| r.is_in(selection)))),
            Op::CodeIs { attribute, codes } => Ok(Value::Flag(self.row(place).is_some_and(|r| codes.contains(r.code(*attribute))))),
            Op::If { condition, then, otherwise } => match self.node(*condition, place, formula)? {
                Value::Flag(true) => self.node(*then, place, formula),
                Value::Flag(false) => self.node(*otherwise, place, formula),
                nothing => Ok(nothing),
            },
            Op::OrElse(value, fallback) => match self.node(*value, place, formula) {
                Ok(Value::Missing | Value::NotApplicable) => self.node(*fallback, place, formula),
                Err(fault) if matches!(fault.kind, FaultKind::NoValue { .. }) => self.node(*fallback, place, formula),
                known => known,
            },
            Op::SumSituations(operand, selection) => {
                let mut total = Exact::ZERO;
                for (k, row) in slot.situations.iter().enumerate().filter(|(_, row)| row.is_in(selection)) {
                    let _ = row;
                    match self.node(*operand, Place { situation: Some(k), ..place }, formula)?.or_zero() {
                        Some(x) => total = &total + &x,
                        None => return Ok(Value::Missing),
                    }
                }
                Ok(Value::Known(total))
            }
            Op::EndOfMonth(operand) => match slot.situations.len().checked_sub(1) {
                Some(last) => self.node(*operand, Place { situation: Some(last), ..place }, formula),
                None => Ok(Value::NotApplicable),
            },
            Op::Cumulative(f) => self.cumulative(*f, place, slot.month),
            Op::PreviousMonth(f) => self.other_month(*f, slot.month.plus(-1), place.mode),
            Op::PreviousYear(f) => self.other_month(*f, slot.month.plus(-12), place.mode),
            Op::InMonth(f, month) => self.other_month(*f, *month, place.mode),
            Op::LastPaid(f) => Ok(self.paid(*f, &self.frame.last_paid)),
            Op::Observed(f) => Ok(if slot.constate { self.paid(*f, &slot.observed) } else { Value::NotApplicable }),
            Op::Recomputed(f) => self.formula(*f, place.month, Mode::Recomputed),
            Op::Base(code) => self.base(code, place, slot),
            op => {
                let operands = Program::operands(op);
                let mut values = Vec::with_capacity(operands.len());
                for operand in operands {
                    values.push(self.node(operand, place, formula)?);
                }
                let at = At { program, parameters: self.parameters, month: slot.month, row: self.row(place) };
                plain(op, &values, &at).map_err(|kind| self.fault(kind, formula, slot.month, node.span))
            }
        }
    }

    fn cumulative(&mut self, id: FormulaId, place: Place, month: Month) -> Result<Value, Fault> {
        let mut total = Exact::ZERO;
        for m in month.january().through(month) {
            let Some(k) = self.frame.position(m) else { continue };
            match self.formula(id, k, place.mode)?.or_zero() {
                Some(x) => total = &total + &x,
                None => return Ok(Value::Missing),
            }
        }
        Ok(Value::Known(total))
    }

    fn other_month(&mut self, id: FormulaId, month: Month, mode: Mode) -> Result<Value, Fault> {
        match self.frame.position(month) {
            Some(k) => self.formula(id, k, mode),
            None => Ok(Value::Missing),
        }
    }

    /// What was paid of the rubrique a formula feeds.
    fn paid(&self, id: FormulaId, amounts: &std::collections::BTreeMap<String, Money>) -> Value {
        match self.program.formula(id).and_then(|f| f.feeds.as_ref()) {
            Some(Feed::Rubriques(list, _)) => {
                let found: Vec<Money> = list.iter().filter_map(|r| amounts.get(r).copied()).collect();
                if found.is_empty() { Value::NotApplicable } else { Value::Known(found.into_iter().sum::<Money>().to_exact()) }
            }
            _ => Value::NotApplicable,
        }
    }

    /// Σ of the month's elements that enter a base: formulas, and on constaté months what no `par agent` formula computes.
    fn base(&mut self, code: &str, place: Place, slot: &AgentMonth) -> Result<Value, Fault> {
        let program = self.program;
        let Some(base) = program.bases.iter().find(|b| b.code == code) else { return Ok(Value::Missing) };
        let mut total = Exact::ZERO;
        let mut computed: Vec<&str> = Vec::new();
        for (k, formula) in program.formulas.iter().enumerate() {
            let (Grain::Agent, Some(Feed::Rubriques(list, _))) = (&formula.grain, &formula.feeds) else { continue };
            let Some(rubrique) = list.first().filter(|r| base.rubriques.contains(*r)) else { continue };
            match self.formula(FormulaId::at(k), place.month, place.mode)?.or_zero() {
                Some(x) => total = &total + &x,
                None => return Ok(Value::Missing),
            }
            computed.push(rubrique);
        }
        for (rubrique, paid) in &slot.observed {
            if base.rubriques.contains(rubrique) && !computed.contains(&rubrique.as_str()) {
                total = &total + &paid.to_exact();
            }
        }
        Ok(Value::Known(total))
    }

    fn fault(&self, kind: FaultKind, formula: &Formula, month: Month, span: cadrage_source::Span) -> Fault {
        Fault { kind, formula: formula.name.clone(), month, matricule: Some(self.frame.matricule.to_string()), span }
    }
}

/// A line being evaluated.
pub(crate) struct LineContext<'a> {
    pub(crate) program: &'a Program,
    pub(crate) parameters: &'a Parameters,
    pub(crate) row: &'a Row,
    pub(crate) month: Month,
    pub(crate) before: Option<&'a Exact>,
}

impl LineContext<'_> {
    pub(crate) fn formula(&self, id: FormulaId) -> Result<Value, Fault> {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        if !self.row.is_in(&formula.scope) {
            return Ok(Value::NotApplicable);
        }
        let Some(case) = chosen(formula, self.row) else { return Ok(Value::NotApplicable) };
        let value = self.node(case.value, formula)?;
        Ok(rounded(formula, value))
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
            Op::Parameter(p) => parameter(self.program, self.parameters, *p, self.month, Some(self.row)).map_err(fault),
            Op::Formula(f) => self.formula(*f),
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
                let at = At { program: self.program, parameters: self.parameters, month: self.month, row: Some(self.row) };
                plain(op, &values, &at).map_err(fault)
            }
        }
    }
}

/// The first case whose box holds the row: they go from the most specific to the default.
fn chosen<'f>(formula: &'f Formula, row: &Row) -> Option<&'f Case> {
    formula.cases.iter().find(|c| row.is_in(&c.selection))
}

fn rounded(formula: &Formula, value: Value) -> Value {
    match (value, formula.rounding) {
        (Value::Known(x), Some(r)) => Value::Known(r.rule.apply(&x, r.digits)),
        (value, _) => value,
    }
}

fn parameter(
    program: &Program,
    parameters: &Parameters,
    id: cadrage_ir::ParameterId,
    month: Month,
    row: Option<&Row>,
) -> Result<Value, FaultKind> {
    match parameters.value(id, month, row) {
        Some(value) => Ok(Value::Known(value)),
        None => {
            let declared = parameters.get(id).or_else(|| program.parameter(id));
            let first = declared.and_then(|p| p.cases.iter().flat_map(|c| &c.timeline).filter_map(|d| d.from).min());
            Err(FaultKind::NoValue {
                parameter: declared.map_or_else(String::new, |p| p.name.clone()),
                first: first.filter(|f| *f > month.first_day()),
            })
        }
    }
}

/// What a plain operation may look at besides its operands.
struct At<'a> {
    program: &'a Program,
    parameters: &'a Parameters,
    month: Month,
    row: Option<&'a Row>,
}

/// Operations on values alone.
fn plain(op: &Op, values: &[Value], at: &At<'_>) -> Result<Value, FaultKind> {
    let first = values.first().cloned().unwrap_or(Value::Missing);
    let second = values.get(1).cloned().unwrap_or(Value::Missing);
    let number = |v: Value, f: &dyn Fn(&Exact) -> Exact| match v {
        Value::Known(x) => Value::Known(f(&x)),
        other => other,
    };
    Ok(match op {
        Op::Literal(x) => Value::Known(x.clone()),
        Op::Flag(b) => Value::Flag(*b),
        Op::MonthNumber => Value::Known(Exact::from_int(i64::from(at.month.number()))),
        Op::Year => Value::Known(Exact::from_int(i64::from(at.month.year()))),
        Op::Calendar(c) => at
            .program
            .calendars
            .get(c.index())
            .and_then(|c| c.shares.get(at.month.number() as usize - 1))
            .map_or(Value::Missing, |s| Value::Known(s.clone())),
        Op::Negate(_) => number(first, &|x| -x.clone()),
        Op::Absolute(_) => number(first, &|x| if x.is_negative() { -x.clone() } else { x.clone() }),
        Op::Round(_, r) => number(first, &|x| r.rule.apply(x, r.digits)),
        Op::Not(_) => match first {
            Value::Flag(b) => Value::Flag(!b),
            other => other,
        },
        Op::Min(_) => extreme(values, std::cmp::Ordering::Less),
        Op::Max(_) => extreme(values, std::cmp::Ordering::Greater),
        Op::Binary(operator, ..) => binary(*operator, first, second)?,
        Op::Brackets(id, _, which) => match first {
            Value::Known(base) => brackets(*id, &base, *which, at)?,
            other => other,
        },
        _ => Value::Missing,
    })
}

/// The smallest or largest; « sans objet » is left out, « manquant » is contagious.
fn extreme(values: &[Value], wanted: std::cmp::Ordering) -> Value {
    let mut best: Option<Exact> = None;
    for value in values {
        match value {
            Value::Known(x) if best.as_ref().is_none_or(|b| x.cmp(b) == wanted) => best = Some(x.clone()),
            Value::Known(_) | Value::NotApplicable => {}
            Value::Missing | Value::Flag(_) => return Value::Missing,
        }
    }
    best.map_or(Value::NotApplicable, Value::Known)
}

fn binary(operator: Operator, left: Value, right: Value) -> Result<Value, FaultKind> {
    use Value::{Flag, Known, Missing, NotApplicable};
    Ok(match (operator, left, right) {
        (Operator::And, Flag(a), Flag(b)) => Flag(a && b),
        (Operator::Or, Flag(a), Flag(b)) => Flag(a || b),
        (_, Missing, _) | (_, _, Missing) => Missing,
        // « sans objet » is 0 in a sum, and makes a product or a comparison sans objet.
        (Operator::Add | Operator::Subtract, NotApplicable, NotApplicable) => NotApplicable,
        (Operator::Add, NotApplicable, Known(x)) | (Operator::Add | Operator::Subtract, Known(x), NotApplicable) => Known(x),
        (Operator::Subtract, NotApplicable, Known(x)) => Known(-x),
        (_, NotApplicable, _) | (_, _, NotApplicable) => NotApplicable,
        (Operator::Add, Known(a), Known(b)) => Known(&a + &b),
        (Operator::Subtract, Known(a), Known(b)) => Known(&a - &b),
        (Operator::Multiply, Known(a), Known(b)) => Known(&a * &b),
        (Operator::Divide, Known(a), Known(b)) => Known(a.checked_div(&b).ok_or(FaultKind::DivisionByZero)?),
        (Operator::Equal, Known(a), Known(b)) => Flag(a == b),
        (Operator::Different, Known(a), Known(b)) => Flag(a != b),
        (Operator::Less, Known(a), Known(b)) => Flag(a < b),
        (Operator::LessOrEqual, Known(a), Known(b)) => Flag(a <= b),
        (Operator::Greater, Known(a), Known(b)) => Flag(a > b),
        (Operator::GreaterOrEqual, Known(a), Known(b)) => Flag(a >= b),
        (Operator::Equal, Flag(a), Flag(b)) => Flag(a == b),
        (Operator::Different, Flag(a), Flag(b)) => Flag(a != b),
        _ => Missing,
    })
}

/// Σ over the brackets of rate × the part of the base inside, or one bracket only.
fn brackets(id: cadrage_ir::BracketId, base: &Exact, which: Option<usize>, at: &At<'_>) -> Result<Value, FaultKind> {
    let Some(scale) = at.program.brackets.get(id.index()) else { return Ok(Value::Missing) };
    let unit = match scale.scale {
        None => Exact::ONE,
        Some(p) => match parameter(at.program, at.parameters, p, at.month, at.row)? {
            Value::Known(x) => x,
            other => return Ok(other),
        },
    };
    let day = at.month.first_day();
    let Some(version) = scale.versions.iter().rev().find(|v| v.from <= day) else {
        return Err(FaultKind::NoValue { parameter: scale.name.clone(), first: scale.versions.first().map(|v| v.from) });
    };
    let mut low = Exact::ZERO;
    let mut total = Exact::ZERO;
    for (k, (bound, rate)) in version.brackets.iter().enumerate() {
        let high = bound.as_ref().map(|b| b * &unit);
        let top = high.as_ref().map_or_else(|| base.clone(), |h| if base < h { base.clone() } else { h.clone() });
        let part = &top - &low;
        // A negative base stays in the first bracket, as a refund does.
        let counts = !part.is_negative() || k == 0;
        if counts && which.is_none_or(|w| w == k + 1) {
            total = &total + &(&part * rate);
        }
        match high {
            Some(h) => low = h,
            None => break,
        }
    }
    Ok(Value::Known(total))
}
