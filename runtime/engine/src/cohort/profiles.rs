//! Agents who are the same in all that a question reads: computed once, counted as many times as they are (architecture.md §4).

use std::collections::{BTreeSet, HashMap, HashSet};

use cadrage_ir::{AttributeId, ColumnId};

use super::{Cohort, Group, Numbers, Plane};

/// What a question reads of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Numbers.
    pub columns: BTreeSet<ColumnId>,
    /// Codes.
    pub attributes: BTreeSet<AttributeId>,
}

/// A cohort of profiles.
#[derive(Clone, Debug)]
pub struct Profiles {
    /// One agent for each profile, with only what was read of him.
    pub cohort: Cohort,
    /// By profile: the agents of the whole cohort who have it.
    pub members: Vec<Vec<u32>>,
}

/// Agents looked at to tell whether looking for profiles among all of them is worth its time.
const SAMPLE: usize = 4096;
/// Fewer agents than this are searched whole.
const FEW: usize = 2 * SAMPLE;
/// Profiles are worth looking for when one stands for so many agents on average.
const AGENTS_OF_ONE: usize = 8;

impl Cohort {
    /// Are there likely many agents of one profile? Said from agents taken at regular intervals: among `n` of `N` agents with `K` profiles of
    /// the same size, about `n² / 2K` are the same as one met before, and more when sizes differ.
    #[must_use]
    pub fn has_profiles(&self, read: &Read) -> bool {
        let all: usize = self.groups.iter().map(|g| g.agents.len()).sum();
        if all < FEW {
            return true;
        }
        let interval = all.div_ceil(SAMPLE);
        let (mut met, mut again) = (HashSet::with_capacity(SAMPLE), 0);
        for (position, group) in self.groups.iter().enumerate() {
            for agent in (0..group.agents.len()).step_by(interval) {
                // Cells one after the other, as all agents' are below; that two keys are equal by chance does not matter here.
                let mut key = position as u64;
                each_cell_of(group, self.months.len(), read, agent, &mut |cell| mix(&mut key, cell));
                again += usize::from(!met.insert(key));
            }
        }
        let sampled = met.len() + again;
        // Three quarters of what would be met again if there were exactly `all / AGENTS_OF_ONE` profiles; half the sample when that is less.
        let expected = (3 * sampled * sampled * AGENTS_OF_ONE / (8 * all)).min(sampled / 2);
        again >= expected
    }

    /// The profiles of the cohort for what is read of it, agents kept apart left out. What was paid is not read.
    #[must_use]
    pub fn profiles(&self, read: &Read) -> Profiles {
        let mut out = Cohort { months: self.months.clone(), dictionaries: self.dictionaries.clone(), ..Cohort::default() };
        let mut members: Vec<Vec<u32>> = Vec::new();
        for group in &self.groups {
            let months = self.months.len();
            let keep: Vec<u32> = distinct(group, months, read, members.len(), &mut members);
            let position = u32::try_from(out.groups.len()).unwrap_or(u32::MAX);
            let first = u32::try_from(out.matricules.len()).unwrap_or(u32::MAX);
            for (k, agent) in keep.iter().enumerate() {
                let matricule = group.agents.get(*agent as usize).and_then(|a| self.matricules.get(*a as usize));
                out.matricules.push(matricule.cloned().unwrap_or_else(|| "".into()));
                out.places.push(Some((position, u32::try_from(k).unwrap_or(u32::MAX))));
            }
            let count = group.agents.len();
            let rows: Vec<usize> = (0..group.slots).flat_map(|s| keep.iter().map(move |a| s * count + *a as usize)).collect();
            let agents: Vec<usize> = keep.iter().map(|a| *a as usize).collect();
            let number = |(k, n): (usize, &Option<Numbers>)| {
                let n = n.as_ref().filter(|_| read.columns.contains(&ColumnId::at(k)))?;
                Some(Numbers { denominator: n.denominator, cells: picked(&n.cells, months, &rows) })
            };
            let code = |(k, c): (usize, &Option<Plane<u32>>)| {
                c.as_ref().filter(|_| read.attributes.contains(&AttributeId::at(k))).map(|c| picked(c, months, &rows))
            };
            out.groups.push(Group {
                slots: group.slots,
                agents: (first..).take(keep.len()).collect(),
                numbers: group.numbers.iter().enumerate().map(number).collect(),
                codes: group.codes.iter().enumerate().map(code).collect(),
                situations: group.situations.as_ref().map(|s| picked(s, months, &agents)),
                ..Group::default()
            });
        }
        Profiles { cohort: out, members }
    }
}

fn picked<T: Copy + PartialEq>(plane: &Plane<T>, months: usize, rows: &[usize]) -> Plane<T> {
    let months = if plane.steady() { 1 } else { months };
    let cells = (0..months).flat_map(|m| rows.iter().filter_map(move |r| plane.month(m).get(*r).copied()));
    Plane::new(rows.len(), cells.collect()).compressed()
}

