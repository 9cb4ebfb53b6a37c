//! Reforms that move people from one step to another on a day, with part of their seniority (language.md §6, `reclassement`).

use cadrage_value::{Date, Exact, Month};

use crate::State;

/// What a reform says of one grade on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclassification {
    /// As declared, for notes.
    pub name: String,
    /// Grade left.
    pub from: String,
    /// Grade reached; may be the same.
    pub to: String,
    /// The day.
    pub date: Date,
    /// One per step left.
    pub rows: Vec<ReclassifiedStep>,
}

/// Where one step goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReclassifiedStep {
    /// Échelon and chevron left.
    pub from: (String, String),
    /// Échelon and chevron reached.
    pub to: (String, String),
    /// Share of the seniority in the step that is kept, 0 to 1.
    pub kept: Exact,
}

impl Reclassification {
    /// The state of who is at a step of it on its day; `None` when it says nothing of that step.
    pub(crate) fn applied(&self, state: &State) -> Option<State> {
        let row = self.rows.iter().find(|r| r.from.0 == state.echelon && r.from.1 == state.chevron)?;
        let mut new = state.clone();
        new.grade.clone_from(&self.to);
        (new.echelon, new.chevron) = row.to.clone();
        new.ib.clear();
        if row.kept == Exact::ONE {
            // Nothing is lost, not even a day.
            return Some(new);
        }
        new.step_kept_months = 0;
        new.step_entry = if row.kept.is_zero() {
            Some(self.date)
        } else {
            state.step_entry.map(|entry| moved_entry(entry, state.step_kept_months, self.date, &row.kept))
        };
        Some(new)
    }
}

/// The day of entry that leaves `share` of the seniority acquired by `on`, counted in months of thirty days as seniority is; a part
/// of a day is lost.
fn moved_entry(entry: Date, kept_months: i32, on: Date, share: &Exact) -> Date {
    let acquired = (day_of_360(on) - day_of_360(entry) + 30 * i64::from(kept_months)).max(0);
    let kept = (&Exact::from_int(acquired) * share).floor().to_int().unwrap_or(0);
    from_day_of_360(day_of_360(on) - kept).unwrap_or(on)
}

fn day_of_360(d: Date) -> i64 {
    i64::from(d.year()) * 360 + i64::from(d.month().number() - 1) * 30 + i64::from(d.day().min(30) - 1)
}

fn from_day_of_360(n: i64) -> Option<Date> {
    let year = i32::try_from(n.div_euclid(360)).ok()?;
    let rest = u32::try_from(n.rem_euclid(360)).ok()?;
    let month = Month::new(year, rest / 30 + 1)?;
    // February has no thirtieth: its last day stands for it.
    Date::new(year, rest / 30 + 1, rest % 30 + 1).or(Some(month.last_day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn four_fifths_of_ten_months_and_twelve_days_are_eight_months_and_nine_days() {
        // 312 days of thirty-day months; 4/5 = 249,6 days, 249 whole ones: 8 months and 9 days.
        let share = Exact::ratio(4, 5).unwrap();
        assert_eq!(moved_entry(d("2026-10-20"), 0, d("2027-09-02"), &share), d("2026-12-23"));
        // Four months kept from before count as acquired.
        assert_eq!(moved_entry(d("2027-03-01"), 4, d("2027-09-01"), &share), d("2027-01-01"));
    }

    #[test]
    fn a_day_that_february_lacks_is_its_last() {
        assert_eq!(from_day_of_360(day_of_360(d("2027-02-28")) + 2), Some(d("2027-02-28")));
        assert_eq!(from_day_of_360(day_of_360(d("2027-12-31"))), Some(d("2027-12-30")));
    }
}
