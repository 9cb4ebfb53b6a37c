//! No input makes the loader fall: an error or a report that foots, and a store that changes only with a load.

use crate::made::{Made, fuzz_bytes};

#[test]
fn garbled_files_give_an_error_or_a_report() {
    let sound = Made::new();
    let mut random = 0x1234_5678_9abc_def1_u64;
    let (mut refused, mut read) = (0, 0);
    for round in 0..400 {
        let mut made = Made::new();
        let kinds: Vec<&'static str> = sound.files.keys().copied().collect();
        let kind = kinds[round % kinds.len()];
        let bytes = fuzz_bytes(&sound.files[kind], &mut random);
        made.files.insert(kind, bytes);
        let delivery = made.write("2026-01");
        let before = made.store();
        match made.dossier().check(&delivery, &mut |_, _, _| {}) {
            Ok(report) => {
                read += 1;
                assert!(report.foots());
                assert!(report.text().lines().all(|l| l.chars().count() <= 80));
                let _ = (report.csv(), report.json());
            }
            Err(e) => {
                refused += 1;
                assert!(!e.message.is_empty() && e.file.is_some(), "{e:?}");
            }
        }
        assert_eq!(made.store(), before);
        if round % 20 == 0 && made.dossier().import(&delivery, &mut |_, _, _| {}).is_ok() {
            let mut dossier = made.dossier();
            let _ = dossier.cube().unwrap().attributed();
        }
    }
    println!("{read} livraisons abîmées lues, {refused} refusées");
    assert!(read > 50 && refused > 5);
}

#[test]
fn flipped_bits_under_a_true_manifest_are_always_refused() {
    let made = Made::new();
    let delivery = made.write("2026-01");
    let path = delivery.join("retour_de_paie.csv");
    let sound = std::fs::read(&path).unwrap();
    for at in (0..sound.len()).step_by(7) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&path, bytes).unwrap();
        assert!(matches!(made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err().code, "I03"));
    }
    assert!(made.store().is_empty());
}

#[test]
fn a_garbled_manifest_or_list_gives_an_error_or_a_report() {
    let made = Made::new();
    let delivery = made.write("2026-01");
    let manifest = delivery.join("manifeste.csv");
    let list = made.root().join("referentiels/structure.csv");
    let mut random = 0xfeed_beef_1234_5678_u64;
    for path in [manifest, list] {
        let sound = std::fs::read(&path).unwrap();
        for _ in 0..150 {
            std::fs::write(&path, fuzz_bytes(&sound, &mut random)).unwrap();
            if let Ok(report) = made.dossier().check(&delivery, &mut |_, _, _| {}) {
                assert!(report.foots());
            }
            let _ = made.dossier().pending_deliveries().unwrap();
        }
        std::fs::write(&path, sound).unwrap();
    }
    assert!(made.store().is_empty());
}

#[test]
fn binary_and_foreign_files_are_refused() {
    for bytes in
        [vec![0_u8; 4096], (0..=255_u8).cycle().take(5000).collect(), b"PK\x03\x04\x14\x00".repeat(50), vec![0xFF, 0xFE, b'm', 0, b'a', 0]]
    {
        let mut made = Made::new();
        made.files.insert("retour_de_paie", bytes.clone());
        assert_eq!(made.import("2026-01").unwrap_err().code, "I04");
        let delivery = made.write("2026-01");
        std::fs::write(delivery.join("manifeste.csv"), bytes).unwrap();
        assert!(matches!(made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err().code, "I04" | "I01"));
        assert!(made.store().is_empty());
    }
}
