//! The compiled engine: machine code made by `codegen`, run over blocks of a cohort, with another engine behind it.
//!
//! Takes a program and a fallback engine; gives a [`cadrage_engine::Backend`] whose figures are those of the fallback to the cent. What has
//! no compiled form, and rows that overflow or fault, go to the fallback. The only crate where unsafe code may appear (README.md).

mod blocks;
mod classes;
mod columned;
mod kernel;
mod loaded;
mod machine;
mod month_data;
mod run;
mod shown;
mod sources;
mod still;
mod summed;
mod tables;
mod unit;

pub use kernel::{Jit, Options};
pub use shown::{listing, plan};
