//! `cadrage journal`: who did what, when and why.

use std::fmt::Write as _;

use cadrage_cube::JournalLine;
use cadrage_value::Date;

use super::{Context, DONE};
use crate::arguments::Format;
use crate::csv::cell;
use crate::{output, report};

pub(crate) fn run(context: &Context) -> Result<u8, u8> {
    let mut workspace = context.open(&[])?;
    let lines = workspace.dossier().journal().map_err(|e| context.refuse(&e))?;
    match context.common.format {
        Format::Table => output::data(&table(&lines)),
        Format::Csv => output::data(&csv(&lines, ";")),
        Format::CsvBrut => output::data(&csv(&lines, ",")),
        Format::Json => {
            let line = |l: &JournalLine| serde_json::json!({"quand": l.when, "qui": l.who, "action": l.action, "objet": l.subject, "motif": l.reason});
            output::data(&format!("{:#}\n", lines.iter().map(line).collect::<serde_json::Value>()));
        }
    }
    Ok(DONE)
}

/// `27/11/2026 02:19`.
fn when(text: &str) -> String {
    let (day, hour) = text.split_once(' ').unwrap_or((text, ""));
    let day = Date::parse(day).map_or_else(|| day.to_owned(), Date::to_french);
    format!("{day} {}", hour.get(..5).unwrap_or(hour))
}

fn table(lines: &[JournalLine]) -> String {
    let mut out = String::from("Journal du dossier (temps universel)\n\n");
    if lines.is_empty() {
        out.push_str("  rien n'a été fait\n");
    }
    for l in lines {
        let who = if l.who.is_empty() { "?" } else { &l.who };
        let _ = writeln!(out, "  {}  {:<12} {} {}", when(&l.when), who, l.action, l.subject);
        if !l.reason.is_empty() {
            out.push_str(&report::filled(&l.reason, "                    ", "                    "));
        }
    }
    out
}

fn csv(lines: &[JournalLine], separator: &str) -> String {
    let mut out = ["quand", "qui", "action", "objet", "motif"].join(separator) + "\n";
    for l in lines {
        let cells = [&l.when, &l.who, &l.action, &l.subject, &l.reason].map(|text| cell(text, separator));
        out.push_str(&(cells.join(separator) + "\n"));
    }
    out
}
