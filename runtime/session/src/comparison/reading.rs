//! A measure over an exercice: for the whole, by member of the level asked for, by agent where it knows agents.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_driver::LevelCell;
use cadrage_engine::{Kernel, Member, Value, strata_for};
use cadrage_ir::{FormulaId, Gathering, Op, OverMonths, Program};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Exact, Month};

use super::request::ComparedMeasure;
use super::tally::Moved;
use super::way::{january, last_month};
use crate::run::{Projection, RunError};

/// Amounts by member or by agent; those of 0 left out.
pub(super) type Each = BTreeMap<String, Exact>;

/// The measure of a scenario over an exercice.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub(super) whole: Exact,
    pub(super) members: Each,
    pub(super) agents: Each,
}

impl Read {
    /// The same before a step that made `after` of `before`, of those it concerns.
    pub(super) fn back(&mut self, (before, after): &(Read, Read)) {
        self.whole = &self.whole + &(&before.whole - &after.whole);
        for (own, was, is) in [(&mut self.members, &before.members, &after.members), (&mut self.agents, &before.agents, &after.agents)] {
            for (key, change) in difference(is, was) {
                let slot = own.entry(key).or_insert(Exact::ZERO);
                *slot = &*slot + &change;
            }
            own.retain(|_, x| !x.is_zero());
        }
    }
}

/// What moved from one reading to the next.
pub(super) fn moved(before: &Read, after: &Read) -> Moved {
    Moved {
        amount: &after.whole - &before.whole,
        members: difference(&before.members, &after.members),
        agents: difference(&before.agents, &after.agents),
    }
}

fn difference(before: &Each, after: &Each) -> Each {
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |from: &Each, key: &str| from.get(key).cloned().unwrap_or(Exact::ZERO);
    all.into_iter().map(|k| (k.clone(), &of(after, k) - &of(before, k))).filter(|(_, x)| !x.is_zero()).collect()
}

impl ComparedMeasure {
    /// The formulas of its cells.
    pub(super) fn formulas(&self) -> Vec<FormulaId> {
        self.cells.iter().map(|c| c.formula).collect()
    }

    /// The cell by agent: always the last, where the measure knows agents.
    pub(super) fn agents(&self) -> Option<&LevelCell> {
        let matricule = cadrage_ir::attribute("matricule");
        self.cells.last().filter(|c| c.attribute.is_some() && c.attribute == matricule)
    }

    /// Is it what people add to it one by one, month by month? Then what some of them change is known from them alone.
    pub(super) fn adds_up(&self, program: &Program) -> bool {
        self.cells.iter().all(|cell| {
            let Some(formula) = program.formula(cell.formula).filter(|f| f.rounding.is_none()) else { return false };
            let [case] = formula.cases.as_slice() else { return false };
            let Some(Op::Aggregate(id)) = program.node(case.value).map(|node| &node.op) else { return false };
            let sums =
                program.aggregates.get(id.index()).is_some_and(|a| matches!(a.gathering, Gathering::Sum(_)) && a.over == OverMonths::Sum);
            // What is added reads no other level.
            let strata = strata_for(program, &[cell.formula]);
            let gathered = strata.iter().map(|s| s.aggregates.len() + s.line_aggregates.len() + s.distributions.len()).sum::<usize>();
            sums && gathered == 1
        })
    }

    /// The measure of a scenario, whose levels are gathered. « Sans objet » and « manquant » are no number: nothing is compared with them.
    pub(super) fn read(&self, kernel: &dyn Kernel, run: &mut Projection, year: i32) -> Result<Read, RunError> {
        let why = match self.over(kernel, run, year)? {
            (Value::Known(whole), read) => return Ok(self.closed(whole, read)),
            (Value::Missing, _) => "manque d'une donnée",
            (Value::NotApplicable | Value::Flag(_), _) => "est sans objet",
        };
        let message = format!("`{}` {why} dans `{}` en {year} : il n'y a rien à comparer", self.name, run.scenario);
        let help = "comparez un autre exercice, ou une mesure dont la population n'est pas vide";
        Err(RunError::Diagnostics(vec![Diagnostic::new(Code::T06, message, self.span).help(help)]))
    }

    /// What some people add to it; `None` when a datum is missing. Nobody adds nothing.
    pub(super) fn read_some(&self, kernel: &dyn Kernel, run: &mut Projection, year: i32) -> Result<Option<Read>, RunError> {
        Ok(match self.over(kernel, run, year)? {
            (Value::Known(whole), read) => Some(self.closed(whole, read)),
            (Value::NotApplicable, read) => Some(self.closed(Exact::ZERO, read)),
            (Value::Missing | Value::Flag(_), _) => None,
        })
    }

    fn over(&self, kernel: &dyn Kernel, run: &mut Projection, year: i32) -> Result<(Value, Read), RunError> {
        let months: Vec<Month> = january(year).through(last_month(year)).collect();
        let Some(whole) = self.cells.first() else { return Ok((Value::Known(Exact::ZERO), Read::default())) };
        let value = period(kernel, whole, &months, &Member::from(""), run)?;
        let mut each = |cell: Option<&LevelCell>| -> Result<Each, RunError> {
            let Some(cell) = cell else { return Ok(Each::new()) };
            let members: BTreeSet<Member> = run.levels.members(cell.attribute).map(|(m, _)| m.clone()).collect();
            let mut out = Each::new();
            for member in members {
                if let Value::Known(x) = period(kernel, cell, &months, &member, run)?
                    && !x.is_zero()
                {
                    out.insert(if member.is_empty() { "?".to_owned() } else { member.to_string() }, x);
                }
            }
            Ok(out)
        };
        let (members, agents) = (each(self.level())?, each(self.agents())?);
        Ok((value, Read { whole: Exact::ZERO, members, agents }))
    }

    /// What the lists give to no member is told as such: members make the whole.
    fn closed(&self, whole: Exact, mut read: Read) -> Read {
        let rest = &whole - &read.members.values().cloned().sum::<Exact>();
        if self.level().is_some() && !rest.is_zero() {
            let slot = read.members.entry("?".to_owned()).or_insert(Exact::ZERO);
            *slot = &*slot + &rest;
        }
        Read { whole, ..read }
    }
}

/// A cell over some months.
pub(super) fn period(
    kernel: &dyn Kernel,
    cell: &LevelCell,
    months: &[Month],
    member: &Member,
    run: &mut Projection,
) -> Result<Value, RunError> {
    kernel
        .period(cell.formula, months, member, &run.parameters, &mut run.levels)
        .map_err(|fault| RunError::Diagnostics(vec![crate::diagnostic_of(&fault)]))
}
