//! Which files take part: the dossier's scripts, and the library modules they use, directly or not. Exact versions (decision D30).

use std::collections::{BTreeMap, BTreeSet};

use cadrage_source::{Code, Diagnostic, SourceMap};
use cadrage_syntax::ast::{Declaration, Detail, File};
use cadrage_syntax::{fold, normalise, parse};

use crate::World;

/// Files in order, the library's first.
pub(crate) struct Resolved {
    pub(crate) files: Vec<File>,
    pub(crate) library: Vec<bool>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

struct Read {
    tree: File,
    complaints: Vec<Diagnostic>,
    module: Option<(String, String)>,
}

fn read(name: &str, text: &str, sources: &mut SourceMap) -> Read {
    let text = normalise(text);
    let id = sources.add(name, text.clone());
    let (tree, complaints) = parse(id, &text);
    let module = tree.declarations.iter().find_map(|d| match d {
        Declaration::Module(m) => Some((m.name.value.clone(), m.version.value.clone())),
        _ => None,
    });
    Read { tree, complaints, module }
}

pub(crate) fn resolve(world: &dyn World, sources: &mut SourceMap) -> Resolved {
    let library: Vec<Read> = world.library().iter().map(|(name, text)| read(name, text, sources)).collect();
    let scripts: Vec<Read> = world.scripts().iter().map(|(name, text)| read(name, text, sources)).collect();
    let mut versions: BTreeMap<String, (String, String)> = BTreeMap::new();
    for r in library.iter().chain(&scripts) {
        if let Some((name, version)) = &r.module {
            versions.insert(fold(name), (name.clone(), version.clone()));
        }
    }
    let mut diagnostics = Vec::new();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    let mut pending: Vec<&File> = scripts.iter().map(|r| &r.tree).collect();
    if scripts.is_empty() {
        // The library alone: all of it takes part.
        wanted.extend(library.iter().filter_map(|r| r.module.as_ref()).map(|(name, _)| fold(name)));
        pending.extend(library.iter().map(|r| &r.tree));
    }
    while let Some(file) = pending.pop() {
        for d in &file.declarations {
            let Declaration::Import(import) = d else { continue };
            let key = fold(&import.name.value);
            match versions.get(&key) {
                None => {
                    let known: Vec<&str> = versions.values().map(|(n, _)| n.as_str()).collect();
                    diagnostics.push(
                        Diagnostic::new(Code::N03, format!("le module `{}` est introuvable", import.name.value), import.name.span)
                            .here("module inconnu")
                            .help(format!("modules connus : {}", known.join(", "))),
                    );
                }
                Some((_, version)) if *version != import.version.value => diagnostics.push(
                    Diagnostic::new(
                        Code::N03,
                        format!("`{}` est en version {version}, pas {}", import.name.value, import.version.value),
                        import.version.span,
                    )
                    .help(format!("écrivez `utiliser {} version \"{version}\"`", import.name.value)),
                ),
                Some(_) => {
                    if wanted.insert(key.clone()) {
                        pending.extend(library.iter().filter(|r| r.module.as_ref().is_some_and(|(n, _)| fold(n) == key)).map(|r| &r.tree));
                    }
                }
            }
        }
    }
    let mut out = Resolved { files: Vec::new(), library: Vec::new(), diagnostics };
    let used = library.into_iter().filter(|r| r.module.as_ref().is_some_and(|(n, _)| wanted.contains(&fold(n))));
    for (r, is_library) in used.map(|r| (r, true)).chain(scripts.into_iter().map(|r| (r, false))) {
        out.diagnostics.extend(r.complaints);
        out.files.push(r.tree);
        out.library.push(is_library);
    }
    out
}

/// Reference lists that declarations name.
pub(crate) fn tables_named(files: &[File]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for d in files.iter().flat_map(|f| &f.declarations) {
        match d {
            Declaration::Value(v) => out.extend(v.table.iter().map(|t| t.path.value.clone())),
            Declaration::Grid(g) => out.extend(g.table.iter().map(|t| t.path.value.clone())),
            Declaration::Axis(a) => out.extend(a.docs.source.iter().map(|s| s.value.clone())),
            _ => {}
        }
    }
    out
}

/// Files of cases that tests name, with what separates their columns; a separator that is none is complained about by the checker.
pub(crate) fn cases_named(files: &[File]) -> BTreeSet<(String, char)> {
    let mut out = BTreeSet::new();
    for d in files.iter().flat_map(|f| &f.declarations) {
        let Declaration::Test(t) = d else { continue };
        for file in &t.files {
            let separator = file.separator.as_ref().map_or(";", |s| s.value.as_str());
            let separator = if separator == "tabulation" { Some('\t') } else { separator.chars().next() };
            out.extend(separator.map(|s| (file.path.value.clone(), s)));
        }
    }
    out
}

/// Files where what forms ask for is typed.
pub(crate) fn forms_named(files: &[File]) -> BTreeSet<String> {
    let declarations = files.iter().flat_map(|f| &f.declarations);
    declarations
        .filter_map(|d| match d {
            Declaration::Unsupported(u) => match &u.detail {
                Detail::EntryForm(f) => Some(format!("saisies/{}.csv", f.name.value)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
