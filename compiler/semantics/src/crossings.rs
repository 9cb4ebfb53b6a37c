//! Words that cross grains or months: `somme de`, `en fin de mois`, `cumul de`, `du mois précédent`… (decisions D16, D18).

use cadrage_ir::{Aggregation, COLUMNS, FormulaId, Grain, Selection, Type};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
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
                Diagnostic::new(Code::N01, format!("{what} demande le nom d'une formule, pas un calcul"), e.span)
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
        let f = self.over_time(operand, "un décalage dans le temps", grain)?;
        let header = self.header(f)?.clone();
        let kind = match shift {
            Shift::PreviousMonth => Kind::PreviousMonth(f),
            Shift::PreviousYear => Kind::PreviousYear(f),
            Shift::LastPaid => Kind::LastPaid(f),
            Shift::InMonth(m) => Kind::InMonth(f, m),
            Shift::InYear(year) | Shift::OverYear(year) => {
                let m = self.measure_of(f)?;
                if !matches!(m.rule, Aggregation::Sum | Aggregation::SumThenMean | Aggregation::SumThenLast | Aggregation::Distinct) {
                    self.complain(
                        Diagnostic::new(Code::A01, format!("`{}` ne s'additionne pas d'un mois à l'autre", m.name), span)
                            .help(format!("prenez un mois : `{} en 12/{year}`", m.name)),
                    );
                    return None;
                }
                if m.rule == Aggregation::SumThenMean {
                    self.complain(
                        Diagnostic::new(
                            Code::A03,
                            format!("`{}` est un effectif : sur {year}, c'est la moyenne des douze mois", m.name),
                            span,
                        )
                        .help(format!("pour la fin d'année : `{} en 12/{year}`", m.name)),
                    );
                }
                Kind::OverYear(f, year)
            }
            Shift::EndOfMonth => return None,
        };
        let line = header.grain == Grain::Line;
        if header.grain == Grain::Situation || (line && shift != Shift::PreviousYear) {
            self.complain(Diagnostic::new(Code::G01, format!("une valeur {} n'a pas de valeur d'un autre mois", header.grain), span).help(
                if line {
                    "sur des lignes, seul `de l'exercice précédent` existe ; par agent, tous les décalages"
                } else {
                    "les situations changent d'un mois à l'autre : faites une formule `par agent`, et décalez-la"
                },
            ));
            return None;
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

    /// The formula that an operand of time stands for: the one named, or a hidden one for a calculation at the grain at hand.
    fn over_time(&mut self, operand: &Expr, what: &str, grain: &Grain) -> Option<FormulaId> {
        if matches!(operand.kind, ExprKind::Name(_)) {
            return self.formula_operand(operand, what);
        }
        let x = self.number(operand, grain)?;
        if x.grain != *grain {
            self.complain(
                Diagnostic::new(Code::G01, format!("{what} se prend sur une valeur {grain}, pas {}", x.grain), operand.span)
                    .help("donnez un nom à ce calcul dans une formule, et reprenez ce nom ici"),
            );
            return None;
        }
        Some(self.hide(x, operand))
    }

    pub(crate) fn aggregate(&mut self, words: Gathered<'_>, selection: Selection, grain: &Grain, span: Span) -> Option<Expression> {
        let Gathered { kind, operand, weight, within } = words;
        match kind {
            Aggregate::Sum | Aggregate::Total if matches!(grain, Grain::Level(_)) => self.sum_over(operand, &selection, grain, span),
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
                    self.complain(
                        Diagnostic::new(Code::G01, format!("`somme de` ne va pas d'une valeur {found} à un calcul {grain}"), span)
                            .help("dans une formule `par composante`, `par grade`…, elle rassemble les agents ; `par agent`, les situations du mois ; ailleurs, lisez `x au niveau …`"),
                    );
                    return None;
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
                if !selection.is_all() {
                    self.complain(
                        Diagnostic::new(Code::G01, "`cumul de` suit une valeur dans le temps : il ne choisit pas d'agents", span)
                            .help("mettez le `pour …` dans la formule cumulée"),
                    );
                    return None;
                }
                self.cumulative(operand, grain, span)
            }
            Aggregate::Mean => self.mean_over(operand, weight, &selection, grain, span),
            Aggregate::Share if selection.is_all() => self.share(operand, within, grain, span),
            Aggregate::Share => {
                self.complain(
                    Diagnostic::new(Code::G01, "`part de` ne choisit pas d'agents : de quel côté du rapport ?", span)
                        .help("écrivez le rapport : `(x pour …) / (x au niveau établissement)`"),
                );
                None
            }
        }
    }

    /// `cumul de x`: from January on, at the grain at hand. In a formula of a level, a finer x is gathered first.
    fn cumulative(&mut self, operand: &Expr, grain: &Grain, span: Span) -> Option<Expression> {
        let level = matches!(grain, Grain::Level(_));
        let f = self.over_time(operand, "`cumul de`", grain)?;
        let m = self.measure_of(f)?;
        if level && !matches!(m.grain, Grain::Level(_)) {
            let gathered = self.sum_over(operand, &Selection::all(), grain, span)?;
            let unit = m.unit.clone();
            let words = Expr {
                kind: ExprKind::Aggregate {
                    kind: Aggregate::Sum,
                    operand: Box::new(operand.clone()),
                    weight: None,
                    within: None,
                    selection: None,
                },
                span,
            };
            let hidden = self.hide(gathered, &words);
            return Some(quantity(Kind::Cumulative(hidden), unit, grain.clone(), span));
        }
        if m.grain != *grain || m.grain == Grain::Situation || m.grain == Grain::Line {
            self.complain(
                Diagnostic::new(Code::G01, format!("`cumul de` se prend sur une valeur {grain}, pas {}", m.grain), span)
                    .help("cumulez une formule `par agent` ou d'un niveau (`par composante`…)"),
            );
            return None;
        }
        Some(quantity(Kind::Cumulative(f), m.unit, m.grain, span))
    }
}

/// The words of an aggregate phrase.
#[derive(Clone, Copy)]
pub(crate) struct Gathered<'e> {
    pub(crate) kind: Aggregate,
    pub(crate) operand: &'e Expr,
    pub(crate) weight: Option<&'e Spanned<String>>,
    pub(crate) within: Option<&'e Spanned<String>>,
}
