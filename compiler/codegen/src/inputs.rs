//! What compiled code reads: the contract between the graph and the runner that fills it.

use std::collections::BTreeMap;

use cadrage_ir::{AggregateId, AttributeId, BracketId, CalendarId, ColumnId, DistributionId, FormulaId, ParameterId, Selection};
use cadrage_value::{Exact, Month};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A column of the block.
    CellId
    /// A value of the month.
    ScalarId
    /// A table of the month.
    TableId
    /// A partition of rows.
    ClassId
    /// A box that rows are in or not.
    SelectionId
    /// A value kept from month to month.
    KeptId
}

/// Which month a value is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// The month at hand.
    Now,
    /// So many months before.
    Before(i32),
    /// This one.
    In(Month),
}

/// Where numbers come from. The runner promises bounds for each (see [`crate::Shape`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A column of situations or lines.
    Column(ColumnId),
    /// A constant or hypothesis.
    Parameter(ParameterId),
    /// The share of a calendar.
    Calendar(CalendarId),
    /// The upper bound of a bracket, in the written unit.
    Bound(BracketId, u32),
    /// The rate of a bracket.
    Rate(BracketId, u32),
    /// What many rows make together.
    Aggregate(AggregateId),
    /// A formula of a level.
    Level(FormulaId, When),
    /// What was paid of a rubrique for the month.
    Paid(String),
    /// What was paid of a rubrique in the last paid month.
    LastPaid(String),
    /// An agent's part of a shared amount.
    Part(DistributionId),
    /// The value a test supplies for a formula.
    Supplied(FormulaId),
    /// How many agents a row stands for.
    Weight,
}

/// What a row column holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// A number of a situation slot.
    Number {
        /// Where from.
        source: Source,
        /// Which situation; 0 for agents and lines.
        slot: u8,
    },
    /// The class of the row in a partition.
    Class {
        /// Which partition.
        class: ClassId,
        /// Which situation.
        slot: u8,
    },
    /// The line of sums that a row adds to: its class, or one past the last for rows that only make the count even.
    Code(ClassId),
    /// Sixty-four predicates, a bit each.
    Facts(u32),
    /// A part of a kept value, some months before.
    Kept {
        /// Which value.
        kept: KeptId,
        /// Which part of it.
        part: Part,
        /// 1 or 12.
        before: u8,
    },
}

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The whole number.
    Numerator,
    /// What it is over, besides the fixed denominator.
    Divisor,
    /// 1 where it is sans objet.
    NotApplicable,
    /// 1 where it is missing.
    Missing,
    /// 1 where a constant has no value.
    NoValue,
    /// 1 where there is another fault.
    Fault,
}

/// A fact about a row, prepared by the runner as one bit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Predicate {
    /// The agent has this situation.
    There {
        /// Which.
        slot: u8,
    },
    /// The situation is in a box.
    In {
        /// Which box.
        selection: SelectionId,
        /// Which situation.
        slot: u8,
    },
    /// The number is there.
    Known {
        /// Which number.
        source: Source,
        /// Which situation.
        slot: u8,
    },
}

/// What partitions rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Rows for which these parameters have the same values.
    Parameters(Vec<ParameterId>),
    /// Rows with the same code.
    Attribute(AttributeId),
    /// All rows.
    Everyone,
}

/// A value of the month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// A number that does not depend on the row.
    Number(Source),
    /// 1 where that number is there.
    Known(Source),
    /// 1 to 12.
    MonthNumber,
    /// The year.
    Year,
    /// 1 when the bracket has no upper bound.
    Open(BracketId, u32),
    /// 1 when the scale has a version.
    InForce(BracketId),
    /// 1 in January.
    January,
    /// 1 when the month so many months before is one of the cohort's.
    HasBefore(u8),
    /// 1 when the sentence of the second formula is computed for the first.
    Written(FormulaId, FormulaId),
    /// The position of a table among all tables.
    Start(TableId),
    /// The number of classes of a table.
    Width(TableId),
}

