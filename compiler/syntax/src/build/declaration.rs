//! What configurators declare, values excepted; recovery inside blocks.

use cadrage_grammar::{Rule, canonical};
use cadrage_source::{Code, Diagnostic, Span, Spanned};

use super::{Builder, P, child, has};
use crate::ast::{
    Axis, Calendar, Data, Declaration, Docs, Element, ExceptionLine, FeedTarget, Formula, Grid, GridVersion, Import, Invalid, Mode,
    ModeKind, Module, Population, Provenance, RoundWord, Rounding, Unsupported,
};
use crate::error;

impl Builder<'_> {
    pub(super) fn declaration(&mut self, pair: P<'_>) -> Declaration {
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
            Rule::bloc_libre | Rule::ligne_libre => self.unsupported(&pair),
            _ => self.invalid(&pair),
        }
    }

    /// The clauses of a block. Unreadable lines are complained about, as is a missing `fin`.
    pub(super) fn clauses<'i>(&mut self, pair: P<'i>, narrow: Rule, construct: &str) -> Vec<P<'i>> {
        let header = self.span(&pair);
        let mut out = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ligne_invalide => {
                    let (zone, start) = (part.as_str(), part.as_span().start());
                    let indent = zone.len() - zone.trim_start().len();
                    let complaint = error::explain(self.file, zone.trim_start(), start + indent, narrow, Some(construct));
                    self.complain(complaint);
                }
                Rule::bloc_ouvert => self.unclosed(header, part.as_span().start()),
                _ => out.push(part),
            }
        }
        out
    }

    /// `fin` is missing: the alignment tells where it should stand.
    pub(super) fn unclosed(&mut self, header: Span, at: usize) {
        let first_line = self.text.get(header.start as usize..).and_then(|t| t.lines().next()).unwrap_or("");
        let span = Span::new(self.file, header.start as usize, header.start as usize + first_line.len());
        let body = self.text.get(..at).unwrap_or(self.text).trim_end();
        let line = body.lines().count() + 1;
        self.complain(
            Diagnostic::new(Code::S05, "ce bloc n'est pas fermé", span)
                .here("ouvert ici")
                .help(format!("d'après l'alignement, il manque « fin » ligne {line}")),
        );
    }

    /// An unreadable declaration: re-read with the rule of its head word, to say what was expected.
    pub(super) fn invalid(&mut self, pair: &P<'_>) -> Declaration {
        let (zone, start) = (pair.as_str(), pair.as_span().start());
        let indent = zone.len() - zone.trim_start().len();
        let zone = zone.trim_start();
        let head = crate::fold(zone.split_whitespace().next().unwrap_or(""));
        let narrow = match head.as_str() {
            "module" => Rule::module,
            "utiliser" => Rule::utiliser,
            "axe" => Rule::axe,
            "population" => Rule::population,
            "constante" => Rule::constante,
            "hypothese" => Rule::hypothese,
            "donnee" => Rule::donnee,
            "grille" => Rule::grille,
            "bareme" => Rule::bareme,
            "calendrier" => Rule::calendrier,
            "element" => Rule::element,
            "formule" => Rule::formule,
            "scenario" => Rule::scenario,
            "variante" => Rule::variante,
            "test" => Rule::test,
            _ => Rule::declaration,
        };
        let span = Span::new(self.file, start + indent, start + indent + zone.lines().next().unwrap_or("").trim_end().len());
        let complaint = if narrow == Rule::declaration {
            let word = zone.split_whitespace().next().unwrap_or("");
            Diagnostic::new(Code::S01, format!("`{word}` n'ouvre aucune déclaration"), span).help(
                "une ligne commence par `constante`, `hypothèse`, `formule`, `population`, `grille`, `barème`, `calendrier`, `scénario`, `variante`, `test`…",
            )
        } else {
            error::explain(self.file, zone, start + indent, narrow, None)
        };
        self.complain(complaint);
        let name = zone.split_whitespace().nth(1).map(str::to_owned);
        Declaration::Invalid(Invalid { name, span })
    }

    fn module(&mut self, pair: &P<'_>) -> Declaration {
        let (Some(name), Some(version)) = (child(pair, Rule::chemin), child(pair, Rule::chaine)) else { return self.invalid(pair) };
        let (name, version) = (self.words(&name), self.text_of(&version));
        if pair.as_rule() == Rule::module {
            Declaration::Module(Module { name, version })
        } else {
            Declaration::Import(Import { name, version })
        }
    }

    fn axis(&mut self, pair: P<'_>) -> Declaration {
        let span = self.span(&pair);
        let Some(name) = child(&pair, Rule::ident) else { return self.invalid(&pair) };
        let mut out = Axis {
            name: self.words(&name),
            label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)),
            levels: Vec::new(),
            docs: Docs::default(),
            span,
        };
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
        Declaration::Axis(out)
    }

    fn population(&mut self, pair: &P<'_>) -> Declaration {
        let (Some(name), Some(selection)) = (child(pair, Rule::ident), child(pair, Rule::selection)) else { return self.invalid(pair) };
        let label = child(pair, Rule::chaine).map(|p| self.text_of(&p));
        Declaration::Population(Population { name: self.words(&name), label, selection: self.selection(selection) })
    }

    fn grain(&self, pair: &P<'_>) -> Option<Spanned<String>> {
        child(pair, Rule::grain).and_then(|p| child(&p, Rule::ident)).map(|p| self.words(&p))
    }

    fn data(&mut self, pair: P<'_>) -> Declaration {
        let span = self.span(&pair);
        let Some(name) = child(&pair, Rule::ident) else { return self.invalid(&pair) };
        let mut out = Data {
            name: self.words(&name),
            unit: child(&pair, Rule::unite).map(|p| self.unit(&p)),
            grain: self.grain(&pair),
            label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)),
            mode: None,
            required: None,
            fallback: None,
            docs: Docs::default(),
            span,
        };
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
        Declaration::Data(Box::new(out))
    }

    fn mode(&self, pair: &P<'_>) -> Mode {
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

    fn grid(&mut self, pair: P<'_>) -> Declaration {
        let span = self.span(&pair);
        let Some(name) = child(&pair, Rule::ident) else { return self.invalid(&pair) };
        let mut out = Grid {
            name: self.words(&name),
            selection: child(&pair, Rule::selection).map(|p| self.selection(p)),
            label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)),
            table: None,
            versions: Vec::new(),
            docs: Docs::default(),
            span,
        };
        for clause in self.clauses(pair, Rule::seul_grille, "la grille") {
            match clause.as_rule() {
                Rule::version_table => {
                    let mut version =
                        GridVersion { from: cadrage_value::Date::DEFAULT, provenance: Provenance::default(), rows: Vec::new() };
                    for part in clause.into_inner() {
                        match part.as_rule() {
                            Rule::a_compter => version.from = self.start(&part),
                            Rule::provenance => version.provenance = self.provenance(part),
                            Rule::ligne_table => {
                                let cells = part.into_inner().filter(|p| p.as_rule() == Rule::cellule);
                                version.rows.push(cells.map(|p| self.words(&p)).collect());
                            }
                            _ => {}
                        }
                    }
                    out.versions.push(version);
                }
                Rule::valeurs_de => out.table = self.table_source(clause),
                Rule::doc => self.doc(clause, &mut out.docs),
                _ => {}
            }
        }
        Declaration::Grid(out)
    }

    fn calendar(&mut self, pair: P<'_>) -> Declaration {
        let span = self.span(&pair);
        let Some(name) = child(&pair, Rule::ident) else { return self.invalid(&pair) };
        let mut out =
            Calendar { name: self.words(&name), label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)), shares: Vec::new(), span };
        for clause in self.clauses(pair, Rule::seul_calendrier, "calendrier").into_iter().filter(|p| p.as_rule() == Rule::parts_calendrier)
        {
            for part in clause.into_inner() {
                let (Some(number), Some(share)) = (child(&part, Rule::numero_mois), child(&part, Rule::quantite)) else { continue };
                let month = Spanned::new(number.as_str().trim().parse().unwrap_or(0), self.span(&number));
                let share = self.quantity(share);
                out.shares.push((month, share));
            }
        }
        Declaration::Calendar(out)
    }

    fn element(&mut self, pair: P<'_>) -> Declaration {
        let span = self.span(&pair);
        let Some(code) = child(&pair, Rule::code) else { return self.invalid(&pair) };
        let mut out = Element {
            code: self.words(&code),
            label: child(&pair, Rule::chaine).map(|p| self.text_of(&p)),
            family: None,
            bases: Vec::new(),
            accounts: Vec::new(),
            span,
        };
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
        Declaration::Element(out)
    }

    fn formula(&mut self, pair: P<'_>) -> Declaration {
        let span = self.span(&pair);
        let header = (child(&pair, Rule::ident), child(&pair, Rule::unite_formule).and_then(|p| child(&p, Rule::unite)), self.grain(&pair));
        let (Some(name), Some(unit), Some(grain)) = header else { return self.invalid(&pair) };
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
        let before = self.diagnostics.len();
        for clause in self.clauses(pair, Rule::seul_formule, "formule").into_iter().filter(|p| p.as_rule() == Rule::clause_formule) {
            for part in clause.into_inner() {
                self.formula_clause(part, &mut out);
            }
        }
        out.damaged = self.diagnostics.len() > before;
        Declaration::Formula(Box::new(out))
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

    fn unsupported(&mut self, pair: &P<'_>) -> Declaration {
        let span = self.span(pair);
        let first_line = pair.as_str().lines().next().unwrap_or("").trim_end().len();
        let word = pair.clone().into_inner().next().and_then(|p| p.into_inner().next()).map(|p| format!("{:?}", p.as_rule()));
        let construct = word.as_deref().and_then(canonical).unwrap_or("cette déclaration");
        if let Some(open) = child(pair, Rule::bloc_ouvert) {
            self.unclosed(span, open.as_span().start());
        }
        let name = child(pair, Rule::nom_libre).map(|p| self.words(&p));
        Declaration::Unsupported(Unsupported {
            construct,
            name,
            span: Span::new(self.file, span.start as usize, span.start as usize + first_line),
        })
    }
}
