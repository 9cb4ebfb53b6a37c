//! From orders about groups to movements of people, day after day.
//!
//! Orders apply in order of date, then as written; each sees the effects of those before. Rules over time (an age, a departure to
//! replace) wait in the same agenda, one entry per person and day, and a career that changes puts its own entries back. No draw: ties go
//! by matricule, and the same orders always give the same movements.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::{Date, Exact};

use crate::finding::{Finding, FindingKind};
use crate::note::Notes;
use crate::order::{HowMany, Order, What, When, Whom};
use crate::projection::Life;
use crate::triggers::{self, Window};
use crate::unroll::{Known, known, life, typed};
use crate::{Change, Exit, Flow, Input, Movement, State};

/// Somebody on a day, for whoever judges.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Agent, or the number of a hire.
    pub matricule: &'a str,
    /// The agent whose imputations he keeps, when he replaces somebody.
    pub seat: Option<&'a str>,
    /// The day.
    pub day: Date,
    /// Entry in the establishment.
    pub entry: Date,
    /// What is true of him.
    pub state: &'a State,
}

/// Who answers a selection, and in what order people come: formulas' business, not ours.
pub trait Judge {
    /// Does he answer the selection of this order (by rank)?
    fn accepts(&mut self, order: usize, who: &Standing<'_>) -> bool;
    /// The value of the column this order chooses by; `None` comes last either way.
    fn rank(&mut self, order: usize, who: &Standing<'_>) -> Option<Exact>;
}

/// What the orders came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// One per line, in the order they were settled.
    pub movements: Vec<Movement>,
    /// What to tell, in the order of the orders.
    pub findings: Vec<Finding>,
}

/// Settles who each order is about. `input.movements` is not read.
pub fn resolve(input: &Input<'_>, orders: &[Order], judge: &mut dyn Judge) -> Resolved {
    let mut resolver = Resolver {
        input,
        orders,
        judge,
        known: known(input),
        movements: Vec::new(),
        by_line: BTreeMap::new(),
        lives: BTreeMap::new(),
        seats: BTreeMap::new(),
        agenda: BTreeSet::new(),
        treated: BTreeSet::new(),
        counts: vec![0; orders.len()],
        numbers: vec![0; orders.len()],
        findings: Vec::new(),
        now: None,
    };
    resolver.run();
    let Resolver { movements, mut findings, .. } = resolver;
    findings.sort();
    Resolved { movements, findings }
}

/// A day, the rank of an order, and whom it is about; nobody for an order that looks at everybody.
type Entry = (Date, usize, String);

struct Resolver<'a, 'j> {
    input: &'a Input<'a>,
    orders: &'a [Order],
    judge: &'j mut dyn Judge,
    known: BTreeMap<&'a str, Known<'a>>,
    movements: Vec<Movement>,
    /// Ranks of the movements of each line.
    by_line: BTreeMap<String, Vec<usize>>,
    lives: BTreeMap<String, Life>,
    seats: BTreeMap<String, String>,
    agenda: BTreeSet<Entry>,
    treated: BTreeSet<(usize, String, Date)>,
    /// People met by each order; for a replacement, departures.
    counts: Vec<u32>,
    /// The last line numbered by each order.
    numbers: Vec<u32>,
    findings: Vec<Finding>,
    now: Option<(Date, usize)>,
}

impl Resolver<'_, '_> {
    fn run(&mut self) {
        let (first, last) = (self.input.last_constate.plus(1).first_day(), self.input.until.last_day());
        let lines: Vec<String> = self.known.keys().map(|m| (*m).to_owned()).collect();
        for (k, order) in self.orders.iter().enumerate() {
            let Some(day) = fixed_day(&order.what) else { continue };
            if day > last {
                self.find(k, FindingKind::AfterTheEnd { on: day });
            } else {
                self.agenda.insert((day.max(first), k, String::new()));
            }
        }
        for line in &lines {
            self.live(line);
        }
        while let Some((day, k, line)) = self.agenda.pop_first() {
            self.now = Some((day, k));
            if line.is_empty() {
                self.everybody(k, day);
            } else if self.treated.insert((k, line.clone(), day)) {
                self.somebody(k, day, &line);
            }
        }
        for (k, order) in self.orders.iter().enumerate() {
            let met = self.counts.get(k).copied().unwrap_or(0);
            match &order.what {
                What::Hire { .. } => {}
                What::Leave { whom, .. } | What::Change { whom, .. } if !matches!(whom, Whom::Selected(HowMany::All)) => {}
                What::Leave { on: day, .. } | What::Change { from: day, .. } if *day > last => {}
                _ if met == 0 => self.find(k, FindingKind::Nobody),
                _ => self.find(k, FindingKind::Met { people: met, lines: self.numbers.get(k).copied().unwrap_or(0) }),
            }
        }
    }

