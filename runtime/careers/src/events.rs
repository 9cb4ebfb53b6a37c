//! What is to happen to one agent on given days: announced by the SIRH or typed by a scenario, in one order.

use cadrage_value::Date;

use crate::{Change, Flow, Forecast};

/// One thing that happens on the first day it is true.
#[derive(Clone, Debug)]
pub(crate) struct Event<'a> {
    pub(crate) date: Date,
    pub(crate) action: Action<'a>,
}

#[derive(Clone, Debug)]
pub(crate) enum Action<'a> {
    /// Columns that change, as announced.
    Announced(&'a Forecast),
    /// An announced arrival.
    Enter(&'a Forecast),
    /// First day out.
    Leave { motif: &'a str, typed: bool },
    /// Columns that change, as typed.
    Typed { id: &'a str, change: &'a Change },
}

/// Everything known of one agent's future, as gathered from the input.
#[derive(Debug, Default)]
pub(crate) struct Future<'a> {
    /// Announced, all after the last constaté month.
    pub(crate) forecasts: Vec<&'a Forecast>,
    /// Typed changes: id, first day, columns.
    pub(crate) changes: Vec<(&'a str, Date, &'a Change)>,
    /// Typed departure that wins: first day out, motive.
    pub(crate) leave: Option<(Date, &'a str)>,
    /// Arrivals and departures put off or cancelled, in the order typed.
    pub(crate) moved: Vec<Moved<'a>>,
}

/// One arrival or departure put off or cancelled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved<'a> {
    pub(crate) id: &'a str,
    pub(crate) flow: Flow,
    pub(crate) date: Date,
    pub(crate) to: Option<Date>,
}

impl<'a> Future<'a> {
    /// Keeps the earliest of several typed departures.
    pub(crate) fn leave(&mut self, first_day_out: Date, motif: &'a str) {
        let new = (first_day_out, motif);
        self.leave = Some(self.leave.map_or(new, |old| old.min(new)));
    }

    /// Where what was to happen on `date` has been moved; `None` when it no longer takes place.
    fn settled(&self, flow: Flow, date: Date) -> Option<Date> {
        self.moved.iter().filter(|m| m.flow == flow).try_fold(date, |day, m| if m.date == day { m.to } else { Some(day) })
    }

    /// The last day the SIRH announces an échelon for: it has computed this agent's until then.
    pub(crate) fn last_announced_step(&self) -> Option<Date> {
        self.forecasts.iter().filter(|f| f.kind == "ECHELON").map(|f| f.date).max()
    }

    /// Events in the order they apply, none before `first`, the first day that may change.
    ///
    /// `departure` is the one written on the constaté row: it counts only after the `horizon` of the forecast file, which is
    /// exhaustive up to there, and when no `SORTIE` is announced at all.
    pub(crate) fn events(&self, first: Date, horizon: Date, departure: Option<&'a (Date, String)>) -> Vec<Event<'a>> {
        let mut ordered: Vec<(Date, u8, usize, Action<'a>)> = Vec::new();
        let mut forecasts = self.forecasts.clone();
        forecasts.sort();
        for (k, forecast) in forecasts.iter().enumerate() {
            // At equal dates `ECHELON` first (interfaces.md §4); then who leaves and comes back the same day leaves first.
            let (rank, action) = match forecast.kind.as_str() {
                "ECHELON" => (0, Action::Announced(forecast)),
                "SORTIE" => (1, Action::Leave { motif: &forecast.motif, typed: false }),
                "ENTREE" => (2, Action::Enter(forecast)),
                _ => (3, Action::Announced(forecast)),
            };
            let day = match rank {
                1 => self.settled(Flow::Exits, forecast.date),
                2 => self.settled(Flow::Entries, forecast.date),
                _ => Some(forecast.date),
            };
            if let Some(day) = day {
                ordered.push((day.max(first), rank, k, action));
            }
        }
        if let Some((day, motif)) = departure
            && *day > horizon
            && !forecasts.iter().any(|f| f.kind == "SORTIE")
            && let Some(day) = self.settled(Flow::Exits, *day)
        {
            ordered.push((day, 1, 0, Action::Leave { motif, typed: false }));
        }
        let mut changes = self.changes.clone();
        changes.sort_by_key(|(id, day, change)| (*day, written(id), *change));
        for (k, (id, day, change)) in changes.into_iter().enumerate() {
            ordered.push(((day).max(first), 4, k, Action::Typed { id, change }));
        }
        // A typed departure cancels what was to happen from the first day out on, an announced departure or return included.
        if let Some((day, motif)) = self.leave {
            let day = day.max(first);
            ordered.retain(|(date, ..)| *date < day);
            ordered.push((day, 0, 0, Action::Leave { motif, typed: true }));
        }
        ordered.sort_by_key(|(date, rank, k, _)| (*date, *rank, *k));
        ordered.into_iter().map(|(date, _, _, action)| Event { date, action }).collect()
    }
}

/// `M1000/2` comes after `M999/1`: the order written.
fn written(id: &str) -> (usize, &str) {
    (id.find('/').unwrap_or(id.len()), id)
}
