//! Everything current: references and the facts of each month.

use std::collections::BTreeMap;

use cadrage_value::{Date, Month};

use crate::{Affectation, Competence, Forecast, Imputation, PayLine, References, Situation};

/// The facts of one delivery month.
#[derive(Clone, Debug)]
pub struct MonthFacts {
    /// Day the SIRH was read.
    pub observed: Date,
    /// `mouvements_constates`.
    pub situations: Vec<Situation>,
    /// `multi_affectations`.
    pub affectations: Vec<Affectation>,
    /// `retour_de_paie`, then `hors_psop`.
    pub pay: Vec<PayLine>,
    /// `mouvements_previsionnels`.
    pub forecasts: Vec<Forecast>,
    /// `imputations_previsionnelles`.
    pub imputations: Vec<Imputation>,
    /// `competences`.
    pub competences: Vec<Competence>,
}

impl MonthFacts {
    /// Nothing yet.
    #[must_use]
    pub fn new(observed: Date) -> Self {
        MonthFacts {
            observed,
            situations: Vec::new(),
            affectations: Vec::new(),
            pay: Vec::new(),
            forecasts: Vec::new(),
            imputations: Vec::new(),
            competences: Vec::new(),
        }
    }
}

/// What the store holds now, or held on a day.
#[derive(Clone, Debug, Default)]
pub struct Cube {
    /// Reference lists.
    pub references: References,
    /// By pay month.
    pub months: BTreeMap<Month, MonthFacts>,
    /// Seen on a day: the months that were first observed later, and when. Empty for what the store holds now.
    pub later: BTreeMap<Month, Date>,
    /// Seen on a day: the months that were known then and were corrected later, and when the last correction was observed.
    pub corrected: BTreeMap<Month, Date>,
}
