//! `chercher`, `balayer`.

use cadrage_grammar::Rule;
use cadrage_source::Spanned;

use super::expression::hole;
use super::{Builder, P, child, children, has};
use crate::ast::{Declaration, Detail, Expr, GoalSeek, Moved, Sweep, SweepAxis, SweepKind};

impl Builder<'_> {
    pub(super) fn goal_seek(&mut self, pair: &P<'_>) -> Option<Declaration> {
        let bounds = child(pair, Rule::c_entre).map(|p| self.ends(&p));
        let out = GoalSeek {
            target: self.moved(pair)?,
            scenario: self.in_scenario(pair)?,
            bounds,
            step: child(pair, Rule::c_pas).map(|p| self.quantity_in(&p)),
            goal: self.expr_in(pair, Rule::operation),
            unchanged: has(pair, Rule::k_inchange),
            span: self.span(pair),
        };
        Some(self.detailed("chercher", None, Detail::GoalSeek(Box::new(out)), pair))
    }

    pub(super) fn sweep(&mut self, pair: &P<'_>) -> Option<Declaration> {
        let axes = children(pair, Rule::balaye).filter_map(|p| self.sweep_axis(&p)).collect();
        let shown = child(pair, Rule::b_sur);
        let measures = shown.as_ref().map(|p| children(p, Rule::expr).map(|e| self.expr(e)).collect()).unwrap_or_default();
        let year = shown.and_then(|p| child(&p, Rule::annee)).map(|p| Spanned::new(self.year(&p), self.span(&p)));
        let out = Sweep { axes, measures, year, span: self.span(pair) };
        Some(self.detailed("balayer", None, Detail::Sweep(Box::new(out)), pair))
    }

    fn sweep_axis(&mut self, pair: &P<'_>) -> Option<SweepAxis> {
        let (target, scenario) = (self.moved(pair)?, self.in_scenario(pair)?);
        let kind = if has(pair, Rule::k_majorer) {
            SweepKind::Raise
        } else if has(pair, Rule::k_minorer) {
            SweepKind::Lower
        } else {
            SweepKind::Set
        };
        let (from, to) = self.ends(pair);
        let span = self.span(pair);
        let step = child(pair, Rule::c_pas).map_or_else(|| hole(span), |p| self.quantity_in(&p));
        Some(SweepAxis { target, scenario, kind, from, to, step, span })
    }

    fn moved(&mut self, pair: &P<'_>) -> Option<Moved> {
        let sought = child(pair, Rule::cherche)?;
        if let Some(name) = self.named(&sought, Rule::chemin) {
            return Some(Moved::Name(name));
        }
        Some(Moved::Movements(children(&sought, Rule::mouvement_cherche).filter_map(|p| self.movement(p)).collect()))
    }

    fn in_scenario(&self, pair: &P<'_>) -> Option<Spanned<String>> {
        child(pair, Rule::dans_scenario).and_then(|p| self.named(&p, Rule::ident))
    }

    /// The two ends of what is walked through.
    fn ends(&mut self, pair: &P<'_>) -> (Expr, Expr) {
        let mut found = children(pair, Rule::borne).map(|p| self.expr(p)).collect::<Vec<_>>().into_iter();
        let span = self.span(pair);
        let missing = || hole(span);
        (found.next().unwrap_or_else(missing), found.next().unwrap_or_else(missing))
    }
}
