//! Values of all rows of a group for each month, kept once when they are the same every month.

/// What a cell holds when the number is absent.
pub const ABSENT: i64 = i64::MIN;

/// Cells by month then row. A row is a situation slot of an agent: `slot × agents + agent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane<T> {
    rows: usize,
    values: Vec<T>,
}

impl<T: Copy + PartialEq> Plane<T> {
    /// The cells of `values`, month after month (or one month that stands for all), of `rows` rows each.
    #[must_use]
    pub fn new(rows: usize, values: Vec<T>) -> Self {
        Plane { rows, values }
    }

    /// Is it the same every month?
    #[must_use]
    pub fn steady(&self) -> bool {
        self.values.len() <= self.rows
    }

    /// The rows of a month.
    #[must_use]
    pub fn month(&self, month: usize) -> &[T] {
        let month = if self.steady() { 0 } else { month };
        self.values.get(month * self.rows..(month + 1) * self.rows).unwrap_or(&[])
    }

    /// All cells.
    #[must_use]
    pub fn cells(&self) -> &[T] {
        &self.values
    }

    /// Keeps one month when all are equal to the first.
    #[must_use]
    pub(super) fn compressed(mut self) -> Self {
        if self.rows > 0 && self.values.chunks(self.rows).skip(1).all(|m| Some(m) == self.values.get(..self.rows)) {
            self.values.truncate(self.rows);
            self.values.shrink_to_fit();
        }
        self
    }
}

/// Whole numerators over one denominator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Above 0.
    pub denominator: i64,
    /// Numerators, [`ABSENT`] where there is no number.
    pub cells: Plane<i64>,
}
