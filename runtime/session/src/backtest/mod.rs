//! What was paid against what the rules give (`recalculé`, decision D17): constaté month by constaté month of right, agent by agent, rubrique by
//! rubrique, with a cause for each gap. All the money of the months is there: recomputed, gaps, and what no rule computes.

mod causes;
mod paid;
mod touched;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use cadrage_cube::{Cube, Finding, Kind};
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{Answers, Environment, Mode, Own, Value};
use cadrage_ir::{Feed, FormulaId, Program};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Money, Month, Rounding};

use crate::run::RunError;
use crate::study::{Ground, Study, refused};
use causes::Causes;
use paid::{Paid, UNKNOWN};
use touched::Touched;

/// The months of right looked at; open where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// First.
    pub from: Option<Month>,
    /// Last.
    pub to: Option<Month>,
}

/// Why what was paid is not what the rule gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Payroll and the SIRH knew of an event at different dates.
    Date,
    /// The load found something wrong in a line or a situation of the month.
    Data,
    /// Nothing in the files says why.
    Unexplained,
}

impl Cause {
    /// As printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Cause::Date => "date",
            Cause::Data => "donnée",
            Cause::Unexplained => "inexpliqué",
        }
    }
}

/// An agent's month of right whose amount is not the rule's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Agent.
    pub matricule: String,
    /// Month of right.
    pub month: Month,
    /// Pay element.
    pub rubrique: String,
    /// Paid for that month, whenever it was.
    pub paid: Money,
    /// What the rule gives.
    pub recomputed: Money,
    /// Why they differ.
    pub cause: Cause,
    /// In words.
    pub detail: String,
}

impl Gap {
    /// Paid less recomputed.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.paid - self.recomputed
    }
}

/// A rubrique that a rule computes. Agent-months where both amounts are 0 are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleRow {
    /// Its label.
    pub label: String,
    /// Agent-months compared.
    pub compared: usize,
    /// Equal to the cent.
    pub equal: usize,
    /// Gaps, by cause.
    pub gaps: BTreeMap<Cause, usize>,
    /// Paid.
    pub paid: Money,
    /// Recomputed.
    pub recomputed: Money,
}

/// Money that no rule computes, by rubrique and reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WithoutRule {
    /// Label of the rubrique.
    pub label: String,
    /// Agent-months paid.
    pub months: usize,
    /// Paid.
    pub amount: Money,
}

/// The comparison of a scenario's constaté months.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackTest {
    /// Scenario whose rules are those applied.
    pub scenario: String,
    /// First month of right.
    pub from: Option<Month>,
    /// Last month of right.
    pub to: Option<Month>,
    /// By rubrique.
    pub rules: BTreeMap<String, RuleRow>,
    /// By rubrique and reason.
    pub without: BTreeMap<(String, &'static str), WithoutRule>,
    /// Every gap, in order of rubrique, then the greatest first.
    pub gaps: Vec<Gap>,
    /// Everything paid for these months of right, counted on the delivered lines.
    pub paid: Money,
    /// Paid in the same months for other months of right.
    pub elsewhere: Money,
}

impl BackTest {
    /// Σ recomputed.
    #[must_use]
    pub fn recomputed(&self) -> Money {
        self.rules.values().map(|r| r.recomputed).sum()
    }

    /// Σ gaps of a cause, or of all.
    #[must_use]
    pub fn gap(&self, cause: Option<Cause>) -> Money {
        self.gaps.iter().filter(|g| cause.is_none_or(|c| g.cause == c)).map(Gap::amount).sum()
    }

    /// Σ without a rule.
    #[must_use]
    pub fn ruleless(&self) -> Money {
        self.without.values().map(|w| w.amount).sum()
    }

    /// Is every euro paid somewhere: recomputed, gap or without a rule?
    #[must_use]
    pub fn foots(&self) -> bool {
        self.recomputed() + self.gap(None) + self.ruleless() == self.paid
    }
}

