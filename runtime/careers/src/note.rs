//! What could not be done as asked, as facts. The French wording is made elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::Date;

/// One thing to tell, once, with everyone it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub kind: NoteKind,
    /// Whom it is about, sorted.
    pub agents: Vec<String>,
}

/// What the careers had to leave as it was. Ordered, so that notes come out sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// No grid of this grade is in force on the day: the index stays, no automatic échelon.
    GradeWithoutGrid {
        /// Grade.
        grade: String,
    },
    /// The grid in force has no such step: the index stays, no automatic échelon.
    StepNotInGrid {
        /// Grade.
        grade: String,
        /// Step.
        echelon: String,
        /// Chevron, may be empty.
        chevron: String,
    },
    /// The grid has no known index for a step that somebody in activity comes to, or is at when it changes: nothing can be paid.
    IndexUnknown {
        /// Grade.
        grade: String,
        /// Step.
        echelon: String,
        /// Chevron, may be empty.
        chevron: String,
        /// The first day it is missing.
        on: Date,
    },
    /// A new version of the grid no longer has the step of somebody in place: the old index is kept.
    StepRemoved {
        /// Grade.
        grade: String,
        /// Step.
        echelon: String,
        /// Chevron, may be empty.
        chevron: String,
        /// First day of the new version.
        on: Date,
    },
    /// A reform moves the grade of somebody but says nothing of his step: he stays where he is.
    NotReclassified {
        /// The reform.
        name: String,
        /// Grade.
        grade: String,
        /// Step.
        echelon: String,
        /// Chevron, may be empty.
        chevron: String,
        /// The day of the reform.
        on: Date,
    },
    /// An échelon was announced from the old grid for somebody a reform has moved since: not applied.
    StepSuperseded {
        /// The day announced.
        on: Date,
    },
    /// The step has no duration and is not the last: no automatic échelon. Told once per grade.
    DurationUnknown {
        /// Grade.
        grade: String,
    },
    /// The day of entry in the step is not known: no automatic échelon.
    StepEntryUnknown {
        /// Grade.
        grade: String,
    },
    /// The SIRH's index is not the grid's; the projection uses the grid's (Q11).
    IndexReplaced {
        /// Grade.
        grade: String,
        /// Step.
        echelon: String,
        /// Chevron, may be empty.
        chevron: String,
        /// Points in the SIRH.
        file: i64,
        /// Points in the grid.
        grid: i64,
    },
    /// The contract ended before the projection and nothing renews it, though the SIRH still shows the agent: he is out from the
    /// first projected day.
    ContractOverdue,
    /// A movement is announced for someone who is not in force that day: not applied.
    ForecastWithoutAgent {
        /// `QUOTITE`…
        kind: String,
    },
    /// A scenario moves someone who is not in force that day: without effect.
    MovementWithoutAgent {
        /// First day of the movement.
        on: Date,
    },
    /// A hire takes a matricule that exists: not done.
    HireExists,
}

/// Notes being gathered: one per kind, whatever the order of the findings.
#[derive(Debug, Default)]
pub(crate) struct Notes(BTreeMap<NoteKind, BTreeSet<String>>);

impl Notes {
    pub(crate) fn add(&mut self, kind: NoteKind, matricule: &str) {
        let agents = self.0.entry(kind).or_default();
        if !agents.contains(matricule) {
            agents.insert(matricule.to_owned());
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Note> {
        self.0.into_iter().map(|(kind, agents)| Note { kind, agents: agents.into_iter().collect() }).collect()
    }
}
