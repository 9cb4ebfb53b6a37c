//! `cadrage tester` on a dossier: cases of a file, worst differences, coverage, exit codes; what no verb runs yet is said.

#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

fn cadrage(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cadrage")).current_dir(folder).args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const SCRIPT: &str = r#"
donnée inm en point par situation
donnée présence en mois par situation
constante point en €/point/mois = 5 source "note"
hypothèse oubliée en % = 1 %
formule essai en € par agent :
  = somme de (inm * point * présence)
  sauf pour statut CDD : 0 €
fin
test "des cas d'un fichier au nom très long, pour voir que la ligne se coupe entre deux mots" :
  cas "cas.csv"
  colonne repère = "cas"
  colonne mois = "mois"
  colonne inm = "indice"
  sauf colonne "ecart"
  attendre essai = colonne "attendu" à 0,01 € près
fin
"#;

fn dossier(cases: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("essai.cadrage"), SCRIPT).expect("script");
    std::fs::write(folder.path().join("cas.csv"), cases).expect("cases");
    folder
}

#[test]
fn cases_that_hold_are_counted_and_exit_with_0() {
    let folder = dossier("cas;mois;indice;attendu;ecart\nA;01/2026;500;2500;\nB;02/2026;500;2500.01;\nC;02/2026;500;0;CONNU\n");
    let done = cadrage(folder.path(), &["tester", "--couverture"]);
    let out = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{out}{}", text(&done.stderr));
    for line in [
        "         essai : 2 sur 2 à 0,01 € près, 1 à part",
        "           cas.csv:3 B : attendu 2\u{202F}500,01, trouvé 2\u{202F}500,00, écart 0,01",
        "           à part CONNU : 1, dont 0 à 0,01 près, écart au plus 2\u{202F}500,00",
        "1 test tenu, 0 en échec",
        "  formules                           1 sur    1  100 %",
        "  exceptions                         0 sur    1    0 %",
        "hypothèses sans test : oubliée",
    ] {
        assert!(out.lines().any(|l| l == line), "{line}\n{out}");
    }
    assert!(out.lines().all(|l| l.chars().count() <= 80), "{out}");
}

#[test]
fn cases_that_do_not_hold_exit_with_1_and_say_where() {
    let folder = dossier("cas;mois;indice;attendu;ecart\nA;01/2026;500;2500;\nB;02/2026;500;2400;\n");
    let done = cadrage(folder.path(), &["tester", "--format", "json", "--couverture"]);
    assert_eq!(done.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json on stdout, nothing else");
    assert_eq!((&value["tenus"], &value["echecs"]), (&0.into(), &1.into()));
    let measure = &value["tests"][0]["cas"]["mesures"][0];
    assert_eq!((&measure["comparees"], &measure["tenues"]), (&2.into(), &1.into()));
    assert_eq!((&measure["pires_ecarts"][0]["ligne"], &measure["pires_ecarts"][0]["ecart"]), (&3.into(), &"100.000000".into()));
    assert_eq!(value["couverture"][0]["sorte"], "formules");
    // Messages are cut to the width of the terminal: between two words.
    let said = text(&done.stderr).replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("la pire, cas.csv:3"), "{said}");
    // A cell that cannot be read is the scripts' fault, told with its line, before any test runs.
    let folder = dossier("cas;mois;indice;attendu;ecart\nA;01/2026;beaucoup;2500;\n");
    let done = cadrage(folder.path(), &["tester"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(done.stdout.is_empty());
    assert!(text(&done.stderr).contains("cas.csv:2"), "{}", text(&done.stderr));
}

#[test]
fn what_stands_beside_formulas_is_shown() {
    let folder = dossier("cas;mois;indice;attendu;ecart\nA;01/2026;500;2500;\n");
    let extra = "enveloppe plafond sur essai :\n  exercice 2026 : 10 €\n  contrôle cumulé\nfin\n\nexpliquer essai en 01/2026\n";
    std::fs::write(folder.path().join("suite.cadrage"), extra).expect("script");
    let done = cadrage(folder.path(), &["vérifier"]);
    let said = text(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{said}");
    // Each has its verb: nothing waits for one.
    assert!(!said.contains("pas encore exécutée") && !said.contains("enveloppe") && !said.contains("interface"), "{said}");
    let shown = text(&cadrage(folder.path(), &["montrer", "modèle"]).stdout);
    assert!(shown.contains("enveloppe plafond sur essai, contrôle cumulé\n  2026 : 10 €, 0 parts\n"), "{shown}");
    assert!(shown.contains("expliquer essai en 01/2026\n"), "{shown}");
}
