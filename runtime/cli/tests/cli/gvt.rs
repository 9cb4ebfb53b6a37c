//! `cadrage gvt`, `eap`, `schéma-emplois`, `coûts-moyens`.

use super::{cadrage, demo, is_kept, text};

fn fits(shown: &str) {
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }
}

#[test]
fn the_analyses_of_the_example() {
    let folder = demo();
    let run = |arguments: &[&str]| {
        let done = cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
        assert_eq!(done.status.code(), Some(0), "{arguments:?}\n{}", text(&done.stderr));
        text(&done.stdout)
    };
    for (file, arguments) in [
        ("gvt.txt", &["gvt"][..]),
        ("gvt-mois.txt", &["gvt", "--détail", "mois", "--population", "enseignants_chercheurs"]),
        ("eap.txt", &["eap", "budget_2027", "--exercice", "2027", "--population", "INDICIAIRES"]),
        ("schema-emplois.txt", &["schéma-emplois", "--par", "corps", "--viser", "113,5"]),
        ("couts-moyens.txt", &["coûts-moyens", "--sans", "200204"]),
        ("couts-moyens-poste.txt", &["coûts-moyens", "--poste", "10 catégorie C", "--contre", "6 catégorie A"]),
    ] {
        let shown = run(arguments);
        fits(&shown);
        is_kept(&shown, file);
    }
    let strict = run(&["gvt", "--regle", "STRICT", "--noria", "difference"]);
    assert!(strict.contains("présents 24 mois entiers (STRICT)") && strict.contains("solde - positif"), "{strict}");
    let list = run(&["gvt", "--détail", "présents"]);
    fits(&list);
    assert!(list.contains("VAL000000001") || list.contains("VAL0"), "{list}");
    // The same figures for a program: exact, one a line.
    let csv = run(&["gvt", "--format", "csv"]);
    assert!(csv.starts_with("population;methode;regle_pp;indicateur;fraction;valeur\n"), "{csv}");
    assert!(csv.lines().any(|l| l.starts_with("TITULAIRES;cascade;;residu;0;0,00000000")), "{csv}");
    for verb in ["gvt", "eap", "schema-emplois", "couts-moyens"] {
        let json: serde_json::Value = serde_json::from_str(&run(&[verb, "--format", "json"])).expect("json");
        assert!(json["cellules"].as_array().is_some_and(|cells| cells.iter().any(|c| c["valeur"].is_string())), "{verb}");
    }
}

#[test]
fn what_they_cannot_do_is_said_in_words() {
    let folder = demo();
    let said = |code: i32, arguments: &[&str]| {
        let done = cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
        assert_eq!(done.status.code(), Some(code), "{arguments:?}\n{}", text(&done.stdout));
        text(&done.stderr)
    };
    assert!(said(2, &["gvt", "--règle", "tous"]).contains("règles : mois, strict, strict-quotité, dates"));
    assert!(said(2, &["gvt", "--noria", "x"]).contains("--noria multiplicative"));
    assert!(said(2, &["gvt", "--exercice", "26 ans"]).contains("n'est pas un exercice"));
    assert!(said(1, &["gvt", "--exercice", "2031"]).contains("T14"));
    assert!(said(1, &["eap", "--population", "titulair"]).contains("la population `titulair` est inconnue"));
    assert!(said(1, &["schéma-emplois", "--par", "rubrique"]).contains("niveaux : statut"));
    assert!(said(2, &["schéma-emplois", "--viser", "beaucoup"]).contains("n'est pas un nombre d'ETPT"));
    assert!(said(2, &["coûts-moyens", "--poste", "dix C"]).contains("n'est pas un poste"));
    assert!(said(1, &["coûts-moyens", "--poste", "grade RIEN"]).contains("pas de coût moyen pour « grade RIEN »"));
}
