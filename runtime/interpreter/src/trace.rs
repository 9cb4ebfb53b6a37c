//! What the value of an agent's formula is made of: the walk of its sentence, with the value of everything it reads.
//!
//! Arithmetic is not told: the words of the sentence say it. Only what is read gives steps, and only where it was read: the branch of a
//! `si` that was taken, an `à défaut` that took over. Values are those of [`AgentContext`], never computed in another way.

use std::collections::HashSet;

use cadrage_engine::{How, Mode, Row, Step, Value, What};
use cadrage_ir::{Aggregation, Fault, FaultKind, Feed, FormulaId, Grain, Node, NodeId, Op, Operator, Program, Type};
use cadrage_source::Span;
use cadrage_value::{Exact, Month};

use crate::agent::{AgentContext, Call, Place};
use crate::descent;
use crate::plain::{At, slices};

/// How many formulas one below the other are opened.
pub(crate) const DEEPEST: usize = 40;

/// What tells the steps of a sentence: everything but arithmetic is told by [`Walk::read`].
pub(crate) trait Walk {
    /// Where nodes are evaluated.
    type Place;

    /// The program.
    fn program(&self) -> &Program;

    /// The value of a node, or why there is none.
    fn settle(&mut self, id: NodeId, place: &Self::Place, sentence: FormulaId) -> Result<Value, FaultKind>;

    /// The steps of what is read.
    fn read(&mut self, id: NodeId, node: &Node, place: &Self::Place, sentence: FormulaId, out: &mut Vec<Step>);

    /// The month of a place, and its situation when it has one.
    fn at(&self, place: &Self::Place) -> (Month, Option<usize>);

    /// A step of something that has no formula of its own.
    fn given(&mut self, what: What, id: NodeId, node: &Node, place: &Self::Place, sentence: FormulaId) -> Step {
        let (value, fault) = match self.settle(id, place, sentence) {
            Ok(value) => (value, None),
            Err(kind) => (Value::Missing, Some(kind)),
        };
        let (month, situation) = self.at(place);
        Step { situation, fault, ..Step::given(what, node.span, month, value) }
    }
}

/// Adds the steps that an expression reads.
pub(crate) fn walk<W: Walk>(it: &mut W, id: NodeId, place: &W::Place, sentence: FormulaId, out: &mut Vec<Step>) {
    let Some(node) = it.program().node(id).cloned() else { return };
    match &node.op {
        Op::Literal(_) | Op::Flag(_) => {}
        Op::Binary(_, a, b) if is_one_condition(it.program(), &node, *a, *b) => {
            let mut step = it.given(What::Condition, id, &node, place, sentence);
            walk(it, *a, place, sentence, &mut step.steps);
            walk(it, *b, place, sentence, &mut step.steps);
            out.push(step);
        }
        Op::Binary(Operator::Ratio, a, b) if bears_its_words(it.program(), &node, *a) && bears_its_words(it.program(), &node, *b) => {
            let mut step = it.given(What::Phrase, id, &node, place, sentence);
            step.how = How::Quotient;
            walk(it, *a, place, sentence, &mut step.steps);
            walk(it, *b, place, sentence, &mut step.steps);
            out.push(step);
        }
        Op::Not(a) if it.program().node(*a).is_some_and(|inner| inner.span == node.span) => {
            let mut step = it.given(What::Condition, id, &node, place, sentence);
            walk(it, *a, place, sentence, &mut step.steps);
            out.push(step);
        }
        Op::If { condition, then, otherwise } => {
            walk(it, *condition, place, sentence, out);
            match it.settle(*condition, place, sentence) {
                Ok(Value::Flag(true)) => walk(it, *then, place, sentence, out),
                Ok(Value::Flag(false)) => walk(it, *otherwise, place, sentence, out),
                _ => {}
            }
        }
        Op::OrElse(value, fallback) => {
            walk(it, *value, place, sentence, out);
            if matches!(it.settle(*value, place, sentence), Ok(Value::Missing | Value::NotApplicable) | Err(FaultKind::NoValue { .. })) {
                walk(it, *fallback, place, sentence, out);
            }
        }
        Op::In(_) | Op::CodeIs { .. } => {
            out.push(it.given(What::Condition, id, &node, place, sentence));
        }
        Op::Column(c) => {
            out.push(it.given(What::Column(*c), id, &node, place, sentence));
        }
        Op::Parameter(p) => {
            out.push(it.given(What::Parameter(*p), id, &node, place, sentence));
        }
        Op::Calendar(c) => {
            out.push(it.given(What::Calendar(*c), id, &node, place, sentence));
        }
        Op::MonthNumber | Op::Year => {
            out.push(it.given(What::Now, id, &node, place, sentence));
        }
        Op::Binary(..) | Op::Negate(_) | Op::Not(_) | Op::Absolute(_) | Op::Round(..) | Op::Min(_) | Op::Max(_) => {
            for operand in Program::operands(&node.op) {
                walk(it, operand, place, sentence, out);
            }
        }
        _ => it.read(id, &node, place, sentence, out),
    }
}

