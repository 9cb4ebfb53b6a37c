//! Where a day falls, counted in thirtieths: the only time that pay knows.

use cadrage_value::{Exact, Month};

/// An instant, in thirtieths of month. A month has thirty whatever its days; day d opens at min(d − 1, 30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// So many thirtieths after the opening of a month; 30 is the opening of the next.
    #[must_use]
    pub fn new(month: Month, thirtieths: u32) -> Self {
        let months = i64::from(month.year()) * 12 + i64::from(month.number()) - 1;
        Moment(months * 30 + i64::from(thirtieths))
    }

    /// The opening of 1 January.
    #[must_use]
    pub fn january(year: i32) -> Self {
        Moment(i64::from(year) * 360)
    }

    /// Thirtieths from `self` to `later`.
    #[must_use]
    pub fn until(self, later: Moment) -> i64 {
        later.0 - self.0
    }

    /// The part of its year that is gone, from 0 on 1 January, excluded 1.
    #[must_use]
    pub fn elapsed(self) -> Exact {
        Exact::ratio(self.0.rem_euclid(360), 360).unwrap_or(Exact::ZERO)
    }
}
