//! Results before they are shown: what would tell an individual is reunited with others, or refused (decision 0191). Every form of a
//! result is made from what leaves here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_driver::{Report, ReportLevel};
use cadrage_engine::{Line, codes_accepted};
use cadrage_ir::{AttributeId, FormulaId, Gathering, Op, Program, Selection};
use cadrage_value::{Exact, Month};

use crate::comparison::{ComparedMember, Comparison, Effect};
use crate::confidentiality::Sight;
use crate::reports::{ReportRow, ReportTable, months};
use crate::run::{Projection, RunError};

/// What reunited members are called.
fn reunited(count: usize) -> String {
    format!("{count} membres réunis, trop peu d'agents chacun")
}

/// A report for who looks. Rows of agents are refused; members of too few agents, in any of the columns, are reunited.
pub(crate) fn report(
    found: &Report,
    program: &Program,
    runs: &[Projection],
    table: ReportTable,
    sight: &Sight,
) -> Result<ReportTable, RunError> {
    if sight.tells_agents() {
        return Ok(table);
    }
    if table.rows.iter().any(|r| r.level == "agent") {
        return Err(sight.refusal(&format!("`{}` montre les agents un à un", found.name), found.span));
    }
    let mut counter = Counter { found, program, runs, known: BTreeMap::new() };
    let fewest: Vec<usize> = table.rows.iter().map(|row| counter.fewest(row, &table)).collect();
    if table.rows.iter().zip(&fewest).any(|(r, n)| r.depth == 0 && !sight.tells(*n)) {
        return Err(sight.refusal(&format!("`{}` est en tout de trop peu d'agents", found.name), found.span));
    }
    let additive: Vec<bool> = (0..table.measures.len()).map(|m| counter.adds(m)).collect();
    Ok(regrouped(table, &fewest, &additive, sight))
}

/// By member and month, who.
type Who = BTreeMap<(Arc<str>, Month), BTreeSet<Arc<str>>>;

/// How many agents are behind the cells of a report.
struct Counter<'r> {
    found: &'r Report,
    program: &'r Program,
    runs: &'r [Projection],
    /// By run, level and split.
    known: BTreeMap<(usize, usize, usize), Who>,
}

impl Counter<'_> {
    /// The fewest agents behind a cell of a row that says something.
    fn fewest(&mut self, row: &ReportRow, table: &ReportTable) -> usize {
        let Some(level) = self.found.levels.iter().position(|l| l.word == row.level) else { return 0 };
        let mut fewest = usize::MAX;
        for (c, heading) in table.columns.iter().enumerate() {
            let says = |v: &Vec<Option<Exact>>| v.get(c).is_some_and(|x| x.as_ref().is_some_and(|x| !x.is_zero()));
            if !row.values.iter().any(says) {
                continue;
            }
            let Some(run) = self.runs.iter().position(|p| p.scenario == heading.scenario) else { continue };
            let split = self.found.splits.iter().position(|s| *s == heading.split).unwrap_or(0);
            let months = self.runs.get(run).map_or_else(Vec::new, |p| months(&heading.period, p));
            let Some(count) = self.count((run, level, split), &row.code, &months) else { return 1 };
            fewest = fewest.min(count);
        }
        if fewest == usize::MAX { 0 } else { fewest }
    }

    /// Distinct agents of a member over months; `None` when the box of a measure cannot be counted on lines.
    fn count(&mut self, key: (usize, usize, usize), code: &str, months: &[Month]) -> Option<usize> {
        if !self.known.contains_key(&key) {
            let counted = self.all(key)?;
            self.known.insert(key, counted);
        }
        let known = self.known.get(&key)?;
        let code: Arc<str> = Arc::from(code);
        let who: BTreeSet<&Arc<str>> = months.iter().filter_map(|m| known.get(&(Arc::clone(&code), *m))).flatten().collect();
        // Money that is of nobody tells nobody.
        Some(who.iter().filter(|m| ***m != Arc::from("?")).count())
    }

    fn all(&self, (run, level, split): (usize, usize, usize)) -> Option<Who> {
        let level = self.found.levels.get(level)?;
        let boxes = self.boxes(level, split);
        if boxes.iter().any(|b| !b.ranges.is_empty()) {
            return None;
        }
        let matricule = cadrage_ir::attribute("matricule")?;
        let of = |line: &Line, a: Option<AttributeId>| a.and_then(|a| line.codes.get(a.index())).cloned().unwrap_or_else(|| Arc::from(""));
        let mut out = Who::new();
        for line in &self.runs.get(run)?.lines {
            if boxes.is_empty() || boxes.iter().any(|b| codes_accepted(&line.codes, b)) {
                out.entry((of(line, level.attribute), line.month)).or_default().insert(of(line, Some(matricule)));
            }
        }
        Some(out)
    }

    /// The boxes that the cells of a level gather.
    fn boxes(&self, level: &ReportLevel, split: usize) -> Vec<Selection> {
        let formulas = level.formulas.get(split).into_iter().flatten();
        let mut out: Vec<Selection> = Vec::new();
        for id in formulas.flat_map(|f| self.gathered(*f)) {
            if let Some(aggregate) = self.program.aggregates.get(id.index())
                && !out.contains(&aggregate.selection)
            {
                out.push(aggregate.selection.clone());
            }
        }
        out
    }

    fn gathered(&self, id: FormulaId) -> Vec<cadrage_ir::AggregateId> {
        let Some(formula) = self.program.formula(id) else { return Vec::new() };
        let mut pending: Vec<_> = formula.cases.iter().map(|c| c.value).collect();
        let mut out = Vec::new();
        while let Some(node) = pending.pop().and_then(|n| self.program.node(n)) {
            if let Op::Aggregate(a) = &node.op {
                out.push(*a);
            }
            pending.extend(Program::operands(&node.op));
        }
        out
    }

    /// Do the members of a measure add up?
    fn adds(&self, measure: usize) -> bool {
        let cells = self.found.levels.iter().flat_map(|l| &l.formulas).filter_map(|f| f.get(measure));
        cells.into_iter().all(|id| {
            let node = self.program.formula(*id).and_then(|f| f.cases.first()).and_then(|c| self.program.node(c.value));
            let aggregate = node.and_then(|n| if let Op::Aggregate(a) = &n.op { self.program.aggregates.get(a.index()) } else { None });
            aggregate.is_some_and(|a| matches!(a.gathering, Gathering::Sum(_)))
        })
    }
}

