//! A kind of month cut into functions of a few tens of formulas, in two stages: what is kept for the months after, then values.
//!
//! The first stage runs on all rows every month. The second reads what the first kept in its columns, and nothing else of it, so its values
//! are those of the month before wherever the columns it reads are: the runner gives it the rows that moved (README.md, "Rows that stand
//! still").

use std::collections::BTreeMap;

use crate::graph::{Graph, Lane, LaneOp, MaskOp, Node};
use crate::layout::{Form, Layout};
use crate::number::{Number, Tags};
use crate::piece::{Left, Piece, Store, needed, of_month, stores};
use crate::sketch::MonthSketch;

/// Operations of a function, about. Longer ones would take longer to compile, and to run: the processor looks only some hundreds of
/// operations ahead, so the end of a long chain for two rows must be over before the next two rows begin (README.md, "Short loops").
const PIECE: usize = 90;

/// The functions of a kind of month.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces {
    /// On all rows, every month.
    pub carrying: Vec<Piece>,
    /// On pairs of rows from a list. Empty when what is kept is nearly everything: the first stage does it all.
    pub valuing: Vec<Piece>,
}

impl Pieces {
    /// How many functions.
    pub(crate) fn count(&self) -> usize {
        self.carrying.len() + self.valuing.len()
    }
}

/// Cuts a kind of month; columns that functions leave to each other are added to the layout.
pub(crate) fn pieces(month: &MonthSketch, kind: usize, layout: &mut Layout) -> Pieces {
    let g = &month.graph;
    let mut values = Piece { flagged: month.faulty.iter().map(|m| m.0).collect(), picked: true, ..Piece::default() };
    for (k, (number, written)) in month.roots.iter().zip(layout.outputs.get(kind).into_iter().flatten()).enumerate() {
        values.outputs.extend(stores(number.numerator.0, number.divisor.map(|d| d.0), tags(number.tags), written, false));
        if written.numerator.is_none() {
            values.sums.push((number.numerator.0, k));
        }
    }
    let mut kept = Piece { flagged: month.outgrown.iter().map(|m| m.0).collect(), ..Piece::default() };
    for (value, written) in month.kept.iter().zip(&layout.kept) {
        kept.outputs.extend(stores(value.numerator.0, None, tags(value.tags), written, true));
    }
    if kept.outputs.is_empty() {
        values.flagged.append(&mut kept.flagged);
        return Pieces { carrying: Vec::new(), valuing: cut(month, values, layout) };
    }
    let of_month = of_month(g);
    let held = kept.outputs.iter().filter(|s| worth_keeping(g, s.node) && !of_month.contains(&s.node));
    let loaded: BTreeMap<u32, (Left, Form)> = held.map(|s| (s.node, (Left::Kept(s.column), s.form.unwrap_or(Form::Whole)))).collect();
    let apart = Piece { loaded, ..values.clone() };
    let mut together = kept.clone();
    together.outputs.splice(0..0, values.outputs);
    together.sums = values.sums;
    together.flagged.append(&mut values.flagged);
    // What both stages would compute is computed twice on rows that move, and once more on all in the first month.
    if 4 * (needed(g, &kept).len() + needed(g, &apart).len()) <= 5 * needed(g, &together).len() {
        Pieces { carrying: cut(month, kept, layout), valuing: cut(month, apart, layout) }
    } else {
        Pieces { carrying: cut(month, together, layout), valuing: Vec::new() }
    }
}

/// Cuts what a function would compute into several, called one after the other.
fn cut(month: &MonthSketch, whole: Piece, layout: &mut Layout) -> Vec<Piece> {
    let g = &month.graph;
    let all = needed(g, &whole);
    if all.len() <= 3 * PIECE / 2 {
        return if all.is_empty() { Vec::new() } else { vec![whole] };
    }
    let of_month = of_month(g);
    let (owner, groups) = owners(month, &all);
    let Piece { outputs, sums, flagged, loaded, picked } = whole;
    let mut pieces: Vec<Piece> = vec![Piece { picked, ..Piece::default() }; groups];
    for store in outputs {
        let place = owner.get(&store.node).copied().unwrap_or(groups - 1);
        if let Some(piece) = pieces.get_mut(place) {
            piece.outputs.push(store);
        }
    }
    if let Some(piece) = pieces.last_mut() {
        piece.flagged = flagged;
        piece.sums = sums;
    }
    // From the last to the first: what a function loads, an earlier one stores.
    let mut columns: BTreeMap<u32, usize> = BTreeMap::new();
    for k in (0..groups).rev() {
        let passed = |node: u32, place: usize| place < k && worth_keeping(g, node) && !of_month.contains(&node);
        let passed =
            owner.iter().filter(|(node, place)| passed(**node, **place)).map(|(node, _)| (*node, (Left::Scratch(0), form(g, *node))));
        let mut candidates: BTreeMap<u32, (Left, Form)> = passed.collect();
        candidates.extend(loaded.iter().map(|(node, left)| (*node, *left)));
        let Some(piece) = pieces.get_mut(k) else { continue };
        piece.loaded = candidates;
        let used = needed(g, piece);
        piece.loaded.retain(|node, _| used.binary_search(node).is_ok());
        let passed: Vec<u32> =
            piece.loaded.iter().filter(|(_, (left, _))| matches!(left, Left::Scratch(_))).map(|(node, _)| *node).collect();
        for node in passed {
            let known = columns.contains_key(&node);
            let column = *columns.entry(node).or_insert_with(|| {
                layout.scratch += 1;
                layout.scratch - 1
            });
            if let Some((left, _)) = pieces.get_mut(k).and_then(|p| p.loaded.get_mut(&node)) {
                *left = Left::Scratch(column);
            }
            if !known && let Some(piece) = owner.get(&node).and_then(|place| pieces.get_mut(*place)) {
                let is_mask = matches!(g.nodes().get(node as usize), Some(Node::Mask(_)));
                piece.outputs.push(Store { node, kept: false, column, form: (!is_mask).then(|| form(g, node)) });
            }
        }
    }
    pieces.retain(|p| !p.outputs.is_empty() || !p.sums.is_empty() || !p.flagged.is_empty());
    pieces
}

/// The function that each node belongs to, and how many there are: formulas in order, one more function as soon as one has enough operations
/// of its own.
fn owners(month: &MonthSketch, all: &[u32]) -> (BTreeMap<u32, usize>, usize) {
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
    (owner, group + 1)
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
