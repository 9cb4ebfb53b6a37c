//! What a cell of a report, a ceiling or a goal reads: measures aggregated by their own rule, and arithmetic between them.

use cadrage_ir::{ATTRIBUTES, Aggregation, AttributeId, FormulaId, Grain, Operator, ParameterId, Selection, Unit};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, BinaryOperator, ExprKind, Shift};
use cadrage_value::{Exact, Month};

use crate::model::Formula;
use crate::scope::{Scope, Symbol};
use crate::units;

/// A level of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// As people name it.
    pub name: String,
    /// What holds its members; nothing for the whole institution.
    pub attribute: Option<AttributeId>,
}

/// What a cell is made of. Each measure is aggregated before anything is done with it: a report cannot average averages.
#[derive(Clone, Debug)]
pub enum Measure {
    /// A number in base units.
    Number(Exact),
    /// A constant or a hypothesis, of the month.
    Parameter(ParameterId),
    /// A formula, aggregated by its own rule.
    Formula(FormulaId),
    /// `pour …`: for these rows only.
    For(Box<Measure>, Selection),
    /// `en 10/2027`: in that month, whatever the column.
    InMonth(Box<Measure>, Month),
    /// `sur 2027`: over that exercice, whatever the column.
    OverYear(Box<Measure>, i32),
    /// Sign.
    Negate(Box<Measure>),
    /// Arithmetic.
    Binary(Operator, Box<Measure>, Box<Measure>),
}

/// The checked formulas, as measures need them.
pub(crate) struct Ground<'t> {
    /// Empty when one was refused: what depends on how they add up is then not said.
    pub(crate) formulas: &'t [Formula],
}

impl Ground<'_> {
    fn aggregation(&self, id: FormulaId) -> Option<Aggregation> {
        self.formulas.get(id.index()).map(|f| f.aggregation)
    }
}

