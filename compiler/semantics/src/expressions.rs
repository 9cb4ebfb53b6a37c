//! Types of expressions: units, grains, names (decisions D11, D18).

use std::collections::BTreeSet;

use cadrage_ir::{COLUMNS, Dimension, Grain, Operator, Type, Unit};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{BinaryOperator, Expr, ExprKind};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::Exact;

use crate::bounds::column_unit;
use crate::crossings::Gathered;
use crate::model::{Expression, Kind};
use crate::scope::{Scope, Symbol};
use crate::units;

impl Scope<'_> {
    /// The typed form of an expression read at `grain`; `None` when something in it was complained about.
    pub(crate) fn expression(&mut self, e: &Expr, grain: &Grain) -> Option<Expression> {
        let span = e.span;
        match &e.kind {
            ExprKind::Number(x, unit) => {
                let (unit, factor) = unit.as_ref().map_or_else(|| (Unit::pure(), Exact::ONE), units::resolve);
                Some(quantity(Kind::Literal(x * &factor), unit, Grain::Constant, span))
            }
            ExprKind::Name(name) => match self.name_in_cell(name, e) {
                Some(found) => found,
                None => self.name(name, span),
            },
            ExprKind::Negate(x) => {
                let x = self.number(x, grain)?;
                Some(Expression { ty: x.ty.clone(), grain: x.grain.clone(), kind: Kind::Negate(Box::new(x)), span })
            }
            ExprKind::Not(x) => {
                let x = self.condition(x, grain)?;
                Some(Expression { ty: Type::Flag, grain: x.grain.clone(), kind: Kind::Not(Box::new(x)), span })
            }
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, grain, span),
            ExprKind::Between(x, a, b) => {
                let low = self.binary(BinaryOperator::GreaterOrEqual, x, a, grain, span);
                let high = self.binary(BinaryOperator::LessOrEqual, x, b, grain, span);
                let (low, high) = (low?, high?);
                let joined = self.join(&low, &high)?;
                Some(Expression { ty: Type::Flag, grain: joined, kind: Kind::Binary(Operator::And, Box::new(low), Box::new(high)), span })
            }
            ExprKind::InList(x, list) => {
                let attribute = self.attribute_operand(x)?;
                let codes = self.codes(attribute, list)?;
                Some(Expression { ty: Type::Flag, grain: Grain::Constant, kind: Kind::CodeIs(attribute, codes), span })
            }
            ExprKind::If(c, a, b) => {
                let (c, a, b) = (self.condition(c, grain), self.number(a, grain), self.number(b, grain));
                let (c, a, b) = (c?, a?, b?);
                let (a, b) = self.same_unit(a, b, "les deux branches du `si`", span)?;
                let branches = self.join(&a, &b)?;
                let probe = Expression { grain: branches, ..a.clone() };
                let joined = self.join(&c, &probe)?;
                Some(Expression { ty: a.ty.clone(), grain: joined, kind: Kind::If(Box::new(c), Box::new(a), Box::new(b)), span })
            }
            ExprKind::Select(cases, last) => {
                let nested = cases.iter().rev().fold((**last).clone(), |otherwise, (c, v)| Expr {
                    kind: ExprKind::If(Box::new(c.clone()), Box::new(v.clone()), Box::new(otherwise)),
                    span,
                });
                self.expression(&nested, grain)
            }
            ExprKind::OrElse(x, y) => {
                let (x, y) = (self.number(x, grain), self.number(y, grain));
                let (x, y) = self.same_unit(x?, y?, "la valeur et son `à défaut`", span)?;
                let joined = self.join(&x, &y)?;
                Some(Expression { ty: x.ty.clone(), grain: joined, kind: Kind::OrElse(Box::new(x), Box::new(y)), span })
            }
            ExprKind::Convert(x, unit) => {
                let x = self.number(x, grain)?;
                let (wanted, _) = units::resolve(unit);
                if x.ty.unit() != Some(&wanted) {
                    let has = x.ty.unit().map(ToString::to_string).unwrap_or_default();
                    self.complain(
                        Diagnostic::new(Code::U03, format!("{has} ne se convertit pas en {}", units::text(unit)), span)
                            .help("`en` change l'échelle (k€, M€, an), jamais la nature d'une quantité"),
                    );
                    return None;
                }
                Some(x)
            }
            ExprKind::Call { name, arguments } => self.call(name, arguments, grain, span),
            ExprKind::Aggregate { kind, operand, weight, within, selection } => {
                let selection = self.optional_selection(selection.as_ref());
                let words = Gathered { kind: *kind, operand, weight: weight.as_ref(), within: within.as_ref() };
                // In a report, the phrase is over the agents of the cell; what it gathers is read as everywhere.
                let cell = self.cell.take();
                let chosen = selection.map(|s| cell.as_ref().map_or_else(|| s.clone(), |(_, own)| own.intersect(&s)));
                let found = chosen.and_then(|s| self.aggregate(words, s, grain, span));
                self.cell = cell;
                found
            }
            ExprKind::Shifted(x, shift) => self.shifted(x, *shift, grain, span),
            ExprKind::Hole => {
                self.hole(e, None, grain, "");
                None
            }
            ExprKind::Filtered(..) | ExprKind::AtLevel(..) => {
                let cell = self.cell.take();
                let found = self.seen_from(e, grain);
                self.cell = cell;
                found
            }
            ExprKind::Distribute(amount, weight) => self.distribute(amount, weight, grain, span),
            ExprKind::Date(_) | ExprKind::Month(_) => {
                self.complain(
                    Diagnostic::new(Code::U03, "une date n'est pas une valeur : elle se compare", span)
                        .help("écrivez `si date_entrée >= 01/09/2021 alors …`, `si mois >= 07/2027 alors …`"),
                );
                None
            }
            ExprKind::Text(_) => {
                self.complain(
                    Diagnostic::new(Code::U03, "un texte n'est pas une valeur", span)
                        .help("les textes servent de libellés, de sources et de notes"),
                );
                None
            }
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Option<Expression> {
        match fold(name).as_str() {
            "mois" => return Some(quantity(Kind::MonthNumber, Unit::pure(), Grain::Constant, span)),
            "exercice" => return Some(quantity(Kind::Year, Unit::pure(), Grain::Constant, span)),
            _ => {}
        }
        match self.get(name) {
            Some(Symbol::Column(c)) => {
                let grain = COLUMNS.get(c.index()).map_or(Grain::Situation, |c| c.grain.clone());
                if COLUMNS.get(c.index()).is_some_and(|c| c.date) {
                    return Some(Expression { kind: Kind::Column(c), ty: Type::Date, grain, span });
                }
                Some(quantity(Kind::Column(c), column_unit(c), grain, span))
            }
            Some(Symbol::Parameter(p)) => {
                let unit = self.parameter_units.get(p.index()).map(|(u, _)| u.clone())?;
                Some(quantity(Kind::Parameter(p), unit, Grain::Constant, span))
            }
            Some(Symbol::Formula(f)) => {
                let header = self.header(f)?.clone();
                Some(quantity(Kind::Formula(f), header.unit, header.grain, span))
            }
            Some(Symbol::Calendar(c)) => Some(quantity(Kind::Calendar(c), Unit::pure(), Grain::Constant, span)),
            Some(Symbol::Population) => {
                let selection = self.populations.get(&fold(name)).cloned()?;
                Some(Expression { kind: Kind::In(selection), ty: Type::Flag, grain: Grain::Constant, span })
            }
            Some(Symbol::Poisoned) => None,
            Some(Symbol::Bracket(_)) => {
                self.complain(
                    Diagnostic::new(Code::N05, format!("`{name}` est un barème : il s'applique à une assiette"), span)
                        .help(format!("écrivez `{name}(assiette)`")),
                );
                None
            }
            Some(_) => {
                self.complain(
                    Diagnostic::new(Code::N01, format!("`{name}` n'est pas une valeur"), span)
                        .help("un axe, une grille ou un scénario ne se lit pas dans une formule"),
                );
                None
            }
            None => {
                if self.attribute(name).is_some() {
                    self.complain(
                        Diagnostic::new(Code::N01, format!("`{name}` est un code, pas une valeur"), span)
                            .help(format!("comparez-le : `si {name} = …`, ou restreignez : `pour {name} …`")),
                    );
                } else {
                    self.unknown(name, span);
                }
                None
            }
        }
    }

    pub(crate) fn number(&mut self, e: &Expr, grain: &Grain) -> Option<Expression> {
        let x = self.expression(e, grain)?;
        if x.ty == Type::Date {
            self.complain(
                Diagnostic::new(Code::U03, "une date n'est pas un nombre : elle se compare", e.span)
                    .help("écrivez `si date_entrée >= 01/09/2021 alors … sinon …`, ou employez `ancienneté` et `âge`, en mois"),
            );
            return None;
        }
        if x.ty.unit().is_none() {
            self.complain(
                Diagnostic::new(Code::U03, "une condition n'est pas un nombre", e.span).help("écrivez `si <condition> alors … sinon …`"),
            );
            return None;
        }
        Some(x)
    }

    fn condition(&mut self, e: &Expr, grain: &Grain) -> Option<Expression> {
        let x = self.expression(e, grain)?;
        if x.ty != Type::Flag {
            self.complain(
                Diagnostic::new(Code::U03, "une condition était attendue ici, pas un nombre", e.span)
                    .help("comparez : `x > 0 €`, `zone = 1`"),
            );
            return None;
        }
        Some(x)
    }

    /// Constants go with anything; two other grains must be the same.
    pub(crate) fn join(&mut self, a: &Expression, b: &Expression) -> Option<Grain> {
        match (&a.grain, &b.grain) {
            (Grain::Constant, g) | (g, Grain::Constant) => Some(g.clone()),
            (x, y) if x == y => Some(x.clone()),
            (x, y) => {
                let fine = if *x == Grain::Situation {
                    Some(a)
                } else if *y == Grain::Situation {
                    Some(b)
                } else {
                    None
                };
                let help = if fine.is_some() {
                    "pour passer des situations du mois à l'agent : `somme de (…)`, ou `… en fin de mois` pour la dernière".to_owned()
                } else {
                    "mettez les deux côtés au même grain".to_owned()
                };
                let diagnostic = Diagnostic::new(Code::G01, "grains différents", a.span)
                    .here(format!("{x} : une valeur {}", plural(x)))
                    .label(b.span, format!("{y} : une valeur {}", plural(y)))
                    .help(help);
                self.complain(diagnostic);
                None
            }
        }
    }

    fn binary(&mut self, op: BinaryOperator, left: &Expr, right: &Expr, grain: &Grain, span: Span) -> Option<Expression> {
        if matches!(op, BinaryOperator::Equal | BinaryOperator::Different)
            && let Some(compared) = self.code_comparison(op, left, right, span)
        {
            return compared;
        }
        if let Some(compared) = self.date_comparison(op, left, right, grain, span) {
            return compared;
        }
        if matches!(op, BinaryOperator::And | BinaryOperator::Or) {
            let (a, b) = (self.condition(left, grain), self.condition(right, grain));
            let (a, b) = (a?, b?);
            let joined = self.join(&a, &b)?;
            let op = if op == BinaryOperator::And { Operator::And } else { Operator::Or };
            return Some(Expression { kind: Kind::Binary(op, Box::new(a), Box::new(b)), ty: Type::Flag, grain: joined, span });
        }
        let (a, b) = (self.number(left, grain), self.number(right, grain));
        let (a, b) = (a?, b?);
        let (operator, additive, compares) = match op {
            BinaryOperator::Add => (Operator::Add, true, false),
            BinaryOperator::Subtract => (Operator::Subtract, true, false),
            BinaryOperator::Multiply => (Operator::Multiply, false, false),
            BinaryOperator::Divide => (Operator::Divide, false, false),
            BinaryOperator::Equal => (Operator::Equal, true, true),
            BinaryOperator::Different => (Operator::Different, true, true),
            BinaryOperator::Less => (Operator::Less, true, true),
            BinaryOperator::LessOrEqual => (Operator::LessOrEqual, true, true),
            BinaryOperator::Greater => (Operator::Greater, true, true),
            BinaryOperator::GreaterOrEqual => (Operator::GreaterOrEqual, true, true),
            BinaryOperator::And | BinaryOperator::Or => return None,
        };
        if !additive {
            let joined = self.join(&a, &b)?;
            let (ua, ub) = (a.ty.unit().cloned().unwrap_or_default(), b.ty.unit().cloned().unwrap_or_default());
            let unit = if operator == Operator::Multiply { ua.multiply(&ub) } else { ua.divide(&ub) };
            // Over nobody, a mean cost is sans objet, not a fault that would stop every other figure (decision 0050).
            let of_level = operator == Operator::Divide && matches!(grain, Grain::Level(_));
            let operator = if of_level { Operator::Ratio } else { operator };
            return Some(quantity(Kind::Binary(operator, Box::new(a), Box::new(b)), unit, joined, span));
        }
        if !compares && let Some(()) = self.percentage_added(left, &a, right, &b) {
            return None;
        }
        let (a, b) = self.same_unit(a, b, if compares { "une comparaison" } else { "une somme" }, span)?;
        let joined = self.join(&a, &b)?;
        let ty = if compares { Type::Flag } else { a.ty.clone() };
        Some(Expression { kind: Kind::Binary(operator, Box::new(a), Box::new(b)), ty, grain: joined, span })
    }

    /// U02: a percentage added to a quantity.
    fn percentage_added(&mut self, left: &Expr, a: &Expression, right: &Expr, b: &Expression) -> Option<()> {
        let percent = |e: &Expr| matches!(&e.kind, ExprKind::Number(_, Some(u)) if units::is_percent(u));
        let pure = |x: &Expression| x.ty.unit().is_some_and(Unit::is_pure);
        let (rate, other, other_words) = if percent(right) && !pure(a) {
            (right, a, left)
        } else if percent(left) && !pure(b) {
            (left, b, right)
        } else {
            return None;
        };
        let unit = self.unit_words(other);
        let (x, p) = (cadrage_syntax::print_expression(other_words), cadrage_syntax::print_expression(rate));
        self.complain(
            Diagnostic::new(Code::U02, format!("on n'ajoute pas un pourcentage à des {unit}"), rate.span)
                .here("un pourcentage")
                .label(other_words.span, format!("en {unit}"))
                .help(if matches!(other.kind, Kind::Parameter(_)) {
                    format!("pour augmenter de {p}, écrivez `{x} * (1 + {p})`, ou dans un scénario `modifier {x} majorer de {p}`")
                } else {
                    format!("pour augmenter de {p}, écrivez `{x} * (1 + {p})`")
                }),
        );
        Some(())
    }

    /// The unit of an expression as its author wrote it, when it is a constant.
    fn unit_words(&self, x: &Expression) -> String {
        match x.kind {
            Kind::Parameter(p) => self.parameter_units.get(p.index()).map_or_else(String::new, |(_, w)| w.clone()),
            _ => x.ty.unit().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// Both in one unit; `0` goes with any.
    pub(crate) fn same_unit(&mut self, mut a: Expression, mut b: Expression, what: &str, span: Span) -> Option<(Expression, Expression)> {
        if a.ty == b.ty {
            return Some((a, b));
        }
        if is_bare_zero(&a) {
            a.ty = b.ty.clone();
            return Some((a, b));
        }
        if is_bare_zero(&b) {
            b.ty = a.ty.clone();
            return Some((a, b));
        }
        let (ua, ub) = (a.ty.unit().cloned().unwrap_or_default(), b.ty.unit().cloned().unwrap_or_default());
        let jobs = [Dimension::Etp, Dimension::Etpt, Dimension::Etpf, Dimension::Agent, Dimension::Emploi];
        let between = |x: Dimension, y: Dimension| ua.exponent(x) != ub.exponent(x) && ua.exponent(y) != ub.exponent(y);
        let (code, message, help) = if ua.has_any(&jobs) && ub.has_any(&jobs) {
            (
                Code::U05,
                format!("{ua} et {ub} ne se mélangent pas : ce sont deux décomptes différents"),
                if ua.has_any(&[Dimension::Agent, Dimension::Emploi]) || ub.has_any(&[Dimension::Agent, Dimension::Emploi]) {
                    "un agent est une personne, un ETP la part de temps qu'elle travaille : comptez tout en ETP (`quotité * 1 ETP`), ou tout en agents"
                        .to_owned()
                } else {
                    "l'ETP est un effectif à une date, l'ETPT tient compte de la durée : pour convertir, `… * présence` dans une formule en ETPT"
                        .to_owned()
                },
            )
        } else if between(Dimension::Point, Dimension::GrossPoint) {
            (
                Code::U06,
                "indice majoré et indice brut ne se mélangent pas".to_owned(),
                "la paie se calcule en points d'IM : lisez dans la grille la colonne IM en face de cet IB (`inm` pour l'agent)".to_owned(),
            )
        } else if between(Dimension::Month, Dimension::Day) {
            (Code::U04, "mois et jours ne se mélangent pas".to_owned(), "`présence` est déjà en trentièmes de mois".to_owned())
        } else {
            let month = Unit::of(Dimension::Month);
            let help = if ua.multiply(&month) == ub || ub.multiply(&month) == ua {
                "multipliez le rythme par une durée : `… * 1 mois`, ou `… * présence`".to_owned()
            } else {
                "mettez les deux côtés dans la même unité".to_owned()
            };
            (Code::U03, format!("on ne mélange pas {ua} et {ub} dans {what}"), help)
        };
        let diagnostic = Diagnostic::new(code, message, span)
            .label(a.span, format!("en {}", self.unit_words(&a)))
            .label(b.span, format!("en {}", self.unit_words(&b)))
            .help(help);
        self.complain(diagnostic);
        None
    }

    /// `zone = 1`, `grade = MCF_CN`: `None` when neither side is an attribute.
    fn code_comparison(&mut self, op: BinaryOperator, left: &Expr, right: &Expr, span: Span) -> Option<Option<Expression>> {
        let ExprKind::Name(name) = &left.kind else { return None };
        // An axis is declared under the very name of its attribute.
        if self.get(name).is_some_and(|s| s != Symbol::Axis) {
            return None;
        }
        let attribute = self.attribute(name)?;
        let code = match &right.kind {
            ExprKind::Number(x, None) => Some(x.to_string()),
            ExprKind::Name(code) => {
                let written = Spanned::new(code.clone(), right.span);
                self.code(attribute, &written)
            }
            ExprKind::Text(label) => Some(self.members.by_label(attribute, label).cloned().unwrap_or_else(|| canonical_code(label))),
            _ => None,
        };
        let Some(code) = code else { return Some(None) };
        let is = Expression { kind: Kind::CodeIs(attribute, BTreeSet::from([code])), ty: Type::Flag, grain: Grain::Constant, span };
        Some(Some(if op == BinaryOperator::Different {
            Expression { kind: Kind::Not(Box::new(is)), ty: Type::Flag, grain: Grain::Constant, span }
        } else {
            is
        }))
    }

    fn attribute_operand(&mut self, e: &Expr) -> Option<cadrage_ir::AttributeId> {
        if let ExprKind::Name(name) = &e.kind
            && let Some(attribute) = self.attribute(name)
        {
            return Some(attribute);
        }
        self.complain(
            Diagnostic::new(Code::N01, "`dans (…)` compare un code à une liste", e.span).help("écrivez `grade dans (PR_1C ; PR_2C)`"),
        );
        None
    }
}

pub(crate) fn quantity(kind: Kind, unit: Unit, grain: Grain, span: Span) -> Expression {
    Expression { kind, ty: Type::Quantity(unit), grain, span }
}

fn is_bare_zero(x: &Expression) -> bool {
    matches!(&x.kind, Kind::Literal(v) if v.is_zero()) && x.ty.unit().is_some_and(Unit::is_pure)
}

fn plural(grain: &Grain) -> &'static str {
    match grain {
        Grain::Constant => "pour tous",
        Grain::Situation => "pour chaque situation du mois",
        Grain::Agent => "pour chaque agent et chaque mois",
        Grain::Line => "pour chaque ligne imputée",
        Grain::Level(_) => "pour chaque membre",
    }
}

/// The value of an expression made of numbers only.
pub(crate) fn fold_constant(x: &Expression) -> Option<Exact> {
    match &x.kind {
        Kind::Literal(v) => Some(v.clone()),
        Kind::Negate(a) => Some(-fold_constant(a)?),
        Kind::Binary(op, a, b) => {
            let (a, b) = (fold_constant(a)?, fold_constant(b)?);
            match op {
                Operator::Add => Some(&a + &b),
                Operator::Subtract => Some(&a - &b),
                Operator::Multiply => Some(&a * &b),
                Operator::Divide => a.checked_div(&b),
                _ => None,
            }
        }
        _ => None,
    }
}
