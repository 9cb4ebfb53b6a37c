//! Lines in quarantine: kept with their text, corrected, loaded once.

use cadrage_cube::{CorrectedLine, QuarantinedLine, cells_of};

use crate::made::{Made, count};

/// A month whose file of pay has an amount that cannot be read, and a file of people with a field and a key that cannot.
fn spoiled() -> Made {
    let mut made = Made::new();
    made.change("mouvements_constates", "1985-04-05", "3/14/85");
    made.add(
        "mouvements_constates",
        ";1;SANS;CLE;1980-01-01;2010-01-01;TITULAIRE;MCF_CN;1;;2025-09-01;0;464;AC;1;1;INDICIAIRE;;;ECO;0;;2025-09-01;",
    );
    let delivery = made.write("2026-01");
    let manifest = std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap();
    made.change("retour_de_paie", "2500,01", "2500.01");
    made.write("2026-01");
    // The manifest announces the total with the amount, and the bytes of the file without.
    let line = |t: &str| t.lines().find(|l| l.contains(";retour_de_paie;")).unwrap().to_owned();
    let (sound, now) = (line(&manifest), std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap());
    let total = |l: &str| l.split(';').nth(7).unwrap().to_owned();
    let wanted = line(&now).replace(&format!(";{};utf-8", total(&line(&now))), &format!(";{};utf-8", total(&sound)));
    std::fs::write(delivery.join("manifeste.csv"), now.replace(&line(&now), &wanted)).unwrap();
    made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap();
    made
}

fn corrected(q: &QuarantinedLine, at: usize, column: &str, to: &str) -> CorrectedLine {
    let mut cells = cells_of(q.raw.as_deref().unwrap());
    let place = cells_of(&q.header).iter().position(|c| c == column).unwrap();
    cells[place] = to.to_owned();
    CorrectedLine { at, delivery: q.delivery.clone(), file: q.file.clone(), line: q.line, print: q.print(), cells }
}

fn paid(made: &Made) -> i64 {
    let mut dossier = made.dossier();
    dossier.cube().unwrap().months.values().flat_map(|m| &m.pay).map(|p| p.amount.cents()).sum()
}

#[test]
fn lines_are_kept_with_their_text_and_reports_have_none_of_it() {
    let made = spoiled();
    let lines = made.dossier().quarantine().unwrap();
    let seen: Vec<_> = lines.iter().map(|q| (q.kind.name(), q.line, q.whole, q.column.as_str(), q.value.as_str())).collect();
    let want = [
        ("mouvements_constates", 3, false, "date_naissance", "(masqué)"),
        ("mouvements_constates", 5, true, "matricule", ""),
        ("retour_de_paie", 2, true, "montant", "2500.01"),
    ];
    assert_eq!(seen, want);
    assert!(lines[1].raw.as_deref().unwrap().starts_with(";1;SANS;CLE;1980-01-01;"));
    assert!(lines[0].header.starts_with("matricule;no_segment;nom;"));
}

#[test]
fn a_corrected_line_brings_its_money_and_the_month_can_be_validated() {
    let made = spoiled();
    let before = paid(&made);
    let original = std::fs::read(made.root().join("livraisons/2026-01/retour_de_paie.csv")).unwrap();
    let lines = made.dossier().quarantine().unwrap();
    let fixes = [corrected(&lines[2], 2, "montant", "2500,01"), corrected(&lines[0], 3, "date_naissance", "1985-03-14")];
    let done = made.dossier().replay(&fixes).unwrap();
    assert_eq!((done.loaded.len(), done.wrong.len(), done.reports.len()), (2, 0, 2));
    assert_eq!(paid(&made) - before, 250_001);
    let pay = done.reports.iter().find(|r| r.files[0].kind == cadrage_cube::Kind::RetourDePaie).unwrap();
    assert_eq!((count(pay, "Q13"), count(pay, "Q15"), pay.blocking().len()), (0, 0, 0));
    assert_eq!(pay.replaces.as_deref(), Some("2026-01"));
    // What is left: the row whose key nobody gave. The original stays as it was.
    let left = made.dossier().quarantine().unwrap();
    assert_eq!(left.iter().map(|q| (q.line, q.column.as_str())).collect::<Vec<_>>(), [(5, "matricule")]);
    assert_eq!(std::fs::read(made.root().join("livraisons/2026-01/retour_de_paie.csv")).unwrap(), original);
    let mut dossier = made.dossier();
    let birth = dossier.cube().unwrap().months.values().next().unwrap().situations[1].state.birth;
    assert_eq!(birth.map(|d| d.to_string()).as_deref(), Some("1985-03-14"));
}

