//! Months validated: what is frozen, what may still change, what has moved since (decision 0111).

use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::{Date, Money, Month};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::catalogue::{Catalogue, failed, stamp};
use super::figures::{self, Frozen};
use super::validation::{Asked, Validation};
use super::{Dossier, journal, unread};
use crate::manifest::Manifest;
use crate::{Cube, CubeError};

/// A validation in force.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    /// Day and hour, universal time.
    when: String,
    frozen: Frozen,
}

/// Figures of a validated month that are not the frozen ones any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenGap {
    /// The month.
    pub month: Month,
    /// `composante`, `centre de coût`…
    pub axis: String,
    /// The list that changed; nothing when it is an earlier month, or the program.
    pub list: Option<String>,
    /// The first member whose figure moved.
    pub member: String,
    /// What was frozen.
    pub frozen: Money,
    /// What it is now.
    pub now: Money,
    /// Members that moved, this one included.
    pub members: usize,
}

impl FrozenGap {
    /// A French sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let others = match self.members.saturating_sub(1) {
            0 => String::new(),
            1 => " et 1 autre".to_owned(),
            n => format!(" et {n} autres"),
        };
        let cause = match &self.list {
            Some(list) => format!("`{list}` a changé"),
            None => "un mois plus ancien ou le programme a changé".to_owned(),
        };
        format!(
            "{} est validé et ses chiffres ne sont plus ceux du gel : {} `{}` {} € au lieu de {} €{others} ({cause})",
            self.month.to_french(),
            self.axis,
            self.member,
            self.now.to_french(),
            self.frozen.to_french()
        )
    }
}

/// Validations in force, by month.
pub(super) fn validated(connection: &Connection) -> Result<BTreeMap<Month, InForce>, CubeError> {
    let sql = "SELECT mois, quand, gel FROM validations WHERE en_vigueur = 1";
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).map_err(failed)?;
    let rows: Vec<(String, String, String)> = rows.collect::<Result<_, _>>().map_err(failed)?;
    let mut out = BTreeMap::new();
    for (month, when, frozen) in rows {
        let (Ok(month), Ok(frozen)) = (month.parse(), serde_json::from_str(&frozen)) else {
            return Err(CubeError::store("une validation du catalogue ne se lit pas", &month));
        };
        out.insert(month, InForce { when, frozen });
    }
    Ok(out)
}

/// May a delivery bring files to its month? Not while it is validated; and once it has been, only what is observed later.
pub(super) fn may_change(connection: &Connection, manifest: &Manifest) -> Result<(), CubeError> {
    let (month, french) = (manifest.month.to_string(), manifest.month.to_french());
    let sql = "SELECT observe, en_vigueur FROM validations WHERE mois = ?1 ORDER BY id DESC LIMIT 1";
    let last: Option<(String, bool)> = connection.query_row(sql, [&month], |r| Ok((r.get(0)?, r.get(1)?))).optional().map_err(failed)?;
    let Some((observed, in_force)) = last else { return Ok(()) };
    let shown = format!("{}/manifeste.csv", manifest.delivery);
    if in_force {
        let help = format!("`cadrage rouvrir {french} --motif \"…\"`, puis importez : la correction est une nouvelle observation");
        return Err(CubeError::new("I12", format!("{french} est validé : ses chiffres ne changent plus"), help).at(&shown, None, None));
    }
    if manifest.observed.to_string() <= observed {
        let (before, now) = (Date::parse(&observed).map_or(observed, Date::to_french), manifest.observed.to_french());
        let message = format!("{french} a été validé tel qu'observé le {before} ; cette livraison est observée le {now}");
        let help = "la correction d'un mois qui a été validé est une nouvelle observation : sa `date_observation` vient après";
        return Err(CubeError::new("I12", message, help).at(&shown, None, Some("date_observation")));
    }
    Ok(())
}

impl Dossier {
    /// May a delivery bring files to its month?
    pub(super) fn may_change(&self, manifest: &Manifest) -> Result<(), CubeError> {
        self.catalogue.as_ref().map_or(Ok(()), |catalogue| may_change(&catalogue.connection, manifest))
    }

    /// Checks a month against its manifests and its accounting, and freezes it when nothing stands in the way.
    ///
    /// # Errors
    /// `I14` when the month is not loaded or is validated already, `I11` for the store.
    pub fn validate(&mut self, asked: &Asked) -> Result<Validation, CubeError> {
        let month = asked.month;
        self.refresh()?;
        let lists = figures::lists(&self.root);
        let Some(held) = &self.held else { return Err(unread()) };
        let Some(catalogue) = &mut self.catalogue else { return Err(not_loaded(month)) };
        let Some(facts) = held.cube.months.get(&month) else { return Err(not_loaded(month)) };
        if let Some(in_force) = validated(&catalogue.connection)?.get(&month) {
            let message = format!("{} est déjà validé (le {} UTC)", month.to_french(), in_force.when);
            let help = format!("pour le valider autrement : `cadrage rouvrir {} --motif \"…\"`", month.to_french());
            return Err(CubeError::new("I14", message, help));
        }
        let validation = Validation::of(asked, facts, &catalogue.announced(month)?, &catalogue.findings()?)?;
        if !validation.obstacles.is_empty() {
            return Ok(validation);
        }
        let selection = catalogue.selection(None)?;
        let frozen = freeze(&held.cube, &lists, figures::inputs(&lists, &selection, month), month);
        let observed = selection.get(&month).and_then(|files| files.values().map(|f| f.observed).max()).unwrap_or(facts.observed);
        let json = serde_json::to_string(&frozen).map_err(|e| CubeError::store("le gel ne s'écrit pas", &e))?;
        let transaction = catalogue.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        if stamp(&transaction)? != held.stamp {
            return Err(CubeError::new("I11", "un autre programme charge des livraisons dans ce dossier", "recommencez quand il a fini"));
        }
        let sql = "INSERT INTO validations (mois, observe, gel, en_vigueur) VALUES (?1, ?2, ?3, 1)";
        transaction.execute(sql, params![month.to_string(), observed.to_string(), json]).map_err(failed)?;
        journal::note(&transaction, "valider", &month.to_string(), &asked.noted()).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(validation)
    }

