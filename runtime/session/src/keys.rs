//! Split keys of the projected months: forecast imputations and affectations, else the last observed ones
//! (interfaces.md §5, §7).

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_careers::Post;
use cadrage_cube::{Affectation, Cube, Imputation};
use cadrage_engine::{Imputation as Part, Keys};
use cadrage_value::{Date, Exact, Month};

/// Where the splits of every agent are found.
#[derive(Debug)]
pub(crate) struct KeyBook<'a> {
    affectations: BTreeMap<&'a str, Vec<&'a Affectation>>,
    imputations: BTreeMap<&'a str, Vec<&'a Imputation>>,
    observed: BTreeMap<&'a str, Vec<Part>>,
    cube: &'a Cube,
    last: Month,
}

impl<'a> KeyBook<'a> {
    /// The keys known at the last constaté month.
    pub(crate) fn new(cube: &'a Cube, last: Month) -> Self {
        let mut book = KeyBook { affectations: BTreeMap::new(), imputations: BTreeMap::new(), observed: BTreeMap::new(), cube, last };
        if let Some(facts) = cube.months.get(&last) {
            for a in &facts.affectations {
                book.affectations.entry(&a.matricule).or_default().push(a);
            }
            for i in facts.imputations.iter().filter(|i| i.rubrique == "*") {
                book.imputations.entry(&i.matricule).or_default().push(i);
            }
        }
        for (month, facts) in cube.months.range(..=last) {
            let mut seen: BTreeMap<&str, (u32, &str, &str, Vec<Part>)> = BTreeMap::new();
            for pay in facts.pay.iter().filter(|p| p.matricule != "?" && p.right() == *month && !p.centre.is_empty()) {
                let part = |p: &cadrage_cube::PayLine| Part {
                    centre: Arc::from(p.centre.as_str()),
                    eotp: Arc::from(p.eotp.as_str()),
                    plafond: Arc::from(p.plafond.as_str()),
                    share: p.share.clone(),
                };
                // The split of the month's first element: its parts follow each other in the file.
                let entry = seen.entry(&pay.matricule).or_insert_with(|| (pay.number, &pay.rubrique, &pay.compte, Vec::new()));
                let complete = entry.3.iter().map(|p| p.share.clone()).sum::<Exact>() >= Exact::from_int(100);
                if entry.1 == pay.rubrique && entry.2 == pay.compte && !complete {
                    entry.3.push(part(pay));
                }
            }
            for (matricule, (_, _, _, parts)) in seen {
                book.observed.insert(matricule, parts);
            }
        }
        book
    }

    /// How a month is split when a scenario may have put the post elsewhere.
    pub(crate) fn of(&self, matricule: &str, structure: &str, when: Month, post: Option<&Post>) -> Keys {
        let mut keys = self.keys(matricule, structure, when);
        let Some(post) = post else { return keys };
        if post.plafond.is_some() || post.centre.is_some() {
            let centre = post.centre.as_deref().unwrap_or("?");
            let plafond = post.plafond.as_deref().unwrap_or_else(|| self.cube.references.resource_of(centre));
            keys.imputations = vec![Part {
                centre: Arc::from(centre),
                eotp: Arc::from(post.eotp.as_deref().unwrap_or("")),
                plafond: Arc::from(plafond),
                share: Exact::from_int(100),
            }];
        }
        if post.placed {
            keys.places = vec![(Arc::from(structure), Exact::from_int(100))];
        }
        keys
    }

    /// How an agent's month is split; `structure` is that of his last situation of the month.
    ///
    /// `when` is the month the affectations are looked up in: the month itself, or the last constaté month for back pay.
    pub(crate) fn keys(&self, matricule: &str, structure: &str, when: Month) -> Keys {
        let analytic = when.max(self.last.plus(1));
        let forecast = newest(self.imputations.get(matricule).map_or(&[], Vec::as_slice), analytic, |i| (i.start, i.end, i.rank));
        let mut imputations: Vec<Part> = forecast
            .into_iter()
            .map(|i| Part {
                centre: Arc::from(i.centre.as_str()),
                eotp: Arc::from(i.eotp.as_str()),
                plafond: Arc::from(self.cube.references.resource_of(&i.centre)),
                share: i.share.clone(),
            })
            .collect();
        if imputations.is_empty() {
            imputations = self.observed.get(matricule).cloned().unwrap_or_default();
        }
        if imputations.is_empty() {
            imputations.push(Part { centre: "?".into(), eotp: "".into(), plafond: "?".into(), share: Exact::from_int(100) });
        }
        let places = newest(self.affectations.get(matricule).map_or(&[], Vec::as_slice), when, |a| (a.start, a.end, a.rank));
        let mut places: Vec<(Arc<str>, Exact)> = places.into_iter().map(|a| (Arc::from(a.structure.as_str()), a.rate.clone())).collect();
        if places.is_empty() {
            places.push((Arc::from(structure), Exact::from_int(100)));
        }
        Keys { imputations, places }
    }
}

/// Rows of the set with the latest start that touches the month, by rank.
fn newest<'r, T>(rows: &[&'r T], month: Month, key: impl Fn(&T) -> (Date, Option<Date>, u32)) -> Vec<&'r T> {
    let touches = |row: &&&T| {
        let (start, end, _) = key(row);
        start < month.plus(1).first_day() && end.is_none_or(|e| e > month.first_day())
    };
    let latest = rows.iter().filter(touches).map(|r| key(r).0).max();
    let mut found: Vec<&T> = rows.iter().filter(touches).filter(|r| Some(key(r).0) == latest).copied().collect();
    found.sort_by_key(|r| key(r).2);
    found
}
