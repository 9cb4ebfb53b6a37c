//! Where numbers come from, for a group of a cohort in an environment: what can be promised of each, and each value.

use std::collections::BTreeMap;
use std::ops::Range;

use cadrage_codegen::{Bounds, Needs, Promise, Shape, Source, WIDEST, When};
use cadrage_engine::{ABSENT, Cohort, Environment, Group, Value};
use cadrage_ir::{FormulaId, Grain, ParameterId, Program};
use cadrage_value::{Exact, Month, least_common_multiple};

use crate::classes::Partition;
use crate::tables::Ready;

/// Denominators above this are left to the interpreter: products over them would not fit anyway.
const LARGEST_DENOMINATOR: i64 = 1_000_000_000_000;

/// A value or a kind of nothing, as tables and columns hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Number(Exact),
    NotApplicable,
    Missing,
    NoValue,
}

impl From<Value> for Found {
    fn from(value: Value) -> Self {
        match value {
            Value::Known(x) => Found::Number(x),
            Value::NotApplicable => Found::NotApplicable,
            Value::Missing | Value::Flag(_) => Found::Missing,
        }
    }
}

/// What a question needs to be asked.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub program: &'a Program,
    pub cohort: &'a Cohort,
    pub group: &'a Group,
    pub environment: Environment<'a>,
    /// How many agents each of the cohort stands for; `None` = one.
    pub weights: Option<&'a [Vec<u32>]>,
}

impl<'a> Setting<'a> {
    /// The sentences that stand for a formula in some month of the cohort, besides its own.
    pub(crate) fn written(&self, id: FormulaId) -> Vec<FormulaId> {
        let months = self.cohort.months().iter().map(|(m, _)| self.environment.parameters.formula_in(id, *m));
        let mut out: Vec<FormulaId> = months.filter(|other| *other != id).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Does a parameter depend on the row?
    pub(crate) fn by_row(&self, id: ParameterId) -> bool {
        self.environment.parameters.get(id).is_some_and(|p| p.cases.iter().any(|c| !c.selection.is_all()))
    }

    /// The value of a source that depends on the month, and on the class of the row when it has one.
    pub(crate) fn value(&self, source: &Source, month: Month, class: Option<(&Partition, usize)>) -> Found {
        let parameters = self.environment.parameters;
        let number = |x: Option<Exact>, otherwise: Found| x.map_or(otherwise, Found::Number);
        match source {
            Source::Parameter(id) => {
                let row = class.and_then(|(p, k)| p.row(k));
                number(parameters.value(*id, month, row), Found::NoValue)
            }
            Source::Calendar(id) => number(parameters.share(*id, month).cloned(), Found::Missing),
            Source::Bound(id, k) | Source::Rate(id, k) => {
                let brackets = self.scale(*id, month).and_then(|v| v.brackets.get(*k as usize).map(|b| (b.0.clone(), b.1.clone())));
                let (bound, rate) = brackets.unwrap_or((None, Exact::ZERO));
                Found::Number(if matches!(source, Source::Bound(..)) { bound.unwrap_or(Exact::ZERO) } else { rate })
            }
            Source::Aggregate(id) => {
                let code = class.and_then(|(p, k)| p.code(k)).unwrap_or("");
                self.environment.levels.aggregate(self.program, *id, month, code).into()
            }
            Source::Level(id, when) => {
                let month = match when {
                    When::Now => month,
                    When::Before(n) => month.plus(-n),
                    When::In(m) => *m,
                };
                let code = class.and_then(|(p, k)| p.code(k)).unwrap_or("");
                self.environment.levels.formula(*id, month, code).cloned().unwrap_or(Value::Missing).into()
            }
            _ => Found::Missing,
        }
    }

    fn scale(&self, id: cadrage_ir::BracketId, month: Month) -> Option<&'a cadrage_ir::BracketVersion> {
        let day = month.first_day();
        self.environment.parameters.bracket(id)?.versions.iter().rev().find(|v| v.from <= day)
    }

    /// Has the bracket no upper bound that month?
    pub(crate) fn open(&self, id: cadrage_ir::BracketId, k: u32, month: Month) -> bool {
        self.scale(id, month).and_then(|v| v.brackets.get(k as usize)).is_some_and(|(bound, _)| bound.is_none())
    }

    /// Has the scale a version that month?
    pub(crate) fn in_force(&self, id: cadrage_ir::BracketId, month: Month) -> bool {
        self.scale(id, month).is_some()
    }

