//! Effect, publication and payment; cohorts; who is in an overlap: to figures.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cadrage_driver::{Compiled, Texts, compile};
use cadrage_engine::{
    AgentFrame, AgentMonth, AgentProjection, BackPay, Backend, Cohort, Crew, Line, Origin, Parameters, Pay, Rappel, RappelPlan, Row,
    pay_formulas,
};
use cadrage_ir::{ATTRIBUTES, COLUMNS, attribute};
use cadrage_session::{Projection, Workspace};
use cadrage_value::{Date, Money, Month};

use super::support::{BACKEND, calculate, dossier, open, root};

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

fn day(text: &str) -> Date {
    Date::parse(text).expect("day")
}

/// The CAS rate of décret 2025-61: effect on 1 January, paid from `paid` on.
fn cas(paid: &str) -> Compiled {
    let text = format!(
        "constante taux_cas en % :
  à compter du 01/01/2014 : 74,28 %   source \"décret n° 2012-1507\"
  à compter du 01/01/2025 : 78,28 %   source \"décret n° 2025-61\" publié le 24/01/2025 payé en {paid}
fin
formule cas en € par agent :
  = 1 000 € * taux_cas
  arrondi au centime
  alimente rubrique 403005
fin
"
    );
    let compiled = compile(&Texts { scripts: vec![("cas.cadrage".into(), text)], ..Texts::default() }, None);
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    compiled
}

/// One titulaire from 11/2024 to 04/2025, paid 742,80 € of CAS in each month up to `last`.
fn agent(last: Option<Month>) -> AgentFrame {
    let row = || {
        let mut codes: Vec<Arc<str>> = vec!["".into(); ATTRIBUTES.len()];
        codes[attribute("statut").expect("attribute").index()] = "TITULAIRE".into();
        Row { numbers: vec![None; COLUMNS.len()], codes }
    };
    let months = month("2024-11")
        .through(month("2025-04"))
        .map(|m| {
            let constate = last.is_some_and(|l| m <= l);
            let observed = if constate { BTreeMap::from([("403005".to_owned(), Money::from_cents(74_280))]) } else { BTreeMap::new() };
            AgentMonth { month: m, constate, situations: vec![row()], observed }
        })
        .collect();
    AgentFrame { matricule: "essai".into(), months, last_paid: BTreeMap::new(), end_row: Some(row()), supplied: BTreeMap::new() }
}

fn run_cas(paid: &str, last: Option<&str>, plan: bool, observed: &str) -> AgentProjection {
    let compiled = cas(paid);
    let mut parameters = Parameters::of(&compiled.program);
    parameters.observe(day(observed));
    let kernel = BACKEND.prepare(&compiled.program);
    let formulas = pay_formulas(&compiled.program);
    let last = last.map(month);
    let before = last.unwrap_or_else(|| month("2024-10"));
    let plan = plan.then(|| RappelPlan { first: month("2024-11"), last: before });
    let back_pay = BackPay::new(&parameters, plan, before, month("2025-04"));
    let levels = cadrage_engine::Levels::default();
    let environment = cadrage_engine::Environment { parameters: &parameters, levels: &levels };
    let cohort = Cohort::alone(&agent(last));
    let loaded = kernel.load(&cohort);
    let crew = Crew { kernel: &*kernel, loaded: &*loaded, cohort: &cohort };
    Pay::of(crew, &compiled.program, environment, &formulas, Some(&back_pay)).agent(0).expect("no fault")
}

fn amounts(projection: &AgentProjection) -> Vec<(String, i64)> {
    projection.amounts.iter().map(|(m, _, x)| (m.to_string(), x.cents())).collect()
}

fn owed(projection: &AgentProjection) -> Vec<(String, String, i64)> {
    let told = |r: &Rappel| (r.right.to_string(), r.paid.to_string(), r.amount.cents());
    projection.rappels.iter().map(told).collect()
}

fn pairs(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(m, x)| ((*m).to_owned(), *x)).collect()
}

#[test]
fn the_cas_rate_of_january_2025_is_paid_in_february() {
    // All projected: January as it was paid, February at the new rate and its back pay.
    let run = run_cas("02/2025", None, false, "2025-01-31");
    let want =
        [("2024-11", 74_280), ("2024-12", 74_280), ("2025-01", 74_280), ("2025-02", 78_280), ("2025-03", 78_280), ("2025-04", 78_280)];
    assert_eq!(amounts(&run), pairs(&want));
    assert_eq!(owed(&run), [("2025-01".to_owned(), "2025-02".to_owned(), 4_000)]);
    // January constaté at the old rate: the same back pay, whether the files are looked at or not, and once.
    for plan in [false, true] {
        let run = run_cas("02/2025", Some("2025-01"), plan, "2025-01-31");
        assert_eq!(owed(&run), [("2025-01".to_owned(), "2025-02".to_owned(), 4_000)], "{plan}");
        assert_eq!(amounts(&run), pairs(&[("2025-02", 78_280), ("2025-03", 78_280), ("2025-04", 78_280)]));
    }
    // Paid a month later still: February waits too, and March pays both.
    for plan in [false, true] {
        let run = run_cas("03/2025", Some("2025-01"), plan, "2025-01-31");
        let both = [("2025-01".to_owned(), "2025-03".to_owned(), 4_000), ("2025-02".to_owned(), "2025-03".to_owned(), 4_000)];
        assert_eq!(owed(&run), both, "{plan}");
        assert_eq!(amounts(&run), pairs(&[("2025-02", 74_280), ("2025-03", 78_280), ("2025-04", 78_280)]));
    }
    // February constaté: what it paid is in the files.
    assert_eq!(owed(&run_cas("02/2025", Some("2025-02"), false, "2025-02-28")), []);
}

