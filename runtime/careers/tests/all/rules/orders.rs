//! Orders about groups, settled person by person (D24).

use crate::made::{Scene, contract, d, in_months, m, q, titulaire};
use cadrage_careers::{
    Change, FindingKind, Flow, Forecast, HowMany, Input, Judge, Movement, Order, Resolved, Shift, Standing, State, What, When, Whom,
    resolve,
};
use cadrage_value::Exact;

/// Accepts by a closure; chooses by seniority in days.
struct By<F: FnMut(usize, &Standing<'_>) -> bool>(F);

impl<F: FnMut(usize, &Standing<'_>) -> bool> Judge for By<F> {
    fn accepts(&mut self, order: usize, who: &Standing<'_>) -> bool {
        (self.0)(order, who)
    }

    fn rank(&mut self, _: usize, who: &Standing<'_>) -> Option<Exact> {
        who.state.step_entry.map(|entry| Exact::from_int(i64::from(who.day.to_epoch_days() - entry.to_epoch_days())))
    }
}

/// Agents `A`, `B`, `C`… in these states since January 2026; constaté to September, projected to the end of 2027.
fn scene(states: &[State]) -> Scene {
    let mut scene = Scene::new("2026-09", "2027-12").horizon("2027-12");
    for (k, state) in states.iter().enumerate() {
        scene = scene.row(m("2026-09"), "2026-01-01", None, state.clone());
        let name = char::from(b'A' + u8::try_from(k).unwrap()).to_string();
        scene.constate.get_mut(&m("2026-09")).unwrap().last_mut().unwrap().matricule = name;
    }
    scene
}

fn order(k: usize, what: What) -> Order {
    Order { id: format!("M{:03}", k + 1), what }
}

fn settle(scene: &mut Scene, what: Vec<What>, accepts: impl FnMut(usize, &Standing<'_>) -> bool) -> Resolved {
    let orders: Vec<Order> = what.into_iter().enumerate().map(|(k, w)| order(k, w)).collect();
    let input = Input {
        constate: &scene.constate,
        forecasts: &scene.forecasts,
        last_constate: scene.last,
        until: scene.until,
        forecast_horizon: scene.horizon,
        grids: &scene.grids,
        movements: &[],
    };
    let resolved = resolve(&input, &orders, &mut By(accepts));
    scene.movements.clone_from(&resolved.movements);
    resolved
}

fn change(whom: Whom, from: &str, change: Change) -> What {
    What::Change { whom, from: d(from), ages: false, change: Box::new(change) }
}

fn to_quotite(x: &str) -> Change {
    Change { quotite: Some(q(x)), ..Change::default() }
}

fn to_grade(grade: &str) -> Change {
    Change { grade: Some(grade.to_owned()), ..Change::default() }
}

fn at(quotite: &str) -> State {
    State { quotite: Some(q(quotite)), quotite_remuneree: Some(q(quotite)), ..titulaire("3", "2026-01-01") }
}

/// Who a movement is about, and when.
fn told(resolved: &Resolved) -> Vec<String> {
    let one = |m: &Movement| match m {
        Movement::Hire { id, from, seat, .. } => format!("{id} +{from} {}", seat.as_deref().unwrap_or("-")),
        Movement::Leave { matricule, on, motif } => format!("{matricule} -{on} {motif}"),
        Movement::Change { id, matricule, from, .. } => format!("{id} {matricule} {from}"),
        Movement::Reschedule { id, matricule, date, to, .. } => {
            format!("{id} {matricule} {date} > {}", to.map_or_else(|| "-".to_owned(), |d| d.to_string()))
        }
        Movement::Thin { matricule, from, kept, .. } => format!("{matricule} {from} *{kept}"),
        Movement::Twin { id, matricule, from, share, .. } => format!("{id} {matricule} {from} {share}"),
    };
    resolved.movements.iter().map(one).collect()
}

#[test]
fn whole_people_come_in_the_order_asked_and_ties_by_matricule() {
    let since = |day: &str| titulaire("3", day);
    let states = [since("2026-03-01"), since("2025-01-01"), since("2026-03-01"), since("2024-06-01")];
    let leave = |many| What::Leave { whom: Whom::Selected(many), on: d("2026-12-31"), motif: "RETRAITE".to_owned() };
    let oldest = settle(&mut scene(&states), vec![leave(HowMany::People(3, true))], |_, _| true);
    assert_eq!(told(&oldest), ["D -2026-12-31 RETRAITE", "B -2026-12-31 RETRAITE", "A -2026-12-31 RETRAITE"]);
    let newest = settle(&mut scene(&states), vec![leave(HowMany::People(3, false))], |_, _| true);
    assert_eq!(told(&newest), ["A -2026-12-31 RETRAITE", "C -2026-12-31 RETRAITE", "B -2026-12-31 RETRAITE"]);
    // More than there are: those there are, and it is said.
    let all = settle(&mut scene(&states), vec![leave(HowMany::People(9, true))], |_, _| true);
    assert_eq!(all.movements.len(), 4);
    assert_eq!(all.findings[0].kind, FindingKind::Fewer { asked: 9, found: 4, on: d("2026-12-31") });
    // A share is rounded down: 60 % of 4 are 2.
    let share = settle(&mut scene(&states), vec![leave(HowMany::Share(q("3/5"), true))], |_, _| true);
    assert_eq!(share.movements.len(), 2);
    assert_eq!(share.findings[0].kind, FindingKind::Share { share: q("3/5"), found: 4, taken: 2 });
    // D leaves that very day anyway: three departures are three others.
    let mut gone = scene(&states);
    gone.forecasts = vec![announced("D", "2027-01-01", "SORTIE", "MUTATION", Change::default())];
    let others = settle(&mut gone, vec![leave(HowMany::People(3, true))], |_, _| true);
    assert_eq!(told(&others), ["B -2026-12-31 RETRAITE", "A -2026-12-31 RETRAITE", "C -2026-12-31 RETRAITE"]);
    let none = settle(&mut scene(&states), vec![leave(HowMany::People(1, true))], |_, _| false);
    assert_eq!((none.movements.len(), &none.findings[0].kind), (0, &FindingKind::Nobody));
}

#[test]
fn orders_apply_by_date_then_as_written_and_see_each_other() {
    // Written first, dated after: the departure finds one candidate less.
    let leave = What::Leave { whom: Whom::Selected(HowMany::People(1, true)), on: d("2027-03-31"), motif: String::new() };
    let before = change(Whom::Agent("A".to_owned()), "2026-11-01", to_quotite("1/2"));
    let mut scene = scene(&[titulaire("3", "2024-01-01"), titulaire("3", "2025-01-01")]);
    let resolved = settle(&mut scene, vec![leave, before], |k, who| k != 0 || who.state.quotite == Some(Exact::ONE));
    assert_eq!(told(&resolved), ["M002/1 A 2026-11-01", "B -2027-03-31 "]);
    assert_eq!(scene.unroll().agents[1].exit.as_ref().map(|e| e.date), Some(d("2027-04-01")));
}

#[test]
fn everybody_is_whoever_answers_from_that_day_on() {
    let mut scene = scene(&[at("4/5"), at("1/2"), at("4/5")]);
    // C works half time in November, and is to come back to 4/5 in March: full time then too. A is at 4/5 all along.
    let quotite = |date: &str, x: &str| Forecast {
        matricule: "C".to_owned(),
        date: d(date),
        kind: "QUOTITE".to_owned(),
        motif: String::new(),
        change: to_quotite(x),
    };
    scene.forecasts = vec![quotite("2026-10-15", "1/2"), quotite("2027-03-01", "4/5")];
    let all = change(Whom::Selected(HowMany::All), "2026-11-01", to_quotite("1"));
    let resolved = settle(&mut scene, vec![all], |_, who| who.state.quotite == Some(q("4/5")));
    assert_eq!(told(&resolved), ["M001/1 A 2026-11-01", "M001/2 C 2027-03-01"]);
    assert_eq!(resolved.findings[0].kind, FindingKind::Met { people: 2, lines: 2 });
    let careers = scene.unroll();
    let full = |k: usize, month: &str| careers.agents[k].rows_of(m(month))[0].state.quotite_remuneree.clone() == Some(Exact::ONE);
    assert!(full(0, "2026-11") && !full(0, "2026-10") && !full(1, "2027-06") && !full(2, "2027-02") && full(2, "2027-03"));
}

#[test]
fn two_rules_that_undo_each_other_end() {
    let all = |x: &str| change(Whom::Selected(HowMany::All), "2026-11-01", to_quotite(x));
    let resolved = settle(&mut scene(&[at("1/2")]), vec![all("1"), all("1/2"), all("1")], |k, who| {
        who.state.quotite == Some(if k == 1 { Exact::ONE } else { q("1/2") })
    });
    assert_eq!(told(&resolved), ["M001/1 A 2026-11-01", "M002/1 A 2026-11-01", "M003/1 A 2026-11-01"]);
}

#[test]
fn a_promotion_lands_where_the_index_is_not_lower() {
    let with_hors_classe = |states: &[State]| {
        let mut scene = scene(states);
        let step = crate::made::step;
        scene.grids.add("HC", d("2020-01-01"), None, vec![step("1", 600, Some(12)), step("2", 623, Some(12)), step("3", 680, None)]);
        scene
    };
    let promoted = |state: State| {
        let mut scene = with_hors_classe(&[state]);
        settle(&mut scene, vec![change(Whom::Agent("A".to_owned()), "2027-01-01", to_grade("HC"))], |_, _| true);
        scene.one()
    };
    // IM 577: the first step is 600; entry that day, nothing kept, the next one after its duration.
    let agent = promoted(titulaire("3", "2026-03-01"));
    assert_eq!(in_months(&agent, "2026-12", "2027-01"), "2026-12:30 3/577 2027-01:30 1/600");
    assert_eq!(
        (agent.rows_of(m("2027-01"))[0].state.step_entry, agent.rows_of(m("2027-01"))[0].state.step_kept_months),
        (Some(d("2027-01-01")), 0)
    );
    // IM 623 is the second step's: months served are kept, at most its duration less one.
    let kept = |since: &str| promoted(titulaire("4", since)).rows_of(m("2027-01"))[0].state.step_kept_months;
    assert_eq!((kept("2026-06-01"), kept("2020-06-01")), (7, 11));
    // From a lump sum: the first step, as a newcomer.
    let lump = State { echelon: String::new(), inm: None, remuneration: "FORFAIT".to_owned(), ..titulaire("1", "2026-01-01") };
    let mut hired = with_hors_classe(&[lump]);
    let indexed = Change { remuneration: Some("INDICIAIRE".to_owned()), ..to_grade("HC") };
    settle(&mut hired, vec![change(Whom::Agent("A".to_owned()), "2027-01-01", indexed)], |_, _| true);
    assert_eq!(in_months(&hired.one(), "2027-01", "2027-01"), "2027-01:30 1/600");
    // Above the top: the last step, and not a point less.
    let top = State { inm: Some(700), ..titulaire("5", "2026-01-01") };
    let mut above = with_hors_classe(&[State { echelon: String::new(), ..top }]);
    settle(&mut above, vec![change(Whom::Agent("A".to_owned()), "2027-01-01", to_grade("HC"))], |_, _| true);
    assert_eq!(in_months(&above.one(), "2027-01", "2027-01"), "2027-01:30 3/700");
}

#[test]
fn fractions_designate_nobody() {
    let mut scene = scene(&[at("1"), at("1/2"), at("1/2")]);
    // 1/2 ETP out of 2: a quarter of everybody.
    let leave = What::Leave { whom: Whom::Selected(HowMany::Etp(q("1/2"))), on: d("2026-10-31"), motif: String::new() };
    let resolved = settle(&mut scene, vec![leave], |_, _| true);
    assert_eq!(told(&resolved), ["A 2026-11-01 *3/4", "B 2026-11-01 *3/4", "C 2026-11-01 *3/4"]);
    let rows = scene.unroll();
    assert!(rows.agents.iter().all(|a| a.rows_of(m("2026-10"))[0].share == Exact::ONE && a.rows_of(m("2026-11"))[0].share == q("3/4")));
    // 1 ETP changes grade, then half an ETP more leaves: shares multiply, and what changed follows its agent.
    let promote = change(Whom::Selected(HowMany::Etp(q("1"))), "2026-11-01", Change { inm: Some(900), ..Change::default() });
    let leave = What::Leave { whom: Whom::Agent("A".to_owned()), on: d("2027-01-31"), motif: String::new() };
    let resolved = settle(&mut scene, vec![promote, leave], |_, _| true);
    assert_eq!(told(&resolved)[..3], ["M001/1 A 2026-11-01 1/2", "M001/2 B 2026-11-01 1/2", "M001/3 C 2026-11-01 1/2"]);
    let careers = scene.unroll();
    let twin = careers.agents.iter().find(|a| a.matricule == "M001/1").unwrap();
    assert_eq!((twin.seat.as_deref(), twin.fraction, twin.in_force_at_end()), (Some("A"), true, false));
    assert_eq!(twin.rows.iter().map(|r| r.month).collect::<Vec<_>>(), [m("2026-11"), m("2026-12"), m("2027-01")]);
    assert!(twin.rows.iter().all(|r| r.state.inm == Some(900) && r.share == q("1/2")));
    assert_eq!(careers.agents[0].rows_of(m("2026-12"))[0].share, q("1/2"));
    // More than there is: all of it, and it is said.
    let leave = What::Leave { whom: Whom::Selected(HowMany::Etp(q("5"))), on: d("2026-10-31"), motif: String::new() };
    let resolved = settle(&mut scene, vec![leave], |_, _| true);
    assert_eq!(resolved.findings[0].kind, FindingKind::LessEtp { asked: q("5"), found: q("2") });
    assert!(scene.unroll().agents.iter().all(|a| a.rows_of(m("2026-11")).is_empty()));
}

fn announced(matricule: &str, date: &str, kind: &str, motif: &str, change: Change) -> Forecast {
    Forecast { matricule: matricule.to_owned(), date: d(date), kind: kind.to_owned(), motif: motif.to_owned(), change }
}

fn arrival() -> Change {
    Change { statut: Some("CDD".to_owned()), remuneration: Some("INDICIAIRE".to_owned()), inm: Some(430), ..Change::default() }
}

fn flow(flow: Flow, from: Option<&str>, shift: Shift) -> What {
    What::Flow { flow, from: from.map(d), until: None, motif: None, shift }
}

#[test]
fn announced_arrivals_are_cancelled_or_put_off() {
    let mut scene = scene(&[titulaire("3", "2026-01-01")]);
    scene.forecasts = vec![announced("N", "2026-10-15", "ENTREE", "", arrival()), announced("P", "2027-02-01", "ENTREE", "", arrival())];
    let resolved = settle(&mut scene, vec![flow(Flow::Entries, Some("2027-01-01"), Shift::Cancel)], |_, _| true);
    assert_eq!(told(&resolved), ["M001/1 P 2027-02-01 > -"]);
    assert_eq!(scene.unroll().agents.iter().map(|a| a.matricule.clone()).collect::<Vec<_>>(), ["A", "N"]);
    let resolved = settle(&mut scene, vec![flow(Flow::Entries, None, Shift::By(3))], |_, _| true);
    assert_eq!(told(&resolved), ["M001/1 N 2026-10-15 > 2027-01-15", "M001/2 P 2027-02-01 > 2027-05-01"]);
    let careers = scene.unroll();
    assert_eq!((careers.agents[1].entry, careers.agents[1].rows[0].thirtieths), (d("2027-01-15"), 16));
    // To a day: those before it only. A second sentence starts from what the first made.
    let to = flow(Flow::Entries, None, Shift::To(d("2027-01-01")));
    let resolved = settle(&mut scene, vec![to, flow(Flow::Entries, None, Shift::By(1))], |_, _| true);
    assert_eq!(
        told(&resolved),
        ["M001/1 N 2026-10-15 > 2027-01-01", "M002/1 N 2027-01-01 > 2027-02-01", "M002/2 P 2027-02-01 > 2027-03-01"]
    );
    assert_eq!(scene.unroll().agents[1].entry, d("2027-02-01"));
}

#[test]
fn announced_departures_and_ends_of_contract_too() {
    let mut scene = scene(&[titulaire("3", "2026-01-01"), contract(Some("2026-12-01")), titulaire("3", "2026-01-01")]);
    scene.forecasts = vec![announced("A", "2026-11-16", "SORTIE", "MUTATION", Change::default())];
    let typed = What::Leave { whom: Whom::Agent("C".to_owned()), on: d("2026-11-30"), motif: "RETRAITE".to_owned() };
    // What a scenario typed is not announced: it stays.
    let resolved = settle(&mut scene, vec![typed, flow(Flow::Exits, None, Shift::By(2))], |_, _| true);
    assert_eq!(told(&resolved)[..2], ["M002/1 A 2026-11-16 > 2027-01-16", "C -2026-11-30 RETRAITE"]);
    let exits: Vec<_> = scene.unroll().agents.iter().map(|a| a.exit.clone().unwrap().date).collect();
    assert_eq!(exits, [d("2027-01-16"), d("2027-02-01"), d("2026-12-01")]);
    let resolved = settle(&mut scene, vec![flow(Flow::Exits, None, Shift::Cancel)], |_, _| true);
    assert_eq!(resolved.movements.len(), 2);
    assert!(scene.unroll().agents.iter().all(|a| a.exit.is_none() && a.months.last().unwrap().month == m("2027-12")));
    // Only those of a motive.
    let motif = What::Flow { flow: Flow::Exits, from: None, until: None, motif: Some("FIN_CONTRAT".to_owned()), shift: Shift::Cancel };
    assert_eq!(told(&settle(&mut scene, vec![motif], |_, _| true)), ["M001/1 B 2026-12-01 > -"]);
}

#[test]
fn one_departure_in_two_is_replaced_after_a_while() {
    let mut scene = scene(&[at("4/5"), titulaire("4", "2026-01-01"), titulaire("4", "2025-01-01"), titulaire("2", "2026-01-01")]);
    let leave = |who: &str, on: &str, motif: &str| What::Leave { whom: Whom::Agent(who.to_owned()), on: d(on), motif: motif.to_owned() };
    let replace = |ratio, motif: Option<&str>, change| What::Replace {
        ratio,
        from: None,
        motif: motif.map(str::to_owned),
        after: 2,
        change: Box::new(change),
    };
    let gone = || {
        vec![
            leave("B", "2026-10-31", "RETRAITE"),
            leave("A", "2026-10-31", "DEMISSION"),
            leave("D", "2026-12-31", "RETRAITE"),
            leave("C", "2027-01-31", "RETRAITE"),
        ]
    };
    let mut orders = gone();
    orders.push(replace((1, 2), None, Change::default()));
    let resolved = settle(&mut scene, orders, |_, _| true);
    // In order of date, ties by matricule: A, B, D, C.
    let hires: Vec<String> = told(&resolved).into_iter().filter(|t| t.contains('+')).collect();
    assert_eq!(hires, ["M005/1 +2027-01-01 B", "M005/2 +2027-04-01 C"]);
    let careers = scene.unroll();
    let hire = careers.agents.iter().find(|a| a.matricule == "M005/1").unwrap();
    // The post: his grade and structure, its first step, full time.
    let state = &hire.rows[0].state;
    assert_eq!(
        (state.echelon.as_str(), state.inm, state.structure.as_str(), hire.seat.as_deref()),
        ("1", Some(478), "SCI_MATH", Some("B"))
    );
    let mut orders = gone();
    let step = Change { step: Some(("2".to_owned(), String::new())), ..Change::default() };
    orders.push(replace((1, 1), Some("DEMISSION"), step));
    settle(&mut scene, orders, |_, _| true);
    let careers = scene.unroll();
    let hire = careers.agents.iter().find(|a| a.matricule == "M005/1").unwrap();
    assert_eq!((hire.rows[0].state.inm, hire.rows[0].state.quotite.clone(), hire.entry), (Some(531), Some(Exact::ONE), d("2027-01-01")));
}

#[test]
fn an_age_a_seniority_a_term() {
    let born = |day: &str| State { birth: Some(d(day)), ..titulaire("3", "2026-01-01") };
    let mut scene = scene(&[born("1959-11-12"), born("1950-01-01"), contract(Some("2027-03-01")), contract(None)]);
    let retire = What::LeaveWhen { when: When::Age(67 * 12), from: Some(d("2026-12-01")), motif: "RETRAITE".to_owned() };
    let resolved = settle(&mut scene, vec![retire], |_, who| who.state.statut == "TITULAIRE");
    // Who has passed the age leaves at the end of the first month looked at.
    assert_eq!(told(&resolved), ["A -2026-12-31 RETRAITE", "B -2026-12-31 RETRAITE"]);
    let retire = What::LeaveWhen { when: When::Age(67 * 12), from: None, motif: "RETRAITE".to_owned() };
    assert_eq!(told(&settle(&mut scene, vec![retire], |_, who| who.matricule == "A")), ["A -2026-11-30 RETRAITE"]);
    // Entered on 15 September 2019: eight years on 15 September 2027.
    let cdi = Change { statut: Some("CDI".to_owned()), ..Change::default() };
    let when = What::ChangeWhen { when: When::Seniority(96), from: None, change: Box::new(cdi) };
    assert_eq!(told(&settle(&mut scene, vec![when], |_, who| who.state.statut == "CDD")), ["M001/1 D 2027-09-15"]);
    // The renewal announced for C is not made; D has no term.
    let renewed = Change { contract_end: Some(Some(d("2028-03-01"))), ..Change::default() };
    scene.forecasts = vec![announced("C", "2027-03-01", "CONTRAT", "", renewed)];
    let term = || What::LeaveWhen { when: When::Term, from: None, motif: "FIN_CONTRAT".to_owned() };
    assert_eq!(told(&settle(&mut scene, vec![term()], |_, _| true)), ["C -2027-02-28 FIN_CONTRAT"]);
    // Not renewed anyway: nothing to do.
    scene.forecasts.clear();
    assert_eq!(told(&settle(&mut scene, vec![term()], |_, _| true)), [""; 0]);
}

#[test]
fn orders_that_find_nothing_say_so() {
    let mut scene = scene(&[titulaire("3", "2026-01-01")]);
    let leave = |who: &str, on: &str| What::Leave { whom: Whom::Agent(who.to_owned()), on: d(on), motif: String::new() };
    let all = change(Whom::Selected(HowMany::All), "2026-11-01", to_quotite("1/2"));
    let what = vec![leave("Z", "2026-11-30"), leave("A", "2026-10-31"), leave("A", "2026-12-31"), leave("A", "2028-12-31"), all];
    let resolved = settle(&mut scene, what, |_, _| false);
    let kinds: Vec<FindingKind> = resolved.findings.into_iter().map(|f| f.kind).collect();
    assert_eq!(
        kinds,
        [
            FindingKind::Unknown { matricule: "Z".to_owned() },
            FindingKind::Absent { matricule: "A".to_owned(), on: d("2026-12-31") },
            FindingKind::AfterTheEnd { on: d("2028-12-31") },
            FindingKind::Nobody,
        ]
    );
}
