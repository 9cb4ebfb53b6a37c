//! A question of the console, asked of a scenario kept ready: the cells of one measure, without running the scenario again.

use std::collections::BTreeSet;
use std::sync::Arc;

use ahash::AHashSet;
use cadrage_cube::References;
use cadrage_driver::{AskedPeriod, Compiled, Nature, Question, Report};
use cadrage_engine::{Backend, Crew, Line, Member, Parameters, Stratum, Value, codes_accepted, split_job, strata_for};
use cadrage_ir::{Fault, Formula, Grain, NodeId, Op, Program, Selection, attribute};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Exact, Month};

use crate::confidentiality::Sight;
use crate::faults::diagnostic_of;
use crate::labels::label;
use crate::levels::Gatherer;
use crate::lines::place;
use crate::masking;
use crate::reports::{ReportHeading, ReportPeriod, ReportRow, ReportTable, digits};
use crate::run::{self, Projection, RunError};
use crate::study::Ground;

/// What a question is answered with.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Columns are periods, rows the whole and the members asked for.
    pub(crate) table: ReportTable,
    /// All the months looked at, in order.
    pub(crate) months: Vec<Month>,
    /// The last constaté month.
    pub(crate) last: Month,
    /// How many agents it is about, when it is about agents.
    pub(crate) agents: Option<usize>,
    /// The whole at the last of the months, when it is not what a period adds up to.
    pub(crate) at_the_end: Option<Exact>,
}

/// What a scenario gives, kept to be asked of.
pub(crate) struct Standing<'a> {
    pub(crate) ground: &'a Ground<'a>,
    pub(crate) projection: &'a Projection,
}

