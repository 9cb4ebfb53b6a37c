//! A declared report, computed: one table for each measure's cells, plain data that programs draw or write.

use cadrage_cube::References;
use cadrage_driver::{Report, ReportColumn, ReportLevel};
use cadrage_engine::{Backend, Member, Value};
use cadrage_ir::{Dimension, Fault, FormulaId, Program, Unit};
use cadrage_value::{Exact, Month};

use crate::labels::{holder, label};
use crate::run::Projection;

/// What a column shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportPeriod {
    /// A month.
    Month(Month),
    /// The months of an exercice, up to the end of the projection.
    Year(i32),
    /// The same, as a running total beside the months.
    Cumulative(i32),
}

impl ReportPeriod {
    /// `03/2026`, `2026`, `cumul 2026`.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            ReportPeriod::Month(m) => m.to_french(),
            ReportPeriod::Year(y) => y.to_string(),
            ReportPeriod::Cumulative(y) => format!("cumul {y}"),
        }
    }
}

/// A column of a report: a period, the members of the axes in columns, a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportHeading {
    /// Name of the scenario.
    pub scenario: String,
    /// When.
    pub period: ReportPeriod,
    /// `ETAT`, `ETAT COURANT`; empty when no axis is in columns.
    pub split: String,
    /// Is some of it after the last constaté month of its scenario?
    pub projected: bool,
}

/// A row of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// Its level, as named: `établissement`, `composante`…
    pub level: String,
    /// How deep, 0 for the whole institution.
    pub depth: usize,
    /// Code of the member; empty for the whole institution.
    pub code: String,
    /// Its label, or its code.
    pub label: String,
    /// By measure, then by column. `None` = « sans objet ».
    pub values: Vec<Vec<Option<Exact>>>,
}

/// A computed report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTable {
    /// Name.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// Measures as written, the unit shown, and how many decimals people read it with.
    pub measures: Vec<(String, String, u32)>,
    /// The scenarios it is computed over, each with its last constaté month.
    pub scenarios: Vec<(String, Month)>,
    /// Columns.
    pub columns: Vec<ReportHeading>,
    /// The whole institution, then members in order, the finer under the coarser that holds them.
    pub rows: Vec<ReportRow>,
}

/// How many decimals a measure is shown with.
pub(crate) fn digits(unit: &Unit, factor: &Exact) -> u32 {
    if unit.exponent(Dimension::Euro) > 0 || unit.exponent(Dimension::Point) > 0 || *factor < Exact::ONE {
        2
    } else if *unit == Unit::of(Dimension::Agent) {
        0
    } else {
        4
    }
}

