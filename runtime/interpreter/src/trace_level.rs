//! What the value of a formula of a level is made of.

use cadrage_engine::{How, Member, Row, Step, Value, What};
use cadrage_ir::{Aggregation, Fault, FaultKind, FormulaId, Grain, Node, NodeId, Op, Program};
use cadrage_source::{FileId, Span};
use cadrage_value::Month;

use crate::descent;
use crate::level::LevelContext;
use crate::plain::member;
use crate::trace::{DEEPEST, Walk, walk};

/// The whole tree of a formula.
pub(crate) fn whole(context: &mut LevelContext<'_>, id: FormulaId, month: Month, code: &Member) -> Result<Step, Fault> {
    context.formula(id, month, code)?;
    let words = context.program.formula(id).map_or_else(|| Span::new(FileId(0), 0, 0), |f| f.span);
    Ok(LevelTracer { context, open: Vec::new(), depth: 0 }.call((id, month, Member::clone(code)), words))
}

struct LevelTracer<'c, 'a> {
    context: &'c mut LevelContext<'a>,
    open: Vec<(FormulaId, Month, Member)>,
    depth: usize,
}

/// The row of a member, and the month.
struct Here {
    row: Row,
    month: Month,
}

impl LevelTracer<'_, '_> {
    fn call(&mut self, call: (FormulaId, Month, Member), words: Span) -> Step {
        let (value, fault) = match self.context.formula(call.0, call.1, &call.2) {
            Ok(value) => (value, None),
            Err(fault) => (Value::Missing, Some(fault.kind)),
        };
        let (id, month, code) = call.clone();
        let mut step = Step { fault, ..Step::given(What::Formula(id), words, month, value) };
        let program = self.context.program;
        let Some(formula) = program.formula(id) else { return step };
        if self.open.contains(&call) {
            step.how = How::Above;
            return step;
        }
        self.open.push(call);
        let Some(row) = self.context.levels.row(formula.grain.attribute(), &code).cloned() else {
            step.how = How::Away;
            return step;
        };
        let found = formula.cases.iter().position(|c| row.is_in(&c.selection)).filter(|_| row.is_in(&formula.scope));
        let Some((position, case)) = found.and_then(|k| Some((k, formula.cases.get(k)?))) else {
            step.how = How::Outside(id);
            return step;
        };
        if self.depth >= DEEPEST {
            step.how = How::Deeper;
            return step;
        }
        step.how = How::Sentence { of: id, case: position, text: case.span };
        let here = Here { row, month };
        if formula.rounding.is_some()
            && let Ok(Value::Known(x)) = self.settle(case.value, &here, id)
        {
            step.unrounded = Some(x);
        }
        self.depth += 1;
        walk(self, case.value, &here, id, &mut step.steps);
        self.depth -= 1;
        step
    }
}

impl Walk for LevelTracer<'_, '_> {
    type Place = Here;

    fn program(&self) -> &Program {
        self.context.program
    }

    fn settle(&mut self, id: NodeId, place: &Here, sentence: FormulaId) -> Result<Value, FaultKind> {
        let Some(sentence) = self.context.program.formula(sentence) else { return Ok(Value::Missing) };
        descent::settled(self.context, |context| context.node(id, &place.row, place.month, sentence))
    }

    fn at(&self, place: &Here) -> (Month, Option<usize>) {
        (place.month, None)
    }

    fn read(&mut self, id: NodeId, node: &Node, place: &Here, sentence: FormulaId, out: &mut Vec<Step>) {
        let step = match &node.op {
            Op::Formula(f) => {
                let grain = self.context.program.formula(*f).map_or(Grain::Constant, |f| f.grain.clone());
                let code = Member::from(member(grain.attribute(), &place.row));
                self.call((*f, place.month, code), node.span)
            }
            Op::PreviousMonth(f) | Op::PreviousYear(f) | Op::InMonth(f, _) => {
                let month = match &node.op {
                    Op::PreviousMonth(_) => place.month.plus(-1),
                    Op::PreviousYear(_) => place.month.plus(-12),
                    Op::InMonth(_, m) => *m,
                    _ => place.month,
                };
                Step { month, how: How::Elsewhere, ..self.given(What::Formula(*f), id, node, place, sentence) }
            }
            Op::Aggregate(a) => Step { how: How::Gathered, ..self.given(What::Aggregate(*a), id, node, place, sentence) },
            Op::Cumulative(f) | Op::OverYear(f, _) => {
                let (how, first, last) = match &node.op {
                    Op::OverYear(_, year) => {
                        let rule = self.context.program.formula(*f).map_or(Aggregation::None, |f| f.aggregation);
                        let first = Month::new(*year, 1).unwrap_or(place.month);
                        (How::OverMonths(rule), first, first.december())
                    }
                    _ => (How::Sum, place.month.january().max(self.context.months.0), place.month),
                };
                let mut step = Step { how, ..self.given(What::Phrase, id, node, place, sentence) };
                let grain = self.context.program.formula(*f).map_or(Grain::Constant, |f| f.grain.clone());
                let code = Member::from(member(grain.attribute(), &place.row));
                for month in first.through(last) {
                    let value = self.context.formula(*f, month, &code).unwrap_or(Value::Missing);
                    step.steps.push(Step { how: How::Elsewhere, ..Step::given(What::Formula(*f), node.span, month, value) });
                }
                step
            }
            _ => self.given(What::Phrase, id, node, place, sentence),
        };
        out.push(step);
    }
}
