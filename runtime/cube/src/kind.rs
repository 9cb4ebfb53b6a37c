//! The seven types of files.

use serde::{Deserialize, Serialize};

/// A type of file of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Kind {
    MouvementsConstates,
    MouvementsPrevisionnels,
    MultiAffectations,
    RetourDePaie,
    HorsPsop,
    ImputationsPrevisionnelles,
    Competences,
}

impl Kind {
    /// All types, in the order they are read: people first, so that pay finds them.
    pub(crate) const ALL: [Kind; 7] = [
        Kind::MouvementsConstates,
        Kind::MultiAffectations,
        Kind::RetourDePaie,
        Kind::HorsPsop,
        Kind::MouvementsPrevisionnels,
        Kind::ImputationsPrevisionnelles,
        Kind::Competences,
    ];

    /// As the manifest writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::MouvementsConstates => "mouvements_constates",
            Kind::MouvementsPrevisionnels => "mouvements_previsionnels",
            Kind::MultiAffectations => "multi_affectations",
            Kind::RetourDePaie => "retour_de_paie",
            Kind::HorsPsop => "hors_psop",
            Kind::ImputationsPrevisionnelles => "imputations_previsionnelles",
            Kind::Competences => "competences",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.name().eq_ignore_ascii_case(name))
    }

    /// Does it carry amounts?
    pub(crate) fn is_pay(self) -> bool {
        matches!(self, Kind::RetourDePaie | Kind::HorsPsop)
    }
}
