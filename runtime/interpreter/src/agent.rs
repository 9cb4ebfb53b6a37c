//! An agent's months: one match arm per node.

use std::collections::HashMap;

use cadrage_engine::{AgentFrame, AgentMonth, Environment, Mode, Row, Value};
use cadrage_ir::{Aggregation, Fault, FaultKind, Feed, Formula, FormulaId, Grain, NodeId, Op, Program};
use cadrage_value::{Exact, Money, Month};

use crate::descent::{self, Depth, Descent, Evaluated, Kept, Stop, below, falls_back, short, too_deep, within};
use crate::plain::{At, chosen, member, over_months, parameter, plain, rounded};

/// Where a node is evaluated: which month of the frame, which situation of it, how constaté months are read.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) month: usize,
    pub(crate) situation: Option<usize>,
    pub(crate) mode: Mode,
}

/// A formula where it is evaluated: `par situation` when the place has one.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Call {
    pub(crate) formula: FormulaId,
    pub(crate) place: Place,
}

type Answer = Evaluated<Call>;

/// An agent's frame being evaluated, each formula once per month, mode and situation.
pub(crate) struct AgentContext<'a> {
    pub(crate) program: &'a Program,
    pub(crate) environment: Environment<'a>,
    pub(crate) frame: &'a AgentFrame,
    memo: Vec<Option<Kept>>,
    /// By formula, month, situation, recomputed or not.
    situations: HashMap<(FormulaId, usize, Option<usize>, bool), Kept>,
    depth: Depth,
}

impl Descent for AgentContext<'_> {
    type Call = Call;

    fn value(&mut self, call: &Call) -> Answer {
        let Call { formula: id, place } = *call;
        let recomputed = place.mode == Mode::Recomputed;
        let slot = (place.month * 2 + usize::from(recomputed)) * self.program.formulas.len() + id.index();
        let key = (id, place.month, place.situation, recomputed);
        let by_situation = self.program.formula(id).is_some_and(|f| f.grain == Grain::Situation);
        let known = if by_situation { self.situations.get(&key) } else { self.memo.get(slot).and_then(Option::as_ref) };
        if let Some(known) = known {
            return known.clone().map_err(Stop::Fault);
        }
        if too_deep(self) {
            return Err(Stop::First(*call));
        }
        let computed =
            within(self, |this| if by_situation { this.of_situation(id, place) } else { this.of_agent(id, place.month, place.mode) });
        let kept = match computed {
            Ok(value) => Ok(value),
            Err(Stop::Fault(fault)) => Err(fault),
            Err(first) => return Err(first),
        };
        if by_situation {
            self.situations.insert(key, kept.clone());
        } else if let Some(place) = self.memo.get_mut(slot) {
            *place = Some(kept.clone());
        }
        kept.map_err(Stop::Fault)
    }

    fn depth(&mut self) -> &mut Depth {
        &mut self.depth
    }

    fn circular(&self, call: &Call) -> Fault {
        let month = self.slot(call.place).map_or(Month::MIN, |slot| slot.month);
        let formula = self.program.formula(call.formula);
        let span = formula.map_or_else(|| cadrage_source::Span::new(cadrage_source::FileId(0), 0, 0), |f| f.span);
        let name = formula.map_or_else(String::new, |f| f.name.clone());
        Fault { kind: FaultKind::Circular, formula: name, month, matricule: Some(self.frame.matricule.to_string()), span }
    }
}

impl<'a> AgentContext<'a> {
    pub(crate) fn new(program: &'a Program, environment: Environment<'a>, frame: &'a AgentFrame) -> Self {
        let memo = vec![None; 2 * program.formulas.len() * frame.months.len()];
        AgentContext { program, environment, frame, memo, situations: HashMap::new(), depth: Depth::default() }
    }

    /// The value of a `par agent` formula in a month of the frame.
    pub(crate) fn formula(&mut self, id: FormulaId, month: usize, mode: Mode) -> Result<Value, Fault> {
        descent::descend(self, Call { formula: id, place: Place { month, situation: None, mode } })
    }

