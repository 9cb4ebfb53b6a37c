//! What a node's value is, at which grain, and how a measure aggregates.

use std::fmt;

use crate::{AttributeId, FormulaId, Unit};

/// The static type of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// An exact number in base units.
    Quantity(Unit),
    /// True or false.
    Flag,
    /// A member code of an attribute.
    Code(AttributeId),
    /// A day.
    Date,
}

impl Type {
    /// The unit of a quantity.
    #[must_use]
    pub fn unit(&self) -> Option<&Unit> {
        match self {
            Type::Quantity(u) => Some(u),
            _ => None,
        }
    }
}

/// What one value of a formula is for (decision 0001 of grammar/decisions).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// The same everywhere in a month: constants, hypotheses, calendars.
    Constant,
    /// A stretch of an agent's month during which nothing changes.
    Situation,
    /// One pay file and month.
    Agent,
    /// One imputed pay line, after the split.
    Line,
    /// A level of an axis, by its name in [`crate::ATTRIBUTES`], or `établissement`.
    Level(String),
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Grain::Constant => "constante",
            Grain::Situation => "par situation",
            Grain::Agent => "par agent",
            Grain::Line => "par ligne",
            Grain::Level(name) => return write!(f, "par {name}"),
        })
    }
}

/// How a measure adds up (decision D12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregation {
    /// Added over people and over months.
    Sum,
    /// Added over people, averaged over months.
    SumThenMean,
    /// Added over people; a period is its last month.
    SumThenLast,
    /// Distinct agents, each counted once in a cell; a period is its last month.
    Distinct,
    /// Averaged over people and months, weighted by this formula.
    Mean(FormulaId),
    /// The quotient of two measures, each aggregated by its own rule.
    Ratio(FormulaId, FormulaId),
    /// Never aggregated.
    None,
}

impl Grain {
    /// The attribute of a level; `None` for the whole institution, and for grains that are no level.
    #[must_use]
    pub fn attribute(&self) -> Option<AttributeId> {
        match self {
            Grain::Level(name) => crate::level(name).flatten(),
            _ => None,
        }
    }
}
