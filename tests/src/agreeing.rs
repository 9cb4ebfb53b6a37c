//! All engines as one: each answer is asked of all, must be the same, and is given back. What the suite runs, it runs on all of them.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use cadrage_engine::{
    AgentFrame, AgentValues, Backend, Cohort, CohortBuilder, Columns, Environment, Kernel, Levels, Loaded, Member, Mode, Parameters,
    Question, Row, SituationValues, Totals, Value,
};
use cadrage_ir::{Fault, FormulaId, Program};
use cadrage_value::{Exact, Month};

use crate::engines::{REFERENCE, others};

/// The reference and the engines of [`crate::others`], in agreement.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllEngines;

impl Backend for AllEngines {
    fn name(&self) -> &'static str {
        "tous"
    }

    fn prepare<'p>(&self, program: &'p Program) -> Box<dyn Kernel + 'p> {
        let first = REFERENCE.prepare(program);
        let others: Vec<_> = others().iter().map(|e| (e.name(), e.prepare(program))).collect();
        // Alone, an engine agrees with itself.
        if others.is_empty() { first } else { Box::new(Agreeing { program, first, others, asked: AtomicUsize::new(0) }) }
    }
}

/// How many questions about one agent, one line or one level a program is compared on: an engine made for cohorts compiles anew for
/// each shape of data, and cohorts, which are its work, are compared whole.
const ALONE: usize = 4;

struct Agreeing<'p> {
    program: &'p Program,
    first: Box<dyn Kernel + 'p>,
    others: Vec<(&'static str, Box<dyn Kernel + 'p>)>,
    asked: AtomicUsize,
}

/// Stops at the first answer that is not the reference's.
fn same<T: PartialEq + Debug>(engine: &str, asked: &dyn Fn() -> String, right: &T, found: &T) {
    assert!(right == found, "{engine}, {} :\n  attendu {right:?}\n  trouvé  {found:?}", asked());
}

impl<'p> Agreeing<'p> {
    /// The engines to ask this question too.
    fn compared(&self) -> &[(&'static str, Box<dyn Kernel + 'p>)] {
        if self.asked.fetch_add(1, Ordering::Relaxed) < ALONE { &self.others } else { &[] }
    }