    /// Draws somebody's life again, and puts back in the agenda what the rules will make of it.
    fn live(&mut self, line: &str) {
        let mut own: Vec<&Movement> = self.own(line).collect();
        own.retain(|m| !matches!(m, Movement::Twin { .. } | Movement::Thin { .. }));
        let life = life(line, &self.known, &typed(own), self.input, &mut Notes::default());
        let first = self.input.last_constate.plus(1).first_day();
        for (k, order) in self.orders.iter().enumerate() {
            let window = Window { first, last: self.input.until.last_day() };
            for day in triggers::days(&order.what, &life, window) {
                if self.now.is_none_or(|now| (day, k) >= now) && !self.treated.contains(&(k, line.to_owned(), day)) {
                    self.agenda.insert((day, k, line.to_owned()));
                }
            }
        }
        self.lives.insert(line.to_owned(), life);
    }

    fn own(&self, line: &str) -> impl Iterator<Item = &Movement> {
        self.by_line.get(line).into_iter().flatten().filter_map(|k| self.movements.get(*k))
    }

    fn keep(&mut self, movement: Movement) {
        self.by_line.entry(movement.subject().to_owned()).or_default().push(self.movements.len());
        self.movements.push(movement);
    }

    fn apply(&mut self, movement: Movement) {
        let line = movement.subject().to_owned();
        self.keep(movement);
        self.live(&line);
    }

    fn find(&mut self, order: usize, kind: FindingKind) {
        let id = self.orders.get(order).map_or_else(String::new, |o| o.id.clone());
        self.findings.push(Finding { order, id, kind });
    }

    fn number(&mut self, order: usize) -> String {
        let id = self.orders.get(order).map_or("", |o| o.id.as_str());
        let Some(n) = self.numbers.get_mut(order) else { return id.to_owned() };
        *n += 1;
        format!("{id}/{n}")
    }

    fn met(&mut self, order: usize) -> u32 {
        let Some(n) = self.counts.get_mut(order) else { return 0 };
        *n += 1;
        *n
    }

    /// Does he answer the order's selection on that day?
    fn answers(&mut self, order: usize, line: &str, day: Date) -> bool {
        let seat = self.seats.get(line).map(String::as_str);
        let Some(span) = self.lives.get(line).and_then(|l| l.on(day)) else { return false };
        self.judge.accepts(order, &Standing { matricule: line, seat, day, entry: span.entry, state: &span.state })
    }

    /// An order that has one day.
    fn everybody(&mut self, k: usize, day: Date) {
        let Some(order) = self.orders.get(k) else { return };
        match &order.what {
            What::Hire { from, until, posts } => {
                for state in posts {
                    let id = self.number(k);
                    self.apply(Movement::Hire { id, from: *from, until: *until, state: state.clone(), seat: None });
                }
            }
            What::Leave { whom, on, motif } => match whom {
                Whom::Agent(matricule) => {
                    if self.there(k, matricule, day) {
                        self.apply(Movement::Leave { matricule: matricule.clone(), on: *on, motif: motif.clone() });
                    }
                }
                Whom::Selected(HowMany::Etp(etp)) => {
                    let Some((people, share)) = self.spread(k, day, etp) else { return };
                    for matricule in people {
                        let (id, kept) = (order.id.clone(), &Exact::ONE - &share);
                        self.keep(Movement::Thin { id, matricule, from: on.next(), kept });
                    }
                }
                Whom::Selected(many) => {
                    // Not those who were to leave that day anyway: it would be nobody's departure.
                    for matricule in self.chosen(k, day, many) {
                        self.apply(Movement::Leave { matricule, on: *on, motif: motif.clone() });
                    }
                }
            },
            What::Change { whom, from, change, .. } => match whom {
                Whom::Agent(matricule) => {
                    if self.there(k, matricule, day) {
                        self.change(k, matricule, *from, change);
                    }
                }
                Whom::Selected(HowMany::Etp(etp)) => {
                    let Some((people, share)) = self.spread(k, day, etp) else { return };
                    for matricule in people {
                        let (id, share) = (self.number(k), share.clone());
                        self.keep(Movement::Twin { id, matricule, from: *from, share, change: (**change).clone() });
                    }
                }
                // Everybody: one entry each, then and later (see `triggers`).
                Whom::Selected(HowMany::All) => {}
                Whom::Selected(many) => {
                    for matricule in self.chosen(k, day, many) {
                        self.change(k, &matricule, *from, change);
                    }
                }
            },
            _ => {}
        }
    }

