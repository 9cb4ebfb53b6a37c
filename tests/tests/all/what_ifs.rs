//! Movements of groups down to figures, on the example institution: what must hold whatever the data, and a few figures by hand.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_engine::Line;
use cadrage_session::{Compiled, Projection, Workspace};
use cadrage_value::{Exact, Month};

use super::support::{calculate, dossier, open, root};

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

fn q(text: &str) -> Exact {
    text.parse().expect("fraction")
}

/// The example with the scripts of the what-ifs, and these scenarios besides.
fn world(scenarios: &str) -> (tempfile::TempDir, Workspace, Compiled) {
    let folder = dossier(&root().join("examples/01-valmont"));
    for entry in std::fs::read_dir(root().join("examples/30-et-si")).expect("what-ifs").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".cadrage") && MINE.iter().any(|m| name.starts_with(m)) {
            std::fs::copy(entry.path(), folder.path().join(name)).expect("script");
        }
    }
    std::fs::write(folder.path().join("essai.cadrage"), format!("utiliser valmont version \"2026.3\"\n{scenarios}")).expect("script");
    let (workspace, compiled) = open(folder.path());
    (folder, workspace, compiled)
}

const MINE: [&str; 11] = ["01-", "03-", "04-", "05-", "06-", "12-", "17-", "18-", "19-", "20-", "21-"];

fn run(world: &mut (tempfile::TempDir, Workspace, Compiled), scenario: &str) -> Projection {
    calculate(&mut world.1, &world.2, scenario)
}

/// ETPT by projected month of right, of the lines kept.
fn etpt(p: &Projection, keep: impl Fn(&Line) -> bool) -> BTreeMap<Month, Exact> {
    let mut out: BTreeMap<Month, Exact> = p.last.plus(1).through(p.until).map(|m| (m, Exact::ZERO)).collect();
    for line in p.lines.iter().filter(|l| l.right > p.last && keep(l)) {
        let slot = out.entry(line.right).or_insert(Exact::ZERO);
        *slot = &*slot + line.etpt();
    }
    out
}

fn cents(p: &Projection, keep: impl Fn(&Line) -> bool) -> i64 {
    p.lines.iter().filter(|l| l.month > p.last && keep(l)).map(|l| l.amount.cents()).sum()
}

fn told(p: &Projection, code: &str) -> Vec<String> {
    p.alerts.iter().filter(|a| a.code == code).map(|a| a.message.clone()).collect()
}

/// The lines that a movement made.
fn made(p: &Projection, id: &str) -> BTreeSet<String> {
    p.lines.iter().map(|l| l.code("matricule").to_owned()).filter(|m| m.starts_with(&format!("{id}/"))).collect()
}

#[test]
fn the_what_ifs_say_what_they_found() {
    let mut world = world("");
    let base = run(&mut world, "budget_2027");
    let all = |_: &Line| true;
    // No arrival is announced in this delivery: said, and nothing moves.
    for scenario in ["gel_biatss", "arrivées_décalées"] {
        let p = run(&mut world, scenario);
        assert_eq!(told(&p, "M03").len(), 1, "{scenario}");
        assert_eq!((cents(&p, all), etpt(&p, all)), (cents(&base, all), etpt(&base, all)), "{scenario}");
    }
    // One departure in two: the fifth contract to end in sciences is not replaced.
    let p = run(&mut world, "un_départ_sur_deux");
    let notes = told(&p, "M09");
    let [note] = notes.as_slice() else { panic!("{notes:?}") };
    let numbers: Vec<usize> = note.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    assert_eq!((numbers[0], numbers[2]), (1, numbers[1] / 2), "{note}");
    assert_eq!(made(&p, "M001").len(), numbers[1] / 2, "{note}");
    assert!(numbers[1] > 1, "{note}");
    // 15 % of those who may be promoted, rounded down; nobody more, nobody less.
    let p = run(&mut world, "promus_promouvables");
    assert_eq!(etpt(&p, all), etpt(&base, all));
    let notes = told(&p, "M09");
    let numbers: Vec<i64> = notes[0].split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    assert_eq!((numbers[1], numbers[3]), (15, numbers[2] * 15 / 100), "{notes:?}");
    let hors_classe = |l: &Line| l.code("grade") == "MCF_HC";
    let more = &etpt(&p, hors_classe)[&month("2027-09")] - &etpt(&base, hors_classe)[&month("2027-09")];
    assert_eq!(more, &Exact::from_int(numbers[3]) / &Exact::from_int(12));
    assert!(numbers[3] > 0 && cents(&p, all) >= cents(&base, all));
    // Twenty doctoral contracts, half on each resource: 10 × 3/12 ETPT and 10 × 3 × 2 300 € each.
    let landing = run(&mut world, "atterrissage_2026");
    let p = run(&mut world, "contrats_doctoraux");
    for plafond in ["ETAT", "INTERNE"] {
        let own = |l: &Line| l.code("plafond") == plafond;
        let more: Exact = etpt(&p, own).values().zip(etpt(&landing, own).values()).map(|(a, b)| a - b).sum();
        assert_eq!(more, q("5/2"), "{plafond}");
        let pay = |l: &Line| own(l) && l.code("rubrique") == "101100";
        assert_eq!(cents(&p, pay) - cents(&landing, pay), 6_900_000, "{plafond}");
    }
    assert_eq!(told(&p, "V08"), [""; 0]);
}

