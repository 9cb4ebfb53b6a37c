//! A dossier being worked on: its store and its scripts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use std::sync::Arc;

use cadrage_cube::{Cube, CubeError, Dossier, LoadReport, References};
use cadrage_driver::{Compiled, ReportColumn, World, compile, correct};

use cadrage_engine::Backend;
use cadrage_source::{Code, Diagnostic, FileId, Span};
use cadrage_value::Date;

use crate::analysis::{self, AnalysisOptions, CostOptions, Costs, EapStudy, Gvt, JobPlans};
use crate::backtest::{self, BackTest, Period};
use crate::ceilings::{self, CeilingRow};
use crate::clock::{Phase, Phases};
use crate::confidentiality::Sight;
use crate::corrections::{self, CorrectedFile};
use crate::dossier_world::{DossierWorld, elements};
use crate::explain::{ExplainRequest, Explainer, Explanation, explain_gap};
use crate::history::{self, MovedBack};
use crate::profiles::{self, ProfileCounts};
use crate::reports::ReportTable;
use crate::run::{self, Projection, RunError};
use crate::testing::TestReport;

/// A dossier opened.
#[derive(Debug)]
pub struct Workspace {
    dossier: Dossier,
    /// Scripts named on the command line, besides those of the dossier.
    extra: Vec<PathBuf>,
    /// Was the store told how files of other systems are read?
    told: bool,
    /// The role the scripts are checked for, and that figures are shown to.
    role: Option<String>,
    /// Scripts that are in no file: what a person types.
    typed: Vec<(String, String)>,
    /// The day everything is seen from, when it is not today.
    seen_on: Option<Date>,
    /// What seeing from that day moved.
    moved: BTreeMap<String, MovedBack>,
}

