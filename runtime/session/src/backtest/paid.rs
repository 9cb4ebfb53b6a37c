//! What was paid to whom, for which month of right, and when.

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_value::{Money, Month};

/// The agent of lines whose matricule the SIRH does not have.
pub(super) const UNKNOWN: &str = "?";

/// An amount paid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payment<'a> {
    pub(super) month: Month,
    pub(super) rubrique: &'a str,
    pub(super) amount: Money,
}

/// Every delivered line, by agent then month of right.
#[derive(Debug, Default)]
pub(super) struct Paid<'a> {
    by_agent: BTreeMap<&'a str, BTreeMap<Month, Vec<Payment<'a>>>>,
}

impl<'a> Paid<'a> {
    pub(super) fn read(cube: &'a Cube, until: Month) -> Self {
        let mut out = Paid::default();
        for (month, facts) in cube.months.range(..=until) {
            for pay in &facts.pay {
                let payment = Payment { month: *month, rubrique: &pay.rubrique, amount: pay.amount };
                out.by_agent.entry(&pay.matricule).or_default().entry(pay.right()).or_default().push(payment);
            }
        }
        out
    }

    pub(super) fn agents(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.by_agent.keys().copied()
    }

    /// The lines of an agent for a month of right.
    pub(super) fn payments(&self, matricule: &str, right: Month) -> &[Payment<'a>] {
        self.by_agent.get(matricule).and_then(|months| months.get(&right)).map_or(&[], Vec::as_slice)
    }

    /// By rubrique, whenever it was paid.
    pub(super) fn of(&self, matricule: &str, right: Month) -> BTreeMap<&'a str, Money> {
        let mut out: BTreeMap<&'a str, Money> = BTreeMap::new();
        for p in self.payments(matricule, right) {
            *out.entry(p.rubrique).or_default() += p.amount;
        }
        out
    }

    /// Was the agent paid anything for a month before?
    pub(super) fn before(&self, matricule: &str, right: Month) -> bool {
        self.by_agent.get(matricule).is_some_and(|months| months.range(..right).any(|(_, lines)| something(lines)))
    }

    /// Was the agent paid anything for a month after?
    pub(super) fn after(&self, matricule: &str, right: Month) -> bool {
        self.by_agent.get(matricule).is_some_and(|months| months.range(right.plus(1)..).any(|(_, lines)| something(lines)))
    }

    /// Σ of the lines whose pay month and month of right are kept.
    pub(super) fn total(&self, keep: impl Fn(Month, Month) -> bool) -> Money {
        let lines = self.by_agent.values().flatten().flat_map(|(right, lines)| lines.iter().map(move |p| (*right, p)));
        lines.filter(|(right, p)| keep(p.month, *right)).map(|(_, p)| p.amount).sum()
    }
}

fn something(lines: &[Payment<'_>]) -> bool {
    lines.iter().any(|p| p.amount != Money::ZERO)
}
