//! Months, days and thirtieths.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// Before all months.
    pub const MIN: Month = Month(i32::MIN);
    /// After all months.
    pub const MAX: Month = Month(i32::MAX);

    /// The month `month` (1 to 12) of `year` (1 to 9999), or `None` outside.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let month = i32::try_from(month).ok()?;
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Month(year * 12 + month - 1))
    }

    /// The calendar year, which is the exercice.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 to 12.
    #[must_use]
    pub fn number(self) -> u32 {
        u32::try_from(self.0.rem_euclid(12)).unwrap_or(0) + 1
    }

    /// This month moved by `count` months (negative: back).
    #[must_use]
    pub fn plus(self, count: i32) -> Self {
        Month(self.0.saturating_add(count))
    }

    /// Months from `self` to `other` (negative when `other` is earlier).
    #[must_use]
    pub fn until(self, other: Month) -> i32 {
        other.0 - self.0
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        Date(NaiveDate::from_ymd_opt(self.year(), self.number(), 1).unwrap_or(NaiveDate::MIN))
    }

    /// The last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        Date(self.plus(1).first_day().0.pred_opt().unwrap_or(NaiveDate::MIN))
    }

    /// January of the same year.
    #[must_use]
    pub fn january(self) -> Self {
        Month(self.year() * 12)
    }

    /// December of the same year.
    #[must_use]
    pub fn december(self) -> Self {
        Month(self.year() * 12 + 11)
    }

    /// All months from `self` to `last`, both included; none when `last` is earlier.
    pub fn through(self, last: Month) -> impl DoubleEndedIterator<Item = Month> + Clone {
        (self.0..=last.0).map(Month)
    }

    /// `09/2026`.
    #[must_use]
    pub fn to_french(self) -> String {
        format!("{:02}/{:04}", self.number(), self.year())
    }
}

/// `2026-09`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// Reads `2026-09`.
impl FromStr for Month {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once('-') {
            Some((y, m)) if y.len() == 4 && m.len() == 2 => Month::new(number(y)?, u32::try_from(number(m)?).map_err(|_| ())?).ok_or(()),
            _ => Err(()),
        }
    }
}

fn number(digits: &str) -> Result<i32, ()> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().map_err(|_| ()) } else { Err(()) }
}

const DEFAULT_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1970, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

impl Date {
    /// 1 January 1970: stands for a date that was already complained about.
    pub const DEFAULT: Date = Date(DEFAULT_DAY);

    /// The day, or `None` when it does not exist.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        (1..=9999).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day).map(Date)).flatten()
    }

    /// The month that contains it.
    #[must_use]
    pub fn month(self) -> Month {
        Month(self.0.year() * 12 + i32::try_from(self.0.month0()).unwrap_or(0))
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// Moved by `months` months, keeping the day; the last day of the month when it does not exist (interfaces.md §1).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let count = Months::new(months.unsigned_abs());
        let moved = if months < 0 { self.0.checked_sub_months(count) } else { self.0.checked_add_months(count) };
        Date(moved.unwrap_or(self.0))
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        Date(self.0.succ_opt().unwrap_or(self.0))
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        Date(self.0.pred_opt().unwrap_or(self.0))
    }

    /// Whole months from `self` to `later`, as an age or a seniority counts them (never negative).
    #[must_use]
    pub fn whole_months_until(self, later: Date) -> i32 {
        let months = self.month().until(later.month());
        let complete = self.plus_months(months) <= later;
        (if complete { months } else { months - 1 }).max(0)
    }

    /// Days since 1 January 1970, as columnar files store dates.
    #[must_use]
    pub fn to_epoch_days(self) -> i32 {
        self.0.to_epoch_days()
    }

    /// The day so many days after 1 January 1970.
    #[must_use]
    pub fn from_epoch_days(days: i32) -> Option<Self> {
        NaiveDate::from_epoch_days(days).map(Date)
    }

    /// `01/09/2026`.
    #[must_use]
    pub fn to_french(self) -> String {
        format!("{:02}/{:02}/{:04}", self.0.day(), self.0.month(), self.0.year())
    }

    /// Reads `2026-09-01` or `01/09/2026`, nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let part = |from: usize, to: usize| text.get(from..to).and_then(|t| number(t).ok());
        let unsigned = |n: i32| u32::try_from(n).ok();
        match (bytes.len(), bytes.get(4), bytes.get(2)) {
            (10, Some(b'-'), _) if bytes.get(7) == Some(&b'-') => Date::new(part(0, 4)?, unsigned(part(5, 7)?)?, unsigned(part(8, 10)?)?),
            (10, _, Some(b'/')) if bytes.get(5) == Some(&b'/') => Date::new(part(6, 10)?, unsigned(part(3, 5)?)?, unsigned(part(0, 2)?)?),
            _ => None,
        }
    }
}

/// `2026-09-01`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Thirtieths of `month` inside `[start, end)`; an empty `end` is open (interfaces.md §1, décret 62-765 art. 1).
///
/// Day d opens at position min(d − 1, 30), the end of any month is 30. Never negative.
#[must_use]
pub fn thirtieths(start: Date, end: Option<Date>, month: Month) -> u32 {
    let position = |d: Date| match d.month().cmp(&month) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => (d.day() - 1).min(30),
        std::cmp::Ordering::Greater => 30,
    };
    end.map_or(30, position).saturating_sub(position(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(t: &str) -> Date {
        Date::parse(t).unwrap()
    }

    #[test]
    fn a_month_has_thirty_thirtieths() {
        let october: Month = "2025-10".parse().unwrap();
        assert_eq!(thirtieths(d("2020-01-01"), Some(d("2025-10-15")), october), 14);
        assert_eq!(thirtieths(d("2025-10-15"), None, october), 16);
        assert_eq!(thirtieths(d("2025-10-31"), None, october), 0);
        let february: Month = "2026-02".parse().unwrap();
        assert_eq!(thirtieths(d("2026-02-28"), None, february), 3);
        assert_eq!(thirtieths(d("2026-03-01"), None, february), 0);
    }

    #[test]
    fn dates_are_iso_or_french_only() {
        assert_eq!(d("31/12/2026"), d("2026-12-31"));
        for bad in ["3/14/24", "2026-13-01", "30/02/2026", "2026/01/01", "", "2026-1-1", "20é6-01-1", "+026-01-01"] {
            assert!(Date::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn seniority_counts_whole_months() {
        assert_eq!(d("2023-04-15").plus_months(34 - 4), d("2025-10-15"));
        assert_eq!(d("2025-08-31").plus_months(6), d("2026-02-28"));
        assert_eq!(d("2026-01-15").whole_months_until(d("2026-07-01")), 5);
        assert_eq!(d("2026-01-01").whole_months_until(d("2026-07-01")), 6);
    }
}
