//! What the store holds, and what a crash leaves.

use crate::made::Made;

#[test]
fn orphans_are_swept_and_nothing_else() {
    let made = Made::new();
    made.import("2026-01").unwrap();
    let before = made.store();
    std::fs::write(made.root().join(".cadrage/faits/2026-02_retour_de_paie_0123.parquet"), b"half").unwrap();
    std::fs::write(made.root().join(".cadrage/faits/notes.txt"), b"mine").unwrap();
    drop(made.dossier());
    let mut after = made.store();
    assert!(after.remove("notes.txt").is_some());
    assert_eq!(after, before);
}

#[test]
fn a_write_that_fails_half_way_leaves_nothing_and_can_be_done_again() {
    let made = Made::new();
    let delivery = made.write("2026-01");
    let manifest = std::fs::read(delivery.join("manifeste.csv")).unwrap();
    let short: String = cadrage_cube::fingerprint_of(&manifest).chars().take(16).collect();
    // The last file of the load cannot be made: a folder has its name. The others are written by then.
    let obstacle = made.root().join(format!(".cadrage/faits/2026-01_hors_psop_{short}.parquet"));
    std::fs::create_dir_all(&obstacle).unwrap();
    let e = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err();
    assert!(e.is_machine(), "{e}");
    assert!(made.store().keys().all(|name| !name.ends_with(".parquet")), "{:?}", made.store());
    assert!(made.dossier().loads().unwrap().is_empty() && made.dossier().cube().unwrap().months.is_empty());
    std::fs::remove_dir(&obstacle).unwrap();
    made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap();
    assert_eq!(made.store().keys().filter(|name| name.ends_with(".parquet")).count(), 4);
}

#[test]
fn a_load_while_another_program_loads_gives_up() {
    let made = Made::new();
    let delivery = made.write("2026-01");
    made.import("2026-01").unwrap();
    let before = made.store();
    let catalogue = rusqlite::Connection::open(made.root().join(".cadrage/catalogue.sqlite")).unwrap();
    catalogue.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::fs::write(delivery.join("manifeste.csv"), std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap() + "\n").unwrap();
    let e = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err();
    assert!(e.is_machine(), "{e}");
    catalogue.execute_batch("ROLLBACK").unwrap();
    drop(catalogue);
    assert_eq!(made.store(), before);
}

#[test]
fn a_sweep_leaves_a_load_in_flight_alone() {
    let made = Made::new();
    made.import("2026-01").unwrap();
    let file = made.root().join(".cadrage/faits/2026-02_retour_de_paie_0123.parquet");
    std::fs::write(&file, b"being written").unwrap();
    let catalogue = rusqlite::Connection::open(made.root().join(".cadrage/catalogue.sqlite")).unwrap();
    catalogue.execute_batch("BEGIN IMMEDIATE").unwrap();
    drop(made.dossier());
    assert!(file.exists());
}

#[test]
fn the_journal_is_append_only() {
    let made = Made::new();
    made.import("2026-01").unwrap();
    let catalogue = rusqlite::Connection::open(made.root().join(".cadrage/catalogue.sqlite")).unwrap();
    assert!(catalogue.execute("DELETE FROM journal", []).is_err());
    assert!(catalogue.execute("UPDATE journal SET objet = 'x'", []).is_err());
    let lines: i64 = catalogue.query_row("SELECT COUNT(*) FROM journal", [], |r| r.get(0)).unwrap();
    assert_eq!(lines, 1);
}

#[test]
fn a_damaged_store_is_an_error() {
    let made = Made::new();
    made.import("2026-01").unwrap();
    let facts = made.root().join(".cadrage/faits");
    let pay =
        std::fs::read_dir(&facts).unwrap().flatten().map(|e| e.path()).find(|p| p.to_string_lossy().contains("retour_de_paie")).unwrap();
    let bytes = std::fs::read(&pay).unwrap();
    for damage in [&bytes[..bytes.len() / 2], b"", b"PAR1PAR1"] {
        std::fs::write(&pay, damage).unwrap();
        assert_eq!(made.dossier().cube().unwrap_err().code, "I11");
    }
    std::fs::remove_file(&pay).unwrap();
    assert_eq!(made.dossier().cube().unwrap_err().code, "I11");
    std::fs::write(made.root().join(".cadrage/catalogue.sqlite"), b"not a database, at all").unwrap();
    assert_eq!(cadrage_cube::Dossier::open(made.root()).unwrap_err().code, "I11");
}

#[test]
fn the_tables_of_the_first_version_are_brought_up_to_date() {
    let made = Made::new();
    std::fs::create_dir_all(made.root().join(".cadrage")).unwrap();
    let catalogue = rusqlite::Connection::open(made.root().join(".cadrage/catalogue.sqlite")).unwrap();
    let tables = "CREATE TABLE livraisons (id INTEGER PRIMARY KEY, empreinte TEXT NOT NULL UNIQUE, nom TEXT NOT NULL, uai TEXT NOT NULL,
        mois TEXT NOT NULL, observe TEXT NOT NULL, etat TEXT NOT NULL, compte_rendu TEXT NOT NULL, qualite TEXT NOT NULL);
        CREATE TABLE fichiers (id INTEGER PRIMARY KEY, livraison INTEGER NOT NULL REFERENCES livraisons(id), type TEXT NOT NULL,
        mois TEXT NOT NULL, remise INTEGER NOT NULL, sha256 TEXT NOT NULL, lignes INTEGER NOT NULL, parquet TEXT NOT NULL UNIQUE,
        courant INTEGER NOT NULL);
        CREATE TABLE journal (id INTEGER PRIMARY KEY, quand TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, action TEXT NOT NULL, objet TEXT NOT NULL);";
    catalogue.execute_batch(tables).unwrap();
    drop(catalogue);
    made.import("2026-01").unwrap();
    assert_eq!(made.dossier().loads().unwrap().len(), 1);
    let catalogue = rusqlite::Connection::open(made.root().join(".cadrage/catalogue.sqlite")).unwrap();
    catalogue.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(catalogue);
    assert_eq!(cadrage_cube::Dossier::open(made.root()).unwrap_err().code, "I11");
}
