//! From dated spans to rows by month.

use std::sync::Arc;

use cadrage_value::{Date, Exact, Month, thirtieths};

use crate::{AgentMonth, Row, RowOrigin, State};

/// A stretch of days during which nothing changes, whatever the position.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) start: Date,
    /// First day after; `None` = open.
    pub(crate) end: Option<Date>,
    pub(crate) state: Arc<State>,
    pub(crate) entry: Date,
    pub(crate) origin: RowOrigin,
    /// The fraction of him that is there, 1 unless a scenario moved a fraction.
    pub(crate) share: Exact,
}

/// The months and rows of one agent, written in date order.
#[derive(Debug, Default)]
pub(crate) struct Months {
    pub(crate) months: Vec<AgentMonth>,
    pub(crate) rows: Vec<Row>,
}

impl Months {
    /// Writes what `span` is of `month`: nothing when it does not touch it.
    pub(crate) fn write(&mut self, span: &Span, month: Month, constate: bool) {
        let first = month.first_day();
        if span.start > month.last_day() || span.end.is_some_and(|end| end <= first.max(span.start)) {
            return;
        }
        match self.months.last_mut() {
            Some(m) if m.month == month => m.last_state = Arc::clone(&span.state),
            _ => self.months.push(AgentMonth { month, last_state: Arc::clone(&span.state), constate }),
        }
        let count = thirtieths(span.start, span.end, month);
        if count == 0 || !span.state.active() {
            return;
        }
        if let Some(before) = self.rows.last_mut()
            && before.month == month
        {
            before.last_of_month = false;
        }
        self.rows.push(Row {
            month,
            // What precedes the span in the month: day d opens at min(d − 1, 30).
            start_thirtieth: thirtieths(first, Some(span.start), month),
            thirtieths: count,
            state: Arc::clone(&span.state),
            entry: span.entry,
            constate,
            last_of_month: true,
            age: span.state.birth.map(|birth| i64::from(birth.whole_months_until(first) / 12)),
            seniority_months: i64::from(span.entry.whole_months_until(first)),
            origin: span.origin.clone(),
            share: span.share.clone(),
        });
    }

    /// Writes the projected spans, in date order, from `first` to `last`.
    pub(crate) fn write_projected(&mut self, spans: &[Span], first: Month, last: Month) {
        for span in spans {
            let to = span.end.map_or(last, |end| end.previous().month().min(last));
            for month in span.start.month().max(first).through(to) {
                self.write(span, month, false);
            }
        }
    }
}
