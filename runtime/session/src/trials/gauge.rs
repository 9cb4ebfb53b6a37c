//! What a trial is read for: sums of lines and of agents, that a study keeps as well as a run, and formulas of the whole institution.

use cadrage_driver::{Measure, Measured, Scenario};
use cadrage_engine::{Kernel, Value, codes_accepted};
use cadrage_ir::{Aggregation, COLUMNS, Dimension, Formula, FormulaId, Grain, Op, Operator, Program, Selection, Unit};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_value::{Exact, Month};

use crate::diagnostic_of;
use crate::run::{Projection, RunError};
use crate::study::Totals;

/// A measure, over months.
#[derive(Clone, Debug)]
pub(super) struct Gauge {
    what: What,
    pub(super) months: Vec<Month>,
    pub(super) unit: Unit,
    /// Of a part of the institution only.
    partial: bool,
}

#[derive(Clone, Debug)]
enum What {
    Number(Exact),
    /// A column of lines, of those in the box.
    Lines(Part, Selection),
    /// A formula `par agent`, added up.
    Agents(FormulaId, String),
    /// A formula of the whole institution.
    Whole(FormulaId, Over),
    Negate(Box<What>),
    Binary(Operator, Box<What>, Box<What>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Paid,
    Etpt,
    Etpf,
}

impl Gauge {
    /// The measure of a goal, which says when; of a sweep, over this exercice when it does not.
    pub(super) fn of(
        measured: &Measured,
        year: Option<i32>,
        program: &Program,
        scenario: &Scenario,
        span: Span,
    ) -> Result<Gauge, RunError> {
        let (inner, all): (&Measure, Vec<Month>) = match (&measured.measure, year) {
            (Measure::OverYear(inner, year), _) => (inner, months_of(scenario, *year)),
            (Measure::InMonth(inner, month), _) => (inner, vec![*month]),
            (inner, Some(year)) => (inner, months_of(scenario, year)),
            _ => return Err(unknown(span)),
        };
        projected(scenario, &all, span)?;
        let (what, unit) = match (what(inner, program, all.len() > 1, span), measured.cell) {
            (Ok(found), _) => found,
            // By its own rule, for the whole institution.
            (Err(_), Some(cell)) => (What::Whole(cell, Over::Whole), measured.unit.clone()),
            (Err(why), None) => return Err(why),
        };
        Ok(Gauge { what, months: all, unit, partial: is_partial(inner) })
    }

    /// The masse salariale and the ETPT of an exercice.
    pub(super) fn usual(scenario: &Scenario, year: i32, span: Span) -> Result<[Gauge; 2], RunError> {
        let months = months_of(scenario, year);
        projected(scenario, &months, span)?;
        let of = |part, unit| Gauge { what: What::Lines(part, Selection::all()), months: months.clone(), unit, partial: false };
        Ok([of(Part::Paid, Unit::of(Dimension::Euro)), of(Part::Etpt, Unit::of(Dimension::Etpt))])
    }

    /// Does a study keep all it reads? These are the formulas that a study computes.
    pub(super) fn is_light(&self, formulas: &[FormulaId]) -> bool {
        self.what.all(&|w| match w {
            What::Lines(_, selection) => selection.is_all(),
            What::Agents(id, _) => formulas.contains(id),
            What::Whole(..) => false,
            _ => true,
        })
    }

    /// Does it read a part of the institution only?
    pub(super) fn is_partial(&self) -> bool {
        self.partial
    }

    /// `2027`, `12/2027`
    pub(super) fn period(&self) -> String {
        match self.months.as_slice() {
            [month] => month.to_french(),
            months => months.first().map_or_else(String::new, |m| m.year().to_string()),
        }
    }

    /// The formulas of levels that a run must gather for it.
    pub(super) fn asked(&self) -> Vec<FormulaId> {
        let found = std::cell::RefCell::new(Vec::new());
        self.what.all(&|w| {
            if let What::Whole(id, _) = w {
                found.borrow_mut().push(*id);
            }
            true
        });
        found.into_inner()
    }

