//! Time out of activity, which does not count for the échelon (domain.md §C).

use cadrage_value::Date;

use crate::Situation;
use crate::constate::MonthRows;

/// The day the agent left activity, read back from a situation out of activity: the file of the month before each situation says
/// what came before it. Stops where the delivered months stop.
///
/// `history` holds the agent's constaté rows, month after month.
pub(crate) fn away_since(open: &Situation, history: &[MonthRows<'_>]) -> Date {
    let mut since = open.start;
    loop {
        // Rows are closed only in the file of the month they end in: one that ends with its month looks open there, and still covers the
        // eve of its successor.
        let eve = since.previous();
        let before = history
            .iter()
            .find(|(month, _)| *month == eve.month())
            .and_then(|(_, rows)| rows.iter().rfind(|r| r.start <= eve && r.end.is_none_or(|end| eve < end)));
        match before {
            Some(row) if !row.state.active() && row.start < since => since = row.start,
            _ => return since,
        }
    }
}

/// The entry in the step after coming back: moved by the months away since the later of the absence and that entry, counted from month
/// number to month number as the SIRH does.
pub(crate) fn shifted_entry(entry: Date, away_since: Date, back: Date) -> Date {
    let months = away_since.max(entry).month().until(back.month());
    entry.plus_months(months.max(0))
}