/// Was it made for the words of a phrase, rather than for words of its own?
fn bears_its_words(program: &Program, node: &Node, operand: NodeId) -> bool {
    program.node(operand).is_some_and(|x| x.span == node.span && x.span.start < x.span.end)
}

/// A comparison that is one phrase: of dates, of months, `entre … et …`. Its operands bear its own words.
fn is_one_condition(program: &Program, node: &Node, a: NodeId, b: NodeId) -> bool {
    let phrase = |x: NodeId| bears_its_words(program, node, x) || program.node(x).is_some_and(|x| x.ty == Type::Date);
    node.ty == Type::Flag && (phrase(a) || phrase(b))
}

/// Walks the sentences of an agent.
pub(crate) struct Tracer<'c, 'a> {
    context: &'c mut AgentContext<'a>,
    /// What is opened already: formula, month, situation, recomputed or not.
    open: HashSet<(FormulaId, usize, Option<usize>, bool)>,
    depth: usize,
}

impl<'c, 'a> Tracer<'c, 'a> {
    pub(crate) fn new(context: &'c mut AgentContext<'a>) -> Self {
        Tracer { context, open: HashSet::new(), depth: 0 }
    }

    /// The whole tree of a formula.
    pub(crate) fn whole(&mut self, id: FormulaId, (month, situation): (usize, Option<usize>), mode: Mode) -> Result<Step, Fault> {
        let call = Call { formula: id, place: Place { month, situation, mode } };
        descent::descend(self.context, call)?;
        let words = self.context.program.formula(id).map_or_else(|| Span::new(cadrage_source::FileId(0), 0, 0), |f| f.span);
        Ok(self.call(call, words))
    }

    /// A formula that a sentence reads.
    fn call(&mut self, call: Call, words: Span) -> Step {
        let Call { formula: id, place } = call;
        let month = self.month(place);
        let (value, fault) = match descent::descend(self.context, call) {
            Ok(value) => (value, None),
            Err(fault) => (Value::Missing, Some(fault.kind)),
        };
        let mut step = Step { situation: place.situation, fault, ..Step::given(What::Formula(id), words, month, value) };
        let (program, frame) = (self.context.program, self.context.frame);
        let Some(formula) = program.formula(id) else { return step };
        if frame.supplied.contains_key(&id) {
            return step;
        }
        if !self.open.insert((id, place.month, place.situation, place.mode == Mode::Recomputed)) {
            step.how = How::Above;
            return step;
        }
        let of_the_month = formula.grain != Grain::Situation;
        if of_the_month
            && let Some(slot) = frame.months.get(place.month).filter(|slot| slot.constate)
            && (place.mode == Mode::Paid || formula.final_when_paid)
            && matches!(formula.feeds, Some(Feed::Rubriques(..)))
        {
            let concerned = slot.situations.last().is_none_or(|row| row.is_in(&formula.scope));
            step.how = if concerned { How::Paid } else { How::Outside(id) };
            return step;
        }
        let Some(row) = self.context.row(place) else {
            step.how = How::Away;
            return step;
        };
        let written = self.context.environment.parameters.formula_in(id, month);
        let sentence = program.formula(written).unwrap_or(formula);
        let found = sentence.cases.iter().position(|c| row.is_in(&c.selection)).filter(|_| row.is_in(&sentence.scope));
        let Some((position, case)) = found.and_then(|k| Some((k, sentence.cases.get(k)?))) else {
            step.how = How::Outside(written);
            return step;
        };
        if self.depth >= DEEPEST {
            step.how = How::Deeper;
            return step;
        }
        step.how = How::Sentence { of: written, case: position, text: case.span };
        if (formula.rounding.is_some() || sentence.rounding.is_some())
            && let Ok(Value::Known(x)) = self.settle(case.value, &place, written)
        {
            step.unrounded = Some(x);
        }
        self.depth += 1;
        walk(self, case.value, &place, written, &mut step.steps);
        self.depth -= 1;
        step
    }

    fn month(&self, place: Place) -> Month {
        self.context.slot(place).map_or(Month::MIN, |s| s.month)
    }