    /// The value of a `par situation` formula in a situation of a month.
    pub(crate) fn situation(&mut self, id: FormulaId, month: usize, situation: usize) -> Result<Value, Fault> {
        descent::descend(self, Call { formula: id, place: Place { month, situation: Some(situation), mode: Mode::Paid } })
    }

    fn read(&mut self, id: FormulaId, month: usize, mode: Mode) -> Answer {
        self.value(&Call { formula: id, place: Place { month, situation: None, mode } })
    }

    fn of_agent(&mut self, id: FormulaId, month: usize, mode: Mode) -> Answer {
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
        self.cases(id, formula, row, place)
    }

    /// The value of a `par situation` formula.
    fn of_situation(&mut self, id: FormulaId, place: Place) -> Answer {
        let Some(formula) = self.program.formula(id) else { return Ok(Value::Missing) };
        if let Some(x) = self.frame.supplied.get(&id) {
            return Ok(Value::Known(x.clone()));
        }
        match self.row(place) {
            Some(row) => self.cases(id, formula, row, place),
            None => Ok(Value::NotApplicable),
        }
    }

    /// The sentence in force then, in the formula's place: who is outside its scope, it does not concern.
    fn cases(&mut self, id: FormulaId, formula: &'a Formula, row: &Row, place: Place) -> Answer {
        let written = self.slot(place).map_or(id, |slot| self.environment.parameters.formula_in(id, slot.month));
        let sentence = self.program.formula(written).unwrap_or(formula);
        if !row.is_in(&sentence.scope) {
            return Ok(Value::NotApplicable);
        }
        let Some(case) = chosen(sentence, row) else { return Ok(Value::NotApplicable) };
        let value = self.node(case.value, place, sentence)?;
        Ok(rounded(formula, rounded(sentence, value)))
    }