#[test]
fn departures_and_their_replacements_keep_the_posts() {
    let mut world = world("");
    let base = run(&mut world, "budget_2027");
    let all = |_: &Line| true;
    // Two PR leave on 31 August, two MCF arrive the next day on the same imputations: jobs by month and plafond are the same.
    let p = run(&mut world, "pr_par_mcf");
    assert_eq!(made(&p, "M002").len(), 2);
    let by = |p: &Projection, plafond: &str| etpt(p, |l| l.code("plafond") == plafond);
    let worked = |p: &Projection, grade: &str| etpt(p, |l| l.code("corps") == grade)[&month("2027-09")].clone();
    let left = &worked(&base, "PR") - &worked(&p, "PR");
    assert_eq!(&worked(&p, "MCF") - &worked(&base, "MCF"), q("1/6"));
    if left == q("1/6") {
        for plafond in ["ETAT", "INTERNE"] {
            assert_eq!(by(&p, plafond), by(&base, plafond), "{plafond}");
        }
    }
    // Second step of the list: IM 536, four months each.
    let treatment = |l: &Line| l.code("matricule").starts_with("M002/") && l.code("rubrique") == "101000";
    let each = cadrage_value::Rounding::HalfUp.to_money(&Exact::ratio(536 * 590_734, 120_000).expect("ratio")).expect("amount").cents();
    assert_eq!(cents(&p, treatment), 8 * each);
    // Four months of nobody after each retirement.
    let p = run(&mut world, "vacance_de_4_mois");
    let replaced = made(&p, "M002");
    assert!(!replaced.is_empty());
    for id in &replaced {
        let first = p.lines.iter().filter(|l| l.code("matricule") == id).map(|l| l.month).min().expect("month");
        assert!(first >= month("2027-03"), "{id} {first}");
    }
    // Part-timers leave whole posts: those who stay are fewer, and the posts are filled full time.
    let staying = etpt(&p, |l| !l.code("matricule").starts_with("M002/"));
    assert!(staying.iter().all(|(m, x)| *x <= etpt(&base, all)[m]) && staying[&month("2027-12")] < etpt(&base, all)[&month("2027-12")]);
    // Sooner or later: never more people at 64 than at 67.
    let (late, early) = (run(&mut world, "limite_d_âge"), run(&mut world, "âge_moyen"));
    let (late, early) = (etpt(&late, all), etpt(&early, all));
    assert!(early.iter().all(|(m, x)| *x <= late[m]) && early.iter().any(|(m, x)| *x < late[m]));
    // Who becomes CDI stays.
    let (without, with) = (run(&mut world, "sans_cdisation"), run(&mut world, "cdisation"));
    let cdi = |l: &Line| l.code("statut") == "CDI";
    assert!(etpt(&with, all).iter().all(|(m, x)| *x >= etpt(&without, all)[m]));
    let last = month("2029-12");
    let people = told(&with, "M09").len();
    assert!(people == 0 || etpt(&with, cdi)[&last] > etpt(&without, cdi)[&last]);
    assert_eq!(told(&with, "M09").len() + told(&with, "M03").len(), 1);
    run(&mut world, "non_renouvellement");
}

#[test]
fn full_time_pays_the_missing_fraction_only() {
    let mut world = world("");
    let (base, p) = (run(&mut world, "budget_2027"), run(&mut world, "retour_au_temps_plein"));
    let all = |_: &Line| true;
    let (before, after) = (etpt(&base, all), etpt(&p, all));
    assert_eq!(before[&month("2027-08")], after[&month("2027-08")]);
    // A fifth of an ETP each: quotité 4/5 → 1, a quarter of what they worked.
    let at_80: BTreeSet<String> = p
        .lines
        .iter()
        .filter(|l| l.month == month("2027-10"))
        .map(|l| l.code("matricule").to_owned())
        .filter(|m| {
            let of = |p: &Projection| etpt(p, |l| l.code("matricule") == m)[&month("2027-10")].clone();
            of(&p) != of(&base)
        })
        .collect();
    assert!(!at_80.is_empty());
    let people = Exact::from_int(i64::try_from(at_80.len()).expect("count"));
    assert_eq!(&after[&month("2027-10")] - &before[&month("2027-10")], &people / &Exact::from_int(60));
    // A fonctionnaire at 80 % was paid 6/7.
    for agent in &at_80 {
        let of =
            |p: &Projection| cents(p, |l| l.code("matricule") == agent && l.month == month("2027-10") && l.code("rubrique") == "101000");
        let titulaire = p.lines.iter().any(|l| l.code("matricule") == agent && l.code("statut") == "TITULAIRE");
        if titulaire {
            assert!((of(&base) * 7 - of(&p) * 6).abs() <= 7, "{agent}");
        }
    }
}

