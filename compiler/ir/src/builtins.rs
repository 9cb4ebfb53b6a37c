//! The tables of what programs may read and call: columns, attributes, functions. Read by the checker, the engines and help.

use crate::{AttributeId, ColumnId, Dimension, Grain};

/// A numeric column that careers or the cube provide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Name in the language.
    pub name: &'static str,
    /// Rows it has.
    pub grain: Grain,
    /// Its dimension, `None` for a pure number.
    pub dimension: Option<Dimension>,
    /// What it is.
    pub doc: &'static str,
}

/// All columns, in the order of [`ColumnId`].
pub const COLUMNS: &[ColumnSpec] = &[
    ColumnSpec { name: "inm", grain: Grain::Situation, dimension: Some(Dimension::Point), doc: "indice nouveau majoré" },
    ColumnSpec { name: "quotité", grain: Grain::Situation, dimension: None, doc: "quotité travaillée" },
    ColumnSpec { name: "quotité_rémunérée", grain: Grain::Situation, dimension: None, doc: "fraction payée (80 % → 6/7)" },
    ColumnSpec { name: "présence", grain: Grain::Situation, dimension: Some(Dimension::Month), doc: "trentièmes / 30" },
    ColumnSpec { name: "enfants", grain: Grain::Situation, dimension: None, doc: "enfants à charge au sens du SFT" },
    ColumnSpec { name: "nbi_points", grain: Grain::Situation, dimension: Some(Dimension::Point), doc: "points de NBI" },
    ColumnSpec {
        name: "ancienneté",
        grain: Grain::Situation,
        dimension: Some(Dimension::Month),
        doc: "mois entiers depuis l'entrée, au 1er du mois",
    },
    ColumnSpec { name: "âge", grain: Grain::Situation, dimension: Some(Dimension::Month), doc: "âge au 1er du mois, en mois" },
    ColumnSpec {
        name: "montant_forfait", grain: Grain::Situation, dimension: Some(Dimension::Euro), doc: "forfait à temps plein, €/mois"
    },
    ColumnSpec { name: "montant", grain: Grain::Line, dimension: Some(Dimension::Euro), doc: "montant imputé" },
    ColumnSpec { name: "etpt_imputé", grain: Grain::Line, dimension: Some(Dimension::Etpt), doc: "ETPT imputé" },
    ColumnSpec { name: "etpf_imputé", grain: Grain::Line, dimension: Some(Dimension::Etpf), doc: "ETPF imputé" },
];

/// A coded attribute of situations and lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Name in the language.
    pub name: &'static str,
    /// The attribute whose members its own are groups of (`corps` groups `grade`).
    pub groups: Option<&'static str>,
    /// Known for situations.
    pub situation: bool,
    /// Known for lines.
    pub line: bool,
    /// What it is.
    pub doc: &'static str,
}

const fn attr(name: &'static str, groups: Option<&'static str>, situation: bool, line: bool, doc: &'static str) -> Attribute {
    Attribute { name, groups, situation, line, doc }
}

/// All attributes, in the order of [`AttributeId`].
pub const ATTRIBUTES: &[Attribute] = &[
    attr("statut", None, true, true, "TITULAIRE, STAGIAIRE, CDI, CDD, VACATAIRE, HEBERGE"),
    attr("grade", None, true, true, "grade, de referentiels/corps_grades.csv"),
    attr("corps", Some("grade"), true, true, "corps du grade"),
    attr("groupe", Some("grade"), true, true, "groupe du corps"),
    attr("catégorie", Some("grade"), true, true, "A, B ou C"),
    attr("grade_bcn", Some("grade"), true, true, "code national du grade"),
    attr("échelon", None, true, false, "échelon de la grille"),
    attr("chevron", None, true, false, "chevron des groupes hors échelle"),
    attr("position", None, true, false, "AC, DISPO, CPAR, DETACHE, MAD"),
    attr("modalité", None, true, false, "TC, TP, TI"),
    attr("rémunération", None, true, true, "INDICIAIRE, FORFAIT, HORAIRE, AUCUNE"),
    attr("structure", None, true, true, "structure principale"),
    attr("composante", Some("structure"), true, true, "composante de la structure"),
    attr("zone", Some("structure"), true, false, "zone de l'indemnité de résidence, 1 à 3"),
    attr("rubrique", None, false, true, "élément de paie"),
    attr("famille", Some("rubrique"), false, true, "REMUNERATION, COTISATION, PRESTATION"),
    attr("plafond", None, false, true, "ETAT, INTERNE, HORS_PSOP"),
    attr("nature", None, false, true, "COURANT, ANTERIEUR"),
    attr("compte", None, false, true, "compte de charges"),
    attr("centre_de_coût", None, false, true, "centre de coût"),
    attr("eotp", None, false, true, "eOTP"),
    attr("matricule", None, true, true, "agent"),
];

/// The column named so (exact accented form).
#[must_use]
pub fn column(name: &str) -> Option<ColumnId> {
    COLUMNS.iter().position(|c| c.name == name).map(ColumnId::at)
}

/// The attribute named so (exact accented form).
#[must_use]
pub fn attribute(name: &str) -> Option<AttributeId> {
    ATTRIBUTES.iter().position(|a| a.name == name).map(AttributeId::at)
}

/// A function of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// Name in the language.
    pub name: &'static str,
    /// How it is called.
    pub signature: &'static str,
    /// What it gives.
    pub doc: &'static str,
    /// When it fails.
    pub fails: &'static str,
}

/// All functions.
pub const BUILTINS: &[Builtin] = &[
    Builtin { name: "min", signature: "min(a ; b ; …)", doc: "le plus petit", fails: "jamais" },
    Builtin { name: "max", signature: "max(a ; b ; …)", doc: "le plus grand", fails: "jamais" },
    Builtin { name: "arrondi", signature: "ARRONDI(a ; décimales)", doc: "demi-supérieur, en s'éloignant de zéro", fails: "jamais" },
    Builtin { name: "abs", signature: "abs(a)", doc: "valeur absolue", fails: "jamais" },
    Builtin {
        name: "constaté",
        signature: "constaté(formule)",
        doc: "ce qui a été payé au titre du mois",
        fails: "sans objet hors des mois constatés",
    },
    Builtin { name: "recalculé", signature: "recalculé(formule)", doc: "ce que la formule donne sur un mois constaté", fails: "jamais" },
    Builtin {
        name: "assiette",
        signature: "assiette(RAFP)",
        doc: "somme des éléments du mois qui entrent dans cette base",
        fails: "jamais",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_name_attributes() {
        for a in ATTRIBUTES {
            if let Some(finer) = a.groups {
                assert!(attribute(finer).is_some(), "{}", a.name);
            }
        }
        assert_eq!(column("présence"), Some(ColumnId(3)));
    }
}
