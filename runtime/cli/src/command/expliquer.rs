//! `cadrage expliquer`: where a figure comes from, as the tree of its sentences or as what contributes to it.

use std::path::{Path, PathBuf};

use cadrage_export::Reader;
use cadrage_session::{Compiled, ExplainRequest, Explanation, MOST_CONTRIBUTORS, declared_explanations, explanations_document};

use super::{Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::{files, output};

/// What messages call the words of the command line.
const TYPED: &str = "ligne de commande";

/// What is asked for.
pub(crate) struct Asked {
    /// Words of the question; none = the `expliquer` of the scripts.
    pub(crate) words: Vec<String>,
    pub(crate) scenario: Option<String>,
    pub(crate) au_plus: Option<usize>,
}

pub(crate) fn run(context: &Context, asked: &Asked, engine: &str, extra: &[PathBuf], target: Option<&Path>) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let form = target.map(|path| files::form(path, context.common.format)).transpose()?;
    let mut workspace = context.open(extra)?;
    let question = asked.words.join(" ");
    if !question.is_empty() {
        workspace.type_scripts(vec![(TYPED.to_owned(), format!("expliquer {question}\n"))]);
    }
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let mut requests = wanted(&compiled, !question.is_empty(), extra);
    if requests.is_empty() {
        eprintln!(
            "cadrage : aucun `expliquer` dans ce dossier ; dites lequel : `cadrage expliquer \"masse_salariale pour composante SCIENCES en 12/2026\"`"
        );
        return Err(MISUSE);
    }
    let mut all = Vec::new();
    for request in &mut requests {
        request.scenario.clone_from(&asked.scenario);
        request.most = asked.au_plus.unwrap_or(MOST_CONTRIBUTORS);
        let found = context.wait("explication", |_| workspace.explain(&compiled, request, &*backend));
        all.push(found.map_err(|e| context.run_refused(&e, &compiled))?);
    }
    context.moved_back(&workspace, |name| all.iter().any(|e| e.scenarios.iter().any(|s| s == name)));
    let document = || explanations_document(&all);
    match (target, form) {
        (Some(path), Some(cadrage_export::Form::Json)) => files::put(context, path, json(&all, !question.is_empty()).as_bytes())?,
        (Some(path), Some(form)) => files::write(context, path, form, &document())?,
        _ => output::data(&match context.common.format {
            Format::Table => all.iter().map(text).collect::<Vec<_>>().join("\n"),
            Format::Json => json(&all, !question.is_empty()),
            Format::Csv => cadrage_export::csv(&document(), Reader::Person),
            Format::CsvBrut => cadrage_export::csv(&document(), Reader::Program),
        }),
    }
    Ok(DONE)
}

/// What was typed; else the explanations of a script named on the command line, when it has any; else those of the dossier.
fn wanted(compiled: &Compiled, typed: bool, extra: &[PathBuf]) -> Vec<ExplainRequest> {
    let all = declared_explanations(compiled, None);
    let name = |r: &ExplainRequest| compiled.sources.get(r.span.file).map_or("", |f| f.name.as_str()) == TYPED;
    if typed {
        return all.into_iter().filter(name).collect();
    }
    let named: Vec<ExplainRequest> =
        all.iter().filter(|r| extra.iter().any(|path| super::calculer::is_in(compiled, r.span.file, path))).cloned().collect();
    if named.is_empty() { all } else { named }
}

fn text(e: &Explanation) -> String {
    format!("{}\n{}\n", e.question, e.lines(output::width()).join("\n"))
}

/// One asked for is one object; those of a dossier are a list.
fn json(all: &[Explanation], typed: bool) -> String {
    let mut objects: Vec<serde_json::Value> = all.iter().map(Explanation::json).collect();
    let value = if typed { objects.pop().unwrap_or_default() } else { serde_json::Value::Array(objects) };
    format!("{value:#}\n")
}