    pub(crate) fn slot(&self, place: Place) -> Option<&'a AgentMonth> {
        self.frame.months.get(place.month)
    }

    /// The row a node reads: the situation at hand, or the month's last one.
    pub(crate) fn row(&self, place: Place) -> Option<&'a Row> {
        let situations = &self.slot(place)?.situations;
        place.situation.map_or_else(|| situations.last(), |k| situations.get(k))
    }

    pub(crate) fn node(&mut self, id: NodeId, place: Place, formula: &'a Formula) -> Answer {
        let value = below(self, |this| this.operation(id, place, formula))?;
        short(value).map_err(|kind| {
            let span = self.program.node(id).map_or(formula.span, |n| n.span);
            self.fault(kind, formula, self.slot(place).map_or(Month::MIN, |s| s.month), span)
        })
    }

    fn operation(&mut self, id: NodeId, place: Place, formula: &'a Formula) -> Answer {
        let program = self.program;
        let Some(node) = program.node(id) else { return Ok(Value::Missing) };
        let Some(slot) = self.slot(place) else { return Ok(Value::Missing) };
        match &node.op {
            Op::Column(c) => Ok(self.row(place).and_then(|r| r.number(*c)).map_or(Value::Missing, |x| Value::Known(x.clone()))),
            Op::Parameter(p) => parameter(program, self.environment.parameters, *p, slot.month, self.row(place))
                .map_err(|kind| self.fault(kind, formula, slot.month, node.span)),
            Op::Formula(f) => match program.formula(*f).map(|g| &g.grain) {
                Some(Grain::Situation) => self.value(&Call { formula: *f, place }),
                Some(grain @ Grain::Level(_)) => Ok(self.level_value(*f, grain, slot.month, place)),
                _ => self.read(*f, place.month, place.mode),
            },
            Op::In(selection) => Ok(Value::Flag(self.row(place).is_some_and(|r| r.is_in(selection)))),
            Op::CodeIs { attribute, codes } => Ok(Value::Flag(self.row(place).is_some_and(|r| codes.contains(r.code(*attribute))))),
            Op::If { condition, then, otherwise } => match self.node(*condition, place, formula)? {
                Value::Flag(true) => self.node(*then, place, formula),
                Value::Flag(false) => self.node(*otherwise, place, formula),
                nothing => Ok(nothing),
            },
            Op::OrElse(value, fallback) => match self.node(*value, place, formula) {
                value if falls_back(&value) => self.node(*fallback, place, formula),
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
            Op::OverYear(f, year) => self.over_year(*f, *year, place),
            Op::Aggregate(id) => {
                let level = program.aggregates.get(id.index()).and_then(|a| a.level);
                let code = self.row(place).map_or("", |r| member(level, r));
                Ok(self.environment.levels.aggregate(program, *id, slot.month, code))
            }
            Op::Distributed(id) => Ok(self.environment.levels.part(*id, slot.month, &self.frame.matricule)),
            Op::PreviousMonth(f) => self.other_month(*f, slot.month.plus(-1), place),
            Op::PreviousYear(f) => self.other_month(*f, slot.month.plus(-12), place),
            Op::InMonth(f, month) => self.other_month(*f, *month, place),
            Op::LastPaid(f) => Ok(self.paid(*f, &self.frame.last_paid)),
            Op::Observed(f) => Ok(if slot.constate { self.paid(*f, &slot.observed) } else { Value::NotApplicable }),
            Op::Recomputed(f) => self.read(*f, place.month, Mode::Recomputed),
            Op::Base(code) => self.base(code, place, slot),
            op => {
                let operands = Program::operands(op);
                let mut values = Vec::with_capacity(operands.len());
                for operand in operands {
                    values.push(self.node(operand, place, formula)?);
                }
                let at = At { program, parameters: self.environment.parameters, month: slot.month, row: self.row(place) };
                plain(op, &values, &at).map_err(|kind| self.fault(kind, formula, slot.month, node.span))
            }
        }
    }

    fn cumulative(&mut self, id: FormulaId, place: Place, month: Month) -> Answer {
        let mut total = Exact::ZERO;
        for m in month.january().through(month) {
            let Some(k) = self.frame.position(m) else { continue };
            match self.read(id, k, place.mode)?.or_zero() {
                Some(x) => total = &total + &x,
                None => return Ok(Value::Missing),
            }
        }
        Ok(Value::Known(total))
    }

    fn other_month(&mut self, id: FormulaId, month: Month, place: Place) -> Answer {
        if let Some(grain @ Grain::Level(_)) = self.program.formula(id).map(|f| &f.grain) {
            return Ok(self.level_value(id, grain, month, place));
        }
        match self.frame.position(month) {
            Some(k) => self.read(id, k, place.mode),
            None => Ok(Value::Missing),
        }
    }

    /// A formula of a level, for the member the row belongs to.
    fn level_value(&self, id: FormulaId, grain: &Grain, month: Month, place: Place) -> Value {
        let code = self.row(place).map_or("", |r| member(grain.attribute(), r));
        self.environment.levels.formula(id, month, code).cloned().unwrap_or(Value::Missing)
    }

    fn over_year(&mut self, id: FormulaId, year: i32, place: Place) -> Answer {
        let Some(first) = Month::new(year, 1) else { return Ok(Value::Missing) };
        let mut values = Vec::new();
        for month in first.through(first.december()) {
            values.push(self.other_month(id, month, place)?);
        }
        let rule = self.program.formula(id).map_or(Aggregation::None, |f| f.aggregation);
        Ok(over_months(rule, &values))
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
    fn base(&mut self, code: &str, place: Place, slot: &AgentMonth) -> Answer {
        let program = self.program;
        let Some(base) = program.bases.iter().find(|b| b.code == code) else { return Ok(Value::Missing) };
        let mut total = Exact::ZERO;
        let mut computed: Vec<&str> = Vec::new();
        for (k, formula) in program.formulas.iter().enumerate() {
            let (Grain::Agent, Some(Feed::Rubriques(list, _))) = (&formula.grain, &formula.feeds) else { continue };
            let Some(rubrique) = list.first().filter(|r| base.rubriques.contains(*r)) else { continue };
            match self.read(FormulaId::at(k), place.month, place.mode)?.or_zero() {
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

    fn fault(&self, kind: FaultKind, formula: &Formula, month: Month, span: cadrage_source::Span) -> Stop<Call> {
        Stop::Fault(Box::new(Fault { kind, formula: formula.name.clone(), month, matricule: Some(self.frame.matricule.to_string()), span }))
    }
}
