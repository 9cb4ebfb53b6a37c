//! C01: circles through a month or an exercice written out (decision 0060).
//!
//! `x du mois précédent` goes back, so a circle of such reads ends at the first month. `x en 12/2026` goes to the same month from
//! everywhere, that month and those before it included: a circle that holds one never ends, whatever else it goes through.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cadrage_ir::{Base, Unit};
use cadrage_source::{Code, Diagnostic, Span};

use crate::graph::{Crossings, anywhere, expressions};
use crate::model::{Expression, Formula, Kind};

/// The complaints about circles that hold a read of a given month or exercice, one for each set of formulas.
pub(crate) fn through_given_months(formulas: &[Formula], bases: &[Base], crossings: Crossings<'_>) -> Vec<Diagnostic> {
    let reads = anywhere(formulas, bases, crossings);
    let mut told: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    let mut complaints = Vec::new();
    for (reader, formula) in formulas.iter().enumerate() {
        for read in given(formula) {
            let Some(path) = way(&reads, read.target, reader) else { continue };
            if told.insert(path.iter().copied().collect()) {
                complaints.extend(circular(formulas, reader, &read, &path));
            }
        }
    }
    complaints
}

/// A read of a formula in a month or over an exercice written out.
struct Given {
    target: usize,
    words: String,
    span: Span,
}

fn given(formula: &Formula) -> Vec<Given> {
    let mut found = Vec::new();
    for (_, value) in &formula.cases {
        expressions(value, &mut |x: &Expression| {
            if let (Some(target), true) = (other_month(&x.kind), matches!(x.kind, Kind::InMonth(..) | Kind::OverYear(..))) {
                found.push(Given { target, words: shift(&x.kind), span: x.span });
            }
        });
    }
    found
}

fn other_month(kind: &Kind) -> Option<usize> {
    match kind {
        Kind::InMonth(f, _) | Kind::OverYear(f, _) | Kind::PreviousMonth(f) | Kind::PreviousYear(f) => Some(f.index()),
        _ => None,
    }
}

/// The words that follow the name, as the author wrote them.
fn shift(kind: &Kind) -> String {
    match kind {
        Kind::InMonth(_, month) => format!(" en {}", month.to_french()),
        Kind::OverYear(_, year) => format!(" sur {year}"),
        Kind::PreviousMonth(_) => " du mois précédent".to_owned(),
        Kind::PreviousYear(_) => " de l'exercice précédent".to_owned(),
        _ => String::new(),
    }
}

/// The shortest way from a formula to another by what they read, both included.
fn way(reads: &[BTreeSet<usize>], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::from([(from, from)]);
    let mut pending = VecDeque::from([from]);
    while let Some(at) = pending.pop_front() {
        if at == to {
            let mut path = vec![to];
            let mut step = to;
            while step != from {
                step = *before.get(&step)?;
                path.push(step);
            }
            path.reverse();
            return Some(path);
        }
        for next in reads.get(at).into_iter().flatten() {
            before.entry(*next).or_insert_with(|| {
                pending.push_back(*next);
                at
            });
        }
    }
    None
}

fn circular(formulas: &[Formula], reader: usize, read: &Given, path: &[usize]) -> Option<Diagnostic> {
    let mut steps: Vec<(usize, String)> = Vec::new();
    let mut words = read.words.clone();
    let mut at = reader;
    for next in path {
        if at != reader || !steps.is_empty() {
            words.push_str(&formulas.get(at).map(|f| shift_to(f, *next)).unwrap_or_default());
        }
        at = *next;
        // What the checker made for a calculation inside a formula has no name to show.
        if formulas.get(at).is_some_and(|f| !f.hidden) {
            steps.push((at, std::mem::take(&mut words)));
        } else if steps.is_empty() {
            steps.push((at, String::new()));
        }
    }
    steps.retain(|(k, _)| formulas.get(*k).is_some_and(|f| !f.hidden));
    let name = |k: usize| formulas.get(k).map_or("", |f| f.name.as_str());
    let (last, _) = steps.last()?;
    let mut told = vec![name(*last).to_owned()];
    told.extend(steps.iter().map(|(k, words)| format!("{}{words}", name(*k))));
    let (first, _) = steps.first()?;
    let unit = formulas.get(*first).map(|f| f.unit.clone()).unwrap_or_else(Unit::pure);
    let zero = if unit.is_pure() { "0".to_owned() } else { format!("0 {unit}") };
    let mut diagnostic = Diagnostic::new(Code::C01, format!("calcul circulaire, par un mois donné : {}", told.join(" → ")), read.span)
        .here("se lit aussi depuis ce mois-là, et depuis ceux d'avant")
        .help(format!(
            "lisez à cet endroit le mois d'avant : `{0} du mois précédent à défaut {zero}`, ou une formule qui ne revient pas à `{1}`",
            name(*first),
            name(*last)
        ));
    for (k, _) in &steps {
        if let Some(f) = formulas.get(*k) {
            diagnostic = diagnostic.label(f.span, "en passant par ici");
        }
    }
    Some(diagnostic)
}

/// How a formula reads another: the words of the first read in another month, none when it reads it in the same month.
fn shift_to(formula: &Formula, target: usize) -> String {
    let mut found = String::new();
    for (_, value) in &formula.cases {
        expressions(value, &mut |x: &Expression| {
            if found.is_empty() && other_month(&x.kind) == Some(target) {
                found = shift(&x.kind);
            }
        });
    }
    found
}