/// A line of a table: one value by class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// Of a source.
    Source(Source),
    /// The same everywhere.
    Literal(Exact),
}

/// Values by line and class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table {
    /// Lines, in order of what chooses them.
    pub lines: Vec<Line>,
    /// What partitions rows; `None` = one value.
    pub class: Option<ClassId>,
    /// Which part of the values; `NoValue` is 1 where there is none.
    pub part: Part,
    /// What numerators are over.
    pub denominator: i64,
    /// Values lie in floating point; otherwise as 64-bit integers.
    pub floating: bool,
}

/// Everything compiled code reads, each by its position.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Row columns.
    pub cells: Vec<Cell>,
    /// Predicates: bit k of word k / 64.
    pub predicates: Vec<Predicate>,
    /// Boxes of predicates.
    pub selections: Vec<Selection>,
    /// Partitions.
    pub classes: Vec<Class>,
    /// Values of the month.
    pub scalars: Vec<Scalar>,
    /// Tables of the month.
    pub tables: Vec<Table>,
    known_cells: BTreeMap<Cell, CellId>,
    known_predicates: BTreeMap<Predicate, u32>,
    known_scalars: BTreeMap<Scalar, ScalarId>,
    known_tables: BTreeMap<Table, TableId>,
    known_classes: BTreeMap<Class, ClassId>,
}

fn position(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Inputs {
    /// The position of a column.
    pub fn cell(&mut self, cell: Cell) -> CellId {
        let next = CellId(position(self.cells.len()));
        let id = *self.known_cells.entry(cell.clone()).or_insert(next);
        if id == next {
            self.cells.push(cell);
        }
        id
    }

    /// The word and bit of a predicate.
    pub fn predicate(&mut self, predicate: &Predicate) -> (CellId, u32) {
        let next = position(self.predicates.len());
        let id = *self.known_predicates.entry(predicate.clone()).or_insert(next);
        if id == next {
            self.predicates.push(predicate.clone());
        }
        (self.cell(Cell::Facts(id / 64)), id % 64)
    }

    /// The word and bit of a predicate that is there.
    #[must_use]
    pub fn fact(&self, predicate: &Predicate) -> Option<(CellId, u32)> {
        let id = self.known_predicates.get(predicate)?;
        Some((*self.known_cells.get(&Cell::Facts(id / 64))?, id % 64))
    }

    /// The position of a value of the month that is there.
    #[must_use]
    pub fn known_scalar(&self, scalar: &Scalar) -> Option<ScalarId> {
        self.known_scalars.get(scalar).copied()
    }

    /// The position of a box.
    pub fn selection(&mut self, selection: &Selection) -> SelectionId {
        let found = self.selections.iter().position(|s| s == selection);
        SelectionId(position(found.unwrap_or_else(|| {
            self.selections.push(selection.clone());
            self.selections.len() - 1
        })))
    }

    /// The position of a partition.
    pub fn class(&mut self, class: Class) -> ClassId {
        let next = ClassId(position(self.classes.len()));
        let id = *self.known_classes.entry(class.clone()).or_insert(next);
        if id == next {
            self.classes.push(class);
        }
        id
    }

    /// The position of a value of the month.
    pub fn scalar(&mut self, scalar: Scalar) -> ScalarId {
        let next = ScalarId(position(self.scalars.len()));
        let id = *self.known_scalars.entry(scalar.clone()).or_insert(next);
        if id == next {
            self.scalars.push(scalar);
        }
        id
    }

    /// The position of a table; its start and width become values of the month.
    pub fn table(&mut self, table: Table) -> TableId {
        let next = TableId(position(self.tables.len()));
        let id = *self.known_tables.entry(table.clone()).or_insert(next);
        if id == next {
            self.tables.push(table);
            self.scalar(Scalar::Start(id));
            self.scalar(Scalar::Width(id));
        }
        id
    }
}
