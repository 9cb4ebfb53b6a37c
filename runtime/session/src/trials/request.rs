//! What is asked.

use cadrage_driver::{Analysis, Compiled, Measured, Moved, MovedMovement, MovedPart, Pace, SweptAxis};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use cadrage_value::{Date, Exact, Month};

use super::written;
use crate::run::RunError;

/// A goal to reach.
#[derive(Clone, Debug)]
pub struct SeekRequest {
    /// What may move.
    pub target: Moved,
    /// In which scenario.
    pub scenario: String,
    /// What must reach the goal, and when.
    pub measure: Measured,
    /// The goal, base units; nothing when the measure must stay what it is.
    pub goal: Option<Exact>,
    /// Between which values, base units or days; the usual bounds when nothing is said.
    pub bounds: Option<(Exact, Exact)>,
    /// From one value to the next; the usual step when nothing is said.
    pub pace: Option<Pace>,
    /// As written, its head word left out.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// Values to take in turn; with two targets, every pair.
#[derive(Clone, Debug)]
pub struct SweepRequest {
    /// In which scenario.
    pub scenario: String,
    /// One or two.
    pub axes: Vec<SweptAxis>,
    /// What is shown; nothing = the masse salariale and the ETPT.
    pub measures: Vec<Measured>,
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
        let Analysis::Seek { target, scenario, measure, goal, bounds, pace, span } = analysis else { continue };
        if file.is_some_and(|f| f != span.file) {
            continue;
        }
        out.push(SeekRequest {
            target: target.clone(),
            scenario: scenario.clone(),
            measure: measure.clone(),
            goal: goal.clone(),
            bounds: bounds.clone(),
            pace: pace.clone(),
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
        let Analysis::Sweep { scenario, axes, measures, year, span } = analysis else { continue };
        if file.is_some_and(|f| f != span.file) {
            continue;
        }
        out.push(SweepRequest {
            scenario: scenario.clone(),
            axes: axes.clone(),
            measures: measures.clone(),
            year: *year,
            text: question(compiled, *span),
            span: *span,
        });
    }
    out
}

impl SeekRequest {
    /// Looks between these values only, as a person types them: `0`, `2,5 %`, `01/2027`; and by this step.
    ///
    /// # Errors
    /// A number that cannot be read, bounds in the wrong order or beyond the declared ones, a step that is not positive.
    pub fn within(&mut self, compiled: &Compiled, bounds: Option<(&str, &str)>, step: Option<&str>) -> Result<(), RunError> {
        let target = self.target.clone();
        let parameter = if let Moved::Parameter(id) = target { compiled.program.parameter(id) } else { None };
        let shown = |x: &Exact| match (&target, parameter) {
            (Moved::Movement(moved), _) => moved.written(x),
            (_, Some(parameter)) => written::value(x, parameter),
            _ => x.to_shortest(),
        };
        let read = |text: &str| match (&target, parameter) {
            (Moved::Movement(moved), _) => value_of(moved, text).ok_or_else(|| {
                let (message, help) = match moved.part {
                    MovedPart::From | MovedPart::On => {
                        (format!("`{text}` n'est pas une date"), "écrivez `01/2027`, ou `01/01/2027`".to_owned())
                    }
                    _ => (format!("`{text}` ne se met pas à la place de `?`"), format!("écrivez un nombre : `{}`", shown(&Exact::ONE))),
                };
                self.refused(Code::V21, message, help)
            }),
            (_, Some(parameter)) => written::read(text, parameter).ok_or_else(|| {
                let unit = &parameter.written.0;
                self.refused(
                    Code::V21,
                    format!("`{text}` n'est pas une valeur de `{}`", parameter.name),
                    format!("écrivez un nombre en {unit} : `{}`", written::value(&written::step(parameter), parameter)),
                )
            }),
            _ => Err(self.refused(Code::N01, "la valeur cherchée n'existe pas".to_owned(), "nommez une hypothèse".to_owned())),
        };
        let bounds = bounds.map(|(a, b)| Ok::<_, RunError>((read(a)?, read(b)?))).transpose()?;
        let pace = match (&target, step) {
            (_, None) => None,
            (Moved::Movement(moved), Some(text)) if moved.is_dated() => Some(days(text).ok_or_else(|| {
                self.refused(Code::V21, format!("`{text}` n'est pas un pas de dates"), "écrivez `1 mois`, ou `1 jour`".to_owned())
            })?),
            (_, Some(text)) => Some(Pace::Even(read(text)?)),
        };
        if let Some((a, b)) = &bounds {
            if a > b {
                let why = format!("on cherche de {} à {} : la première borne est la plus petite", shown(a), shown(b));
                return Err(self.refused(Code::V21, why, format!("écrivez de {} à {}", shown(b), shown(a))));
            }
            if let Some((low, high)) = parameter.and_then(|p| p.bounds.as_ref()).filter(|(low, high)| a < low || b > high) {
                let name = parameter.map_or("", |p| p.name.as_str());
                let why = format!("`{name}` va de {} à {}", shown(low), shown(high));
                return Err(self.refused(Code::E06, why, "restez entre ces bornes, ou élargissez-les dans le module".to_owned()));
            }
        }
        if matches!(&pace, Some(Pace::Even(step)) if *step <= Exact::ZERO) {
            return Err(self.refused(Code::V21, "le pas est nul ou négatif".to_owned(), "donnez un pas positif".to_owned()));
        }
        self.bounds = bounds.or(self.bounds.take());
        self.pace = pace.or(self.pace.take());
        Ok(())
    }

