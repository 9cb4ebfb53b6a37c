//! What a scenario orders of groups of people, before anybody is chosen (design/language.md D24, §6.12).

use cadrage_value::{Date, Exact};

use crate::{Change, Flow, State};

/// One sentence. Its rank in the list is the order written, and the number its selection is asked by.
#[derive(Clone, Debug)]
pub struct Order {
    /// `M003`.
    pub id: String,
    /// What it says.
    pub what: What,
}

/// What an order says.
#[derive(Clone, Debug)]
pub enum What {
    /// `recruter`: one post per state.
    Hire {
        /// First day in.
        from: Date,
        /// Last day in.
        until: Option<Date>,
        /// Each becomes a line `M003/1`, `M003/2`…
        posts: Vec<State>,
    },
    /// `faire partir … au D`.
    Leave {
        /// Who.
        whom: Whom,
        /// Last day in.
        on: Date,
        /// Motive.
        motif: String,
    },
    /// `promouvoir`, `muter`, `transformer`, `changer la quotité`.
    Change {
        /// Who.
        whom: Whom,
        /// First day.
        from: Date,
        /// The selection moves with age or seniority: who is there is looked at every month.
        ages: bool,
        /// Columns that change.
        change: Box<Change>,
    },
    /// `faire partir … à 67 ans`, `… au terme de leur contrat`.
    LeaveWhen {
        /// When.
        when: When,
        /// From this day on.
        from: Option<Date>,
        /// Motive.
        motif: String,
    },
    /// `transformer … à 6 ans d'ancienneté`.
    ChangeWhen {
        /// When.
        when: When,
        /// From this day on.
        from: Option<Date>,
        /// Columns that change.
        change: Box<Change>,
    },
    /// `annuler`, `décaler`.
    Flow {
        /// Arrivals or departures.
        flow: Flow,
        /// From this day on.
        from: Option<Date>,
        /// To this day, included.
        until: Option<Date>,
        /// Only departures with this motive.
        motif: Option<String>,
        /// To when.
        shift: Shift,
    },
    /// `remplacer 1 sortie sur 2`.
    Replace {
        /// How many of how many: 1, 2.
        ratio: (u32, u32),
        /// From this day on.
        from: Option<Date>,
        /// Only departures with this motive.
        motif: Option<String>,
        /// Months the post stays empty.
        after: i32,
        /// What the replacement has that the one who left had not.
        change: Box<Change>,
    },
}

/// Who an order is about.
#[derive(Clone, Debug)]
pub enum Whom {
    /// `l'agent 00184213`.
    Agent(String),
    /// `pour …`: whoever the [`Judge`](crate::Judge) accepts.
    Selected(HowMany),
}

/// How many of the selected.
#[derive(Clone, Debug)]
pub enum HowMany {
    /// All. A change then also reaches who comes to answer later.
    All,
    /// So many whole people, in the order of a column; true: the largest first.
    People(u32, bool),
    /// This share of them, rounded down, in the order of a column.
    Share(Exact, bool),
    /// So many ETP, spread over all of them.
    Etp(Exact),
}

/// An age, a seniority, a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Months of age.
    Age(i32),
    /// Months since the entry.
    Seniority(i32),
    /// The end of the contract in force on the first day looked at, whatever renewal is announced.
    Term,
}

/// Where a flow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Nowhere.
    Cancel,
    /// So many months later.
    By(i32),
    /// To this day, when it was before.
    To(Date),
}
