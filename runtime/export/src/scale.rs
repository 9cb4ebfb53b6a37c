//! From values to the dots of a drawing, in whole numbers: a drawing is the same everywhere.

use cadrage_value::Exact;

/// An axis from the round value at or under the least to the one at or over the greatest.
pub(crate) struct Scale {
    low: Exact,
    high: Exact,
    step: Exact,
    /// How many decimals its ticks need.
    pub(crate) decimals: u32,
}

impl Scale {
    /// Over these values, with at most `most` steps; from zero when they are not close together.
    pub(crate) fn over<'x>(values: impl Iterator<Item = &'x Exact>, most: i64, zero: bool) -> Scale {
        let (mut low, mut high): (Option<&Exact>, Option<&Exact>) = (None, None);
        for x in values {
            low = Some(low.map_or(x, |l| l.min(x)));
            high = Some(high.map_or(x, |h| h.max(x)));
        }
        let (mut low, mut high) = (low.cloned().unwrap_or(Exact::ZERO), high.cloned().unwrap_or(Exact::ONE));
        // Values within a third of each other are seen apart; others stand on zero.
        let apart = &(&high - &low) * &Exact::from_int(3);
        if zero || apart > high.clone().max(-low.clone()) {
            low = low.min(Exact::ZERO);
            high = high.max(Exact::ZERO);
        }
        if low == high {
            high = &high + &Exact::ONE;
        }
        let (mut step, mut decimals) = (Exact::ratio(1, 1_000_000).unwrap_or(Exact::ONE), 6_u32);
        let wanted = &(&high - &low) / &Exact::from_int(most.max(1));
        let factors = [(2, 1, 0), (5, 2, 0), (2, 1, 1)];
        for (up, down, fewer) in factors.into_iter().cycle().take(90) {
            if step >= wanted {
                break;
            }
            step = &step * &Exact::ratio(up, down).unwrap_or(Exact::ONE);
            decimals = decimals.saturating_sub(fewer);
        }
        let under = |x: &Exact| &(x / &step).floor() * &step;
        let (from, to) = (under(&low), -under(&-high));
        Scale { low: from, high: to, step, decimals }
    }

    /// Does it start at zero?
    pub(crate) fn is_cut(&self) -> bool {
        !(self.low <= Exact::ZERO && self.high >= Exact::ZERO)
    }

    /// Where its axis starts.
    pub(crate) fn low(&self) -> &Exact {
        &self.low
    }

    /// How far a value is along `length` dots.
    pub(crate) fn dots(&self, x: &Exact, length: i64) -> i64 {
        let span = &self.high - &self.low;
        let at = (&(x - &self.low) * &Exact::from_int(length)).checked_div(&span).unwrap_or(Exact::ZERO);
        at.floor().to_int().unwrap_or(0).clamp(0, length)
    }

    /// Round values along it.
    pub(crate) fn ticks(&self) -> Vec<Exact> {
        let mut out = Vec::new();
        let mut at = self.low.clone();
        while at <= self.high && out.len() < 40 {
            out.push(at.clone());
            at = &at + &self.step;
        }
        out
    }
}