#[test]
fn a_scenario_observed_before_the_decree_does_not_know_it() {
    let run = run_cas("02/2025", None, false, "2025-01-23");
    assert!(amounts(&run).iter().all(|(_, x)| *x == 74_280));
    assert_eq!(owed(&run), []);
    let run = run_cas("02/2025", None, false, "2025-01-24");
    assert_eq!(amounts(&run)[3], ("2025-02".to_owned(), 78_280));
}

/// The example with one more script.
fn valmont(script: &str) -> (tempfile::TempDir, Workspace, Compiled) {
    let folder = dossier(&root().join("examples/01-valmont"));
    std::fs::write(folder.path().join("zz_essai.cadrage"), script).expect("script");
    let (workspace, compiled) = open(folder.path());
    (folder, workspace, compiled)
}

fn by_month(run: &Projection, keep: impl Fn(&Line) -> bool) -> BTreeMap<Month, i64> {
    let mut out = BTreeMap::new();
    for line in run.lines.iter().filter(|l| l.month > run.last && keep(l)) {
        *out.entry(line.month).or_default() += line.amount.cents();
    }
    out
}

#[test]
fn a_rate_paid_late_moves_its_difference_and_loses_nothing() {
    let (_folder, mut workspace, compiled) = valmont(
        "utiliser valmont version \"2026.3\"
scénario à_temps hérite de budget_2027 :
  modifier taux_pension_civile à compter du 01/12/2026 = 82,28 %
fin
scénario en_retard hérite de budget_2027 :
  modifier taux_pension_civile à compter du 01/12/2026 = 82,28 % payé en 02/2027
fin
",
    );
    let base = calculate(&mut workspace, &compiled, "budget_2027");
    let on_time = calculate(&mut workspace, &compiled, "à_temps");
    let late = calculate(&mut workspace, &compiled, "en_retard");
    let all = |_: &Line| true;
    let (base, on_time_by, late_by) = (by_month(&base, all), by_month(&on_time, all), by_month(&late, all));
    let (december, january, february) = (month("2026-12"), month("2027-01"), month("2027-02"));
    // Until the payment, as if nothing had changed; after it, as if it had come on time; in between nothing is lost.
    assert_eq!(late_by[&december], base[&december]);
    assert_eq!(late_by[&january], base[&january]);
    let difference = on_time_by[&december] - base[&december] + on_time_by[&january] - base[&january];
    assert!(difference > 0);
    assert_eq!(late_by[&february], on_time_by[&february] + difference);
    assert_eq!(late_by[&month("2027-03")], on_time_by[&month("2027-03")]);
    // Each month of right by itself, and the exercice it belongs to.
    let back: Vec<&Line> = late.lines.iter().filter(|l| matches!(l.origin, Origin::Rappel(_)) && l.month == february).collect();
    let of = |right: Month| back.iter().filter(|l| l.right == right).map(|l| l.amount.cents()).sum::<i64>();
    assert_eq!(of(december), on_time_by[&december] - base[&december]);
    assert_eq!(of(january), on_time_by[&january] - base[&january]);
    assert!(back.iter().all(|l| l.code("nature") == if l.right == december { "ANTERIEUR" } else { "COURANT" }));
    println!("rappels de février 2027 : {} lignes, {difference} centimes", back.len());
}

#[test]
fn a_value_published_after_the_observation_is_not_used() {
    let (_folder, mut workspace, compiled) = valmont(
        "utiliser valmont version \"2026.3\"
constante prime_neuve en €/mois locale :
  à compter du 01/01/2020 : 10 €/mois   source \"x\"
  à compter du 01/11/2026 : 20 €/mois   source \"x\" publié le 15/10/2026
fin
formule versement en € par agent :
  pour payés_au_mois
  = prime_neuve * 1 mois
  arrondi au centime
  alimente rubrique 209901
fin
scénario avant hérite de atterrissage_2026 :
  projeter jusqu'à 12/2026
fin
scénario après :
  constaté jusqu'à 09/2026 observé au 31/10/2026
  projeter jusqu'à 12/2026
fin
",
    );
    let own = |l: &Line| l.code("rubrique") == "209901" && matches!(l.origin, Origin::Computed(_));
    let before = calculate(&mut workspace, &compiled, "avant");
    let after = calculate(&mut workspace, &compiled, "après");
    let told: Vec<&str> = before.alerts.iter().filter(|a| a.code == "T08").map(|a| a.message.as_str()).collect();
    assert_eq!(
        told,
        ["`prime_neuve` : la valeur du 01/11/2026 n'est pas publiée au 30/09/2026 (elle l'est le 15/10/2026) : la précédente continue"]
    );
    assert!(!after.alerts.iter().any(|a| a.code == "T08"));
    let (before, after) = (by_month(&before, own), by_month(&after, own));
    let november = month("2026-11");
    assert!(before[&november] > 0);
    assert_eq!(after[&month("2026-10")], before[&month("2026-10")]);
    assert_eq!(after[&november], 2 * before[&november]);
    println!("novembre : {} centimes avant la publication, {} après", before[&november], after[&november]);
}

