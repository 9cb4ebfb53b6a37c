//! A cohort from frames pushed one by one, or from columns that do not move.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cadrage_ir::{ATTRIBUTES, AttributeId, COLUMNS, ColumnId, FormulaId};
use cadrage_value::{Exact, Money, Month, least_common_multiple};

use super::{ABSENT, Cohort, Group, Numbers, Plane, slot_of};
use crate::{AgentFrame, Row};

/// The largest common denominator of a column: beyond, products leave the bounds of the fast arithmetic.
const LARGEST_DENOMINATOR: i64 = 1_000_000_000;
/// More situations than this in one month: the agent is kept apart.
const MOST_SLOTS: usize = 6;

/// Makes a cohort of frames; all have the same months.
#[derive(Debug)]
pub struct CohortBuilder {
    months: Vec<(Month, bool)>,
    matricules: Vec<Arc<str>>,
    groups: BTreeMap<usize, Growing>,
    places: Vec<Option<(u32, u32)>>,
    apart: BTreeMap<usize, AgentFrame>,
    dictionaries: Vec<Dictionary>,
    end_rows: Vec<Option<Row>>,
}

/// A group being filled, agent after agent: each agent's months, each month's slots.
#[derive(Debug, Default)]
struct Growing {
    agents: Vec<u32>,
    numbers: Vec<(i64, Vec<i64>)>,
    codes: Vec<Vec<u32>>,
    situations: Vec<u8>,
    observed: BTreeMap<String, Vec<Vec<i64>>>,
    last_paid: BTreeMap<String, Vec<i64>>,
    supplied: BTreeMap<u32, BTreeMap<FormulaId, Exact>>,
}

/// Codes by position; the last one met is found without hashing, since neighbours share it.
#[derive(Debug)]
struct Dictionary {
    codes: Vec<Arc<str>>,
    known: HashMap<Arc<str>, u32>,
    last: u32,
}

impl Dictionary {
    fn new() -> Self {
        let empty: Arc<str> = "".into();
        Dictionary { codes: vec![Arc::clone(&empty)], known: HashMap::from([(empty, 0)]), last: 0 }
    }

    fn code(&mut self, text: &Arc<str>) -> u32 {
        if self.codes.get(self.last as usize).is_some_and(|c| Arc::ptr_eq(c, text)) {
            return self.last;
        }
        let next = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        let id = *self.known.entry(Arc::clone(text)).or_insert(next);
        if id == next {
            self.codes.push(Arc::clone(text));
        }
        self.last = id;
        id
    }
}

impl CohortBuilder {
    /// Nobody yet, over these months; each says whether its pay is known.
    #[must_use]
    pub fn new(months: Vec<(Month, bool)>) -> Self {
        CohortBuilder {
            months,
            matricules: Vec::new(),
            groups: BTreeMap::new(),
            places: Vec::new(),
            apart: BTreeMap::new(),
            dictionaries: ATTRIBUTES.iter().map(|_| Dictionary::new()).collect(),
            end_rows: Vec::new(),
        }
    }

    /// Adds an agent. Frames over other months than the cohort's are kept apart.
    pub fn push(&mut self, frame: &AgentFrame) {
        let agent = self.matricules.len();
        self.matricules.push(Arc::clone(&frame.matricule));
        let slots = frame.months.iter().map(|m| m.situations.len()).max().unwrap_or(0);
        let same = frame.months.len() == self.months.len()
            && frame.months.iter().zip(&self.months).all(|(a, (month, constate))| a.month == *month && a.constate == *constate);
        let denominators = if same && slots <= MOST_SLOTS { self.denominators(slots, frame) } else { None };
        let Some(denominators) = denominators else {
            self.places.push(None);
            self.end_rows.push(None);
            // His codes are known all the same: what is asked of a dictionary is asked of everybody.
            for row in frame.months.iter().flat_map(|m| &m.situations) {
                for (dictionary, text) in self.dictionaries.iter_mut().zip(&row.codes) {
                    dictionary.code(text);
                }
            }
            self.apart.insert(agent, frame.clone());
            return;
        };
        self.end_rows.push(frame.end_row.clone());
        let group = self.groups.entry(slots).or_default();
        let (agent, position) = (u32::try_from(agent).unwrap_or(u32::MAX), u32::try_from(group.agents.len()).unwrap_or(u32::MAX));
        self.places.push(Some((u32::try_from(slots).unwrap_or(u32::MAX), position)));
        group.push(agent, position, slots, frame, &denominators, &mut self.dictionaries);
    }

