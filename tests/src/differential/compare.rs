//! Everything two kernels give for the same program and people.

use std::fmt;

use cadrage_engine::{
    AgentFrame, Backend, Cohort, CohortBuilder, Environment, Kernel, Levels, Loaded, Member, Mode, Parameters, Question, Value,
};
use cadrage_ir::{AggregateId, Fault, FormulaId, Grain, Program, attribute};
use cadrage_value::Month;

use super::gather::{gather, months};
use crate::strategies::People;

/// What was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Values found equal.
    pub values: u64,
    /// Among them, numbers.
    pub known: u64,
    /// Faults found equal.
    pub faults: u64,
    /// Agents that the second engine computed one by one, among those it was given in columns.
    pub apart: u64,
    /// Agents it was given in columns.
    pub agents: u64,
}

impl Counts {
    /// Adds what another comparison counted.
    pub fn add(&mut self, other: Counts) {
        self.values += other.values;
        self.known += other.known;
        self.faults += other.faults;
        self.apart += other.apart;
        self.agents += other.agents;
    }
}

/// Where two engines part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What was asked.
    pub asked: String,
    /// What the first said.
    pub first: String,
    /// What the second said.
    pub second: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} : {} / {}", self.asked, self.first, self.second)
    }
}

/// One program run by two kernels on the same people.
struct Compared<'a> {
    program: &'a Program,
    parameters: &'a Parameters,
    people: &'a People,
    first: &'a dyn Kernel,
    second: &'a dyn Kernel,
    counts: Counts,
}

/// Compares all that both engines give: levels, agents in both modes, situations, lines, periods, columns and totals.
///
/// # Errors
/// The first difference met.
pub fn compare(
    program: &Program,
    parameters: &Parameters,
    people: &People,
    first: &dyn Backend,
    second: &dyn Backend,
) -> Result<Counts, Difference> {
    let (first, second) = (first.prepare(program), second.prepare(program));
    let mut compared = Compared { program, parameters, people, first: &*first, second: &*second, counts: Counts::default() };
    let mut levels = compared.levels()?;
    compared.agents(&levels)?;
    compared.lines(&levels)?;
    compared.columns(&levels)?;
    compared.periods(&mut levels)?;
    Ok(compared.counts)
}

/// How a value reads in a difference.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Known(x) => x.to_string(),
        Value::Flag(b) => b.to_string(),
        Value::NotApplicable => "sans objet".to_owned(),
        Value::Missing => "manquant".to_owned(),
    }
}

fn fault_shown(fault: &Fault) -> String {
    let who = fault.matricule.as_deref().unwrap_or("?");
    format!("{:?} dans {} en {} pour {who}, octets {} à {}", fault.kind, fault.formula, fault.month, fault.span.start, fault.span.end)
}

