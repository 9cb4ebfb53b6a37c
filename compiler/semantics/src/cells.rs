//! Cells of a flat file as values: numbers, days and months in the forms people's files hold.

use cadrage_value::{Date, Exact, Month};

/// A number: decimal comma or point, grouped thousands, a fraction (`6/7`), a percentage (`80 %`).
pub(crate) fn number(cell: &str) -> Option<Exact> {
    let kept: String = cell.chars().filter(|c| !matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\t')).collect();
    let (kept, factor) = match kept.strip_suffix('%') {
        Some(bare) => (bare.to_owned(), Exact::ratio(1, 100)?),
        None => (kept, Exact::ONE),
    };
    let kept = kept.strip_prefix('+').unwrap_or(&kept);
    // `1.234,56` says two things: which mark is the decimal one is not guessed.
    if kept.contains('.') && (kept.contains(',') || kept.matches('.').count() > 1) {
        return None;
    }
    let value: Exact = kept.replace('.', ",").parse().ok()?;
    Some(&value * &factor)
}

/// A month: `03/2026`, `2026-03`, or the month of a day.
pub(crate) fn month(cell: &str) -> Option<Month> {
    if let Ok(month) = cell.parse() {
        return Some(month);
    }
    if let Some((m, y)) = cell.split_once('/')
        && y.len() == 4
        && let (Ok(m), Ok(y)) = (m.parse(), y.parse())
    {
        return Month::new(y, m);
    }
    Date::parse(cell).map(Date::month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_files_hold_them() {
        let x = |t: &str| number(t).map(|x| x.to_string());
        assert_eq!(x("1 234,50"), x("1234.5"));
        assert_eq!(x("32/35"), Some("32/35".to_owned()));
        assert_eq!(x("80 %"), x("0,8"));
        assert_eq!(x("-2389.8772"), x("-2389,8772"));
        for bad in ["1.234,56", "1.2.3", "abc", "", "-", "1/0"] {
            assert_eq!(number(bad), None, "{bad}");
        }
    }

    #[test]
    fn months_as_files_hold_them() {
        let wanted = Month::new(2026, 3);
        for text in ["03/2026", "3/2026", "2026-03", "2026-03-31", "31/03/2026"] {
            assert_eq!(month(text), wanted, "{text}");
        }
        assert_eq!(month("13/2026"), None);
        assert_eq!(month("2026"), None);
    }
}
