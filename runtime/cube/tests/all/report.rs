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
fn the_page_is_at_most_80_columns_and_foots() {
    let report = spoiled().import("2026-01").unwrap();
    let text = report.text();
    assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
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

#[test]
fn each_account_of_a_pay_file_foots() {
    let report = spoiled().import("2026-01").unwrap();
    let pay = report.files.iter().find(|f| f.kind == cadrage_cube::Kind::RetourDePaie).unwrap();
    let rows: Vec<_> = pay
        .accounts
        .iter()
        .map(|a| (a.account.as_str(), a.read, a.quarantined, a.read_amount.cents(), a.accepted_amount.cents()))
        .collect();
    assert_eq!(rows, [("641110", 4, 1, 346_292, 346_292), ("641160", 1, 0, 43_500, 43_500)]);
    assert!(report.text().contains("Par compte"), "{}", report.text());
    assert!(
        report.csv().contains(";compte;R10;bouclage;641110;lu 3462,92;accepté + quarantaine 3462,92;boucle;3462,92"),
        "{}",
        report.csv()
    );
    assert_eq!(report.json()["fichiers"][2]["comptes"][0]["montant_lu"], "3462.92");
}

#[test]
fn its_page_for_a_browser_is_whole_and_runs_nothing() {
    let mut made = spoiled();
    made.change("retour_de_paie", ";641160;", ";<script>alert(1)</script>;");
    made.change("retour_de_paie", "43,50", "\"<b>'&\"");
    let report = made.import("2026-01").unwrap();
    let html = LoadReport::html(&[report.clone(), report]);
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("http"), "{html}");
    assert!(html.contains("&lt;b&gt;&#39;&amp;"), "{html}");
    for words in
        ["Bouclage par compte", "Σ lu", "mois non validable tant que Q15 n&#39;est pas levé", "établissement 0999999Z", "@media print"]
    {
        assert!(html.contains(words), "{words}\n{html}");
    }
    // A long name of a file parts between its words.
    assert!(html.contains("2026-01/<wbr>retour_<wbr>de_<wbr>paie.csv"), "{html}");
    for (open, close) in [("<table>", "</table>"), ("<tr", "</tr>"), ("<section>", "</section>"), ("<td", "</td>")] {
        assert_eq!(html.matches(open).count(), html.matches(close).count(), "{open}");
    }
}
