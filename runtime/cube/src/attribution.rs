//! Each pay line cut over the structures of its agent, with the population it takes (interfaces.md §5, §11).

use std::collections::BTreeMap;

use cadrage_value::{Exact, Money, Month, split_cents, split_exact};

use crate::{Affectation, Cube, MonthFacts, PayLine};

/// A part of a pay line on one structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayPart {
    /// Pay month.
    pub month: Month,
    /// Position in the month's `pay`.
    pub line: usize,
    /// Structure, or `?`.
    pub structure: String,
    /// Its composante, or `?`.
    pub composante: String,
    /// The agent's grade then, or `?`.
    pub grade: String,
    /// The agent's statut then, or `?`.
    pub statut: String,
    /// The agent's mode of pay then, or `?`.
    pub remuneration: String,
    /// Cents of this part.
    pub amount: Money,
    /// ETPT of this part.
    pub etpt: Exact,
    /// ETPF of this part.
    pub etpf: Exact,
}

/// What a pay line takes from its agent.
struct Holder {
    places: Vec<(String, Exact)>,
    grade: String,
    statut: String,
    remuneration: String,
}

impl Cube {
    /// All pay lines, split. An agent keeps the structure and population of the last month he was in the SIRH.
    #[must_use]
    pub fn attributed(&self) -> Vec<PayPart> {
        let mut holders: BTreeMap<&str, Holder> = BTreeMap::new();
        let mut out = Vec::new();
        for (month, facts) in &self.months {
            update(&mut holders, *month, facts);
            for (k, pay) in facts.pay.iter().enumerate() {
                self.attribute(*month, k, pay, holders.get(pay.matricule.as_str()), &mut out);
            }
        }
        out
    }

    fn attribute(&self, month: Month, line: usize, pay: &PayLine, holder: Option<&Holder>, out: &mut Vec<PayPart>) {
        let unknown = || "?".to_owned();
        let whole = |structure: &str| vec![(structure.to_owned(), Exact::from_int(100))];
        let places = match holder {
            // Sources that already split by structure win; hors PSOP says its own.
            _ if !pay.structure.is_empty() => whole(&pay.structure),
            Some(h) => h.places.clone(),
            None => whole("?"),
        };
        let rates: Vec<Exact> = places.iter().map(|(_, r)| r.clone()).collect();
        let cents = split_cents(pay.amount, &rates);
        let (etpt, etpf) = (split_exact(&pay.etpt, &rates), split_exact(&pay.etpf, &rates));
        for (((place, cents), etpt), etpf) in places.into_iter().zip(cents).zip(etpt).zip(etpf) {
            out.push(PayPart {
                month,
                line,
                composante: self.references.composante_of(&place.0),
                structure: place.0,
                grade: holder.map_or_else(unknown, |h| h.grade.clone()),
                statut: holder.map_or_else(unknown, |h| h.statut.clone()),
                remuneration: holder.map_or_else(unknown, |h| h.remuneration.clone()),
                amount: cents,
                etpt,
                etpf,
            });
        }
    }
}

/// The last situation begun by the end of the month, and the newest set of affectations that touches it.
fn update<'f>(holders: &mut BTreeMap<&'f str, Holder>, month: Month, facts: &'f MonthFacts) {
    let mut sets: BTreeMap<&str, Vec<&Affectation>> = BTreeMap::new();
    for a in &facts.affectations {
        if a.start <= month.last_day() && a.end.is_none_or(|e| e > month.first_day()) {
            let set = sets.entry(&a.matricule).or_default();
            match set.first().map(|first| first.start.cmp(&a.start)) {
                Some(std::cmp::Ordering::Less) => *set = vec![a],
                Some(std::cmp::Ordering::Greater) => {}
                _ => set.push(a),
            }
        }
    }
    let mut last: BTreeMap<&str, &crate::Situation> = BTreeMap::new();
    for s in &facts.situations {
        let slot = last.entry(&s.matricule).or_insert(s);
        if s.start >= slot.start {
            *slot = s;
        }
    }
    for (matricule, s) in last {
        let mut set = sets.remove(matricule).unwrap_or_default();
        set.sort_by_key(|a| a.rank);
        let places = if set.is_empty() {
            vec![(s.state.structure.clone(), Exact::from_int(100))]
        } else {
            set.into_iter().map(|a| (a.structure.clone(), a.rate.clone())).collect()
        };
        let holder =
            Holder { places, grade: s.state.grade.clone(), statut: s.state.statut.clone(), remuneration: s.state.remuneration.clone() };
        holders.insert(matricule, holder);
    }
}
