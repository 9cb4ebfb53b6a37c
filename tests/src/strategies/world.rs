//! The little world that made-up programs speak of: codes, months, pay elements.

use cadrage_driver::{Members, Table, World};

/// Grades, each with its corps.
pub const GRADES: &[(&str, &str)] = &[("PR_1C", "PR"), ("PR_2C", "PR"), ("MCF_CN", "MCF"), ("IGE_CN", "IGE")];

/// Structures, each with its composante and zone.
pub const STRUCTURES: &[(&str, &str, &str)] = &[("DRO_PUB", "DROIT", "1"), ("SCI_MATH", "SCIENCES", "2"), ("SCI_PHY", "SCIENCES", "3")];

/// Statuts.
pub const STATUTS: &[&str] = &["TITULAIRE", "CDD", "CDI"];

/// Pay elements: code, famille, bases of contributions.
pub const ELEMENTS: &[(&str, &str, &str)] = &[
    ("201", "REMUNERATION", "RAFP ; RG"),
    ("202", "REMUNERATION", "RG"),
    ("203", "REMUNERATION", "RAFP"),
    ("204", "REMUNERATION", "PC ; RG"),
    ("301", "COTISATION", ""),
    ("302", "PRESTATION", ""),
];

/// Bases that elements enter.
pub const BASES: &[&str] = &["RG", "RAFP", "PC"];

/// A world of one script, without the library: a script stands alone, and compiles fast.
#[derive(Clone, Debug)]
pub struct Alone {
    script: String,
    members: Members,
}

impl Alone {
    /// The world of a script.
    #[must_use]
    pub fn new(script: &str) -> Self {
        let mut members = Members::default();
        for (grade, corps) in GRADES {
            members.add("grade", grade, "");
            members.group("corps", corps, grade);
        }
        for (structure, composante, zone) in STRUCTURES {
            members.add("structure", structure, "");
            members.group("composante", composante, structure);
            members.group("zone", zone, structure);
        }
        Alone { script: script.to_owned(), members }
    }
}

impl World for Alone {
    fn scripts(&self) -> Vec<(String, String)> {
        vec![("essai.cadrage".to_owned(), self.script.clone())]
    }

    fn library(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        Err(format!("le fichier `{path}` est absent du dossier"))
    }

    fn cases(&self, path: &str, _: char) -> Result<Table, String> {
        self.table(path)
    }

    fn members(&self) -> Members {
        self.members.clone()
    }
}
