//! What comes out: careers, months, rows.

use std::sync::Arc;

use cadrage_value::{Date, Exact, Month};

use crate::{Note, State};

/// All careers, and what could not be done as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Careers {
    /// Sorted by matricule.
    pub agents: Vec<AgentCareer>,
    /// Sorted, one per kind.
    pub notes: Vec<Note>,
}

/// One agent (or one hired post), over all months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentCareer {
    /// Matricule, or the id of the movement that hired him.
    pub matricule: String,
    /// The months with at least one day in force, whatever the position; sorted.
    pub months: Vec<AgentMonth>,
    /// The stretches in activity, in date order.
    pub rows: Vec<Row>,
    /// Entry in the establishment: that of the row in force at the end of the last constaté month; failing that, of the announced or
    /// typed arrival; failing that, of his last known row.
    pub entry: Date,
    /// The row without end date in the last constaté month's file: who has one is in force then, and expected rappels concern him.
    pub state_at_end: Option<Arc<State>>,
    /// How he leaves during the projected months, if he does and does not come back.
    pub exit: Option<Exit>,
    /// The agent whose imputations this line keeps: the one a hire replaces, or of whom it is a fraction.
    pub seat: Option<String>,
    /// A fraction of that agent, rather than somebody else.
    pub fraction: bool,
}

impl AgentCareer {
    /// In force at the end of the last constaté month.
    #[must_use]
    pub fn in_force_at_end(&self) -> bool {
        self.state_at_end.is_some()
    }

    /// Principal structure at the end of the last constaté month.
    #[must_use]
    pub fn structure_at_end(&self) -> Option<&str> {
        self.state_at_end.as_ref().map(|s| s.structure.as_str())
    }

    /// The month, if the agent is in force at least one day of it.
    #[must_use]
    pub fn month(&self, month: Month) -> Option<&AgentMonth> {
        let at = self.months.binary_search_by_key(&month, |m| m.month).ok()?;
        self.months.get(at)
    }

    /// The rows of one month; none when he is away or out.
    #[must_use]
    pub fn rows_of(&self, month: Month) -> &[Row] {
        let from = self.rows.partition_point(|r| r.month < month);
        let to = self.rows.partition_point(|r| r.month <= month);
        self.rows.get(from..to).unwrap_or(&[])
    }
}

/// One month of someone in force, paid or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentMonth {
    /// Month.
    pub month: Month,
    /// The last situation begun by the end of the month, in whatever position: a pay line takes its structure and population from it
    /// (interfaces.md §11).
    pub last_state: Arc<State>,
    /// Delivered rather than projected.
    pub constate: bool,
}

/// A stretch of one month, in activity, during which nothing changes. Position `AC`, `thirtieths` > 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Month.
    pub month: Month,
    /// Where it opens in the month's thirty thirtieths, 0 to 29.
    pub start_thirtieth: u32,
    /// How many it counts, 1 to 30.
    pub thirtieths: u32,
    /// What is true meanwhile; shared between the months where it is the same.
    pub state: Arc<State>,
    /// Entry in the establishment.
    pub entry: Date,
    /// Delivered rather than projected.
    pub constate: bool,
    /// The last row of the agent-month: structure, zone and imputation are read on it.
    pub last_of_month: bool,
    /// Whole years on the 1st of the month; `None` when the birth date is missing.
    pub age: Option<i64>,
    /// Whole months since `entry` on the 1st of the month (interfaces.md §1).
    pub seniority_months: i64,
    /// What made the state as it is.
    pub origin: RowOrigin,
    /// The fraction of the agent that is there: 1 unless a movement in ETP moved a fraction. It multiplies the presence.
    pub share: Exact,
}

/// Where a row's state comes from: the last thing that changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOrigin {
    /// As the SIRH last showed it; in projected months, nothing has changed since but the grid's index.
    Constate,
    /// A movement announced by the SIRH.
    Announced,
    /// An échelon by seniority.
    Automatic,
    /// A typed movement: its id.
    Movement(Arc<str>),
}

/// How an agent leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// First day out.
    pub date: Date,
    /// As announced or typed; `FIN_CONTRAT` for a contract that nothing renews.
    pub motif: String,
}
