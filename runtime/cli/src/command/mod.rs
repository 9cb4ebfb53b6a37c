//! One file per verb. Each gives an exit code: 0 done, 1 scripts or data are wrong, 2 misuse, 3 done but
//! an envelope that blocks is breached, 4 the machine failed.

mod aide;
mod analysis;
mod balayer;
mod calculer;
mod charges;
mod chercher;
mod comparer;
mod comparer_detail;
mod console;
mod controler;
mod couts_moyens;
mod dispatch;
mod eap;
mod expliquer;
mod formater;
mod gvt;
mod importer;
mod journal;
mod mise_a_niveau;
mod montrer;
mod mouvements;
mod nouveau;
mod pourquoi;
mod quarantaine;
mod rapprocher;
mod referentiels;
mod restituer;
mod saisir;
mod schema_emplois;
mod socle;
mod tester;
mod trying;
mod valider;
mod verifier;
mod waiting;

use std::path::{Path, PathBuf};

use cadrage_session::{Compiled, CubeError, LoadReport, RunError, Workspace};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::Date;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::{Arguments, Common};
use crate::report::Drawing;
use trying::{Trying, of_question};

/// Done.
pub(crate) const DONE: u8 = 0;
/// The script or the data are wrong.
pub(crate) const WRONG: u8 = 1;
/// Misuse of the command line.
pub(crate) const MISUSE: u8 = 2;
/// Done, but an envelope that blocks is breached.
pub(crate) const BREACHED: u8 = 3;
/// The machine failed.
pub(crate) const MACHINE: u8 = 4;
/// Stopped by Ctrl-C, what was done shown: a shell's 128 + SIGINT, so that what comes after `&&` does not take a part for the whole.
pub(crate) const INTERRUPTED: u8 = 130;

/// What every verb is given.
pub(crate) struct Context {
    pub(crate) dossier: PathBuf,
    pub(crate) common: Common,
    /// The day everything is seen from, when it is not today.
    pub(crate) seen_on: Option<Date>,
}

impl Context {
    pub(crate) fn drawing(&self) -> Drawing {
        Drawing { colour: self.common.couleur, quiet: self.common.silencieux }
    }

    /// Says something to the person, beside the data.
    pub(crate) fn say(&self, text: &str) {
        if !self.common.silencieux {
            eprintln!("{text}");
        }
    }

    /// Opens the dossier; a folder that is none is a misuse.
    pub(crate) fn open(&self, extra: &[PathBuf]) -> Result<Workspace, u8> {
        if !self.dossier.is_dir() {
            eprintln!("cadrage : `{}` n'est pas un dossier ; `cadrage démo <dossier>` en fait un d'exemple", self.dossier.display());
            return Err(MISUSE);
        }
        for file in extra {
            if !file.is_file() {
                eprintln!("cadrage : `{}` n'est pas un fichier", file.display());
                return Err(MISUSE);
            }
        }
        Workspace::open(&self.dossier, extra)
            .map(|w| w.seen_on(self.seen_on).for_role(self.common.role.clone()))
            .map_err(|e| self.refuse(&e))
    }

    /// Checks and compiles; draws what there is to say. An error ends the verb.
    pub(crate) fn compile(&self, workspace: &mut Workspace) -> Result<Compiled, u8> {
        let compiled = self.checked(workspace)?;
        // A sound scenario that departs from the texts carries its mark with its figures; `vérifier` says where it comes from.
        let said: Vec<Diagnostic> = compiled.diagnostics.iter().filter(|d| d.code != Code::D02).cloned().collect();
        self.drawing().diagnostics(&said, &compiled.sources);
        if compiled.is_sound() {
            Ok(compiled)
        } else {
            self.drawing().count(&compiled.diagnostics);
            Err(WRONG)
        }
    }

    /// Checks and compiles, sound or not, and says nothing; a dossier without scripts ends the verb.
    pub(crate) fn checked(&self, workspace: &mut Workspace) -> Result<Compiled, u8> {
        if self.seen_on.is_some() {
            // What was known on a day moves the constaté of the scenarios: deliveries first.
            self.import_pending(workspace)?;
        }
        let compiled = workspace.compile().map_err(|e| self.refuse(&e))?;
        if compiled.model.modules.is_empty() && compiled.files.is_empty() {
            eprintln!("cadrage : aucun script `.cadrage` dans `{}` ; `cadrage nouveau <dossier>` en prépare un", self.dossier.display());
            return Err(WRONG);
        }
        Ok(compiled)
    }

