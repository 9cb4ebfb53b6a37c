//! What a scenario types: arrivals, departures, changes (design/language.md D24).

use cadrage_value::{Date, Exact};

use crate::{Change, State};

/// One typed movement on one line of the cube. Who is chosen, and how many, is settled by [`resolve`](crate::resolve) (D24).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// `recruter`: a new line, whose matricule is the movement's number.
    Hire {
        /// `M001/1`.
        id: String,
        /// First day in.
        from: Date,
        /// **Last** day in (« au 31/08/2026 »), if it is known.
        until: Option<Date>,
        /// What he is. Completed when empty: position `AC`, full time, the paid fraction, the first step of the grid at
        /// `from` (or, when an index is given without a step, the step that carries it), the entry in that step. An index given
        /// is kept until a step, a grade or a movement changes it.
        state: State,
        /// The agent whose imputations the post keeps, when it replaces somebody.
        seat: Option<String>,
    },
    /// `faire partir`. Whatever was announced for him afterwards is cancelled.
    Leave {
        /// Agent, or the id of a hire.
        matricule: String,
        /// **Last** day in: `au 31/08/2026` makes 1 September the first day out.
        on: Date,
        /// `RETRAITE`…
        motif: String,
    },
    /// `promouvoir`, `muter`, `changer la quotité de`: some columns change for someone who is there. Applied after what the
    /// SIRH announces for the same day.
    Change {
        /// `M002/1`.
        id: String,
        /// Agent, or the id of a hire.
        matricule: String,
        /// First day of the new situation.
        from: Date,
        /// The columns that change; an index given here is kept as [`Movement::Hire`] keeps it. A grade without a step lands on the
        /// first step whose index is not lower.
        change: Change,
    },
    /// `annuler`, `décaler`: an arrival or a departure that nobody typed takes place another day, or not at all.
    Reschedule {
        /// `M003/1`.
        id: String,
        /// Agent.
        matricule: String,
        /// What moves.
        flow: Flow,
        /// First day in, or first day out, as it stands.
        date: Date,
        /// Its new day; `None`: it does not take place.
        to: Option<Date>,
    },
    /// A fraction of somebody leaves: from that day on his presence is multiplied by `kept`.
    Thin {
        /// `M004`.
        id: String,
        /// Agent.
        matricule: String,
        /// First day of it.
        from: Date,
        /// What stays of him, 0 to 1.
        kept: Exact,
    },
    /// A fraction of somebody changes: a line of its own, which follows his career with `change` besides; he keeps the rest.
    Twin {
        /// `M004/1`.
        id: String,
        /// Agent.
        matricule: String,
        /// First day of it.
        from: Date,
        /// The fraction, 0 to 1.
        share: Exact,
        /// The columns that change for it.
        change: Change,
    },
}

impl Movement {
    /// The line it is about: the agent, or the number of a hire.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Movement::Hire { id, .. } => id,
            Movement::Leave { matricule, .. }
            | Movement::Change { matricule, .. }
            | Movement::Reschedule { matricule, .. }
            | Movement::Thin { matricule, .. }
            | Movement::Twin { matricule, .. } => matricule,
        }
    }
}

/// Which of the announced movements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// Arrivals.
    Entries,
    /// Departures and ends of contract.
    Exits,
}
