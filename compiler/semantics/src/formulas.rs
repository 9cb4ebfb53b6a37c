//! Formulas: declared unit and grain against what the expression gives; exceptions; what they feed.

use cadrage_ir::{ATTRIBUTES, Dimension, Feed, Grain, Job, Operator, RoundingRule, Selection, Type, Unit, WHOLE};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, FeedTarget, RoundWord};
use cadrage_syntax::{canonical_code, fold, print_selection};
use cadrage_value::{Exact, Rounding};

use crate::model::{Expression, Formula, Kind};
use crate::scope::{Header, Scope};
use crate::{specificity, units};

/// Decimal places that numbers are written with at most (S06).
const MOST_DECIMALS: u32 = 12;

/// `sauf pour … : …` of a formula, checked.
struct WrittenException {
    selection: Selection,
    value: Expression,
    text: String,
    words: String,
    span: Span,
}

impl Scope<'_> {
    /// The grain a word names; a level keeps its folded word when no axis has it.
    pub(crate) fn grain_named(&self, word: &str) -> Grain {
        let folded = fold(word);
        match folded.as_str() {
            "situation" => Grain::Situation,
            "agent" => Grain::Agent,
            "ligne" => Grain::Line,
            _ if folded == fold(WHOLE) => Grain::Level(WHOLE.to_owned()),
            _ => {
                let name = self.level_words.get(&folded).map_or(folded.as_str(), String::as_str);
                let known = ATTRIBUTES.iter().find(|a| a.name == name || fold(a.name) == folded);
                Grain::Level(known.map_or(folded.clone(), |a| a.name.to_owned()))
            }
        }
    }

    /// What others may know of a formula before it is checked.
    pub(crate) fn header_of(&self, f: &ast::Formula) -> Header {
        Header {
            name: f.name.value.clone(),
            unit: units::resolve(&f.unit).0,
            grain: self.grain_named(&f.grain.value),
            fed: f.feeds.is_some(),
            written: Some((units::text(&f.unit), units::resolve(&f.unit).1)),
            mode: f.mode.clone(),
        }
    }

    /// The checked formula; `None` when something in it was complained about.
    pub(crate) fn formula(&mut self, f: &ast::Formula, module: &str) -> Option<Formula> {
        let (unit, _) = units::resolve(&f.unit);
        let grain = self.grain_named(&f.grain.value);
        if f.damaged {
            return None;
        }
        if let Grain::Level(level) = &grain
            && cadrage_ir::level(level).is_none()
        {
            self.unknown_level(&f.grain);
            return None;
        }
        let span = f.scope.as_ref().map_or(f.name.span, |s| s.span);
        let scope = self.optional_selection(f.scope.as_ref()).filter(|s| self.selection_answerable(s, &grain, None, span));
        let Some(equation) = f.equations.first() else {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` n'a pas de calcul", f.name.value), f.name.span).help("ajoutez une ligne `= …`"),
            );
            return None;
        };
        if let Some(second) = f.equations.get(1) {
            self.complain(
                Diagnostic::new(Code::N02, format!("`{}` a deux calculs", f.name.value), second.span)
                    .label(equation.span, "le premier est ici")
                    .help("gardez-en un ; pour un cas particulier : `sauf pour <sélection> : …`"),
            );
            return None;
        }
        let default = self.value_of(equation, f, &unit, &grain);
        let mut exceptions: Vec<WrittenException> = Vec::new();
        let mut whole = true;
        for line in &f.exceptions {
            let (selection, value) = (self.selection(&line.selection), self.value_of(&line.value, f, &unit, &grain));
            let selection = selection.filter(|s| self.selection_answerable(s, &grain, None, line.selection.span));
            match (selection, value) {
                (Some(selection), Some(value)) => exceptions.push(WrittenException {
                    selection,
                    value,
                    text: print_selection(&line.selection),
                    words: cadrage_syntax::print_expression(&line.value),
                    span: line.selection.span,
                }),
                _ => whole = false,
            }
        }
        let cases = self.ordered_exceptions(exceptions, &f.name.value);
        let rounding = f.rounding.filter(|r| self.decimals(r.digits, r.span).is_some()).map(|r| RoundingRule {
            rule: match r.word {
                RoundWord::Nearest => Rounding::HalfUp,
                RoundWord::Down => Rounding::Down,
                RoundWord::Up => Rounding::Up,
            },
            digits: r.digits,
        });
        let feeds = self.feed(f, &unit, &grain, rounding.is_some());
        let aggregation = self.rule_of(f.mode.as_ref(), &unit);
        if let Some(mode) = &f.mode {
            self.same_grain_as_weight(aggregation, &grain, mode.span);
        }
        let (scope, default, feeds) = (scope?, default?, feeds.ok()?);
        if !whole {
            return None;
        }
        let mut cases = cases;
        cases.push((Selection::all(), default));
        let label = f.label.as_ref().or(f.docs.label.as_ref()).map_or_else(|| f.name.value.clone(), |l| l.value.clone());
        Some(Formula {
            name: f.name.value.clone(),
            label,
            module: module.to_owned(),
            unit,
            grain,
            scope,
            cases,
            rounding,
            feeds,
            final_when_paid: f.final_when_paid,
            aggregation,
            source: f.docs.source.as_ref().map(|s| s.value.clone()),
            hidden: false,
            span: f.name.span,
        })
    }

    fn ordered_exceptions(&mut self, exceptions: Vec<WrittenException>, name: &str) -> Vec<(Selection, Expression)> {
        let boxes: Vec<Selection> = exceptions.iter().map(|e| e.selection.clone()).collect();
        // The same words compute the same value.
        let same = |i: usize, j: usize| exceptions.get(i).zip(exceptions.get(j)).is_some_and(|(a, b)| fold(&a.words) == fold(&b.words));
        let (order, overlaps) = specificity::order(&boxes, self.members, &same);
        for o in overlaps {
            if let (Some(a), Some(b)) = (exceptions.get(o.first), exceptions.get(o.second)) {
                self.overlap(name, o.both, (&a.text, &a.words, a.span), (&b.text, &b.words, b.span));
            }
        }
        order.into_iter().filter_map(|k| exceptions.get(k)).map(|e| (e.selection.clone(), e.value.clone())).collect()
    }

    /// A value of the declared unit and grain.
    fn value_of(&mut self, e: &ast::Expr, f: &ast::Formula, unit: &Unit, grain: &Grain) -> Option<Expression> {
        if self.hole(e, Some(unit), grain, &f.name.value) {
            return None;
        }
        let x = self.expression(e, grain)?;
        let Some(found) = x.ty.unit().cloned() else {
            self.complain(
                Diagnostic::new(
                    Code::U01,
                    format!("`{}` est annoncée en {}, le calcul donne une condition", f.name.value, units::text(&f.unit)),
                    e.span,
                )
                .help("écrivez `si … alors … sinon …`"),
            );
            return None;
        };
        if x.grain != Grain::Constant && x.grain != *grain {
            let help = match (&x.grain, grain) {
                (Grain::Situation, Grain::Agent) => {
                    format!(
                        "additionnez les situations du mois : `somme de ({})`, ou prenez la dernière : `… en fin de mois`",
                        cadrage_syntax::print_expression(e)
                    )
                }
                (Grain::Situation | Grain::Agent | Grain::Line, Grain::Level(_)) => {
                    format!(
                        "rassemblez les agents : `somme de ({0})`, ou `moyenne de {0} pondérée par …`",
                        cadrage_syntax::print_expression(e)
                    )
                }
                (Grain::Level(level), _) => format!("lisez-la à son niveau : `{} au niveau {level}`", cadrage_syntax::print_expression(e)),
                _ => format!("annoncez `{}`, ou changez de grain par un mot", x.grain),
            };
            self.complain(
                Diagnostic::new(Code::G01, format!("la formule est annoncée {grain}, le calcul est {}", x.grain), f.grain.span)
                    .here(format!("annoncé ici : {grain}"))
                    .label(e.span, format!("{} ici", x.grain))
                    .help(help),
            );
            return None;
        }
        if !self.answerable(&x, grain) {
            return None;
        }
        if found == *unit {
            return Some(x);
        }
        let years_of_work = Unit::of(Dimension::Etp).times(Dimension::Month, 1);
        if found == years_of_work && (*unit == Unit::of(Dimension::Etpt) || *unit == Unit::of(Dimension::Etpf)) {
            return Some(divided_by_twelve(x, unit));
        }
        if matches!(&x.kind, Kind::Literal(v) if v.is_zero()) && found.is_pure() {
            return Some(Expression { ty: Type::Quantity(unit.clone()), ..x });
        }
        let written = units::text(&f.unit);
        let diagnostic =
            Diagnostic::new(Code::U01, format!("la formule est annoncée en {written}, le calcul donne des {found}"), f.unit.span)
                .here(format!("annoncé ici : {written}"))
                .label(e.span, format!("{found} ici"));
        let month = Unit::of(Dimension::Month);
        let text = cadrage_syntax::print_expression(e);
        let diagnostic = if found.multiply(&month) == *unit {
            let whole = match &e.kind {
                // The duration belongs to each situation of the month, inside the sum.
                ast::ExprKind::Aggregate { kind: ast::Aggregate::Sum, operand, selection: None, .. } => {
                    format!("somme de ({} * présence)", cadrage_syntax::print_expression(operand))
                }
                _ if *grain == Grain::Agent => format!("{text} * présence_du_mois"),
                _ => format!("{text} * présence"),
            };
            diagnostic.help(format!("il manque une durée, sinon un agent parti le 15 serait payé le mois entier : `= {whole}`"))
        } else if found == unit.multiply(&month) {
            diagnostic.help("il y a une durée de trop : divisez par `1 mois`, ou annoncez l'unité que le calcul donne")
        } else {
            diagnostic.help(format!("annoncez `en {found}`, ou revoyez le calcul"))
        };
        self.complain(diagnostic);
        None
    }

    /// The decimal places of a rounding, when numbers can have as many.
    pub(crate) fn decimals(&mut self, digits: u32, span: Span) -> Option<u32> {
        if digits <= MOST_DECIMALS {
            return Some(digits);
        }
        self.complain(
            Diagnostic::new(Code::S06, format!("un arrondi garde au plus {MOST_DECIMALS} décimales"), span)
                .help("écrivez un nombre de décimales plus petit, ou n'arrondissez pas : tout se calcule exactement"),
        );
        None
    }

    fn feed(&mut self, f: &ast::Formula, unit: &Unit, grain: &Grain, rounded: bool) -> Result<Option<Feed>, ()> {
        let Some((target, span)) = &f.feeds else { return Ok(None) };
        let mut refuse = |message: String, help: &str| {
            self.complain(Diagnostic::new(Code::V02, message, *span).help(help));
            Err(())
        };
        if !matches!(grain, Grain::Agent | Grain::Line) {
            return refuse(
                format!("une formule {grain} n'alimente rien"),
                "la paie se calcule `par agent` ; une reconduction se fait `par ligne`",
            );
        }
        match target {
            FeedTarget::Job(name) => {
                let job = match fold(&name.value).as_str() {
                    "etpt" => Job::Etpt,
                    "etpf" => Job::Etpf,
                    other => {
                        return refuse(
                            format!("`{other}` n'est pas un décompte d'emplois"),
                            "écrivez `alimente emploi etpt` ou `alimente emploi etpf`",
                        );
                    }
                };
                let wanted = Unit::of(if job == Job::Etpt { Dimension::Etpt } else { Dimension::Etpf });
                if *unit != wanted {
                    return refuse(
                        format!("une formule en {unit} n'alimente pas des {wanted}"),
                        "annoncez la formule dans l'unité de l'emploi",
                    );
                }
                Ok(Some(Feed::Job(job)))
            }
            FeedTarget::Rubriques(codes, account) => {
                if *unit != Unit::of(Dimension::Euro) {
                    return refuse(format!("une formule en {unit} n'alimente pas une rubrique"), "une rubrique se paie en €");
                }
                if *grain == Grain::Agent && codes.len() != 1 {
                    return refuse("une formule par agent alimente une seule rubrique".to_owned(), "faites une formule par rubrique");
                }
                if *grain == Grain::Agent && !rounded {
                    return refuse(
                        format!("`{}` alimente une rubrique sans dire comment elle s'arrondit", f.name.value),
                        "ajoutez `arrondi au centime`",
                    );
                }
                let codes = codes.iter().map(|c| canonical_code(&c.value)).collect();
                Ok(Some(Feed::Rubriques(codes, account.as_ref().map(|a: &Spanned<String>| a.value.clone()))))
            }
        }
    }
}

/// ETP·mois → ETPT: a year of work is twelve months of it.
fn divided_by_twelve(x: Expression, unit: &Unit) -> Expression {
    let (grain, span) = (x.grain.clone(), x.span);
    let twelfth = Exact::ratio(1, 12).unwrap_or(Exact::ZERO);
    let factor = Expression { kind: Kind::Literal(twelfth), ty: Type::Quantity(Unit::pure()), grain: Grain::Constant, span };
    Expression { kind: Kind::Binary(Operator::Multiply, Box::new(x), Box::new(factor)), ty: Type::Quantity(unit.clone()), grain, span }
}
