//! `cadrage pourquoi`: the stack of sentences behind a value, and which one prevails.

use std::fmt::Write as _;

use cadrage_session::{Why, why};

use super::{Context, DONE, WRONG};
use crate::arguments::Format;
use crate::csv::quoted;
use crate::output;

pub(crate) fn run(context: &Context, name: &str, scenario: Option<&str>, month: Option<&str>) -> Result<u8, u8> {
    let month = crate::months::option("--en", month)?;
    let mut workspace = context.open(&[])?;
    let compiled = context.compile(&mut workspace)?;
    let found = why(&compiled, name, scenario, month).map_err(|d| {
        context.drawing().diagnostics(&[d], &compiled.sources);
        WRONG
    })?;
    context.moved_back(&workspace, |name| found.scenario.as_deref() == Some(name));
    match context.common.format {
        Format::Json => output::data(&format!("{:#}\n", found.json())),
        Format::Table => output::data(&table(&found)),
        Format::Csv | Format::CsvBrut => {
            let separator = if context.common.format == Format::Csv { ";" } else { "," };
            output::data(&csv(&found, separator));
        }
    }
    Ok(DONE)
}

fn table(w: &Why) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} ({}, {})\n", w.name, w.kind, w.openness);
    let mut layer = "";
    for s in &w.sentences {
        if s.layer != layer {
            let _ = writeln!(out, "  {}", s.layer);
            layer = &s.layer;
        }
        let source = s.source.as_ref().filter(|source| !s.text.contains(source.as_str())).map_or_else(String::new, |s| format!("   {s}"));
        let _ = writeln!(out, "    {:<28} {}{source}", s.place, s.text);
    }
    if w.verdicts.is_empty() {
        return out;
    }
    let when = w.month.map_or_else(String::new, |m| format!(" en {}", m.to_french()));
    let whose = w.scenario.as_ref().map_or_else(|| ", tel que les modules le disent".to_owned(), |s| format!(", dans {s}"));
    let _ = writeln!(out, "\nen vigueur{when}{whose} :");
    for v in &w.verdicts {
        let whom = if v.whom.is_empty() { String::new() } else { format!("{} : ", v.whom) };
        let value = v.value.as_ref().map_or_else(String::new, |v| format!("{v}   "));
        let place = if v.place.is_empty() { String::new() } else { format!("{}   ", v.place) };
        let _ = writeln!(out, "  {whom}{value}{place}\n    {}", v.reason);
    }
    out
}

fn csv(w: &Why, separator: &str) -> String {
    let mut out = ["couche", "lieu", "phrase", "source"].join(separator) + "\n";
    for s in &w.sentences {
        let cells = [&s.layer, &s.place, &s.text, s.source.as_deref().unwrap_or("")].map(quoted);
        out.push_str(&cells.join(separator));
        out.push('\n');
    }
    out
}
