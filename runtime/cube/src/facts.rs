//! The facts a delivery carries, as read, repaired and kept (design/interfaces.md §3 to §8).
//!
//! Plain data, one struct per file type. Codes are kept as upper-case text; `?` is the technical member of every axis.

use std::sync::Arc;

use cadrage_value::{Date, Exact, Money, Month};

/// One row of `mouvements_constates`: a situation in force at least one day of its month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Observation month of the delivery.
    pub month: Month,
    /// Agent.
    pub matricule: String,
    /// 1, 2… in date order inside the month.
    pub segment: u32,
    /// First day of this situation, possibly years ago.
    pub start: Date,
    /// First day after, filled only when it ended within the month.
    pub end: Option<Date>,
    /// Entry in the establishment.
    pub entry: Date,
    /// What is true of the agent meanwhile.
    pub state: State,
    /// Next automatic step as the SIRH computes it: date, échelon, chevron.
    pub next_step: Option<(Date, String, String)>,
    /// Announced departure: first day out, motive.
    pub departure: Option<(Date, String)>,
}

/// All that pay and ceilings depend on in a situation. Empty text = absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// `None` when the field was quarantined or absent.
    pub birth: Option<Date>,
    /// `TITULAIRE STAGIAIRE CDI CDD VACATAIRE HEBERGE`.
    pub statut: String,
    /// Member of `corps_grades.csv`, or `?`.
    pub grade: String,
    /// Step of the grid.
    pub echelon: String,
    /// 1 to 3 in hors-échelle groups.
    pub chevron: String,
    /// Entry in the step.
    pub step_entry: Option<Date>,
    /// Months of seniority kept from before that entry.
    pub step_kept_months: i32,
    /// Indice brut or letter group.
    pub ib: String,
    /// Indice nouveau majoré, points.
    pub inm: Option<i64>,
    /// `AC` is the only paid one.
    pub position: String,
    /// `TC TP TI`.
    pub modalite: String,
    /// Working time, 0 < q ≤ 1.
    pub quotite: Option<Exact>,
    /// Paid fraction.
    pub quotite_remuneree: Option<Exact>,
    /// `INDICIAIRE FORFAIT HORAIRE AUCUNE`.
    pub remuneration: String,
    /// Full-time gross, euros a month.
    pub montant_forfait: Option<Money>,
    /// End of the current contract, excluded; `None` = open-ended.
    pub contract_end: Option<Date>,
    /// Principal structure, or `?`.
    pub structure: String,
    /// Children for the SFT.
    pub enfants: i64,
    /// NBI points.
    pub nbi_points: i64,
    /// Section CNU, BAP, discipline.
    pub specialite: String,
}

/// One row of `mouvements_previsionnels`: what changes on a future day. `None` = unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Agent.
    pub matricule: String,
    /// First day of the new situation, or first day out.
    pub date: Date,
    /// `ENTREE SORTIE ECHELON GRADE QUOTITE POSITION CONTRAT STRUCTURE STATUT`.
    pub kind: String,
    /// Motive, may be empty.
    pub motif: String,
    /// `SIGNE PREVU CALCULE`.
    pub certitude: String,
    /// Entered in the SIRH that day.
    pub known: Option<Date>,
    /// The columns filled.
    pub change: Change,
}

/// The columns of a forecast row; `None` = unchanged. `echelon` and `chevron` change together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// See [`State::birth`].
    pub birth: Option<Date>,
    /// See [`State::statut`].
    pub statut: Option<String>,
    /// See [`State::grade`].
    pub grade: Option<String>,
    /// New step and chevron (chevron may be empty).
    pub step: Option<(String, String)>,
    /// See [`State::step_entry`].
    pub step_entry: Option<Date>,
    /// See [`State::step_kept_months`].
    pub step_kept_months: Option<i32>,
    /// See [`State::inm`].
    pub inm: Option<i64>,
    /// See [`State::position`].
    pub position: Option<String>,
    /// See [`State::quotite`].
    pub quotite: Option<Exact>,
    /// See [`State::quotite_remuneree`].
    pub quotite_remuneree: Option<Exact>,
    /// See [`State::remuneration`].
    pub remuneration: Option<String>,
    /// See [`State::montant_forfait`].
    pub montant_forfait: Option<Money>,
    /// `Some(None)` = becomes open-ended (`2999-12-31` in the file).
    pub contract_end: Option<Option<Date>>,
    /// See [`State::structure`].
    pub structure: Option<String>,
    /// See [`State::enfants`].
    pub enfants: Option<i64>,
    /// See [`State::nbi_points`].
    pub nbi_points: Option<i64>,
}

