//! `cadrage vérifier`: all diagnostics of all scripts; `--corriger` first applies what leaves no doubt.

use std::path::PathBuf;

use cadrage_session::{CorrectedFile, diagnostics_json};

use super::{Context, DONE, WRONG};
use crate::arguments::Format;
use crate::output;

pub(crate) fn run(context: &Context, files: &[PathBuf], correct: bool) -> Result<u8, u8> {
    let mut workspace = context.open(files)?;
    if correct {
        let corrected = workspace.correct().map_err(|e| context.refuse(&e))?;
        context.say(&told(&corrected));
    }
    if context.common.format == Format::Json {
        let compiled = context.checked(&mut workspace)?;
        output::data(&format!("{:#}\n", diagnostics_json(&compiled.diagnostics, &compiled.sources)));
        return if compiled.is_sound() { Ok(DONE) } else { Err(WRONG) };
    }
    let compiled = context.checked(&mut workspace)?;
    context.drawing().diagnostics(&compiled.diagnostics, &compiled.sources);
    context.drawing().count(&compiled.diagnostics);
    if !compiled.is_sound() {
        return Err(WRONG);
    }
    context.say(&format!(
        "{} modules, {} constantes et hypothèses, {} formules, {} scénarios, {} tests",
        compiled.model.modules.len(),
        compiled.model.parameters.len(),
        compiled.model.formulas.len(),
        compiled.model.scenarios.len(),
        compiled.model.tests.len()
    ));
    Ok(DONE)
}

/// What was changed, file by file.
fn told(corrected: &[CorrectedFile]) -> String {
    if corrected.is_empty() {
        return "rien à corriger sans hésitation".to_owned();
    }
    let mut lines = Vec::new();
    for file in corrected {
        let n = file.correction.replaced.len();
        match &file.refused {
            Some(why) => lines.push(format!("{} : laissé tel quel ; {why}", file.correction.name)),
            None => lines.push(format!("{} : {n} correction{}", file.correction.name, if n > 1 { "s" } else { "" })),
        }
        if file.refused.is_none() {
            lines.extend(file.correction.replaced.iter().map(|r| {
                let change = match (r.before.as_str(), r.after.as_str()) {
                    ("", after) => format!("`{after}` ajouté"),
                    (before, "") => format!("`{before}` retiré"),
                    (before, after) => format!("`{before}` devient `{after}`"),
                };
                format!("  ligne {:<4} [{}] {change}", r.line, r.code.name())
            }));
        }
    }
    lines.join("\n")
}
