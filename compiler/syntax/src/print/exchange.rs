//! Forms, and grids that change shape.

use super::block::{Block, provenance};
use super::expression::{members, unit};
use super::{joined, label};
use crate::ast::{EntryField, EntryForm, Reclassification};

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