    /// The denominator of each column once the frame is in; `None` when one would be too large, or a numerator.
    fn denominators(&mut self, slots: usize, frame: &AgentFrame) -> Option<Vec<i64>> {
        let group = self.groups.entry(slots).or_default();
        if group.numbers.is_empty() {
            group.numbers = COLUMNS.iter().map(|_| (1, Vec::new())).collect();
            group.codes = ATTRIBUTES.iter().map(|_| Vec::new()).collect();
        }
        let mut out: Vec<i64> = group.numbers.iter().map(|(d, _)| *d).collect();
        for row in frame.months.iter().flat_map(|m| &m.situations) {
            for (d, x) in out.iter_mut().zip(&row.numbers).filter_map(|(d, x)| x.as_ref().map(|x| (d, x))) {
                let (_, own) = x.parts()?;
                if own > LARGEST_DENOMINATOR {
                    return None;
                }
                if *d % own != 0 {
                    *d = least_common_multiple(*d, own).filter(|d| *d <= LARGEST_DENOMINATOR)?;
                }
            }
        }
        // Nothing in the column may overflow once over the new denominator.
        for row in frame.months.iter().flat_map(|m| &m.situations) {
            for (d, x) in out.iter().zip(&row.numbers).filter_map(|(d, x)| x.as_ref().map(|x| (d, x))) {
                over(x, *d)?;
            }
        }
        for ((old, cells), new) in group.numbers.iter().zip(&out) {
            let factor = new / old;
            if factor != 1 && cells.iter().any(|c| *c != ABSENT && c.checked_mul(factor).is_none()) {
                return None;
            }
        }
        Some(out)
    }

    /// The cohort.
    #[must_use]
    pub fn finish(self) -> Cohort {
        let mut order: BTreeMap<u32, u32> = BTreeMap::new();
        let months = self.months.len();
        let groups: Vec<Group> = self
            .groups
            .into_iter()
            .filter(|(_, g)| !g.agents.is_empty())
            .enumerate()
            .map(|(k, (slots, group))| {
                order.insert(u32::try_from(slots).unwrap_or(u32::MAX), u32::try_from(k).unwrap_or(u32::MAX));
                group.finish(slots, months)
            })
            .collect();
        let places = self.places.into_iter().map(|p| p.and_then(|(slots, at)| Some((*order.get(&slots)?, at)))).collect();
        Cohort {
            months: self.months,
            matricules: self.matricules,
            groups,
            places,
            apart: self.apart,
            dictionaries: self.dictionaries.into_iter().map(|d| d.codes).collect(),
            end_rows: self.end_rows,
        }
    }
}

impl Growing {
    fn push(&mut self, agent: u32, position: u32, slots: usize, frame: &AgentFrame, denominators: &[i64], dictionaries: &mut [Dictionary]) {
        for ((old, cells), new) in self.numbers.iter_mut().zip(denominators) {
            let factor = *new / *old;
            if factor != 1 {
                for c in cells.iter_mut().filter(|c| **c != ABSENT) {
                    *c *= factor;
                }
                *old = *new;
            }
        }
        for month in &frame.months {
            let count = month.situations.len();
            self.situations.push(u8::try_from(count).unwrap_or(u8::MAX));
            for slot in 0..slots {
                let row = (0..count).find(|s| slot_of(*s, count) == slot).and_then(|s| month.situations.get(s));
                for (c, (d, cells)) in self.numbers.iter_mut().enumerate() {
                    let x = row.and_then(|r| r.number(ColumnId::at(c)));
                    cells.push(x.and_then(|x| over(x, *d)).unwrap_or(ABSENT));
                }
                for ((a, cells), dictionary) in self.codes.iter_mut().enumerate().zip(dictionaries.iter_mut()) {
                    cells.push(row.and_then(|r| r.codes.get(a)).map_or(0, |text| dictionary.code(text)));
                }
            }
        }
        let count = frame.months.len();
        for (k, month) in frame.months.iter().enumerate() {
            for (rubrique, paid) in &month.observed {
                let months = match self.observed.get_mut(rubrique) {
                    Some(known) => known,
                    None => self.observed.entry(rubrique.clone()).or_insert_with(|| vec![Vec::new(); count]),
                };
                if let Some(cells) = months.get_mut(k) {
                    put(cells, position, *paid);
                }
            }
        }
        for (rubrique, paid) in &frame.last_paid {
            put(self.last_paid.entry(rubrique.clone()).or_default(), position, *paid);
        }
        if !frame.supplied.is_empty() {
            self.supplied.insert(position, frame.supplied.clone());
        }
        self.agents.push(agent);
    }

