//! `saisie`, `reclassement`, and the rows of tables.

use cadrage_grammar::Rule;
use cadrage_source::{Code, Diagnostic, Spanned};

use super::{Builder, P, child, has};
use crate::ast::{Declaration, Detail, Docs, EntryField, EntryForm, Provenance, Reclassification};

impl Builder<'_> {
    pub(super) fn entry_form(&mut self, pair: P<'_>) -> Option<Declaration> {
        let mut out = EntryForm {
            name: self.named(&pair, Rule::ident)?,
            label: self.quoted(&pair),
            keys: Vec::new(),
            fields: Vec::new(),
            feeds: None,
            docs: Docs::default(),
            damaged: false,
            span: self.span(&pair),
        };
        let before = self.complaints();
        let clauses = self.clauses(pair.clone(), Rule::seul_saisie, "la saisie");
        for part in clauses.into_iter().filter(|p| p.as_rule() == Rule::clause_saisie).flat_map(pest::iterators::Pair::into_inner) {
            match part.as_rule() {
                Rule::s_cles => out.keys = self.list(&part, Rule::ident),
                Rule::s_champ => out.fields.extend(self.field(&part)),
                Rule::s_alimente => out.feeds = child(&part, Rule::profil).map(|p| self.profile(p)),
                Rule::doc => self.doc(part, &mut out.docs),
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(self.detailed("saisie", Some(out.name.clone()), Detail::EntryForm(Box::new(out)), &pair))
    }

    fn field(&mut self, pair: &P<'_>) -> Option<EntryField> {
        Some(EntryField {
            name: self.named(pair, Rule::nom_colonne)?,
            unit: child(pair, Rule::unite).map(|p| self.unit(&p)),
            choices: child(pair, Rule::liste).map(|p| self.members(p)).unwrap_or_default(),
            required: has(pair, Rule::k_obligatoire),
            span: self.span(pair),
        })
    }

    pub(super) fn reclassification(&mut self, pair: P<'_>) -> Option<Declaration> {
        let side = |b: &Self, rule| child(&pair, rule).and_then(|p| Some((b.named(&p, Rule::ident)?, b.named(&p, Rule::code)?)));
        let (from, to) = (side(self, Rule::r_de)?, side(self, Rule::r_vers)?);
        let mut out = Reclassification {
            name: self.named(&pair, Rule::ident)?,
            from,
            to,
            date: child(&pair, Rule::a_compter).map_or(cadrage_value::Date::DEFAULT, |p| self.start(&p)),
            provenance: child(&pair, Rule::provenance).map_or_else(Provenance::default, |p| self.provenance(p)),
            rows: Vec::new(),
            planned: false,
            docs: Docs::default(),
            damaged: false,
            span: self.span(&pair),
        };
        let before = self.complaints();
        for part in self.clauses(pair.clone(), Rule::seul_table, "reclassement") {
            match part.as_rule() {
                Rule::ligne_table => out.rows.push(self.row(part)),
                Rule::en_projet => out.planned = true,
                Rule::doc => self.doc(part, &mut out.docs),
                _ => {}
            }
        }
        out.damaged = self.complaints() > before;
        Some(Declaration::Reclassification(Box::new(out)))
    }

    /// The cells of a row, as written. An empty cell is no value: it is asked for.
    pub(super) fn row(&mut self, pair: P<'_>) -> Vec<Spanned<String>> {
        let mut cells = Vec::new();
        for cell in pair.into_inner().filter(|p| p.as_rule() == Rule::cellule) {
            let words = self.words(&cell);
            if words.value.is_empty() {
                let at = self.start_of(&cell);
                let span = cadrage_source::Span::new(self.file, at, at + cell.as_str().len().max(1));
                self.complain(
                    Diagnostic::new(Code::S01, "cette cellule est vide", span)
                        .here("ici")
                        .help("écrivez sa valeur, ou `-` s'il n'y en a pas"),
                );
            } else if words.value.split_once('.').is_some_and(|(a, b)| is_digits(a) && is_digits(b)) {
                let help = format!("écrivez `{}`", words.value.replace('.', ","));
                self.complain(
                    Diagnostic::new(Code::S02, format!("`{}` : la décimale s'écrit avec une virgule", words.value), words.span)
                        .here("point")
                        .help(help)
                        .fix(words.span, words.value.replace('.', ",")),
                );
            }
            cells.push(words);
        }
        cells
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