impl Standing<'_> {
    /// Answers the question of scripts that are those of the scenario, and a question.
    ///
    /// # Errors
    /// A period the scenario does not cover, a fault met while computing.
    pub(crate) fn ask(&self, compiled: &Compiled, sight: &Sight, backend: &dyn Backend) -> Result<Asked, RunError> {
        let Some(question) = &compiled.model.question else { return Err(RunError::Diagnostics(Vec::new())) };
        let found = run::find(compiled, &self.projection.scenario);
        let program = found.map_or(&compiled.program, |scenario| compiled.runs(scenario).1);
        let first = self.projection.lines.iter().map(|l| l.month).min().unwrap_or(self.projection.last.january());
        let columns = self.columns(question, first)?;
        // The scripts of the question may declare constants that those of the scenario did not.
        let parameters = found.map_or_else(|| self.projection.parameters.clone(), |scenario| run::parameters(scenario, program).0);
        let asked = self
            .answer((question, &parameters), program, &columns, backend)
            .map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
        self.told(question, program, asked, sight)
    }

    /// The answer for who looks: what would tell an individual is refused, or reunited with others (decision 0191).
    fn told(&self, question: &Question, program: &Program, mut asked: Asked, sight: &Sight) -> Result<Asked, RunError> {
        if sight.tells_agents() || asked.agents.is_none() && question.nature == Nature::Value {
            return Ok(asked);
        }
        // Agents are counted month by month from the exercice under way on.
        if asked.months.iter().any(|m| *m < self.projection.last.january()) {
            return Err(sight.refusal(&format!("`{}` remonte avant l'exercice en cours", question.measure.text), question.when));
        }
        let like = Report {
            name: question.measure.text.clone(),
            label: question.measure.text.clone(),
            levels: question.levels.clone(),
            columns: Vec::new(),
            analysis: None,
            analysis_level: None,
            splits: vec![String::new()],
            measures: vec![question.measure.clone()],
            export: None,
            span: question.when,
        };
        asked.table = masking::report(&like, program, std::slice::from_ref(self.projection), asked.table, sight)?;
        // One month of a period may be of fewer than the whole of it.
        asked.at_the_end = None;
        Ok(asked)
    }

    fn answer(
        &self,
        (question, parameters): (&Question, &Parameters),
        program: &Program,
        columns: &[(ReportPeriod, Vec<Month>)],
        backend: &dyn Backend,
    ) -> Result<Asked, Fault> {
        let (p, people) = (self.projection, self.ground.people());
        let kernel = backend.prepare(program);
        let loaded = kernel.load(&people.cohort);
        let formulas = question.levels.iter().flat_map(|l| l.formulas.iter().flatten().copied()).collect::<Vec<_>>();
        let mut coder = self.ground.coder();
        let crew = Crew { kernel: &*kernel, loaded: &*loaded, cohort: &people.cohort };
        let asked = || columns.iter().flat_map(|(_, m)| m).copied();
        let only = asked().min().zip(asked().max()).filter(|_| of_its_months(program, &strata_for(program, &formulas)));
        let gatherer = Gatherer { only, ..Gatherer::over(people, &crew, program, parameters) };
        let mut levels = gatherer.read_by(&formulas, &p.lines, &mut coder)?;
        let (unit, factor) = &question.measure.shown;
        let mut rows = Vec::new();
        for level in &question.levels {
            let Some(formula) = level.formulas.first().and_then(|f| f.first()) else { continue };
            let members: Vec<Member> = levels.members(level.attribute).map(|(m, _)| Member::clone(m)).collect();
            for member in members {
                let mut values = Vec::with_capacity(columns.len());
                for (_, months) in columns {
                    let value = kernel.period(*formula, months, &member, parameters, &mut levels)?;
                    values.push(if let Value::Known(x) = value { Some(&x / factor) } else { None });
                }
                if level.depth == 0 || values.iter().flatten().any(|x| !x.is_zero()) {
                    let references = &self.ground.cube().references;
                    rows.push(row(references, level.depth, &level.word, &member, values));
                }
            }
        }
        let months: Vec<Month> = columns.iter().flat_map(|(_, m)| m).copied().collect::<BTreeSet<_>>().into_iter().collect();
        let mut at_the_end = None;
        if let (Some(formula), [(ReportPeriod::Year(_), own)]) = (formulas.first(), columns)
            && let Some(last) = own.last()
            && let Value::Known(x) = kernel.period(*formula, &[*last], &Member::from(""), parameters, &mut levels)?
        {
            at_the_end = Some(&x / factor);
        }
        let agents = self.count(question, program, &months);
        let heading = |(period, own): &(ReportPeriod, Vec<Month>)| ReportHeading {
            scenario: p.scenario.clone(),
            period: period.clone(),
            split: String::new(),
            projected: own.last().is_some_and(|m| *m > p.last),
        };
        let table = ReportTable {
            name: question.measure.text.clone(),
            label: question.measure.text.clone(),
            measures: vec![(question.measure.text.clone(), unit.clone(), digits(&question.measure.unit, factor))],
            scenarios: vec![(p.scenario.clone(), p.last)],
            columns: columns.iter().map(heading).collect(),
            rows,
        };
        Ok(Asked { table, months, last: p.last, agents, at_the_end })
    }

    /// The periods of a question, each with its months that the scenario has.
    fn columns(&self, question: &Question, first: Month) -> Result<Vec<(ReportPeriod, Vec<Month>)>, RunError> {
        let p = self.projection;
        let (start, until) = (p.last.january(), p.until);
        let of = |year: i32| first.through(until).filter(|m| m.year() == year).collect::<Vec<Month>>();
        let year = |y: i32| vec![(ReportPeriod::Year(y), of(y))];
        let month = |m: Month| vec![(ReportPeriod::Month(m), if m < first || m > until { Vec::new() } else { vec![m] })];
        let out = match question.period {
            AskedPeriod::Month(m) => month(m),
            AskedPeriod::Year(y) => year(y),
            AskedPeriod::LastYear => year(until.year()),
            AskedPeriod::LastMonth => month(until),
            AskedPeriod::EachMonth(None) => start.through(until).flat_map(month).collect(),
            AskedPeriod::EachMonth(Some(y)) => of(y).into_iter().flat_map(month).collect(),
            AskedPeriod::EachYear => (first.year()..=until.year()).flat_map(year).collect(),
        };
        if out.iter().all(|(_, months)| months.is_empty()) {
            let asked = match question.period {
                AskedPeriod::Month(m) => m.to_french(),
                AskedPeriod::Year(y) | AskedPeriod::EachMonth(Some(y)) => y.to_string(),
                _ => "cette période".to_owned(),
            };
            let diagnostic = Diagnostic::new(Code::T14, format!("`{}` ne va pas jusque-là : {asked}", p.scenario), question.when)
                .here("hors du scénario")
                .help(format!("ce scénario va de {} à {}", first.to_french(), until.to_french()));
            return Err(RunError::Diagnostics(vec![diagnostic]));
        }
        Ok(out)
    }

    /// How many agents the question is about: those paid by the lines it reads, or those there in its selection.
    fn count(&self, question: &Question, program: &Program, months: &[Month]) -> Option<usize> {
        let root = question.levels.first()?.formulas.first()?.first()?;
        let strata = strata_for(program, &[*root]);
        let (of_agents, of_lines) = (strata.iter().any(|s| !s.aggregates.is_empty()), strata.iter().any(|s| !s.line_aggregates.is_empty()));
        if !of_agents && !of_lines {
            return None;
        }
        let wanted: BTreeSet<Month> = months.iter().copied().collect();
        if !of_agents {
            if !question.selection.ranges.is_empty() {
                return None;
            }
            // Lines of the same codes are of the same agent, in the selection or not.
            let mut met = AHashSet::new();
            let fresh = |l: &&Line| wanted.contains(&l.month) && met.insert(Arc::as_ptr(&l.codes));
            let own = self.projection.lines.iter().filter(fresh).filter(|l| codes_accepted(&l.codes, &question.selection));
            let found: BTreeSet<&str> = own.map(|l| l.code("matricule")).collect();
            return Some(found.iter().filter(|m| !matches!(**m, "" | "?")).count());
        }
        question.selection.ranges.is_empty().then(|| self.present(&question.selection, &wanted))
    }

    /// Agents with a situation in the selection in one of these months, their splits included.
    fn present(&self, selection: &Selection, months: &BTreeSet<Month>) -> usize {
        let people = self.ground.people();
        let cohort = &people.cohort;
        let mut coder = self.ground.coder();
        let structure = attribute("structure");
        let mut there = |agent: usize| {
            cohort.months().iter().enumerate().filter(|(_, (m, _))| months.contains(m)).any(|(k, (month, _))| {
                let Some(codes) = cohort.last_codes(agent, k) else { return false };
                if selection.codes.is_empty() || codes_accepted(&codes, selection) {
                    return true;
                }
                let own = structure.and_then(|a| codes.get(a.index())).map_or("?", |code| &**code);
                let keys = people.keys(agent, own, *month);
                split_job(&Exact::ONE, &keys).into_iter().any(|(i, p, _)| {
                    let mut part: Vec<Arc<str>> = codes.clone();
                    place(&mut part, &keys, i, p, &mut coder);
                    codes_accepted(&part, selection)
                })
            })
        };
        (0..cohort.len()).filter(|agent| there(*agent)).count()
    }
}