#[test]
fn replaying_twice_changes_nothing() {
    let made = spoiled();
    let lines = made.dossier().quarantine().unwrap();
    let fixes = [corrected(&lines[2], 2, "montant", "2500,01")];
    made.dossier().replay(&fixes).unwrap();
    let (before, money) = (made.store(), paid(&made));
    let again = made.dossier().replay(&fixes).unwrap();
    assert_eq!((again.already, again.loaded.len(), again.reports.len()), (1, 0, 0));
    assert_eq!((made.store(), paid(&made)), (before, money));
    assert!(made.dossier().pending_deliveries().unwrap().is_empty());
}

#[test]
fn what_is_still_wrong_stays_and_the_rest_is_loaded() {
    let mut made = spoiled();
    let lines = made.dossier().quarantine().unwrap();
    let same = corrected(&lines[0], 4, "date_naissance", "3/14/85");
    let fixes = [corrected(&lines[2], 2, "montant", "2 500,01"), corrected(&lines[1], 3, "matricule", "A7"), same];
    let done = made.dossier().replay(&fixes).unwrap();
    assert_eq!((done.loaded.len(), done.wrong.len(), done.unchanged), (1, 1, 1));
    assert_eq!((done.wrong[0].0, done.wrong[0].1.value.as_str()), (2, "2 500,01"));
    let left = made.dossier().quarantine().unwrap();
    // The text in quarantine is the original one, so that the same file can be corrected again.
    assert_eq!(left.iter().map(|q| q.raw.clone().unwrap()).filter(|raw| raw.contains("2500.01")).count(), 1);
    let done = made.dossier().replay(&[corrected(&lines[2], 2, "montant", "2500,01"), fixes[1].clone()]).unwrap();
    assert_eq!((done.loaded.len(), done.already), (1, 1));
    // A whole replay again over other remises.
    made.month = "2026-02";
    assert!(made.dossier().replay(&fixes[1..2]).unwrap().already == 1);
}

#[test]
fn lines_that_are_nobodys_are_refused_and_nothing_is_loaded() {
    let made = spoiled();
    let before = made.store();
    let lines = made.dossier().quarantine().unwrap();
    let sound = corrected(&lines[2], 2, "montant", "2500,01");
    for wrong in [
        CorrectedLine { line: 4, ..sound.clone() },
        CorrectedLine { print: "0".repeat(12), ..sound.clone() },
        CorrectedLine { cells: sound.cells[1..].to_vec(), ..sound.clone() },
        sound.clone(),
    ] {
        let e = made.dossier().replay(&[sound.clone(), CorrectedLine { at: 9, ..wrong }]).unwrap_err();
        assert_eq!((e.code, e.line), ("I16", Some(9)));
        assert_eq!(made.store(), before);
    }
    // The original file has changed, or is gone.
    std::fs::write(made.root().join("livraisons/2026-01/retour_de_paie.csv"), b"a;b\n1;2\n").unwrap();
    assert!(matches!(made.dossier().replay(std::slice::from_ref(&sound)).unwrap_err().code, "I03"));
    std::fs::remove_dir_all(made.root().join("livraisons/2026-01")).unwrap();
    assert!(matches!(made.dossier().replay(&[sound]).unwrap_err().code, "I01"));
    assert_eq!(made.store(), before);
    assert!(!made.root().join("livraisons/2026-01-rejeu-1").exists());
}

#[test]
fn a_file_of_another_encoding_stays_in_it() {
    let mut made = Made::new();
    made.change("retour_de_paie", "2500,01", "deux");
    let text = made.text("retour_de_paie").replace("etpf\n", "etpf;note\n").replace("1/12;1/12\n", "1/12;1/12;\u{e9}t\u{e9}\n");
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    made.files.insert("retour_de_paie", bytes.into_owned());
    let delivery = made.write("2026-01");
    let manifest = std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap();
    let line = manifest.lines().find(|l| l.contains(";retour_de_paie;")).unwrap();
    std::fs::write(delivery.join("manifeste.csv"), manifest.replace(line, &line.replace(";utf-8;", ";cp1252;"))).unwrap();
    made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap();
    let lines = made.dossier().quarantine().unwrap();
    assert!(lines[0].raw.as_deref().unwrap().ends_with(";été"));
    let done = made.dossier().replay(&[corrected(&lines[0], 2, "montant", "2500,01")]).unwrap();
    assert_eq!(done.loaded.len(), 1);
    let written = std::fs::read(made.root().join("livraisons/2026-01-rejeu-1/retour_de_paie.csv")).unwrap();
    assert!(written.windows(4).any(|w| w == b";\xE9t\xE9"));
    let e = made.dossier().replay(&[CorrectedLine { at: 3, ..corrected(&lines[0], 2, "montant", "1,00") }]).unwrap();
    assert_eq!(e.already, 1);
}