    fn refused(&self, code: Code, why: String, help: String) -> RunError {
        RunError::Diagnostics(vec![Diagnostic::new(code, why, self.span).help(help)])
    }
}

/// A value of a `?`, as a person types it: `3`, `3 agents`, `15 %`, `01/2027`, `01/09/2027`.
fn value_of(moved: &MovedMovement, text: &str) -> Option<Exact> {
    let day = |d: Date| Exact::from_int(i64::from(d.to_epoch_days()));
    if moved.is_dated() {
        return match Date::parse(text.trim()) {
            Some(d) => Some(day(d)),
            None => {
                let (month, year) = text.trim().split_once('/')?;
                let month = Month::new(year.parse().ok()?, month.parse().ok()?)?;
                Some(day(if moved.part == MovedPart::On { month.last_day() } else { month.first_day() }))
            }
        };
    }
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == ',' || *c == '.').collect();
    let unit: String = text.chars().filter(|c| c.is_alphabetic() || *c == '%').collect();
    let one: String = moved.written(&Exact::ONE).chars().filter(|c| c.is_alphabetic() || *c == '%').collect();
    if !unit.is_empty() && unit.trim_end_matches('s') != one.trim_end_matches('s') {
        return None;
    }
    let x: Exact = digits.replace('.', ",").parse().ok()?;
    let x = if moved.part == MovedPart::Share { x.checked_div(&Exact::from_int(100))? } else { x };
    let whole = moved.part != MovedPart::Agents || x.to_int().is_some();
    whole.then_some(x)
}

/// `1 mois`, `7 jours`
fn days(text: &str) -> Option<Pace> {
    let (count, unit) = text.trim().split_once(' ').unwrap_or(("1", text.trim()));
    let count: i32 = count.parse().ok().filter(|n| (1..=1200).contains(n))?;
    match unit.trim().trim_end_matches('s') {
        "moi" => Some(Pace::Months(count)),
        "jour" => Some(Pace::Even(Exact::from_int(i64::from(count)))),
        _ => None,
    }
}

/// As written, the head word left out.
fn question(compiled: &Compiled, span: Span) -> String {
    let words = compiled.words(span);
    words.split_once(' ').map_or(words.as_str(), |(_, rest)| rest).to_owned()
}
