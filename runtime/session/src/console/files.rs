//! `charger`, `recharger`, `enregistrer`, `exporter`: what comes from files, and what goes to them. A file is written whole or not at all.

use std::path::Path;
use std::sync::Arc;

use cadrage_driver::{format, normalise};
use cadrage_export::{Form, write_whole};
use cadrage_source::{Code, FileId};

use super::answer::Answer;
use super::refusals::{Line, run_refused};
use super::scripts::Scripts;
use super::verbs::words;
use super::{Console, run};

impl Console {
    /// `charger "whatif.cadrage"`
    pub(super) fn load(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let [name] = words(rest).try_into().unwrap_or([String::new()]);
        if name.is_empty() {
            return line.refuse(Code::S01, "charger quel fichier ?", rest, "écrivez `charger \"essais.cadrage\"`");
        }
        let path = self.path(&name);
        if !path.is_file() {
            let help = format!("le chemin part du dossier `{}`", self.scripts.root.display());
            return line.refuse(Code::V03, format!("`{name}` n'est pas un fichier"), &name, help);
        }
        let mut extra = self.scripts.extra.clone();
        if !extra.contains(&path) {
            extra.push(path.clone());
        }
        let answer = self.read_again(&extra, true);
        if !answer.refused {
            self.workspace.take_in(&extra);
            // The scenario that the file speaks of last is the one to look at.
            let file = self.scripts.files.iter().find(|(_, p, _)| *p == path).map(|(n, _, _)| n.clone());
            let own = |s: &&cadrage_driver::Scenario| self.compiled.sources.get(s.span.file).map(|f| &f.name) == file.as_ref();
            let last = self.compiled.model.scenarios.iter().rfind(own).map(|s| s.name.clone());
            if let Some(name) = last.filter(|_| self.scripts.trials.is_empty()) {
                self.scenario = Some(name);
                self.desk = None;
            }
            return answer.then(self.greeting());
        }
        answer
    }

    /// `recharger`
    pub(super) fn reload(&mut self) -> Answer {
        let extra = self.scripts.extra.clone();
        let answer = self.read_again(&extra, false);
        if answer.refused { answer } else { answer.then(self.greeting()) }
    }

    /// Reads the scripts again; what is not sound changes nothing.
    fn read_again(&mut self, extra: &[std::path::PathBuf], loading: bool) -> Answer {
        if !loading && let Err(e) = self.workspace.import_pending(&mut |_, _, _| {}) {
            return run_refused(run::RunError::Cube(e), Arc::default());
        }
        let scripts = match self.scripts.again(extra) {
            Ok(scripts) => scripts,
            Err(e) => return run_refused(run::RunError::Cube(e), Arc::default()),
        };
        match self.sound(&scripts, None) {
            Err(refusal) => refusal.aside("rien n'a changé dans la session"),
            Ok(compiled) => {
                self.desk = None;
                self.totals.clear();
                self.install(scripts, compiled);
                Answer::silent()
            }
        }
    }

    /// `enregistrer session "essais.cadrage"`
    pub(super) fn save(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let usage = "écrivez `enregistrer session \"essais.cadrage\"`";
        let words = words(rest);
        let name = match words.as_slice() {
            [what, name] if cadrage_driver::fold(what) == "session" => name.clone(),
            [name] if name.ends_with(".cadrage") => name.clone(),
            _ => return line.refuse(Code::S01, "enregistrer où ?", rest, usage),
        };
        if !name.ends_with(".cadrage") {
            return line.refuse(Code::S01, format!("`{name}` ne finit pas par `.cadrage`"), &name, usage);
        }
        if self.scripts.typed.is_empty() && self.scripts.trials.is_empty() {
            return Answer::silent().aside("rien à enregistrer : aucune déclaration, aucun essai");
        }
        let path = self.path(&name);
        if path.exists() {
            let help = "donnez un autre nom : ce qui est écrit n'est jamais remplacé d'ici";
            return line.refuse(Code::V21, format!("`{name}` existe déjà"), &name, help);
        }
        let text = self.session_text(&path);
        let text = match format(FileId(0), &normalise(&text)) {
            Ok(text) => text,
            Err(_) => text,
        };
        match write_whole(&path, text.as_bytes()) {
            Ok(()) => {
                self.saved = self.scripts.typed.len() + self.scripts.trials.len();
                Answer::silent().aside(format!("écrit : {}", path.display()))
            }
            Err(why) => line.failed(&name, &why),
        }
    }

    /// The session as a script: imports, declarations, and the trials as a scenario named after the file.
    fn session_text(&self, path: &Path) -> String {
        let mut out = format!("-- Session de la console, sur {}.\n", self.scenario.as_deref().unwrap_or("aucun scénario"));
        for m in self.compiled.model.modules.iter().filter(|m| !m.library) {
            out.push_str(&format!("utiliser {} version \"{}\"\n", m.name, m.version));
        }
        for typed in &self.scripts.typed {
            out.push_str(&format!("\n{}\n", typed.text));
        }
        if !self.scripts.trials.is_empty() {
            let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
            out.push('\n');
            out.push_str(&self.scripts.sandbox(&scenario_name(&stem, &self.compiled), "Essais de la console"));
        }
        out
    }

    /// `exporter "tableau.csv"`
    pub(super) fn export(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let [name] = words(rest).try_into().unwrap_or([String::new()]);
        if name.is_empty() {
            return line.refuse(Code::S01, "exporter où ?", rest, "écrivez `exporter \"tableau.csv\"`");
        }
        let Some(document) = &self.last else {
            return line.refuse(
                Code::V21,
                "il n'y a rien à exporter",
                &name,
                "posez d'abord une question : `masse_salariale par composante`",
            );
        };
        let path = self.path(&name);
        let Some(form) = Form::of(&path) else {
            return line.refuse(
                Code::V21,
                format!("`{name}` : cette forme de fichier n'est pas connue"),
                &name,
                format!("formes : {}", Form::EXTENSIONS),
            );
        };
        match form.bytes(document) {
            Err(e) => line.refuse(Code::V21, format!("`{name}` ne s'écrit pas : {}", e.why), &name, "choisissez une autre forme : `.csv`"),
            Ok(bytes) => match write_whole(&path, &bytes) {
                Ok(()) => Answer::silent().aside(format!("écrit : {}", path.display())),
                Err(why) => line.failed(&name, &why),
            },
        }
    }
}

impl Scripts {
    /// Forgets what was tried.
    pub(crate) fn forget_trials(&mut self) {
        self.trials.clear();
        self.base = None;
    }
}

/// A name that the language reads, that nothing has yet.
fn scenario_name(stem: &str, compiled: &cadrage_driver::Compiled) -> String {
    let mut name: String = stem.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if !name.starts_with(char::is_alphabetic) || cadrage_driver::head_word(&name).is_some() {
        name = format!("essais_{name}");
    }
    let taken = |n: &str| compiled.model.scenarios.iter().any(|s| cadrage_driver::fold(&s.name) == cadrage_driver::fold(n));
    if taken(&name) { format!("essais_{name}") } else { name }
}
