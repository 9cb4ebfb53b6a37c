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
    /// What its messages must say (`-- voulu : …`).
    pub wanted: Vec<String>,
    /// The same script once corrected, below the line `-- corrigé :`.
    pub corrected: Option<String>,
}

impl Case {
    /// The script as its author wrote it, without the lines that speak to the suite.
    #[must_use]
    pub fn written(&self) -> String {
        let own = |l: &&str| !l.starts_with("-- attendu : ") && !l.starts_with("-- voulu : ");
        self.text.lines().filter(own).map(|l| format!("{l}\n")).collect()
    }
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
            let wanted = text.lines().filter_map(|l| l.strip_prefix("-- voulu : ")).map(str::to_owned).collect();
            let (text, corrected) = match text.split_once("\n-- corrigé :\n") {
                Some((before, after)) => (format!("{before}\n"), Some(after.to_owned())),
                None => (text, None),
            };
            Some(Case { name, text, codes, wanted, corrected })
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
