//! The main function: gathers what is known of each agent, then writes his months.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_value::Date;

use crate::absence::away_since;
use crate::changes::hired;
use crate::constate::{self, MonthRows};
use crate::events::Future;
use crate::months::Months;
use crate::note::Notes;
use crate::projection::{Bounds, Living, Projection};
use crate::{AgentCareer, Careers, Input, Movement, NoteKind, RowOrigin, State};

/// All that is known of one matricule.
#[derive(Debug, Default)]
struct File<'a> {
    history: Vec<MonthRows<'a>>,
    future: Future<'a>,
    hire: Option<Hire<'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Hire<'a> {
    from: Date,
    state: &'a State,
    plafond: Option<&'a String>,
}

/// Unrolls every career, month by month, to `input.until`.
///
/// Constaté months are each month's own rows. From the day after, each agent goes on from his row without end date, and then happen, in
/// date order: announced and typed movements, automatic échelons after the horizon, new versions of the grid, ends of contract.
#[must_use]
pub fn unroll(input: &Input<'_>) -> Careers {
    let mut notes = Notes::default();
    let files = gather(input, &mut notes);
    let agents = files.iter().filter_map(|(matricule, file)| career(matricule, file, input, &mut notes)).collect();
    Careers { agents, notes: notes.into_vec() }
}

/// By matricule, in order; each list in an order of its own, so that the order of the input does not count.
fn gather<'a>(input: &Input<'a>, notes: &mut Notes) -> BTreeMap<&'a str, File<'a>> {
    let mut files: BTreeMap<&str, File<'_>> = BTreeMap::new();
    for (month, rows) in input.constate.range(..=input.last_constate) {
        for row in rows {
            let history = &mut files.entry(&row.matricule).or_default().history;
            match history.last_mut() {
                Some((m, rows)) if m == month => rows.push(row),
                _ => history.push((*month, vec![row])),
            }
        }
    }
    for file in files.values_mut() {
        file.history.iter_mut().for_each(|(_, rows)| rows.sort());
    }
    // What is dated in the constaté months is already shown by their rows.
    let shown = input.last_constate.last_day();
    for forecast in input.forecasts.iter().filter(|f| f.date > shown) {
        files.entry(&forecast.matricule).or_default().future.forecasts.push(forecast);
    }
    let mut movements: Vec<&Movement> = input.movements.iter().collect();
    movements.sort();
    for movement in movements {
        match movement {
            Movement::Hire { id, from, until, state, plafond } => {
                let file = files.entry(id).or_default();
                if file.hire.is_some() || !file.history.is_empty() || !file.future.forecasts.is_empty() {
                    notes.add(NoteKind::HireExists, id);
                } else {
                    file.hire = Some(Hire { from: *from, state, plafond: plafond.as_ref() });
                    if let Some(last_day) = until {
                        file.future.leave(last_day.next(), "FIN_CONTRAT");
                    }
                }
            }
            Movement::Leave { matricule, on, motif } => files.entry(matricule).or_default().future.leave(on.next(), motif),
            Movement::Change { id, matricule, from, change } => {
                files.entry(matricule).or_default().future.changes.push((id, *from, change));
            }
        }
    }
    files
}

/// One agent; `None` when he is never in force.
fn career(matricule: &str, file: &File<'_>, input: &Input<'_>, notes: &mut Notes) -> Option<AgentCareer> {
    let mut out = Months::default();
    constate::write(&file.history, &mut out);
    let first_month = input.last_constate.plus(1);
    let horizon = input.forecast_horizon.max(input.last_constate).last_day();
    let open = constate::open_row(&file.history, input.last_constate);
    // The last state written is that of the open row, unless a closed row follows it: then it cannot be shared.
    let state_at_end = open.map(|row| match out.months.last() {
        Some(m) if *m.last_state == row.state => Arc::clone(&m.last_state),
        _ => Arc::new(row.state.clone()),
    });

    let mut bounds = Bounds { first: first_month.first_day(), last: input.until.last_day(), automatic_from: horizon.next() };
    if let Some(day) = file.future.last_announced_step() {
        bounds.automatic_from = bounds.automatic_from.max(day.next());
    }
    let living = match (file.hire, open, &state_at_end) {
        (Some(hire), ..) => {
            bounds.first = hire.from;
            bounds.automatic_from = hire.from;
            Some(Living {
                start: hire.from,
                state: Arc::new(hired(hire.state, hire.from, input.grids)),
                entry: hire.from,
                origin: RowOrigin::Movement(Arc::from(matricule)),
                away_since: None,
                typed_index: hire.state.inm.is_some(),
            })
        }
        (None, Some(row), Some(state)) => Some(Living {
            start: row.start,
            state: Arc::clone(state),
            entry: row.entry,
            origin: RowOrigin::Constate,
            away_since: if row.state.active() { None } else { Some(away_since(row, &file.history)) },
            typed_index: false,
        }),
        _ => None,
    };
    let departure = open.and_then(|row| row.departure.as_ref());
    let events = file.future.events(bounds.first, horizon, departure);
    let (spans, exit) = Projection::new(matricule, input.grids, notes, bounds, living).run(events);
    out.write_projected(&spans, first_month, input.until);
    if out.months.is_empty() {
        return None;
    }
    let entry = open
        .map(|row| row.entry)
        .or_else(|| spans.first().map(|s| s.entry))
        .or_else(|| file.history.last().and_then(|(_, rows)| rows.last()).map(|row| row.entry))?;
    Some(AgentCareer {
        matricule: matricule.to_owned(),
        months: out.months,
        rows: out.rows,
        entry,
        state_at_end,
        exit,
        plafond: file.hire.and_then(|h| h.plafond.cloned()),
    })
}
