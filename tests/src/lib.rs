//! What the suite shares: cases, engines, made-up programs, how a diagnostic looks as text, truth files as tables.

mod agreeing;
pub mod differential;
mod engines;
pub mod flat;
mod reeval;
mod render;
mod runner;
pub mod socle_grids;
pub mod strategies;
mod truth;
mod world;

pub use agreeing::AllEngines;
pub use engines::{REFERENCE, compiled, others};
pub use reeval::reevaluate;
pub use render::{render, render_all};
pub use runner::{Case, cases};
pub use truth::{Cells, Jobs, cents, jobs, money, rows};
pub use world::{outcome, world};
