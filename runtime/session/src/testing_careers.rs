//! The careers of tests: an agent given a grade and a step, and no index, lives through the grids: its index, the steps that seniority
//! gives, the reforms that move it.

use cadrage_careers::{Grids, Input, Movement, Note, State, unroll};
use cadrage_driver::TestSituation;
use cadrage_ir::{attribute, column};
use cadrage_value::{Date, Exact, Month};

/// One stretch of a month, of the situation `of`, with what the grids made of it.
pub(crate) struct Stretch {
    pub(crate) month: Month,
    pub(crate) thirtieths: u32,
    pub(crate) of: TestSituation,
}

/// What became of an agent whose index is the grids'.
#[derive(Default)]
pub(crate) struct Lived {
    pub(crate) stretches: Vec<Stretch>,
    pub(crate) notes: Vec<Note>,
}

/// The grade whose grid says the index of this situation; `None` when it gives its own, or none of its codes has a grid.
pub(crate) fn grade_of<'s>(s: &'s TestSituation, grids: &Grids) -> Option<&'s str> {
    if number(s, "inm").is_some() || code(s, "échelon").is_none() || code(s, "rémunération").is_some_and(|r| r != "INDICIAIRE") {
        return None;
    }
    ["grade", "grade_bcn"].into_iter().filter_map(|axis| code(s, axis)).find(|g| grids.grades().any(|known| known == *g))
}

/// Unrolls a situation. `before`: the one it follows, as it ended: the same step written again goes on from the one reached.
pub(crate) fn live(s: &TestSituation, grade: &str, before: Option<&TestSituation>, grids: &Grids) -> Lived {
    let text = |name: &str| code(s, name).unwrap_or("").to_owned();
    let day = |s: &TestSituation, name: &str| {
        number(s, name).and_then(Exact::to_int).and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days)
    };
    let reached = before.unwrap_or(s);
    let state = State {
        statut: code(s, "statut").unwrap_or("TITULAIRE").to_owned(),
        grade: grade.to_owned(),
        echelon: code(reached, "échelon").unwrap_or("").to_owned(),
        chevron: code(reached, "chevron").unwrap_or("").to_owned(),
        step_entry: day(reached, "date_entrée_échelon"),
        position: code(s, "position").unwrap_or("AC").to_owned(),
        remuneration: "INDICIAIRE".to_owned(),
        quotite: Some(number(s, "quotité").cloned().unwrap_or(Exact::ONE)),
        modalite: text("modalité"),
        ..State::default()
    };
    let movements = [Movement::Hire { id: "test".to_owned(), from: s.from, until: Some(s.until), state, seat: None }];
    let eve = s.from.month().plus(-1);
    let none = std::collections::BTreeMap::new();
    let careers = unroll(&Input {
        constate: &none,
        forecasts: &[],
        last_constate: eve,
        until: s.until.month(),
        forecast_horizon: eve,
        grids,
        movements: &movements,
    });
    let rows = careers.agents.iter().flat_map(|a| &a.rows);
    let stretches = rows.map(|r| Stretch { month: r.month, thirtieths: r.thirtieths, of: with(s, &r.state) }).collect();
    Lived { stretches, notes: careers.notes }
}

/// The situation with the step and index of a moment.
fn with(s: &TestSituation, state: &State) -> TestSituation {
    let mut out = s.clone();
    for (name, value) in [("échelon", &state.echelon), ("chevron", &state.chevron)] {
        if let Some(a) = attribute(name).filter(|_| !value.is_empty()) {
            out.codes.insert(a, value.clone());
        }
    }
    if state.chevron.is_empty()
        && let Some(a) = attribute("chevron")
    {
        out.codes.remove(&a);
    }
    let entry = state.step_entry.map(|d| Exact::from_int(i64::from(d.to_epoch_days())));
    for (name, value) in [("inm", state.inm.map(Exact::from_int)), ("date_entrée_échelon", entry)] {
        if let (Some(c), Some(x)) = (column(name), value) {
            out.numbers.insert(c, x);
        }
    }
    out
}

/// Does the situation say the same step as the one before, word for word?
pub(crate) fn goes_on(s: &TestSituation, before: &TestSituation) -> bool {
    let same = |name: &str| code(s, name) == code(before, name);
    s.agent == before.agent && same("échelon") && same("chevron") && same("grade") && same("grade_bcn")
}

fn code<'s>(s: &'s TestSituation, name: &str) -> Option<&'s str> {
    attribute(name).and_then(|a| s.codes.get(&a)).map(String::as_str)
}

fn number<'s>(s: &'s TestSituation, name: &str) -> Option<&'s Exact> {
    column(name).and_then(|c| s.numbers.get(&c))
}
