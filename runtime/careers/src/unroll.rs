//! The main function: gathers what is known of each agent, then writes his months.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_value::{Date, Exact};

use crate::absence::away_since;
use crate::changes::hired;
use crate::constate::{self, MonthRows};
use crate::events::{Future, Moved};
use crate::fractions;
use crate::months::Months;
use crate::note::Notes;
use crate::projection::{Bounds, Life, Living, Projection};
use crate::{AgentCareer, Careers, Forecast, Input, Movement, NoteKind, RowOrigin, Situation, State};

/// What the deliveries say of one matricule.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    history: Vec<MonthRows<'a>>,
    forecasts: Vec<&'a Forecast>,
}

/// Typed movements by the line they are about; a fraction of somebody is filed under its own number too.
pub(crate) type Typed<'a> = BTreeMap<&'a str, Vec<&'a Movement>>;

/// All that is known of one line.
#[derive(Debug, Default)]
struct File<'a> {
    history: &'a [MonthRows<'a>],
    future: Future<'a>,
    hire: Option<Hire<'a>>,
    /// Fractions that left him or changed, in the order typed: day, what stays.
    kept: Vec<(Date, Exact)>,
    /// He is himself a fraction: from this day on, this share.
    part: Option<(Date, &'a Exact)>,
    seat: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
struct Hire<'a> {
    from: Date,
    state: &'a State,
}

/// Unrolls every career, month by month, to `input.until`.
///
/// Constaté months are each month's own rows. From the day after, each agent goes on from his row without end date, and then happen, in
/// date order: announced and typed movements, automatic échelons after the horizon, new versions of the grid, ends of contract.
#[must_use]
pub fn unroll(input: &Input<'_>) -> Careers {
    unroll_lines(input, None)
}

/// The same, of these lines only: what [`unroll`] gives of them, and the notes that are about them.
#[must_use]
pub fn unroll_among(input: &Input<'_>, lines: &BTreeSet<String>) -> Careers {
    unroll_lines(input, Some(lines))
}

fn unroll_lines(input: &Input<'_>, among: Option<&BTreeSet<String>>) -> Careers {
    let mut notes = Notes::default();
    let known = known(input);
    let mut movements: Vec<&Movement> = input.movements.iter().collect();
    movements.sort();
    let typed = typed(movements);
    let lines: BTreeSet<&str> = match among {
        Some(asked) => asked.iter().map(String::as_str).collect(),
        None => known.keys().chain(typed.keys()).copied().collect(),
    };
    let agents = lines.into_iter().filter_map(|matricule| career(matricule, &known, &typed, input, &mut notes)).collect();
    Careers { agents, notes: notes.into_vec() }
}

/// By matricule, in order; each list in an order of its own, so that the order of the input does not count.
pub(crate) fn known<'a>(input: &Input<'a>) -> BTreeMap<&'a str, Known<'a>> {
    let mut files: BTreeMap<&str, Known<'_>> = BTreeMap::new();
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
        files.entry(&forecast.matricule).or_default().forecasts.push(forecast);
    }
    files
}

/// Files each movement under its line.
pub(crate) fn typed<'a>(movements: impl IntoIterator<Item = &'a Movement>) -> Typed<'a> {
    let mut typed = Typed::new();
    for movement in movements {
        typed.entry(movement.subject()).or_default().push(movement);
        if let Movement::Twin { id, .. } = movement {
            typed.entry(id).or_default().push(movement);
        }
    }
    typed
}

