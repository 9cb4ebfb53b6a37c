//! What crosses grains between people: values that many rows make together, and amounts shared between many (decision D18).

use cadrage_source::Span;

use crate::{AttributeId, FormulaId, Selection};

/// How rows are gathered into one value. Operands are formulas `par situation`, `par agent` or `par ligne`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gathering {
    /// Σ of the values; « sans objet » counts for 0.
    Sum(FormulaId),
    /// Σ value × weight / Σ weight, over the rows where both are known; without weight every row counts once.
    Mean {
        /// What is averaged.
        value: FormulaId,
        /// By what.
        weight: Option<FormulaId>,
    },
    /// How many distinct agents have a value other than zero, each counted once in a cell.
    Heads(FormulaId),
}

impl Gathering {
    /// The formulas it reads on every row.
    pub fn operands(self) -> impl Iterator<Item = FormulaId> {
        let (first, second) = match self {
            Gathering::Sum(f) | Gathering::Heads(f) => (f, None),
            Gathering::Mean { value, weight } => (value, weight),
        };
        std::iter::once(first).chain(second)
    }
}

/// How the months of a period make one value (decision D12). Between the months of one period, a mean stays weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OverMonths {
    /// Added: an amount.
    Sum,
    /// Averaged: a level such as ETP.
    Mean,
    /// The last one: people.
    Last,
}

/// A value made of many rows, one for each member of a level and each month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// How.
    pub gathering: Gathering,
    /// The level whose members have each their value; `None` = one value for the whole institution.
    pub level: Option<AttributeId>,
    /// Only the rows in this box.
    pub selection: Selection,
    /// What a period is, for reports and goals.
    pub over: OverMonths,
    /// The words.
    pub span: Span,
}

/// `répartir amount au prorata de weight`: what each agent gets of the amount of his member, to the cent by largest remainder
/// when it is in euros, exactly otherwise. The parts make the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// What is shared: a formula of a level.
    pub amount: FormulaId,
    /// In proportion to what: a formula `par agent`.
    pub weight: FormulaId,
    /// The level of the amount; `None` = the whole institution.
    pub level: Option<AttributeId>,
    /// Parts are whole cents.
    pub cents: bool,
    /// The words.
    pub span: Span,
}
