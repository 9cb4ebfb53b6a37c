//! Reading the lists: one closure per file, each bad cell named with its file, line and column.

use std::collections::BTreeMap;
use std::path::Path;

use cadrage_value::{Date, Exact};

use super::{Analytic, BaremeRow, Element, Grade, GridRow, PlafondRow, References, Structure};
use crate::field::{self, Rubbish};
use crate::{CubeError, FlatFile};

impl References {
    /// Reads `referentiels/*.csv` of a dossier; a list that is absent is empty.
    ///
    /// # Errors
    /// `I04`, `I09` with file, line and column.
    pub fn read(dossier: &Path) -> Result<References, CubeError> {
        let mut out = References::default();
        axes(dossier, &mut out)?;
        elements(dossier, &mut out)?;
        scales(dossier, &mut out)?;
        Ok(out)
    }
}

fn axes(dossier: &Path, out: &mut References) -> Result<(), CubeError> {
    let columns = ["structure", "libelle", "niveau", "parent", "zone", "commune", "date_debut", "date_fin_exclue"];
    each(dossier, "structure.csv", &columns, &["structure", "niveau"], |c| {
        let row = Structure {
            libelle: c.text("libelle")?,
            niveau: c.member("niveau", &["ETABLISSEMENT", "COMPOSANTE", "DEPARTEMENT"])?,
            parent: c.code("parent")?,
            zone: c.get("zone", field::integer)?,
            commune: c.code("commune")?,
            from: c.get("date_debut", field::date)?,
            until: c.get("date_fin_exclue", field::end)?,
        };
        c.insert(&mut out.structures, "structure", row)
    })?;
    let columns = ["grade", "libelle", "corps", "groupe", "categorie", "grade_bcn", "corps_bcn", "remuneration", "grade_suivant"];
    each(dossier, "corps_grades.csv", &columns, &["grade", "corps", "groupe"], |c| {
        let row = Grade {
            libelle: c.text("libelle")?,
            corps: c.code("corps")?,
            groupe: c.code("groupe")?,
            categorie: c.code("categorie")?,
            grade_bcn: c.code("grade_bcn")?,
            corps_bcn: c.code("corps_bcn")?,
            remuneration: c.code("remuneration")?,
            grade_suivant: c.code("grade_suivant")?,
        };
        c.insert(&mut out.grades, "grade", row)
    })?;
    let columns = ["code", "libelle", "niveau", "parent", "ressource", "structure", "date_debut", "date_fin_exclue"];
    each(dossier, "analytique.csv", &columns, &["code", "niveau", "ressource"], |c| {
        let row = Analytic {
            libelle: c.text("libelle")?,
            niveau: c.member("niveau", &["CENTRE_DE_COUT", "EOTP"])?,
            parent: c.code("parent")?,
            ressource: c.code("ressource")?,
            structure: c.code("structure")?,
            from: c.get("date_debut", field::date)?,
            until: c.get("date_fin_exclue", field::end)?,
        };
        c.insert(&mut out.analytique, "code", row)
    })
}

fn elements(dossier: &Path, out: &mut References) -> Result<(), CubeError> {
    let columns = ["rubrique", "libelle", "famille", "regularite", "calendrier", "compte_titulaire", "compte_contractuel", "assiettes"];
    each(dossier, "elements_paie.csv", &columns, &["rubrique", "famille"], |c| {
        let row = Element {
            libelle: c.text("libelle")?,
            famille: c.code("famille")?,
            regularite: c.code("regularite")?,
            calendrier: c.text("calendrier")?,
            compte_titulaire: c.code("compte_titulaire")?,
            compte_contractuel: c.code("compte_contractuel")?,
            assiettes: c.text("assiettes")?.split_whitespace().map(str::to_uppercase).collect(),
        };
        c.insert(&mut out.elements, "rubrique", row)
    })?;
    each(dossier, "comptes.csv", &["compte", "libelle", "parent", "origine"], &["compte"], |c| {
        let parent = c.code("parent")?;
        if !parent.is_empty() {
            out.comptes_parents.insert(c.code("compte")?, parent);
        }
        let label = c.text("libelle")?;
        c.insert(&mut out.comptes, "compte", label)
    })
}

