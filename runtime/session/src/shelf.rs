//! What the library holds, module by module: last values and how old they are, grids and what they do not say.

use cadrage_driver::{Compiled, Grid, GridKey, GridStep, Stated, fold};
use cadrage_ir::{Bracket, Parameter};
use cadrage_value::Date;

/// A module of the library, on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfModule {
    /// `socle.point`.
    pub name: String,
    /// `2026.1`.
    pub version: String,
    /// Constants, hypotheses and scales, in order of declaration.
    pub values: Vec<ShelfValue>,
    /// Index grids.
    pub grids: Vec<ShelfGrid>,
    /// How many formulas.
    pub formulas: usize,
    /// How many tests.
    pub tests: usize,
}

/// The last value of something dated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfValue {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// For whom, as written; empty for everybody.
    pub whom: String,
    /// `59,0734 €/point/an`, `3 tranches`.
    pub value: String,
    /// Its first day.
    pub since: Option<Date>,
    /// The text that fixes it.
    pub source: Option<String>,
    /// The day somebody last looked at the text.
    pub verified: Option<Date>,
    /// Whether it should be looked at.
    pub state: Freshness,
}

/// Is a value still known to hold?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Looked at within the last twelve months, or younger than that.
    Fresh,
    /// Last looked at so many days ago, more than twelve months.
    Old(i64),
    /// Nobody says when it was last looked at, and it began more than twelve months ago.
    NeverChecked,
}

/// A grid as the library has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfGrid {
    /// As declared.
    pub name: String,
    /// National codes; none for a table of indices.
    pub codes: Vec<String>,
    /// First day of the last version.
    pub since: Option<Date>,
    /// Its last day, when nothing is known after.
    pub until: Option<Date>,
    /// Steps, or indices, of the last version.
    pub rows: usize,
    /// How many versions.
    pub versions: usize,
    /// What is missing, version by version.
    pub gaps: Vec<ShelfGap>,
}

/// What a version of a grid does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfGap {
    /// First day of the version.
    pub from: Date,
    /// Steps without a known index.
    pub indices: Vec<String>,
    /// Steps whose duration is not known.
    pub durations: Vec<String>,
}

impl ShelfModule {
    /// Values that should be looked at.
    #[must_use]
    pub fn to_check(&self) -> usize {
        self.values.iter().filter(|v| v.state != Freshness::Fresh).count()
    }

    /// Indices and durations that the last versions do not say.
    #[must_use]
    pub fn missing(&self) -> (usize, usize) {
        let last = self.grids.iter().filter_map(|g| g.gaps.iter().find(|gap| Some(gap.from) == g.since));
        last.fold((0, 0), |(i, d), gap| (i + gap.indices.len(), d + gap.durations.len()))
    }
}

/// The modules of the library, in order of reading.
#[must_use]
pub fn shelf(compiled: &Compiled, on: Date) -> Vec<ShelfModule> {
    let model = &compiled.model;
    let module_of = |name: &str| model.declared.get(&fold(name)).filter(|d| d.library).map_or("", |d| d.module.as_str());
    let modules = model.modules.iter().filter(|m| m.library);
    modules
        .map(|m| {
            let mine = |name: &str| module_of(name) == m.name;
            let parameters = model.parameters.iter().filter(|p| mine(&p.name)).flat_map(|p| values(p, on));
            let scales = model.brackets.iter().filter(|b| mine(&b.name)).map(|b| scale(b, on));
            let grids = model.grids.iter().filter(|g| mine(&g.name)).map(grid);
            let tables = model.index_tables.iter().filter(|t| mine(&t.name)).map(|t| {
                let last = t.versions.last();
                ShelfGrid {
                    name: t.name.clone(),
                    codes: Vec::new(),
                    since: last.map(|v| v.from),
                    until: last.and_then(|v| v.until),
                    rows: last.map_or(0, |v| v.indices.len()),
                    versions: t.versions.len(),
                    gaps: Vec::new(),
                }
            });
            ShelfModule {
                name: m.name.clone(),
                version: m.version.clone(),
                values: parameters.chain(scales).collect(),
                grids: grids.chain(tables).collect(),
                formulas: model.formulas.iter().filter(|f| f.module == m.name).count(),
                tests: model.tests.iter().filter(|t| t.module == m.name).count(),
            }
        })
        .collect()
}

fn values(p: &Parameter, on: Date) -> Vec<ShelfValue> {
    let last = |case: &cadrage_ir::ParameterCase| {
        let d = case.timeline.iter().rev().find(|d| d.from.is_none_or(|from| from <= on)).or(case.timeline.first())?;
        let written = d.value.checked_div(&p.written.1).unwrap_or_else(|| d.value.clone());
        Some(ShelfValue {
            name: p.name.clone(),
            label: p.label.clone(),
            whom: case.text.clone(),
            value: format!("{} {}", written.to_shortest(), p.written.0),
            since: d.from,
            source: d.source.clone(),
            verified: p.verified,
            state: freshness(p.verified, d.from, on),
        })
    };
    p.cases.iter().filter_map(last).collect()
}

fn scale(b: &Bracket, on: Date) -> ShelfValue {
    let last = b.versions.iter().rev().find(|v| v.from <= on).or(b.versions.first());
    let count = last.map_or(0, |v| v.brackets.len());
    ShelfValue {
        name: b.name.clone(),
        label: b.label.clone(),
        whom: String::new(),
        value: format!("{count} tranche{}", if count > 1 { "s" } else { "" }),
        since: last.map(|v| v.from),
        source: last.and_then(|v| v.source.clone()),
        verified: b.verified,
        state: freshness(b.verified, last.map(|v| v.from), on),
    }
}

/// Twelve months, as decision D14 counts them.
fn freshness(verified: Option<Date>, since: Option<Date>, on: Date) -> Freshness {
    let old = |day: Date| day.plus_months(12) < on;
    match verified {
        Some(day) if old(day) => Freshness::Old(i64::from(on.to_epoch_days()) - i64::from(day.to_epoch_days())),
        Some(_) => Freshness::Fresh,
        None if since.is_none_or(old) => Freshness::NeverChecked,
        None => Freshness::Fresh,
    }
}

fn grid(g: &Grid) -> ShelfGrid {
    let named = |s: &GridStep| if s.chevron.is_empty() { s.echelon.clone() } else { format!("{} chevron {}", s.echelon, s.chevron) };
    let gap = |v: &cadrage_driver::GridVersion| {
        let list = |missing: &dyn Fn(&GridStep) -> bool| v.steps.iter().filter(|s| missing(s)).map(named).collect::<Vec<_>>();
        let gap =
            ShelfGap { from: v.from, indices: list(&|s| s.inm == Stated::Unknown), durations: list(&|s| s.months == Stated::Unknown) };
        (!gap.indices.is_empty() || !gap.durations.is_empty()).then_some(gap)
    };
    let last = g.versions.last();
    ShelfGrid {
        name: g.name.clone(),
        codes: match &g.key {
            GridKey::National(codes) | GridKey::Grades(codes) => codes.iter().cloned().collect(),
            GridKey::Table(_) => Vec::new(),
        },
        since: last.map(|v| v.from),
        until: last.and_then(|v| v.until),
        rows: last.map_or(0, |v| v.steps.len()),
        versions: g.versions.len(),
        gaps: g.versions.iter().filter_map(gap).collect(),
    }
}
