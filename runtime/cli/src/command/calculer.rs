//! `cadrage calculer`: the main job.

use std::path::{Path, PathBuf};
use std::time::Instant;

use cadrage_session::{Compiled, Phase, Phases, Summary};

use super::{BREACHED, Context, DONE, WRONG};
use crate::arguments::Format;
use crate::{chrono, output};

pub(crate) fn run(context: &Context, scenarios: &[String], timed: bool, engine: &str, extra: &[PathBuf]) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let mut phases = Phases::measured();
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let names = names(&compiled, scenarios, extra)?;
    let mut json = Vec::new();
    let mut blocked = false;
    for (k, name) in names.iter().enumerate() {
        let begun = Instant::now();
        let found = context.wait(name, |waiting| {
            phases.tell(waiting.listener());
            phases.step(name.as_str());
            workspace.ceilings(&compiled, name, &*backend, &mut phases)
        });
        let (projection, ceilings) = found.map_err(|e| context.run_refused(&e, &compiled))?;
        let summary = Summary::of(&projection);
        phases.enter(Phase::Writing);
        // What moved in validated months was said with the deliveries.
        for alert in projection.alerts.iter().filter(|a| a.code != "I13") {
            context.say(&format!("  note [{}] {}", alert.code, alert.message));
        }
        let spent = begun.elapsed().as_millis();
        if context.common.format == Format::Json {
            let mut value = summary.json(backend.name(), spent, &projection.alerts);
            if let Some(object) = value.as_object_mut() {
                object.insert("enveloppes".to_owned(), crate::ceilings::json(&ceilings));
            }
            json.push(value);
        } else {
            let separator = if k > 0 && context.common.format == Format::Table { "\n" } else { "" };
            output::data(&format!("{separator}{}", output::summary(&summary, context.common.format)));
            if context.common.format == Format::Table {
                output::data(&crate::ceilings::brief(&ceilings));
            }
        }
        blocked |= crate::ceilings::blocked(&ceilings);
    }
    phases.enter(Phase::Writing);
    if context.common.format == Format::Json {
        // One scenario is one object, several are an array (cli.md).
        let value = match <[serde_json::Value; 1]>::try_from(json) {
            Ok([one]) => one,
            Err(many) => serde_json::Value::Array(many),
        };
        output::data(&format!("{value:#}\n"));
    }
    if timed {
        eprint!("{}", chrono::table(&phases.spent(), chrono::peak()));
    }
    Ok(if blocked { BREACHED } else { DONE })
}

/// The scenarios asked for: those named, else those of the scripts named, else all.
pub(super) fn names(compiled: &Compiled, scenarios: &[String], extra: &[PathBuf]) -> Result<Vec<String>, u8> {
    let own = |s: &&cadrage_driver::Scenario| extra.is_empty() || extra.iter().any(|path| is_in(compiled, s.span.file, path));
    let names: Vec<String> = if scenarios.is_empty() {
        compiled.model.scenarios.iter().filter(own).map(|s| s.name.clone()).collect()
    } else {
        scenarios.to_vec()
    };
    if names.is_empty() {
        eprintln!("cadrage : aucun scénario dans ce dossier ; écrivez un bloc `scénario … : … fin`");
        return Err(WRONG);
    }
    Ok(names)
}

/// Is a source the script at this path?
pub(super) fn is_in(compiled: &Compiled, file: cadrage_source::FileId, path: &Path) -> bool {
    compiled.sources.get(file).is_some_and(|f| Path::new(&f.name) == path || path.ends_with(&f.name))
}