/// Is what is gathered of a month read in that month only? Then the others need not be.
fn of_its_months(program: &Program, strata: &[Stratum]) -> bool {
    let Some((_, above)) = strata.split_first() else { return true };
    // Agents that read levels may read them in other months.
    let agents_read_none = strata.iter().all(|s| s.distributions.is_empty()) && above.iter().all(|s| s.aggregates.is_empty());
    let aggregates = strata.iter().flat_map(|s| s.aggregates.iter().chain(&s.line_aggregates));
    let operands = aggregates.filter_map(|id| program.aggregates.get(id.index())).flat_map(|a| a.gathering.operands());
    let of_agents = |f: &Formula| matches!(f.grain, Grain::Agent | Grain::Situation);
    let read = strata.iter().flat_map(|s| s.formulas.iter().copied()).chain(operands);
    agents_read_none && read.filter_map(|id| program.formula(id)).filter(|f| !of_agents(f)).all(|f| !reads_other_months(program, f))
}

fn reads_other_months(program: &Program, formula: &Formula) -> bool {
    let mut nodes: Vec<NodeId> = formula.cases.iter().map(|c| c.value).collect();
    while let Some(op) = nodes.pop().and_then(|n| program.node(n)).map(|n| &n.op) {
        let elsewhere = matches!(
            op,
            Op::Cumulative(_)
                | Op::OverYear(..)
                | Op::PreviousMonth(_)
                | Op::PreviousYear(_)
                | Op::InMonth(..)
                | Op::LastPaid(_)
                | Op::Observed(_)
        );
        if elsewhere {
            return true;
        }
        nodes.extend(Program::operands(op));
    }
    false
}

fn row(references: &References, depth: usize, level: &str, member: &Member, values: Vec<Option<Exact>>) -> ReportRow {
    let label = if depth == 0 { "Total".to_owned() } else { label(references, level, member) };
    ReportRow { level: level.to_owned(), depth, code: member.to_string(), label, values: vec![values] }
}
