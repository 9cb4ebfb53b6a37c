//! GVT, first method: by flows (domain.md §B.3). What replacing people costs or saves, and what those who stay earn more.

use cadrage_value::{Exact, Month};

use crate::events::{self, Kind, Reading};
use crate::gvt_by_mass::ratio;
use crate::row::months_of;
use crate::{Agent, IndexMass, Moment, Points, Row, Rule, common_months, in_activity_at_end, present};

/// Who came and who left between two 31 December, and at which pay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByFlows {
    /// In activity on 31 December N, not on 31 December N-1.
    pub entrants: usize,
    /// The reverse.
    pub leavers: usize,
    /// On neither day, and present in between: left out.
    pub passing: usize,
    /// S_e: mean full-year traitement of entrants, on their first day of the year.
    pub pay_of_entrants: Option<Exact>,
    /// S_s: of leavers, on their last day.
    pub pay_of_leavers: Option<Exact>,
    /// q_e: worked part of the year of entrants.
    pub worked_by_entrants: Option<Exact>,
    /// q_s: unworked part of the year of leavers.
    pub unworked_by_leavers: Option<Exact>,
}

impl ByFlows {
    /// The flows of `year`, priced at the point of its December.
    pub fn new<'a>(agents: impl IntoIterator<Item = &'a Agent>, points: &Points, year: i32) -> Self {
        let mut out = ByFlows::default();
        let (Some(eve), Some(end)) = (Month::new(year - 1, 12), Month::new(year, 12)) else { return out };
        let (mut coming, mut going) = (Sums::default(), Sums::default());
        for agent in agents {
            let mut rows = months_of(year).flat_map(|m| agent.of(m));
            match (in_activity_at_end(agent, eve), in_activity_at_end(agent, end)) {
                (false, true) => coming.add(agent, rows.next(), year),
                (true, false) => going.add(agent, rows.next_back().or_else(|| agent.at_end_of(eve)), year),
                (false, false) if rows.next().is_some() => out.passing += 1,
                _ => {}
            }
        }
        let price = points.of(end);
        (out.entrants, out.leavers) = (coming.heads, going.heads);
        out.pay_of_entrants = coming.mean(&(&coming.rate * price));
        out.pay_of_leavers = going.mean(&(&going.rate * price));
        out.worked_by_entrants = coming.mean(&coming.years);
        out.unworked_by_leavers = going.mean(&going.years).map(|worked| &Exact::ONE - &worked);
        out
    }

    /// (S_e − S_s)·n_s·q_s: leavers replaced at the pay of entrants. Nothing known of either side: `None`, unless nobody left.
    #[must_use]
    pub fn noria(&self) -> Option<Exact> {
        if self.leavers == 0 {
            return Some(Exact::ZERO);
        }
        let gap = self.pay_of_entrants.as_ref()? - self.pay_of_leavers.as_ref()?;
        Some(&(&gap * &count(self.leavers)) * self.unworked_by_leavers.as_ref()?)
    }

    /// S_e·(n_e − n_s)·q_e: more or fewer people.
    #[must_use]
    pub fn headcount(&self) -> Option<Exact> {
        if self.entrants == 0 && self.leavers == 0 {
            return Some(Exact::ZERO);
        }
        let more = &count(self.entrants) - &count(self.leavers);
        Some(&(self.pay_of_entrants.as_ref()? * &more) * self.worked_by_entrants.as_ref()?)
    }

    /// S_e·n_s·(q_e − q_s): posts left empty between two people.
    #[must_use]
    pub fn vacancies(&self) -> Option<Exact> {
        if self.leavers == 0 {
            return Some(Exact::ZERO);
        }
        let gap = self.worked_by_entrants.as_ref()? - self.unworked_by_leavers.as_ref()?;
        Some(&(self.pay_of_entrants.as_ref()? * &count(self.leavers)) * &gap)
    }

    /// S_e·n_e·q_e − S_s·n_s·q_s: what the three sum to, known even when nobody came or nobody left.
    #[must_use]
    pub fn sum(&self) -> Exact {
        let side = |pay: &Option<Exact>, heads: usize, part: &Option<Exact>| match (pay, part) {
            (Some(pay), Some(part)) => &(pay * &count(heads)) * part,
            _ => Exact::ZERO,
        };
        let entered = side(&self.pay_of_entrants, self.entrants, &self.worked_by_entrants);
        entered - side(&self.pay_of_leavers, self.leavers, &self.unworked_by_leavers)
    }
}

