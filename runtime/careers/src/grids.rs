//! Grids: the ordered steps of each grade, in dated versions (interfaces.md §10 `grilles.csv`).

use std::collections::BTreeMap;

use cadrage_value::Date;

use crate::Reclassification;

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Step.
    pub echelon: String,
    /// 1 to 3 in hors-échelle groups, else empty.
    pub chevron: String,
    /// Indice brut or letter group, may be empty.
    pub ib: String,
    /// Indice nouveau majoré, points; `None` = not said, the agent's is kept.
    pub inm: Option<i64>,
    /// The text has an index and nobody here knows it: who needs it has none.
    pub unknown: bool,
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
    reclassifications: Vec<Reclassification>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
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

    /// Lays a version over what is there: from `start` to the day before `until` it alone is in force, then what was there comes back.
    pub fn lay(&mut self, grade: &str, start: Date, until: Option<Date>, steps: Vec<Step>) {
        let back = until.and_then(|day| self.version(grade, day).cloned().map(|v| Version { start: day, ..v }));
        if let Some(versions) = self.versions.get_mut(grade) {
            versions.retain(|v| v.start < start || until.is_some_and(|day| v.start > day));
            for v in versions.iter_mut().filter(|v| v.start < start && v.end.is_none_or(|end| end > start)) {
                v.end = Some(start);
            }
        }
        self.add(grade, start, until, steps);
        if let Some(back) = back {
            let versions = self.versions.entry(grade.to_owned()).or_default();
            versions.retain(|v| v.start != back.start);
            versions.push(back);
            versions.sort_by_key(|v| v.start);
        }
    }

    /// Nothing is known of a grade from `end` on, where the version that begins on `start` was.
    pub fn close(&mut self, grade: &str, start: Date, end: Date) {
        for v in self.versions.get_mut(grade).into_iter().flatten().filter(|v| v.start == start) {
            v.end = Some(v.end.map_or(end, |known| known.min(end)));
        }
    }

    /// Changes the index of every step of a grade's grid from `start` to the day before `until`, new versions of that time included.
    pub fn change_indices(&mut self, grade: &str, start: Date, until: Option<Date>, change: &dyn Fn(i64) -> i64) {
        let inside = |v: &&Version| until.is_none_or(|day| v.start < day);
        let later: Vec<Version> =
            self.versions.get(grade).into_iter().flatten().filter(|v| v.start > start).filter(inside).cloned().collect();
        let first = self.version(grade, start).cloned().map(|v| Version { start, ..v });
        let changed: Vec<Version> = first
            .into_iter()
            .chain(later)
            .map(|mut v| {
                for step in &mut v.steps {
                    step.inm = step.inm.map(change);
                }
                v
            })
            .collect();
        let back = until.and_then(|day| self.version(grade, day).cloned().map(|v| Version { start: day, ..v }));
        let Some(versions) = self.versions.get_mut(grade) else { return };
        for mut new in changed.into_iter().chain(back) {
            if let Some(day) = until.filter(|day| new.start < *day) {
                new.end = Some(new.end.map_or(day, |end| end.min(day)));
            }
            versions.retain(|v| v.start != new.start);
            versions.push(new);
        }
        versions.sort_by_key(|v| v.start);
    }

    /// The grades that have a grid.
    pub fn grades(&self) -> impl Iterator<Item = &str> {
        self.versions.keys().map(String::as_str)
    }

    /// Adds a reform: who is in `from` on its day is moved. The first of two for one grade and day counts.
    pub fn reclassify(&mut self, reform: Reclassification) {
        self.reclassifications.push(reform);
    }

    /// The next day after `day` on which a reform moves who is in this grade.
    pub(crate) fn reclassification_after(&self, grade: &str, day: Date) -> Option<Date> {
        self.reclassifications.iter().filter(|r| r.from == grade && r.date > day).map(|r| r.date).min()
    }

    /// The reform of this grade on a day.
    pub(crate) fn reclassification_on(&self, grade: &str, day: Date) -> Option<&Reclassification> {
        self.reclassifications.iter().find(|r| r.from == grade && r.date == day)
    }

    /// The first day of the version in force that day.
    #[must_use]
    pub fn version_start(&self, grade: &str, day: Date) -> Option<Date> {
        self.version(grade, day).map(|v| v.start)
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

    /// The steps of the version in force that day, in order; none without one.
    #[must_use]
    pub fn steps(&self, grade: &str, day: Date) -> &[Step] {
        self.version(grade, day).map_or(&[], |v| &v.steps)
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

    /// The first step whose index is not lower, else the last one, in the version in force that day. Where a step of unknown index
    /// comes before and may be the one, it is the one: whoever lands on it is told what is missing.
    #[must_use]
    pub fn landing_step(&self, grade: &str, inm: i64, day: Date) -> Option<&Step> {
        let steps = &self.version(grade, day)?.steps;
        let mut perhaps: Option<&Step> = None;
        for step in steps {
            match step.inm {
                Some(new) if new == inm => return Some(step),
                Some(new) if new > inm => return perhaps.or(Some(step)),
                Some(_) => perhaps = None,
                None if step.unknown => perhaps = perhaps.or(Some(step)),
                None => {}
            }
        }
        perhaps.or_else(|| steps.last())
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