    pub(crate) fn months(&self, range: &Range<usize>) -> impl Iterator<Item = Month> + 'a {
        let months = self.cohort.months();
        months.get(range.clone()).unwrap_or(months).iter().map(|(m, _)| *m)
    }

    /// Everything that can be promised for what is needed, over a range of months.
    pub(crate) fn shape(&self, needs: &Needs, months: &Range<usize>, ready: &mut Ready) -> Shape {
        let cohort_months = self.cohort.months().get(months.clone()).unwrap_or(&[]);
        let mut shape = Shape {
            slots: u8::try_from(self.group.slots).unwrap_or(u8::MAX),
            kinds: [cohort_months.iter().any(|m| m.1), cohort_months.iter().any(|m| !m.1)],
            always_there: self.group.situations.as_ref().is_some_and(|s| s.cells().iter().all(|n| *n > 0)),
            recurrence_bits: 36,
            ..Shape::default()
        };
        for source in &needs.sources {
            self.describe(source, months, ready, &mut shape);
        }
        if self.weights.is_some()
            && let Some(promise) = self.promise(&Source::Weight, months, ready)
        {
            shape.sources.insert(Source::Weight, promise);
        }
        for id in &needs.scales {
            let versions = self.environment.parameters.bracket(*id).map_or(&[][..], |b| &b.versions);
            let count = versions.iter().map(|v| v.brackets.len()).max().unwrap_or(0);
            let count = u32::try_from(count).unwrap_or(0);
            shape.scales.insert(*id, (count, self.months(months).all(|m| self.in_force(*id, m))));
            for k in 0..count {
                for source in [Source::Bound(*id, k), Source::Rate(*id, k)] {
                    self.describe(&source, months, ready, &mut shape);
                }
            }
        }
        for id in &needs.formulas {
            let written = self.written(*id);
            if !written.is_empty() {
                shape.written.insert(*id, written.into_iter().collect());
            }
        }
        for (rubrique, cells) in &self.group.observed {
            if !needs.sources.contains(&Source::Paid(rubrique.clone())) {
                continue;
            }
            for (k, (_, constate)) in self.cohort.months().iter().enumerate() {
                if months.contains(&k) && cells.get(k).is_some_and(|c| !c.is_empty()) {
                    let [paid, others] = &mut shape.paid;
                    (if *constate { paid } else { others }).insert(rubrique.clone());
                }
            }
        }
        shape
    }

    /// Puts a source among those promised, or those beyond promises; the data may not have it at all.
    fn describe(&self, source: &Source, months: &Range<usize>, ready: &mut Ready, shape: &mut Shape) {
        let promise = match source {
            Source::Column(_) | Source::Paid(_) | Source::LastPaid(_) => match ready.columns.get(source) {
                Some(known) => known.clone(),
                None => {
                    let promise = self.promise(source, months, ready);
                    ready.columns.insert(source.clone(), promise.clone());
                    promise
                }
            },
            _ => self.promise(source, months, ready),
        };
        match promise {
            Some(promise) => drop(shape.sources.insert(source.clone(), promise)),
            None if self.has(source) => {
                shape.beyond.insert(source.clone());
            }
            None => {}
        }
    }

    /// Do the data have the source? What does not come from rows always exists.
    fn has(&self, source: &Source) -> bool {
        match source {
            Source::Column(id) => self.group.numbers.get(id.index()).is_some_and(Option::is_some),
            Source::Paid(rubrique) => self.group.observed.contains_key(rubrique),
            Source::LastPaid(rubrique) => self.group.last_paid.contains_key(rubrique),
            Source::Supplied(id) => self.group.supplied.values().any(|s| s.contains_key(id)),
            _ => true,
        }
    }

    fn promise(&self, source: &Source, months: &Range<usize>, ready: &mut Ready) -> Option<Promise> {
        match source {
            Source::Column(id) => {
                let numbers = self.group.numbers.get(id.index())?.as_ref()?;
                let mut promise = bounded(numbers.cells.cells().iter().copied())?;
                promise.denominator = numbers.denominator;
                promise.by_row = true;
                Some(Promise { missing: promise.not_applicable, not_applicable: false, ..promise })
            }
            Source::Paid(rubrique) => {
                let cells = self.group.observed.get(rubrique)?;
                let promise = bounded(cells.iter().flatten().copied())?;
                Some(Promise { denominator: 100, not_applicable: true, by_row: true, ..promise })
            }
            Source::LastPaid(rubrique) => {
                let promise = bounded(self.group.last_paid.get(rubrique)?.iter().copied())?;
                Some(Promise { denominator: 100, not_applicable: true, by_row: true, ..promise })
            }
            Source::Supplied(id) => {
                let values: Vec<Found> = self.group.supplied.values().filter_map(|s| s.get(id)).cloned().map(Found::Number).collect();
                if values.is_empty() {
                    return None;
                }
                Some(Promise { by_row: true, ..promised(values.iter())? })
            }
            Source::Part(id) => {
                let values: Vec<Found> = self
                    .months(months)
                    .flat_map(|m| self.group.agents.iter().map(move |a| (m, *a)))
                    .filter_map(|(m, a)| Some(self.environment.levels.part(*id, m, self.cohort.matricule(a as usize)?).into()))
                    .collect();
                let promise = promised(values.iter())?;
                Some(Promise { not_applicable: true, by_row: true, ..promise }).filter(|p| p.divisors.is_none())
            }
            Source::Weight => {
                let weights =
                    self.group.agents.iter().filter_map(|a| Some(i64::try_from(self.weights?.get(*a as usize)?.len()).unwrap_or(i64::MAX)));
                Some(Promise { by_row: true, ..bounded(weights)? })
            }
            Source::Parameter(id) if self.by_row(*id) => {
                let partition = ready.classes.of_parameters(self, &[*id]);
                let values = ready.tables.of(self, source, months, Some(&partition));
                Some(Promise { by_row: true, ..values.promise()? })
            }
            Source::Aggregate(_) | Source::Level(..) => {
                let partition = self.level_of(source).map(|a| ready.classes.of_attribute(self, a));
                let values = ready.tables.of(self, source, months, partition.as_ref());
                Some(Promise { by_row: partition.is_some(), ..values.promise()? })
            }
            Source::Parameter(_) | Source::Calendar(_) | Source::Bound(..) | Source::Rate(..) => {
                let values = ready.tables.of(self, source, months, None);
                values.promise().filter(|p| p.divisors.is_none())
            }
        }
    }

    /// The attribute whose code chooses the value of a level.
    pub(crate) fn level_of(&self, source: &Source) -> Option<cadrage_ir::AttributeId> {
        match source {
            Source::Aggregate(id) => self.program.aggregates.get(id.index())?.level,
            Source::Level(id, _) => match &self.program.formula(*id)?.grain {
                grain @ Grain::Level(_) => grain.attribute(),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Bounds of a column; sans objet stands for « some are absent ».
fn bounded(cells: impl Iterator<Item = i64>) -> Option<Promise> {
    let mut promise = Promise::nothing();
    for x in cells {
        if x == ABSENT {
            promise.not_applicable = true;
        } else {
            promise.bounds = promise.bounds.union(Bounds::only(x));
        }
    }
    (promise.bounds.magnitude() < WIDEST).then_some(promise)
}

/// What holds of all values: over one denominator when it is small, each over its own otherwise.
pub(crate) fn promised<'v>(values: impl Iterator<Item = &'v Found> + Clone) -> Option<Promise> {
    let mut promise = Promise::nothing();
    let mut common: Option<i64> = Some(1);
    for found in values.clone() {
        match found {
            Found::Number(x) => {
                let (n, d) = x.parts()?;
                common = common
                    .and_then(|c| least_common_multiple(c, d))
                    .filter(|c| *c <= LARGEST_DENOMINATOR && n.checked_mul(*c / d).is_some());
            }
            Found::NotApplicable => promise.not_applicable = true,
            Found::Missing => promise.missing = true,
            Found::NoValue => promise.no_value = true,
        }
    }
    if let Some(denominator) = common {
        promise.denominator = denominator;
        for found in values {
            if let Found::Number(x) = found {
                promise.bounds = promise.bounds.union(Bounds::only(over(x, denominator)?));
            }
        }
    } else {
        let mut divisors = Bounds::only(1);
        for found in values {
            if let Found::Number(x) = found {
                let (n, d) = x.parts()?;
                promise.bounds = promise.bounds.union(Bounds::only(n));
                divisors = divisors.union(Bounds::only(d));
            }
        }
        promise.divisors = Some(divisors);
    }
    (promise.bounds.magnitude() < WIDEST).then_some(promise)
}

/// The numerator over a multiple of the value's own denominator.
pub(crate) fn over(x: &Exact, denominator: i64) -> Option<i64> {
    let (n, d) = x.parts()?;
    if denominator % d == 0 { n.checked_mul(denominator / d) } else { None }
}

/// What parameters may become in a variant without new code: once and a half their bounds, and their written decimals.
pub(crate) fn with_room(shape: &Shape, program: &Program) -> Shape {
    let mut out = shape.clone();
    let mut widened: BTreeMap<Source, Promise> = BTreeMap::new();
    for (source, promise) in &out.sources {
        if !matches!(source, Source::Parameter(_) | Source::Rate(..) | Source::Bound(..)) || promise.divisors.is_some() {
            continue;
        }
        let mut p = promise.clone();
        // Whole numbers (an échelon, a number of points) stay whole.
        if p.denominator > 1
            && let Source::Parameter(id) = source
            && let Some(declared) = program.parameter(*id)
        {
            // A value written with one decimal more stays over the same denominator.
            let step = 10_i64.checked_pow(declared.precision.unwrap_or(0));
            let unit = declared.written.1.denominator();
            let finer = step.zip(unit).and_then(|(s, u)| least_common_multiple(p.denominator, s.checked_mul(u)?));
            if let Some(finer) = finer.filter(|f| *f <= 100 * p.denominator && *f <= LARGEST_DENOMINATOR) {
                let factor = i128::from(finer / p.denominator);
                p.bounds = Bounds { low: p.bounds.low * factor, high: p.bounds.high * factor };
                p.denominator = finer;
            }
        }
        p.bounds = Bounds { low: p.bounds.low + p.bounds.low.min(0) / 2, high: p.bounds.high + p.bounds.high.max(0) / 2 };
        if p.bounds.magnitude() < WIDEST {
            widened.insert(source.clone(), p);
        }
    }
    out.sources.extend(widened);
    out
}

#[cfg(test)]
mod tests {
    use cadrage_ir::{BracketId, ColumnId, Parameter, Unit};
    use cadrage_source::{FileId, Span};

    use super::*;

    /// A program with one constant, written in units of so much, with so many decimals.
    fn program(unit: &str, precision: Option<u32>) -> Program {
        let unit: Exact = unit.parse().expect("unit");
        let parameter = Parameter {
            name: "taux".into(),
            label: "taux".into(),
            unit: Unit::pure(),
            written: (String::new(), unit),
            hypothesis: false,
            cases: Vec::new(),
            within_month: cadrage_ir::WithinMonth::FirstDay,
            bounds: None,
            verified: None,
            precision,
            span: Span::new(FileId(0), 0, 0),
        };
        Program { parameters: vec![parameter], ..Program::default() }
    }

    fn shape(source: Source, denominator: i64, low: i128, high: i128) -> Shape {
        let promise = Promise { denominator, bounds: Bounds { low, high }, ..Promise::nothing() };
        Shape { sources: [(source, promise)].into(), ..Shape::default() }
    }

    fn roomy(shape: &Shape, program: &Program) -> (i64, i128, i128) {
        let out = with_room(shape, program);
        assert!(out.covers(shape), "{out:?}");
        let promise = out.sources.values().next().expect("source");
        (promise.denominator, promise.bounds.low, promise.bounds.high)
    }

    fn parameter() -> Source {
        Source::Parameter(ParameterId::at(0))
    }

    #[test]
    fn constants_have_half_as_much_again() {
        assert_eq!(roomy(&shape(parameter(), 1, -10, 100), &program("1", None)), (1, -15, 150));
        assert_eq!(roomy(&shape(Source::Rate(BracketId::at(0), 0), 100, 0, 40), &program("1", None)), (100, 0, 60));
    }

    #[test]
    fn a_constant_keeps_the_decimals_it_may_be_written_with() {
        // 12,5 % over 1 000: two decimals of a percent need 10 000.
        assert_eq!(roomy(&shape(parameter(), 1_000, 125, 125), &program("1/100", Some(2))), (10_000, 1_250, 1_875));
        // A whole number stays whole.
        assert_eq!(roomy(&shape(parameter(), 1, 6, 6), &program("1", Some(2))), (1, 6, 9));
        // Far more decimals than are in use would leave no room for anything else.
        assert_eq!(roomy(&shape(parameter(), 2, 1, 1), &program("1", Some(9))), (2, 1, 1));
    }

    #[test]
    fn what_comes_from_rows_has_no_more_than_it_has() {
        assert_eq!(roomy(&shape(Source::Column(ColumnId::at(0)), 100, 0, 1_000), &program("1", None)), (100, 0, 1_000));
        let limit = i128::from(i64::MAX) * 3 / 4;
        assert_eq!(roomy(&shape(parameter(), 1, 0, limit.min(WIDEST - 1)), &program("1", None)).2, limit.min(WIDEST - 1));
    }
}