/// Computes a report over the projections of its scenarios.
///
/// # Errors
/// The first fault met.
pub(crate) fn compute(
    report: &Report,
    program: &Program,
    runs: &mut [Projection],
    references: &References,
    backend: &dyn Backend,
) -> Result<ReportTable, Fault> {
    let kernel = backend.prepare(program);
    let mut columns: Vec<(usize, usize, ReportHeading)> = Vec::new();
    for (k, p) in runs.iter().enumerate() {
        for period in periods(report, p) {
            let projected = months(&period, p).last().is_some_and(|m| *m > p.last);
            for (s, split) in report.splits.iter().enumerate() {
                let (scenario, period, split) = (p.scenario.clone(), period.clone(), split.clone());
                columns.push((k, s, ReportHeading { scenario, period, split, projected }));
            }
        }
    }
    let mut rows: Vec<(Vec<String>, ReportRow)> = Vec::new();
    // A department comes under the composante it belongs to in every scenario shown.
    let merged = runs.first().map(|p| p.merges.clone()).filter(|m| runs.iter().all(|p| p.merges == *m)).unwrap_or_default();
    let above = |depth: usize| report.levels.iter().filter(move |l| l.within.is_none() && l.depth > 0 && l.depth < depth);
    for level in &report.levels {
        let depth = level.depth;
        let mut members: Vec<Member> = runs.iter().flat_map(|p| p.levels.members(level.attribute).map(|(m, _)| m.clone())).collect();
        members.sort();
        members.dedup();
        for member in members {
            let mut values = vec![Vec::with_capacity(columns.len()); report.measures.len()];
            for (k, split, heading) in &columns {
                let Some(projection) = runs.get_mut(*k) else { continue };
                let months = months(&heading.period, projection);
                for (m, slot) in values.iter_mut().enumerate() {
                    let Some(formula) = level.formulas.get(*split).and_then(|f| f.get(m)) else { continue };
                    let value = kernel.period(*formula, &months, &member, &projection.parameters, &mut projection.levels)?;
                    let factor = report.measures.get(m).map_or(&Exact::ONE, |m| &m.shown.1);
                    slot.push(if let Value::Known(x) = value { Some(&x / factor) } else { None });
                }
            }
            let shown = values.iter().flatten().any(|v| v.as_ref().is_some_and(|x| !x.is_zero()));
            if shown || depth == 0 {
                let mut label = if depth == 0 { "Total".to_owned() } else { label(references, &level.word, &member) };
                let coarse: Vec<&ReportLevel> = above(depth).collect();
                let finest = coarse.last().map_or("", |l| l.word.as_str());
                // Whose holders are looked for: those of the member, or of the one that its rows are within.
                let (fine, code) = level.within.as_ref().map_or((level.word.as_str(), &*member), |code| (finest, code.as_str()));
                if level.within.is_some() {
                    label = format!("{label} ({code})");
                }
                let row = ReportRow { level: level.word.clone(), depth, code: member.to_string(), label, values };
                let path = coarse.iter().map(|l| {
                    let held = holder(references, &l.word, fine, code);
                    merged.get(&held).filter(|_| l.word == "composante").cloned().unwrap_or(held)
                });
                let last = (depth > 0).then(|| match merged.get(&*member).filter(|_| level.word == "composante") {
                    Some(into) => into.clone(),
                    None => member.to_string(),
                });
                rows.push((path.chain(last).collect(), row));
            }
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(ReportTable {
        name: report.name.clone(),
        label: report.label.clone(),
        measures: report.measures.iter().map(|m| (m.text.clone(), m.shown.0.clone(), digits(&m.unit, &m.shown.1))).collect(),
        scenarios: runs.iter().map(|p| (p.scenario.clone(), p.last)).collect(),
        columns: columns.into_iter().map(|(_, _, h)| h).collect(),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    })
}

/// The periods in columns, in order of time: months from January of the last constaté month's year.
fn periods(report: &Report, p: &Projection) -> Vec<ReportPeriod> {
    let (first, last) = (p.last.january(), p.until);
    let has = |column: &ReportColumn| report.columns.contains(column);
    let mut out = Vec::new();
    for year in first.year()..=last.year() {
        if has(&ReportColumn::Month) {
            out.extend(first.through(last).filter(|m| m.year() == year).map(ReportPeriod::Month));
        }
        if has(&ReportColumn::Cumulative) {
            out.push(ReportPeriod::Cumulative(year));
        }
        if has(&ReportColumn::Year) {
            out.push(ReportPeriod::Year(year));
        }
    }
    out
}

pub(crate) fn months(period: &ReportPeriod, p: &Projection) -> Vec<Month> {
    match period {
        ReportPeriod::Month(m) => vec![*m],
        ReportPeriod::Year(y) | ReportPeriod::Cumulative(y) => p.last.january().through(p.until).filter(|m| m.year() == *y).collect(),
    }
}

/// The formulas of a report's cells: what a run gathers beside what the scenario needs.
pub(crate) fn asked(report: &Report) -> Vec<FormulaId> {
    report.levels.iter().flat_map(|l| l.formulas.iter().flatten().copied()).collect()
}
