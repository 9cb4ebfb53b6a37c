//! The careers of a scenario as agent-months of `cadrage-analysis`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_analysis::{Agent, Points, Row};
use cadrage_careers::AgentCareer;
use cadrage_cube::{Cube, Situation};
use cadrage_driver::{Compiled, Scenario, fold};
use cadrage_engine::Row as FormulaRow;
use cadrage_ir::{AttributeId, Dimension, Parameter, ParameterId, Selection};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use cadrage_value::{Exact, Month};

use super::costs::Steps;
use crate::alerts::{self, Alert};
use crate::attributes::Coder;
use crate::keys::KeyBook;
use crate::run::{self, RunError};
use crate::unrolling::unroll;
use crate::{frames, grids};

/// What is counted of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Those paid on an index.
    Indexed,
    /// Those who hold a job: paid by the month, with a working time.
    Jobs,
}

/// Everybody, over the months of a scenario.
pub(crate) struct Crowd {
    people: Vec<Person>,
    /// Who is looked at, by position among those asked.
    selections: usize,
    /// What there is to know.
    pub(crate) alerts: Vec<Alert>,
    /// The first month known.
    pub(crate) first: Month,
}

/// An agent, and what each of his rows answers.
struct Person {
    matricule: Arc<str>,
    already: bool,
    rows: Vec<Seen>,
}

struct Seen {
    row: Row,
    indexed: bool,
    jobs: bool,
    /// In each selection.
    inside: Vec<bool>,
    /// Code of the level asked for.
    member: Arc<str>,
}

impl Crowd {
    /// The people of a scenario, and in which of the selections each of their rows is; `level`: the attribute they are cut by.
    pub(crate) fn new(
        compiled: &Compiled,
        scenario: &Scenario,
        cube: &Cube,
        selections: &[Selection],
        level: Option<AttributeId>,
    ) -> Result<Self, RunError> {
        run::missing_months(scenario, cube)?;
        let (scenario, program) = compiled.runs(scenario);
        let mut coder = Coder::declaring(&cube.references, &program.elements).merging(&scenario.merges);
        let keys = KeyBook::new(cube, scenario.constate);
        let (careers, told) = unroll(compiled, scenario, cube, &keys, &mut coder)?;
        let unknown = grids::unknown_indices(&careers.notes, &compiled.model, &cube.references);
        if !unknown.is_empty() {
            return Err(RunError::Diagnostics(unknown));
        }
        let first = run::first_month(scenario, cube);
        let said = alerts::marked(scenario).into_iter().chain(alerts::corrected(scenario, cube));
        let mut out =
            Crowd { people: Vec::with_capacity(careers.agents.len()), selections: selections.len(), alerts: said.collect(), first };
        out.alerts.extend(told);
        out.alerts.extend(alerts::notes(&careers));
        let eve = eve(cube, first);
        let mut lacking = 0_usize;
        for career in &careers.agents {
            let mut reader = Reader { keys: &keys, coder: &mut coder, selections, level };
            let person = reader.person(career, eve.contains(career.matricule.as_str()), &mut lacking);
            out.people.push(person);
        }
        if lacking > 0 {
            out.alerts.push(Alert {
                code: "V08",
                message: format!(
                    "total partiel : {lacking} agents payés à l'indice sans indice ou sans quotité rémunérée, laissés de côté"
                ),
            });
        }
        Ok(out)
    }

    /// The agents seen through one of the selections, in order of matricule; those who are never in it left out.
    pub(crate) fn agents(&self, selection: usize, counted: Counted) -> Vec<Agent> {
        debug_assert!(selection < self.selections);
        self.through(counted, |seen| seen.inside.get(selection).copied().unwrap_or(false))
    }

    /// The same, of the rows of a member of the level.
    pub(crate) fn agents_of(&self, selection: usize, counted: Counted, member: &str) -> Vec<Agent> {
        self.through(counted, |seen| *seen.member == *member && seen.inside.get(selection).copied().unwrap_or(false))
    }

