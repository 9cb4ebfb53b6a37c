//! The yearly value of a point of index, month by month.

use std::collections::BTreeMap;

use cadrage_value::{Exact, Month};

/// A value in each month: that of the last month given at or before, the first one earlier still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points {
    first: Exact,
    values: BTreeMap<Month, Exact>,
}

impl Points {
    /// The values in force from these months on; `None` when there is none.
    #[must_use]
    pub fn new(values: BTreeMap<Month, Exact>) -> Option<Self> {
        let first = values.values().next()?.clone();
        Some(Points { first, values })
    }

    /// The value in a month, euros a year.
    #[must_use]
    pub fn of(&self, month: Month) -> &Exact {
        self.values.range(..=month).next_back().map_or(&self.first, |(_, x)| x)
    }
}
