//! What a dossier says of missing data, applied to the rows formulas read.

use cadrage_driver::DataRule;
use cadrage_engine::AgentFrame;
use cadrage_ir::COLUMNS;
use cadrage_source::{Code, Diagnostic};
use cadrage_value::Month;

/// A datum that must be there and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    /// Position of its rule.
    rule: usize,
    month: Month,
    matricule: String,
}

/// At most so many holes are told, then how many more.
const TOLD: usize = 5;

/// Reads fallbacks where data are missing; the holes that nothing fills, the first month of each datum.
pub(crate) fn complete(frame: &mut AgentFrame, rules: &[DataRule]) -> Vec<Hole> {
    let mut holes: Vec<Hole> = Vec::new();
    let matricule = frame.matricule.clone();
    for slot in &mut frame.months {
        let month = slot.month;
        for (k, rule) in rules.iter().enumerate() {
            for row in slot.situations.iter_mut().filter(|row| row.number(rule.column).is_none()) {
                if rule.required.as_ref().is_some_and(|whose| row.is_in(whose)) && !holes.iter().any(|h| h.rule == k) {
                    holes.push(Hole { rule: k, month, matricule: matricule.to_string() });
                }
                if let (Some(value), Some(cell)) = (&rule.fallback, row.numbers.get_mut(rule.column.index())) {
                    *cell = Some(value.clone());
                }
            }
        }
    }
    if let Some(row) = &mut frame.end_row {
        for rule in rules.iter().filter(|r| row.number(r.column).is_none()).collect::<Vec<_>>() {
            if let (Some(value), Some(cell)) = (&rule.fallback, row.numbers.get_mut(rule.column.index())) {
                *cell = Some(value.clone());
            }
        }
    }
    holes
}

/// The holes as complaints: whose, since when.
pub(crate) fn complaints(holes: &[Hole], rules: &[DataRule]) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = holes
        .iter()
        .take(TOLD)
        .filter_map(|h| {
            let rule = rules.get(h.rule)?;
            let name = COLUMNS.get(rule.column.index()).map_or("", |c| c.name);
            Some(
                Diagnostic::new(Code::V22, format!("`{name}` manque pour l'agent {} en {}", h.matricule, h.month.to_french()), rule.span)
                    .here("donnée obligatoire")
                    .help("complétez-la dans le SIRH, ou restreignez `obligatoire pour …`"),
            )
        })
        .collect();
    if let Some(last) = out.last_mut().filter(|_| holes.len() > TOLD) {
        last.help = Some(format!("complétez-les dans le SIRH ; {} autres données obligatoires manquent", holes.len() - TOLD));
    }
    out
}
