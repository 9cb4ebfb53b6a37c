//! Why an agent-month was not paid as its rules say. What the load found wrong comes first; then whether payroll knew another situation of the
//! agent, tried one by one: all that is left of the month must then be equal to the cent.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_engine::{AgentFrame, Crew, Environment, Mode, Own, Row};
use cadrage_ir::{ColumnId, Fault, column};
use cadrage_value::{Exact, Money, Month};

use super::paid::Paid;
use super::touched::Touched;
use super::{Cause, Due, Gap, Rules, due};

/// How far the situation that payroll knew is looked for.
const MONTHS: usize = 6;

/// What causes are looked for in.
pub(super) struct Causes<'a> {
    pub(super) crew: Crew<'a>,
    pub(super) environment: Environment<'a>,
    pub(super) rules: &'a Rules,
    pub(super) paid: &'a Paid<'a>,
    pub(super) touched: &'a Touched,
}

/// A situation that payroll may have known, in words.
type Guess = (String, Vec<Row>);

impl Causes<'_> {
    /// Gives each gap of an agent's month its cause.
    pub(super) fn explain(&self, (agent, k): (usize, usize), own: &Due, gaps: &mut [Gap]) -> Result<(), Fault> {
        let Some((matricule, month)) = gaps.first().map(|g| (g.matricule.clone(), g.month)) else { return Ok(()) };
        if let Some(found) = self.touched.situation(&matricule, month) {
            gaps.iter_mut().for_each(|g| (g.cause, g.detail) = (Cause::Data, found.clone()));
            return Ok(());
        }
        for gap in gaps.iter_mut() {
            let found = if own.missing.contains(&gap.rubrique) {
                Some("une donnée que lit la règle manque".to_owned())
            } else {
                self.touched.line(&matricule, month, &gap.rubrique, gap.amount())
            };
            if let Some(found) = found {
                (gap.cause, gap.detail) = (Cause::Data, found);
            }
        }
        if gaps.iter().all(|g| g.cause == Cause::Data) {
            return Ok(());
        }
        let found = match self.unpaid(agent, &matricule, month, own, gaps) {
            Some(found) => Some(found),
            None => self.another_situation((agent, k), &matricule, month, gaps)?.map(|detail| (Cause::Date, detail)),
        };
        if let Some((cause, detail)) = found {
            gaps.iter_mut().filter(|g| g.cause == Cause::Unexplained).for_each(|g| (g.cause, g.detail) = (cause, detail.clone()));
        }
        Ok(())
    }

    /// Nothing at all was paid for the month. An arrival is ordinarily paid the month after at the latest: one that two payrolls of later months
    /// ignored is a hole, as is one in the middle of a career; the load has seen it.
    fn unpaid(&self, agent: usize, matricule: &str, month: Month, own: &Due, gaps: &[Gap]) -> Option<(Cause, String)> {
        let nothing = gaps.len() == own.amounts.len() && gaps.iter().all(|g| g.paid == Money::ZERO);
        if !nothing {
            return None;
        }
        let cohort = self.crew.cohort;
        let first = (0..cohort.months().len()).find(|k| cohort.situations(agent, *k) > 0);
        let last = cohort.months().iter().rposition(|(_, constate)| *constate);
        let recent = first.zip(last).is_some_and(|(first, last)| first + 1 >= last);
        if recent && !self.paid.before(matricule, month) {
            return Some((Cause::Date, "arrivée pas encore payée".to_owned()));
        }
        self.touched.unpaid(matricule, month).map(|found| (Cause::Data, found))
    }

    /// The situation that gives, to the cent, all that was paid of the rubriques left.
    fn another_situation(&self, (agent, k): (usize, usize), matricule: &str, month: Month, gaps: &[Gap]) -> Result<Option<String>, Fault> {
        let Some(mut frame) = self.crew.cohort.frame(agent) else { return Ok(None) };
        let paid = self.paid.of(matricule, month);
        let set_apart: BTreeSet<&str> = gaps.iter().filter(|g| g.cause == Cause::Data).map(|g| g.rubrique.as_str()).collect();
        // Nothing paid is a departure for whom was paid before and never again.
        let gone = self.paid.before(matricule, month) && !self.paid.after(matricule, month);
        for (words, rows) in guesses(&frame, k).into_iter().filter(|(_, rows)| gone || !rows.is_empty()) {
            if let Some(slot) = frame.months.get_mut(k) {
                slot.situations = rows;
            }
            let values = self.crew.kernel.agent(&frame, self.environment, &self.rules.formulas, k..k + 1, Mode::Recomputed)?;
            let given = due(self.rules, &Own::Alone(values), 0);
            if self.same(&paid, &given, &set_apart) {
                return Ok(Some(words + &self.regularised(matricule, month, gaps)));
            }
        }
        Ok(None)
    }

    fn same(&self, paid: &BTreeMap<&str, Money>, given: &Due, set_apart: &BTreeSet<&str>) -> bool {
        let left = |r: &&str| self.rules.compares(r) && !set_apart.contains(r);
        let rubriques: BTreeSet<&str> = paid.keys().copied().chain(given.amounts.keys().map(String::as_str)).filter(left).collect();
        given.missing.is_empty()
            && rubriques.iter().all(|r| paid.get(r).copied().unwrap_or_default() == given.amounts.get(*r).copied().unwrap_or_default())
    }

    /// When payroll came back on the month.
    fn regularised(&self, matricule: &str, month: Month, gaps: &[Gap]) -> String {
        let own = |r: &str| gaps.iter().any(|g| g.rubrique == r);
        let later = self.paid.payments(matricule, month).iter().filter(|p| p.month > month && own(p.rubrique)).map(|p| p.month).max();
        later.map_or_else(String::new, |m| format!(", régularisé en {}", m.to_french()))
    }
}

