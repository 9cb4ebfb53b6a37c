//! Reference lists of a dossier (interfaces.md §10): trees of members, elements, grids, local scales.

use std::collections::BTreeMap;
use std::path::Path;

use cadrage_value::{Date, Month};

use crate::field::{self, Rubbish};
use crate::{CubeError, FlatFile};

/// A structure of the establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Structure {
    pub libelle: String,
    /// `ETABLISSEMENT COMPOSANTE DEPARTEMENT`.
    pub niveau: String,
    pub parent: String,
    /// Residence allowance zone, 1 to 3.
    pub zone: Option<i64>,
    pub from: Option<Date>,
    /// Excluded.
    pub until: Option<Date>,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Grade {
    pub libelle: String,
    pub corps: String,
    pub groupe: String,
    pub categorie: String,
    pub grade_bcn: String,
    /// Usual mode of pay.
    pub remuneration: String,
}

/// A pay element.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Element {
    pub libelle: String,
    /// `REMUNERATION COTISATION PRESTATION`.
    pub famille: String,
    /// `PERMANENT VARIABLE ANNUEL EXCEPTIONNEL`.
    pub regularite: String,
    pub compte_titulaire: String,
    pub compte_contractuel: String,
    /// Bases it enters.
    pub assiettes: Vec<String>,
}

/// A cost centre or an eOTP.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Analytic {
    pub libelle: String,
    /// `CENTRE_DE_COUT EOTP`.
    pub niveau: String,
    pub parent: String,
    /// `ETAT INTERNE`: decides the plafond.
    pub ressource: String,
    pub from: Option<Date>,
    /// Excluded.
    pub until: Option<Date>,
}

/// A step of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct GridRow {
    pub grade: String,
    pub rang: i64,
    pub echelon: String,
    pub chevron: String,
    pub ib: String,
    pub inm: Option<i64>,
    /// Empty = last step.
    pub duree_mois: Option<i32>,
    pub from: Date,
    /// Excluded.
    pub until: Option<Date>,
}

/// The lists, by code.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// `structure.csv`.
    pub structures: BTreeMap<String, Structure>,
    /// `corps_grades.csv`.
    pub grades: BTreeMap<String, Grade>,
    /// `elements_paie.csv`.
    pub elements: BTreeMap<String, Element>,
    /// `comptes.csv`: label by account.
    pub comptes: BTreeMap<String, String>,
    /// `analytique.csv`.
    pub analytique: BTreeMap<String, Analytic>,
    /// `grilles.csv`.
    pub grids: Vec<GridRow>,
}

impl References {
    /// Reads `referentiels/*.csv` of a dossier; a list that is absent is empty.
    ///
    /// # Errors
    /// `I04`, `I09` with file, line and column.
    pub fn read(dossier: &Path) -> Result<References, CubeError> {
        let mut out = References::default();
        each(
            dossier,
            "structure.csv",
            &["structure", "libelle", "niveau", "parent", "zone", "date_debut", "date_fin_exclue"],
            &["structure", "niveau"],
            |c| {
                let row = Structure {
                    libelle: c.text("libelle")?,
                    niveau: c.code("niveau")?,
                    parent: c.code("parent")?,
                    zone: c.get("zone", field::integer)?,
                    from: c.get("date_debut", field::date)?,
                    until: c.get("date_fin_exclue", field::end)?,
                };
                out.structures.insert(c.code("structure")?, row);
                Ok(())
            },
        )?;
        each(
            dossier,
            "corps_grades.csv",
            &["grade", "libelle", "corps", "groupe", "categorie", "grade_bcn", "remuneration"],
            &["grade", "corps", "groupe"],
            |c| {
                let row = Grade {
                    libelle: c.text("libelle")?,
                    corps: c.code("corps")?,
                    groupe: c.code("groupe")?,
                    categorie: c.code("categorie")?,
                    grade_bcn: c.code("grade_bcn")?,
                    remuneration: c.code("remuneration")?,
                };
                out.grades.insert(c.code("grade")?, row);
                Ok(())
            },
        )?;
        let columns = ["rubrique", "libelle", "famille", "regularite", "compte_titulaire", "compte_contractuel", "assiettes"];
        each(dossier, "elements_paie.csv", &columns, &["rubrique", "famille"], |c| {
            let row = Element {
                libelle: c.text("libelle")?,
                famille: c.code("famille")?,
                regularite: c.code("regularite")?,
                compte_titulaire: c.code("compte_titulaire")?,
                compte_contractuel: c.code("compte_contractuel")?,
                assiettes: c.text("assiettes")?.split_whitespace().map(str::to_uppercase).collect(),
            };
            out.elements.insert(c.code("rubrique")?, row);
            Ok(())
        })?;
        each(dossier, "comptes.csv", &["compte", "libelle"], &["compte"], |c| {
            out.comptes.insert(c.code("compte")?, c.text("libelle")?);
            Ok(())
        })?;
        each(
            dossier,
            "analytique.csv",
            &["code", "libelle", "niveau", "parent", "ressource", "date_debut", "date_fin_exclue"],
            &["code", "niveau", "ressource"],
            |c| {
                let row = Analytic {
                    libelle: c.text("libelle")?,
                    niveau: c.code("niveau")?,
                    parent: c.code("parent")?,
                    ressource: c.code("ressource")?,
                    from: c.get("date_debut", field::date)?,
                    until: c.get("date_fin_exclue", field::end)?,
                };
                out.analytique.insert(c.code("code")?, row);
                Ok(())
            },
        )?;
        let columns = ["grade", "rang", "echelon", "chevron", "ib", "inm", "duree_mois", "date_debut", "date_fin_exclue"];
        each(dossier, "grilles.csv", &columns, &["grade", "rang", "echelon", "inm", "date_debut"], |c| {
            out.grids.push(GridRow {
                grade: c.code("grade")?,
                rang: c.get("rang", field::integer)?.unwrap_or(0),
                echelon: c.code("echelon")?,
                chevron: c.code("chevron")?,
                ib: c.code("ib")?,
                inm: c.get("inm", field::integer)?,
                duree_mois: c.get("duree_mois", field::integer)?.and_then(|n| i32::try_from(n).ok()),
                from: c.get("date_debut", field::date)?.ok_or_else(|| c.bad("date_debut"))?,
                until: c.get("date_fin_exclue", field::end)?,
            });
            Ok(())
        })?;
        Ok(out)
    }

