//! What-ifs whose answer is a verb: one script each calls `comparer` or is asked of `contrôler`, and the answer is held to the lines.

use std::collections::BTreeSet;

use cadrage_engine::{Line, Origin};
use cadrage_session::{CeilingRow, CeilingState, Comparison, Leg, Phases, Remedy, declared_comparisons};
use cadrage_value::{Exact, Month};

use super::support::BACKEND;
use super::what_ifs_of_pay::{World, cents, world};

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

fn euros(cents: i64) -> Exact {
    Exact::ratio(cents, 100).expect("euros")
}

/// What the script's `comparer` say, in order, with what each effect is made of.
fn compared(w: &mut World) -> Vec<Comparison> {
    let declared = declared_comparisons(&w.compiled);
    let ask = |d: &cadrage_session::DeclaredComparison| {
        let request = cadrage_session::ComparisonRequest { details: true, ..d.request.clone() };
        w.workspace.compare(&w.compiled, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
    };
    let found: Vec<Comparison> = declared.iter().map(ask).collect();
    assert!(found.iter().all(|c| c.residual().is_zero()));
    found
}

fn controlled(w: &mut World, scenario: &str) -> Vec<CeilingRow> {
    w.workspace.ceilings(&w.compiled, scenario, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}")).1
}

fn in_2027(l: &Line) -> bool {
    l.month.year() == 2027
}

/// 3: one departure in two replaced costs what the replacements are paid, and nothing else moves.
#[test]
fn replacements_are_the_whole_difference() {
    let mut w = world("03");
    let found = compared(&mut w);
    let p = w.run("un_départ_sur_deux");
    let new = |l: &Line| l.code("matricule").starts_with("M001/");
    let [pay, jobs] = found.as_slice() else { panic!("{}", found.len()) };
    let [effect] = pay.effects.as_slice() else { panic!("{:?}", pay.effects) };
    assert_eq!(effect.amount, euros(cents(&p, |l| in_2027(l) && new(l))));
    assert!(effect.amount > Exact::ZERO && effect.agents.keys().all(|m| m.starts_with("M001/")), "{effect:?}");
    let etpt: Exact = p.lines.iter().filter(|l| l.right.year() == 2027 && new(l)).map(|l| l.etpt().clone()).sum();
    assert_eq!(jobs.effects[0].amount, etpt);
    let told: Vec<&String> = jobs.effects[0].members.keys().collect();
    assert_eq!(told, ["SCIENCES"], "the posts are those of the UFR");
}

/// 9: five points for all, in treatment and in all: who is paid on no index gains nothing.
#[test]
fn five_points_are_priced_by_status() {
    let mut w = world("09");
    let found = compared(&mut w);
    let (base, p) = (w.run("budget_2027"), w.run("cinq_points"));
    let [pay, treatment] = found.as_slice() else { panic!("{}", found.len()) };
    assert_eq!(pay.difference(), euros(cents(&p, in_2027) - cents(&base, in_2027)));
    let [effect] = pay.effects.as_slice() else { panic!("{:?}", pay.effects) };
    let of = |status: &str| {
        euros(cents(&p, |l| in_2027(l) && l.code("statut") == status) - cents(&base, |l| in_2027(l) && l.code("statut") == status))
    };
    for (status, amount) in &effect.members {
        assert_eq!(*amount, of(status), "{status}");
    }
    assert!(!effect.members.contains_key("VACATAIRE") && effect.members["TITULAIRE"] > Exact::ZERO, "{:?}", effect.members);
    let gains = |l: &Line| in_2027(l) && l.code("rubrique") == "101000";
    assert_eq!(treatment.difference(), euros(cents(&p, gains) - cents(&base, gains)));
    // Five points a month at the point of the year, for the paid fraction of those whose index comes from a grid: never more than for all.
    let paid: Exact =
        base.lines.iter().filter(|l| l.right.year() == 2027 && l.code("rémunération") == "INDICIAIRE").map(|l| l.etpf().clone()).sum();
    let most = &(&paid * &Exact::from_int(5)) * &"59,0734".parse().expect("point");
    assert!(
        treatment.difference() <= &most + &Exact::from_int(10) && treatment.difference() > Exact::ZERO,
        "{:?} {most}",
        treatment.difference()
    );
}

/// 14: the envelope adds 60 000 € to the cent; what the amounts by grade made is taken off, contributions on it too.
#[test]
fn an_envelope_adds_its_amount() {
    let mut w = world("14");
    let found = compared(&mut w);
    let base = w.run("budget_2027");
    let [all] = found.as_slice() else { panic!("{}", found.len()) };
    let [off, on] = all.effects.as_slice() else { panic!("{:?}", all.effects) };
    assert!(off.label.contains("cia_annuel") && on.label.contains("enveloppe_cia"), "{} ; {}", off.label, on.label);
    assert_eq!(on.amount, Exact::from_int(60_000));
    let paid = euros(cents(&base, |l| in_2027(l) && l.code("rubrique") == "202210"));
    assert!(paid > Exact::ZERO && off.amount <= -paid);
    // Shared to the cent, each part of whole cents.
    assert!(on.agents.len() > 10 && on.agents.values().all(|x| (x * &Exact::from_int(100)).denominator() == Some(1)));
}

/// 25: the month the ceiling is passed if everybody is hired, and what to take off.
#[test]
fn hiring_everybody_passes_the_ceiling_in_march() {
    let mut w = world("25");
    let (rows, p) = (controlled(&mut w, "tout_recruté"), w.run("tout_recruté"));
    let row = rows.iter().find(|r| r.envelope == "plafond_2" && r.year == 2027).expect("row");
    let jobs = |m: Month| -> Exact {
        let own = p.lines.iter().filter(|l| l.right == m && l.code("plafond") == "INTERNE" && l.code("groupe") != "VACATAIRES");
        &own.map(|l| l.etpt().clone()).sum::<Exact>() * &Exact::from_int(12)
    };
    let ceiling = Exact::from_int(14);
    let year = || month("2027-01").through(month("2027-12"));
    for (m, x) in &row.months {
        assert_eq!(*x, jobs(*m), "{m}");
    }
    assert_eq!(row.first_month, year().find(|m| jobs(*m) > ceiling));
    assert_eq!(row.state, CeilingState::Block);
    let Some(Remedy::EachMonth(much, from, _)) = &row.remedy else { panic!("{row:?}") };
    assert_eq!(Some(*from), row.first_month);
    let worst = year().map(jobs).max().expect("months");
    assert_eq!(*much, &worst - &ceiling);
    println!("25 : dépassé en {}, {} ETPT de trop au plus", from.to_french(), much.to_french(2));
}

/// 26: ninety-nine per cent shared, the reserve held by nobody; it is told when what has no part eats it.
#[test]
fn the_reserve_is_what_nobody_has() {
    let mut w = world("26");
    let rows = controlled(&mut w, "budget_avec_réserve");
    let of = |member: &str| rows.iter().find(|r| r.envelope == "crédits_2027" && r.member == member && r.year == 2027).expect("row");
    let (whole, rest) = (of(""), of("?"));
    let ceiling = |r: &CeilingRow| r.ceiling.clone().expect("ceiling");
    assert_eq!(ceiling(rest), &ceiling(whole) / &Exact::from_int(100));
    let parts: Exact = rows.iter().filter(|r| r.year == 2027 && !r.member.is_empty() && r.member != "?").map(ceiling).sum();
    assert_eq!(&parts + &ceiling(rest), ceiling(whole));
    let p = w.run("budget_avec_réserve");
    let shared: BTreeSet<&str> = rows.iter().map(|r| r.member.as_str()).collect();
    let outside = |l: &Line| in_2027(l) && l.code("plafond") != "HORS_PSOP" && !shared.contains(l.code("composante"));
    assert_eq!(rest.landing, euros(cents(&p, outside)));
    // Members and reserve make the whole, so a part that is passed eats the reserve.
    let landings: Exact = rows.iter().filter(|r| r.year == 2027 && !r.member.is_empty()).map(|r| r.landing.clone()).sum();
    assert_eq!(landings, whole.landing);
    for r in rows.iter().filter(|r| r.year == 2027) {
        println!("26 : {:<10} {:?} {} / {}", r.member, r.state, r.landing.to_french(2), ceiling(r).to_french(2));
    }
}

/// 28: looking three months further back pays what those months are owed, in the first month to come, and nothing else.
#[test]
fn back_pay_since_january_is_paid_in_october() {
    let mut w = world("28");
    let found = compared(&mut w);
    let [nothing, late] = found.as_slice() else { panic!("{}", found.len()) };
    assert!(nothing.difference().is_zero(), "no file waits since January in the example");
    let (six, nine) = (w.run("texte_en_retard"), w.run("texte_rattrapé"));
    let owed = |p: &cadrage_session::Projection, first: &str, last: &str| {
        let back = |l: &Line| matches!(l.origin, Origin::Rappel(_)) && l.right >= month(first) && l.right <= month(last);
        assert!(p.lines.iter().filter(|l| back(l)).all(|l| l.month == month("2026-10")));
        cents(p, back)
    };
    let older = owed(&nine, "2026-01", "2026-03");
    assert_eq!(owed(&six, "2026-01", "2026-03"), 0);
    assert_eq!(owed(&six, "2026-04", "2026-09"), owed(&nine, "2026-04", "2026-09"));
    assert!(older > 0);
    assert_eq!(late.difference(), euros(older));
    let [effect] = late.effects.as_slice() else { panic!("{:?}", late.effects) };
    assert_eq!((effect.leg, effect.key.as_str()), (Leg::Known, "autres_decalage_des_rappels"));
    assert!(effect.agents.len() > 50, "{}", effect.agents.len());
}
