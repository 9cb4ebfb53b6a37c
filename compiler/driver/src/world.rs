//! Where texts, reference lists and the library come from. The compiler itself reads nothing.

use cadrage_semantics::{Members, Table};

/// What a check may ask the outside for.
pub trait World {
    /// Scripts of the dossier: displayed name and text, in order of name.
    fn scripts(&self) -> Vec<(String, String)>;

    /// Modules of the library: displayed name and text.
    fn library(&self) -> Vec<(String, String)> {
        cadrage_stdlib::MODULES.iter().map(|(name, text)| (format!("socle/{name}"), (*text).to_owned())).collect()
    }

    /// A reference list named by a script (`referentiels/baremes_locaux.csv`), or the French sentence that says why not.
    ///
    /// # Errors
    /// What to tell the author.
    fn table(&self, path: &str) -> Result<Table, String>;

    /// The cases of a test, from a file whose columns `separator` separates, or the French sentence that says why not.
    ///
    /// # Errors
    /// What to tell the author.
    fn cases(&self, path: &str, separator: char) -> Result<Table, String>;

    /// What people typed in a file of the dossier; `None` where there is no such file.
    fn entries(&self, _path: &str) -> Option<Result<Table, String>> {
        None
    }

    /// The role of who writes the scripts, when the check is made for one (decision D29).
    fn role(&self) -> Option<String> {
        None
    }

    /// A line of the console to check with the scripts: its name in messages, and its text.
    fn question(&self) -> Option<(String, String)> {
        None
    }

    /// Members of the axes, as the reference lists give them.
    fn members(&self) -> Members;
}

/// A world of given texts, without a dossier: tests, the library alone.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// Scripts.
    pub scripts: Vec<(String, String)>,
    /// Reference lists.
    pub tables: Vec<Table>,
    /// Members.
    pub members: Members,
}

/// The library alone, with one of its options or none: its own tests, what it declares.
#[derive(Clone, Copy, Debug, Default)]
pub struct Library {
    /// File name of the option, as [`cadrage_stdlib::MODULES`] has it.
    pub option: Option<&'static str>,
}

impl Library {
    /// Without an option, then with each.
    pub fn each() -> impl Iterator<Item = Library> {
        let options = cadrage_stdlib::MODULES.iter().map(|(name, _)| *name).filter(|name| name.starts_with(cadrage_stdlib::OPTIONS));
        std::iter::once(Library::default()).chain(options.map(|name| Library { option: Some(name) }))
    }

    /// Is what this module's tests say asked of this library? With an option, the others' figures may lawfully differ.
    #[must_use]
    pub fn tests(&self, module: &str) -> bool {
        let named = |name: &str| {
            let text = cadrage_stdlib::MODULES.iter().find(|(n, _)| *n == name).map_or("", |(_, text)| *text);
            text.lines().any(|line| line.strip_prefix("module ").is_some_and(|rest| rest.split_whitespace().next() == Some(module)))
        };
        self.option.is_none_or(named)
    }
}

impl World for Library {
    fn scripts(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn library(&self) -> Vec<(String, String)> {
        let shown = |name: &str| match self.option {
            Some(option) if option == name => name.trim_start_matches(cadrage_stdlib::OPTIONS).to_owned(),
            _ => name.to_owned(),
        };
        cadrage_stdlib::MODULES.iter().map(|(name, text)| (format!("socle/{}", shown(name)), (*text).to_owned())).collect()
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        Err(format!("le fichier `{path}` n'est pas dans le socle"))
    }

    fn cases(&self, path: &str, _: char) -> Result<Table, String> {
        self.table(path)
    }

    fn members(&self) -> Members {
        Members::default()
    }
}

impl World for Texts {
    fn scripts(&self) -> Vec<(String, String)> {
        self.scripts.clone()
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        self.tables.iter().find(|t| t.path == path).cloned().ok_or_else(|| format!("le fichier `{path}` est absent du dossier"))
    }

    fn entries(&self, path: &str) -> Option<Result<Table, String>> {
        self.tables.iter().find(|t| t.path == path).cloned().map(Ok)
    }

    fn cases(&self, path: &str, _: char) -> Result<Table, String> {
        self.table(path)
    }

    fn members(&self) -> Members {
        self.members.clone()
    }
}
