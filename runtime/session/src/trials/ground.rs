//! A scenario ready for trials.

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Laid, Movement, Scenario, SweepKind};
use cadrage_engine::Backend;
use cadrage_ir::{Change, Layer, Modification, ParameterId, Program, Selection};
use cadrage_source::Span;
use cadrage_value::{Date, Exact};

use super::gauge::Gauge;
use crate::clock::Phases;
use crate::run::{self, RunError};
use crate::study::{Ground, Study};

/// The scenario with other sentences.
#[derive(Clone, Debug, Default)]
pub(super) struct Tried {
    /// More of them, after all its own.
    pub(super) layers: Vec<Layer>,
    /// Its movements, when they are others.
    pub(super) movements: Option<Vec<Option<Movement>>>,
}

/// What a trial gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Each measure.
    pub(super) figures: Vec<Exact>,
    /// What the movements came to, once the scenario was asked as it is: what it does not say itself.
    pub(super) notes: Vec<String>,
}

/// What a trial gives, one after another.
pub(super) type Giving<'m> = dyn FnMut(&Tried) -> Result<Given, RunError> + 'm;

/// The sentence that a trial adds: a hypothesis has the value since ever; a constant, from the first projected month, so that the constaté
/// and its back pay stand.
pub(super) fn layer(program: &Program, scenario: &Scenario, target: ParameterId, change: Change, span: Span) -> Layer {
    Layer::Value(Modification {
        parameter: target,
        selection: Selection::all(),
        whom: String::new(),
        everywhere: false,
        from: from(program, scenario, target),
        until: None,
        change,
        paid: None,
        text: "essai".to_owned(),
        span,
    })
}

/// The day a trial's value begins.
fn from(program: &Program, scenario: &Scenario, target: ParameterId) -> Option<Date> {
    let open = program.parameter(target).is_some_and(|p| p.hypothesis);
    (!open).then(|| scenario.constate.plus(1).first_day())
}

/// `modifier inflation`, `modifier valeur_du_point à compter du 01/10/2026`: how the sentence begins.
pub(super) fn sentence(program: &Program, scenario: &Scenario, target: ParameterId) -> String {
    let name = program.parameter(target).map_or("", |p| p.name.as_str());
    let since = from(program, scenario, target).map_or_else(String::new, |day| format!(" à compter du {}", day.to_french()));
    format!("modifier {name}{since}")
}

/// The change that a value of a sweep makes.
pub(super) fn change(kind: SweepKind, x: &Exact) -> Change {
    match kind {
        SweepKind::Set => Change::Set(x.clone()),
        SweepKind::Raise => Change::Scale(&Exact::ONE + x),
        SweepKind::Lower => Change::Scale(&Exact::ONE - x),
    }
}

/// Does something with the measures of trials: a study's when it keeps what is read and nobody moves, a run's on one kernel otherwise.
pub(super) fn measured<T>(
    compiled: &Compiled,
    (scenario, program): (&Scenario, &Program),
    cube: &Cube,
    backend: &dyn Backend,
    (gauges, people_move, span): (&[Gauge], bool, Span),
    then: impl FnOnce(&mut Giving<'_>) -> Result<T, RunError>,
) -> Result<T, RunError> {
    run::missing_months(scenario, cube)?;
    if !people_move {
        let ground = Ground::with(compiled, scenario, program, cube, backend)?;
        if gauges.iter().all(|g| g.is_light(ground.formulas())) {
            let study = Study::new(&ground)?;
            return then(&mut |tried| {
                let totals = study.with(&tried.layers)?;
                let figures = gauges.iter().map(|g| g.of_totals(&totals, span)).collect::<Result<_, _>>()?;
                Ok(Given { figures, notes: Vec::new() })
            });
        }
    }
    let kernel = backend.prepare(program);
    let mut asked: Vec<_> = gauges.iter().flat_map(Gauge::asked).collect();
    asked.dedup();
    // What the scenario says of itself, once it was asked as it is.
    let mut own: Option<Vec<String>> = None;
    then(&mut |tried| {
        let mut other = scenario.clone();
        other.layers.extend(tried.layers.iter().map(|what| Laid {
            what: what.clone(),
            scenario: scenario.name.clone(),
            variant: None,
            text: "essai".to_owned(),
            source: None,
            span,
        }));
        if let Some(movements) = &tried.movements {
            other.movements = movements.iter().flatten().cloned().collect();
        }
        let (mut run, _) = run::run_on(compiled, (&other, program), cube, &*kernel, &asked, &mut Phases::unheeded())?;
        let told = run.alerts.iter().filter(|a| a.code.starts_with('M')).map(|a| format!("[{}] {}", a.code, a.message));
        let known = own.as_deref().unwrap_or_default();
        let notes: Vec<String> = told.filter(|n| !known.contains(n)).collect();
        if tried.movements.is_none() && tried.layers.is_empty() {
            own = Some(notes.clone());
        }
        let figures = gauges.iter().map(|g| g.of_run(&mut run, &*kernel, span)).collect::<Result<_, _>>()?;
        Ok(Given { figures, notes })
    })
}
