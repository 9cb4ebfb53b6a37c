//! A figure that many agents make together: what contributes to it, by member of a level then by agent, in decreasing order; the
//! constants and hypotheses that carry it; what is missing.

use std::collections::BTreeSet;

use cadrage_driver::Level;
use cadrage_engine::{Crew, Levels, Line, Member, Origin, Stratum, Value};
use cadrage_ir::{
    ATTRIBUTES, Aggregate, AggregateId, Aggregation, AttributeId, Formula, FormulaId, Gathering, Grain, Op, OverMonths, ParameterId,
    Program, Selection, attribute,
};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_value::{Exact, Month};

use super::ground::{Explainer, Whole};
use super::merged::merged;
use super::shown::Writing;
use super::steps::writing_of_formula;
use super::{Entry, ExplainRequest, Rule, Shown, place};
use crate::faults::diagnostic_of;
use crate::labels::label;
use crate::levels::{Gatherer, amount_itself};
use crate::run::RunError;

/// A measure over a box and a period, gathered.
pub(super) struct Gathered {
    pub(super) total: Value,
    pub(super) missing: usize,
    /// Distinct agents.
    pub(super) agents: usize,
    /// By member of the level, then by agent.
    pub(super) cuts: Vec<Cut>,
}

/// What each member of a level has.
pub(super) struct Cut {
    pub(super) level: AttributeId,
    /// Code, value, distinct agents.
    pub(super) members: Vec<(Member, Value, usize)>,
}

/// What is asked of an aggregate.
#[derive(Clone, Copy)]
pub(super) struct Asked<'r> {
    pub(super) formula: FormulaId,
    pub(super) scope: &'r Selection,
    pub(super) months: &'r [Month],
    /// Levels that it is cut into.
    pub(super) levels: &'r [AttributeId],
    pub(super) most: usize,
    pub(super) span: Span,
}

