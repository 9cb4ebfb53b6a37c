//! `cadrage chercher`: the value of a hypothesis or a constant, the number or the date of a movement, that reaches a goal.

use std::path::PathBuf;

use cadrage_session::{SeekRequest, Sought, declared_seeks};

use super::{Context, MISUSE, Trying, of_question};
use crate::arguments::Format;
use crate::output;

/// What is asked for.
pub(crate) struct Asked {
    /// Words of the sentence; none = the `chercher` of the scripts.
    pub(crate) words: Vec<String>,
    pub(crate) bounds: Option<(String, String)>,
    pub(crate) step: Option<String>,
}

pub(crate) fn run(context: &Context, asked: &Asked, engine: &str, extra: &[PathBuf]) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let mut workspace = context.open(extra)?;
    let question = asked.words.join(" ");
    let typed = context.typed(&mut workspace, "chercher", &question);
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let mut requests: Vec<SeekRequest> = of_question(&compiled, declared_seeks(&compiled, None), |r| r.span, typed, extra);
    if requests.is_empty() {
        eprintln!(
            "cadrage : aucun `chercher` dans ce dossier ; dites lequel : `cadrage chercher \"inflation dans budget_2027 tel que masse_salariale sur 2027 = 151 000 000 €\"`"
        );
        return Err(MISUSE);
    }
    let stopping = context.stopping();
    let mut all = Vec::new();
    for request in &mut requests {
        if stopping.is_asked() {
            break;
        }
        let bounds = asked.bounds.as_ref().map(|(a, b)| (a.as_str(), b.as_str()));
        request.within(&compiled, bounds, asked.step.as_deref()).map_err(|e| context.run_refused(&e, &compiled))?;
        let bar = Trying::new(None, context.common.silencieux);
        let found = workspace.seek(&compiled, request, &*backend, &mut |done| {
            bar.at(done);
            !stopping.is_asked()
        });
        drop(bar);
        all.push(found.map_err(|e| context.run_refused(&e, &compiled))?);
    }
    output::data(&match context.common.format {
        Format::Json => {
            let mut objects: Vec<serde_json::Value> = all.iter().map(Sought::json).collect();
            // One asked for is one object; those of a dossier are a list.
            let value = if typed { objects.pop().unwrap_or_default() } else { serde_json::Value::Array(objects) };
            format!("{value:#}\n")
        }
        Format::Csv => csv(&all, ";"),
        Format::CsvBrut => csv(&all, ","),
        Format::Table => {
            all.iter().map(|s| format!("{}\n{}\n", s.question, s.lines(output::width()).join("\n"))).collect::<Vec<_>>().join("\n")
        }
    });
    Ok(stopping.code())
}

/// One row for each end of each answer.
fn csv(all: &[Sought], separator: &str) -> String {
    use cadrage_session::SeekAnswer::{Between, Exactly};
    let cell = |text: &str| crate::csv::cell(text, separator);
    let mut out = ["question", "reponse", "valeur", "mesure", "ecart"].join(separator) + "\n";
    for s in all {
        let near = if s.stopped { "encadre (interrompu)" } else { "voisine" };
        let ends = s.answers.iter().flat_map(|a| match a {
            Exactly(a, b) if a == b => vec![("exacte", a)],
            Exactly(a, b) => vec![("exacte, de", a), ("exacte, à", b)],
            Between(a, b) => vec![(near, a), (near, b)],
        });
        let none = [("aucune, au plus bas", &s.extremes.0), ("aucune, au plus haut", &s.extremes.1)];
        let none = none.into_iter().filter(|_| s.answers.is_empty());
        for (kind, t) in ends.chain(none) {
            let cells = [&s.question, kind, &t.value_text, &t.reached_text, &t.gap_text];
            out.push_str(&(cells.map(cell).join(separator) + "\n"));
        }
    }
    out
}
