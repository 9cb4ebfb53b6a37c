//! The engines of the repository. Adding one is a line here: every case, golden, example and made-up program then runs on it.

use cadrage_engine::Backend;
use cadrage_interpreter::Interpreter;
use cadrage_jit::{Jit, Options};

/// The definition of right.
pub const REFERENCE: Interpreter = Interpreter;

/// The engines that must agree with it.
#[must_use]
pub fn others() -> Vec<Box<dyn Backend>> {
    vec![Box::new(compiled(Options::default()))]
}

/// The compiled engine, in front of the definition of right.
#[must_use]
pub fn compiled(options: Options) -> Jit {
    Jit::new(Box::new(REFERENCE)).with(options)
}
