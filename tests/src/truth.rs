//! Truth files of the made-up institutions, as tables to compare with.

use std::collections::BTreeMap;
use std::path::Path;

use cadrage_engine::Line;
use cadrage_value::{Exact, Money};

/// Euros by month × composante × rubrique × plafond × nature.
pub type Cells = BTreeMap<Vec<String>, i64>;

/// ETPT and ETPF by month of right × composante × plafond × grade.
pub type Jobs = BTreeMap<Vec<String>, (Exact, Exact)>;

/// Rows of a semicolon-separated file, by column name.
///
/// # Panics
/// When the file cannot be read: a test's own data.
#[must_use]
#[expect(clippy::expect_used, reason = "the data of a test")]
pub fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    crate::flat::rows(path, ';').expect("truth file")
}

/// Cents of `1234,56`.
#[must_use]
pub fn cents(text: &str) -> i64 {
    text.parse::<Money>().map_or(0, Money::cents)
}

/// The lines that `keep` accepts, summed by cell; cells at zero are left out.
#[must_use]
pub fn money(lines: &[Line], keep: impl Fn(&Line) -> bool) -> Cells {
    let mut out = Cells::new();
    for line in lines.iter().filter(|l| keep(l)) {
        let key = vec![
            line.month.to_string(),
            line.code("composante").to_owned(),
            line.code("rubrique").to_owned(),
            line.code("plafond").to_owned(),
            line.code("nature").to_owned(),
        ];
        *out.entry(key).or_default() += line.amount.cents();
    }
    out.retain(|_, v| *v != 0);
    out
}

/// The jobs of the lines that `keep` accepts; cells at zero are left out.
#[must_use]
pub fn jobs(lines: &[Line], keep: impl Fn(&Line) -> bool) -> Jobs {
    let mut out = Jobs::new();
    for line in lines.iter().filter(|l| keep(l)) {
        let key = vec![
            line.right.to_string(),
            line.code("composante").to_owned(),
            line.code("plafond").to_owned(),
            line.code("grade").to_owned(),
        ];
        let slot = out.entry(key).or_insert((Exact::ZERO, Exact::ZERO));
        *slot = (&slot.0 + line.etpt(), &slot.1 + line.etpf());
    }
    out.retain(|_, (a, b)| !a.is_zero() || !b.is_zero());
    out
}
