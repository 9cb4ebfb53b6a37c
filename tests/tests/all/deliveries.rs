//! Deliveries that are wrong: each gets a located French message, and the store stays as it was.

use std::path::{Path, PathBuf};

use cadrage_cube::{CubeError, Dossier, LoadReport, LoadState};

use super::support::{copy_tree, root};

const MONTH: &str = "2026-09";

/// A dossier with one delivery of the example.
fn made() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let example = root().join("examples/01-valmont");
    copy_tree(&example.join("referentiels"), &folder.path().join("referentiels"));
    let delivery = folder.path().join("livraisons").join(MONTH);
    copy_tree(&example.join("livraisons").join(MONTH), &delivery);
    (folder, delivery)
}

/// Changes a file of the delivery, and makes the manifest agree when asked.
fn change(delivery: &Path, kind: &str, alter: impl Fn(String) -> String, agree: bool) {
    let path = delivery.join(format!("{kind}_{MONTH}.csv"));
    let text = alter(std::fs::read_to_string(&path).expect("file"));
    std::fs::write(&path, &text).expect("file");
    if agree {
        announce(delivery, kind, text.as_bytes());
    }
}

/// Makes the manifest announce these bytes.
fn announce(delivery: &Path, kind: &str, bytes: &[u8]) {
    let lines = cadrage_cube::FlatFile::read(kind, bytes, "utf-8").expect("rows").rows.len();
    let manifest = delivery.join("manifeste.csv");
    let mut rows: Vec<Vec<String>> =
        std::fs::read_to_string(&manifest).expect("manifest").lines().map(|l| l.split(';').map(str::to_owned).collect()).collect();
    for row in rows.iter_mut().filter(|r| r[1] == kind) {
        row[6] = lines.to_string();
        row[11] = sha256(bytes);
    }
    let joined: Vec<String> = rows.iter().map(|r| r.join(";")).collect();
    std::fs::write(&manifest, joined.join("\n") + "\n").expect("manifest");
}

fn sha256(bytes: &[u8]) -> String {
    cadrage_cube::fingerprint_of(bytes)
}

fn import(folder: &Path, delivery: &Path) -> Result<LoadReport, CubeError> {
    Dossier::open(folder).expect("dossier").import(delivery, &mut |_, _, _| {})
}

