//! The library, written in the language. Embeds the files. Not: logic.

/// Modules by file name, in order of reading.
pub const MODULES: &[(&str, &str)] = &[
    ("donnees.cadrage", include_str!("../modules/donnees.cadrage")),
    ("point.cadrage", include_str!("../modules/point.cadrage")),
    ("securite_sociale.cadrage", include_str!("../modules/securite_sociale.cadrage")),
    ("elements.cadrage", include_str!("../modules/elements.cadrage")),
    ("grilles.cadrage", include_str!("../modules/grilles.cadrage")),
    ("primes.cadrage", include_str!("../modules/primes.cadrage")),
    ("traitement.cadrage", include_str!("../modules/traitement.cadrage")),
    ("indemnites.cadrage", include_str!("../modules/indemnites.cadrage")),
    ("cotisations_titulaires.cadrage", include_str!("../modules/cotisations_titulaires.cadrage")),
    ("cotisations_contractuels.cadrage", include_str!("../modules/cotisations_contractuels.cadrage")),
    ("calendriers.cadrage", include_str!("../modules/calendriers.cadrage")),
    ("emplois.cadrage", include_str!("../modules/emplois.cadrage")),
    ("reconductions.cadrage", include_str!("../modules/reconductions.cadrage")),
    ("masse_salariale.cadrage", include_str!("../modules/masse_salariale.cadrage")),
];
