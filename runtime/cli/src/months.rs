//! Months as people type them.

use cadrage_value::Month;

use crate::command::MISUSE;

/// `10/2027` or `2027-10`.
pub(crate) fn read(text: &str) -> Option<Month> {
    let iso = text.split_once('/').map_or_else(|| text.to_owned(), |(month, year)| format!("{year}-{month}"));
    iso.parse().ok()
}

/// The month an option gives; what it does not say is no month.
pub(crate) fn option(name: &str, text: Option<&str>) -> Result<Option<Month>, u8> {
    let said = |text: &str| {
        read(text).ok_or_else(|| {
            eprintln!("cadrage : `{text}` n'est pas un mois ; écrivez `{name} 09/2026`");
            MISUSE
        })
    };
    text.map(said).transpose()
}
