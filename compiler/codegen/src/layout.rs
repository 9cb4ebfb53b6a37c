//! Where everything lies in memory: the runner fills and reads by it, the code has its offsets as constants.

use crate::graph::{Bounds, EXACT};
use crate::inputs::{Cell, CellId, Part, Scalar, ScalarId, Source};
use crate::month::Memory;
use crate::shape::Shape;
use crate::sketch::Sketch;

/// Rows of a block.
pub const BLOCK: usize = 2048;
/// Rows from one column to the next: never a multiple of 4 KiB, which would cost five times (kernels.md §3.7).
pub const STRIDE: usize = BLOCK + 40;

/// How a number lies in its eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A whole number in floating point: |n| < 2^51, exact.
    Floating,
    /// A 64-bit integer.
    Whole,
}

impl Form {
    /// The form of numbers within bounds.
    #[must_use]
    pub fn of(bounds: Bounds) -> Form {
        if bounds.magnitude() <= EXACT { Form::Floating } else { Form::Whole }
    }
}

/// Where a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Among the columns that are the same every month of a block.
    Steady(usize),
    /// Among the columns of the month.
    Monthly(usize),
    /// Among what was kept some months before.
    Kept {
        /// The column.
        column: usize,
        /// 1 or 12.
        before: u8,
    },
}

/// The columns of a value written for each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The numerator.
    pub numerator: usize,
    /// Its form.
    pub form: Form,
    /// The divisor, always whole.
    pub divisor: Option<usize>,
    /// All ones where sans objet, manquant, no value, other fault.
    pub tags: [Option<usize>; 4],
}

/// Where everything lies.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// By [`CellId`].
    pub cells: Vec<Where>,
    /// By [`CellId`]; classes and facts are whole.
    pub forms: Vec<Form>,
    /// How many columns are the same every month.
    pub steady: usize,
    /// How many move.
    pub monthly: usize,
    /// By [`crate::KeptId`].
    pub kept: Vec<Written>,
    /// How many columns are kept each month.
    pub kept_columns: usize,
    /// Values asked, by kind of month then root.
    pub outputs: [Vec<Written>; 2],
    /// Columns of outputs and of what one function leaves to the next.
    pub scratch: usize,
    /// How far back kept columns are read: 0, 1 or 12 months.
    pub reach: u8,
    /// By [`ScalarId`].
    pub scalar_forms: Vec<Form>,
}

impl Layout {
    /// The layout of a sketch; `steady` says of each cell whether it is the same every month.
    #[must_use]
    pub fn of(sketch: &Sketch, shape: &Shape, steady: &dyn Fn(&Cell) -> bool) -> Layout {
        let mut out = Layout::default();
        for memory in &sketch.memories {
            let written = kept(memory, &mut out.kept_columns);
            out.kept.push(written);
            out.reach = out.reach.max(memory.reach);
        }
        for cell in &sketch.inputs.cells {
            let (place, form) = out.cell(cell, sketch, shape, steady);
            out.cells.push(place);
            out.forms.push(form);
        }
        out.scalar_forms = sketch.inputs.scalars.iter().map(|s| scalar_form(s, shape)).collect();
        for (month, outputs) in sketch.months.iter().zip(&mut out.outputs) {
            let Some(month) = month else { continue };
            let mut column = 0;
            let mut next = || {
                column += 1;
                column - 1
            };
            for number in &month.roots {
                let g = &month.graph;
                let tags = [number.tags.not_applicable, number.tags.missing, number.tags.no_value, number.tags.fault];
                outputs.push(Written {
                    numerator: next(),
                    form: Form::of(g.bounds(number.numerator)),
                    divisor: number.divisor.map(|_| next()),
                    // Faults of what is asked are in the flag.
                    tags: [0, 1, 2, 3].map(|k| {
                        let mask = tags.get(k).copied();
                        mask.filter(|m| k < 2 && !g.is_never(*m)).map(|_| next())
                    }),
                });
            }
            out.scratch = out.scratch.max(column);
        }
        out
    }

    fn cell(&mut self, cell: &Cell, sketch: &Sketch, shape: &Shape, steady: &dyn Fn(&Cell) -> bool) -> (Where, Form) {
        if let Cell::Kept { kept, part, before } = cell {
            let written = self.kept.get(kept.index());
            let column = written.and_then(|w| match part {
                Part::Numerator => Some(w.numerator),
                Part::Divisor => w.divisor,
                Part::NotApplicable => w.tags[0],
                Part::Missing => w.tags[1],
                Part::NoValue => w.tags[2],
                Part::Fault => w.tags[3],
            });
            let form = if *part == Part::Numerator { written.map_or(Form::Whole, |w| w.form) } else { Form::Whole };
            return (Where::Kept { column: column.unwrap_or(0), before: *before }, form);
        }
        let form = match cell {
            Cell::Number { source, .. } => source_form(source, shape),
            _ => Form::Whole,
        };
        let _ = sketch;
        let count = if steady(cell) { &mut self.steady } else { &mut self.monthly };
        let column = *count;
        *count += 1;
        (if steady(cell) { Where::Steady(column) } else { Where::Monthly(column) }, form)
    }

    /// Where a column is.
    #[must_use]
    pub fn place(&self, cell: CellId) -> Where {
        self.cells.get(cell.index()).copied().unwrap_or(Where::Steady(0))
    }

    /// The form of a column.
    #[must_use]
    pub fn form(&self, cell: CellId) -> Form {
        self.forms.get(cell.index()).copied().unwrap_or(Form::Whole)
    }

    /// The form of a value of the month.
    #[must_use]
    pub fn scalar_form(&self, scalar: ScalarId) -> Form {
        self.scalar_forms.get(scalar.index()).copied().unwrap_or(Form::Whole)
    }
}

/// The columns of a kept value.
fn kept(memory: &Memory, count: &mut usize) -> Written {
    let mut next = || {
        *count += 1;
        *count - 1
    };
    Written { numerator: next(), form: Form::of(memory.bounds), divisor: None, tags: memory.tags.map(|possible| possible.then(&mut next)) }
}

fn source_form(source: &Source, shape: &Shape) -> Form {
    shape.sources.get(source).map_or(Form::Floating, |p| Form::of(p.bounds))
}

fn scalar_form(scalar: &Scalar, shape: &Shape) -> Form {
    match scalar {
        Scalar::Number(source) => source_form(source, shape),
        Scalar::MonthNumber | Scalar::Year => Form::Floating,
        _ => Form::Whole,
    }
}
