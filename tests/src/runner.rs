//! Finds cases and reads what they expect.

use std::path::{Path, PathBuf};

/// A case: a script, and the codes its first line announces.
#[derive(Clone, Debug)]
pub struct Case {
    /// `types/bad/duree-oubliee`.
    pub name: String,
    /// The script.
    pub text: String,
    /// Codes, in order, without repetition.
    pub codes: Vec<String>,
}

/// All cases below a folder, in order of name.
#[must_use]
pub fn cases(folder: &Path) -> Vec<Case> {
    let mut files = Vec::new();
    walk(folder, &mut files);
    files.sort();
    files
        .iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(path).ok()?;
            let name = path.strip_prefix(folder).ok()?.with_extension("").display().to_string();
            let codes = text.lines().next().and_then(|l| l.strip_prefix("-- attendu : ")).unwrap_or("");
            let codes = codes.split_whitespace().map(str::to_owned).collect();
            Some(Case { name, text, codes })
        })
        .collect()
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, out);
        } else if path.extension().is_some_and(|x| x == "cadrage") {
            out.push(path);
        }
    }
}
