//! Files, forms, and grids that change shape.

use super::block::{Block, provenance};
use super::expression::{members, unit};
use super::{joined, label, quoted};
use crate::ast::{EntryField, EntryForm, Interface, InterfaceColumn, Reclassification};

pub(super) fn interface(i: &Interface) -> String {
    let model = i.model.as_ref().map_or_else(String::new, |m| format!(" pour {}", m.value));
    let mut block = Block::new(&format!("interface {}{model}{}", i.name.value, label(i.label.as_ref())));
    for (word, text) in [("fichier", &i.file), ("encodage", &i.encoding), ("séparateur", &i.separator), ("dates", &i.dates)] {
        if let Some(t) = text {
            block.line(&format!("{word} {}", quoted(&t.value)));
        }
    }
    if let Some(n) = &i.skip {
        block.line(&format!("ignorer {} lignes", n.value));
    }
    for c in &i.columns {
        block.line(&column(c));
    }
    block.docs(&i.docs);
    block.close()
}

fn column(c: &InterfaceColumn) -> String {
    let cases: Vec<String> = c.mapping.iter().map(|(text, code)| format!("{} : {}", quoted(&text.value), code.value)).collect();
    let mapping = if cases.is_empty() { String::new() } else { format!(" selon {}", cases.join(" ; ")) };
    let fallback = c.fallback.as_ref().map_or_else(String::new, |t| format!(" à défaut {}", quoted(&t.value)));
    format!("colonne {} = {}{mapping}{fallback}", c.name.value, quoted(&c.header.value))
}

pub(super) fn entry_form(f: &EntryForm) -> String {
    let mut block = Block::new(&format!("saisie {}{}", f.name.value, label(f.label.as_ref())));
    if !f.keys.is_empty() {
        block.line(&format!("par {}", joined(&f.keys)));
    }
    for x in &f.fields {
        block.line(&field(x));
    }
    if let Some(pairs) = &f.feeds {
        block.line(&format!("alimente {}", super::scenario::profile(pairs)));
    }
    block.docs(&f.docs);
    block.close()
}

fn field(f: &EntryField) -> String {
    let in_unit = f.unit.as_ref().map_or_else(String::new, |u| format!(" en {}", unit(u)));
    let choices = if f.choices.is_empty() { String::new() } else { format!(" parmi ({})", members(&f.choices)) };
    let required = if f.required { " obligatoire" } else { "" };
    format!("champ {}{in_unit}{choices}{required}", f.name.value)
}

pub(super) fn reclassification(r: &Reclassification) -> String {
    let ((from_axis, from), (to_axis, to)) = (&r.from, &r.to);
    let mut block = Block::new(&format!(
        "reclassement {} de {} {} vers {} {} à compter du {}{}",
        r.name.value,
        from_axis.value,
        from.value,
        to_axis.value,
        to.value,
        r.date.to_french(),
        provenance(&r.provenance)
    ));
    block.docs(&r.docs);
    if r.planned {
        block.line("en projet");
    }
    for row in &r.rows {
        block.line(&joined(row));
    }
    block.close()
}
