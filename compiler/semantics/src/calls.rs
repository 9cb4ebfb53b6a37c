//! Calls: the builtins, scales applied to a base, Excel's habits are phrases by then (decision D6).

use cadrage_ir::{Dimension, Grain, RoundingRule, Unit};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, BinaryOperator, Expr, ExprKind};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::Rounding;

use crate::expressions::quantity;
use crate::model::{Expression, Kind};
use crate::scope::{Scope, Symbol};

impl Scope<'_> {
    pub(crate) fn call(&mut self, name: &Spanned<String>, arguments: &[Expr], grain: &Grain, span: Span) -> Option<Expression> {
        let arity = |scope: &mut Self, n: usize, usage: &str| {
            let right = arguments.len() == n;
            if !right {
                scope.complain(
                    Diagnostic::new(Code::N05, format!("`{}` prend {n} argument(s), pas {}", name.value, arguments.len()), span)
                        .help(format!("écrivez `{usage}`")),
                );
            }
            right
        };
        if let Some(Symbol::Bracket(b)) = self.get(&name.value) {
            let (Some(base), rest) = (arguments.first(), arguments.get(1)) else {
                arity(self, 1, &format!("{}(assiette)", name.value));
                return None;
            };
            let which = match rest.map(|e| &e.kind) {
                None => None,
                Some(ExprKind::Number(x, None)) => x.to_int().and_then(|n| usize::try_from(n).ok()),
                Some(_) => {
                    self.complain(
                        Diagnostic::new(Code::N05, "le numéro de tranche est un nombre entier écrit", span)
                            .help(format!("écrivez `{}(assiette ; 2)`", name.value)),
                    );
                    return None;
                }
            };
            let x = self.number(base, grain)?;
            return Some(Expression { ty: x.ty.clone(), grain: x.grain.clone(), kind: Kind::Brackets(b, Box::new(x), which), span });
        }
        match (fold(&name.value).as_str(), arguments) {
            ("min" | "max", [_, ..]) => self.extreme(name, arguments, grain, span),
            ("abs", [x]) => {
                let x = self.number(x, grain)?;
                Some(Expression { ty: x.ty.clone(), grain: x.grain.clone(), kind: Kind::Absolute(Box::new(x)), span })
            }
            ("arrondi", [x, digits]) => {
                let written =
                    if let ExprKind::Number(n, None) = &digits.kind { n.to_int().and_then(|n| u32::try_from(n).ok()) } else { None };
                let Some(written) = written else {
                    self.complain(
                        Diagnostic::new(Code::N05, "le nombre de décimales est un nombre entier écrit", digits.span)
                            .help("écrivez `ARRONDI(x ; 2)`"),
                    );
                    return None;
                };
                let x = self.number(x, grain)?;
                let digits = self.decimals(written, digits.span)?;
                let rule = RoundingRule { rule: Rounding::HalfUp, digits };
                Some(Expression { ty: x.ty.clone(), grain: x.grain.clone(), kind: Kind::Round(Box::new(x), rule), span })
            }
            ("constate" | "recalcule", [x]) => {
                let f = self.formula_operand(x, &format!("`{}`", name.value))?;
                let header = self.header(f)?.clone();
                if !header.fed || header.grain == Grain::Situation {
                    self.complain(
                        Diagnostic::new(Code::V02, format!("`{}` n'alimente aucune rubrique : la paie n'en dit rien", header.name), x.span)
                            .help("ajoutez `alimente rubrique …` à sa déclaration"),
                    );
                    return None;
                }
                let kind = if fold(&name.value) == "constate" { Kind::Observed(f) } else { Kind::Recomputed(f) };
                let unit = header.unit;
                Some(quantity(kind, unit, Grain::Agent, span))
            }
            ("assiette", [base]) => {
                let ExprKind::Name(code) = &base.kind else {
                    self.complain(Diagnostic::new(Code::N05, "`assiette` nomme une base", span).help("écrivez `assiette(RAFP)`"));
                    return None;
                };
                let code = canonical_code(code);
                if !self.bases.contains(&code) {
                    let known = self.bases.join(", ");
                    self.complain(
                        Diagnostic::new(Code::N04, format!("aucun élément n'entre dans l'assiette `{code}`"), base.span)
                            .help(format!("assiettes connues : {known}")),
                    );
                    return None;
                }
                Some(quantity(Kind::Base(code), Unit::of(Dimension::Euro), Grain::Agent, span))
            }
            ("min" | "max", []) => {
                arity(self, 2, "min(x ; y)");
                None
            }
            ("abs" | "constate" | "recalcule" | "assiette", _) => {
                arity(self, 1, &format!("{}(x)", name.value));
                None
            }
            ("arrondi", _) => {
                arity(self, 2, "ARRONDI(x ; 2)");
                None
            }
            // With the right number of arguments, the reader made the phrase of them (decision D6).
            ("si", _) => {
                arity(self, 3, &format!("{}(condition ; valeur ; sinon)", name.value));
                None
            }
            ("somme", [first, rest @ ..]) if !rest.is_empty() => {
                let add = |a: Expr, b: &Expr| Expr { kind: ExprKind::Binary(BinaryOperator::Add, Box::new(a), Box::new(b.clone())), span };
                let phrase = rest.iter().fold(first.clone(), add);
                self.expression(&phrase, grain)
            }
            (word @ ("somme" | "moyenne"), [x]) => {
                let kind = if word == "somme" { ast::Aggregate::Sum } else { ast::Aggregate::Mean };
                let operand = Box::new(x.clone());
                let phrase = ExprKind::Aggregate { kind, operand, weight: None, within: None, selection: None };
                self.expression(&Expr { kind: phrase, span }, grain)
            }
            ("moyenne", _) => {
                arity(self, 1, "moyenne de x pondérée par y");
                None
            }
            ("somme", []) => {
                arity(self, 1, "somme de x");
                None
            }
            _ => {
                let known = cadrage_ir::BUILTINS.iter().map(|b| b.name);
                let near = crate::suggest::nearest(&name.value, known);
                let help = near.map_or_else(
                    || "fonctions : min, max, abs, ARRONDI, SI, constaté, recalculé, assiette, et le nom de chaque barème".to_owned(),
                    |n| format!("vouliez-vous `{n}` ?"),
                );
                self.complain(Diagnostic::new(Code::N05, format!("la fonction `{}` n'existe pas", name.value), name.span).help(help));
                None
            }
        }
    }

    fn extreme(&mut self, name: &Spanned<String>, arguments: &[Expr], grain: &Grain, span: Span) -> Option<Expression> {
        let read: Vec<Option<Expression>> = arguments.iter().map(|x| self.number(x, grain)).collect();
        let mut read = read.into_iter().collect::<Option<Vec<Expression>>>()?.into_iter();
        let mut all = vec![read.next()?];
        for x in read {
            let first = all.first()?.clone();
            let (first, x) = self.same_unit(first, x, &format!("`{}`", name.value), span)?;
            let joined = self.join(&first, &x)?;
            if let Some(slot) = all.first_mut() {
                *slot = Expression { grain: joined, ..first };
            }
            all.push(x);
        }
        let ty = all.first()?.ty.clone();
        // The first carries the joint grain only while joining; its own is what lower needs not know.
        let grain = all.first()?.grain.clone();
        let kind = if fold(&name.value) == "min" { Kind::Min(all) } else { Kind::Max(all) };
        Some(Expression { kind, ty, grain, span })
    }
}
