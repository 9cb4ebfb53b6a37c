//! `formule`.

use cadrage_grammar::Rule;

use super::{Builder, P, child, has};
use crate::ast::{Declaration, Docs, ExceptionLine, FeedTarget, Formula, RoundWord, Rounding};

impl Builder<'_> {
    pub(super) fn formula(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let header = (child(&pair, Rule::ident), child(&pair, Rule::unite), self.grain(&pair));
        let (Some(name), Some(unit), Some(grain)) = header else { return None };
        let mut out = Formula {
            name: self.words(&name),
            unit: self.unit(&unit),
            grain,
            label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)),
            scope: None,
            equations: Vec::new(),
            exceptions: Vec::new(),
            rounding: None,
            feeds: None,
            mode: None,
            final_when_paid: false,
            docs: Docs::default(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        for clause in self.clauses(pair, Rule::seul_formule, "formule").into_iter().filter(|p| p.as_rule() == Rule::clause_formule) {
            for part in clause.into_inner() {
                self.formula_clause(part, &mut out);
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Formula(Box::new(out)))
    }

    fn formula_clause(&mut self, part: P<'_>, out: &mut Formula) {
        let span = self.span(&part);
        match part.as_rule() {
            Rule::equation => {
                if let Some(expr) = child(&part, Rule::expr) {
                    out.equations.push(self.expr(expr));
                }
            }
            Rule::exception_formule => {
                if let (Some(selection), Some(value)) = (child(&part, Rule::selection), child(&part, Rule::expr)) {
                    let line = ExceptionLine { selection: self.selection(selection), value: self.expr(value), span };
                    out.exceptions.push(line);
                }
            }
            Rule::portee => out.scope = child(&part, Rule::selection).map(|p| self.selection(p)),
            Rule::alimente => out.feeds = self.feeds(part).map(|f| (f, span)),
            Rule::arrondie => {
                let word = if has(&part, Rule::k_inferieur) {
                    RoundWord::Down
                } else if has(&part, Rule::k_superieur) {
                    RoundWord::Up
                } else {
                    RoundWord::Nearest
                };
                let given = child(&part, Rule::entier).and_then(|p| p.as_str().trim().parse().ok());
                let digits = given.unwrap_or(if has(&part, Rule::k_centime) { 2 } else { 0 });
                out.rounding = Some(Rounding { word, digits, span });
            }
            Rule::agregation => out.mode = Some(self.mode(&part)),
            Rule::sans_rappel => out.final_when_paid = true,
            Rule::doc => self.doc(part, &mut out.docs),
            _ => {}
        }
    }

    fn feeds(&self, pair: P<'_>) -> Option<FeedTarget> {
        let inner = pair.into_inner().find(|p| matches!(p.as_rule(), Rule::alimente_rubrique | Rule::alimente_emploi))?;
        if inner.as_rule() == Rule::alimente_emploi {
            return child(&inner, Rule::ident).map(|p| FeedTarget::Job(self.words(&p)));
        }
        let account = child(&inner, Rule::code_compte).map(|p| self.words(&p));
        let codes = inner.into_inner().filter(|p| p.as_rule() == Rule::code).map(|p| self.words(&p)).collect();
        Some(FeedTarget::Rubriques(codes, account))
    }
}
