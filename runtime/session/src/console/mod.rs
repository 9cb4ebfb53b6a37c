//! The console: a line in, an answer out, without a terminal (decision 0200).
//!
//! A line is a transaction: what any stage refuses changes nothing. What is declared and tried is a layer of texts over the dossier's,
//! checked with them as a whole; the current scenario is kept ready on its desk, so that a question does not run it again.

mod answer;
mod away;
mod checks;
mod describe;
mod desk;
mod files;
mod glossary;
mod help;
mod keep;
mod picture;
mod question;
mod refusals;
mod scripts;
mod seat;
mod trial;
mod values;
mod verbs;
mod waiting;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cadrage_cube::CubeError;
use cadrage_driver::{Compiled, Scenario, fold, head_word, normalise, statements, unfinished};
use cadrage_source::{Code, Diagnostic};

use crate::run;
use crate::study::Totals;
use crate::workspace::Workspace;
use desk::Desk;
use refusals::Line;
use scripts::{NAME, Reading, SANDBOX, Scripts, Typed};
use verbs::Verb;

pub use answer::{Answer, Manner, Piece};
pub use desk::Engine;
pub use glossary::{Candidate, Glossary};
pub use waiting::Waiting;

/// A session.
pub struct Console {
    workspace: Workspace,
    engine: Engine,
    /// Who waits for answers.
    waiting: Waiting,
    scripts: Scripts,
    /// Of these scripts, without error since the session began or since it was last sound.
    compiled: Arc<Compiled>,
    /// The current scenario, trials aside.
    scenario: Option<String>,
    /// It, kept ready.
    desk: Option<Desk>,
    /// The same with the trials, when they change who is there or something is asked of them.
    tried: Option<Desk>,
    /// What each trial led to.
    totals: Vec<Totals>,
    /// The last table, for `exporter`.
    last: Option<cadrage_export::Document>,
    /// It was said that what is not saved will be lost.
    warned: bool,
    /// How many declarations and trials there were when the session was last saved.
    saved: usize,
}

impl Console {
    /// Opens a session on a dossier.
    ///
    /// # Errors
    /// When the store or a reference list cannot be read.
    pub fn open(workspace: Workspace, engine: Engine) -> Result<(Console, Answer), CubeError> {
        let mut workspace = workspace;
        let (root, extra, role) = workspace.place();
        let scripts = Scripts::read(root, extra, role)?;
        let compiled = Arc::new(workspace.check(&Reading { scripts: &scripts, question: None }, &scripts.references)?);
        let scenario = compiled.model.scenarios.first().map(|s| s.name.clone());
        let mut console = Console {
            workspace,
            engine,
            waiting: Waiting::nobody(),
            scripts,
            compiled,
            scenario,
            desk: None,
            tried: None,
            totals: Vec::new(),
            last: None,
            warned: false,
            saved: 0,
        };
        let greeting = console.greeting();
        Ok((console, greeting))
    }

    /// Says who waits for answers from now on, and may give them up.
    pub fn heed(&mut self, waiting: Waiting) {
        self.waiting = waiting;
        (self.desk, self.tried) = (None, None);
    }

    /// Does a text wait for its `fin`?
    #[must_use]
    pub fn is_unfinished(text: &str) -> bool {
        unfinished(&normalise(text))
    }

    /// The current scenario, as a prompt says it.
    #[must_use]
    pub fn prompt(&self) -> String {
        let trials = if self.scripts.trials.is_empty() { "" } else { " (essais)" };
        self.scenario.as_ref().map_or_else(|| "cadrage> ".to_owned(), |name| format!("{name}{trials}> "))
    }

    /// Answers a line, or all those of a paste, in order; declarations that follow each other are checked together.
    pub fn answer(&mut self, input: &str) -> Answer {
        let text = normalise(input);
        let all = statements(&text);
        let mut out = Answer::silent();
        let mut at = 0;
        while let Some(one) = all.get(at).filter(|_| !out.ends) {
            let batch: Vec<&str> = all.iter().skip(at).take_while(|s| is_declaration(s)).copied().collect();
            let next = if batch.is_empty() { self.one(one) } else { self.declare(&batch) };
            at += batch.len().max(1);
            out = out.then(next);
        }
        if let Some(document) = &out.document {
            self.last = Some(document.clone());
        }
        self.warned &= all.iter().any(|s| matches!(verbs::read(s), Some((Verb::Quit, _))));
        out
    }