    /// A formula of another month, which is not opened.
    fn elsewhere(&self, id: FormulaId, node: &Node, month: Month, value: Value) -> Step {
        Step { how: How::Elsewhere, ..Step::given(What::Formula(id), node.span, month, value) }
    }

    /// `cumul de x`, `x sur 2027`: the value of each month; of those beyond the horizon nothing is known, when they count.
    fn over_months(
        &mut self,
        id: FormulaId,
        months: &mut dyn Iterator<Item = Month>,
        (place, beyond): (Place, bool),
        node: &Node,
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        for month in months {
            let Some(k) = self.context.frame.position(month) else {
                if beyond {
                    steps.push(self.elsewhere(id, node, month, Value::Missing));
                }
                continue;
            };
            let call = Call { formula: id, place: Place { month: k, situation: None, mode: place.mode } };
            let value = descent::descend(self.context, call).unwrap_or(Value::Missing);
            steps.push(self.elsewhere(id, node, month, value));
        }
        steps
    }

    /// The elements of a base: formulas, then what was paid of the rest.
    fn base(&mut self, code: &str, place: Place) -> Vec<Step> {
        let (program, frame) = (self.context.program, self.context.frame);
        let Some(base) = program.bases.iter().find(|b| b.code == code) else { return Vec::new() };
        let counts = |value: &Value| !matches!(value, Value::NotApplicable) && *value != Value::Known(Exact::ZERO);
        let mut out = Vec::new();
        let mut computed: Vec<&str> = Vec::new();
        for (k, formula) in program.formulas.iter().enumerate() {
            let (Grain::Agent, Some(Feed::Rubriques(list, _))) = (&formula.grain, &formula.feeds) else { continue };
            let Some(rubrique) = list.first().filter(|r| base.rubriques.contains(*r)) else { continue };
            computed.push(rubrique);
            let call = Call { formula: FormulaId::at(k), place: Place { situation: None, ..place } };
            if descent::descend(self.context, call).is_ok_and(|value| counts(&value)) {
                out.push(self.call(call, formula.span));
            }
        }
        let Some(slot) = frame.months.get(place.month) else { return out };
        for (rubrique, paid) in &slot.observed {
            if base.rubriques.contains(rubrique) && !computed.contains(&rubrique.as_str()) {
                let words = Span::new(cadrage_source::FileId(u32::MAX), 0, 0);
                let step = Step::given(What::Rubrique(rubrique.clone()), words, slot.month, Value::Known(paid.to_exact()));
                out.push(Step { how: How::Paid, ..step });
            }
        }
        out
    }

    /// The base of a scale, then its slices.
    fn slices(&mut self, id: NodeId, node: &Node, place: Place, sentence: FormulaId) -> Step {
        let Op::Brackets(scale, base, which) = &node.op else {
            return Step::given(What::Phrase, node.span, self.month(place), Value::Missing);
        };
        let mut step = self.given(What::Bracket(*scale), id, node, &place, sentence);
        let program = self.context.program;
        let words = program.node(*base).map_or(node.span, |n| n.span);
        let value = self.settle(*base, &place, sentence).unwrap_or(Value::Missing);
        let mut of = Step { situation: place.situation, ..Step::given(What::Phrase, words, step.month, value.clone()) };
        of.how = How::Sentence { of: sentence, case: 0, text: words };
        walk(self, *base, &place, sentence, &mut of.steps);
        step.steps.push(of);
        step.how = How::Slices;
        if let Value::Known(x) = value {
            let at = At { program, parameters: self.context.environment.parameters, month: step.month, row: self.context.row(place) };
            for slice in slices(*scale, &x, *which, &at).ok().and_then(Result::ok).into_iter().flatten() {
                let value = Value::Known(&slice.part * &slice.rate);
                let what = What::Slice { low: slice.low, high: slice.high, part: slice.part, rate: slice.rate };
                step.steps.push(Step { situation: place.situation, ..Step::given(what, node.span, step.month, value) });
            }
        }
        step
    }
}

impl Walk for Tracer<'_, '_> {
    type Place = Place;

    fn program(&self) -> &Program {
        self.context.program
    }

    fn settle(&mut self, id: NodeId, place: &Place, sentence: FormulaId) -> Result<Value, FaultKind> {
        let Some(sentence) = self.context.program.formula(sentence) else { return Ok(Value::Missing) };
        descent::settled(self.context, |context| context.node(id, *place, sentence))
    }

    fn at(&self, place: &Place) -> (Month, Option<usize>) {
        (self.month(*place), place.situation)
    }

