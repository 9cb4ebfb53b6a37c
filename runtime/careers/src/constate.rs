//! Constaté months: each month's own file, cut to the month.

use std::sync::Arc;

use cadrage_value::{Exact, Month};

use crate::months::{Months, Span};
use crate::{RowOrigin, Situation, State};

/// One agent's delivered rows of one month, in date order.
pub(crate) type MonthRows<'a> = (Month, Vec<&'a Situation>);

/// Writes the rows of every constaté month.
///
/// States equal to the one before are shared: a career has a few dozen months and two or three states.
pub(crate) fn write(history: &[MonthRows<'_>], out: &mut Months) {
    let mut last: Option<Arc<State>> = None;
    for (month, rows) in history {
        for row in rows {
            let state = match &last {
                Some(state) if **state == row.state => Arc::clone(state),
                _ => Arc::new(row.state.clone()),
            };
            last = Some(Arc::clone(&state));
            let span = Span { start: row.start, end: row.end, state, entry: row.entry, origin: RowOrigin::Constate, share: Exact::ONE };
            out.write(&span, *month, true);
        }
    }
}

/// The situation without end date in the last constaté month: the one the projection starts from.
pub(crate) fn open_row<'a>(history: &[MonthRows<'a>], last_constate: Month) -> Option<&'a Situation> {
    let (month, rows) = history.last()?;
    if *month == last_constate { rows.iter().rfind(|r| r.end.is_none()).copied() } else { None }
}
