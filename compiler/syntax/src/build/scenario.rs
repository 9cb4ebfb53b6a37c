//! What controllers write: scenarios, variants, movements.

use cadrage_grammar::Rule;
use cadrage_source::{Span, Spanned};

use super::expression::hole;
use super::{Builder, P, child, children, has};
use crate::ast::{
    Clause, Complement, Declaration, Docs, Flow, FlowClause, MergeClause, Modify, ModifyChange, ModifyPopulation, MovementClause, Profile,
    ProfileValue, Provenance, Replace, ReplacementClause, Scenario, Sought, Target, Verb,
};

impl Builder<'_> {
    pub(super) fn scenario(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let name = child(&pair, Rule::ident)?;
        let mut out = Scenario {
            variant: pair.as_rule() == Rule::variante,
            name: self.words(&name),
            label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)),
            parent: child(&pair, Rule::parent).map(|p| self.words(&p)),
            clauses: Vec::new(),
            docs: Docs::default(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        let clauses = self.clauses(pair, Rule::seul_scenario, "scénario");
        for part in clauses.into_iter().filter(|p| p.as_rule() == Rule::clause_scenario).flat_map(pest::iterators::Pair::into_inner) {
            if part.as_rule() == Rule::doc {
                self.doc(part, &mut out.docs);
            } else if let Some(clause) = self.scenario_clause(part) {
                out.clauses.push(clause);
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Scenario(out))
    }

    fn scenario_clause(&mut self, part: P<'_>) -> Option<Clause> {
        let span = self.span(&part);
        Some(match part.as_rule() {
            Rule::constate => {
                let (month, day) = (child(&part, Rule::mois)?, child(&part, Rule::date)?);
                Clause::Constate(Spanned::new(self.month(&month), self.span(&month)), Spanned::new(self.date(&day), self.span(&day)))
            }
            Rule::projeter => {
                let month = child(&part, Rule::mois)?;
                Clause::Project(Spanned::new(self.month(&month), self.span(&month)))
            }
            Rule::rappels => Clause::Rappels(Spanned::new(child(&part, Rule::entier)?.as_str().trim().parse().ok()?, span)),
            Rule::appliquer => Clause::Apply(child(&part, Rule::ident).map(|p| self.words(&p))?),
            Rule::modifier => Clause::Modify(self.modify(part)?),
            Rule::modifier_population => Clause::Population(ModifyPopulation {
                name: self.named(&part, Rule::ident)?,
                selection: self.selection_in(&part)?,
                provenance: child(&part, Rule::provenance).map(|p| self.provenance(p)).unwrap_or_default(),
                span,
            }),
            Rule::remplacer => {
                let mut names = children(&part, Rule::chemin).map(|p| self.words(&p));
                let (old, new) = (names.next()?, names.next()?);
                let (mut from, mut until) = (child(&part, Rule::a_compter).map(|p| self.start(&p)), None);
                if let Some(period) = child(&part, Rule::periode_fermee) {
                    (from, until) = self.closed_period(&period);
                }
                let provenance = child(&part, Rule::provenance).map(|p| self.provenance(p)).unwrap_or_default();
                Clause::Replace(Replace { old, new, from, until, provenance, span })
            }
            Rule::remplacement => {
                let mut numbers = child(&part, Rule::une_sur).map(|p| self.list(&p, Rule::entier)).unwrap_or_default().into_iter();
                let mut next = || numbers.next().and_then(|n| n.value.parse::<u32>().ok());
                let ratio = next().zip(next());
                Clause::Replacement(ReplacementClause { ratio, complements: self.complements(part), span })
            }
            Rule::annuler | Rule::decaler => {
                let flow = child(&part, Rule::flux).map(|p| if has(&p, Rule::k_sorties) { Flow::Exits } else { Flow::Entries })?;
                let cancel = part.as_rule() == Rule::annuler;
                Clause::Flow(FlowClause { flow, cancel, complements: self.complements(part), span })
            }
            Rule::fusion => {
                let (mut axes, mut codes) = (children(&part, Rule::ident), children(&part, Rule::code));
                let absorbed = (self.words(&axes.next()?), self.words(&codes.next()?));
                let into = (self.words(&axes.next()?), self.words(&codes.next()?));
                let provenance = child(&part, Rule::provenance).map(|p| self.provenance(p)).unwrap_or_default();
                Clause::Merge(MergeClause { absorbed, into, provenance, span })
            }
            Rule::mouvement => Clause::Movement(Box::new(self.movement(part)?)),
            _ => return None,
        })
    }

    fn modify(&mut self, pair: P<'_>) -> Option<Modify> {
        let span = self.span(&pair);
        let target = child(&pair, Rule::chemin).map(|p| self.words(&p))?;
        let mut out = Modify {
            target,
            bracket: None,
            selection: None,
            everywhere: false,
            from: None,
            until: None,
            change: ModifyChange::Set(hole(span)),
            provenance: Provenance::default(),
            span,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::m_pour => out.selection = child(&part, Rule::selection).map(|p| self.selection(p)),
                Rule::m_partout => out.everywhere = true,
                Rule::m_tranche => {
                    let number = child(&part, Rule::entier).and_then(|p| p.as_str().trim().parse().ok());
                    out.bracket = number.map(|n| Spanned::new(n, self.span(&part)));
                }
                Rule::m_calendrier => {
                    out.change = ModifyChange::Shares(child(&part, Rule::parts_calendrier).map(|p| self.shares(p)).unwrap_or_default());
                }
                Rule::m_bareme => {
                    out.change = ModifyChange::Brackets(children(&part, Rule::tranche).map(|p| self.bracket_line(p)).collect());
                }
                Rule::m_au_moins => out.change = ModifyChange::AtLeast(self.quantity_in(&part)),
                Rule::m_au_plus => out.change = ModifyChange::AtMost(self.quantity_in(&part)),
                Rule::a_compter => out.from = Some(self.start(&part)),
                Rule::periode_fermee => (out.from, out.until) = self.closed_period(&part),
                Rule::m_egal => out.change = ModifyChange::Set(child(&part, Rule::expr).map_or_else(|| hole(span), |p| self.expr(p))),
                Rule::m_majorer => {
                    out.change = ModifyChange::Raise(child(&part, Rule::quantite).map_or_else(|| hole(span), |p| self.quantity(p)))
                }
                Rule::m_minorer => {
                    out.change = ModifyChange::Lower(child(&part, Rule::quantite).map_or_else(|| hole(span), |p| self.quantity(p)))
                }
                Rule::provenance => out.provenance = self.provenance(part),
                _ => {}
            }
        }
        Some(out)
    }

    pub(super) fn closed_period(&mut self, pair: &P<'_>) -> (Option<cadrage_value::Date>, Option<cadrage_value::Date>) {
        let mut days = pair.clone().into_inner().filter(|p| p.as_rule() == Rule::date);
        let (from, until) = (days.next(), days.next());
        (from.map(|p| self.date(&p)), until.map(|p| self.date(&p)))
    }

    pub(super) fn movement(&mut self, pair: P<'_>) -> Option<MovementClause> {
        let span = self.span(&pair);
        let word = child(&pair, Rule::verbe)?;
        let verb = match word.clone().into_inner().next()?.as_rule() {
            Rule::k_recruter => Verb::Hire,
            Rule::k_faire_partir => Verb::Leave,
            Rule::k_promouvoir => Verb::Promote,
            Rule::k_muter => Verb::Move,
            Rule::k_transformer => Verb::Transform,
            _ => Verb::ChangeTime,
        };
        let verb = Spanned::new(verb, self.span(&word));
        let mut out = MovementClause { verb, quantity: None, target: None, complements: Vec::new(), sought: Vec::new(), span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::combien => {
                    let value = self.number_in(&part)?;
                    out.quantity = Some((value, child(&part, Rule::unite).map(|p| self.unit(&p))));
                }
                Rule::combien_cherche => {
                    let unit = child(&part, Rule::unite).map(|p| self.unit(&p))?;
                    out.sought.push(Spanned::new(Sought::Number(unit), self.span(&part)));
                }
                Rule::c_des_cherche => out.sought.push(Spanned::new(Sought::From, self.span(&part))),
                Rule::c_au_cherche => out.sought.push(Spanned::new(Sought::On, self.span(&part))),
                Rule::cible_membre => {
                    let (axis, code) = (child(&part, Rule::ident)?, child(&part, Rule::code)?);
                    out.target = Some(Target::Member(self.words(&axis), self.words(&code)));
                }
                Rule::cible_tous => out.target = Some(Target::Everyone),
                Rule::profil => out.target = Some(Target::Profile(self.profile(part))),
                Rule::complement => {
                    if let Some(c) = part.into_inner().next().and_then(|p| self.complement(p)) {
                        out.complements.push(c);
                    }
                }
                _ => {}
            }
        }
        Some(out)
    }

    fn complements(&mut self, pair: P<'_>) -> Vec<Complement> {
        pair.into_inner().filter_map(|p| self.complement(p)).collect()
    }

    fn complement(&mut self, part: P<'_>) -> Option<Complement> {
        Some(match part.as_rule() {
            Rule::m_pour => Complement::For(child(&part, Rule::selection).map(|p| self.selection(p))?),
            Rule::c_vers => Complement::To(child(&part, Rule::profil).map(|p| self.profile(p))?),
            Rule::a_compter => Complement::From(self.start(&part)),
            Rule::c_au => Complement::On(child(&part, Rule::date).map(|p| self.date(&p))?),
            Rule::c_a => {
                let value = self.number_in(&part)?;
                let unit = child(&part, Rule::unite).map(|p| self.unit(&p));
                Complement::At(value, unit, self.named(&part, Rule::ident))
            }
            Rule::c_apres => {
                let value = self.number_in(&part)?;
                Complement::After(value, child(&part, Rule::unite).map(|p| self.unit(&p)))
            }
            Rule::c_terme => Complement::AtTerm,
            Rule::c_de => Complement::By(self.quantity_in(&part)),
            Rule::c_par => Complement::With(child(&part, Rule::profil).map(|p| self.profile(p))?),
            Rule::periode_fermee => {
                let (from, until) = self.closed_period(&part);
                Complement::Between(from?, until?)
            }
            Rule::c_motif => Complement::Motive(child(&part, Rule::ident).map(|p| self.words(&p))?),
            Rule::c_choisis => Complement::Chosen(child(&part, Rule::ident).map(|p| self.words(&p))?, has(&part, Rule::k_decroissant)),
            Rule::c_jusqua => {
                let day = part.into_inner().find(|p| matches!(p.as_rule(), Rule::date | Rule::mois))?;
                let date = match day.as_rule() {
                    Rule::mois => self.month(&day).last_day(),
                    _ => self.date(&day),
                };
                Complement::Until(date)
            }
            Rule::provenance => Complement::Source(self.provenance(part)),
            _ => return None,
        })
    }

    pub(super) fn profile(&mut self, pair: P<'_>) -> Profile {
        let mut out = Vec::new();
        for pair in pair.into_inner().filter(|p| p.as_rule() == Rule::paire) {
            let Some(name) = child(&pair, Rule::ident).map(|p| self.words(&p)) else { continue };
            for part in pair.into_inner() {
                match part.as_rule() {
                    Rule::mesure => out.push((name.clone(), self.measure(&part))),
                    // A day is kept as its canonical text: whoever reads the pair knows whether it is one.
                    Rule::date => {
                        let day = self.date(&part).to_french();
                        out.push((name.clone(), ProfileValue::Code(Spanned::new(day, self.span(&part)))));
                    }
                    Rule::liste | Rule::valeur => {
                        for member in self.members(part) {
                            let value = match member {
                                crate::ast::Member::Code(c) => ProfileValue::Code(c),
                                crate::ast::Member::Label(l) => ProfileValue::Label(l),
                                crate::ast::Member::Range(a, _, span) => ProfileValue::Code(Spanned::new(a.to_string(), span)),
                            };
                            out.push((name.clone(), value));
                        }
                    }
                    _ => {}
                }
            }
        }
        out
    }

    /// The number among the children, mistaken or not.
    fn number_in(&mut self, pair: &P<'_>) -> Option<cadrage_value::Exact> {
        let numbers = [Rule::nombre, Rule::nombre_decimal, Rule::err_point, Rule::err_milliers];
        let found = pair.clone().into_inner().find(|p| numbers.contains(&p.as_rule()))?;
        Some(self.number(&found))
    }

    fn measure(&mut self, pair: &P<'_>) -> ProfileValue {
        let span: Span = self.span(pair);
        let negative = child(pair, Rule::signe).is_some_and(|s| s.as_str().trim() == "-");
        let value = self.number_in(pair).unwrap_or(cadrage_value::Exact::ZERO);
        let unit = child(pair, Rule::unite).map(|p| self.unit(&p));
        ProfileValue::Number(if negative { -value } else { value }, unit, span)
    }
}
