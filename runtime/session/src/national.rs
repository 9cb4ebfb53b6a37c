//! Lists that are not an institution's: those of the State, which come with the socle, and those of the exchange format itself.
//!
//! They complete the lists of a dossier, they do not replace them: a value that a load met and that the dossier lacks is told with what
//! the State calls it, and the row to add is written with it.

use cadrage_cube::FlatFile;
use cadrage_driver::NATIONAL_LISTS;
use cadrage_value::exchange::{FILE_TYPES, Form};

/// A list and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherList {
    /// `comptes`, `corps_grades`; a column of the format.
    pub list: String,
    /// `national` or `noyau`.
    pub origin: &'static str,
    /// Its values.
    pub rows: usize,
    /// Text or system it comes from.
    pub source: String,
}

/// A value as the State has it. Empty text = not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NationalValue {
    /// Its label.
    pub label: String,
    /// The account above, or the corps of the grade.
    pub parent: String,
    /// A, B or C.
    pub category: String,
    /// The State has it under this very code; else it is a local account under one of the State's.
    pub exact: bool,
    /// Text or system it comes from.
    pub source: String,
}

/// The lists of the State.
pub struct National {
    comptes: FlatFile,
    corps: FlatFile,
    grades: FlatFile,
}

/// Nomenclature of the ministry (PROVENANCE.md of the library).
const BCN: &str = "BCN";

impl National {
    /// Those that the socle embeds.
    #[must_use]
    pub fn read() -> National {
        let of = |name: &str| {
            let text = NATIONAL_LISTS.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| *text);
            FlatFile::read_separated(name, text.as_bytes(), "utf-8", ',').unwrap_or_default()
        };
        National {
            comptes: of("comptes_charges_personnel_m95.csv"),
            corps: of("nomenclature_corps_bcn.csv"),
            grades: of("nomenclature_grades_bcn.csv"),
        }
    }

    /// A value of a list of the dossier, when the State has it: an account of the common plan or one under it, a grade by its BCN code.
    #[must_use]
    pub fn find(&self, list: &str, code: &str) -> Option<NationalValue> {
        match list {
            "comptes" => {
                let account = |code: &str| row(&self.comptes, "compte", code, ["libelle", "nomenclature"]);
                // The longest account that starts like it.
                let above = (1..code.len()).rev().filter_map(|n| code.get(..n)).find_map(|c| account(c).map(|[label, _]| (c, label)));
                let parent = above.as_ref().map_or("", |(above, _)| above).to_owned();
                let (label, source, exact) = match (account(code), above) {
                    (Some([label, source]), _) => (label, source, true),
                    (None, Some((above, label))) => (format!("sous-compte de {above} ({label})"), "M9-5".to_owned(), false),
                    (None, None) => return None,
                };
                Some(NationalValue { label, parent, category: String::new(), exact, source })
            }
            "corps_grades" => {
                let [label, corps] = row(&self.grades, "code_grade", code, ["libelle_long", "code_corps"])?;
                let category = row(&self.corps, "code_corps", &corps, ["categorie"]).map(|[c]| c).unwrap_or_default();
                Some(NationalValue { label, parent: corps, category, exact: true, source: BCN.to_owned() })
            }
            _ => None,
        }
    }

    /// All lists that are not the dossier's.
    #[must_use]
    pub fn lists(&self) -> Vec<OtherList> {
        let national = |list: &str, file: &FlatFile, source: &str| OtherList {
            list: list.to_owned(),
            origin: "national",
            rows: file.rows.len(),
            source: source.to_owned(),
        };
        let mut out = vec![
            national("comptes", &self.comptes, "M9-5, arrêté du 29/08/2012"),
            national("corps", &self.corps, "BCN, vue dans OSE 2019 et 2026"),
            national("corps_grades", &self.grades, "BCN, vue dans OSE 2019 et 2026"),
        ];
        for column in FILE_TYPES.iter().flat_map(|t| t.columns) {
            let Form::Member(values) = column.form else { continue };
            if out.iter().any(|known| known.list == column.name) {
                continue;
            }
            let source = "format pms-csv/1".to_owned();
            out.push(OtherList { list: column.name.to_owned(), origin: "noyau", rows: values.len(), source });
        }
        out
    }
}

/// Cells of the row that has this key.
fn row<const N: usize>(file: &FlatFile, key: &str, code: &str, columns: [&str; N]) -> Option<[String; N]> {
    let at = |name: &str| file.header.iter().position(|h| h == name);
    let key = at(key)?;
    let found = file.rows.iter().map(cadrage_cube::FlatRow::cells).find(|cells| cells.get(key).is_some_and(|c| c == code))?;
    Some(columns.map(|name| at(name).and_then(|k| found.get(k)).cloned().unwrap_or_default()))
}
