//! What is not a formula, over a scenario: GVT, extensions en année pleine, schéma d'emplois, coûts moyens.
//!
//! A scenario's careers become agent-months here; `cadrage-analysis` counts. No pay formula runs but for mean costs.

mod costs;
mod crowd;
pub(crate) mod documents;
mod eap;
mod gvt;
mod job_plan;
mod populations;

use cadrage_analysis::Points;
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};

use crate::run::RunError;
use populations::{Population, populations};

pub use costs::{CostOptions, CostRow, Costs, PricedPost};
pub use documents::EAP_LINES;
pub use eap::{EapOfPopulation, EapStudy};
pub use gvt::{Gvt, GvtOfPopulation};
pub use job_plan::{JobPlanRow, JobPlans, PlanForTarget};

pub(crate) use costs::{FEWEST, PaidPosts, Steps};
pub(crate) use crowd::Crowd;
pub(crate) use eap::eap;
pub(crate) use gvt::gvt;
pub(crate) use job_plan::job_plan;

/// What is asked of an analysis.
#[derive(Clone, Debug, Default)]
pub struct AnalysisOptions {
    /// The exercice N; without it, the last one that the scenario covers with the one before.
    pub year: Option<i32>,
    /// Declared populations; without any, `TITULAIRES` and `INDICIAIRES`.
    pub populations: Vec<String>,
    /// The constant that values a point of index.
    pub point: String,
}

/// What analyses of index pay begin with.
struct Prepared {
    /// The populations asked for, in order: positions in the crowd.
    asked: Vec<Population>,
    /// The exercice N.
    year: i32,
    crowd: Crowd,
    points: Points,
}

fn prepared(compiled: &Compiled, scenario: &Scenario, cube: &Cube, options: &AnalysisOptions) -> Result<Prepared, RunError> {
    crate::run::missing_months(scenario, cube)?;
    let asked = populations(compiled, scenario, &options.populations).map_err(|d| RunError::Diagnostics(vec![d]))?;
    let year = crowd::exercice(scenario, cube, options.year)?;
    let selections: Vec<_> = asked.iter().map(|p| p.selection.clone()).collect();
    let crowd = Crowd::new(compiled, scenario, cube, &selections, None)?;
    let points = crowd::points(compiled, scenario, crowd.first, &options.point)?;
    Ok(Prepared { asked, year, crowd, points })
}
