//! OpenFisca's figures: a subset kept here, and the whole file where it is (issue 5).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use cadrage_cube::References;
use cadrage_driver::compile;
use cadrage_session::{TableReport, TestReport, Workspace};

use super::support::{BACKEND, copy_tree, root, shared};

/// The test that follows the texts and compares every output.
const LAW: &str = "Tout le bulletin, d'après les textes";

/// The tests of a dossier that holds the script and its file of cases, each by its title.
fn run(folder: &Path) -> Vec<(String, TableReport)> {
    let mut workspace = Workspace::open(folder, &[]).expect("dossier");
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let report = workspace.test(&compiled, &BACKEND).expect("tests");
    let held = |v: &cadrage_session::TestVerdict| {
        assert!(v.failures.is_empty(), "{}", suite::render_all(&v.failures, &compiled.sources));
    };
    report.verdicts.iter().for_each(held);
    report.verdicts.into_iter().filter_map(|v| v.table.map(|table| (v.title, table))).collect()
}

/// What the script compares: by test, the column of the file and the tolerance, in the order written.
fn compared() -> BTreeMap<String, Vec<(String, String)>> {
    let script = std::fs::read_to_string(root().join("tests/oracle/openfisca.cadrage")).expect("script");
    let mut out: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut title = String::new();
    for line in script.lines().map(str::trim) {
        if let Some(named) = line.strip_prefix("test \"") {
            title = named.split('"').next().unwrap_or_default().to_owned();
        } else if line.starts_with("attendre ") {
            let column = line.split("colonne \"").nth(1).and_then(|rest| rest.split('"').next()).expect("colonne");
            let tolerance = line.split(" à ").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("tolérance");
            out.entry(title.clone()).or_default().push((column.to_owned(), tolerance.replace(',', ".")));
        }
    }
    out
}

fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    suite::flat::rows(&root().join(path), ',').expect("rows")
}

#[test]
fn every_output_is_compared_within_its_tolerance() {
    let asked: BTreeMap<String, String> =
        rows("tests/oracle/tolerances.csv").into_iter().map(|r| (r["column"].clone(), r["tol_payslip_engine_eur"].clone())).collect();
    assert_eq!(asked.len(), 37);
    let compared = compared();
    let law: BTreeSet<&String> = compared[LAW].iter().map(|(column, _)| column).collect();
    assert_eq!(law, asked.keys().collect(), "an output of tolerances.csv is not compared");
    for (title, measures) in &compared {
        for (column, tolerance) in measures {
            if let Some(known) = asked.get(column) {
                assert_eq!(tolerance, known, "{title} : {column}");
            }
        }
    }
    if let Some(shared) = shared() {
        let theirs = std::fs::read_to_string(shared.join("data/oracle/tolerances.csv")).expect("tolerances");
        for line in theirs.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(asked.get(cells[0]).map(String::as_str), Some(cells[3]));
        }
    }
}

#[test]
fn the_subset_holds() {
    let tables = run(&root().join("tests/oracle"));
    assert_eq!(tables.len(), 7);
    assert!(tables.iter().all(|(_, t)| t.rows == 410));
    let law = &tables.iter().find(|(title, _)| title == LAW).expect("test").1;
    // Everything that must hold does, and what is apart is counted.
    for m in &law.measures {
        assert_eq!((m.within, m.uncomputed, m.unsaid), (m.compared, 0, 0), "{}", m.name);
        assert_eq!(m.compared + m.apart_rows, 410, "{}", m.name);
    }
    let measure = |name: &str| law.measures.iter().find(|m| m.name == name).expect("measure");
    assert_eq!(measure("retenue_pension").compared, 410);
    assert_eq!(measure("ircantec_de_l_employeur").compared, 410);
    // A deviation is one: where OpenFisca prorates the supplement of part time, none of its figures is ours.
    let apart = &measure("supplément_familial").apart["SFT_TEMPS_PARTIEL"];
    assert_eq!((apart.rows, apart.within), (82, 0));
    // Worst first, at most five.
    let worst = &measure("csg_déductible").worst;
    assert_eq!(worst.len(), 5);
    assert!(worst.windows(2).all(|w| w[0].gap >= w[1].gap));
    // Given the elements where OpenFisca departs, all rows of the gross, CSG, CRDS and employer's RAFP are compared.
    let given = &tables.iter().find(|(title, _)| title.starts_with("Ce qui dépend des éléments")).expect("test").1;
    for name in ["rémunération_brute", "csg_déductible", "csg_non_déductible", "crds", "rafp"] {
        let m = given.measures.iter().find(|m| m.name == name).expect("measure");
        assert_eq!((m.compared, m.within), (410, 410), "{name}");
    }
}

