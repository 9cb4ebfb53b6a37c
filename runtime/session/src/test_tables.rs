//! Runs tests by table: every case of a file, compared measure by measure.

use std::collections::BTreeMap;

use cadrage_driver::CaseTable;
use cadrage_source::{Code, Diagnostic};
use cadrage_value::Exact;

use crate::testing::{Bench, gap, shown};

/// How many of the worst cases are kept.
const WORST: usize = 5;

/// What the cases of a file gave.
#[derive(Clone, Debug)]
pub struct TableReport {
    /// The file, as the script names it.
    pub path: String,
    /// How many cases it has.
    pub rows: usize,
    /// In the order written.
    pub measures: Vec<MeasureReport>,
}

/// What one measure gave.
#[derive(Clone, Debug)]
pub struct MeasureReport {
    /// The formula.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The tolerance, as people read it.
    pub tolerance: String,
    /// Cases that must hold.
    pub compared: usize,
    /// Those that do.
    pub within: usize,
    /// Cases whose expected cell is empty.
    pub unsaid: usize,
    /// Cases that could not be computed.
    pub uncomputed: usize,
    /// The worst differences of those that must hold, worst first; none where all are equal.
    pub worst: Vec<Difference>,
    /// Cases looked at apart, by reason; a case may have several.
    pub apart: BTreeMap<String, Apart>,
    /// How many cases are looked at apart.
    pub apart_rows: usize,
}

/// One case that differs, values as people read them.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Line of the file.
    pub line: usize,
    /// What `colonne repère` says, may be empty.
    pub key: String,
    /// In the file.
    pub expected: String,
    /// Computed.
    pub found: String,
    /// Without sign, exact.
    pub gap: Exact,
    /// As people read it.
    pub gap_shown: String,
}

/// Cases looked at apart for one reason.
#[derive(Clone, Debug)]
pub struct Apart {
    /// How many.
    pub rows: usize,
    /// Those within the tolerance all the same.
    pub within: usize,
    /// The worst difference, exact.
    pub worst: Exact,
    /// As people read it.
    pub worst_shown: String,
}

/// Failures, one per measure and kind, and the report.
pub(crate) fn run_cases(title: &str, cases: &CaseTable, bench: &mut Bench<'_>) -> (Vec<Diagnostic>, TableReport) {
    let program = bench.program;
    let mut measures: Vec<MeasureReport> = Vec::new();
    for m in &cases.measures {
        let formula = program.formula(m.formula);
        let unit = formula.map_or_else(cadrage_ir::Unit::pure, |f| f.unit.clone());
        measures.push(MeasureReport {
            name: formula.map_or_else(String::new, |f| f.name.clone()),
            tolerance: shown(&m.tolerance, &unit),
            unit: unit.to_string(),
            compared: 0,
            within: 0,
            unsaid: 0,
            uncomputed: 0,
            worst: Vec::new(),
            apart: BTreeMap::new(),
            apart_rows: 0,
        });
    }
    let mut first_faults: Vec<Option<Diagnostic>> = vec![None; measures.len()];
    for row in &cases.rows {
        let frame = bench.frame(&[&row.situation]);
        let each = cases.measures.iter().zip(&row.expected).zip(measures.iter_mut().zip(&mut first_faults));
        for ((m, e), (report, first_fault)) in each {
            let Some(expected) = &e.value else {
                report.unsaid += 1;
                continue;
            };
            let found = match bench.value(m.formula, e.period, m.span, &frame, std::slice::from_ref(&frame)) {
                Ok(found) => found,
                Err(mut fault) => {
                    report.uncomputed += 1;
                    if first_fault.is_none() {
                        fault.message = format!("{}:{} : {}", cases.path, row.line, fault.message);
                        *first_fault = Some(fault);
                    }
                    continue;
                }
            };
            let unit = program.formula(m.formula).map_or_else(cadrage_ir::Unit::pure, |f| f.unit.clone());
            let gap = gap(&found, expected);
            let holds = gap <= m.tolerance;
            if e.reasons.is_empty() {
                report.compared += 1;
                report.within += usize::from(holds);
                if !gap.is_zero() {
                    report.keep(Difference {
                        line: row.line,
                        key: row.key.clone(),
                        expected: shown(expected, &unit),
                        found: shown(&found, &unit),
                        gap_shown: shown(&gap, &unit),
                        gap,
                    });
                }
                continue;
            }
            report.apart_rows += 1;
            for reason in &e.reasons {
                let none = || Apart { rows: 0, within: 0, worst: Exact::ZERO, worst_shown: "0".to_owned() };
                let slot = report.apart.entry(reason.clone()).or_insert_with(none);
                slot.rows += 1;
                slot.within += usize::from(holds);
                if gap > slot.worst {
                    slot.worst_shown = shown(&gap, &unit);
                    slot.worst = gap.clone();
                }
            }
        }
    }
    let mut failures = Vec::new();
    for ((m, report), fault) in cases.measures.iter().zip(&measures).zip(first_faults) {
        if let Some(fault) = fault {
            failures.push(if report.uncomputed > 1 { more(fault, report.uncomputed - 1) } else { fault });
        }
        if let Some(worst) = report.worst.first().filter(|_| report.within < report.compared) {
            let out = report.compared - report.within;
            let lines = if out == 1 { "1 ligne" } else { &format!("{out} lignes") };
            failures.push(
                Diagnostic::new(
                    Code::V07,
                    format!(
                        "« {title} » : `{}` : {lines} sur {} à plus de {} {} ; la pire, {}:{}, vaut {} et non {}",
                        report.name, report.compared, report.tolerance, report.unit, cases.path, worst.line, worst.found, worst.expected
                    ),
                    m.span,
                )
                .here("attendu ici")
                .help("corrigez la formule ou la constante ; un écart expliqué se met à part : `sauf colonne \"…\" parmi (…)`"),
            );
        }
        if report.compared == 0 && report.apart_rows == 0 && report.uncomputed == 0 {
            failures.push(
                Diagnostic::new(Code::V07, format!("« {title} » : `{}` : aucune ligne à comparer", report.name), m.span)
                    .here("attendu ici")
                    .help("la colonne de l'attendu est vide sur toutes les lignes"),
            );
        }
    }
    (failures, TableReport { path: cases.path.clone(), rows: cases.rows.len(), measures })
}

fn more(mut fault: Diagnostic, others: usize) -> Diagnostic {
    let lines =
        if others == 1 { "1 autre ligne n'est pas calculée".to_owned() } else { format!("{others} autres lignes ne sont pas calculées") };
    fault.help = Some(match fault.help {
        Some(help) => format!("{help} ; {lines}"),
        None => lines,
    });
    fault
}

impl MeasureReport {
    /// Keeps the worst, the first of the file among equals.
    fn keep(&mut self, difference: Difference) {
        let at = self.worst.iter().position(|d| d.gap < difference.gap).unwrap_or(self.worst.len());
        if at < WORST {
            self.worst.insert(at, difference);
            self.worst.truncate(WORST);
        }
    }
}
