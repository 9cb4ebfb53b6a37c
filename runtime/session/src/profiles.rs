//! On how many profiles a scenario's formulas are summed: what the plan chooses from the counts of the dossier (architecture.md §4).

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{Backend, Environment, Question};

use crate::run::RunError;
use crate::study::{Ground, Study};

/// The profiles of a scenario's agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileCounts {
    /// Scenario.
    pub scenario: String,
    /// Agents.
    pub agents: usize,
    /// By number of profiles, `None` for agent by agent: the formulas whose sums are computed so.
    pub formulas: BTreeMap<Option<usize>, Vec<String>>,
}

/// Counts them, formula by formula.
pub(crate) fn counts(compiled: &Compiled, scenario: &Scenario, cube: &Cube, backend: &dyn Backend) -> Result<ProfileCounts, RunError> {
    let ground = Ground::new(compiled, scenario, cube, backend)?;
    let study = Study::gathered(&ground)?;
    let crew = study.crew();
    let environment = Environment { parameters: ground.parameters(), levels: study.levels() };
    let mut formulas: BTreeMap<Option<usize>, Vec<String>> = BTreeMap::new();
    for id in ground.formulas() {
        let Some(formula) = ground.program().formula(*id) else { continue };
        let profiles = crew.loaded.profiles(environment, &Question { formulas: vec![*id], by: None });
        formulas.entry(profiles).or_default().push(formula.name.clone());
    }
    Ok(ProfileCounts { scenario: scenario.name.clone(), agents: crew.cohort.len(), formulas })
}