    /// Reopens a validated month: what it held stays, a later observation may correct it.
    ///
    /// # Errors
    /// `I14` when the month is not validated, `I11` for the store.
    pub fn reopen(&mut self, month: Month, reason: &str) -> Result<(), CubeError> {
        self.connect()?;
        let not_validated = || {
            CubeError::new(
                "I14",
                format!("{} n'est pas validé", month.to_french()),
                "il n'y a rien à rouvrir ; `cadrage charges` dit ce qui l'est",
            )
        };
        let Some(catalogue) = &mut self.catalogue else { return Err(not_validated()) };
        let transaction = catalogue.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let sql = "UPDATE validations SET en_vigueur = 0 WHERE mois = ?1 AND en_vigueur = 1";
        if transaction.execute(sql, [month.to_string()]).map_err(failed)? == 0 {
            return Err(not_validated());
        }
        journal::note(&transaction, "rouvrir", &month.to_string(), reason).map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    /// Validated months whose figures are not the frozen ones any more, because codes are resolved with the lists of today. As long
    /// as nothing they depend on has moved, nothing is computed.
    ///
    /// # Errors
    /// `I11` for the store, `I09` for a reference list.
    pub fn frozen_gaps(&mut self) -> Result<Vec<FrozenGap>, CubeError> {
        self.connect()?;
        let Some(catalogue) = &self.catalogue else { return Ok(Vec::new()) };
        let mut moved = validated(&catalogue.connection)?;
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        let (lists, selection) = (figures::lists(&self.root), catalogue.selection(None)?);
        moved.retain(|month, v| v.frozen.entrees != figures::inputs(&lists, &selection, *month));
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        self.refresh()?;
        let Some(held) = &self.held else { return Err(unread()) };
        let now = figures::figures(&held.cube, &moved.keys().copied().collect());
        let mut out = Vec::new();
        for (month, v) in &moved {
            let none = figures::Figures::new();
            out.extend(gaps(*month, &v.frozen, now.get(month).unwrap_or(&none), &lists));
        }
        Ok(out)
    }
}

fn not_loaded(month: Month) -> CubeError {
    let help = "importez d'abord sa livraison : `cadrage importer …`";
    CubeError::new("I14", format!("{} n'est pas chargé", month.to_french()), help)
}

fn freeze(cube: &Cube, lists: &BTreeMap<String, String>, inputs: String, month: Month) -> Frozen {
    let chiffres = figures::figures(cube, &BTreeSet::from([month])).remove(&month).unwrap_or_default();
    Frozen { entrees: inputs, listes: lists.clone(), chiffres }
}

/// Axis by axis, what moved.
fn gaps(month: Month, frozen: &Frozen, now: &figures::Figures, lists: &BTreeMap<String, String>) -> Vec<FrozenGap> {
    let mut out = Vec::new();
    let none = BTreeMap::new();
    let axes: BTreeSet<&String> = frozen.chiffres.keys().chain(now.keys()).collect();
    for axis in axes {
        let (before, after) = (frozen.chiffres.get(axis).unwrap_or(&none), now.get(axis).unwrap_or(&none));
        let members: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let cents = |sums: &BTreeMap<String, i64>, member: &str| Money::from_cents(sums.get(member).copied().unwrap_or(0));
        let moved: Vec<&String> = members.into_iter().filter(|m| cents(before, m) != cents(after, m)).collect();
        let Some(member) = moved.first() else { continue };
        let list = figures::list_of(axis).filter(|list| frozen.listes.get(*list) != lists.get(*list));
        out.push(FrozenGap {
            month,
            axis: axis.clone(),
            list: list.map(str::to_owned),
            member: (*member).clone(),
            frozen: cents(before, member),
            now: cents(after, member),
            members: moved.len(),
        });
    }
    out
}

impl Catalogue {
    /// Current pay files of a month: type, remise, total announced.
    fn announced(&self, month: Month) -> Result<Vec<(crate::Kind, i64, Option<Money>)>, CubeError> {
        let sql = "SELECT type, remise, total_centimes FROM fichiers WHERE mois = ?1 AND courant = 1 ORDER BY id";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([month.to_string()], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).map_err(failed)?;
        let rows: Vec<(String, i64, Option<i64>)> = rows.collect::<Result<_, _>>().map_err(failed)?;
        Ok(rows
            .into_iter()
            .filter_map(|(kind, remise, total)| Some((crate::Kind::find(&kind)?, remise, total.map(Money::from_cents))))
            .collect())
    }
}
