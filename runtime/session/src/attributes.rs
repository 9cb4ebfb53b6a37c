//! Codes of rows by attribute: what a grade, a structure and a rubrique say of themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_cube::References;
use cadrage_engine::Row;
use cadrage_ir::{ATTRIBUTES, COLUMNS, Element, attribute};

use crate::intern::Interner;

/// Fills the coded attributes of rows from the reference lists.
#[derive(Debug)]
pub(crate) struct Coder<'a> {
    references: &'a References,
    /// Families of the elements that scripts declare, where the dossier has no list of its own.
    families: BTreeMap<&'a str, &'a str>,
    /// Composantes that a scenario sees as another one.
    merges: BTreeMap<String, String>,
    texts: Interner,
}

impl<'a> Coder<'a> {
    pub(crate) fn new(references: &'a References) -> Self {
        Coder { references, families: BTreeMap::new(), merges: BTreeMap::new(), texts: Interner::default() }
    }

    /// For a dossier that may have no list of elements: those declared then say their family.
    pub(crate) fn declaring(references: &'a References, elements: &'a [Element]) -> Self {
        let families = elements.iter().filter(|_| references.elements.is_empty()).map(|e| (e.rubrique.as_str(), e.famille.as_str()));
        Coder { families: families.collect(), ..Coder::new(references) }
    }

    /// For a scenario that merges composantes.
    pub(crate) fn merging(mut self, merges: &BTreeMap<String, String>) -> Self {
        self.merges.clone_from(merges);
        self
    }

    /// A row of empty codes with these ones set, and what they imply (grade → corps…, structure → composante, zone…).
    pub(crate) fn row(&mut self, given: &[(&str, &str)]) -> Vec<Arc<str>> {
        let empty = self.texts.get("");
        let mut codes = vec![empty; ATTRIBUTES.len()];
        for (name, code) in given {
            self.set(&mut codes, name, code);
        }
        codes
    }

    /// A row without numbers or codes.
    pub(crate) fn empty_row(&mut self) -> Row {
        Row { numbers: vec![None; COLUMNS.len()], codes: self.row(&[]) }
    }

    /// The row of a member of a level: its code and what it implies.
    pub(crate) fn member_row(&mut self, name: &str, code: &str) -> Row {
        Row { numbers: vec![None; COLUMNS.len()], codes: self.row(&[(name, code)]) }
    }

    /// Sets one code and what it implies.
    pub(crate) fn set(&mut self, codes: &mut [Arc<str>], name: &str, code: &str) {
        let references = self.references;
        self.put(codes, name, code);
        match name {
            "grade" => {
                let row = references.grade(code);
                for (name, value) in [
                    ("corps", row.map(|g| g.corps.as_str())),
                    ("groupe", row.map(|g| g.groupe.as_str())),
                    ("catégorie", row.map(|g| g.categorie.as_str())),
                    ("grade_bcn", row.map(|g| g.grade_bcn.as_str())),
                ] {
                    if let Some(value) = value {
                        self.put(codes, name, value);
                    }
                }
            }
            "structure" => {
                let mut composante = references.composante_of(code);
                if let Some(into) = self.merges.get(&composante) {
                    composante.clone_from(into);
                }
                self.put(codes, "composante", &composante);
                if let Some(zone) = references.zone_of(code) {
                    self.put(codes, "zone", &zone.to_string());
                }
                if let Some(commune) = references.commune_of(code) {
                    self.put(codes, "commune", commune);
                }
            }
            "rubrique" => {
                let family = references.element(code).map(|e| e.famille.as_str()).or_else(|| self.families.get(code).copied());
                if let Some(family) = family {
                    self.put(codes, "famille", family);
                }
            }
            "compte" => {
                if let Some(class) = references.class_of(code) {
                    self.put(codes, "classe", class);
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, codes: &mut [Arc<str>], name: &str, code: &str) {
        if let Some(slot) = attribute(name).and_then(|a| codes.get_mut(a.index())) {
            *slot = self.texts.get(code);
        }
    }

    /// The number of a text, guessed from the one of a neighbour.
    pub(crate) fn number_like(&mut self, text: &str, guess: &mut u32) -> u32 {
        self.texts.number_like(text, guess)
    }

    /// The shared form of a text.
    pub(crate) fn text(&mut self, text: &str) -> Arc<str> {
        self.texts.get(text)
    }
}
