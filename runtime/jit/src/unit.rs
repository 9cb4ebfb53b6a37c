//! A set of formulas compiled for a shape of data.

use cadrage_codegen::{Answer, Cell, Layout, Root, Shape, Sketch, Watched, generate, host};
use cadrage_ir::Program;

use crate::machine::{Code, Stages};

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
    /// By kind of month: what its values are computed from.
    pub watched: [Watched; 2],
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
        let mut functions = [Stages::default(), Stages::default()];
        let mut watched = [Watched::default(), Watched::default()];
        for (kind, ((month, stages), watched)) in sketch.months.iter().zip(&mut functions).zip(&mut watched).enumerate() {
            if let Some(month) = month {
                let made = generate(&*isa, month, kind, &sketch, &mut layout);
                *watched = made.watched;
                *stages = Stages { carrying: made.carrying, valuing: made.valuing };
            }
        }
        let code = Code::new(isa, functions)?;
        Ok(Unit { roots: roots.to_vec(), answer, shape, sketch, layout, traits, watched, code })
    }
}