/// The rows with those that may not be told reunited, under each of the rows above them.
fn regrouped(table: ReportTable, fewest: &[usize], additive: &[bool], sight: &Sight) -> ReportTable {
    // By row: the one above it.
    let mut above: Vec<Option<usize>> = Vec::new();
    let mut stack: Vec<usize> = Vec::new();
    for (k, row) in table.rows.iter().enumerate() {
        stack.retain(|p| table.rows.get(*p).is_some_and(|r| r.depth < row.depth));
        above.push(stack.last().copied());
        stack.push(k);
    }
    let mut siblings: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    above.iter().enumerate().for_each(|(k, p)| siblings.entry(*p).or_default().push(k));
    let mut gone = vec![false; table.rows.len()];
    let mut made: BTreeMap<usize, ReportRow> = BTreeMap::new();
    for group in siblings.values() {
        let counts: Vec<usize> = group.iter().map(|k| fewest.get(*k).copied().unwrap_or(0)).collect();
        let hidden: Vec<usize> = group.iter().zip(sight.hidden(&counts)).filter(|(_, h)| *h).map(|(k, _)| *k).collect();
        let rows: Vec<&ReportRow> = hidden.iter().filter_map(|k| table.rows.get(*k)).collect();
        let (Some(first), Some(model)) = (hidden.first(), rows.first()) else { continue };
        let columns = model.values.first().map_or(0, Vec::len);
        let sum = |m: usize, c: usize| {
            let cells = rows.iter().filter_map(|r| r.values.get(m)?.get(c)?.clone());
            additive.get(m).copied().unwrap_or(false).then(|| cells.sum::<Exact>())
        };
        let values = (0..model.values.len()).map(|m| (0..columns).map(|c| sum(m, c)).collect()).collect();
        let (level, depth) = (model.level.clone(), model.depth);
        made.insert(*first, ReportRow { level, depth, code: String::new(), label: reunited(rows.len()), values });
        for k in &hidden {
            if let Some(slot) = gone.get_mut(*k) {
                *slot = true;
            }
        }
    }
    // What is under a row that is gone goes with it.
    for (k, parent) in above.iter().enumerate() {
        if parent.is_some_and(|p| gone.get(p).copied().unwrap_or(false)) {
            gone.get_mut(k).into_iter().for_each(|g| *g = true);
        }
    }
    let under_gone = |k: usize| above.get(k).copied().flatten().is_some_and(|p| gone.get(p).copied().unwrap_or(false));
    let mut rows = Vec::new();
    for (k, row) in table.rows.into_iter().enumerate() {
        if let Some(new) = made.remove(&k).filter(|_| !under_gone(k)) {
            rows.push(new);
        }
        if !gone.get(k).copied().unwrap_or(false) {
            rows.push(row);
        }
    }
    ReportTable { rows, ..table }
}

