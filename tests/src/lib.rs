//! What the suite shares: how a diagnostic looks as text, and truth files as tables.

mod render;
mod truth;

pub use render::{render, render_all};
pub use truth::{Cells, Jobs, cents, jobs, money, rows};
