//! Findings: what is wrong in the files, one per unit of interfaces.md §12.

use cadrage_value::Money;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Information,
    /// To be looked at.
    Warning,
    /// The month loads but cannot be validated.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `Q01` to `Q16`.
    pub code: &'static str,
    /// How bad.
    pub level: Level,
    /// File.
    pub file: String,
    /// Line of the file, header included; 0 = the file as a whole.
    pub line: usize,
    /// Column.
    pub column: &'static str,
    /// Key of the row: a matricule, never a name.
    pub key: String,
    /// What was read.
    pub value: String,
    /// What was expected.
    pub expected: String,
    /// What was done.
    pub action: &'static str,
    /// Euros concerned.
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
