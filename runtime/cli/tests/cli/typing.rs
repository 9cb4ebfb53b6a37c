//! `cadrage saisir`: a file to fill, filled, checked, taken.

use std::path::Path;

use super::{cadrage, demo, text};

const FORM: &str = "saisie primes_locales \"Primes locales\" :\n  par composante ; mois\n  champ montant en € obligatoire\n  champ motif parmi (chômage ; autre)\n  alimente rubrique HORS_PSOP plafond HORS_PSOP\nfin\n";

fn with_form() -> tempfile::TempDir {
    let folder = demo();
    std::fs::write(folder.path().join("valmont/saisies.cadrage"), FORM).expect("script");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let done = cadrage(folder, &[&["-C", "valmont"], arguments].concat());
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

fn total(folder: &Path) -> String {
    total_of(folder, "atterrissage_2026")
}

fn total_of(folder: &Path, scenario: &str) -> String {
    let (_, page, said) = run(folder, &["calculer", scenario, "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&page).unwrap_or_else(|_| panic!("{said}"));
    value["exercices"][0]["masse_salariale"].as_str().expect("amount").to_owned()
}

#[test]
fn a_form_is_filled_checked_and_counts() {
    let folder = with_form();
    let (code, _, said) = run(folder.path(), &["saisir", "primes_locales", "--modèle", "a_remplir.csv"]);
    assert_eq!(code, Some(0), "{said}");
    let file = folder.path().join("a_remplir.csv");
    let model = std::fs::read_to_string(&file).expect("model");
    assert!(model.starts_with("\u{FEFF}composante;mois;montant;motif\r\n") && model.contains("DROIT;10/2026;;\r\n"), "{model}");
    assert!(!model.contains("09/2026"), "September is known");
    // Two rows are filled; the others stay empty.
    std::fs::write(
        &file,
        model.replace("DROIT;10/2026;;", "DROIT;10/2026;1 000,50;chômage").replace("DROIT;11/2026;;", "DROIT;11/2026;200,00;"),
    )
    .expect("model");
    let (code, page, said) = run(folder.path(), &["saisir", "primes_locales", "a_remplir.csv"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(page.contains("1\u{202F}200,50") && page.contains("laissée(s) vides"), "{page}");
    assert_eq!(total(folder.path()), "9462661.19", "9461460,69 € and 1200,50 €");
    // Corrected: it replaces, and the old one stays.
    let text = std::fs::read_to_string(&file).expect("model").replace("200,00", "300,00");
    std::fs::write(&file, text).expect("model");
    let (_, page, _) = run(folder.path(), &["saisir", "primes_locales", "a_remplir.csv"]);
    assert!(page.contains("saisies/anciennes/primes_locales-1.csv"), "{page}");
    assert_eq!(total(folder.path()), "9462761.19");
    let (_, page, _) = run(folder.path(), &["saisir"]);
    assert!(page.contains("primes_locales — Primes locales") && page.contains("2 ligne(s)"), "{page}");
}

#[test]
fn a_wrong_cell_is_told_where_it_is_and_changes_nothing() {
    let folder = with_form();
    let file = folder.path().join("rempli.csv");
    std::fs::write(
        &file,
        "composante;mois;montant;motif\nDROIT;10/2026;100,00;chômage\n;;;\nDROI;10/2026;5,00;\nDROIT;10/2026;beaucoup;vacances\n",
    )
    .expect("file");
    let (code, page, said) = run(folder.path(), &["saisir", "primes_locales", "rempli.csv"]);
    assert_eq!((code, page.as_str()), (Some(1), ""));
    for words in [
        "rempli.csv:4 : `DROI` n'est pas un membre connu",
        "vouliez-vous `DROIT` ?",
        "rempli.csv:5 : `beaucoup` n'est pas un nombre",
        "`vacances` n'est pas une valeur de `motif`",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!folder.path().join("valmont/saisies").exists());
    for (arguments, code) in [
        (&["saisir", "primes_local"][..], 1),
        (&["saisir", "primes_locales"], 2),
        (&["saisir", "primes_locales", "rempli.ods"], 2),
        (&["saisir", "primes_locales", "--modèle", "rempli.csv"], 2),
        (&["saisir", "primes_locales", "absent.csv"], 1),
    ] {
        assert_eq!(run(folder.path(), arguments).0, Some(code), "{arguments:?}");
    }
}

/// A workbook of one sheet, as a spreadsheet saves a filled file: amounts are numbers, the rest are texts.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, row) in (0..).zip(rows) {
        for (c, cell) in (0..).zip(*row).filter(|(_, cell)| !cell.is_empty()) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(r, c, number),
                Err(_) => sheet.write_string(r, c, *cell),
            }
            .expect("cell");
        }
    }
    book.save_to_buffer().expect("workbook")
}

#[test]
fn a_filled_workbook_is_taken_as_a_text_is() {
    let folder = with_form();
    // The model is a workbook too: empty, it has nothing to take.
    let (code, _, said) = run(folder.path(), &["saisir", "primes_locales", "--modèle", "a_remplir.xlsx"]);
    assert!(code == Some(0) && said.contains("ligne(s) à remplir"), "{said}");
    let (code, _, said) = run(folder.path(), &["saisir", "primes_locales", "a_remplir.xlsx"]);
    assert!(code == Some(1) && said.contains("n'a aucune ligne remplie"), "{said}");
    let file = folder.path().join("rempli.xlsx");
    let rows: &[&[&str]] = &[
        &["composante", "mois", "montant", "motif"],
        &["DROIT", "10/2026", "1000.5", "chômage"],
        &["DROIT", "11/2026", "", ""],
        &["SHS", "2026-11", "200", ""],
    ];
    std::fs::write(&file, workbook(rows)).expect("file");
    let (code, page, said) = run(folder.path(), &["saisir", "primes_locales", "rempli.xlsx"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(page.contains("1\u{202F}200,50") && page.contains("1 ligne(s) du fichier laissée(s) vides"), "{page}");
    assert_eq!(total(folder.path()), "9462661.19");
    // A wrong cell is told where it is in the sheet.
    std::fs::write(&file, workbook(&[rows[0], &["DROI", "10/2026", "5", ""]])).expect("file");
    let (code, _, said) = run(folder.path(), &["saisir", "primes_locales", "rempli.xlsx"]);
    assert!(code == Some(1) && said.contains("rempli.xlsx:2 : `DROI` n'est pas un membre connu"), "{said}");
    std::fs::write(&file, "composante;mois;montant;motif\n").expect("file");
    let (code, _, said) = run(folder.path(), &["saisir", "primes_locales", "rempli.xlsx"]);
    assert!(code == Some(1) && said.contains("I18"), "{said}");
}

/// Valmont as if its September had come without its expenses out of payroll.
fn without_expenses() -> tempfile::TempDir {
    let folder = with_form();
    let root = folder.path().join("valmont");
    std::fs::remove_dir_all(root.join(".cadrage")).expect("store");
    let manifest = root.join("livraisons/2026-09/manifeste.csv");
    let text = std::fs::read_to_string(&manifest).expect("manifest");
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains(";hors_psop;")).collect();
    std::fs::write(&manifest, kept.join("\n") + "\n").expect("manifest");
    let (code, _, said) = run(folder.path(), &["importer"]);
    assert_eq!(code, Some(0), "{said}");
    folder
}

#[test]
fn expenses_of_a_known_month_are_loaded_as_a_delivery_is() {
    let folder = without_expenses();
    // What is typed is observed today: a scenario that says what it was observed on does not know it.
    let scenario = "scénario suite :\n  constaté jusqu'à 09/2026 observé au 31/12/2099\n  projeter jusqu'à 12/2026\nfin\n";
    std::fs::write(folder.path().join("valmont/suite.cadrage"), scenario).expect("scenario");
    let total = |folder: &Path| total_of(folder, "suite");
    let (before, landing) = (total(folder.path()), total_of(folder.path(), "atterrissage_2026"));
    let file = folder.path().join("rempli.csv");
    let write = |amount: &str| {
        let text =
            format!("composante;mois;montant;motif\nDROIT;09/2026;{amount};chômage\nDROIT;08/2026;7,00;autre\nDROIT;10/2026;5,00;autre\n");
        std::fs::write(&file, text).expect("file");
    };
    write("1000,50");
    let (code, page, said) = run(folder.path(), &["saisir", "primes_locales", "rempli.csv"]);
    assert_eq!(code, Some(0), "{said}");
    for words in ["constaté : chargé ce jour, 2026-09-saisie-1", "constaté : ne compte pas, 2026-08 le dit"] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let cents = |text: &str| text.replace('.', "").parse::<i64>().expect("cents");
    assert_eq!(cents(&total(folder.path())) - cents(&before), 100_050 + 500, "the known month and the one to come, not August");
    assert_eq!(cents(&total_of(folder.path(), "atterrissage_2026")) - cents(&landing), 500, "observed on 30/09/2026");
    let (_, page, _) = run(folder.path(), &["charges", "--format", "csv"]);
    assert!(page.contains("2026-09-saisie-1"), "{page}");
    // Only the row of August is said not to count.
    let (_, page, said) = run(folder.path(), &["calculer", "suite"]);
    assert!([page, said].iter().any(|t| t.contains("1 ligne de mois constatés")));
    let (_, page, _) = run(folder.path(), &["saisir", "primes_locales", "rempli.csv"]);
    assert!(page.contains("constaté : déjà chargé"), "{page}");
    write("900,00");
    let (_, page, _) = run(folder.path(), &["saisir", "primes_locales", "rempli.csv"]);
    assert!(page.contains("2026-09-saisie-2"), "{page}");
    assert_eq!(cents(&total(folder.path())) - cents(&before), 90_000 + 500);
    // A validated month takes nothing more, and what was typed stays as it was.
    let (code, _, said) = run(folder.path(), &["valider", "09/2026"]);
    assert_eq!(code, Some(0), "{said}");
    let typed = || std::fs::read_to_string(folder.path().join("valmont/saisies/primes_locales.csv")).expect("form");
    let kept = typed();
    write("800,00");
    let (code, _, said) = run(folder.path(), &["saisir", "primes_locales", "rempli.csv"]);
    assert!(code == Some(1) && said.contains("est validé"), "{said}");
    assert_eq!(typed(), kept);
    assert!(!folder.path().join("valmont/livraisons/2026-09-saisie-3").exists());
}

#[test]
fn movements_that_the_source_does_not_know_become_sentences() {
    let folder = demo();
    let (code, _, said) = run(folder.path(), &["saisir", "mouvements", "--modèle", "mouvements.xlsx"]);
    assert!(code == Some(0) && said.contains("cadrage saisir mouvements"), "{said}");
    let (code, _, said) = run(folder.path(), &["saisir", "mouvements", "mouvements.xlsx"]);
    assert!(code == Some(1) && said.contains("n'a aucune ligne remplie"), "{said}");
    // What is not there, and what is no workbook, is said in French.
    std::fs::write(folder.path().join("faux.xlsx"), "pas un classeur").expect("file");
    for (name, words) in [("absent.xlsx", "il n'est pas là"), ("absent.csv", "il n'est pas là"), ("faux.xlsx", "ce n'en est pas un")] {
        let (code, _, said) = run(folder.path(), &["saisir", "mouvements", name]);
        assert!(code == Some(1) && said.contains(words), "{name}\n{said}");
    }
    let file = folder.path().join("mouvements.csv");
    let header = "mouvement;agent;nombre;grade;échelon;plafond;composante;date;motif;commentaire\n";
    let fill = |rows: &str| std::fs::write(&file, format!("{header}{rows}")).expect("file");
    // Each mistake is told at its row, and nothing is written.
    for (rows, words) in [
        ("recruter;;2;;;;;01/11/2026;;\n", "mouvements.csv:2 : `grade` est vide, et `recruter` en a besoin"),
        ("embaucher;;2;MCF_CN;;;;01/11/2026;;\n", "`embaucher` n'est pas un mouvement"),
        ("muter;VAL000000001;;;2;;DROIT;01/11/2026;;\n", "`échelon` ne sert pas à `muter`"),
        ("faire partir;VAL000000001;;;;;;31/08/2026;;\n", "31/08/2026 est dans un mois constaté"),
        (";;;;;;;;;\nrecruter;;2;MCF_XX;;;;01/11/2026;;\n", "mouvements.csv:3 : "),
        ("recruter;;2;MCF_CN fin;;;;01/11/2026;;\n", "n'est pas un code"),
        ("recruter;;deux;MCF_CN;;;;01/11/2026;;\n", "n'est pas un nombre d'agents"),
    ] {
        fill(rows);
        let (code, _, said) = run(folder.path(), &["saisir", "mouvements", "mouvements.csv"]);
        assert!(code == Some(1) && said.contains(words), "{words}\n{said}");
        assert!(!folder.path().join("valmont/mouvements_saisis.cadrage").exists());
    }
    fill(
        "recruter;;2;MCF_CN;2;ETAT;DROIT;01/11/2026;;accordés par le conseil\n;;;;;;;;;\nfaire partir;VAL000000001;;;;;;2026-10-31;retraite;\n",
    );
    let (code, page, said) = run(folder.path(), &["saisir", "mouvements", "mouvements.csv"]);
    assert_eq!(code, Some(0), "{said}");
    for words in [
        "recruter 2 agents grade MCF_CN échelon 2 plafond ETAT composante DROIT à compter du 01/11/2026",
        "faire partir l'agent VAL000000001 au 31/10/2026 motif retraite",
        "aucun scénario ne l'applique",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    // They count in a scenario that applies them, and only there.
    let scenario = "scénario avec_saisie hérite de atterrissage_2026 :\n  appliquer mouvements_saisis\nfin\n";
    std::fs::write(folder.path().join("valmont/suite.cadrage"), scenario).expect("scenario");
    assert_eq!(total(folder.path()), "9461460.69");
    assert_ne!(total_of(folder.path(), "avec_saisie"), "9461460.69");
    let (_, page, _) = run(folder.path(), &["saisir", "mouvements", "mouvements.csv"]);
    assert!(page.contains("appliquée par : avec_saisie"), "{page}");
    fill("recruter;;1,5;MCF_CN;2;ETAT;DROIT;01/11/2026;;\n");
    let (_, page, _) = run(folder.path(), &["saisir", "mouvements", "mouvements.csv"]);
    assert!(page.contains("recruter 1,5 ETP") && page.contains("saisies/anciennes/mouvements_saisis-1.cadrage"), "{page}");
}
