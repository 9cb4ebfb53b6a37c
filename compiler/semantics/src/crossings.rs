//! Words that cross grains or months: `somme de`, `en fin de mois`, `cumul de`, `du mois précédent`… (decisions D16, D18).

use cadrage_ir::{COLUMNS, FormulaId, Grain, Selection, Type};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{Aggregate, Expr, ExprKind, Shift};

use crate::expressions::quantity;
use crate::model::{Expression, Kind};
use crate::scope::{Scope, Symbol};

/// Columns whose sum means nothing (decision D12).
const NEVER_SUMMED: &[&str] = &["inm", "quotité", "quotité_rémunérée", "ancienneté", "âge", "montant_forfait"];

impl Scope<'_> {
    /// A name that must be a formula of the grain at hand.
    pub(crate) fn formula_operand(&mut self, e: &Expr, what: &str) -> Option<FormulaId> {
        let ExprKind::Name(name) = &e.kind else {
            self.complain(
                Diagnostic::new(Code::V99, format!("{what} d'un calcul : lu, mais pas encore calculé"), e.span)
                    .help("donnez un nom à ce calcul dans une formule, et reprenez ce nom ici"),
            );
            return None;
        };
        match self.get(name) {
            Some(Symbol::Formula(f)) => Some(f),
            Some(Symbol::Poisoned) => None,
            Some(_) => {
                self.complain(
                    Diagnostic::new(Code::N01, format!("{what} demande une formule ; `{name}` n'en est pas une"), e.span)
                        .help("nommez une formule"),
                );
                None
            }
            None => {
                self.unknown(name, e.span);
                None
            }
        }
    }

    pub(crate) fn shifted(&mut self, operand: &Expr, shift: Shift, grain: &Grain, span: Span) -> Option<Expression> {
        if shift == Shift::EndOfMonth {
            // A date too has a value at the end of the month.
            let x = self.expression(operand, &Grain::Situation)?;
            let x = if x.ty == Type::Date { x } else { self.number(operand, &Grain::Situation)? };
            if !matches!(x.grain, Grain::Situation | Grain::Constant) || *grain != Grain::Agent {
                self.complain(
                    Diagnostic::new(Code::G01, "`en fin de mois` fait passer d'une situation à l'agent", span)
                        .help("il s'emploie dans une formule `par agent`, sur une donnée `par situation`"),
                );
                return None;
            }
            return Some(Expression { ty: x.ty.clone(), grain: Grain::Agent, kind: Kind::EndOfMonth(Box::new(x)), span });
        }
        let f = self.formula_operand(operand, "un décalage dans le temps")?;
        let header = self.header(f)?.clone();
        let kind = match shift {
            Shift::PreviousMonth => Kind::PreviousMonth(f),
            Shift::PreviousYear => Kind::PreviousYear(f),
            Shift::LastPaid => Kind::LastPaid(f),
            Shift::InMonth(m) => Kind::InMonth(f, m),
            Shift::InYear(_) | Shift::OverYear(_) => return self.not_yet("`en AAAA` et `sur AAAA` dans une formule", span),
            Shift::EndOfMonth => return None,
        };
        let line = header.grain == Grain::Line;
        if header.grain == Grain::Situation || (line && shift != Shift::PreviousYear) {
            return self.not_yet("ce décalage à ce grain", span);
        }
        if shift == Shift::LastPaid && !header.fed {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` n'alimente aucune rubrique : rien n'en a été payé", header.name), span)
                    .help("`du dernier mois payé` lit ce que la paie a versé : ajoutez `alimente rubrique …`"),
            );
            return None;
        }
        Some(quantity(kind, header.unit, header.grain, span))
    }

    pub(crate) fn aggregate(
        &mut self,
        kind: Aggregate,
        operand: &Expr,
        selection: Selection,
        grain: &Grain,
        span: Span,
    ) -> Option<Expression> {
        match kind {
            Aggregate::Sum | Aggregate::Total => {
                let x = self.number(operand, &Grain::Situation)?;
                if *grain != Grain::Agent || !matches!(x.grain, Grain::Situation | Grain::Constant) {
                    let found = x.grain.clone();
                    if *grain == Grain::Agent && found == Grain::Agent {
                        self.complain(
                            Diagnostic::new(Code::G01, "ce calcul est déjà par agent : il n'y a pas de situations à additionner", span)
                                .help("retirez `somme de`"),
                        );
                        return None;
                    }
                    return self.not_yet(&format!("`somme de` d'une valeur {found} dans un calcul {grain}"), span);
                }
                if let Kind::Column(c) = &x.kind
                    && let Some(spec) = COLUMNS.get(c.index())
                    && NEVER_SUMMED.contains(&spec.name)
                {
                    self.complain(
                        Diagnostic::new(Code::A01, format!("`{}` ne s'additionne pas d'une situation à l'autre", spec.name), span).help(
                            format!(
                                "multipliez par la durée : `somme de ({} * présence)`, ou prenez `{} en fin de mois`",
                                spec.name, spec.name
                            ),
                        ),
                    );
                    return None;
                }
                let ty = x.ty.clone();
                Some(Expression { kind: Kind::SumSituations(Box::new(x), selection), ty, grain: Grain::Agent, span })
            }
            Aggregate::Cumulative => {
                let f = self.formula_operand(operand, "`cumul de`")?;
                let header = self.header(f)?.clone();
                if header.grain != Grain::Agent {
                    return self.not_yet("`cumul de` à un autre grain que l'agent", span);
                }
                Some(quantity(Kind::Cumulative(f), header.unit, Grain::Agent, span))
            }
            Aggregate::Mean => self.not_yet("`moyenne de`", span),
            Aggregate::Share => self.not_yet("`part de … dans`", span),
        }
    }
}
