//! What a month gives to all rows: values, and tables by class.

use std::ops::Range;
use std::sync::Arc;

use cadrage_codegen::{Class, Form, Inputs, Layout, Line, Part, Scalar, Shape, Table, bits};

use crate::classes::{Classes, Partition};
use crate::sources::{Found, Setting, over};
use crate::tables::Ready;

/// The scalars and tables of one month, as cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct MonthData {
    pub scalars: Vec<u64>,
    pub tables: Vec<u64>,
    /// Where each table ends.
    pub ends: Vec<usize>,
}

impl MonthData {
    /// The cells of a table.
    pub(crate) fn table(&self, position: usize) -> &[u64] {
        let start = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(position).and_then(|end| self.tables.get(start..*end)).unwrap_or(&[])
    }
}

/// A value does not fit what was promised: a defect, the interpreter answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// A whole number in its form.
pub(crate) fn cell(x: i64, form: Form) -> u64 {
    match form {
        Form::Floating => bits(x),
        Form::Whole => x.cast_unsigned(),
    }
}

/// Fills a month of a cohort, by its position.
pub(crate) fn month_data(
    setting: &Setting<'_>,
    inputs: &Inputs,
    layout: &Layout,
    shape: &Shape,
    ready: &mut Ready,
    months: &Range<usize>,
    position: usize,
) -> Result<MonthData, Broken> {
    let Some((month, _)) = setting.cohort.months().get(position).copied() else { return Err(Broken) };
    let mut out = MonthData::default();
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for table in &inputs.tables {
        let partition = table.class.and_then(|c| inputs.classes.get(c.index())).map(|c| partition(setting, &mut ready.classes, c));
        let count = partition.as_deref().map_or(1, Partition::count);
        starts.push((out.tables.len(), count));
        fill(setting, table, shape, partition.as_ref(), ready, (months, position), &mut out.tables)?;
        out.ends.push(out.tables.len());
    }
    // Never empty: the code has an address to start from.
    out.tables.push(0);
    for (k, scalar) in inputs.scalars.iter().enumerate() {
        let form = layout.scalar_forms.get(k).copied().unwrap_or(Form::Whole);
        let x = match scalar {
            Scalar::Number(source) => {
                let denominator = shape.sources.get(source).map_or(1, |p| p.denominator);
                match ready.tables.of(setting, source, months, None).get(position, 0) {
                    Found::Number(x) => over(x, denominator).ok_or(Broken)?,
                    _ => 0,
                }
            }
            Scalar::Known(source) => i64::from(matches!(ready.tables.of(setting, source, months, None).get(position, 0), Found::Number(_))),
            Scalar::MonthNumber => i64::from(month.number()),
            Scalar::Year => i64::from(month.year()),
            Scalar::Open(id, k) => i64::from(setting.open(*id, *k, month)),
            Scalar::InForce(id) => i64::from(setting.in_force(*id, month)),
            Scalar::January => i64::from(month.number() == 1),
            Scalar::HasBefore(n) => i64::from(position >= usize::from(*n)),
            Scalar::Written(id, other) => i64::from(setting.environment.parameters.formula_in(*id, month) == *other),
            Scalar::Start(table) => starts.get(table.index()).map_or(0, |s| i64::try_from(8 * s.0).unwrap_or(0)),
            Scalar::Width(table) => starts.get(table.index()).map_or(0, |s| i64::try_from(8 * s.1).unwrap_or(0)),
        };
        out.scalars.push(cell(x, form));
    }
    Ok(out)
}

/// The partition a class stands for.
pub(crate) fn partition(setting: &Setting<'_>, classes: &mut Classes, class: &Class) -> Arc<Partition> {
    match class {
        Class::Parameters(list) => classes.of_parameters(setting, list),
        Class::Attribute(attribute) => classes.of_attribute(setting, *attribute),
        Class::Everyone => classes.everyone(setting),
    }
}

fn fill(
    setting: &Setting<'_>,
    table: &Table,
    shape: &Shape,
    partition: Option<&Arc<Partition>>,
    ready: &mut Ready,
    (months, position): (&Range<usize>, usize),
    out: &mut Vec<u64>,
) -> Result<(), Broken> {
    let form = if table.floating { Form::Floating } else { Form::Whole };
    for line in &table.lines {
        let (values, literal) = match line {
            Line::Source(source) => (Some(ready.tables.of(setting, source, months, partition)), Found::Missing),
            Line::Literal(x) => (None, Found::Number(x.clone())),
        };
        // When values have each their own denominator, the fixed one is 1.
        let own = match line {
            Line::Source(source) => shape.sources.get(source).is_some_and(|p| p.divisors.is_some()),
            Line::Literal(_) => false,
        };
        for class in 0..partition.map_or(1, |p| p.count()) {
            if partition.is_some_and(|p| !p.is_met(class)) {
                out.push(cell(i64::from(table.part == Part::Divisor), form));
                continue;
            }
            let found = values.as_ref().map_or(&literal, |v| v.get(position, class));
            let x = match (found, table.part) {
                (Found::Number(x), Part::Numerator) if own => x.parts().ok_or(Broken)?.0,
                (Found::Number(x), Part::Divisor) if own => x.parts().ok_or(Broken)?.1,
                (Found::Number(x), Part::Numerator) => over(x, table.denominator).ok_or(Broken)?,
                (_, Part::Divisor) => 1,
                (Found::NotApplicable, Part::NotApplicable) | (Found::Missing, Part::Missing) | (Found::NoValue, Part::NoValue) => 1,
                _ => 0,
            };
            out.push(cell(x, form));
        }
    }
    Ok(())
}