/// A comparison for who looks: nobody is named, effects and members of too few agents are reunited.
pub(crate) fn comparison(mut found: Comparison, heads: &BTreeMap<String, usize>, sight: &Sight) -> Comparison {
    if sight.tells_agents() {
        return found;
    }
    if let Some(level) = &mut found.level {
        let counts: Vec<usize> = level.members.iter().map(|m| heads.get(&m.code).copied().unwrap_or(0)).collect();
        let hidden = sight.hidden(&counts);
        let codes: BTreeSet<String> = level.members.iter().zip(&hidden).filter(|(_, h)| **h).map(|(m, _)| m.code.clone()).collect();
        if !codes.is_empty() {
            let (kept, gone): (Vec<ComparedMember>, Vec<ComparedMember>) = level.members.drain(..).partition(|m| !codes.contains(&m.code));
            let sum = |of: fn(&ComparedMember) -> &Exact| gone.iter().map(of).cloned().sum::<Exact>();
            let code = "réunis".to_owned();
            let one = ComparedMember { code: code.clone(), label: reunited(gone.len()), start: sum(|m| &m.start), end: sum(|m| &m.end) };
            level.members = kept.into_iter().chain([one]).collect();
            for effect in &mut found.effects {
                let together: Exact = effect.members.iter().filter(|(m, _)| codes.contains(*m)).map(|(_, x)| x.clone()).sum();
                effect.members.retain(|m, _| !codes.contains(m));
                if !together.is_zero() {
                    effect.members.insert(code.clone(), together);
                }
            }
        }
    }
    let legs: BTreeSet<_> = found.effects.iter().map(|e| e.leg).collect();
    let mut out: Vec<Effect> = Vec::new();
    for leg in legs {
        let own: Vec<Effect> = found.effects.iter().filter(|e| e.leg == leg).cloned().collect();
        let hidden = sight.hidden(&own.iter().map(|e| behind(e, sight)).collect::<Vec<_>>());
        let (gone, kept): (Vec<_>, Vec<_>) = own.into_iter().zip(hidden).partition(|(_, h)| *h);
        out.extend(kept.into_iter().map(|(e, _)| e));
        let gone: Vec<Effect> = gone.into_iter().map(|(e, _)| e).collect();
        let Some(first) = gone.first() else { continue };
        let mut members: BTreeMap<String, Exact> = BTreeMap::new();
        for (member, x) in gone.iter().flat_map(|e| &e.members) {
            let slot = members.entry(member.clone()).or_insert(Exact::ZERO);
            *slot = &*slot + x;
        }
        out.push(Effect {
            leg,
            rank: 98,
            key: "reunis".to_owned(),
            family: "autres",
            label: format!("{} effets réunis, trop peu d'agents chacun", gone.len()),
            amount: gone.iter().map(|e| e.amount.clone()).sum(),
            agents: BTreeMap::new(),
            parts: Vec::new(),
            members,
            place: first.place.clone().filter(|_| gone.len() == 1),
        });
    }
    out.iter_mut().for_each(|e| e.agents.clear());
    found.effects = out;
    found
}

/// How many agents an effect is of. A movement that nobody counted may be of one; a value is everybody's.
fn behind(effect: &Effect, sight: &Sight) -> usize {
    match effect.agents.len() {
        0 if effect.family == "effectifs" && !effect.amount.is_zero() => 1,
        0 => sight.minimum(),
        count => count,
    }
}

/// Distinct agents by member of a level over an exercice, those paid.
pub(crate) fn heads(lines: &[Line], year: i32, level: AttributeId) -> BTreeMap<String, usize> {
    let mut who: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.month.year() == year && l.code("matricule") != "?") {
        let code = line.codes.get(level.index()).map_or("", |c| c);
        who.entry(if code.is_empty() { "?".to_owned() } else { code.to_owned() }).or_default().insert(line.code("matricule"));
    }
    who.into_iter().map(|(code, agents)| (code, agents.len())).collect()
}
