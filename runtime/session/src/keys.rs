//! Split keys of the projected months: forecast imputations and affectations, else the last observed ones
//! (interfaces.md §5, §7).

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_careers::Post;
use cadrage_cube::{Cube, PayLine};
use cadrage_engine::{Imputation as Part, Keys};
use cadrage_value::{Date, Exact, Month};

use crate::intern::Interner;

/// Where the splits of every agent are found.
#[derive(Debug)]
pub(crate) struct KeyBook<'a> {
    affectations: BTreeMap<&'a str, Vec<Dated<Place>>>,
    imputations: BTreeMap<&'a str, Vec<Dated<Part>>>,
    observed: BTreeMap<&'a str, Vec<Part>>,
    cube: &'a Cube,
    last: Month,
}

/// A structure and its rate.
type Place = (Arc<str>, Exact);

/// A part of a set in force from a day on; the sets of an agent each have one start.
#[derive(Debug)]
struct Dated<T> {
    start: Date,
    end: Option<Date>,
    rank: u32,
    part: T,
}

/// What is known of one agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentKeys<'k> {
    affectations: &'k [Dated<Place>],
    imputations: &'k [Dated<Part>],
    observed: &'k [Part],
    cube: &'k Cube,
    last: Month,
}

impl<'a> KeyBook<'a> {
    /// The keys known at the last constaté month.
    pub(crate) fn new(cube: &'a Cube, last: Month) -> Self {
        KeyBook::among(cube, last, &|_| true)
    }

    /// The same for some agents only.
    pub(crate) fn among(cube: &'a Cube, last: Month, wanted: &dyn Fn(&str) -> bool) -> Self {
        let mut book = KeyBook { affectations: BTreeMap::new(), imputations: BTreeMap::new(), observed: BTreeMap::new(), cube, last };
        let mut texts = Interner::default();
        if let Some(facts) = cube.months.get(&last) {
            for a in facts.affectations.iter().filter(|a| wanted(&a.matricule)) {
                let part = (texts.get(&a.structure), a.rate.clone());
                book.affectations.entry(&a.matricule).or_default().push(Dated { start: a.start, end: a.end, rank: a.rank, part });
            }
            for i in facts.imputations.iter().filter(|i| i.rubrique == "*" && wanted(&i.matricule)) {
                let part = Part {
                    centre: texts.get(&i.centre),
                    eotp: texts.get(&i.eotp),
                    plafond: texts.get(cube.references.resource_of(&i.centre)),
                    share: i.share.clone(),
                };
                book.imputations.entry(&i.matricule).or_default().push(Dated { start: i.start, end: i.end, rank: i.rank, part });
            }
        }
        // The last month an agent was paid for itself is the one that counts.
        for (month, facts) in cube.months.range(..=last).rev() {
            let mut seen: BTreeMap<&str, (&str, &str, Vec<Part>)> = BTreeMap::new();
            let own = |p: &&PayLine| *p.matricule != *"?" && p.right() == *month && !p.centre.is_empty();
            for pay in facts.pay.iter().filter(own).filter(|p| wanted(&p.matricule) && !book.observed.contains_key(&*p.matricule)) {
                // The split of the month's first element: its parts follow each other in the file.
                let entry = seen.entry(&pay.matricule).or_insert_with(|| (&pay.rubrique, &pay.compte, Vec::new()));
                if *entry.0 != *pay.rubrique || *entry.1 != *pay.compte {
                    continue;
                }
                let complete = entry.2.iter().map(|p| p.share.clone()).sum::<Exact>() >= Exact::from_int(100);
                if !complete {
                    entry.2.push(Part {
                        centre: texts.get(&pay.centre),
                        eotp: texts.get(&pay.eotp),
                        plafond: texts.get(&pay.plafond),
                        share: (*pay.share).clone(),
                    });
                }
            }
            book.observed.extend(seen.into_iter().map(|(matricule, (_, _, parts))| (matricule, parts)));
        }
        book
    }

    /// What is known of an agent.
    pub(crate) fn agent(&self, matricule: &str) -> AgentKeys<'_> {
        AgentKeys {
            affectations: self.affectations.get(matricule).map_or(&[], Vec::as_slice),
            imputations: self.imputations.get(matricule).map_or(&[], Vec::as_slice),
            observed: self.observed.get(matricule).map_or(&[], Vec::as_slice),
            cube: self.cube,
            last: self.last,
        }
    }
}

impl AgentKeys<'_> {
    /// How a month is split when a scenario may have put the post elsewhere.
    pub(crate) fn of(&self, structure: &str, when: Month, post: Option<&Post>) -> Keys {
        let mut keys = self.keys(structure, when);
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

    /// How a month is split; `structure` is that of the last situation of the month.
    ///
    /// `when` is the month the affectations are looked up in: the month itself, or the last constaté month for back pay.
    fn keys(&self, structure: &str, when: Month) -> Keys {
        let analytic = when.max(self.last.plus(1));
        let mut imputations: Vec<Part> = newest(self.imputations, analytic).into_iter().cloned().collect();
        if imputations.is_empty() {
            imputations = self.observed.to_vec();
        }
        if imputations.is_empty() {
            imputations.push(Part { centre: "?".into(), eotp: "".into(), plafond: "?".into(), share: Exact::from_int(100) });
        }
        let mut places: Vec<(Arc<str>, Exact)> = newest(self.affectations, when).into_iter().cloned().collect();
        if places.is_empty() {
            places.push((Arc::from(structure), Exact::from_int(100)));
        }
        Keys { imputations, places }
    }
}

/// The parts of the set with the latest start that touches the month, by rank.
fn newest<T>(parts: &[Dated<T>], month: Month) -> Vec<&T> {
    let touches = |d: &&Dated<T>| d.start < month.plus(1).first_day() && d.end.is_none_or(|e| e > month.first_day());
    let latest = parts.iter().filter(touches).map(|d| d.start).max();
    let mut found: Vec<&Dated<T>> = parts.iter().filter(touches).filter(|d| Some(d.start) == latest).collect();
    found.sort_by_key(|d| d.rank);
    found.into_iter().map(|d| &d.part).collect()
}
