//! What controllers write.

use super::block::{Block, provenance};
use super::expression::{print_expression, print_selection, quantity};
use super::{label, quoted};
use crate::ast::{Adjustment, Clause, Complement, Flow, Modify, ModifyChange, MovementClause, ProfileValue, Scenario, Target};

pub(super) fn scenario(s: &Scenario) -> String {
    let head = if s.variant { "variante" } else { "scénario" };
    let parent = s.parent.as_ref().map_or_else(String::new, |p| format!(" hérite de {}", p.value));
    let mut block = Block::new(&format!("{head} {}{}{parent}", s.name.value, label(s.label.as_ref())));
    block.docs(&s.docs);
    for c in &s.clauses {
        block.line(&clause(c));
    }
    block.close()
}

fn clause(c: &Clause) -> String {
    match c {
        Clause::Constate(month, day) => format!("constaté jusqu'à {} observé au {}", month.value.to_french(), day.value.to_french()),
        Clause::Project(month) => format!("projeter jusqu'à {}", month.value.to_french()),
        Clause::Rappels(months) => format!("rappels attendus sur {} mois", months.value),
        Clause::Apply(name) => format!("appliquer {}", name.value),
        Clause::Modify(m) => modify(m),
        Clause::Movement(m) => movement(m),
        Clause::Unsupported(a, _) => adjustment(a),
    }
}

fn from(day: Option<cadrage_value::Date>) -> String {
    day.map_or_else(String::new, |d| format!(" à compter du {}", d.to_french()))
}

fn modify(m: &Modify) -> String {
    let whom = match &m.selection {
        Some(s) => format!(" pour {}", print_selection(s)),
        None if m.everywhere => " partout".to_owned(),
        None => String::new(),
    };
    let when = match (m.from, m.until) {
        (Some(a), Some(b)) => format!(" du {} au {}", a.to_french(), b.to_french()),
        (day, _) => from(day),
    };
    let change = match &m.change {
        ModifyChange::Set(e) => format!("= {}", print_expression(e)),
        ModifyChange::Raise(e) => format!("majorer de {}", print_expression(e)),
        ModifyChange::Lower(e) => format!("minorer de {}", print_expression(e)),
    };
    format!("modifier {}{whom}{when} {change}{}", m.target.value, provenance(&m.provenance))
}

fn adjustment(a: &Adjustment) -> String {
    let words = |flow: &Flow, selection: &Option<crate::ast::Selection>, day| {
        let flow = match flow {
            Flow::Entries => "les entrées",
            Flow::Exits => "les sorties",
        };
        let selection = selection.as_ref().map_or_else(String::new, |s| format!(" pour {}", print_selection(s)));
        format!("{flow}{selection}{}", from(day))
    };
    match a {
        Adjustment::Replace { old, new, from: day, provenance: p } => {
            format!("remplacer {} par {}{}{}", old.value, new.value, from(*day), provenance(p))
        }
        Adjustment::Cancel { flow, selection, from } => format!("annuler {}", words(flow, selection, *from)),
        Adjustment::Postpone { flow, selection, from, by } => {
            format!("décaler {} de {}", words(flow, selection, *from), print_expression(by))
        }
    }
}

pub(super) fn profile(pairs: &[(cadrage_source::Spanned<String>, ProfileValue)]) -> String {
    let pair = |(name, value): &(cadrage_source::Spanned<String>, ProfileValue)| {
        let value = match value {
            ProfileValue::Code(c) => c.value.clone(),
            ProfileValue::Label(l) => quoted(&l.value),
            ProfileValue::Number(x, u, _) => quantity(x, u.as_ref()),
        };
        format!("{} {value}", name.value)
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join(" ")
}

fn movement(m: &MovementClause) -> String {
    let mut words = vec![m.verb.value.text().to_owned()];
    if let Some((x, u)) = &m.quantity {
        words.push(quantity(x, u.as_ref()));
    }
    match &m.target {
        Some(Target::Member(axis, code)) => words.push(format!("{}{} {}", super::article(&axis.value), axis.value, code.value)),
        Some(Target::Profile(pairs)) => words.push(profile(pairs)),
        None => {}
    }
    for c in &m.complements {
        words.push(match c {
            Complement::For(s) => format!("pour {}", print_selection(s)),
            Complement::To(pairs) => format!("vers {}", profile(pairs)),
            Complement::From(d) => format!("à compter du {}", d.to_french()),
            Complement::On(d) => format!("au {}", d.to_french()),
            Complement::At(x, u) => format!("à {}", quantity(x, u.as_ref())),
            Complement::Motive(name) => format!("motif {}", name.value),
            Complement::Chosen(name, true) => format!("choisis par {} décroissant", name.value),
            Complement::Chosen(name, false) => format!("choisis par {}", name.value),
            Complement::Until(d) => format!("jusqu'au {}", d.to_french()),
            Complement::Source(p) => provenance(p).trim_start().to_owned(),
        });
    }
    words.join(" ")
}
