//! Grids: the ordered steps of each grade, in dated versions (interfaces.md §10 `grilles.csv`).

use std::collections::BTreeMap;

use cadrage_value::Date;

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Step.
    pub echelon: String,
    /// 1 to 3 in hors-échelle groups, else empty.
    pub chevron: String,
    /// Indice brut or letter group, may be empty.
    pub ib: String,
    /// Indice nouveau majoré, points; `None` = not known, the agent's is kept.
    pub inm: Option<i64>,
    /// Months spent in the step before the next one. `None`: last step, or not known.
    pub months: Option<i32>,
    /// Nothing follows by seniority. [`Grids::add`] sets it on the last step; a step reached by choice only may set it earlier.
    pub terminal: bool,
}

/// The steps of every grade. Codes in capitals, as everywhere in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grids {
    /// By grade, in order of start.
    versions: BTreeMap<String, Vec<Version>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    start: Date,
    end: Option<Date>,
    steps: Vec<Step>,
}

/// What a grid says of a grade and step on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    NoGrid,
    NoStep,
    Found { step: &'a Step, next: Option<&'a Step> },
}

impl Grids {
    /// No grid at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a version of a grade's grid, in force from `start` to the day before `end` (`None` = still). Where two versions
    /// overlap, the one that began last is in force. A step given twice counts at its first place only, so that a career always
    /// moves forward.
    pub fn add(&mut self, grade: &str, start: Date, end: Option<Date>, steps: Vec<Step>) {
        let mut kept: Vec<Step> = Vec::with_capacity(steps.len());
        for step in steps {
            if !kept.iter().any(|k| k.echelon == step.echelon && k.chevron == step.chevron) {
                kept.push(step);
            }
        }
        if let Some(last) = kept.last_mut() {
            last.terminal = true;
        }
        let versions = self.versions.entry(grade.to_owned()).or_default();
        versions.retain(|v| v.start != start);
        versions.push(Version { start, end, steps: kept });
        versions.sort_by_key(|v| v.start);
    }

    /// The step as the version in force that day has it.
    #[must_use]
    pub fn step_at(&self, grade: &str, echelon: &str, chevron: &str, day: Date) -> Option<&Step> {
        match self.place(grade, echelon, chevron, day) {
            Place::Found { step, .. } => Some(step),
            _ => None,
        }
    }

    /// The step that seniority gives after this one, in the version in force that day.
    #[must_use]
    pub fn next_step(&self, grade: &str, echelon: &str, chevron: &str, day: Date) -> Option<&Step> {
        match self.place(grade, echelon, chevron, day) {
            Place::Found { next, .. } => next,
            _ => None,
        }
    }

    /// The first step of the version in force that day.
    #[must_use]
    pub fn first_step(&self, grade: &str, day: Date) -> Option<&Step> {
        self.version(grade, day)?.steps.first()
    }

    /// The first step that carries this index, in the version in force that day.
    #[must_use]
    pub fn step_of_index(&self, grade: &str, inm: i64, day: Date) -> Option<&Step> {
        self.version(grade, day)?.steps.iter().find(|s| s.inm == Some(inm))
    }

    /// The first step whose index is not lower, else the last one, in the version in force that day.
    #[must_use]
    pub fn landing_step(&self, grade: &str, inm: i64, day: Date) -> Option<&Step> {
        let steps = &self.version(grade, day)?.steps;
        steps.iter().find(|s| s.inm.is_some_and(|new| new >= inm)).or_else(|| steps.last())
    }

    pub(crate) fn place(&self, grade: &str, echelon: &str, chevron: &str, day: Date) -> Place<'_> {
        let Some(version) = self.version(grade, day) else { return Place::NoGrid };
        let mut steps = version.steps.iter().skip_while(|s| s.echelon != echelon || s.chevron != chevron);
        match (steps.next(), steps.next()) {
            (None, _) => Place::NoStep,
            (Some(step), next) => Place::Found { step, next: next.filter(|_| !step.terminal) },
        }
    }

    /// The first day after `day` on which another version of this grade's grid may be in force.
    pub(crate) fn boundary_after(&self, grade: &str, day: Date) -> Option<Date> {
        let versions = self.versions.get(grade)?;
        versions.iter().flat_map(|v| [Some(v.start), v.end]).flatten().filter(|d| *d > day).min()
    }

    fn version(&self, grade: &str, day: Date) -> Option<&Version> {
        let in_force = |v: &&Version| v.start <= day && v.end.is_none_or(|end| day < end);
        self.versions.get(grade)?.iter().rev().find(in_force)
    }
}
