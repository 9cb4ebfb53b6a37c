//! Which finer codes a coarser one groups: `corps PR` is its grades. What is not known is left as it is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::{ATTRIBUTES, AttributeId, Constraint, Selection, Words, attribute};

/// Groups of codes, by coarser attribute and code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hierarchy {
    groups: BTreeMap<(AttributeId, String), BTreeSet<String>>,
}

impl Hierarchy {
    /// Says that `code` of the attribute groups the finer code `leaf`.
    pub fn group(&mut self, coarser: AttributeId, code: &str, leaf: &str) {
        self.groups.entry((coarser, code.to_owned())).or_default().insert(leaf.to_owned());
    }

    /// The coarser codes of a finer one: for a grade, its corps, groupe, catégorie.
    pub fn above<'a>(&'a self, leaf_attribute: &'a str, leaf: &'a str) -> impl Iterator<Item = (AttributeId, &'a str)> + 'a {
        self.groups.iter().filter_map(move |((a, code), leaves)| {
            let spec = ATTRIBUTES.get(a.index())?;
            (spec.groups == Some(leaf_attribute) && leaves.contains(leaf)).then_some((*a, code.as_str()))
        })
    }

    /// The same box on the finest attributes known, so that `corps PR` and `grade PR_1C` can be compared.
    ///
    /// A constraint with a code whose leaves are not known stays on its own attribute: two boxes are then taken to overlap,
    /// and none to nest, unless their written forms say so.
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

    /// The attributes of the box whose codes could not be brought to leaves.
    #[must_use]
    pub fn unknown(&self, selection: &Selection) -> Vec<AttributeId> {
        let coarse = |a: &AttributeId| ATTRIBUTES.get(a.index()).is_some_and(|s| s.groups.is_some());
        selection.codes.iter().filter(|(a, c)| coarse(a) && self.leaves(**a, c).is_none()).map(|(a, _)| *a).collect()
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
        // Ranks of a coarser attribute (`zone >= 2`) are the known codes inside.
        let known = |accept: &dyn Fn(&str) -> bool| -> Option<BTreeSet<String>> {
            let codes: Vec<&String> = self.groups.keys().filter(|(g, _)| *g == a).map(|(_, code)| code).collect();
            (!codes.is_empty()).then(|| expand(&codes.into_iter().filter(|c| accept(c)).cloned().collect())).flatten()
        };
        Some(match constraint {
            Constraint::In(set) => (finer, Constraint::In(expand(set)?)),
            Constraint::NotIn(set) => (finer, Constraint::NotIn(expand(set)?)),
            Constraint::Ranked { words: Words::Only(_), .. } => (finer, Constraint::In(known(&|c| constraint.accepts(c))?)),
            Constraint::Ranked { words: Words::But(_), .. } => (finer, Constraint::NotIn(known(&|c| !constraint.accepts(c))?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corps_holds_its_grades() {
        let mut known = Hierarchy::default();
        let corps = attribute("corps").unwrap();
        for (code, grade) in [("PR", "PR_1C"), ("PR", "PR_2C"), ("MCF", "MCF_CN")] {
            known.group(corps, code, grade);
        }
        let of = |name: &str, code: &str| {
            let mut s = Selection::all();
            s.restrict(attribute(name).unwrap(), Constraint::In(BTreeSet::from([code.to_owned()])));
            s
        };
        let refined = |name: &str, code: &str| known.refine(&of(name, code));
        assert!(refined("grade", "PR_1C").included_in(&refined("corps", "PR")));
        assert!(refined("grade", "MCF_CN").intersect(&refined("corps", "PR")).is_empty());
        assert_eq!(known.unknown(&of("corps", "PR")), []);
        assert_eq!(known.unknown(&of("corps", "PRAG")), [corps]);
    }
}
