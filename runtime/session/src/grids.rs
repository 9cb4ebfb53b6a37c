//! Checked grids, reclassements and what a scenario lays over them, as plain data for `cadrage-careers`.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_careers::{Grids, Note, NoteKind, Reclassification, ReclassifiedStep, Step};
use cadrage_cube::References;
use cadrage_driver::{GridEdit, GridKey, GridTarget, GridVersion, Model, Scenario, Stated};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Date, Exact};

/// Grids by grade: the library's, the dossier's list over them, the dossier's own declarations over both, then the scenario's
/// changes; and the reforms that move people.
pub(crate) fn grids(model: &Model, scenario: &Scenario, references: &References) -> Grids {
    let mut out = in_force(model, references);
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
        reform(r, references, &mut out);
    }
    out
}

/// The grids that tests live through: no scenario, and a national code is a grade as well, since a test may give no other.
pub(crate) fn of_tests(model: &Model, references: &References) -> Grids {
    let mut out = in_force(model, references);
    for grid in &model.grids {
        let GridKey::National(codes) = &grid.key else { continue };
        for code in codes {
            for (version, end) in with_ends(&grid.versions) {
                out.add(code, version.from, end, steps(version));
            }
        }
    }
    for r in &model.reclassifications {
        reform(r, references, &mut out);
        if r.national {
            out.reclassify(reformed(r, &r.from, &r.to));
        }
    }
    out
}

/// What modules and lists say of every grade, reforms left out.
fn in_force(model: &Model, references: &References) -> Grids {
    let mut out = Grids::new();
    let listed = if model.grids.iter().any(|g| matches!(g.key, GridKey::Table(_))) { list(references, &mut out) } else { BTreeSet::new() };
    for grid in model.grids.iter().filter(|g| g.library) {
        for grade in grades_of(&grid.key, references).into_iter().filter(|g| !listed.contains(g)) {
            for (version, end) in with_ends(&grid.versions) {
                out.add(&grade, version.from, end, steps(version));
            }
        }
    }
    for grid in model.grids.iter().filter(|g| !g.library) {
        lay(&grid.key, &grid.versions, references, &mut out);
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
                unknown: false,
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
        for (version, _) in with_ends(versions) {
            out.lay(&grade, version.from, None, steps(version));
            if let Some(last) = version.until {
                out.close(&grade, version.from, last.next());
            }
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
            inm: s.inm.value(),
            unknown: s.inm == Stated::Unknown,
            months: s.months.value(),
            terminal: s.months == Stated::Nothing,
        })
        .collect()
}

/// Versions with the first day after each: a hole follows one that says its last day.
fn with_ends(versions: &[GridVersion]) -> impl Iterator<Item = (&GridVersion, Option<Date>)> {
    let next = versions.iter().skip(1).map(|v| Some(v.from)).chain([None]);
    versions.iter().zip(next).map(|(v, next)| (v, v.until.map(Date::next).or(next)))
}

/// A reform, for each grade of the institution that bears a national code.
fn reform(r: &cadrage_driver::Reclassification, references: &References, out: &mut Grids) {
    if r.national {
        for grade in grades_of(&GridKey::National(BTreeSet::from([r.from.clone()])), references) {
            out.reclassify(reformed(r, &grade, &grade));
        }
    } else {
        out.reclassify(reformed(r, &r.from, &r.to));
    }
}

fn reformed(r: &cadrage_driver::Reclassification, from: &str, to: &str) -> Reclassification {
    let rows = r.rows.iter().map(|row| ReclassifiedStep { from: row.from.clone(), to: row.to.clone(), kept: row.kept.clone() }).collect();
    Reclassification { name: r.name.clone(), from: from.to_owned(), to: to.to_owned(), date: r.date, rows }
}

/// What forecasts needed of grids that do not say it, each located at its row.
pub(crate) fn unknown_indices(notes: &[Note], model: &Model, references: &References) -> Vec<Diagnostic> {
    let told = notes.iter().filter_map(|note| {
        let NoteKind::IndexUnknown { grade, echelon, chevron, on } = &note.kind else { return None };
        let (grid, step) = model.grids.iter().find_map(|grid| {
            let known =
                grades_of(&grid.key, references).contains(grade) || matches!(&grid.key, GridKey::National(codes) if codes.contains(grade));
            let (version, _) = with_ends(&grid.versions).filter(|(v, end)| v.from <= *on && end.is_none_or(|e| *on < e)).last()?;
            let step = version.steps.iter().find(|s| s.echelon == *echelon && s.chevron == *chevron && s.inm == Stated::Unknown)?;
            known.then_some((grid, step))
        })?;
        let place = if chevron.is_empty() { format!("l'échelon {echelon}") } else { format!("l'échelon {echelon} chevron {chevron}") };
        let brut = if step.ib.is_empty() { String::new() } else { format!(" (indice brut {})", step.ib) };
        let who = if note.agents.len() < 2 { "un agent y est".to_owned() } else { format!("{} agents y sont", note.agents.len()) };
        let table =
            if step.ib.is_empty() { String::new() } else { format!(", ou une grille d'indices qui donne l'indice brut {}", step.ib) };
        Some(
            Diagnostic::new(
                Code::V40,
                format!("l'indice majoré de {place} de `{}`{brut} n'est pas connu au {} : {who}", grid.name, on.to_french()),
                step.span,
            )
            .here("à compléter")
            .help(format!("donnez cet indice : une `grille` de votre établissement pour {grade}{table}, ou `inm …` dans le mouvement")),
        )
    });
    told.collect()
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
