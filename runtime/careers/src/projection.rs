//! One agent's days to come: from the situation he is in, what happens to him, in date order.
//!
//! Five kinds of things happen. A reform moves him to another step; the grid of his grade changes; seniority gives the next échelon; an [`Event`] is scheduled; his contract
//! ends. On one day they apply in that order, so that a new grid rules the échelon it makes due, a movement announced for the day of an
//! échelon finds it done, and a renewal comes before the end it moves.

use std::sync::Arc;

use cadrage_value::{Date, Exact};

use crate::absence::shifted_entry;
use crate::changes::{entered, fill, reclassified};
use crate::events::{Action, Event, Moved};
use crate::grids::{Place, Step};
use crate::months::Span;
use crate::note::Notes;
use crate::{Change, Exit, Flow, Grids, NoteKind, RowOrigin, State};

/// Longest believable time in a step or kept seniority, in months: beyond, the field is an error and dates would not exist.
const CENTURY: i32 = 1_200;

/// The situation in force at the clock's day.
#[derive(Debug)]
pub(crate) struct Living {
    pub(crate) start: Date,
    pub(crate) state: Arc<State>,
    pub(crate) entry: Date,
    pub(crate) origin: RowOrigin,
    /// Since when out of activity, when he is.
    pub(crate) away_since: Option<Date>,
    /// The index was typed: the grid does not replace it.
    pub(crate) typed_index: bool,
}

/// The days that concern one agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The first day that may change.
    pub(crate) first: Date,
    /// The last day of the last month wanted.
    pub(crate) last: Date,
    /// From this day on échelons are automatic.
    pub(crate) automatic_from: Date,
}

/// What the agent's own situation brings about; ordered as on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Own {
    Reclassified,
    GridChanges,
    StepIsDue,
    /// Stands for scheduled events in the comparison.
    Scheduled,
    ContractEnds,
}

/// What the index of a state is worth before the grid is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Given for this very step by a file or an announcement: a difference with the grid is worth telling.
    Given,
    /// That of the step, which has not changed.
    Kept,
    /// Another step's: only the grid can say.
    Due,
}

/// The projection of one agent, being made.
#[derive(Debug)]
pub(crate) struct Projection<'a> {
    pub(crate) matricule: &'a str,
    pub(crate) grids: &'a Grids,
    pub(crate) notes: &'a mut Notes,
    pub(crate) bounds: Bounds,
    /// Nothing before this day can change any more.
    clock: Date,
    /// Reforms up to this day are behind him.
    settled: Date,
    /// A reform moved him: échelons announced before it are those of the old grid.
    reclassified: bool,
    current: Option<Living>,
    spans: Vec<Span>,
    exits: Vec<Left>,
    entries: Vec<Date>,
    /// Ends of contract put off or cancelled.
    moved: &'a [Moved<'a>],
}

/// A departure, and whether a scenario typed it.
#[derive(Clone, Debug)]
pub(crate) struct Left {
    pub(crate) exit: Exit,
    pub(crate) typed: bool,
}

/// What becomes of somebody.
#[derive(Debug, Default)]
pub(crate) struct Life {
    /// In date order.
    pub(crate) spans: Vec<Span>,
    /// Every departure, those followed by a return included.
    pub(crate) exits: Vec<Left>,
    /// Announced arrivals.
    pub(crate) entries: Vec<Date>,
}

impl Life {
    /// How he leaves for good, if he does.
    pub(crate) fn exit(&self) -> Option<&Exit> {
        let last = self.exits.last()?;
        self.spans.iter().all(|s| s.end.is_some_and(|end| end <= last.exit.date)).then_some(&last.exit)
    }

    /// What is true of him that day.
    pub(crate) fn on(&self, day: Date) -> Option<&Span> {
        self.spans.iter().find(|s| s.start <= day && s.end.is_none_or(|end| day < end))
    }
}

