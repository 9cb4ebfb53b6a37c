//! `cadrage quarantaine` and the files of `cadrage importer`, as a person uses them.

use std::path::Path;

use super::{cadrage, demo, text};

/// The demo with a last delivery whose pay has two amounts that cannot be read.
fn spoiled() -> tempfile::TempDir {
    spoil("retour_de_paie_2026-09.csv", &[(";5799,04;", ";5799.04;"), (";57,99;", ";57,9O;")])
}

/// The example with these texts changed once in a file of September, its manifest in accord, loaded again.
fn spoil(file: &str, changes: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = demo();
    let root = folder.path().join("valmont");
    std::fs::remove_dir_all(root.join(".cadrage")).expect("store");
    let delivery = root.join("livraisons/2026-09");
    let path = delivery.join(file);
    let before = std::fs::read_to_string(&path).expect("file");
    let after = changes.iter().fold(before.clone(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    std::fs::write(&path, &after).expect("file");
    let manifest = delivery.join("manifeste.csv");
    let text = std::fs::read_to_string(&manifest).expect("manifest");
    let prints = [before, after].map(|t| cadrage_cube::fingerprint_of(t.as_bytes()));
    assert!(text.contains(&prints[0]));
    std::fs::write(&manifest, text.replace(&prints[0], &prints[1])).expect("manifest");
    let done = cadrage(folder.path(), &["-C", "valmont", "importer", "--silencieux"]);
    assert_eq!(done.status.code(), Some(0), "{}", super::text(&done.stderr));
    folder
}

#[test]
fn a_line_of_people_shows_no_euros() {
    let folder = spoil("mouvements_constates_2026-09.csv", &[(";TITULAIRE;", ";TITULAIRE?;")]);
    let (code, page, said) = run(folder.path(), &["quarantaine"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(page.contains("1 ligne gardée sans un champ") && !page.contains("0,00"), "{page}");
    let (_, csv, _) = run(folder.path(), &["quarantaine", "--format", "csv"]);
    assert!(csv.lines().nth(1).is_some_and(|l| l.ends_with(';')), "{csv}");
    let (_, json, _) = run(folder.path(), &["quarantaine", "--format", "json"]);
    assert!(json.contains("\"montant\": null"), "{json}");
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let done = cadrage(folder, &[&["-C", "valmont"], arguments].concat());
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn lines_are_listed_exported_corrected_and_loaded_once() {
    let folder = spoiled();
    let (code, page, _) = run(folder.path(), &["quarantaine"]);
    assert_eq!(code, Some(0));
    assert!(page.contains("Quarantaine : 2 lignes") && page.contains("écart au manifeste : 5\u{202F}857,03 €"), "{page}");
    assert!(page.lines().all(|l| l.chars().count() <= 80), "{page}");
    let (_, csv, _) = run(folder.path(), &["quarantaine", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let (code, _, said) = run(folder.path(), &["quarantaine", "--exporter", "corrections.csv"]);
    assert_eq!(code, Some(0), "{said}");
    let file = folder.path().join("corrections.csv");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).expect("export").permissions().mode() & 0o777, 0o600);
    }
    let export = std::fs::read_to_string(&file).expect("export");
    assert!(export.starts_with("\u{FEFF}livraison;fichier;ligne;empreinte;motif;mois_paie;no_ligne;matricule;"), "{export}");
    assert!(export.contains("5799.04") && export.contains("\"=\"\"2026-09\"\"\""), "{export}");
    // One is corrected, the other is wrong otherwise.
    std::fs::write(&file, export.replace(";5799.04;", ";5799,04;").replace(";57,9O;", ";57,9 euros;")).expect("export");
    let (code, page, _) = run(folder.path(), &["quarantaine", "--rejouer", "corrections.csv"]);
    assert_eq!(code, Some(1), "{page}");
    assert!(page.contains("1 ligne(s) corrigée(s) et chargée(s), 1 encore fausse(s)"), "{page}");
    assert!(page.contains("corrections.csv:3 : montant « 57,9 euros »") && page.lines().all(|l| l.chars().count() <= 80), "{page}");
    let export = std::fs::read_to_string(&file).expect("export").replace(";57,9 euros;", ";57,99;");
    std::fs::write(&file, export).expect("export");
    let (code, page, _) = run(folder.path(), &["quarantaine", "--rejouer", "corrections.csv"]);
    assert_eq!(code, Some(0), "{page}");
    assert!(page.contains("1 déjà chargée(s)") && page.contains("validable"), "{page}");
    let (_, page, _) = run(folder.path(), &["quarantaine"]);
    assert_eq!(page, "Quarantaine vide\n");
    // The landing is that of the files before they were spoiled.
    let done = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    assert_eq!(value["exercices"][0]["masse_salariale"], "9461460.69");
    // Once more: nothing changes.
    let (code, page, _) = run(folder.path(), &["quarantaine", "--rejouer", "corrections.csv"]);
    assert_eq!((code, page.contains("2 déjà chargée(s)")), (Some(0), true), "{page}");
    assert!(!folder.path().join("valmont/livraisons/2026-09-rejeu-3").exists());
}

#[test]
fn a_file_that_is_no_export_is_refused() {
    let folder = spoiled();
    for (text, code) in [("a;b\n1;2\n", "I04"), ("livraison;fichier;ligne;empreinte;motif;a\nx;y;z;t;u;v\n", "I16"), ("", "I01")] {
        std::fs::write(folder.path().join("faux.csv"), text).expect("file");
        let (status, _, said) = run(folder.path(), &["quarantaine", "--rejouer", "faux.csv"]);
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains(code) && said.contains("faux.csv"), "{code} {said}");
    }
    let (status, _, said) = run(folder.path(), &["quarantaine", "--exporter", "x.xlsx"]);
    assert_eq!(status, Some(2), "{said}");
}

#[test]
fn the_compte_rendu_is_written_for_a_browser_and_for_programs() {
    let folder = demo();
    for (name, start) in
        [("r.html", "<!DOCTYPE html>"), ("r.csv", "fichier;ligne;"), ("r.json", "[\n"), ("r.txt", "Compte rendu de chargement")]
    {
        std::fs::remove_dir_all(folder.path().join("valmont/.cadrage")).expect("store");
        let (code, page, said) = run(folder.path(), &["importer", "--sortie", name]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(page.lines().count(), 21, "a line for each delivery\n{page}");
        let written = std::fs::read_to_string(folder.path().join(name)).expect("report");
        assert!(written.starts_with(start), "{written}");
        assert!(written.contains("2025-01") || written.contains("01/2025"));
        if name == "r.txt" {
            assert!(written.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns");
        }
    }
    let (code, _, said) = run(folder.path(), &["importer", "--sortie", "r.pdf"]);
    assert_eq!(code, Some(2), "{said}");
}
