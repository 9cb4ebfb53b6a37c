//! Explanations as pages and workbooks: a table for each, its rows as deep as the tree.

use cadrage_export::{Cell, Column, Document, Row, Table};

use super::{Entry, Explanation};

/// The document of some explanations.
#[must_use]
pub fn explanations_document(explanations: &[Explanation]) -> Document {
    let title = match explanations {
        [one] => one.question.clone(),
        _ => "Explications".to_owned(),
    };
    let mut notes = Vec::new();
    for e in explanations {
        let about = if explanations.len() > 1 { format!("{} : {}", e.question, e.understood) } else { e.understood.clone() };
        notes.push(about);
        notes.extend(e.notes.iter().cloned());
    }
    notes.dedup();
    Document { name: "explication".to_owned(), title, notes, charts: Vec::new(), tables: explanations.iter().map(table).collect() }
}

const COLUMNS: [&str; 5] = ["valeur", "calcul", "à savoir", "source", "lieu"];

fn table(e: &Explanation) -> Table {
    let columns = COLUMNS.iter().map(|name| Column { measure: (*name).to_owned(), ..Column::default() }).collect();
    let mut rows = Vec::new();
    row(&e.root, 0, &mut rows);
    for carrier in &e.carriers {
        let from = rows.len();
        row(carrier, 1, &mut rows);
        if let Some(first) = rows.get_mut(from) {
            first.label = format!("porté par {}", first.label);
        }
    }
    Table { title: e.question.clone(), columns, rows }
}

fn row(e: &Entry, depth: usize, out: &mut Vec<Row>) {
    let words = |text: &str| if text.is_empty() { Cell::Nothing } else { Cell::Words(text.to_owned()) };
    let value = match (e.value.text.as_str(), e.value.about.as_str()) {
        ("", _) => Cell::Nothing,
        (text, "") => words(text),
        (text, about) => words(&format!("{text} (≈ {about})")),
    };
    let mut calculation = e.sentence.clone();
    for rounded in &e.rounded {
        calculation.push_str(", ");
        calculation.push_str(rounded);
    }
    if !e.unrounded.is_empty() {
        calculation.push_str(" de ");
        calculation.push_str(&e.unrounded);
    }
    let mut known: Vec<String> =
        [e.label.clone(), e.layer.clone(), e.mark.text().to_owned()].into_iter().filter(|t| !t.is_empty()).collect();
    known.extend(e.remarks.iter().cloned());
    let chosen = |c: &super::Choice| format!("{} : {}", if c.chosen { "retenu" } else { "écarté" }, c.whom);
    known.extend(e.choices.iter().filter(|_| e.choices.len() > 1).map(chosen));
    let cells = vec![value, words(&calculation), words(&known.join(", ")), words(&e.source), words(&e.place)];
    out.push(Row { level: "phrase".to_owned(), depth, code: String::new(), label: e.name.clone(), cells });
    for child in &e.entries {
        row(child, depth + 1, out);
    }
}
