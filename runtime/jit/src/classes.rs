//! Partitions of rows: those for which a set of constants have the same values, or those with the same code.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cadrage_engine::{ABSENT, Group, Row};
use cadrage_ir::{ATTRIBUTES, AttributeId, COLUMNS, ParameterId, Selection};
use cadrage_value::Exact;

use crate::sources::Setting;

/// A partition: the class of each row, and a row of each class.
#[derive(Debug)]
pub(crate) struct Partition {
    /// The code of this attribute is the class; otherwise see `classes`.
    attribute: Option<AttributeId>,
    /// By month (one when steady) then row.
    classes: Vec<u32>,
    /// Is it the same every month?
    pub steady: bool,
    /// A row of each class, enough of it for the selections.
    rows: Vec<Row>,
    /// The code of each class, for those of an attribute.
    codes: Vec<Arc<str>>,
    /// Codes that no row has; empty = every class has one.
    absent: Vec<bool>,
}

impl Partition {
    pub(crate) fn count(&self) -> usize {
        self.rows.len().max(1)
    }

    pub(crate) fn row(&self, class: usize) -> Option<&Row> {
        self.rows.get(class)
    }

    pub(crate) fn code(&self, class: usize) -> Option<&str> {
        self.codes.get(class).map(|c| &**c)
    }

    /// Has the class a row?
    pub(crate) fn is_met(&self, class: usize) -> bool {
        !self.absent.get(class).copied().unwrap_or(false)
    }

    /// The class of a row of a group in a month; below `count`, always.
    pub(crate) fn class(&self, group: &Group, month: usize, row: usize) -> u32 {
        let class = match self.attribute {
            Some(a) => group.codes.get(a.index()).and_then(Option::as_ref).and_then(|p| p.month(month).get(row)).copied(),
            None => {
                let rows = group.slots * group.agents.len();
                self.classes.get(if self.steady { row } else { month * rows + row }).copied()
            }
        };
        class.filter(|c| (*c as usize) < self.count()).unwrap_or(0)
    }
}

/// Partitions made so far for a group: by attribute, and by the boxes that parameters distinguish.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    attributes: BTreeMap<AttributeId, Arc<Partition>>,
    boxes: Vec<(Vec<Selection>, Arc<Partition>)>,
}

impl Classes {
    /// Rows with the same code.
    pub(crate) fn of_attribute(&mut self, setting: &Setting<'_>, attribute: AttributeId) -> Arc<Partition> {
        if let Some(known) = self.attributes.get(&attribute) {
            return Arc::clone(known);
        }
        let codes = setting.cohort.dictionary(attribute).to_vec();
        let rows = codes.iter().map(|code| {
            let mut row = Row { numbers: vec![None; COLUMNS.len()], codes: vec!["".into(); ATTRIBUTES.len()] };
            if let Some(slot) = row.codes.get_mut(attribute.index()) {
                *slot = Arc::clone(code);
            }
            row
        });
        let plane = setting.group.codes.get(attribute.index()).and_then(Option::as_ref);
        let steady = plane.is_none_or(cadrage_engine::Plane::steady);
        let mut absent = vec![true; codes.len()];
        match plane {
            Some(plane) => {
                for code in plane.cells() {
                    if let Some(slot) = absent.get_mut(*code as usize) {
                        *slot = false;
                    }
                }
            }
            None => {
                if let Some(empty) = absent.first_mut() {
                    *empty = false;
                }
            }
        }
        let made = Arc::new(Partition { attribute: Some(attribute), classes: Vec::new(), steady, rows: rows.collect(), codes, absent });
        self.attributes.insert(attribute, Arc::clone(&made));
        made
    }

    /// All rows together.
    pub(crate) fn everyone(&mut self, setting: &Setting<'_>) -> Arc<Partition> {
        self.of_parameters(setting, &[])
    }