    /// Ends the session; once, says what would be lost.
    fn quit(&mut self) -> Answer {
        let (typed, trials) = (self.scripts.typed.len(), self.scripts.trials.len());
        if self.warned || typed + trials == self.saved {
            return Answer { ends: true, ..Answer::silent() };
        }
        self.warned = true;
        let many = |n: usize, word: &str| (n > 0).then(|| format!("{n} {word}{}", if n > 1 { "s" } else { "" }));
        let lost: Vec<String> = [many(typed, "déclaration"), many(trials, "essai")].into_iter().flatten().collect();
        Answer::silent()
            .warning(format!("pas enregistré : {}", lost.join(" et ")))
            .aside("`enregistrer session \"essais.cadrage\"` les écrit, `garder` écrit les essais ; `quitter` encore une fois pour partir sans eux")
    }

    fn one(&mut self, text: &str) -> Answer {
        let line = Line { text };
        let Some((verb, rest)) = verbs::read(text) else {
            return self.ask(text);
        };
        match verb {
            Verb::Load => self.load(&line, rest),
            Verb::Reload => self.reload(),
            Verb::Scenario => self.change_scenario(&line, rest),
            Verb::List => self.list(&line, rest),
            Verb::Describe => self.describe(&line, rest),
            Verb::UnitOf => self.unit_of(&line, rest),
            Verb::Why => self.why(&line, rest),
            Verb::Explain => self.explain(&line, rest),
            Verb::Control => self.control(&line, rest),
            Verb::Compare => self.compare(&line, rest),
            Verb::Seek | Verb::Sweep => self.values_tried(&line).unwrap_or_else(Answer::silent),
            Verb::Report => self.report(&line, rest),
            Verb::Try => self.attempt(&line, rest),
            Verb::Undo => self.undo(&line, rest),
            Verb::Keep => self.keep(&line, rest),
            Verb::Draw => self.draw(&line, rest),
            Verb::Save => self.save(&line, rest),
            Verb::Export => self.export(&line, rest),
            Verb::Help => self.help(&line, rest),
            Verb::Quit => self.quit(),
        }
    }

    /// Adds declarations to those of the session, all that are sound.
    fn declare(&mut self, batch: &[&str]) -> Answer {
        let mut left: Vec<&str> = batch.to_vec();
        let mut out = Answer::silent();
        while !left.is_empty() {
            let mut scripts = self.scripts.clone();
            let replaced: Vec<bool> = left.iter().map(|text| scripts.declare(Typed::new(text)).is_some()).collect();
            let compiled = match self.check(&scripts, None) {
                Ok(compiled) => compiled,
                Err(refusal) => return out.then(refusal),
            };
            let errors: Vec<Diagnostic> = compiled.diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
            if errors.is_empty() {
                for (text, again) in left.iter().zip(&replaced) {
                    let key = Typed::new(text).key;
                    let word = if *again { "remplacé" } else { "déclaré" };
                    out = out.with(Manner::Figure, format!("{word} : {}", shown_key(&key, text)));
                }
                out = out.then(self.notes(&compiled));
                self.install(scripts, compiled);
                return out;
            }
            // Those with a mistake are refused, the others tried again without them.
            let kept: Vec<&str> = left.iter().copied().filter(|text| !is_blamed(&compiled, &errors, &scripts, text)).collect();
            let sources = Arc::new(compiled.sources.clone());
            if kept.len() == left.len() || kept.is_empty() {
                return out.then(Answer::refusal(errors, sources));
            }
            out = out.then(Answer::refusal(errors, sources));
            left = kept;
        }
        out
    }

    /// Notes and warnings about what was typed.
    fn notes(&self, compiled: &Compiled) -> Answer {
        let typed = |d: &&Diagnostic| {
            let file = d.labels.first().and_then(|l| compiled.sources.get(l.span.file));
            // A value typed to see owes nobody its source.
            !d.is_error()
                && d.code != Code::D06
                && file.is_some_and(|f| f.name == NAME)
                && !self.compiled.diagnostics.iter().any(|o| o.message == d.message)
        };
        let notes: Vec<Diagnostic> = compiled.diagnostics.iter().filter(typed).cloned().collect();
        if notes.is_empty() {
            return Answer::silent();
        }
        Answer::silent().piece(Piece::Complaints(notes, Arc::new(compiled.sources.clone())))
    }

    /// Checks texts, and a question; whether they are sound is for the caller to look at.
    fn check(&mut self, scripts: &Scripts, question: Option<&str>) -> Result<Compiled, Answer> {
        self.workspace
            .check(&Reading { scripts, question }, &scripts.references)
            .map_err(|e| refusals::run_refused(run::RunError::Cube(e), Arc::new(cadrage_source::SourceMap::new())))
    }

