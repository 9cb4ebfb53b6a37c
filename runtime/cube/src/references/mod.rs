//! Reference lists of a dossier (interfaces.md §10): trees of members, elements, grids, local scales, ceilings.
//!
//! Here is what they answer; `read` is how they are read.

mod read;

use std::collections::BTreeMap;

use cadrage_value::{Date, Exact, Month};

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
    /// INSEE code of the town it is in, may be empty: transport levies and the local sickness scheme follow it.
    pub commune: String,
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
    pub corps_bcn: String,
    /// Usual mode of pay.
    pub remuneration: String,
    /// Where a promotion leads; may be empty.
    pub grade_suivant: String,
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
    /// Months paid, as written: `01-12`, `12`, `02 05 07 12`.
    pub calendrier: String,
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
    /// Composante, may be empty.
    pub structure: String,
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
    pub source: String,
}

/// A local scale.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct BaremeRow {
    /// `PRIME PSC TAUX`.
    pub kind: String,
    pub rubrique: String,
    /// Name of the axis the member is on: `grade`, `etablissement`…
    pub axe: String,
    pub membre: String,
    pub date_debut: Date,
    pub date_fin_exclue: Option<Date>,
    /// As written: `1,80` stays 1,8 when the unit is `%`.
    pub valeur: Exact,
    pub unite: String,
    pub source: String,
    /// Line of the file.
    pub line: usize,
}

/// A ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PlafondRow {
    pub code: String,
    /// `ETPT MASSE_SALARIALE`.
    pub mesure: String,
    /// Empty = ETAT + INTERNE.
    pub plafond: String,
    pub axe: String,
    pub membre: String,
    /// Group left out; may be empty.
    pub hors_groupe: String,
    pub exercice: i32,
    pub valeur: Exact,
    /// `EN_MOYENNE MENSUEL CUMULE`.
    pub controle: String,
    pub alerte_pct: Option<Exact>,
    pub blocage_pct: Option<Exact>,
    pub source: String,
    /// Line of the file.
    pub line: usize,
}

/// The lists, by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// `structure.csv`.
    pub structures: BTreeMap<String, Structure>,
    /// `corps_grades.csv`.
    pub grades: BTreeMap<String, Grade>,
    /// `elements_paie.csv`.
    pub elements: BTreeMap<String, Element>,
    /// `comptes.csv`: label by account.
    pub comptes: BTreeMap<String, String>,
    /// `comptes.csv`: the account above, of those that have one.
    pub comptes_parents: BTreeMap<String, String>,
    /// `analytique.csv`.
    pub analytique: BTreeMap<String, Analytic>,
    /// `grilles.csv`.
    pub grids: Vec<GridRow>,
    /// `baremes_locaux.csv`.
    pub baremes: Vec<BaremeRow>,
    /// `plafonds.csv`.
    pub plafonds: Vec<PlafondRow>,
}

impl References {
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

    /// The account at the head of an account in `comptes.csv`: itself when nothing is above it; `None` when the list does not know it.
    #[must_use]
    pub fn class_of(&self, account: &str) -> Option<&str> {
        let (mut at, _) = self.comptes.get_key_value(account)?;
        for _ in 0..10 {
            match self.comptes_parents.get(at) {
                Some(above) => at = above,
                None => break,
            }
        }
        Some(at)
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

    /// The town of a structure, or of the nearest ancestor that has one.
    #[must_use]
    pub fn commune_of(&self, structure: &str) -> Option<&str> {
        let mut at = structure;
        for _ in 0..10 {
            let s = self.structures.get(at)?;
            if !s.commune.is_empty() {
                return Some(&s.commune);
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

    /// A cost centre or an eOTP.
    #[must_use]
    pub fn centre(&self, code: &str) -> Option<&Analytic> {
        self.analytique.get(code)
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

    /// Has the grade a grid on that day?
    #[must_use]
    pub fn has_grid(&self, grade: &str, day: Date) -> bool {
        self.grids.iter().any(|r| r.grade == grade && r.from <= day && r.until.is_none_or(|u| u > day))
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
