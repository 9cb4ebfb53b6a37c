//! `cadrage importer`: deliveries, each whole or not at all, and their compte rendu.

use std::path::{Path, PathBuf};

use cadrage_session::LoadReport;

use super::{Context, DONE, MACHINE, MISUSE, Progress};
use crate::arguments::Format;
use crate::output;

pub(crate) fn run(context: &Context, deliveries: &[PathBuf], dry: bool, written: Option<&Path>) -> Result<u8, u8> {
    let form = written.map(form_of).transpose()?;
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
    let mut reports = Vec::new();
    let short = named.len() > 1 || written.is_some();
    let mut show = |report: &LoadReport| {
        if context.common.format == Format::Table {
            output::data(&if short { format!("{}\n", super::line(report).trim_start()) } else { report.text() });
        }
        reports.push(report.clone());
    };
    let done = if dry {
        workspace.loader().and_then(|dossier| {
            named.iter().try_for_each(|delivery| dossier.check(delivery, &mut |_, _, _| {}).map(|report| show(&report)))
        })
    } else {
        Progress::new(named.len(), context.common.silencieux).load_all(&mut workspace, &named, &mut show)
    };
    let failed = done.err().map(|e| context.refuse(&e));
    if context.common.format != Format::Table {
        output::data(&page(&reports, context.common.format));
    }
    // What was loaded before a refusal has its page too.
    if let (Some(path), Some(form)) = (written, form) {
        if let Err(e) = std::fs::write(path, form(&reports)) {
            eprintln!("cadrage : `{}` ne s'écrit pas ({e})", path.display());
            return Err(MACHINE);
        }
        context.say(&format!("compte rendu écrit dans `{}`", path.display()));
    }
    failed.map_or(Ok(DONE), Err)
}

/// Proposes the interface that would read a file; what is not sure is said in comments.
pub(crate) fn guess(context: &Context, file: &Path, kind: Option<&str>) -> Result<u8, u8> {
    let inside = context.dossier.join(file);
    let path = if file.is_file() { file } else { inside.as_path() };
    if !path.is_file() {
        eprintln!("cadrage : `{}` n'est pas un fichier", file.display());
        return Err(MISUSE);
    }
    let text = cadrage_session::draft_interface(path, kind).map_err(|e| context.refuse(&e))?;
    output::data(&text);
    context.say("relisez les lignes « à vérifier », copiez ce bloc dans un script du dossier, puis `cadrage vérifier`");
    Ok(DONE)
}

/// How the comptes rendus are written in a file of that name.
fn form_of(path: &Path) -> Result<fn(&[LoadReport]) -> String, u8> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("html" | "htm") => Ok(LoadReport::html),
        Some("csv") => Ok(|reports| page(reports, Format::Csv)),
        Some("json") => Ok(|reports| page(reports, Format::Json)),
        Some("txt") => Ok(|reports| page(reports, Format::Table)),
        _ => {
            eprintln!("cadrage : `{}` : un compte rendu s'écrit en .html, .csv, .json ou .txt", path.display());
            Err(MISUSE)
        }
    }
}

/// Comptes rendus one after the other; one alone is an object of its own in JSON.
fn page(reports: &[LoadReport], format: Format) -> String {
    match format {
        Format::Table => reports.iter().map(LoadReport::text).collect::<Vec<_>>().join("\n"),
        Format::Csv | Format::CsvBrut => reports
            .iter()
            .enumerate()
            .map(|(k, report)| {
                let csv = report.csv();
                // One header for all.
                if k == 0 { csv } else { csv.split_once('\n').map_or_else(String::new, |(_, rows)| rows.to_owned()) }
            })
            .collect(),
        Format::Json => {
            let value = match reports {
                [one] => one.json(),
                many => many.iter().map(LoadReport::json).collect(),
            };
            format!("{value:#}\n")
        }
    }
}
