//! Schéma d'emplois of a scenario: entries, exits and their impact in ETPT, by level.

use std::sync::Arc;

use cadrage_analysis::JobPlan;
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, ReportAnalysis, Scenario, canonical_code, fold};
use cadrage_ir::{ATTRIBUTES, Selection, attribute};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use cadrage_value::{Exact, Month};

use super::AnalysisOptions;
use super::crowd::{self, Counted, Crowd};
use super::populations::populations;
use crate::alerts::Alert;
use crate::labels::label;
use crate::run::RunError;

/// The levels it may be cut by.
fn levels() -> &'static [&'static str] {
    ReportAnalysis::JobPlan.levels()
}

/// The job plan of an exercice.
#[derive(Clone, Debug)]
pub struct JobPlans {
    /// The scenario.
    pub scenario: String,
    /// Its label.
    pub label: String,
    /// The exercice N.
    pub year: i32,
    /// Last constaté month.
    pub constate: Month,
    /// Last projected month.
    pub until: Month,
    /// The level it is cut by.
    pub level: String,
    /// The whole first, then its members.
    pub rows: Vec<JobPlanRow>,
    /// What to know.
    pub alerts: Vec<Alert>,
}

/// A member.
#[derive(Clone, Debug)]
pub struct JobPlanRow {
    /// Its code; `None` for the whole.
    pub member: Option<String>,
    /// Its label.
    pub label: String,
    /// Its jobs.
    pub plan: JobPlan,
}

/// What it takes to end the exercice at a number of ETPT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanForTarget {
    /// The first month still to come.
    pub from: Month,
    /// Entries to add (exits when negative), on the first of that month, ETP.
    pub more: Exact,
    /// The plan of the exercice with them, ETP.
    pub plan: Exact,
}

impl JobPlans {
    /// The plan that ends the exercice at `target` ETPT, entries from the first month to come; `None` when no month is to come.
    #[must_use]
    pub fn for_target(&self, target: &Exact) -> Option<PlanForTarget> {
        let whole = &self.rows.first()?.plan;
        let (first, last) = (Month::new(self.year, 1)?, Month::new(self.year, 12)?);
        let from = self.constate.plus(1).max(first);
        let left = i64::try_from(from.through(last.min(self.until)).count()).ok()?;
        let more = &(&(target - &whole.after) * &Exact::from_int(12)).checked_div(&Exact::from_int(left))?;
        Some(PlanForTarget { from, more: more.clone(), plan: &whole.plan() + more })
    }
}

pub(crate) fn job_plan(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    options: &AnalysisOptions,
    level: Option<&str>,
) -> Result<JobPlans, RunError> {
    crate::run::missing_months(scenario, cube)?;
    let word = level.map(named).transpose().map_err(|d| RunError::Diagnostics(vec![d]))?;
    let whole = if options.populations.is_empty() {
        Selection::all()
    } else {
        let one = populations(compiled, scenario, &options.populations).map_err(|d| RunError::Diagnostics(vec![d]))?;
        one.into_iter().next().map(|p| p.selection).unwrap_or_default()
    };
    let year = crowd::exercice(scenario, cube, options.year)?;
    let crowd = Crowd::new(compiled, scenario, cube, &[whole], word.and_then(attribute))?;
    let all = crowd.agents(0, Counted::Jobs);
    let title = options.populations.first().cloned().unwrap_or_else(|| "établissement".to_owned());
    let mut rows = vec![JobPlanRow { member: None, label: title, plan: JobPlan::new(&all, year) }];
    if let Some(word) = word {
        let members: Vec<Arc<str>> = crowd.members(0, Counted::Jobs);
        for member in members {
            let plan = JobPlan::new(&crowd.agents_of(0, Counted::Jobs, &member), year);
            let label = if member.is_empty() { "non renseigné".to_owned() } else { label(&cube.references, word, &member) };
            rows.push(JobPlanRow { member: Some(member.to_string()), label, plan });
        }
    }
    Ok(JobPlans {
        scenario: scenario.name.clone(),
        label: scenario.label.clone(),
        year,
        constate: scenario.constate,
        until: scenario.until,
        level: word.unwrap_or("établissement").to_owned(),
        rows,
        alerts: crowd.alerts,
    })
}

/// The attribute of a level, as written without accents too.
fn named(word: &str) -> Result<&'static str, Diagnostic> {
    let wanted = fold(&canonical_code(word));
    let found = ATTRIBUTES.iter().map(|a| a.name).find(|name| levels().contains(name) && fold(name) == wanted);
    found.ok_or_else(|| {
        let nowhere = Span::new(FileId(u32::MAX), 0, 0);
        Diagnostic::new(Code::G02, format!("`{word}` n'est pas un niveau du schéma d'emplois"), nowhere)
            .help(format!("niveaux : {}", levels().join(", ")))
    })
}
