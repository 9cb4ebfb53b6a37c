//! What stands behind data: pay lines, steps of grids, boxes of conditions.

use cadrage_engine::Row;
use cadrage_ir::{Op, Selection, attribute, column};
use cadrage_source::Span;
use cadrage_value::{Date, Month};

use super::Entry;
use super::ground::Explainer;
use super::steps::euros;

impl Explainer<'_> {
    /// The delivered lines of some rubriques for a month of right, in the order they were paid.
    pub(super) fn pay_lines(&self, matricule: &str, rubriques: &[&str], right: Month) -> Vec<Entry> {
        let mut out = Vec::new();
        for (month, facts) in self.cube.months.range(..=self.scenario.constate) {
            for pay in &facts.pay {
                if *pay.matricule != *matricule || pay.right() != right || !rubriques.contains(&&*pay.rubrique) {
                    continue;
                }
                let nature = if pay.anterieur { "ANTERIEUR" } else { "COURANT" };
                let name = format!("paie de {}, ligne {}", month.to_french(), pay.number);
                let label = self.program.element(&pay.rubrique).map_or_else(String::new, |e| e.label.clone());
                let remark = format!("rubrique {}, {nature}, compte {}, {}", pay.rubrique, pay.compte, pay.centre);
                out.push(Entry {
                    words: name.clone(),
                    name,
                    label,
                    value: euros().number(&pay.amount.to_exact()),
                    remarks: vec![remark],
                    ..Entry::default()
                });
            }
        }
        out
    }

    /// `grille MCF_CN, échelon 3 depuis 02/2026, version du 01/01/2024`, with the source of the grid when one says it.
    pub(super) fn step_of_grid(&self, row: &Row, month: Month) -> Option<String> {
        let code = |name: &str| attribute(name).map_or("", |a| row.code(a));
        let (grade, echelon, chevron) = (code("grade"), code("échelon"), code("chevron"));
        if grade.is_empty() || echelon.is_empty() {
            return None;
        }
        let mut out = format!("grille {grade}, échelon {echelon}");
        if !chevron.is_empty() {
            out.push_str(&format!(" chevron {chevron}"));
        }
        let since = column("date_entrée_échelon").and_then(|c| row.number(c)).and_then(|x| x.to_int());
        if let Some(day) = since.and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days) {
            out.push_str(&format!(" depuis {}", day.month().to_french()));
        }
        let Some(start) = self.grids().version_start(grade, month.first_day()) else { return Some(out) };
        out.push_str(&format!(", version du {}", start.to_french()));
        let listed = self.cube.references.grids.iter().find(|g| g.grade == grade && g.from == start && !g.source.is_empty());
        if let Some(row) = listed {
            out.push_str(&format!(" ({})", row.source));
        }
        let ours = column("inm").and_then(|c| row.number(c)).and_then(|x| x.to_int());
        let grid = self.grids().step_at(grade, echelon, chevron, month.first_day()).and_then(|s| s.inm);
        if let (Some(ours), Some(grid)) = (ours, grid)
            && ours != grid
        {
            out.push_str(&format!(" ; la grille dit {grid}"));
        }
        Some(out)
    }

    /// The box of the condition that these words are.
    pub(super) fn selection_at(&self, words: Span) -> Option<Selection> {
        self.program.nodes.iter().filter(|n| n.span == words).find_map(|n| match &n.op {
            Op::In(selection) => Some(selection.clone()),
            Op::CodeIs { attribute, codes } => {
                let mut selection = Selection::all();
                selection.restrict(*attribute, cadrage_ir::Constraint::In(codes.clone()));
                Some(selection)
            }
            _ => None,
        })
    }
}
