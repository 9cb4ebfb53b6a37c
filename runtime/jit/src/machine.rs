//! Machine code: owned here, freed here, called here. The only unsafe code of the product; what it relies on is in README.md.

use std::sync::Mutex;

use cadrage_codegen::{Frame, Layout, STRIDE};
use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, default_libcall_names};

/// The kernels of a layout: for each kind of month and stage, functions called one after the other.
pub(crate) struct Code {
    /// Kept so that the code lives as long as its entries; emptied by `drop` alone.
    module: Mutex<Option<JITModule>>,
    entries: [Stages<Entry>; 2],
}

/// What is done for a month, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// What is kept for the months after, on all rows.
    Carrying,
    /// Values, on pairs of rows from a list.
    Valuing,
}

/// Functions by stage.
pub(crate) struct Stages<T> {
    pub carrying: Vec<T>,
    pub valuing: Vec<T>,
}

impl<T> Default for Stages<T> {
    fn default() -> Self {
        Stages { carrying: Vec::new(), valuing: Vec::new() }
    }
}

impl<T> Stages<T> {
    /// The functions of a stage.
    pub(crate) fn of(&self, stage: Stage) -> &[T] {
        match stage {
            Stage::Carrying => &self.carrying,
            Stage::Valuing => &self.valuing,
        }
    }
}

/// Pairs of rows of a range, by where they lie from its first row, in bytes. Never beyond `rows`.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    offsets: Vec<u64>,
    count: usize,
    rows: usize,
}

impl Pairs {
    /// The pairs of a range of `rows` rows that `chosen` holds, by position.
    pub(crate) fn choose(&mut self, rows: usize, chosen: impl Iterator<Item = bool>) {
        (self.rows, self.count) = (rows, 0);
        if self.offsets.len() < rows / 2 {
            self.offsets.resize(rows / 2, 0);
        }
        for (pair, chosen) in (0..rows as u64 / 2).zip(chosen) {
            if let Some(slot) = self.offsets.get_mut(self.count) {
                *slot = 16 * pair;
            }
            self.count += usize::from(chosen);
        }
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.count
    }
}

/// A compiled kernel (compiler/codegen/src/signature.rs).
type Entry = extern "C" fn(*const Frame) -> u64;

/// The memory of a block and a month. Lengths are checked against the layout before any call.
pub(crate) struct Buffers<'a> {
    pub steady: &'a [u64],
    pub monthly: &'a [u64],
    pub kept: &'a mut [u64],
    pub kept_1: &'a [u64],
    pub kept_12: &'a [u64],
    pub scratch: &'a mut [u64],
    pub scalars: &'a [u64],
    pub tables: &'a [u64],
    /// Lines of sums, one for each code.
    pub sums: &'a mut [u64],
    /// How many codes there are.
    pub codes: usize,
    /// The first row computed.
    pub first: usize,
    /// How many, an even number.
    pub rows: usize,
    /// The pairs of rows to value.
    pub pairs: &'a Pairs,
}

