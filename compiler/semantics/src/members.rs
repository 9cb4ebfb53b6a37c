//! What the dossier knows of the members of each axis: codes, and which finer codes a coarser one groups.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{ATTRIBUTES, AttributeId, Constraint, Selection, attribute};

/// Members by attribute name, as the reference lists give them. Empty where nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Members {
    codes: BTreeMap<AttributeId, BTreeSet<String>>,
    labels: BTreeMap<(AttributeId, String), String>,
    groups: BTreeMap<(AttributeId, String), BTreeSet<String>>,
}

impl Members {
    /// Adds a member of the attribute named `name` (ignored when there is no such attribute).
    pub fn add(&mut self, name: &str, code: &str, label: &str) {
        if let Some(a) = attribute(name)
            && !code.is_empty()
        {
            self.codes.entry(a).or_default().insert(code.to_owned());
            if !label.is_empty() {
                self.labels.insert((a, label.to_lowercase()), code.to_owned());
            }
        }
    }

    /// Says that `code` of the attribute named `name` groups the finer code `leaf`.
    pub fn group(&mut self, name: &str, code: &str, leaf: &str) {
        if let Some(a) = attribute(name)
            && !code.is_empty()
        {
            self.codes.entry(a).or_default().insert(code.to_owned());
            self.groups.entry((a, code.to_owned())).or_default().insert(leaf.to_owned());
        }
    }

    /// All codes known of an attribute; `None` when nothing is known of it.
    #[must_use]
    pub fn of(&self, attribute: AttributeId) -> Option<&BTreeSet<String>> {
        self.codes.get(&attribute)
    }

    /// The code of a label, when it is known.
    #[must_use]
    pub fn by_label(&self, attribute: AttributeId, label: &str) -> Option<&String> {
        self.labels.get(&(attribute, label.to_lowercase()))
    }

    /// The coarser codes of a finer one: for a grade, its corps, groupe, catégorie.
    pub fn above<'a>(&'a self, leaf_attribute: &'a str, leaf: &'a str) -> impl Iterator<Item = (AttributeId, &'a str)> + 'a {
        self.groups.iter().filter_map(move |((a, code), leaves)| {
            let spec = ATTRIBUTES.get(a.index())?;
            (spec.groups == Some(leaf_attribute) && leaves.contains(leaf)).then_some((*a, code.as_str()))
        })
    }

    /// The same box on the finest attributes known, so that `corps PR` and `grade PR_1C` can be compared.
    #[must_use]
    pub fn refine(&self, selection: &Selection) -> Selection {
        let mut out = Selection { codes: BTreeMap::new(), ranges: selection.ranges.clone() };
        for (a, constraint) in &selection.codes {
            match self.leaves(*a, constraint) {
                Some((finer, refined)) => out.restrict(finer, refined),
                None => out.restrict(*a, constraint.clone()),
            }
        }
        out
    }

    fn leaves(&self, a: AttributeId, constraint: &Constraint) -> Option<(AttributeId, Constraint)> {
        let finer = attribute(ATTRIBUTES.get(a.index())?.groups?)?;
        let expand = |set: &BTreeSet<String>| -> Option<BTreeSet<String>> {
            let mut leaves = BTreeSet::new();
            for code in set {
                leaves.extend(self.groups.get(&(a, code.clone()))?.iter().cloned());
            }
            Some(leaves)
        };
        Some(match constraint {
            Constraint::In(set) => (finer, Constraint::In(expand(set)?)),
            Constraint::NotIn(set) => (finer, Constraint::NotIn(expand(set)?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corps_holds_its_grades() {
        let mut members = Members::default();
        for (corps, grade) in [("PR", "PR_1C"), ("PR", "PR_2C"), ("MCF", "MCF_CN")] {
            members.group("corps", corps, grade);
        }
        let of = |name: &str, code: &str| {
            let mut s = Selection::all();
            s.restrict(attribute(name).unwrap(), Constraint::In(BTreeSet::from([code.to_owned()])));
            members.refine(&s)
        };
        assert!(of("grade", "PR_1C").included_in(&of("corps", "PR")));
        assert!(of("grade", "MCF_CN").intersect(&of("corps", "PR")).is_empty());
    }
}
