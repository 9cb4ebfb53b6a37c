//! Deliveries that cannot be used: refused whole, with a place and what to do, the store unchanged.

use crate::made::{Made, PAY};

/// Replaces a text of the manifest once the delivery is written.
fn spoil_manifest(made: &Made, from: &str, to: &str) -> cadrage_cube::CubeError {
    let delivery = made.write("2026-01");
    let path = delivery.join("manifeste.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let e = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err();
    assert!(made.store().is_empty(), "{e} left something in the store");
    e
}

#[test]
fn a_bad_manifest_says_where_and_what() {
    let made = Made::new();
    let cases = [
        (";2026-01-28;", ";28 janvier;", "I05", Some("date_observation")),
        (";2026-01;", ";janvier;", "I05", Some("mois")),
        ("0999999Z", "99Z", "I05", Some("uai")),
        ("0999999Z", "0888888Y", "I08", Some("uai")),
        (";2026-01;", ";2026-02;", "I08", Some("mois")),
        ("pms-csv/1", "pms-csv/9", "I07", Some("version")),
        ("canonique", "harpege", "I07", Some("disposition")),
        (";utf-8;", ";ebcdic;", "I06", Some("encodage")),
        (";retour_de_paie;", ";salaires;", "I05", Some("type")),
        ("retour_de_paie.csv;", "perdu.csv;", "I02", Some("fichier")),
        ("retour_de_paie.csv;", "../retour_de_paie.csv;", "I05", Some("fichier")),
        ("retour_de_paie.csv;", "..;", "I05", Some("fichier")),
        ("5897,92", "", "I05", Some("montant_total")),
        ("5897,92", "5897.92", "I05", Some("montant_total")),
        (";1;5;", ";0;5;", "I05", Some("no_remise")),
        (";1;5;", ";1;cinq;", "I05", Some("lignes")),
        (";1;5;", ";1;6;", "I03", None),
        ("no_remise;", "remise;", "I04", Some("no_remise")),
        ("fichier;type", "fichier;fichier", "I04", Some("fichier")),
    ];
    for (from, to, code, column) in cases {
        let e = spoil_manifest(&made, from, to);
        assert_eq!((e.code, e.column.as_deref()), (code, column), "{from} → {to} : {e}");
        assert!(e.file.is_some() && !e.help.is_empty() && !e.message.ends_with('.'), "{e}");
        assert!(e.line.is_some(), "{e}");
        assert!(cadrage_cube::ERROR_CODES.iter().any(|(c, ..)| *c == e.code));
    }
}

#[test]
fn a_file_with_two_types_or_two_contents_is_refused() {
    let made = Made::new();
    let delivery = made.write("2026-01");
    let path = delivery.join("manifeste.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|l| l.contains(";retour_de_paie;")).unwrap();
    std::fs::write(&path, format!("{text}{}\n", line.replace(";retour_de_paie;", ";hors_psop;"))).unwrap();
    assert_eq!(made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err().code, "I08");
    let other = PAY.replace("2500,01", "2500,02");
    std::fs::write(delivery.join("autre.csv"), &other).unwrap();
    let again = line.replacen("retour_de_paie.csv", "autre.csv", 1);
    let again = again.rsplit_once(';').unwrap().0.to_owned() + ";" + &cadrage_cube::fingerprint_of(other.as_bytes());
    std::fs::write(&path, format!("{text}{again}\n")).unwrap();
    let e = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err();
    assert_eq!((e.code, e.column.as_deref()), ("I08", Some("no_remise")));
    assert!(made.store().is_empty());
}

#[test]
fn truncated_changed_or_missing_files_are_refused() {
    let made = Made::new();
    let delivery = made.write("2026-01");
    let path = delivery.join("retour_de_paie.csv");
    for bytes in [&PAY.as_bytes()[..PAY.len() - 200], &PAY.as_bytes()[..PAY.len() - 3], b"", PAY.replace("2500,01", "2500,02").as_bytes()] {
        std::fs::write(&path, bytes).unwrap();
        let e = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err();
        assert!(matches!(e.code, "I03" | "I01") && e.file.as_deref() == Some("2026-01/retour_de_paie.csv"), "{e}");
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err().code, "I02");
    std::fs::create_dir(&path).unwrap();
    assert_eq!(made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err().code, "I02");
    assert_eq!(made.dossier().import(&made.root().join("nulle part"), &mut |_, _, _| {}).unwrap_err().code, "I01");
    assert!(made.store().is_empty());
}

#[test]
fn a_missing_column_or_another_month_is_refused() {
    let mut made = Made::new();
    let e = made.change("retour_de_paie", "montant", "Montant").import("2026-01").unwrap_err();
    assert_eq!((e.code, e.line, e.column.as_deref()), ("I04", Some(1), Some("montant")));
    assert!(e.message.contains("`Montant`"), "{e}");
    let mut made = Made::new();
    let e = made.change("retour_de_paie", "2026-01;3;", "2025-12;3;").import("2026-01").unwrap_err();
    assert_eq!((e.code, e.line, e.column.as_deref()), ("I08", Some(4), Some("mois_paie")));
    assert!(made.store().is_empty());
}

#[test]
fn a_bad_reference_list_says_where() {
    let made = Made::new();
    let cases = [
        ("grilles.csv", "grade;rang;echelon;inm;date_debut\nMCF;1;1;x;2024-01-01\n", "I09", Some(2), "inm"),
        ("structure.csv", "structure;niveau\nA;VILLE\n", "I09", Some(2), "niveau"),
        ("structure.csv", "structure;niveau\nA;COMPOSANTE\na;COMPOSANTE\n", "I09", Some(3), "structure"),
        ("plafonds.csv", "code;mesure;axe;membre;exercice;valeur;controle\nP;ETPT;corps;PR;an;1;MENSUEL\n", "I09", Some(2), "exercice"),
        ("baremes_locaux.csv", "type;rubrique;axe;membre;date_debut;valeur\n", "I04", Some(1), "unite"),
    ];
    for (list, text, code, line, column) in cases {
        let path = made.root().join("referentiels").join(list);
        let before = std::fs::read(&path).ok();
        std::fs::write(&path, text).unwrap();
        let e = cadrage_cube::References::read(made.root()).unwrap_err();
        assert_eq!((e.code, e.line, e.column.as_deref()), (code, line, Some(column)), "{e}");
        assert_eq!(e.file, Some(format!("referentiels/{list}")));
        match before {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
    }
}

#[test]
fn another_establishment_is_refused() {
    let made = Made::new();
    made.import("2026-01").unwrap();
    let before = made.store();
    let delivery = made.write("ailleurs");
    let path = delivery.join("manifeste.csv");
    let text = std::fs::read_to_string(&path).unwrap().replace("0999999Z", "0888888Y");
    std::fs::write(&path, text).unwrap();
    let e = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err();
    assert_eq!((e.code, e.column.as_deref()), ("I08", Some("uai")));
    assert_eq!(made.store(), before);
}