/// The first agent of each profile of a group, by position; the members of all profiles are added from `first` on.
fn distinct(group: &Group, months: usize, read: &Read, first: usize, members: &mut Vec<Vec<u32>>) -> Vec<u32> {
    let count = group.agents.len();
    // Every cell that tells agents apart, column after column: what the same agents share is hashed first, then compared.
    let mut keys = vec![0_u64; count];
    each_cell(group, months, read, &mut |agent, cell| {
        if let Some(key) = keys.get_mut(agent) {
            mix(key, cell);
        }
    });
    let mut known: HashMap<u64, Vec<(u32, usize)>> = HashMap::with_capacity(count);
    let mut keep: Vec<u32> = Vec::new();
    for (agent, key) in keys.iter().enumerate() {
        let position = u32::try_from(agent).unwrap_or(u32::MAX);
        let candidates = known.entry(*key).or_default();
        let same = candidates.iter().find(|(other, _)| equal(group, months, read, agent, *other as usize));
        let profile = match same {
            Some((_, profile)) => *profile,
            None => {
                keep.push(position);
                members.push(Vec::new());
                let profile = first + keep.len() - 1;
                candidates.push((position, profile));
                profile
            }
        };
        if let (Some(list), Some(agent)) = (members.get_mut(profile), group.agents.get(agent)) {
            list.push(*agent);
        }
    }
    keep
}

/// Adds a cell to a key.
fn mix(key: &mut u64, cell: u64) {
    *key = (key.rotate_left(5) ^ cell).wrapping_mul(0x517c_c1b7_2722_0a95);
}

/// All cells read of one agent.
fn each_cell_of(group: &Group, months: usize, read: &Read, agent: usize, take: &mut dyn FnMut(u64)) {
    let count = group.agents.len();
    let months_of = |steady: bool| if steady { 1 } else { months };
    let slots = group.slots;
    for id in &read.columns {
        let Some(cells) = group.numbers.get(id.index()).and_then(Option::as_ref).map(|n| &n.cells) else { continue };
        let of = |month: usize| cells.month(month).iter().skip(agent).step_by(count).take(slots);
        (0..months_of(cells.steady())).flat_map(of).for_each(|x| take(x.cast_unsigned()));
    }
    for id in &read.attributes {
        let Some(cells) = group.codes.get(id.index()).and_then(Option::as_ref) else { continue };
        let of = |month: usize| cells.month(month).iter().skip(agent).step_by(count).take(slots);
        (0..months_of(cells.steady())).flat_map(of).for_each(|x| take(u64::from(*x)));
    }
    if let Some(cells) = &group.situations {
        (0..months_of(cells.steady())).filter_map(|month| cells.month(month).get(agent)).for_each(|n| take(u64::from(*n)));
    }
}

/// All cells read, agent by agent inside each column and month.
fn each_cell(group: &Group, months: usize, read: &Read, take: &mut dyn FnMut(usize, u64)) {
    let count = group.agents.len();
    let months_of = |steady: bool| if steady { 1 } else { months };
    for id in &read.columns {
        let Some(cells) = group.numbers.get(id.index()).and_then(Option::as_ref).map(|n| &n.cells) else { continue };
        for month in 0..months_of(cells.steady()) {
            cells.month(month).iter().enumerate().for_each(|(row, x)| take(row % count, x.cast_unsigned()));
        }
    }
    for id in &read.attributes {
        let Some(cells) = group.codes.get(id.index()).and_then(Option::as_ref) else { continue };
        for month in 0..months_of(cells.steady()) {
            cells.month(month).iter().enumerate().for_each(|(row, x)| take(row % count, u64::from(*x)));
        }
    }
    if let Some(cells) = &group.situations {
        for month in 0..months_of(cells.steady()) {
            cells.month(month).iter().enumerate().for_each(|(agent, n)| take(agent, u64::from(*n)));
        }
    }
}

/// Are two agents the same in all that is read?
fn equal(group: &Group, months: usize, read: &Read, a: usize, b: usize) -> bool {
    fn same<T: Copy + PartialEq>(plane: Option<&Plane<T>>, months: usize, slots: usize, count: usize, a: usize, b: usize) -> bool {
        let Some(plane) = plane else { return true };
        let months = if plane.steady() { 1 } else { months };
        (0..months).all(|m| (0..slots).all(|s| plane.month(m).get(s * count + a) == plane.month(m).get(s * count + b)))
    }
    let (slots, count) = (group.slots, group.agents.len());
    let numbers = |id: &ColumnId| group.numbers.get(id.index()).and_then(Option::as_ref).map(|n| &n.cells);
    let codes = |id: &AttributeId| group.codes.get(id.index()).and_then(Option::as_ref);
    read.columns.iter().all(|c| same(numbers(c), months, slots, count, a, b))
        && read.attributes.iter().all(|c| same(codes(c), months, slots, count, a, b))
        && same(group.situations.as_ref(), months, 1, count, a, b)
}