/// The situations payroll may have known, the likeliest first: those of the months around, a change ignored or known alone, a departure.
fn guesses(frame: &AgentFrame, k: usize) -> Vec<Guess> {
    let rows = |k: usize| frame.months.get(k).map_or(&[][..], |m| m.situations.as_slice());
    let when = |k: usize| frame.months.get(k).map_or_else(String::new, |m| m.month.to_french());
    let own = rows(k);
    let mut out: Vec<Guess> = Vec::new();
    let whole = |row: &Row| vec![during(row, own.last(), Exact::ONE)];
    for j in (k.saturating_sub(MONTHS)..k).rev() {
        out.extend(rows(j).last().map(|row| (format!("payé sur la situation de {}", when(j)), whole(row))));
    }
    for (edge, words) in [(own.first(), "payé sans le changement du mois"), (own.last(), "payé sur la dernière situation du mois entier")]
    {
        out.extend(edge.map(|row| (words.to_owned(), whole(row))));
    }
    for j in k + 1..=k + MONTHS {
        out.extend(rows(j).first().map(|row| (format!("payé sur la situation de {}", when(j)), whole(row))));
    }
    let next = rows(k + 1).first();
    // A month cut short is that of somebody the next delivery has not, or of whom it is not there yet.
    let leaves = next.is_none() || frame.months.get(k + 1).is_none_or(|m| !m.constate);
    let base = own.last().or_else(|| k.checked_sub(1).and_then(|j| rows(j).last()));
    for thirtieths in (1..30_i64).rev() {
        let (Some(row), Some(part), Some(rest)) = (base, Exact::ratio(thirtieths, 30), Exact::ratio(30 - thirtieths, 30)) else { break };
        if leaves {
            out.push((format!("payé pour {thirtieths} trentièmes"), vec![during(row, own.last(), part.clone())]));
        }
        if let Some(next) = next {
            let known = vec![during(row, own.last(), part), during(next, own.last(), rest)];
            out.push((format!("payé sur la situation de {} pour {} trentièmes", when(k + 1), 30 - thirtieths), known));
        }
    }
    out.push(("payé comme après un départ".to_owned(), Vec::new()));
    out
}

/// A row as it would be this month, there for a part of it: seniority and age are those of the month.
fn during(row: &Row, own: Option<&Row>, presence: Exact) -> Row {
    let mut row = row.clone();
    let mut put = |column: Option<ColumnId>, value: Option<Exact>| {
        if let Some(slot) = column.and_then(|c| row.numbers.get_mut(c.index())) {
            *slot = value;
        }
    };
    put(column("présence"), Some(presence));
    for name in ["ancienneté", "âge"] {
        let column = column(name);
        if let Some(value) = own.and_then(|o| column.and_then(|c| o.number(c))) {
            put(column, Some(value.clone()));
        }
    }
    row
}
