//! What the suite shares: cases, how a diagnostic looks as text, truth files as tables.

mod render;
mod runner;
mod truth;
mod world;

pub use render::{render, render_all};
pub use runner::{Case, cases};
pub use truth::{Cells, Jobs, cents, jobs, money, rows};
pub use world::{outcome, world};
