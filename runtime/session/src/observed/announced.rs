//! What was announced at the end of a month, set beside what happened.
//!
//! The announcements are the rows of `mouvements_previsionnels` when that month has some; else what its situations say of what
//! comes next: departure, échelon, end of contract.

use std::collections::BTreeMap;

use cadrage_cube::MonthFacts;
use cadrage_value::{Date, Month};

use super::{Announced, KINDS, Observed, Unseen};

/// Announcements by agent and type.
#[derive(Debug, Default)]
pub(super) struct Announcements {
    by: BTreeMap<(String, &'static str), Vec<(Date, String)>>,
    pub(super) from_forecasts: bool,
}

impl Announcements {
    /// Those of a month for the days after it, up to the end of another one.
    pub(super) fn of(facts: &MonthFacts, from: Month, to: Month) -> Self {
        let mut out = Announcements { by: BTreeMap::new(), from_forecasts: !facts.forecasts.is_empty() };
        let within = |date: &Date| *date >= from.plus(1).first_day() && *date <= to.last_day();
        let mut add = |matricule: &str, kind: &str, date: Date, motif: &str| {
            if let Some(kind) = KINDS.into_iter().find(|k| *k == kind).filter(|_| within(&date)) {
                out.by.entry((matricule.to_owned(), kind)).or_default().push((date, motif.to_owned()));
            }
        };
        if facts.forecasts.is_empty() {
            let after = from.plus(1).first_day();
            for s in facts.situations.iter().filter(|s| s.end.is_none_or(|end| end >= after)) {
                let contract = s.state.contract_end.filter(|_| matches!(s.state.statut.as_str(), "CDD" | "VACATAIRE"));
                match (&s.departure, contract) {
                    (Some((date, motif)), _) => add(&s.matricule, "SORTIE", *date, motif),
                    (None, Some(end)) => add(&s.matricule, "SORTIE", end, "FIN_CONTRAT"),
                    (None, None) => {}
                }
                if let Some((date, _, _)) = &s.next_step {
                    add(&s.matricule, "ECHELON", *date, "");
                }
            }
        } else {
            for f in &facts.forecasts {
                add(&f.matricule, &f.kind, f.date, &f.motif);
            }
        }
        out
    }

    /// Marks the movements that were announced, takes the motive they were announced with when no file of the month says one, and
    /// gives back the announcements nothing came of. The nearest day goes first.
    pub(super) fn set_beside(mut self, observed: &mut [Observed]) -> Vec<Unseen> {
        for same_day in [true, false] {
            for o in observed.iter_mut().filter(|o| o.announced == Announced::No) {
                let Some(said) = self.by.get_mut(&(o.matricule.clone(), o.kind)) else { continue };
                let nearest = (0..said.len()).min_by_key(|k| said.get(*k).map(|(date, _)| apart(*date, o.date)));
                let Some(k) = nearest.filter(|k| said.get(*k).is_some_and(|(date, _)| !same_day || *date == o.date)) else { continue };
                let (date, motif) = said.remove(k);
                o.announced = if date == o.date { Announced::AsSaid } else { Announced::OtherDay(date) };
                if o.motif.is_empty() {
                    o.motif = motif;
                }
            }
        }
        let left = self.by.into_iter().flat_map(|((matricule, kind), said)| {
            said.into_iter().map(move |(date, motif)| Unseen { matricule: matricule.clone(), date, kind, motif })
        });
        left.collect()
    }
}

fn apart(a: Date, b: Date) -> u32 {
    a.to_epoch_days().abs_diff(b.to_epoch_days())
}
