//! Trials (decisions 0210, 0211): `chercher` the value, the number or the date that reaches a goal, `balayer` some in turn. A trial is the
//! scenario with one more sentence; what a study can lay over is computed again, and nothing else; the rest is a whole run on the same kernel.

mod gauge;
mod grid;
mod ground;
mod mover;
mod request;
mod search;
mod seek;
mod show_seek;
mod show_sweep;
mod sweep;
mod written;

pub use request::{SeekRequest, SweepRequest, declared_seeks, declared_sweeps};
pub use seek::{Answer as SeekAnswer, Sought, Trial as SeekTrial};
pub use show_sweep::sweeps_document;
pub use sweep::{Swept, SweptAxis, SweptCell, SweptMeasure};
