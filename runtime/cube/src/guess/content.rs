//! What the cells of a column hold.

use std::collections::BTreeSet;

use cadrage_value::exchange::Form;

use crate::layout::Pattern;

const DATES: [&str; 6] = ["JJ/MM/AAAA", "AAAA-MM-JJ", "AAAAMMJJ", "JJ-MM-AAAA", "JJ.MM.AAAA", "MM/JJ/AAAA"];
const MONTHS: [&str; 3] = ["MM/AAAA", "AAAA-MM", "AAAAMM"];

/// What the cells of a column have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    /// Cells that are not empty.
    filled: usize,
    pub(super) date: Option<&'static str>,
    pub(super) month: Option<&'static str>,
    number: bool,
    integer: bool,
    pub(super) comma: bool,
    pub(super) point: bool,
    pub(super) trailing_sign: bool,
    /// Days that end a month, and days that begin one.
    ends: usize,
    starts: usize,
    /// Different values, while they are few.
    values: BTreeSet<String>,
    /// Is it one half of a fraction?
    pub(super) half: bool,
}

/// More values than a list of codes has.
const MANY: usize = 40;

impl Content {
    pub(super) fn of<'c>(cells: impl Iterator<Item = &'c str>) -> Content {
        let cells: Vec<&str> = cells.filter(|c| !c.is_empty()).collect();
        let mut out = Content { filled: cells.len(), ..Content::default() };
        if cells.is_empty() {
            return out;
        }
        // A few spoiled cells do not hide what a column is.
        let most = |ok: &dyn Fn(&str) -> bool| cells.iter().filter(|c| ok(c)).count() * 20 >= cells.len() * 19;
        out.date = DATES.into_iter().find(|form| {
            let pattern = Pattern::new(form);
            most(&|c| pattern.day(c).is_some())
        });
        out.month = MONTHS.into_iter().find(|form| {
            let pattern = Pattern::new(form);
            most(&|c| pattern.month(c).is_some() || is_year(c)) && cells.iter().any(|c| pattern.month(c).is_some())
        });
        out.number = most(&is_number);
        out.integer = most(&|c| c.bytes().all(|b| b.is_ascii_digit()));
        out.comma = out.number && cells.iter().any(|c| c.contains(','));
        out.point = out.number && cells.iter().any(|c| c.contains('.'));
        out.trailing_sign = out.number && cells.iter().any(|c| c.ends_with('-'));
        if let Some(pattern) = out.date.map(Pattern::new) {
            let days = cells.iter().filter_map(|c| pattern.day(c)).filter(|d| d.year() < 2900);
            for day in days {
                out.ends += usize::from(day.next().day() == 1);
                out.starts += usize::from(day.day() == 1);
            }
        }
        for cell in &cells {
            if out.values.len() <= MANY {
                out.values.insert((*cell).to_owned());
            }
        }
        out
    }

    /// Ends are last days more often than first ones; without a sign of either, as most systems write them.
    pub(super) fn ends_included(&self) -> bool {
        self.ends >= self.starts
    }

    /// Does the contents speak for a column of this form, or against it?
    pub(super) fn fits(&self, form: Form) -> i32 {
        if self.filled == 0 {
            return -10;
        }
        let (for_it, against) = match form {
            Form::Day | Form::End => (self.date.is_some(), self.date.is_none()),
            Form::Month => (self.month.is_some(), self.month.is_none()),
            Form::Period => (self.month.is_some(), self.month.is_none()),
            Form::Amount | Form::Number => (self.number, !self.number),
            Form::Integer => (self.integer, !self.integer),
            Form::Member(list) => {
                let known = self.values.iter().filter(|v| list.contains(&v.to_uppercase().as_str())).count();
                (known > 0 && known * 2 >= self.values.len(), self.values.len() > 20 || self.date.is_some())
            }
            Form::Code | Form::Text => (false, self.date.is_some() || self.comma),
        };
        if for_it {
            10
        } else if against {
            -70
        } else {
            0
        }
    }

    /// Codes met that a closed list does not have, and the one each begins like.
    pub(super) fn codes(&self, list: &[&'static str]) -> Vec<(String, Option<&'static str>)> {
        let foreign = self.values.iter().filter(|v| !list.contains(&v.to_uppercase().as_str()));
        let meant = |v: &str| {
            let begin: String = v.to_uppercase().chars().take_while(|c| c.is_alphabetic()).collect();
            let mut like = list.iter().filter(|m| begin.len() >= 3 && m.starts_with(&begin));
            match (like.next(), like.next()) {
                (Some(one), None) => Some(*one),
                _ => None,
            }
        };
        foreign.take(MANY).map(|v| (v.clone(), meant(v))).collect()
    }
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(cell: &str) -> bool {
    let bare = cell.strip_prefix('-').or_else(|| cell.strip_suffix('-')).unwrap_or(cell);
    let digits = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit() || matches!(c, '\u{A0}' | '\u{202F}'));
    let (whole, rest) = bare.split_once([',', '.']).unwrap_or((bare, "0"));
    digits(whole) && digits(rest)
}
