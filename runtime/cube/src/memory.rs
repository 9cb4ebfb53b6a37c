//! What earlier months say of each agent, and what it makes of codes that do not hold: Q01, Q03, Q16.
//!
//! Facts are stored as delivered and resolved each time they are read, month after month. A structure or a cost centre added
//! to the lists, or a corrected file of people, thus takes effect without a new remise of the pay.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::{AHashMap, AHashSet};
use cadrage_value::{Exact, Month};

use crate::{Imputation, MonthFacts, PayCommon, PayLine, References, Situation};

/// The technical member of every axis.
pub(crate) const UNKNOWN: &str = "?";

/// A cost centre and its eOTP.
type Key = (String, String);

/// What earlier months leave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// Matricules seen in the SIRH.
    known: AHashSet<String>,
    /// Hourly staff, as last seen (Q14).
    hourly: AHashSet<String>,
    /// Last quotités of each agent (Q08).
    quotites: AHashMap<String, (Option<Exact>, Option<Exact>)>,
    /// Last valid key of each agent, by resource (Q16).
    keys: AHashMap<String, BTreeMap<String, Key>>,
    /// The last lines that stood as delivered: those that follow them are often of the same agent, on the same few keys.
    stood: Vec<Stood>,
    /// Their month.
    stood_in: Option<Month>,
    /// The one to forget first.
    oldest: usize,
}

/// A line that stood as delivered: what was decided of it, and whether it was typed by hand.
#[derive(Clone, Debug)]
struct Stood {
    common: Arc<PayCommon>,
    manual: bool,
}

impl Stood {
    /// Whatever is decided of one is decided of the other, typed by hand or not.
    fn decides(&self, p: &PayLine) -> bool {
        let (a, b) = (&*self.common, &*p.common);
        a.matricule == b.matricule && a.plafond == b.plafond && a.centre == b.centre && a.eotp == b.eotp && a.structure == b.structure
    }
}

/// How many of them are remembered.
const STOOD: usize = 4;

/// What becomes of an analytic key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyState {
    /// It stands.
    Valid,
    /// It gives way to the agent's last valid one.
    Last(Key),
    /// It gives way to the technical member.
    Unknown,
}

impl Memory {
    pub(crate) fn knows(&self, matricule: &str) -> bool {
        self.known.contains(matricule)
    }

    pub(crate) fn is_hourly(&self, matricule: &str) -> bool {
        self.hourly.contains(matricule)
    }

    pub(crate) fn quotites(&self, matricule: &str) -> Option<&(Option<Exact>, Option<Exact>)> {
        self.quotites.get(matricule)
    }

    /// People of the month are known from now on.
    pub(crate) fn meet(&mut self, situations: &[Situation]) {
        for s in situations {
            if !self.known.contains(&s.matricule) {
                self.known.insert(s.matricule.clone());
            }
            if s.state.remuneration == "HORAIRE" {
                self.hourly.insert(s.matricule.clone());
            } else {
                self.hourly.remove(&s.matricule);
            }
        }
    }

    /// Their quotités are those to take again next month.
    fn keep_quotites(&mut self, situations: &[Situation]) {
        for s in situations {
            let now = || (s.state.quotite.clone(), s.state.quotite_remuneree.clone());
            match self.quotites.get_mut(&s.matricule) {
                // Most people's stay as they are.
                Some((worked, paid)) if *worked == s.state.quotite && *paid == s.state.quotite_remuneree => {}
                Some(held) => *held = now(),
                None => drop(self.quotites.insert(s.matricule.clone(), now())),
            }
        }
    }

    /// Looks at the key of a line, and remembers it when it is valid.
    pub(crate) fn key(&mut self, lists: &References, month: Month, matricule: &str, resource: &str, centre: &str, eotp: &str) -> KeyState {
        if lists.analytique.is_empty() {
            return KeyState::Valid;
        }
        let keys = self.keys.get(matricule);
        let last = keys.and_then(|k| k.get(resource));
        if lists.key_is_valid(centre, eotp, month) {
            if matricule != UNKNOWN && last.is_none_or(|(c, e)| c != centre || e != eotp) {
                let key = (centre.to_owned(), eotp.to_owned());
                self.keys.entry(matricule.to_owned()).or_default().insert(resource.to_owned(), key);
            }
            return KeyState::Valid;
        }
        match last {
            Some((c, e)) if lists.key_is_valid(c, e, month) => KeyState::Last((c.clone(), e.clone())),
            _ => KeyState::Unknown,
        }
    }