    /// What a study's sums say of it.
    pub(super) fn of_totals(&self, totals: &Totals, span: Span) -> Result<Exact, RunError> {
        let mut leaf = |what: &What| {
            Ok(match what {
                What::Lines(Part::Paid, _) => self.months.iter().map(|m| totals.masse_salariale(*m).to_exact()).sum(),
                What::Lines(Part::Etpt, _) => self.months.iter().filter_map(|m| totals.etpt.get(m)).cloned().sum(),
                What::Lines(Part::Etpf, _) => self.months.iter().filter_map(|m| totals.etpf.get(m)).cloned().sum(),
                What::Agents(_, name) => self.months.iter().filter_map(|m| totals.measures.get(&(name.clone(), *m))).cloned().sum(),
                _ => Exact::ZERO,
            })
        };
        evaluate(&self.what, &mut leaf, span)
    }

    /// What a run says of it.
    pub(super) fn of_run(&self, run: &mut Projection, kernel: &dyn Kernel, span: Span) -> Result<Exact, RunError> {
        let months = &self.months;
        let mut leaf = |what: &What| {
            Ok(match what {
                What::Lines(part, selection) => {
                    let inside = |month: &Month| months.contains(month);
                    let rows = run.lines.iter().filter(|l| codes_accepted(&l.codes, selection));
                    match part {
                        Part::Paid => rows.filter(|l| inside(&l.month)).map(|l| l.amount).sum::<cadrage_value::Money>().to_exact(),
                        Part::Etpt => rows.filter(|l| inside(&l.right)).filter_map(|l| l.jobs.as_ref()).map(|j| j.etpt.clone()).sum(),
                        Part::Etpf => rows.filter(|l| inside(&l.right)).filter_map(|l| l.jobs.as_ref()).map(|j| j.etpf.clone()).sum(),
                    }
                }
                What::Agents(_, name) => months.iter().filter_map(|m| run.measures.get(&(name.clone(), *m))).cloned().sum(),
                What::Whole(id, over) => {
                    // Months one by one, but for a quotient: its own rule is of the period, and the calculation is made once.
                    let periods: Vec<&[Month]> = match over {
                        Over::Added | Over::Averaged => months.chunks(1).collect(),
                        Over::Last => months.chunks(1).last().into_iter().collect(),
                        Over::Whole => vec![months],
                    };
                    let mut sum = Exact::ZERO;
                    for period in &periods {
                        match kernel.period(*id, period, &"".into(), &run.parameters, &mut run.levels) {
                            Ok(Value::Known(x)) => sum = &sum + &x,
                            Ok(Value::Missing) => {
                                let help = "complétez la donnée que `cadrage calculer` signale";
                                return Err(refused(Code::V08, "le but manque d'une donnée".to_owned(), span, help.to_owned()));
                            }
                            Ok(_) => {}
                            Err(fault) => return Err(RunError::Diagnostics(vec![diagnostic_of(&fault)])),
                        }
                    }
                    let count = i64::try_from(periods.len().max(1)).unwrap_or(1);
                    if *over == Over::Averaged { &sum / &Exact::from_int(count) } else { sum }
                }
                _ => Exact::ZERO,
            })
        };
        evaluate(&self.what, &mut leaf, span)
    }
}

fn months_of(scenario: &Scenario, year: i32) -> Vec<Month> {
    scenario.constate.january().through(scenario.until).filter(|m| m.year() == year).collect()
}

/// What is all known does not move.
fn projected(scenario: &Scenario, months: &[Month], span: Span) -> Result<(), RunError> {
    if months.last().is_some_and(|m| *m > scenario.constate && *m <= scenario.until) {
        return Ok(());
    }
    let (first, last) = (scenario.constate.plus(1).to_french(), scenario.until.to_french());
    let message = format!("`{}` ne projette pas ce mois ou cet exercice", scenario.name);
    Err(refused(Code::T14, message, span, format!("choisissez entre {first} et {last} : le constaté ne bouge plus")))
}

fn is_partial(measure: &Measure) -> bool {
    match measure {
        Measure::For(..) => true,
        Measure::InMonth(inner, _) | Measure::OverYear(inner, _) | Measure::Negate(inner) => is_partial(inner),
        Measure::Binary(_, a, b) => is_partial(a) || is_partial(b),
        Measure::Number(_) | Measure::Parameter(_) | Measure::Formula(_) => false,
    }
}

/// What the months of a period make of a formula of the institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Added,
    Averaged,
    Last,
    /// Computed once, on what the period makes of what it reads.
    Whole,
}

impl What {
    /// Do all its leaves hold?
    fn all(&self, holds: &dyn Fn(&What) -> bool) -> bool {
        match self {
            What::Negate(inner) => inner.all(holds),
            What::Binary(_, a, b) => {
                let (a, b) = (a.all(holds), b.all(holds));
                a && b
            }
            leaf => holds(leaf),
        }
    }
}