    /// Rows for which these parameters have the same values.
    pub(crate) fn of_parameters(&mut self, setting: &Setting<'_>, parameters: &[ParameterId]) -> Arc<Partition> {
        let known = || parameters.iter().filter_map(|p| setting.environment.parameters.get(*p));
        let cases = || known().flat_map(|p| &p.cases).map(|c| &c.selection).filter(|s| !s.is_all());
        // One attribute alone: its code says all. Seen first: a grid has hundreds of boxes.
        let mut attributes: Vec<AttributeId> = cases().flat_map(|s| s.codes.keys().copied()).collect();
        attributes.sort_unstable();
        attributes.dedup();
        if let ([one], true) = (attributes.as_slice(), cases().all(|s| s.ranges.is_empty())) {
            return self.of_attribute(setting, *one);
        }
        let mut boxes: Vec<Selection> = Vec::new();
        for selection in cases() {
            if !boxes.contains(selection) {
                boxes.push(selection.clone());
            }
        }
        if let Some((_, known)) = self.boxes.iter().find(|(b, _)| *b == boxes) {
            return Arc::clone(known);
        }
        let made = Arc::new(by_boxes(setting, &boxes));
        self.boxes.push((boxes, Arc::clone(&made)));
        made
    }
}

/// Rows that the same boxes accept.
fn by_boxes(setting: &Setting<'_>, boxes: &[Selection]) -> Partition {
    let group = setting.group;
    let steady = boxes.iter().all(|s| is_steady(group, s));
    let months = if steady { 1 } else { setting.cohort.months().len() };
    let count = group.slots * group.agents.len();
    let words = boxes.len().div_ceil(64).max(1);
    let mut known: HashMap<Vec<u64>, u32> = HashMap::new();
    let mut classes = Vec::with_capacity(months * count);
    let mut rows: Vec<Row> = Vec::new();
    let mut tests: Vec<Membership<'_>> = boxes.iter().map(|s| Membership::new(setting, s)).collect();
    for month in 0..months {
        for row in 0..count {
            let mut signature = vec![0_u64; words];
            for (k, test) in tests.iter_mut().enumerate() {
                if test.holds(month, row)
                    && let Some(word) = signature.get_mut(k / 64)
                {
                    *word |= 1 << (k % 64);
                }
            }
            let next = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            let class = *known.entry(signature).or_insert(next);
            if class == next {
                rows.push(setting.cohort.row_of(group, row, month));
            }
            classes.push(class);
        }
    }
    Partition { attribute: None, classes, steady, rows, codes: Vec::new(), absent: Vec::new() }
}

/// Does a box accept the same rows every month?
pub(crate) fn is_steady(group: &Group, selection: &Selection) -> bool {
    selection.codes.keys().all(|a| group.codes.get(a.index()).and_then(Option::as_ref).is_none_or(cadrage_engine::Plane::steady))
        && selection.ranges.keys().all(|c| group.numbers.get(c.index()).and_then(Option::as_ref).is_none_or(|n| n.cells.steady()))
}

/// Is a row in a box? Codes and numbers already met are not looked at twice.
pub(crate) struct Membership<'a> {
    group: &'a Group,
    codes: Vec<(AttributeId, Vec<bool>)>,
    ranges: Vec<(usize, &'a cadrage_ir::Shape, HashMap<i64, bool>)>,
}

impl<'a> Membership<'a> {
    pub(crate) fn new(setting: &Setting<'a>, selection: &'a Selection) -> Self {
        let codes = selection.codes.iter().map(|(a, constraint)| {
            let accepted: Vec<bool> = setting.cohort.dictionary(*a).iter().map(|code| constraint.accepts(code)).collect();
            (*a, accepted)
        });
        let ranges = selection.ranges.iter().map(|(c, shape)| (c.index(), shape, HashMap::new()));
        Membership { group: setting.group, codes: codes.collect(), ranges: ranges.collect() }
    }

    pub(crate) fn holds(&mut self, month: usize, row: usize) -> bool {
        for (attribute, accepted) in &self.codes {
            let plane = self.group.codes.get(attribute.index()).and_then(Option::as_ref);
            let code = plane.and_then(|p| p.month(month).get(row)).map_or(0, |c| *c as usize);
            if !accepted.get(code).copied().unwrap_or(false) {
                return false;
            }
        }
        for (column, shape, known) in &mut self.ranges {
            let Some(numbers) = self.group.numbers.get(*column).and_then(Option::as_ref) else { return false };
            let x = numbers.cells.month(month).get(row).copied().unwrap_or(ABSENT);
            let inside =
                x != ABSENT && *known.entry(x).or_insert_with(|| Exact::ratio(x, numbers.denominator).is_some_and(|x| shape.accepts(&x)));
            if !inside {
                return false;
            }
        }
        true
    }
}
