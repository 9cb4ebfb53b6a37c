//! Masse indiciaire, ETPR, INM moyen (domain.md §B.2).

use cadrage_value::{Exact, Month};

use crate::{Agent, Points};

/// Sums of agent-months; they add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexMass {
    /// Agents counted; of a sum of months, how many agent-months.
    pub heads: usize,
    /// Years present, whatever the paid fraction: Σ thirtieths / 360.
    pub person_years: Exact,
    /// Σ paid fraction × thirtieths / 360.
    pub etpr: Exact,
    /// Points-year: Σ INM × paid fraction × thirtieths / 360.
    pub mass: Exact,
    /// Its value at the point of each month, euros.
    pub pay: Exact,
}

impl IndexMass {
    /// Of a month.
    pub fn of_month<'a>(agents: impl IntoIterator<Item = &'a Agent>, month: Month, points: &Points) -> Self {
        let mut out = IndexMass::default();
        for agent in agents {
            out.add(&IndexMass::of_agent(agent, month, points));
        }
        out
    }

    /// Of an agent in a month.
    #[must_use]
    pub fn of_agent(agent: &Agent, month: Month, points: &Points) -> Self {
        let mut out = IndexMass::default();
        let year = Exact::from_int(360);
        for row in agent.of(month) {
            let present = row.present() / year.clone();
            out.heads = 1;
            out.mass = &out.mass + &(&row.full_rate() * &present);
            out.etpr = &out.etpr + &(&row.paid * &present);
            out.person_years = &out.person_years + &present;
        }
        out.pay = &out.mass * points.of(month);
        out
    }

    /// Of several months.
    pub fn over<'a>(agents: impl IntoIterator<Item = &'a Agent> + Clone, months: impl Iterator<Item = Month>, points: &Points) -> Self {
        let mut out = IndexMass::default();
        for month in months {
            out.add(&IndexMass::of_month(agents.clone(), month, points));
        }
        out
    }

    /// INM moyen: of a year of full pay; `None` over nobody.
    #[must_use]
    pub fn mean(&self) -> Option<Exact> {
        self.mass.checked_div(&self.etpr)
    }

    /// Pay per year present: SMPT over all, RMPP over the présents-présents; `None` over nobody.
    #[must_use]
    pub fn pay_per_head(&self) -> Option<Exact> {
        self.pay.checked_div(&self.person_years)
    }

    /// Adds another sum.
    pub fn add(&mut self, other: &IndexMass) {
        self.heads += other.heads;
        self.person_years = &self.person_years + &other.person_years;
        self.etpr = &self.etpr + &other.etpr;
        self.mass = &self.mass + &other.mass;
        self.pay = &self.pay + &other.pay;
    }
}
