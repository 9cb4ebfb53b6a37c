//! `cadrage pourquoi`: the stack of sentences behind a value, and which one prevails.

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
        Format::Table => output::data(&found.text()),
        Format::Csv | Format::CsvBrut => {
            let separator = if context.common.format == Format::Csv { ";" } else { "," };
            output::data(&csv(&found, separator));
        }
    }
    Ok(DONE)
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