    /// Agent-major to month-major; a slot without situation repeats its neighbour, so that what does not move stays one month.
    fn finish(self, slots: usize, months: usize) -> Group {
        let agents = self.agents.len();
        let exists = |agent: usize, month: usize, slot: usize| {
            self.situations.get(agent * months + month).is_some_and(|count| slot < usize::from(*count))
        };
        // For each cell of the result, the cell of the source it copies.
        let mut source = vec![0_usize; months * slots * agents];
        for agent in 0..agents {
            for slot in 0..slots {
                let first = (0..months).find(|m| exists(agent, *m, slot)).unwrap_or(0);
                let mut from = first;
                for month in 0..months {
                    if exists(agent, month, slot) {
                        from = month;
                    }
                    if let Some(cell) = source.get_mut((month * slots + slot) * agents + agent) {
                        *cell = (agent * months + from) * slots + slot;
                    }
                }
            }
        }
        fn turned<T: Copy + PartialEq>(cells: &[T], source: &[usize], rows: usize, none: T) -> Option<Plane<T>> {
            if cells.iter().all(|c| *c == none) {
                return None;
            }
            Some(Plane::new(rows, source.iter().map(|k| cells.get(*k).copied().unwrap_or(none)).collect()).compressed())
        }
        let rows = slots * agents;
        let numbers = self
            .numbers
            .iter()
            .map(|(denominator, cells)| turned(cells, &source, rows, ABSENT).map(|cells| Numbers { denominator: *denominator, cells }));
        let codes = self.codes.iter().map(|cells| turned(cells, &source, rows, 0));
        let counts: Vec<u8> =
            (0..months).flat_map(|m| (0..agents).map(move |a| a * months + m)).filter_map(|k| self.situations.get(k).copied()).collect();
        let filled = |mut cells: Vec<i64>| {
            cells.resize(agents, ABSENT);
            cells
        };
        Group {
            slots,
            numbers: numbers.collect(),
            codes: codes.collect(),
            situations: Some(Plane::new(agents, counts).compressed()),
            observed: self
                .observed
                .into_iter()
                .map(|(rubrique, months)| (rubrique, months.into_iter().map(|m| if m.is_empty() { m } else { filled(m) }).collect()))
                .collect(),
            last_paid: self.last_paid.into_iter().map(|(rubrique, cells)| (rubrique, filled(cells))).collect(),
            supplied: self.supplied,
            agents: self.agents,
        }
    }
}

fn put(cells: &mut Vec<i64>, position: u32, paid: Money) {
    cells.resize(position as usize, ABSENT);
    cells.push(paid.cents());
}

/// The numerator of `x` over `denominator`, when it is whole and fits.
fn over(x: &Exact, denominator: i64) -> Option<i64> {
    let (n, d) = x.parts()?;
    if denominator % d != 0 {
        return None;
    }
    n.checked_mul(denominator / d).filter(|n| *n != ABSENT)
}

/// One number of each agent, the same every month.
#[derive(Clone, Debug)]
pub struct SteadyNumbers {
    /// Which.
    pub column: ColumnId,
    /// Above 0.
    pub denominator: i64,
    /// By agent; [`ABSENT`] where there is none.
    pub numerators: Vec<i64>,
}

/// One code of each agent, the same every month.
#[derive(Clone, Debug)]
pub struct SteadyCodes {
    /// Which.
    pub attribute: AttributeId,
    /// The codes; the first is the empty one.
    pub dictionary: Vec<Arc<str>>,
    /// By agent: positions in the dictionary.
    pub positions: Vec<u32>,
}

/// Agents with one situation each, the same every month: what a population file gives without careers.
#[derive(Clone, Debug, Default)]
pub struct SteadyColumns {
    /// By agent.
    pub matricules: Vec<Arc<str>>,
    /// Numbers.
    pub numbers: Vec<SteadyNumbers>,
    /// Codes.
    pub codes: Vec<SteadyCodes>,
}

impl Cohort {
    /// One agent.
    #[must_use]
    pub fn alone(frame: &AgentFrame) -> Cohort {
        let mut builder = CohortBuilder::new(frame.months.iter().map(|m| (m.month, m.constate)).collect());
        builder.push(frame);
        builder.finish()
    }

    /// A cohort of agents whose only situation never moves.
    #[must_use]
    pub fn steady(months: Vec<(Month, bool)>, columns: SteadyColumns) -> Cohort {
        let count = columns.matricules.len();
        let agents: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        let mut group = Group {
            slots: 1,
            numbers: COLUMNS.iter().map(|_| None).collect(),
            codes: ATTRIBUTES.iter().map(|_| None).collect(),
            situations: Some(Plane::new(count, vec![1; count])),
            ..Group::default()
        };
        for n in columns.numbers {
            if let Some(slot) = group.numbers.get_mut(n.column.index()) {
                *slot = Some(Numbers { denominator: n.denominator, cells: Plane::new(count, n.numerators) });
            }
        }
        let mut dictionaries: Vec<Vec<Arc<str>>> = ATTRIBUTES.iter().map(|_| vec!["".into()]).collect();
        for c in columns.codes {
            if let (Some(slot), Some(dictionary)) = (group.codes.get_mut(c.attribute.index()), dictionaries.get_mut(c.attribute.index())) {
                *slot = Some(Plane::new(count, c.positions));
                *dictionary = c.dictionary;
            }
        }
        let places = agents.iter().map(|a| Some((0, *a))).collect();
        group.agents = agents;
        Cohort {
            months,
            matricules: columns.matricules,
            groups: vec![group],
            places,
            apart: BTreeMap::new(),
            dictionaries,
            end_rows: Vec::new(),
        }
    }
}
