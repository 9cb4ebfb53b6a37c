//! What controllers write.

use super::block::{Block, provenance};
use super::expression::{print_expression, print_selection, quantity};
use super::{label, quoted};
use crate::ast::{
    Clause, Complement, Flow, FlowClause, Modify, ModifyChange, MovementClause, ProfileValue, Replace, ReplacementClause, Scenario, Sought,
    Target, Verb,
};

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
        Clause::Population(p) => {
            format!("modifier population {} = {}{}", p.name.value, print_selection(&p.selection), provenance(&p.provenance))
        }
        Clause::Replace(r) => replace(r),
        Clause::Movement(m) => movement(m),
        Clause::Flow(f) => flow(f),
        Clause::Replacement(r) => replacement(r),
        Clause::Merge(m) => {
            let member = |(axis, code): &(cadrage_source::Spanned<String>, cadrage_source::Spanned<String>)| {
                format!("{} {}", axis.value, code.value)
            };
            format!("fusionner {} dans {}{}", member(&m.absorbed), member(&m.into), provenance(&m.provenance))
        }
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
    let tranche = m.bracket.as_ref().map_or_else(String::new, |n| format!(" tranche {}", n.value));
    let when = period(m.from, m.until);
    let change = match &m.change {
        ModifyChange::Set(e) => format!("= {}", print_expression(e)),
        ModifyChange::Raise(e) => format!("majorer de {}", print_expression(e)),
        ModifyChange::Lower(e) => format!("minorer de {}", print_expression(e)),
        ModifyChange::AtLeast(e) => format!("au moins {}", print_expression(e)),
        ModifyChange::AtMost(e) => format!("au plus {}", print_expression(e)),
        ModifyChange::Shares(list) => {
            let shares: Vec<String> = list.iter().map(|(m, e)| format!("{:02} : {}", m.value, print_expression(e))).collect();
            format!("= {}", shares.join(" ; "))
        }
        ModifyChange::Brackets(lines) => {
            format!("= {}", lines.iter().map(super::declaration::bracket_line).collect::<Vec<_>>().join(" ; "))
        }
    };
    format!("modifier {}{tranche}{whom}{when} {change}{}", m.target.value, provenance(&m.provenance))
}

fn period(first: Option<cadrage_value::Date>, last: Option<cadrage_value::Date>) -> String {
    match (first, last) {
        (Some(a), Some(b)) => format!(" du {} au {}", a.to_french(), b.to_french()),
        (day, _) => from(day),
    }
}

fn replace(r: &Replace) -> String {
    format!("remplacer {} par {}{}{}", r.old.value, r.new.value, period(r.from, r.until), provenance(&r.provenance))
}

fn flow(f: &FlowClause) -> String {
    let verb = if f.cancel { "annuler" } else { "décaler" };
    let flow = match f.flow {
        Flow::Entries => "les entrées",
        Flow::Exits => "les sorties",
    };
    sentence(format!("{verb} {flow}"), &f.complements)
}

fn replacement(r: &ReplacementClause) -> String {
    let exits = match r.ratio {
        Some((one, of)) => format!("remplacer {one} sortie sur {of}"),
        None => "remplacer les sorties".to_owned(),
    };
    sentence(exits, &r.complements)
}

fn sentence(start: String, complements: &[Complement]) -> String {
    std::iter::once(start).chain(complements.iter().map(complement)).collect::<Vec<_>>().join(" ")
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

pub(super) fn movement(m: &MovementClause) -> String {
    // « changer la quotité de l'agent … », « changer la quotité pour … »
    let number = m.sought.iter().find_map(|s| if let Sought::Number(unit) = &s.value { Some(unit) } else { None });
    let verb = match (m.verb.value, &m.target, &m.quantity) {
        (Verb::ChangeTime, None, None) if number.is_none() => "changer la quotité",
        (verb, ..) => verb.text(),
    };
    let mut words = vec![verb.to_owned()];
    if let Some((x, u)) = &m.quantity {
        words.push(quantity(x, u.as_ref()));
    }
    if let Some(unit) = number {
        // « ? agents »: as many of them as one likes.
        words.push(quantity(&cadrage_value::Exact::from_int(2), Some(unit)).replacen('2', "?", 1));
    }
    match &m.target {
        Some(Target::Member(axis, code)) => words.push(format!("{}{} {}", super::article(&axis.value), axis.value, code.value)),
        Some(Target::Profile(pairs)) => words.push(profile(pairs)),
        Some(Target::Everyone) if m.verb.value == Verb::ChangeTime || m.quantity.is_some() || number.is_some() => {
            words.push("agents".to_owned())
        }
        Some(Target::Everyone) => words.push("les agents".to_owned()),
        None => {}
    }
    let dates = m.sought.iter().filter_map(|s| match s.value {
        Sought::Number(_) => None,
        Sought::From => Some(" à compter du ?"),
        Sought::On => Some(" au ?"),
    });
    std::iter::once(sentence(words.join(" "), &m.complements).as_str()).chain(dates).collect()
}

fn complement(c: &Complement) -> String {
    match c {
        Complement::For(s) => format!("pour {}", print_selection(s)),
        Complement::To(pairs) => format!("vers {}", profile(pairs)),
        Complement::From(d) => format!("à compter du {}", d.to_french()),
        Complement::On(d) => format!("au {}", d.to_french()),
        Complement::At(x, u, of) => {
            let of = of.as_ref().map_or_else(String::new, |o| format!(" {}{}", super::of(&o.value), o.value));
            format!("à {}{of}", quantity(x, u.as_ref()))
        }
        Complement::AtTerm => "au terme de leur contrat".to_owned(),
        Complement::By(e) => format!("de {}", print_expression(e)),
        Complement::Between(a, b) => format!("du {} au {}", a.to_french(), b.to_french()),
        Complement::With(pairs) => format!("par {}", profile(pairs)),
        Complement::After(x, u) => format!("après {}", quantity(x, u.as_ref())),
        Complement::Motive(name) => format!("motif {}", name.value),
        Complement::Chosen(name, true) => format!("choisis par {} décroissant", name.value),
        Complement::Chosen(name, false) => format!("choisis par {}", name.value),
        Complement::Until(d) => format!("jusqu'au {}", d.to_french()),
        Complement::Source(p) => provenance(p).trim_start().to_owned(),
    }
}
