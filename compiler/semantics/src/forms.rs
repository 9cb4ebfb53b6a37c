//! `saisie`: what people type by hand, as columns of a file of the dossier, and what its rows feed.

use std::collections::BTreeSet;

use cadrage_ir::{AttributeId, Dimension, Unit};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, Member, ProfileValue};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::Exact;

use crate::measures::Level;
use crate::scope::Scope;
use crate::units;

/// A checked form.
#[derive(Clone, Debug)]
pub struct Form {
    /// As declared; its file is `saisies/<name>.csv`.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// Level of the rows, besides the month.
    pub keys: Vec<FormKey>,
    /// In the order written.
    pub fields: Vec<FormField>,
    /// Which fields make the amount that is fed.
    pub amount: FormAmount,
    /// Codes that every row takes: rubrique, plafond, compte…
    pub feeds: Vec<(AttributeId, String)>,
    /// What people typed, whole or not at all.
    pub rows: Vec<crate::form_rows::FormRow>,
    /// Where its name is declared.
    pub span: Span,
}

/// Where the euros of a row are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormAmount {
    /// A field in euros.
    Euros(usize),
    /// A quantity and its rate: `heures en h`, `taux en €/h`.
    Product(usize, usize),
}

impl FormAmount {
    /// Does the amount read this field?
    #[must_use]
    pub fn reads(self, field: usize) -> bool {
        match self {
            FormAmount::Euros(amount) => amount == field,
            FormAmount::Product(quantity, rate) => quantity == field || rate == field,
        }
    }
}

/// A key of the rows: its column has the name people wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormKey {
    /// `mois`
    Month,
    /// `composante`…
    Level(Level),
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    /// Its name, that of its column.
    pub name: String,
    /// `en …`: base unit, unit as written, what one of it is worth.
    pub unit: Option<(Unit, String, Exact)>,
    /// `parmi (…)`
    pub choices: Vec<String>,
    /// `obligatoire`
    pub required: bool,
}

impl Form {
    /// Where its rows are, from the dossier.
    #[must_use]
    pub fn path(&self) -> String {
        format!("saisies/{}.csv", self.name)
    }
}

/// What may be the amount: each field in euros, else each quantity with a rate that makes euros of it.
fn amounts(fields: &[FormField]) -> Vec<FormAmount> {
    let euro = Unit::of(Dimension::Euro);
    let units = || fields.iter().enumerate().filter_map(|(k, f)| f.unit.as_ref().map(|(unit, _, _)| (k, unit)));
    let alone: Vec<FormAmount> = units().filter(|(_, u)| **u == euro).map(|(k, _)| FormAmount::Euros(k)).collect();
    if !alone.is_empty() {
        return alone;
    }
    // The rate is the one that speaks of euros.
    let speaks = |u: &Unit| u.exponent(Dimension::Euro) > 0;
    let pairs = units().flat_map(|(k, quantity)| units().map(move |(r, rate)| (k, quantity, r, rate)));
    pairs
        .filter(|(_, quantity, _, rate)| !speaks(quantity) && speaks(rate) && quantity.multiply(rate) == euro)
        .map(|(k, _, r, _)| FormAmount::Product(k, r))
        .collect()
}

