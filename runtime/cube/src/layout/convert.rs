//! Cells of another system to canonical cells. What does not have the form that the interface announces becomes unreadable rather
//! than be taken for something else: `05/13/2026` is no day where `JJ/MM/AAAA` is announced.

use std::borrow::Cow;

use cadrage_value::exchange::Form;
use cadrage_value::layout::LayoutCut;
use cadrage_value::{Date, Month};

/// A cell that nothing reads: rubbish whatever the column (Q15).
pub(super) const UNREADABLE: &str = "\u{FFFD}";

/// A piece of the form of a day or a month.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Year,
    Month,
    Day,
    Sign(char),
}

/// The form of a day or a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

impl Pattern {
    pub(crate) fn new(form: &str) -> Pattern {
        let mut rest = form;
        let mut pieces = Vec::new();
        while let Some(c) = rest.chars().next() {
            let (piece, length) = match rest {
                r if r.starts_with("AAAA") => (Piece::Year, 4),
                r if r.starts_with("MM") => (Piece::Month, 2),
                r if r.starts_with("JJ") => (Piece::Day, 2),
                _ => (Piece::Sign(c), c.len_utf8()),
            };
            pieces.push(piece);
            rest = rest.get(length..).unwrap_or_default();
        }
        Pattern(pieces)
    }

    /// The day that a text of this form writes.
    pub(crate) fn day(&self, text: &str) -> Option<Date> {
        self.read(text).and_then(|(year, month, day)| Date::new(year, month, day))
    }

    /// The month that a text of this form writes.
    pub(crate) fn month(&self, text: &str) -> Option<Month> {
        self.read(text).and_then(|(year, month, _)| Month::new(year, month))
    }

    /// Year, month and day of a text of this form; day 1 when the form has none.
    fn read(&self, text: &str) -> Option<(i32, u32, u32)> {
        let (mut year, mut month, mut day) = (0, 0, 1);
        let mut rest = text;
        let digits = |rest: &mut &str, count: usize| {
            let taken = rest.get(..count).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?;
            *rest = rest.get(count..)?;
            taken.parse::<u32>().ok()
        };
        for piece in &self.0 {
            match piece {
                Piece::Year => year = i32::try_from(digits(&mut rest, 4)?).ok()?,
                Piece::Month => month = digits(&mut rest, 2)?,
                Piece::Day => day = digits(&mut rest, 2)?,
                Piece::Sign(c) => rest = rest.strip_prefix(*c)?,
            }
        }
        rest.is_empty().then_some((year, month, day))
    }
}

/// What conversions of an interface need to know.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub(super) dates: Vec<Pattern>,
    pub(super) months: Vec<Pattern>,
    pub(super) point: bool,
    pub(super) trailing_sign: bool,
    pub(super) open: Vec<String>,
    pub(super) empty: Vec<String>,
}

impl Manner {
    /// A cell, neither empty nor translated, to what the canonical column writes.
    pub(super) fn convert<'c>(&self, cell: &'c str, form: Form, last_day: bool) -> Cow<'c, str> {
        match form {
            Form::Text | Form::Code | Form::Member(_) => Cow::Borrowed(cell),
            Form::Day | Form::End => self.day(cell, form == Form::End, last_day),
            Form::Period if cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit()) => Cow::Borrowed(cell),
            Form::Month | Form::Period => self.month(cell),
            Form::Integer | Form::Number => self.number(cell),
            Form::Amount => amount(self.number(cell)),
        }
    }

    fn day(&self, cell: &str, end: bool, last_day: bool) -> Cow<'static, str> {
        // Where an end may be open, the sentinel says so; elsewhere it says that there is no such day.
        let open = || Cow::Borrowed(if end { "2999-12-31" } else { "" });
        if self.open.iter().any(|o| o == cell) {
            return open();
        }
        match self.dates.iter().find_map(|p| p.read(cell)) {
            Some((2999 | 9999, 12, 31)) => open(),
            Some((1, 1, 1)) => Cow::Borrowed(""),
            Some((year, month, day)) => match Date::new(year, month, day) {
                Some(date) => Cow::Owned(if last_day { date.next() } else { date }.to_string()),
                None => Cow::Borrowed(UNREADABLE),
            },
            None => Cow::Borrowed(UNREADABLE),
        }
    }

    fn month(&self, cell: &str) -> Cow<'static, str> {
        let read = self.months.iter().find_map(|p| p.read(cell)).and_then(|(year, month, _)| Month::new(year, month));
        read.map_or(Cow::Borrowed(UNREADABLE), |m| Cow::Owned(m.to_string()))
    }

    fn number<'c>(&self, cell: &'c str) -> Cow<'c, str> {
        let mut out = Cow::Borrowed(cell);
        if self.trailing_sign {
            if let Some(bare) = cell.strip_suffix('-') {
                out = Cow::Owned(format!("-{}", bare.trim_end()));
            } else if let Some(bare) = cell.strip_suffix('+') {
                out = Cow::Borrowed(bare.trim_end());
            }
        }
        let (mark, other) = if self.point { ('.', ',') } else { (',', '.') };
        if out.contains(other) {
            return Cow::Borrowed(UNREADABLE);
        }
        if self.point && out.contains(mark) { Cow::Owned(out.replace(mark, ",")) } else { out }
    }
}

