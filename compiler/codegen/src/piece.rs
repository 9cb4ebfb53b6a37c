//! What one function computes, and which operations that takes.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, LaneOp, MaskOp, Node};
use crate::layout::{Form, Written};

/// What one function computes: nodes to write, by column, and nodes that functions before it left in columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    pub outputs: Vec<Store>,
    /// Nodes summed by code, with their positions in a line of sums; constants too.
    pub sums: Vec<(u32, usize)>,
    /// Masks of the guard word.
    pub flagged: Vec<u32>,
    pub loaded: BTreeMap<u32, (Left, Form)>,
    /// Pairs of rows come from a list; all of them in order otherwise.
    pub picked: bool,
}

/// Where a node was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// In a scratch column, by a function before.
    Scratch(usize),
    /// In a column of what is kept this month.
    Kept(usize),
}

/// A node written for each row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Store {
    pub node: u32,
    pub kept: bool,
    pub column: usize,
    /// `None` = a mask.
    pub form: Option<Form>,
}

/// The columns of a value, each with its node.
pub(crate) fn stores(numerator: u32, divisor: Option<u32>, tags: [u32; 4], written: &Written, kept: bool) -> Vec<Store> {
    let number = written.numerator.map(|column| Store { node: numerator, kept, column, form: Some(written.form) });
    let divisor = divisor.zip(written.divisor).map(|(node, column)| Store { node, kept, column, form: Some(Form::Whole) });
    let tags = tags.into_iter().zip(written.tags).filter_map(|(node, column)| Some(Store { node, kept, column: column?, form: None }));
    number.into_iter().chain(divisor).chain(tags).collect()
}

/// The nodes a piece computes, operands first.
pub(crate) fn needed(g: &Graph, piece: &Piece) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    let outputs = piece.outputs.iter().map(|s| s.node);
    let mut pending: Vec<u32> = outputs.chain(piece.sums.iter().map(|s| s.0)).chain(piece.flagged.iter().copied()).collect();
    while let Some(id) = pending.pop() {
        if seen.insert(id)
            && !piece.loaded.contains_key(&id)
            && let Some(node) = g.nodes().get(id as usize)
        {
            pending.extend(node.operands());
        }
    }
    seen.into_iter().collect()
}

/// The nodes that are the same for all rows of a month.
pub(crate) fn of_month(g: &Graph) -> BTreeSet<u32> {
    let mut out = BTreeSet::new();
    for (k, node) in g.nodes().iter().enumerate() {
        let id = u32::try_from(k).unwrap_or(u32::MAX);
        let same = match node {
            Node::Lane(LaneOp::Cell(_)) | Node::Mask(MaskOp::Row(_) | MaskOp::Cell(_)) => false,
            Node::Lane(LaneOp::Lookup { class: Some(_), .. }) => false,
            node => node.operands().all(|o| out.contains(&o)),
        };
        if same {
            out.insert(id);
        }
    }
    out
}
