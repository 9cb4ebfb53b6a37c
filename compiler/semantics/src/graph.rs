//! Who reads whom in the same month; cycles are refused with their path (decision D16).

use std::collections::BTreeSet;

use cadrage_ir::{Aggregate, Base, Distribution, Feed, FormulaId, Grain};
use cadrage_source::{Code, Diagnostic};

use crate::circles;
use crate::model::{Expression, Formula, Kind};

/// What crosses grains between people.
#[derive(Clone, Copy)]
pub(crate) struct Crossings<'a> {
    pub(crate) aggregates: &'a [Aggregate],
    pub(crate) distributions: &'a [Distribution],
}

impl Crossings<'_> {
    /// The formulas that a crossing runs on rows. Lines are made of everything that feeds: what gathers them reads it all.
    fn operands(&self, kind: &Kind, formulas: &[Formula]) -> Vec<usize> {
        match kind {
            Kind::Aggregate(id) => {
                let direct: Vec<usize> =
                    self.aggregates.get(id.index()).into_iter().flat_map(|a| a.gathering.operands()).map(FormulaId::index).collect();
                let lines = direct.iter().any(|k| formulas.get(*k).is_some_and(|f| f.grain == Grain::Line));
                let fed = formulas.iter().enumerate().filter(|(_, f)| lines && f.feeds.is_some()).map(|(k, _)| k);
                direct.iter().copied().chain(fed).collect()
            }
            Kind::Distributed(id) => self.distributions.get(id.index()).map_or_else(Vec::new, |d| vec![d.amount.index(), d.weight.index()]),
            _ => Vec::new(),
        }
    }
}

/// Formulas read by each formula in the same month.
fn reads(formulas: &[Formula], bases: &[Base], crossings: Crossings<'_>) -> Vec<BTreeSet<usize>> {
    read_by(formulas, &|kind| match kind {
        Kind::Formula(id) | Kind::Cumulative(id) | Kind::Recomputed(id) => vec![id.index()],
        Kind::Base(code) => feeding(formulas, bases, code),
        crossing => crossings.operands(crossing, formulas),
    })
}

/// Formulas read by each formula, in whatever month.
pub(crate) fn anywhere(formulas: &[Formula], bases: &[Base], crossings: Crossings<'_>) -> Vec<BTreeSet<usize>> {
    read_by(formulas, &|kind| match kind {
        Kind::Formula(id)
        | Kind::Cumulative(id)
        | Kind::OverYear(id, _)
        | Kind::Recomputed(id)
        | Kind::PreviousMonth(id)
        | Kind::PreviousYear(id)
        | Kind::InMonth(id, _) => vec![id.index()],
        Kind::Base(code) => feeding(formulas, bases, code),
        crossing => crossings.operands(crossing, formulas),
    })
}

fn read_by(formulas: &[Formula], of: &dyn Fn(&Kind) -> Vec<usize>) -> Vec<BTreeSet<usize>> {
    let read = |f: &Formula| {
        let mut found = BTreeSet::new();
        for (_, value) in &f.cases {
            walk(value, &mut |kind| found.extend(of(kind)));
        }
        found
    };
    formulas.iter().map(read).collect()
}

/// Does a formula read, however far below, what many rows make together? That is computed in strata set once for the program.
pub(crate) fn gathers(formulas: &[Formula], bases: &[Base], crossings: Crossings<'_>, root: FormulaId) -> bool {
    let all = reads(formulas, bases, crossings);
    let across = read_by(formulas, &|kind| match kind {
        Kind::Aggregate(_) | Kind::Distributed(_) => vec![0],
        _ => Vec::new(),
    });
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut pending = vec![root.index()];
    while let Some(at) = pending.pop() {
        let level = formulas.get(at).is_some_and(|f| matches!(f.grain, Grain::Level(_)));
        if level || across.get(at).is_some_and(|found| !found.is_empty()) {
            return true;
        }
        if seen.insert(at) {
            pending.extend(all.get(at).into_iter().flatten());
        }
    }
    false
}

/// C02: what a level gathers is computed for all agents and all months before anyone reads it, so a recurrence may not go through it.
fn recurrences_across(formulas: &[Formula], bases: &[Base], crossings: Crossings<'_>) -> Vec<Diagnostic> {
    let all = anywhere(formulas, bases, crossings);
    let across = read_by(formulas, &|kind| crossings.operands(kind, formulas));
    let mut complaints = Vec::new();
    for (reader, operands) in across.iter().enumerate() {
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut pending: Vec<usize> = operands.iter().copied().collect();
        while let Some(at) = pending.pop() {
            if seen.insert(at) {
                pending.extend(all.get(at).into_iter().flatten());
            }
        }
        if seen.contains(&reader)
            && let Some(f) = formulas.get(reader)
        {
            complaints.push(
                Diagnostic::new(Code::C02, format!("`{}` dépend, par un autre mois, de ce qu'elle rassemble elle-même", f.name), f.span)
                    .help("une récurrence reste à un seul grain : faites-la `par agent`, ou au niveau lui-même"),
            );
        }
    }
    complaints
}