    fn change(&mut self, k: usize, matricule: &str, from: Date, change: &Change) {
        let id = self.number(k);
        self.apply(Movement::Change { id, matricule: matricule.to_owned(), from, change: change.clone() });
    }

    fn there(&mut self, k: usize, matricule: &str, day: Date) -> bool {
        let Some(life) = self.lives.get(matricule) else {
            self.find(k, FindingKind::Unknown { matricule: matricule.to_owned() });
            return false;
        };
        let there = life.on(day).is_some();
        if !there {
            self.find(k, FindingKind::Absent { matricule: matricule.to_owned(), on: day });
        }
        there
    }

    /// Everybody who answers that day, in order of matricule; for a departure, those who would still be there the day after.
    fn answering(&mut self, k: usize, day: Date) -> Vec<String> {
        let lines: Vec<String> = self.lives.keys().cloned().collect();
        let leave = self.orders.get(k).is_some_and(|o| matches!(o.what, What::Leave { .. }));
        let stays = |l: &Life| !leave || l.on(day.next()).is_some();
        lines.into_iter().filter(|line| self.lives.get(line).is_some_and(stays) && self.answers(k, line, day)).collect()
    }

    /// The people of a whole number or of a share, the first of the column first.
    fn chosen(&mut self, k: usize, day: Date, many: &HowMany) -> Vec<String> {
        let people = self.answering(k, day);
        let found = u32::try_from(people.len()).unwrap_or(u32::MAX);
        if people.is_empty() && !matches!(many, HowMany::All) {
            self.find(k, FindingKind::Nobody);
            return people;
        }
        let (count, descending) = match many {
            HowMany::People(count, descending) => {
                if *count > found {
                    self.find(k, FindingKind::Fewer { asked: *count, found, on: day });
                }
                (*count, *descending)
            }
            HowMany::Share(share, descending) => {
                let count = (share * &Exact::from_int(i64::from(found))).floor().to_int().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
                self.find(k, FindingKind::Share { share: share.clone(), found, taken: count });
                (count, *descending)
            }
            _ => {
                for _ in &people {
                    self.met(k);
                }
                return people;
            }
        };
        let mut ranked: Vec<(Option<Exact>, String)> = Vec::new();
        for line in people {
            let seat = self.seats.get(&line).map(String::as_str);
            let Some(span) = self.lives.get(&line).and_then(|l| l.on(day)) else { continue };
            let who = Standing { matricule: &line, seat, day, entry: span.entry, state: &span.state };
            ranked.push((self.judge.rank(k, &who), line));
        }
        ranked.sort_by(|(a, x), (b, y)| {
            let by_value = match (a, b) {
                (Some(a), Some(b)) if descending => b.cmp(a),
                (Some(a), Some(b)) => a.cmp(b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            };
            by_value.then_with(|| x.cmp(y))
        });
        ranked.into_iter().take(count as usize).map(|(_, line)| line).collect()
    }

    /// Everybody in activity who answers, and the fraction of each that makes `etp` in all.
    fn spread(&mut self, k: usize, day: Date, etp: &Exact) -> Option<(Vec<String>, Exact)> {
        let mut people = self.answering(k, day);
        people.retain(|line| self.lives.get(line).and_then(|l| l.on(day)).is_some_and(|s| s.state.active()));
        let mut total = Exact::ZERO;
        for line in &people {
            let share = self.share_of(line, day);
            let Some(quotite) = self.lives.get(line).and_then(|l| l.on(day)).and_then(|s| s.state.quotite.as_ref()) else { continue };
            total = &total + &(quotite * &share);
        }
        if total.is_zero() {
            self.find(k, FindingKind::Nobody);
            return None;
        }
        let share = etp.checked_div(&total)?;
        if share > Exact::ONE {
            self.find(k, FindingKind::LessEtp { asked: etp.clone(), found: total });
            return Some((people, Exact::ONE));
        }
        let found = u32::try_from(people.len()).unwrap_or(u32::MAX);
        self.find(k, FindingKind::Spread { etp: etp.clone(), people: found, total });
        Some((people, share))
    }

    /// What earlier fractions left of somebody.
    fn share_of(&self, line: &str, day: Date) -> Exact {
        self.own(line).fold(Exact::ONE, |share, m| match m {
            Movement::Thin { from, kept, .. } if *from <= day => &share * kept,
            Movement::Twin { from, share: moved, .. } if *from <= day => &share * &(&Exact::ONE - moved),
            _ => share,
        })
    }

    /// A rule that meets one person on one day.
    fn somebody(&mut self, k: usize, day: Date, line: &str) {
        let Some(order) = self.orders.get(k) else { return };
        match &order.what {
            What::Change { change, .. } => {
                if self.answers(k, line, day) && self.changes_something(line, day, change) {
                    self.met(k);
                    self.change(k, line, day, change);
                }
            }
            What::ChangeWhen { change, .. } => {
                if self.answers(k, line, day) {
                    self.met(k);
                    self.change(k, line, day, change);
                }
            }
            What::LeaveWhen { when, motif, .. } => {
                // A term is the last day of the contract: he leaves then, or was to leave anyway.
                let leaves =
                    *when != When::Term || !self.lives.get(line).is_some_and(|l| l.exits.iter().any(|left| left.exit.date == day.next()));
                if leaves && self.answers(k, line, day) {
                    self.met(k);
                    self.apply(Movement::Leave { matricule: line.to_owned(), on: day, motif: motif.clone() });
                }
            }
            What::Flow { flow, motif, shift, .. } => {
                let eve = if *flow == Flow::Exits { day.previous() } else { day };
                let exit = self.exit_on(line, day);
                let asked = motif.as_ref().is_none_or(|m| exit.as_ref().is_some_and(|e| e.motif == *m));
                if !asked || !self.answers(k, line, eve) {
                    return;
                }
                let to = triggers::shifted(*shift, day);
                if to == Some(day) {
                    return;
                }
                self.met(k);
                if let Some(to) = to {
                    self.treated.insert((k, line.to_owned(), to));
                }
                let id = self.number(k);
                self.apply(Movement::Reschedule { id, matricule: line.to_owned(), flow: *flow, date: day, to });
            }
            What::Replace { ratio, motif, after, change, .. } => {
                let Some(exit) = self.exit_on(line, day) else { return };
                if motif.as_ref().is_some_and(|m| exit.motif != *m) || !self.answers(k, line, day.previous()) {
                    return;
                }
                let n = u64::from(self.met(k));
                let (one, of) = (u64::from(ratio.0), u64::from(ratio.1.max(1)));
                if n * one / of > (n - 1) * one / of {
                    self.replace(k, line, day, *after, change);
                }
            }
            What::Hire { .. } | What::Leave { .. } => {}
        }
    }

    fn changes_something(&self, line: &str, day: Date, change: &Change) -> bool {
        self.lives.get(line).and_then(|l| l.on(day)).is_some_and(|span| {
            let mut state = (*span.state).clone();
            crate::changes::fill(&mut state, change);
            state != *span.state
        })
    }

    fn exit_on(&self, line: &str, day: Date) -> Option<Exit> {
        self.lives.get(line)?.exits.iter().find(|left| left.exit.date == day).map(|left| left.exit.clone())
    }

    fn replace(&mut self, k: usize, line: &str, day: Date, after: i32, change: &Change) {
        let Some(state) = self.lives.get(line).and_then(|l| l.on(day.previous())).map(|s| (*s.state).clone()) else { return };
        let post = triggers::successor(&state, change);
        let (id, from) = (self.number(k), day.plus_months(after));
        // His imputations are those of the one he replaces, or of whom that one replaced.
        let seat = self.seats.get(line).cloned().unwrap_or_else(|| line.to_owned());
        self.seats.insert(id.clone(), seat.clone());
        self.apply(Movement::Hire { id, from, until: None, state: post, seat: Some(seat) });
    }
}

/// The day of an order that has one.
fn fixed_day(what: &What) -> Option<Date> {
    match what {
        What::Hire { from, .. } | What::Change { from, .. } => Some(*from),
        What::Leave { on, .. } => Some(*on),
        _ => None,
    }
}
