//! Cells to values; what does not parse is rubbish (Q15).

use std::borrow::Cow;

use cadrage_value::{Date, Exact, Money, Month};

/// A cell that is there but does not parse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rubbish;

const RUBBISH: &[&str] = &["NULL", "#VALEURMULTI", "#N/A", "#REF!", "#VALEUR!"];

/// Above this many cents an amount is not one: sums of any file stay far inside 64 bits.
const LARGEST_CENTS: i64 = 1_000_000_000_000;

/// Above this, numerators and denominators are not those of a quotité, a rate or a job.
const LARGEST_PART: i64 = 1_000_000_000_000;

fn absent(cell: &str) -> Result<bool, Rubbish> {
    if cell.is_empty() {
        return Ok(true);
    }
    let stars = cell.len() > 1 && cell.bytes().all(|b| b == b'*');
    // A byte its encoding cannot read became U+FFFD, or one of the control characters CP1252 leaves.
    let undecoded = cell.chars().any(|c| c == '\u{FFFD}' || (c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
    if stars || undecoded || RUBBISH.iter().any(|r| cell.eq_ignore_ascii_case(r)) { Err(Rubbish) } else { Ok(false) }
}

/// ASCII capitals, digits, `_` and `-`; compared without case.
pub(crate) fn code(cell: &str) -> Result<String, Rubbish> {
    if absent(cell)? {
        return Ok(String::new());
    }
    let upper = cell.to_ascii_uppercase();
    let fine = upper.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.')) || upper == "?";
    if fine { Ok(upper) } else { Err(Rubbish) }
}

/// Free text.
pub(crate) fn text(cell: &str) -> Result<String, Rubbish> {
    absent(cell).map(|_| cell.to_owned())
}

/// A step of a grid or a letter group: short free text, compared without case.
pub(crate) fn label(cell: &str) -> Result<String, Rubbish> {
    absent(cell).map(|_| cell.to_uppercase())
}

/// A day; `0001-01-01` is absent. Open ends are for [`end`].
pub(crate) fn date(cell: &str) -> Result<Option<Date>, Rubbish> {
    if absent(cell)? || cell == "0001-01-01" || cell == "01/01/0001" {
        return Ok(None);
    }
    Date::parse(cell).map(Some).ok_or(Rubbish)
}

/// Is it a sentinel of an open end?
pub(crate) fn is_open_end(cell: &str) -> bool {
    matches!(cell, "2999-12-31" | "31/12/2999" | "9999-12-31" | "31/12/9999")
}

/// An excluded end; empty and sentinels are open.
pub(crate) fn end(cell: &str) -> Result<Option<Date>, Rubbish> {
    if is_open_end(cell) { Ok(None) } else { date(cell) }
}

/// A month.
pub(crate) fn month(cell: &str) -> Result<Option<Month>, Rubbish> {
    if absent(cell)? {
        return Ok(None);
    }
    cell.parse().map(Some).map_err(|()| Rubbish)
}

/// A month of right; `None` when the cell is empty or holds a bare year.
pub(crate) fn period(cell: &str) -> Result<Option<Month>, Rubbish> {
    let is_year = cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit()) && cell != "0000";
    if is_year { Ok(None) } else { month(cell) }
}

/// An integer.
pub(crate) fn integer(cell: &str) -> Result<Option<i64>, Rubbish> {
    if absent(cell)? {
        return Ok(None);
    }
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Rubbish);
    }
    cell.parse().map(Some).map_err(|_| Rubbish)
}

/// Integer, decimal comma or fraction; exact, within bounds that keep sums of them small.
pub(crate) fn rational(cell: &str) -> Result<Option<Exact>, Rubbish> {
    if absent(cell)? {
        return Ok(None);
    }
    if cell.len() > 40 {
        return Err(Rubbish);
    }
    let value: Exact = cell.parse().map_err(|_| Rubbish)?;
    let (n, d) = value.parts().ok_or(Rubbish)?;
    if n.unsigned_abs() > LARGEST_PART.unsigned_abs() || d > LARGEST_PART { Err(Rubbish) } else { Ok(Some(value)) }
}

/// A fraction whose denominator is zero: an impossible quotité (Q08) rather than rubbish.
pub(crate) fn divides_by_zero(cell: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    cell.split_once('/').is_some_and(|(n, d)| digits(n.strip_prefix('-').unwrap_or(n)) && digits(d) && d.bytes().all(|b| b == b'0'))
}

/// An amount in canonical form.
pub(crate) fn money(cell: &str) -> Result<Option<Money>, Rubbish> {
    if absent(cell)? {
        return Ok(None);
    }
    let amount: Money = cell.parse().map_err(|_| Rubbish)?;
    if amount.cents().unsigned_abs() > LARGEST_CENTS.unsigned_abs() { Err(Rubbish) } else { Ok(Some(amount)) }
}

/// Takes the no-break spaces between thousands off a number; `None` when there is nothing to take off, or when they stand elsewhere.
pub(crate) fn unspaced(cell: &str) -> Option<Cow<'_, str>> {
    let space = |c: char| matches!(c, '\u{A0}' | '\u{202F}');
    let mut parts = cell.split(space);
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let first = parts.next()?;
    let bare = first.strip_prefix('-').unwrap_or(first);
    let mut rest = parts.peekable();
    rest.peek()?;
    if !(1..=3).contains(&bare.len()) || !digits(bare) {
        return None;
    }
    while let Some(part) = rest.next() {
        let whole = part.split(',').next().unwrap_or("");
        let last = rest.peek().is_none();
        if whole.len() != 3 || !digits(whole) || (!last && part.len() != 3) {
            return None;
        }
    }
    Some(Cow::Owned(cell.chars().filter(|c| !space(*c)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_strict_and_rubbish_is_told_apart_from_absence() {
        assert_eq!(date("3/14/24"), Err(Rubbish));
        assert_eq!(date(""), Ok(None));
        assert_eq!(end("31/12/2999"), Ok(None));
        assert_eq!(money("12.50"), Err(Rubbish));
        assert_eq!(money("99999999999,00"), Err(Rubbish));
        assert_eq!(code("mcf_cn"), Ok("MCF_CN".into()));
        for bad in ["#VALEURMULTI", "Null", "***", "a\u{FFFD}"] {
            assert_eq!(text(bad), Err(Rubbish), "{bad}");
        }
        assert_eq!(rational("6/7").unwrap().unwrap().to_string(), "6/7");
        assert_eq!(rational("6/0"), Err(Rubbish));
        assert_eq!(rational("1/999999999999999999"), Err(Rubbish));
        assert!(divides_by_zero("4/0") && !divides_by_zero("4/10") && !divides_by_zero("x/0"));
        assert_eq!(period("2025"), Ok(None));
        assert_eq!(period("20250"), Err(Rubbish));
    }

    #[test]
    fn spaces_are_taken_off_between_thousands_only() {
        assert_eq!(unspaced("1\u{A0}234,50").as_deref(), Some("1234,50"));
        assert_eq!(unspaced("-12\u{202F}345\u{202F}678,00").as_deref(), Some("-12345678,00"));
        for bad in ["1234,50", "1\u{A0}23,50", "1\u{A0}2345,00", "\u{A0}234,00", "1234\u{A0}567,00", "12,3\u{A0}456"] {
            assert_eq!(unspaced(bad), None, "{bad}");
        }
    }
}