fn file<'a>(matricule: &'a str, known: &'a BTreeMap<&'a str, Known<'a>>, typed: &Typed<'a>, notes: &mut Notes) -> File<'a> {
    let mine = |m: &str| typed.get(m).map_or(&[] as &[&Movement], Vec::as_slice).to_vec();
    let mut movements = mine(matricule);
    let mut out = File::default();
    let mut of = matricule;
    if let Some(Movement::Twin { id, matricule: source, from, share, change }) =
        movements.iter().copied().find(|m| matches!(m, Movement::Twin { id, .. } if id == matricule))
    {
        of = source;
        out.part = Some((*from, share));
        out.seat = Some(source);
        out.future.changes.push((id, *from, change));
        movements = mine(source);
        movements.retain(|m| !matches!(m, Movement::Twin { id, .. } if id == matricule));
    }
    let delivered = known.get(of);
    out.history = delivered.map_or(&[], |k| k.history.as_slice());
    out.future.forecasts = delivered.map_or_else(Vec::new, |k| k.forecasts.clone());
    for movement in movements {
        match movement {
            Movement::Hire { id, from, until, state, seat } => {
                if out.hire.is_some() || delivered.is_some() {
                    notes.add(NoteKind::HireExists, id);
                } else {
                    out.hire = Some(Hire { from: *from, state });
                    out.seat = out.seat.or(seat.as_deref());
                    if let Some(last_day) = until {
                        out.future.leave(last_day.next(), "FIN_CONTRAT");
                    }
                }
            }
            Movement::Leave { on, motif, .. } => out.future.leave(on.next(), motif),
            Movement::Change { id, from, change, .. } => out.future.changes.push((id, *from, change)),
            Movement::Reschedule { id, flow, date, to, .. } => {
                out.future.moved.push(Moved { id, flow: *flow, date: *date, to: *to });
            }
            Movement::Thin { from, kept, .. } => out.kept.push((*from, kept.clone())),
            Movement::Twin { from, share, .. } => out.kept.push((*from, &Exact::ONE - share)),
        }
    }
    out.future.moved.sort_by_key(|m| (m.id.find('/').unwrap_or(m.id.len()), m.id));
    out
}

/// What becomes of one line from the first projected day on.
pub(crate) fn life(matricule: &str, known: &BTreeMap<&str, Known<'_>>, typed: &Typed<'_>, input: &Input<'_>, notes: &mut Notes) -> Life {
    project(matricule, &file(matricule, known, typed, notes), input, notes, None)
}

/// `shared`: the state of the open row, when somebody holds it already.
fn project(matricule: &str, file: &File<'_>, input: &Input<'_>, notes: &mut Notes, shared: Option<&Arc<State>>) -> Life {
    let horizon = input.forecast_horizon.max(input.last_constate).last_day();
    let open = constate::open_row(file.history, input.last_constate);
    let first = input.last_constate.plus(1).first_day();
    let mut bounds = Bounds { first, last: input.until.last_day(), automatic_from: horizon.next() };
    if let Some(day) = file.future.last_announced_step() {
        bounds.automatic_from = bounds.automatic_from.max(day.next());
    }
    let living = match (file.hire, open) {
        (Some(hire), _) => {
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
        (None, Some(row)) => Some(Living {
            start: row.start,
            state: shared.map_or_else(|| Arc::new(row.state.clone()), Arc::clone),
            entry: row.entry,
            origin: RowOrigin::Constate,
            away_since: if row.state.active() { None } else { Some(away_since(row, file.history)) },
            typed_index: false,
        }),
        _ => None,
    };
    let events = file.future.events(bounds.first, horizon, open.and_then(|row| row.departure.as_ref()));
    let mut life = Projection::new(matricule, input.grids, notes, bounds, &file.future.moved, living).run(events);
    if file.part.is_some() || !file.kept.is_empty() {
        life.spans = fractions::cut(life.spans, &file.kept, file.part.map(|(from, share)| (from, share, matricule)));
    }
    life
}

/// One line; `None` when it is never in force.
fn career(
    matricule: &str,
    known: &BTreeMap<&str, Known<'_>>,
    typed: &Typed<'_>,
    input: &Input<'_>,
    notes: &mut Notes,
) -> Option<AgentCareer> {
    let file = file(matricule, known, typed, notes);
    let mut out = Months::default();
    let own: &[MonthRows<'_>] = if file.part.is_some() { &[] } else { file.history };
    constate::write(own, &mut out);
    let open = constate::open_row(own, input.last_constate);
    // The last state written is that of the open row, unless a closed row follows it: then it cannot be shared.
    let state_at_end = open.map(|row| match out.months.last() {
        Some(m) if *m.last_state == row.state => Arc::clone(&m.last_state),
        _ => Arc::new(row.state.clone()),
    });
    let life = project(matricule, &file, input, notes, state_at_end.as_ref());
    out.write_projected(&life.spans, input.last_constate.plus(1), input.until);
    if out.months.is_empty() {
        return None;
    }
    let entry = open
        .map(|row: &Situation| row.entry)
        .or_else(|| life.spans.first().map(|s| s.entry))
        .or_else(|| own.last().and_then(|(_, rows)| rows.last()).map(|row| row.entry))?;
    Some(AgentCareer {
        matricule: matricule.to_owned(),
        months: out.months,
        rows: out.rows,
        entry,
        state_at_end,
        exit: life.exit().cloned(),
        seat: file.seat.map(str::to_owned),
        fraction: file.part.is_some(),
    })
}