/// Everything under `.cadrage`, by name.
fn store(folder: &Path) -> Vec<String> {
    let mut out: Vec<String> = std::fs::read_dir(folder.join(".cadrage/faits"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    out.sort();
    out
}

fn refusal(e: &CubeError) -> String {
    format!("[{}] {e}\n  colonne : {}\n  aide : {}\n", e.code, e.column.as_deref().unwrap_or("-"), e.help)
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// A change of a text.
type Alter = fn(String) -> String;

/// A way to spoil a delivery: kind of file, change, whether the manifest agrees.
type Spoil = (&'static str, Alter, bool);

#[test]
fn an_unusable_delivery_is_refused_whole() {
    let spoils: &[(&str, Spoil)] = &[
        ("colonne-absente", ("retour_de_paie", |t| t.replacen("montant", "somme", 1), true)),
        ("fichier-tronque", ("retour_de_paie", |t| t.lines().take(100).collect::<Vec<_>>().join("\n") + "\n", false)),
        ("fichier-modifie", ("retour_de_paie", |t| t.replacen("COURANT", "courant", 1), false)),
        ("fichier-vide", ("multi_affectations", |_| String::new(), false)),
    ];
    for (name, (kind, alter, agree)) in spoils {
        let (folder, delivery) = made();
        change(&delivery, kind, alter, *agree);
        let e = import(folder.path(), &delivery).expect_err(name);
        snapshot(&format!("livraison-{name}"), &refusal(&e));
        assert!(store(folder.path()).is_empty(), "{name} left something in the store");
    }
    let manifest: &[(&str, Alter)] = &[
        ("manifeste-date", |t| t.replacen("2026-09-30", "30 septembre", 1)),
        ("manifeste-version", |t| t.replacen("pms-csv/1", "pms-csv/9", 1)),
        ("manifeste-type", |t| t.replacen(";competences;", ";talents;", 1)),
        ("manifeste-etablissements", |t| t.replacen("0999999Z", "0888888Y", 1)),
        ("manifeste-encodage", |t| t.replacen(";utf-8;", ";ebcdic;", 1)),
        ("fichier-absent", |t| t.replacen("competences_2026-09.csv", "competences_perdues.csv", 1)),
        ("chemin-qui-sort", |t| t.replacen("competences_2026-09.csv", "../competences.csv", 1)),
    ];
    for (name, alter) in manifest {
        let (folder, delivery) = made();
        let path = delivery.join("manifeste.csv");
        std::fs::write(&path, alter(std::fs::read_to_string(&path).expect("manifest"))).expect("manifest");
        snapshot(&format!("livraison-{name}"), &refusal(&import(folder.path(), &delivery).expect_err(name)));
        assert!(store(folder.path()).is_empty());
    }
    let (folder, delivery) = made();
    std::fs::remove_file(delivery.join("manifeste.csv")).expect("manifest");
    snapshot("livraison-sans-manifeste", &refusal(&import(folder.path(), &delivery).expect_err("no manifest")));
}

#[test]
fn bad_cells_are_repaired_set_aside_or_quarantined_and_the_page_foots() {
    let (folder, delivery) = made();
    change(
        &delivery,
        "mouvements_constates",
        |t| {
            let mut lines: Vec<String> = t.lines().map(str::to_owned).collect();
            lines[1] = lines[1].replacen("VAL", "val", 1);
            let mut cells: Vec<String> = lines[2].split(';').map(str::to_owned).collect();
            cells[7] = "GRADE_INCONNU".into();
            cells[19] = "7/5".into();
            lines[2] = cells.join(";");
            let mut cells: Vec<String> = lines[3].split(';').map(str::to_owned).collect();
            cells[4] = "3/14/24".into();
            cells[24] = "UO_INCONNUE".into();
            lines[3] = cells.join(";");
            lines.join("\n") + "\n"
        },
        true,
    );
    change(
        &delivery,
        "retour_de_paie",
        |t| {
            let mut lines: Vec<String> = t.lines().map(str::to_owned).collect();
            let set = |line: &mut String, column: usize, value: &str| {
                let mut cells: Vec<String> = line.split(';').map(str::to_owned).collect();
                cells[column] = value.into();
                *line = cells.join(";");
            };
            set(&mut lines[1], 9, "4\u{A0}040,17");
            set(&mut lines[2], 9, "pas un montant");
            set(&mut lines[3], 9, "-12,30");
            set(&mut lines[4], 2, "INCONNU1");
            set(&mut lines[5], 5, "999999");
            set(&mut lines[6], 12, "CC_FERME");
            lines.join("\n") + "\n"
        },
        true,
    );
    let report = import(folder.path(), &delivery).expect("loads");
    assert!(report.foots());
    assert_eq!(report.state, LoadState::Charge);
    assert_eq!(report.blocking(), ["Q13", "Q15"]);
    snapshot("livraison-compte-rendu", &report.text());
    snapshot("livraison-compte-rendu-csv", &report.csv());
}

#[test]
fn the_same_delivery_twice_changes_nothing() {
    let (folder, delivery) = made();
    import(folder.path(), &delivery).expect("first");
    let before = store(folder.path());
    let again = import(folder.path(), &delivery).expect("second");
    assert_eq!(again.state, LoadState::DejaCharge);
    assert_eq!(store(folder.path()), before);
    assert!(Dossier::open(folder.path()).expect("dossier").pending_deliveries().expect("pending").is_empty());
}

#[test]
fn a_corrected_remise_replaces_and_the_old_one_stays() {
    let (folder, delivery) = made();
    import(folder.path(), &delivery).expect("first");
    let before = store(folder.path());
    // The same remise number with other bytes is no correction.
    change(&delivery, "hors_psop", |t| t.replacen("CHOMAGE", "AUTRE", 1), true);
    assert_eq!(import(folder.path(), &delivery).expect_err("same remise").code, "I08");
    assert_eq!(store(folder.path()), before);
    let manifest = delivery.join("manifeste.csv");
    let text = std::fs::read_to_string(&manifest).expect("manifest");
    let text: Vec<String> = text
        .lines()
        .map(|l| if l.contains(";hors_psop;") { l.replacen(";2026-09-30;1;", ";2026-09-30;2;", 1) } else { l.to_owned() })
        .collect();
    std::fs::write(&manifest, text.join("\n") + "\n").expect("manifest");
    let report = import(folder.path(), &delivery).expect("correction");
    assert_eq!(report.replaces.as_deref(), Some(MONTH));
    assert!(before.iter().all(|f| store(folder.path()).contains(f)), "a replaced file was removed");
}

#[test]
fn what_an_interrupted_load_left_is_swept() {
    let (folder, delivery) = made();
    import(folder.path(), &delivery).expect("load");
    let before = store(folder.path());
    std::fs::write(folder.path().join(".cadrage/faits/2026-10_retour_de_paie_orphelin.parquet"), b"half").expect("orphan");
    drop(Dossier::open(folder.path()).expect("dossier"));
    assert_eq!(store(folder.path()), before);
}

#[test]
fn what_is_read_back_is_what_was_written() {
    let (folder, delivery) = made();
    let mut first = Dossier::open(folder.path()).expect("dossier");
    first.import(&delivery, &mut |_, _, _| {}).expect("load");
    let cached = first.cube().expect("cube").clone();
    let again = Dossier::open(folder.path()).expect("dossier").cube().expect("cube").clone();
    let month = MONTH.parse().expect("month");
    assert_eq!(cached.months[&month].pay, again.months[&month].pay);
    assert_eq!(cached.months[&month].situations, again.months[&month].situations);
    assert_eq!(cached.months[&month].forecasts, again.months[&month].forecasts);
    assert!(again.months[&month].competences.len() > 10);
}

#[test]
fn no_garbage_makes_the_loader_fall() {
    let (folder, delivery) = made();
    let path = delivery.join(format!("mouvements_constates_{MONTH}.csv"));
    let whole = std::fs::read(&path).expect("file");
    let mut state = 7_u64;
    for _ in 0..60 {
        let mut bytes = whole.clone();
        for _ in 0..8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).expect("32 bits") % bytes.len();
            bytes[at] ^= 1 << (state % 8);
        }
        std::fs::write(&path, &bytes).expect("file");
        announce(&delivery, "mouvements_constates", &bytes);
        let mut dossier = Dossier::open(folder.path()).expect("dossier");
        if let Ok(report) = dossier.check(&delivery, &mut |_, _, _| {}) {
            assert!(report.foots());
        }
    }
    assert!(store(folder.path()).is_empty(), "a check wrote something");
}
