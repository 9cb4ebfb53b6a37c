//! Small made-up careers, in as few words as a test needs.

use std::collections::BTreeMap;

use cadrage_careers::{AgentCareer, Careers, Change, Forecast, Grids, Input, Movement, Row, Situation, State, Step, unroll};
use cadrage_value::{Date, Exact, Month};

pub fn d(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn m(text: &str) -> Month {
    text.parse().unwrap()
}

pub fn q(text: &str) -> Exact {
    text.parse().unwrap()
}

pub fn step(echelon: &str, inm: i64, months: Option<i32>) -> Step {
    Step { echelon: echelon.to_owned(), inm: Some(inm), months, ..Step::default() }
}

/// Maîtres de conférences, classe normale: the indices of the worked example of domain.md §C on steps 3 and 4.
pub fn mcf() -> Vec<Step> {
    vec![step("1", 478, Some(12)), step("2", 531, Some(34)), step("3", 577, Some(34)), step("4", 623, Some(34)), step("5", 678, None)]
}

/// A titulaire in activity, full time, on a step since `since`.
pub fn titulaire(echelon: &str, since: &str) -> State {
    let inm = mcf().iter().find(|s| s.echelon == echelon).and_then(|s| s.inm);
    State {
        birth: Some(d("1980-05-20")),
        statut: "TITULAIRE".to_owned(),
        grade: "MCF".to_owned(),
        echelon: echelon.to_owned(),
        step_entry: Some(d(since)),
        inm,
        position: "AC".to_owned(),
        modalite: "TC".to_owned(),
        quotite: Some(Exact::ONE),
        quotite_remuneree: Some(Exact::ONE),
        remuneration: "INDICIAIRE".to_owned(),
        structure: "SCI_MATH".to_owned(),
        ..State::default()
    }
}

/// Contract staff on a plain index, to the day before `end`.
pub fn contract(end: Option<&str>) -> State {
    let mut state = titulaire("", "2024-01-01");
    "CDD".clone_into(&mut state.statut);
    "CTR_A".clone_into(&mut state.grade);
    state.step_entry = None;
    state.inm = Some(430);
    state.contract_end = end.map(d);
    state
}

/// All that `unroll` reads, owned.
#[derive(Clone, Debug)]
pub struct Scene {
    pub constate: BTreeMap<Month, Vec<Situation>>,
    pub forecasts: Vec<Forecast>,
    pub grids: Grids,
    pub movements: Vec<Movement>,
    pub last: Month,
    pub until: Month,
    pub horizon: Month,
}

impl Scene {
    /// Constaté to `last`, projected to `until`; the échelons of the whole projection are automatic unless `horizon` says otherwise.
    pub fn new(last: &str, until: &str) -> Scene {
        let mut grids = Grids::new();
        grids.add("MCF", d("2020-01-01"), None, mcf());
        let (forecasts, movements) = (Vec::new(), Vec::new());
        Scene { constate: BTreeMap::new(), forecasts, grids, movements, last: m(last), until: m(until), horizon: m(last) }
    }

    /// An agent `A` in this state since `start`, as every month from there to the last says.
    pub fn agent(mut self, start: &str, state: State) -> Scene {
        let from = d(start).month().max(self.last.plus(-3));
        for month in from.through(self.last) {
            self = self.row(month, start, None, state.clone());
        }
        self
    }

    /// One delivered row of agent `A`.
    pub fn row(mut self, month: Month, start: &str, end: Option<&str>, state: State) -> Scene {
        let rows = self.constate.entry(month).or_default();
        let segment = u32::try_from(rows.len()).unwrap() + 1;
        let (matricule, entry) = ("A".to_owned(), d("2019-09-15"));
        rows.push(Situation { matricule, start: d(start), segment, end: end.map(d), entry, state, departure: None });
        self
    }

    pub fn forecast(mut self, date: &str, kind: &str, change: Change) -> Scene {
        self.forecasts.push(Forecast { matricule: "A".to_owned(), date: d(date), kind: kind.to_owned(), motif: String::new(), change });
        self
    }

    pub fn horizon(mut self, month: &str) -> Scene {
        self.horizon = m(month);
        self
    }

    pub fn movement(mut self, movement: Movement) -> Scene {
        self.movements.push(movement);
        self
    }

    pub fn input(&self) -> Input<'_> {
        Input {
            constate: &self.constate,
            forecasts: &self.forecasts,
            last_constate: self.last,
            until: self.until,
            forecast_horizon: self.horizon,
            grids: &self.grids,
            movements: &self.movements,
        }
    }

    pub fn unroll(&self) -> Careers {
        unroll(&self.input())
    }

    /// The only agent.
    pub fn one(&self) -> AgentCareer {
        let careers = self.unroll();
        assert_eq!(careers.agents.len(), 1, "{careers:#?}");
        careers.agents.into_iter().next().unwrap()
    }
}

/// `2025-10:14 3/577 2025-10:16 4/623`: month, thirtieths, step, index.
pub fn told(rows: &[Row]) -> String {
    let one = |r: &Row| format!("{}:{} {}/{}", r.month, r.thirtieths, r.state.echelon, r.state.inm.unwrap_or(0));
    rows.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The rows of these months only, as [`told`].
pub fn in_months(agent: &AgentCareer, from: &str, to: &str) -> String {
    let rows: Vec<Row> = agent.rows.iter().filter(|r| (m(from)..=m(to)).contains(&r.month)).cloned().collect();
    told(&rows)
}

pub fn leave(matricule: &str, on: &str) -> Movement {
    Movement::Leave { matricule: matricule.to_owned(), on: d(on), motif: "RETRAITE".to_owned() }
}

pub fn hire(id: &str, from: &str, state: State) -> Movement {
    Movement::Hire { id: id.to_owned(), from: d(from), until: None, state, seat: None }
}

pub fn position(code: &str) -> Change {
    Change { position: Some(code.to_owned()), ..Change::default() }
}
