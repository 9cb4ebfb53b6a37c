//! JSON: one object a cell; amounts are strings of exact decimals.

use serde_json::{Value, json};

use crate::model::{Cell, Document, WRITTEN};

/// The tables of a document, cell by cell.
#[must_use]
pub fn json(document: &Document) -> String {
    let values: Vec<Value> = document
        .tables
        .iter()
        .flat_map(|t| t.cells())
        .map(|(row, column, cell)| {
            let value = match cell {
                Cell::Nothing => Value::Null,
                Cell::Number(x) => Value::String(x.to_plain(WRITTEN)),
                Cell::Words(text) => Value::String(text.clone()),
            };
            json!({
                "niveau": row.level, "code": row.code, "libelle": row.label, "scenario": column.scenario, "periode": column.period,
                "membre": column.member, "mesure": column.measure, "valeur": value,
            })
        })
        .collect();
    format!("{:#}\n", json!({"restitution": document.name, "libelle": document.title, "cellules": values}))
}
