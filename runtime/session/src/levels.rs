//! Fills [`Levels`] for a scenario: what agents and imputed lines contribute to each aggregate, stratum by stratum.
//!
//! A value `par agent` is split over his imputations and affectations as his pay is, whenever a level or a box asks for a code
//! of the split; a value that feeds pay or jobs is, on a constaté month, what the delivered lines say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ahash::AHashSet;
use cadrage_engine::{
    Answers, Contribution, Crew, Environment, Kernel, Keys, Levels, Line, Member, Mode, Origin, Own, Parameters, Row, SituationValues,
    Stratum, Value, codes_accepted, split_amount, split_job, strata_for,
};
use cadrage_ir::{
    ATTRIBUTES, Aggregate, AggregateId, AttributeId, Dimension, Fault, Feed, Formula, FormulaId, Gathering, Grain, Job, Op, Program, Unit,
    attribute, column, groups,
};
use cadrage_value::{Exact, Month, Rounding};

use crate::attributes::Coder;
use crate::lines::place;
use crate::people::People;

/// How a month of an agent is split: which crew, which agent, his structure, the month.
pub(crate) type KeysOf<'k> = dyn Fn(usize, usize, &str, Month) -> Keys + 'k;

/// Agents and what they count for in a sharing.
type Weights = Vec<(Arc<str>, Exact)>;

/// Runs strata over people and lines.
pub(crate) struct Gatherer<'a> {
    pub(crate) program: &'a Program,
    pub(crate) parameters: &'a Parameters,
    pub(crate) kernel: &'a dyn Kernel,
    /// The agents of a scenario, or each of a test's, whose months differ.
    pub(crate) crews: &'a [Crew<'a>],
    pub(crate) keys: Box<KeysOf<'a>>,
    /// Only these months, from the first to the last; all of them otherwise.
    pub(crate) only: Option<(Month, Month)>,
}

/// An aggregate whose operands are of agents or situations.
struct OfAgents<'p> {
    id: AggregateId,
    aggregate: &'p Aggregate,
    operands: Vec<(FormulaId, &'p Formula)>,
    /// The level or the box asks for a code that the split of a month decides.
    split: bool,
}

impl<'a> Gatherer<'a> {
    /// Over the people of a scenario, whom a crew computes, in all their months.
    pub(crate) fn over(people: &'a People<'a>, crew: &'a Crew<'a>, program: &'a Program, parameters: &'a Parameters) -> Gatherer<'a> {
        let keys = |_: usize, agent: usize, structure: &str, month: Month| people.keys(agent, structure, month);
        Gatherer { program, parameters, kernel: crew.kernel, crews: std::slice::from_ref(crew), keys: Box::new(keys), only: None }
    }
}

