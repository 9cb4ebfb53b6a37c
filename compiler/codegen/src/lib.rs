//! From a program to machine code: formulas as whole-number graphs, then Cranelift functions over blocks of rows.
//!
//! Takes a [`cadrage_ir::Program`], which formulas are asked, and a [`Shape`]: what the runner promises of the data. Gives functions and
//! the list of what they read. Never allocates memory for code, never calls it: `runtime/jit` does.

mod bases;
mod brackets;
mod choices;
mod cut;
mod emit;
mod exact;
mod generate;
mod graph;
mod inputs;
mod layout;
mod listing;
mod month;
mod needs;
mod number;
mod piece;
mod readings;
mod shape;
mod signature;
mod sketch;
mod supposed;
mod translate;
mod watched;

pub use exact::{bits, whole};
pub use generate::{Functions, generate, host};
pub use graph::{Bounds, EXACT, Graph, Lane, LaneOp, Mask, MaskOp, Node, RoundBy, WIDEST};
pub use inputs::{
    Cell, CellId, Class, ClassId, Inputs, KeptId, Line, Part, Predicate, Scalar, ScalarId, SelectionId, Source, Table, TableId, When,
};
pub use layout::{BLOCK, BLOCKS_SUMMED, Form, Layout, STRIDE, Sums, Where, Written};
pub use listing::{machine, summary};
pub use month::{Kept, Memory, Mode};
pub use needs::Needs;
pub use number::{Condition, Number, Tags};
pub use shape::{Promise, Shape};
pub use signature::Frame;
pub use sketch::{Answer, KeptValue, MonthSketch, Root, Sketch, Valued};
pub use translate::Refusal;
pub use watched::Watched;
