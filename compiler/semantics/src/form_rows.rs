//! What people typed in `saisies/<nom>.csv`, checked row by row against its `saisie`.

use std::collections::BTreeMap;

use cadrage_ir::AttributeId;
use cadrage_source::{Code, Diagnostic};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::{Exact, Money, Month, Rounding};

use crate::cells;
use crate::forms::{Form, FormAmount, FormField, FormKey};
use crate::scope::Scope;
use crate::suggest;
use crate::tables::Table;

/// A row typed, whole and sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormRow {
    /// Its line in the file.
    pub line: usize,
    /// The month it is of.
    pub month: Month,
    /// Codes of its keys, then those its form feeds.
    pub codes: Vec<(AttributeId, String)>,
    /// To the cent.
    pub amount: Money,
}

/// At most so many bad cells are told, then how many more.
const TOLD: usize = 8;

impl Scope<'_> {
    /// The rows of a form. Nothing is kept of a file that has a bad cell: what is typed counts whole or not at all.
    pub(crate) fn form_rows(&mut self, form: &Form, table: &Table) -> Vec<FormRow> {
        let before = self.diagnostics.len();
        self.form_columns(form, table);
        let mut out = Vec::new();
        if self.diagnostics.len() == before {
            for (line, row) in &table.rows {
                if let Some(found) = self.form_row(form, *line, row) {
                    out.push(found);
                }
            }
        }
        let bad = self.diagnostics.len() - before;
        if bad > TOLD {
            self.diagnostics.truncate(before + TOLD);
            if let Some(last) = self.diagnostics.last_mut() {
                last.help = Some(format!("corrigez le fichier ; {} autres cellules sont refusées", bad - TOLD));
            }
        }
        if bad > 0 { Vec::new() } else { out }
    }

    fn bad_row(&mut self, form: &Form, line: usize, why: &str, help: &str) {
        self.complain(
            Diagnostic::new(Code::I20, format!("{}:{line} : {why}", form.path()), form.span)
                .here("saisie déclarée ici")
                .help(help.to_owned()),
        );
    }

    /// Every key and every required field has its column, and no column is nobody's.
    fn form_columns(&mut self, form: &Form, table: &Table) {
        let Some((_, first)) = table.rows.first() else { return };
        let known: Vec<&str> = form.keys.iter().map(key_name).chain(form.fields.iter().map(|f| f.name.as_str())).collect();
        let has = |name: &str| first.keys().any(|c| fold(c) == fold(name));
        let needed = form.keys.iter().map(key_name).chain(form.fields.iter().filter(|f| f.required).map(|f| f.name.as_str()));
        let amount = form.fields.iter().enumerate().filter(|(k, f)| form.amount.reads(*k) && !f.required).map(|(_, f)| f.name.as_str());
        let missing: Vec<String> = needed.chain(amount).filter(|n| !has(n)).map(str::to_owned).collect();
        for name in missing {
            self.bad_row(form, 1, &format!("la colonne `{name}` manque"), &format!("la première ligne porte : {}", known.join(";")));
        }
        let strangers: Vec<String> = first.keys().filter(|c| !known.iter().any(|k| fold(k) == fold(c))).cloned().collect();
        for name in strangers {
            let help = suggest::nearest(&name, known.iter().copied())
                .map_or_else(|| format!("la première ligne porte : {}", known.join(";")), |n| format!("vouliez-vous `{n}` ?"));
            self.bad_row(form, 1, &format!("la colonne `{name}` n'est pas de cette saisie"), &help);
        }
    }

    fn form_row(&mut self, form: &Form, line: usize, row: &BTreeMap<String, String>) -> Option<FormRow> {
        let cell = |name: &str| row.iter().find(|(c, _)| fold(c) == fold(name)).map_or("", |(_, v)| v.as_str());
        let mut whole = true;
        let mut month = None;
        let mut codes: Vec<(AttributeId, String)> = Vec::new();
        for key in &form.keys {
            let text = cell(key_name(key));
            match key {
                FormKey::Month => {
                    month = cells::month(text);
                    if month.is_none() {
                        self.bad_row(form, line, &format!("`{text}` n'est pas un mois"), "écrivez `03/2027` ou `2027-03`");
                        whole = false;
                    }
                }
                FormKey::Level(level) => {
                    let Some(attribute) = level.attribute else { continue };
                    let code = canonical_code(text);
                    let known = self.members.of(attribute).is_none_or(|m| m.contains(&code) || code == "?");
                    if text.is_empty() || !known {
                        let near = self.members.of(attribute).and_then(|m| suggest::nearest(&code, m.iter().map(String::as_str)));
                        let help = near.map_or_else(|| "prenez un code du référentiel".to_owned(), |n| format!("vouliez-vous `{n}` ?"));
                        let why = format!("`{text}` n'est pas un membre connu de l'axe {}", level.name);
                        self.bad_row(form, line, &why, &help);
                        whole = false;
                    } else {
                        codes.push((attribute, code));
                    }
                }
            }
        }
        // What makes the amount, and how it is written.
        let mut read: Vec<(Exact, &str)> = Vec::new();
        for (k, field) in form.fields.iter().enumerate() {
            let text = cell(&field.name);
            let fed = form.amount.reads(k);
            if text.is_empty() {
                if field.required || fed {
                    self.bad_row(form, line, &format!("`{}` est vide", field.name), "ce champ est obligatoire");
                    whole = false;
                }
                continue;
            }
            match self.form_cell(form, line, field, text) {
                Some(Some(x)) if fed => read.push((x, text)),
                Some(_) => {}
                None => whole = false,
            }
        }
        let amount = match (form.amount, read.as_slice()) {
            (FormAmount::Euros(_), [(x, text)]) => {
                let exact = cents(x);
                if exact.is_none() {
                    self.bad_row(form, line, &format!("`{text}` ne tient pas en centimes"), "au plus deux décimales");
                }
                exact
            }
            // As pay does: once for the row, to the nearest cent.
            (FormAmount::Product(..), [(a, _), (b, _)]) => {
                let product = Rounding::HalfUp.to_money(&(a * b));
                if product.is_none() {
                    self.bad_row(form, line, "le produit ne tient pas en centimes", "vérifiez la quantité et le taux");
                }
                product
            }
            _ => None,
        };
        codes.extend(form.feeds.iter().cloned());
        let month = month?;
        let amount = amount?;
        whole.then_some(FormRow { line, month, codes, amount })
    }

    /// The number of a cell, for a field that has a unit; nothing when the cell is refused.
    fn form_cell(&mut self, form: &Form, line: usize, field: &FormField, text: &str) -> Option<Option<Exact>> {
        if !field.choices.is_empty() && !field.choices.iter().any(|c| fold(c) == fold(text)) {
            let help = format!("`{}` est parmi : {}", field.name, field.choices.join(", "));
            self.bad_row(form, line, &format!("`{text}` n'est pas une valeur de `{}`", field.name), &help);
            return None;
        }
        let Some((_, written, factor)) = &field.unit else { return Some(None) };
        let bare = text.strip_suffix(written.as_str()).unwrap_or(text).trim();
        let found = cells::number(bare);
        if found.is_none() {
            self.bad_row(form, line, &format!("`{text}` n'est pas un nombre"), &format!("écrivez une quantité en {written} : `1 234,56`"));
        }
        found.map(|x| Some(&x * factor))
    }
}

fn key_name(key: &FormKey) -> &str {
    match key {
        FormKey::Month => "mois",
        FormKey::Level(level) => &level.name,
    }
}

/// Exactly that many cents, when it is.
fn cents(x: &Exact) -> Option<Money> {
    let cents = x * &Exact::from_int(100);
    if cents.denominator() == Some(1) { cents.to_int().map(Money::from_cents) } else { None }
}
