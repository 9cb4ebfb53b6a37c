//! Machine code: owned here, freed here, called here. The only unsafe code of the product; what it relies on is in README.md.

use std::sync::Mutex;

use cadrage_codegen::{Frame, Layout, STRIDE};
use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, default_libcall_names};

/// The kernels of a layout: for each kind of month, functions called one after the other.
pub(crate) struct Code {
    /// Kept so that the code lives as long as its entries; emptied by `drop` alone.
    module: Mutex<Option<JITModule>>,
    entries: [Vec<Entry>; 2],
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
}

impl Code {
    /// Compiles the functions of both kinds of months.
    ///
    /// # Errors
    /// What Cranelift cannot compile, in its words.
    pub(crate) fn new(isa: OwnedTargetIsa, functions: [Vec<Function>; 2]) -> Result<Code, String> {
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let mut ids = [Vec::new(), Vec::new()];
        let mut context = module.make_context();
        for (list, ids) in functions.into_iter().zip(&mut ids) {
            for function in list {
                let id = module.declare_anonymous_function(&function.signature).map_err(|e| e.to_string())?;
                context.func = function;
                module.define_function(id, &mut context).map_err(|e| format!("{e:?}"))?;
                module.clear_context(&mut context);
                ids.push(id);
            }
        }
        module.finalize_definitions().map_err(|e| e.to_string())?;
        let entries = ids.map(|list| {
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
        });
        Ok(Code { module: Mutex::new(Some(module)), entries })
    }

    /// Runs the functions of a kind of month on a range of rows; true when the interpreter must answer.
    ///
    /// # Errors
    /// A buffer is too short for the layout: nothing was run.
    pub(crate) fn run(&self, kind: usize, layout: &Layout, buffers: &mut Buffers<'_>) -> Result<bool, TooShort> {
        let Buffers { steady, monthly, kept, kept_1, kept_12, scratch, scalars, tables, sums, codes, first, rows } = buffers;
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
            && !tables.is_empty();
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
        };
        let mut flagged = false;
        for entry in self.entries.get(kind).into_iter().flatten() {
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
