//! Values met in files and missing from the lists: which, of which list, and where first.

use std::collections::BTreeMap;

use cadrage_value::Month;

use super::Dossier;
use crate::{CubeError, LoadReport, References};

/// A value that a list does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedValue {
    /// `corps_grades`, `elements_paie`, `comptes`.
    pub list: String,
    /// The code.
    pub code: String,
    /// Month of the load where it was met first.
    pub month: Month,
    /// That delivery.
    pub delivery: String,
}

impl Dossier {
    /// Values that loads learned and that the lists still do not have, by list and code.
    ///
    /// # Errors
    /// `I11` for the store, `I09` for a reference list.
    pub fn learned(&self) -> Result<Vec<LearnedValue>, CubeError> {
        let Some(catalogue) = &self.catalogue else { return Ok(Vec::new()) };
        let references = References::read(self.root())?;
        let mut out: BTreeMap<(String, String), LearnedValue> = BTreeMap::new();
        for report in catalogue.reports()? {
            for (list, codes) in &report.learned {
                for code in codes.iter().filter(|code| !is_known(&references, list, code)) {
                    let met =
                        || LearnedValue { list: list.clone(), code: code.clone(), month: report.month, delivery: report.delivery.clone() };
                    let first = out.entry((list.clone(), code.clone())).or_insert_with(met);
                    if report.month < first.month {
                        *first = met();
                    }
                }
            }
        }
        Ok(out.into_values().collect())
    }
}

fn is_known(references: &References, list: &str, code: &str) -> bool {
    match list {
        "corps_grades" => references.grades.contains_key(code),
        "elements_paie" => references.elements.contains_key(code),
        _ => references.comptes.contains_key(code),
    }
}

/// Each list of `referentiels/`: its name and its rows.
#[must_use]
pub fn list_sizes(references: &References) -> Vec<(&'static str, usize)> {
    vec![
        ("structure", references.structures.len()),
        ("corps_grades", references.grades.len()),
        ("elements_paie", references.elements.len()),
        ("comptes", references.comptes.len()),
        ("analytique", references.analytique.len()),
        ("grilles", references.grids.len()),
        ("baremes_locaux", references.baremes.len()),
        ("plafonds", references.plafonds.len()),
    ]
}

impl super::catalogue::Catalogue {
    /// The comptes rendus kept, oldest load first.
    fn reports(&self) -> Result<Vec<LoadReport>, CubeError> {
        let failed = |e: rusqlite::Error| CubeError::store("le catalogue ne répond pas", &e);
        let mut statement = self.connection().prepare("SELECT rapport FROM livraisons ORDER BY id").map_err(failed)?;
        let rows = statement.query_map([], |r| r.get::<_, String>(0)).map_err(failed)?;
        let texts: Vec<String> = rows.collect::<Result<_, _>>().map_err(failed)?;
        Ok(texts.iter().filter_map(|json| serde_json::from_str(json).ok()).collect())
    }
}
