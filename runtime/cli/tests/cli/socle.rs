//! `cadrage socle`: last values, ages counted to a day, what grids do not say.

use super::{cadrage, is_kept, text};

fn same(arguments: &[&str], kept: &str) {
    let folder = tempfile::tempdir().expect("folder");
    let done = cadrage(folder.path(), arguments);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    is_kept(&text(&done.stdout), kept);
}

#[test]
fn a_module_says_where_its_values_come_from() {
    same(&["socle", "socle.point", "--au", "26/11/2026"], "socle-point.txt");
}

#[test]
fn a_module_of_grids_says_which_steps_lack_what() {
    same(&["socle", "grilles_ingénieurs", "--au", "26/11/2026"], "socle-grilles-ingenieurs.txt");
}

#[test]
fn the_whole_library_fits_the_terminal_and_is_counted_to_the_day() {
    let folder = tempfile::tempdir().expect("folder");
    let out = |day: &str| text(&cadrage(folder.path(), &["socle", "--au", day]).stdout);
    let said = out("26/11/2026");
    assert!(said.lines().all(|l| l.chars().count() <= 80), "{said}");
    for module in modules_of(&said) {
        assert!(module.starts_with("socle."), "{module}");
    }
    // Checked on 25 March 2025: 365 days later it is still good, the day after it is not.
    let line = |day: &str| out(day).lines().find(|l| l.contains("indice_minimum")).expect("the line").trim_end().to_owned();
    assert!(line("25/03/2026").ends_with(" 365 j"), "{}", line("25/03/2026"));
    assert!(line("26/03/2026").ends_with(" 366 j*"), "{}", line("26/03/2026"));
}

/// The modules a listing names.
fn modules_of(said: &str) -> Vec<&str> {
    let found: Vec<&str> = said.lines().skip(1).filter(|l| l.contains(" 2026.1 : ")).collect();
    assert!(found.len() > 15, "{said}");
    found
}

#[test]
fn json_and_csv_hold_the_same_values() {
    let folder = tempfile::tempdir().expect("folder");
    let done = cadrage(folder.path(), &["socle", "--au", "26/11/2026", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    let modules = value["modules"].as_array().expect("modules");
    let point = modules.iter().find(|m| m["module"] == "socle.point").expect("point");
    assert_eq!(point["valeurs"][0]["valeur"], "59,0734 €/point/an");
    assert_eq!(point["valeurs"][1]["age_jours"], 611);
    assert_eq!(point["valeurs"][1]["etat"], "a_revoir");
    let engineers = modules.iter().find(|m| m["module"] == "socle.grilles_ingénieurs").expect("grids");
    assert_eq!(engineers["grilles"][3]["manques"][2]["indices"], serde_json::json!(["2", "7", "8", "9", "10"]));
    let csv = text(&cadrage(folder.path(), &["socle", "point", "--au", "26/11/2026", "--format", "csv"]).stdout);
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains("socle.point;2026.1;indice_minimum;\"\";\"366 point\";2024-01-01;2025-03-25;a_revoir;"), "{csv}");
}

#[test]
fn what_it_is_not_asked_well_is_a_misuse() {
    let folder = tempfile::tempdir().expect("folder");
    for (arguments, said) in [
        (["socle", "socle.pont"], "le socle n'a pas de module `socle.pont` ; vouliez-vous `socle.point` ?"),
        (["socle", "--au=hier"], "`hier` n'est pas une date ; écrivez `--au 31/12/2026`"),
    ] {
        let done = cadrage(folder.path(), &arguments);
        assert_eq!(done.status.code(), Some(2));
        assert!(text(&done.stderr).contains(said), "{}", text(&done.stderr));
    }
}