    /// The composante of a structure: itself, or the ancestor of that level; `?` when unknown.
    #[must_use]
    pub fn composante_of(&self, structure: &str) -> String {
        let mut at = structure;
        for _ in 0..10 {
            match self.structures.get(at) {
                Some(s) if s.niveau == "COMPOSANTE" || s.parent.is_empty() => return at.to_owned(),
                Some(s) => at = &s.parent,
                None => break,
            }
        }
        "?".to_owned()
    }

    /// The residence zone of a structure, or of the nearest ancestor that has one.
    #[must_use]
    pub fn zone_of(&self, structure: &str) -> Option<i64> {
        let mut at = structure;
        for _ in 0..10 {
            let s = self.structures.get(at)?;
            if s.zone.is_some() {
                return s.zone;
            }
            at = &s.parent;
        }
        None
    }

    /// Is the structure known and open in the month?
    #[must_use]
    pub fn is_open(&self, structure: &str, month: Month) -> bool {
        self.structures
            .get(structure)
            .is_some_and(|s| s.from.is_none_or(|d| d <= month.last_day()) && s.until.is_none_or(|d| d > month.first_day()))
    }

    /// A grade.
    #[must_use]
    pub fn grade(&self, code: &str) -> Option<&Grade> {
        self.grades.get(code)
    }

    /// A pay element.
    #[must_use]
    pub fn element(&self, rubrique: &str) -> Option<&Element> {
        self.elements.get(rubrique)
    }

    /// Who pays a cost centre; `?` when unknown.
    #[must_use]
    pub fn resource_of(&self, centre: &str) -> &str {
        self.analytique.get(centre).map_or("?", |a| a.ressource.as_str())
    }

    /// Is the key valid on the first of the month (R5)?
    #[must_use]
    pub fn key_is_valid(&self, centre: &str, eotp: &str, month: Month) -> bool {
        let day = month.first_day();
        let open = |a: &Analytic| a.from.is_none_or(|d| d <= day) && a.until.is_none_or(|d| d > day);
        let centre_fine = self.analytique.get(centre).is_some_and(open);
        let eotp_fine = eotp.is_empty() || self.analytique.get(eotp).is_some_and(|a| open(a) && a.parent == centre);
        centre_fine && eotp_fine
    }

    /// The grid's index of a step on a day; `None` when the list does not know it.
    #[must_use]
    pub fn inm_of(&self, grade: &str, echelon: &str, chevron: &str, day: Date) -> Option<i64> {
        let fits = |r: &&GridRow| {
            r.grade == grade && r.echelon == echelon && r.chevron == chevron && r.from <= day && r.until.is_none_or(|u| u > day)
        };
        self.grids.iter().rfind(fits).and_then(|r| r.inm)
    }
}

/// A row of a list being read.
struct Cells<'a> {
    file: &'a FlatFile,
    columns: &'a crate::table::Columns,
    row: &'a crate::table::FlatRow,
}

impl Cells<'_> {
    fn bad(&self, column: &str) -> CubeError {
        let cell = self.columns.cell(self.row, column);
        CubeError::new("I09", format!("`{cell}` n'est pas une valeur de la colonne `{column}`"), "corrigez cette case du référentiel").at(
            &self.file.name,
            Some(self.row.line),
            Some(column),
        )
    }

    fn get<T>(&self, column: &str, parse: impl Fn(&str) -> Result<T, Rubbish>) -> Result<T, CubeError> {
        parse(self.columns.cell(self.row, column)).map_err(|Rubbish| self.bad(column))
    }

    fn code(&self, column: &str) -> Result<String, CubeError> {
        self.get(column, field::code)
    }

    fn text(&self, column: &str) -> Result<String, CubeError> {
        self.get(column, field::text)
    }
}

fn each(
    dossier: &Path,
    name: &str,
    known: &[&'static str],
    required: &[&str],
    mut take: impl FnMut(&Cells<'_>) -> Result<(), CubeError>,
) -> Result<(), CubeError> {
    let path = dossier.join("referentiels").join(name);
    let shown = format!("referentiels/{name}");
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(CubeError::store(&format!("`{shown}` ne se lit pas"), &e)),
    };
    let file = FlatFile::read(&shown, &bytes, "utf-8")?;
    let columns = file.columns(known, required)?;
    for row in &file.rows {
        take(&Cells { file: &file, columns: &columns, row })?;
    }
    Ok(())
}
