//! Bracketed scales: each bracket's part of the base, at its rate.

use cadrage_ir::BracketId;

use crate::inputs::{Scalar, Source};
use crate::month::{MonthBuilder, Place};
use crate::number::{Number, Tags};
use crate::translate::Translated;

impl MonthBuilder<'_> {
    /// Σ over the brackets of rate × the part of the base inside, or one bracket only.
    pub(crate) fn brackets(&mut self, id: BracketId, base: Number, which: Option<usize>, place: Place) -> Translated<Number> {
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
