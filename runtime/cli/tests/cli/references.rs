//! `cadrage référentiels`: what lists lack, and rows to complete them.

use super::{cadrage, demo, text};

#[test]
fn values_met_are_told_until_their_list_has_them() {
    let folder = demo();
    let run = |arguments: &[&str]| {
        let done = cadrage(folder.path(), &[&["-C", "valmont"], arguments].concat());
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        text(&done.stdout)
    };
    let page = run(&["référentiels"]);
    assert!(page.contains("structure") && !page.contains("Non référencé"), "{page}");
    // A list loses an account: the loads that meet it learn it, and say where first.
    let list = folder.path().join("valmont/referentiels/comptes.csv");
    let whole = std::fs::read_to_string(&list).expect("list");
    let lost = whole.lines().find(|l| l.starts_with("641110;")).expect("account").to_owned();
    std::fs::write(&list, whole.replace(&format!("{lost}\n"), "")).expect("list");
    std::fs::remove_dir_all(folder.path().join("valmont/.cadrage")).expect("store");
    run(&["importer", "--silencieux"]);
    let page = run(&["referentiels"]);
    assert!(page.contains("  641110            comptes             01/2025 (2025-01)"), "{page}");
    assert!(page.lines().all(|l| l.chars().count() <= 80), "{page}");
    let json: serde_json::Value = serde_json::from_str(&run(&["référentiels", "--format", "json"])).expect("json");
    assert_eq!(json["non_references"][0]["code"], "641110");
    run(&["référentiels", "--compléter"]);
    let made = folder.path().join("valmont/referentiels/comptes_a_completer.csv");
    let rows = std::fs::read_to_string(&made).expect("rows");
    assert!(rows.contains("641110;sous-compte de 6411 (Salaires appointements);6411;local"), "{rows}");
    // The row to add says which account of the common plan it is under; the lists of the State and of the format
    // are told with the dossier's.
    let page = run(&["référentiels"]);
    assert!(page.contains("38   M9-5, arrêté du 29/08/2012") && page.contains("statut"), "{page}");
    let state = |list: &str| json["listes"].as_array().expect("lists").iter().any(|l| l["liste"] == list && l["origine"] == "national");
    assert!(state("comptes") && state("corps_grades"), "{json}");
    // Again: another file, the first one stays.
    std::fs::write(&made, "mine").expect("rows");
    run(&["référentiels", "--compléter"]);
    assert_eq!(std::fs::read_to_string(&made).expect("rows"), "mine");
    assert!(folder.path().join("valmont/referentiels/comptes_a_completer_2.csv").exists());
    // Once the list has it, nothing is missing.
    std::fs::write(&list, whole).expect("list");
    assert!(!run(&["référentiels"]).contains("641110"));
}
