//! Which files take part: the dossier's scripts, and the modules they use, directly or not. Exact versions (decision D30): a
//! version pinned in the dossier prevails over those that library modules pin among themselves.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_source::{Code, Diagnostic, FileId, SourceMap, Span};
use cadrage_syntax::ast::{Declaration, Detail, File, Import};
use cadrage_syntax::{fold, normalise, outline, parse};

use crate::World;

/// Files in order, the library's first.
pub(crate) struct Resolved {
    pub(crate) files: Vec<File>,
    pub(crate) library: Vec<bool>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

struct Read {
    id: FileId,
    /// Of a library module: what it says of itself, until it takes part.
    tree: File,
    complaints: Vec<Diagnostic>,
    /// Name and version, and where it says so.
    module: Option<(String, String, Span)>,
    library: bool,
    /// Of the library, and takes part only where a script or another module uses it.
    optional: bool,
}

impl Read {
    fn is(&self, key: &str, version: &str) -> bool {
        self.module.as_ref().is_some_and(|(n, v, _)| fold(n) == key && v == version)
    }

    fn imports(&self) -> impl Iterator<Item = &Import> {
        self.tree.declarations.iter().filter_map(|d| if let Declaration::Import(i) = d { Some(i) } else { None })
    }
}

fn read(name: &str, text: &str, library: bool, sources: &mut SourceMap) -> Read {
    let text = normalise(text);
    let id = sources.add(name, text.clone());
    let (tree, complaints) = if library { parse(id, &outline(&text)) } else { parse(id, &text) };
    let module = tree.declarations.iter().find_map(|d| match d {
        Declaration::Module(m) => Some((m.name.value.clone(), m.version.value.clone(), m.name.span)),
        _ => None,
    });
    let optional = library && name.strip_prefix("socle/").is_some_and(|path| path.starts_with(cadrage_stdlib::OPTIONS));
    Read { id, tree, complaints, module, library, optional }
}

pub(crate) fn resolve(world: &dyn World, sources: &mut SourceMap) -> Resolved {
    let mut all: Vec<Read> = world.library().iter().map(|(name, text)| read(name, text, true, sources)).collect();
    all.extend(world.scripts().iter().map(|(name, text)| read(name, text, false, sources)));
    let mut diagnostics = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    // A script, or the only file of its module, always takes part. Of a module that has several, the version pinned does.
    let alone = |r: &Read| {
        let Some((name, _, _)) = &r.module else { return true };
        all.iter().filter(|o| o.module.as_ref().is_some_and(|(n, _, _)| fold(n) == fold(name))).count() == 1
    };
    // Without a script, the library is looked at alone: what every dossier computes, without the options.
    let no_script = all.iter().all(|r| r.library);
    taken.extend(all.iter().enumerate().filter(|(_, r)| if r.library { no_script && !r.optional } else { alone(r) }).map(|(k, _)| k));
    let pins = pins(&all, &taken, &mut diagnostics);
    let mut pending: Vec<usize> = taken.iter().copied().collect();
    while let Some(at) = pending.pop() {
        let Some(file) = all.get(at) else { continue };
        for import in file.imports() {
            let key = fold(&import.name.value);
            let pinned = pins.get(&key).filter(|_| file.library).unwrap_or(&import.version.value);
            match all.iter().position(|r| r.is(&key, pinned)) {
                Some(found) => {
                    if taken.insert(found) {
                        pending.push(found);
                    }
                }
                None => diagnostics.push(unknown(import, &all)),
            }
        }
    }
    for (k, r) in all.iter().enumerate().filter(|(k, r)| !r.library && !taken.contains(k)) {
        diagnostics.extend(left_out(k, r, &all, &taken));
    }
    let mut out = Resolved { files: Vec::new(), library: Vec::new(), diagnostics };
    // A file left out is still read: its mistakes would otherwise wait for the day it is used.
    for (k, mut r) in all.into_iter().enumerate() {
        let used = taken.contains(&k);
        if used && r.library {
            let text = sources.get(r.id).map_or("", |file| &file.text);
            (r.tree, r.complaints) = parse(r.id, text);
        }
        if used || !r.library {
            out.diagnostics.extend(r.complaints);
        }
        if used {
            out.files.push(r.tree);
            out.library.push(r.library);
        }
    }
    out
}

/// A file of the dossier that does not take part: another version of its module does, or nothing says which.
fn left_out(at: usize, r: &Read, all: &[Read], taken: &BTreeSet<usize>) -> Option<Diagnostic> {
    let (name, version, span) = r.module.as_ref()?;
    let key = fold(name);
    if let Some(twin) = all.iter().enumerate().find(|(k, o)| *k != at && o.is(&key, version)).map(|(_, o)| o) {
        let diagnostic = Diagnostic::new(Code::N02, format!("deux fichiers sont la version {version} du module `{name}`"), *span)
            .here("ici encore")
            .help("gardez l'un des deux, ou donnez-lui une autre version");
        return Some(match &twin.module {
            Some((_, _, first)) => diagnostic.label(*first, "déjà déclaré ici"),
            None => diagnostic,
        });
    }
    let used = all.iter().enumerate().any(|(k, o)| taken.contains(&k) && o.module.as_ref().is_some_and(|(n, _, _)| fold(n) == key));
    (!used).then(|| {
        Diagnostic::new(Code::N03, format!("plusieurs fichiers déclarent `{name}`, et aucun `utiliser` ne dit lequel"), *span)
            .here("laissé de côté")
            .help(format!("écrivez `utiliser {name} version \"{version}\"` dans un script du dossier"))
    })
}

/// The version the dossier pins of each module; two are an error.
fn pins(all: &[Read], taken: &BTreeSet<usize>, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, (String, Span)> = BTreeMap::new();
    for import in taken.iter().filter_map(|k| all.get(*k)).filter(|r| !r.library).flat_map(Read::imports) {
        let key = fold(&import.name.value);
        match out.get(&key) {
            Some((version, first)) if *version != import.version.value => diagnostics.push(
                Diagnostic::new(
                    Code::N03,
                    format!("`{}` est demandé en version {} et en version {version}", import.name.value, import.version.value),
                    import.version.span,
                )
                .here("ici")
                .label(*first, "et ici")
                .help("un dossier emploie une seule version d'un module : écrivez la même partout"),
            ),
            Some(_) => {}
            None => drop(out.insert(key, (import.version.value.clone(), import.version.span))),
        }
    }
    out.into_iter().map(|(key, (version, _))| (key, version)).collect()
}

/// N03: an unknown module, or a version that does not exist, with those that do.
fn unknown(import: &Import, all: &[Read]) -> Diagnostic {
    let key = fold(&import.name.value);
    let of = |r: &Read| r.module.as_ref().filter(|(n, _, _)| fold(n) == key).map(|(_, v, _)| v.clone());
    let versions: BTreeSet<String> = all.iter().filter_map(of).collect();
    if versions.is_empty() {
        let known: BTreeSet<&str> = all.iter().filter_map(|r| r.module.as_ref()).map(|(n, _, _)| n.as_str()).collect();
        let near = cadrage_semantics::nearest(&import.name.value, known.iter().copied());
        let help = near.map_or_else(
            || format!("modules connus : {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
            |n| format!("vouliez-vous `{n}` ?"),
        );
        return Diagnostic::new(Code::N03, format!("le module `{}` est introuvable", import.name.value), import.name.span)
            .here("module inconnu")
            .help(help);
    }
    let listed: Vec<&str> = versions.iter().map(String::as_str).collect();
    let (name, wanted) = (&import.name.value, &import.version.value);
    let first = listed.first().copied().unwrap_or_default();
    let message = match listed.as_slice() {
        [one] => format!("`{name}` est en version {one}, pas {wanted}"),
        many => format!("`{name}` existe en versions {}, pas {wanted}", many.join(", ")),
    };
    Diagnostic::new(Code::N03, message, import.version.span).help(format!(
        "écrivez `utiliser {name} version \"{first}\"` ; `cadrage mise-à-niveau {name}` montre ce qu'une autre version change"
    ))
}

/// The module a text declares: name and version.
#[must_use]
pub fn module_of(text: &str) -> Option<(String, String)> {
    let r = read("", text, false, &mut SourceMap::new());
    r.module.map(|(name, version, _)| (name, version))
}

/// The versions of a module that a world offers.
#[must_use]
pub fn versions_of(world: &dyn World, module: &str) -> BTreeSet<String> {
    let texts = world.library().into_iter().chain(world.scripts());
    texts.filter_map(|(_, text)| module_of(&text)).filter(|(n, _)| fold(n) == fold(module)).map(|(_, v)| v).collect()
}

/// The text with `utiliser module` pinned to another version; `None` when it does not use it, or pins that version already.
#[must_use]
pub fn pinned_to(text: &str, module: &str, version: &str) -> Option<String> {
    let text = normalise(text);
    let (tree, _) = parse(cadrage_source::FileId(0), &text);
    let mut places: Vec<Span> = tree
        .declarations
        .iter()
        .filter_map(|d| match d {
            Declaration::Import(i) if fold(&i.name.value) == fold(module) && i.version.value != version => Some(i.version.span),
            _ => None,
        })
        .collect();
    if places.is_empty() {
        return None;
    }
    places.sort();
    let mut out = text;
    for span in places.into_iter().rev() {
        let (start, end) = (span.start as usize, span.end as usize);
        // The span of a quoted text may or may not hold its quotes.
        let quoted = out.get(start..end).is_some_and(|t| t.starts_with('"'));
        out.replace_range(start..end, &if quoted { format!("\"{version}\"") } else { version.to_owned() });
    }
    Some(out)
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
            Declaration::Detailed(u) => match &u.detail {
                Detail::EntryForm(f) => Some(format!("saisies/{}.csv", f.name.value)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
