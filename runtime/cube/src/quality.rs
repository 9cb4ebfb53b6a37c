//! Findings: what is wrong in the files, one per unit of interfaces.md §12.

use std::borrow::Cow;

use cadrage_value::Money;
use serde::{Deserialize, Serialize};

use crate::plain;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// Worth knowing.
    #[serde(rename = "information")]
    Information,
    /// To be looked at.
    #[serde(rename = "avertissement")]
    Warning,
    /// The month loads but cannot be validated.
    #[serde(rename = "bloquant")]
    Blocking,
}

impl Level {
    /// As printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Information => "information",
            Level::Warning => "avertissement",
            Level::Blocking => "bloquant",
        }
    }
}

/// One problem found, and what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `Q01` to `Q16`.
    pub code: Cow<'static, str>,
    /// How bad.
    #[serde(rename = "niveau")]
    pub level: Level,
    /// File.
    #[serde(rename = "fichier")]
    pub file: String,
    /// Line of the file, header included; 0 = the file as a whole.
    #[serde(rename = "ligne")]
    pub line: usize,
    /// Column.
    #[serde(rename = "colonne")]
    pub column: Cow<'static, str>,
    /// Key of the row: a matricule, never a name.
    #[serde(rename = "cle")]
    pub key: String,
    /// What was read; hidden when it would be a name or a birth date.
    #[serde(rename = "valeur")]
    pub value: String,
    /// What was expected.
    #[serde(rename = "attendu")]
    pub expected: String,
    /// What was done.
    pub action: Cow<'static, str>,
    /// Euros concerned: of the pay line, or the agent's pay of the month.
    #[serde(rename = "montant", with = "plain::money")]
    pub amount: Money,
}

/// Count and euros of a quality code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityTotal {
    /// `Q01` to `Q16`.
    pub code: String,
    /// Units of interfaces.md §12.
    #[serde(rename = "nombre")]
    pub count: usize,
    /// Euros concerned.
    #[serde(rename = "montant", with = "plain::money")]
    pub amount: Money,
}

/// Title of each code.
pub const QUALITY_CODES: &[(&str, &str)] = &[
    ("Q01", "matricule absent du SIRH"),
    ("Q02", "agent en activité sans paie"),
    ("Q03", "structure vide, inconnue ou fermée"),
    ("Q04", "taux d'affectation différents de 100 %"),
    ("Q05", "pourcentages d'imputation différents de 100 %"),
    ("Q06", "ligne négative"),
    ("Q07", "antérieur sans période d'origine"),
    ("Q08", "quotité impossible"),
    ("Q09", "situation annulée ou chevauchement"),
    ("Q10", "valeur absente du référentiel"),
    ("Q11", "indice différent de la grille"),
    ("Q12", "fichier en double ou remise remplacée"),
    ("Q13", "total différent du manifeste"),
    ("Q14", "plus d'un douzième d'ETPT dans le mois"),
    ("Q15", "champ illisible"),
    ("Q16", "clé analytique invalide dans le mois"),
];
