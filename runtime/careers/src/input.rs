//! What the careers are made from: plain data, with the names and meanings of `cadrage-cube`'s facts (interfaces.md §3, §4).

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_value::{Date, Exact, Money, Month};

use crate::{Grids, Movement};

/// Everything [`unroll`](crate::unroll) reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The rows each constaté month delivered about itself, overlaps already repaired (Q09). Months after
    /// [`last_constate`](Self::last_constate) are not read.
    pub constate: &'a BTreeMap<Month, Vec<Situation>>,
    /// Movements announced by the observation of the last constaté month.
    pub forecasts: &'a [Forecast],
    /// The switchover: the last month whose rows are what was, not what will be.
    pub last_constate: Month,
    /// The last month wanted, included.
    pub until: Month,
    /// Up to the end of this month échelons are only those announced; after it they are ours. Normally December of the
    /// observation's year; [`last_constate`](Self::last_constate) when there is no forecast file.
    pub forecast_horizon: Month,
    /// Steps, indices and durations by grade.
    pub grids: &'a Grids,
    /// What the scenario types.
    pub movements: &'a [Movement],
}

/// One row of `mouvements_constates`: a situation in force at least one day of its month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Situation {
    /// Agent.
    pub matricule: String,
    /// First day of this situation, possibly years ago.
    pub start: Date,
    /// 1, 2… in date order inside the month.
    pub segment: u32,
    /// First day after, filled only when it ended within the month.
    pub end: Option<Date>,
    /// Entry in the establishment.
    pub entry: Date,
    /// What is true of the agent meanwhile.
    pub state: State,
    /// Announced departure: first day out, motive.
    pub departure: Option<(Date, String)>,
}

/// All that pay and ceilings depend on in a situation. Empty text = absent; codes in capitals.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    /// `None` when the field was quarantined or absent.
    pub birth: Option<Date>,
    /// `TITULAIRE STAGIAIRE CDI CDD VACATAIRE HEBERGE`.
    pub statut: String,
    /// Grade, or `?`.
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
    /// What a scenario says of where the post counts; absent: the deliveries say.
    pub post: Option<Arc<Post>>,
}

/// Where a typed movement puts a post, against what the deliveries say of the agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Post {
    /// `ETAT`, `INTERNE`.
    pub plafond: Option<String>,
    /// Cost centre.
    pub centre: Option<String>,
    /// eOTP.
    pub eotp: Option<String>,
    /// The structure was typed: delivered affectations no longer count.
    pub placed: bool,
}

impl State {
    /// In activity: the only paid position (interfaces.md §3).
    #[must_use]
    pub fn active(&self) -> bool {
        self.position == "AC"
    }

    /// Paid on an index through a step of a grid: the only case where a grid says anything.
    #[must_use]
    pub fn on_a_step(&self) -> bool {
        self.remuneration == "INDICIAIRE" && !self.echelon.is_empty()
    }

    /// The day the contract ends. A titulaire or a CDI has none, even when an old date was left in the file.
    #[must_use]
    pub fn term(&self) -> Option<Date> {
        if matches!(self.statut.as_str(), "TITULAIRE" | "STAGIAIRE" | "CDI") { None } else { self.contract_end }
    }
}

/// One row of `mouvements_previsionnels`: what changes on a future day. `None` = unchanged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forecast {
    /// Agent.
    pub matricule: String,
    /// First day of the new situation, or first day out.
    pub date: Date,
    /// `ENTREE SORTIE ECHELON GRADE QUOTITE POSITION CONTRAT STRUCTURE STATUT`.
    pub kind: String,
    /// Motive, may be empty.
    pub motif: String,
    /// The columns filled.
    pub change: Change,
}

/// The columns of a movement; `None` = unchanged. `echelon` and `chevron` change together.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
    /// See [`State::quotite_remuneree`]. Empty beside a `quotite`: [`paid_fraction`](crate::paid_fraction) says it.
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
    /// See [`State::post`]: what is given is laid over what was. Only a typed movement has one.
    pub post: Post,
}
