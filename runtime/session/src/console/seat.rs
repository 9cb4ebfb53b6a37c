//! What a desk keeps of a scenario: who is there, what they are paid, the study of its values. Each is made when it is first asked for.
//!
//! Scripts of what is asked may declare measures, constants and reports that those of the scenario do not have; they pay the same people
//! the same amounts ([`super::same_pay`]).

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{Backend, Crew, Parameters};
use cadrage_ir::{FormulaId, Layer, Program};
use cadrage_value::{Exact, Money};

use crate::alerts::Alert;
use crate::ceilings::{self, CeilingRow};
use crate::clock::Phases;
use crate::confidentiality::Sight;
use crate::explain::{ExplainRequest, Explainer, Explanation};
use crate::faults::diagnostic_of;
use crate::levels::Gatherer;
use crate::questions::{Asked, Standing};
use crate::reports::{self, ReportTable};
use crate::run::{self, Projection, RunError};
use crate::study::{Ground, Study, Totals};
use crate::{masking, report_documents};

/// A scenario that is asked of, again and again.
pub(super) struct Seat<'g> {
    compiled: &'g Compiled,
    scenario: &'g Scenario,
    ground: &'g Ground<'g>,
    backend: &'g dyn Backend,
    study: OnceCell<Result<Study<'g>, RunError>>,
    projection: OnceCell<Result<Projection, RunError>>,
}

/// What each agent of the deliveries is paid and counts for, by exercice.
pub(super) type Individuals = BTreeMap<String, BTreeMap<i32, (Money, Exact)>>;

impl<'g> Seat<'g> {
    pub(super) fn new(compiled: &'g Compiled, scenario: &'g Scenario, ground: &'g Ground<'g>, backend: &'g dyn Backend) -> Seat<'g> {
        Seat { compiled, scenario, ground, backend, study: OnceCell::new(), projection: OnceCell::new() }
    }

    /// The scenario's sums with these changes laid over it; as it is without any.
    pub(super) fn with(&self, layers: &[Layer]) -> Result<Totals, RunError> {
        match self.study.get_or_init(|| Study::new(self.ground)) {
            Ok(study) if layers.is_empty() => Ok(study.base()),
            Ok(study) => study.with(layers),
            Err(why) => Err(why.clone()),
        }
    }

    /// What careers and movements have to say.
    pub(super) fn notes(&self) -> Vec<Alert> {
        self.ground.notes().to_vec()
    }

    /// The question of these scripts.
    pub(super) fn ask(&self, compiled: &Compiled, sight: &Sight) -> Result<Asked, RunError> {
        Standing { ground: self.ground, projection: self.projection()? }.ask(compiled, sight, self.backend)
    }

    /// Where a figure comes from.
    pub(super) fn explain(&self, compiled: &Compiled, request: &ExplainRequest, sight: Sight) -> Result<Explanation, RunError> {
        let scenario = run::find(compiled, &self.scenario.name).unwrap_or(self.scenario);
        let ready = Box::new(|| Ok((self.ground.people(), self.projection()?)));
        Explainer::over(compiled, scenario, self.ground.cube(), sight, self.backend).lent(ready).explain(request)
    }

    /// A report of measures over this scenario.
    pub(super) fn report(&mut self, compiled: &Compiled, name: &str, sight: &Sight) -> Result<ReportTable, RunError> {
        let report = report_documents::declared(compiled, name)?;
        let program = self.gathered(compiled, &reports::asked(report))?;
        let (ground, backend) = (self.ground, self.backend);
        let runs = std::slice::from_mut(self.projection_mut()?);
        let table = reports::compute(report, program, runs, &ground.cube().references, backend);
        let table = table.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
        masking::report(report, program, runs, table, sight)
    }

    /// The envelopes against what the scenario gives.
    pub(super) fn ceilings(&mut self, compiled: &Compiled) -> Result<Vec<CeilingRow>, RunError> {
        let envelopes = &compiled.model.envelopes;
        let program = self.gathered(compiled, &ceilings::asked(envelopes))?;
        let (ground, backend) = (self.ground, self.backend);
        let rows = ceilings::compute(envelopes, program, self.projection_mut()?, &ground.cube().references, backend);
        rows.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))
    }

    /// Whose pay or jobs an exercice is made of: those that deliveries know, and not the posts that a scenario opens.
    pub(super) fn individuals(&self) -> Result<Individuals, RunError> {
        let known: BTreeSet<&str> = self.ground.cube().months.values().flat_map(|m| &m.situations).map(|s| s.matricule.as_str()).collect();
        let mut out = Individuals::new();
        for line in &self.projection()?.lines {
            let matricule = line.code("matricule");
            if !known.contains(matricule) {
                continue;
            }
            let years = match out.get_mut(matricule) {
                Some(years) => years,
                None => out.entry(matricule.to_owned()).or_default(),
            };
            years.entry(line.month.year()).or_default().0 += line.amount;
            if line.jobs.is_some() {
                let slot = &mut years.entry(line.right.year()).or_default().1;
                *slot = &*slot + line.etpt();
            }
        }
        Ok(out)
    }

    /// Everything that was made, once.
    fn projection(&self) -> Result<&Projection, RunError> {
        let made = || {
            let mut made = run::lines(self.compiled, self.scenario, self.ground, &[], &mut Phases::unheeded())?;
            // Each question gathers what it reads itself.
            made.levels = cadrage_engine::Levels::default();
            Ok(made)
        };
        self.projection.get_or_init(made).as_ref().map_err(RunError::clone)
    }

    fn projection_mut(&mut self) -> Result<&mut Projection, RunError> {
        self.projection()?;
        match self.projection.get_mut() {
            Some(Ok(made)) => Ok(made),
            Some(Err(why)) => Err(why.clone()),
            None => Err(RunError::Diagnostics(Vec::new())),
        }
    }

    /// Gathers what formulas of levels read, where reports and envelopes look for it; the program they are of.
    fn gathered<'c>(&mut self, compiled: &'c Compiled, formulas: &[FormulaId]) -> Result<&'c Program, RunError> {
        let found = run::find(compiled, &self.scenario.name);
        let program = found.map_or(&compiled.program, |scenario| compiled.runs(scenario).1);
        let parameters: Parameters =
            found.map_or_else(|| self.ground.parameters().clone(), |scenario| run::parameters(scenario, program).0);
        let people = self.ground.people();
        let kernel = self.backend.prepare(program);
        let loaded = kernel.load(&people.cohort);
        let crew = Crew { kernel: &*kernel, loaded: &*loaded, cohort: &people.cohort };
        let levels =
            Gatherer::over(people, &crew, program, &parameters).read_by(formulas, &self.projection()?.lines, &mut self.ground.coder());
        let levels = levels.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
        let projection = self.projection_mut()?;
        (projection.levels, projection.parameters) = (levels, parameters);
        Ok(program)
    }
}
