//! How a value came about: the sentence that computed it, and the steps that the sentence reads.
//!
//! A step says what it is the value of, not how that is written: who shows it has the texts. Every formula is opened once in a tree,
//! where it is first read.

use cadrage_ir::{AggregateId, Aggregation, BracketId, CalendarId, ColumnId, DistributionId, FaultKind, FormulaId, ParameterId};
use cadrage_source::Span;
use cadrage_value::{Exact, Month};

use crate::Value;

/// A value, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is the value of.
    pub what: What,
    /// The words it stands for in the sentence above; those of its declaration for the first one.
    pub words: Span,
    /// The month it is of.
    pub month: Month,
    /// The situation of the month it is of, by position; `None` for what is of the whole month.
    pub situation: Option<usize>,
    /// The value, rounded as its formula says.
    pub value: Value,
    /// Before it was rounded, when it is.
    pub unrounded: Option<Exact>,
    /// Why there is none, where an `à défaut` takes over.
    pub fault: Option<FaultKind>,
    /// How the value follows from the steps.
    pub how: How,
    /// What it reads, in the order it is read.
    pub steps: Vec<Step>,
}

/// What a step is the value of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A formula.
    Formula(FormulaId),
    /// A datum of the row.
    Column(ColumnId),
    /// A constant or a hypothesis.
    Parameter(ParameterId),
    /// The share of a calendar.
    Calendar(CalendarId),
    /// The month or the year at hand.
    Now,
    /// Is it so?
    Condition,
    /// A situation of the month, in a sum over them.
    Situation,
    /// Words that stand for a value: `somme de …`, `cumul de …`, `assiette(PC)`.
    Phrase,
    /// A scale applied to a base.
    Bracket(BracketId),
    /// The part of the base inside a bracket, and its rate.
    Slice {
        /// From.
        low: Exact,
        /// To.
        high: Option<Exact>,
        /// How much of the base is inside.
        part: Exact,
        /// At which rate.
        rate: Exact,
    },
    /// What was paid of a rubrique that no formula computes.
    Rubrique(String),
    /// What many rows make together.
    Aggregate(AggregateId),
    /// What the agent gets of a shared amount.
    Distributed(DistributionId),
}

/// How a value follows from its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It does not: it is a datum, a declared value, or supplied by a test.
    Given,
    /// It is what was paid.
    Paid,
    /// It is what was paid in the last paid month.
    LastPaid,
    /// Computed by these words.
    Sentence {
        /// The formula whose words they are: another than the one asked for when a scenario replaces it.
        of: FormulaId,
        /// Which of its cases, for who is shown the others.
        case: usize,
        /// The words.
        text: Span,
    },
    /// The steps added up; « sans objet » counts for 0.
    Sum,
    /// The first step over the second: `part de x dans …`.
    Quotient,
    /// The months of an exercice as one, by the measure's rule.
    OverMonths(Aggregation),
    /// The slices of a scale added up; the first step is the base they are cut from.
    Slices,
    /// « Sans objet »: the agent is away.
    Away,
    /// « Sans objet »: the row is outside whom the formula is for.
    Outside(FormulaId),
    /// Opened elsewhere in the tree.
    Above,
    /// Of another month: ask for that one.
    Elsewhere,
    /// So far below the first step that it is not opened: ask for it.
    Deeper,
    /// Gathered from many rows.
    Gathered,
}

impl Step {
    /// A value that is given.
    #[must_use]
    pub fn given(what: What, words: Span, month: Month, value: Value) -> Step {
        Step { what, words, month, situation: None, value, unrounded: None, fault: None, how: How::Given, steps: Vec::new() }
    }

    /// All steps, this one first, each before what it reads.
    pub fn each<'s>(&'s self, tell: &mut dyn FnMut(&'s Step)) {
        tell(self);
        self.steps.iter().for_each(|step| step.each(tell));
    }
}
