//! `cadrage charges`, `valider`, `rouvrir`, `journal`.

use super::history::{a_hundred_more, corrected};
use super::{cadrage, demo, is_kept, text};

fn narrow(shown: &str) {
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns\n{shown}");
}

#[test]
fn a_month_is_validated_reopened_and_corrected_by_a_new_observation() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
    let done = run(&["valider", "03/2026"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    narrow(&text(&done.stdout));
    assert!(text(&done.stdout).contains("aucun constat bloquant") && text(&done.stderr).contains("03/2026 est validé"));
    let again = run(&["valider", "2026-03"]);
    assert!(again.status.code() == Some(1) && text(&again.stderr).contains("[I14] 03/2026 est déjà validé"), "{}", text(&again.stderr));
    // A correction in `livraisons/` stops whoever would compute without it.
    corrected(folder.path(), "2026-03", "retour_de_paie", "2026-04-15", a_hundred_more);
    for verb in [&["importer"][..], &["calculer", "atterrissage_2026"]] {
        let done = run(verb);
        let said = text(&done.stderr);
        assert!(done.status.code() == Some(1) && said.contains("[I12]") && said.contains("cadrage rouvrir 03/2026"), "{said}");
    }
    assert_eq!(run(&["rouvrir", "03/2026"]).status.code(), Some(2));
    assert_eq!(run(&["rouvrir", "03/2026", "--motif", " "]).status.code(), Some(2));
    let opened = run(&["rouvrir", "03/2026", "--motif", "remise 2 annoncée par la DRFiP"]);
    assert_eq!(opened.status.code(), Some(0), "{}", text(&opened.stderr));
    assert_eq!(run(&["importer"]).status.code(), Some(0));
    let journal = text(&run(&["journal"]).stdout);
    narrow(&journal);
    let at = |needle: &str| journal.find(needle).unwrap_or_else(|| panic!("{needle}\n{journal}"));
    assert!(at("valider 2026-03") < at("rouvrir 2026-03") && at("rouvrir 2026-03") < at("charger 2026-03-r2"), "{journal}");
    assert!(journal.contains("remise 2 annoncée par la DRFiP"));
    let lines: serde_json::Value = serde_json::from_slice(&run(&["journal", "--format", "json"]).stdout).expect("json");
    assert!(lines.as_array().is_some_and(|l| l.len() == 24 && l.iter().all(|l| l["qui"] != "")), "{lines}");
    assert!(text(&run(&["journal", "--format", "csv"]).stdout).starts_with("quand;qui;action;objet;motif\n"));
}

#[test]
fn accounting_by_account_is_to_the_cent() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
    // The mandates, from the file itself.
    let file = folder.path().join("valmont/livraisons/2026-03/retour_de_paie_2026-03.csv");
    let rows = cadrage_cube::FlatFile::read("x", &std::fs::read(file).expect("file"), "utf-8").expect("rows");
    let mut totals: std::collections::BTreeMap<String, cadrage_value::Money> = std::collections::BTreeMap::new();
    for (_, row) in rows.named_rows() {
        *totals.entry(row["compte"].clone()).or_default() += row["montant"].parse().expect("amount");
    }
    let ledger = |cents: i64| {
        let mut text = String::from("compte;montant\n");
        for (k, (account, amount)) in totals.iter().enumerate() {
            let amount = *amount + cadrage_value::Money::from_cents(if k == 0 { cents } else { 0 });
            text += &format!("{account};{}\n", amount.to_string().replace('.', ","));
        }
        std::fs::write(folder.path().join("mandats.csv"), text).expect("mandates");
    };
    ledger(1);
    let done = run(&["valider", "03/2026", "--comptabilité", "mandats.csv", "--format", "json"]);
    assert_eq!(done.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    assert_eq!((&value["valide"], &value["comptabilite"][0]["ecart"]), (&false.into(), &"0.01".into()), "{value}");
    assert!(text(&done.stderr).contains("comptabilité : 0,01 € d'écarts"), "{}", text(&done.stderr));
    let without = run(&["valider", "03/2026", "--comptabilité", "mandats.csv", "--lever", "comptabilité"]);
    assert_eq!(without.status.code(), Some(2), "a waiver needs a reason: {}", text(&without.stderr));
    ledger(0);
    for wrong in [&["--lever", "Q13", "--motif", "x"][..], &["--motif", "x"]] {
        let done = run(&[&["valider", "03/2026"][..], wrong].concat());
        assert_ne!(done.status.code(), Some(0), "{wrong:?}");
    }
    let done = run(&["valider", "03/2026", "--comptabilité", "mandats.csv"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let shown = text(&done.stdout);
    narrow(&shown);
    assert!(shown.contains("mandats.csv") && shown.contains("hors PSOP, non compris"), "{shown}");
    let scenario = run(&["valider", "budget_2027"]);
    assert!(scenario.status.code() == Some(2) && text(&scenario.stderr).contains("un scénario ne se scelle pas encore"));
}

#[test]
fn what_moves_a_validated_month_is_said_by_every_verb_that_reads_it() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
    assert_eq!(run(&["valider", "02/2026"]).status.code(), Some(0));
    let list = folder.path().join("valmont/referentiels/structure.csv");
    let sound = std::fs::read_to_string(&list).expect("list");
    // A department that passes to another composante takes its euros along.
    let moved = sound.replacen("SHS_PSY;Département SHS_PSY;DEPARTEMENT;SHS;", "SHS_PSY;Département SHS_PSY;DEPARTEMENT;LETTRES;", 1);
    assert_ne!(moved, sound);
    std::fs::write(&list, moved).expect("list");
    for verb in [
        &["calculer", "atterrissage_2026"][..],
        &["restituer", "suivi_par_composante"],
        &["rapprocher"],
        &["charges"],
        &["montrer", "plan"],
    ] {
        let done = run(verb);
        let said = text(&done.stderr);
        assert!(done.status.success() && said.contains("[I13] 02/2026 est validé"), "{verb:?} {said}");
        assert!(said.contains("`structure.csv` a changé"), "{verb:?} {said}");
        assert_eq!(said.matches("[I13]").count(), 1, "{verb:?} {said}");
    }
    let json = text(&run(&["calculer", "atterrissage_2026", "--format", "json"]).stdout);
    assert!(json.contains("\"I13\""), "{json}");
    std::fs::write(&list, sound).expect("list");
    assert!(!text(&run(&["calculer", "atterrissage_2026"]).stderr).contains("I13"));
}

#[test]
fn loads_are_listed_with_what_replaced_them() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
    corrected(folder.path(), "2026-03", "retour_de_paie", "2026-04-15", a_hundred_more);
    assert_eq!(run(&["importer"]).status.code(), Some(0));
    assert_eq!(run(&["valider", "02/2026"]).status.code(), Some(0));
    let shown = text(&run(&["charges"]).stdout);
    narrow(&shown);
    is_kept(&shown, "charges.txt");
    let json: serde_json::Value = serde_json::from_slice(&run(&["charges", "--format", "json"]).stdout).expect("json");
    assert_eq!(json.as_array().map(Vec::len), Some(22));
    let march = json.as_array().and_then(|l| l.iter().find(|l| l["livraison"] == "2026-03")).expect("march");
    assert_eq!(march["etat"], "remplacé en partie");
    let pay = march["fichiers"].as_array().and_then(|l| l.iter().find(|f| f["type"] == "retour_de_paie")).expect("pay");
    assert_eq!(pay["remplacee_par"], "2026-03-r2");
    // Before the correction was observed, it was not there.
    let then: serde_json::Value =
        serde_json::from_slice(&run(&["charges", "--format", "json", "--vu-au", "31/03/2026"]).stdout).expect("json");
    assert_eq!(then.as_array().map(Vec::len), Some(15));
    assert!(then.as_array().is_some_and(|l| l.iter().all(|l| l["etat"] == "courant")), "{then}");
    let csv = text(&run(&["charges", "--format", "csv"]).stdout);
    assert!(csv.lines().any(|l| l.starts_with("2026-03;2026-03;2026-03-31;remplacé en partie;non;;retour_de_paie;1;")), "{csv}");
    // The compte rendu again, as the import gave it.
    let page = run(&["charges", "--détail", "2026-03-r2"]);
    assert!(page.status.success() && text(&page.stdout).contains("remplace la livraison 2026-03"), "{}", text(&page.stdout));
    let unknown = run(&["charges", "--détail", "2031-03"]);
    assert!(unknown.status.code() == Some(1) && text(&unknown.stderr).contains("n'est pas chargée"), "{}", text(&unknown.stderr));
}
