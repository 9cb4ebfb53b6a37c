//! What a scenario lays over the declarations, once checked: the changes in the order they apply, and who wrote each.

use cadrage_ir::{Change, Constraint, Layer, Modification, Selection};
use cadrage_source::Span;
use cadrage_value::{Date, Exact};

use crate::model::{GridKey, GridVersion};

/// A change, and the block it is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laid<T> {
    /// The change.
    pub what: T,
    /// The scenario whose layer it is: this one or an ancestor.
    pub scenario: String,
    /// The variant it comes from.
    pub variant: Option<String>,
    /// The sentence.
    pub text: String,
    /// `source "…"`
    pub source: Option<String>,
    /// Where.
    pub span: Span,
}

/// A grid that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridChange {
    /// Whose.
    pub target: GridTarget,
    /// From; `None` = as soon as the projection begins.
    pub from: Option<Date>,
    /// First day after.
    pub until: Option<Date>,
    /// What it becomes.
    pub edit: GridEdit,
}

/// Whose grid changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GridTarget {
    /// `grilles`
    All,
    /// These grades.
    Grades(Constraint),
    /// A declared grid.
    Declared(GridKey),
}

/// What a grid becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GridEdit {
    /// Every index of it, in points.
    Index(Change),
    /// New versions, each from its own date on.
    Versions(Vec<GridVersion>),
}

/// A checked `reclassement`: who is at a step of one grade on the date goes to a step of another, or of the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclassification {
    /// As declared.
    pub name: String,
    /// Grade it leaves.
    pub from: String,
    /// Grade it goes to.
    pub to: String,
    /// The grade, left and reached, is a national code.
    pub national: bool,
    /// The day.
    pub date: Date,
    /// One row per step left.
    pub rows: Vec<ReclassificationRow>,
    /// Where its name is declared.
    pub span: Span,
}

/// Where one step goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReclassificationRow {
    /// Échelon and chevron left; the chevron may be empty.
    pub from: (String, String),
    /// Échelon and chevron reached.
    pub to: (String, String),
    /// Share of the seniority in the step that is kept, 0 to 1.
    pub kept: Exact,
}

/// A named population as a scenario has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopulationChange {
    /// As declared.
    pub name: String,
    /// Who it is.
    pub selection: Selection,
}

/// Something a scenario supposes that no text in force says (decision D29).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeyondTexts {
    /// What changes.
    pub name: String,
    /// Where.
    pub span: Span,
}

impl Laid<Layer> {
    /// The change of a value, when it is one.
    #[must_use]
    pub fn value(&self) -> Option<&Modification> {
        match &self.what {
            Layer::Value(m) => Some(m),
            _ => None,
        }
    }
}
