//! `cadrage contrôler`: scenarios against their envelopes.

use std::path::PathBuf;

use cadrage_driver::fold;
use cadrage_session::{CeilingRow, Phases};

use super::{BREACHED, Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::{ceilings, output};

pub(crate) fn run(context: &Context, scenarios: &[String], detail: Option<&str>, engine: &str, extra: &[PathBuf]) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let envelopes = &compiled.model.envelopes;
    if envelopes.is_empty() {
        context.say("aucune enveloppe dans ce dossier : écrivez `enveloppe … sur etpt : exercice 2026 : … contrôle en moyenne fin`");
    }
    if let Some(name) = detail
        && !envelopes.iter().any(|e| fold(&e.name) == fold(name))
    {
        let known: Vec<&str> = envelopes.iter().map(|e| e.name.as_str()).collect();
        eprintln!("cadrage : l'enveloppe `{name}` est inconnue ; enveloppes : {}", known.join(", "));
        return Err(MISUSE);
    }
    let mut all: Vec<(String, Vec<CeilingRow>)> = Vec::new();
    for name in super::calculer::names(&compiled, scenarios, extra)? {
        let (projection, mut rows) =
            workspace.ceilings(&compiled, &name, &*backend, &mut Phases::unheeded()).map_err(|e| context.run_refused(&e, &compiled))?;
        rows.retain(|row| detail.is_none_or(|name| fold(&row.envelope) == fold(name)));
        all.push((projection.scenario, rows));
    }
    let text = match context.common.format {
        Format::Table => {
            let pages = all.iter().map(|(scenario, rows)| match detail {
                Some(_) => ceilings::months(scenario, rows),
                None => ceilings::table(scenario, rows),
            });
            pages.collect::<Vec<_>>().join("\n")
        }
        Format::Csv => ceilings::csv(&all, ";", ','),
        Format::CsvBrut => ceilings::csv(&all, ",", '.'),
        Format::Json => {
            let value: Vec<_> =
                all.iter().map(|(scenario, rows)| serde_json::json!({"scenario": scenario, "enveloppes": ceilings::json(rows)})).collect();
            format!("{:#}\n", serde_json::Value::Array(value))
        }
    };
    output::data(&text);
    Ok(if all.iter().any(|(_, rows)| ceilings::blocked(rows)) { BREACHED } else { DONE })
}
