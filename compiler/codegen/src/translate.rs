//! A formula's sentence as an integer graph: one arm per operation, as the interpreter has one.

use cadrage_ir::{Constraint, Formula, FormulaId, Grain, NodeId, Op, Operator, Selection};
use cadrage_value::Exact;

use crate::graph::{Bounds, LaneOp, Mask, RoundBy, TooWide, WIDEST};
use crate::inputs::{Predicate, Scalar, Source, When};
use crate::month::{Mode, MonthBuilder, Place};
use crate::number::{Condition, Number, Tags};

/// Why a formula is left to the interpreter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// A number would not fit in 64 bits with these data.
    TooWide,
    /// The construct has no compiled form.
    Construct(&'static str),
    /// A formula that it reads is refused.
    Through(FormulaId),
}

impl From<TooWide> for Refusal {
    fn from(_: TooWide) -> Self {
        Refusal::TooWide
    }
}

/// A value of every row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    Number(Number),
    Condition(Condition),
}

pub(crate) type Translated<T> = Result<T, Refusal>;

impl MonthBuilder<'_> {
    /// The sentence in force, for whom it concerns: others have « sans objet ».
    pub(crate) fn sentences(&mut self, id: FormulaId, formula: &Formula, place: Place, there: Mask) -> Translated<Number> {
        let mut out = self.sentence(formula, formula, place, there)?;
        let alternatives: Vec<FormulaId> = self.shape.written.get(&id).into_iter().flatten().copied().collect();
        for other in alternatives {
            let Some(sentence) = self.program.formula(other) else { continue };
            let replaced = self.sentence(formula, sentence, place, there)?;
            let scalar = self.inputs.scalar(Scalar::Written(id, other));
            let now = self.graph.month(scalar);
            let tags = Tags::select(now, replaced.tags, out.tags, self.graph);
            out = Number::select(now, replaced, out, tags, self.graph)?;
        }
        Ok(out)
    }

    fn sentence(&mut self, formula: &Formula, sentence: &Formula, place: Place, there: Mask) -> Translated<Number> {
        let in_scope = self.is_in(&sentence.scope, place);
        let applies = self.graph.and(there, in_scope);
        let Some((last, exceptions)) = sentence.cases.split_last() else { return Ok(self.nothing()) };
        let mut value = self.number(last.value, place, sentence)?;
        for case in exceptions.iter().rev() {
            let here = self.is_in(&case.selection, place);
            let other = self.number(case.value, place, sentence)?;
            let tags = Tags::select(here, other.tags, value.tags, self.graph);
            value = Number::select(here, other, value, tags, self.graph)?;
        }
        for rounding in [sentence.rounding, formula.rounding].into_iter().flatten() {
            value = value.round(rounding.digits, RoundBy::from(rounding.rule), self.graph)?;
        }
        let elsewhere = self.nothing();
        let tags = Tags::select(applies, value.tags, elsewhere.tags, self.graph);
        Ok(value.only(applies, tags, self.graph))
    }

    /// « Sans objet » everywhere.
    pub(crate) fn nothing(&mut self) -> Number {
        let mut out = Number::constant(0, 1, self.graph);
        out.tags.not_applicable = self.graph.always(true);
        out
    }

    pub(crate) fn missing(&mut self) -> Number {
        let mut out = Number::constant(0, 1, self.graph);
        out.tags.missing = self.graph.always(true);
        out
    }

    pub(crate) fn is_in(&mut self, selection: &Selection, place: Place) -> Mask {
        if selection.is_all() {
            return self.graph.always(true);
        }
        let selection = self.inputs.selection(selection);
        self.fact(Predicate::In { selection, slot: place.slot() })
    }

    pub(crate) fn number(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Number> {
        match self.node(id, place, formula)? {
            Value::Number(n) => Ok(n),
            Value::Condition(_) => Ok(self.missing()),
        }
    }

    fn condition(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Condition> {
        match self.node(id, place, formula)? {
            Value::Condition(c) => Ok(c),
            Value::Number(_) => Err(Refusal::Construct("un nombre là où une condition est attendue")),
        }
    }

    pub(crate) fn node(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Value> {
        self.depth += 1;
        let value = self.operation(id, place, formula);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn operation(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Value> {
        let program = self.program;
        let Some(node) = program.node(id) else { return Ok(Value::Number(self.missing())) };
        let number = match &node.op {
            Op::Literal(x) => self.literal(x)?,
            Op::Flag(b) => {
                let (mask, tags) = (self.graph.always(*b), Tags::none(self.graph));
                return Ok(Value::Condition(Condition { mask, tags }));
            }
            Op::In(selection) => {
                let (mask, tags) = (self.is_in(selection, place), Tags::none(self.graph));
                return Ok(Value::Condition(Condition { mask, tags }));
            }
            Op::CodeIs { attribute, codes } => {
                let mut selection = Selection::all();
                selection.restrict(*attribute, Constraint::In(codes.clone()));
                let (mask, tags) = (self.is_in(&selection, place), Tags::none(self.graph));
                return Ok(Value::Condition(Condition { mask, tags }));
            }
            Op::Not(a) => {
                let c = self.condition(*a, place, formula)?;
                let not = self.graph.not(c.mask);
                return Ok(Value::Condition(self.sound(not, c.tags)));
            }
            Op::If { condition, then, otherwise } => {
                if let Some(chosen) = self.choice(id, place, formula)? {
                    return Ok(Value::Number(chosen));
                }
                let c = self.condition(*condition, place, formula)?;
                let (a, b) = (self.node(*then, place, formula)?, self.node(*otherwise, place, formula)?);
                return self.conditional(c, a, b);
            }
            Op::OrElse(value, fallback) => {
                let (a, b) = (self.node(*value, place, formula)?, self.node(*fallback, place, formula)?);
                return self.or_else(a, b);
            }
            Op::Binary(operator, a, b) => {
                let (a, b) = (self.node(*a, place, formula)?, self.node(*b, place, formula)?);
                return self.binary(*operator, a, b);
            }
            Op::Column(c) => self.of_row(&Source::Column(*c), place)?,
            Op::Parameter(p) => self.parameter(*p, place)?,
            Op::Formula(f) => match program.formula(*f).map(|g| &g.grain) {
                Some(Grain::Situation) => self.situation_formula(*f, place)?,
                Some(grain @ Grain::Level(_)) => self.level(*f, grain, When::Now, place)?,
                _ => self.formula(*f, place.mode)?,
            },
            Op::Calendar(c) => self.of_month(&Source::Calendar(*c))?,
            Op::MonthNumber => self.counted(Scalar::MonthNumber, Bounds::between(1, 12))?,
            Op::Year => self.counted(Scalar::Year, Bounds::between(1900, 2299))?,
            Op::Negate(a) => self.number(*a, place, formula)?.negate(self.graph)?,
            Op::Absolute(a) => self.number(*a, place, formula)?.absolute(self.graph),
            Op::Round(a, rule) => self.number(*a, place, formula)?.round(rule.digits, RoundBy::from(rule.rule), self.graph)?,
            Op::Min(list) => self.extreme(list, false, place, formula)?,
            Op::Max(list) => self.extreme(list, true, place, formula)?,
            Op::SumSituations(operand, selection) => self.sum_situations(*operand, selection, place, formula)?,
            Op::EndOfMonth(operand) => {
                let there = self.there(0);
                let value = self.node(*operand, Place { situation: Some(0), ..place }, formula)?;
                let Value::Number(value) = value else { return Ok(value) };
                let elsewhere = self.nothing();
                let tags = Tags::select(there, value.tags, elsewhere.tags, self.graph);
                value.only(there, tags, self.graph)
            }
            Op::Cumulative(f) => self.cumulative(*f, place.mode)?,
            Op::PreviousMonth(f) => self.other_month(*f, 1, place)?,
            Op::PreviousYear(f) => self.other_month(*f, 12, place)?,
            Op::InMonth(f, month) => match program.formula(*f).map(|g| &g.grain) {
                Some(grain @ Grain::Level(_)) => self.level(*f, grain, When::In(*month), place)?,
                _ => return Err(Refusal::Construct("`en` un mois donné")),
            },
            Op::OverYear(..) => return Err(Refusal::Construct("`sur` un exercice")),
            Op::Aggregate(id) => {
                let level = program.aggregates.get(id.index()).and_then(|a| a.level);
                self.by_code(&Source::Aggregate(*id), level, place)?
            }
            Op::Distributed(id) => self.of_row(&Source::Part(*id), Place { situation: None, ..place })?,
            Op::LastPaid(f) => self.paid_of(*f, Source::LastPaid)?,
            Op::Observed(f) if self.constate => self.paid_of(*f, Source::Paid)?,
            Op::Observed(_) => self.nothing(),
            Op::Recomputed(f) => self.formula(*f, Mode::Recomputed)?,
            Op::Base(code) => self.base(code, place)?,
            Op::Brackets(id, base, which) => {
                let base = self.number(*base, place, formula)?;
                self.brackets(*id, base, *which, place)?
            }
        };
        Ok(Value::Number(number))
    }

    fn literal(&mut self, x: &Exact) -> Translated<Number> {
        let (n, d) = x.parts().ok_or(Refusal::TooWide)?;
        if i128::from(n).abs() >= WIDEST {
            return Err(Refusal::TooWide);
        }
        Ok(Number::constant(n, d, self.graph))
    }

    fn counted(&mut self, scalar: Scalar, bounds: Bounds) -> Translated<Number> {
        let scalar = self.inputs.scalar(scalar);
        let numerator = self.graph.read(LaneOp::Scalar(scalar), bounds)?;
        Ok(Number { numerator, denominator: 1, divisor: None, tags: Tags::none(self.graph) })
    }

    /// A mask that is false where there is a tag.
    fn sound(&mut self, mask: Mask, tags: Tags) -> Condition {
        let any = tags.any(self.graph);
        let sound = self.graph.not(any);
        Condition { mask: self.graph.and(mask, sound), tags }
    }

    fn conditional(&mut self, c: Condition, a: Value, b: Value) -> Translated<Value> {
        let g = &mut *self.graph;
        let (x, y) = match (a, b) {
            (Value::Number(x), Value::Number(y)) => (x, y),
            (Value::Condition(x), Value::Condition(y)) => {
                let inner = Tags::select(c.mask, x.tags, y.tags, g);
                let tags = under(c, inner, g);
                let not = g.not(c.mask);
                let (p, q) = (g.and(c.mask, x.mask), g.and(not, y.mask));
                let mask = g.or(p, q);
                return Ok(Value::Condition(self.sound(mask, tags)));
            }
            _ => return Err(Refusal::Construct("des branches de natures différentes")),
        };
        let inner = Tags::select(c.mask, x.tags, y.tags, g);
        let tags = under(c, inner, g);
        let value = Number::select(c.mask, x, y, tags, g)?;
        let none = c.tags.any(g);
        let some = g.not(none);
        Ok(Value::Number(value.only(some, tags, g)))
    }

    fn or_else(&mut self, a: Value, b: Value) -> Translated<Value> {
        let g = &mut *self.graph;
        let tags = match a {
            Value::Number(x) => x.tags,
            Value::Condition(x) => x.tags,
        };
        let caught = g.not(tags.fault);
        let caught = g.and(tags.no_value, caught);
        let nothing = g.or(tags.not_applicable, tags.missing);
        let fallen = g.or(nothing, caught);
        let own = Tags { fault: tags.fault, ..Tags::none(g) };
        match (a, b) {
            (Value::Number(x), Value::Number(y)) => {
                let tags = Tags::select(fallen, y.tags, own, g);
                Ok(Value::Number(Number::select(fallen, y, x, tags, g)?))
            }
            (Value::Condition(x), Value::Condition(y)) => {
                let tags = Tags::select(fallen, y.tags, own, g);
                let not = g.not(fallen);
                let (p, q) = (g.and(fallen, y.mask), g.and(not, x.mask));
                let mask = g.or(p, q);
                Ok(Value::Condition(self.sound(mask, tags)))
            }
            _ => Err(Refusal::Construct("des branches de natures différentes")),
        }
    }

    fn binary(&mut self, operator: Operator, a: Value, b: Value) -> Translated<Value> {
        let g = &mut *self.graph;
        let (x, y) = match (a, b) {
            (Value::Number(x), Value::Number(y)) => (x, y),
            (Value::Condition(x), Value::Condition(y)) => {
                let tags = x.tags.both(y.tags, g);
                let (nx, ny) = (g.not(x.mask), g.not(y.mask));
                let mask = match operator {
                    Operator::And => g.and(x.mask, y.mask),
                    Operator::Or => g.or(x.mask, y.mask),
                    Operator::Equal | Operator::Different => {
                        let (p, q) = (g.and(x.mask, y.mask), g.and(nx, ny));
                        let same = g.or(p, q);
                        if operator == Operator::Equal { same } else { g.not(same) }
                    }
                    _ => return Err(Refusal::Construct("une opération entre conditions")),
                };
                return Ok(Value::Condition(self.sound(mask, tags)));
            }
            _ => return Err(Refusal::Construct("un nombre et une condition")),
        };
        let number = match operator {
            Operator::Add => x.add(y, false, g)?,
            Operator::Subtract => x.add(y, true, g)?,
            Operator::Multiply => x.multiply(y, g)?,
            Operator::Divide => {
                let (mut value, by_zero) = x.divide(y, g)?;
                // Only where both are numbers.
                let none = value.tags.any(g);
                let some = g.not(none);
                let by_zero = g.and(by_zero, some);
                value.tags.fault = g.or(value.tags.fault, by_zero);
                value
            }
            Operator::Ratio => {
                let (mut value, by_zero) = x.divide(y, g)?;
                let none = value.tags.any(g);
                let some = g.not(none);
                let by_zero = g.and(by_zero, some);
                value.tags.not_applicable = g.or(value.tags.not_applicable, by_zero);
                value
            }
            Operator::Equal
            | Operator::Different
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => {
                let (p, q, ..) = x.aligned(y, g)?;
                let tags = x.tags.both(y.tags, g);
                let mask = match operator {
                    Operator::Equal => g.equal(p, q),
                    Operator::Different => {
                        let same = g.equal(p, q);
                        g.not(same)
                    }
                    Operator::Less => g.less(p, q),
                    Operator::Greater => g.less(q, p),
                    Operator::LessOrEqual => {
                        let above = g.less(q, p);
                        g.not(above)
                    }
                    _ => {
                        let below = g.less(p, q);
                        g.not(below)
                    }
                };
                return Ok(Value::Condition(self.sound(mask, tags)));
            }
            Operator::And | Operator::Or => return Err(Refusal::Construct("`et`, `ou` entre nombres")),
        };
        Ok(Value::Number(number))
    }

    /// « Sans objet » is left out.
    fn extreme(&mut self, list: &[NodeId], largest: bool, place: Place, formula: &Formula) -> Translated<Number> {
        let mut best: Option<Number> = None;
        for id in list {
            let next = self.number(*id, place, formula)?;
            let g = &mut *self.graph;
            let Some(so_far) = best else {
                best = Some(next);
                continue;
            };
            let (a, b, denominator, divisor) = so_far.aligned(next, g)?;
            let extreme = if largest { g.max(a, b) } else { g.min(a, b) };
            let other = g.select(so_far.tags.not_applicable, b, extreme);
            let numerator = g.select(next.tags.not_applicable, a, other);
            let both = so_far.tags.both(next.tags, g);
            let not_applicable = g.and(so_far.tags.not_applicable, next.tags.not_applicable);
            let tags = Tags { not_applicable, ..both };
            let faults = tags.faults(g);
            let bad = g.or(faults, tags.missing);
            let sound = g.not(bad);
            best = Some(Number { numerator, denominator, divisor, tags }.only(sound, tags, g));
        }
        Ok(match best {
            Some(n) => n,
            None => self.nothing(),
        })
    }

    fn sum_situations(&mut self, operand: NodeId, selection: &Selection, place: Place, formula: &Formula) -> Translated<Number> {
        let mut total = Number::constant(0, 1, self.graph);
        for slot in 0..self.shape.slots {
            let here = Place { situation: Some(slot), ..place };
            let x = self.number(operand, here, formula)?;
            let (there, chosen) = (self.there(slot), self.is_in(selection, here));
            let g = &mut *self.graph;
            let counted = g.and(there, chosen);
            let never = g.always(false);
            let tags = Tags {
                not_applicable: never,
                missing: g.and(counted, x.tags.missing),
                no_value: g.and(counted, x.tags.no_value),
                fault: g.and(counted, x.tags.fault),
            };
            let x = x.only(counted, tags, g);
            total = total.add(x, false, g)?;
        }
        Ok(total)
    }
}

/// The tags of a conditional: those of its condition first.
pub(crate) fn under(c: Condition, inner: Tags, g: &mut crate::graph::Graph) -> Tags {
    let none = c.tags.any(g);
    let some = g.not(none);
    let mut one = |own: Mask, inner: Mask| {
        let inner = g.and(some, inner);
        g.or(own, inner)
    };
    Tags {
        not_applicable: one(c.tags.not_applicable, inner.not_applicable),
        missing: one(c.tags.missing, inner.missing),
        no_value: one(c.tags.no_value, inner.no_value),
        fault: one(c.tags.fault, inner.fault),
    }
}