fn scales(dossier: &Path, out: &mut References) -> Result<(), CubeError> {
    let columns = ["grade", "rang", "echelon", "chevron", "ib", "inm", "duree_mois", "date_debut", "date_fin_exclue", "source"];
    each(dossier, "grilles.csv", &columns, &["grade", "rang", "echelon", "inm", "date_debut"], |c| {
        out.grids.push(GridRow {
            grade: c.code("grade")?,
            rang: c.get("rang", field::integer)?.unwrap_or(0),
            echelon: c.get("echelon", field::label)?,
            chevron: c.get("chevron", field::label)?,
            ib: c.get("ib", field::label)?,
            inm: c.get("inm", field::integer)?,
            duree_mois: c.get("duree_mois", field::integer)?.and_then(|n| i32::try_from(n).ok()),
            from: c.date("date_debut")?,
            until: c.get("date_fin_exclue", field::end)?,
            source: c.text("source")?,
        });
        Ok(())
    })?;
    let columns = ["type", "rubrique", "axe", "membre", "date_debut", "date_fin_exclue", "valeur", "unite", "source"];
    each(dossier, "baremes_locaux.csv", &columns, &["type", "rubrique", "axe", "membre", "date_debut", "valeur", "unite"], |c| {
        out.baremes.push(BaremeRow {
            kind: c.code("type")?,
            rubrique: c.code("rubrique")?,
            axe: c.text("axe")?,
            membre: c.get("membre", field::label)?,
            date_debut: c.date("date_debut")?,
            date_fin_exclue: c.get("date_fin_exclue", field::end)?,
            valeur: c.number("valeur")?,
            unite: c.text("unite")?,
            source: c.text("source")?,
            line: c.row.line,
        });
        Ok(())
    })?;
    let columns = [
        "code",
        "mesure",
        "plafond",
        "axe",
        "membre",
        "hors_groupe",
        "exercice",
        "valeur",
        "controle",
        "alerte_pct",
        "blocage_pct",
        "source",
    ];
    each(dossier, "plafonds.csv", &columns, &["code", "mesure", "axe", "membre", "exercice", "valeur", "controle"], |c| {
        out.plafonds.push(PlafondRow {
            code: c.code("code")?,
            mesure: c.member("mesure", &["ETPT", "MASSE_SALARIALE"])?,
            plafond: c.code("plafond")?,
            axe: c.text("axe")?,
            membre: c.get("membre", field::label)?,
            hors_groupe: c.code("hors_groupe")?,
            exercice: c
                .get("exercice", field::integer)?
                .and_then(|n| i32::try_from(n).ok())
                .ok_or_else(|| c.bad("exercice", "une année"))?,
            valeur: c.number("valeur")?,
            controle: c.member("controle", &["EN_MOYENNE", "MENSUEL", "CUMULE"])?,
            alerte_pct: c.get("alerte_pct", field::rational)?,
            blocage_pct: c.get("blocage_pct", field::rational)?,
            source: c.text("source")?,
            line: c.row.line,
        });
        Ok(())
    })
}

/// A row of a list being read.
struct Cells<'a> {
    file: &'a FlatFile,
    columns: &'a crate::table::Columns,
    row: &'a crate::FlatRow,
}

impl Cells<'_> {
    fn bad(&self, column: &str, expected: &str) -> CubeError {
        let cell = self.columns.cell(self.row, column);
        let what = if cell.is_empty() {
            format!("la colonne `{column}` est vide, {expected} attendu(e)")
        } else {
            format!("`{cell}` n'est pas {expected} (colonne `{column}`)")
        };
        let help = if cell.contains('\u{FFFD}') { "enregistrez le référentiel en UTF-8" } else { "corrigez cette case du référentiel" };
        CubeError::new("I09", what, help).at(&self.file.name, Some(self.row.line), Some(column))
    }

    fn get<T>(&self, column: &str, parse: impl Fn(&str) -> Result<T, Rubbish>) -> Result<T, CubeError> {
        parse(self.columns.cell(self.row, column)).map_err(|Rubbish| self.bad(column, "une valeur de cette colonne"))
    }

    fn code(&self, column: &str) -> Result<String, CubeError> {
        self.get(column, field::code)
    }

    fn text(&self, column: &str) -> Result<String, CubeError> {
        self.get(column, field::text)
    }

    fn date(&self, column: &str) -> Result<Date, CubeError> {
        self.get(column, field::date)?.ok_or_else(|| self.bad(column, "une date"))
    }

    fn number(&self, column: &str) -> Result<Exact, CubeError> {
        self.get(column, field::rational)?.ok_or_else(|| self.bad(column, "un nombre"))
    }

    fn member(&self, column: &str, of: &[&str]) -> Result<String, CubeError> {
        let code = self.code(column)?;
        if of.contains(&code.as_str()) { Ok(code) } else { Err(self.bad(column, &format!("l'une des valeurs {}", of.join(", ")))) }
    }

    /// The key of a list is there, and once.
    fn insert<T>(&self, list: &mut BTreeMap<String, T>, column: &str, row: T) -> Result<(), CubeError> {
        let key = self.code(column)?;
        if key.is_empty() {
            return Err(self.bad(column, "un code"));
        }
        if list.insert(key.clone(), row).is_some() {
            let help = "gardez une seule ligne par code";
            return Err(CubeError::new("I09", format!("`{key}` est écrit deux fois"), help).at(
                &self.file.name,
                Some(self.row.line),
                Some(column),
            ));
        }
        Ok(())
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
