//! What to compute and in which order: frames of agents in, imputed lines out.
//!
//! Takes a checked [`cadrage_ir::Program`], the parameters of a scenario, one [`AgentFrame`] per agent and the split keys;
//! gives the projected [`Line`]s. Names no backend: the program chooses one and passes it (`trait Backend`).
//! Never reads the store, never sees script text.

mod answers;
mod back_pay;
mod backend;
mod cohort;
mod columns;
mod explain;
mod levels;
mod line;
mod overlay;
mod packing;
mod parameters;
mod plan;
mod projection;
mod row;
mod split;
mod strata;
mod timeline;

pub use answers::{Answers, Crew, Own};
pub use back_pay::{Arrears, BackPay, Rappel, RappelPlan};
pub use backend::{AgentValues, Backend, Environment, Kernel, Mode, SituationValues};
pub use cohort::{
    ABSENT, Cohort, CohortBuilder, Group, Numbers, Plane, Profiles, Read, SteadyCodes, SteadyColumns, SteadyNumbers, slot_of,
};
pub use columns::{Column, Columns, Loaded, Loose, OneByOne, Question, Tag, Total, Totals, add};
pub use explain::{How, Step, What};
pub use levels::{Contribution, Levels, Member};
pub use line::{Jobs, Line, Origin};
pub use overlay::Reach;
pub use parameters::{Parameters, Unpublished};
pub use plan::{Carried, carried_formulas, describe, pay_formulas};
pub use projection::{AgentProjection, Pay, carry};
pub use row::{AgentFrame, AgentMonth, Row, Value, codes_accepted};
pub use split::{Imputation, Keys, split_amount, split_job};
pub use strata::{Stratum, late_formulas, strata, strata_for};
