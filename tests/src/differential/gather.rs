//! Fills the levels of a program for made-up people, stratum by stratum, with nothing but what a kernel gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_engine::{Contribution, Environment, Kernel, Levels, Member, Mode, Parameters, Row, Stratum, Value, strata};
use cadrage_ir::{ATTRIBUTES, Aggregate, AttributeId, Distribution, Fault, FormulaId, Grain, Program, attribute};
use cadrage_value::{Exact, Month};

use crate::strategies::People;

/// The months that people have.
pub(super) fn months(people: &People) -> Vec<Month> {
    people.frames.first().map_or_else(Vec::new, |f| f.months.iter().map(|m| m.month).collect())
}

fn member(level: Option<AttributeId>, row: &Row) -> Member {
    level.and_then(|a| row.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""))
}

fn blank() -> Row {
    Row { numbers: Vec::new(), codes: vec![Arc::from(""); ATTRIBUTES.len()] }
}

/// The row of a member: its own code, and those that group it.
fn member_row(level: AttributeId, of: &Row) -> Row {
    let mut row = blank();
    for (k, slot) in row.codes.iter_mut().enumerate() {
        if cadrage_ir::groups(AttributeId::at(k), level)
            && let Some(code) = of.codes.get(k)
        {
            *slot = Arc::clone(code);
        }
    }
    row
}

/// Gathers all that a program's levels need, up to the first fault: what was there by then stays in `levels`.
///
/// # Errors
/// The first fault met.
pub fn gather(program: &Program, parameters: &Parameters, kernel: &dyn Kernel, people: &People, levels: &mut Levels) -> Result<(), Fault> {
    levels.member(None, &Member::from(""), blank);
    for level in (0..ATTRIBUTES.len()).map(AttributeId::at) {
        let used = program.formulas.iter().map(|f| f.grain.attribute()).chain(program.aggregates.iter().map(|a| a.level));
        if !used.into_iter().any(|l| l == Some(level)) {
            continue;
        }
        let rows = people.frames.iter().flat_map(|f| &f.months).flat_map(|m| &m.situations).chain(people.lines.iter().map(|l| &l.row));
        for row in rows {
            let code = member(Some(level), row);
            if !code.is_empty() {
                levels.member(Some(level), &code, || member_row(level, row));
            }
        }
    }
    let run = Run { program, parameters, kernel, people };
    strata(program).iter().try_for_each(|stratum| run.stratum(stratum, levels))
}

struct Run<'a> {
    program: &'a Program,
    parameters: &'a Parameters,
    kernel: &'a dyn Kernel,
    people: &'a People,
}

impl Run<'_> {
    fn stratum(&self, stratum: &Stratum, levels: &mut Levels) -> Result<(), Fault> {
        let before = levels.clone();
        let environment = Environment { parameters: self.parameters, levels: &before };
        for id in &stratum.aggregates {
            let Some(aggregate) = self.program.aggregates.get(id.index()) else { continue };
            self.of_agents(aggregate, environment, &mut |row| levels.add(*id, aggregate.gathering, row))?;
        }
        for id in &stratum.line_aggregates {
            let Some(aggregate) = self.program.aggregates.get(id.index()) else { continue };
            self.of_lines(aggregate, environment, &mut |row| levels.add(*id, aggregate.gathering, row))?;
        }
        self.kernel.level_formulas(&stratum.formulas, &months(self.people), self.parameters, levels)?;
        for id in &stratum.distributions {
            let Some(d) = self.program.distributions.get(id.index()) else { continue };
            for ((month, code), weights) in self.weights(d, levels)? {
                if let Some(Value::Known(amount)) = levels.formula(d.amount, month, &code).cloned() {
                    levels.share(*id, month, &amount, &weights, d.cents);
                }
            }
        }
        Ok(())
    }

    fn of_agents(&self, aggregate: &Aggregate, environment: Environment<'_>, give: &mut dyn FnMut(Contribution<'_>)) -> Result<(), Fault> {
        let operands: Vec<FormulaId> = aggregate.gathering.operands().collect();
        let situations = operands.first().and_then(|f| self.program.formula(*f)).is_some_and(|f| f.grain == Grain::Situation);
        for frame in &self.people.frames {
            let mut add = |month: Month, row: &Row, values: &[Value]| {
                if let Some(value) = values.first().filter(|_| row.is_in(&aggregate.selection)) {
                    let own = member(aggregate.level, row);
                    give(Contribution { month, member: &own, agent: &frame.matricule, value, weight: values.get(1) });
                }
            };
            if situations {
                let values = self.kernel.situations(frame, environment, &operands)?;
                for (slot, rows) in frame.months.iter().zip(&values) {
                    slot.situations.iter().zip(rows).for_each(|(row, values)| add(slot.month, row, values));
                }
            } else {
                let values = self.kernel.agent(frame, environment, &operands, 0..frame.months.len(), Mode::Paid)?;
                for (slot, values) in frame.months.iter().zip(&values) {
                    slot.situations.last().into_iter().for_each(|row| add(slot.month, row, values));
                }
            }
        }
        Ok(())
    }

    fn of_lines(&self, aggregate: &Aggregate, environment: Environment<'_>, give: &mut dyn FnMut(Contribution<'_>)) -> Result<(), Fault> {
        for line in self.people.lines.iter().filter(|l| l.row.is_in(&aggregate.selection)) {
            let of = |f: FormulaId| match self.program.formula(f).map(|f| &f.grain) {
                Some(Grain::Line) => self.kernel.line(f, &line.row, line.month, line.before.as_ref(), environment),
                _ => Ok(Value::NotApplicable),
            };
            let values = aggregate.gathering.operands().map(of).collect::<Result<Vec<Value>, Fault>>()?;
            let Some(value) = values.first() else { continue };
            let (own, agent) = (member(aggregate.level, &line.row), member(attribute("matricule"), &line.row));
            give(Contribution { month: line.month, member: &own, agent: &agent, value, weight: values.get(1) });
        }
        Ok(())
    }

    fn weights(&self, d: &Distribution, levels: &Levels) -> Result<Weights, Fault> {
        let environment = Environment { parameters: self.parameters, levels };
        let mut weights = Weights::new();
        for frame in &self.people.frames {
            let values = self.kernel.agent(frame, environment, &[d.weight], 0..frame.months.len(), Mode::Paid)?;
            for (slot, value) in frame.months.iter().zip(&values) {
                let (Some(row), Some(Value::Known(x))) = (slot.situations.last(), value.first()) else { continue };
                weights.entry((slot.month, member(d.level, row))).or_default().push((Arc::clone(&frame.matricule), x.clone()));
            }
        }
        Ok(weights)
    }
}

/// What each agent counts for in a sharing, by month and member.
type Weights = BTreeMap<(Month, Member), Vec<(Arc<str>, Exact)>>;
