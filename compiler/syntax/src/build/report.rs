//! `restitution`, `comparer`, `expliquer`.

use cadrage_grammar::Rule;

use super::{Builder, P, child, children};
use crate::ast::{Comparison, Declaration, Detail, Docs, Explanation, Expr, ExprKind, Report};

impl Builder<'_> {
    pub(super) fn report(&mut self, pair: P<'_>) -> Option<Declaration> {
        let mut out = Report {
            name: self.named(&pair, Rule::ident)?,
            label: self.quoted(&pair),
            rows: None,
            columns: Vec::new(),
            measures: Vec::new(),
            analysis: None,
            scope: None,
            export: None,
            docs: Docs::default(),
            damaged: false,
            span: self.span(&pair),
        };
        let before = self.complaints();
        let clauses = self.clauses(pair.clone(), Rule::seul_restitution, "la restitution");
        for part in clauses.into_iter().filter(|p| p.as_rule() == Rule::clause_restitution).flat_map(pest::iterators::Pair::into_inner) {
            match part.as_rule() {
                Rule::o_lignes => {
                    let below = child(&part, Rule::o_jusqua).and_then(|p| self.named(&p, Rule::ident));
                    out.rows = self.named(&part, Rule::ident).map(|axis| (axis, below));
                }
                Rule::o_colonnes => out.columns = self.list(&part, Rule::ident),
                Rule::o_mesures => out.measures = children(&part, Rule::expr).map(|p| self.expr(p)).collect(),
                Rule::o_analyse => out.analysis = self.named(&part, Rule::ident).map(|word| (word, self.grain(&part))),
                Rule::o_exporter => out.export = self.quoted(&part),
                Rule::portee => out.scope = self.selection_in(&part),
                Rule::doc => self.doc(part, &mut out.docs),
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(self.detailed("restitution", Some(out.name.clone()), Detail::Report(Box::new(out)), &pair))
    }

    pub(super) fn comparison(&mut self, pair: &P<'_>) -> Option<Declaration> {
        let out = Comparison {
            scenario: self.named(pair, Rule::ident)?,
            reference: child(pair, Rule::reference).map(|p| self.words(&p))?,
            measure: self.named(pair, Rule::chemin)?,
            level: self.grain(pair),
            effects: child(pair, Rule::effets).map(|p| self.list(&p, Rule::ident)).unwrap_or_default(),
            span: self.span(pair),
        };
        Some(self.detailed("comparer", None, Detail::Comparison(Box::new(out)), pair))
    }

    pub(super) fn explanation(&mut self, pair: &P<'_>) -> Option<Declaration> {
        let level = self.grain(pair);
        let out = match child(pair, Rule::ecart) {
            Some(gap) => {
                let (name, mut scenarios) = (self.named(&gap, Rule::chemin)?, self.list(&gap, Rule::ident).into_iter());
                let subject = Expr { kind: ExprKind::Name(name.value), span: name.span };
                let between = Some((scenarios.next()?, scenarios.next()?));
                let start = subject.span;
                let suffixes = gap.into_inner().filter(|p| matches!(p.as_rule(), Rule::decalage | Rule::filtre));
                let subject = suffixes.fold(subject, |value, part| self.suffix(value, part, start));
                Explanation { subject, between, level, span: self.span(pair) }
            }
            None => Explanation { subject: self.expr_in(pair, Rule::expr), between: None, level, span: self.span(pair) },
        };
        Some(self.detailed("expliquer", None, Detail::Explanation(Box::new(out)), pair))
    }
}
