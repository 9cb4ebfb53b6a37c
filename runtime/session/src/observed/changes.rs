//! What changed from one month's file of people to the next one's.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_cube::{Affectation, Cube, MonthFacts, Situation, State};
use cadrage_value::{Date, Exact, Month};

use super::{Announced, Observed};

/// Structures of an agent, and their share per cent: sorted, so that the order of the file does not count.
type Places = Vec<(String, Exact)>;

/// Who is there at the end of a month, in which situation, and where.
#[derive(Debug)]
pub(super) struct People<'c> {
    situations: BTreeMap<&'c str, &'c Situation>,
    places: BTreeMap<&'c str, Places>,
    /// Everybody met so far: who enters again comes back.
    met: BTreeSet<&'c str>,
    /// How each one left, as the last situation announced it.
    leaving: BTreeMap<&'c str, &'c (Date, String)>,
}

impl<'c> People<'c> {
    pub(super) fn at_the_end_of(month: Month, cube: &'c Cube) -> Self {
        let mut met = BTreeSet::new();
        for (_, facts) in cube.months.range(..=month) {
            met.extend(facts.situations.iter().map(|s| s.matricule.as_str()));
        }
        let facts = cube.months.get(&month);
        let situations = facts.map_or_else(BTreeMap::new, |f| still_there(f, month));
        let places = facts.map_or_else(BTreeMap::new, |f| places(f, month, &situations));
        let leaving = leaving(&situations);
        People { situations, places, met, leaving }
    }

    /// ETP at this date: quotité of who is in activity.
    pub(super) fn etp(&self) -> Exact {
        self.situations.values().map(|s| etp(&s.state)).sum()
    }

    /// The same by grade.
    pub(super) fn etp_by_grade(&self) -> BTreeMap<String, Exact> {
        let mut out: BTreeMap<String, Exact> = BTreeMap::new();
        for s in self.situations.values() {
            let sum = out.entry(s.state.grade.clone()).or_insert(Exact::ZERO);
            *sum = &*sum + &etp(&s.state);
        }
        out
    }

    /// Goes to the end of the next month, and says what changed on the way.
    pub(super) fn advance(&mut self, month: Month, facts: &'c MonthFacts, out: &mut Vec<Observed>) {
        let first = month.first_day();
        let mut rows: BTreeMap<&str, Vec<&Situation>> = BTreeMap::new();
        for s in &facts.situations {
            rows.entry(&s.matricule).or_default().push(s);
        }
        // Who has no row any more left without being there a single day.
        for (matricule, s) in &self.situations {
            if !rows.contains_key(matricule) {
                out.push(self.exit(s, first, month));
            }
        }
        for (matricule, mut of_agent) in rows {
            of_agent.sort_by_key(|s| (s.start, s.segment));
            let mut before = self.situations.get(matricule).copied();
            let mut left_on: Option<Date> = None;
            for s in of_agent {
                // A situation shown late began before the month: its day is what counts, if it is not before what it follows.
                let date = if s.start > first { s.start } else { first };
                match (before, left_on) {
                    (Some(b), None) => compare(b, s, day_of(b, s, first), month, out),
                    (Some(b), Some(gone)) if gone >= date => compare(b, s, s.start.max(gone), month, out),
                    (gap, gone) => {
                        if let (Some(b), Some(gone)) = (gap, gone) {
                            out.push(self.exit(b, gone, month));
                        }
                        out.push(self.entry(s, month));
                    }
                }
                self.met.insert(matricule);
                if let Some(departure) = &s.departure {
                    self.leaving.insert(matricule, departure);
                }
                before = Some(s);
                left_on = s.end;
            }
            if let (Some(b), Some(gone)) = (before, left_on.filter(|gone| *gone < month.plus(1).first_day())) {
                out.push(self.exit(b, gone, month));
            }
        }
        let after = still_there(facts, month);
        let now = places(facts, month, &after);
        for (matricule, set) in &now {
            if let (Some(before), Some(s)) = (self.places.get(matricule), after.get(matricule))
                && before != set
                && self.situations.contains_key(matricule)
            {
                let start = facts.affectations.iter().filter(|a| a.matricule == **matricule && in_force(a, month)).map(|a| a.start).max();
                let date = start.unwrap_or(s.start).max(first);
                out.push(movement(s, "STRUCTURE", date, month, String::new(), (shown(before), shown(set)), Exact::ZERO));
            }
        }
        self.leaving = leaving(&after);
        (self.situations, self.places) = (after, now);
    }

    fn entry(&self, s: &Situation, month: Month) -> Observed {
        let back = self.met.contains(s.matricule.as_str());
        let motif = if back { "REINTEGRATION" } else { "" };
        let date = if s.start.month() == month || !back { s.start } else { month.first_day() };
        movement(s, "ENTREE", date, month, motif.to_owned(), (String::new(), who(&s.state)), etp(&s.state))
    }

    fn exit(&self, s: &Situation, date: Date, month: Month) -> Observed {
        let motif = self.leaving.get(s.matricule.as_str()).or(s.departure.as_ref().as_ref()).map(|(_, motif)| motif.clone());
        // The contract was to end that day: nobody needs to say why he left.
        let ended = s.state.contract_end.is_some_and(|end| end <= date);
        let motif = motif.filter(|m| !m.is_empty()).unwrap_or_else(|| if ended { "FIN_CONTRAT".to_owned() } else { String::new() });
        movement(s, "SORTIE", date, month, motif, (who(&s.state), String::new()), -etp(&s.state))
    }
}

fn leaving<'c>(situations: &BTreeMap<&'c str, &'c Situation>) -> BTreeMap<&'c str, &'c (Date, String)> {
    situations.iter().filter_map(|(matricule, s)| Some((*matricule, s.departure.as_ref()?))).collect()
}

