//! The same effects by member of a level (`par composante`). An effect of an agent is shared as his money is shared at the second end, or at
//! the first when he is only there; what that leaves of a member's own difference is who moved from one member to another, a line of its own
//! whose total is 0.

use std::collections::BTreeMap;

use cadrage_driver::ReportAnalysis;
use cadrage_engine::Line;
use cadrage_ir::{ATTRIBUTES, AttributeId, attribute};
use cadrage_value::{Exact, Money};

use super::effects::{add, add_all};
use super::{Effect, Leg};

/// Money by member.
pub(crate) type Totals = BTreeMap<String, Money>;

/// What agents and their imputations say; what is true of a pay element only would share every agent's effect among all his elements.
fn levels() -> &'static [&'static str] {
    ReportAnalysis::Effects.levels()
}

/// The level named so, accents and case aside.
pub(crate) fn level(word: &str) -> Option<(&'static str, AttributeId)> {
    let folded = cadrage_driver::fold(word);
    let name = ATTRIBUTES.iter().map(|a| a.name).find(|name| levels().contains(name) && cadrage_driver::fold(name) == folded)?;
    Some((name, attribute(name)?))
}

/// As listed in a refusal.
pub(crate) fn known() -> String {
    levels().join(", ")
}

fn code(line: &Line, id: AttributeId) -> &str {
    match line.codes.get(id.index()).map_or("", |c| c) {
        "" => "?",
        code => code,
    }
}

/// Money of an exercice by member.
pub(crate) fn totals(lines: &[Line], year: i32, level: AttributeId) -> Totals {
    let mut out = Totals::new();
    for line in lines.iter().filter(|l| l.month.year() == year && l.amount != Money::ZERO) {
        match out.get_mut(code(line, level)) {
            Some(sum) => *sum += line.amount,
            None => drop(out.insert(code(line, level).to_owned(), line.amount)),
        }
    }
    out
}

/// By agent, the money of an exercice by member.
fn by_agent(lines: &[Line], year: i32, level: AttributeId) -> BTreeMap<&str, BTreeMap<&str, Money>> {
    let mut out: BTreeMap<&str, BTreeMap<&str, Money>> = BTreeMap::new();
    let matricule = attribute("matricule");
    for line in lines.iter().filter(|l| l.month.year() == year && l.amount != Money::ZERO) {
        let own = super::end::code(line, matricule);
        *out.entry(own).or_default().entry(code(line, level)).or_default() += line.amount;
    }
    out
}

/// Shares the effects of a leg among members, and closes with who moved between them.
pub(crate) fn share(effects: &mut Vec<Effect>, leg: Leg, before: (&[Line], i32), after: (&[Line], i32), level: AttributeId) {
    let (here, there) = (by_agent(before.0, before.1, level), by_agent(after.0, after.1, level));
    let mut left: BTreeMap<String, Exact> = BTreeMap::new();
    for (lines, before_it) in [(before, true), (after, false)] {
        for (member, amount) in totals(lines.0, lines.1, level) {
            add(&mut left, &member, &if before_it { (-amount).to_exact() } else { amount.to_exact() });
        }
    }
    for effect in effects.iter_mut().filter(|e| e.leg == leg) {
        let mut members = BTreeMap::new();
        for (matricule, amount) in &effect.agents {
            let paid = there.get(matricule.as_str()).or_else(|| here.get(matricule.as_str()));
            for (member, part) in parts(amount, paid) {
                add(&mut left, member, &-part.clone());
                add(&mut members, member, &part);
            }
        }
        // A second exercice on the same way adds to the first.
        add_all(&mut effect.members, &members);
    }
    left.retain(|_, x| !x.is_zero());
    if left.is_empty() {
        return;
    }
    let (key, label) = ("affectations", "Changements d'affectation");
    match effects.iter_mut().find(|e| e.leg == leg && e.key == key) {
        Some(known) => add_all(&mut known.members, &left),
        None => effects.push(Effect {
            leg,
            rank: 11,
            key: key.to_owned(),
            family: "structure",
            label: label.to_owned(),
            amount: Exact::ZERO,
            agents: BTreeMap::new(),
            parts: Vec::new(),
            members: left,
            place: None,
        }),
    }
}

/// An amount as the agent's money is shared; whole on the largest member when shares make no sense (a total of 0, or below).
fn parts<'m>(amount: &Exact, paid: Option<&BTreeMap<&'m str, Money>>) -> Vec<(&'m str, Exact)> {
    let Some(paid) = paid else { return vec![("?", amount.clone())] };
    let total: Money = paid.values().copied().sum();
    if paid.values().any(|m| *m < Money::ZERO) || total == Money::ZERO {
        let most = paid.iter().max_by_key(|(_, m)| **m).map_or("?", |(member, _)| member);
        return vec![(most, amount.clone())];
    }
    let share = |m: Money| (amount * &m.to_exact()).checked_div(&total.to_exact()).unwrap_or(Exact::ZERO);
    paid.iter().map(|(member, m)| (*member, share(*m))).collect()
}
