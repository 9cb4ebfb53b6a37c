//! The samples of the reference design read whole; mistakes give one located complaint; what is printed reads the same.

mod faults;
mod formatting;
mod laws;
mod mistakes;
mod questions;
mod samples;

use cadrage_source::{Code, SourceMap};

use crate::{normalise, parse};

/// Files that read without complaint. The first three are §3 of the reference design, then its §6, then the first cut.
const SAMPLES: [(&str, &str); 6] = [
    ("établissement", include_str!("../../samples/etablissement.cadrage")),
    ("national", include_str!("../../samples/national.cadrage")),
    ("et-si", include_str!("../../samples/et-si.cadrage")),
    ("autres", include_str!("../../samples/autres.cadrage")),
    ("socle", include_str!("../../samples/socle.cadrage")),
    ("phrases", include_str!("../../samples/phrases.cadrage")),
];

/// Code and line of each complaint.
fn codes(text: &str) -> Vec<(Code, usize)> {
    let text = normalise(text);
    let mut map = SourceMap::new();
    let id = map.add("t", text.clone());
    let (_, diagnostics) = parse(id, &text);
    diagnostics.iter().map(|d| (d.code, map.get(id).unwrap().position(d.labels[0].span.start as usize).line)).collect()
}

/// The tree without its spans.
fn shape(tree: &impl std::fmt::Debug) -> String {
    let mut out = String::new();
    let debug = format!("{tree:?}");
    let mut rest = debug.as_str();
    while let Some((before, after)) = rest.split_once("Span { file: FileId(") {
        out.push_str(before);
        rest = after.split_once('}').map_or("", |(_, r)| r);
    }
    out + rest
}
