//! What is asked.

use cadrage_driver::{Analysis, Compiled, Measure, SweepKind};
use cadrage_ir::ParameterId;
use cadrage_source::{Code, Diagnostic, FileId, Span};
use cadrage_value::Exact;

use super::written;
use crate::run::RunError;

/// A goal to reach.
#[derive(Clone, Debug)]
pub struct SeekRequest {
    /// What may move.
    pub target: ParameterId,
    /// In which scenario.
    pub scenario: String,
    /// What must reach the value, and when.
    pub measure: Measure,
    /// The value, base units.
    pub goal: Exact,
    /// Between which values, base units; the declared bounds when nothing is said.
    pub bounds: Option<(Exact, Exact)>,
    /// From one value to the next, base units; the declared precision when nothing is said.
    pub step: Option<Exact>,
    /// As written, its head word left out.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// A parameter that takes values in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptParameter {
    /// Which.
    pub target: ParameterId,
    /// How it moves.
    pub kind: SweepKind,
    /// Values taken, or raises, in order; base units.
    pub values: Vec<Exact>,
}

/// Values to take in turn; with two parameters, every pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepRequest {
    /// In which scenario.
    pub scenario: String,
    /// One or two.
    pub axes: Vec<SweptParameter>,
    /// The exercice shown; the last that the scenario projects to its end when nothing is said.
    pub year: Option<i32>,
    /// As written, its head word left out.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// The `chercher` of the scripts; those of one file when it is given.
#[must_use]
pub fn declared_seeks(compiled: &Compiled, file: Option<FileId>) -> Vec<SeekRequest> {
    let mut out = Vec::new();
    for analysis in &compiled.model.analyses {
        let Analysis::Seek { target, scenario, measure, goal, span } = analysis else { continue };
        if file.is_some_and(|f| f != span.file) {
            continue;
        }
        out.push(SeekRequest {
            target: *target,
            scenario: scenario.clone(),
            measure: measure.clone(),
            goal: goal.clone(),
            bounds: None,
            step: None,
            text: question(compiled, *span),
            span: *span,
        });
    }
    out
}

/// The `balayer` of the scripts; those of one file when it is given.
#[must_use]
pub fn declared_sweeps(compiled: &Compiled, file: Option<FileId>) -> Vec<SweepRequest> {
    let mut out = Vec::new();
    for analysis in &compiled.model.analyses {
        let Analysis::Sweep { target, scenario, kind, values, span } = analysis else { continue };
        if file.is_some_and(|f| f != span.file) {
            continue;
        }
        out.push(SweepRequest {
            scenario: scenario.clone(),
            axes: vec![SweptParameter { target: *target, kind: *kind, values: values.clone() }],
            year: None,
            text: question(compiled, *span),
            span: *span,
        });
    }
    out
}

impl SeekRequest {
    /// Looks between these values only, as a person types them: `0`, `2,5 %`; and by this step.
    ///
    /// # Errors
    /// A number that cannot be read, bounds in the wrong order or beyond the declared ones, a step that is not positive.
    pub fn within(&mut self, compiled: &Compiled, bounds: Option<(&str, &str)>, step: Option<&str>) -> Result<(), RunError> {
        let Some(parameter) = compiled.program.parameter(self.target) else { return Ok(()) };
        let read = |text: &str| {
            written::read(text, parameter).ok_or_else(|| {
                let unit = &parameter.written.0;
                self.refused(
                    Code::V21,
                    format!("`{text}` n'est pas une valeur de `{}`", parameter.name),
                    format!("écrivez un nombre en {unit} : `{}`", written::value(&written::step(parameter), parameter)),
                )
            })
        };
        let bounds = bounds.map(|(a, b)| Ok::<_, RunError>((read(a)?, read(b)?))).transpose()?;
        let step = step.map(read).transpose()?;
        if let Some((a, b)) = &bounds {
            let shown = |x: &Exact| written::value(x, parameter);
            if a > b {
                let why = format!("on cherche de {} à {} : la première borne est la plus petite", shown(a), shown(b));
                return Err(self.refused(Code::V21, why, format!("écrivez de {} à {}", shown(b), shown(a))));
            }
            if let Some((low, high)) = parameter.bounds.as_ref().filter(|(low, high)| a < low || b > high) {
                let why = format!("`{}` va de {} à {}", parameter.name, shown(low), shown(high));
                return Err(self.refused(Code::E06, why, "restez entre ces bornes, ou élargissez-les dans le module".to_owned()));
            }
        }
        if step.as_ref().is_some_and(|s| *s <= Exact::ZERO) {
            return Err(self.refused(Code::V21, "le pas est nul ou négatif".to_owned(), "donnez un pas positif".to_owned()));
        }
        (self.bounds, self.step) = (bounds, step);
        Ok(())
    }

    pub(super) fn refused(&self, code: Code, why: String, help: String) -> RunError {
        RunError::Diagnostics(vec![Diagnostic::new(code, why, self.span).help(help)])
    }
}

impl SweepRequest {
    /// Every pair of values of this one and of another, over the same scenario.
    ///
    /// # Errors
    /// Another scenario, the same parameter twice, more than two parameters, too many pairs.
    pub fn crossed(mut self, other: SweepRequest) -> Result<SweepRequest, RunError> {
        let refused = |why: &str, help: &str| {
            Err(RunError::Diagnostics(vec![Diagnostic::new(Code::V21, why.to_owned(), other.span).help(help.to_owned())]))
        };
        if self.scenario != other.scenario {
            return refused("on croise deux balayages d'un même scénario", "donnez le même scénario aux deux");
        }
        if self.axes.len() + other.axes.len() > 2 {
            return refused("on croise deux valeurs au plus", "gardez-en deux, et balayez les autres à part");
        }
        if self.axes.iter().any(|a| other.axes.iter().any(|b| a.target == b.target)) {
            return refused("les deux balayages sont de la même valeur", "croisez deux valeurs différentes");
        }
        if self.axes.iter().chain(&other.axes).map(|a| a.values.len()).product::<usize>() > 1000 {
            return refused("ce balayage demande plus de 1000 calculs", "prenez des pas plus grands");
        }
        self.axes.extend(other.axes);
        self.text = format!("{} ; {}", self.text, other.text);
        Ok(self)
    }
}

/// As written, the head word left out.
fn question(compiled: &Compiled, span: Span) -> String {
    let words = compiled.words(span);
    words.split_once(' ').map_or(words.as_str(), |(_, rest)| rest).to_owned()
}
