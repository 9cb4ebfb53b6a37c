//! What members of levels are called, and under which coarser member they come in a table.

use cadrage_cube::References;

/// The label of a member; its code when no list names it.
pub(crate) fn label(references: &References, level: &str, code: &str) -> String {
    let found = match level {
        "structure" | "composante" => references.structures.get(code).map(|s| &s.libelle),
        "grade" => references.grades.get(code).map(|g| &g.libelle),
        "rubrique" => references.elements.get(code).map(|e| &e.libelle),
        "compte" | "classe" => references.comptes.get(code),
        "centre_de_coût" | "eotp" => references.analytique.get(code).map(|a| &a.libelle),
        _ => None,
    };
    found.filter(|l| !l.is_empty()).map_or_else(|| code.to_owned(), Clone::clone)
}

/// The member of `coarse` that holds the member `code` of `fine`; empty when it is not known.
pub(crate) fn holder(references: &References, coarse: &str, fine: &str, code: &str) -> String {
    let grade = match fine {
        "grade" => references.grades.get(code),
        "corps" => references.grades.values().find(|g| g.corps == code),
        "groupe" => references.grades.values().find(|g| g.groupe == code),
        _ => None,
    };
    match (coarse, fine) {
        _ if coarse == fine => code.to_owned(),
        ("corps", _) => grade.map(|g| g.corps.clone()).unwrap_or_default(),
        ("groupe", _) => grade.map(|g| g.groupe.clone()).unwrap_or_default(),
        ("catégorie", _) => grade.map(|g| g.categorie.clone()).unwrap_or_default(),
        ("composante", "structure") => references.composante_of(code),
        ("famille", "rubrique") => references.elements.get(code).map(|e| e.famille.clone()).unwrap_or_default(),
        ("classe", "compte") => references.class_of(code).unwrap_or_default().to_owned(),
        ("centre_de_coût", "eotp") => references.analytique.get(code).map(|a| a.parent.clone()).unwrap_or_default(),
        _ => String::new(),
    }
}
