//! Made-up institutions against their truth: constaté, landing, what-ifs, to the cent, cell by cell.

use std::path::Path;

use cadrage_value::{Exact, Month};
use suite::{Cells, Jobs, cents, jobs, money, rows};

use super::support::{calculate, dossier, open, root, shared};

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

/// Cells of a truth file up to (or from) a month.
fn truth(path: &Path, keep: impl Fn(Month) -> bool) -> Cells {
    let mut out = Cells::new();
    for row in rows(path) {
        if keep(month(&row["mois"])) {
            let key = ["mois", "composante", "rubrique", "plafond", "nature_exercice"].iter().map(|c| row[*c].clone()).collect();
            *out.entry(key).or_default() += cents(&row["montant"]);
        }
    }
    out.retain(|_, v| *v != 0);
    out
}

fn truth_jobs(path: &Path) -> Jobs {
    rows(path)
        .into_iter()
        .map(|row| {
            let key = ["mois", "composante", "plafond", "grade"].iter().map(|c| row[*c].clone()).collect();
            let x = |c: &str| row[c].parse::<Exact>().expect("fraction");
            (key, (x("etpt"), x("etpf")))
        })
        .filter(|(_, (a, b)): &(Vec<String>, (Exact, Exact))| !a.is_zero() || !b.is_zero())
        .collect()
}

