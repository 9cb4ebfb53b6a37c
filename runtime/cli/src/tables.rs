//! A computed report as text: a table for each measure, cut into blocks of columns that fit the terminal; CSV one cell a line; JSON.

use std::fmt::Write as _;

use cadrage_session::{ReportHeading, ReportRow, ReportTable};
use cadrage_value::Exact;

use crate::arguments::Format;
use crate::csv::cell;

/// Columns of the terminal; 80 when nothing says.
pub(crate) fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|w| *w >= 40).unwrap_or(80)
}

/// A report in the form asked for.
pub(crate) fn report(table: &ReportTable, format: Format, width: usize) -> String {
    match format {
        Format::Table => text(table, width),
        Format::Csv => csv(table, ';', ','),
        Format::CsvBrut => csv(table, ',', '.'),
        Format::Json => json(table),
    }
}

fn text(t: &ReportTable, width: usize) -> String {
    let mut out = format!("{} — {}\n", t.name, t.label);
    let scenarios = several(t.columns.iter().map(|c| c.scenario.as_str()));
    if !scenarios && let Some(first) = t.columns.first() {
        let _ = writeln!(out, "scénario {}", first.scenario);
    }
    let label = t.rows.iter().map(|r| indented(r).chars().count()).max().unwrap_or(5).clamp(5, 28);
    for (m, (measure, unit, digits)) in t.measures.iter().enumerate() {
        let cells: Vec<Vec<String>> = t
            .rows
            .iter()
            .map(|r| r.values.get(m).map_or_else(Vec::new, |v| v.iter().map(|x| shown(x.as_ref(), *digits)).collect()))
            .collect();
        let headings: Vec<Vec<String>> = t.columns.iter().map(|c| heading(c, scenarios)).collect();
        let widths: Vec<usize> = headings
            .iter()
            .enumerate()
            .map(|(k, h)| {
                let body = cells.iter().filter_map(|row| row.get(k)).map(|c| c.chars().count());
                h.iter().map(|line| line.chars().count()).chain(body).max().unwrap_or(1)
            })
            .collect();
        let _ = writeln!(out, "\n{measure} ({unit})");
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
            for line in 0..headings.first().map_or(0, Vec::len) {
                let mut row = " ".repeat(label + 2);
                for k in from..to {
                    let word = headings.get(k).and_then(|h| h.get(line)).map_or("", String::as_str);
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
    out
}

fn several<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    let first = names.next();
    names.any(|n| Some(n) != first)
}

fn pad(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.chars().count()))
}

fn indented(r: &ReportRow) -> String {
    format!("{}{}", "  ".repeat(r.depth), r.label)
}

/// The lines above a column: scenario when there are several, period, members.
fn heading(c: &ReportHeading, scenarios: bool) -> Vec<String> {
    let mut out = Vec::new();
    if scenarios {
        out.push(c.scenario.clone());
    }
    out.push(c.period.label());
    if !c.split.is_empty() {
        out.push(c.split.clone());
    }
    out
}

/// « – » where the measure is sans objet.
fn shown(x: Option<&Exact>, digits: u32) -> String {
    x.map_or_else(|| "–".to_owned(), |x| x.to_french(digits))
}

fn csv(t: &ReportTable, separator: char, decimal: char) -> String {
    let s = separator.to_string();
    let mut out = ["niveau", "code", "libelle", "scenario", "periode", "membre", "mesure", "valeur"].join(&s);
    out.push('\n');
    for (row, m, c, x) in cells(t) {
        let value = x.map_or_else(String::new, |x| x.to_plain(6).replace('.', &decimal.to_string()));
        let period = c.period.label();
        let line = [&row.level, &row.code, &row.label, &c.scenario, &period, &c.split, m, &value].map(|text| cell(text, &s));
        out.push_str(&line.join(&s));
        out.push('\n');
    }
    out
}

fn json(t: &ReportTable) -> String {
    let values: Vec<serde_json::Value> = cells(t)
        .map(|(row, m, c, x)| {
            serde_json::json!({
                "niveau": row.level, "code": row.code, "libelle": row.label, "scenario": c.scenario, "periode": c.period.label(),
                "membre": c.split, "mesure": m, "valeur": x.map(|x| x.to_plain(6)),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::json!({"restitution": t.name, "libelle": t.label, "cellules": values}))
}

fn cells(t: &ReportTable) -> impl Iterator<Item = (&ReportRow, &String, &ReportHeading, Option<&Exact>)> {
    t.rows.iter().flat_map(move |row| {
        t.measures
            .iter()
            .zip(&row.values)
            .flat_map(move |((m, _, _), values)| t.columns.iter().zip(values).map(move |(c, x)| (row, m, c, x.as_ref())))
    })
}