impl Scope<'_> {
    /// The checked form; `None` when it was complained about.
    pub(crate) fn form(&mut self, f: &ast::EntryForm) -> Option<Form> {
        if f.damaged {
            return None;
        }
        let mut whole = true;
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut unique = |scope: &mut Self, name: &Spanned<String>| {
            let new = names.insert(fold(&name.value));
            if !new {
                scope.complain(
                    Diagnostic::new(Code::N02, format!("la colonne `{}` est dite deux fois", name.value), name.span)
                        .help("renommez l'une des deux"),
                );
            }
            new
        };
        let mut keys = Vec::new();
        for word in &f.keys {
            whole &= unique(self, word);
            if fold(&word.value) == "mois" {
                keys.push(FormKey::Month);
                continue;
            }
            match self.axis_level(word) {
                Some(level) => keys.push(FormKey::Level(level)),
                None => whole = false,
            }
        }
        if !keys.contains(&FormKey::Month) {
            self.complain(
                Diagnostic::new(Code::V02, format!("la saisie `{}` ne dit pas ses mois", f.name.value), f.name.span)
                    .help("ajoutez `par composante ; mois` : chaque ligne saisie est celle d'un mois"),
            );
            whole = false;
        }
        let mut fields = Vec::new();
        for field in &f.fields {
            whole &= unique(self, &field.name);
            fields.push(self.form_field(field));
        }
        let amount = match amounts(&fields).as_slice() {
            [one] => Some(*one),
            several => {
                let what = if several.is_empty() { "n'a pas de montant" } else { "a plusieurs montants" };
                self.complain(Diagnostic::new(Code::V02, format!("la saisie `{}` {what}", f.name.value), f.name.span).help(
                    "un seul champ est en euros, celui qui alimente : `champ montant en € obligatoire` ; ou une quantité et son taux : \
                         `champ heures en h` et `champ taux en €/h`",
                ));
                None
            }
        };
        let feeds = self.form_feeds(f);
        let label = f.label.as_ref().or(f.docs.label.as_ref()).map_or_else(|| f.name.value.clone(), |l| l.value.clone());
        let (amount, feeds) = (amount?, feeds?);
        whole.then(|| Form { name: f.name.value.clone(), label, keys, fields, amount, feeds, rows: Vec::new(), span: f.name.span })
    }

    fn form_field(&mut self, field: &ast::EntryField) -> FormField {
        let choices = field
            .choices
            .iter()
            .flat_map(|m| match m {
                Member::Code(c) => vec![c.value.clone()],
                Member::Label(l) => vec![l.value.clone()],
                Member::Range(a, b, _) => (*a..=*b).map(|n| n.to_string()).collect(),
            })
            .collect();
        let unit = field.unit.as_ref().map(|u| {
            let (unit, factor) = units::resolve(u);
            (unit, units::text(u), factor)
        });
        FormField { name: field.name.value.clone(), unit, choices, required: field.required }
    }

    fn form_feeds(&mut self, f: &ast::EntryForm) -> Option<Vec<(AttributeId, String)>> {
        let Some(pairs) = &f.feeds else {
            self.complain(
                Diagnostic::new(Code::V02, format!("la saisie `{}` n'alimente rien", f.name.value), f.name.span)
                    .help("ajoutez `alimente rubrique … plafond …`"),
            );
            return None;
        };
        let mut out: Vec<(AttributeId, String)> = Vec::new();
        let mut whole = true;
        for (axis, value) in pairs {
            let attribute = self.attribute(&axis.value).filter(|a| cadrage_ir::ATTRIBUTES.get(a.index()).is_some_and(|spec| spec.line));
            let Some(attribute) = attribute else {
                self.complain(
                    Diagnostic::new(Code::N01, format!("`{}` n'est pas un axe des lignes de paie", axis.value), axis.span)
                        .help("écrivez `alimente rubrique … plafond …`, au besoin `compte …`, `nature …`"),
                );
                whole = false;
                continue;
            };
            let code = match value {
                ProfileValue::Code(c) => self.code(attribute, c),
                ProfileValue::Label(l) => self.codes(attribute, &[Member::Label(l.clone())]).and_then(|c| c.into_iter().next()),
                ProfileValue::Number(x, _, _) => Some(canonical_code(&x.to_string())),
            };
            match code {
                Some(code) if out.iter().any(|(a, _)| *a == attribute) => {
                    self.complain(
                        Diagnostic::new(Code::N02, format!("`{}` est dit deux fois : {code}", axis.value), axis.span).help("gardez-en un"),
                    );
                    whole = false;
                }
                Some(code) => out.push((attribute, code)),
                None => whole = false,
            }
        }
        if whole && !out.iter().any(|(a, _)| cadrage_ir::attribute("rubrique") == Some(*a)) {
            self.complain(
                Diagnostic::new(Code::V02, format!("la saisie `{}` n'alimente aucune rubrique", f.name.value), f.name.span)
                    .help("ajoutez `alimente rubrique …`"),
            );
            whole = false;
        }
        whole.then_some(out)
    }
}
