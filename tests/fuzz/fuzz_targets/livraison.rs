//! No delivery makes the loader fall: it is refused with a code, or its compte rendu foots. The first byte says the type of the file and
//! its encoding, the rest is the file; the manifest is made in accord, so that it is read.

#![no_main]

use std::cell::OnceCell;
use std::path::PathBuf;

use cadrage_cube::{Dossier, FlatFile, fingerprint_of};
use libfuzzer_sys::fuzz_target;

const KINDS: [&str; 7] = [
    "mouvements_constates",
    "mouvements_previsionnels",
    "multi_affectations",
    "retour_de_paie",
    "hors_psop",
    "imputations_previsionnelles",
    "competences",
];
const ENCODINGS: [&str; 3] = ["utf-8", "iso-8859-15", "cp1252"];
const HEAD: &str = "fichier;type;uai;mois;date_observation;no_remise;lignes;montant_total;encodage;disposition;version;sha256\n";

thread_local! {
    static ROOT: OnceCell<PathBuf> = const { OnceCell::new() };
}

/// A dossier with the lists of the example, made once.
fn root() -> PathBuf {
    ROOT.with(|root| {
        root.get_or_init(|| {
            let folder = std::env::temp_dir().join(format!("cadrage-fuzz-{}", std::process::id()));
            let lists = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/01-valmont/referentiels");
            std::fs::create_dir_all(folder.join("referentiels")).expect("folder");
            std::fs::create_dir_all(folder.join("livraisons/2026-09")).expect("folder");
            for entry in std::fs::read_dir(lists).expect("lists").flatten() {
                std::fs::copy(entry.path(), folder.join("referentiels").join(entry.file_name())).expect("list");
            }
            folder
        })
        .clone()
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, content)) = bytes.split_first() else { return };
    let (kind, encoding) = (KINDS[usize::from(*choice) % 7], ENCODINGS[usize::from(*choice / 7) % 3]);
    let root = root();
    let delivery = root.join("livraisons/2026-09");
    let name = format!("{kind}.csv");
    std::fs::write(delivery.join(&name), content).expect("file");
    let lines = FlatFile::read(&name, content, encoding).map_or(0, |f| f.rows.len());
    let total = if matches!(kind, "retour_de_paie" | "hors_psop") { "0,00" } else { "" };
    let sha = fingerprint_of(content);
    let row = format!("{name};{kind};0999999Z;2026-09;2026-09-30;1;{lines};{total};{encoding};canonique;pms-csv/1;{sha}\n");
    std::fs::write(delivery.join("manifeste.csv"), format!("{HEAD}{row}")).expect("manifest");
    let read = Dossier::open(&root).expect("dossier").check(&delivery, &mut |_, _, _| {});
    std::fs::remove_file(delivery.join(&name)).expect("file");
    match read {
        Ok(report) => {
            assert!(report.foots());
            assert!(report.files.iter().all(|f| f.read == lines), "{lines} rows");
            let pages = [report.text(), report.csv(), report.json().to_string()];
            assert!(pages.iter().all(|page| !page.is_empty()));
        }
        Err(refused) => assert!(refused.code.starts_with('I') && refused.code != "I10", "{refused}"),
    }
});
