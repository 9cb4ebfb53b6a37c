//! `cadrage restituer`: one declared report, as a table, CSV or JSON, on the output or in a file.

use std::path::{Path, PathBuf};

use cadrage_driver::fold;

use super::{Context, DONE, MACHINE, MISUSE};
use crate::arguments::Format;
use crate::{output, tables};

pub(crate) fn run(
    context: &Context,
    name: &str,
    scenarios: &[String],
    engine: &str,
    extra: &[PathBuf],
    target: Option<&Path>,
) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let format = target.map_or(Ok(context.common.format), |path| written_as(path, context.common.format))?;
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let table = workspace.report(&compiled, name, scenarios, &*backend).map_err(|e| context.run_refused(&e, &compiled))?;
    context.moved_back(&workspace, |name| table.columns.iter().any(|c| c.scenario == name));
    let text = tables::report(&table, format, tables::width());
    match target {
        Some(path) => {
            std::fs::write(path, text).map_err(|e| {
                eprintln!("cadrage : `{}` ne s'écrit pas : {e} ; choisissez un autre fichier", path.display());
                MACHINE
            })?;
            context.say(&format!("  écrit : {}", path.display()));
        }
        None => {
            output::data(&text);
            let declared = compiled.model.reports.iter().find(|r| fold(&r.name) == fold(name)).and_then(|r| r.export.as_deref());
            if let Some(file) = declared {
                context.say(&format!("  note : `exporter \"{file}\"` ; les classeurs ne s'écrivent pas encore, `--sortie fichier.csv` si"));
            }
        }
    }
    Ok(DONE)
}

/// The form that a file's extension asks for; CSV for people unless `--format csv-brut` says otherwise.
fn written_as(path: &Path, asked: Format) -> Result<Format, u8> {
    match path.extension().and_then(|x| x.to_str()) {
        Some("csv") if asked == Format::CsvBrut => Ok(Format::CsvBrut),
        Some("csv") => Ok(Format::Csv),
        Some("json") => Ok(Format::Json),
        _ => {
            eprintln!("cadrage : `{}` : une restitution s'écrit en .csv ou en .json", path.display());
            Err(MISUSE)
        }
    }
}
