//! A scenario ready for trials.

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Laid, Scenario, SweepKind};
use cadrage_engine::Backend;
use cadrage_ir::{Change, Layer, Modification, ParameterId, Program, Selection};
use cadrage_source::Span;
use cadrage_value::{Date, Exact};

use super::gauge::Gauge;
use crate::clock::Phases;
use crate::run::{self, RunError};
use crate::study::{Ground, Study};

/// What a trial measures, one value after another.
pub(super) type Measured<'m> = dyn FnMut(&[Layer]) -> Result<Exact, RunError> + 'm;

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
pub(super) fn from(program: &Program, scenario: &Scenario, target: ParameterId) -> Option<Date> {
    let open = program.parameter(target).is_some_and(|p| p.hypothesis);
    (!open).then(|| scenario.constate.plus(1).first_day())
}

/// `modifier inflation = `, `modifier valeur_du_point à compter du 01/10/2026 = `: how the sentence begins.
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

/// Does something with the measure of trials: a study's when it keeps what is read, a run's on one kernel otherwise.
pub(super) fn measured<T>(
    compiled: &Compiled,
    (scenario, program): (&Scenario, &Program),
    cube: &Cube,
    backend: &dyn Backend,
    (gauge, span): (&Gauge, Span),
    then: impl FnOnce(&mut Measured<'_>) -> Result<T, RunError>,
) -> Result<T, RunError> {
    run::missing_months(scenario, cube)?;
    let ground = Ground::with(compiled, scenario, program, cube, backend)?;
    if gauge.is_light(ground.formulas()) {
        let study = Study::new(&ground)?;
        return then(&mut |layers| gauge.of_totals(&study.with(layers)?, span));
    }
    drop(ground);
    let kernel = backend.prepare(program);
    let asked = gauge.asked();
    then(&mut |layers| {
        let mut tried = scenario.clone();
        tried.layers.extend(layers.iter().map(|what| Laid {
            what: what.clone(),
            scenario: scenario.name.clone(),
            variant: None,
            text: "essai".to_owned(),
            source: None,
            span,
        }));
        let (mut run, _) = run::run_on(compiled, (&tried, program), cube, &*kernel, &asked, &mut Phases::unheeded())?;
        gauge.of_run(&mut run, &*kernel, span)
    })
}
