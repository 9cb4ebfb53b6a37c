//! Fills [`Levels`] for a scenario: what agents and imputed lines contribute to each aggregate, stratum by stratum.
//!
//! A value `par agent` is split over his imputations and affectations as his pay is, whenever a level or a box asks for a code
//! of the split; a value that feeds pay or jobs is, on a constaté month, what the delivered lines say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_engine::{
    AgentFrame, Contribution, Environment, Kernel, Keys, Levels, Line, Member, Mode, Origin, Parameters, Row, Stratum, Value, split_amount,
    split_job,
};
use cadrage_ir::{
    ATTRIBUTES, Aggregate, AggregateId, AttributeId, Dimension, Fault, Feed, Formula, FormulaId, Gathering, Grain, Job, Program, Unit,
    attribute, groups,
};
use cadrage_value::{Exact, Month, Rounding};

use crate::attributes::Coder;
use crate::run::place;

/// What is done for each agent: his frame, and the keys of a month for his structure.
pub(crate) type Visit<'v> = dyn FnMut(&AgentFrame, &dyn Fn(&str, Month) -> Keys, &mut Coder<'_>) -> Result<(), Fault> + 'v;

/// The agents of a scenario, or those of a test.
pub(crate) trait People {
    /// Visits every agent, in order of matricule.
    fn each(&self, coder: &mut Coder<'_>, visit: &mut Visit<'_>) -> Result<(), Fault>;

    /// First and last month of the frames.
    fn months(&self) -> (Month, Month);
}

/// Agents and what they count for in a sharing.
type Weights = Vec<(Arc<str>, Exact)>;

/// Runs strata over people and lines.
pub(crate) struct Gatherer<'a> {
    pub(crate) program: &'a Program,
    pub(crate) parameters: &'a Parameters,
    pub(crate) kernel: &'a dyn Kernel,
    pub(crate) people: &'a dyn People,
}

/// An aggregate whose operands are of agents or situations.
struct OfAgents<'p> {
    id: AggregateId,
    aggregate: &'p Aggregate,
    operands: Vec<(FormulaId, &'p Formula)>,
    /// The level or the box asks for a code that the split of a month decides.
    split: bool,
}

