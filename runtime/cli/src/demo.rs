//! Files the program carries: the example, and a dossier to fill.

/// The Valmont example, without its truth.
pub(crate) const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/demo.rs"));

/// A dossier ready to fill.
pub(crate) const TEMPLATE: &[(&str, &[u8])] = &[
    ("établissement.cadrage", include_bytes!("../template/établissement.cadrage")),
    ("atterrissage.cadrage", include_bytes!("../template/atterrissage.cadrage")),
    (".gitignore", b".cadrage/\nsorties/\n"),
    ("livraisons/LISEZMOI.txt", "Un dossier par mois (2026-09), avec son manifeste.csv.\n".as_bytes()),
    ("referentiels/structure.csv", b"structure;libelle;niveau;parent;zone;commune;date_debut;date_fin_exclue\n"),
    ("referentiels/corps_grades.csv", b"grade;libelle;corps;groupe;categorie;grade_bcn;corps_bcn;remuneration;grade_suivant\n"),
    ("referentiels/elements_paie.csv", b"rubrique;libelle;famille;regularite;calendrier;compte_titulaire;compte_contractuel;assiettes\n"),
    ("referentiels/comptes.csv", b"compte;libelle;parent;origine\n"),
    ("referentiels/analytique.csv", b"code;libelle;niveau;parent;ressource;structure;date_debut;date_fin_exclue\n"),
    ("referentiels/grilles.csv", b"grade;rang;echelon;chevron;ib;inm;duree_mois;date_debut;date_fin_exclue;source\n"),
    ("referentiels/baremes_locaux.csv", b"type;rubrique;axe;membre;date_debut;date_fin_exclue;valeur;unite;source\n"),
];