#[test]
fn a_cohort_is_who_entered_since() {
    let (_folder, mut workspace, compiled) = valmont(
        "utiliser valmont version \"2026.3\"
population cohorte_2021 = statut (CDD ; CDI) et date_entrée >= 09/2021
population promotion_2023 = statut (CDD ; CDI) et date_entrée entre 01/09/2023 et 08/2024
constante revalorisation en €/mois locale :
  par défaut 0 €/mois                       source \"x\"
  sauf pour cohorte_2021 : 30 €/mois        source \"x\"
  sauf pour promotion_2023 : 50 €/mois      source \"x\"
fin
formule versement en € par agent :
  pour payés_au_mois
  = revalorisation * 1 mois
  arrondi au centime
  alimente rubrique 209901
fin
",
    );
    let run = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let october = month("2026-10");
    let mut paid: BTreeMap<&str, i64> = BTreeMap::new();
    let mut present: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    for line in run.lines.iter().filter(|l| l.month == october && matches!(l.origin, Origin::Computed(_))) {
        present.insert(line.code("matricule"));
        if line.code("rubrique") == "209901" {
            *paid.entry(line.code("matricule")).or_default() += line.amount.cents();
        }
    }
    // Who they are, by the deliveries alone.
    let facts = &workspace.cube().expect("cube").months[&month("2026-09")];
    let (mut checked, mut cohorts) = (0, [0, 0]);
    for s in facts.situations.iter().filter(|s| s.end.is_none() && present.contains(s.matricule.as_str())) {
        let contract = matches!(s.state.statut.as_str(), "CDD" | "CDI");
        let monthly = matches!(s.state.remuneration.as_str(), "INDICIAIRE" | "FORFAIT");
        let want = match (contract && monthly, s.entry) {
            (true, e) if e >= day("2023-09-01") && e <= day("2024-08-31") => 5_000,
            (true, e) if e >= day("2021-09-01") => 3_000,
            _ => 0,
        };
        // A movement of October may change the status of a few.
        if run.lines.iter().any(|l| l.month == october && l.code("matricule") == s.matricule && l.code("statut") == s.state.statut) {
            assert_eq!(paid.get(s.matricule.as_str()).copied().unwrap_or(0), want, "{} {}", s.entry, s.state.statut);
            checked += 1;
            cohorts[0] += usize::from(want == 3_000);
            cohorts[1] += usize::from(want == 5_000);
        }
    }
    println!("cohortes : {checked} agents contrôlés, {cohorts:?} revalorisés");
    assert!(checked > 50 && cohorts[0] > 0 && cohorts[1] > 0, "{checked} {cohorts:?}");
}

/// Writes a script beside the example and compiles, errors included.
fn overlapping(script: &str) -> (Compiled, usize) {
    let folder = dossier(Path::new(&root().join("examples/01-valmont")));
    let (mut workspace, _) = open(folder.path());
    std::fs::write(folder.path().join("zz_essai.cadrage"), script).expect("script");
    let compiled = workspace.compile().expect("compiled");
    let cube = workspace.cube().expect("cube");
    let (last, facts) = cube.months.iter().next_back().expect("a month");
    let mut both: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    for s in &facts.situations {
        let now = s.start <= last.last_day() && s.end.is_none_or(|e| e > last.last_day()) && s.state.position == "AC";
        let mcf = cube.references.grade(&s.state.grade).is_some_and(|g| g.corps == "MCF");
        if now && mcf && cube.references.composante_of(&s.state.structure) == "SCIENCES" {
            both.insert(&s.matricule);
        }
    }
    (compiled, both.len())
}

#[test]
fn an_overlap_says_how_many_agents_are_in_it() {
    let (compiled, both) = overlapping(
        "utiliser valmont version \"2026.3\"
constante prime_neuve en €/mois locale :
  par défaut 0 €/mois                      source \"x\"
  sauf pour corps MCF : 30 €/mois          source \"x\"
  sauf pour composante SCIENCES : 20 €/mois   source \"x\"
fin
",
    );
    assert!(both > 1, "{both}");
    let told: Vec<&str> = compiled.diagnostics.iter().filter(|d| d.code == cadrage_source::Code::E01).map(|d| d.message.as_str()).collect();
    let want =
        format!("`prime_neuve` : deux exceptions se recouvrent sans que l'une précise l'autre ; {both} agents y répondent au 30/09/2026");
    assert_eq!(told, [want]);
}
