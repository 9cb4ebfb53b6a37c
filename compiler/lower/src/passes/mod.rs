//! Passes, each Program to Program, each can be switched off.

mod denominators;
mod fold;

use cadrage_ir::Program;

/// Which passes run.
#[derive(Clone, Copy, Debug)]
pub struct Passes {
    /// Numbers computed once.
    pub fold: bool,
    /// Static denominators.
    pub denominators: bool,
}

impl Default for Passes {
    fn default() -> Self {
        Passes { fold: true, denominators: true }
    }
}

/// Runs the passes that are on.
pub fn improve(program: &mut Program, passes: Passes) {
    if passes.fold {
        fold::run(program);
    }
    if passes.denominators {
        denominators::run(program);
    }
}
