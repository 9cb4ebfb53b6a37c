//! `cadrage restituer`: one declared report, on the output, in the file it declares, or in the one asked for.

use std::path::{Path, PathBuf};

use cadrage_driver::fold;
use cadrage_export::{Document, Form, Reader, csv, json, text, write_whole};
use cadrage_session::Compiled;
use cadrage_source::{Code, Diagnostic, Spanned};

use super::{Context, DONE, MACHINE, WRONG};
use crate::arguments::Format;
use crate::{files, output};

pub(crate) fn run(
    context: &Context,
    name: &str,
    scenarios: &[String],
    engine: &str,
    extra: &[PathBuf],
    target: Option<&Path>,
) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let form = target.map(|path| files::form(path, context.common.format)).transpose()?;
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let found = context.wait(name, |_| workspace.report_document(&compiled, name, scenarios, &*backend));
    let (document, shown_of) = found.map_err(|e| context.run_refused(&e, &compiled))?;
    context.moved_back(&workspace, |name| shown_of.iter().any(|shown| shown == name));
    if let (Some(path), Some(form)) = (target, form) {
        files::write(context, path, form, &document)?;
        return Ok(DONE);
    }
    output::data(&shown(&document, context.common.format));
    let declared = compiled.model.reports.iter().find(|r| fold(&r.name) == fold(name)).and_then(|r| r.export.as_ref());
    if let Some(path) = declared {
        export(context, &compiled, path, &document)?;
    }
    Ok(DONE)
}

/// On the output, in the form asked for.
fn shown(document: &Document, format: Format) -> String {
    match format {
        Format::Table => text(document, output::width()),
        Format::Csv => csv(document, Reader::Person),
        Format::CsvBrut => csv(document, Reader::Program),
        Format::Json => json(document),
    }
}

/// Writes the file that the report declares, in the dossier; folders on its way are made.
fn export(context: &Context, compiled: &Compiled, declared: &Spanned<String>, document: &Document) -> Result<(), u8> {
    let refused = |why: String, help: &str, code: u8| {
        let diagnostic = Diagnostic::new(Code::V21, format!("`{}` ne s'écrit pas : {why}", declared.value), declared.span);
        context.drawing().diagnostics(&[diagnostic.help(help)], &compiled.sources);
        code
    };
    let path = context.dossier.join(&declared.value);
    // The checker refuses other forms.
    let Some(form) = Form::of(&path) else {
        return Err(refused("cette forme de fichier n'est pas connue".to_owned(), Form::EXTENSIONS, WRONG));
    };
    let elsewhere = "choisissez une autre forme, ou `--sortie fichier.csv`";
    let bytes = form.bytes(document).map_err(|e| refused(e.why, elsewhere, WRONG))?;
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    folder
        .and_then(|()| write_whole(&path, &bytes))
        .map_err(|e| refused(files::why(&e), "changez `exporter`, ou donnez un fichier par `--sortie`", MACHINE))?;
    context.say(&format!("  écrit : {}", path.display()));
    Ok(())
}
