//! GVT, second method: by index mass (domain.md §B.3). Immune to the value of the point.

use cadrage_value::{Exact, Month};

use crate::row::months_of;
use crate::{Agent, IndexMass, Points, Rule, common_months};

/// How the noria is drawn from the balance and the positive GVT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Noria {
    /// (1 + balance) / (1 + positive) − 1.
    #[default]
    Multiplicative,
    /// balance − positive.
    Difference,
}

impl Noria {
    /// The noria; `None` when a term is not known.
    #[must_use]
    pub fn of(self, balance: Option<&Exact>, positive: Option<&Exact>) -> Option<Exact> {
        let (balance, positive) = (balance?, positive?);
        match self {
            Noria::Multiplicative => ratio(&(balance + &Exact::ONE), &(positive + &Exact::ONE)),
            Noria::Difference => Some(balance - positive),
        }
    }
}

/// The index masses of two years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByMass {
    /// The year before.
    pub before: IndexMass,
    /// The year.
    pub after: IndexMass,
}

impl ByMass {
    /// Of `year` and the one before.
    pub fn new<'a>(agents: impl IntoIterator<Item = &'a Agent> + Clone, points: &Points, year: i32) -> Self {
        ByMass {
            before: IndexMass::over(agents.clone(), months_of(year - 1), points),
            after: IndexMass::over(agents, months_of(year), points),
        }
    }

    /// Écart indiciaire: the change of the INM moyen.
    #[must_use]
    pub fn gap(&self) -> Option<Exact> {
        Some(&self.after.mean()? - &self.before.mean()?)
    }

    /// GVT solde over all, GVT positif over présents-présents.
    #[must_use]
    pub fn rate(&self) -> Option<Exact> {
        ratio(&self.after.mean()?, &self.before.mean()?)
    }
}

/// The présents-présents of two years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stayers {
    /// Who they are.
    pub rule: Rule,
    /// How many.
    pub heads: usize,
    /// Their index masses.
    pub masses: ByMass,
}

impl Stayers {
    /// Those of `year` and the one before.
    pub fn new<'a>(agents: impl IntoIterator<Item = &'a Agent>, rule: Rule, points: &Points, year: i32) -> Self {
        let mut out = Stayers { rule, heads: 0, masses: ByMass { before: IndexMass::default(), after: IndexMass::default() } };
        for agent in agents {
            let months = common_months(agent, rule, year);
            out.heads += usize::from(!months.is_empty());
            let of = |m: &Month| IndexMass::of_agent(agent, *m, points);
            for month in &months {
                out.masses.before.add(&of(&month.plus(-12)));
                out.masses.after.add(&of(month));
            }
        }
        out
    }
}

/// a / b − 1.
pub(crate) fn ratio(a: &Exact, b: &Exact) -> Option<Exact> {
    Some(&a.checked_div(b)? - &Exact::ONE)
}