/// Compares.
pub(crate) fn run(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    findings: &[(Month, Kind, Finding)],
    period: Period,
    backend: &dyn cadrage_engine::Backend,
) -> Result<BackTest, RunError> {
    let ground = Ground::new(compiled, scenario, cube, backend)?;
    let study = Study::gathered(&ground)?;
    let (from, to) = bounds(scenario, cube, period)?;
    let program = ground.program();
    // What payroll knew on the last constaté month.
    let parameters = ground.parameters().known_in(scenario.constate);
    let environment = Environment { parameters: &parameters, levels: study.levels() };
    let rules = Rules::of(program, ground.formulas());
    let paid = Paid::read(cube, scenario.constate);
    let crew = study.crew();
    let (Some(first), Some(last)) = (crew.cohort.position(from), crew.cohort.position(to)) else {
        return Ok(BackTest { scenario: scenario.name.clone(), ..BackTest::default() });
    };
    let answers = Answers::of(crew, environment, &rules.formulas, first..last + 1, Mode::Recomputed);
    let touched = Touched::of(findings, cube);
    let mut test = Comparison {
        program,
        rules: &rules,
        paid: &paid,
        causes: Causes { crew, environment, rules: &rules, paid: &paid, touched: &touched },
        out: BackTest { scenario: scenario.name.clone(), from: Some(from), to: Some(to), ..BackTest::default() },
    };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for agent in 0..crew.cohort.len() {
        let Some(matricule) = crew.cohort.matricule(agent) else { continue };
        seen.insert(matricule);
        let own = answers.agent(agent).map_err(refused)?;
        for k in first..last + 1 {
            test.agent_month((agent, k), matricule, from.plus(i32::try_from(k - first).unwrap_or(0)), &own, k - first).map_err(refused)?;
        }
    }
    for matricule in paid.agents().filter(|m| !seen.contains(m)) {
        from.through(to).for_each(|month| test.nobody(matricule, month));
    }
    let mut out = test.out;
    out.paid = paid.total(|_, right| from <= right && right <= to);
    out.elsewhere = paid.total(|month, right| from <= month && month <= to && !(from <= right && right <= to));
    out.gaps.sort_by(|a, b| {
        (&a.rubrique, std::cmp::Reverse(a.amount().cents().abs()), &a.matricule, a.month).cmp(&(
            &b.rubrique,
            std::cmp::Reverse(b.amount().cents().abs()),
            &b.matricule,
            b.month,
        ))
    });
    Ok(out)
}

/// The months compared; those that are not constaté are refused.
fn bounds(scenario: &Scenario, cube: &Cube, period: Period) -> Result<(Month, Month), RunError> {
    let first = cube.months.keys().next().copied().unwrap_or(scenario.constate);
    let (from, to) = (period.from.unwrap_or(first), period.to.unwrap_or(scenario.constate));
    let outside = [from, to].into_iter().find(|m| *m < first || *m > scenario.constate);
    let message = match outside {
        Some(month) => format!("{} n'est pas un mois constaté de `{}`", month.to_french(), scenario.name),
        None if from > to => format!("{} vient après {}", from.to_french(), to.to_french()),
        None => return Ok((from, to)),
    };
    let help = format!("mois constatés : de {} à {}", first.to_french(), scenario.constate.to_french());
    Err(RunError::Diagnostics(vec![Diagnostic::new(Code::T06, message, scenario.span).help(help)]))
}

/// What computes which rubrique.
struct Rules {
    /// Formulas `par agent` whose amounts are compared.
    formulas: Vec<FormulaId>,
    /// The rubrique of each.
    rubriques: Vec<String>,
    /// Rubriques whose paid amount is final (`sans rappel`).
    fixed: BTreeSet<String>,
    /// Rubriques that formulas `par ligne` carry from the exercice before.
    carried: BTreeSet<String>,
}

impl Rules {
    fn of(program: &Program, pay: &[FormulaId]) -> Rules {
        let mut out = Rules { formulas: Vec::new(), rubriques: Vec::new(), fixed: BTreeSet::new(), carried: BTreeSet::new() };
        for id in pay {
            let Some(f) = program.formula(*id) else { continue };
            let Some(Feed::Rubriques(list, _)) = &f.feeds else { continue };
            let Some(rubrique) = list.first() else { continue };
            if f.final_when_paid {
                out.fixed.insert(rubrique.clone());
            } else {
                out.formulas.push(*id);
                out.rubriques.push(rubrique.clone());
            }
        }
        for carried in cadrage_engine::carried_formulas(program) {
            if let Feed::Rubriques(list, _) = carried.feeds {
                out.carried.extend(list);
            }
        }
        out
    }

    fn compares(&self, rubrique: &str) -> bool {
        self.rubriques.iter().any(|r| r == rubrique)
    }

    /// Why nothing is compared.
    fn reason(&self, rubrique: &str, situations: bool) -> &'static str {
        match () {
            () if self.fixed.contains(rubrique) => "sans rappel : ce qui est payé fait foi",
            () if self.carried.contains(rubrique) => "reconduit d'un exercice sur l'autre",
            () if self.compares(rubrique) && situations => "agent hors du champ de la règle",
            () if self.compares(rubrique) => "agent sans situation dans les livraisons",
            () => "aucune règle",
        }
    }
}

/// An agent's amounts of a month by rubrique; what could not be computed apart.
#[derive(Default)]
struct Due {
    amounts: BTreeMap<String, Money>,
    missing: BTreeSet<String>,
}

/// Reads an agent's amounts of a month.
fn due(rules: &Rules, own: &Own<'_>, at: usize) -> Due {
    let mut out = Due::default();
    for (f, rubrique) in rules.rubriques.iter().enumerate() {
        let amount = match own.cents(at, f) {
            Some(amount) => amount,
            None => match own.value(at, f) {
                Value::Missing => {
                    out.missing.insert(rubrique.clone());
                    continue;
                }
                value => value.or_zero().and_then(|x| Rounding::HalfUp.to_money(&x)).unwrap_or_default(),
            },
        };
        if amount != Money::ZERO {
            *out.amounts.entry(rubrique.clone()).or_default() += amount;
        }
    }
    out
}

