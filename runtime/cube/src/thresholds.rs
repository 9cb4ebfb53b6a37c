//! Thresholds of the quality rules (interfaces.md §12): parameters of the socle, that an establishment may set otherwise.

use cadrage_value::{Date, Exact, Month};

/// Values from a date on, in order of date; `None` = since ever.
pub type Dated = Vec<(Option<Date>, Exact)>;

/// What the loads of a dossier accept. Before the first date of a value, that of the format holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    split: Dated,
    jobs: Dated,
}

/// Those of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// How far from 100 the rates of a set may be for rank 1 to take the gap (Q04, Q05), in per cent.
    pub(crate) split: Exact,
    /// Most ETPT of an agent in a month of right (Q14).
    pub(crate) jobs: Exact,
}

impl Thresholds {
    /// `split`: the gap that is repaired, as a share (0,0005 for 0,05 %). `jobs`: the most ETPT of an agent in a year.
    #[must_use]
    pub fn new(split: Dated, jobs: Dated) -> Self {
        Thresholds { split, jobs }
    }

    pub(crate) fn on(&self, month: Month) -> Limits {
        let usual = Limits::default();
        let of = |values: &Dated| {
            let begun = |from: &Option<Date>| from.is_none_or(|day| day <= month.first_day());
            values.iter().rev().find(|(from, _)| begun(from)).map(|(_, value)| value.clone())
        };
        Limits {
            split: of(&self.split).map_or(usual.split, |share| &share * &Exact::from_int(100)),
            jobs: of(&self.jobs).map_or(usual.jobs, |year| &year * &part(12)),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits { split: &Exact::from_int(5) * &part(100), jobs: part(12) }
    }
}

impl Limits {
    /// The most ETPT before it is told: sources that only give decimals are a little off.
    pub(crate) fn most_jobs(&self) -> Exact {
        &self.jobs + &part(100_000)
    }

    /// What the compte rendu says when they are not those of the format.
    pub(crate) fn note(&self) -> Option<String> {
        let said =
            || format!("écart réparé jusqu'à {} (Q04, Q05), {} ETPT au plus par agent et mois (Q14)", self.split.to_french(2), self.jobs);
        (*self != Limits::default()).then(|| format!("seuils de l'établissement : {}", said()))
    }
}

fn part(of: i64) -> Exact {
    Exact::ratio(1, of).unwrap_or(Exact::ZERO)
}
