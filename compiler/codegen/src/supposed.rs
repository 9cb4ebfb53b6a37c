//! The shape of data that nobody has yet: what usual columns hold, for looking at code without an institution.

use std::collections::BTreeSet;

use cadrage_ir::{FormulaId, Program};
use cadrage_value::{Exact, least_common_multiple};

use crate::graph::Bounds;
use crate::inputs::Source;
use crate::needs::Needs;
use crate::shape::{Promise, Shape};

impl Shape {
    /// One situation a month, columns as wide as an institution's, and the program's own constants at all their dates.
    #[must_use]
    pub fn supposed(program: &Program, roots: &[FormulaId]) -> Shape {
        let needs = Needs::of(program, roots.iter().copied(), &|_| Vec::new());
        let mut shape = Shape { slots: 1, kinds: [true, true], recurrence_bits: 36, ..Shape::default() };
        for source in &needs.sources {
            if let Some(promise) = promise(program, source) {
                shape.sources.insert(source.clone(), promise);
            }
        }
        for id in &needs.scales {
            let versions = program.brackets.get(id.index()).map_or(&[][..], |b| &b.versions);
            let count = u32::try_from(versions.iter().map(|v| v.brackets.len()).max().unwrap_or(0)).unwrap_or(0);
            shape.scales.insert(*id, (count, false));
            for k in 0..count {
                let brackets = || versions.iter().filter_map(move |v| v.brackets.get(k as usize));
                shape.sources.insert(Source::Bound(*id, k), of_values(brackets().filter_map(|b| b.0.as_ref())));
                shape.sources.insert(Source::Rate(*id, k), of_values(brackets().map(|b| &b.1)));
            }
        }
        shape.paid = [program.elements.iter().map(|e| e.rubrique.clone()).collect(), BTreeSet::new()];
        shape
    }
}

fn promise(program: &Program, source: &Source) -> Option<Promise> {
    let within = |denominator: i64, low: i64, high: i64| Promise {
        denominator,
        bounds: Bounds::between(low, high),
        by_row: true,
        ..Promise::nothing()
    };
    Some(match source {
        // Indices, points and months are below ten thousand, days of dates below a hundred thousand, children below a hundred; presence is in
        // thirtieths, fractions of a time in sevenths, tenths, thirtieths and hundredths.
        Source::Column(id) => {
            let spec = cadrage_ir::COLUMNS.get(id.index())?;
            match (spec.whole, spec.dimension) {
                (true, _) if spec.date => within(1, -100_000, 100_000),
                (true, Some(_)) => within(1, 0, 10_000),
                (true, None) => within(1, 0, 100),
                (false, Some(cadrage_ir::Dimension::Euro)) => within(100, -100_000_000, 100_000_000),
                (false, Some(cadrage_ir::Dimension::Month)) => within(30, 0, 60),
                (false, _) => within(2100, 0, 4200),
            }
        }
        Source::Parameter(id) => {
            let parameter = program.parameter(*id)?;
            let by_row = parameter.cases.iter().any(|c| !c.selection.is_all());
            let since_ever = parameter.cases.iter().any(|c| c.selection.is_all() && c.timeline.iter().any(|d| d.from.is_none()));
            let values = parameter.cases.iter().flat_map(|c| &c.timeline).map(|d| &d.value);
            Promise { by_row, no_value: !since_ever, ..of_values(values) }
        }
        Source::Calendar(id) => of_values(program.calendars.get(id.index())?.shares.iter()),
        Source::Aggregate(_) | Source::Level(..) => Promise { missing: true, ..within(100, -1_000_000_000_000, 1_000_000_000_000) },
        Source::Paid(_) | Source::LastPaid(_) | Source::Part(_) => {
            Promise { not_applicable: true, ..within(100, -100_000_000, 100_000_000) }
        }
        Source::Bound(..) | Source::Rate(..) | Source::Supplied(_) | Source::Weight => return None,
    })
}

fn of_values<'v>(values: impl Iterator<Item = &'v Exact> + Clone) -> Promise {
    let parts = || values.clone().filter_map(Exact::parts);
    let denominator = parts().fold(1, |d, (_, own)| least_common_multiple(d, own).unwrap_or(d));
    let numerators = parts().filter(|(_, d)| denominator % d == 0).filter_map(|(n, d)| n.checked_mul(denominator / d));
    let bounds = numerators.fold(Bounds { low: 0, high: 0 }, |b, n| b.union(Bounds::only(n)));
    Promise { denominator, bounds, ..Promise::nothing() }
}
