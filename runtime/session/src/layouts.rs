//! Checked interfaces of the scripts, as the loader reads through them.

use cadrage_cube::{BrokenLayout, Kind, Layout, Layouts};
use cadrage_driver::{Interface, World, interfaces};

/// The layouts that the scripts of a world declare.
pub(crate) fn layouts(world: &dyn World) -> Layouts {
    let (sound, broken) = interfaces(world);
    let broken = broken.into_iter().map(|b| BrokenLayout { name: b.name, disposition: b.disposition, why: b.why });
    Layouts::new(sound.into_iter().filter_map(layout).collect(), broken.collect())
}

fn layout(i: Interface) -> Option<Layout> {
    Some(Layout {
        kind: Kind::find(i.kind)?,
        name: i.name,
        disposition: i.disposition,
        file: i.file,
        encoding: i.encoding.map(str::to_owned),
        separator: i.separator,
        headless: i.headless,
        skip: i.skip,
        dates: i.dates,
        months: i.months,
        point: i.point,
        trailing_sign: i.trailing_sign,
        open: i.open,
        empty: i.empty,
        filters: i.filters,
        columns: i.columns,
    })
}
