//! Written selections to boxes.

use std::collections::BTreeSet;

use cadrage_ir::{ATTRIBUTES, AttributeId, COLUMNS, ColumnId, Constraint, Selection, Shape, Unit};
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::ast::{self, BinaryOperator, Criterion, CriterionKind, ExprKind, Member};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::Exact;

use crate::scope::{Scope, Symbol};
use crate::{suggest, units};

impl Scope<'_> {
    /// The box of a selection; `None` when something in it was complained about.
    pub(crate) fn selection(&mut self, written: &ast::Selection) -> Option<Selection> {
        let mut out = Selection::all();
        let mut whole = true;
        for criterion in &written.criteria {
            whole &= self.criterion(criterion, &mut out).is_some();
        }
        whole.then_some(out)
    }

    /// The box of an optional selection: everything when absent.
    pub(crate) fn optional_selection(&mut self, written: Option<&ast::Selection>) -> Option<Selection> {
        written.map_or_else(|| Some(Selection::all()), |s| self.selection(s))
    }

    fn criterion(&mut self, criterion: &Criterion, out: &mut Selection) -> Option<()> {
        match &criterion.kind {
            CriterionKind::Members(axis, list) => {
                let Some(attribute) = self.attribute(&axis.value) else {
                    self.unknown_axis(axis);
                    return None;
                };
                let codes = self.codes(attribute, list)?;
                out.restrict(attribute, if criterion.negated { Constraint::NotIn(codes) } else { Constraint::In(codes) });
            }
            CriterionKind::Compare(name, operator, bound) => {
                if let Some(attribute) = self.attribute(&name.value)
                    && matches!(operator, BinaryOperator::Equal | BinaryOperator::Different)
                    && let ExprKind::Number(x, None) = &bound.kind
                {
                    let codes = BTreeSet::from([x.to_string()]);
                    let different = (*operator == BinaryOperator::Different) != criterion.negated;
                    out.restrict(attribute, if different { Constraint::NotIn(codes) } else { Constraint::In(codes) });
                    return Some(());
                }
                let (column, value) = self.column_bound(name, bound)?;
                let operator = if criterion.negated { negate(*operator) } else { *operator };
                let shape = match operator {
                    BinaryOperator::Equal => Shape { low: Some((value.clone(), true)), high: Some((value, true)) },
                    BinaryOperator::Less => Shape { low: None, high: Some((value, false)) },
                    BinaryOperator::LessOrEqual => Shape { low: None, high: Some((value, true)) },
                    BinaryOperator::Greater => Shape { low: Some((value, false)), high: None },
                    BinaryOperator::GreaterOrEqual => Shape { low: Some((value, true)), high: None },
                    _ => {
                        self.complain(
                            Diagnostic::new(
                                Code::V99,
                                "une sélection par « différent de » un nombre n'est pas encore calculée",
                                criterion.span,
                            )
                            .help("écrivez deux intervalles dans deux `sauf pour`, ou un `si` dans la formule"),
                        );
                        return None;
                    }
                };
                out.bound(column, shape);
            }
            CriterionKind::Between(name, low, high) => {
                let (column, low) = self.column_bound(name, low)?;
                let (_, high) = self.column_bound(name, high)?;
                if criterion.negated {
                    self.complain(
                        Diagnostic::new(Code::V99, "`hors` devant un intervalle n'est pas encore calculé", criterion.span)
                            .help("écrivez la borne qui convient : `âge < 60 ans`"),
                    );
                    return None;
                }
                out.bound(column, Shape { low: Some((low, true)), high: Some((high, true)) });
            }
            CriterionKind::Named(name) => return self.named(name, criterion, out),
        }
        Some(())
    }

    fn named(&mut self, name: &Spanned<String>, criterion: &Criterion, out: &mut Selection) -> Option<()> {
        let Some(population) = self.populations.get(&fold(&name.value)).cloned() else {
            match self.get(&name.value) {
                Some(Symbol::Poisoned) => {}
                Some(_) => self.complain(
                    Diagnostic::new(Code::N01, format!("`{}` n'est pas une population", name.value), name.span)
                        .help("une sélection nomme une population, ou un axe et ses membres : `corps PR`"),
                ),
                None => self.unknown(&name.value, name.span),
            }
            return None;
        };
        if !criterion.negated {
            *out = out.intersect(&population);
            return Some(());
        }
        let mut codes = population.codes.iter();
        match (codes.next(), codes.next(), population.ranges.is_empty()) {
            (Some((attribute, constraint)), None, true) => {
                let inverse = match constraint {
                    Constraint::In(set) => Constraint::NotIn(set.clone()),
                    Constraint::NotIn(set) => Constraint::In(set.clone()),
                };
                out.restrict(*attribute, inverse);
                Some(())
            }
            _ => {
                self.complain(
                    Diagnostic::new(
                        Code::V99,
                        format!("`hors {}` : le complément d'une population à plusieurs critères n'est pas encore calculé", name.value),
                        name.span,
                    )
                    .help("écrivez les critères eux-mêmes"),
                );
                None
            }
        }
    }

    /// The codes of listed members, checked against the reference lists.
    pub(crate) fn codes(&mut self, attribute: AttributeId, list: &[Member]) -> Option<BTreeSet<String>> {
        let mut out = BTreeSet::new();
        let mut whole = true;
        for member in list {
            match member {
                Member::Range(a, b, _) => out.extend((*a..=*b).map(|n| n.to_string())),
                Member::Label(label) => match self.members.by_label(attribute, &label.value) {
                    Some(code) => drop(out.insert(code.clone())),
                    None => {
                        self.complain(
                            Diagnostic::new(Code::N04, format!("aucun membre ne s'appelle « {} »", label.value), label.span)
                                .help("désignez-le par son code"),
                        );
                        whole = false;
                    }
                },
                Member::Code(code) => match self.code(attribute, code) {
                    Some(code) => drop(out.insert(code)),
                    None => whole = false,
                },
            }
        }
        whole.then_some(out)
    }

    /// One code, checked.
    pub(crate) fn code(&mut self, attribute: AttributeId, written: &Spanned<String>) -> Option<String> {
        let code = canonical_code(&written.value);
        let members = self.members;
        let Some(known) = members.of(attribute).filter(|known| !known.contains(&code) && code != "?" && !self.library) else {
            return Some(code);
        };
        let near = suggest::nearest(&code, known.iter().map(String::as_str)).map(str::to_owned);
        let axis = ATTRIBUTES.get(attribute.index()).map_or("", |a| a.name);
        let listed: Vec<&str> = known.iter().take(8).map(String::as_str).collect();
        let help = near.map_or_else(|| format!("membres connus : {}…", listed.join(", ")), |n| format!("vouliez-vous `{n}` ?"));
        self.complain(
            Diagnostic::new(Code::N04, format!("`{}` n'est pas un membre connu de l'axe {axis}", written.value), written.span)
                .here("code inconnu")
                .help(help),
        );
        None
    }

    fn unknown_axis(&mut self, axis: &Spanned<String>) {
        let near = suggest::nearest(&axis.value, ATTRIBUTES.iter().map(|a| a.name)).map(str::to_owned);
        let help = near.map_or_else(
            || format!("axes : {}", ATTRIBUTES.iter().map(|a| a.name).collect::<Vec<_>>().join(", ")),
            |n| format!("vouliez-vous `{n}` ?"),
        );
        self.complain(Diagnostic::new(Code::N01, format!("`{}` n'est pas un axe", axis.value), axis.span).here("axe inconnu").help(help));
    }

    /// The column of a comparison and its bound in base units.
    fn column_bound(&mut self, name: &Spanned<String>, bound: &ast::Expr) -> Option<(ColumnId, Exact)> {
        let folded = fold(&name.value);
        let Some(column) = COLUMNS.iter().position(|c| fold(c.name) == folded).map(ColumnId::at) else {
            self.unknown(&name.value, name.span);
            return None;
        };
        let unit = column_unit(column);
        let value = self.quantity(bound, &unit)?;
        Some((column, value))
    }

    /// A written quantity in base units; `0` needs no unit.
    pub(crate) fn quantity(&mut self, written: &ast::Expr, unit: &Unit) -> Option<Exact> {
        let (value, given) = match &written.kind {
            ExprKind::Number(x, None) => (x.clone(), None),
            ExprKind::Number(x, Some(u)) => {
                let (given, factor) = units::resolve(u);
                (x * &factor, Some(given))
            }
            _ => return None,
        };
        let given = given.unwrap_or_else(Unit::pure);
        if given == *unit || (value.is_zero() && given.is_pure()) {
            return Some(value);
        }
        self.complain(
            Diagnostic::new(Code::U03, format!("une quantité en {unit} était attendue, pas en {given}"), written.span)
                .here(format!("en {given}"))
                .help(format!("donnez la valeur en {unit}")),
        );
        None
    }
}

/// The base unit of a column.
pub(crate) fn column_unit(column: ColumnId) -> Unit {
    let spec = COLUMNS.get(column.index());
    let unit = spec.and_then(|c| c.dimension).map_or_else(Unit::pure, Unit::of);
    // The lump sum is a rhythm, not an amount.
    if spec.is_some_and(|c| c.name == "montant_forfait") { unit.times(cadrage_ir::Dimension::Month, -1) } else { unit }
}

fn negate(operator: BinaryOperator) -> BinaryOperator {
    match operator {
        BinaryOperator::Equal => BinaryOperator::Different,
        BinaryOperator::Different => BinaryOperator::Equal,
        BinaryOperator::Less => BinaryOperator::GreaterOrEqual,
        BinaryOperator::LessOrEqual => BinaryOperator::Greater,
        BinaryOperator::Greater => BinaryOperator::LessOrEqual,
        BinaryOperator::GreaterOrEqual => BinaryOperator::Less,
        other => other,
    }
}
