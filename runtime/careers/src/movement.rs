//! What a scenario types: arrivals, departures, changes (design/language.md D24).

use cadrage_value::Date;

use crate::{Change, State};

/// One typed movement on one line of the cube. Who is chosen, and how many, was settled before (D24).
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
        /// `ETAT`, `INTERNE`: where his jobs count, since he has no imputation.
        plafond: Option<String>,
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
        /// The columns that change; an index given here is kept as [`Movement::Hire`] keeps it.
        change: Change,
    },
}
