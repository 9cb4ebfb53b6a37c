//! `garder`: trials become sentences of the current scenario, where it is written, or a scenario beside it. The new text is checked before
//! the file is touched, and the file is replaced whole or not at all.

use std::path::PathBuf;
use std::sync::Arc;

use cadrage_driver::{fold, format, normalise, unfinished};
use cadrage_source::{Code, FileId};

use super::answer::Answer;
use super::refusals::Line;
use super::verbs::words;
use super::{Console, run};
use crate::corrections::{like, replace};

impl Console {
    /// `garder`, `garder comme hypothèse_haute`
    pub(super) fn keep(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        if self.scripts.trials.is_empty() {
            return Answer::silent().aside("aucun essai à garder : `essayer …` en fait un");
        }
        let words = words(rest);
        let name = match words.as_slice() {
            [] => None,
            [comme, name] if fold(comme) == "comme" => Some(name.clone()),
            _ => return line.refuse(Code::S01, "garder comment ?", rest, "écrivez `garder`, ou `garder comme hypothèse_haute`"),
        };
        let Some(base) = self.scenario.clone() else { return Answer::silent() };
        let (at, path) = match self.file_of(&base) {
            Some(found) => found,
            None => {
                let help = "enregistrez la session : `enregistrer session \"essais.cadrage\"`";
                return line.refuse(Code::V21, format!("`{base}` n'est écrit dans aucun fichier"), "", help);
            }
        };
        let Some((shown, _, read)) = self.scripts.files.get(at).cloned() else { return Answer::silent() };
        let on_disk = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(why) => return line.failed(&shown, &why),
        };
        if on_disk != read.as_bytes() {
            return line.refuse(
                Code::V21,
                format!("`{shown}` a changé depuis qu'il a été lu"),
                "",
                "tapez `recharger` ; les essais restent en cours",
            );
        }
        let text = normalise(&read);
        let (new, at_line) = match &name {
            None => match self.inside(&base, &text) {
                Some(found) => found,
                None => {
                    return line.refuse(
                        Code::V21,
                        format!("la fin de `{base}` ne se trouve pas dans `{shown}`"),
                        "",
                        "ajoutez les phrases à la main",
                    );
                }
            },
            Some(name) => {
                let block = self.scripts.sandbox(name, &format!("{name}, gardé de la console"));
                let block = format(FileId(0), &normalise(&block)).unwrap_or(block);
                let before = text.trim_end().lines().count();
                (format!("{}\n\n{block}", text.trim_end()), before + 2)
            }
        };
        // Checked as it will be, before anything is written.
        let count = self.scripts.trials.len();
        let mut scripts = self.scripts.clone();
        scripts.forget_trials();
        let written = like(&read, &new);
        if let Some((_, _, text)) = scripts.files.get_mut(at) {
            text.clone_from(&written);
        }
        let compiled = match self.sound(&scripts, None) {
            Ok(compiled) => compiled,
            Err(refusal) => return refusal.aside("rien n'est écrit, les essais restent en cours"),
        };
        if let Err(why) = path.canonicalize().and_then(|real| replace(&real, &written)) {
            return line.failed(&shown, &why).aside("les essais restent en cours");
        }
        let heirs = self.heirs(&base);
        self.totals.clear();
        self.desk = None;
        self.install(scripts, compiled);
        if let Some(name) = &name {
            self.scenario = run::find(&self.compiled, name).map(|s| s.name.clone()).or(Some(base.clone()));
        }
        let into = name.map_or_else(|| format!("dans {base}"), |name| format!("comme {name}, qui hérite de {base}"));
        let mut out = Answer::figure(format!("gardé {into} : {count} phrase{}, {shown}:{at_line}", if count > 1 { "s" } else { "" }));
        if !heirs.is_empty() && into.starts_with("dans") {
            out = out.aside(format!("en héritent aussi : {}", heirs.join(", ")));
        }
        out
    }

    /// The file a scenario is written in.
    fn file_of(&self, name: &str) -> Option<(usize, PathBuf)> {
        let scenario = run::find(&self.compiled, name)?;
        let file = &self.compiled.sources.get(scenario.span.file)?.name;
        let at = self.scripts.files.iter().position(|(n, _, _)| n == file)?;
        Some((at, self.scripts.files.get(at)?.1.clone()))
    }

    /// The text with the trials before the `fin` of a scenario, and the line they begin on.
    fn inside(&self, base: &str, text: &str) -> Option<(String, usize)> {
        let start = run::find(&self.compiled, base)?.span.start as usize;
        let line = text.get(..start)?.rfind('\n').map_or(0, |k| k + 1);
        let mut block = String::new();
        let mut fin = line;
        for one in text.get(line..)?.split_inclusive('\n') {
            block.push_str(one);
            if !unfinished(&block) {
                break;
            }
            fin = line + block.len();
        }
        // The formatter's own form, as if the block were written anew.
        let alone = self.scripts.sandbox("x", "x");
        let formatted = format(FileId(0), &normalise(&alone)).ok()?;
        let lines: String = formatted.lines().skip(1).take_while(|l| l.trim() != "fin").map(|l| format!("{l}\n")).collect();
        let (before, after) = (text.get(..fin)?, text.get(fin..)?);
        Some((format!("{before}{lines}{after}"), before.lines().count() + 1))
    }

    fn heirs(&self, base: &str) -> Vec<String> {
        let compiled = Arc::clone(&self.compiled);
        let own = |s: &&cadrage_driver::Scenario| s.parent.as_deref().is_some_and(|p| fold(p) == fold(base)) && s.name != super::SANDBOX;
        compiled.model.scenarios.iter().filter(own).map(|s| s.name.clone()).collect()
    }
}
