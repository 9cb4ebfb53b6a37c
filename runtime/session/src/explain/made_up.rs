//! An agent who is in no dossier: those of tests.

use std::collections::BTreeMap;

use cadrage_careers::AgentCareer;
use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{AgentFrame, Backend, Levels, Mode};
use cadrage_ir::FormulaId;
use cadrage_value::{Date, Month};

use super::Entry;
use super::ground::{Explainer, One};
use super::steps::{Opened, Teller};
use crate::confidentiality::Sight;
use crate::faults::diagnostic_of;
use crate::run::RunError;

/// The tree of a formula for a made-up agent, in a month of his and one of its situations, in the first scenario of the scripts if any.
///
/// # Errors
/// A fault met while computing.
pub fn explain_made_up(
    compiled: &Compiled,
    frame: &AgentFrame,
    levels: &Levels,
    (formula, month, situation, mode): (FormulaId, usize, Option<usize>, Mode),
    backend: &dyn Backend,
) -> Result<Entry, RunError> {
    let months: Vec<Month> = frame.months.iter().map(|m| m.month).collect();
    let last = months.last().copied().unwrap_or(Month::MIN);
    let own;
    let scenario = match compiled.model.scenarios.first() {
        Some(scenario) => scenario,
        None => {
            own = nothing_changed(frame.months.iter().rev().find(|m| m.constate).map_or(last, |m| m.month), last);
            &own
        }
    };
    let cube = Cube::default();
    let explainer = Explainer::over(compiled, scenario, &cube, Sight::open(), backend);
    let career = AgentCareer {
        matricule: frame.matricule.to_string(),
        months: Vec::new(),
        rows: Vec::new(),
        entry: Date::DEFAULT,
        state_at_end: None,
        exit: None,
        seat: None,
        fraction: false,
    };
    let one = One { frame: frame.clone(), career, told: Vec::new() };
    let found = explainer.kernel().explain(frame, explainer.environment(levels), formula, (month, situation), mode);
    let step = found.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
    let open = Opened::default();
    Ok(Teller { of: &explainer, one: Some(&one), member: "", month: step.month, open: &open }.entry(&step))
}

/// A scenario that says nothing.
fn nothing_changed(constate: Month, until: Month) -> Scenario {
    Scenario {
        name: String::new(),
        label: String::new(),
        parent: None,
        constate,
        observed: constate.last_day(),
        until,
        rappels: 0,
        layers: Vec::new(),
        grids: Vec::new(),
        reclassifications: Vec::new(),
        populations: Vec::new(),
        beyond_texts: Vec::new(),
        movements: Vec::new(),
        merges: BTreeMap::new(),
        variants: Vec::new(),
        span: cadrage_source::Span::new(cadrage_source::FileId(u32::MAX), 0, 0),
    }
}
