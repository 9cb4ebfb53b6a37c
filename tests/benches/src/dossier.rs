//! A dossier that a benchmark works on, and how it is asked to.

use std::path::Path;

use cadrage_session::{Compiled, Workspace};

/// Its cube read, its scripts compiled: what is measured starts after that.
///
/// # Errors
/// What stopped it.
pub(crate) fn opened(folder: &str) -> Result<(Workspace, Compiled), String> {
    let mut workspace = Workspace::open(Path::new(folder), &[]).map_err(|e| format!("{e:?}"))?;
    workspace.import_pending(&mut |_, _, _| {}).map_err(|e| format!("{e:?}"))?;
    let compiled = workspace.compile().map_err(|e| format!("{e:?}"))?;
    workspace.cube().map_err(|e| format!("{e:?}"))?;
    Ok((workspace, compiled))
}

/// `[--tours K] [--interprète]`: rounds, five unless said, and whether the interpreter is measured too; `None` for anything else.
pub(crate) fn options_of(words: &[String]) -> Option<(usize, bool)> {
    let (mut rounds, mut interpreter) = (5, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--tours" | "--rounds" => rounds = words.next()?.parse().ok()?,
            "--interprète" | "--interprete" => interpreter = true,
            _ => return None,
        }
    }
    Some((rounds, interpreter))
}
