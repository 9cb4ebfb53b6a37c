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
    /// The numerator; `None` when it is summed in the code and written nowhere.
    pub numerator: Option<usize>,
    /// Its form.
    pub form: Form,
    /// The divisor, always whole.
    pub divisor: Option<usize>,
    /// All ones where sans objet, manquant, no value, other fault.
    pub tags: [Option<usize>; 4],
}

/// Where sums are added up inside the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// The column of codes.
    pub code: CellId,
    /// Cells of a code, an even number.
    pub width: usize,
    /// By kind of month then root: is it summed in the code? Others are written, and summed by the runner.
    pub inside: [Vec<bool>; 2],
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
    /// When sums are asked rather than columns.
    pub sums: Option<Sums>,
}

impl Layout {
    /// The layout of a sketch; `steady` says of each cell whether it is the same every month, `same` the first cell that holds the same.
    #[must_use]
    pub fn of(sketch: &Sketch, shape: &Shape, steady: &dyn Fn(&Cell) -> bool, same: &dyn Fn(usize) -> usize) -> Layout {
        let mut out = Layout { sums: sketch.sums.map(|code| sums(sketch, code)), ..Layout::default() };
        for memory in &sketch.memories {
            let written = kept(memory, &mut out.kept_columns);
            out.kept.push(written);
            out.reach = out.reach.max(memory.reach);
        }
        for (k, cell) in sketch.inputs.cells.iter().enumerate() {
            if let Some((place, form)) = out.cells.get(same(k)).copied().zip(out.forms.get(same(k)).copied()) {
                out.cells.push(place);
                out.forms.push(form);
                continue;
            }
            let (place, form) = out.cell(cell, shape, steady);
            out.cells.push(place);
            out.forms.push(form);
        }
        out.scalar_forms = sketch.inputs.scalars.iter().map(|s| scalar_form(s, shape)).collect();
        for (kind, (month, outputs)) in sketch.months.iter().zip(&mut out.outputs).enumerate() {
            let Some(month) = month else { continue };
            let mut column = 0;
            let mut next = || {
                column += 1;
                column - 1
            };
            for (root, number) in month.roots.iter().enumerate() {
                let g = &month.graph;
                let tags = [number.tags.not_applicable, number.tags.missing, number.tags.no_value, number.tags.fault];
                // Summed in the code, it is written nowhere.
                let inside = out.sums.as_ref().and_then(|s| s.inside.get(kind)?.get(root)).copied().unwrap_or(false);
                outputs.push(Written {
                    numerator: (!inside).then(&mut next),
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

    fn cell(&mut self, cell: &Cell, shape: &Shape, steady: &dyn Fn(&Cell) -> bool) -> (Where, Form) {
        if let Cell::Kept { kept, part, before } = cell {
            let written = self.kept.get(kept.index());
            let column = written.and_then(|w| match part {
                Part::Numerator => w.numerator,
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

/// A block's sum of whole numbers stays exact in floating point while it is below this.
const EXACT_SUM: i128 = 1 << 53;
/// Blocks whose sums are added in one place before they are read.
pub const BLOCKS_SUMMED: usize = 512;

/// Which roots are summed in the code: those whose sums stay exact over many blocks.
fn sums(sketch: &Sketch, code: CellId) -> Sums {
    let rows = i128::try_from(BLOCK * BLOCKS_SUMMED).unwrap_or(i128::MAX);
    let inside = |month: &Option<crate::sketch::MonthSketch>| {
        let Some(month) = month else { return Vec::new() };
        let exact =
            |n: &crate::number::Number| n.divisor.is_none() && month.graph.bounds(n.numerator).magnitude().saturating_mul(rows) < EXACT_SUM;
        month.roots.iter().map(exact).collect()
    };
    let [constate, other] = &sketch.months;
    Sums { code, width: sketch.roots.len().next_multiple_of(2), inside: [inside(constate), inside(other)] }
}

/// The columns of a kept value.
fn kept(memory: &Memory, count: &mut usize) -> Written {
    let mut next = || {
        *count += 1;
        *count - 1
    };
    Written {
        numerator: Some(next()),
        form: Form::of(memory.bounds),
        divisor: None,
        tags: memory.tags.map(|possible| possible.then(&mut next)),
    }
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
