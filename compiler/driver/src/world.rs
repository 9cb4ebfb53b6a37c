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
