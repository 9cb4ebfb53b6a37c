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
    let program = &compiled.program;
    let text = match emit(&compiled, stage) {
        Some(text) => text,
        None if fold(stage) == "machine" => cadrage_jit::listing(program).map_err(|why| {
            eprintln!("cadrage : pas de code machine sur cette machine ({why}) ; l'interprète donne les mêmes chiffres");
            MISUSE
        })?,
        None => format!("{}compilation\n{}", cadrage_engine::describe(program), cadrage_jit::plan(program)),
    };
    output::data(&text);
    Ok(DONE)
}
