//! Dated values: constants, hypotheses, scales, lists they read.

use cadrage_grammar::Rule;

use super::expression::hole;
use super::{Builder, P, child, has};
use crate::ast::{
    Bracket, BracketLine, BracketVersion, Declaration, Docs, Entry, EntryKind, Provenance, TableSource, Value, ValueKind, Visibility,
    WithinMonth,
};

impl Builder<'_> {
    pub(super) fn value(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let kind = if pair.as_rule() == Rule::constante { ValueKind::Constant } else { ValueKind::Hypothesis };
        let header = child(&pair, Rule::entete_valeur)?;
        let (Some(name), Some(unit)) = (child(&header, Rule::ident), child(&header, Rule::unite)) else { return None };
        let mut out = Value {
            kind,
            name: self.words(&name),
            unit: self.unit(&unit),
            local: has(&header, Rule::k_locale),
            label: child(&header, Rule::chaine).map(|p| self.text_of(&p)),
            entries: Vec::new(),
            table: None,
            bounds: None,
            precision: None,
            within_month: None,
            docs: Docs::default(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        for body in pair.into_inner() {
            match body.as_rule() {
                Rule::valeur_en_ligne => self.inline_value(body, &mut out),
                Rule::corps_valeur => {
                    for clause in self.clauses(body, Rule::seul_valeur, "constante ou d'hypothèse") {
                        self.value_clause(clause, &mut out);
                    }
                }
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Value(Box::new(out)))
    }

    fn inline_value(&mut self, pair: P<'_>, out: &mut Value) {
        let span = self.span(&pair);
        let mut entry = Entry { kind: EntryKind::Default, value: hole(span), provenance: Provenance::default(), span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::arithmetique => entry.value = self.expr(part),
                Rule::bornes => out.bounds = self.bounds(part),
                Rule::provenance => entry.provenance = self.provenance(part),
                Rule::visibilite => out.docs.visibility = self.visibility(&part),
                _ => {}
            }
        }
        out.entries.push(entry);
    }

    fn value_clause(&mut self, clause: P<'_>, out: &mut Value) {
        for part in clause.into_inner() {
            match part.as_rule() {
                Rule::ligne_datee | Rule::ligne_defaut | Rule::ligne_exception => {
                    let entry = self.entry(part);
                    out.entries.push(entry);
                }
                Rule::bornes => out.bounds = self.bounds(part),
                Rule::precision => out.precision = child(&part, Rule::entier).and_then(|p| p.as_str().trim().parse().ok()),
                Rule::en_cours_de_mois => {
                    let prorata = has(&part, Rule::k_prorata);
                    out.within_month = Some(if prorata { WithinMonth::Prorata } else { WithinMonth::NextMonth });
                }
                Rule::valeurs_de => out.table = self.table_source(part),
                Rule::doc => self.doc(part, &mut out.docs),
                _ => {}
            }
        }
    }

    fn entry(&mut self, pair: P<'_>) -> Entry {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let (mut from, mut selection, mut value, mut provenance) = (None, None, hole(span), Provenance::default());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::a_compter => from = Some(self.start(&part)),
                Rule::selection => selection = Some(self.selection(part)),
                Rule::expr => value = self.expr(part),
                Rule::provenance => provenance = self.provenance(part),
                _ => {}
            }
        }
        let kind = match (rule, from, selection) {
            (Rule::ligne_datee, Some(from), selection) => EntryKind::From(from, selection),
            (Rule::ligne_exception, _, Some(selection)) => EntryKind::Except(selection),
            _ => EntryKind::Default,
        };
        Entry { kind, value, provenance, span }
    }

    /// The day of `à compter du …`.
    pub(super) fn start(&mut self, pair: &P<'_>) -> cadrage_value::Date {
        let found = pair.clone().into_inner().find(|p| matches!(p.as_rule(), Rule::date | Rule::mois));
        found.map_or(cadrage_value::Date::DEFAULT, |p| self.day(&p))
    }

    fn bounds(&mut self, pair: P<'_>) -> Option<(crate::ast::Expr, crate::ast::Expr)> {
        let mut found = pair.into_inner().filter(|p| p.as_rule() == Rule::quantite);
        let (low, high) = (found.next()?, found.next()?);
        Some((self.quantity(low), self.quantity(high)))
    }

    pub(super) fn table_source(&mut self, pair: P<'_>) -> Option<TableSource> {
        let span = self.span(&pair);
        let path = child(&pair, Rule::chaine).map(|p| self.text_of(&p))?;
        let filter = child(&pair, Rule::selection).map(|p| self.selection(p));
        Some(TableSource { path, filter, span })
    }

    pub(super) fn provenance(&mut self, pair: P<'_>) -> Provenance {
        let mut out = Provenance::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::p_source => out.source = child(&part, Rule::chaine).map(|p| self.text_of(&p)),
                Rule::p_publie => out.published = child(&part, Rule::date).map(|p| self.date(&p)),
                Rule::p_paye => {
                    out.paid = child(&part, Rule::mois).map(|p| cadrage_source::Spanned::new(self.month(&p), self.span(&p)));
                }
                _ => {}
            }
        }
        out
    }

    pub(super) fn visibility(&self, pair: &P<'_>) -> Option<cadrage_source::Spanned<Visibility>> {
        let word = pair.clone().into_inner().next()?;
        let value = match word.as_rule() {
            Rule::k_ouverte => Visibility::Open,
            Rule::k_verrouillee => Visibility::Locked,
            _ => Visibility::Simulable,
        };
        Some(cadrage_source::Spanned::new(value, self.span(pair)))
    }

    pub(super) fn doc(&mut self, pair: P<'_>, docs: &mut Docs) {
        for part in pair.into_inner() {
            let text = child(&part, Rule::chaine).map(|p| self.text_of(&p));
            match part.as_rule() {
                Rule::d_libelle => docs.label = text,
                Rule::d_note => docs.note = text,
                Rule::d_source => {
                    let provenance = self.provenance(part);
                    docs.source = text;
                    docs.published = provenance.published;
                    docs.paid = provenance.paid;
                }
                Rule::d_verifie => {
                    docs.verified = child(&part, Rule::date).map(|p| cadrage_source::Spanned::new(self.date(&p), self.span(&p)));
                }
                Rule::visibilite => docs.visibility = self.visibility(&part),
                _ => {}
            }
        }
    }

    pub(super) fn bracket(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let (Some(name), Some(unit)) = (child(&pair, Rule::ident), child(&pair, Rule::unite)) else { return None };
        let mut out = Bracket {
            name: self.words(&name),
            unit: self.unit(&unit),
            label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)),
            versions: Vec::new(),
            docs: Docs::default(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        for clause in self.clauses(pair, Rule::seul_bareme, "barème") {
            match clause.as_rule() {
                Rule::version_bareme => {
                    let mut version =
                        BracketVersion { from: cadrage_value::Date::DEFAULT, provenance: Provenance::default(), lines: Vec::new() };
                    for part in clause.into_inner() {
                        match part.as_rule() {
                            Rule::a_compter => version.from = self.start(&part),
                            Rule::provenance => version.provenance = self.provenance(part),
                            Rule::tranche => version.lines.push(self.bracket_line(part)),
                            Rule::ligne_invalide => self.unreadable_line(&part, Rule::seul_bareme, "barème"),
                            _ => {}
                        }
                    }
                    out.versions.push(version);
                }
                Rule::doc => self.doc(clause, &mut out.docs),
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Bracket(out))
    }

    pub(super) fn bracket_line(&mut self, pair: P<'_>) -> BracketLine {
        let span = self.span(&pair);
        let (mut up_to, mut rate) = (None, hole(span));
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::jusqua_quantite => up_to = child(&part, Rule::quantite).map(|q| self.quantity(q)),
                Rule::quantite => rate = self.quantity(part),
                _ => {}
            }
        }
        BracketLine { up_to, rate, span }
    }
}
