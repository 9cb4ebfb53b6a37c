//! What a script being written already says, and what may still be said.

use std::collections::BTreeSet;

use super::Choices;
use super::boxes::Asked;
use super::quantities::Quantity;

/// For what a value is (the grains of the language).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Situation,
    Agent,
    Line,
    Level(&'static str),
}

impl At {
    pub(super) fn written(self) -> &'static str {
        match self {
            At::Situation => "situation",
            At::Agent => "agent",
            At::Line => "ligne",
            At::Level(name) => name,
        }
    }

    pub(super) fn asked(self) -> Asked {
        match self {
            At::Situation | At::Agent => Asked::Rows,
            At::Line => Asked::Lines,
            At::Level(name) => Asked::Level(name),
        }
    }

    /// Has a row of this grain the attribute?
    pub(super) fn has(self, attribute: &str) -> bool {
        match self {
            At::Situation | At::Agent => true,
            At::Line => attribute != "zone",
            At::Level(own) => own == attribute || matches!((own, attribute), ("structure", "composante" | "zone") | ("grade", "corps")),
        }
    }

    /// May a row of this grain read its member of a level?
    pub(super) fn reads(self, level: &str) -> bool {
        level == "établissement" || self.has(level)
    }
}

/// Levels that formulas are made for.
pub(super) const LEVELS: &[&str] = &["établissement", "composante", "corps", "grade", "statut", "structure"];

/// How a measure adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Sum,
    SumThenMean,
    SumThenLast,
    Distinct,
    Mean,
    None,
}

impl Rule {
    /// Has it a value over an exercice?
    pub(super) fn over_year(self) -> bool {
        matches!(self, Rule::Sum | Rule::SumThenMean | Rule::SumThenLast | Rule::Distinct)
    }
}

/// A constant or a hypothesis already written.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) of: Quantity,
    /// The attributes its exceptions ask for.
    pub(super) asks: Vec<&'static str>,
    /// Its values have a bounded number of decimals.
    pub(super) precise: bool,
}

/// A scale already written.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    pub(super) name: String,
    /// The unit of its bounds.
    pub(super) unit: &'static str,
}

/// A formula already written.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub(super) name: String,
    pub(super) of: Quantity,
    pub(super) at: At,
    pub(super) rule: Rule,
    /// The rubrique it feeds.
    pub(super) rubrique: Option<&'static str>,
    /// Itself and all it reads, however far below.
    pub(super) reads: BTreeSet<usize>,
    /// It reads what many rows make together.
    pub(super) crosses: bool,
    /// `arrondi …`, as written.
    pub(super) rounding: Option<String>,
}

/// A script being written.
pub(super) struct Writer<'c> {
    pub(super) choices: &'c mut Choices,
    pub(super) values: Vec<Named>,
    pub(super) scales: Vec<Scale>,
    pub(super) calendars: Vec<String>,
    pub(super) formulas: Vec<Measure>,
    /// Data that something reads.
    pub(super) data: BTreeSet<&'static str>,
    /// Bases that a formula reads: nothing written later may feed them.
    pub(super) closed: BTreeSet<&'static str>,
    /// A level gathers lines: nothing written later may feed.
    pub(super) lines_closed: bool,
    /// What the formula being written reads.
    pub(super) reading: BTreeSet<usize>,
    /// The formula being written reads what many rows make together.
    pub(super) crossing: bool,
    /// The formula being written feeds this rubrique.
    pub(super) feeding: Option<&'static str>,
    /// Its own name and quantity, for recurrences.
    pub(super) own: Option<(String, Quantity, At, Rule)>,
    /// The population `p1` is declared.
    pub(super) population: bool,
}
