//! OpenFisca's figures: a subset kept here, and the whole file where it is (issue 5).

use cadrage_cube::References;
use cadrage_driver::compile;
use cadrage_session::{TableReport, TestReport, Workspace};

use super::support::{BACKEND, copy_tree, root, shared};

/// The test of a dossier that holds the script and its file of cases.
fn run(folder: &std::path::Path) -> TableReport {
    let mut workspace = Workspace::open(folder, &[]).expect("dossier");
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let mut report = workspace.test(&compiled, &BACKEND).expect("tests");
    let verdict = report.verdicts.pop().expect("one test");
    assert!(report.verdicts.is_empty(), "the tests of the library are not run again");
    assert!(verdict.failures.is_empty(), "{}", suite::render_all(&verdict.failures, &compiled.sources));
    verdict.table.expect("cases")
}

#[test]
fn the_subset_holds() {
    let table = run(&root().join("tests/oracle"));
    assert_eq!(table.rows, 205);
    let counts: Vec<_> = table.measures.iter().map(|m| (m.name.as_str(), m.compared, m.within, m.apart_rows)).collect();
    assert_eq!(
        counts,
        [
            ("traitement_brut", 205, 205, 0),
            ("indemnité_résidence", 205, 205, 0),
            ("supplément_familial", 170, 170, 35),
            ("pension_civile", 205, 205, 0)
        ]
    );
    // What is apart is told, with how far it is.
    let apart = &table.measures[2].apart["SFT_TEMPS_PARTIEL"];
    assert_eq!((apart.rows, apart.within, apart.worst_shown.as_str()), (35, 0, "163,2274"));
    // Worst first, at most five.
    let worst = &table.measures[3].worst;
    assert_eq!((worst.len(), worst[0].line, worst[0].key.as_str(), worst[0].gap_shown.as_str()), (5, 37, "V00351", "0,0118"));
    assert!(worst.windows(2).all(|w| w[0].gap >= w[1].gap));
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
    std::fs::write(folder.path().join("cas.csv"), std::fs::read(whole).expect("cases")).expect("cases");
    let table = run(folder.path());
    println!("openfisca : {} cas", table.rows);
    assert!(table.rows > 2000);
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
