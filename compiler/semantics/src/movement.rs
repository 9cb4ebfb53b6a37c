//! Checked movements: sentences whose people are known only with the data (decision D24).

use std::collections::BTreeMap;

use cadrage_ir::{AttributeId, ColumnId, Selection};
use cadrage_source::Span;
use cadrage_value::{Date, Exact};

/// A movement, with its stable number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// `M001`.
    pub id: String,
    /// What happens.
    pub kind: MovementKind,
    /// The sentence.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MovementKind {
    /// `recruter`: one post per quotité.
    Hire {
        /// Working time of each.
        posts: Vec<Exact>,
        /// What they are. Without a grade, its corps, its catégorie or its statut is there: the data say the grade.
        profile: Profile,
        /// First day.
        from: Date,
        /// Last day, when given.
        until: Option<Date>,
    },
    /// `faire partir … au D`.
    Leave {
        /// Who.
        whom: Whom,
        /// Last day.
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
        /// What changes.
        profile: Profile,
    },
    /// `faire partir … à 67 ans`, `… au terme de leur contrat`.
    LeaveWhen {
        /// When.
        when: When,
        /// Whom it may concern.
        reach: Reach,
        /// Motive.
        motif: String,
    },
    /// `transformer … à 6 ans d'ancienneté`.
    ChangeWhen {
        /// When.
        when: When,
        /// Whom it may concern.
        reach: Reach,
        /// What changes.
        profile: Profile,
    },
    /// `annuler les entrées`, `décaler les sorties`.
    Flow {
        /// Departures, not arrivals.
        exits: bool,
        /// Which.
        reach: Reach,
        /// To when.
        shift: Shift,
    },
    /// `remplacer 1 sortie sur 2`.
    Replace {
        /// How many of how many.
        ratio: (u32, u32),
        /// Which.
        reach: Reach,
        /// Months without anybody.
        after: i32,
        /// What the replacement has that the one who left had not.
        profile: Profile,
    },
}

impl MovementKind {
    /// The selection of people, and the column they are chosen by.
    #[must_use]
    pub fn group(&self) -> Option<(&Selection, Option<ChooseBy>)> {
        match self {
            MovementKind::Hire { .. } => None,
            MovementKind::Leave { whom, .. } | MovementKind::Change { whom, .. } => match whom {
                Whom::Agent(_) => None,
                Whom::Selected(s, HowMany::People(_, choice) | HowMany::Share(_, choice)) => Some((s, Some(choice.by))),
                Whom::Selected(s, _) => Some((s, None)),
            },
            MovementKind::LeaveWhen { reach, .. }
            | MovementKind::ChangeWhen { reach, .. }
            | MovementKind::Flow { reach, .. }
            | MovementKind::Replace { reach, .. } => Some((&reach.selection, None)),
        }
    }
}

/// Who a movement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// `l'agent 00184213`.
    Agent(String),
    /// `pour …`.
    Selected(Selection, HowMany),
}

/// How many of the selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HowMany {
    /// All of them.
    All,
    /// Whole people.
    People(u32, Choice),
    /// A share of them.
    Share(Exact, Choice),
    /// ETP, nobody designated.
    Etp(Exact),
}

/// `choisis par ancienneté décroissant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// By what.
    pub by: ChooseBy,
    /// The largest first.
    pub descending: bool,
}

/// What people are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChooseBy {
    /// A column.
    Column(ColumnId),
    /// The number of the échelon.
    Step,
}

/// An age, a seniority, a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Months of age.
    Age(i32),
    /// Months since the entry.
    Seniority(i32),
    /// The end of the contract.
    Term,
}

/// Whom a rule over time reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Which people.
    pub selection: Selection,
    /// From this day on; `None`: from the first projected day.
    pub from: Option<Date>,
    /// To this day, included.
    pub until: Option<Date>,
    /// Only departures with this motive.
    pub motif: Option<String>,
}

/// Where a flow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// `annuler`.
    Cancel,
    /// `de 3 mois`.
    By(i32),
    /// `au 01/03/2027`.
    To(Date),
}

/// What a profile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Codes by attribute (grade, échelon, composante, plafond, statut…).
    pub codes: BTreeMap<AttributeId, String>,
    /// Working time.
    pub quotite: Option<Exact>,
    /// Index, in points.
    pub inm: Option<i64>,
    /// Lump sum at full time, euros a month.
    pub forfait: Option<Exact>,
}

impl Profile {
    /// The code given for the attribute named so.
    #[must_use]
    pub fn code(&self, name: &str) -> Option<&String> {
        cadrage_ir::attribute(name).and_then(|a| self.codes.get(&a))
    }
}
