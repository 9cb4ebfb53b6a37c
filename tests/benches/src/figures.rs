//! Medians, paired ratios, and figures as the table shows them. Whole numbers only: ratios are thousandths.

/// The middle one; 0 of none.
#[must_use]
pub fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

/// The median of the ratios of each round, in thousandths; each value is scaled by `scale` first (a sample is computed faster).
#[must_use]
pub fn paired(values: &[u64], reference: &[u64], scale: u64) -> u64 {
    let ratios: Vec<u64> = values.iter().zip(reference).filter(|(_, r)| **r > 0).map(|(v, r)| v * scale * 1000 / r).collect();
    median(&ratios)
}

/// Nanoseconds as milliseconds: `17,10`.
#[must_use]
pub fn milliseconds(nanoseconds: u64) -> String {
    hundredths(nanoseconds / 10_000)
}

/// Nanoseconds of a run as nanoseconds per agent and month: `14,25`.
#[must_use]
pub fn each(nanoseconds: u64, rows: u64) -> String {
    hundredths((nanoseconds * 100 + rows / 2) / rows.max(1))
}

/// Thousandths: `0,650`.
#[must_use]
pub fn ratio(thousandths: u64) -> String {
    format!("{},{:03}", grouped(thousandths / 1000), thousandths % 1000)
}

fn hundredths(x: u64) -> String {
    format!("{},{:02}", grouped(x / 100), x % 100)
}

/// `1 000 000`.
#[must_use]
pub fn grouped(x: u64) -> String {
    let digits = x.to_string();
    let mut out = String::new();
    for (k, c) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// A text on so many columns, words to the left or figures to the right.
#[must_use]
pub fn padded(text: &str, width: usize, right: bool) -> String {
    let blank = " ".repeat(width.saturating_sub(text.chars().count()));
    if right { format!("{blank}{text}") } else { format!("{text}{blank}") }
}

/// A line of the main table, on 80 columns: engine, threads, ms, ns per agent and month, ratio, exact.
#[must_use]
pub fn line(cells: [&str; 6]) -> String {
    let [engine, threads, ms, each, ratio, exact] = cells;
    format!(
        "  {} {} {} {} {}  {}",
        padded(engine, 29, false),
        padded(threads, 4, true),
        padded(ms, 11, true),
        padded(each, 10, true),
        padded(ratio, 10, true),
        padded(exact, 7, false).trim_end()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_french_and_lines_fit() {
        assert_eq!(milliseconds(17_104_999), "17,10");
        assert_eq!(each(17_100_000, 1_200_000), "14,25");
        assert_eq!(ratio(12_345_678), "12 345,678");
        assert_eq!(paired(&[10, 30], &[20, 20], 1), 1500);
        assert_eq!(median(&[3, 1, 2]), 2);
        let widest = line(["DuckDB (lecture comprise)", "tous", "123 456,78", "12 345,67", "12 345,678", "oui"]);
        assert!(widest.chars().count() <= 80, "{widest}");
    }
}
