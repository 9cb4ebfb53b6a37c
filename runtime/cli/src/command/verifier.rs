//! `cadrage vérifier`: all diagnostics of all scripts.

use std::path::PathBuf;

use super::{Context, DONE};

pub(crate) fn run(context: &Context, files: &[PathBuf]) -> Result<u8, u8> {
    let mut workspace = context.open(files)?;
    let compiled = context.compile(&mut workspace)?;
    context.drawing().count(&compiled.diagnostics);
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
