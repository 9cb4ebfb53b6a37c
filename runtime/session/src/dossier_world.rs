//! The compiler's view of a dossier: its scripts, its reference lists, the members of its axes.

use std::path::{Path, PathBuf};

use cadrage_cube::{FlatFile, References};
use cadrage_driver::{Members, Table, World};
use cadrage_ir::{Base, Element};

/// A dossier on disk.
#[derive(Debug)]
pub(crate) struct DossierWorld<'a> {
    pub(crate) root: &'a Path,
    pub(crate) references: &'a References,
    /// Only these scripts, when the user named some; all of the dossier otherwise.
    pub(crate) only: &'a [PathBuf],
    /// Whose scripts they are, when a role is checked.
    pub(crate) role: Option<&'a str>,
    /// What a person types. Name and text; under the name of a file of the dossier, it is read in the place of that file.
    pub(crate) typed: &'a [(String, String)],
}

/// Values that no list holds: they are part of the exchange format (interfaces.md §3, §6).
const CLOSED: &[(&str, &[&str])] = &[
    ("statut", &["TITULAIRE", "STAGIAIRE", "CDI", "CDD", "VACATAIRE", "HEBERGE"]),
    ("rémunération", &["INDICIAIRE", "FORFAIT", "HORAIRE", "AUCUNE"]),
    ("position", &["AC", "DISPO", "CPAR", "DETACHE", "MAD"]),
    ("modalité", &["TC", "TP", "TI"]),
    ("plafond", &["ETAT", "INTERNE", "HORS_PSOP"]),
    ("nature", &["COURANT", "ANTERIEUR"]),
];

impl DossierWorld<'_> {
    /// Displayed name and path of each script, in order.
    pub(crate) fn paths(&self) -> Vec<(String, PathBuf)> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(self.root)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|x| x == "cadrage"))
            .collect();
        for extra in self.only {
            if !paths.iter().any(|p| same_file(p, extra)) {
                paths.push(extra.clone());
            }
        }
        paths.sort();
        paths.into_iter().map(|p| (p.strip_prefix(self.root).unwrap_or(&p).display().to_string(), p)).collect()
    }
}

impl World for DossierWorld<'_> {
    fn scripts(&self) -> Vec<(String, String)> {
        let read = |(name, path): (String, PathBuf)| Some((name, String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned()));
        let in_place = |name: &str| self.typed.iter().any(|(typed, _)| typed == name);
        let files = self.paths().into_iter().filter(|(name, _)| !in_place(name)).filter_map(read);
        files.chain(self.typed.iter().cloned()).collect()
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        self.cases(path, ';')
    }

    fn entries(&self, path: &str) -> Option<Result<Table, String>> {
        self.root.join(path).exists().then(|| self.table(path))
    }

    fn cases(&self, path: &str, separator: char) -> Result<Table, String> {
        if Path::new(path).is_absolute() || path.split(['/', '\\']).any(|part| part == "..") {
            return Err(format!("`{path}` sort du dossier : un script ne lit que les fichiers de son dossier"));
        }
        let bytes = std::fs::read(self.root.join(path)).map_err(|_| format!("le fichier `{path}` est absent du dossier"))?;
        let file = FlatFile::read_separated(path, &bytes, "utf-8", separator).map_err(|e| e.to_string())?;
        Ok(Table { path: path.to_owned(), rows: file.named_rows().collect() })
    }

    fn role(&self) -> Option<String> {
        self.role.map(str::to_owned)
    }

    fn members(&self) -> Members {
        let mut out = Members::default();
        for (axis, codes) in CLOSED {
            for code in *codes {
                out.add(axis, code, "");
            }
        }
        for (code, g) in &self.references.grades {
            out.add("grade", code, &g.libelle);
            for (axis, above) in [("corps", &g.corps), ("groupe", &g.groupe), ("catégorie", &g.categorie), ("grade_bcn", &g.grade_bcn)] {
                out.group(axis, above, code);
            }
        }
        for (code, s) in &self.references.structures {
            out.add("structure", code, &s.libelle);
            let composante = self.references.composante_of(code);
            if s.niveau != "ETABLISSEMENT" {
                out.group("composante", &composante, code);
            }
            if let Some(zone) = self.references.zone_of(code) {
                out.group("zone", &zone.to_string(), code);
            }
            if let Some(commune) = self.references.commune_of(code) {
                out.group("commune", commune, code);
            }
        }
        for (code, e) in &self.references.elements {
            out.add("rubrique", code, &e.libelle);
            out.group("famille", &e.famille, code);
        }
        for (code, label) in &self.references.comptes {
            out.add("compte", code, label);
            if let Some(class) = self.references.class_of(code) {
                out.group("classe", class, code);
            }
        }
        for (code, a) in &self.references.analytique {
            out.add(if a.niveau == "EOTP" { "eotp" } else { "centre_de_coût" }, code, &a.libelle);
        }
        out
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

/// Pay elements and bases of the dossier's list; `None` when it has none.
pub(crate) fn elements(references: &References) -> Option<(Vec<Element>, Vec<Base>)> {
    if references.elements.is_empty() {
        return None;
    }
    let mut bases: Vec<Base> = Vec::new();
    let mut elements = Vec::new();
    for (rubrique, e) in &references.elements {
        for code in &e.assiettes {
            match bases.iter_mut().find(|b| b.code == *code) {
                Some(base) => drop(base.rubriques.insert(rubrique.clone())),
                None => bases.push(Base { code: code.clone(), rubriques: [rubrique.clone()].into() }),
            }
        }
        elements.push(Element {
            rubrique: rubrique.clone(),
            label: e.libelle.clone(),
            famille: e.famille.clone(),
            compte_titulaire: e.compte_titulaire.clone(),
            compte_contractuel: e.compte_contractuel.clone(),
            span: None,
        });
    }
    Some((elements, bases))
}
