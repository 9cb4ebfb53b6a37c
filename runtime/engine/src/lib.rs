//! What to compute and in which order: frames of agents in, imputed lines out.
//!
//! Takes a checked [`cadrage_ir::Program`], the parameters of a scenario, one [`AgentFrame`] per agent and the split keys;
//! gives the projected [`Line`]s. Names no backend: the program chooses one and passes it (`trait Backend`).
//! Never reads the store, never sees script text.

mod back_pay;
mod backend;
mod cohort;
mod columns;
mod levels;
mod line;
mod parameters;
mod plan;
mod projection;
mod row;
mod split;
mod strata;
mod timeline;

pub use back_pay::{BackPay, Rappel, RappelPlan};
pub use backend::{AgentValues, Backend, Environment, Kernel, Mode, SituationValues};
pub use cohort::{
    ABSENT, Cohort, CohortBuilder, Group, Numbers, Plane, Profiles, Read, SteadyCodes, SteadyColumns, SteadyNumbers, slot_of,
};
pub use columns::{Column, Columns, Loaded, Loose, OneByOne, Question, Tag, Total, Totals, add};
pub use levels::{Contribution, Levels, Member};
pub use line::{Line, Origin};
pub use parameters::{Parameters, Unpublished};
pub use plan::{Carried, carried_formulas, describe, pay_formulas};
pub use projection::{AgentProjection, carry, project};
pub use row::{AgentFrame, AgentMonth, Row, Value};
pub use split::{Imputation, Keys, split_amount, split_job};
pub use strata::{Stratum, late_formulas, strata, strata_for};
