//! What the values of a month are computed from: where it stands still, they do.

use std::collections::BTreeSet;

use crate::graph::{Graph, LaneOp, MaskOp, Node};
use crate::inputs::{CellId, Inputs, Scalar};
use crate::layout::{Layout, Where};
use crate::piece::{Left, Piece, needed};

/// What values are computed from, besides columns that are the same every month: where all of this is as it was the month before, so are
/// they.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Columns of the month.
    pub monthly: BTreeSet<usize>,
    /// Columns of what is kept this month.
    pub kept: BTreeSet<usize>,
    /// Columns of what was kept so many months before.
    pub before: BTreeSet<(u8, usize)>,
    /// Positions of values of the month.
    pub scalars: BTreeSet<usize>,
    /// Positions of tables of the month.
    pub tables: BTreeSet<usize>,
}

impl Watched {
    /// What some functions read.
    pub(crate) fn of(g: &Graph, inputs: &Inputs, layout: &Layout, pieces: &[Piece]) -> Watched {
        let mut out = Watched::default();
        for piece in pieces {
            for id in needed(g, piece) {
                match piece.loaded.get(&id) {
                    Some((Left::Kept(column), _)) => {
                        out.kept.insert(*column);
                    }
                    // An earlier function of the same list left it.
                    Some((Left::Scratch(_), _)) => {}
                    None => out.node(g, inputs, layout, id),
                }
            }
            if !piece.sums.is_empty() {
                out.cells(layout, layout.sums.as_ref().map(|s| s.code));
            }
        }
        out
    }

    fn node(&mut self, g: &Graph, inputs: &Inputs, layout: &Layout, id: u32) {
        match g.nodes().get(id as usize) {
            Some(Node::Lane(LaneOp::Cell(cell)) | Node::Mask(MaskOp::Cell(cell))) => self.cells(layout, Some(*cell)),
            Some(Node::Mask(MaskOp::Row(predicate))) => self.cells(layout, inputs.fact(predicate).map(|(cell, _)| cell)),
            Some(Node::Lane(LaneOp::Scalar(scalar)) | Node::Mask(MaskOp::Month(scalar))) => {
                self.scalars.insert(scalar.index());
            }
            Some(Node::Lane(LaneOp::Lookup { table, class, .. })) => {
                let places = [Scalar::Start(*table), Scalar::Width(*table)];
                self.scalars.extend(places.iter().filter_map(|s| inputs.known_scalar(s)).map(crate::inputs::ScalarId::index));
                self.tables.insert(table.index());
                self.cells(layout, *class);
            }
            _ => {}
        }
    }

    fn cells(&mut self, layout: &Layout, cell: Option<CellId>) {
        match cell.map(|c| layout.place(c)) {
            Some(Where::Monthly(column)) => {
                self.monthly.insert(column);
            }
            Some(Where::Kept { column, before }) => {
                self.before.insert((before, column));
            }
            Some(Where::Steady(_)) | None => {}
        }
    }
}
