//! Cells to values; what does not parse is rubbish (Q15).

use cadrage_value::{Date, Exact, Money, Month};

/// A cell that is there but does not parse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rubbish;

const RUBBISH: &[&str] = &["NULL", "#VALEURMULTI", "***", "#N/A", "#REF!"];

fn absent(cell: &str) -> Result<bool, Rubbish> {
    if cell.is_empty() {
        return Ok(true);
    }
    if RUBBISH.iter().any(|r| cell.eq_ignore_ascii_case(r)) || cell.contains('\u{FFFD}') { Err(Rubbish) } else { Ok(false) }
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

/// Integer, decimal comma or fraction; exact.
pub(crate) fn rational(cell: &str) -> Result<Option<Exact>, Rubbish> {
    if absent(cell)? {
        return Ok(None);
    }
    if cell.len() > 40 {
        return Err(Rubbish);
    }
    cell.parse().map(Some).map_err(|_| Rubbish)
}

/// An amount, and whether no-break spaces between thousands had to be taken off.
pub(crate) fn money(cell: &str) -> Result<Option<(Money, bool)>, Rubbish> {
    if absent(cell)? {
        return Ok(None);
    }
    let bare: String = cell.chars().filter(|c| !matches!(c, '\u{A0}' | '\u{202F}')).collect();
    let repaired = bare.len() != cell.len();
    bare.parse().map(|m| Some((m, repaired))).map_err(|_| Rubbish)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_strict_and_rubbish_is_told_apart_from_absence() {
        assert_eq!(date("3/14/24"), Err(Rubbish));
        assert_eq!(date(""), Ok(None));
        assert_eq!(end("31/12/2999"), Ok(None));
        assert_eq!(money("1\u{A0}234,50"), Ok(Some((Money::from_cents(123_450), true))));
        assert_eq!(money("12.50"), Err(Rubbish));
        assert_eq!(code("mcf_cn"), Ok("MCF_CN".into()));
        assert_eq!(code("#VALEURMULTI"), Err(Rubbish));
        assert_eq!(rational("6/7").unwrap().unwrap().to_string(), "6/7");
        assert_eq!(rational("6/0"), Err(Rubbish));
    }
}
