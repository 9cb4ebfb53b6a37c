//! cadrage-analysis: why a payroll moved, from who was there and at which index. What is not a formula.
//!
//! Takes agent-months as plain data ([`Agent`], [`Row`]) and the value of the point month by month ([`Points`]). Gives index mass,
//! présents-présents, GVT by both methods, the waterfall of the traitement, EAP, the job plan, mean costs; all exact, all pure, in
//! the order given. A quotient over nobody is `None`, never 0. Knows neither the cube, nor the language, nor a rounding.

mod eap;
mod events;
mod gvt_by_flows;
mod gvt_by_mass;
mod index_mass;
mod job_plan;
mod mean_cost;
mod moment;
mod points;
mod presence;
mod row;
mod statement;
mod waterfall;

pub use eap::{Eap, EapLine, PointEffect};
pub use events::{Event, Kind, Reading, events};
pub use gvt_by_flows::{ByFlows, StayersPay};
pub use gvt_by_mass::{ByMass, Noria, Stayers};
pub use index_mass::IndexMass;
pub use job_plan::JobPlan;
pub use mean_cost::{CostCell, MeanCosts, Observation, Priced};
pub use moment::Moment;
pub use points::Points;
pub use presence::{Rule, Stretch, common_months, in_activity_at_end, present, stretches};
pub use row::{Agent, Row};
pub use statement::{Item, PrintedItem};
pub use waterfall::{Effects, Pair, Waterfall, attribute, waterfall};