    /// Refuses to go on for who may not see agents one by one.
    pub(crate) fn sees_agents(&self, workspace: &Workspace, compiled: &Compiled, what: &str) -> Result<(), u8> {
        let sight = workspace.sight(compiled).map_err(|e| self.run_refused(&e, compiled))?;
        if sight.tells_agents() {
            return Ok(());
        }
        let nowhere = cadrage_source::Span::new(cadrage_source::FileId(u32::MAX), 0, 0);
        Err(self.run_refused(&sight.refusal(what, nowhere), compiled))
    }

    /// Says which of these scenarios have their constaté stop earlier than written.
    pub(crate) fn moved_back(&self, workspace: &Workspace, shown: impl Fn(&str) -> bool) {
        for (name, moved) in workspace.moved_back().filter(|(name, _)| shown(name)) {
            self.say(&format!("  note [T12] `{name}` : {}", moved.sentence()));
        }
    }

    pub(crate) fn refuse(&self, e: &CubeError) -> u8 {
        self.drawing().refusal(e);
        if e.is_machine() { MACHINE } else { WRONG }
    }

    /// Says why a run is refused; the exit code.
    pub(crate) fn run_refused(&self, why: &RunError, compiled: &Compiled) -> u8 {
        match why {
            RunError::Diagnostics(list) => {
                self.drawing().diagnostics(list, &compiled.sources);
                WRONG
            }
            RunError::Cube(e) => self.refuse(e),
        }
    }

    /// Loads the deliveries that are not, and says so.
    pub(crate) fn import_pending(&self, workspace: &mut Workspace) -> Result<Vec<LoadReport>, u8> {
        let pending = workspace.dossier().pending_deliveries().map_err(|e| self.refuse(&e))?;
        if !pending.is_empty() {
            self.say(&format!("{} livraison(s) pas encore chargée(s) : import", pending.len()));
        }
        let mut bar = Progress::new(pending.len(), self.common.silencieux);
        let mut out = Vec::new();
        let mut show = |report: &LoadReport| {
            self.say(&line(report));
            out.push(report.clone());
        };
        bar.load_all(workspace, &pending, &mut show).map_err(|e| self.refuse(&e))?;
        self.frozen(workspace)?;
        Ok(out)
    }

    /// Says which validated months are not what was frozen any more.
    pub(crate) fn frozen(&self, workspace: &mut Workspace) -> Result<(), u8> {
        for gap in workspace.dossier().frozen_gaps().map_err(|e| self.refuse(&e))? {
            self.say(&format!("  attention [I13] {}", gap.sentence()));
        }
        Ok(())
    }
}

/// One line per load.
pub(crate) fn line(report: &LoadReport) -> String {
    let blocking = report.blocking();
    let state = if blocking.is_empty() { "validable".to_owned() } else { format!("non validable : {}", blocking.join(", ")) };
    format!(
        "  {} : {} lus = acceptés, {} remarque(s), {state}",
        report.month.to_french(),
        report.read_amount().to_french() + " €",
        report.found()
    )
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new(deliveries: usize, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(u64::try_from(deliveries).unwrap_or(0)), target);
        if let Ok(style) = ProgressStyle::with_template("  {bar:30} {pos}/{len} livraisons  {msg}") {
            bar.set_style(style);
        }
        Progress { bar }
    }

    /// Loads deliveries in order; gives each compte rendu once its load is in the store.
    pub(crate) fn load_all(
        &mut self,
        workspace: &mut Workspace,
        deliveries: &[PathBuf],
        each: &mut dyn FnMut(&LoadReport),
    ) -> Result<(), CubeError> {
        let bar = &self.bar;
        let mut say = |delivery: &Path, file: &str, _: u64, _: u64| {
            let name = delivery.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            bar.set_message(format!("{name} {file}"));
        };
        let mut loaded = |report: &LoadReport| {
            bar.inc(1);
            bar.suspend(|| each(report));
        };
        workspace.loader()?.import_all(deliveries, &mut say, &mut loaded)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Runs the verb; its exit code.
pub(crate) fn run(arguments: Arguments) -> u8 {
    let seen_on = match arguments.common.vu_au.as_deref().map(|text| (text, Date::parse(text))) {
        None => None,
        Some((text, None)) => {
            eprintln!("cadrage : `{text}` n'est pas un jour ; écrivez `--vu-au 31/05/2026`");
            return MISUSE;
        }
        Some((text, _)) if !arguments.verb.looks_back() => {
            eprintln!("cadrage : ce verbe ne se voit pas d'un autre jour : retirez `--vu-au {text}`");
            return MISUSE;
        }
        Some((_, day)) => day,
    };
    let context = Context { dossier: arguments.dossier, common: arguments.common, seen_on };
    dispatch::run(&context, arguments.verb).unwrap_or_else(|code| code)
}