impl Gatherer<'_> {
    /// What these formulas read of levels, and themselves, gathered from nothing.
    ///
    /// # Errors
    /// The first fault met.
    pub(crate) fn read_by(&self, formulas: &[FormulaId], lines: &[Line], coder: &mut Coder<'_>) -> Result<Levels, Fault> {
        let mut levels = Levels::default();
        self.members(lines, coder, &mut levels);
        for stratum in &strata_for(self.program, formulas) {
            self.stratum(stratum, lines, coder, &mut levels)?;
        }
        Ok(levels)
    }

    /// Makes the members of every level known: those of agents' rows, of their splits, of delivered lines.
    pub(crate) fn members(&self, lines: &[Line], coder: &mut Coder<'_>, levels: &mut Levels) {
        levels.member(None, &Member::from(""), || coder.empty_row());
        let used = used_levels(self.program);
        let mut codes: BTreeMap<AttributeId, BTreeSet<Arc<str>>> = used.iter().map(|level| (*level, BTreeSet::new())).collect();
        // Lines of the same codes share them: there are millions of lines, and far fewer codes.
        let mut met = AHashSet::new();
        for line in lines.iter().filter(|l| met.insert(Arc::as_ptr(&l.codes))) {
            for (level, own) in &mut codes {
                if let Some(code) = line.codes.get(level.index()).filter(|code| !own.contains(*code)) {
                    own.insert(Arc::clone(code));
                }
            }
        }
        for (c, crew) in self.crews.iter().enumerate() {
            for level in &used {
                codes.entry(*level).or_default().extend(crew.cohort.dictionary(*level).iter().cloned());
            }
            if used.iter().copied().any(is_split) {
                self.split_members(c, crew, &used, coder, &mut codes);
            }
        }
        for (level, codes) in codes {
            let name = ATTRIBUTES.get(level.index()).map_or("", |a| a.name);
            for code in codes.iter().filter(|c| !c.is_empty()) {
                levels.member(Some(level), code, || coder.member_row(name, code));
            }
        }
    }

    /// The codes that splits lead to.
    fn split_members(
        &self,
        c: usize,
        crew: &Crew<'_>,
        used: &BTreeSet<AttributeId>,
        coder: &mut Coder<'_>,
        codes: &mut BTreeMap<AttributeId, BTreeSet<Arc<str>>>,
    ) {
        let mut add = |row: &[Arc<str>]| {
            for level in used {
                codes.entry(*level).or_default().extend(row.get(level.index()).cloned());
            }
        };
        for agent in 0..crew.cohort.len() {
            // Months with the same codes and keys lead to the same members.
            let mut before: Option<(usize, Keys)> = None;
            for (k, (month, _)) in crew.cohort.months().iter().enumerate() {
                let Some(last) = crew.cohort.last_codes(agent, k) else { continue };
                let keys = (self.keys)(c, agent, structure_of(&last), *month);
                if before.as_ref().is_some_and(|(at, same)| *same == keys && crew.cohort.same_codes(agent, *at, k)) {
                    continue;
                }
                for (i, p, _) in split_job(&Exact::ONE, &keys) {
                    let mut part = last.clone();
                    place(&mut part, &keys, i, p, coder);
                    add(&part);
                }
                before = Some((k, keys));
            }
        }
    }

    /// Gathers a stratum: over agents, from lines, then formulas of levels and amounts shared.
    pub(crate) fn stratum(&self, stratum: &Stratum, lines: &[Line], coder: &mut Coder<'_>, levels: &mut Levels) -> Result<(), Fault> {
        self.agents(stratum, coder, levels)?;
        let is_fed =
            |id: &AggregateId| of_agents(self.program, *id).is_some_and(|w| w.operands.first().is_some_and(|(_, f)| f.feeds.is_some()));
        let fed: Vec<AggregateId> = stratum.aggregates.iter().copied().filter(is_fed).collect();
        self.lines(&fed, lines, levels)?;
        self.lines(&stratum.line_aggregates, lines, levels)?;
        let bounds = || self.crews.iter().flat_map(|c| c.cohort.months());
        let (first, last) = (bounds().map(|m| m.0).min().unwrap_or(Month::MAX), bounds().map(|m| m.0).max().unwrap_or(Month::MIN));
        let all = (first <= last).then(|| first.through(last));
        let months: Vec<Month> = all.into_iter().flatten().filter(|m| self.concerns(*m)).collect();
        self.kernel.level_formulas(&stratum.formulas, &months, self.parameters, levels)?;
        self.share(stratum, levels)
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
        // Numbers are looked at only where a box has a range.
        let ranges = wanted.iter().any(|w| !w.aggregate.selection.ranges.is_empty());
        for (c, crew) in self.crews.iter().enumerate() {
            let cohort = crew.cohort;
            let agents = Answers::of(*crew, environment, &by_agent, 0..cohort.months().len(), Mode::Paid);
            let situations = if by_situation.is_empty() { None } else { crew.loaded.situations(environment, &by_situation).ok() };
            for agent in 0..cohort.len() {
                let own = agents.agent(agent)?;
                let alone = match &situations {
                    None if !by_situation.is_empty() => match cohort.frame(agent) {
                        Some(frame) => self.kernel.situations(&frame, environment, &by_situation)?,
                        None => Vec::new(),
                    },
                    _ => Vec::new(),
                };
                let values = AgentAnswers {
                    own,
                    by_agent: &by_agent,
                    situations: situations.as_ref().and_then(|all| all.get(agent)).unwrap_or(&alone),
                    by_situation: &by_situation,
                };
                let matricule = cohort.matricule(agent).cloned().unwrap_or_else(|| Member::from(""));
                for (k, (month, constate)) in cohort.months().iter().enumerate() {
                    let count = cohort.situations(agent, k);
                    // On a constaté month, the lines say what was paid and counted.
                    let now = || wanted.iter().filter(|w| !*constate || w.operands.first().is_some_and(|(_, f)| f.feeds.is_none()));
                    if count == 0 || !self.concerns(*month) || now().next().is_none() {
                        continue;
                    }
                    let row_of = |s: usize| {
                        let row = if ranges {
                            cohort.situation(agent, k, s)
                        } else {
                            cohort.codes(agent, k, s).map(|codes| Row { numbers: Vec::new(), codes })
                        };
                        row.unwrap_or_default()
                    };
                    let last = row_of(count - 1);
                    let keys = now().any(|w| w.split).then(|| (self.keys)(c, agent, structure_of(&last.codes), *month));
                    for want in now() {
                        let Some((first, formula)) = want.operands.first() else { continue };
                        let each: Vec<Option<usize>> = match formula.grain {
                            Grain::Situation => (0..count).map(Some).collect(),
                            _ => vec![None],
                        };
                        for s in each {
                            let Some(value) = values.at(*first, k, s) else { continue };
                            let weight = want.operands.get(1).and_then(|(id, _)| values.at(*id, k, s));
                            let other;
                            let row = match s {
                                Some(s) if s + 1 != count => {
                                    other = row_of(s);
                                    &other
                                }
                                _ => &last,
                            };
                            let one = Contributor { month: *month, matricule: &matricule, row, keys: keys.as_ref() };
                            contribute(want, formula, &one, (&value, weight.as_ref()), coder, levels);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Gathers from lines: aggregates of lines, and what agents were paid and counted on constaté months.
    fn lines(&self, ids: &[AggregateId], lines: &[Line], levels: &mut Levels) -> Result<(), Fault> {
        if ids.is_empty() {
            return Ok(());
        }
        let before = levels.clone();
        let environment = Environment { parameters: self.parameters, levels: &before };
        let matricule = attribute("matricule");
        for id in ids {
            let Some(aggregate) = self.program.aggregates.get(id.index()) else { continue };
            let operands: Vec<(FormulaId, &Formula)> =
                aggregate.gathering.operands().filter_map(|f| Some((f, self.program.formula(f)?))).collect();
            let Some((first, formula)) = operands.first() else { continue };
            let plain = amount_itself(self.program, *first);
            let mut filled = Row::default();
            for line in lines {
                if !(self.concerns(line.month) || self.concerns(line.right)) || !codes_accepted(&line.codes, &aggregate.selection) {
                    continue;
                }
                // Made only where a number is read: there are millions of lines.
                let read = !aggregate.selection.ranges.is_empty() || (formula.feeds.is_none() && !plain) || operands.len() > 1;
                if read {
                    line.fill(&mut filled);
                }
                let row = &filled;
                if !aggregate.selection.ranges.is_empty() && !row.is_in(&aggregate.selection) {
                    continue;
                }
                let value = match (&formula.grain, &formula.feeds) {
                    (Grain::Line, None) if plain && self.parameters.formula_in(*first, line.month) != *first => {
                        self.kernel.line(*first, &line.row(), line.month, None, environment)?
                    }
                    (Grain::Line, None) if plain && codes_accepted(&line.codes, &formula.scope) => Value::Known(line.amount.to_exact()),
                    (Grain::Line, None) if plain => Value::NotApplicable,
                    (Grain::Line, None) => self.kernel.line(*first, row, line.month, None, environment)?,
                    (_, Some(feed)) => fed(line, *first, formula, feed),
                    _ => continue,
                };
                let weight = match operands.get(1) {
                    Some((id, _)) => Some(self.kernel.line(*id, row, line.month, None, environment)?),
                    None => None,
                };
                let jobs = formula.unit == Unit::of(Dimension::Etpt) || formula.unit == Unit::of(Dimension::Etpf);
                let month = if jobs || formula.grain == Grain::Agent { line.right } else { line.month };
                let code = aggregate.level.and_then(|a| line.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
                let agent = matricule.and_then(|a| line.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
                let row = Contribution { month, member: &code, agent: &agent, value: &value, weight: weight.as_ref() };
                levels.add(*id, aggregate.gathering, row);
            }
        }
        Ok(())
    }

    fn concerns(&self, month: Month) -> bool {
        self.only.is_none_or(|(first, last)| first <= month && month <= last)
    }

    fn share(&self, stratum: &Stratum, levels: &mut Levels) -> Result<(), Fault> {
        for id in &stratum.distributions {
            let Some(d) = self.program.distributions.get(id.index()) else { continue };
            let environment = Environment { parameters: self.parameters, levels };
            let mut weights: BTreeMap<(Month, Member), Weights> = BTreeMap::new();
            for crew in self.crews {
                let answers = Answers::of(*crew, environment, &[d.weight], 0..crew.cohort.months().len(), Mode::Paid);
                for agent in 0..crew.cohort.len() {
                    let (own, matricule) = (answers.agent(agent)?, crew.cohort.matricule(agent));
                    for (k, (month, _)) in crew.cohort.months().iter().enumerate() {
                        let Value::Known(x) = own.value(k, 0) else { continue };
                        let (Some(codes), Some(matricule)) = (crew.cohort.last_codes(agent, k), matricule) else { continue };
                        let code = d.level.and_then(|a| codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
                        weights.entry((*month, code)).or_default().push((Arc::clone(matricule), x));
                    }
                }
            }
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

/// The values of an agent that a stratum asks for.
struct AgentAnswers<'v> {
    own: Own<'v>,
    by_agent: &'v [FormulaId],
    situations: &'v SituationValues,
    by_situation: &'v [FormulaId],
}

impl AgentAnswers<'_> {
    /// Of a month, and of a situation of it when the formula is of situations.
    fn at(&self, id: FormulaId, month: usize, situation: Option<usize>) -> Option<Value> {
        match situation {
            None => self.by_agent.iter().position(|f| *f == id).map(|at| self.own.value(month, at)),
            Some(s) => {
                let at = self.by_situation.iter().position(|f| *f == id)?;
                self.situations.get(month)?.get(s)?.get(at).cloned()
            }
        }
    }
}

fn structure_of(codes: &[Arc<str>]) -> &str {
    attribute("structure").and_then(|a| codes.get(a.index())).map_or("?", |code| code)
}

/// What a delivered or carried line says of a formula that feeds.
fn fed(line: &Line, id: FormulaId, formula: &Formula, feed: &Feed) -> Value {
    let in_scope =
        || if formula.scope.ranges.is_empty() { codes_accepted(&line.codes, &formula.scope) } else { line.row().is_in(&formula.scope) };
    let delivered = line.origin == Origin::Constate && in_scope();
    let concerned = match feed {
        Feed::Rubriques(list, _) => line.origin == Origin::Carried(id) || (delivered && list.iter().any(|r| r == line.code("rubrique"))),
        Feed::Job(_) => line.origin == Origin::Carried(id) || delivered,
    };
    if !concerned {
        return Value::NotApplicable;
    }
    Value::Known(match feed {
        Feed::Rubriques(..) => line.amount.to_exact(),
        Feed::Job(Job::Etpt) => line.etpt().clone(),
        Feed::Job(Job::Etpf) => line.etpf().clone(),
    })
}

/// A row that contributes.
struct Contributor<'r> {
    month: Month,
    matricule: &'r Arc<str>,
    row: &'r Row,
    /// How the month is split, where something asks for it.
    keys: Option<&'r Keys>,
}

fn contribute(
    want: &OfAgents<'_>,
    formula: &Formula,
    one: &Contributor<'_>,
    (value, weight): (&Value, Option<&Value>),
    coder: &mut Coder<'_>,
    levels: &mut Levels,
) {
    let Aggregate { gathering, level, selection, .. } = want.aggregate;
    let mut add = |row: &Row, value: &Value, weight: Option<&Value>| {
        if row.is_in(selection) {
            let code = level.and_then(|a| row.codes.get(a.index())).cloned().unwrap_or_else(|| Member::from(""));
            let row = Contribution { month: one.month, member: &code, agent: one.matricule, value, weight };
            levels.add(want.id, *gathering, row);
        }
    };
    let Some(keys) = one.keys.filter(|_| want.split) else {
        add(one.row, value, weight);
        return;
    };
    for (k, p, part_value, part_weight) in parts(*gathering, formula, value, weight, keys) {
        let mut part = one.row.clone();
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

/// Is a formula of lines the amount of the line itself, for whom its codes say? There are millions of lines: no row is made for those.
pub(crate) fn amount_itself(program: &Program, id: FormulaId) -> bool {
    let Some(f) = program.formula(id).filter(|f| f.grain == Grain::Line && f.rounding.is_none() && f.scope.ranges.is_empty()) else {
        return false;
    };
    let [case] = f.cases.as_slice() else { return false };
    let amount = column("montant");
    case.selection.is_all() && matches!(program.node(case.value).map(|n| &n.op), Some(Op::Column(c)) if Some(*c) == amount)
}
