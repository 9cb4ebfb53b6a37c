//! What is compared with what, as a person asks for it.

use cadrage_cube::{Cube, CubeError};
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::Backend;
use cadrage_source::{Code, Diagnostic, FileId, Span};

use super::{Comparison, Side, compare, members};
use crate::clock::{Phase, Phases};
use crate::run::{self, RunError};
use crate::workspace::{Workspace, unknown_scenario};

/// A comparison asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparisonRequest {
    /// The scenario.
    pub scenario: String,
    /// What it is compared with; itself, the exercice before, when nothing is said.
    pub reference: Option<String>,
    /// Exercice of the scenario; its last one when nothing is said.
    pub year: Option<i32>,
    /// Exercice of the reference; likewise.
    pub reference_year: Option<i32>,
    /// The level it is told by.
    pub level: Option<String>,
}

impl Workspace {
    /// Compares two scenarios, or a scenario with itself an exercice before.
    ///
    /// # Errors
    /// An unknown scenario, an exercice that is not whole, a fault met while computing, a month that is not loaded.
    pub fn compare(
        &mut self,
        compiled: &Compiled,
        request: &ComparisonRequest,
        backend: &dyn Backend,
        phases: &mut Phases,
    ) -> Result<Comparison, RunError> {
        phases.enter(Phase::Reading);
        let find = |name: &str| run::find(compiled, name).ok_or_else(|| unknown_scenario(compiled, name));
        let to = find(&request.scenario)?;
        let from = find(request.reference.as_deref().unwrap_or(&request.scenario))?;
        let level = match request.level.as_deref() {
            None => None,
            Some(word) => Some(members::level(word).ok_or_else(|| unknown_level(word))?),
        };
        let year = request.year.unwrap_or_else(|| to.until.year());
        let reference_year = request.reference_year.or(request.year).unwrap_or_else(|| from.until.year());
        let alone = request.reference_year.is_none() && from.name == to.name;
        let reference_year = if alone { year - 1 } else { reference_year };
        let then = self.known_apart(from, to)?;
        let now = self.known(Some(to.observed))?;
        run::missing_months(to, now)?;
        run::missing_months(from, then.as_ref().unwrap_or(now))?;
        let side = |scenario, cube, year| {
            let (scenario, program) = compiled.runs(scenario);
            Side { scenario, program, cube, year }
        };
        let reference = side(from, then.as_ref().unwrap_or(now), reference_year);
        compare(compiled, (reference, side(to, now, year)), level, backend, phases)
    }

    /// What the reference knew, kept apart when it is not what the other knows.
    fn known_apart(&mut self, from: &Scenario, to: &Scenario) -> Result<Option<Cube>, CubeError> {
        if from.observed == to.observed {
            return Ok(None);
        }
        let all = std::ptr::from_ref(self.dossier().cube()?);
        let mut whole = |scenario: &Scenario| Ok::<bool, CubeError>(std::ptr::eq(self.known(Some(scenario.observed))?, all));
        if whole(from)? && whole(to)? {
            return Ok(None);
        }
        Ok(Some(self.known(Some(from.observed))?.clone()))
    }
}

fn unknown_level(word: &str) -> RunError {
    let nowhere = Span::new(FileId(u32::MAX), 0, 0);
    let message = format!("`{word}` n'est pas un niveau par lequel comparer");
    RunError::Diagnostics(vec![Diagnostic::new(Code::N01, message, nowhere).help(format!("niveaux : {}", members::known()))])
}