/// Situations in force on the last day of the month.
fn still_there(facts: &MonthFacts, month: Month) -> BTreeMap<&str, &Situation> {
    let mut out: BTreeMap<&str, &Situation> = BTreeMap::new();
    let (last, after) = (month.last_day(), month.plus(1).first_day());
    for s in facts.situations.iter().filter(|s| s.start <= last && s.end.is_none_or(|end| end >= after)) {
        let slot = out.entry(&s.matricule).or_insert(s);
        if (s.start, s.segment) >= (slot.start, slot.segment) {
            *slot = s;
        }
    }
    out
}

fn in_force(a: &Affectation, month: Month) -> bool {
    a.start <= month.last_day() && a.end.is_none_or(|end| end > month.first_day()) && !a.forecast
}

/// Where everybody works: the newest set of affectations in force, else the structure of the situation.
fn places<'c>(facts: &'c MonthFacts, month: Month, situations: &BTreeMap<&'c str, &'c Situation>) -> BTreeMap<&'c str, Places> {
    let mut sets: BTreeMap<&str, (Date, Places)> = BTreeMap::new();
    for a in facts.affectations.iter().filter(|a| in_force(a, month)) {
        let set = sets.entry(&a.matricule).or_insert((a.start, Vec::new()));
        if a.start > set.0 {
            *set = (a.start, Vec::new());
        }
        if a.start == set.0 {
            set.1.push((a.structure.clone(), a.rate.clone()));
        }
    }
    let whole = |s: &Situation| vec![(s.state.structure.clone(), Exact::from_int(100))];
    situations
        .iter()
        .map(|(matricule, s)| {
            let mut set = sets.remove(matricule).map_or_else(|| whole(s), |(_, set)| set);
            set.sort_by(|a, b| a.0.cmp(&b.0));
            (*matricule, set)
        })
        .collect()
}

fn shown(set: &Places) -> String {
    match set.as_slice() {
        [(only, _)] => only.clone(),
        several => several.iter().map(|(code, rate)| format!("{code} {} %", rate.to_french(0))).collect::<Vec<_>>().join(" + "),
    }
}

/// ETP at a date (language.md §6, 11).
pub(super) fn etp(state: &State) -> Exact {
    if state.position == "AC" { state.quotite.clone().unwrap_or(Exact::ZERO) } else { Exact::ZERO }
}

fn step(state: &State) -> String {
    if state.chevron.is_empty() { state.echelon.clone() } else { format!("{} {}", state.echelon, state.chevron) }
}

fn who(state: &State) -> String {
    let echelon = step(state);
    if echelon.is_empty() { state.grade.clone() } else { format!("{} {echelon}", state.grade) }
}

/// The day of a change: that of the new situation, unless it began before the one it follows was last seen.
fn day_of(before: &Situation, after: &Situation, first: Date) -> Date {
    if after.start > before.start { after.start } else { first }
}

fn compare(before: &Situation, after: &Situation, date: Date, month: Month, out: &mut Vec<Observed>) {
    let (b, a) = (&before.state, &after.state);
    let mut add = |kind, motif: &str, was: String, is: String, etp: Exact| {
        let found = movement(after, kind, date, month, motif.to_owned(), (was, is), etp);
        // The grade changes last of what moves ETP: what comes before it is of the grade he leaves.
        let grades = match kind {
            "POSITION" | "QUOTITE" | "STATUT" => (b.grade.clone(), b.grade.clone()),
            "GRADE" => (b.grade.clone(), a.grade.clone()),
            _ => found.grades.clone(),
        };
        out.push(Observed { grades, ..found });
    };
    // The ETP that both could change is that of the position; what is left is that of the quotité.
    let moved = State { position: a.position.clone(), ..b.clone() };
    if b.position != a.position {
        let motif = if a.position == "AC" { "REINTEGRATION" } else { "" };
        add("POSITION", motif, b.position.clone(), a.position.clone(), &etp(&moved) - &etp(b));
    }
    if b.quotite != a.quotite || b.quotite_remuneree != a.quotite_remuneree {
        let written = |q: &Option<Exact>| q.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
        add("QUOTITE", "", written(&b.quotite), written(&a.quotite), &etp(a) - &etp(&moved));
    }
    // A contract made permanent is one movement, not two.
    let permanent = b.contract_end.is_some() && a.contract_end.is_none() && a.statut == "CDI";
    if b.statut != a.statut && !permanent {
        add("STATUT", "", b.statut.clone(), a.statut.clone(), Exact::ZERO);
    }
    if b.grade != a.grade {
        add("GRADE", "", who(b), who(a), Exact::ZERO);
    } else if (&b.echelon, &b.chevron) != (&a.echelon, &a.chevron) {
        add("ECHELON", "", step(b), step(a), Exact::ZERO);
    }
    if b.contract_end != a.contract_end {
        let end = |d: Option<Date>| d.map_or_else(|| "sans fin".to_owned(), |d| d.to_string());
        let motif = match (b.contract_end, a.contract_end) {
            (Some(_), None) => "CDISATION",
            (Some(was), Some(is)) if is > was => "RENOUVELLEMENT",
            _ => "",
        };
        add("CONTRAT", motif, end(b.contract_end), end(a.contract_end), Exact::ZERO);
    }
}

fn movement(
    of: &Situation,
    kind: &'static str,
    date: Date,
    month: Month,
    motif: String,
    (before, after): (String, String),
    etp: Exact,
) -> Observed {
    let (grades, standing) = ((of.state.grade.clone(), of.state.grade.clone()), self::etp(&of.state));
    Observed { matricule: of.matricule.clone(), date, month, kind, motif, before, after, etp, grades, standing, announced: Announced::No }
}