    /// The same, refused when there is any error.
    fn sound(&mut self, scripts: &Scripts, question: Option<&str>) -> Result<Compiled, Answer> {
        let compiled = self.check(scripts, question)?;
        if compiled.is_sound() {
            return Ok(compiled);
        }
        let errors = compiled.diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
        Err(Answer::refusal(errors, Arc::new(compiled.sources)))
    }

    /// Makes checked texts those of the session.
    fn install(&mut self, scripts: Scripts, compiled: Compiled) {
        // What is kept ready stays when nothing that it stands on moved.
        if !self.scenario.as_deref().is_some_and(|name| same_pay(&self.compiled, &compiled, name)) {
            self.desk = None;
        }
        self.tried = None;
        self.scripts = scripts;
        self.compiled = Arc::new(compiled);
        if self.current().is_none() {
            self.scenario = self.compiled.model.scenarios.iter().find(|s| s.name != SANDBOX).map(|s| s.name.clone());
        }
    }

    /// The scenario that questions are asked of, trials included.
    fn current(&self) -> Option<&Scenario> {
        let name = if self.scripts.trials.is_empty() { self.scenario.as_deref()? } else { SANDBOX };
        run::find(&self.compiled, name)
    }

    /// Its name, or a refusal.
    fn current_name(&self, line: &Line<'_>) -> Result<String, Answer> {
        match self.current() {
            Some(scenario) => Ok(scenario.name.clone()),
            None => {
                let help = "écrivez un `scénario … : constaté jusqu'à … observé au … fin`, ici ou dans un script";
                Err(line.refuse(Code::N01, "il n'y a pas de scénario à interroger", "", help))
            }
        }
    }

    /// The current scenario, kept ready.
    fn seated(&mut self, line: &Line<'_>) -> Result<&Desk, Answer> {
        let name = self.current_name(line)?;
        let place = if self.scripts.trials.is_empty() { &self.desk } else { &self.tried };
        if place.as_ref().is_none_or(Desk::is_left) {
            let desk = self.desk_of(&name)?;
            if self.scripts.trials.is_empty() {
                self.desk = Some(desk);
            } else {
                self.tried = Some(desk);
            }
        }
        let place = if self.scripts.trials.is_empty() { &self.desk } else { &self.tried };
        place.as_ref().ok_or_else(Answer::silent)
    }

    fn desk_of(&mut self, name: &str) -> Result<Desk, Answer> {
        self.desk_for(Arc::clone(&self.compiled), name)
    }

    fn desk_for(&mut self, compiled: Arc<Compiled>, name: &str) -> Result<Desk, Answer> {
        let observed = run::find(&compiled, name).map(|s| s.observed);
        let cube = self.workspace.shared(observed).map_err(|e| refusals::run_refused(run::RunError::Cube(e), Arc::default()))?;
        Ok(Desk::new(compiled, name, cube, Arc::clone(&self.engine), self.waiting.clone()))
    }

    fn change_scenario(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        if rest.is_empty() {
            return Answer::silent().with(Manner::Figure, self.lineage());
        }
        let wanted = rest.trim_end_matches([' ', '.']);
        let known: Vec<&str> = self.compiled.model.scenarios.iter().map(|s| s.name.as_str()).filter(|n| *n != SANDBOX).collect();
        let Some(found) = known.iter().find(|n| fold(n) == fold(wanted)).map(|n| (*n).to_owned()) else {
            let near = cadrage_driver::nearest(wanted, known.iter().copied());
            let help = near.map_or_else(|| format!("scénarios : {}", known.join(", ")), |n| format!("vouliez-vous `{n}` ?"));
            return line.refuse(Code::N01, format!("le scénario `{wanted}` est inconnu"), wanted, help);
        };
        if !self.scripts.trials.is_empty() && self.scenario.as_deref() != Some(&found) {
            let help = "`garder` les écrit, `annuler` les défait un à un, `enregistrer session \"….cadrage\"` les met de côté";
            return line.refuse(Code::V21, "des essais sont en cours sur un autre scénario", wanted, help);
        }
        if self.scenario.as_deref() != Some(&found) {
            (self.scenario, self.desk) = (Some(found), None);
        }
        Answer::silent().with(Manner::Figure, self.lineage())
    }

