//! Sets of numbers as sorted unions of intervals: what an ordered attribute (âge, ancienneté, a date…) must satisfy.

use cadrage_value::Exact;

/// A bound and whether it is included.
pub type Bound = (Exact, bool);

/// An interval, bounds included or not; `None` = unbounded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// Lower bound.
    pub low: Option<Bound>,
    /// Upper bound.
    pub high: Option<Bound>,
}

impl Interval {
    fn accepts(&self, value: &Exact) -> bool {
        self.low.as_ref().is_none_or(|(b, inclusive)| value > b || (*inclusive && value == b))
            && self.high.as_ref().is_none_or(|(b, inclusive)| value < b || (*inclusive && value == b))
    }

    fn intersect(&self, other: &Interval) -> Interval {
        let low = match (&self.low, &other.low) {
            (Some(a), Some(b)) if a.0 > b.0 || (a.0 == b.0 && !a.1) => Some(a.clone()),
            (Some(a), None) => Some(a.clone()),
            (_, b) => b.clone(),
        };
        let high = match (&self.high, &other.high) {
            (Some(a), Some(b)) if a.0 < b.0 || (a.0 == b.0 && !a.1) => Some(a.clone()),
            (Some(a), None) => Some(a.clone()),
            (_, b) => b.clone(),
        };
        Interval { low, high }
    }

    fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Some((a, ai)), Some((b, bi))) => a > b || (a == b && !(*ai && *bi)),
            _ => false,
        }
    }
}

/// A set of numbers: sorted intervals that neither meet nor touch, so that two equal sets are equal values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(Vec<Interval>);

impl Shape {
    /// Every number.
    #[must_use]
    pub fn all() -> Self {
        Shape(vec![Interval::default()])
    }

    /// No number.
    #[must_use]
    pub fn none() -> Self {
        Shape(Vec::new())
    }

    /// One interval; none when its bounds leave nothing.
    #[must_use]
    pub fn between(low: Option<Bound>, high: Option<Bound>) -> Self {
        let one = Interval { low, high };
        if one.is_empty() { Shape::none() } else { Shape(vec![one]) }
    }

    /// `>= value`
    #[must_use]
    pub fn at_least(value: Exact) -> Self {
        Shape::between(Some((value, true)), None)
    }

    /// `< value`
    #[must_use]
    pub fn below(value: Exact) -> Self {
        Shape::between(None, Some((value, false)))
    }

    /// `= value`
    #[must_use]
    pub fn only(value: Exact) -> Self {
        Shape::between(Some((value.clone(), true)), Some((value, true)))
    }

    /// Its intervals, in order.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    /// Is `value` inside?
    #[must_use]
    pub fn accepts(&self, value: &Exact) -> bool {
        self.0.iter().any(|i| i.accepts(value))
    }

    /// Numbers in both.
    #[must_use]
    pub fn intersect(&self, other: &Shape) -> Shape {
        // Both lists are sorted and without contact: so are the pieces, taken in this order.
        let pieces = self.0.iter().flat_map(|a| other.0.iter().map(move |b| a.intersect(b)));
        Shape(pieces.filter(|i| !i.is_empty()).collect())
    }

    /// Numbers outside.
    #[must_use]
    pub fn complement(&self) -> Shape {
        let mut out = Vec::new();
        let mut low: Option<Bound> = None;
        for interval in &self.0 {
            if let Some((b, inclusive)) = &interval.low {
                out.push(Interval { low: low.take(), high: Some((b.clone(), !inclusive)) });
            }
            match &interval.high {
                Some((b, inclusive)) => low = Some((b.clone(), !inclusive)),
                None => return Shape(out),
            }
        }
        out.push(Interval { low, high: None });
        Shape(out)
    }

    /// Numbers in either.
    #[must_use]
    pub fn union(&self, other: &Shape) -> Shape {
        self.complement().intersect(&other.complement()).complement()
    }

    /// No number at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every number?
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Shape::all()
    }

    /// Is every number inside also inside `other`?
    #[must_use]
    pub fn included_in(&self, other: &Shape) -> bool {
        self.intersect(other) == *self
    }

    /// The same set of *whole* numbers, every interval as `[first, one past the last)`: `> 2` and `>= 3` become one shape.
    #[must_use]
    pub fn whole(&self) -> Shape {
        let next = |(b, inclusive): &Bound| {
            // The first whole number not below the bound (`included`), or above it.
            let floor = b.floor();
            let keep = *inclusive && floor == *b;
            if keep { floor } else { &floor + &Exact::ONE }
        };
        let mut out = Shape::none();
        for i in &self.0 {
            let low = i.low.as_ref().map(|b| (next(b), true));
            let high = i.high.as_ref().map(|(b, inclusive)| (next(&(b.clone(), !inclusive)), false));
            out = out.union(&Shape::between(low, high));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: i64) -> Exact {
        Exact::from_int(value)
    }

    #[test]
    fn the_complement_of_an_interval_is_two() {
        let middle = Shape::between(Some((n(3), true)), Some((n(5), true)));
        let outside = middle.complement();
        assert_eq!(outside.intervals().len(), 2);
        assert!(outside.accepts(&n(2)) && outside.accepts(&n(6)) && !outside.accepts(&n(3)) && !outside.accepts(&n(5)));
        assert_eq!(outside.complement(), middle);
        assert_eq!(outside.union(&middle), Shape::all());
        assert!(outside.intersect(&middle).is_empty());
        assert_eq!(Shape::all().complement(), Shape::none());
        assert_eq!(Shape::none().complement(), Shape::all());
    }

    #[test]
    fn whole_numbers_have_one_form() {
        let above = Shape::between(Some((n(2), false)), None).whole();
        assert_eq!(above, Shape::at_least(n(3)));
        assert_eq!(Shape::between(None, Some((n(2), true))).whole(), Shape::below(n(3)));
        let half: Exact = "2,5".parse().unwrap();
        assert_eq!(Shape::between(Some((half.clone(), true)), None).whole(), Shape::at_least(n(3)));
        assert_eq!(Shape::below(half).whole(), Shape::below(n(3)));
        // 0 to 2 and 3 to 5 leave no whole number between them.
        let joined = Shape::between(Some((n(0), true)), Some((n(2), true))).union(&Shape::between(Some((n(3), true)), Some((n(5), true))));
        assert_eq!(joined.whole().intervals().len(), 1);
    }
}
