//! Written selections to boxes.

use std::collections::BTreeSet;

use cadrage_ir::{ATTRIBUTES, AttributeId, COLUMNS, Constraint, Selection};
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::ast::{self, Criterion, CriterionKind, Member};
use cadrage_syntax::{canonical_code, fold};

use crate::bounds;
use crate::scope::{Scope, Symbol};
use crate::suggest;

impl Scope<'_> {
    /// The box of a selection; `None` when something in it was complained about.
    pub(crate) fn selection(&mut self, written: &ast::Selection) -> Option<Selection> {
        let mut out = Selection::all();
        let mut whole = true;
        for criterion in &written.criteria {
            whole &= self.criterion(criterion, &mut out).is_some();
        }
        if !whole || self.nobody(written, &out) {
            return None;
        }
        Some(out)
    }

    /// The box of an optional selection: everything when absent.
    pub(crate) fn optional_selection(&mut self, written: Option<&ast::Selection>) -> Option<Selection> {
        written.map_or_else(|| Some(Selection::all()), |s| self.selection(s))
    }

    /// E02: the criteria contradict each other; E03: no member that the dossier knows answers them. `true` when refused.
    fn nobody(&mut self, written: &ast::Selection, found: &Selection) -> bool {
        let name = |a: AttributeId| ATTRIBUTES.get(a.index()).map_or("", |a| a.name);
        let contradiction = found.codes.iter().find(|(_, c)| c.is_empty()).map(|(a, _)| name(*a)).or_else(|| {
            let (c, _) = found.ranges.iter().find(|(_, s)| s.is_empty())?;
            COLUMNS.get(c.index()).map(|c| c.name)
        });
        if let Some(axis) = contradiction {
            self.complain(
                Diagnostic::new(Code::E02, "personne ne peut répondre à cette sélection", written.span)
                    .here(format!("les critères sur `{axis}` se contredisent"))
                    .help(format!(
                        "pour `{axis}`, un agent n'a qu'une valeur à la fois : listez-les dans une parenthèse, ou revoyez les bornes"
                    )),
            );
            return true;
        }
        let refined = self.members.refine(found);
        // A library rule names codes that a dossier may not use.
        if !self.library
            && let Some((axis, _)) = refined.codes.iter().find(|(_, c)| c.is_empty())
        {
            let axis = name(*axis);
            self.complain(
                Diagnostic::new(Code::E03, "personne ne répond à cette sélection dans les référentiels du dossier", written.span)
                    .here(format!("aucun code de `{axis}` ne répond à tous les critères"))
                    .help("vérifiez les codes : un grade n'est que d'un corps, une structure que d'une composante"),
            );
        }
        false
    }

    fn criterion(&mut self, criterion: &Criterion, out: &mut Selection) -> Option<()> {
        match &criterion.kind {
            CriterionKind::Members(axis, list) => {
                let Some(attribute) = self.attribute(&axis.value) else {
                    self.unknown_axis(axis);
                    return None;
                };
                let codes = Constraint::In(self.codes(attribute, list)?);
                out.restrict(attribute, if criterion.negated { codes.complement() } else { codes });
            }
            CriterionKind::Compare(name, operator, bound) => {
                if let Some(codes) = self.compared_code(name, *operator, bound)? {
                    let attribute = self.attribute(&name.value)?;
                    out.restrict(attribute, if criterion.negated { codes.complement() } else { codes });
                    return Some(());
                }
                let subject = self.subject(name)?;
                let shape = self.span_of(&subject, bound)?.compared(*operator)?;
                bounds::add(out, &subject, &shape, criterion.negated);
            }
            CriterionKind::Between(name, low, high) => {
                let subject = self.subject(name)?;
                let (low, high) = (self.span_of(&subject, low), self.span_of(&subject, high));
                let shape = low?.at_or_after().intersect(&high?.up_to());
                if shape.is_empty() {
                    self.complain(
                        Diagnostic::new(Code::E02, "cet intervalle est vide : sa borne basse dépasse sa borne haute", criterion.span)
                            .help("écrivez la plus petite borne d'abord : `entre 60 ans et 65 ans`"),
                    );
                    return None;
                }
                bounds::add(out, &subject, &shape, criterion.negated);
            }
            CriterionKind::Named(name) => return self.named(name, criterion, out),
        }
        Some(())
    }

    /// `zone = 1`, `grade <> MCF_CN`: `Some(None)` when the comparison is about ranks or a column.
    fn compared_code(&mut self, name: &Spanned<String>, operator: ast::BinaryOperator, bound: &ast::Expr) -> Option<Option<Constraint>> {
        let Some(_) = self.attribute(&name.value) else { return Some(None) };
        let different = match operator {
            ast::BinaryOperator::Equal => false,
            ast::BinaryOperator::Different => true,
            _ => return Some(None),
        };
        let ast::ExprKind::Number(x, None) = &bound.kind else { return Some(None) };
        let codes = Constraint::In(BTreeSet::from([x.to_string()]));
        Some(Some(if different { codes.complement() } else { codes }))
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
        match complement(&population).or_else(|| complement(&self.members.refine(&population))) {
            Some(inverse) => *out = out.intersect(&inverse),
            None => {
                self.complain(
                    Diagnostic::new(
                        Code::E09,
                        format!("`hors {}` n'est pas une sélection : cette population a plusieurs critères", name.value),
                        name.span,
                    )
                    .here("être hors de l'un ou de l'autre")
                    .help("« hors » porte sur un seul critère : donnez la valeur générale, et l'autre par `sauf pour` cette population"),
                );
                return None;
            }
        }
        Some(())
    }

    /// The codes of listed members, checked against the reference lists.
    pub(crate) fn codes(&mut self, attribute: AttributeId, list: &[Member]) -> Option<BTreeSet<String>> {
        let mut out = BTreeSet::new();
        let mut whole = true;
        for member in list {
            match member {
                Member::Range(a, b, span) if a > b || b - a > 10_000 => {
                    self.complain(
                        Diagnostic::new(Code::E02, format!("`{a} à {b}` ne désigne aucun code"), *span)
                            .help("donnez le plus petit rang d'abord : `échelon 3 à 5`"),
                    );
                    whole = false;
                }
                Member::Range(a, b, _) => out.extend((*a..=*b).map(|n| n.to_string())),
                Member::Label(label) => match self.members.by_label(attribute, &label.value) {
                    Some(code) => drop(out.insert(code.clone())),
                    // No list names agents: between quotes stands what a code cannot spell, `agent "M001/2"`.
                    None if Some(attribute) == cadrage_ir::attribute("matricule") => drop(out.insert(canonical_code(&label.value))),
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
}

/// What a box with a single criterion does not accept; `None` when it has several.
fn complement(selection: &Selection) -> Option<Selection> {
    let mut out = Selection::all();
    let (mut codes, mut ranges) = (selection.codes.iter(), selection.ranges.iter());
    match (codes.next(), codes.next(), ranges.next(), ranges.next()) {
        (Some((attribute, constraint)), None, None, _) => out.restrict(*attribute, constraint.complement()),
        (None, _, Some((column, shape)), None) => out.bound(*column, shape.complement()),
        _ => return None,
    }
    Some(out)
}