impl<'a> Projection<'a> {
    pub(crate) fn new(
        matricule: &'a str,
        grids: &'a Grids,
        notes: &'a mut Notes,
        bounds: Bounds,
        moved: &'a [Moved<'a>],
        current: Option<Living>,
    ) -> Self {
        let (spans, exits, entries) = (Vec::new(), Vec::new(), Vec::new());
        // Who arrives on the day of a reform arrives under it.
        let arrives = current.as_ref().is_some_and(|living| living.start >= bounds.first);
        let settled = if arrives { bounds.first } else { bounds.first.previous() };
        let mut new = Projection {
            matricule,
            grids,
            notes,
            bounds,
            clock: bounds.first,
            settled,
            reclassified: false,
            current: None,
            spans,
            exits,
            entries,
            moved,
        };
        if let Some(mut living) = current {
            let mut state = (*living.state).clone();
            if !living.typed_index {
                let held = if state.inm.is_some() { Held::Given } else { Held::Due };
                new.set_index(&mut state, held);
            }
            if state != *living.state {
                living.state = Arc::new(state);
            }
            new.current = Some(living);
        }
        new
    }

    /// Runs to the last day.
    pub(crate) fn run(mut self, events: Vec<Event<'_>>) -> Life {
        let mut events = events.into_iter().peekable();
        loop {
            let own = self.own_next();
            let next = match (own, events.peek()) {
                (Some((date, own)), Some(event)) => (date, own).min((event.date, Own::Scheduled)),
                (Some(own), None) => own,
                (None, Some(event)) => (event.date, Own::Scheduled),
                (None, None) => break,
            };
            if next.0 > self.bounds.last {
                break;
            }
            self.clock = self.clock.max(next.0);
            match next.1 {
                Own::Reclassified => self.reclassified(),
                Own::GridChanges => self.grid_changes(),
                Own::StepIsDue => self.next_step(),
                Own::Scheduled => {
                    if let Some(event) = events.next() {
                        self.happens(&event.action);
                    }
                }
                Own::ContractEnds => self.contract_ends(),
            }
            self.settled = self.settled.max(self.clock);
        }
        if let Some(living) = self.current.take() {
            let Living { start, state, entry, origin, .. } = living;
            self.spans.push(Span { start, end: None, state, entry, origin, share: Exact::ONE });
        }
        Life { spans: self.spans, exits: self.exits, entries: self.entries }
    }

    fn own_next(&mut self) -> Option<(Date, Own)> {
        let due = self.step_due();
        let living = self.current.as_ref()?;
        let state = &living.state;
        let boundary = if state.on_a_step() { self.grids.boundary_after(&state.grade, self.clock) } else { None };
        let reform = if state.on_a_step() { self.grids.reclassification_after(&state.grade, self.settled) } else { None };
        [
            reform.map(|day| (day, Own::Reclassified)),
            boundary.map(|day| (day, Own::GridChanges)),
            due.map(|day| (day, Own::StepIsDue)),
            state.term().map(|day| (day.max(self.clock), Own::ContractEnds)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// The day of the next échelon by seniority: entry in the step + duration − kept months, any day of the month (domain.md §C). Never in
    /// the past: overdue at a reform, it is given the day of the reform; overdue at the horizon of the announced ones, the day after.
    fn step_due(&mut self) -> Option<Date> {
        let state = &self.current.as_ref()?.state;
        if self.bounds.automatic_from > self.bounds.last || !state.active() || !state.on_a_step() {
            return None;
        }
        let Place::Found { step, next: Some(_) } = self.grids.place(&state.grade, &state.echelon, &state.chevron, self.clock) else {
            return None;
        };
        let Some(months) = step.months.filter(|m| (0..=CENTURY).contains(m)) else {
            self.notes.add(NoteKind::DurationUnknown { grade: state.grade.clone() }, self.matricule);
            return None;
        };
        let Some(entry) = state.step_entry else {
            self.notes.add(NoteKind::StepEntryUnknown { grade: state.grade.clone() }, self.matricule);
            return None;
        };
        let due = entry.plus_months(months - state.step_kept_months.clamp(-CENTURY, CENTURY));
        Some(due.max(self.bounds.automatic_from).max(self.clock))
    }

    fn next_step(&mut self) {
        let Some(living) = &self.current else { return };
        let mut state = (*living.state).clone();
        let grids = self.grids;
        let Place::Found { next: Some(next), .. } = grids.place(&state.grade, &state.echelon, &state.chevron, self.clock) else {
            return;
        };
        state.echelon.clone_from(&next.echelon);
        state.chevron.clone_from(&next.chevron);
        state.ib.clone_from(&next.ib);
        state.step_entry = Some(self.clock);
        state.step_kept_months = 0;
        self.index_from(next, &mut state, Held::Due);
        self.becomes(state, RowOrigin::Automatic, false);
    }

    /// A reform moves who is in place, paid or not, to the step its table says.
    fn reclassified(&mut self) {
        let Some(living) = &self.current else { return };
        let grids = self.grids;
        let Some(reform) = grids.reclassification_on(&living.state.grade, self.clock) else { return };
        let Some(mut state) = reform.applied(&living.state) else {
            let State { grade, echelon, chevron, .. } = (*living.state).clone();
            let name = reform.name.clone();
            self.notes.add(NoteKind::NotReclassified { name, grade, echelon, chevron, on: self.clock }, self.matricule);
            return;
        };
        self.reclassified = true;
        self.bounds.automatic_from = self.bounds.automatic_from.min(self.clock);
        self.set_index(&mut state, Held::Due);
        self.becomes(state, RowOrigin::Automatic, false);
    }

    /// A reform reaches who is in place: same grade, same step, the new index.
    fn grid_changes(&mut self) {
        let Some(living) = &self.current else { return };
        if living.typed_index {
            return;
        }
        let mut state = (*living.state).clone();
        let here = |day| self.grids.place(&state.grade, &state.echelon, &state.chevron, day);
        let found = |place: &Place<'_>| matches!(place, Place::Found { .. });
        let (before, now) = (here(self.clock.previous()), here(self.clock));
        if found(&now) {
            let origin = living.origin.clone();
            self.set_index(&mut state, Held::Due);
            self.becomes(state, origin, false);
        } else if matches!(now, Place::NoGrid) && !matches!(before, Place::NoGrid) {
            self.notes.add(NoteKind::GradeWithoutGrid { grade: state.grade }, self.matricule);
        } else if found(&before) {
            let State { grade, echelon, chevron, .. } = state;
            self.notes.add(NoteKind::StepRemoved { grade, echelon, chevron, on: self.clock }, self.matricule);
        }
    }

    fn contract_ends(&mut self) {
        let Some(living) = &self.current else { return };
        if living.state.term().is_some_and(|day| day < self.bounds.first) && living.start < self.bounds.first {
            self.notes.add(NoteKind::ContractOverdue, self.matricule);
        }
        let clock = self.clock;
        if let Some(moved) = self.moved.iter().find(|m| m.flow == Flow::Exits && m.date == clock && m.to != Some(clock)) {
            // Put off, or not ended at all: the same situation goes on.
            let mut state = (*living.state).clone();
            state.contract_end = moved.to;
            let typed_index = living.typed_index;
            self.becomes(state, RowOrigin::Movement(Arc::from(moved.id)), typed_index);
            return;
        }
        self.leaves("FIN_CONTRAT", false);
    }

    fn happens(&mut self, action: &Action<'_>) {
        match action {
            Action::Leave { motif, typed } if self.current.is_some() => self.leaves(motif, *typed),
            Action::Leave { typed: true, .. } => self.no_one_to_move(),
            Action::Leave { typed: false, .. } => {
                self.notes.add(NoteKind::ForecastWithoutAgent { kind: "SORTIE".to_owned() }, self.matricule);
            }
            Action::Enter(forecast) => {
                self.close();
                self.entries.push(self.clock);
                let mut state = entered(&forecast.change, self.clock);
                self.set_index(&mut state, if forecast.change.inm.is_some() { Held::Given } else { Held::Due });
                let away_since = if state.active() { None } else { Some(self.clock) };
                self.current = Some(Living {
                    start: self.clock,
                    state: Arc::new(state),
                    entry: self.clock,
                    origin: RowOrigin::Announced,
                    away_since,
                    typed_index: false,
                });
            }
            Action::Announced(forecast) if self.reclassified && forecast.kind == "ECHELON" => {
                self.notes.add(NoteKind::StepSuperseded { on: self.clock }, self.matricule);
            }
            Action::Announced(forecast) if self.current.is_some() => {
                let mut change = forecast.change.clone();
                // An échelon without its date would be given twice.
                if forecast.kind == "ECHELON" {
                    change.step_entry = change.step_entry.or(Some(self.clock));
                }
                self.changes(&change, RowOrigin::Announced, false);
            }
            Action::Announced(forecast) => {
                self.notes.add(NoteKind::ForecastWithoutAgent { kind: forecast.kind.clone() }, self.matricule);
            }
            Action::Typed { id, change } if self.current.is_some() => {
                let mut change =
                    self.current.as_ref().map_or_else(|| (*change).clone(), |l| reclassified(&l.state, change, self.clock, self.grids));
                change.post.placed |= change.structure.is_some();
                if change.step.is_some() {
                    change.step_entry = change.step_entry.or(Some(self.clock));
                    change.step_kept_months = change.step_kept_months.or(Some(0));
                }
                self.changes(&change, RowOrigin::Movement(Arc::from(*id)), true);
            }
            Action::Typed { .. } => self.no_one_to_move(),
        }
    }

    fn no_one_to_move(&mut self) {
        self.notes.add(NoteKind::MovementWithoutAgent { on: self.clock }, self.matricule);
    }

    fn changes(&mut self, change: &Change, origin: RowOrigin, typed: bool) {
        let Some(living) = &mut self.current else { return };
        let mut state = (*living.state).clone();
        let was_active = state.active();
        fill(&mut state, change);
        if was_active && !state.active() {
            living.away_since = Some(self.clock);
        }
        if !was_active
            && state.active()
            && let Some(since) = living.away_since.take()
            && change.step_entry.is_none()
        {
            // The SIRH that announces a return may say the new entry; else time away does not count.
            state.step_entry = state.step_entry.map(|entry| shifted_entry(entry, since, self.clock));
        }
        let moved = change.step.is_some() || change.grade.is_some() || change.inm.is_some();
        let typed_index = if moved { typed && change.inm.is_some() } else { living.typed_index };
        if !typed_index {
            let held = match (change.inm, moved) {
                (Some(_), _) => Held::Given,
                (None, true) => Held::Due,
                (None, false) => Held::Kept,
            };
            self.set_index(&mut state, held);
        }
        self.becomes(state, origin, typed_index);
    }

    /// The index of a projected step is the grid's when the grid knows it, else what is there (Q11).
    fn set_index(&mut self, state: &mut State, held: Held) {
        if !state.on_a_step() {
            return;
        }
        let names = |s: &State| (s.grade.clone(), s.echelon.clone(), s.chevron.clone());
        match self.grids.place(&state.grade, &state.echelon, &state.chevron, self.clock) {
            Place::NoGrid => self.notes.add(NoteKind::GradeWithoutGrid { grade: state.grade.clone() }, self.matricule),
            Place::NoStep => {
                let (grade, echelon, chevron) = names(state);
                self.notes.add(NoteKind::StepNotInGrid { grade, echelon, chevron }, self.matricule);
            }
            Place::Found { step, .. } => {
                if held == Held::Given
                    && let (Some(file), Some(grid)) = (state.inm, step.inm)
                    && file != grid
                {
                    let (grade, echelon, chevron) = names(state);
                    self.notes.add(NoteKind::IndexReplaced { grade, echelon, chevron, file, grid }, self.matricule);
                }
                if !step.ib.is_empty() {
                    state.ib.clone_from(&step.ib);
                }
                self.index_from(step, state, held);
            }
        }
    }

    /// An index that the grid ought to say and does not know is not replaced by the old one; who is not paid does not need it.
    fn index_from(&mut self, step: &Step, state: &mut State, held: Held) {
        if step.unknown && (held == Held::Due || state.inm.is_none()) {
            state.inm = None;
            if state.active() {
                let State { grade, echelon, chevron, .. } = state.clone();
                self.notes.add(NoteKind::IndexUnknown { grade, echelon, chevron, on: self.clock }, self.matricule);
            }
        } else {
            state.inm = step.inm.or(state.inm);
        }
    }

    /// From the clock's day on, the state is this one. The same state does not open a new situation.
    fn becomes(&mut self, state: State, origin: RowOrigin, typed_index: bool) {
        let Some(living) = &mut self.current else { return };
        living.typed_index = typed_index;
        if *living.state == state {
            return;
        }
        let (start, entry) = (living.start, living.entry);
        let before = std::mem::replace(&mut living.state, Arc::new(state));
        let origin = std::mem::replace(&mut living.origin, origin);
        living.start = self.clock;
        if start < self.clock {
            self.spans.push(Span { start, end: Some(self.clock), state: before, entry, origin, share: Exact::ONE });
        }
    }

    fn leaves(&mut self, motif: &str, typed: bool) {
        self.close();
        self.exits.push(Left { exit: Exit { date: self.clock, motif: motif.to_owned() }, typed });
    }

    fn close(&mut self) {
        if let Some(Living { start, state, entry, origin, .. }) = self.current.take()
            && start < self.clock
        {
            self.spans.push(Span { start, end: Some(self.clock), state, entry, origin, share: Exact::ONE });
        }
    }
}
