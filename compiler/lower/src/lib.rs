//! Checked model to IR: a translation, then passes that can each be switched off.

mod from_model;
mod passes;

pub use from_model::from_model;
pub use passes::{Passes, improve};

use cadrage_ir::Program;
use cadrage_semantics::Model;

/// Translates and improves.
#[must_use]
pub fn lower(model: &Model) -> Program {
    let mut program = from_model(model);
    improve(&mut program, Passes::default());
    debug_assert_eq!(cadrage_ir::verify(&program), Ok(()));
    program
}