impl Gatherer<'_> {
    /// Makes the members of every level known: those of agents' rows, of their splits, of delivered lines.
    ///
    /// # Errors
    /// None of its own: those of the visit.
    pub(crate) fn members(&self, lines: &[Line], coder: &mut Coder<'_>, levels: &mut Levels) -> Result<(), Fault> {
        levels.member(None, &Member::from(""), || coder.empty_row());
        let used = used_levels(self.program);
        let mut codes: BTreeMap<AttributeId, BTreeSet<Arc<str>>> = BTreeMap::new();
        for level in &used {
            codes.insert(*level, lines.iter().filter_map(|l| l.codes.get(level.index()).cloned()).collect());
        }
        if !used.is_empty() {
            self.people.each(coder, &mut |frame, keys, coder| {
                for slot in &frame.months {
                    let Some(last) = slot.situations.last() else { continue };
                    let mut rows: Vec<Vec<Arc<str>>> = slot.situations.iter().map(|r| r.codes.clone()).collect();
                    if used.iter().copied().any(is_split) {
                        let keys = keys(structure_of(last), slot.month);
                        for (k, p, _) in split_job(&Exact::ONE, &keys) {
                            let mut part = last.codes.clone();
                            place(&mut part, &keys, k, p, coder);
                            rows.push(part);
                        }
                    }
                    for level in &used {
                        codes.entry(*level).or_default().extend(rows.iter().filter_map(|r| r.get(level.index()).cloned()));
                    }
                }
                Ok(())
            })?;
        }
        for (level, codes) in codes {
            let name = ATTRIBUTES.get(level.index()).map_or("", |a| a.name);
            for code in codes.iter().filter(|c| !c.is_empty()) {
                levels.member(Some(level), code, || coder.member_row(name, code));
            }
        }
        Ok(())
    }

    /// Gathers a stratum: over agents, from lines, then formulas of levels and amounts shared.
    pub(crate) fn stratum(&self, stratum: &Stratum, lines: &[Line], coder: &mut Coder<'_>, levels: &mut Levels) -> Result<(), Fault> {
        self.agents(stratum, coder, levels)?;
        let is_fed =
            |id: &AggregateId| of_agents(self.program, *id).is_some_and(|w| w.operands.first().is_some_and(|(_, f)| f.feeds.is_some()));
        let fed: Vec<AggregateId> = stratum.aggregates.iter().copied().filter(is_fed).collect();
        self.lines(&fed, lines, levels)?;
        self.lines(&stratum.line_aggregates, lines, levels)?;
        let (first, last) = self.people.months();
        let months: Vec<Month> = first.through(last).collect();
        self.kernel.level_formulas(&stratum.formulas, &months, self.parameters, levels)?;
        self.share(stratum, coder, levels)
    }

    fn agents(&self, stratum: &Stratum, coder: &mut Coder<'_>, levels: &mut Levels) -> Result<(), Fault> {
        let wanted: Vec<OfAgents<'_>> = stratum.aggregates.iter().filter_map(|id| of_agents(self.program, *id)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let of = |grain: &Grain| -> Vec<FormulaId> {
            let operands = wanted.iter().flat_map(|w| &w.operands).filter(|(_, f)| f.grain == *grain).map(|(id, _)| *id);
            operands.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let (by_agent, by_situation) = (of(&Grain::Agent), of(&Grain::Situation));
        // What this stratum adds is read by the next one only, so its own agents see what was there.
        let before = levels.clone();
        let environment = Environment { parameters: self.parameters, levels: &before };
        self.people.each(coder, &mut |frame, keys, coder| {
            let agents = self.kernel.agent(frame, environment, &by_agent, 0..frame.months.len(), Mode::Paid)?;
            let situations =
                if by_situation.is_empty() { Vec::new() } else { self.kernel.situations(frame, environment, &by_situation)? };
            for (k, slot) in frame.months.iter().enumerate() {
                let Some(last) = slot.situations.last() else { continue };
                let keys = keys(structure_of(last), slot.month);
                for want in &wanted {
                    let value_at = |id: FormulaId, s: Option<usize>| match s {
                        None => by_agent.iter().position(|f| *f == id).and_then(|at| agents.get(k)?.get(at)),
                        Some(s) => by_situation.iter().position(|f| *f == id).and_then(|at| situations.get(k)?.get(s)?.get(at)),
                    };
                    let Some((first, formula)) = want.operands.first() else { continue };
                    // On a constaté month, the lines say what was paid and counted.
                    if slot.constate && formula.feeds.is_some() {
                        continue;
                    }
                    let rows: Vec<(Option<usize>, &Row)> = match formula.grain {
                        Grain::Situation => slot.situations.iter().enumerate().map(|(s, row)| (Some(s), row)).collect(),
                        _ => vec![(None, last)],
                    };
                    for (s, row) in rows {
                        let Some(value) = value_at(*first, s) else { continue };
                        let weight = want.operands.get(1).and_then(|(id, _)| value_at(*id, s));
                        contribute(want, formula, slot.month, frame, row, &keys, (value, weight), coder, levels);
                    }
                }
            }
            Ok(())
        })
    }

    /// Gathers from lines: aggregates of lines, and what agents were paid and counted on constaté months.
    fn lines(&self, ids: &[AggregateId], lines: &[Line], levels: &mut Levels) -> Result<(), Fault> {
        let before = levels.clone();
        let environment = Environment { parameters: self.parameters, levels: &before };
        for id in ids {
            let Some(aggregate) = self.program.aggregates.get(id.index()) else { continue };
            let operands: Vec<(FormulaId, &Formula)> =
                aggregate.gathering.operands().filter_map(|f| Some((f, self.program.formula(f)?))).collect();
            let Some((first, formula)) = operands.first() else { continue };
            for line in lines {
                let row = line.row();
                if !row.is_in(&aggregate.selection) {
                    continue;
                }
                let value = match (&formula.grain, &formula.feeds) {
                    (Grain::Line, None) => self.kernel.line(*first, &row, line.month, None, environment)?,
                    (_, Some(feed)) => fed(line, &row, *first, formula, feed),
                    _ => continue,
                };
                let weight = match operands.get(1) {
                    Some((id, _)) => Some(self.kernel.line(*id, &row, line.month, None, environment)?),
                    None => None,
                };
                let jobs = formula.unit == Unit::of(Dimension::Etpt) || formula.unit == Unit::of(Dimension::Etpf);
                let month = if jobs || formula.grain == Grain::Agent { line.right } else { line.month };
                let code = aggregate.level.and_then(|a| row.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
                let agent = attribute("matricule").and_then(|a| row.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
                let row = Contribution { month, member: &code, agent: &agent, value: &value, weight: weight.as_ref() };
                levels.add(*id, aggregate.gathering, row);
            }
        }
        Ok(())
    }

    fn share(&self, stratum: &Stratum, coder: &mut Coder<'_>, levels: &mut Levels) -> Result<(), Fault> {
        for id in &stratum.distributions {
            let Some(d) = self.program.distributions.get(id.index()) else { continue };
            let environment = Environment { parameters: self.parameters, levels };
            let mut weights: BTreeMap<(Month, Member), Weights> = BTreeMap::new();
            self.people.each(coder, &mut |frame, _, _| {
                let values = self.kernel.agent(frame, environment, &[d.weight], 0..frame.months.len(), Mode::Paid)?;
                for (slot, value) in frame.months.iter().zip(&values) {
                    let (Some(row), Some(Value::Known(x))) = (slot.situations.last(), value.first()) else { continue };
                    let code = d.level.and_then(|a| row.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
                    weights.entry((slot.month, code)).or_default().push((Arc::clone(&frame.matricule), x.clone()));
                }
                Ok(())
            })?;
            let mut amounts = Vec::new();
            for ((month, code), weights) in weights {
                if let Some(Value::Known(amount)) = levels.formula(d.amount, month, &code) {
                    amounts.push((month, amount.clone(), weights));
                }
            }
            for (month, amount, weights) in amounts {
                levels.share(*id, month, &amount, &weights, d.cents);
            }
        }
        Ok(())
    }
}

fn structure_of(row: &Row) -> &str {
    attribute("structure").map_or("?", |a| row.code(a))
}

/// What a delivered or carried line says of a formula that feeds.
fn fed(line: &Line, row: &Row, id: FormulaId, formula: &Formula, feed: &Feed) -> Value {
    let delivered = line.origin == Origin::Constate && row.is_in(&formula.scope);
    let concerned = match feed {
        Feed::Rubriques(list, _) => line.origin == Origin::Carried(id) || (delivered && list.iter().any(|r| r == line.code("rubrique"))),
        Feed::Job(_) => line.origin == Origin::Carried(id) || delivered,
    };
    if !concerned {
        return Value::NotApplicable;
    }
    Value::Known(match feed {
        Feed::Rubriques(..) => line.amount.to_exact(),
        Feed::Job(Job::Etpt) => line.etpt.clone(),
        Feed::Job(Job::Etpf) => line.etpf.clone(),
    })
}

#[allow(clippy::too_many_arguments)]
fn contribute(
    want: &OfAgents<'_>,
    formula: &Formula,
    month: Month,
    frame: &AgentFrame,
    row: &Row,
    keys: &Keys,
    (value, weight): (&Value, Option<&Value>),
    coder: &mut Coder<'_>,
    levels: &mut Levels,
) {
    let Aggregate { gathering, level, selection, .. } = want.aggregate;
    let mut add = |row: &Row, value: &Value, weight: Option<&Value>| {
        if row.is_in(selection) {
            let code = level.and_then(|a| row.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
            levels.add(want.id, *gathering, Contribution { month, member: &code, agent: &frame.matricule, value, weight });
        }
    };
    if !want.split {
        add(row, value, weight);
        return;
    }
    for (k, p, part_value, part_weight) in parts(*gathering, formula, value, weight, keys) {
        let mut part = row.clone();
        place(&mut part.codes, keys, k, p, coder);
        add(&part, &part_value, part_weight.as_ref());
    }
}

/// A value over the parts of a month: amounts to the cent as they are paid, other sums exactly; a mean keeps its value and splits its
/// weight; heads and nothings are whole everywhere.
fn parts(
    gathering: Gathering,
    formula: &Formula,
    value: &Value,
    weight: Option<&Value>,
    keys: &Keys,
) -> Vec<(usize, usize, Value, Option<Value>)> {
    let everywhere = || split_job(&Exact::ONE, keys);
    match (gathering, value) {
        (Gathering::Sum(_), Value::Known(x)) => match (&formula.feeds, Rounding::HalfUp.to_money(x)) {
            (Some(Feed::Rubriques(..)), Some(amount)) => {
                split_amount(amount, keys).into_iter().map(|(k, p, m)| (k, p, Value::Known(m.to_exact()), None)).collect()
            }
            _ => split_job(x, keys).into_iter().map(|(k, p, x)| (k, p, Value::Known(x), None)).collect(),
        },
        (Gathering::Mean { .. }, _) => everywhere()
            .into_iter()
            .map(|(k, p, share)| {
                let part = weight.map(|w| if let Value::Known(w) = w { Value::Known(w * &share) } else { w.clone() });
                (k, p, value.clone(), part)
            })
            .collect(),
        _ => everywhere().into_iter().map(|(k, p, _)| (k, p, value.clone(), weight.cloned())).collect(),
    }
}

fn of_agents(program: &Program, id: AggregateId) -> Option<OfAgents<'_>> {
    let aggregate = program.aggregates.get(id.index())?;
    let operands: Vec<(FormulaId, &Formula)> = aggregate.gathering.operands().filter_map(|f| Some((f, program.formula(f)?))).collect();
    if operands.iter().any(|(_, f)| f.grain == Grain::Line) {
        return None;
    }
    let split = aggregate.level.into_iter().chain(aggregate.selection.codes.keys().copied()).any(is_split);
    Some(OfAgents { id, aggregate, operands, split })
}

/// Does the split of an agent's month decide this code?
fn is_split(a: AttributeId) -> bool {
    ["structure", "plafond", "centre_de_coût", "eotp"].iter().filter_map(|n| attribute(n)).any(|fine| groups(a, fine))
}

/// The attributes that are the level of a formula or of an aggregate.
fn used_levels(program: &Program) -> BTreeSet<AttributeId> {
    let formulas = program.formulas.iter().filter_map(|f| f.grain.attribute());
    formulas.chain(program.aggregates.iter().filter_map(|a| a.level)).collect()
}
