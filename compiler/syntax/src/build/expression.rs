//! Formulas and selections.

use cadrage_grammar::Rule;
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_value::Exact;

use super::{Builder, P, child, has};
use crate::ast::{Aggregate, BinaryOperator, Criterion, CriterionKind, Expr, ExprKind, Member, Selection, Shift};
use crate::operators;

impl Builder<'_> {
    pub(crate) fn expr(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::expr | Rule::atome => match pair.into_inner().next() {
                Some(inner) => self.expr(inner),
                None => hole(span),
            },
            Rule::conditionnelle => {
                let mut parts = pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::disjonction | Rule::expr));
                let (c, a, b) = (parts.next(), parts.next(), parts.next());
                let mut read = |p: Option<P<'_>>| Box::new(p.map_or_else(|| hole(span), |p| self.expr(p)));
                Expr { kind: ExprKind::If(read(c), read(a), read(b)), span }
            }
            Rule::table_selon => {
                let parts: Vec<P<'_>> = pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::disjonction | Rule::expr)).collect();
                let mut read: Vec<Expr> = parts.into_iter().map(|p| self.expr(p)).collect();
                let last = read.pop().unwrap_or_else(|| hole(span));
                let mut cases = Vec::new();
                let mut pending = read.into_iter();
                while let (Some(condition), Some(value)) = (pending.next(), pending.next()) {
                    cases.push((condition, value));
                }
                Expr { kind: ExprKind::Select(cases, Box::new(last)), span }
            }
            Rule::disjonction => self.chain(pair, |_| Some(BinaryOperator::Or)),
            Rule::conjonction => self.chain(pair, |_| Some(BinaryOperator::And)),
            Rule::negation => {
                let negated = has(&pair, Rule::k_non);
                match child(&pair, Rule::comparaison) {
                    Some(inner) if negated => Expr { kind: ExprKind::Not(Box::new(self.expr(inner))), span },
                    Some(inner) => self.expr(inner),
                    None => hole(span),
                }
            }
            Rule::comparaison => self.comparison(pair),
            Rule::additif => self.additive(pair),
            Rule::produit => self.chain(pair, operators::read),
            Rule::unaire | Rule::operande_defaut => {
                let negative = child(&pair, Rule::signe).is_some_and(|s| s.as_str() == "-");
                let inner = pair.into_inner().find(|p| p.as_rule() != Rule::signe);
                let value = inner.map_or_else(|| hole(span), |p| self.expr(p));
                if negative { Expr { kind: ExprKind::Negate(Box::new(value)), span } } else { value }
            }
            Rule::suffixe => self.suffixed(pair),
            Rule::date => Expr { kind: ExprKind::Date(self.date(&pair)), span },
            Rule::mois => Expr { kind: ExprKind::Month(self.month(&pair)), span },
            Rule::err_point => {
                self.decimal_point(&pair);
                hole(span)
            }
            Rule::err_milliers => {
                self.broken_thousands(&pair);
                hole(span)
            }
            Rule::litteral | Rule::quantite => self.quantity(pair),
            Rule::trou => Expr { kind: ExprKind::Hole, span },
            Rule::chaine => Expr { kind: ExprKind::Text(self.text_of(&pair).value), span },
            Rule::chemin | Rule::ident => Expr { kind: ExprKind::Name(pair.as_str().trim().to_owned()), span },
            Rule::agregat => self.aggregate(pair),
            Rule::appel => self.call(pair),
            Rule::repartition => {
                let names: Vec<P<'_>> = pair.into_inner().filter(|p| p.as_rule() == Rule::chemin).collect();
                match names.as_slice() {
                    [amount, key] => Expr { kind: ExprKind::Distribute(self.words(amount), self.words(key)), span },
                    _ => hole(span),
                }
            }
            _ => hole(span),
        }
    }

    /// Left-associative: operands separated by operator pairs, or by nothing that names the operator.
    fn chain(&mut self, pair: P<'_>, operator: impl Fn(&str) -> Option<BinaryOperator>) -> Expr {
        let span = self.span(&pair);
        let mut result: Option<Expr> = None;
        let mut pending = operator("");
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::op_add | Rule::op_mul => pending = operators::read(part.as_str().trim()),
                Rule::k_ou | Rule::k_et => {}
                _ => {
                    let right = self.expr(part);
                    result = Some(match (result, pending) {
                        (Some(left), Some(op)) => {
                            let span = left.span.to(right.span);
                            Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
                        }
                        _ => right,
                    });
                }
            }
        }
        result.unwrap_or_else(|| hole(span))
    }

    fn additive(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let mut result: Option<Expr> = None;
        let mut pending = None;
        let mut unit = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::op_add => pending = operators::read(part.as_str().trim()),
                Rule::unite => unit = Some(self.unit(&part)),
                Rule::k_en => {}
                _ => {
                    let right = self.expr(part);
                    result = Some(match (result, pending) {
                        (Some(left), Some(op)) => {
                            let span = left.span.to(right.span);
                            Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
                        }
                        _ => right,
                    });
                }
            }
        }
        let value = result.unwrap_or_else(|| hole(span));
        match unit {
            Some(unit) => Expr { kind: ExprKind::Convert(Box::new(value), unit), span },
            None => value,
        }
    }

    fn comparison(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let mut operands = Vec::new();
        let (mut operator, mut between, mut list) = (None, false, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::op_comp => operator = operators::read(part.as_str().trim()),
                Rule::k_entre => between = true,
                Rule::k_et | Rule::k_dans => {}
                Rule::liste => list = Some(self.members(part)),
                _ => operands.push(self.expr(part)),
            }
        }
        let mut operands = operands.into_iter();
        let Some(first) = operands.next() else { return hole(span) };
        if let Some(members) = list {
            return Expr { kind: ExprKind::InList(Box::new(first), members), span };
        }
        match (operands.next(), operands.next(), operator) {
            (Some(low), Some(high), _) if between => Expr { kind: ExprKind::Between(Box::new(first), Box::new(low), Box::new(high)), span },
            (Some(right), None, Some(op)) => Expr { kind: ExprKind::Binary(op, Box::new(first), Box::new(right)), span },
            _ => first,
        }
    }

    fn suffixed(&mut self, pair: P<'_>) -> Expr {
        let start = self.span(&pair);
        let mut value = hole(start);
        for part in pair.into_inner() {
            let span = Span { end: self.span(&part).end, ..start };
            let kind = match part.as_rule() {
                Rule::decalage => match self.shift(&part) {
                    Some(shift) => ExprKind::Shifted(Box::new(value), shift),
                    None => continue,
                },
                Rule::a_defaut => {
                    let fallback = child(&part, Rule::operande_defaut).map_or_else(|| hole(span), |p| self.expr(p));
                    ExprKind::OrElse(Box::new(value), Box::new(fallback))
                }
                Rule::au_niveau => match child(&part, Rule::ident) {
                    Some(level) => ExprKind::AtLevel(Box::new(value), self.words(&level)),
                    None => continue,
                },
                Rule::filtre => match child(&part, Rule::selection) {
                    Some(s) => ExprKind::Filtered(Box::new(value), self.selection(s)),
                    None => continue,
                },
                _ => {
                    value = self.expr(part);
                    continue;
                }
            };
            value = Expr { kind, span };
        }
        value
    }

    fn shift(&mut self, pair: &P<'_>) -> Option<Shift> {
        let over = has(pair, Rule::k_sur);
        for part in pair.clone().into_inner() {
            return Some(match part.as_rule() {
                Rule::k_mois_precedent => Shift::PreviousMonth,
                Rule::k_exercice_precedent => Shift::PreviousYear,
                Rule::k_dernier_mois_paye => Shift::LastPaid,
                Rule::k_fin_de_mois => Shift::EndOfMonth,
                Rule::mois => Shift::InMonth(self.month(&part)),
                Rule::annee => {
                    let year = part.as_str().trim().parse().ok()?;
                    if over { Shift::OverYear(year) } else { Shift::InYear(year) }
                }
                _ => continue,
            });
        }
        None
    }

    /// A number and its unit, with its sign.
    pub(super) fn quantity(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let negative = child(&pair, Rule::signe).is_some_and(|s| s.as_str() == "-");
        let mut value = Exact::ZERO;
        let mut unit = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::nombre => value = self.number(&part),
                Rule::unite => unit = Some(self.unit(&part)),
                Rule::err_point => {
                    self.decimal_point(&part);
                    return hole(span);
                }
                Rule::err_milliers => {
                    self.broken_thousands(&part);
                    return hole(span);
                }
                _ => {}
            }
        }
        Expr { kind: ExprKind::Number(if negative { -value } else { value }, unit), span }
    }

    fn aggregate(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let word = child(&pair, Rule::mot_agregat).and_then(|p| p.into_inner().next()).map(|p| p.as_rule());
        let kind = match word {
            Some(Rule::k_total) => Aggregate::Total,
            Some(Rule::k_moyenne) => Aggregate::Mean,
            Some(Rule::k_cumul) => Aggregate::Cumulative,
            Some(Rule::k_part) => Aggregate::Share,
            _ => Aggregate::Sum,
        };
        let (mut operand, mut weight, mut within, mut selection) = (hole(span), None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::chemin | Rule::expr => operand = self.expr(part),
                Rule::pondere => weight = child(&part, Rule::chemin).map(|p| self.words(&p)),
                Rule::dans_le => within = child(&part, Rule::ident).map(|p| self.words(&p)),
                Rule::filtre => selection = child(&part, Rule::selection).map(|p| self.selection(p)),
                _ => {}
            }
        }
        Expr { kind: ExprKind::Aggregate { kind, operand: Box::new(operand), weight, within, selection }, span }
    }

    fn call(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let mut name = cadrage_source::Spanned::new(String::new(), span);
        let mut arguments = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::nom_fonction => name = self.words(&part),
                Rule::interieur => {
                    for argument in part.into_inner().filter(|p| p.as_rule() == Rule::argument) {
                        if let Some(comma) = child(&argument, Rule::err_virgule) {
                            self.comma(&comma, &name.value);
                        }
                        if let Some(expr) = child(&argument, Rule::expr) {
                            arguments.push(self.expr(expr));
                        }
                    }
                }
                _ => {}
            }
        }
        Expr { kind: ExprKind::Call { name, arguments }, span }
    }

    fn comma(&mut self, pair: &P<'_>, name: &str) {
        let at = self.span(pair);
        let span = Span { end: at.start + 1, ..at };
        self.complain(
            Diagnostic::new(Code::S03, "les arguments se séparent par « ; » : la virgule est réservée aux décimales", span)
                .here("virgule")
                .help(if name.is_empty() { "écrivez `(a ; b)`".to_owned() } else { format!("écrivez `{name}(a ; b)`") }),
        );
    }

    pub(super) fn selection(&mut self, pair: P<'_>) -> Selection {
        let span = self.span(&pair);
        let criteria = pair.into_inner().filter(|p| p.as_rule() == Rule::critere).map(|p| self.criterion(p)).collect();
        Selection { criteria, span }
    }

    fn criterion(&mut self, pair: P<'_>) -> Criterion {
        let span = self.span(&pair);
        let negated = has(&pair, Rule::k_hors);
        let unnamed = || cadrage_source::Spanned::new(String::new(), span);
        let mut kind = CriterionKind::Named(unnamed());
        for part in pair.into_inner() {
            let name = child(&part, Rule::ident).map_or_else(unnamed, |p| self.words(&p));
            let quantities = part.clone().into_inner().filter(|p| p.as_rule() == Rule::quantite);
            match part.as_rule() {
                Rule::crit_compare => {
                    let operator = child(&part, Rule::op_comp).and_then(|p| operators::read(p.as_str().trim()));
                    let bound = quantities.map(|q| self.quantity(q)).next().unwrap_or_else(|| hole(span));
                    kind = CriterionKind::Compare(name, operator.unwrap_or(BinaryOperator::Equal), Box::new(bound));
                }
                Rule::crit_entre => {
                    let mut bounds: Vec<Expr> = quantities.map(|q| self.quantity(q)).collect();
                    let high = bounds.pop().unwrap_or_else(|| hole(span));
                    let low = bounds.pop().unwrap_or_else(|| hole(span));
                    kind = CriterionKind::Between(name, Box::new(low), Box::new(high));
                }
                Rule::crit_membres => {
                    let members = part.into_inner().filter(|p| matches!(p.as_rule(), Rule::liste | Rule::valeur));
                    kind = CriterionKind::Members(name, members.flat_map(|p| self.members(p)).collect());
                }
                Rule::crit_nomme => kind = CriterionKind::Named(name),
                _ => {}
            }
        }
        Criterion { negated, kind, span }
    }

    /// Members of a list, or the only one of a value.
    pub(super) fn members(&mut self, pair: P<'_>) -> Vec<Member> {
        match pair.as_rule() {
            Rule::liste => {
                if let Some(comma) = child(&pair, Rule::err_virgule_liste) {
                    self.comma(&comma, "");
                }
                pair.into_inner().filter(|p| p.as_rule() == Rule::valeur).flat_map(|p| self.members(p)).collect()
            }
            _ => {
                let span = self.span(&pair);
                pair.into_inner()
                    .filter_map(|p| match p.as_rule() {
                        Rule::chaine => Some(Member::Label(self.text_of(&p))),
                        Rule::intervalle => {
                            let mut ranks = p.into_inner().filter(|r| r.as_rule() == Rule::rang).map(|r| r.as_str().trim().parse::<i64>());
                            match (ranks.next(), ranks.next()) {
                                (Some(Ok(a)), Some(Ok(b))) => Some(Member::Range(a, b, span)),
                                _ => None,
                            }
                        }
                        Rule::code => Some(Member::Code(self.words(&p))),
                        _ => None,
                    })
                    .collect()
            }
        }
    }
}

/// Stands for what could not be read and was complained about.
pub(super) fn hole(span: Span) -> Expr {
    Expr { kind: ExprKind::Hole, span }
}
