//! How a file of another system fills the columns of the exchange format (design/interfaces.md §9): what a checked `interface` says,
//! and what the loader does with each record.

/// What fills a canonical column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutColumn {
    /// The canonical column.
    pub name: &'static str,
    /// Where it comes from.
    pub origin: LayoutOrigin,
    /// The part of the cell that is read.
    pub cut: Option<LayoutCut>,
    /// The day written is the last one, included.
    pub last_day: bool,
    /// Text of the file, and canonical code; other texts pass as they are.
    pub mapping: Vec<(String, String)>,
    /// Read where the cell is empty.
    pub fallback: Option<String>,
}

/// Where a canonical column comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutOrigin {
    /// A cell.
    Cell(LayoutCell),
    /// A numerator and its denominator.
    Ratio(LayoutCell, LayoutCell),
    /// The same text on every row.
    Value(String),
    /// The number of the row.
    LineNumber,
    /// The month of the delivery.
    Month,
}

/// A cell of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutCell {
    /// Under this name of the header.
    Named(String),
    /// Characters of the line, from 1, both included.
    At(usize, usize),
    /// The nth between separators, from 1.
    Nth(usize),
}

impl LayoutCell {
    /// As users name it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            LayoutCell::Named(name) => name.clone(),
            LayoutCell::At(from, to) => format!("positions {from} à {to}"),
            LayoutCell::Nth(n) => format!("case {n}"),
        }
    }
}

/// The part of a cell that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutCut {
    /// What stands before the first such text; the whole cell without it.
    Before(String),
    /// What stands after the first such text; nothing without it.
    After(String),
    /// Characters, from 1, both included.
    Characters(usize, usize),
}

/// Rows whose cell holds one of these are kept, or ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutFilter {
    /// Only these are read; else all but these.
    pub keep: bool,
    /// The cell looked at.
    pub cell: LayoutCell,
    /// One of these.
    pub values: Vec<String>,
}
