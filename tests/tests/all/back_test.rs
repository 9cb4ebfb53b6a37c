//! What was paid against what the rules give, on the made-up institution, and against its truth: which events payroll or the SIRH learnt late,
//! which lines were spoilt.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cadrage_session::{BackTest, Cause, Period};
use cadrage_value::{Money, Month};
use suite::rows;

use super::support::{BACKEND, copy_tree, dossier, open, root, shared};

fn month(text: &str) -> Month {
    text.get(..7).expect("AAAA-MM").parse().expect("month")
}

fn back_test(folder: &Path, period: Period) -> BackTest {
    let (mut workspace, compiled) = open(folder);
    let test = workspace.back_test(&compiled, Some("atterrissage_2026"), period, &BACKEND).unwrap_or_else(|e| panic!("{e:?}"));
    assert!(test.foots(), "{} + {} + {} = {}", test.recomputed(), test.gap(None), test.ruleless(), test.paid);
    for (rubrique, row) in &test.rules {
        assert_eq!(row.compared, row.equal + row.gaps.values().sum::<usize>(), "{rubrique}");
        let gaps: Money = test.gaps.iter().filter(|g| g.rubrique == *rubrique).map(|g| g.amount()).sum();
        assert_eq!(row.paid, row.recomputed + gaps, "{rubrique}");
    }
    // The total is that of the delivered lines, read here.
    let all: Money = workspace.cube().expect("cube").months.values().flat_map(|m| &m.pay).map(|p| p.amount).sum();
    if period == Period::default() {
        assert_eq!(test.paid + test.elsewhere, all);
    }
    test
}

fn print(test: &BackTest) {
    for (rubrique, row) in &test.rules {
        println!("  {rubrique:<7} {:>6} comparés, {:>6} égaux, {:?}", row.compared, row.equal, row.gaps);
    }
    println!(
        "  recalculé {}, date {}, donnée {}, inexpliqué {}, sans règle {}, payé {}",
        test.recomputed(),
        test.gap(Some(Cause::Date)),
        test.gap(Some(Cause::Data)),
        test.gap(Some(Cause::Unexplained)),
        test.ruleless(),
        test.paid
    );
}

#[test]
fn the_example_is_paid_as_its_rules_say_but_for_dates() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let whole = back_test(folder.path(), Period::default());
    print(&whole);
    assert!(whole.gaps.iter().all(|g| g.cause == Cause::Date), "{:?}", whole.gaps);
    let who: BTreeSet<_> = whole.gaps.iter().map(|g| (g.matricule.as_str(), g.month)).collect();
    let compared: usize = whole.rules.values().map(|r| r.compared).sum();
    println!("{compared} montants comparés ; écarts de {} agents-mois", who.len());
    assert!(compared > 25_000 && !who.is_empty() && who.len() < 15);
    // Months of right one by one make the whole.
    let quarter = |from: &str, to: &str| back_test(folder.path(), Period { from: Some(month(from)), to: Some(month(to)) });
    let (early, late) = (quarter("2025-01", "2025-12"), quarter("2026-01", "2026-09"));
    assert_eq!(early.paid + late.paid, whole.paid);
    assert_eq!(early.recomputed() + late.recomputed(), whole.recomputed());
    assert_eq!(early.gaps.len() + late.gaps.len(), whole.gaps.len());
    assert!(late.elsewhere != Money::ZERO, "2026 paid back pay of 2025");
}

