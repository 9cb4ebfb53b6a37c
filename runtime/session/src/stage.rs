//! From people to the lines of a scenario: what pay reads of levels, pay, what is carried from the exercice before, what reads lines.

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{
    BackPay, Carried, Crew, Environment, Kernel, Levels, Line, Origin, Parameters, Pay, carried_formulas, carry, late_formulas,
    pay_formulas, strata_for,
};
use cadrage_ir::{Fault, Feed, FormulaId, Program, attribute};
use cadrage_value::{Exact, Month};

use crate::alerts::{Alert, partial_totals};
use crate::attributes::Coder;
use crate::clock::{Phase, Phases};
use crate::entries;
use crate::levels::Gatherer;
use crate::lines::Splitter;
use crate::people::People;
use crate::run::{self, Projection};

/// Everything a projection needs.
pub(crate) struct Stage<'a> {
    program: &'a Program,
    parameters: &'a Parameters,
    crew: Crew<'a>,
    people: &'a People<'a>,
    formulas: Vec<FormulaId>,
    late: Vec<FormulaId>,
    back_pay: BackPay,
    compiled: &'a Compiled,
    scenario: &'a Scenario,
}

impl<'a> Stage<'a> {
    /// What a run of these people starts from.
    pub(crate) fn of(
        (compiled, program): (&'a Compiled, &'a Program),
        (scenario, cube): (&'a Scenario, &Cube),
        parameters: &'a Parameters,
        crew: Crew<'a>,
        people: &'a People<'a>,
    ) -> Stage<'a> {
        Stage {
            back_pay: run::back_pay(scenario, parameters, cube),
            program,
            parameters,
            crew,
            formulas: pay_formulas(program),
            late: late_formulas(program),
            people,
            compiled,
            scenario,
        }
    }
}

impl Stage<'_> {
    /// Strata that agents' pay needs, then pay and its lines, then strata that gather lines and what reads them.
    pub(crate) fn all(&self, asked: &[FormulaId], coder: &mut Coder<'_>, out: &mut Projection, phases: &mut Phases) -> Result<(), Fault> {
        let lines = carried_formulas(self.program).into_iter().map(|c| c.formula);
        let roots: Vec<FormulaId> =
            self.formulas.iter().copied().filter(|f| !self.hidden(*f)).chain(lines).chain(asked.iter().copied()).collect();
        let strata = strata_for(self.program, &roots);
        let pay = strata.iter().position(|s| !s.line_aggregates.is_empty()).unwrap_or(strata.len());
        let gatherer = Gatherer::over(self.people, &self.crew, self.program, self.parameters);
        let mut levels = Levels::default();
        phases.enter(Phase::Aggregating);
        if !strata.is_empty() {
            gatherer.members(&out.lines, coder, &mut levels);
        }
        let (before, after) = strata.split_at(pay);
        for stratum in before {
            gatherer.stratum(stratum, &out.lines, coder, &mut levels)?;
        }
        self.pay(&levels, coder, out, phases)?;
        let environment = Environment { parameters: self.parameters, levels: &levels };
        let months = self.scenario.constate.plus(1).through(self.scenario.until);
        carry_all(self.crew.kernel, self.program, environment, months, &mut out.lines)?;
        entries::add(self.compiled, coder, out);
        for stratum in after {
            gatherer.stratum(stratum, &out.lines, coder, &mut levels)?;
        }
        if !self.late.is_empty() {
            phases.enter(Phase::Kernels);
            let environment = Environment { parameters: self.parameters, levels: &levels };
            let late = Pay::of(self.crew, self.program, environment, &self.late, None);
            phases.enter(Phase::Aggregating);
            self.measures(&late, out)?;
        }
        out.alerts.extend(partial_totals(self.program, &levels));
        out.levels = levels;
        Ok(())
    }

    /// Pay of everybody, and its lines; `levels`: what it reads of them.
    pub(crate) fn pay(&self, levels: &Levels, coder: &mut Coder<'_>, out: &mut Projection, phases: &mut Phases) -> Result<(), Fault> {
        phases.enter(Phase::Kernels);
        let environment = Environment { parameters: self.parameters, levels };
        // A hidden formula is computed where something reads it: on its own it would only cost, or stop a run that does not need it.
        let now: Vec<FormulaId> = self.formulas.iter().copied().filter(|f| !self.hidden(*f) && !self.late.contains(f)).collect();
        let pay = Pay::of(self.crew, self.program, environment, &now, Some(&self.back_pay));
        phases.enter(Phase::Aggregating);
        let splitter = Splitter::new(self.program, self.people, &self.formulas, self.scenario.constate);
        for agent in 0..self.crew.cohort.len() {
            let projected = pay.agent(agent)?;
            for (month, id) in &projected.missing {
                let name = self.program.formula(*id).map_or("", |f| f.name.as_str());
                let matricule = self.crew.cohort.matricule(agent).map_or("", |m| m);
                out.alerts.push(Alert {
                    code: "V08",
                    message: format!("total partiel : `{name}` manque d'une donnée pour l'agent {matricule} en {}", month.to_french()),
                });
            }
            splitter.agent(agent, &projected, coder, &mut out.lines);
        }
        self.measures(&pay, out)
    }

    fn hidden(&self, id: FormulaId) -> bool {
        self.program.formula(id).is_some_and(|f| f.hidden)
    }

    fn measures(&self, pay: &Pay<'_>, out: &mut Projection) -> Result<(), Fault> {
        for (id, month, value) in pay.measures()? {
            if let Some(f) = self.program.formula(id).filter(|f| !f.hidden) {
                let total = out.measures.entry((f.name.clone(), month)).or_insert(Exact::ZERO);
                *total = &*total + &value;
            }
        }
        Ok(())
    }
}

/// Adds the lines that are as the exercice before, month after month: what is carried is carried again a year later.
pub(crate) fn carry_all(
    kernel: &dyn Kernel,
    program: &Program,
    environment: Environment<'_>,
    months: impl Iterator<Item = Month>,
    lines: &mut Vec<Line>,
) -> Result<(), Fault> {
    let carried = carried_formulas(program);
    if carried.is_empty() {
        return Ok(());
    }
    // Nearly all lines are of rubriques that nothing carries.
    let rubrique = attribute("rubrique");
    let of = |line: &Line| rubrique.and_then(|a| line.codes.get(a.index())).cloned().unwrap_or_else(|| "".into());
    let takes = |c: &Carried, line: &Line| match &c.feeds {
        Feed::Rubriques(list, _) => {
            let own = of(line);
            list.iter().any(|r| **r == *own)
        }
        Feed::Job(_) => true,
    };
    let mut by_month: BTreeMap<(Month, usize), Vec<usize>> = BTreeMap::new();
    for (k, line) in lines.iter().enumerate().filter(|(_, l)| l.origin == Origin::Constate) {
        for (c, _) in carried.iter().enumerate().filter(|(_, c)| takes(c, line)) {
            by_month.entry((line.month, c)).or_default().push(k);
        }
    }
    for month in months {
        let start = lines.len();
        let mut made = Vec::new();
        for (c, formula) in carried.iter().enumerate() {
            let before = by_month.get(&(month.plus(-12), c)).into_iter().flatten().filter_map(|k| lines.get(*k));
            made.extend(carry(kernel, program, environment, formula, &before.collect::<Vec<_>>(), month)?);
        }
        for (k, line) in made.iter().enumerate() {
            for (c, _) in carried.iter().enumerate().filter(|(_, c)| takes(c, line)) {
                by_month.entry((month, c)).or_default().push(start + k);
            }
        }
        lines.append(&mut made);
    }
    Ok(())
}
