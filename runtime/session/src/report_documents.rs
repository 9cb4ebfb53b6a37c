//! Declared reports as documents, those of measures and those of analyses alike.

use cadrage_driver::{Compiled, Report, ReportAnalysis, fold};
use cadrage_engine::Backend;
use cadrage_export::Document;
use cadrage_source::{Code, Diagnostic, FileId, Span};

use crate::alerts::Alert;
use crate::analysis::{AnalysisOptions, CostOptions, FEWEST, documents};
use crate::clock::Phases;
use crate::comparison::{ComparisonRequest, comparison_document};
use crate::observed::observed;
use crate::run::{self, RunError};
use crate::workspace::{Workspace, unknown_scenario};

/// The constant that values a point of index, where nobody says another.
const POINT: &str = "valeur_du_point";

impl Workspace {
    /// Computes a declared report, and the document it makes; the scenarios that it shows.
    ///
    /// # Errors
    /// An unknown report or scenario, a fault met while computing, a month that is not loaded, an exercice that is not covered.
    pub fn report_document(
        &mut self,
        compiled: &Compiled,
        report: &str,
        scenarios: &[String],
        backend: &dyn Backend,
    ) -> Result<(Document, Vec<String>), RunError> {
        let found = declared(compiled, report)?;
        let Some(analysis) = found.analysis else {
            let table = self.report(compiled, report, scenarios, backend)?;
            let names = table.scenarios.iter().map(|(name, _)| name.clone()).collect();
            return Ok((table.document(), names));
        };
        let first = || compiled.model.scenarios.first().map(|s| s.name.clone());
        let names: Vec<String> = if scenarios.is_empty() { first().into_iter().collect() } else { scenarios.to_vec() };
        if names.is_empty() {
            return Err(unknown_scenario(compiled, ""));
        }
        let mut out = Document { name: found.name.clone(), title: found.label.clone(), ..Document::default() };
        for name in &names {
            let scenario = run::find(compiled, name).ok_or_else(|| unknown_scenario(compiled, name))?;
            out.notes.push(format!("scénario {}, constaté jusqu'à {}", scenario.name, scenario.constate.to_french()));
            let mut pages = self.pages(compiled, (analysis, found.analysis_level), &scenario.name, backend)?;
            if names.len() > 1 {
                let titles = pages.tables.iter_mut().map(|t| &mut t.title).chain(pages.charts.iter_mut().map(|c| &mut c.title));
                titles.for_each(|title| *title = format!("{title} ({})", scenario.name));
            }
            out.notes.extend(pages.notes.into_iter().filter(|note| !out.notes.contains(note)).collect::<Vec<_>>());
            out.charts.append(&mut pages.charts);
            out.tables.append(&mut pages.tables);
        }
        Ok((out, names))
    }

    /// What an analysis says of a scenario, by the level it is cut by.
    fn pages(
        &mut self,
        compiled: &Compiled,
        (analysis, level): (ReportAnalysis, Option<&'static str>),
        scenario: &str,
        backend: &dyn Backend,
    ) -> Result<documents::Pages, RunError> {
        let options = AnalysisOptions { point: POINT.to_owned(), ..AnalysisOptions::default() };
        let (mut pages, alerts) = match analysis {
            ReportAnalysis::Movements => {
                let found = run::find(compiled, scenario).ok_or_else(|| unknown_scenario(compiled, scenario))?;
                let cube = self.known(Some(found.observed))?;
                run::missing_months(found, cube)?;
                let movements = observed(cube, None, Some(found.constate)).map_err(|why| {
                    let message = format!("`{scenario}` : {}", why.sentence());
                    RunError::Diagnostics(vec![Diagnostic::new(Code::T06, message, found.span).help("importez la livraison qui manque")])
                })?;
                (documents::movements(&movements, level, &cube.references), Vec::new())
            }
            ReportAnalysis::Effects => {
                let level = level.map(str::to_owned);
                let request = ComparisonRequest { scenario: scenario.to_owned(), level, ..ComparisonRequest::default() };
                let found = self.compare(compiled, &request, backend, &mut Phases::unheeded())?;
                let document = comparison_document(&[found]);
                (documents::Pages { notes: document.notes, charts: document.charts, tables: document.tables }, Vec::new())
            }
            ReportAnalysis::Eap => {
                let study = self.eap(compiled, scenario, &options)?;
                (documents::eap(&study, &self.sight(compiled)?), study.alerts)
            }
            ReportAnalysis::Gvt => {
                let gvt = self.gvt(compiled, scenario, &options)?;
                (documents::gvt(&gvt), gvt.alerts)
            }
            ReportAnalysis::JobPlan => {
                let plans = self.job_plan(compiled, scenario, &options, Some(level.unwrap_or("groupe")))?;
                (documents::job_plan(&plans), plans.alerts)
            }
            ReportAnalysis::MeanCosts => {
                let projection = self.calculate(compiled, scenario, backend)?;
                let options =
                    CostOptions { year: projection.last.year(), minimum: FEWEST.max(self.sight(compiled)?.minimum()), without: Vec::new() };
                let costs = self.costs(compiled, &projection, &options)?;
                (documents::costs(&costs), projection.alerts)
            }
            ReportAnalysis::Quality => (documents::quality(&self.dossier().finding_groups()?), Vec::new()),
        };
        pages.notes.extend(alerts.iter().map(|Alert { code, message }| format!("note [{code}] {message}")));
        Ok(pages)
    }
}

/// The report of that name.
pub(crate) fn declared<'c>(compiled: &'c Compiled, report: &str) -> Result<&'c Report, RunError> {
    let all = &compiled.model.reports;
    all.iter().find(|r| fold(&r.name) == fold(report)).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|r| r.name.as_str()).collect();
        let help = if known.is_empty() {
            "aucune restitution dans ce dossier : écrivez `restitution … : mesures … fin`".to_owned()
        } else {
            format!("restitutions : {}", known.join(", "))
        };
        let nowhere = Span::new(FileId(u32::MAX), 0, 0);
        RunError::Diagnostics(vec![Diagnostic::new(Code::N01, format!("la restitution `{report}` est inconnue"), nowhere).help(help)])
    })
}