#[test]
fn fractions_and_transfers_keep_the_sum() {
    let mut world = world(
        "scénario moins_un hérite de atterrissage_2026 :\n  faire partir 1 ETP pour grade MCF_CN au 31/10/2026\nfin\n\
         scénario promus hérite de atterrissage_2026 :\n  promouvoir 1,5 ETP pour grade MCF_CN vers grade MCF_HC à compter du 01/11/2026\nfin\n\
         scénario mutés hérite de atterrissage_2026 :\n  muter les agents pour structure SCI_INFO vers structure SCI_PHYS plafond INTERNE à compter du 01/11/2026\nfin\n\
         scénario recrutés hérite de atterrissage_2026 :\n  recruter 1,5 ETP grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/12/2026\nfin\n\
         scénario trop hérite de atterrissage_2026 :\n  faire partir 99 agents pour grade PR_2C au 31/10/2026 choisis par âge décroissant\n  \
         faire partir l'agent VAL999999999 au 31/10/2026\n  faire partir l'agent VAL000000001 au 31/12/2027\n  \
         annuler les entrées pour grade PR_2C\nfin\n",
    );
    let base = run(&mut world, "atterrissage_2026");
    let all = |_: &Line| true;
    let (october, november) = (month("2026-10"), month("2026-11"));
    let p = run(&mut world, "moins_un");
    assert_eq!(etpt(&p, all)[&october], etpt(&base, all)[&october]);
    assert_eq!(&etpt(&base, all)[&november] - &etpt(&p, all)[&november], q("1/12"));
    assert!(told(&p, "M09")[0].starts_with("M001 : 1 ETP répartis sur "), "{:?}", told(&p, "M09"));
    // The pay of everybody selected falls by the same fraction.
    let treatment = |p: &Projection| cents(p, |l| l.month == november && l.code("grade") == "MCF_CN" && l.code("rubrique") == "101000");
    let worked = |p: &Projection| etpt(p, |l| l.code("grade") == "MCF_CN")[&november].clone();
    let (was, is) = (treatment(&base), treatment(&p));
    let expected = &(&Exact::from_int(was) * &worked(&p)) / &worked(&base);
    let gap = &expected - &Exact::from_int(is);
    assert!(gap < Exact::from_int(10) && gap > Exact::from_int(-10), "{was} {is} {expected}");
    let p = run(&mut world, "promus");
    assert_eq!(etpt(&p, all), etpt(&base, all));
    let hors_classe = |l: &Line| l.code("grade") == "MCF_HC";
    assert_eq!(&etpt(&p, hors_classe)[&november] - &etpt(&base, hors_classe)[&november], q("1/8"));
    assert!(cents(&p, all) >= cents(&base, all));
    // Who is moved goes on being paid; his lines are elsewhere.
    let p = run(&mut world, "mutés");
    assert_eq!(etpt(&p, all), etpt(&base, all));
    // Hours are as the year before, wherever they were taught.
    let there = |l: &Line| l.code("structure") == "SCI_INFO" && l.month >= november && l.code("rubrique") == "101000";
    assert!(cents(&base, there) > 0 && cents(&p, there) == 0, "{}", cents(&p, there));
    let internal = |l: &Line| l.code("plafond") == "INTERNE";
    assert!(etpt(&p, internal)[&november] > etpt(&base, internal)[&november]);
    let p = run(&mut world, "recrutés");
    assert_eq!(&etpt(&p, all)[&month("2026-12")] - &etpt(&base, all)[&month("2026-12")], q("1/8"));
    assert_eq!(made(&p, "M001").len(), 2);
    // Data that do not answer: said, and the rest is computed.
    let p = run(&mut world, "trop");
    assert_eq!(told(&p, "M04"), ["M001 : 99 agents demandés, 1 agent au 31/10/2026 : tous sont concernés"]);
    assert_eq!(told(&p, "M05"), ["M002 : l'agent VAL999999999 est inconnu des livraisons, sans effet"]);
    assert_eq!(told(&p, "M06"), ["M003 : daté du 31/12/2027, après la fin de la projection, sans effet"]);
    assert_eq!(told(&p, "M03"), ["M004 : personne ne répond à « annuler les entrées pour grade PR_2C », sans effet"]);
}
