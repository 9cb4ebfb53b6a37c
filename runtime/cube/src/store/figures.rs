//! The figures of a month that its validation freezes, and what they depend on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cadrage_value::Month;
use serde::{Deserialize, Serialize};

use super::catalogue::Selection;
use crate::{Cube, fingerprint_of};

/// Axes whose figures are frozen, each with the list that its members come from; figures of the others follow the files alone.
const AXES: [(&str, Option<&str>); 8] = [
    ("compte", None),
    ("plafond", None),
    ("rubrique", None),
    ("agent inconnu", None),
    ("composante", Some("structure.csv")),
    ("corps", Some("corps_grades.csv")),
    ("famille", Some("elements_paie.csv")),
    ("centre de coût", Some("analytique.csv")),
];

/// Euros of a month by axis and member, in cents.
pub(super) type Figures = BTreeMap<String, BTreeMap<String, i64>>;

/// What a validation keeps of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Frozen {
    /// Fingerprint of all that the figures depend on: while it stays, they do.
    pub(super) entrees: String,
    /// Fingerprint of each list.
    pub(super) listes: BTreeMap<String, String>,
    pub(super) chiffres: Figures,
}

/// The list that members of an axis come from.
pub(super) fn list_of(axis: &str) -> Option<&'static str> {
    AXES.iter().find(|(name, _)| *name == axis).and_then(|(_, list)| *list)
}

/// Fingerprints of the lists that figures follow; nothing for a list that is absent.
pub(super) fn lists(root: &Path) -> BTreeMap<String, String> {
    let names = AXES.iter().filter_map(|(_, list)| *list);
    let print = |name: &str| Some((name.to_owned(), fingerprint_of(&std::fs::read(root.join("referentiels").join(name)).ok()?)));
    names.filter_map(print).collect()
}

/// Fingerprint of what the figures of a month depend on: the lists, its files and those of the months before (who was known, where
/// he was), and the program that resolves them.
pub(super) fn inputs(lists: &BTreeMap<String, String>, selection: &Selection, month: Month) -> String {
    let mut text = format!("{}\n", env!("CARGO_PKG_VERSION"));
    for (name, print) in lists {
        text += &format!("{name} {print}\n");
    }
    for (_, files) in selection.range(..=month) {
        for file in files.values() {
            text += &format!("{}\n", file.parquet);
        }
    }
    fingerprint_of(text.as_bytes())
}

/// The figures of some months.
pub(super) fn figures(cube: &Cube, months: &BTreeSet<Month>) -> BTreeMap<Month, Figures> {
    let mut out: BTreeMap<Month, Figures> = months.iter().map(|m| (*m, Figures::new())).collect();
    let Some(last) = months.last() else { return out };
    let mut composantes: BTreeMap<&str, String> = BTreeMap::new();
    cube.each_piece(*last, &mut |piece| {
        let Some(figures) = out.get_mut(&piece.month) else { return };
        let composante = composantes.entry(piece.structure).or_insert_with(|| cube.references.composante_of(piece.structure));
        let pay = piece.pay;
        let corps = cube.references.grade(piece.grade).map_or("?", |g| g.corps.as_str());
        let famille = cube.references.element(&pay.rubrique).map_or("?", |e| e.famille.as_str());
        let agent = if *pay.matricule == *crate::memory::UNKNOWN { "?" } else { "" };
        let members: [&str; 8] = [&pay.compte, &pay.plafond, &pay.rubrique, agent, composante, corps, famille, &pay.centre];
        for ((axis, _), member) in AXES.iter().zip(members) {
            let sums = match figures.get_mut(*axis) {
                Some(sums) => sums,
                None => figures.entry((*axis).to_owned()).or_default(),
            };
            match sums.get_mut(member) {
                Some(sum) => *sum += piece.amount.cents(),
                None => drop(sums.insert(member.to_owned(), piece.amount.cents())),
            }
        }
    });
    out
}
