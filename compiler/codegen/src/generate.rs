//! From a sketch to functions of a few tens of formulas each: register allocation in one long function costs more than it saves.

use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};

use crate::cut::pieces;
use crate::emit::function;
use crate::layout::Layout;
use crate::sketch::{MonthSketch, Sketch};
use crate::watched::Watched;

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

/// The functions of a kind of month, in the order they are called.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    /// What is kept for the months after, for all rows; and values too when `valuing` is empty.
    pub carrying: Vec<Function>,
    /// Values, for pairs of rows from a list: those for which something of `watched` moved.
    pub valuing: Vec<Function>,
    /// What `valuing` reads.
    pub watched: Watched,
}

/// Emits the functions of a kind of month; the scratch columns they leave to each other are added to the layout.
#[must_use]
pub fn generate(isa: &dyn TargetIsa, month: &MonthSketch, kind: usize, sketch: &Sketch, layout: &mut Layout) -> Functions {
    let pieces = pieces(month, kind, layout);
    let watched = Watched::of(&month.graph, &sketch.inputs, layout, &pieces.valuing);
    let emit = |pieces: &[crate::piece::Piece]| pieces.iter().map(|piece| function(isa, month, &sketch.inputs, layout, piece)).collect();
    Functions { carrying: emit(&pieces.carrying), valuing: emit(&pieces.valuing), watched }
}
