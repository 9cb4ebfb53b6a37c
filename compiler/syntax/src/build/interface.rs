//! `interface`.

use cadrage_grammar::Rule;
use cadrage_source::{Code, Diagnostic, Span, Spanned};

use super::{Builder, P, child, children, has};
use crate::ast::{Declaration, Detail, Docs, Interface, InterfaceCell, InterfaceColumn, InterfaceCut, InterfaceFilter, InterfaceOrigin};

impl Builder<'_> {
    pub(super) fn interface(&mut self, pair: P<'_>) -> Option<Declaration> {
        let mut out = Interface {
            name: self.named(&pair, Rule::ident)?,
            model: child(&pair, Rule::i_modele).and_then(|p| self.named(&p, Rule::ident)),
            label: self.quoted(&pair),
            disposition: None,
            file: None,
            encoding: None,
            separator: None,
            fixed: None,
            headless: None,
            dates: Vec::new(),
            months: Vec::new(),
            decimal: None,
            trailing_sign: None,
            open: Vec::new(),
            empty: Vec::new(),
            filters: Vec::new(),
            skip: None,
            columns: Vec::new(),
            docs: Docs::default(),
            damaged: false,
            span: self.span(&pair),
        };
        let before = self.complaints();
        let clauses = self.clauses(pair.clone(), Rule::seul_interface, "l'interface");
        let mut met: Vec<(Rule, Span)> = Vec::new();
        for part in clauses.into_iter().filter(|p| p.as_rule() == Rule::clause_interface).flat_map(pest::iterators::Pair::into_inner) {
            let rule = part.as_rule();
            if !matches!(rule, Rule::i_colonne | Rule::i_filtre | Rule::doc) {
                self.once(&mut met, rule, &part);
            }
            match rule {
                Rule::i_disposition => out.disposition = self.named(&part, Rule::ident),
                Rule::i_fichier => out.file = self.quoted(&part),
                Rule::i_encodage => out.encoding = self.quoted(&part),
                Rule::i_separateur => out.separator = self.quoted(&part),
                Rule::i_largeur => out.fixed = Some(self.span(&part)),
                Rule::i_sans_en_tete => out.headless = Some(self.span(&part)),
                Rule::i_dates => out.dates = self.all_quoted(&part),
                Rule::i_mois => out.months = self.all_quoted(&part),
                Rule::i_decimale => out.decimal = self.quoted(&part),
                Rule::i_signe => out.trailing_sign = Some(self.span(&part)),
                Rule::i_ouvert => out.open = self.all_quoted(&part),
                Rule::i_vide => out.empty = self.all_quoted(&part),
                Rule::i_filtre => out.filters.extend(self.filter(&part)),
                Rule::i_ignorer => {
                    let count = child(&part, Rule::entier).and_then(|p| p.as_str().trim().parse().ok());
                    out.skip = count.map(|n| Spanned::new(n, self.span(&part)));
                }
                Rule::i_colonne => out.columns.extend(self.column(&part)),
                Rule::doc => self.doc(part, &mut out.docs),
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(self.detailed("interface", Some(out.name.clone()), Detail::Interface(Box::new(out)), &pair))
    }

    /// A clause that is said twice would leave a doubt: which one is meant?
    fn once(&mut self, met: &mut Vec<(Rule, Span)>, rule: Rule, part: &P<'_>) {
        let span = self.span(part);
        if let Some((_, first)) = met.iter().find(|(r, _)| *r == rule) {
            let words: String = part.as_str().chars().take_while(|c| !matches!(c, '"' | '0'..='9')).collect();
            self.complain(
                Diagnostic::new(Code::N02, format!("`{}` est dit deux fois", words.trim()), span)
                    .here("ici encore")
                    .label(*first, "déjà dit ici")
                    .help("gardez l'une des deux lignes"),
            );
        }
        met.push((rule, span));
    }

    fn all_quoted(&self, pair: &P<'_>) -> Vec<Spanned<String>> {
        children(pair, Rule::chaine).map(|p| self.text_of(&p)).collect()
    }

    /// `1 à 12`.
    fn range(&self, pair: &P<'_>) -> Option<Spanned<(u32, u32)>> {
        let mut bounds = children(pair, Rule::entier).filter_map(|p| p.as_str().trim().parse().ok());
        Some(Spanned::new((bounds.next()?, bounds.next()?), self.span(pair)))
    }

    fn cell(&self, pair: &P<'_>) -> Option<InterfaceCell> {
        if has(pair, Rule::k_case) {
            let nth = child(pair, Rule::entier).and_then(|p| p.as_str().trim().parse().ok())?;
            return Some(InterfaceCell::Nth(Spanned::new(nth, self.span(pair))));
        }
        self.quoted(pair).map(InterfaceCell::Named).or_else(|| self.range(pair).map(InterfaceCell::At))
    }

    fn filter(&self, pair: &P<'_>) -> Option<InterfaceFilter> {
        Some(InterfaceFilter {
            keep: has(pair, Rule::k_garder),
            cell: child(pair, Rule::i_cellule).and_then(|p| self.cell(&p))?,
            values: self.all_quoted(pair),
            span: self.span(pair),
        })
    }

    fn column(&mut self, pair: &P<'_>) -> Option<InterfaceColumn> {
        let mut out = InterfaceColumn {
            name: self.named(pair, Rule::nom_colonne)?,
            origin: self.origin(pair)?,
            cut: None,
            last_day: None,
            mapping: Vec::new(),
            fallback: None,
            span: self.span(pair),
        };
        let mut met: Vec<(Rule, Span)> = Vec::new();
        for part in pair.clone().into_inner() {
            let rule = part.as_rule();
            match rule {
                // Three ways to say one thing.
                Rule::i_avant | Rule::i_apres | Rule::i_caracteres => self.once(&mut met, Rule::i_avant, &part),
                Rule::i_dernier_jour | Rule::i_selon | Rule::i_defaut => self.once(&mut met, rule, &part),
                _ => {}
            }
            match rule {
                Rule::i_avant => out.cut = self.quoted(&part).map(InterfaceCut::Before),
                Rule::i_apres => out.cut = self.quoted(&part).map(InterfaceCut::After),
                Rule::i_caracteres => out.cut = self.range(&part).map(InterfaceCut::Characters),
                Rule::i_dernier_jour => out.last_day = Some(self.span(&part)),
                Rule::i_selon => {
                    let case = |p: P<'_>| Some((self.quoted(&p)?, self.named(&p, Rule::code)?));
                    out.mapping = children(&part, Rule::i_cas).filter_map(case).collect();
                }
                Rule::i_defaut => out.fallback = self.quoted(&part),
                _ => {}
            }
        }
        Some(out)
    }

    fn origin(&self, pair: &P<'_>) -> Option<InterfaceOrigin> {
        pair.clone().into_inner().find_map(|part| match part.as_rule() {
            Rule::i_valeur => self.quoted(&part).map(InterfaceOrigin::Value),
            Rule::i_numero => Some(InterfaceOrigin::LineNumber(self.span(&part))),
            Rule::i_mois_livre => Some(InterfaceOrigin::Month(self.span(&part))),
            Rule::i_rapport => {
                let mut cells = children(&part, Rule::i_cellule).filter_map(|p| self.cell(&p));
                Some(InterfaceOrigin::Ratio(cells.next()?, cells.next()?))
            }
            Rule::i_cellule => self.cell(&part).map(InterfaceOrigin::Cell),
            _ => None,
        })
    }
}
