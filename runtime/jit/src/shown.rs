//! The compiled form of a program as text, for data that nobody has yet (`cadrage montrer plan`, `cadrage montrer machine`).

use cadrage_codegen::{Answer, Cell, Layout, Mode, Root, Shape, Sketch, host, machine, summary};
use cadrage_ir::{FormulaId, Grain, Program};

/// All `par agent` formulas that are no detail of another, drawn together as a projection draws them.
fn drawn(program: &Program) -> (Sketch, Layout) {
    let wanted = |f: &cadrage_ir::Formula| f.grain == Grain::Agent && !f.hidden;
    let formulas: Vec<FormulaId> = program.order.iter().copied().filter(|id| program.formula(*id).is_some_and(wanted)).collect();
    let shape = Shape::supposed(program, &formulas);
    let roots: Vec<Root> = formulas.into_iter().map(|formula| Root { formula, slot: None, mode: Mode::Paid }).collect();
    let sketch = Sketch::of(program, &shape, &roots, Answer::Columns);
    let layout = Layout::of(&sketch, &shape, &|cell: &Cell| !matches!(cell, Cell::Kept { .. }), &|k| k);
    (sketch, layout)
}

/// How much of a program is compiled, and what is left to the interpreter with its reason.
#[must_use]
pub fn plan(program: &Program) -> String {
    let (sketch, layout) = drawn(program);
    summary(program, &sketch, &layout)
}

/// The machine code of a program, under the formulas it comes from.
///
/// # Errors
/// When there is no code for this machine.
pub fn listing(program: &Program) -> Result<String, String> {
    let (sketch, layout) = drawn(program);
    machine(program, &*host()?, &sketch, &layout)
}
