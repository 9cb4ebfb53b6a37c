//! GVT of a scenario, by both methods, and the waterfall of its traitement indiciaire.

use std::sync::Arc;

use cadrage_analysis::{Agent, ByFlows, ByMass, IndexMass, Points, Rule, Stayers, StayersPay, Waterfall, common_months, waterfall};
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_value::Month;

use super::crowd::Counted;
use super::{AnalysisOptions, Prepared, prepared};
use crate::alerts::Alert;
use crate::run::RunError;

/// Everything there is to say of the indices of a scenario, over an exercice N and N-1.
#[derive(Clone, Debug)]
pub struct Gvt {
    /// The scenario.
    pub scenario: String,
    /// Its label.
    pub label: String,
    /// The exercice N.
    pub year: i32,
    /// Last constaté month.
    pub constate: Month,
    /// By population, in the order asked.
    pub populations: Vec<GvtOfPopulation>,
    /// What to know.
    pub alerts: Vec<Alert>,
}

/// One population.
#[derive(Clone, Debug)]
pub struct GvtOfPopulation {
    /// Its name.
    pub name: String,
    /// Index mass of each of the 24 months.
    pub months: Vec<(Month, IndexMass)>,
    /// Of both years.
    pub by_mass: ByMass,
    /// Présents-présents by each rule, in the order of [`Rule::ALL`].
    pub stayers: Vec<Stayers>,
    /// Who came and left.
    pub flows: ByFlows,
    /// What présents-présents were paid, by each rule.
    pub pay: Vec<StayersPay>,
    /// From one year's traitement to the next.
    pub waterfall: Waterfall,
    /// Agents in order, and how many months of N count for each by each rule.
    pub agents: Vec<(Arc<str>, Vec<usize>)>,
}

pub(crate) fn gvt(compiled: &Compiled, scenario: &Scenario, cube: &Cube, options: &AnalysisOptions) -> Result<Gvt, RunError> {
    let Prepared { asked, year, crowd, points } = prepared(compiled, scenario, cube, options)?;
    let of = |(k, population): (usize, &super::populations::Population)| {
        of_population(population.name.clone(), &crowd.agents(k, Counted::Indexed), &points, year)
    };
    Ok(Gvt {
        scenario: scenario.name.clone(),
        label: scenario.label.clone(),
        year,
        constate: scenario.constate,
        populations: asked.iter().enumerate().map(of).collect(),
        alerts: crowd.alerts,
    })
}

fn of_population(name: String, agents: &[Agent], points: &Points, year: i32) -> GvtOfPopulation {
    let january = Month::new(year - 1, 1).unwrap_or(Month::MIN);
    GvtOfPopulation {
        name,
        months: january.through(january.plus(23)).map(|m| (m, IndexMass::of_month(agents, m, points))).collect(),
        by_mass: ByMass::new(agents, points, year),
        stayers: Rule::ALL.map(|rule| Stayers::new(agents, rule, points, year)).to_vec(),
        flows: ByFlows::new(agents, points, year),
        pay: Rule::ALL.map(|rule| StayersPay::new(agents, rule, points, year)).to_vec(),
        waterfall: waterfall(agents, points, year),
        agents: agents.iter().map(|a| (a.matricule.clone(), Rule::ALL.map(|rule| common_months(a, rule, year).len()).to_vec())).collect(),
    }
}
