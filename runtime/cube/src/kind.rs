//! The seven types of files.

use cadrage_value::exchange::FileType;
use serde::{Deserialize, Serialize};

use crate::CubeError;

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

    /// The type of this name, whatever its case.
    #[must_use]
    pub fn find(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.name().eq_ignore_ascii_case(name))
    }

    /// The type of this name, or what to write instead.
    ///
    /// # Errors
    /// `I05` for a name that is none.
    pub fn named(name: &str) -> Result<Kind, CubeError> {
        Kind::find(name).ok_or_else(|| {
            let all: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
            CubeError::new("I05", format!("`{name}` n'est pas un type de fichier"), format!("types : {}", all.join(", ")))
        })
    }

    /// Its columns.
    pub(crate) fn file_type(self) -> &'static FileType {
        FileType::find(self.name()).unwrap_or(&NO_COLUMNS)
    }

    /// Does it carry amounts?
    #[must_use]
    pub fn is_pay(self) -> bool {
        matches!(self, Kind::RetourDePaie | Kind::HorsPsop)
    }
}

/// Of a type that the format does not have: none is.
const NO_COLUMNS: FileType = FileType { name: "", columns: &[] };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_columns_and_every_columns_their_type() {
        for kind in Kind::ALL {
            assert_eq!(kind.file_type().name, kind.name());
            assert!(kind.file_type().required().len() >= 3);
        }
        assert_eq!(cadrage_value::exchange::FILE_TYPES.len(), Kind::ALL.len());
    }
}
