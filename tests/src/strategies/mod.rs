//! Made-up programs and populations: well typed by construction, from a list of choices that shrinks.
//!
//! A program is a script that stands alone, so that what shrinks is what a person reads; a population is rows of what careers and
//! the cube would give, ordinary, odd or huge.

mod boxes;
mod choices;
mod cohorts;
mod declarations;
mod expressions;
mod formulas;
mod layers;
mod levels;
mod quantities;
mod script;
mod shrink;
mod world;
mod writer;

pub use choices::Choices;
pub use cohorts::{LineRow, People, Size, one_agent, people};
pub use script::script;
pub use shrink::shrink;
pub use world::Alone;
