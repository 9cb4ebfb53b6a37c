//! Coûts moyens of a scenario: what a full-time year costs by grade and step, and what a post not filled yet would.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_analysis::{CostCell, MeanCosts, Observation};
use cadrage_cube::References;
use cadrage_engine::Line;
use cadrage_ir::{AttributeId, attribute};
use cadrage_value::{Exact, Month};

use crate::labels::label;
use crate::run::Projection;

/// Fewer agents than that, and a cell is not read, where nobody says another number.
pub(crate) const FEWEST: usize = 5;

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
pub(crate) const LEVELS: [&str; 4] = ["catégorie", "corps", "grade", "échelon"];

/// What agents cost and how long they worked, line after line: those paid by the month, hors PSOP and what nobody bears left out.
pub(crate) struct PaidPosts<'s> {
    inside: &'s dyn Fn(Month) -> bool,
    without: &'s [String],
    /// At which step of which grade each was, month by month, which delivered pay does not say.
    steps: &'s Steps,
    /// Of what a line says: who, under which plafond, for which rubrique, paid how; then its cell.
    slots: [Option<AttributeId>; 7],
    seen: BTreeMap<Place, (Exact, Exact)>,
}

impl<'s> PaidPosts<'s> {
    pub(crate) fn new(inside: &'s dyn Fn(Month) -> bool, without: &'s [String], steps: &'s Steps) -> Self {
        let [category, corps, grade, _] = LEVELS;
        let slots = ["matricule", "plafond", "rubrique", "rémunération", category, corps, grade].map(attribute);
        PaidPosts { inside, without, steps, slots, seen: BTreeMap::new() }
    }

    /// Adds a line: its amount in the month it is paid, its jobs in the month they are of.
    pub(crate) fn line(&mut self, line: &Line) {
        let none = Arc::default();
        let code = |slot: Option<AttributeId>| slot.and_then(|a| line.codes.get(a.index())).unwrap_or(&none);
        let [agent, plafond, rubrique, pay, cell @ ..] = self.slots.map(code);
        if matches!(&**agent, "" | "?") || **plafond == *"HORS_PSOP" || matches!(&**pay, "HORAIRE" | "AUCUNE") {
            return;
        }
        if self.without.iter().any(|r| **r == **rubrique) {
            return;
        }
        let cell: Vec<Arc<str>> = cell.into_iter().take_while(|c| !matches!(&***c, "" | "?")).cloned().collect();
        if (self.inside)(line.month) {
            self.add(agent, cell.clone(), line.month, &Exact::ZERO, &line.amount.to_exact());
        }
        if (self.inside)(line.right) {
            self.add(agent, cell, line.right, line.etpt(), &Exact::ZERO);
        }
    }

    fn add(&mut self, agent: &Arc<str>, mut cell: Vec<Arc<str>>, month: Month, years: &Exact, cost: &Exact) {
        // A step has no meaning without its grade.
        if let (3, Some((_, step))) = (cell.len(), self.steps.get(&(agent.clone(), month)).filter(|(grade, _)| cell.last() == Some(grade)))
        {
            cell.push(step.clone());
        }
        let sums = self.seen.entry((agent.clone(), cell)).or_default();
        *sums = (&sums.0 + years, &sums.1 + cost);
    }

    pub(crate) fn observations(self) -> Vec<Observation> {
        self.seen
            .into_iter()
            .filter(|(_, (years, cost))| !years.is_zero() || !cost.is_zero())
            .map(|((agent, cell), (years, cost))| Observation { agent, cell, years, cost })
            .collect()
    }
}

impl Costs {
    /// Of what a projection pays in an exercice, hors PSOP and what nobody bears left out. `steps`: at which step of which grade each was,
    /// month by month, which delivered pay does not say.
    pub(crate) fn new(projection: &Projection, references: &References, options: &CostOptions, steps: &Steps) -> Self {
        let inside = |m: Month| m.year() == options.year;
        let mut paid = PaidPosts::new(&inside, &options.without, steps);
        projection.lines.iter().for_each(|line| paid.line(line));
        let observations = paid.observations();
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
