//! The library, written in the language. Embeds the files. Not: logic.

/// Where the optional modules are: a dossier that does not use one is computed as if it were not there.
pub const OPTIONS: &str = "options/";

/// Lists of the State, by file name (PROVENANCE.md): they complete those of a dossier.
pub const LISTS: &[(&str, &str)] = &[
    ("comptes_charges_personnel_m95.csv", include_str!("../lists/comptes_charges_personnel_m95.csv")),
    ("nomenclature_corps_bcn.csv", include_str!("../lists/nomenclature_corps_bcn.csv")),
    ("nomenclature_grades_bcn.csv", include_str!("../lists/nomenclature_grades_bcn.csv")),
];

/// Modules by file name, in order of reading.
pub const MODULES: &[(&str, &str)] = &[
    ("donnees.cadrage", include_str!("../modules/donnees.cadrage")),
    ("point.cadrage", include_str!("../modules/point.cadrage")),
    ("securite_sociale.cadrage", include_str!("../modules/securite_sociale.cadrage")),
    ("plafond.cadrage", include_str!("../modules/plafond.cadrage")),
    ("elements.cadrage", include_str!("../modules/elements.cadrage")),
    ("indices.cadrage", include_str!("../modules/indices.cadrage")),
    ("grilles_enseignants.cadrage", include_str!("../modules/grilles_enseignants.cadrage")),
    ("grilles_ingenieurs.cadrage", include_str!("../modules/grilles_ingenieurs.cadrage")),
    ("grilles_b_et_c.cadrage", include_str!("../modules/grilles_b_et_c.cadrage")),
    ("grilles_attaches.cadrage", include_str!("../modules/grilles_attaches.cadrage")),
    ("grilles_bibliotheques.cadrage", include_str!("../modules/grilles_bibliotheques.cadrage")),
    ("primes.cadrage", include_str!("../modules/primes.cadrage")),
    ("traitement.cadrage", include_str!("../modules/traitement.cadrage")),
    ("grilles.cadrage", include_str!("../modules/grilles.cadrage")),
    ("indemnites.cadrage", include_str!("../modules/indemnites.cadrage")),
    ("cotisations_titulaires.cadrage", include_str!("../modules/cotisations_titulaires.cadrage")),
    ("cotisations_contractuels.cadrage", include_str!("../modules/cotisations_contractuels.cadrage")),
    ("calendriers.cadrage", include_str!("../modules/calendriers.cadrage")),
    ("gipa.cadrage", include_str!("../modules/gipa.cadrage")),
    ("heures.cadrage", include_str!("../modules/heures.cadrage")),
    ("contrats.cadrage", include_str!("../modules/contrats.cadrage")),
    ("emplois.cadrage", include_str!("../modules/emplois.cadrage")),
    ("reconductions.cadrage", include_str!("../modules/reconductions.cadrage")),
    ("masse_salariale.cadrage", include_str!("../modules/masse_salariale.cadrage")),
    ("retenues_titulaires.cadrage", include_str!("../modules/retenues_titulaires.cadrage")),
    ("retenues_contractuels.cadrage", include_str!("../modules/retenues_contractuels.cadrage")),
    ("solidarite.cadrage", include_str!("../modules/solidarite.cadrage")),
    ("csg.cadrage", include_str!("../modules/csg.cadrage")),
    ("paie_nette.cadrage", include_str!("../modules/paie_nette.cadrage")),
    ("qualite.cadrage", include_str!("../modules/qualite.cadrage")),
    ("options/versement_mobilite.cadrage", include_str!("../modules/options/versement_mobilite.cadrage")),
    ("options/restitutions.cadrage", include_str!("../modules/options/restitutions.cadrage")),
    ("options/taxe_sur_les_salaires.cadrage", include_str!("../modules/options/taxe_sur_les_salaires.cadrage")),
    ("options/indemnite_compensatrice_csg.cadrage", include_str!("../modules/options/indemnite_compensatrice_csg.cadrage")),
];
