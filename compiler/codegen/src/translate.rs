//! A formula's sentence as an integer graph: one arm per operation, as the interpreter has one.

use cadrage_ir::{AttributeId, BracketId, Constraint, Feed, Formula, FormulaId, Grain, NodeId, Op, Operator, ParameterId, Selection};
use cadrage_value::Exact;

use crate::graph::{Bounds, LaneOp, Mask, RoundBy, TooWide};
use crate::inputs::{Cell, Class, Line, Part, Predicate, Scalar, Source, Table, When};
use crate::layout::Form;
use crate::month::{Mode, MonthBuilder, Place};
use crate::number::{Condition, Number, Tags};
use crate::shape::Promise;

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

type Translated<T> = Result<T, Refusal>;

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

    fn missing(&mut self) -> Number {
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

    fn number(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Number> {
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

    fn node(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Value> {
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

    /// What is promised of a source; nothing where the data do not have it.
    pub(crate) fn promised(&self, source: &Source) -> Translated<Option<Promise>> {
        if self.shape.beyond.contains(source) {
            return Err(Refusal::Construct("des nombres trop grands, ou dont les dénominateurs le sont"));
        }
        Ok(self.shape.sources.get(source).cloned())
    }

    /// A number of the row.
    pub(crate) fn of_row(&mut self, source: &Source, place: Place) -> Translated<Number> {
        let absent = |source: &Source| matches!(source, Source::Column(_));
        let Some(promise) = self.promised(source)? else {
            return Ok(if absent(source) { self.missing() } else { self.nothing() });
        };
        let slot = place.slot();
        let cell = self.inputs.cell(Cell::Number { source: source.clone(), slot });
        let numerator = self.graph.read(LaneOp::Cell(cell), promise.bounds)?;
        let mut number = Number { numerator, denominator: promise.denominator, divisor: None, tags: Tags::none(self.graph) };
        if promise.missing || promise.not_applicable {
            let known = self.fact(Predicate::Known { source: source.clone(), slot });
            let unknown = self.graph.not(known);
            if promise.missing {
                number.tags.missing = unknown;
            } else {
                number.tags.not_applicable = unknown;
            }
            number = number.only(known, number.tags, self.graph);
        }
        Ok(number)
    }

    /// A number that the month alone decides.
    fn of_month(&mut self, source: &Source) -> Translated<Number> {
        let Some(promise) = self.promised(source)? else { return Ok(self.missing()) };
        let scalar = self.inputs.scalar(Scalar::Number(source.clone()));
        let numerator = self.graph.read(LaneOp::Scalar(scalar), promise.bounds)?;
        let mut number = Number { numerator, denominator: promise.denominator, divisor: None, tags: Tags::none(self.graph) };
        if promise.missing || promise.no_value {
            let known = self.inputs.scalar(Scalar::Known(source.clone()));
            let known = self.graph.month(known);
            let unknown = self.graph.not(known);
            if promise.no_value {
                number.tags.no_value = unknown;
            } else {
                number.tags.missing = unknown;
            }
            number = number.only(known, number.tags, self.graph);
        }
        Ok(number)
    }

    fn parameter(&mut self, id: ParameterId, place: Place) -> Translated<Number> {
        let source = Source::Parameter(id);
        match self.promised(&source)? {
            Some(promise) if promise.by_row => {
                let class = Class::Parameters(vec![id]);
                self.looked_up(vec![Line::Source(source)], Some(class), &promise, None, place)
            }
            Some(_) => self.of_month(&source),
            None => Err(Refusal::Construct("une constante inconnue")),
        }
    }

    /// What a member of a level has, for the row's own member.
    fn by_code(&mut self, source: &Source, level: Option<AttributeId>, place: Place) -> Translated<Number> {
        let Some(promise) = self.promised(source)? else {
            return Err(Refusal::Construct("une valeur de niveau dont les dénominateurs sont trop grands"));
        };
        self.looked_up(vec![Line::Source(source.clone())], level.map(Class::Attribute), &promise, None, place)
    }

    pub(crate) fn level(&mut self, id: FormulaId, grain: &Grain, when: When, place: Place) -> Translated<Number> {
        self.by_code(&Source::Level(id, when), grain.attribute(), place)
    }

    /// A value from a table: by the class of the row, and by line when there are several.
    fn looked_up(
        &mut self,
        lines: Vec<Line>,
        class: Option<Class>,
        promise: &Promise,
        line: Option<crate::graph::Lane>,
        place: Place,
    ) -> Translated<Number> {
        let class = class.map(|c| self.inputs.class(c));
        let cell = class.map(|class| self.inputs.cell(Cell::Class { class, slot: place.slot() }));
        let read = |this: &mut Self, part: Part, bounds: Bounds| -> Translated<crate::graph::Lane> {
            let table = this.inputs.table(Table {
                lines: lines.clone(),
                class,
                part,
                denominator: promise.denominator,
                floating: Form::of(bounds) == Form::Floating,
            });
            Ok(this.graph.read(LaneOp::Lookup { table, class: cell, line }, bounds)?)
        };
        let numerator = read(self, Part::Numerator, promise.bounds)?;
        let divisor = match promise.divisors {
            Some(bounds) => Some(read(self, Part::Divisor, bounds)?),
            None => None,
        };
        let mut flag = |possible: bool, part: Part| -> Translated<Mask> {
            if !possible {
                return Ok(self.graph.always(false));
            }
            let lane = read(self, part, Bounds::between(0, 1))?;
            let one = self.graph.constant(1);
            Ok(self.graph.equal(lane, one))
        };
        // A table holds 0 where it holds no value.
        let tags = Tags {
            not_applicable: flag(promise.not_applicable, Part::NotApplicable)?,
            missing: flag(promise.missing, Part::Missing)?,
            no_value: flag(promise.no_value, Part::NoValue)?,
            fault: flag(false, Part::Fault)?,
        };
        Ok(Number { numerator, denominator: promise.denominator, divisor, tags })
    }

    /// `selon x : 1 : a ; 2 : b ; … sinon : z` over whole numbers, when every arm is a constant: one table rather than a chain.
    fn choice(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Option<Number>> {
        let program = self.program;
        let mut arms: Vec<(i64, Line)> = Vec::new();
        let mut subject: Option<Number> = None;
        let mut at = id;
        while let Some(Op::If { condition, then, otherwise }) = program.node(at).map(|n| &n.op) {
            let Some(Op::Binary(Operator::Equal, a, b)) = program.node(*condition).map(|n| &n.op) else { break };
            let Some(Op::Literal(x)) = program.node(*b).map(|n| &n.op) else { break };
            let (Some(value), Some(line)) = (x.to_int(), self.line(*then)) else { break };
            let Value::Number(read) = self.node(*a, place, formula)? else { break };
            if subject.is_some_and(|s| s != read) || arms.iter().any(|(v, _)| *v == value) {
                break;
            }
            subject = Some(read);
            arms.push((value, line));
            at = *otherwise;
        }
        let Some(subject) = subject.filter(|s| arms.len() >= 4 && s.divisor.is_none()) else { return Ok(None) };
        arms.sort_by_key(|(v, _)| *v);
        let (Some(first), Some(last)) = (arms.first().map(|a| a.0), arms.last().map(|a| a.0)) else { return Ok(None) };
        if last - first + 1 != i64::try_from(arms.len()).unwrap_or(0) {
            return Ok(None);
        }
        let mut promise: Option<Promise> = None;
        let mut parameters: Vec<ParameterId> = Vec::new();
        for (_, line) in &arms {
            let own = match line {
                Line::Literal(x) => {
                    let (n, d) = x.parts().ok_or(Refusal::TooWide)?;
                    Promise { denominator: d, bounds: Bounds::only(n), ..Promise::nothing() }
                }
                Line::Source(source) => {
                    let Some(own) = self.shape.sources.get(source).cloned() else { return Ok(None) };
                    if let (Source::Parameter(p), true) = (source, own.by_row) {
                        parameters.push(*p);
                    }
                    own
                }
            };
            promise = Some(match promise {
                Some(p) => p.union(&own).ok_or(Refusal::TooWide)?,
                None => own,
            });
        }
        let Some(promise) = promise else { return Ok(None) };
        let otherwise = self.number(at, place, formula)?;
        parameters.sort_unstable();
        parameters.dedup();
        let class = (!parameters.is_empty()).then_some(Class::Parameters(parameters));
        // Outside the arms the line is 0 and the value is thrown away.
        let g = &mut *self.graph;
        let low = g.constant(first);
        let high = g.constant(last);
        let whole = g.round(subject.numerator, subject.denominator, RoundBy::Down)?;
        let (below, above) = (g.less(whole, low), g.less(high, whole));
        let outside = g.or(below, above);
        let again = g.scale(whole, subject.denominator)?;
        let is_whole = g.equal(again, subject.numerator);
        let not_whole = g.not(is_whole);
        let outside = g.or(outside, not_whole);
        let inside = g.not(outside);
        let clamped = g.min(whole, high);
        let clamped = g.max(clamped, low);
        let line = g.subtract(clamped, low)?;
        let looked = self.looked_up(arms.into_iter().map(|(_, line)| line).collect(), class, &promise, Some(line), place)?;
        let g = &mut *self.graph;
        let inner = Tags::select(inside, looked.tags, otherwise.tags, g);
        let c = Condition { mask: inside, tags: subject.tags };
        let tags = under(c, inner, g);
        let value = Number::select(inside, looked, otherwise, tags, g)?;
        let none = subject.tags.any(g);
        let some = g.not(none);
        Ok(Some(value.only(some, tags, g)))
    }

    /// An arm that a table can hold.
    fn line(&self, id: NodeId) -> Option<Line> {
        match self.program.node(id).map(|n| &n.op)? {
            Op::Literal(x) => Some(Line::Literal(x.clone())),
            Op::Parameter(p) => Some(Line::Source(Source::Parameter(*p))),
            _ => None,
        }
    }

    /// Σ of the month's elements that enter a base: formulas, and what was paid that none of them computes.
    fn base(&mut self, code: &str, place: Place) -> Translated<Number> {
        let program = self.program;
        let Some(base) = program.bases.iter().find(|b| b.code == code) else { return Ok(self.missing()) };
        let mut total = Number::constant(0, 1, self.graph);
        let mut computed: Vec<&str> = Vec::new();
        for (k, formula) in program.formulas.iter().enumerate() {
            let (Grain::Agent, Some(Feed::Rubriques(list, _))) = (&formula.grain, &formula.feeds) else { continue };
            let Some(rubrique) = list.first().filter(|r| base.rubriques.contains(*r)) else { continue };
            let x = self.formula(FormulaId::at(k), place.mode)?;
            total = total.add(self.or_zero(x), false, self.graph)?;
            computed.push(rubrique);
        }
        let others: Vec<String> = self
            .shape
            .paid
            .get(usize::from(!self.constate))
            .into_iter()
            .flatten()
            .filter(|r| base.rubriques.contains(*r) && !computed.contains(&r.as_str()))
            .cloned()
            .collect();
        for rubrique in others {
            let x = self.of_row(&Source::Paid(rubrique), Place { situation: None, ..place })?;
            total = total.add(self.or_zero(x), false, self.graph)?;
        }
        Ok(total)
    }

    /// « Sans objet » as 0.
    pub(crate) fn or_zero(&mut self, x: Number) -> Number {
        let not_applicable = self.graph.always(false);
        Number { tags: Tags { not_applicable, ..x.tags }, ..x }
    }

    /// What was paid of the rubriques a formula feeds.
    fn paid_of(&mut self, id: FormulaId, from: fn(String) -> Source) -> Translated<Number> {
        let rubriques = match self.program.formula(id).and_then(|f| f.feeds.as_ref()) {
            Some(Feed::Rubriques(list, _)) => list.clone(),
            _ => return Ok(self.nothing()),
        };
        let mut total = self.nothing();
        for rubrique in rubriques {
            let x = self.of_row(&from(rubrique), Place { situation: None, mode: Mode::Paid })?;
            total = total.add(x, false, self.graph)?;
        }
        Ok(total)
    }

    /// Σ over the brackets of rate × the part of the base inside, or one bracket only.
    fn brackets(&mut self, id: BracketId, base: Number, which: Option<usize>, place: Place) -> Translated<Number> {
        let Some((count, always)) = self.shape.scales.get(&id).copied() else { return Ok(self.missing()) };
        let scale = self.program.brackets.get(id.index()).and_then(|b| b.scale);
        let unit = match scale {
            None => Number::constant(1, 1, self.graph),
            Some(p) => self.parameter(p, place)?,
        };
        let zero = Number::constant(0, 1, self.graph);
        let (mut low, mut total) = (zero, zero);
        for k in 0..count {
            let bound = self.of_month(&Source::Bound(id, k))?;
            let rate = self.of_month(&Source::Rate(id, k))?;
            let open = self.inputs.scalar(Scalar::Open(id, k));
            let open = self.graph.month(open);
            let high = bound.multiply(unit, self.graph)?;
            let bare = Number { tags: zero.tags, ..base };
            let high = Number { tags: zero.tags, ..high };
            let (a, b, denominator, divisor) = bare.aligned(high, self.graph)?;
            let g = &mut *self.graph;
            let smaller = g.min(a, b);
            let numerator = g.select(open, a, smaller);
            let top = Number { numerator, denominator, divisor, tags: zero.tags };
            let mut part = top.add(low, true, g)?;
            // A negative base stays in the first bracket, as a refund does.
            if k > 0 {
                let nothing = g.constant(0);
                part.numerator = g.max(part.numerator, nothing);
            }
            if which.is_none_or(|w| w == k as usize + 1) {
                total = total.add(part.multiply(rate, g)?, false, g)?;
            }
            low = high;
        }
        let g = &mut *self.graph;
        let mut tags = base.tags;
        // The interpreter evaluates the base first, the scale only where the base is a number.
        let none = base.tags.any(g);
        let some = g.not(none);
        let unit_tags = Tags {
            not_applicable: g.and(some, unit.tags.not_applicable),
            missing: g.and(some, unit.tags.missing),
            no_value: g.and(some, unit.tags.no_value),
            fault: g.and(some, unit.tags.fault),
        };
        tags = tags.both(unit_tags, g);
        if !always {
            let in_force = self.inputs.scalar(Scalar::InForce(id));
            let g = &mut *self.graph;
            let in_force = g.month(in_force);
            let lacking = g.not(in_force);
            let any = tags.any(g);
            let some = g.not(any);
            let lacking = g.and(some, lacking);
            tags.no_value = g.or(tags.no_value, lacking);
        }
        let g = &mut *self.graph;
        let any = tags.any(g);
        let sound = g.not(any);
        Ok(total.only(sound, tags, g))
    }
}

/// The tags of a conditional: those of its condition first.
fn under(c: Condition, inner: Tags, g: &mut crate::graph::Graph) -> Tags {
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
