//! A table of items that make others: each is printed as it is, rounded on its own, never forced to sum.

use cadrage_value::Exact;

/// An item, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What people read.
    pub label: String,
    /// Its own value, whatever its parts sum to.
    pub value: Exact,
    /// What it is made of; none for a leaf.
    pub parts: Vec<Item>,
}

/// A line to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedItem {
    /// How deep under the total.
    pub depth: usize,
    /// What people read.
    pub label: String,
    /// The value, rounded on its own.
    pub value: String,
    /// What its parts come to, when it is not its value: exact items of a program sum, published ones may not.
    pub parts_sum: Option<String>,
}

impl Item {
    /// A leaf.
    #[must_use]
    pub fn new(label: impl Into<String>, value: Exact) -> Self {
        Item { label: label.into(), value, parts: Vec::new() }
    }

    /// An item made of others, with a value of its own.
    #[must_use]
    pub fn of(label: impl Into<String>, value: Exact, parts: Vec<Item>) -> Self {
        Item { label: label.into(), value, parts }
    }

    /// Its value less what its parts come to; 0 for a leaf.
    #[must_use]
    pub fn gap(&self) -> Exact {
        if self.parts.is_empty() { Exact::ZERO } else { &self.value - &self.parts.iter().map(|p| p.value.clone()).sum() }
    }

    /// Its lines: parts before what they make, as official tables are read.
    #[must_use]
    pub fn printed(&self, digits: u32) -> Vec<PrintedItem> {
        let mut out = Vec::new();
        self.print(0, digits, &mut out);
        out
    }

    fn print(&self, depth: usize, digits: u32, out: &mut Vec<PrintedItem>) {
        for part in &self.parts {
            part.print(depth + 1, digits, out);
        }
        let gap = self.gap();
        let sum = &self.value - &gap;
        out.push(PrintedItem {
            depth,
            label: self.label.clone(),
            value: self.value.to_french(digits),
            parts_sum: (!gap.is_zero()).then(|| sum.to_french(digits)),
        });
    }
}
