//! What is written: tables of exact values, and what their cells mean.

use cadrage_value::Exact;

use crate::charts::Chart;

/// A file, or a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Name of what was asked for, as declared: `suivi_par_composante`.
    pub name: String,
    /// Displayed.
    pub title: String,
    /// Sentences under the title: scenario, observation, what a reader must know.
    pub notes: Vec<String>,
    /// Drawings, before the tables.
    pub charts: Vec<Chart>,
    /// In order.
    pub tables: Vec<Table>,
}

/// Rows of members, the finer under the coarser, and columns of values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Displayed.
    pub title: String,
    /// All of a measure, then all of the next.
    pub columns: Vec<Column>,
    /// In order.
    pub rows: Vec<Row>,
}

/// What a column shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Measure as written, or what the column says: `masse_salariale`, `plafond`, `état`.
    pub measure: String,
    /// Its unit; empty for words.
    pub unit: String,
    /// How many decimals people read it with.
    pub decimals: u32,
    /// Name of the scenario; empty when the document has one.
    pub scenario: String,
    /// `03/2026`, `2026`, `cumul 2026`; empty when it is of no period.
    pub period: String,
    /// Members of the axes in columns; empty without any.
    pub member: String,
    /// Is some of it expected rather than known?
    pub projected: bool,
}

/// A member, and its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its level, as named: `établissement`, `composante`, `agent`…
    pub level: String,
    /// How deep, 0 for the whole.
    pub depth: usize,
    /// Its code; empty for the whole.
    pub code: String,
    /// Its label, or its code.
    pub label: String,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// « Sans objet ».
    #[default]
    Nothing,
    /// Exact, in the unit of its column.
    Number(Exact),
    /// Words.
    Words(String),
}

impl Cell {
    /// A number, when there is one.
    #[must_use]
    pub fn number(x: Option<Exact>) -> Self {
        x.map_or(Cell::Nothing, Cell::Number)
    }

    /// As people read it.
    #[must_use]
    pub fn shown(&self, decimals: u32) -> String {
        match self {
            Cell::Nothing => "–".to_owned(),
            Cell::Number(x) => x.to_french(decimals),
            Cell::Words(text) => text.clone(),
        }
    }
}

/// How many decimals a value is written with where it can be more exact than what is read.
pub(crate) const WRITTEN: u32 = 6;

impl Table {
    /// The levels of its rows, from the coarsest, as they are met.
    pub(crate) fn levels(&self) -> Vec<(usize, &str)> {
        let mut out: Vec<(usize, &str)> = Vec::new();
        for row in &self.rows {
            if !out.iter().any(|(_, level)| *level == row.level) {
                out.push((row.depth, &row.level));
            }
        }
        out.sort_by_key(|(depth, _)| *depth);
        out
    }

    /// Consecutive columns of the same measure.
    pub(crate) fn groups(&self) -> Vec<std::ops::Range<usize>> {
        let mut out: Vec<std::ops::Range<usize>> = Vec::new();
        for (k, column) in self.columns.iter().enumerate() {
            let same = |range: &std::ops::Range<usize>| {
                self.columns.get(range.start).is_some_and(|c| c.measure == column.measure && c.unit == column.unit)
            };
            match out.last_mut() {
                Some(range) if same(range) => range.end = k + 1,
                _ => out.push(k..k + 1),
            }
        }
        out
    }

    /// Columns to show together: those of a measure; or measures of one column each, side by side, which is said.
    pub(crate) fn blocks(&self) -> Vec<(std::ops::Range<usize>, bool)> {
        let mut out: Vec<(std::ops::Range<usize>, bool)> = Vec::new();
        for group in self.groups() {
            match out.last_mut() {
                Some((range, shared)) if *shared && group.len() == 1 => range.end = group.end,
                _ => out.push((group.clone(), group.len() == 1)),
            }
        }
        out
    }

    /// Does it show several scenarios?
    pub(crate) fn several_scenarios(&self) -> bool {
        let mut names = self.columns.iter().map(|c| c.scenario.as_str());
        let first = names.next();
        names.any(|n| Some(n) != first)
    }

    /// Every cell with its row and column.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (&Row, &Column, &Cell)> {
        self.rows.iter().flat_map(|row| self.columns.iter().zip(&row.cells).map(move |(column, cell)| (row, column, cell)))
    }
}

impl Column {
    /// The lines above it, under its measure: scenario when there are several, period, members.
    pub(crate) fn heading(&self, scenarios: bool) -> Vec<&str> {
        let lines = [if scenarios { self.scenario.as_str() } else { "" }, &self.period, &self.member];
        lines.into_iter().filter(|line| !line.is_empty()).collect()
    }

    /// `masse_salariale (€)`, `état`.
    pub(crate) fn title(&self) -> String {
        if self.unit.is_empty() { self.measure.clone() } else { format!("{} ({})", self.measure, self.unit) }
    }
}
