//! Comparisons as pages and workbooks: the waterfall drawn, and the table of effects with a column for each member.

use cadrage_export::{Cell, Chart, Column, Document, Drawing, Row, Table};
use cadrage_value::Exact;

use super::{ComparedMember, Comparison};

/// The document of some comparisons: for each, its waterfall and its table.
#[must_use]
pub fn comparison_document(comparisons: &[Comparison]) -> Document {
    let said = |c: &Comparison| format!("{} ({}) comparé à {} ({})", c.to.0, c.to.1, c.from.0, c.from.1);
    let title = match comparisons {
        [one] => said(one),
        _ => "Comparaisons".to_owned(),
    };
    let mut notes = Vec::new();
    for c in comparisons {
        let note = format!("{}. Les effets et le résidu font l'écart, exactement.", c.subject());
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    for note in comparisons.iter().flat_map(|c| &c.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    Document {
        name: "comparaison".to_owned(),
        title,
        notes,
        charts: comparisons.iter().map(|c| waterfall(c, said(c))).collect(),
        tables: comparisons.iter().map(|c| table(c, said(c))).collect(),
    }
}

fn edges(c: &Comparison) -> (String, String) {
    (format!("{} ({})", c.from.0, c.from.1), format!("{} ({})", c.to.0, c.to.1))
}

fn waterfall(c: &Comparison, title: String) -> Chart {
    let (from, to) = edges(c);
    let mut steps: Vec<(String, Exact)> =
        c.effects.iter().filter(|e| !e.amount.is_zero()).map(|e| (e.label.clone(), e.amount.clone())).collect();
    steps.push(("Résidu".to_owned(), c.residual()));
    let drawing = Drawing::Waterfall { start: (from, c.start.clone()), steps, end: (to, c.end.clone()) };
    // Cents would not be read on a drawing.
    let decimals = if c.unit == "€" { 0 } else { c.decimals };
    Chart { title, unit: c.unit.clone(), decimals, drawing }
}

fn table(c: &Comparison, title: String) -> Table {
    let members = || c.level.iter().flat_map(|l| &l.members);
    let column = |member: &str| Column {
        measure: c.measure.clone(),
        unit: c.unit.clone(),
        decimals: c.decimals,
        member: member.to_owned(),
        ..Column::default()
    };
    let edge = |label: String, whole: &Exact, of: fn(&ComparedMember) -> &Exact| Row {
        level: "total".to_owned(),
        depth: 0,
        code: String::new(),
        label,
        cells: [Cell::Number(whole.clone())].into_iter().chain(members().map(|m| Cell::Number(of(m).clone()))).collect(),
    };
    let (from, to) = edges(c);
    let mut rows = vec![edge(from, &c.start, |m| &m.start)];
    for effect in &c.effects {
        let own = members().map(|m| effect.members.get(&m.code).cloned().unwrap_or(Exact::ZERO));
        rows.push(Row {
            level: "effet".to_owned(),
            depth: 1,
            code: effect.key.clone(),
            label: effect.label.clone(),
            cells: [effect.amount.clone()].into_iter().chain(own).map(Cell::Number).collect(),
        });
    }
    let nothing = members().map(|_| Exact::ZERO);
    rows.push(Row {
        level: "effet".to_owned(),
        depth: 1,
        code: "residu".to_owned(),
        label: "Résidu".to_owned(),
        cells: [c.residual()].into_iter().chain(nothing).map(Cell::Number).collect(),
    });
    rows.push(edge(to, &c.end, |m| &m.end));
    Table { title, columns: [column("")].into_iter().chain(members().map(|m| column(&m.code))).collect(), rows }
}
