//! A set of formulas compiled for a shape of data.

use cadrage_codegen::{Answer, Cell, Layout, Root, Shape, Sketch, generate, host};
use cadrage_ir::Program;

use crate::machine::Code;

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
    /// By cell: is it the same every month?
    pub steady: Vec<bool>,
    /// The machine code.
    pub code: Code,
}

impl Unit {
    /// Compiles; `steady` says which cells are the same every month.
    ///
    /// # Errors
    /// When there is no code for this machine.
    pub(crate) fn compile(
        program: &Program,
        shape: Shape,
        roots: &[Root],
        answer: Answer,
        steady: &mut dyn FnMut(&Sketch, &Cell) -> bool,
    ) -> Result<Unit, String> {
        let sketch = Sketch::of(program, &shape, roots, answer);
        let flags: Vec<bool> = sketch.inputs.cells.iter().map(|c| steady(&sketch, c)).collect();
        let of = |cell: &Cell| sketch.inputs.cells.iter().position(|c| c == cell).and_then(|k| flags.get(k).copied()).unwrap_or(false);
        let mut layout = Layout::of(&sketch, &shape, &of);
        let isa = host()?;
        let mut functions = [Vec::new(), Vec::new()];
        for (kind, (month, list)) in sketch.months.iter().zip(&mut functions).enumerate() {
            if let Some(month) = month {
                *list = generate(&*isa, month, kind, &sketch, &mut layout);
            }
        }
        let code = Code::new(isa, functions)?;
        Ok(Unit { roots: roots.to_vec(), answer, shape, sketch, layout, steady: flags, code })
    }
}
