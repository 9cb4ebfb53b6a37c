//! What the agents of a test make together: the strata that its expectations read, and no other.

use std::sync::Arc;

use cadrage_engine::{
    AgentFrame, Cohort, Crew, Environment, Imputation, Kernel, Keys, Levels, Loaded, Mode, Parameters, Value, pay_formulas, strata_for,
};
use cadrage_ir::{Aggregation, Fault, Formula, FormulaId, Program};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_value::{Exact, Month};

use crate::attributes::Coder;
use crate::levels::Gatherer;

/// Each agent of a test is wholly on his structure and on State resources.
fn keys(_: usize, _: usize, structure: &str, _: Month) -> Keys {
    Keys {
        imputations: vec![Imputation { centre: "?".into(), eotp: "".into(), plafond: "ETAT".into(), share: Exact::from_int(100) }],
        places: vec![(Arc::from(structure), Exact::from_int(100))],
    }
}

/// The levels that `asked` reads, over the frames of a test.
///
/// # Errors
/// The first fault met.
pub(crate) fn levels(
    asked: &[FormulaId],
    frames: &[AgentFrame],
    program: &Program,
    parameters: &Parameters,
    kernel: &dyn Kernel,
    coder: &mut Coder<'_>,
) -> Result<Levels, Fault> {
    let mut levels = Levels::default();
    let strata = strata_for(program, asked);
    if strata.is_empty() {
        return Ok(levels);
    }
    // Each has his own months.
    let cohorts: Vec<Cohort> = frames.iter().map(Cohort::alone).collect();
    let loaded: Vec<Box<dyn Loaded + '_>> = cohorts.iter().map(|cohort| kernel.load(cohort)).collect();
    let crews: Vec<Crew<'_>> = cohorts.iter().zip(&loaded).map(|(cohort, loaded)| Crew { kernel, loaded: &**loaded, cohort }).collect();
    let gatherer = Gatherer { program, parameters, kernel, crews: &crews, keys: Box::new(keys), only: None };
    gatherer.members(&[], coder, &mut levels);
    let mut lines = None;
    for stratum in &strata {
        if lines.is_none() && !stratum.line_aggregates.is_empty() {
            let mut made = Vec::new();
            let formulas = pay_formulas(program);
            for frame in frames {
                let environment = Environment { parameters, levels: &levels };
                let values = kernel.agent(frame, environment, &formulas, 0..frame.months.len(), Mode::Paid)?;
                let rows: Vec<_> = values.into_iter().enumerate().collect();
                made.extend(crate::testing::lines(frame, &formulas, &rows, program, coder));
            }
            lines = Some(made);
        }
        gatherer.stratum(stratum, lines.as_deref().unwrap_or(&[]), coder, &mut levels)?;
    }
    Ok(levels)
}

/// A formula of a level, for the one member that an agent belongs to.
///
/// # Errors
/// A value that is missing, or a period over which the measure means nothing.
pub(crate) fn value(
    id: FormulaId,
    formula: &Formula,
    frame: &AgentFrame,
    months: &[Month],
    levels: &Levels,
    span: Span,
) -> Result<Exact, Diagnostic> {
    if months.len() > 1 && !matches!(formula.aggregation, Aggregation::Sum | Aggregation::SumThenMean) {
        return Err(Diagnostic::new(Code::A01, format!("`{}` ne s'additionne pas d'un mois à l'autre", formula.name), span)
            .help("attendez-la un mois donné : `en 12/2026 attendre …`"));
    }
    let mut values = Vec::new();
    for month in months {
        let row = frame.position(*month).and_then(|k| frame.months.get(k)).and_then(|m| m.situations.last());
        let code = formula.grain.attribute().map_or("", |a| row.map_or("", |r| r.code(a)));
        match levels.formula(id, *month, code) {
            Some(Value::Missing) => {
                return Err(Diagnostic::new(Code::V07, format!("`{}` manque d'une donnée", formula.name), span)
                    .help("complétez le profil des agents du test"));
            }
            value => values.extend(value.and_then(Value::or_zero)),
        }
    }
    Ok(crate::testing::aggregate(formula.aggregation, values))
}
