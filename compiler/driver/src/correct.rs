//! Safe corrections, applied until none is left. Takes a [`World`], gives new texts; writing them is the program's affair.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{Base, Element};
use cadrage_source::{Applied, Code, Diagnostic, FileId, SourceFile, SourceMap, apply_fixes, ordered};

use crate::{Compiled, Members, Table, World, compile};

/// A script and its corrected text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// As [`World::scripts`] names it.
    pub name: String,
    /// Its new text, normalised.
    pub text: String,
    /// What was changed, in the order it was.
    pub replaced: Vec<Replaced>,
}

/// One correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The complaint it answers.
    pub code: Code,
    /// The line, in the text as it was before this pass.
    pub line: usize,
    /// What was there; empty when something was only added.
    pub before: String,
    /// What is there now.
    pub after: String,
}

/// Passes over the scripts: a correction often lets the reader see what follows.
const PASSES: usize = 20;

/// Corrects what can be corrected without changing a meaning, pass after pass. A line that is corrected must end up with one complaint
/// less: a file comes out better, or untouched.
#[must_use]
pub fn correct(world: &dyn World, elements: Option<&(Vec<Element>, Vec<Base>)>) -> Vec<Correction> {
    let mut scripts = world.scripts();
    let mut now = compile(&Rewritten { world, scripts: scripts.clone() }, elements);
    let mut tried: BTreeMap<String, Tried> =
        scripts.iter().map(|(name, _)| (name.clone(), Tried { left: unreadable(&now, name), ..Tried::default() })).collect();
    for _ in 0..PASSES {
        let found = pass(&now, &scripts);
        if found.is_empty() {
            break;
        }
        for (name, text) in &mut scripts {
            if let Some(c) = found.get(name) {
                text.clone_from(&c.text);
            }
        }
        now = compile(&Rewritten { world, scripts: scripts.clone() }, elements);
        for (name, c) in found {
            if let Some(t) = tried.get_mut(&name) {
                t.pending.extend(c.replaced);
                let lines: BTreeSet<usize> = t.pending.iter().map(|r| r.line).collect();
                let left = unreadable(&now, &name);
                if left + lines.len() <= t.left {
                    t.left = left;
                    t.replaced.append(&mut t.pending);
                    t.text = c.text;
                }
            }
        }
    }
    let kept = tried.into_iter().filter(|(_, t)| !t.replaced.is_empty());
    kept.map(|(name, t)| Correction { name, text: t.text, replaced: t.replaced }).collect()
}

/// Where the correction of a script stands.
#[derive(Default)]
struct Tried {
    /// The last text that was better than those before.
    text: String,
    replaced: Vec<Replaced>,
    /// Complaints it still has.
    left: usize,
    /// What was replaced since, and has not made the file better yet.
    pending: Vec<Replaced>,
}

/// Every fix of every script that does not overlap another.
fn pass(compiled: &Compiled, scripts: &[(String, String)]) -> BTreeMap<String, Correction> {
    let complaints: Vec<Diagnostic> = ordered(&compiled.diagnostics).into_iter().cloned().collect();
    let mut out = BTreeMap::new();
    for (name, _) in scripts {
        let Some((id, file)) = file_named(&compiled.sources, name) else { continue };
        let Some((text, applied)) = apply_fixes(id, &file.text, &complaints) else { continue };
        let replaced = applied.iter().map(|a| replaced(file, a)).collect();
        out.insert(name.clone(), Correction { name: name.clone(), text, replaced });
    }
    out
}

fn replaced(file: &SourceFile, applied: &Applied<'_>) -> Replaced {
    let start = applied.edits.iter().map(|e| e.span.start as usize).min().unwrap_or(0);
    let text = |a: u32, b: u32| file.text.get(a as usize..b as usize).unwrap_or("").trim().to_owned();
    let (before, after): (Vec<String>, Vec<String>) =
        applied.edits.iter().map(|e| (text(e.span.start, e.span.end), e.replacement.trim().to_owned())).unzip();
    let said = |mut list: Vec<String>| {
        list.dedup();
        list.join(" … ")
    };
    Replaced { code: applied.diagnostic.code, line: file.position(start).line, before: said(before), after: said(after) }
}

/// How many complaints of a file have a safe correction or are of its reading: those a correction must remove. What the checker finds
/// once it can read is new, and no fault of the correction.
fn unreadable(compiled: &Compiled, name: &str) -> usize {
    let Some((id, _)) = file_named(&compiled.sources, name) else { return 0 };
    let here = |d: &&&Diagnostic| d.labels.first().is_some_and(|l| l.span.file == id);
    ordered(&compiled.diagnostics).iter().filter(here).filter(|d| d.code.name().starts_with('S') || !d.fix.is_empty()).count()
}

fn file_named<'s>(sources: &'s SourceMap, name: &str) -> Option<(FileId, &'s SourceFile)> {
    sources.iter().filter(|(_, f)| f.name == name).last()
}

/// A world whose scripts were rewritten.
struct Rewritten<'w> {
    world: &'w dyn World,
    scripts: Vec<(String, String)>,
}

impl World for Rewritten<'_> {
    fn scripts(&self) -> Vec<(String, String)> {
        self.scripts.clone()
    }

    fn library(&self) -> Vec<(String, String)> {
        self.world.library()
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        self.world.table(path)
    }

    fn cases(&self, path: &str, separator: char) -> Result<Table, String> {
        self.world.cases(path, separator)
    }

    fn members(&self) -> Members {
        self.world.members()
    }
}
