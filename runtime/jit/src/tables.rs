//! Values by month and class, computed once for as long as what they come from does not change: a variant of a scenario moves few of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use cadrage_codegen::{Promise, Source};
use cadrage_ir::Parameter;
use cadrage_value::Month;

use crate::classes::{Classes, Partition};
use crate::sources::{Found, Setting, promised};

/// What was looked up so far for a group.
#[derive(Debug, Default)]
pub(crate) struct Ready {
    pub classes: Classes,
    pub tables: Tables,
    /// What columns promise: the same for every question.
    pub columns: BTreeMap<Source, Option<Promise>>,
}

/// Values of sources.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    known: BTreeMap<Source, Vec<(Origin, Arc<Values>)>>,
    /// Of the question at hand: nothing changes while it is prepared.
    asked: BTreeMap<(Source, Option<usize>), Arc<Values>>,
}

/// What values come from: the same origin gives the same values.
#[derive(Debug)]
struct Origin {
    parameter: Arc<Parameter>,
    known: Option<Month>,
    months: Range<usize>,
    partition: Option<Arc<Partition>>,
}

/// Values by month then class.
#[derive(Debug)]
pub(crate) struct Values {
    first: usize,
    classes: usize,
    found: Vec<Found>,
    /// What holds of all of them.
    promise: Option<Promise>,
}

impl Values {
    /// What holds of the values that rows have; `None` when nothing can be promised.
    pub(crate) fn promise(&self) -> Option<Promise> {
        self.promise.clone()
    }

    /// The value of a month of the cohort and a class.
    pub(crate) fn get(&self, month: usize, class: usize) -> &Found {
        let at = month.checked_sub(self.first).map(|m| m * self.classes + class);
        at.and_then(|k| self.found.get(k)).unwrap_or(&Found::Missing)
    }
}

impl Tables {
    /// Begins a question: scenarios and levels may have changed since the last one.
    pub(crate) fn begin(&mut self) {
        self.asked.clear();
    }

    /// The values of a source over a range of months.
    pub(crate) fn of(
        &mut self,
        setting: &Setting<'_>,
        source: &Source,
        months: &Range<usize>,
        partition: Option<&Arc<Partition>>,
    ) -> Arc<Values> {
        let key = (source.clone(), partition.map(|p| Arc::as_ptr(p).addr()));
        if let Some(values) = self.asked.get(&key) {
            return Arc::clone(values);
        }
        let values = self.found(setting, source, months, partition);
        self.asked.insert(key, Arc::clone(&values));
        values
    }

    /// Those of the questions before, when they come from the same constants.
    fn found(&mut self, setting: &Setting<'_>, source: &Source, months: &Range<usize>, partition: Option<&Arc<Partition>>) -> Arc<Values> {
        let Source::Parameter(id) = source else { return Arc::new(computed(setting, source, months, partition)) };
        let parameters = setting.environment.parameters;
        let Some(parameter) = parameters.shared(*id) else { return Arc::new(computed(setting, source, months, partition)) };
        let same = |o: &Origin| {
            o.months == *months
                && o.known == parameters.known()
                && match (&o.partition, partition) {
                    (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                    (None, None) => true,
                    _ => false,
                }
                && (Arc::ptr_eq(&o.parameter, parameter) || o.parameter == *parameter)
        };
        let list = self.known.entry(source.clone()).or_default();
        if let Some((_, values)) = list.iter().rev().find(|(o, _)| same(o)) {
            return Arc::clone(values);
        }
        let values = Arc::new(computed(setting, source, months, partition));
        // A sweep asks a new value each time: the base and the last few are worth keeping.
        if list.len() > 8 {
            list.remove(1);
        }
        let origin =
            Origin { parameter: Arc::clone(parameter), known: parameters.known(), months: months.clone(), partition: partition.cloned() };
        list.push((origin, Arc::clone(&values)));
        values
    }
}

fn computed(setting: &Setting<'_>, source: &Source, range: &Range<usize>, partition: Option<&Arc<Partition>>) -> Values {
    let months: Vec<Month> = setting.months(range).collect();
    let classes = partition.map_or(1, |p| p.count());
    let mut found = vec![Found::Missing; months.len() * classes];
    for class in (0..classes).filter(|k| partition.is_none_or(|p| p.is_met(*k))) {
        let values: Vec<Found> = match source {
            Source::Parameter(id) => {
                let row = partition.and_then(|p| p.row(class));
                let values = setting.environment.parameters.values(*id, &months, row);
                values.into_iter().map(|x| x.map_or(Found::NoValue, Found::Number)).collect()
            }
            _ => months.iter().map(|m| setting.value(source, *m, partition.map(|p| (&**p, class)))).collect(),
        };
        for (k, value) in values.into_iter().enumerate() {
            if let Some(slot) = found.get_mut(k * classes + class) {
                *slot = value;
            }
        }
    }
    let met = found.iter().enumerate().filter(|(k, _)| partition.is_none_or(|p| p.is_met(k % classes))).map(|(_, f)| f);
    let promise = promised(met);
    Values { first: range.start, classes, found, promise }
}
