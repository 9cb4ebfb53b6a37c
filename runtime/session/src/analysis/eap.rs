//! Extensions en année pleine of a scenario: the changes of N-1 on N, and of N on N+1.

use cadrage_analysis::Eap;
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};

use super::AnalysisOptions;
use super::crowd::{self, Counted, Crowd};
use super::populations::populations;
use crate::alerts::Alert;
use crate::run::RunError;

/// The extensions of an exercice N and of N-1.
#[derive(Clone, Debug)]
pub struct EapStudy {
    /// The scenario.
    pub scenario: String,
    /// Its label.
    pub label: String,
    /// The exercice N.
    pub year: i32,
    /// By population, in the order asked.
    pub populations: Vec<EapOfPopulation>,
    /// What to know.
    pub alerts: Vec<Alert>,
}

/// One population.
#[derive(Clone, Debug)]
pub struct EapOfPopulation {
    /// Its name.
    pub name: String,
    /// Of the changes of N-1, then of N.
    pub years: Vec<Eap>,
}

pub(crate) fn eap(compiled: &Compiled, scenario: &Scenario, cube: &Cube, options: &AnalysisOptions) -> Result<EapStudy, RunError> {
    crate::run::missing_months(scenario, cube)?;
    let asked = populations(compiled, scenario, &options.populations).map_err(|d| RunError::Diagnostics(vec![d]))?;
    let year = crowd::exercice(scenario, cube, options.year)?;
    let selections: Vec<_> = asked.iter().map(|p| p.selection.clone()).collect();
    let crowd = Crowd::new(compiled, scenario, cube, &selections, None)?;
    let points = crowd::points(compiled, scenario, crowd.first, &options.point)?;
    let of = |(k, population): (usize, &super::populations::Population)| {
        let agents = crowd.agents(k, Counted::Indexed);
        EapOfPopulation { name: population.name.clone(), years: [year - 1, year].map(|y| Eap::new(&agents, &points, y)).to_vec() }
    };
    Ok(EapStudy {
        scenario: scenario.name.clone(),
        label: scenario.label.clone(),
        year,
        populations: asked.iter().enumerate().map(of).collect(),
        alerts: crowd.alerts,
    })
}
