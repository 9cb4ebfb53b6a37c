//! Checked grids, reclassements and what a scenario lays over them, as plain data for `cadrage-careers`.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_careers::{Grids, Reclassification, ReclassifiedStep, Step};
use cadrage_cube::References;
use cadrage_driver::{GridEdit, GridKey, GridTarget, GridVersion, Model, Scenario};
use cadrage_value::{Date, Exact};

/// Grids by grade: the library's, the dossier's list over them, the dossier's own declarations over both, then the scenario's
/// changes; and the reforms that move people.
pub(crate) fn grids(model: &Model, scenario: &Scenario, references: &References) -> Grids {
    let mut out = Grids::new();
    let listed = if model.grids.iter().any(|g| matches!(g.key, GridKey::Table(_))) { list(references, &mut out) } else { BTreeSet::new() };
    for grid in model.grids.iter().filter(|g| g.library) {
        for grade in grades_of(&grid.key, references).into_iter().filter(|g| !listed.contains(g)) {
            for version in &grid.versions {
                out.add(&grade, version.from, None, steps(version));
            }
        }
    }
    for grid in model.grids.iter().filter(|g| !g.library) {
        lay(&grid.key, &grid.versions, references, &mut out);
    }
    let first = scenario.constate.plus(1).first_day();
    for change in scenario.grids.iter().map(|laid| &laid.what) {
        match (&change.edit, &change.target) {
            (GridEdit::Versions(versions), GridTarget::Declared(key)) => lay(key, versions, references, &mut out),
            (GridEdit::Versions(_), _) => {}
            (GridEdit::Index(how), target) => {
                let new = |index: i64| how.applied_to(&Exact::from_int(index)).to_int().unwrap_or(index);
                for grade in targeted(target, references, &out) {
                    out.change_indices(&grade, change.from.unwrap_or(first), change.until, &new);
                }
            }
        }
    }
    // A reform the scenario applies is looked at first: it is the one meant.
    let applied = scenario.reclassifications.iter().map(|laid| &laid.what);
    for r in applied.chain(&model.reclassifications) {
        let rows =
            r.rows.iter().map(|row| ReclassifiedStep { from: row.from.clone(), to: row.to.clone(), kept: row.kept.clone() }).collect();
        out.reclassify(Reclassification { name: r.name.clone(), from: r.from.clone(), to: r.to.clone(), date: r.date, rows });
    }
    out
}

/// The dossier's list; the grades it gives.
fn list(references: &References, out: &mut Grids) -> BTreeSet<String> {
    let mut versions: BTreeMap<(&str, Date), Vec<&cadrage_cube::GridRow>> = BTreeMap::new();
    for row in &references.grids {
        versions.entry((&row.grade, row.from)).or_default().push(row);
    }
    let mut listed = BTreeSet::new();
    for ((grade, from), mut rows) in versions {
        rows.sort_by_key(|r| r.rang);
        let until = rows.iter().filter_map(|r| r.until).max();
        let steps = rows
            .iter()
            .map(|r| Step {
                echelon: r.echelon.clone(),
                chevron: r.chevron.clone(),
                ib: r.ib.clone(),
                inm: r.inm,
                months: r.duree_mois,
                terminal: false,
            })
            .collect();
        out.add(grade, from, until, steps);
        listed.insert(grade.to_owned());
    }
    listed
}

/// Versions of the dossier or of a scenario: each masks what was there from its date on.
fn lay(key: &GridKey, versions: &[GridVersion], references: &References, out: &mut Grids) {
    for grade in grades_of(key, references) {
        for version in versions {
            out.lay(&grade, version.from, None, steps(version));
        }
    }
}

fn steps(version: &GridVersion) -> Vec<Step> {
    version
        .steps
        .iter()
        .map(|s| Step {
            echelon: s.echelon.clone(),
            chevron: s.chevron.clone(),
            ib: s.ib.clone(),
            inm: s.inm,
            months: s.months,
            terminal: false,
        })
        .collect()
}

fn grades_of(key: &GridKey, references: &References) -> Vec<String> {
    match key {
        GridKey::Grades(codes) => codes.iter().cloned().collect(),
        GridKey::National(codes) => {
            references.grades.iter().filter(|(_, g)| codes.contains(&g.grade_bcn)).map(|(code, _)| code.clone()).collect()
        }
        GridKey::Table(_) => Vec::new(),
    }
}

fn targeted(target: &GridTarget, references: &References, grids: &Grids) -> Vec<String> {
    let known = || grids.grades().map(str::to_owned);
    match target {
        GridTarget::All => known().collect(),
        GridTarget::Grades(grades) => known().filter(|g| grades.accepts(g)).collect(),
        GridTarget::Declared(GridKey::Table(_)) => {
            references.grids.iter().map(|row| row.grade.clone()).collect::<BTreeSet<String>>().into_iter().collect()
        }
        GridTarget::Declared(key) => grades_of(key, references),
    }
}
