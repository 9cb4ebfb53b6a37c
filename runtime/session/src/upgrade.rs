//! `mise à niveau`: what another version of a module changes, in values and in euros on each scenario, before anything is changed
//! (decision D30).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cadrage_cube::{CubeError, References};
use cadrage_driver::{Compiled, Members, Table, World, compile, declarations, fold, module_of, pinned_to, versions_of};
use cadrage_engine::Backend;
use cadrage_ir::Parameter;
use cadrage_source::{Code, Diagnostic, FileId, SourceMap, Span};
use cadrage_value::{Date, Exact, Money};

use crate::clock::Phases;
use crate::dossier_world::{DossierWorld, elements};
use crate::run::{self, RunError};
use crate::{Summary, Workspace};

/// What another version changes.
#[derive(Debug)]
pub struct Upgrade {
    /// The module.
    pub module: String,
    /// Version pinned today.
    pub from: String,
    /// The other version.
    pub to: String,
    /// Dated values that differ.
    pub values: Vec<ValueDifference>,
    /// Other declarations: kind and name, and what happens to it (`modifiée`, `ajoutée`, `retirée`).
    pub others: Vec<(String, &'static str)>,
    /// Masse salariale of each scenario and exercice, before and after.
    pub effects: Vec<Effect>,
    /// Scripts whose `utiliser` line changes, by path, with their new text.
    edits: Vec<(PathBuf, String)>,
    /// A module file to bring into the dossier.
    brought: Option<(PathBuf, String)>,
}

/// A dated value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueDifference {
    /// Constant or hypothesis.
    pub name: String,
    /// `corps PR`; empty for the default.
    pub whom: String,
    /// First day.
    pub since: Option<Date>,
    /// Today's value and its source.
    pub before: Option<(String, Option<String>)>,
    /// The other version's.
    pub after: Option<(String, Option<String>)>,
}

/// One exercice of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Scenario.
    pub scenario: String,
    /// Exercice.
    pub year: i32,
    /// Masse salariale with the version pinned today.
    pub before: Money,
    /// With the other.
    pub after: Money,
}

/// Why nothing can be compared.
#[derive(Debug)]
pub enum UpgradeError {
    /// The request, the scripts or the other version are wrong; texts, for messages.
    Diagnostics(Vec<Diagnostic>, Box<SourceMap>),
    /// The store or a file cannot be read.
    Cube(CubeError),
    /// A file cannot be read or written.
    File(PathBuf, std::io::Error),
}

impl From<CubeError> for UpgradeError {
    fn from(e: CubeError) -> Self {
        UpgradeError::Cube(e)
    }
}

/// The dossier with some scripts changed and others added.
struct Patched<'a> {
    inner: DossierWorld<'a>,
    changed: BTreeMap<String, String>,
    added: Option<(String, String)>,
}

impl World for Patched<'_> {
    fn scripts(&self) -> Vec<(String, String)> {
        let mut out = self.inner.scripts();
        for (name, text) in &mut out {
            if let Some(new) = self.changed.get(name) {
                text.clone_from(new);
            }
        }
        out.extend(self.added.clone());
        out
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        self.inner.table(path)
    }

    fn cases(&self, path: &str, separator: char) -> Result<Table, String> {
        self.inner.cases(path, separator)
    }

    fn members(&self) -> Members {
        self.inner.members()
    }
}

