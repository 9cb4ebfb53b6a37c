//! What every engine gives: sums by structure and month. Nothing but the standard library.

/// Months computed.
pub const MONTHS: usize = 12;
/// Heads, traitement, ir, sft, nbi + primes, charges, cout.
pub const MEASURES: usize = 7;

/// Seven sums, in cents but the heads.
pub type Sums = [i64; MEASURES];

/// Sums by structure and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals(pub Vec<[Sums; MONTHS]>);

impl Totals {
    /// All zero.
    #[must_use]
    pub fn new(structures: usize) -> Totals {
        Totals(vec![[[0; MEASURES]; MONTHS]; structures])
    }

    /// Adds those of other agents.
    pub fn add(&mut self, other: &Totals) {
        for (mine, theirs) in self.0.iter_mut().flatten().flatten().zip(other.0.iter().flatten().flatten()) {
            *mine += theirs;
        }
    }

    /// Of everything.
    #[must_use]
    pub fn cout(&self) -> i64 {
        self.0.iter().flatten().filter_map(|sums| sums.last()).sum()
    }

    /// The sorted table whose SHA-256 is the reference.
    #[must_use]
    pub fn table(&self) -> String {
        let mut lines = Vec::new();
        for (structure, months) in self.0.iter().enumerate() {
            for (month, sums) in months.iter().enumerate().filter(|(_, sums)| sums.first() != Some(&0)) {
                let cells: Vec<String> = sums.iter().map(i64::to_string).collect();
                lines.push(format!("{structure},{},{}", month + 1, cells.join(",")));
            }
        }
        lines.join("\n")
    }
}