fn evaluate(what: &What, leaf: &mut dyn FnMut(&What) -> Result<Exact, RunError>, span: Span) -> Result<Exact, RunError> {
    match what {
        What::Number(x) => Ok(x.clone()),
        What::Negate(inner) => Ok(-evaluate(inner, leaf, span)?),
        What::Binary(operator, a, b) => {
            let (a, b) = (evaluate(a, leaf, span)?, evaluate(b, leaf, span)?);
            Ok(match operator {
                Operator::Add => &a + &b,
                Operator::Subtract => &a - &b,
                Operator::Multiply => &a * &b,
                _ => a.checked_div(&b).ok_or_else(|| {
                    let help = "le diviseur du but vaut 0 pour l'une des valeurs essayées : resserrez les bornes";
                    refused(Code::V05, "division par zéro dans le but".to_owned(), span, help.to_owned())
                })?,
            })
        }
        other => leaf(other),
    }
}

fn what(measure: &Measure, program: &Program, several: bool, span: Span) -> Result<(What, Unit), RunError> {
    match measure {
        Measure::Number(x) => Ok((What::Number(x.clone()), Unit::pure())),
        Measure::Formula(id) => {
            let formula = program.formula(*id).ok_or_else(|| unknown(span))?;
            let unit = formula.unit.clone();
            if let Some((part, selection)) = column(formula, program) {
                return Ok((What::Lines(part, selection), unit));
            }
            let added = formula.aggregation == Aggregation::Sum || (!several && formula.aggregation == Aggregation::SumThenMean);
            match &formula.grain {
                Grain::Agent if added => Ok((What::Agents(*id, formula.name.clone()), unit)),
                grain @ Grain::Level(_) if grain.attribute().is_none() => {
                    let over = match formula.aggregation {
                        Aggregation::Sum => Over::Added,
                        Aggregation::SumThenMean => Over::Averaged,
                        Aggregation::SumThenLast => Over::Last,
                        Aggregation::Ratio(..) => Over::Whole,
                        Aggregation::Distinct | Aggregation::Mean(_) | Aggregation::None => return Err(unknown(span)),
                    };
                    Ok((What::Whole(*id, over), unit))
                }
                _ => Err(unknown(span)),
            }
        }
        Measure::For(inner, selection) => match what(inner, program, several, span)? {
            (What::Lines(part, own), unit) if selection.ranges.is_empty() => Ok((What::Lines(part, own.intersect(selection)), unit)),
            _ => Err(unknown(span)),
        },
        Measure::Negate(inner) => what(inner, program, several, span).map(|(w, unit)| (What::Negate(Box::new(w)), unit)),
        Measure::Binary(operator, a, b) => {
            let ((a, u), (b, v)) = (what(a, program, several, span)?, what(b, program, several, span)?);
            let unit = match operator {
                Operator::Add | Operator::Subtract => u,
                Operator::Multiply => u.multiply(&v),
                _ => u.divide(&v),
            };
            Ok((What::Binary(*operator, Box::new(a), Box::new(b)), unit))
        }
        _ => Err(unknown(span)),
    }
}

/// The column that a formula of lines adds up as it is, and of which lines.
fn column(formula: &Formula, program: &Program) -> Option<(Part, Selection)> {
    let [case] = formula.cases.as_slice() else { return None };
    let plain = formula.grain == Grain::Line && formula.aggregation == Aggregation::Sum && formula.rounding.is_none();
    if !plain || !case.selection.is_all() || !formula.scope.ranges.is_empty() {
        return None;
    }
    let Op::Column(column) = &program.node(case.value)?.op else { return None };
    let part = match COLUMNS.get(column.index())?.name {
        "montant" => Part::Paid,
        "etpt_imputé" => Part::Etpt,
        "etpf_imputé" => Part::Etpf,
        _ => return None,
    };
    Some((part, formula.scope.clone()))
}

fn unknown(span: Span) -> RunError {
    let help = "cherchez sur `masse_salariale`, `etpt`, leurs parts (`pour plafond ÉTAT`), leurs rapports, une somme par agent ; sinon, déclarez \
                une `formule … par établissement` qui vaut ce but";
    refused(Code::V99, "ce but ne se lit pas d'un essai".to_owned(), span, help.to_owned())
}

pub(super) fn refused(code: Code, message: String, span: Span, help: String) -> RunError {
    RunError::Diagnostics(vec![Diagnostic::new(code, message, span).help(help)])
}