    /// The members of the level that a selection holds, in order.
    pub(crate) fn members(&self, selection: usize, counted: Counted) -> Vec<Arc<str>> {
        let rows = self.people.iter().flat_map(|p| &p.rows);
        let mut out: Vec<Arc<str>> =
            rows.filter(|r| r.counts(counted) && r.inside.get(selection).copied().unwrap_or(false)).map(|r| r.member.clone()).collect();
        out.sort();
        out.dedup();
        out
    }

    /// The grade and the step of those on a grid, as each month ends; chevrons apart.
    pub(crate) fn steps(&self) -> Steps {
        let mut out = Steps::new();
        for person in &self.people {
            for seen in person.rows.iter().filter(|r| r.indexed) {
                if let Some(step) = seen.row.step.split_whitespace().next() {
                    out.insert((person.matricule.clone(), seen.row.month), (seen.row.grade.clone(), Arc::from(step)));
                }
            }
        }
        out
    }

    fn through(&self, counted: Counted, inside: impl Fn(&Seen) -> bool) -> Vec<Agent> {
        let mut out = Vec::new();
        for person in &self.people {
            if !person.rows.iter().any(|r| r.counts(counted) && inside(r)) {
                continue;
            }
            let rows = person.rows.iter().filter(|r| r.jobs).map(|r| Row { inside: r.counts(counted) && inside(r), ..r.row.clone() });
            out.push(Agent { matricule: person.matricule.clone(), already: person.already, rows: rows.collect() });
        }
        out
    }
}

impl Seen {
    fn counts(&self, counted: Counted) -> bool {
        match counted {
            Counted::Indexed => self.indexed,
            Counted::Jobs => self.jobs,
        }
    }
}

/// Those in activity on the eve of the first month: whose first situation began before, or opens that very day with a step taken by
/// somebody already there. Any other situation that opens that day may be a return or a new contract: he is not said to have been there.
fn eve(cube: &Cube, first: Month) -> BTreeSet<&str> {
    let day = first.first_day();
    let rows = cube.months.get(&first).map(|facts| facts.situations.iter()).into_iter().flatten();
    let stepped = |s: &Situation| s.start == day && s.entry < day && s.state.step_entry == Some(day);
    rows.filter(|s| s.state.position == "AC" && (s.start < day || stepped(s))).map(|s| s.matricule.as_str()).collect()
}

/// Reads careers as selections do.
struct Reader<'r, 'a> {
    keys: &'r KeyBook<'a>,
    coder: &'r mut Coder<'a>,
    selections: &'r [Selection],
    level: Option<AttributeId>,
}

impl Reader<'_, '_> {
    fn person(&mut self, career: &AgentCareer, already: bool, lacking: &mut usize) -> Person {
        let mut rows = Vec::with_capacity(career.rows.len());
        let mut lacks = false;
        for row in &career.rows {
            let state = &row.state;
            let pay = (state.inm, state.quotite_remuneree.clone().or_else(|| state.quotite.clone()));
            let on_index = state.remuneration == "INDICIAIRE";
            let paid_by_month = on_index || state.remuneration == "FORFAIT";
            let known = matches!(pay, (Some(_), Some(_)));
            lacks |= on_index && !known;
            let read = self.read(career, row);
            let step = if state.chevron.is_empty() { state.echelon.clone() } else { format!("{} {}", state.echelon, state.chevron) };
            rows.push(Seen {
                row: Row {
                    month: row.month,
                    start: row.start_thirtieth,
                    thirtieths: row.thirtieths,
                    share: row.share.clone(),
                    inside: false,
                    index: if on_index { pay.0.unwrap_or(0) } else { 0 },
                    paid: pay.1.unwrap_or(Exact::ZERO),
                    worked: state.quotite.clone().unwrap_or(Exact::ZERO),
                    grade: self.coder.text(&state.grade),
                    step: self.coder.text(&step),
                },
                indexed: on_index && known,
                jobs: paid_by_month && state.quotite.is_some(),
                inside: self.selections.iter().map(|s| s.is_all() || read.is_in(s)).collect(),
                member: self.level.and_then(|a| read.codes.get(a.index()).cloned()).unwrap_or_else(|| self.coder.text("")),
            });
        }
        *lacking += usize::from(lacks);
        Person { matricule: self.coder.text(&career.matricule), already, rows }
    }