/// `par agent` formulas that feed a rubrique of the base.
fn feeding(formulas: &[Formula], bases: &[Base], code: &str) -> Vec<usize> {
    let Some(base) = bases.iter().find(|b| b.code == code) else { return Vec::new() };
    let enters = |f: &Formula| {
        f.grain == Grain::Agent && matches!(&f.feeds, Some(Feed::Rubriques(list, _)) if list.iter().any(|r| base.rubriques.contains(r)))
    };
    formulas.iter().enumerate().filter(|(_, f)| enters(f)).map(|(k, _)| k).collect()
}

/// Calls `visit` with what each part of an expression is.
pub(crate) fn walk(x: &Expression, visit: &mut dyn FnMut(&Kind)) {
    expressions(x, &mut |part| visit(&part.kind));
}

/// Calls `visit` for every part of an expression.
pub(crate) fn expressions(x: &Expression, visit: &mut dyn FnMut(&Expression)) {
    visit(x);
    match &x.kind {
        Kind::Binary(_, a, b) | Kind::OrElse(a, b) => {
            expressions(a, visit);
            expressions(b, visit);
        }
        Kind::If(a, b, c) => {
            expressions(a, visit);
            expressions(b, visit);
            expressions(c, visit);
        }
        Kind::Negate(a)
        | Kind::Not(a)
        | Kind::Absolute(a)
        | Kind::Round(a, _)
        | Kind::SumSituations(a, _)
        | Kind::EndOfMonth(a)
        | Kind::Brackets(_, a, _) => {
            expressions(a, visit);
        }
        Kind::Min(list) | Kind::Max(list) => list.iter().for_each(|a| expressions(a, visit)),
        _ => {}
    }
}

/// Formulas in order of evaluation, or the complaints about what goes round.
pub(crate) fn order(formulas: &[Formula], bases: &[Base], crossings: Crossings<'_>) -> Result<Vec<FormulaId>, Vec<Diagnostic>> {
    let reads = reads(formulas, bases, crossings);
    let mut state = vec![0_u8; formulas.len()];
    let mut order = Vec::new();
    let mut complaints = Vec::new();
    for start in 0..formulas.len() {
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        if state.get(start) == Some(&0) {
            path.push((start, reads.get(start).into_iter().flatten().copied().collect()));
            mark(&mut state, start, 1);
        }
        while let Some((at, pending)) = path.last_mut() {
            let at = *at;
            match pending.pop() {
                None => {
                    mark(&mut state, at, 2);
                    order.push(FormulaId::at(at));
                    path.pop();
                }
                Some(next) => match state.get(next) {
                    Some(0) => {
                        mark(&mut state, next, 1);
                        path.push((next, reads.get(next).into_iter().flatten().copied().collect()));
                    }
                    Some(1) => {
                        let from = path.iter().position(|(k, _)| *k == next).unwrap_or(0);
                        let round: Vec<usize> = path.iter().skip(from).map(|(k, _)| *k).collect();
                        complaints.extend(circular(formulas, &round));
                    }
                    _ => {}
                },
            }
        }
    }
    if complaints.is_empty() {
        complaints = recurrences_across(formulas, bases, crossings);
    }
    if complaints.is_empty() {
        complaints = circles::through_given_months(formulas, bases, crossings);
    }
    if complaints.is_empty() { Ok(order) } else { Err(complaints) }
}

fn mark(state: &mut [u8], k: usize, value: u8) {
    if let Some(slot) = state.get_mut(k) {
        *slot = value;
    }
}

fn circular(formulas: &[Formula], round: &[usize]) -> Option<Diagnostic> {
    let named: Vec<&Formula> = round.iter().filter_map(|k| formulas.get(*k)).filter(|f| !f.hidden).collect();
    let first = named.first()?;
    let mut names: Vec<&str> = named.iter().map(|f| f.name.as_str()).collect();
    names.push(&first.name);
    let mut diagnostic = Diagnostic::new(Code::C01, format!("calcul circulaire, dans le même mois : {}", names.join(" → ")), first.span)
        .here("se lit elle-même")
        .help(format!("prenez une assiette qui ne la contient pas, ou le mois d'avant : `{} du mois précédent à défaut 0 €`", first.name));
    for f in named.iter().skip(1) {
        diagnostic = diagnostic.label(f.span, "en passant par ici");
    }
    Some(diagnostic)
}
