//! What an agent is in a month: the plain data everything here reads.

use std::sync::Arc;

use cadrage_value::{Exact, Month};

use crate::Moment;

/// An agent, over all the months looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// Who, or which post.
    pub matricule: Arc<str>,
    /// In activity on the eve of the first month known.
    pub already: bool,
    /// His rows in activity, in order of date, disjoint.
    pub rows: Vec<Row>,
}

/// A stretch of one month, in activity, during which nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The month.
    pub month: Month,
    /// Where it opens in the month's thirty thirtieths.
    pub start: u32,
    /// How many it counts, 1 to 30.
    pub thirtieths: u32,
    /// The fraction of the agent that is there: 1, unless a movement in ETP moved a fraction.
    pub share: Exact,
    /// Is it of the population looked at? A row outside tells a transfer from an entry.
    pub inside: bool,
    /// Indice nouveau majoré; 0 when not paid on an index.
    pub index: i64,
    /// Paid fraction.
    pub paid: Exact,
    /// Working time.
    pub worked: Exact,
    /// Grade.
    pub grade: Arc<str>,
    /// Step and chevron.
    pub step: Arc<str>,
}

impl Row {
    /// When it opens.
    #[must_use]
    pub fn opens(&self) -> Moment {
        Moment::new(self.month, self.start)
    }

    /// When it closes, excluded.
    #[must_use]
    pub fn closes(&self) -> Moment {
        Moment::new(self.month, self.start + self.thirtieths)
    }

    /// Thirtieths present.
    #[must_use]
    pub fn present(&self) -> Exact {
        &Exact::from_int(i64::from(self.thirtieths)) * &self.share
    }

    /// Points × paid fraction of whoever is whole: what a year of it weighs.
    #[must_use]
    pub fn full_rate(&self) -> Exact {
        &Exact::from_int(self.index) * &self.paid
    }
}

impl Agent {
    /// His rows of a month.
    #[must_use]
    pub fn all_of(&self, month: Month) -> &[Row] {
        let from = self.rows.partition_point(|r| r.month < month);
        let to = self.rows.partition_point(|r| r.month <= month);
        self.rows.get(from..to).unwrap_or(&[])
    }

    /// His rows of a month in the population.
    pub fn of(&self, month: Month) -> impl DoubleEndedIterator<Item = &Row> {
        self.all_of(month).iter().filter(|r| r.inside)
    }

    /// The row in force as a month closes, in the population or not.
    #[must_use]
    pub fn at_end_of(&self, month: Month) -> Option<&Row> {
        self.all_of(month).last().filter(|r| r.start + r.thirtieths == 30)
    }
}

/// The twelve months of a year.
pub(crate) fn months_of(year: i32) -> impl DoubleEndedIterator<Item = Month> + Clone {
    let january = Month::new(year, 1).unwrap_or(Month::MIN);
    january.through(january.december())
}