    /// `scénario courant : budget_2027 ← atterrissage_2026 ← constaté au 30/09/2026`
    fn lineage(&self) -> String {
        let Some(mut at) = self.scenario.as_deref().and_then(|n| run::find(&self.compiled, n)) else {
            return "aucun scénario dans ce dossier".to_owned();
        };
        let mut names = vec![at.name.clone()];
        let (constate, observed, until) = (at.constate, at.observed, at.until);
        while let Some(parent) = at.parent.as_deref().and_then(|n| run::find(&self.compiled, n)) {
            if names.contains(&parent.name) {
                break;
            }
            names.push(parent.name.clone());
            at = parent;
        }
        format!(
            "scénario courant : {} ← constaté jusqu'à {}, observé au {} ; projeté jusqu'à {}",
            names.join(" ← "),
            constate.to_french(),
            observed.to_french(),
            until.to_french()
        )
    }

    fn greeting(&mut self) -> Answer {
        let own: Vec<String> =
            self.compiled.model.modules.iter().filter(|m| !m.library).map(|m| format!("{} {}", m.name, m.version)).collect();
        let library = self.compiled.model.modules.iter().filter(|m| m.library).count();
        let declared = self.compiled.model.declared.values().filter(|d| !d.library).count() + self.compiled.model.scenarios.len();
        let count = |severity| self.compiled.diagnostics.iter().filter(|d| d.severity == severity).count();
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n > 1 { "s" } else { "" });
        let of = if own.is_empty() { String::new() } else { format!("{}, ", own.join(", ")) };
        let mut out = Answer::silent().aside(format!(
            "{of}{} — {}, {}, {}, {}",
            plural(library, "module") + " du socle",
            plural(declared, "déclaration"),
            plural(count(cadrage_source::Severity::Error), "erreur"),
            plural(count(cadrage_source::Severity::Warning), "avertissement"),
            plural(count(cadrage_source::Severity::Note), "note"),
        ));
        let errors: Vec<Diagnostic> = self.compiled.diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
        if !errors.is_empty() {
            let sources = Arc::new(self.compiled.sources.clone());
            out = out.then(Answer::refusal(errors, sources)).aside("corrigez les scripts, puis tapez `recharger`");
        }
        out.aside(self.lineage())
    }

    /// Where a path typed by a person is: in the dossier, unless it says otherwise.
    fn path(&self, written: &str) -> PathBuf {
        let path = Path::new(written);
        if path.is_absolute() { path.to_owned() } else { self.scripts.root.join(path) }
    }
}

/// Does a scenario pay the same people the same amounts? Measures, constants and populations typed at the prompt come after all others,
/// and move none of them.
fn same_pay(before: &Compiled, after: &Compiled, scenario: &str) -> bool {
    let of = |c: &Compiled| run::find(c, scenario).map(|s| format!("{s:?}"));
    let (old, new) = (&before.program, &after.program);
    let typed = |c: &Compiled, span: cadrage_source::Span| c.sources.get(span.file).is_some_and(|f| f.name == NAME);
    let feeds = |c: &Compiled| c.program.formulas.iter().any(|f| f.feeds.is_some() && typed(c, f.span));
    of(before) == of(after)
        && !feeds(before)
        && !feeds(after)
        && new.parameters.starts_with(&old.parameters)
        && (&old.brackets, &old.calendars, &old.elements, &old.bases) == (&new.brackets, &new.calendars, &new.elements, &new.bases)
        && before.model.grids == after.model.grids
        && before.model.reclassifications.len() == after.model.reclassifications.len()
        && before.model.forms.len() == after.model.forms.len()
}

/// Does a text declare something, rather than ask or order?
fn is_declaration(text: &str) -> bool {
    let Some(head) = head_word(text) else { return false };
    let block = text.contains('\n') || text.trim_end().ends_with(':');
    match head {
        "comparer" | "expliquer" | "pourquoi" | "chercher" | "balayer" => false,
        // « scénario budget_2027 » changes the current one.
        "scenario" => block,
        _ => true,
    }
}

/// Is a complaint about these words?
fn is_blamed(compiled: &Compiled, errors: &[Diagnostic], scripts: &Scripts, text: &str) -> bool {
    let whole = scripts.text();
    let Some(start) = whole.find(text) else { return false };
    let range = start..start + text.len();
    errors.iter().any(|d| {
        d.labels
            .first()
            .is_some_and(|l| compiled.sources.get(l.span.file).is_some_and(|f| f.name == NAME) && range.contains(&(l.span.start as usize)))
    })
}

/// `formule prime`, with the accents of who wrote it.
fn shown_key(key: &str, text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    if words.len() == 2 { words.join(" ").trim_end_matches([':', '=']).trim().to_owned() } else { key.to_owned() }
}
