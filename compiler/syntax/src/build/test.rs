//! `test`.

use cadrage_grammar::Rule;

use super::{Builder, P, child, children};
use crate::ast::{CaseColumn, CaseFile, Declaration, Expect, Expected, SetAside, Situation, Test, TestPeriod};

impl Builder<'_> {
    pub(super) fn test(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let title = child(&pair, Rule::chaine)?;
        let mut out = Test {
            title: self.text_of(&title),
            situations: Vec::new(),
            files: Vec::new(),
            columns: Vec::new(),
            asides: Vec::new(),
            expectations: Vec::new(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        let clauses = self.clauses(pair, Rule::seul_test, "test");
        for part in clauses.into_iter().filter(|p| p.as_rule() == Rule::clause_test).flat_map(pest::iterators::Pair::into_inner) {
            match part.as_rule() {
                Rule::soit | Rule::puis => {
                    let span = self.span(&part);
                    let then = part.as_rule() == Rule::puis;
                    let (from, until) = child(&part, Rule::periode_fermee).map_or((None, None), |p| self.closed_period(&p));
                    let profile = child(&part, Rule::profil).map(|p| self.profile(p)).unwrap_or_default();
                    out.situations.push(Situation { profile, from, until, then, span });
                }
                Rule::t_cas => {
                    let separator = child(&part, Rule::i_separateur).and_then(|p| self.quoted(&p));
                    let span = self.span(&part);
                    out.files.extend(self.quoted(&part).map(|path| CaseFile { path, separator, span }));
                }
                Rule::t_colonne => out.columns.extend(self.case_column(&part)),
                Rule::t_sauf => out.asides.extend(self.set_aside(&part)),
                Rule::attendre => {
                    if let Some(e) = self.expectation(part) {
                        out.expectations.push(e);
                    }
                }
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Test(out))
    }

    fn case_column(&self, pair: &P<'_>) -> Option<CaseColumn> {
        let cases = child(pair, Rule::i_selon).into_iter().flat_map(|p| children(&p, Rule::i_cas).collect::<Vec<_>>());
        Some(CaseColumn {
            name: self.named(pair, Rule::nom_colonne)?,
            header: self.quoted(pair)?,
            unit: child(pair, Rule::t_unite).and_then(|p| child(&p, Rule::unite)).map(|p| self.unit(&p)),
            mapping: cases.filter_map(|p| Some((self.quoted(&p)?, self.named(&p, Rule::code)?))).collect(),
            fallback: child(pair, Rule::i_defaut).and_then(|p| self.quoted(&p)),
            span: self.span(pair),
        })
    }

    fn set_aside(&mut self, pair: &P<'_>) -> Option<SetAside> {
        let reasons = child(pair, Rule::liste).map(|p| self.members(p)).unwrap_or_default();
        Some(SetAside { header: self.quoted(pair)?, reasons, span: self.span(pair) })
    }

    fn expectation(&mut self, pair: P<'_>) -> Option<Expect> {
        let span = self.span(&pair);
        let period = match (child(&pair, Rule::mois), child(&pair, Rule::annee)) {
            (Some(m), _) => Some(TestPeriod::Month(self.month(&m))),
            (None, Some(y)) => Some(TestPeriod::Year(y.as_str().trim().parse().ok()?)),
            _ => None,
        };
        let name = child(&pair, Rule::chemin).map(|p| self.words(&p))?;
        let value = match child(&pair, Rule::t_attendu) {
            Some(p) => Expected::Column {
                negative: child(&p, Rule::signe).is_some_and(|s| s.as_str().trim() == "-"),
                header: self.quoted(&p)?,
                unit: child(&p, Rule::t_unite).and_then(|u| child(&u, Rule::unite)).map(|u| self.unit(&u)),
            },
            None => Expected::Value(child(&pair, Rule::expr).map(|p| self.expr(p))?),
        };
        let tolerance = child(&pair, Rule::pres).and_then(|p| child(&p, Rule::quantite)).map(|p| self.quantity(p));
        let aside = child(&pair, Rule::t_sauf).and_then(|p| self.set_aside(&p));
        Some(Expect { period, name, value, tolerance, aside, span })
    }
}
