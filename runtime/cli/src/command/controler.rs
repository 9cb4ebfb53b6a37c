//! `cadrage contrôler`: scenarios against their envelopes.

use std::path::{Path, PathBuf};

use cadrage_driver::fold;
use cadrage_export::{Form, Reader};
use cadrage_session::{CeilingRow, NO_ENVELOPE, Phases, ScenarioCeilings, ceilings_document};

use super::{BREACHED, Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::{ceilings, files, output};

pub(crate) fn run(
    context: &Context,
    scenarios: &[String],
    detail: Option<&str>,
    engine: &str,
    extra: &[PathBuf],
    target: Option<&Path>,
) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let form = target.map(|path| files::form(path, context.common.format)).transpose()?;
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let envelopes = &compiled.model.envelopes;
    let names = super::calculer::names(&compiled, scenarios, extra)?;
    if envelopes.is_empty() {
        NO_ENVELOPE.into_iter().for_each(|line| context.say(line));
        // Nothing to run; programs still get their empty list.
        if target.is_some() || context.common.format == Format::Table {
            return Ok(DONE);
        }
    }
    if let Some(name) = detail
        && !envelopes.iter().any(|e| fold(&e.name) == fold(name))
    {
        let known: Vec<&str> = envelopes.iter().map(|e| e.name.as_str()).collect();
        eprintln!("cadrage : l'enveloppe `{name}` est inconnue ; enveloppes : {}", known.join(", "));
        return Err(MISUSE);
    }
    let mut all: Vec<ScenarioCeilings> = Vec::new();
    for name in names.into_iter().filter(|_| !envelopes.is_empty()) {
        let found = context.wait(&name, |waiting| {
            let mut phases = Phases::unheeded();
            phases.tell(waiting.listener());
            phases.step(name.as_str());
            workspace.ceilings(&compiled, &name, &*backend, &mut phases)
        });
        let (projection, mut rows) = found.map_err(|e| context.run_refused(&e, &compiled))?;
        rows.retain(|row| detail.is_none_or(|name| fold(&row.envelope) == fold(name)));
        all.push((projection.scenario, projection.last, rows));
    }
    let breached = if all.iter().any(|(_, _, rows)| ceilings::blocked(rows)) { BREACHED } else { DONE };
    let flat: Vec<(String, Vec<CeilingRow>)> = all.iter().map(|(scenario, _, rows)| (scenario.clone(), rows.clone())).collect();
    if let (Some(path), Some(form)) = (target, form) {
        match form {
            // One row for an envelope, as on the output.
            Form::Csv(Reader::Person) => files::put(context, path, ceilings::csv(&flat, ";", ',').as_bytes())?,
            Form::Csv(Reader::Program) => files::put(context, path, ceilings::csv(&flat, ",", '.').as_bytes())?,
            Form::Json => files::put(context, path, json(&flat).as_bytes())?,
            _ => files::write(context, path, form, &ceilings_document(&all, envelopes))?,
        }
        return Ok(breached);
    }
    let text = match context.common.format {
        Format::Table => {
            let pages = flat.iter().map(|(scenario, rows)| match detail {
                Some(_) => ceilings::months(scenario, rows),
                None => ceilings::table(scenario, rows),
            });
            pages.collect::<Vec<_>>().join("\n")
        }
        Format::Csv => ceilings::csv(&flat, ";", ','),
        Format::CsvBrut => ceilings::csv(&flat, ",", '.'),
        Format::Json => json(&flat),
    };
    output::data(&text);
    Ok(breached)
}

fn json(all: &[(String, Vec<CeilingRow>)]) -> String {
    let value = all.iter().map(|(scenario, rows)| serde_json::json!({"scenario": scenario, "enveloppes": ceilings::json(rows)}));
    format!("{:#}\n", serde_json::Value::Array(value.collect()))
}
