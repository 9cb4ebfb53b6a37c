//! `modifier grilles …`, and grids and reclassements `en projet` that a scenario applies.

use cadrage_ir::{Change, Dimension, Selection, Unit, attribute};
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::ast::{self, ExprKind, ModifyChange, Visibility};
use cadrage_syntax::fold;
use cadrage_value::{Date, Exact, Month};

use super::{Checked, Ground};
use crate::overlay::{GridChange, GridEdit, GridTarget};
use crate::scope::{Scope, Symbol};
use crate::units;

impl Scope<'_> {
    pub(super) fn grid_change(&mut self, m: &ast::Modify, ground: &Ground<'_>) -> Option<GridChange> {
        let declared = ground.grids.get(&fold(&m.target.value));
        if ground.index_tables.contains(&fold(&m.target.value)) {
            self.complain(
                Diagnostic::new(
                    Code::V02,
                    format!("`{}` va de l'indice brut à l'indice majoré, elle ne se modifie pas", m.target.value),
                    m.target.span,
                )
                .help("relevez les indices des grilles : `modifier grilles … majorer de 5 points`"),
            );
            return None;
        }
        if declared.is_none() && self.get(&m.target.value).is_some() {
            // Its declaration was refused: told there.
            return None;
        }
        if let Some((grid, _)) = declared
            && ground.openness.grids.get(&fold(&grid.name)) == Some(&Visibility::Locked)
        {
            self.locked(&grid.name, m.target.span, grid.span, "déclarez une autre grille `en projet`, et appliquez-la");
            return None;
        }
        if m.everywhere {
            self.complain(
                Diagnostic::new(Code::V02, "une grille n'a pas d'exceptions : `partout` n'ajoute rien", m.span).help("retirez `partout`"),
            );
            return None;
        }
        let target = match (&m.selection, declared) {
            (Some(_), Some((grid, _))) => {
                self.complain(
                    Diagnostic::new(Code::V02, format!("la grille `{}` dit déjà de quels grades", grid.name), m.span)
                        .help("retirez `pour …`, ou écrivez `modifier grilles pour grade …`"),
                );
                return None;
            }
            (None, Some((grid, _))) => GridTarget::Declared(grid.key.clone()),
            (None, None) => GridTarget::All,
            (Some(selection), None) => self.grades_of(selection)?,
        };
        let change = match &m.change {
            ModifyChange::Raise(e) => Change::Shift(self.points(e)?),
            ModifyChange::Lower(e) => Change::Shift(-self.points(e)?),
            ModifyChange::AtLeast(e) => Change::AtLeast(self.points(e)?),
            ModifyChange::AtMost(e) => Change::AtMost(self.points(e)?),
            _ => {
                self.complain(
                    Diagnostic::new(Code::V02, "une grille a plusieurs indices : on ne les fixe pas tous à une valeur", m.span)
                        .help("écrivez `majorer de 5 points`, `au moins 370 points`, ou déclarez une grille `en projet` et appliquez-la"),
                );
                return None;
            }
        };
        Some(GridChange { target, from: m.from, until: m.until.map(Date::next), edit: GridEdit::Index(change) })
    }

    /// A selection of grades, whatever the axis it is written on: corps, groupe, grade.
    fn grades_of(&mut self, written: &ast::Selection) -> Option<GridTarget> {
        let selection = self.selection(written)?;
        let refined: Selection = self.members.refine(&selection);
        let grade = attribute("grade")?;
        match refined.codes.get(&grade) {
            Some(grades) if refined.codes.len() == 1 && refined.ranges.is_empty() => Some(GridTarget::Grades(grades.clone())),
            _ => {
                self.complain(
                    Diagnostic::new(Code::V02, "une grille ne dépend que du grade", written.span)
                        .help("visez un `grade`, un `corps`, un `groupe` ou une `catégorie` du référentiel"),
                );
                None
            }
        }
    }

    /// Whole points of indice majoré.
    fn points(&mut self, e: &ast::Expr) -> Option<Exact> {
        let ExprKind::Number(x, unit) = &e.kind else { return None };
        let found = unit.as_ref().map(|u| units::resolve(u).0);
        if found != Some(Unit::of(Dimension::Point)) {
            let code = if found == Some(Unit::of(Dimension::GrossPoint)) { Code::U06 } else { Code::U03 };
            self.complain(
                Diagnostic::new(code, "les indices d'une grille sont des points d'indice majoré", e.span)
                    .help("écrivez `majorer de 5 points` ou `au moins 370 points`"),
            );
            return None;
        }
        if x.to_int().is_none() || x.is_negative() {
            self.complain(
                Diagnostic::new(Code::V02, "un indice est un nombre entier de points", e.span)
                    .help("écrivez un nombre entier positif ; pour baisser : `minorer de …`"),
            );
            return None;
        }
        Some(x.clone())
    }

    /// `appliquer` of something declared `en projet`.
    pub(super) fn planned(&mut self, name: &Spanned<String>, ground: &Ground<'_>, constate: Option<Month>) -> Option<Checked> {
        let key = fold(&name.value);
        let in_force = |scope: &mut Self, what: &str, span| {
            scope.complain(
                Diagnostic::new(Code::V02, format!("{what} `{}` n'est pas `en projet` : elle vaut déjà partout", name.value), name.span)
                    .label(span, "déclarée ici")
                    .help("retirez `appliquer`, ou ajoutez la ligne `en projet` à sa déclaration"),
            );
            None
        };
        if let Some((grid, planned)) = ground.grids.get(&key) {
            if !planned {
                return in_force(self, "la grille", grid.span);
            }
            let edit = GridEdit::Versions(grid.versions.clone());
            return Some(Checked::Grid(GridChange { target: GridTarget::Declared(grid.key.clone()), from: None, until: None, edit }));
        }
        if let Some((r, planned)) = ground.reclassifications.get(&key) {
            if !planned {
                return in_force(self, "la règle de reclassement", r.span);
            }
            if let Some(last) = constate.filter(|c| r.date.month() <= *c) {
                self.complain(
                    Diagnostic::new(
                        Code::T03,
                        format!("{} est constaté : on n'y reclasse plus personne", r.date.month().to_french()),
                        name.span,
                    )
                    .label(r.span, format!("à compter du {}", r.date.to_french()))
                    .help(format!("le premier mois projeté est {}", last.plus(1).to_french())),
                );
                return None;
            }
            return Some(Checked::Reclassification(r.clone()));
        }
        if self.get(&name.value) != Some(Symbol::Poisoned) {
            self.complain(
                Diagnostic::new(Code::N01, format!("`{}` ne s'applique pas", name.value), name.span)
                    .help("s'appliquent : une `variante`, une `grille` ou un `reclassement` déclarés `en projet`"),
            );
        }
        None
    }
}