/// One line by measure, and one by deviation: what `resultats.csv` keeps of the whole file.
fn results(tables: &[(String, TableReport)]) -> String {
    let compared = compared();
    let mut out = String::from(
        "test;colonne;formule;tolérance;comparées;tenues;pire écart;à part;motif;lignes du motif;tenues du motif;pire du motif\n",
    );
    for (title, table) in tables {
        for ((column, tolerance), m) in compared[title].iter().zip(&table.measures) {
            let worst = m.worst.first().map_or("0", |d| d.gap_shown.as_str());
            let head = format!("{title};{column};{};{tolerance};{};{};{worst};{}", m.name, m.compared, m.within, m.apart_rows);
            if m.apart.is_empty() {
                let _ = writeln!(out, "{head};;;;");
            }
            for (reason, a) in &m.apart {
                let _ = writeln!(out, "{head};{reason};{};{};{}", a.rows, a.within, a.worst_shown);
            }
        }
    }
    out
}

#[test]
fn the_whole_file_holds_where_it_is() {
    let Some(shared) = shared() else { return };
    let whole = shared.join("data/oracle/openfisca_cases.csv");
    if !whole.is_file() {
        println!("sauté : openfisca_cases.csv est absent");
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    copy_tree(&root().join("tests/oracle"), folder.path());
    let cases = std::fs::read_to_string(whole).expect("cases");
    // The subset is one row in five of it.
    let kept: Vec<&str> = cases.lines().take(1).chain(cases.lines().skip(1).step_by(5)).collect();
    assert_eq!(std::fs::read_to_string(root().join("tests/oracle/cas.csv")).expect("subset").lines().collect::<Vec<_>>(), kept);
    std::fs::write(folder.path().join("cas.csv"), cases).expect("cases");
    let tables = run(folder.path());
    assert!(tables.iter().all(|(_, t)| t.rows > 2000));
    let found = results(&tables);
    let (cells, apart) = tables.iter().flat_map(|(_, t)| &t.measures).fold((0, 0), |(c, a), m| (c + m.compared, a + m.apart_rows));
    println!("openfisca : {} cas, {cells} cases comparées et tenues, {apart} à part", tables[0].1.rows);
    let kept = root().join("tests/oracle/resultats.csv");
    if std::env::var_os("CADRAGE_WRITE").is_some() {
        std::fs::write(&kept, &found).expect("results");
    }
    assert_eq!(std::fs::read_to_string(kept).expect("results"), found, "CADRAGE_WRITE=1 records them; then read the diff");
}

#[test]
fn coverage_follows_what_tests_reach() {
    let compiled = compile(&cadrage_driver::Texts::default(), None);
    let coverage = TestReport::run(&compiled, &References::default(), &BACKEND).coverage;
    let share = |kind: &str| coverage.shares.iter().find(|s| s.kind == kind).expect("kind");
    // No formula reads the minimum index (it is there for information), and nothing of the calendars is tested yet.
    assert!(share("dernières valeurs de constante").missed.contains(&"indice_minimum".to_owned()));
    assert!(share("formules").percent() >= 80, "{:?}", share("formules"));
    assert!(!share("formules").missed.contains(&"traitement_brut".to_owned()));
}