    /// Resolves the facts of the next month, and remembers them.
    pub(crate) fn resolve(&mut self, lists: &References, month: Month, facts: &mut MonthFacts) {
        self.resolve_people(lists, month, facts);
        for p in &mut facts.pay {
            if let Some(resolved) = self.resolved(lists, month, p) {
                *p = resolved;
            }
        }
        for f in &mut facts.forecasts {
            if let Some(structure) = &mut f.change.structure {
                close(lists, month.max(f.date.month()), structure);
            }
        }
        for i in &mut facts.imputations {
            self.resolve_imputation(lists, i);
        }
    }

    /// Resolves the people of the next month and where they work, and remembers them.
    pub(crate) fn resolve_people(&mut self, lists: &References, month: Month, facts: &mut MonthFacts) {
        self.meet(&facts.situations);
        for s in &mut facts.situations {
            close(lists, month, &mut s.state.structure);
        }
        self.keep_quotites(&facts.situations);
        for a in &mut facts.affectations {
            close(lists, month.max(a.start.month()), &mut a.structure);
        }
    }

    fn newest(&self) -> Option<&Stood> {
        self.stood.get((self.oldest + STOOD - 1) % STOOD)
    }

    fn remember(&mut self, month: Month, stood: Stood) {
        if self.stood_in != Some(month) {
            self.stood.clear();
            (self.stood_in, self.oldest) = (Some(month), 0);
        }
        match self.stood.get_mut(self.oldest) {
            Some(oldest) => *oldest = stood,
            None => self.stood.push(stood),
        }
        self.oldest = (self.oldest + 1) % STOOD;
    }

    /// A line of pay as it is to be read, when that is not as it was delivered; its key is remembered.
    pub(crate) fn resolved(&mut self, lists: &References, month: Month, p: &PayLine) -> Option<PayLine> {
        let manual = p.is_manual();
        let decided = || {
            // Lines of a file mostly hold the very same thing.
            let same = |one: &Stood| Arc::ptr_eq(&one.common, &p.common) && one.manual == manual;
            self.stood.iter().any(same) || self.newest().is_some_and(|one| one.manual == manual && one.decides(p))
        };
        if self.stood_in == Some(month) && decided() {
            return None;
        }
        let known = self.knows(&p.matricule);
        let open = p.structure.is_empty() || lists.is_open(&p.structure, month);
        let agent = if known { &*p.matricule } else { UNKNOWN };
        let key = if manual { KeyState::Valid } else { self.key(lists, month, agent, &p.plafond, &p.centre, &p.eotp) };
        if known && open && key == KeyState::Valid {
            self.remember(month, Stood { common: Arc::clone(&p.common), manual });
            return None;
        }
        let mut common = PayCommon::clone(&p.common);
        if !known {
            common.matricule = UNKNOWN.into();
        }
        if !open {
            common.structure = UNKNOWN.into();
        }
        match key {
            KeyState::Valid => {}
            KeyState::Last((centre, eotp)) => (common.centre, common.eotp) = (centre.into(), eotp.into()),
            KeyState::Unknown => (common.centre, common.eotp) = (UNKNOWN.into(), "".into()),
        }
        Some(PayLine { common: Arc::new(common), ..p.clone() })
    }

    fn resolve_imputation(&mut self, lists: &References, i: &mut Imputation) {
        match self.expected_key(lists, &i.matricule, i.start.month(), &i.centre, &i.eotp) {
            KeyState::Valid => {}
            KeyState::Last(key) => (i.centre, i.eotp) = key,
            KeyState::Unknown => (i.centre, i.eotp) = (UNKNOWN.to_owned(), String::new()),
        }
    }

    /// The key of an expected imputation: as [`Memory::key`], but what is announced is not yet a key that was paid.
    pub(crate) fn expected_key(&self, lists: &References, matricule: &str, month: Month, centre: &str, eotp: &str) -> KeyState {
        if lists.analytique.is_empty() || lists.key_is_valid(centre, eotp, month) {
            return KeyState::Valid;
        }
        match self.keys.get(matricule).and_then(|k| k.get(lists.resource_of(centre))) {
            Some((c, e)) if lists.key_is_valid(c, e, month) => KeyState::Last((c.clone(), e.clone())),
            _ => KeyState::Unknown,
        }
    }
}

/// A structure that is not known and open in the month is the technical member.
fn close(lists: &References, month: Month, structure: &mut String) {
    if !lists.is_open(structure, month) {
        UNKNOWN.clone_into(structure);
    }
}