impl Explainer<'_> {
    /// The levels that an aggregate is cut into: the one asked for, or the next one inside the box; then agents.
    pub(super) fn levels_of(&self, request: &ExplainRequest, formula: &Formula) -> Vec<AttributeId> {
        let of_lines = formula.grain == Grain::Line;
        let known = |a: AttributeId| ATTRIBUTES.get(a.index()).is_some_and(|spec| !of_lines || spec.line);
        let agents = attribute("matricule").filter(|a| known(*a));
        let next = match &request.level {
            Some(Level { attribute, .. }) => *attribute,
            None => next_level(&request.scope).filter(|a| known(*a)),
        };
        let mut out: Vec<AttributeId> = next.into_iter().chain(agents).collect();
        out.dedup();
        out
    }

    /// The entry of an aggregate: its value and how it is cut. Adds what is missing to `missing`.
    pub(super) fn aggregate(&self, asked: Asked<'_>, missing: &mut usize) -> Result<(Entry, usize), RunError> {
        let Some(formula) = self.program.formula(asked.formula) else { return Ok((Entry::default(), 0)) };
        let told = self.compiled.formula_words(formula.span);
        let writing = writing_of_formula(formula, told.as_ref());
        let mut out = Entry {
            words: formula.name.clone(),
            name: formula.name.clone(),
            label: formula.label.clone(),
            place: place::short(self.compiled, formula.span),
            location: self.compiled.sources.place(formula.span),
            source: formula.source.clone().unwrap_or_default(),
            ..Entry::default()
        };
        if let Aggregation::Ratio(above, below) = formula.aggregation {
            return self.ratio(asked, (above, below), &writing, out, missing);
        }
        if formula.aggregation == Aggregation::None || matches!(formula.grain, Grain::Level(_)) {
            return Err(never_added(formula, asked.span));
        }
        let gathered = self.gather(asked, formula)?;
        *missing += gathered.missing;
        out.value = writing.value(&gathered.total);
        if !self.sight.tells(gathered.agents) {
            return Err(self.sight.refusal(&format!("`{}` n'est ici que de {}", formula.name, people(gathered.agents)), asked.span));
        }
        if let [case] = formula.cases.as_slice() {
            let words = self.compiled.words(case.span);
            let grain = &formula.grain;
            out.remarks.push(format!("somme de « {words} » {grain}"));
        }
        if let Aggregation::Mean(weight) = formula.aggregation {
            let name = self.program.formula(weight).map_or("", |f| f.name.as_str());
            out.remarks = vec![format!("moyenne pondérée par {name}")];
        }
        out.rule = Rule::Cuts;
        for cut in &gathered.cuts {
            out.entries.extend(self.cut(cut, &gathered, formula, &writing, asked.most));
        }
        Ok((out, gathered.agents))
    }

    /// A quotient of two measures: each is gathered, and cut.
    fn ratio(
        &self,
        asked: Asked<'_>,
        (above, below): (FormulaId, FormulaId),
        writing: &Writing,
        mut out: Entry,
        missing: &mut usize,
    ) -> Result<(Entry, usize), RunError> {
        let (a, agents) = self.aggregate(Asked { formula: above, ..asked }, missing)?;
        let (b, others) = self.aggregate(Asked { formula: below, ..asked }, missing)?;
        let quotient = a.value.exact.as_ref().zip(b.value.exact.as_ref()).and_then(|(a, b)| a.checked_div(b));
        out.value = writing.value(&quotient.map_or(Value::NotApplicable, Value::Known));
        out.sentence = format!("{} / {}", a.name, b.name);
        out.rule = Rule::Sentence;
        out.remarks.push("rapport de deux sommes, jamais additionné".to_owned());
        out.entries = vec![a, b];
        Ok((out, agents.max(others)))
    }

    /// One cut: members in decreasing order, those that may not be told reunited, then the rest.
    fn cut(&self, cut: &Cut, gathered: &Gathered, formula: &Formula, writing: &Writing, most: usize) -> Option<Entry> {
        let name = ATTRIBUTES.get(cut.level.index()).map_or("", |a| a.name);
        let agents = name == "matricule";
        let word = if agents { "agent" } else { name };
        let adds = matches!(formula.aggregation, Aggregation::Sum | Aggregation::SumThenMean | Aggregation::SumThenLast);
        let mut out = Entry { name: format!("par {word}"), words: format!("par {word}"), ..Entry::default() };
        out.value = writing.value(&gathered.total);
        out.rule = match formula.aggregation {
            Aggregation::Distinct => Rule::Heads,
            Aggregation::Mean(_) => Rule::Weighted,
            _ => Rule::Sum,
        };
        if agents && !self.sight.tells_agents() {
            out.rule = Rule::Given;
            out.remarks.push(format!("{} : montrés un à un à qui « peut voir agents » (`--rôle …`)", people(gathered.agents)));
            return Some(out);
        }
        let heads: Vec<usize> = cut.members.iter().map(|m| m.2).collect();
        let hidden = if agents { vec![false; heads.len()] } else { self.sight.hidden(&heads) };
        let mut shown: Vec<(&Member, &Value, usize)> = Vec::new();
        let mut kept: (Exact, usize, usize) = (Exact::ZERO, 0, 0);
        for ((code, value, heads), hidden) in cut.members.iter().zip(&hidden) {
            if *hidden {
                kept = (&kept.0 + &value.or_zero().unwrap_or(Exact::ZERO), kept.1 + 1, kept.2 + heads);
            } else {
                shown.push((code, value, *heads));
            }
        }
        let size = |v: &Value| v.or_zero().map_or(Exact::ZERO, |x| if x.is_negative() { -x } else { x });
        shown.retain(|(_, v, _)| !matches!(v, Value::NotApplicable) && **v != Value::Known(Exact::ZERO));
        shown.sort_by(|a, b| size(b.1).cmp(&size(a.1)).then_with(|| a.0.cmp(b.0)));
        for (code, value, heads) in shown.iter().take(most) {
            let mut one = Entry { words: code.to_string(), name: code.to_string(), value: writing.value(value), ..Entry::default() };
            if !agents {
                let text = label(&self.cube.references, name, code);
                if text != ***code {
                    one.label = text;
                }
                if out.rule != Rule::Heads {
                    one.remarks.push(people(*heads));
                }
            }
            if adds {
                one.remarks.extend(share(value, &gathered.total));
            }
            out.entries.push(one);
        }
        let rest: Vec<&(&Member, &Value, usize)> = shown.iter().skip(most).collect();
        if adds && !rest.is_empty() {
            let sum: Exact = rest.iter().filter_map(|(_, v, _)| v.or_zero()).sum();
            let name = others(rest.len(), agents);
            out.entries.push(Entry { words: name.clone(), name, value: writing.number(&sum), ..Entry::default() });
        } else if !rest.is_empty() {
            out.remarks.push(format!("et {}", others(rest.len(), agents)));
        }
        if kept.1 > 0 {
            let name = format!("{} membres réunis", kept.1);
            let value = if adds { writing.number(&kept.0) } else { Shown::default() };
            let why = format!("{}, trop peu pour être montrés un à un", people(kept.2));
            out.entries.push(Entry { words: name.clone(), name, value, remarks: vec![why], ..Entry::default() });
        }
        if formula.aggregation == Aggregation::Distinct && !agents {
            out.remarks.push("une personne de plusieurs membres compte dans chacun".to_owned());
        }
        Some(out)
    }

    /// A measure over a box and a period, whole, by member and by agent.
    pub(super) fn gather(&self, asked: Asked<'_>, formula: &Formula) -> Result<Gathered, RunError> {
        let whole = self.whole()?;
        let id = asked.formula;
        let gathering = match formula.aggregation {
            Aggregation::Distinct => Gathering::Heads(id),
            Aggregation::Mean(weight) => Gathering::Mean { value: id, weight: Some(weight) },
            _ => Gathering::Sum(id),
        };
        let over = match formula.aggregation {
            Aggregation::SumThenMean => OverMonths::Mean,
            Aggregation::SumThenLast | Aggregation::Distinct => OverMonths::Last,
            _ => OverMonths::Sum,
        };
        let mut program: Program = self.program.clone();
        let mut add = |gathering, level| {
            program.aggregates.push(Aggregate { gathering, level, selection: asked.scope.clone(), over, span: asked.span });
            AggregateId::at(program.aggregates.len() - 1)
        };
        let levels: Vec<Option<AttributeId>> = std::iter::once(None).chain(asked.levels.iter().copied().map(Some)).collect();
        let ids: Vec<(AggregateId, AggregateId)> =
            levels.iter().map(|level| (add(gathering, *level), add(Gathering::Heads(id), *level))).collect();
        let all: Vec<AggregateId> = ids.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let found = self.gathered(whole, &program, &all, asked)?;
        let (Some((total, heads)), months) = (ids.first(), asked.months) else {
            return Ok(Gathered { total: Value::NotApplicable, missing: 0, agents: 0, cuts: Vec::new() });
        };
        let mut cuts = Vec::new();
        for (level, (value, heads)) in levels.iter().zip(&ids) {
            let Some(level) = level else { continue };
            let members = found.contributed(*value, months).into_iter().filter(|m| !m.is_empty());
            let members = members.map(|m| {
                let count = found.heads(*heads, months, &m).len();
                let value = found.aggregate_over(&program, *value, months, &m);
                (m, value, count)
            });
            cuts.push(Cut { level: *level, members: members.collect() });
        }
        Ok(Gathered {
            total: found.aggregate_over(&program, *total, months, ""),
            missing: found.missing_in(*total, months, ""),
            agents: found.heads(*heads, months, "").len(),
            cuts,
        })
    }

    fn gathered(&self, whole: &Whole<'_>, program: &Program, ids: &[AggregateId], asked: Asked<'_>) -> Result<Levels, RunError> {
        let Asked { months, scope, .. } = asked;
        let kernel = self.kernel();
        let loaded = kernel.load(&whole.people.cohort);
        let crew = Crew { kernel, loaded: &*loaded, cohort: &whole.people.cohort };
        let only = months.first().copied().zip(months.last().copied());
        let gatherer = Gatherer { only, ..Gatherer::over(&whole.people, &crew, program, &self.parameters) };
        let of_lines = |id: &AggregateId| {
            let operands = program.aggregates.get(id.index()).into_iter().flat_map(|a| a.gathering.operands());
            operands.filter_map(|f| program.formula(f)).any(|f| f.grain == Grain::Line)
        };
        let (line_aggregates, aggregates) = ids.iter().copied().partition(of_lines);
        // What feeds is read on delivered lines too.
        let of_fed = |id: &AggregateId| {
            let operands = program.aggregates.get(id.index()).into_iter().flat_map(|a| a.gathering.operands());
            operands.filter_map(|f| program.formula(f)).any(|f| f.feeds.is_some())
        };
        let stratum_reads_lines = ids.iter().any(|id| of_lines(id) || of_fed(id));
        let stratum = Stratum { aggregates, line_aggregates, ..Stratum::default() };
        let mut levels = self.levels_for(asked.formula)?;
        let mut coder = self.coder();
        // Each aggregate walks its lines: those of other months and of nobody asked for are left behind once.
        let inside = |month: Month| only.is_some_and(|(first, last)| first <= month && month <= last);
        let own = |l: &&Line| (inside(l.month) || inside(l.right)) && cadrage_engine::codes_accepted(&l.codes, scope);
        let lines: Vec<Line> = match () {
            () if !stratum_reads_lines => Vec::new(),
            () if self.adds_amounts(program, ids, asked) => merged(&whole.projection.lines, months, scope),
            () => whole.projection.lines.iter().filter(own).cloned().collect(),
        };
        let done = gatherer.stratum(&stratum, &lines, &mut coder, &mut levels);
        done.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?;
        Ok(levels)
    }

    /// Do these aggregates add what was paid, whichever of the months it was paid in?
    fn adds_amounts(&self, program: &Program, ids: &[AggregateId], asked: Asked<'_>) -> bool {
        let plain = |f: FormulaId| {
            let same = asked.months.iter().all(|month| self.parameters.formula_in(f, *month) == f);
            same && amount_itself(program, f) && program.formula(f).is_some_and(|f| f.feeds.is_none())
        };
        asked.scope.ranges.is_empty()
            && ids.iter().filter_map(|id| program.aggregates.get(id.index())).all(|aggregate| {
                let summed = !matches!(aggregate.gathering, Gathering::Mean { .. }) && aggregate.over == OverMonths::Sum;
                summed && aggregate.gathering.operands().all(plain)
            })
    }

    /// The constants and hypotheses that the formulas of an aggregate read, those a scenario sets first.
    pub(super) fn carriers(&self, formula: FormulaId, scope: &Selection, months: &[Month]) -> Result<Vec<Entry>, RunError> {
        let mut roots: BTreeSet<FormulaId> = self.operands_of(formula).into_iter().collect();
        let of_lines = roots.iter().any(|f| self.program.formula(*f).is_some_and(|f| f.grain == Grain::Line));
        if of_lines {
            // There are millions of lines and some hundreds of formulas: a line of a formula met before is not looked at.
            for line in self.whole()?.projection.lines.iter().filter(|l| months.contains(&l.month)) {
                let (Origin::Computed(f) | Origin::Rappel(f) | Origin::Carried(f)) = line.origin else { continue };
                if !roots.contains(&f) && cadrage_engine::codes_accepted(&line.codes, scope) {
                    roots.insert(f);
                }
            }
        }
        let month = months.last().copied().unwrap_or(self.scenario.until);
        let mut out: Vec<Entry> = self.read_by(&roots).into_iter().map(|p| self.carrier(p, month)).collect();
        out.sort_by(|a, b| b.mark.cmp(&a.mark).then_with(|| a.name.cmp(&b.name)));
        Ok(out)
    }

    fn operands_of(&self, formula: FormulaId) -> Vec<FormulaId> {
        match self.program.formula(formula).map(|f| f.aggregation) {
            Some(Aggregation::Ratio(a, b)) => self.operands_of(a).into_iter().chain(self.operands_of(b)).collect(),
            _ => vec![formula],
        }
    }

    fn carrier(&self, id: ParameterId, month: Month) -> Entry {
        let value = self.parameters.value(id, month, None);
        let words = self.program.parameter(id).map_or_else(String::new, |p| p.name.clone());
        let mut out = self.parameter(id, &words, month, None, &value.clone().map_or(Value::Missing, Value::Known));
        let changed = self.scenario.layers.iter().any(|l| l.value().is_some_and(|m| m.parameter == id));
        if value.is_none() {
            out.value = Shown { text: "selon les agents".to_owned(), ..Shown::default() };
        }
        out.choices.clear();
        out.remarks.retain(|r| !r.contains("ne concerne"));
        if changed && out.mark == super::Mark::None {
            out.mark = super::Mark::Hypothesis;
            out.remarks.push("changée pour certains par le scénario".to_owned());
        }
        out
    }

    /// The parameters that formulas read, through any formula.
    fn read_by(&self, roots: &BTreeSet<FormulaId>) -> BTreeSet<ParameterId> {
        let program = self.program;
        let mut seen: BTreeSet<FormulaId> = BTreeSet::new();
        let mut pending: Vec<FormulaId> = roots.iter().copied().collect();
        let mut out = BTreeSet::new();
        while let Some(id) = pending.pop() {
            let Some(formula) = program.formula(id).filter(|_| seen.insert(id)) else { continue };
            let mut nodes: Vec<_> = formula.cases.iter().map(|c| c.value).collect();
            while let Some(node) = nodes.pop().and_then(|n| program.node(n)) {
                match &node.op {
                    Op::Parameter(p) => drop(out.insert(*p)),
                    Op::Brackets(b, ..) => out.extend(program.brackets.get(b.index()).and_then(|b| b.scale)),
                    Op::PreviousMonth(f) | Op::PreviousYear(f) | Op::InMonth(f, _) | Op::OverYear(f, _) => pending.push(*f),
                    _ => {}
                }
                nodes.extend(Program::operands(&node.op));
            }
            pending.extend(program.same_month_reads(formula));
        }
        out
    }
}

