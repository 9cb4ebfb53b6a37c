//! What the orders of a scenario came to, as facts. The French wording is made elsewhere.

use cadrage_value::{Date, Exact};

/// One thing to tell of one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Its rank.
    pub order: usize,
    /// Its number.
    pub id: String,
    /// What.
    pub kind: FindingKind,
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Nobody answers the selection.
    Nobody,
    /// More people asked for than there are: those there are were taken.
    Fewer {
        /// Asked.
        asked: u32,
        /// Found.
        found: u32,
        /// On that day.
        on: Date,
    },
    /// More ETP asked for than there are: all of them were taken.
    LessEtp {
        /// Asked.
        asked: Exact,
        /// Found.
        found: Exact,
    },
    /// No such agent.
    Unknown {
        /// Agent.
        matricule: String,
    },
    /// The agent is not in force that day.
    Absent {
        /// Agent.
        matricule: String,
        /// On that day.
        on: Date,
    },
    /// The movement's day is after the last projected month.
    AfterTheEnd {
        /// The day.
        on: Date,
    },
    /// A share of the selected was taken.
    Share {
        /// The share.
        share: Exact,
        /// How many answered.
        found: u32,
        /// How many were taken.
        taken: u32,
    },
    /// ETP were spread.
    Spread {
        /// How many.
        etp: Exact,
        /// Over how many people.
        people: u32,
        /// Whose ETP were these.
        total: Exact,
    },
    /// How many people or departures a group order met, and how many lines it made.
    Met {
        /// People, or departures.
        people: u32,
        /// Lines made.
        lines: u32,
    },
}
