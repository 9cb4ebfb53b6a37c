//! `selon x : 1 : a ; 2 : b ; …` as a table rather than a chain of conditions.

use cadrage_ir::{Formula, NodeId, Op, Operator, ParameterId};

use crate::graph::{Bounds, RoundBy};
use crate::inputs::{Class, Line, Source};
use crate::month::{MonthBuilder, Place};
use crate::number::{Condition, Number, Tags};
use crate::shape::Promise;
use crate::translate::{Refusal, Translated, Value, under};

impl MonthBuilder<'_> {
    /// `selon x : 1 : a ; 2 : b ; … sinon : z` over whole numbers, when every arm is a constant: one table rather than a chain.
    pub(crate) fn choice(&mut self, id: NodeId, place: Place, formula: &Formula) -> Translated<Option<Number>> {
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
    pub(crate) fn line(&self, id: NodeId) -> Option<Line> {
        match self.program.node(id).map(|n| &n.op)? {
            Op::Literal(x) => Some(Line::Literal(x.clone())),
            Op::Parameter(p) => Some(Line::Source(Source::Parameter(*p))),
            _ => None,
        }
    }
}