    fn names(&self, formulas: &[FormulaId]) -> String {
        let names = formulas.iter().filter_map(|f| self.program.formula(*f)).map(|f| f.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// All the values that formulas of levels have.
    fn kept(&self, levels: &Levels, months: &[Month]) -> Vec<Option<Value>> {
        let mut out = Vec::new();
        for (k, formula) in self.program.formulas.iter().enumerate() {
            let members = levels.members(formula.grain.attribute()).map(|(m, _)| m);
            out.extend(members.flat_map(|m| months.iter().map(move |month| levels.formula(FormulaId::at(k), *month, m).cloned())));
        }
        out
    }
}

impl Kernel for Agreeing<'_> {
    fn behind(&self) -> &dyn Kernel {
        &*self.first
    }

    fn load<'k>(&'k self, cohort: &'k Cohort) -> Box<dyn Loaded + 'k> {
        let others = self.others.iter().map(|(name, kernel)| (*name, kernel.load(cohort))).collect();
        Box::new(LoadedByAll { kernel: self, cohort, first: self.first.load(cohort), others })
    }

    /// Asked of an engine as a frame, and as a cohort of one.
    fn agent(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault> {
        let right = self.first.agent(frame, environment, formulas, months.clone(), mode);
        for (name, kernel) in self.compared() {
            let mut builder = CohortBuilder::new(frame.months.iter().map(|m| (m.month, m.constate)).collect());
            builder.push(frame);
            let alone = builder.finish();
            let asked = || format!("{} de l'agent {}", self.names(formulas), frame.matricule);
            same(name, &asked, &right, &kernel.agent(frame, environment, formulas, months.clone(), mode));
            let columns = kernel.load(&alone).columns(environment, formulas, months.clone(), mode);
            same(name, &asked, &right, &columns.map(|c| c.agent(0)));
        }
        right
    }

    fn situations(&self, frame: &AgentFrame, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<SituationValues, Fault> {
        let right = self.first.situations(frame, environment, formulas);
        for (name, kernel) in self.compared() {
            let asked = || format!("{} des situations de {}", self.names(formulas), frame.matricule);
            same(name, &asked, &right, &kernel.situations(frame, environment, formulas));
        }
        right
    }

    fn line(
        &self,
        formula: FormulaId,
        row: &Row,
        month: Month,
        before: Option<&Exact>,
        environment: Environment<'_>,
    ) -> Result<Value, Fault> {
        let right = self.first.line(formula, row, month, before, environment);
        for (name, kernel) in self.compared() {
            let asked = || format!("{} d'une ligne en {month}", self.names(&[formula]));
            same(name, &asked, &right, &kernel.line(formula, row, month, before, environment));
        }
        right
    }

    fn period(
        &self,
        formula: FormulaId,
        months: &[Month],
        member: &Member,
        parameters: &Parameters,
        levels: &mut Levels,
    ) -> Result<Value, Fault> {
        let before = levels.clone();
        let right = self.first.period(formula, months, member, parameters, levels);
        for (name, kernel) in self.compared() {
            let asked = || format!("{} sur {} mois pour « {member} »", self.names(&[formula]), months.len());
            same(name, &asked, &right, &kernel.period(formula, months, member, parameters, &mut before.clone()));
        }
        right
    }

    fn level_formulas(&self, formulas: &[FormulaId], months: &[Month], parameters: &Parameters, levels: &mut Levels) -> Result<(), Fault> {
        let before = levels.clone();
        let right = self.first.level_formulas(formulas, months, parameters, levels);
        for (name, kernel) in self.compared() {
            let asked = || format!("les niveaux de {}", self.names(formulas));
            let mut own = before.clone();
            same(name, &asked, &right, &kernel.level_formulas(formulas, months, parameters, &mut own));
            same(name, &asked, &self.kept(levels, months), &self.kept(&own, months));
        }
        right
    }
}

struct LoadedByAll<'k> {
    kernel: &'k Agreeing<'k>,
    cohort: &'k Cohort,
    first: Box<dyn Loaded + 'k>,
    others: Vec<(&'static str, Box<dyn Loaded + 'k>)>,
}

impl Loaded for LoadedByAll<'_> {
    fn columns(&self, environment: Environment<'_>, formulas: &[FormulaId], months: Range<usize>, mode: Mode) -> Result<Columns, Fault> {
        let right = self.first.columns(environment, formulas, months.clone(), mode);
        for (name, loaded) in &self.others {
            let found = loaded.columns(environment, formulas, months.clone(), mode);
            let asked = || format!("les colonnes de {}", self.kernel.names(formulas));
            same(name, &asked, &right.as_ref().err(), &found.as_ref().err());
            if let (Ok(right), Ok(found)) = (&right, &found) {
                for agent in 0..self.cohort.len() {
                    let whose = self.cohort.matricule(agent);
                    same(name, &|| format!("{} de {whose:?}", asked()), &right.agent(agent), &found.agent(agent));
                }
            }
        }
        right
    }

    fn totals(&self, environment: Environment<'_>, question: &Question) -> Result<Totals, Fault> {
        let right = self.first.totals(environment, question);
        for (name, loaded) in &self.others {
            let asked = || format!("les totaux de {}", self.kernel.names(&question.formulas));
            same(name, &asked, &right, &loaded.totals(environment, question));
        }
        right
    }

    fn situations(&self, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<Vec<SituationValues>, Fault> {
        let right = self.first.situations(environment, formulas);
        for (name, loaded) in &self.others {
            let asked = || format!("les situations de {}", self.kernel.names(formulas));
            same(name, &asked, &right, &loaded.situations(environment, formulas));
        }
        right
    }
}