impl Workspace {
    /// Compares the version of a module pinned today with another: one the library or the dossier has, or a file.
    ///
    /// # Errors
    /// An unknown module or version, scripts that do not hold with it, a file that cannot be read.
    pub fn upgrade(
        &mut self,
        compiled: &Compiled,
        module: &str,
        version: Option<&str>,
        file: Option<&Path>,
        backend: &dyn Backend,
    ) -> Result<Upgrade, UpgradeError> {
        let root = self.dossier().root().to_owned();
        let refuse = |message: String, help: String| {
            let nowhere = Span::new(FileId(u32::MAX), 0, 0);
            UpgradeError::Diagnostics(vec![Diagnostic::new(Code::N03, message, nowhere).help(help)], Box::default())
        };
        let Some(pinned) = compiled.model.modules.iter().find(|m| fold(&m.name) == fold(module)) else {
            let known: Vec<&str> = compiled.model.modules.iter().map(|m| m.name.as_str()).collect();
            return Err(refuse(
                format!("ce dossier n'emploie pas le module `{module}`"),
                format!("modules employés : {}", known.join(", ")),
            ));
        };
        let brought = match file {
            None => None,
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|e| UpgradeError::File(path.to_owned(), e))?;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let found = module_of(&text).filter(|(name, _)| fold(name) == fold(module));
                let Some((_, found)) = found else {
                    return Err(refuse(
                        format!("`{}` ne déclare pas le module `{}`", path.display(), pinned.name),
                        format!("sa première ligne doit être `module {} version \"…\"`", pinned.name),
                    ));
                };
                Some((path.to_owned(), text, found))
            }
        };
        let references = References::read(&root)?;
        let world = DossierWorld { root: &root, references: &references, only: &[], role: None, typed: &[] };
        let known = versions_of(&world, module);
        let to = match (&brought, version) {
            (Some((path, _, found)), Some(wanted)) if found != wanted => {
                return Err(refuse(
                    format!("`{}` est la version {found} de `{}`, pas {wanted}", path.display(), pinned.name),
                    "donnez la version du fichier, ou un autre fichier".to_owned(),
                ));
            }
            (Some((_, _, found)), _) => found.clone(),
            (None, Some(wanted)) if known.contains(wanted) => wanted.to_owned(),
            (None, _) => {
                let listed: Vec<&str> = known.iter().map(String::as_str).collect();
                let message = version.map_or_else(
                    || format!("dites vers quelle version mettre `{}` à niveau", pinned.name),
                    |v| format!("la version {v} de `{}` n'est ni dans le socle livré ni dans le dossier", pinned.name),
                );
                return Err(refuse(message, format!("versions connues : {} ; une autre se donne par `--fichier`", listed.join(", "))));
            }
        };
        if to == pinned.version {
            return Err(refuse(
                format!("`{}` est déjà en version {to}", pinned.name),
                "donnez une autre version, ou un fichier d'une autre version".to_owned(),
            ));
        }
        let mut changed = BTreeMap::new();
        let mut edits = Vec::new();
        for (name, text) in world.scripts() {
            if let Some(new) = pinned_to(&text, module, &to) {
                edits.push((root.join(&name), new.clone()));
                changed.insert(name, new);
            }
        }
        if edits.is_empty() {
            return Err(refuse(
                format!("aucun script n'écrit `utiliser {}`", pinned.name),
                "la version d'un module se fixe par une ligne `utiliser`".to_owned(),
            ));
        }
        let inside = |path: &Path| path.parent().and_then(|p| p.canonicalize().ok()) == root.canonicalize().ok();
        let (added, brought) = match brought {
            Some((path, _, _)) if inside(&path) => (None, None),
            Some((path, text, _)) => {
                let name = path.file_name().map_or_else(|| "module.cadrage".to_owned(), |n| n.to_string_lossy().into_owned());
                (Some((name.clone(), text.clone())), Some((root.join(name), text)))
            }
            None => (None, None),
        };
        let patched = Patched { inner: world, changed, added };
        let mut other = compile(&patched, elements(&references).as_ref());
        if !other.is_sound() {
            let errors = other.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
            return Err(UpgradeError::Diagnostics(errors, Box::new(other.sources)));
        }
        let mut out = Upgrade {
            module: pinned.name.clone(),
            from: pinned.version.clone(),
            to,
            values: values(compiled, &other, module),
            others: others(compiled, &other, module),
            effects: Vec::new(),
            edits,
            brought,
        };
        self.look_from(&mut other)?;
        for scenario in &compiled.model.scenarios {
            let cube = self.known(Some(scenario.observed))?;
            let Some(same) = run::find(&other, &scenario.name) else { continue };
            let summary = |compiled: &Compiled, scenario| match run::run(compiled, scenario, cube, backend, &[], &mut Phases::unheeded()) {
                Ok(projection) => Ok(Summary::of(&projection)),
                Err(RunError::Cube(e)) => Err(UpgradeError::Cube(e)),
                Err(RunError::Diagnostics(list)) => Err(UpgradeError::Diagnostics(list, Box::new(compiled.sources.clone()))),
            };
            let (before, after) = (summary(compiled, scenario)?, summary(&other, same)?);
            for (a, b) in before.years.iter().zip(&after.years) {
                out.effects.push(Effect {
                    scenario: scenario.name.clone(),
                    year: a.year,
                    before: a.masse_salariale,
                    after: b.masse_salariale,
                });
            }
        }
        Ok(out)
    }
}