    fn read(&mut self, id: NodeId, node: &Node, place: &Place, sentence: FormulaId, out: &mut Vec<Step>) {
        let place = *place;
        let of_level = |f: &FormulaId| matches!(self.context.program.formula(*f).map(|f| &f.grain), Some(Grain::Level(_)));
        let situations: Vec<Row> = self.context.slot(place).map(|s| s.situations.clone()).unwrap_or_default();
        let month = self.month(place);
        let phrase = |how: How, this: &mut Self| {
            let mut step = this.given(What::Phrase, id, node, &place, sentence);
            step.how = how;
            step
        };
        let step = match &node.op {
            Op::Formula(f) | Op::PreviousMonth(f) | Op::PreviousYear(f) | Op::InMonth(f, _) if of_level(f) => {
                let month = match &node.op {
                    Op::PreviousMonth(_) => month.plus(-1),
                    Op::PreviousYear(_) => month.plus(-12),
                    Op::InMonth(_, m) => *m,
                    _ => month,
                };
                Step { how: How::Gathered, month, ..self.given(What::Formula(*f), id, node, &place, sentence) }
            }
            Op::Formula(f) => {
                let by_situation = self.context.program.formula(*f).is_some_and(|f| f.grain == Grain::Situation);
                let situation = place.situation.filter(|_| by_situation);
                self.call(Call { formula: *f, place: Place { situation, ..place } }, node.span)
            }
            Op::Recomputed(f) => {
                self.call(Call { formula: *f, place: Place { situation: None, mode: Mode::Recomputed, ..place } }, node.span)
            }
            Op::SumSituations(operand, selection) => {
                // Nearly everybody has one situation in a month: its operands are those of the sentence.
                if situations.len() == 1 && situations.iter().all(|row| row.is_in(selection)) {
                    return walk(self, *operand, &Place { situation: Some(0), ..place }, sentence, out);
                }
                let mut step = phrase(How::Sum, self);
                let words = self.context.program.node(*operand).map_or(node.span, |n| n.span);
                for (k, _) in situations.iter().enumerate().filter(|(_, row)| row.is_in(selection)) {
                    let inside = Place { situation: Some(k), ..place };
                    let value = self.settle(*operand, &inside, sentence).unwrap_or(Value::Missing);
                    let mut one = Step { situation: Some(k), ..Step::given(What::Situation, words, month, value) };
                    one.how = How::Sentence { of: sentence, case: 0, text: words };
                    walk(self, *operand, &inside, sentence, &mut one.steps);
                    step.steps.push(one);
                }
                step
            }
            Op::EndOfMonth(operand) => {
                let Some(last) = situations.len().checked_sub(1) else { return out.push(phrase(How::Away, self)) };
                return walk(self, *operand, &Place { situation: Some(last), ..place }, sentence, out);
            }
            Op::Cumulative(f) => {
                let mut step = phrase(How::Sum, self);
                step.steps = self.over_months(*f, &mut month.january().through(month), (place, false), node);
                step
            }
            Op::OverYear(f, year) => {
                let rule = self.context.program.formula(*f).map_or(Aggregation::None, |f| f.aggregation);
                let mut step = phrase(How::OverMonths(rule), self);
                if let Some(first) = Month::new(*year, 1) {
                    step.steps = self.over_months(*f, &mut first.through(first.december()), (place, true), node);
                }
                step
            }
            Op::PreviousMonth(f) | Op::PreviousYear(f) | Op::InMonth(f, _) => {
                let other = match &node.op {
                    Op::PreviousMonth(_) => month.plus(-1),
                    Op::PreviousYear(_) => month.plus(-12),
                    Op::InMonth(_, m) => *m,
                    _ => month,
                };
                Step { month: other, how: How::Elsewhere, ..self.given(What::Formula(*f), id, node, &place, sentence) }
            }
            Op::LastPaid(f) => Step { how: How::LastPaid, ..self.given(What::Formula(*f), id, node, &place, sentence) },
            Op::Observed(f) => Step { how: How::Paid, ..self.given(What::Formula(*f), id, node, &place, sentence) },
            Op::Base(code) => {
                let mut step = phrase(How::Sum, self);
                step.steps = self.base(code, place);
                step
            }
            Op::Brackets(..) => self.slices(id, node, place, sentence),
            Op::Aggregate(a) => Step { how: How::Gathered, ..self.given(What::Aggregate(*a), id, node, &place, sentence) },
            Op::Distributed(d) => Step { how: How::Gathered, ..self.given(What::Distributed(*d), id, node, &place, sentence) },
            _ => self.given(What::Phrase, id, node, &place, sentence),
        };
        out.push(step);
    }
}
