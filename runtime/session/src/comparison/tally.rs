//! The masse salariale of an exercice, by member of a level and by agent where these are asked for, and what a step moves of it.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_engine::Line;
use cadrage_ir::AttributeId;
use cadrage_value::{Exact, Money};

use super::members::{self, Totals};

/// Which exercice, told by what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) year: i32,
    /// By member of this level.
    pub(super) level: Option<AttributeId>,
    /// By agent: the attribute that says who.
    pub(super) agents: Option<AttributeId>,
}

impl Told {
    /// Is anything but the total asked for?
    pub(super) fn by_line(self) -> bool {
        self.level.is_some() || self.agents.is_some()
    }

    /// What lines make.
    pub(super) fn of(self, lines: &[Line]) -> Tally {
        let by = |attribute: Option<AttributeId>| attribute.map_or_else(Totals::new, |a| members::totals(lines, self.year, a));
        let total = lines.iter().filter(|l| l.month.year() == self.year).map(|l| l.amount).sum();
        Tally { total, members: by(self.level), agents: by(self.agents) }
    }
}

/// The masse salariale of an exercice.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) total: Money,
    pub(super) members: Totals,
    agents: Totals,
}

impl Tally {
    /// Of which only the total is known.
    pub(super) fn whole(total: Money) -> Tally {
        Tally { total, ..Tally::default() }
    }

    /// The same before a step that made `after` of `before`, of those it concerns.
    pub(super) fn back(&mut self, (before, after): &(Tally, Tally)) {
        self.total += before.total - after.total;
        for (own, was, is) in [(&mut self.members, &before.members, &after.members), (&mut self.agents, &before.agents, &after.agents)] {
            was.iter().for_each(|(member, amount)| *own.entry(member.clone()).or_default() += *amount);
            is.iter().for_each(|(member, amount)| *own.entry(member.clone()).or_default() += -*amount);
        }
    }
}

/// What a step moved.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    pub(super) amount: Exact,
    pub(super) members: BTreeMap<String, Exact>,
    pub(super) agents: BTreeMap<String, Exact>,
}

impl Moved {
    pub(super) fn between(before: &Tally, after: &Tally) -> Moved {
        Moved {
            amount: (after.total - before.total).to_exact(),
            members: difference(&before.members, &after.members),
            agents: difference(&before.agents, &after.agents),
        }
    }
}

/// What moved, member by member; those that did not are left out.
fn difference(before: &Totals, after: &Totals) -> BTreeMap<String, Exact> {
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |totals: &Totals, member: &str| totals.get(member).copied().unwrap_or_default();
    all.into_iter().map(|m| (m.clone(), (of(after, m) - of(before, m)).to_exact())).filter(|(_, x)| !x.is_zero()).collect()
}
