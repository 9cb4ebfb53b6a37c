//! The compiled form of a program as text, for data that nobody has yet (`cadrage montrer plan`, `cadrage montrer machine`).

use std::collections::BTreeSet;

use cadrage_codegen::{Answer, Cell, Layout, Mode, Needs, Root, Shape, Sketch, Source, host, machine, summary};
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
    format!("{}{}", summary(program, &sketch, &layout), profile(program, &sketch))
}

/// What tells two agents apart in sums: those who are the same in it are computed once, when that halves the work at least.
fn profile(program: &Program, sketch: &Sketch) -> String {
    let needs = Needs::of(program, sketch.roots.iter().map(|r| r.formula), &|_| Vec::new());
    let paid = needs.sources.iter().any(|s| matches!(s, Source::LastPaid(_) | Source::Part(_)));
    if paid {
        return "profils : aucun, les formules lisent ce qui a été payé à chacun\n".to_owned();
    }
    let column = |id: &cadrage_ir::ColumnId| cadrage_ir::COLUMNS.get(id.index()).map(|c| c.name);
    let of_parameters = needs.sources.iter().filter_map(|s| match s {
        Source::Parameter(id) => program.parameter(*id),
        _ => None,
    });
    let boxes: Vec<_> = of_parameters.flat_map(|p| &p.cases).map(|c| &c.selection).collect();
    let columns = needs.sources.iter().filter_map(|s| if let Source::Column(id) = s { Some(id) } else { None });
    let columns = columns.chain(&needs.ranges).chain(boxes.iter().flat_map(|b| b.ranges.keys())).filter_map(column);
    let attributes = needs.attributes.iter().chain(boxes.iter().flat_map(|b| b.codes.keys()));
    let attributes = attributes.filter_map(|a| cadrage_ir::ATTRIBUTES.get(a.index())).map(|a| a.name);
    let names: BTreeSet<&str> = columns.chain(attributes).collect();
    let names: Vec<&str> = names.into_iter().collect();
    format!("profils (sommes sans détail par agent, quand ils sont deux fois moins que les agents) : {}\n", names.join(", "))
}

/// The machine code of a program, under the formulas it comes from.
///
/// # Errors
/// When there is no code for this machine.
pub fn listing(program: &Program) -> Result<String, String> {
    let (sketch, layout) = drawn(program);
    machine(program, &*host()?, &sketch, &layout)
}