impl Compared<'_> {
    fn name(&self, id: FormulaId) -> &str {
        self.program.formula(id).map_or("?", |f| f.name.as_str())
    }

    fn all(&self, keep: impl Fn(&Grain) -> bool) -> Vec<FormulaId> {
        let ids = self.program.formulas.iter().enumerate().filter(|(_, f)| keep(&f.grain));
        ids.map(|(k, _)| FormulaId::at(k)).collect()
    }

    fn value(&mut self, asked: &dyn Fn() -> String, first: &Value, second: &Value) -> Result<(), Difference> {
        if first == second {
            self.counts.values += 1;
            self.counts.known += u64::from(matches!(first, Value::Known(_)));
            return Ok(());
        }
        Err(Difference { asked: asked(), first: shown(first), second: shown(second) })
    }

    /// Equal faults, or both none; true when there was one.
    fn fault<T, U>(&mut self, asked: &dyn Fn() -> String, first: &Result<T, Fault>, second: &Result<U, Fault>) -> Result<bool, Difference> {
        let said = |f: Option<&Fault>| f.map_or_else(|| "une valeur".to_owned(), fault_shown);
        match (first.as_ref().err(), second.as_ref().err()) {
            (None, None) => Ok(false),
            (Some(a), Some(b)) if a == b => {
                self.counts.faults += 1;
                Ok(true)
            }
            (a, b) => Err(Difference { asked: asked(), first: said(a), second: said(b) }),
        }
    }

    /// What each engine gathers by itself.
    fn levels(&mut self) -> Result<Levels, Difference> {
        let (mut ours, mut theirs) = (Levels::default(), Levels::default());
        let a = gather(self.program, self.parameters, self.first, self.people, &mut ours);
        let b = gather(self.program, self.parameters, self.second, self.people, &mut theirs);
        self.fault(&|| "les niveaux".to_owned(), &a, &b)?;
        let all = months(self.people);
        for id in (0..self.program.aggregates.len()).map(AggregateId::at) {
            let level = self.program.aggregates.get(id.index()).and_then(|a| a.level);
            let members: Vec<Member> = ours.members(level).map(|(m, _)| Member::clone(m)).collect();
            for (month, member) in all.iter().flat_map(|m| members.iter().map(move |c| (*m, c))) {
                let (x, y) = (ours.aggregate(self.program, id, month, member), theirs.aggregate(self.program, id, month, member));
                self.value(&|| format!("ce que rassemble l'agrégat {} en {month} pour « {member} »", id.index()), &x, &y)?;
            }
        }
        for id in self.all(|g| matches!(g, Grain::Level(_))) {
            let level = self.program.formula(id).and_then(|f| f.grain.attribute());
            let members: Vec<Member> = ours.members(level).map(|(m, _)| Member::clone(m)).collect();
            for (month, member) in all.iter().flat_map(|m| members.iter().map(move |c| (*m, c))) {
                let (x, y) = (ours.formula(id, month, member).cloned(), theirs.formula(id, month, member).cloned());
                let (x, y) = (x.unwrap_or(Value::Missing), y.unwrap_or(Value::Missing));
                let name = self.name(id).to_owned();
                self.value(&|| format!("{name} en {month} pour « {member} »"), &x, &y)?;
            }
        }
        Ok(ours)
    }

    fn agents(&mut self, levels: &Levels) -> Result<(), Difference> {
        let environment = Environment { parameters: self.parameters, levels };
        let (agents, situations) = (self.all(|g| *g == Grain::Agent), self.all(|g| *g == Grain::Situation));
        for frame in &self.people.frames {
            for mode in [Mode::Paid, Mode::Recomputed] {
                if self.agent(frame, environment, &agents, mode)? {
                    // A fault hides what follows it: each formula by itself.
                    for id in &agents {
                        self.agent(frame, environment, &[*id], mode)?;
                    }
                }
            }
            if self.situations(frame, environment, &situations)? {
                for id in &situations {
                    self.situations(frame, environment, &[*id])?;
                }
            }
        }
        Ok(())
    }

    fn agent(&mut self, frame: &AgentFrame, environment: Environment<'_>, formulas: &[FormulaId], mode: Mode) -> Result<bool, Difference> {
        let all = 0..frame.months.len();
        let a = self.first.agent(frame, environment, formulas, all.clone(), mode);
        let b = self.second.agent(frame, environment, formulas, all, mode);
        if self.fault(&|| format!("l'agent {} ({mode:?})", frame.matricule), &a, &b)? {
            return Ok(true);
        }
        let (Ok(a), Ok(b)) = (a, b) else { return Ok(true) };
        self.agent_values(frame, formulas, &a, &b, &format!("{mode:?}"))?;
        Ok(false)
    }

    fn agent_values(
        &mut self,
        frame: &AgentFrame,
        formulas: &[FormulaId],
        first: &[Vec<Value>],
        second: &[Vec<Value>],
        how: &str,
    ) -> Result<(), Difference> {
        self.lengths(&|| format!("les mois de {}", frame.matricule), first.len(), second.len())?;
        for ((slot, a), b) in frame.months.iter().zip(first).zip(second) {
            self.lengths(&|| format!("les formules de {} en {}", frame.matricule, slot.month), a.len(), b.len())?;
            for ((id, a), b) in formulas.iter().zip(a).zip(b) {
                let name = self.name(*id).to_owned();
                self.value(&|| format!("{name} de {} en {} ({how})", frame.matricule, slot.month), a, b)?;
            }
        }
        Ok(())
    }

    fn lengths(&self, asked: &dyn Fn() -> String, first: usize, second: usize) -> Result<(), Difference> {
        if first == second {
            return Ok(());
        }
        Err(Difference { asked: asked(), first: format!("{first} réponses"), second: format!("{second} réponses") })
    }

    fn situations(&mut self, frame: &AgentFrame, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<bool, Difference> {
        let a = self.first.situations(frame, environment, formulas);
        let b = self.second.situations(frame, environment, formulas);
        if self.fault(&|| format!("les situations de {}", frame.matricule), &a, &b)? {
            return Ok(true);
        }
        let (Ok(a), Ok(b)) = (a, b) else { return Ok(true) };
        self.situation_values(frame, formulas, &a, &b)?;
        Ok(false)
    }

    fn situation_values(
        &mut self,
        frame: &AgentFrame,
        formulas: &[FormulaId],
        first: &[Vec<Vec<Value>>],
        second: &[Vec<Vec<Value>>],
    ) -> Result<(), Difference> {
        self.lengths(&|| format!("les mois de situations de {}", frame.matricule), first.len(), second.len())?;
        for ((slot, a), b) in frame.months.iter().zip(first).zip(second) {
            self.lengths(&|| format!("les situations de {} en {}", frame.matricule, slot.month), a.len(), b.len())?;
            for (k, (a, b)) in a.iter().zip(b).enumerate() {
                for ((id, a), b) in formulas.iter().zip(a).zip(b) {
                    let name = self.name(*id).to_owned();
                    self.value(&|| format!("{name} de {}, situation {} de {}", frame.matricule, k + 1, slot.month), a, b)?;
                }
            }
        }
        Ok(())
    }

    fn lines(&mut self, levels: &Levels) -> Result<(), Difference> {
        let environment = Environment { parameters: self.parameters, levels };
        for id in self.all(|g| *g == Grain::Line) {
            for (k, line) in self.people.lines.iter().enumerate() {
                let a = self.first.line(id, &line.row, line.month, line.before.as_ref(), environment);
                let b = self.second.line(id, &line.row, line.month, line.before.as_ref(), environment);
                let asked = format!("{} sur la ligne {}", self.name(id), k + 1);
                self.fault(&|| asked.clone(), &a, &b)?;
                if let (Ok(a), Ok(b)) = (a, b) {
                    self.value(&|| asked.clone(), &a, &b)?;
                }
            }
        }
        Ok(())
    }

    fn periods(&mut self, levels: &mut Levels) -> Result<(), Difference> {
        let all = months(self.people);
        let spans: Vec<&[Month]> = [all.get(..1), all.get(..3), Some(&all[..])].into_iter().flatten().collect();
        for id in self.all(|g| matches!(g, Grain::Level(_))) {
            let level = self.program.formula(id).and_then(|f| f.grain.attribute());
            let members: Vec<Member> = levels.members(level).map(|(m, _)| Member::clone(m)).collect();
            for (span, member) in spans.iter().flat_map(|s| members.iter().map(move |m| (*s, m))) {
                let mut theirs = levels.clone();
                let a = self.first.period(id, span, member, self.parameters, levels);
                let b = self.second.period(id, span, member, self.parameters, &mut theirs);
                let asked = format!("{} sur {} mois pour « {member} »", self.name(id), span.len());
                self.fault(&|| asked.clone(), &a, &b)?;
                if let (Ok(a), Ok(b)) = (a, b) {
                    self.value(&|| asked.clone(), &a, &b)?;
                }
            }
        }
        Ok(())
    }

    /// The whole cohort in columns: both engines, and what the first says of each agent. The same loaded cohort answers for the
    /// values of the program, then for those of the scenario.
    fn columns(&mut self, levels: &Levels) -> Result<(), Difference> {
        let cohort = self.cohort()?;
        let (first, second) = (self.first.load(&cohort), self.second.load(&cohort));
        let (first, second) = (&*first, &*second);
        let declared = Parameters::of(self.program);
        let agents = self.all(|g| *g == Grain::Agent);
        for parameters in [&declared, self.parameters] {
            let environment = Environment { parameters, levels };
            for mode in [Mode::Paid, Mode::Recomputed] {
                if self.loaded(first, second, &cohort, environment, &agents, mode)? {
                    for id in &agents {
                        self.loaded(first, second, &cohort, environment, &[*id], mode)?;
                    }
                }
            }
        }
        let environment = Environment { parameters: self.parameters, levels };
        self.totals(first, second, environment, &agents)?;
        let situations = self.all(|g| *g == Grain::Situation);
        let (a, b) = (first.situations(environment, &situations), second.situations(environment, &situations));
        self.fault(&|| "les situations de tous".to_owned(), &a, &b)?;
        if let (Ok(a), Ok(b)) = (a, b) {
            self.lengths(&|| "les agents en situations".to_owned(), a.len(), b.len())?;
            let people = self.people;
            for ((frame, a), b) in people.frames.iter().zip(&a).zip(&b) {
                self.situation_values(frame, &situations, a, b)?;
            }
        }
        Ok(())
    }

    /// One question by columns; true when it met a fault.
    fn loaded(
        &mut self,
        first: &dyn Loaded,
        second: &dyn Loaded,
        cohort: &Cohort,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        mode: Mode,
    ) -> Result<bool, Difference> {
        let people = self.people;
        let count = cohort.months().len();
        let mut faulted = false;
        for months in [0..count, count / 2..count] {
            let how = format!("colonnes, {mode:?}, mois {} à {}", months.start + 1, months.end);
            let a = first.columns(environment, formulas, months.clone(), mode);
            let b = second.columns(environment, formulas, months.clone(), mode);
            let kernel = self.first;
            let direct = people.frames.iter().map(|f| kernel.agent(f, environment, formulas, months.clone(), mode));
            let direct = direct.collect::<Result<Vec<_>, _>>();
            self.fault(&|| format!("{how}, un par un"), &direct, &a)?;
            if self.fault(&|| how.clone(), &a, &b)? {
                faulted = true;
                continue;
            }
            let (Ok(a), Ok(b), Ok(direct)) = (a, b, direct) else { continue };
            self.counts.agents += people.frames.len() as u64;
            self.counts.apart += b.apart() as u64;
            for (k, (frame, direct)) in people.frames.iter().zip(&direct).enumerate() {
                let part = AgentFrame { months: frame.months.get(months.clone()).unwrap_or_default().to_vec(), ..frame.clone() };
                let ours = a.agent(k);
                self.agent_values(&part, formulas, direct, &ours, &format!("{how}, un par un"))?;
                self.agent_values(&part, formulas, &ours, &b.agent(k), &how)?;
            }
        }
        Ok(faulted)
    }

    fn totals(
        &mut self,
        first: &dyn Loaded,
        second: &dyn Loaded,
        environment: Environment<'_>,
        agents: &[FormulaId],
    ) -> Result<(), Difference> {
        let whole: Vec<Vec<FormulaId>> = std::iter::once(agents.to_vec()).chain(agents.iter().map(|id| vec![*id])).collect();
        for (formulas, by) in whole.into_iter().flat_map(|f| [(f.clone(), None), (f, attribute("composante"))]) {
            let question = Question { formulas, by };
            let (a, b) = (first.totals(environment, &question), second.totals(environment, &question));
            let asked = || {
                format!(
                    "les totaux de {}",
                    question.formulas.iter().map(|f| self.program.formula(*f).map_or("?", |f| &f.name)).collect::<Vec<_>>().join(", ")
                )
            };
            let asked = asked();
            if self.fault(&|| asked.clone(), &a, &b)? {
                continue;
            }
            let (Ok(a), Ok(b)) = (a, b) else { continue };
            for key in a.keys().chain(b.keys()) {
                let (x, y) = (a.get(key), b.get(key));
                if x != y {
                    let said = |t: Option<&Vec<_>>| format!("{t:?}");
                    return Err(Difference {
                        asked: format!("{asked} en {} pour « {} »", key.0, key.1), first: said(x), second: said(y)
                    });
                }
                self.counts.values += x.map_or(0, Vec::len) as u64;
            }
        }
        Ok(())
    }

    /// The people in columns; what comes out of them must be what was put in.
    fn cohort(&self) -> Result<Cohort, Difference> {
        let months = self.people.frames.first().map_or_else(Vec::new, |f| f.months.iter().map(|m| (m.month, m.constate)).collect());
        let mut builder = CohortBuilder::new(months);
        self.people.frames.iter().for_each(|frame| builder.push(frame));
        let cohort = builder.finish();
        for (k, frame) in self.people.frames.iter().enumerate() {
            let (before, after) = (format!("{frame:?}"), format!("{:?}", cohort.frame(k)));
            if format!("Some({before})") != after {
                return Err(Difference { asked: format!("l'agent {} mis en colonnes", frame.matricule), first: before, second: after });
            }
        }
        Ok(cohort)
    }
}
