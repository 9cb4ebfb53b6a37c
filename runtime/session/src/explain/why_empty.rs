//! Why a value is « sans objet »: which condition made it so.

use cadrage_engine::Row;
use cadrage_ir::{ATTRIBUTES, COLUMNS, Constraint, FormulaId, Selection};
use cadrage_value::Date;

use super::Entry;
use super::ground::Explainer;

/// At most so many codes are listed.
const LISTED: usize = 6;

impl Explainer<'_> {
    /// Why a row is outside whom a formula is for.
    pub(super) fn outside(&self, formula: FormulaId, row: &Row) -> String {
        let Some(f) = self.program.formula(formula) else { return String::new() };
        let written = self.compiled.formula_words(f.span).and_then(|w| w.scope);
        let Some(why) = unmet(&f.scope, row) else { return "aucun de ses cas ne concerne cet agent".to_owned() };
        match written {
            Some(scope) => format!("hors de « pour {scope} » : {why}"),
            None => why,
        }
    }
}

/// The first thing that a box asks and a row has not.
pub(super) fn unmet(selection: &Selection, row: &Row) -> Option<String> {
    for (attribute, constraint) in &selection.codes {
        let code = row.code(*attribute);
        if constraint.accepts(code) {
            continue;
        }
        let name = ATTRIBUTES.get(attribute.index()).map_or("", |a| a.name);
        let has = if code.is_empty() { format!("{name} n'est pas renseigné") } else { format!("{name} {code}") };
        return Some(format!("{has}{}", wanted(constraint)));
    }
    for (column, shape) in &selection.ranges {
        let spec = COLUMNS.get(column.index());
        let name = spec.map_or("", |c| c.name);
        match row.number(*column) {
            Some(x) if shape.accepts(x) => {}
            Some(x) if spec.is_some_and(|c| c.date) => {
                let day = x.to_int().and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days);
                return Some(format!("{name} vaut {}", day.map_or_else(|| x.to_shortest(), Date::to_french)));
            }
            Some(x) => return Some(format!("{name} vaut {}", x.to_shortest())),
            None => return Some(format!("{name} n'est pas renseigné")),
        }
    }
    None
}

fn wanted(constraint: &Constraint) -> String {
    let listed = |set: &std::collections::BTreeSet<String>| {
        let shown: Vec<&str> = set.iter().take(LISTED).map(String::as_str).collect();
        let more = if set.len() > LISTED { format!(" ; … ({} en tout)", set.len()) } else { String::new() };
        format!("{}{more}", shown.join(" ; "))
    };
    match constraint {
        Constraint::In(set) if !set.is_empty() => format!(" (il faudrait {})", listed(set)),
        Constraint::NotIn(set) if !set.is_empty() => format!(" (tout sauf {})", listed(set)),
        _ => String::new(),
    }
}

/// The sentence that says why the whole is « sans objet »: its deepest cause.
pub(super) fn told(root: &Entry) -> Option<String> {
    let empty = |e: &Entry| e.value.text == "sans objet";
    if !empty(root) {
        return None;
    }
    let mut at = root;
    let mut path = Vec::new();
    while let Some(next) = at.entries.iter().find(|e| empty(e)) {
        path.push(next.name.as_str());
        at = next;
    }
    let why = at.remarks.first().cloned().unwrap_or_else(|| "rien ne s'y applique".to_owned());
    Some(match path.as_slice() {
        [] => format!("sans objet : {why}"),
        [.., last] => format!("sans objet, parce que `{last}` l'est : {why}"),
    })
}