impl Workspace {
    /// Opens the dossier in `root`, with scripts that are not in it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(root: &Path, extra: &[PathBuf]) -> Result<Workspace, CubeError> {
        Ok(Workspace {
            dossier: Dossier::open(root)?,
            extra: extra.to_vec(),
            told: false,
            role: None,
            typed: Vec::new(),
            seen_on: None,
            moved: BTreeMap::new(),
        })
    }

    /// The same dossier, opened again: what was read of it is read anew.
    pub(crate) fn opened_again(&self) -> Result<Workspace, CubeError> {
        Ok(Workspace {
            role: self.role.clone(),
            typed: self.typed.clone(),
            seen_on: self.seen_on,
            moved: self.moved.clone(),
            ..Workspace::open(self.dossier.root(), &self.extra)?
        })
    }

    /// Checks the scripts for a role: what oversteps its rights is refused before anything is computed.
    #[must_use]
    pub fn for_role(mut self, role: Option<String>) -> Self {
        self.role = role;
        self
    }

    /// Reads scripts that are in no file after those of the dossier, each under a name that messages tell: what a person types.
    pub fn type_scripts(&mut self, typed: Vec<(String, String)>) {
        self.typed = typed;
    }

    /// What may be told of individuals to who looks.
    ///
    /// # Errors
    /// A role that no module declares, a threshold that cannot be used.
    pub fn sight(&self, compiled: &Compiled) -> Result<Sight, RunError> {
        Sight::of(compiled, self.role.as_deref())
    }

    /// Sees everything as it was known on a day: deliveries observed later, and values published later, are not known.
    #[must_use]
    pub fn seen_on(mut self, day: Option<Date>) -> Self {
        self.seen_on = day;
        self
    }

    /// The scenarios whose constaté stops earlier than written, seen from the day asked for.
    pub fn moved_back(&self) -> impl Iterator<Item = (&str, &MovedBack)> {
        self.moved.iter().map(|(name, moved)| (name.as_str(), moved))
    }

    /// Loads the deliveries of `livraisons/` that are not loaded yet, oldest first; what was loaded.
    ///
    /// # Errors
    /// The first delivery that cannot be loaded; those before it are.
    pub fn import_pending(&mut self, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<Vec<LoadReport>, CubeError> {
        let pending = self.dossier.pending_deliveries()?;
        let dossier = self.loader()?;
        pending.iter().map(|delivery| dossier.import(delivery, progress)).collect()
    }

    /// The store, told how files of other systems are read: what loads deliveries.
    ///
    /// # Errors
    /// When a reference list is unreadable.
    pub fn loader(&mut self) -> Result<&mut Dossier, CubeError> {
        self.learn_interfaces()?;
        Ok(&mut self.dossier)
    }

    /// Tells the store how files of other systems are read, and what its rules accept. Once: the scripts are those of the moment it was opened.
    fn learn_interfaces(&mut self) -> Result<(), CubeError> {
        if !self.told {
            let root = self.dossier.root().to_owned();
            let references = cadrage_cube::References::read(&root)?;
            let world = DossierWorld { root: &root, references: &references, only: &self.extra, role: None, typed: &[] };
            self.dossier.set_layouts(crate::layouts::layouts(&world));
            self.dossier.set_thresholds(crate::thresholds::thresholds(&world)?);
            self.told = true;
        }
        Ok(())
    }

    /// The store.
    pub fn dossier(&mut self) -> &mut Dossier {
        &mut self.dossier
    }

    /// Everything loaded.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cube(&mut self) -> Result<&Cube, CubeError> {
        self.known(None)
    }

    /// What was known on the day everything is seen from, and on the day of a scenario's observation.
    pub(crate) fn known(&mut self, observed: Option<Date>) -> Result<&Cube, CubeError> {
        match self.seen_on.into_iter().chain(observed).min() {
            Some(day) => self.dossier.cube_on(day),
            None => self.dossier.cube(),
        }
    }

    /// The same, for who keeps it.
    pub(crate) fn shared(&mut self, observed: Option<Date>) -> Result<Arc<Cube>, CubeError> {
        let day = self.seen_on.into_iter().chain(observed).min();
        self.dossier.shared_cube(day)
    }

    /// The folder, the scripts that are not in it, the role they are checked for.
    pub(crate) fn place(&self) -> (&Path, &[PathBuf], Option<&str>) {
        (self.dossier.root(), &self.extra, self.role.as_deref())
    }

    /// Reads these scripts too from now on.
    pub(crate) fn take_in(&mut self, extra: &[PathBuf]) {
        self.extra = extra.to_vec();
    }

    /// Looks at the scenarios from the day asked for.
    pub(crate) fn look_from(&mut self, compiled: &mut Compiled) -> Result<(), CubeError> {
        if let Some(day) = self.seen_on {
            let cube = self.dossier.cube_on(day)?;
            self.moved = history::look_from(compiled, day, cube);
        }
        Ok(())
    }

    /// Checks and compiles the scripts.
    ///
    /// # Errors
    /// When a reference list is unreadable.
    pub fn compile(&mut self) -> Result<Compiled, CubeError> {
        let root = self.dossier.root().to_owned();
        let references = cadrage_cube::References::read(&root)?;
        let (extra, role, typed) = (self.extra.clone(), self.role.clone(), self.typed.clone());
        let world = DossierWorld { root: &root, references: &references, only: &extra, role: role.as_deref(), typed: &typed };
        self.check(&world, &references)
    }

    /// Checks and compiles the scripts of a world that is this dossier's but for some texts.
    pub(crate) fn check(&mut self, world: &dyn World, references: &References) -> Result<Compiled, CubeError> {
        let mut compiled = compile(world, elements(references).as_ref());
        if !compiled.model.overlaps.is_empty() {
            crate::overlaps::count(&mut compiled, self.known(None)?);
        }
        self.look_from(&mut compiled)?;
        Ok(compiled)
    }

    /// Applies every safe correction to the scripts, and says what was changed. Files without any are left as they are.
    ///
    /// # Errors
    /// When a reference list is unreadable, or a script cannot be written; files before it are corrected.
    pub fn correct(&mut self) -> Result<Vec<CorrectedFile>, CubeError> {
        let root = self.dossier.root().to_owned();
        let references = cadrage_cube::References::read(&root)?;
        let world =
            DossierWorld { root: &root, references: &references, only: &self.extra, role: self.role.as_deref(), typed: &self.typed };
        let paths = world.paths();
        let mut out = Vec::new();
        for correction in correct(&world, elements(&references).as_ref()) {
            if let Some((_, path)) = paths.iter().find(|(name, _)| *name == correction.name) {
                out.push(corrections::write(path, correction)?);
            }
        }
        Ok(out)
    }

    /// Runs a scenario of the checked scripts.
    ///
    /// # Errors
    /// An unknown scenario, a fault met while computing, a month that is not loaded.
    pub fn calculate(&mut self, compiled: &Compiled, scenario: &str, backend: &dyn Backend) -> Result<Projection, RunError> {
        self.calculate_timed(compiled, scenario, backend, &mut Phases::unheeded())
    }

    /// The same, saying where the time goes.
    ///
    /// # Errors
    /// An unknown scenario, a fault met while computing, a month that is not loaded.
    pub fn calculate_timed(
        &mut self,
        compiled: &Compiled,
        scenario: &str,
        backend: &dyn Backend,
        phases: &mut Phases,
    ) -> Result<Projection, RunError> {
        phases.enter(Phase::Reading);
        let found = run::find(compiled, scenario).ok_or_else(|| unknown_scenario(compiled, scenario))?;
        let moved = self.moved.get(&found.name).map(|moved| moved.alert(&found.name));
        let frozen = self.dossier.frozen_gaps()?;
        let mut out = run::run(compiled, found, self.known(Some(found.observed))?, backend, &[], phases)?;
        out.alerts.extend(moved.into_iter().chain(history::frozen(&frozen, out.last)));
        Ok(out)
    }

    /// Computes a declared report over scenarios; those of the dossier when none is named and the report puts scenarios in columns, the
    /// first one otherwise.
    ///
    /// # Errors
    /// An unknown report or scenario, a fault met while computing, a month that is not loaded.
    pub fn report(
        &mut self,
        compiled: &Compiled,
        report: &str,
        scenarios: &[String],
        backend: &dyn Backend,
    ) -> Result<ReportTable, RunError> {
        let found = crate::report_documents::declared(compiled, report)?;
        let all = || compiled.model.scenarios.iter().map(|s| s.name.clone());
        let several = found.columns.contains(&ReportColumn::Scenario);
        let names: Vec<String> = match (scenarios.is_empty(), several) {
            (false, _) => scenarios.to_vec(),
            (true, true) => all().collect(),
            (true, false) => all().take(1).collect(),
        };
        let asked = crate::reports::asked(found);
        let mut runs = Vec::new();
        for name in &names {
            let scenario = run::find(compiled, name).ok_or_else(|| unknown_scenario(compiled, name))?;
            runs.push(run::run(compiled, scenario, self.known(Some(scenario.observed))?, backend, &asked, &mut Phases::unheeded())?);
        }
        let references = cadrage_cube::References::read(self.dossier.root())?;
        let table = crate::reports::compute(found, &compiled.program, &mut runs, &references, backend)
            .map_err(|fault| RunError::Diagnostics(vec![crate::diagnostic_of(&fault)]))?;
        crate::masking::report(found, &compiled.program, &runs, table, &self.sight(compiled)?)
    }

    /// Computes a scenario and sets its envelopes against what it gives.
    ///
    /// # Errors
    /// An unknown scenario, a fault met while computing, a month that is not loaded.
    pub fn ceilings(
        &mut self,
        compiled: &Compiled,
        scenario: &str,
        backend: &dyn Backend,
        phases: &mut Phases,
    ) -> Result<(Projection, Vec<CeilingRow>), RunError> {
        phases.enter(Phase::Reading);
        let found = run::find(compiled, scenario).ok_or_else(|| unknown_scenario(compiled, scenario))?;
        let moved = self.moved.get(&found.name).map(|moved| moved.alert(&found.name));
        let frozen = self.dossier.frozen_gaps()?;
        let envelopes = &compiled.model.envelopes;
        let asked = ceilings::asked(envelopes);
        let mut projection = run::run(compiled, found, self.known(Some(found.observed))?, backend, &asked, phases)?;
        projection.alerts.extend(moved.into_iter().chain(history::frozen(&frozen, projection.last)));
        let references = cadrage_cube::References::read(self.dossier.root())?;
        let rows = ceilings::compute(envelopes, compiled.runs(found).1, &mut projection, &references, backend)
            .map_err(|fault| RunError::Diagnostics(vec![crate::diagnostic_of(&fault)]))?;
        Ok((projection, rows))
    }

    /// Explains a figure, or a difference between two scenarios.
    ///
    /// # Errors
    /// An unknown scenario, month or agent, a figure that may not be told, a fault met while computing.
    pub fn explain(&mut self, compiled: &Compiled, request: &ExplainRequest, backend: &dyn Backend) -> Result<Explanation, RunError> {
        let sight = self.sight(compiled)?;
        let find = |name: &str| run::find(compiled, name).ok_or_else(|| unknown_scenario(compiled, name));
        if let Some((from, to)) = &request.between {
            let (from, to) = (find(from)?, find(to)?);
            let then = self.known_apart(from, to)?;
            let now = self.known(Some(to.observed))?;
            let before = Explainer::new(compiled, from, then.as_ref().unwrap_or(now), sight.clone(), backend)?;
            let after = Explainer::new(compiled, to, now, sight, backend)?;
            return explain_gap(&before, &after, request);
        }
        let scenario = match &request.scenario {
            Some(name) => find(name)?,
            None => scenario_for(compiled, request.period).ok_or_else(|| unknown_scenario(compiled, ""))?,
        };
        let cube = self.known(Some(scenario.observed))?;
        Explainer::new(compiled, scenario, cube, sight, backend)?.explain(request)
    }

    /// A scenario ready for any number of explanations.
    ///
    /// # Errors
    /// An unknown scenario, a month that is not loaded, a role that no module declares.
    pub fn explainer<'a>(
        &'a mut self,
        compiled: &'a Compiled,
        scenario: &str,
        backend: &'a dyn Backend,
    ) -> Result<Explainer<'a>, RunError> {
        let sight = self.sight(compiled)?;
        let found = run::find(compiled, scenario).ok_or_else(|| unknown_scenario(compiled, scenario))?;
        Explainer::new(compiled, found, self.known(Some(found.observed))?, sight, backend)
    }

    /// Index mass, GVT by both methods and the waterfall of the traitement of a scenario. No formula of pay runs.
    ///
    /// # Errors
    /// An unknown scenario or population, an exercice it does not cover, a month that is not loaded.
    pub fn gvt(&mut self, compiled: &Compiled, scenario: &str, options: &AnalysisOptions) -> Result<Gvt, RunError> {
        let found = run::find(compiled, scenario).ok_or_else(|| unknown_scenario(compiled, scenario))?;
        analysis::gvt(compiled, found, self.known(Some(found.observed))?, options)
    }

    /// Extensions en année pleine of a scenario.
    ///
    /// # Errors
    /// As for [`Workspace::gvt`].
    pub fn eap(&mut self, compiled: &Compiled, scenario: &str, options: &AnalysisOptions) -> Result<EapStudy, RunError> {
        let found = run::find(compiled, scenario).ok_or_else(|| unknown_scenario(compiled, scenario))?;
        analysis::eap(compiled, found, self.known(Some(found.observed))?, options)
    }

    /// Schéma d'emplois of a scenario, cut by a level.
    ///
    /// # Errors
    /// As for [`Workspace::gvt`], and an unknown level.
    pub fn job_plan(
        &mut self,
        compiled: &Compiled,
        scenario: &str,
        options: &AnalysisOptions,
        level: Option<&str>,
    ) -> Result<JobPlans, RunError> {
        let found = run::find(compiled, scenario).ok_or_else(|| unknown_scenario(compiled, scenario))?;
        analysis::job_plan(compiled, found, self.known(Some(found.observed))?, options, level)
    }

    /// Mean costs of a scenario that was run.
    ///
    /// # Errors
    /// As for [`Workspace::gvt`].
    pub fn costs(&mut self, compiled: &Compiled, projection: &Projection, options: &CostOptions) -> Result<Costs, RunError> {
        let found = run::find(compiled, &projection.scenario).ok_or_else(|| unknown_scenario(compiled, &projection.scenario))?;
        let steps = analysis::Crowd::new(compiled, found, self.known(Some(found.observed))?, &[], None)?.steps();
        let references = cadrage_cube::References::read(self.dossier.root())?;
        let sight = self.sight(compiled)?;
        let fewest = if sight.tells_agents() { options.minimum } else { options.minimum.max(sight.minimum()) };
        Ok(Costs::new(projection, &references, &CostOptions { minimum: fewest, ..options.clone() }, &steps))
    }

    /// Sets what was paid against what the rules give, over constaté months of right; the first scenario when none is named.
    ///
    /// # Errors
    /// An unknown scenario, a month that is not constaté, a fault met while computing.
    pub fn back_test(
        &mut self,
        compiled: &Compiled,
        scenario: Option<&str>,
        period: Period,
        backend: &dyn Backend,
    ) -> Result<BackTest, RunError> {
        let found = match scenario {
            Some(name) => run::find(compiled, name).ok_or_else(|| unknown_scenario(compiled, name))?,
            None => compiled.model.scenarios.first().ok_or_else(|| unknown_scenario(compiled, ""))?,
        };
        let findings = self.dossier.findings()?;
        let sight = self.sight(compiled)?;
        let mut out = backtest::run(compiled, found, self.known(Some(found.observed))?, &findings, period, backend)?;
        if !sight.tells_agents() {
            out.gaps.iter_mut().for_each(|gap| gap.matricule.clear());
        }
        Ok(out)
    }

    /// On how many profiles the first scenario's formulas are summed; `None` without a scenario or a delivery.
    ///
    /// # Errors
    /// A month that is not loaded, data that must be there and are not.
    pub fn profiles(&mut self, compiled: &Compiled, backend: &dyn Backend) -> Result<Option<ProfileCounts>, RunError> {
        let observed = compiled.model.scenarios.first().map(|s| s.observed);
        let cube = self.known(observed)?;
        match compiled.model.scenarios.first().filter(|_| !cube.months.is_empty()) {
            Some(scenario) => profiles::counts(compiled, scenario, cube, backend).map(Some),
            None => Ok(None),
        }
    }

    /// Runs the `test` blocks.
    ///
    /// # Errors
    /// When a reference list is unreadable.
    pub fn test(&mut self, compiled: &Compiled, backend: &dyn Backend) -> Result<TestReport, CubeError> {
        let references = cadrage_cube::References::read(self.dossier.root())?;
        Ok(TestReport::run(compiled, &references, backend))
    }
}

pub(crate) fn unknown_scenario(compiled: &Compiled, scenario: &str) -> RunError {
    let known: Vec<&str> = compiled.model.scenarios.iter().map(|s| s.name.as_str()).collect();
    let nowhere = Span::new(FileId(u32::MAX), 0, 0);
    let help = if known.is_empty() { "aucun scénario dans ce dossier".to_owned() } else { format!("scénarios : {}", known.join(", ")) };
    RunError::Diagnostics(vec![Diagnostic::new(Code::N01, format!("le scénario `{scenario}` est inconnu"), nowhere).help(help)])
}

/// The first scenario that has a period; the first one of all when none has.
fn scenario_for(compiled: &Compiled, period: Option<cadrage_driver::Period>) -> Option<&cadrage_driver::Scenario> {
    let last = period.map(|p| match p {
        cadrage_driver::Period::Month(m) => m,
        cadrage_driver::Period::Year(y) => cadrage_value::Month::new(y, 1).unwrap_or(cadrage_value::Month::MIN),
    });
    let scenarios = &compiled.model.scenarios;
    scenarios.iter().find(|s| last.is_none_or(|m| m <= s.until)).or_else(|| scenarios.first())
}
