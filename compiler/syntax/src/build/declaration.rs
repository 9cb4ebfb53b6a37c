//! What configurators declare, values excepted; recovery inside blocks.

use cadrage_grammar::Rule;
use cadrage_source::Spanned;

use super::{Builder, P, child};
use crate::ast::{
    Axis, Calendar, Data, Declaration, Docs, Element, Expr, Grid, GridVersion, Import, Mode, ModeKind, Module, Population, Provenance,
    Silence,
};

impl Builder<'_> {
    pub(super) fn declaration(&mut self, pair: P<'_>) -> Option<Declaration> {
        match pair.as_rule() {
            Rule::module | Rule::utiliser => self.module(&pair),
            Rule::axe => self.axis(pair),
            Rule::population => self.population(&pair),
            Rule::constante | Rule::hypothese => self.value(pair),
            Rule::bareme => self.bracket(pair),
            Rule::donnee => self.data(pair),
            Rule::grille => self.grid(pair),
            Rule::calendrier => self.calendar(pair),
            Rule::element => self.element(pair),
            Rule::formule => self.formula(pair),
            Rule::scenario | Rule::variante => self.scenario(pair),
            Rule::test => self.test(pair),
            Rule::enveloppe => self.envelope(pair),
            Rule::role => self.role(pair),
            Rule::restitution => self.report(pair),
            Rule::reclassement => self.reclassification(pair),
            Rule::interface => self.interface(pair),
            Rule::saisie => self.entry_form(pair),
            Rule::comparer => self.comparison(&pair),
            Rule::expliquer => self.explanation(&pair),
            Rule::chercher => self.goal_seek(&pair),
            Rule::balayer => self.sweep(&pair),
            Rule::taire => self.silence(&pair),
            _ => None,
        }
    }

    fn module(&mut self, pair: &P<'_>) -> Option<Declaration> {
        let (name, version, span) = (self.named(pair, Rule::chemin)?, self.quoted(pair)?, self.span(pair));
        Some(if pair.as_rule() == Rule::module {
            Declaration::Module(Module { name, version, span })
        } else {
            Declaration::Import(Import { name, version, span })
        })
    }

    fn silence(&mut self, pair: &P<'_>) -> Option<Declaration> {
        let within = child(pair, Rule::taire_dans).and_then(|p| self.named(&p, Rule::ident));
        let (code, reason) = (self.named(pair, Rule::code)?, self.quoted(pair)?);
        Some(Declaration::Silence(Silence { code, within, reason, span: self.span(pair) }))
    }

    fn axis(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let name = child(&pair, Rule::ident)?;
        let mut out =
            Axis { name: self.words(&name), label: self.quoted(&pair), levels: Vec::new(), docs: Docs::default(), damaged: false, span };
        let before = self.complaints();
        for clause in self.clauses(pair, Rule::seul_axe, "l'axe") {
            for part in clause.into_inner() {
                match part.as_rule() {
                    Rule::niveaux => {
                        out.levels = part.into_inner().filter(|p| p.as_rule() == Rule::ident).map(|p| self.words(&p)).collect()
                    }
                    Rule::doc => self.doc(part, &mut out.docs),
                    _ => {}
                }
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Axis(out))
    }

    fn population(&mut self, pair: &P<'_>) -> Option<Declaration> {
        let (name, label) = (self.named(pair, Rule::ident)?, self.quoted(pair));
        let (selection, span) = (self.selection_in(pair)?, self.span(pair));
        Some(Declaration::Population(Population { name, label, selection, span }))
    }

    pub(super) fn grain(&self, pair: &P<'_>) -> Option<Spanned<String>> {
        child(pair, Rule::grain).and_then(|p| child(&p, Rule::ident)).map(|p| self.words(&p))
    }

    fn data(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let name = child(&pair, Rule::ident)?;
        let mut out = Data {
            name: self.words(&name),
            unit: child(&pair, Rule::unite).map(|p| self.unit(&p)),
            grain: self.grain(&pair),
            label: self.quoted(&pair),
            mode: None,
            required: None,
            fallback: None,
            docs: Docs::default(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        for clause in self.clauses(pair, Rule::seul_donnee, "la donnée") {
            for part in clause.into_inner() {
                match part.as_rule() {
                    Rule::agregation => out.mode = Some(self.mode(&part)),
                    Rule::obligatoire => {
                        out.required = Some((self.span(&part), child(&part, Rule::selection).map(|p| self.selection(p))));
                    }
                    Rule::defaut_donnee => out.fallback = child(&part, Rule::quantite).map(|p| self.quantity(p)),
                    Rule::doc => self.doc(part, &mut out.docs),
                    _ => {}
                }
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Data(Box::new(out)))
    }

    pub(super) fn mode(&self, pair: &P<'_>) -> Mode {
        let mut modes = pair.clone().into_inner().filter(|p| p.as_rule() == Rule::mode).filter_map(|m| {
            let inner = m.into_inner().next()?;
            Some(match inner.as_rule() {
                Rule::k_somme => ModeKind::Sum,
                Rule::k_dernier => ModeKind::Last,
                Rule::k_distincte => ModeKind::Distinct,
                Rule::k_aucune => ModeKind::None,
                Rule::mode_moyenne => {
                    ModeKind::Mean(child(&inner, Rule::pondere).and_then(|p| child(&p, Rule::chemin)).map(|p| self.words(&p)))
                }
                _ => {
                    let mut names = inner.into_inner().filter(|p| p.as_rule() == Rule::chemin).map(|p| self.words(&p));
                    ModeKind::Ratio(names.next()?, names.next()?)
                }
            })
        });
        Mode { space: modes.next().unwrap_or(ModeKind::None), time: modes.next(), span: self.span(pair) }
    }

    fn grid(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let name = child(&pair, Rule::ident)?;
        let mut out = Grid {
            name: self.words(&name),
            selection: child(&pair, Rule::selection).map(|p| self.selection(p)),
            label: self.quoted(&pair),
            table: None,
            versions: Vec::new(),
            planned: false,
            docs: Docs::default(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        for clause in self.clauses(pair, Rule::seul_grille, "la grille") {
            match clause.as_rule() {
                Rule::version_table => {
                    let mut version = GridVersion {
                        from: cadrage_value::Date::DEFAULT,
                        until: None,
                        provenance: Provenance::default(),
                        rows: Vec::new(),
                    };
                    for part in clause.into_inner() {
                        match part.as_rule() {
                            Rule::a_compter => version.from = self.start(&part),
                            Rule::periode_fermee => {
                                let (from, until) = self.closed_period(&part);
                                version.from = from.unwrap_or(version.from);
                                version.until = until;
                            }
                            Rule::provenance => version.provenance = self.provenance(part),
                            Rule::ligne_table => {
                                version.rows.push(self.row(part));
                            }
                            Rule::ligne_invalide => self.unreadable_line(&part, Rule::seul_table, "la grille"),
                            _ => {}
                        }
                    }
                    out.versions.push(version);
                }
                Rule::valeurs_de => out.table = self.table_source(clause),
                Rule::en_projet => out.planned = true,
                Rule::doc => self.doc(clause, &mut out.docs),
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Grid(out))
    }

    fn calendar(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let name = child(&pair, Rule::ident)?;
        let (name, label) = (self.words(&name), self.quoted(&pair));
        let mut out = Calendar { name, label, shares: Vec::new(), damaged: false, span };
        let before = self.complaints();
        for clause in self.clauses(pair, Rule::seul_calendrier, "calendrier").into_iter().filter(|p| p.as_rule() == Rule::parts_calendrier)
        {
            let shares = self.shares(clause);
            out.shares.extend(shares);
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Calendar(out))
    }

    /// `02 : 40 % ; 07 : 60 %`
    pub(super) fn shares(&mut self, pair: P<'_>) -> Vec<(Spanned<u32>, Expr)> {
        let mut shares = Vec::new();
        for part in pair.into_inner() {
            let (Some(number), Some(share)) = (child(&part, Rule::numero_mois), child(&part, Rule::quantite)) else { continue };
            let month = Spanned::new(number.as_str().trim().parse().unwrap_or(0), self.span(&number));
            let share = self.quantity(share);
            shares.push((month, share));
        }
        shares
    }

    fn element(&mut self, pair: P<'_>) -> Option<Declaration> {
        let span = self.span(&pair);
        let code = child(&pair, Rule::code)?;
        let mut out = Element {
            code: self.words(&code),
            label: self.quoted(&pair),
            family: None,
            bases: Vec::new(),
            accounts: Vec::new(),
            damaged: false,
            span,
        };
        let before = self.complaints();
        for clause in self.clauses(pair, Rule::seul_element, "l'élément").into_iter().filter(|p| p.as_rule() == Rule::clause_element) {
            for part in clause.into_inner() {
                let codes = part.clone().into_inner().filter(|p| p.as_rule() == Rule::code);
                match part.as_rule() {
                    Rule::e_famille => out.family = codes.map(|p| self.words(&p)).next(),
                    Rule::e_assiettes => out.bases = codes.map(|p| self.words(&p)).collect(),
                    Rule::e_comptes => {
                        for account in part.into_inner().filter(|p| p.as_rule() == Rule::e_compte) {
                            if let (Some(who), Some(code)) = (child(&account, Rule::ident), child(&account, Rule::code)) {
                                out.accounts.push((self.words(&who), self.words(&code)));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Element(out))
    }
}