impl Code {
    /// Compiles the functions of both kinds of months.
    ///
    /// # Errors
    /// What Cranelift cannot compile, in its words.
    pub(crate) fn new(isa: OwnedTargetIsa, functions: [Stages<Function>; 2]) -> Result<Code, String> {
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let mut context = module.make_context();
        let mut define = |list: Vec<Function>| -> Result<Vec<FuncId>, String> {
            let mut ids = Vec::new();
            for function in list {
                let id = module.declare_anonymous_function(&function.signature).map_err(|e| e.to_string())?;
                context.func = function;
                module.define_function(id, &mut context).map_err(|e| format!("{e:?}"))?;
                module.clear_context(&mut context);
                ids.push(id);
            }
            Ok(ids)
        };
        let mut ids = [Stages::default(), Stages::default()];
        for (stages, ids) in functions.into_iter().zip(&mut ids) {
            *ids = Stages { carrying: define(stages.carrying)?, valuing: define(stages.valuing)? };
        }
        module.finalize_definitions().map_err(|e| e.to_string())?;
        let entries = |list: Vec<FuncId>| {
            list.into_iter()
                .map(|id| {
                    let pointer = module.get_finalized_function(id);
                    #[expect(unsafe_code, reason = "the one cast to a function")]
                    // SAFETY: the pointer is to code that `codegen::generate` made with the signature of `Entry` and the host's own calling
                    // convention; it is finished (above) and lives until `drop`, while entries are only called through `&self`.
                    unsafe {
                        std::mem::transmute::<*const u8, Entry>(pointer)
                    }
                })
                .collect()
        };
        let entries = ids.map(|ids| Stages { carrying: entries(ids.carrying), valuing: entries(ids.valuing) });
        Ok(Code { module: Mutex::new(Some(module)), entries })
    }

    /// Are values computed by themselves, on the rows that moved?
    pub(crate) fn values_apart(&self, kind: usize) -> bool {
        self.entries.get(kind).is_some_and(|s| !s.valuing.is_empty())
    }

    /// Runs the functions of a stage of a kind of month on a range of rows; true when the interpreter must answer.
    ///
    /// # Errors
    /// A buffer is too short for the layout: nothing was run.
    pub(crate) fn run(&self, kind: usize, stage: Stage, layout: &Layout, buffers: &mut Buffers<'_>) -> Result<bool, TooShort> {
        let Buffers { steady, monthly, kept, kept_1, kept_12, scratch, scalars, tables, sums, codes, first, rows, pairs } = buffers;
        let (first, rows) = (*first, *rows);
        let fits = rows > 0
            && rows.is_multiple_of(2)
            && first + rows <= STRIDE
            && steady.len() >= layout.steady * STRIDE
            && monthly.len() >= layout.monthly * STRIDE
            && kept.len() >= layout.kept_columns * STRIDE
            && (layout.reach < 1 || kept_1.len() >= layout.kept_columns * STRIDE)
            && (layout.reach < 12 || kept_12.len() >= layout.kept_columns * STRIDE)
            && scratch.len() >= layout.scratch * STRIDE
            && scalars.len() >= layout.scalar_forms.len()
            && layout.sums.as_ref().is_none_or(|s| sums.len() >= s.width * (*codes + 1))
            && !tables.is_empty()
            && (stage == Stage::Carrying || (pairs.count > 0 && pairs.rows <= rows));
        if !fits {
            return Err(TooShort);
        }
        let at = |cells: &[u64]| cells.get(first..).unwrap_or(&[]).as_ptr();
        let frame = Frame {
            steady: at(steady),
            monthly: at(monthly),
            kept: kept.get_mut(first..).unwrap_or(&mut []).as_mut_ptr(),
            kept_1: at(kept_1),
            kept_12: at(kept_12),
            scratch: scratch.get_mut(first..).unwrap_or(&mut []).as_mut_ptr(),
            scalars: scalars.as_ptr(),
            tables: tables.as_ptr(),
            rows: rows as u64,
            sums: sums.as_mut_ptr(),
            pairs: pairs.offsets.as_ptr(),
            count: pairs.count as u64,
        };
        let mut flagged = false;
        for entry in self.entries.get(kind).map_or(&[][..], |s| s.of(stage)) {
            flagged |= entry(&raw const frame) != 0;
        }
        Ok(flagged)
    }
}

/// A buffer is shorter than its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooShort;

impl Drop for Code {
    fn drop(&mut self) {
        if let Ok(slot) = self.module.get_mut()
            && let Some(module) = slot.take()
        {
            #[expect(unsafe_code, reason = "the code has no other owner")]
            // SAFETY: entries are private and called only through `&self`, so no call is running and none can follow.
            unsafe {
                module.free_memory();
            }
        }
    }
}
