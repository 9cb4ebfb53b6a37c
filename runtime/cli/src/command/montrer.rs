//! `cadrage montrer`: any stage of the compiler.

use std::path::PathBuf;

use cadrage_driver::{STAGES, emit, fold};

use super::{Context, DONE, MISUSE};
use crate::output;

pub(crate) fn run(context: &Context, stage: &str, files: &[PathBuf]) -> Result<u8, u8> {
    if !STAGES.iter().any(|(name, _)| fold(name) == fold(stage)) {
        eprintln!("cadrage : l'étape `{stage}` n'existe pas ; étapes :");
        for (name, what) in STAGES {
            eprintln!("  {name:<8} {what}");
        }
        return Err(MISUSE);
    }
    let mut workspace = context.open(files)?;
    let compiled = context.compile(&mut workspace)?;
    let text = emit(&compiled, stage).unwrap_or_else(|| cadrage_engine::describe(&compiled.program));
    output::data(&text);
    Ok(DONE)
}