struct Comparison<'a> {
    program: &'a Program,
    rules: &'a Rules,
    paid: &'a Paid<'a>,
    causes: Causes<'a>,
    out: BackTest,
}

impl<'a> Comparison<'a> {
    fn label(&self, rubrique: &str) -> String {
        self.program.element(rubrique).map_or_else(|| "?".to_owned(), |e| e.label.clone())
    }

    fn agent_month(
        &mut self,
        (agent, k): (usize, usize),
        matricule: &str,
        month: Month,
        own: &Own<'_>,
        at: usize,
    ) -> Result<(), cadrage_ir::Fault> {
        let due = due(self.rules, own, at);
        let paid = self.paid.of(matricule, month);
        let mut gaps: Vec<Gap> = Vec::new();
        let concerned = self.concerned(agent, k);
        let rubriques: BTreeSet<&str> = due.amounts.keys().map(String::as_str).chain(paid.keys().copied()).collect();
        for rubrique in rubriques {
            let recomputed = due.amounts.get(rubrique).copied().unwrap_or_default();
            let amount = paid.get(rubrique).copied().unwrap_or_default();
            if amount == Money::ZERO && recomputed == Money::ZERO {
                continue;
            }
            let compared = recomputed != Money::ZERO || concerned.contains(rubrique);
            if !compared || !self.rules.compares(rubrique) {
                self.without(rubrique, self.rules.reason(rubrique, true), amount);
                continue;
            }
            self.compared(rubrique, amount, recomputed);
            if amount != recomputed {
                gaps.push(Gap {
                    matricule: matricule.to_owned(),
                    month,
                    rubrique: rubrique.to_owned(),
                    paid: amount,
                    recomputed,
                    cause: Cause::Unexplained,
                    detail: String::new(),
                });
            }
        }
        if !gaps.is_empty() {
            self.causes.explain((agent, k), &due, &mut gaps)?;
            self.keep(gaps);
        }
        Ok(())
    }

    /// The rubriques whose rule is for this agent that month; away that month, as last seen, else as first seen.
    fn concerned(&self, agent: usize, k: usize) -> BTreeSet<&'a str> {
        let rules = self.rules;
        let cohort = self.causes.crew.cohort;
        let present = |k: &usize| cohort.situations(agent, *k) > 0;
        let at: Option<usize> = if present(&k) {
            Some(k)
        } else {
            (0..k).rev().find(present).or_else(|| Range { start: k, end: cohort.months().len() }.find(present))
        };
        let Some(at) = at else { return BTreeSet::new() };
        let rows: Vec<_> = (0..cohort.situations(agent, at)).filter_map(|s| cohort.situation(agent, at, s)).collect();
        let for_him = |id: &FormulaId| self.program.formula(*id).is_some_and(|f| rows.iter().any(|row| row.is_in(&f.scope)));
        rules.formulas.iter().zip(&rules.rubriques).filter(|(id, _)| for_him(id)).map(|(_, r)| r.as_str()).collect()
    }

    /// Money of somebody that the SIRH does not have.
    fn nobody(&mut self, matricule: &str, month: Month) {
        let mut gaps = Vec::new();
        for (rubrique, amount) in self.paid.of(matricule, month).into_iter().filter(|(_, m)| *m != Money::ZERO) {
            if !self.rules.compares(rubrique) || matricule != UNKNOWN {
                self.without(rubrique, self.rules.reason(rubrique, false), amount);
                continue;
            }
            self.compared(rubrique, amount, Money::ZERO);
            gaps.push(Gap {
                matricule: matricule.to_owned(),
                month,
                rubrique: rubrique.to_owned(),
                paid: amount,
                recomputed: Money::ZERO,
                cause: Cause::Data,
                detail: "Q01 : matricule absent du SIRH".to_owned(),
            });
        }
        self.keep(gaps);
    }

    fn keep(&mut self, gaps: Vec<Gap>) {
        for gap in &gaps {
            if let Some(row) = self.out.rules.get_mut(&gap.rubrique) {
                *row.gaps.entry(gap.cause).or_default() += 1;
            }
        }
        self.out.gaps.extend(gaps);
    }

    fn compared(&mut self, rubrique: &str, paid: Money, recomputed: Money) {
        let label = self.label(rubrique);
        let row = self.out.rules.entry(rubrique.to_owned()).or_insert_with(|| RuleRow { label, ..RuleRow::default() });
        row.compared += 1;
        row.equal += usize::from(paid == recomputed);
        row.paid += paid;
        row.recomputed += recomputed;
    }

    fn without(&mut self, rubrique: &str, reason: &'static str, amount: Money) {
        let label = self.label(rubrique);
        let row = self.out.without.entry((rubrique.to_owned(), reason)).or_insert_with(|| WithoutRule { label, ..WithoutRule::default() });
        row.months += 1;
        row.amount += amount;
    }
}
