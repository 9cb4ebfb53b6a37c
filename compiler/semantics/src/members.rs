//! What the dossier knows of the members of each axis: codes, and which finer codes a coarser one groups.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{AttributeId, Hierarchy, Selection, attribute};

/// Members by attribute name, as the reference lists give them. Empty where nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Members {
    codes: BTreeMap<AttributeId, BTreeSet<String>>,
    labels: BTreeMap<(AttributeId, String), String>,
    hierarchy: Hierarchy,
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
            self.hierarchy.group(a, code, leaf);
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
        self.hierarchy.above(leaf_attribute, leaf)
    }

    /// Which finer codes the coarser ones group.
    #[must_use]
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// The same box on the finest attributes known, so that `corps PR` and `grade PR_1C` can be compared.
    #[must_use]
    pub fn refine(&self, selection: &Selection) -> Selection {
        self.hierarchy.refine(selection)
    }
}