impl Scope<'_> {
    /// The level a word names; `None` when it was complained about.
    pub(crate) fn axis_level(&mut self, word: &Spanned<String>) -> Option<Level> {
        match self.level(word)? {
            Grain::Level(name) => {
                let attribute = cadrage_ir::level(&name).flatten();
                Some(Level { name, attribute })
            }
            _ => None,
        }
    }

    /// The measure a name is: a formula that adds up over people, and its unit.
    pub(crate) fn bounded_measure(&mut self, ground: &Ground<'_>, name: &Spanned<String>) -> Option<(FormulaId, Unit)> {
        let formula = match self.get(&name.value) {
            Some(Symbol::Formula(f)) => f,
            Some(Symbol::Poisoned) => return None,
            Some(_) => {
                self.complain(
                    Diagnostic::new(Code::N01, format!("`{}` n'est pas une mesure", name.value), name.span)
                        .help("une mesure est une formule : `masse_salariale`, `etpt`…"),
                );
                return None;
            }
            None => {
                self.unknown(&name.value, name.span);
                return None;
            }
        };
        let (unit, grain) = self.header(formula).map(|h| (h.unit.clone(), h.grain.clone()))?;
        if grain == Grain::Situation {
            self.complain(
                Diagnostic::new(
                    Code::G01,
                    format!("`{}` est par situation : elle ne se lit pas au-dessus de l'agent", name.value),
                    name.span,
                )
                .help("prenez une formule par agent ou par ligne qui la lit"),
            );
            return None;
        }
        if ground.aggregation(formula) == Some(Aggregation::None) {
            self.complain(
                Diagnostic::new(Code::A01, format!("`{}` ne s'additionne pas", name.value), name.span)
                    .here("agrégation aucune")
                    .help("prenez une mesure qui s'additionne, ou déclarez son `agrégation`"),
            );
            return None;
        }
        Some((formula, unit))
    }

    /// Can this measure be read by this level? Line measures have the codes of lines only.
    pub(crate) fn readable_by(&mut self, formula: FormulaId, level: &Level, span: Span) -> bool {
        let (Some(coarser), Some(header)) = (level.attribute, self.header(formula)) else { return true };
        let Some(a) = ATTRIBUTES.get(coarser.index()) else { return true };
        let coarse = match &header.grain {
            Grain::Line => !a.line,
            Grain::Level(own) => !cadrage_ir::attribute(own).is_some_and(|own| cadrage_ir::groups(coarser, own)),
            _ => false,
        };
        if coarse {
            let (name, grain) = (header.name.clone(), header.grain.clone());
            self.complain(
                Diagnostic::new(Code::G01, format!("`{name}` est {grain} : elle ne se lit pas par {}", level.name), span)
                    .help("prenez un niveau plus haut, ou une mesure plus fine"),
            );
        }
        !coarse
    }

    /// A cell, checked: names, units, additivity. Other expressions are refused.
    pub(crate) fn cell_measure(&mut self, ground: &Ground<'_>, e: &ast::Expr) -> Option<(Measure, Unit)> {
        match &e.kind {
            ExprKind::Number(x, written) => {
                let (unit, factor) = written.as_ref().map_or_else(|| (Unit::pure(), Exact::ONE), units::resolve);
                Some((Measure::Number(x * &factor), unit))
            }
            ExprKind::Name(name) => {
                if let Some(Symbol::Parameter(p)) = self.get(name) {
                    let unit = self.parameter_units.get(p.index()).map_or_else(Unit::pure, |(u, _)| u.clone());
                    return Some((Measure::Parameter(p), unit));
                }
                let (formula, unit) = self.bounded_measure(ground, &Spanned::new(name.clone(), e.span))?;
                Some((Measure::Formula(formula), unit))
            }
            // A measure is gathered by its own rule: the word only says it aloud.
            ExprKind::Aggregate { kind: ast::Aggregate::Sum | ast::Aggregate::Total, operand, weight: None, within: None, selection } => {
                let (measure, unit) = self.cell_measure(ground, operand)?;
                match selection {
                    None => Some((measure, unit)),
                    Some(s) => Some((Measure::For(Box::new(measure), self.selection(s)?), unit)),
                }
            }
            ExprKind::Filtered(inner, s) => {
                let (measure, unit) = self.cell_measure(ground, inner)?;
                Some((Measure::For(Box::new(measure), self.selection(s)?), unit))
            }
            ExprKind::Shifted(inner, Shift::InMonth(m)) => {
                let (measure, unit) = self.cell_measure(ground, inner)?;
                Some((Measure::InMonth(Box::new(measure), *m), unit))
            }
            ExprKind::Shifted(inner, Shift::InYear(y) | Shift::OverYear(y)) => {
                let (measure, unit) = self.cell_measure(ground, inner)?;
                Some((Measure::OverYear(Box::new(measure), *y), unit))
            }
            ExprKind::Convert(inner, written) => {
                let (measure, unit) = self.cell_measure(ground, inner)?;
                self.cell_unit(&unit, &units::resolve(written).0, written.span).then_some((measure, unit))
            }
            ExprKind::Negate(inner) => {
                let (measure, unit) = self.cell_measure(ground, inner)?;
                Some((Measure::Negate(Box::new(measure)), unit))
            }
            ExprKind::Binary(operator, a, b) => {
                let (operator, adds) = match operator {
                    BinaryOperator::Add => (Operator::Add, true),
                    BinaryOperator::Subtract => (Operator::Subtract, true),
                    BinaryOperator::Multiply => (Operator::Multiply, false),
                    BinaryOperator::Divide => (Operator::Divide, false),
                    _ => return self.no_measure(e.span),
                };
                let (left, right) = (self.cell_measure(ground, a), self.cell_measure(ground, b));
                let ((x, u), (y, v)) = (left?, right?);
                let unit = match operator {
                    _ if adds => {
                        if !self.cell_unit(&u, &v, b.span) {
                            return None;
                        }
                        u
                    }
                    Operator::Multiply => u.multiply(&v),
                    _ => u.divide(&v),
                };
                Some((Measure::Binary(operator, Box::new(x), Box::new(y)), unit))
            }
            ExprKind::Hole => None,
            _ => self.no_measure(e.span),
        }
    }

    fn no_measure<T>(&mut self, span: Span) -> Option<T> {
        self.complain(
            Diagnostic::new(Code::V21, "ce calcul n'est pas une mesure", span)
                .here("ici")
                .help("combinez des mesures par `+ - * /`, avec `pour …`, `en MM/AAAA`, `sur AAAA` ; un autre calcul est une `formule`"),
        );
        None
    }

    pub(crate) fn cell_unit(&mut self, wanted: &Unit, found: &Unit, span: Span) -> bool {
        if wanted == found {
            return true;
        }
        self.complain(
            Diagnostic::new(Code::U03, format!("une quantité en {wanted} était attendue, pas en {found}"), span)
                .here(format!("en {found}"))
                .help(format!("donnez la valeur en {wanted}")),
        );
        false
    }
}
