//! The declarations of a module as text, to compare two versions of it.

use std::collections::BTreeMap;

use cadrage_syntax::ast::{Declaration, File};
use cadrage_syntax::{fold, print};

use crate::Compiled;

/// The module's declarations but its constants and hypotheses: kind and name, and how they print. Values, tests and `utiliser` lines are
/// left out: values are compared one by one, and the others change no figure by themselves.
#[must_use]
pub fn declarations(compiled: &Compiled, module: &str) -> BTreeMap<String, String> {
    let own = |file: &&File| file.declarations.iter().any(|d| matches!(d, Declaration::Module(m) if fold(&m.name.value) == fold(module)));
    let mut out = BTreeMap::new();
    for declaration in compiled.files.iter().filter(own).flat_map(|f| &f.declarations) {
        if matches!(
            declaration,
            Declaration::Module(_) | Declaration::Import(_) | Declaration::Value(_) | Declaration::Test(_) | Declaration::Invalid(_)
        ) {
            continue;
        }
        let text = print(&File { declarations: vec![declaration.clone()] });
        // `formule ifse`, `élément 101000`: the first two words name it.
        let name: Vec<&str> = text.split_whitespace().take(2).collect();
        out.insert(name.join(" "), text);
    }
    out
}
