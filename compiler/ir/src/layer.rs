//! What a scenario lays over a program besides the values of its parameters: calendars, scales, formulas. Data, never code, so
//! that a what-if recompiles nothing.

use cadrage_source::Span;
use cadrage_value::{Date, Exact};

use crate::{BracketId, CalendarId, Change, FormulaId, Modification};

/// One change of a scenario. They apply in order: the parents' first, variants before the scenario's own sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// A constant or a hypothesis.
    Value(Modification),
    /// A calendar.
    Calendar(Box<CalendarChange>),
    /// A scale.
    Bracket(BracketChange),
    /// A formula used instead of another.
    Formula(Replacement),
}

/// New shares of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarChange {
    /// Which.
    pub calendar: CalendarId,
    /// From.
    pub from: Option<Date>,
    /// First day after.
    pub until: Option<Date>,
    /// January to December.
    pub shares: [Exact; 12],
    /// Where.
    pub span: Span,
}

/// A scale that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BracketChange {
    /// Which.
    pub bracket: BracketId,
    /// From.
    pub from: Option<Date>,
    /// First day after.
    pub until: Option<Date>,
    /// What it becomes.
    pub edit: BracketEdit,
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// What a scale becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BracketEdit {
    /// These brackets: upper bound in the written unit (`None` = beyond) and rate.
    Version(Vec<(Option<Exact>, Exact)>),
    /// The rate of one bracket (from 1), or of all.
    Rates(Option<usize>, Change),
}

/// A formula used instead of another. The other keeps its place: what it feeds, how it is rounded, who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The formula replaced.
    pub old: FormulaId,
    /// The one whose sentence is computed.
    pub new: FormulaId,
    /// From: never a constaté month.
    pub from: Date,
    /// First day after.
    pub until: Option<Date>,
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
}

impl Change {
    /// The value changed.
    #[must_use]
    pub fn applied_to(&self, value: &Exact) -> Exact {
        match self {
            Change::Set(x) => x.clone(),
            Change::Scale(x) => value * x,
            Change::Shift(x) => value + x,
            Change::AtLeast(x) => value.max(x).clone(),
            Change::AtMost(x) => value.min(x).clone(),
        }
    }
}
