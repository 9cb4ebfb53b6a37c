//! The same programs on two engines: everything a kernel gives must be equal, faults included.

mod compare;
mod coverage;
mod fewer;
mod gather;
mod kept;
mod large;
mod seek;

pub use compare::{Counts, Difference, compare};
pub use coverage::{OPERATIONS, operations};
pub use gather::gather;
pub use kept::{read_kept, write_kept};
pub use large::large;
pub use seek::{Drawn, Verdict, check, drawn, parameters, seek};