/// Euros with two decimals: zeros that the system leaves out are written, zeros it adds are not.
fn amount(number: Cow<'_, str>) -> Cow<'_, str> {
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let (whole, decimals) = number.split_once(',').unwrap_or((&number, ""));
    let bare = whole.strip_prefix('-').unwrap_or(whole);
    if decimals.len() == 2 || bare.is_empty() || !digits(decimals) || !digits(bare) {
        return number;
    }
    let (kept, beyond) = decimals.split_at_checked(2).unwrap_or((decimals, ""));
    if beyond.bytes().any(|b| b != b'0') {
        return number;
    }
    Cow::Owned(format!("{whole},{kept:0<2}"))
}

/// The part of a cell that is read.
pub(super) fn cut<'c>(cell: &'c str, cut: &LayoutCut) -> &'c str {
    let part = match cut {
        LayoutCut::Before(sign) => cell.split_once(sign.as_str()).map_or(cell, |(before, _)| before),
        LayoutCut::After(sign) => cell.split_once(sign.as_str()).map_or("", |(_, after)| after),
        LayoutCut::Characters(from, to) => characters(cell, *from, *to),
    };
    part.trim()
}

/// Characters of a text, from 1, both ends included; fewer when the text is shorter.
pub(super) fn characters(text: &str, from: usize, to: usize) -> &str {
    let at = |count: usize| text.char_indices().nth(count).map_or(text.len(), |(k, _)| k);
    text.get(at(from.saturating_sub(1))..at(to)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manner() -> Manner {
        Manner {
            dates: vec![Pattern::new("JJ/MM/AAAA"), Pattern::new("AAAAMMJJ")],
            months: vec![Pattern::new("MM/AAAA")],
            point: false,
            trailing_sign: false,
            open: vec!["00/00/0000".into()],
            empty: Vec::new(),
        }
    }

    #[test]
    fn days_have_the_forms_announced_and_no_other() {
        let m = manner();
        for (cell, form, last, expected) in [
            ("13/05/2026", Form::Day, false, "2026-05-13"),
            ("20260513", Form::Day, false, "2026-05-13"),
            ("31/12/2026", Form::End, true, "2027-01-01"),
            ("28/02/2024", Form::End, true, "2024-02-29"),
            ("31/12/2999", Form::End, true, "2999-12-31"),
            ("00/00/0000", Form::End, true, "2999-12-31"),
            ("31/12/2999", Form::Day, false, ""),
            ("01/01/0001", Form::Day, false, ""),
            ("05/13/2026", Form::Day, false, UNREADABLE),
            ("31/02/2026", Form::Day, false, UNREADABLE),
            ("2026-05-13", Form::Day, false, UNREADABLE),
            ("1/5/2026", Form::Day, false, UNREADABLE),
            ("13/05/2026é", Form::Day, false, UNREADABLE),
        ] {
            assert_eq!(m.convert(cell, form, last), expected, "{cell}");
        }
    }

    #[test]
    fn months_and_years() {
        let m = manner();
        assert_eq!(m.convert("09/2026", Form::Month, false), "2026-09");
        assert_eq!(m.convert("2026", Form::Period, false), "2026");
        assert_eq!(m.convert("13/2026", Form::Month, false), UNREADABLE);
        assert_eq!(m.convert("2026-09", Form::Month, false), UNREADABLE);
    }

    #[test]
    fn numbers_signs_and_decimals() {
        let comma = manner();
        let point = Manner { point: true, trailing_sign: true, ..manner() };
        for (m, cell, form, expected) in [
            (&comma, "12,5", Form::Amount, "12,50"),
            (&comma, "12", Form::Amount, "12,00"),
            (&comma, "12,500", Form::Amount, "12,50"),
            (&comma, "12,345", Form::Amount, "12,345"),
            (&comma, "12.50", Form::Amount, UNREADABLE),
            (&comma, "#VALEUR!", Form::Amount, "#VALEUR!"),
            (&comma, "6/7", Form::Number, "6/7"),
            (&point, "12.50-", Form::Amount, "-12,50"),
            (&point, "12.5 +", Form::Number, "12,5"),
            (&point, "1,234.50", Form::Amount, UNREADABLE),
        ] {
            assert_eq!(m.convert(cell, form, false), expected, "{cell}");
        }
    }

    #[test]
    fn parts_of_cells() {
        assert_eq!(cut("CC_E/ANR01", &LayoutCut::Before("/".into())), "CC_E");
        assert_eq!(cut("CC_E/ANR01", &LayoutCut::After("/".into())), "ANR01");
        assert_eq!(cut("CC_E", &LayoutCut::Before("/".into())), "CC_E");
        assert_eq!(cut("CC_E", &LayoutCut::After("/".into())), "");
        assert_eq!(cut("éABC", &LayoutCut::Characters(2, 3)), "AB");
        assert_eq!(cut("éA", &LayoutCut::Characters(2, 9)), "A");
        assert_eq!(cut("éA", &LayoutCut::Characters(5, 9)), "");
    }
}
