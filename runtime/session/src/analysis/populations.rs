//! Who is looked at: declared populations, and the two that everybody asks for.

use std::collections::BTreeSet;

use cadrage_driver::{Compiled, Scenario, fold, nearest};
use cadrage_ir::{Constraint, Selection, attribute};
use cadrage_source::{Code, Diagnostic, FileId, Span};

/// The populations looked at when none is asked for.
pub(crate) const USUAL: [&str; 2] = ["TITULAIRES", "INDICIAIRES"];

/// A population and who it is.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    pub(crate) name: String,
    pub(crate) selection: Selection,
}

/// Those named, in order; the usual two when none is.
pub(crate) fn populations(compiled: &Compiled, scenario: &Scenario, names: &[String]) -> Result<Vec<Population>, Diagnostic> {
    let asked: Vec<String> = if names.is_empty() { USUAL.map(str::to_owned).to_vec() } else { names.to_vec() };
    asked.iter().map(|name| population(compiled, scenario, name)).collect()
}

fn population(compiled: &Compiled, scenario: &Scenario, name: &str) -> Result<Population, Diagnostic> {
    let wanted = fold(name);
    let changed = scenario.populations.iter().rev().find(|laid| fold(&laid.what.name) == wanted).map(|laid| &laid.what.selection);
    let declared = compiled.model.populations.iter().find(|(known, _)| fold(known) == wanted).map(|(_, selection)| selection);
    // A population that the dossier declares goes before the usual one of that name.
    if let Some(selection) = changed.or(declared) {
        return Ok(Population { name: name.to_owned(), selection: selection.clone() });
    }
    if let Some(usual) = USUAL.into_iter().find(|usual| fold(usual) == wanted) {
        return Ok(Population { name: usual.to_owned(), selection: usual_selection(usual) });
    }
    let known: Vec<&str> = USUAL.into_iter().chain(compiled.model.populations.keys().map(String::as_str)).collect();
    let near = nearest(&wanted, known.iter().copied()).map_or_else(String::new, |n| format!("vouliez-vous `{n}` ? "));
    let nowhere = Span::new(FileId(u32::MAX), 0, 0);
    let help = format!("{near}populations : {}", known.join(", "));
    Err(Diagnostic::new(Code::N01, format!("la population `{name}` est inconnue"), nowhere).help(help))
}

/// Civil servants, or everybody: who is paid on an index is settled row by row.
fn usual_selection(name: &str) -> Selection {
    let mut out = Selection::all();
    if name == "TITULAIRES"
        && let Some(statut) = attribute("statut")
    {
        out.restrict(statut, Constraint::In(BTreeSet::from(["TITULAIRE".to_owned(), "STAGIAIRE".to_owned()])));
    }
    out
}
