//! Selections and members.

use cadrage_grammar::Rule;
use cadrage_source::Spanned;

use super::expression::hole;
use super::{Builder, P, child, children, has};
use crate::ast::{BinaryOperator, Criterion, CriterionKind, Expr, Member, Selection};
use crate::operators;

impl Builder<'_> {
    pub(super) fn selection(&mut self, pair: P<'_>) -> Selection {
        let span = self.span(&pair);
        let criteria = children(&pair, Rule::critere).map(|p| self.criterion(p)).collect();
        Selection { criteria, span }
    }

    /// The selection among the children.
    pub(super) fn selection_in(&mut self, pair: &P<'_>) -> Option<Selection> {
        child(pair, Rule::selection).map(|p| self.selection(p))
    }

    fn criterion(&mut self, pair: P<'_>) -> Criterion {
        let span = self.span(&pair);
        let negated = has(&pair, Rule::k_hors);
        let unnamed = || Spanned::new(String::new(), span);
        let mut kind = CriterionKind::Named(unnamed());
        for part in pair.into_inner() {
            let name = self.named(&part, Rule::ident).unwrap_or_else(unnamed);
            match part.as_rule() {
                Rule::crit_compare => {
                    let operator = child(&part, Rule::op_comp).and_then(|p| operators::read(p.as_str().trim()));
                    let bound = self.expr_in(&part, Rule::borne);
                    kind = CriterionKind::Compare(name, operator.unwrap_or(BinaryOperator::Equal), Box::new(bound));
                }
                Rule::crit_entre => {
                    let mut bounds = children(&part, Rule::borne).map(|q| self.expr(q)).collect::<Vec<Expr>>().into_iter();
                    let mut next = || Box::new(bounds.next().unwrap_or_else(|| hole(span)));
                    kind = CriterionKind::Between(name, next(), next());
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
        if pair.as_rule() != Rule::liste {
            return pair.into_inner().filter_map(|p| self.member(p)).collect();
        }
        let (mut members, mut commas, mut written) = (Vec::new(), Vec::new(), Vec::new());
        for part in pair.into_inner() {
            let values: Vec<P<'_>> = match part.as_rule() {
                Rule::valeur => vec![part],
                Rule::err_virgule_liste => {
                    let more: Vec<P<'_>> = part.into_inner().collect();
                    commas.extend(more.iter().filter_map(|p| self.comma_before(self.start_of(p))));
                    more
                }
                _ => continue,
            };
            for value in values {
                written.push(value.as_str().trim().to_owned());
                members.extend(self.members(value));
            }
        }
        self.comma(&commas, &written, &format!("({})", written.join(" ; ")));
        members
    }

    fn member(&mut self, pair: P<'_>) -> Option<Member> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::chaine => Some(Member::Label(self.text_of(&pair))),
            Rule::code => Some(Member::Code(self.words(&pair))),
            Rule::intervalle => {
                let mut ranks = children(&pair, Rule::rang).map(|r| r.as_str().trim().parse::<i64>().unwrap_or(i64::MAX));
                Some(Member::Range(ranks.next()?, ranks.next()?, span))
            }
            _ => None,
        }
    }
}
