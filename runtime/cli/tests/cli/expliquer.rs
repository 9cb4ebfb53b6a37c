//! `cadrage expliquer`: what is printed, in every form; who is shown what; messages on stderr, data alone on stdout.

use super::{cadrage, demo, text};

#[test]
fn a_figure_is_explained_in_every_form() {
    let folder = demo();
    let dossier = folder.path().join("valmont");
    let question = ["pension_civile", "pour", "agent", "VAL000000123", "en", "10/2027"];
    let ask = |options: &[&str]| {
        let mut words = vec!["expliquer"];
        words.extend(question);
        words.extend(["--scénario", "budget_2027_haut"]);
        words.extend(options);
        cadrage(&dossier, &words)
    };
    let done = ask(&[]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let said = text(&done.stdout);
    for words in ["pension_civile = 2 777,06 €", "arrondi au centime de 2 777,06128 €", "majorée de 1,5 %", "⚠ hors textes", "et_si:5"]
    {
        assert!(
            said.contains(&words.replace(' ', "\u{202f}")) || said.contains(words) || squeezed(&said).contains(words),
            "{words}\n{said}"
        );
    }
    let value: serde_json::Value = serde_json::from_slice(&ask(&["--format", "json"]).stdout).expect("json");
    assert_eq!((value["racine"]["exact"].as_str(), value["racine"]["regle"].as_str()), (Some("138853/50"), Some("phrase")));
    assert_eq!(value["scenarios"][0], "budget_2027_haut");
    assert!(value["racine"]["parts"].as_array().is_some_and(|p| p.len() == 2));
    let csv = text(&ask(&["--format", "csv"]).stdout);
    assert!(csv.lines().count() > 8 && csv.contains("taux_pension_civile"), "{csv}");
    let page = folder.path().join("page.html");
    let done = ask(&["--sortie", page.to_str().expect("path")]);
    assert_eq!((done.status.code(), done.stdout.len()), (Some(0), 0), "{}", text(&done.stderr));
    let page = std::fs::read_to_string(page).expect("page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("taux_pension_civile") && page.contains("décret n° 2025-61"));
    let bad = ask(&["--sortie", "page.docx"]);
    assert_eq!(bad.status.code(), Some(2));
}

/// Narrow no-break spaces as plain ones.
fn squeezed(said: &str) -> String {
    said.replace('\u{202f}', " ")
}

#[test]
fn statements_of_scripts_are_explained() {
    let folder = demo();
    let dossier = folder.path().join("valmont");
    let none = cadrage(&dossier, &["expliquer"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("aucun `expliquer` dans ce dossier"), "{}", text(&none.stderr));
    std::fs::write(
        dossier.join("questions.cadrage"),
        "expliquer masse_salariale pour composante DROIT en 12/2026\nexpliquer l'écart de masse_salariale entre atterrissage_2026 et point_1_5 en 12/2026\n",
    )
    .expect("script");
    let done = cadrage(&dossier, &["expliquer", "--format", "json", "--au-plus", "2"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    let questions: Vec<&str> = value.as_array().expect("list").iter().filter_map(|e| e["question"].as_str()).collect();
    assert_eq!(
        questions,
        ["masse_salariale pour composante DROIT en 12/2026", "l'écart de masse_salariale entre atterrissage_2026 et point_1_5 en 12/2026"]
    );
    // A statement that is run is not told to wait.
    let checked = cadrage(&dossier, &["vérifier"]);
    assert!(!text(&checked.stderr).contains("pas encore exécutée"), "{}", text(&checked.stderr));
}

#[test]
fn what_is_wrong_is_located_in_what_was_typed() {
    let folder = demo();
    let dossier = folder.path().join("valmont");
    for (question, code, words) in [
        ("pension_civil pour agent VAL000000123", "N01", "vouliez-vous `pension_civile`"),
        ("pension_civile pour agent VAL00000012399", "N01", "vouliez-vous `VAL000000123`"),
        ("pension_civile pour agent VAL000000123 en 10/2030", "T06", "10/2030"),
        ("masse_salariale pour composante DROI en 10/2026", "N04", "DROIT"),
        ("masse_salariale + 1 €", "V21", "ici"),
    ] {
        let done = cadrage(&dossier, &["expliquer", question]);
        let said = text(&done.stderr);
        assert_eq!((done.status.code(), done.stdout.len()), (Some(1), 0), "{question}\n{said}");
        assert!(said.contains(code) && said.contains(words) && said.contains("ligne de commande:1"), "{question}\n{said}");
    }
    let done = cadrage(&dossier, &["expliquer", "masse_salariale", "--scénario", "budget_2099"]);
    assert!(done.status.code() == Some(1) && text(&done.stderr).contains("budget_2099"), "{}", text(&done.stderr));
}

/// Every verb that would tell an agent refuses to, in every form, and tells him to the role that may see him.
#[test]
fn individuals_are_shown_to_the_role_for_it() {
    let folder = demo();
    let dossier = folder.path().join("valmont");
    let module = dossier.join("établissement.cadrage");
    let mut script = std::fs::read_to_string(&module).expect("module");
    script.push_str(
        "\nconstante effectif_minimal en agent \"Effectif minimal\" = 5 agents   source \"charte fictive\"\n\nrôle paie :\n  peut voir agents\n  peut modifier hypothèses ; mouvements ; scénarios ; formules\n  peut simuler constantes ; grilles\nfin\n",
    );
    std::fs::write(&module, script).expect("module");
    std::fs::write(
        dossier.join("essai.cadrage"),
        "utiliser valmont version \"2026.3\"\nrestitution par_agent :\n  lignes agent\n  colonnes exercice\n  mesures masse_salariale\nfin\n",
    )
    .expect("script");
    let file = folder.path().join("agents.csv");
    let file = file.to_str().expect("path");
    let verbs: [&[&str]; 7] = [
        &["expliquer", "pension_civile pour agent VAL000000123 en 10/2026"],
        &["expliquer", "masse_salariale pour agent VAL000000123 en 10/2026", "--format", "json"],
        &["restituer", "par_agent"],
        &["restituer", "par_agent", "--sortie", file],
        &["comparer", "atterrissage_2026", "--détail", "1"],
        &["rapprocher", "--détail", "101000"],
        &["expliquer", "masse_salariale pour structure SCI_INFO en 10/2026", "--sortie", file],
    ];
    for verb in verbs {
        let closed = cadrage(&dossier, verb);
        let said = text(&closed.stderr);
        assert_eq!((closed.status.code(), closed.stdout.len()), (Some(1), 0), "{verb:?}\n{said}\n{}", text(&closed.stdout));
        assert!(said.contains("D04"), "{verb:?}\n{said}");
        assert!(!std::path::Path::new(file).exists(), "{verb:?}");
        let open = cadrage(&dossier, &[verb, &["--rôle", "paie"]].concat());
        assert_eq!(open.status.code(), Some(0), "{verb:?}\n{}", text(&open.stderr));
        let _ = std::fs::remove_file(file);
    }
    for verb in [&["comparer", "atterrissage_2026"][..], &["comparer", "atterrissage_2026", "--format", "json"], &["rapprocher"]] {
        let closed = cadrage(&dossier, verb);
        assert_eq!(closed.status.code(), Some(0), "{verb:?}\n{}", text(&closed.stderr));
        assert!(!text(&closed.stdout).contains("VAL0000"), "{verb:?}\n{}", text(&closed.stdout));
    }
    let unknown = cadrage(&dossier, &["expliquer", "masse_salariale", "--rôle", "paye"]);
    assert!(unknown.status.code() == Some(1) && text(&unknown.stderr).contains("le rôle `paye` est inconnu"), "{}", text(&unknown.stderr));
}
