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
    /// Its values are whole numbers (counts, months, days).
    pub whole: bool,
    /// Its values are days, counted as [`cadrage_value::Date::to_epoch_days`] counts them.
    pub date: bool,
    /// What it is.
    pub doc: &'static str,
}

const fn number(name: &'static str, grain: Grain, dimension: Option<Dimension>, whole: bool, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, grain, dimension, whole, date: false, doc }
}

const fn day(name: &'static str, doc: &'static str) -> ColumnSpec {
    ColumnSpec { name, grain: Grain::Situation, dimension: None, whole: true, date: true, doc }
}

/// All columns, in the order of [`ColumnId`].
pub const COLUMNS: &[ColumnSpec] = &[
    number("inm", Grain::Situation, Some(Dimension::Point), true, "indice nouveau majoré"),
    number("quotité", Grain::Situation, None, false, "quotité travaillée"),
    number("quotité_rémunérée", Grain::Situation, None, false, "fraction payée (80 % → 6/7)"),
    number("présence", Grain::Situation, Some(Dimension::Month), false, "trentièmes / 30"),
    number("enfants", Grain::Situation, None, true, "enfants à charge au sens du SFT"),
    number("nbi_points", Grain::Situation, Some(Dimension::Point), true, "points de NBI"),
    number("ancienneté", Grain::Situation, Some(Dimension::Month), true, "mois entiers depuis l'entrée, au 1er du mois"),
    number("âge", Grain::Situation, Some(Dimension::Month), true, "âge au 1er du mois, en mois"),
    number("montant_forfait", Grain::Situation, Some(Dimension::Euro), false, "forfait à temps plein, €/mois"),
    number("montant", Grain::Line, Some(Dimension::Euro), false, "montant imputé"),
    number("etpt_imputé", Grain::Line, Some(Dimension::Etpt), false, "ETPT imputé"),
    number("etpf_imputé", Grain::Line, Some(Dimension::Etpf), false, "ETPF imputé"),
    day("date_entrée", "entrée dans l'établissement : le contrat d'un doctorant, la nomination d'un titulaire"),
    day("date_entrée_échelon", "entrée dans l'échelon"),
    day("date_naissance", "naissance"),
    day("fin_de_contrat", "premier jour hors du contrat en cours"),
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
    attr("commune", Some("structure"), true, false, "commune du lieu de travail, code INSEE"),
    attr("classe", Some("compte"), false, true, "en tête du compte dans referentiels/comptes.csv : 63, 64"),
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

/// The name of the level that has one member: everything.
pub const WHOLE: &str = "établissement";

/// The level named so (exact accented form): `None` when there is no such level, `Some(None)` for the whole institution.
#[must_use]
pub fn level(name: &str) -> Option<Option<AttributeId>> {
    if name == WHOLE { Some(None) } else { attribute(name).map(Some) }
}

/// Is `coarse` the same attribute as `fine`, or one that groups its members?
#[must_use]
pub fn groups(coarse: AttributeId, fine: AttributeId) -> bool {
    let mut at = Some(coarse);
    while let Some(a) = at {
        if a == fine {
            return true;
        }
        at = ATTRIBUTES.get(a.index()).and_then(|spec| spec.groups).and_then(attribute);
    }
    false
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
