//! The same delivery twice, corrected deliveries, other months.

use cadrage_cube::LoadState;
use cadrage_value::Money;

use crate::made::{Made, count};

fn paid(made: &Made) -> i64 {
    let mut dossier = made.dossier();
    dossier.cube().unwrap().months.values().flat_map(|m| &m.pay).map(|p| p.amount).sum::<Money>().cents()
}

#[test]
fn the_same_delivery_twice_changes_nothing() {
    let made = Made::new();
    let first = made.import("2026-01").unwrap();
    assert_eq!((first.state, first.first), (LoadState::Charge, true));
    let before = made.store();
    let again = made.import("2026-01").unwrap();
    assert_eq!(again.state, LoadState::DejaCharge);
    assert!(again.text().contains("déjà chargée"));
    assert_eq!((again.files, again.quality, again.totals, again.jobs), (first.files, first.quality, first.totals, first.jobs));
    assert_eq!(made.store(), before);
    assert!(made.dossier().pending_deliveries().unwrap().is_empty());
}

#[test]
fn a_check_writes_nothing() {
    let made = Made::new();
    let delivery = made.write("2026-01");
    let report = made.dossier().check(&delivery, &mut |_, _, _| {}).unwrap();
    assert_eq!(report.state, LoadState::Controle);
    assert!(made.store().is_empty() && !made.root().join(".cadrage").exists());
}

#[test]
fn a_greater_remise_replaces_in_another_folder_and_the_old_one_stays() {
    let mut made = Made::new();
    made.import("2026-01").unwrap();
    let before = made.store();
    made.files.retain(|kind, _| *kind == "retour_de_paie");
    made.remises.insert("retour_de_paie", 2);
    made.change("retour_de_paie", "2500,01", "2600,01");
    let report = made.import("2026-01-r2").unwrap();
    assert_eq!((report.state, report.replaces.as_deref(), count(&report, "Q12")), (LoadState::Charge, Some("2026-01"), 1));
    // People are those already loaded.
    assert_eq!((count(&report, "Q01"), count(&report, "Q02")), (0, 0));
    assert_eq!(paid(&made), 609_792);
    let after = made.store();
    for (name, content) in before.iter().filter(|(name, _)| name.ends_with(".parquet")) {
        assert_eq!(after.get(name), Some(content), "{name} was rewritten");
    }
    let status: Vec<String> = made.dossier().loads().unwrap().into_iter().map(|l| l.status).collect();
    assert_eq!(status, ["remplacé en partie", "courant"]);
    // The old one again, or one that comes late: nothing changes.
    made.change("retour_de_paie", "2600,01", "2500,01");
    made.remises.insert("retour_de_paie", 1);
    let late = made.import("2026-01-tardive").unwrap();
    assert_eq!((late.state, paid(&made)), (LoadState::DejaCharge, 609_792));
    assert!(made.dossier().pending_deliveries().unwrap().is_empty());
}

#[test]
fn the_same_number_with_another_content_is_refused() {
    let mut made = Made::new();
    made.import("2026-01").unwrap();
    let before = made.store();
    let e = made.change("retour_de_paie", "2500,01", "2600,01").import("2026-01-autre").unwrap_err();
    assert_eq!((e.code, e.column.as_deref()), ("I08", Some("no_remise")));
    assert_eq!(made.store(), before);
}

#[test]
fn several_remises_in_one_delivery_count_once() {
    let mut made = Made::new();
    let delivery = made.write("2026-01");
    let manifest = std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap();
    let line = manifest.lines().find(|l| l.contains(";retour_de_paie;")).unwrap().to_owned();
    // The same file once more, then a corrected one.
    std::fs::write(delivery.join("copie.csv"), made.text("retour_de_paie")).unwrap();
    let copy = line.replacen("retour_de_paie.csv", "copie.csv", 1);
    made.change("retour_de_paie", "2500,01", "2600,01");
    let corrected = made.text("retour_de_paie");
    std::fs::write(delivery.join("r2.csv"), &corrected).unwrap();
    let (old, new) = (line.rsplit_once(';').unwrap().1, cadrage_cube::fingerprint_of(corrected.as_bytes()));
    let r2 = line.replacen("retour_de_paie.csv", "r2.csv", 1).replace(old, &new).replace(";1;5;5897,92;", ";2;5;5997,92;");
    std::fs::write(delivery.join("manifeste.csv"), format!("{manifest}{copy}\n{r2}\n")).unwrap();
    let report = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap();
    assert_eq!((count(&report, "Q12"), count(&report, "Q13"), paid(&made)), (2, 0, 609_792));
}

#[test]
fn deliveries_wait_oldest_month_first_and_may_come_out_of_order() {
    let mut made = Made::new();
    made.write("b");
    made.month = "2025-12";
    for kind in ["retour_de_paie", "hors_psop"] {
        let text = made.text(kind).replace("2026-01", "2025-12");
        made.files.insert(kind, text.into_bytes());
    }
    made.change("retour_de_paie", "ANTERIEUR;2025-12", "ANTERIEUR;2025-11");
    made.write("c");
    let names = |made: &Made| -> Vec<String> {
        let pending = made.dossier().pending_deliveries().unwrap();
        pending.iter().map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(&made), ["c", "b"]);
    let mut dossier = made.dossier();
    for name in ["b", "c"] {
        dossier.import(&made.root().join("livraisons").join(name), &mut |_, _, _| {}).unwrap();
    }
    assert!(names(&made).is_empty());
    let held = format!("{:?}", dossier.cube().unwrap().months);
    assert_eq!(held, format!("{:?}", made.dossier().cube().unwrap().months));
    assert_eq!(made.dossier().cube().unwrap().months.len(), 2);
}