/// One row of `multi_affectations`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affectation {
    /// Agent.
    pub matricule: String,
    /// Structure, or `?`.
    pub structure: String,
    /// 1 = principal, order of the residue.
    pub rank: u32,
    /// Per cent, as repaired (Q04); split relative to the sum of the set.
    pub rate: Exact,
    /// One set of affectations has one start.
    pub start: Date,
    /// First day after; `None` = open.
    pub end: Option<Date>,
    /// `true` = `PREVISIONNEL`.
    pub forecast: bool,
}

/// One row of `retour_de_paie`, or of `hors_psop` (agent `?`, rubrique and plafond `HORS_PSOP`). There are millions: what lines that
/// follow each other have in common is held once, and read as the line's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayLine {
    /// Pay month.
    pub month: Month,
    /// Line of the file, from 1 (data rows).
    pub number: u32,
    /// Agent, place, analytic key and quantities.
    pub common: Arc<PayCommon>,
    /// Pay element.
    pub rubrique: Arc<str>,
    /// Account.
    pub compte: Arc<str>,
    /// `true` = `ANTERIEUR`.
    pub anterieur: bool,
    /// Month of right when it is a month; a bare year or nothing: `None`, and the pay month counts.
    pub origin: Option<Month>,
    /// Signed.
    pub amount: Money,
}

/// What an agent's lines on one analytic key mostly have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayCommon {
    /// Agent, or `?` (Q01).
    pub matricule: Arc<str>,
    /// Only from sources that already split by structure; else empty. Hors PSOP: its structure.
    pub structure: Arc<str>,
    /// `ETAT INTERNE HORS_PSOP`.
    pub plafond: Arc<str>,
    /// Units (hours).
    pub units: Option<Arc<Exact>>,
    /// Euros per unit.
    pub unit_rate: Option<Arc<Exact>>,
    /// Cost centre, or `?`.
    pub centre: Arc<str>,
    /// eOTP, may be empty.
    pub eotp: Arc<str>,
    /// Share of the analytic split, per cent.
    pub share: Arc<Exact>,
    /// Contribution to the annual ETPT.
    pub etpt: Arc<Exact>,
    /// Contribution to the annual ETPF.
    pub etpf: Arc<Exact>,
}

impl std::ops::Deref for PayLine {
    type Target = PayCommon;

    fn deref(&self) -> &PayCommon {
        &self.common
    }
}

impl PayLine {
    /// From the manual entry `hors_psop` rather than from pay: it has no cost centre.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        &*self.rubrique == "HORS_PSOP" && self.centre.is_empty()
    }

    /// The month of right: its origin, or the pay month.
    #[must_use]
    pub fn right(&self) -> Month {
        self.origin.unwrap_or(self.month)
    }
}

/// One row of `imputations_previsionnelles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imputation {
    /// Agent.
    pub matricule: String,
    /// An element, or `*` for all the others.
    pub rubrique: String,
    /// First day.
    pub start: Date,
    /// First day after; `None` = open.
    pub end: Option<Date>,
    /// 1 receives the residue.
    pub rank: u32,
    /// Cost centre, or `?`.
    pub centre: String,
    /// eOTP, may be empty.
    pub eotp: String,
    /// Per cent, as repaired (Q05).
    pub share: Exact,
}

/// One row of `competences`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Competence {
    /// Agent.
    pub matricule: String,
    /// Code.
    pub competence: String,
    /// 1 to 5.
    pub niveau: Option<i64>,
    /// First day.
    pub start: Date,
    /// First day after; `None` = open.
    pub end: Option<Date>,
}
