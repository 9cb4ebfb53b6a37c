//! cadrage-careers: who is there, in which situation, on which thirtieths of which month.
//!
//! Takes situations of the constaté months, the movements the SIRH announces, the grids and the movements a scenario
//! types. Gives one [`Row`] per agent, month and stretch in activity during which nothing changes ([`unroll`]).
//! Never pay, never a ceiling, never a random draw: the same input gives the same rows in the same order, whatever the
//! order it came in, and ties are broken by matricule.
//!
//! The input types are our own plain data ([`input`](Input)), so that this crate builds without the cube; who holds a
//! cube converts. Who wants amounts uses the session, which runs formulas on these rows.

mod absence;
mod careers;
mod changes;
mod constate;
mod events;
mod finding;
mod fractions;
mod grids;
mod input;
mod months;
mod movement;
mod note;
mod order;
mod projection;
mod reclassification;
mod resolve;
mod touched;
mod triggers;
mod unroll;
mod working_time;

pub use careers::{AgentCareer, AgentMonth, Careers, Exit, Row, RowOrigin};
pub use finding::{Finding, FindingKind};
pub use grids::{Grids, Step};
pub use input::{Change, Forecast, Input, Post, Situation, State};
pub use movement::{Flow, Movement};
pub use note::{Note, NoteKind};
pub use order::{HowMany, Order, Shift, What, When, Whom};
pub use reclassification::{Reclassification, ReclassifiedStep};
pub use resolve::{Judge, Resolved, Standing, resolve};
pub use touched::touched;
pub use unroll::{unroll, unroll_among};
pub use working_time::{modality, paid_fraction};
