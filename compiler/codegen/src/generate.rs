//! From a sketch to functions of a few tens of formulas each: register allocation in one long function costs more than it saves.

use std::collections::BTreeMap;

use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};

use crate::emit::{Piece, Store, function, needed, of_month, stores};
use crate::graph::{Graph, Lane, LaneOp, MaskOp, Node};
use crate::layout::{Form, Layout};
use crate::number::{Number, Tags};
use crate::sketch::{MonthSketch, Sketch};

/// Operations of a function, about. Longer ones would take longer to compile, and to run: the processor looks only some hundreds of
/// operations ahead, so the end of a long chain for two rows must be over before the next two rows begin (README.md, "Short loops").
const PIECE: usize = 90;

/// The machine this program runs on.
///
/// # Errors
/// When Cranelift knows no code for it, in its words.
pub fn host() -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    let checked = if cfg!(debug_assertions) { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", "speed"),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        ("unwind_info", "false"),
        ("enable_verifier", checked),
        ("regalloc_algorithm", "backtracking"),
    ] {
        flags.set(name, value).map_err(|e| e.to_string())?;
    }
    let builder = cranelift_native::builder()?;
    builder.finish(settings::Flags::new(flags)).map_err(|e| e.to_string())
}

/// The functions of a kind of month, in the order they are called, and the scratch columns they leave to each other.
#[must_use]
pub fn generate(isa: &dyn TargetIsa, month: &MonthSketch, kind: usize, sketch: &Sketch, layout: &mut Layout) -> Vec<Function> {
    let pieces = pieces(month, kind, layout);
    pieces.iter().map(|piece| function(isa, month, &sketch.inputs, layout, piece)).collect()
}

/// What each function computes.
pub(crate) fn pieces(month: &MonthSketch, kind: usize, layout: &mut Layout) -> Vec<Piece> {
    let g = &month.graph;
    let mut targets: Vec<Store> = Vec::new();
    let mut sums: Vec<(u32, usize)> = Vec::new();
    for (k, (number, written)) in month.roots.iter().zip(layout.outputs.get(kind).into_iter().flatten()).enumerate() {
        targets.extend(stores(number.numerator.0, number.divisor.map(|d| d.0), tags(number.tags), written, false));
        if written.numerator.is_none() {
            sums.push((number.numerator.0, k));
        }
    }
    for (value, written) in month.kept.iter().zip(&layout.kept) {
        targets.extend(stores(value.numerator.0, None, tags(value.tags), written, true));
    }
    let whole = Piece { outputs: targets.clone(), sums: sums.clone(), flagged: month.flagged.map(|m| m.0), loaded: BTreeMap::new() };
    let all = needed(g, &whole);
    if all.len() <= 3 * PIECE / 2 {
        return vec![whole];
    }
    // Formulas in order, a group as soon as it has enough operations of its own.
    let mut owner: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut group, mut count, mut last) = (0, 0, 0);
    for valued in &month.formulas {
        let highest = nodes(&valued.value).max().unwrap_or(0);
        count += all.iter().filter(|n| **n > last && **n <= highest).count();
        last = last.max(highest);
        for node in nodes(&valued.value) {
            owner.entry(node).or_insert(group);
        }
        if count >= PIECE {
            (group, count) = (group + 1, 0);
        }
    }
    let of_month = of_month(g);
    let groups = group + 1;
    let mut pieces: Vec<Piece> = vec![Piece::default(); groups];
    for store in targets {
        let place = owner.get(&store.node).copied().unwrap_or(groups - 1);
        if let Some(piece) = pieces.get_mut(place) {
            piece.outputs.push(store);
        }
    }
    if let Some(piece) = pieces.last_mut() {
        piece.flagged = month.flagged.map(|m| m.0);
        piece.sums = sums;
    }
    // From the last to the first: what a function loads, an earlier one stores.
    let mut columns: BTreeMap<u32, usize> = BTreeMap::new();
    for k in (0..groups).rev() {
        let candidates: BTreeMap<u32, (usize, Form)> = owner
            .iter()
            .filter(|(node, place)| **place < k && worth_keeping(g, **node) && !of_month.contains(node))
            .map(|(node, _)| (*node, (0, form(g, *node))))
            .collect();
        let Some(piece) = pieces.get_mut(k) else { continue };
        piece.loaded = candidates;
        let used = needed(g, piece);
        piece.loaded.retain(|node, _| used.binary_search(node).is_ok());
        let loaded: Vec<u32> = piece.loaded.keys().copied().collect();
        for node in loaded {
            let known = columns.contains_key(&node);
            let column = *columns.entry(node).or_insert_with(|| {
                layout.scratch += 1;
                layout.scratch - 1
            });
            if let Some(slot) = pieces.get_mut(k).and_then(|p| p.loaded.get_mut(&node)) {
                slot.0 = column;
            }
            if !known && let Some(piece) = owner.get(&node).and_then(|place| pieces.get_mut(*place)) {
                let is_mask = matches!(g.nodes().get(node as usize), Some(Node::Mask(_)));
                piece.outputs.push(Store { node, kept: false, column, form: (!is_mask).then(|| form(g, node)) });
            }
        }
    }
    pieces.retain(|p| !p.outputs.is_empty() || !p.sums.is_empty() || p.flagged.is_some());
    pieces
}

fn tags(t: Tags) -> [u32; 4] {
    [t.not_applicable.0, t.missing.0, t.no_value.0, t.fault.0]
}

pub(crate) fn nodes(value: &Number) -> impl Iterator<Item = u32> {
    std::iter::once(value.numerator.0).chain(value.divisor.map(|d| d.0)).chain(tags(value.tags))
}

fn form(g: &Graph, node: u32) -> Form {
    match g.nodes().get(node as usize) {
        Some(Node::Lane(_)) => Form::of(g.bounds(Lane(node))),
        _ => Form::Whole,
    }
}

/// Is loading it cheaper than computing it again?
fn worth_keeping(g: &Graph, node: u32) -> bool {
    match g.nodes().get(node as usize) {
        Some(Node::Lane(op)) => !matches!(op, LaneOp::Constant(_) | LaneOp::Cell(_) | LaneOp::Scalar(_)),
        Some(Node::Mask(op)) => !matches!(op, MaskOp::Always(_) | MaskOp::Row(_) | MaskOp::Month(_) | MaskOp::Cell(_)),
        None => false,
    }
}
