//! The compte rendu: same files, same page; JSON as cli.md says.

use cadrage_cube::LoadReport;

use crate::made::Made;

fn spoiled() -> Made {
    let mut made = Made::new();
    made.change("retour_de_paie", "2026-01;1;A1;", &format!("2026-01;1;{};", "X".repeat(200)));
    made.change("retour_de_paie", "2000,00", "=HYPERLINK(1)");
    made
}

#[test]
fn it_depends_on_no_path_and_no_clock() {
    let (one, two) = (spoiled(), spoiled());
    let (a, b) = (one.import("2026-01").unwrap(), two.import("2026-01").unwrap());
    assert_eq!((a.text(), a.csv(), a.json()), (b.text(), b.csv(), b.json()));
    for text in [a.text(), a.csv(), a.json().to_string()] {
        assert!(!text.contains(&one.root().display().to_string()));
    }
}

#[test]
fn the_page_is_at_most_100_columns_and_foots() {
    let report = spoiled().import("2026-01").unwrap();
    let text = report.text();
    assert!(text.lines().all(|l| l.chars().count() <= 100), "{text}");
    for words in
        ["établissement 0999999Z", "mois 01/2026", "premier chargement", "Σ lu", "Qualité", "Q01", "mois non validable tant que Q15"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(report.foots());
}

#[test]
fn the_json_follows_the_contract() {
    let json = spoiled().import("2026-01").unwrap().json();
    assert_eq!((&json["livraison"], &json["etat"]), (&"2026-01".into(), &"charge".into()));
    let pay = json["fichiers"].as_array().unwrap().iter().find(|f| f["type"] == "retour_de_paie").unwrap();
    assert_eq!(pay["fichier"], "2026-01/retour_de_paie.csv");
    for (key, value) in [("lues", 5), ("acceptees", 4), ("reparees", 0), ("quarantaine", 1), ("ecartees", 0)] {
        assert_eq!(pay[key], value, "{key}");
    }
    for (key, value) in [("montant_lu", "3897.92"), ("montant_accepte", "3897.92"), ("montant_quarantaine", "0.00")] {
        assert_eq!(pay[key], value, "{key}");
    }
    let q01 = json["qualite"].as_array().unwrap().iter().find(|q| q["code"] == "Q01").unwrap();
    assert_eq!((&q01["nombre"], &q01["montant"]), (&1.into(), &"2500.01".into()));
    let people = json["fichiers"].as_array().unwrap().iter().find(|f| f["type"] == "mouvements_constates").unwrap();
    assert!(people["montant_lu"].is_null());
}

#[test]
fn it_is_kept_as_it_was() {
    let made = spoiled();
    let report = made.import("2026-01").unwrap();
    let kept: LoadReport = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(kept, report);
}

#[test]
fn its_csv_opens_in_a_spreadsheet_without_running_anything() {
    let report = spoiled().import("2026-01").unwrap();
    let csv = report.csv();
    assert!(csv.starts_with("fichier;ligne;colonne;code;niveau;cle;valeur;attendu;action;montant\n"));
    assert!(csv.contains(";'=HYPERLINK(1);"), "{csv}");
    assert!(csv.lines().all(|l| l.split(';').count() == 10), "{csv}");
}
