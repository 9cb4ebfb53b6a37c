//! Scenarios: one parent, variants pasted, months, movements (decisions D25, D26). What they lay over values is in `layers`.

use std::collections::BTreeMap;

use cadrage_ir::{Parameter, ParameterId};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, Clause, Visibility};
use cadrage_syntax::fold;

use crate::layers::{Ground, Sentence, What};
use crate::model::Scenario;
use crate::movement::Movement;
use crate::movements;
use crate::scope::{Scope, Symbol};

/// What goal seeks and sweeps may know of the values they move.
pub(crate) struct Parameters<'p> {
    pub(crate) all: &'p [Parameter],
    pub(crate) visibility: &'p BTreeMap<ParameterId, Visibility>,
    /// The checked scenarios they are moved in.
    pub(crate) scenarios: &'p [Scenario],
}

/// All written scenarios and variants by folded name.
pub(crate) type Written<'t> = BTreeMap<String, &'t ast::Scenario>;

/// What a scenario gathers while its parents, its variants and itself are read.
#[derive(Default)]
struct Gathered<'t> {
    constate: Option<(Spanned<cadrage_value::Month>, Spanned<cadrage_value::Date>)>,
    until: Option<Spanned<cadrage_value::Month>>,
    rappels: u32,
    /// What is laid over values, scales, grids and formulas.
    sentences: Vec<Sentence<'t>>,
    movements: Vec<(movements::Sentence<'t>, bool)>,
    /// Composantes that are merged; is the sentence the scenario's own?
    merges: Vec<(&'t ast::MergeClause, bool)>,
    /// Movements that name an agent, to find those that two blocks move.
    named: Vec<Named<'t>>,
    /// Variants pasted, and where.
    variants: Vec<(&'t str, Span)>,
}

/// A movement of one named agent, in a layer.
struct Named<'t> {
    agent: String,
    variant: Option<&'t str>,
    rank: usize,
    span: Span,
}

impl Scope<'_> {
    /// The checked scenario; `None` when it was complained about.
    pub(crate) fn scenario(
        &mut self,
        s: &ast::Scenario,
        written: &Written<'_>,
        ground: &Ground<'_>,
        text: &dyn Fn(Span) -> String,
    ) -> Option<Scenario> {
        let mut chain: Vec<&ast::Scenario> = vec![s];
        let mut parent = s.parent.as_ref();
        while let Some(name) = parent {
            let Some(found) = written.get(&fold(&name.value)).filter(|p| !p.variant).copied() else {
                self.unknown_scenario(name, written);
                return None;
            };
            if chain.iter().any(|c| c.name.span == found.name.span) {
                self.complain(
                    Diagnostic::new(Code::C01, format!("`{}` hérite de lui-même", s.name.value), s.name.span)
                        .here("héritage circulaire")
                        .help("retirez l'un des `hérite de`"),
                );
                return None;
            }
            chain.push(found);
            parent = found.parent.as_ref();
        }
        let mut all = Gathered::default();
        let mut whole = true;
        for (k, ancestor) in chain.iter().rev().enumerate() {
            let own = k + 1 == chain.len();
            whole &= self.gather(ancestor, own, 2 * k, written, &mut all);
        }
        let overruled = self.movement_conflicts(&all, s)?;
        let (Some((constate, observed)), Some(until)) = (&all.constate, &all.until) else {
            if chain.iter().any(|s| s.damaged) {
                return None;
            }
            self.complain(
                Diagnostic::new(Code::T05, format!("`{}` ne dit pas ses mois", s.name.value), s.name.span)
                    .help("ajoutez `constaté jusqu'à MM/AAAA observé au JJ/MM/AAAA` et `projeter jusqu'à MM/AAAA`, ou `hérite de` un scénario qui les dit"),
            );
            return None;
        };
        if until.value <= constate.value {
            self.complain(
                Diagnostic::new(
                    Code::T05,
                    format!("la projection finit en {}, avant la fin du constaté", until.value.to_french()),
                    until.span,
                )
                .here("fin de la projection")
                .label(constate.span, "fin du constaté")
                .help(format!("projetez au moins jusqu'à {}", constate.value.plus(1).to_french())),
            );
            return None;
        }
        let overlay = self.overlay(&all.sentences, ground, Some(constate.value), text);
        let mut movements = Vec::new();
        for (k, (m, own)) in all.movements.iter().enumerate().filter(|(_, (m, _))| !overruled.contains(&m.span())) {
            let before = self.diagnostics.len();
            match self.sentence(m, constate.value) {
                Some(kind) => movements.push(Movement { id: format!("M{:03}", k + 1), kind, text: text(m.span()), span: m.span() }),
                None => whole = false,
            }
            if !own {
                self.only_errors(before);
            }
        }
        let merges = self.merges(&all.merges);
        let (overlay, merges) = overlay.filter(|_| whole).zip(merges)?;
        Some(Scenario {
            name: s.name.value.clone(),
            label: s.label.as_ref().map_or_else(|| s.name.value.clone(), |l| l.value.clone()),
            parent: s.parent.as_ref().map(|p| p.value.clone()),
            constate: constate.value,
            observed: observed.value,
            until: until.value,
            rappels: all.rappels,
            layers: overlay.layers,
            grids: overlay.grids,
            reclassifications: overlay.reclassifications,
            populations: overlay.populations,
            beyond_texts: overlay.beyond_texts,
            movements,
            merges,
            variants: all.variants.iter().map(|(name, _)| (*name).to_owned()).collect(),
            span: s.name.span,
        })
    }

    fn unknown_scenario(&mut self, name: &Spanned<String>, written: &Written<'_>) {
        if self.get(&name.value) == Some(Symbol::Poisoned) {
            return;
        }
        let near = crate::suggest::nearest(&name.value, written.values().map(|s| s.name.value.as_str())).map(str::to_owned);
        let help = near.map_or_else(|| "déclarez ce scénario dans un fichier du dossier".to_owned(), |n| format!("vouliez-vous `{n}` ?"));
        self.complain(
            Diagnostic::new(Code::N01, format!("le scénario `{}` est inconnu", name.value), name.span).here("nom inconnu").help(help),
        );
    }

    fn gather<'t>(&mut self, s: &'t ast::Scenario, own: bool, rank: usize, written: &Written<'t>, all: &mut Gathered<'t>) -> bool {
        let mut whole = self.months_once(s, own);
        for clause in &s.clauses {
            let laid = |what| Sentence { what, scenario: &s.name.value, variant: None, rank: rank + 1, own };
            match clause {
                Clause::Constate(month, day) => all.constate = Some((*month, *day)),
                Clause::Project(month) => all.until = Some(*month),
                Clause::Rappels(n) => all.rappels = n.value,
                Clause::Modify(m) => all.sentences.push(laid(What::Modify(m))),
                Clause::Population(p) => all.sentences.push(laid(What::Population(p))),
                Clause::Replace(r) => all.sentences.push(laid(What::Replace(r))),
                Clause::Movement(m) => {
                    all.movements.push((movements::Sentence::Movement(m), own));
                    all.named.extend(named(m, None, rank + 1));
                }
                Clause::Flow(f) => all.movements.push((movements::Sentence::Flow(f), own)),
                Clause::Replacement(r) => all.movements.push((movements::Sentence::Replacement(r), own)),
                Clause::Merge(m) => all.merges.push((m, own)),
                Clause::Apply(name) => match written.get(&fold(&name.value)).filter(|v| v.variant) {
                    Some(variant) => {
                        if let Some((_, before)) = all.variants.iter().find(|(v, _)| *v == variant.name.value) {
                            let before = *before;
                            if own {
                                self.complain(
                                    Diagnostic::new(Code::E05, format!("la variante `{}` est appliquée deux fois", name.value), name.span)
                                        .here("ici encore")
                                        .label(before, "déjà appliquée ici")
                                        .help("une variante se colle une fois, héritage compris : retirez l'un des deux `appliquer`"),
                                );
                            }
                            whole = false;
                            continue;
                        }
                        all.variants.push((&variant.name.value, name.span));
                        for clause in &variant.clauses {
                            let by = Some(variant.name.value.as_str());
                            let laid = |what| Sentence { what, scenario: &s.name.value, variant: by, rank, own };
                            match clause {
                                Clause::Modify(m) => all.sentences.push(laid(What::Modify(m))),
                                Clause::Population(p) => all.sentences.push(laid(What::Population(p))),
                                Clause::Replace(r) => all.sentences.push(laid(What::Replace(r))),
                                Clause::Apply(name) if !self.is_variant(name, written) => all.sentences.push(laid(What::Planned(name))),
                                Clause::Movement(m) => {
                                    all.movements.push((movements::Sentence::Movement(m), own));
                                    all.named.extend(named(m, by, rank));
                                }
                                Clause::Flow(f) => all.movements.push((movements::Sentence::Flow(f), own)),
                                Clause::Replacement(r) => all.movements.push((movements::Sentence::Replacement(r), own)),
                                Clause::Merge(m) => all.merges.push((m, own)),
                                // Refused where the variant is written.
                                _ => {}
                            }
                        }
                    }
                    None if matches!(self.get(&name.value), Some(Symbol::Grid | Symbol::Reclassification | Symbol::Poisoned)) => {
                        all.sentences.push(laid(What::Planned(name)));
                    }
                    None => {
                        if own {
                            self.unknown_variant(name, written);
                        }
                        whole = false;
                    }
                },
            }
        }
        whole
    }

    fn is_variant(&self, name: &Spanned<String>, written: &Written<'_>) -> bool {
        written.get(&fold(&name.value)).is_some_and(|v| v.variant)
    }

    /// Each of a scenario's months is said once; an heir says again what changes.
    fn months_once(&mut self, s: &ast::Scenario, own: bool) -> bool {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        let mut whole = true;
        for clause in &s.clauses {
            let (what, span) = match clause {
                Clause::Constate(month, _) => ("constaté jusqu'à", month.span),
                Clause::Project(month) => ("projeter jusqu'à", month.span),
                Clause::Rappels(n) => ("rappels attendus", n.span),
                _ => continue,
            };
            match first.get(what) {
                None => drop(first.insert(what, span)),
                Some(before) => {
                    whole = false;
                    if own {
                        self.complain(
                            Diagnostic::new(Code::T05, format!("`{}` dit deux fois `{what}`", s.name.value), span)
                                .here("ici encore")
                                .label(*before, "déjà dit ici")
                                .help("gardez l'une des deux lignes"),
                        );
                    }
                }
            }
        }
        whole
    }

    /// A variant by itself: only what can be pasted anywhere, and every name known.
    pub(crate) fn variant(&mut self, v: &ast::Scenario, written: &Written<'_>, ground: &Ground<'_>, text: &dyn Fn(Span) -> String) {
        let mut sentences = Vec::new();
        for clause in &v.clauses {
            let laid = |what| Sentence { what, scenario: &v.name.value, variant: Some(&v.name.value), rank: 0, own: true };
            let misplaced = match clause {
                Clause::Modify(m) => {
                    sentences.push(laid(What::Modify(m)));
                    None
                }
                Clause::Population(p) => {
                    sentences.push(laid(What::Population(p)));
                    None
                }
                Clause::Replace(r) => {
                    sentences.push(laid(What::Replace(r)));
                    None
                }
                Clause::Apply(name) if self.is_variant(name, written) => Some(("appliquer une autre variante", name.span)),
                Clause::Apply(name) => {
                    sentences.push(laid(What::Planned(name)));
                    None
                }
                Clause::Constate(month, _) => Some(("constaté jusqu'à", month.span)),
                Clause::Project(month) => Some(("projeter jusqu'à", month.span)),
                Clause::Rappels(n) => Some(("rappels attendus", n.span)),
                Clause::Movement(_) | Clause::Flow(_) | Clause::Replacement(_) | Clause::Merge(_) => None,
            };
            if let Some((what, span)) = misplaced {
                self.complain(
                    Diagnostic::new(Code::V02, format!("une variante ne dit pas « {what} »"), span)
                        .here("hors de propos dans une variante")
                        .help("une variante se colle dans un scénario : elle modifie, remplace, applique une grille en projet ou déplace des agents"),
                );
            }
        }
        let _ = self.overlay(&sentences, ground, None, text);
    }

    /// E05: one agent moved by two variants, unless the scenario moves him itself; the movements of variants that give way.
    fn movement_conflicts(&mut self, all: &Gathered<'_>, s: &ast::Scenario) -> Option<Vec<Span>> {
        let mut overruled = Vec::new();
        let mut whole = true;
        for (i, a) in all.named.iter().enumerate() {
            for b in all.named.iter().skip(i + 1) {
                let (Some(va), Some(vb)) = (a.variant, b.variant) else { continue };
                if va == vb || a.rank != b.rank || a.agent != b.agent {
                    continue;
                }
                if all.named.iter().any(|o| o.variant.is_none() && o.rank == a.rank + 1 && o.agent == a.agent) {
                    overruled.extend([a.span, b.span]);
                    continue;
                }
                whole = false;
                self.complain(
                    Diagnostic::new(
                        Code::E05,
                        format!("les variantes `{va}` et `{vb}` désignent toutes deux l'agent {} dans `{}`", a.agent, s.name.value),
                        b.span,
                    )
                    .here(format!("par `{vb}`"))
                    .label(a.span, format!("par `{va}`"))
                    .help("retirez l'une, ou dites dans le scénario lui-même ce qui arrive à cet agent"),
                );
            }
        }
        whole.then_some(overruled)
    }

    fn unknown_variant(&mut self, name: &Spanned<String>, written: &Written<'_>) {
        let near =
            crate::suggest::nearest(&name.value, written.values().filter(|s| s.variant).map(|s| s.name.value.as_str())).map(str::to_owned);
        let help = near.map_or_else(|| "déclarez-la : `variante … : … fin`".to_owned(), |n| format!("vouliez-vous `{n}` ?"));
        self.complain(
            Diagnostic::new(Code::N01, format!("la variante `{}` est inconnue", name.value), name.span).here("nom inconnu").help(help),
        );
    }
}

fn named<'t>(m: &'t ast::MovementClause, variant: Option<&'t str>, rank: usize) -> Option<Named<'t>> {
    match &m.target {
        Some(ast::Target::Member(axis, code)) if matches!(fold(&axis.value).as_str(), "agent" | "matricule") => {
            Some(Named { agent: cadrage_syntax::canonical_code(&code.value), variant, rank, span: m.span })
        }
        _ => None,
    }
}
