//! `enveloppe`, `rôle`.

use cadrage_grammar::Rule;
use cadrage_source::Spanned;

use super::expression::hole;
use super::{Builder, P, child, has};
use crate::ast::{Ceiling, CeilingTarget, Control, Declaration, Detail, Detailed, Docs, Envelope, Right, Role, Threshold, ThresholdKind};

impl Builder<'_> {
    /// A declaration beside the formulas; complaints point at its first line.
    pub(super) fn detailed(&self, construct: &'static str, name: Option<Spanned<String>>, detail: Detail, pair: &P<'_>) -> Declaration {
        let whole = self.span(pair);
        let first = pair.as_str().lines().next().unwrap_or("").trim_end().len();
        let span = cadrage_source::Span::new(self.file, whole.start as usize, whole.start as usize + first);
        Declaration::Detailed(Detailed { construct, name, detail, span })
    }

    pub(super) fn envelope(&mut self, pair: P<'_>) -> Option<Declaration> {
        let mut out = Envelope {
            name: self.named(&pair, Rule::ident)?,
            measure: self.named(&pair, Rule::chemin)?,
            label: self.quoted(&pair),
            scope: None,
            level: None,
            ceilings: Vec::new(),
            control: None,
            thresholds: Vec::new(),
            docs: Docs::default(),
            damaged: false,
            span: self.span(&pair),
        };
        let before = self.complaints();
        for clause in self.clauses(pair.clone(), Rule::seul_enveloppe, "l'enveloppe") {
            for part in clause.into_inner() {
                self.envelope_clause(part, &mut out);
            }
        }
        out.damaged = self.complaints() > before;
        Some(self.detailed("enveloppe", Some(out.name.clone()), Detail::Envelope(Box::new(out)), &pair))
    }

    fn envelope_clause(&mut self, part: P<'_>, out: &mut Envelope) {
        let span = self.span(&part);
        match part.as_rule() {
            Rule::v_portee => out.scope = self.selection_in(&part),
            Rule::grain => out.level = self.named(&part, Rule::ident),
            Rule::v_controle => {
                let control = if has(&part, Rule::k_mensuel) {
                    Control::Monthly
                } else if has(&part, Rule::k_cumule) {
                    Control::Cumulative
                } else {
                    Control::Mean
                };
                out.control = Some(Spanned::new(control, span));
            }
            Rule::v_seuil => {
                let kind = if has(&part, Rule::k_blocage) {
                    ThresholdKind::Block
                } else if has(&part, Rule::k_alerte) {
                    ThresholdKind::Alert
                } else {
                    ThresholdKind::Information
                };
                let at = self.quantity_in(&part);
                out.thresholds.push(Threshold { kind, at, span });
            }
            Rule::v_plafond => {
                let (mut target, mut amount, mut provenance) = (CeilingTarget::Year(0), hole(span), crate::ast::Provenance::default());
                for piece in part.into_inner() {
                    match piece.as_rule() {
                        Rule::v_exercice => target = CeilingTarget::Year(child(&piece, Rule::annee).map_or(0, |p| self.year(&p))),
                        Rule::profil => target = CeilingTarget::Members(self.profile(piece)),
                        Rule::quantite => amount = self.quantity(piece),
                        Rule::provenance => provenance = self.provenance(piece),
                        _ => {}
                    }
                }
                out.ceilings.push(Ceiling { target, amount, provenance, span });
            }
            Rule::doc => self.doc(part, &mut out.docs),
            _ => {}
        }
    }

    pub(super) fn role(&mut self, pair: P<'_>) -> Option<Declaration> {
        let mut out = Role { name: self.named(&pair, Rule::ident)?, rights: Vec::new(), damaged: false, span: self.span(&pair) };
        let before = self.complaints();
        for clause in self.clauses(pair.clone(), Rule::seul_role, "rôle").into_iter().filter(|p| p.as_rule() == Rule::droit) {
            if let Some(verb) = self.named(&clause, Rule::ident) {
                out.rights.push(Right { verb, targets: self.list(&clause, Rule::chemin) });
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Role(out))
    }
}