fn count(heads: usize) -> Exact {
    Exact::from_int(i64::try_from(heads).unwrap_or(i64::MAX))
}

/// What is summed over one side of the flows.
#[derive(Default)]
struct Sums {
    heads: usize,
    rate: Exact,
    years: Exact,
}

impl Sums {
    fn add(&mut self, agent: &Agent, reference: Option<&Row>, year: i32) {
        self.heads += 1;
        if let Some(row) = reference {
            self.rate = &self.rate + &(&row.full_rate() * &row.share);
        }
        let thirtieths: Exact = months_of(year).map(|m| present(agent, m)).sum();
        self.years = &self.years + &(thirtieths / Exact::from_int(360));
    }

    fn mean(&self, total: &Exact) -> Option<Exact> {
        total.checked_div(&count(self.heads))
    }
}

/// What the présents-présents were paid, and why it moved: RMPP, and GVT positif in euros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayersPay {
    /// How many.
    pub heads: usize,
    /// Their index mass and pay, the year before.
    pub before: IndexMass,
    /// The year.
    pub after: IndexMass,
    /// Of the difference: the change of the point, on the volumes of the year.
    pub general: Exact,
    /// Of the difference: indices that changed without a change of grade or step, at the prices of the year before.
    pub grids: Exact,
}

impl StayersPay {
    /// The présents-présents by `rule`. RMPP is their pay per head when all of them are there all the time (STRICT).
    pub fn new<'a>(agents: impl IntoIterator<Item = &'a Agent>, rule: Rule, points: &Points, year: i32) -> Self {
        let mut out =
            StayersPay { heads: 0, before: IndexMass::default(), after: IndexMass::default(), general: Exact::ZERO, grids: Exact::ZERO };
        for agent in agents {
            let months = common_months(agent, rule, year);
            out.heads += usize::from(!months.is_empty());
            for month in &months {
                let after = IndexMass::of_agent(agent, *month, points);
                let moved = points.of(*month) - points.of(month.plus(-12));
                out.general = &out.general + &(&after.mass * &moved);
                out.before.add(&IndexMass::of_agent(agent, month.plus(-12), points));
                out.after.add(&after);
            }
            out.grids = &out.grids + &grids(agent, &months, points, year);
        }
        out
    }

    /// RMPP of the year before.
    #[must_use]
    pub fn mean_before(&self) -> Option<Exact> {
        self.before.pay_per_head()
    }

    /// RMPP of the year.
    #[must_use]
    pub fn mean_after(&self) -> Option<Exact> {
        self.after.pay_per_head()
    }

    /// GVT positif in euros: what they earn more, mesures générales and catégorielles taken off.
    #[must_use]
    pub fn positive(&self) -> Exact {
        &(&self.after.pay - &self.before.pay) - &(&self.general + &self.grids)
    }

    /// The same, of what they earned.
    #[must_use]
    pub fn positive_rate(&self) -> Option<Exact> {
        ratio(&(&self.before.pay + &self.positive()), &self.before.pay)
    }
}

/// What indices that changed alone weigh between the months counted and the same months a year before.
fn grids(agent: &Agent, months: &[Month], points: &Points, year: i32) -> Exact {
    let mut out = Exact::ZERO;
    let changes = [year - 1, year].into_iter().flat_map(|y| events::events(agent, y, Reading::Index));
    for event in changes.filter(|e| e.kind == Kind::Index) {
        for month in months {
            // The part of the month after the change, less the part of the same month a year before that was after it too.
            let after = |m: Month| 30 - Moment::new(m, 0).until(event.at).clamp(0, 30);
            let weight = Exact::ratio(after(*month) - after(month.plus(-12)), 360).unwrap_or(Exact::ZERO);
            out = &out + &(&(&event.change * &weight) * points.of(month.plus(-12)));
        }
    }
    out
}
