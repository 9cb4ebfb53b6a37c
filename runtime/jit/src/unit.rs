//! A set of formulas compiled for a shape of data.

use cadrage_codegen::{Answer, Cell, Layout, Root, Shape, Sketch, generate, host};
use cadrage_ir::Program;

use crate::machine::Code;

/// What the data say of a column before it has a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellTraits {
    /// The same every month.
    pub steady: bool,
    /// The first cell that holds the same; itself when there is none.
    pub same: usize,
}

/// Compiled formulas, and all that says how to feed them.
pub(crate) struct Unit {
    /// What was asked.
    pub roots: Vec<Root>,
    /// And in which form.
    pub answer: Answer,
    /// What the data must be.
    pub shape: Shape,
    /// The graphs, and what they read.
    pub sketch: Sketch,
    /// Where things lie.
    pub layout: Layout,
    /// By cell: is it the same every month, and which first cell holds the same.
    pub traits: Vec<CellTraits>,
    /// The machine code.
    pub code: Code,
}

impl Unit {
    /// Compiles; `traits` says what the data know of the cells.
    ///
    /// # Errors
    /// When there is no code for this machine.
    pub(crate) fn compile(
        program: &Program,
        shape: Shape,
        roots: &[Root],
        answer: Answer,
        traits: &mut dyn FnMut(&Sketch) -> Vec<CellTraits>,
    ) -> Result<Unit, String> {
        let sketch = Sketch::of(program, &shape, roots, answer);
        let traits = traits(&sketch);
        let of = |cell: &Cell| sketch.inputs.cells.iter().position(|c| c == cell).and_then(|k| traits.get(k)).is_some_and(|t| t.steady);
        let same = |k: usize| traits.get(k).map_or(k, |t| t.same);
        let mut layout = Layout::of(&sketch, &shape, &of, &same);
        let isa = host()?;
        let mut functions = [Vec::new(), Vec::new()];
        for (kind, (month, list)) in sketch.months.iter().zip(&mut functions).enumerate() {
            if let Some(month) = month {
                *list = generate(&*isa, month, kind, &sketch, &mut layout);
            }
        }
        let code = Code::new(isa, functions)?;
        Ok(Unit { roots: roots.to_vec(), answer, shape, sketch, layout, traits, code })
    }
}
