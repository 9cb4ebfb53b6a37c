//! `cadrage restituer`: one declared report, as a table, CSV or JSON.

use std::path::PathBuf;

use cadrage_interpreter::Interpreter;
use cadrage_session::RunError;

use super::{Context, DONE, WRONG};
use crate::{output, tables};

pub(crate) fn run(context: &Context, name: &str, scenarios: &[String], extra: &[PathBuf]) -> Result<u8, u8> {
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let table = workspace.report(&compiled, name, scenarios, &Interpreter).map_err(|e| match e {
        RunError::Diagnostics(list) => {
            context.drawing().diagnostics(&list, &compiled.sources);
            WRONG
        }
        RunError::Cube(e) => context.refuse(&e),
    })?;
    output::data(&tables::report(&table, context.common.format, tables::width()));
    Ok(DONE)
}
