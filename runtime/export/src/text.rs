//! Terminal: a block for each measure, cut into blocks of columns that fit.

use std::fmt::Write as _;

use crate::model::{Column, Document, Row, Table};

/// A document as text of at most `width` columns where a label and one column fit.
#[must_use]
pub fn text(document: &Document, width: usize) -> String {
    let mut out = format!("{} — {}\n", document.name, document.title);
    for note in &document.notes {
        let _ = writeln!(out, "{note}");
    }
    for table in &document.tables {
        if document.tables.len() > 1 {
            let _ = writeln!(out, "\n{}", table.title);
        }
        write(&mut out, table, width);
    }
    out
}

/// A table alone, likewise.
#[must_use]
pub fn rows(table: &Table, width: usize) -> String {
    let mut out = String::new();
    write(&mut out, table, width);
    out
}

fn write(out: &mut String, t: &Table, width: usize) {
    let scenarios = t.several_scenarios();
    let label = t.rows.iter().map(|r| indented(r).chars().count()).max().unwrap_or(5).clamp(5, (width / 2).clamp(8, 28));
    for group in t.groups() {
        let columns: Vec<&Column> = t.columns.get(group.clone()).into_iter().flatten().collect();
        let cells: Vec<Vec<String>> = t
            .rows
            .iter()
            .map(|row| columns.iter().zip(row.cells.get(group.clone()).into_iter().flatten()).map(|(c, x)| x.shown(c.decimals)).collect())
            .collect();
        let headings: Vec<Vec<&str>> = columns.iter().map(|c| c.heading(scenarios)).collect();
        let widths: Vec<usize> = headings
            .iter()
            .enumerate()
            .map(|(k, h)| {
                let body = cells.iter().filter_map(|row| row.get(k)).map(|c| c.chars().count());
                h.iter().map(|line| line.chars().count()).chain(body).max().unwrap_or(1)
            })
            .collect();
        let _ = writeln!(out, "\n{}", columns.first().map(|c| c.title()).unwrap_or_default());
        let mut from = 0;
        while from < widths.len() {
            let mut used = label + 2;
            let mut to = from;
            while to < widths.len() && (to == from || used + widths.get(to).copied().unwrap_or(0) + 2 <= width) {
                used += widths.get(to).copied().unwrap_or(0) + 2;
                to += 1;
            }
            if from > 0 {
                out.push('\n');
            }
            for line in 0..headings.iter().map(Vec::len).max().unwrap_or(0) {
                let mut row = " ".repeat(label + 2);
                for k in from..to {
                    let word = headings.get(k).and_then(|h| h.get(line)).copied().unwrap_or("");
                    let _ = write!(row, "  {}{word}", pad(word, widths.get(k).copied().unwrap_or(0)));
                }
                let _ = writeln!(out, "{}", row.trim_end());
            }
            for (r, row) in t.rows.iter().zip(&cells) {
                let name: String = indented(r).chars().take(label).collect();
                let _ = write!(out, "  {name}{}", pad(&name, label));
                for k in from..to {
                    let cell = row.get(k).map_or("", String::as_str);
                    let _ = write!(out, "  {}{cell}", pad(cell, widths.get(k).copied().unwrap_or(0)));
                }
                out.push('\n');
            }
            from = to;
        }
    }
}

fn pad(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.chars().count()))
}

fn indented(r: &Row) -> String {
    format!("{}{}", "  ".repeat(r.depth), r.label)
}