    /// A row as formulas and movements read it, with its main imputation.
    fn read(&mut self, career: &AgentCareer, row: &cadrage_careers::Row) -> FormulaRow {
        let mut read = frames::row(&career.matricule, &row.state, &Exact::ONE, row.entry, row.month, self.coder);
        let seat = career.seat.as_ref().unwrap_or(&career.matricule);
        let keys = self.keys.agent(seat).of(&row.state.structure, row.month, row.state.post.as_deref());
        if let Some(main) = keys.imputations.first() {
            self.coder.set(&mut read.codes, "plafond", &main.plafond);
            self.coder.set(&mut read.codes, "centre_de_coût", &main.centre);
            self.coder.set(&mut read.codes, "eotp", &main.eotp);
        }
        read
    }
}

/// The exercice looked at, which the scenario covers with the one before.
pub(crate) fn exercice(scenario: &Scenario, cube: &Cube, asked: Option<i32>) -> Result<i32, RunError> {
    let first = run::first_month(scenario, cube);
    let covers = |year: i32| {
        let known = |m: Month| m > scenario.constate || cube.months.contains_key(&m);
        match (Month::new(year - 1, 1), Month::new(year, 12)) {
            (Some(from), Some(to)) => first <= from && to <= scenario.until && from.through(to).all(known),
            _ => false,
        }
    };
    let all: Vec<i32> = (first.year() + 1..=scenario.until.year()).filter(|y| covers(*y)).collect();
    // The exercice being executed, when it is covered: what is asked of it first is how it moved.
    let usual = all.iter().copied().find(|y| *y >= scenario.constate.year()).or_else(|| all.last().copied());
    match asked {
        Some(year) if covers(year) => Ok(year),
        None if usual.is_some() => Ok(usual.unwrap_or_default()),
        _ => {
            let name = asked.map_or_else(
                || "aucun exercice n'est couvert avec celui d'avant".to_owned(),
                |y| format!("{y} ne l'est pas avec {}", y - 1),
            );
            let span = format!("de {} à {}", first.to_french(), scenario.until.to_french());
            let list: Vec<String> = all.iter().map(i32::to_string).collect();
            let help = if list.is_empty() {
                "il faut vingt-quatre mois, de janvier à décembre : chargez les livraisons qui manquent, ou prolongez `projeter jusqu'à`"
                    .to_owned()
            } else {
                format!("exercices couverts avec celui d'avant : {}", list.join(", "))
            };
            let message = format!("`{}` va {span} : {name}", scenario.name);
            Err(RunError::Diagnostics(vec![Diagnostic::new(Code::T14, message, scenario.span).help(help)]))
        }
    }
}

/// The value of a point of index over the months of a scenario.
pub(crate) fn points(compiled: &Compiled, scenario: &Scenario, first: Month, name: &str) -> Result<Points, RunError> {
    let (scenario, program) = compiled.runs(scenario);
    let (parameters, _) = run::parameters(scenario, program);
    let wanted = fold(name);
    // Euros for a point over a time: the base unit of time is the month, and a mass of points-year wants the year.
    let values_a_point = |p: &&Parameter| {
        let of = |d: Dimension| p.unit.exponent(d);
        (of(Dimension::Euro), of(Dimension::Point), of(Dimension::Month)) == (1, -1, -1)
    };
    let found = program.parameters.iter().position(|p| fold(&p.name) == wanted && values_a_point(&p)).map(ParameterId::at);
    let twelve = Exact::from_int(12);
    let value = |id: ParameterId, m: Month| parameters.value(id, m, None).map(|x| &x * &twelve);
    let values =
        found.map(|id| first.plus(-1).through(scenario.until).filter_map(|m| Some((m, value(id, m)?))).collect::<BTreeMap<_, _>>());
    values.and_then(Points::new).ok_or_else(|| {
        let nowhere = Span::new(FileId(u32::MAX), 0, 0);
        let help = "c'est elle qui donne un prix aux indices : utilisez `socle.point`, ou nommez la vôtre par `--point`".to_owned();
        RunError::Diagnostics(vec![
            Diagnostic::new(Code::N01, format!("la constante `{name}` est inconnue, ou ne donne pas des €/point/an"), nowhere).help(help),
        ])
    })
}
