//! The engines of the repository, the definition of right first. Adding one is a line here: every case, golden, example and
//! made-up program then runs on it.

use cadrage_engine::Backend;
use cadrage_interpreter::Interpreter;

/// The definition of right.
pub const REFERENCE: Interpreter = Interpreter;

/// All engines, the definition of right first.
#[must_use]
pub fn engines() -> Vec<Box<dyn Backend>> {
    vec![Box::new(Interpreter)]
}

/// The engines that must agree with the definition of right.
#[must_use]
pub fn others() -> Vec<Box<dyn Backend>> {
    engines().into_iter().skip(1).collect()
}
