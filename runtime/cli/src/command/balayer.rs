//! `cadrage balayer`: measures for each value of a hypothesis or a constant, each number or date of a movement, or each pair of two.

use std::path::{Path, PathBuf};

use cadrage_export::{Form, Reader};
use cadrage_session::{SweepRequest, Swept, declared_sweeps, sweeps_document};

use super::{Context, MISUSE, Trying, of_question};
use crate::arguments::Format;
use crate::{files, output};

/// What is asked for.
pub(crate) struct Asked {
    /// Words of one sentence; none = the `balayer` of the scripts.
    pub(crate) words: Vec<String>,
    pub(crate) exercice: Option<i32>,
}

pub(crate) fn run(context: &Context, asked: &Asked, engine: &str, extra: &[PathBuf], target: Option<&Path>) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let form = target.map(|path| files::form(path, context.common.format)).transpose()?;
    let mut workspace = context.open(extra)?;
    let question = asked.words.join(" ");
    let typed = context.typed(&mut workspace, "balayer", &question);
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let mut requests: Vec<SweepRequest> = of_question(&compiled, declared_sweeps(&compiled, None), |r| r.span, typed, extra);
    if requests.is_empty() {
        eprintln!(
            "cadrage : aucun `balayer` dans ce dossier ; dites lequel : `cadrage balayer \"valeur_du_point dans budget_2027 majorer de 0 % à 3 % pas 0,5 %\"`"
        );
        return Err(MISUSE);
    }
    let stopping = context.stopping();
    let mut all = Vec::new();
    for request in &mut requests {
        if stopping.is_asked() {
            break;
        }
        request.year = asked.exercice.or(request.year);
        let bar = Trying::new(Some(request.axes.iter().map(|a| a.values.len()).product()), context.common.silencieux);
        let mut go_on = |done: usize, _: usize| {
            bar.at(done);
            !stopping.is_asked()
        };
        let found = workspace.sweep(&compiled, request, &*backend, &mut go_on);
        drop(bar);
        all.push(found.map_err(|e| context.run_refused(&e, &compiled))?);
    }
    let document = || sweeps_document(&all);
    match (target, form) {
        (Some(path), Some(Form::Json)) => files::put(context, path, json(&all, typed).as_bytes())?,
        (Some(path), Some(form)) => files::write(context, path, form, &document())?,
        _ => output::data(&match context.common.format {
            Format::Table => all.iter().map(text).collect::<Vec<_>>().join("\n"),
            Format::Json => json(&all, typed),
            Format::Csv => cadrage_export::csv(&document(), Reader::Person),
            Format::CsvBrut => cadrage_export::csv(&document(), Reader::Program),
        }),
    }
    Ok(stopping.code())
}

fn text(s: &Swept) -> String {
    format!("{}\n{}\n", s.question, s.lines(output::width()).join("\n"))
}

/// One asked for is one object; those of a dossier are a list.
fn json(all: &[Swept], typed: bool) -> String {
    let mut objects: Vec<serde_json::Value> = all.iter().map(Swept::json).collect();
    let value = if typed { objects.pop().unwrap_or_default() } else { serde_json::Value::Array(objects) };
    format!("{value:#}\n")
}
