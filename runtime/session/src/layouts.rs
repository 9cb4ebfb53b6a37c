//! Checked interfaces of the scripts, as the loader reads through them.

use cadrage_cube::{BrokenLayout, Kind, Layout, LayoutCell, LayoutColumn, LayoutCut, LayoutFilter, LayoutOrigin, Layouts};
use cadrage_driver::{Interface, InterfaceCell, InterfaceColumn, InterfaceCut, InterfaceOrigin, World, interfaces};

/// The layouts that the scripts of a world declare.
pub(crate) fn layouts(world: &dyn World) -> Layouts {
    let (sound, broken) = interfaces(world);
    let broken = broken.into_iter().map(|b| BrokenLayout { name: b.name, disposition: b.disposition, why: b.why });
    Layouts::new(sound.into_iter().filter_map(layout).collect(), broken.collect())
}

fn layout(i: Interface) -> Option<Layout> {
    let filters = i.filters.into_iter().map(|f| LayoutFilter { keep: f.keep, cell: cell(f.cell), values: f.values });
    Some(Layout {
        kind: Kind::find(i.kind)?,
        name: i.name,
        disposition: i.disposition,
        file: i.file,
        encoding: i.encoding.map(str::to_owned),
        separator: i.separator,
        skip: i.skip,
        dates: i.dates,
        months: i.months,
        point: i.point,
        trailing_sign: i.trailing_sign,
        open: i.open,
        empty: i.empty,
        filters: filters.collect(),
        columns: i.columns.into_iter().map(column).collect(),
    })
}

fn column(c: InterfaceColumn) -> LayoutColumn {
    let origin = match c.origin {
        InterfaceOrigin::Cell(one) => LayoutOrigin::Cell(cell(one)),
        InterfaceOrigin::Ratio(a, b) => LayoutOrigin::Ratio(cell(a), cell(b)),
        InterfaceOrigin::Value(text) => LayoutOrigin::Value(text),
        InterfaceOrigin::LineNumber => LayoutOrigin::LineNumber,
        InterfaceOrigin::Month => LayoutOrigin::Month,
    };
    let cut = c.cut.map(|cut| match cut {
        InterfaceCut::Before(sign) => LayoutCut::Before(sign),
        InterfaceCut::After(sign) => LayoutCut::After(sign),
        InterfaceCut::Characters(from, to) => LayoutCut::Characters(position(from), position(to)),
    });
    LayoutColumn { name: c.name, origin, cut, last_day: c.last_day, mapping: c.mapping, fallback: c.fallback }
}

fn cell(c: InterfaceCell) -> LayoutCell {
    match c {
        InterfaceCell::Named(name) => LayoutCell::Named(name),
        InterfaceCell::At(from, to) => LayoutCell::At(position(from), position(to)),
    }
}

fn position(p: u32) -> usize {
    usize::try_from(p).unwrap_or(usize::MAX)
}
