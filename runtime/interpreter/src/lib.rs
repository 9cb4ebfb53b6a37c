//! The definition of right: one match arm per node, exact rationals, slow on purpose.
//!
//! Takes a program and frames, gives values. Never rounds but where a formula says so, never guesses a missing value.
//! Every other backend must agree with it to the cent, faults included.

mod agent;
mod descent;
mod kernel;
mod level;
mod line;
mod plain;
mod trace;
mod trace_level;

pub use kernel::Interpreter;
