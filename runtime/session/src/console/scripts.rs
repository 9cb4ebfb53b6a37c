//! The texts of a session: those of the dossier as they were read, what was typed, what is tried. Copied, changed, checked, and kept only
//! when they are sound: a line is a transaction.

use std::path::{Path, PathBuf};

use cadrage_cube::{CubeError, References};
use cadrage_driver::{Members, Table, World, fold, head_word};

use crate::dossier_world::DossierWorld;

/// What the texts typed at the prompt are called in messages.
pub(crate) const NAME: &str = "console";

/// The scenario that trials make.
pub(crate) const SANDBOX: &str = "bac_à_sable";

/// The texts of a session.
#[derive(Clone, Debug)]
pub(crate) struct Scripts {
    pub(crate) root: PathBuf,
    pub(crate) extra: Vec<PathBuf>,
    role: Option<String>,
    pub(crate) references: References,
    members: Members,
    /// Displayed name, path and text of each script.
    pub(crate) files: Vec<(String, PathBuf, String)>,
    /// What was declared at the prompt.
    pub(crate) typed: Vec<Typed>,
    /// What is tried, in order.
    pub(crate) trials: Vec<String>,
    /// The scenario it is tried on.
    pub(crate) base: Option<String>,
}

/// A declaration typed at the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// What tells it from others: its head word and its name.
    pub(crate) key: String,
    pub(crate) text: String,
}

impl Typed {
    pub(crate) fn new(text: &str) -> Typed {
        let head = head_word(text).unwrap_or("");
        // A name, or what stands for one: `taire D06 …` has none of its own.
        let name = text.split_whitespace().nth(1).unwrap_or("").trim_end_matches([':', '=']);
        Typed { key: format!("{head} {}", fold(name)), text: text.to_owned() }
    }
}

impl Scripts {
    /// Reads the scripts of a dossier, and those that are not in it.
    pub(crate) fn read(root: &Path, extra: &[PathBuf], role: Option<&str>) -> Result<Scripts, CubeError> {
        let references = References::read(root)?;
        let world = DossierWorld { root, references: &references, only: extra, role: None, typed: &[] };
        let members = world.members();
        let read = |(name, path): (String, PathBuf)| {
            let text = String::from_utf8_lossy(&std::fs::read(&path).ok()?).into_owned();
            Some((name, path, text))
        };
        let files = world.paths().into_iter().filter_map(read).collect();
        Ok(Scripts {
            root: root.to_owned(),
            extra: extra.to_vec(),
            role: role.map(str::to_owned),
            members,
            files,
            references,
            typed: Vec::new(),
            trials: Vec::new(),
            base: None,
        })
    }

    /// The same texts read again; what was typed and tried stays.
    pub(crate) fn again(&self, extra: &[PathBuf]) -> Result<Scripts, CubeError> {
        let read = Scripts::read(&self.root, extra, self.role.as_deref())?;
        Ok(Scripts { typed: self.typed.clone(), trials: self.trials.clone(), base: self.base.clone(), ..read })
    }

    /// Members of the axes, as the lists of the dossier give them.
    pub(crate) fn members(&self) -> &Members {
        &self.members
    }

    /// Adds a declaration; one of the same name typed before is replaced, and given back.
    pub(crate) fn declare(&mut self, new: Typed) -> Option<Typed> {
        match self.typed.iter_mut().find(|t| t.key == new.key) {
            Some(known) => Some(std::mem::replace(known, new)),
            None => {
                self.typed.push(new);
                None
            }
        }
    }

    /// What was typed and tried, as one script.
    pub(crate) fn text(&self) -> String {
        let mut out: String = self.typed.iter().map(|t| format!("{}\n", t.text)).collect();
        out.push_str(&self.sandbox(SANDBOX, "Bac à sable"));
        out
    }

    /// The trials as a scenario; nothing when there is none.
    pub(crate) fn sandbox(&self, name: &str, label: &str) -> String {
        let Some(base) = self.base.as_ref().filter(|_| !self.trials.is_empty()) else { return String::new() };
        let mut out = format!("scénario {name} \"{label}\" hérite de {base} :\n");
        for trial in &self.trials {
            out.push_str(&format!("  {trial}\n"));
        }
        out + "fin\n"
    }
}

/// What the compiler sees: the texts, and a question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'s> {
    pub(crate) scripts: &'s Scripts,
    pub(crate) question: Option<&'s str>,
}

impl Reading<'_> {
    fn disk(&self) -> DossierWorld<'_> {
        let s = self.scripts;
        DossierWorld { root: &s.root, references: &s.references, only: &s.extra, role: None, typed: &[] }
    }
}

impl World for Reading<'_> {
    fn scripts(&self) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = self.scripts.files.iter().map(|(name, _, text)| (name.clone(), text.clone())).collect();
        out.push((NAME.to_owned(), self.scripts.text()));
        out
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        self.disk().table(path)
    }

    fn cases(&self, path: &str, separator: char) -> Result<Table, String> {
        self.disk().cases(path, separator)
    }

    fn entries(&self, path: &str) -> Option<Result<Table, String>> {
        self.disk().entries(path)
    }

    fn role(&self) -> Option<String> {
        self.scripts.role.clone()
    }

    fn members(&self) -> Members {
        self.scripts.members.clone()
    }

    fn question(&self) -> Option<(String, String)> {
        self.question.map(|text| (NAME.to_owned(), text.to_owned()))
    }
}