#[test]
fn an_amount_that_nothing_explains_is_said_so() {
    let example = root().join("examples/01-valmont");
    let folder = dossier(&example);
    let delivery = folder.path().join("livraisons/2026-03");
    let path = delivery.join("retour_de_paie_2026-03.csv");
    let text = std::fs::read_to_string(&path).expect("file");
    // One cent more on one bonus, and a traitement paid twice as much.
    let cell = |line: &str, k: usize| line.split(';').nth(k).unwrap_or_default().to_owned();
    let alter = |line: &str, amount: String| {
        let mut cells: Vec<String> = line.split(';').map(str::to_owned).collect();
        cells[9] = amount;
        cells.join(";")
    };
    let twice = |text: &str| {
        let cents: i64 = text.replace(',', "").parse().expect("cents");
        format!("{},{:02}", 2 * cents / 100, 2 * cents % 100)
    };
    let (mut bonus, mut pay) = (None, None);
    let mut changed = String::new();
    for line in text.lines() {
        let current = cell(line, 6) == "COURANT" && cell(line, 14).is_empty();
        let altered = match cell(line, 5).as_str() {
            "202200" if current && bonus.is_none() => {
                bonus = Some(cell(line, 2));
                let amount = cell(line, 9);
                let cents: i64 = amount.replace(',', "").parse().expect("cents");
                alter(line, format!("{},{:02}", (cents + 1) / 100, (cents + 1) % 100))
            }
            "101000" if current && bonus.is_some() && pay.is_none() && Some(cell(line, 2)) != bonus => {
                pay = Some(cell(line, 2));
                alter(line, twice(&cell(line, 9)))
            }
            _ => line.to_owned(),
        };
        changed += &altered;
        changed.push('\n');
    }
    std::fs::write(&path, &changed).expect("file");
    let manifest = std::fs::read_to_string(delivery.join("manifeste.csv")).expect("manifest");
    let (before, after) = (cadrage_cube::fingerprint_of(text.as_bytes()), cadrage_cube::fingerprint_of(changed.as_bytes()));
    std::fs::write(delivery.join("manifeste.csv"), manifest.replace(&before, &after)).expect("manifest");
    let test = back_test(folder.path(), Period { from: Some(month("2026-03")), to: Some(month("2026-03")) });
    let found: BTreeMap<(&str, &str), i64> = test
        .gaps
        .iter()
        .filter(|g| g.cause == Cause::Unexplained)
        .map(|g| ((g.rubrique.as_str(), g.matricule.as_str()), g.amount().cents()))
        .collect();
    let (bonus, pay) = (bonus.expect("a bonus"), pay.expect("a traitement"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[&("202200", bonus.as_str())], 1);
    assert!(found[&("101000", pay.as_str())] > 100_000, "{found:?}");
    assert_eq!(found.len(), test.gaps.len(), "nothing else parts: {:?}", test.gaps);
}

/// What the truth says of agents' months.
struct Truth {
    /// Payroll or the SIRH learnt late: from the month of effect to the month everybody knew.
    late: BTreeMap<String, Vec<(Month, Month)>>,
    /// Spoilt in the files: code by who and delivery month.
    spoilt: BTreeMap<(String, Month), BTreeSet<String>>,
}

impl Truth {
    fn read(verite: &Path) -> Truth {
        let mut late: BTreeMap<String, Vec<(Month, Month)>> = BTreeMap::new();
        let mut add = |row: &BTreeMap<String, String>, known: Option<&String>| {
            let effect = month(&row["date_effet"]);
            let paid = Some(&row["mois_paye"]).filter(|m| !m.is_empty()).map(|m| month(m));
            let known = known.filter(|k| !k.is_empty()).map(|k| month(k));
            let until = [paid, known].into_iter().flatten().max();
            if let Some(until) = until.filter(|u| *u > effect) {
                late.entry(row["matricule"].clone()).or_default().push((effect, until));
            }
        };
        for row in rows(&verite.join("evenements.csv")) {
            let row: BTreeMap<String, String> = row.into_iter().collect();
            add(&row, row.get("connu_le"));
        }
        for row in rows(&verite.join("echelons.csv")) {
            let row: BTreeMap<String, String> = row.into_iter().collect();
            add(&row, None);
        }
        let mut spoilt: BTreeMap<(String, Month), BTreeSet<String>> = BTreeMap::new();
        for row in rows(&verite.join("defauts.csv")) {
            let natural = row["variante"] == "arrivee payee en retard ou regularisation";
            if !natural && ["Q01", "Q02", "Q03", "Q07", "Q08", "Q09", "Q11", "Q15"].contains(&row["code"].as_str()) {
                spoilt.entry((row["cle"].clone(), month(&row["mois"]))).or_default().insert(row["code"].clone());
            }
        }
        Truth { late, spoilt }
    }

    fn is_late(&self, matricule: &str, m: Month) -> bool {
        self.late.get(matricule).is_some_and(|list| list.iter().any(|(from, to)| *from <= m && m <= *to))
    }

    /// Spoilt itself, or robbed of a line that lost its month of right.
    fn is_spoilt(&self, matricule: &str, m: Month) -> bool {
        let own = |(who, when): &(String, Month), codes: &BTreeSet<String>| {
            (who == matricule && (*when == m || (m < *when && codes.contains("Q07"))))
                || (matricule == "?" && *when == m && codes.contains("Q01"))
        };
        self.spoilt.iter().any(|(key, codes)| own(key, codes))
    }
}

/// Every gap has the cause that the truth gives it; so every clean agent-month is equal to the cent.
fn check(world: &Path) -> BackTest {
    let folder = dossier(world);
    let test = back_test(folder.path(), Period::default());
    print(&test);
    let truth = Truth::read(&world.join("verite"));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for gap in &test.gaps {
        let (late, spoilt) = (truth.is_late(&gap.matricule, gap.month), truth.is_spoilt(&gap.matricule, gap.month));
        let right = match gap.cause {
            Cause::Date => late,
            Cause::Data => spoilt,
            Cause::Unexplained => false,
        };
        *seen.entry(gap.cause.name()).or_default() += 1;
        if !right {
            wrong.push(format!("{gap:?} en retard {late}, abîmé {spoilt}"));
        }
    }
    assert!(wrong.is_empty(), "{} écarts mal nommés\n{}", wrong.len(), wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n"));
    let compared: usize = test.rules.values().map(|r| r.compared).sum();
    let equal: usize = test.rules.values().map(|r| r.equal).sum();
    println!("{compared} montants comparés, {equal} égaux au centime, écarts : {seen:?}, tous comme le dit la vérité");
    test
}

#[test]
fn valmont_with_defects_is_explained_as_its_truth_says() {
    let Some(world) = shared().map(|s| s.join("data/valmont")) else { return };
    let test = check(&world);
    let codes: BTreeSet<&str> = test.gaps.iter().filter(|g| g.cause == Cause::Data).filter_map(|g| g.detail.split(' ').next()).collect();
    println!("{codes:?}");
    // Each kind of defect that moves an amount is met.
    for code in ["Q01", "Q02", "Q03", "Q07", "Q11", "Q15"] {
        assert!(codes.contains(code), "{code} is not met: {codes:?}");
    }
}

#[test]
fn other_institutions_are_explained_as_their_truth_says() {
    let Some(tools) = shared().map(|s| s.join("tools/make_institution.py")) else { return };
    for (agents, seed) in [("120", "21"), ("300", "5")] {
        let folder = tempfile::tempdir().expect("folder");
        let mut command = std::process::Command::new("python3");
        command.args([tools.as_os_str(), agents.as_ref(), folder.path().as_os_str()]);
        command.args(["--graine", seed, "--observation", "2026-09", "--defauts", "aucun"]);
        if !command.output().is_ok_and(|o| o.status.success()) {
            println!("sauté : python3 ou le générateur ne répond pas");
            return;
        }
        println!("{agents} agents, graine {seed}");
        let test = check(folder.path());
        assert!(!test.gaps.is_empty() && test.gaps.iter().all(|g| g.cause == Cause::Date));
    }
}

#[test]
fn a_month_alone_is_compared_on_what_was_loaded() {
    // A dossier of one month: what is carried has no year before, and the month is compared all the same.
    let example = root().join("examples/01-valmont");
    let folder = tempfile::tempdir().expect("folder");
    for part in ["livraisons/2026-09", "referentiels"] {
        copy_tree(&example.join(part), &folder.path().join(part));
    }
    for entry in std::fs::read_dir(&example).expect("example").flatten().filter(|e| e.path().extension().is_some_and(|x| x == "cadrage")) {
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("script");
    }
    let test = back_test(folder.path(), Period::default());
    assert_eq!(test.from, test.to);
    // Back pay of months that are not loaded is told apart.
    println!("{} pour septembre, {} pour d'autres mois", test.paid, test.elsewhere);
    assert!(test.rules["101000"].equal > 90);
}