fn same_cells(what: &str, got: &Cells, want: &Cells) {
    let keys: std::collections::BTreeSet<_> = got.keys().chain(want.keys()).collect();
    let wrong: Vec<String> = keys
        .into_iter()
        .filter(|k| got.get(*k) != want.get(*k))
        .map(|k| format!("{k:?} : {} au lieu de {}", got.get(k).unwrap_or(&0), want.get(k).unwrap_or(&0)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{what} : {} cellules fausses sur {}\n{}",
        wrong.len(),
        want.len(),
        wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
    );
    println!("{what} : {} cellules égales, {} centimes", want.len(), want.values().sum::<i64>());
}

/// Everything the truth of a delivery without defects allows to check.
fn check_whole(world: &Path) {
    let folder = dossier(world);
    let (mut workspace, compiled) = open(folder.path());
    let landing = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let verite = world.join("verite");
    let last = landing.last;
    let constate = money(&landing.lines, |l| l.month <= last);
    same_cells("constaté", &constate, &truth(&verite.join("paie_agregee.csv"), |m| m <= last));
    let got = jobs(&landing.lines, |l| l.month <= last);
    let want = truth_jobs(&verite.join("constate_emplois.csv"));
    assert!(got == want, "emplois constatés");
    println!("emplois constatés : {} cellules égales", want.len());
    let projected = money(&landing.lines, |l| l.month > last);
    same_cells("atterrissage", &projected, &truth(&verite.join("projection_reference.csv"), |_| true));
    for (code, scenario) in [
        ("REFERENCE", "atterrissage_2026"),
        ("POINT", "point_1_5"),
        ("CAS", "cas_4_points"),
        ("GEL", "gel_des_arrivées"),
        ("TEMPS_PLEIN", "temps_plein"),
    ] {
        let run = if code == "REFERENCE" { landing.clone() } else { calculate(&mut workspace, &compiled, scenario) };
        for row in rows(&verite.join("simulations.csv")).into_iter().filter(|r| r["code"] == code) {
            let own = |l: &&cadrage_engine::Line| l.code("plafond") == row["plafond"];
            let paid: i64 = run.lines.iter().filter(own).filter(|l| l.month == month(&row["mois"])).map(|l| l.amount.cents()).sum();
            let worked: Exact =
                run.lines.iter().filter(own).filter(|l| l.right == month(&row["mois"]) && l.month > last).map(|l| l.etpt().clone()).sum();
            assert_eq!(paid, cents(&row["montant"]), "{code} {} {}", row["mois"], row["plafond"]);
            assert_eq!(worked, row["etpt"].parse().expect("fraction"), "{code} {} {}", row["mois"], row["plafond"]);
        }
        println!("simulation {code} : égale, ETPT compris");
    }
    error_of_the_landing(&verite, &landing);
}

/// Our error against the true year beside the rule of three's; printed, and ours must be the smaller.
fn error_of_the_landing(verite: &Path, landing: &cadrage_session::Projection) {
    let total = rows(&verite.join("atterrissage.csv"))
        .into_iter()
        .find(|r| r["axe"] == "total" && r["mesure"] == "MASSE_SALARIALE")
        .expect("total");
    let truth = cents(&total["verite"]);
    let summary = cadrage_session::Summary::of(landing);
    let year = summary.years.iter().find(|y| y.year == 2026).expect("2026");
    let ours = year.masse_salariale.cents() - truth;
    let naive = year.run_rate.expect("rule of three").cents() - truth;
    assert_eq!(naive, cents(&total["ecart_naif"]), "the rule of three is the truth's own");
    println!("écart au réel : {} centimes ; règle de trois : {naive} centimes", ours);
    assert_eq!(ours, cents(&total["ecart_reference"]));
    let by_cell = |keep: &dyn Fn(&suite::Cells) -> i64| keep(&money(&landing.lines, |l| l.month.year() == 2026));
    assert!(by_cell(&|c| c.values().sum()) == year.masse_salariale.cents());
}

#[test]
fn the_example_equals_its_truth() {
    check_whole(&root().join("examples/01-valmont"));
}

/// Makes an institution with the shared generator; skipped where there is none.
fn made(agents: &str, seed: &str) -> Option<tempfile::TempDir> {
    let tools = shared()?.join("tools/make_institution.py");
    let folder = tempfile::tempdir().expect("folder");
    let done = std::process::Command::new("python3")
        .args([tools.as_os_str(), agents.as_ref(), folder.path().as_os_str()])
        .args(["--graine", seed, "--observation", "2026-09", "--defauts", "aucun"])
        .output();
    match done {
        Ok(o) if o.status.success() => Some(folder),
        _ => {
            println!("sauté : python3 ou le générateur ne répond pas");
            None
        }
    }
}

#[test]
fn four_hundred_agents_equal_their_truth() {
    if let Some(world) = made("400", "1") {
        check_whole(world.path());
    }
}

#[test]
fn any_other_seed_and_size_equals_its_truth() {
    for (agents, seed) in [("90", "7"), ("160", "99"), ("250", "42")] {
        if let Some(world) = made(agents, seed) {
            println!("{agents} agents, graine {seed}");
            check_whole(world.path());
        }
    }
}

#[test]
fn a_delivery_with_defects_loads_as_its_truth_says() {
    let Some(world) = shared().map(|s| s.join("data/valmont")) else { return };
    let folder = dossier(&world);
    let (mut workspace, compiled) = open(folder.path());
    let landing = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let last = landing.last;
    same_cells(
        "constaté avec défauts",
        &money(&landing.lines, |l| l.month <= last),
        &truth(&world.join("verite/constate_paie.csv"), |_| true),
    );
    let got = jobs(&landing.lines, |l| l.month <= last);
    let want = truth_jobs(&world.join("verite/constate_emplois.csv"));
    let wrong = got.keys().chain(want.keys()).filter(|k| got.get(*k) != want.get(*k)).count();
    assert_eq!(wrong, 0, "emplois constatés avec défauts");
    println!("emplois constatés avec défauts : {} cellules égales", want.len());
}

/// The example with one more script.
fn with_script(text: &str) -> tempfile::TempDir {
    let folder = dossier(&root().join("examples/01-valmont"));
    std::fs::write(folder.path().join("essai.cadrage"), text).expect("script");
    folder
}

const LANDING: &str = "utiliser valmont version \"2026.3\"\n";

#[test]
fn movements_change_who_is_paid_and_counted() {
    let text = format!(
        "{LANDING}scénario essai hérite de atterrissage_2026 :\n  faire partir l'agent VAL000000001 au 31/10/2026 motif retraite\n  \
         recruter 2 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT quotité 50 % à compter du 01/12/2026\nfin\n"
    );
    let folder = with_script(&text);
    let (mut workspace, compiled) = open(folder.path());
    let base = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let run = calculate(&mut workspace, &compiled, "essai");
    let of = |p: &cadrage_session::Projection, agent: &str, m: &str| -> i64 {
        p.lines.iter().filter(|l| l.code("matricule") == agent && l.month == month(m)).map(|l| l.amount.cents()).sum()
    };
    assert_eq!(of(&run, "VAL000000001", "2026-10"), of(&base, "VAL000000001", "2026-10"));
    assert!(of(&base, "VAL000000001", "2026-12") > 0 && of(&run, "VAL000000001", "2026-12") == 0);
    let hired: Vec<_> = run.lines.iter().filter(|l| l.code("matricule").starts_with("M002/")).collect();
    assert!(hired.iter().all(|l| l.month == month("2026-12") && l.code("composante") == "SCIENCES" && l.code("plafond") == "ETAT"));
    // Two half-time posts for one month: 2 × 1/2 × 1/12; MCF 2nd step of the list, IM 536: 536 × 59,0734 / 12 / 2 each.
    assert_eq!(hired.iter().map(|l| l.etpt().clone()).sum::<Exact>(), "1/12".parse().expect("fraction"));
    let index = 536;
    let treatment: i64 = hired.iter().filter(|l| l.code("rubrique") == "101000").map(|l| l.amount.cents()).sum();
    let each = Exact::ratio(index * 590_734, 240_000).expect("ratio");
    let each = cadrage_value::Rounding::HalfUp.to_money(&each).expect("amount").cents();
    assert_eq!(treatment, 2 * each);
}

#[test]
fn recalculation_meets_the_back_pay() {
    let text = format!(
        "{LANDING}formule à_régulariser en € par agent :\n  pour payés_au_mois\n  = recalculé(traitement_brut) - (constaté(traitement_brut) à défaut 0 €)\n  agrégation somme\nfin\n"
    );
    let folder = with_script(&text);
    let (mut workspace, compiled) = open(folder.path());
    let landing = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let gaps: Exact = landing
        .measures
        .iter()
        .filter(|((name, m), _)| name == "à_régulariser" && *m > landing.last.plus(-6) && *m <= landing.last)
        .map(|(_, x)| x.clone())
        .sum();
    let back: cadrage_value::Money = landing
        .lines
        .iter()
        .filter(|l| matches!(l.origin, cadrage_engine::Origin::Rappel(_)) && l.code("rubrique") == "101000")
        .map(|l| l.amount)
        .sum();
    assert!(back != cadrage_value::Money::ZERO);
    assert_eq!(gaps, back.to_exact());
}

#[test]
fn a_hypothesis_reaches_the_figures_and_its_exceptions_stay() {
    let text = format!(
        "{LANDING}hypothèse chèque en €/mois \"Chèque\" :\n  par défaut 10 €/mois\n  sauf pour statut CDI : 20 €/mois\n  entre 0 €/mois et 100 €/mois\n  ouverte\nfin\n\
         formule montant_chèque en € par agent :\n  pour payés_au_mois\n  = somme de (chèque * présence)\n  agrégation somme\nfin\n\
         scénario s hérite de atterrissage_2026 :\n  modifier chèque = 30 €/mois\nfin\n\
         scénario t hérite de atterrissage_2026 :\n  modifier chèque partout = 30 €/mois\nfin\n"
    );
    let folder = with_script(&text);
    let (mut workspace, compiled) = open(folder.path());
    assert!(compiled.diagnostics.iter().any(|d| d.code == cadrage_source::Code::E04));
    let mut at = |scenario: &str| {
        let run = calculate(&mut workspace, &compiled, scenario);
        run.measures[&("montant_chèque".to_owned(), month("2026-11"))].clone()
    };
    let (base, some, all) = (at("atterrissage_2026"), at("s"), at("t"));
    assert!(base < some && some < all, "{base} {some} {all}");
    // base = 10 d + 20 c, some = 30 d + 20 c, all = 30 d + 30 c, where d and c are months of presence.
    let (d, c) = (&(&some - &base) / &Exact::from_int(20), &(&all - &some) / &Exact::from_int(10));
    assert_eq!(base, &(&d * &Exact::from_int(10)) + &(&c * &Exact::from_int(20)));
}

#[test]
fn faults_of_a_run_are_located() {
    let huge = format!(
        "{LANDING}formule démesurée en € par agent :\n  pour payés_au_mois\n  = 900 000 000 000 M€\n  arrondi au centime\n  alimente rubrique 999998\nfin\n"
    );
    let folder = with_script(&huge);
    let (mut workspace, compiled) = open(folder.path());
    let told = |workspace: &mut cadrage_session::Workspace, compiled: &cadrage_session::Compiled, scenario: &str| match workspace.calculate(
        compiled,
        scenario,
        &super::support::BACKEND,
    ) {
        Err(cadrage_session::RunError::Diagnostics(list)) => suite::render_all(&list, &compiled.sources),
        other => panic!("{other:?}"),
    };
    let said = told(&mut workspace, &compiled, "atterrissage_2026");
    assert!(said.contains("[V06]") && said.contains("essai.cadrage:2") && said.contains("pour 10/2026, agent "), "{said}");
    let early = format!("{LANDING}scénario tôt :\n  constaté jusqu'à 12/2024 observé au 31/12/2024\n  projeter jusqu'à 12/2025\nfin\n");
    let folder = with_script(&early);
    let (mut workspace, compiled) = open(folder.path());
    let said = told(&mut workspace, &compiled, "tôt");
    assert!(said.contains("[T06]") && said.contains("mois chargés : de 01/2025 à 09/2026"), "{said}");
}
