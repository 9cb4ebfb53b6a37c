//! `cadrage importer`: deliveries, each whole or not at all, and their compte rendu.

use std::path::PathBuf;

use super::{Context, DONE, MISUSE, Progress};
use crate::arguments::Format;
use crate::output;

pub(crate) fn run(context: &Context, deliveries: &[PathBuf], dry: bool) -> Result<u8, u8> {
    let mut workspace = context.open(&[])?;
    let named = if deliveries.is_empty() {
        let pending = workspace.dossier().pending_deliveries().map_err(|e| context.refuse(&e))?;
        if pending.is_empty() {
            context.say("toutes les livraisons de `livraisons/` sont déjà chargées");
            return Ok(DONE);
        }
        pending
    } else {
        let mut found = Vec::new();
        for d in deliveries {
            let inside = context.dossier.join(d);
            let path = if d.is_dir() { d.clone() } else { inside };
            if !path.is_dir() {
                eprintln!("cadrage : la livraison `{}` n'est pas un dossier", d.display());
                return Err(MISUSE);
            }
            found.push(path);
        }
        found.sort_by_key(|p| p.file_name().map(ToOwned::to_owned));
        found
    };
    let mut bar = Progress::new(named.len(), context.common.silencieux);
    let mut json = Vec::new();
    for delivery in &named {
        let report = if dry { workspace.dossier().check(delivery, &mut |_, _, _| {}) } else { bar.load(&mut workspace, delivery) };
        let report = report.map_err(|e| context.refuse(&e))?;
        match context.common.format {
            Format::Table if named.len() == 1 => output::data(&report.text()),
            Format::Table => output::data(&format!("{}\n", super::line(&report).trim_start())),
            Format::Csv | Format::CsvBrut => output::data(&report.csv()),
            Format::Json => json.push(report.json()),
        }
    }
    if context.common.format == Format::Json {
        let value = match <[serde_json::Value; 1]>::try_from(json) {
            Ok([one]) => one,
            Err(many) => serde_json::Value::Array(many),
        };
        output::data(&format!("{value:#}\n"));
    }
    Ok(DONE)
}
