//! Coûts moyens of a scenario: what a full-time year costs by grade and step, and what a post not filled yet would.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_analysis::{CostCell, MeanCosts, Observation};
use cadrage_cube::References;
use cadrage_ir::attribute;
use cadrage_value::{Exact, Month};

use crate::labels::label;
use crate::run::Projection;

/// What is asked.
#[derive(Clone, Debug)]
pub struct CostOptions {
    /// The exercice.
    pub year: i32,
    /// Fewer agents than that, and the cell is not read.
    pub minimum: usize,
    /// Rubriques that do not belong to a post: hours.
    pub without: Vec<String>,
}

/// The mean costs of an exercice.
#[derive(Clone, Debug)]
pub struct Costs {
    /// The exercice.
    pub year: i32,
    /// Fewer agents than that, and the cell is not read.
    pub minimum: usize,
    /// By catégorie, corps, grade, échelon; coarse before fine.
    pub rows: Vec<CostRow>,
    means: MeanCosts,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRow {
    /// `catégorie`, `corps`, `grade`, `échelon`.
    pub level: &'static str,
    /// Its codes, from coarse to fine.
    pub cell: Vec<Arc<str>>,
    /// Its label.
    pub label: String,
    /// How many agents it stands on.
    pub heads: usize,
    /// ETPT.
    pub years: Exact,
    /// Cost of a full-time year; `None` when the cell is too small.
    pub mean: Option<Exact>,
}

/// The cost of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedPost {
    /// The level that answers.
    pub level: &'static str,
    /// Its code.
    pub member: Arc<str>,
    /// Is it a wider level than asked?
    pub wider: bool,
    /// How many agents it stands on.
    pub heads: usize,
    /// Cost of a full-time year.
    pub mean: Exact,
}

/// Who, in which cell.
type Place = (Arc<str>, Vec<Arc<str>>);

/// The grade and the step of agents, by month.
pub(crate) type Steps = BTreeMap<(Arc<str>, Month), (Arc<str>, Arc<str>)>;

/// From coarse to fine.
const LEVELS: [&str; 4] = ["catégorie", "corps", "grade", "échelon"];

impl Costs {
    /// Of what a projection pays in an exercice, hors PSOP and what nobody bears left out. `steps`: at which step of which grade each was,
    /// month by month, which delivered pay does not say.
    pub(crate) fn new(projection: &Projection, references: &References, options: &CostOptions, steps: &Steps) -> Self {
        let [category, corps, grade, _] = LEVELS.map(attribute);
        let slots = [category, corps, grade];
        let named = ["matricule", "plafond", "rubrique", "rémunération"].map(attribute);
        let year = |m: Month| m.year() == options.year;
        let mut seen: BTreeMap<Place, (Exact, Exact)> = BTreeMap::new();
        for line in &projection.lines {
            let code = |slot: Option<cadrage_ir::AttributeId>| slot.and_then(|a| line.codes.get(a.index())).cloned().unwrap_or_default();
            let [agent, plafond, rubrique, pay] = named.map(code);
            let mut cell: Vec<Arc<str>> = slots.map(code).to_vec();
            if matches!(&*agent, "" | "?") || &*plafond == "HORS_PSOP" || matches!(&*pay, "HORAIRE" | "AUCUNE") {
                continue;
            }
            if options.without.iter().any(|r| **r == *rubrique) {
                continue;
            }
            let known = cell.iter().take_while(|c| !c.is_empty() && &***c != "?").count();
            cell.truncate(known);
            let mut add = |month: Month, years: Exact, cost: Exact| {
                let mut cell = cell.clone();
                // A step has no meaning without its grade.
                if let (3, Some((_, step))) =
                    (cell.len(), steps.get(&(agent.clone(), month)).filter(|(grade, _)| cell.last() == Some(grade)))
                {
                    cell.push(step.clone());
                }
                let sums = seen.entry((agent.clone(), cell)).or_default();
                *sums = (&sums.0 + &years, &sums.1 + &cost);
            };
            if year(line.month) {
                add(line.month, Exact::ZERO, line.amount.to_exact());
            }
            if year(line.right) {
                add(line.right, line.etpt().clone(), Exact::ZERO);
            }
        }
        let observations: Vec<Observation> = seen
            .into_iter()
            .filter(|(_, (years, cost))| !years.is_zero() || !cost.is_zero())
            .map(|((agent, cell), (years, cost))| Observation { agent, cell, years, cost })
            .collect();
        let means = MeanCosts::new(&observations, options.minimum);
        let row = |(cell, found): (&[Arc<str>], &CostCell)| {
            let level = *LEVELS.get(cell.len().checked_sub(1)?)?;
            let code = cell.last()?;
            let label = if level == "échelon" { format!("échelon {code}") } else { label(references, level, code) };
            let mean = found.mean().filter(|_| means.is_read(found));
            Some(CostRow { level, cell: cell.to_vec(), label, heads: found.agents.len(), years: found.years.clone(), mean })
        };
        let rows = means.cells().filter_map(row).collect();
        Costs { year: options.year, minimum: options.minimum.max(1), rows, means }
    }

    /// The cost of a post: of its step, else of what holds it. The finest code asked says all the coarser ones.
    #[must_use]
    pub fn price(&self, level: &str, code: &str, step: Option<&str>) -> Option<PricedPost> {
        let depth = LEVELS.iter().position(|l| *l == level)?;
        let found = self.rows.iter().find(|r| r.level == level && r.cell.get(depth).is_some_and(|c| **c == *code))?;
        let mut cell = found.cell.clone();
        cell.extend(step.map(Arc::from));
        let priced = self.means.price(&cell)?;
        Some(PricedPost {
            level: LEVELS.get(priced.depth.checked_sub(1)?).copied()?,
            member: cell.get(priced.depth.checked_sub(1)?).cloned()?,
            wider: priced.depth < cell.len(),
            heads: priced.heads,
            mean: priced.mean,
        })
    }
}