/// `214 agents`.
pub(super) fn people(count: usize) -> String {
    if count > 1 { format!("{count} agents") } else { format!("{count} agent") }
}

/// `3 autres agents`, `1 autre`.
pub(super) fn others(count: usize, agents: bool) -> String {
    let s = if count > 1 { "s" } else { "" };
    if agents { format!("{count} autre{s} agent{s}") } else { format!("{count} autre{s}") }
}

fn share(value: &Value, total: &Value) -> Option<String> {
    let (Value::Known(x), Value::Known(total)) = (value, total) else { return None };
    let part = x.checked_div(total)?;
    Some(format!("{} %", (&part * &Exact::from_int(100)).to_french(1)))
}

fn never_added(formula: &Formula, span: Span) -> RunError {
    let message = format!("`{}` ne s'additionne pas d'un agent à l'autre", formula.name);
    let help = match &formula.grain {
        Grain::Level(level) => format!("expliquez-la pour un membre : `expliquer {} pour {level} …`", formula.name),
        _ => format!("expliquez-la pour un agent : `expliquer {} pour agent …`", formula.name),
    };
    RunError::Diagnostics(vec![Diagnostic::new(Code::A01, message, span).help(help)])
}

/// The level inside a box that reads best: composantes, then their structures, then corps, then grades.
fn next_level(scope: &Selection) -> Option<AttributeId> {
    let is_set = |name: &str| attribute(name).is_some_and(|a| scope.codes.contains_key(&a));
    let next = match () {
        () if !is_set("composante") && !is_set("structure") => "composante",
        () if !is_set("structure") => "structure",
        () if !is_set("corps") && !is_set("grade") => "corps",
        () if !is_set("grade") => "grade",
        () => return None,
    };
    attribute(next)
}
