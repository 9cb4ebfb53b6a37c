//! Extensions en année pleine of a scenario: the changes of N-1 on N, and of N on N+1.

use cadrage_analysis::Eap;
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};

use super::crowd::Counted;
use super::{AnalysisOptions, Prepared, prepared};
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
    let Prepared { asked, year, crowd, points } = prepared(compiled, scenario, cube, options)?;
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