impl Upgrade {
    /// Rewrites the `utiliser` lines, and brings the module's file into the dossier when it was elsewhere; the files written.
    ///
    /// # Errors
    /// A file that cannot be written, or one of that name already in the dossier: then nothing is changed.
    pub fn accept(&self) -> Result<Vec<PathBuf>, UpgradeError> {
        let mut written = Vec::new();
        if let Some((path, text)) = &self.brought {
            let fresh = std::fs::File::options().write(true).create_new(true).open(path);
            let mut file = fresh.map_err(|e| UpgradeError::File(path.clone(), e))?;
            std::io::Write::write_all(&mut file, text.as_bytes()).map_err(|e| UpgradeError::File(path.clone(), e))?;
            written.push(path.clone());
        }
        for (path, text) in &self.edits {
            // Whole or not at all: a new file takes the old one's place.
            let next = path.with_extension("cadrage.nouveau");
            let done = std::fs::write(&next, text).and_then(|()| std::fs::rename(&next, path));
            done.map_err(|e| UpgradeError::File(path.clone(), e))?;
            written.push(path.clone());
        }
        Ok(written)
    }

    /// `cadrage mise-à-niveau … --format json`.
    #[must_use]
    pub fn json(&self, accepted: bool) -> serde_json::Value {
        let value =
            |v: &Option<(String, Option<String>)>| v.as_ref().map(|(value, source)| serde_json::json!({"valeur": value, "source": source}));
        let plain = |m: Money| m.to_exact().to_plain(2);
        let values: Vec<serde_json::Value> = self
            .values
            .iter()
            .map(|v| {
                serde_json::json!({
                    "nom": v.name, "pour": v.whom, "a_compter_du": v.since.map(|d| d.to_string()),
                    "avant": value(&v.before), "apres": value(&v.after),
                })
            })
            .collect();
        let others: Vec<serde_json::Value> =
            self.others.iter().map(|(n, how)| serde_json::json!({"declaration": n, "etat": how})).collect();
        let effects: Vec<serde_json::Value> = self
            .effects
            .iter()
            .map(|e| {
                serde_json::json!({
                    "scenario": e.scenario, "exercice": e.year, "avant": plain(e.before), "apres": plain(e.after),
                    "ecart": plain(e.after - e.before),
                })
            })
            .collect();
        serde_json::json!({
            "module": self.module, "de": self.from, "a": self.to, "valeurs": values, "autres": others, "effets": effects,
            "accepte": accepted,
        })
    }
}

type Key = (String, Option<Date>);
type Sourced = (Exact, String, Option<String>);

/// Dated values of the module's constants and hypotheses that differ, in order of name, selection and date.
fn values(before: &Compiled, after: &Compiled, module: &str) -> Vec<ValueDifference> {
    let of = |compiled: &Compiled, name: &str| -> BTreeMap<Key, Sourced> {
        let own = compiled.model.declared.get(name).is_some_and(|d| fold(&d.module) == fold(module));
        let parameter = compiled.model.parameters.iter().find(|p| own && fold(&p.name) == name);
        let dated = |p: &Parameter| -> Vec<(Key, Sourced)> {
            let one = |text: &String, d: &cadrage_ir::Dated| {
                let written = d.value.checked_div(&p.written.1).unwrap_or_else(|| d.value.clone());
                ((text.clone(), d.from), (d.value.clone(), format!("{} {}", written.to_shortest(), p.written.0), d.source.clone()))
            };
            p.cases.iter().flat_map(|c| c.timeline.iter().map(move |d| one(&c.text, d))).collect()
        };
        parameter.map(dated).unwrap_or_default().into_iter().collect()
    };
    let names: BTreeSet<(String, String)> =
        [before, after].iter().flat_map(|c| &c.model.parameters).map(|p| (fold(&p.name), p.name.clone())).collect();
    let mut out = Vec::new();
    for (folded, name) in names {
        let (a, b) = (of(before, &folded), of(after, &folded));
        let keys: BTreeSet<&Key> = a.keys().chain(b.keys()).collect();
        for key in keys {
            let (x, y) = (a.get(key), b.get(key));
            if x.map(|x| (&x.0, &x.1)) == y.map(|y| (&y.0, &y.1)) {
                continue;
            }
            let side = |v: Option<&Sourced>| v.map(|(_, shown, source)| (shown.clone(), source.clone()));
            out.push(ValueDifference { name: name.clone(), whom: key.0.clone(), since: key.1, before: side(x), after: side(y) });
        }
    }
    out
}

/// The module's other declarations that differ, as printed.
fn others(before: &Compiled, after: &Compiled, module: &str) -> Vec<(String, &'static str)> {
    let (a, b) = (declarations(before, module), declarations(after, module));
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    keys.into_iter()
        .filter_map(|k| match (a.get(k), b.get(k)) {
            (Some(x), Some(y)) if x == y => None,
            (Some(_), Some(_)) => Some((k.clone(), "modifiée")),
            (Some(_), None) => Some((k.clone(), "retirée")),
            (None, _) => Some((k.clone(), "ajoutée")),
        })
        .collect()
}
