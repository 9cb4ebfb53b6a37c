//! On which days a rule over time meets somebody, and what it makes of him.

use cadrage_value::{Date, Exact};

use crate::changes::fill;
use crate::order::{HowMany, Shift, What, When, Whom};
use crate::projection::Life;
use crate::{Change, Flow, State};

/// The projected days.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) first: Date,
    pub(crate) last: Date,
}

/// The days on which an order may concern this life. None for an order that looks at everybody on its own day.
pub(crate) fn days(what: &What, life: &Life, window: Window) -> Vec<Date> {
    let from = |day: Option<Date>| day.unwrap_or(window.first).max(window.first);
    let mut days: Vec<Date> = match what {
        What::Hire { .. } | What::Leave { .. } => Vec::new(),
        What::Change { whom: Whom::Selected(HowMany::All), from: day, ages, .. } => {
            let start = from(Some(*day));
            let begins = life.spans.iter().map(|s| s.start.max(start));
            // Age and seniority are those of the 1st of the month.
            let firsts =
                if *ages { start.month().plus(1).through(window.last.month()).map(|m| m.first_day()).collect() } else { Vec::new() };
            begins.chain(firsts).collect()
        }
        What::Change { .. } => Vec::new(),
        What::LeaveWhen { when: When::Term, from: day, .. } => terms(life, from(*day)),
        What::LeaveWhen { when, from: day, .. } => {
            // In position until the end of the month in which the age is reached.
            reached(life, *when, from(*day)).into_iter().map(|day| day.month().last_day()).collect()
        }
        What::ChangeWhen { when, from: day, .. } => reached(life, *when, from(*day)),
        What::Flow { flow: Flow::Entries, from: day, until, .. } => {
            let within = |d: &Date| *d >= from(*day) && until.is_none_or(|u| *d <= u);
            life.entries.iter().copied().filter(within).collect()
        }
        What::Flow { flow: Flow::Exits, from: day, until, .. } => {
            let within = |d: &Date| *d >= from(*day) && until.is_none_or(|u| *d <= u);
            life.exits.iter().filter(|left| !left.typed).map(|left| left.exit.date).filter(within).collect()
        }
        What::Replace { from: day, .. } => {
            let gone = |d: &Date| *d >= from(*day) && life.on(*d).is_none();
            life.exits.iter().map(|left| left.exit.date).filter(gone).collect()
        }
    };
    days.retain(|day| *day <= window.last && (*day >= window.first));
    days.sort_unstable();
    days.dedup();
    days
}

/// The first day somebody is there with this age or seniority, none before `from`.
fn reached(life: &Life, when: When, from: Date) -> Vec<Date> {
    let day = |span: &crate::months::Span| match when {
        When::Age(months) => span.state.birth.map(|birth| birth.plus_months(months)),
        When::Seniority(months) => Some(span.entry.plus_months(months)),
        When::Term => None,
    };
    let met = life.spans.iter().filter_map(|span| {
        let day = day(span)?.max(from).max(span.start);
        span.end.is_none_or(|end| day < end).then_some(day)
    });
    met.min().into_iter().collect()
}

/// The last day of the contract in force on `from`, or of the one he arrives with.
fn terms(life: &Life, from: Date) -> Vec<Date> {
    let arrivals = life.spans.iter().filter(|s| s.entry == s.start && s.start > from).map(|s| s.start);
    std::iter::once(from)
        .chain(arrivals)
        .filter_map(|day| life.on(day)?.state.term())
        .filter(|term| *term > from)
        .map(Date::previous)
        .collect()
}

/// The new day of a flow; `None`: it does not take place.
pub(crate) fn shifted(shift: Shift, day: Date) -> Option<Date> {
    match shift {
        Shift::Cancel => None,
        Shift::By(months) => Some(day.plus_months(months)),
        Shift::To(date) => Some(day.max(date)),
    }
}

/// The post somebody leaves, as it is filled: his statut, grade, pay, structure; the first step, full time unless the post itself is
/// incomplete; nothing of the person. Then what the sentence says.
pub(crate) fn successor(left: &State, change: &Change) -> State {
    let indexed = left.on_a_step();
    let mut state = State {
        statut: left.statut.clone(),
        grade: left.grade.clone(),
        inm: left.inm.filter(|_| !indexed),
        position: "AC".to_owned(),
        quotite: Some(if left.modalite == "TI" { left.quotite.clone().unwrap_or(Exact::ONE) } else { Exact::ONE }),
        remuneration: left.remuneration.clone(),
        montant_forfait: left.montant_forfait,
        structure: left.structure.clone(),
        post: left.post.clone(),
        ..State::default()
    };
    if state.quotite != Some(Exact::ONE) {
        state.modalite.clone_from(&left.modalite);
    }
    if change.grade.as_ref().is_some_and(|g| *g != left.grade) {
        // Another grade: neither the old index nor the old lump sum.
        (state.inm, state.montant_forfait) = (None, None);
    }
    fill(&mut state, change);
    if change.structure.is_some() {
        let mut post = state.post.as_deref().cloned().unwrap_or_default();
        post.placed = true;
        state.post = Some(std::sync::Arc::new(post));
    }
    if change.quotite.is_none() {
        state.quotite_remuneree = None;
    }
    state
}
