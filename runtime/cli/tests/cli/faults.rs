//! What the machine does to an import: killed at any instant, a full disk, a folder one may not write, two programs at once. The
//! store opens, holds exactly what was there before or what was loaded, and ties out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use cadrage_cube::Dossier;
use cadrage_value::Money;

use super::history::{a_hundred_more, corrected};
use super::{cadrage, text};

/// What a store holds: per month, rows of each kind and euros; and the names of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    loads: Vec<(String, String)>,
    months: BTreeMap<String, (Vec<usize>, Money)>,
    files: BTreeSet<String>,
}

/// Opens a store with the library, which sweeps it, and reads all of it. Every compte rendu it keeps must foot.
fn held(folder: &Path) -> Held {
    let mut dossier = Dossier::open(folder).expect("the store opens");
    let loads = dossier.loads().expect("loads");
    for load in &loads {
        let kept = dossier.kept_reports(&load.delivery).expect("reports");
        assert!(kept.iter().all(|k| k.report.as_ref().is_some_and(cadrage_cube::LoadReport::foots)), "{}", load.delivery);
    }
    let months = dossier.cube().expect("facts").months.iter().map(|(month, f)| {
        let rows = vec![f.situations.len(), f.affectations.len(), f.pay.len(), f.forecasts.len(), f.imputations.len(), f.competences.len()];
        (month.to_string(), (rows, f.pay.iter().map(|p| p.amount).sum()))
    });
    let months = months.collect();
    let files = std::fs::read_dir(folder.join(".cadrage/faits")).into_iter().flatten().flatten();
    let files = files.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    Held { loads: loads.into_iter().map(|l| (l.delivery, l.status)).collect(), months, files }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("file");
        }
    }
}

/// A dossier of the example with lists and no store, and deliveries to load in this order: two months, a corrected one, a third month.
fn ground(folder: &Path) -> Vec<PathBuf> {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/01-valmont");
    let dossier = folder.join("valmont");
    copy(&example.join("referentiels"), &dossier.join("referentiels"));
    let months = ["2025-01", "2025-02", "2025-03"];
    for month in months {
        copy(&example.join("livraisons").join(month), &dossier.join("livraisons").join(month));
    }
    let again = corrected(folder, "2025-02", "retour_de_paie", "2025-03-10", a_hundred_more);
    ["2025-01", "2025-02", again.as_str(), "2025-03"].iter().map(|name| dossier.join("livraisons").join(name)).collect()
}

fn import(folder: &Path, deliveries: &[PathBuf]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cadrage"));
    command.arg("-C").arg(folder).arg("importer").args(deliveries).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Loads one delivery after the other: what the store holds after each, nothing first.
fn steps(folder: &Path, deliveries: &[PathBuf]) -> Vec<Held> {
    let mut out = vec![held(folder)];
    for delivery in deliveries {
        let done = import(folder, std::slice::from_ref(delivery)).output().expect("the program runs");
        assert!(done.status.success(), "{}", text(&done.stderr));
        out.push(held(folder));
    }
    out
}

/// How many kills: ten in the suite, two hundred by `tests/kill_import.sh`.
fn shots() -> u64 {
    std::env::var("CADRAGE_COUPS").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

/// The next number of a sequence (xorshift): instants are drawn, and drawn again the same.
fn draw(state: &mut u64, below: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) % below.max(1)
}

#[test]
fn an_import_killed_at_any_instant_leaves_the_old_or_the_new_store() {
    let folder = tempfile::tempdir().expect("folder");
    let deliveries = ground(folder.path());
    let dossier = folder.path().join("valmont");
    let expected = steps(&dossier, &deliveries);
    assert!(expected.windows(2).all(|w| w[0] != w[1]));
    let store = dossier.join(".cadrage");
    // The stores to start from: none, and one that holds the first month.
    std::fs::remove_dir_all(&store).expect("store");
    let one = import(&dossier, &deliveries[..1]).output().expect("import");
    assert!(one.status.success());
    let kept = folder.path().join("un-mois");
    copy(&store, &kept);
    let begun = Instant::now();
    assert!(import(&dossier, &deliveries[1..]).output().expect("import").status.success());
    let whole = u64::try_from(begun.elapsed().as_micros()).expect("time");
    let (mut seed, mut counts, mut orphans) = (0x9E37_79B9_7F4A_7C15_u64, vec![0_u32; expected.len()], 0_u32);
    for shot in 0..shots() {
        std::fs::remove_dir_all(&store).expect("store");
        let first = usize::from(shot % 2 == 0);
        if first == 1 {
            copy(&kept, &store);
        }
        let instant = draw(&mut seed, whole + whole / 10);
        let mut child: Child = import(&dossier, &deliveries[first..]).spawn().expect("import");
        std::thread::sleep(Duration::from_micros(instant));
        // SIGKILL: nothing of the program runs any more.
        child.kill().expect("kill");
        child.wait().expect("wait");
        let left = |folder: &Path| std::fs::read_dir(folder.join("faits")).into_iter().flatten().flatten().count();
        let before = left(&store);
        let found = held(&dossier);
        orphans += u32::from(left(&store) < before);
        let loaded = expected.iter().position(|e| *e == found);
        let loaded = loaded.unwrap_or_else(|| panic!("shot {shot}, {instant} µs: neither the old nor the new store\n{found:#?}"));
        assert!(loaded >= first, "shot {shot}: a load that was there is gone");
        counts[loaded] += 1;
        // The program opens it too, and the import can be done again.
        assert!(cadrage(&dossier, &["charges"]).status.success(), "shot {shot}");
        let again = import(&dossier, &deliveries).output().expect("import");
        assert!(again.status.success(), "shot {shot}: {}", text(&again.stderr));
        assert_eq!(held(&dossier), expected[deliveries.len()], "shot {shot}");
    }
    println!("{} imports killed; loads held then, from 0: {counts:?}; {orphans} times files were swept", shots());
}

#[test]
fn two_imports_at_once_give_one_store() {
    let folder = tempfile::tempdir().expect("folder");
    let deliveries = ground(folder.path());
    let dossier = folder.path().join("valmont");
    let expected = steps(&dossier, &deliveries).pop().expect("steps");
    for round in 0..4 {
        std::fs::remove_dir_all(dossier.join(".cadrage")).expect("store");
        let start = || import(&dossier, &deliveries).spawn().expect("import");
        let both = [start(), start()];
        let ends: Vec<Output> = both.into_iter().map(|child| child.wait_with_output().expect("end")).collect();
        for end in &ends {
            let said = text(&end.stderr);
            let refused = end.status.code() == Some(4) && said.contains("[I11]") && said.contains("un autre programme");
            assert!(end.status.success() || refused, "round {round}: {said}");
        }
        assert!(ends.iter().any(|end| end.status.success()), "round {round}: both were refused");
        assert_eq!(held(&dossier), expected, "round {round}");
    }
}

/// A small file system in memory, unmounted when dropped; nothing where the test may not mount.
struct Mounted(PathBuf);

impl Mounted {
    fn new(folder: &Path, size: &str) -> Option<Mounted> {
        std::fs::create_dir_all(folder).expect("folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder).output();
        if mounted.is_ok_and(|o| o.status.success()) {
            return Some(Mounted(folder.to_owned()));
        }
        println!("sauté : pas le droit de monter un système de fichiers");
        None
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.0).output().expect("mount");
        assert!(done.status.success(), "{}", text(&done.stderr));
    }

    /// Fills it up to some bytes.
    fn fill(&self, leave: usize) {
        let filler = self.0.join("reste");
        let mut size: usize = 64 << 20;
        // The kernel says where it stops.
        let mut file = std::fs::File::create(&filler).expect("filler");
        let block = vec![1_u8; 4096];
        let mut written = 0;
        while size > 0 && std::io::Write::write_all(&mut file, &block).is_ok() {
            written += block.len();
            size -= block.len();
        }
        file.set_len(u64::try_from(written.saturating_sub(leave)).expect("size")).expect("filler");
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let deliveries = ground(folder.path());
    let disk = folder.path().join("disque");
    let Some(mounted) = Mounted::new(&disk, "6m") else { return };
    let dossier = disk.join("valmont");
    copy(&folder.path().join("valmont/referentiels"), &dossier.join("referentiels"));
    let one = import(&dossier, &deliveries[..1]).output().expect("import");
    assert!(one.status.success(), "{}", text(&one.stderr));
    let before = held(&dossier);
    let mut refused = 0;
    for leave in [0, 4 << 10, 12 << 10, 24 << 10, 40 << 10, 60 << 10] {
        mounted.fill(leave);
        let done = import(&dossier, &deliveries[1..2]).output().expect("import");
        let said = text(&done.stderr);
        assert_eq!(done.status.code(), Some(4), "{leave} bytes left: {said}");
        assert!(said.contains("[I11]") && said.contains("le disque est plein"), "{leave} bytes left: {said}");
        assert!(!said.contains("os error") && !said.contains("No space"), "{said}");
        // The store is read as it was, on the full disk.
        assert_eq!(held(&dossier), before, "{leave} bytes left");
        refused += 1;
    }
    assert_eq!(refused, 6);
    std::fs::remove_file(disk.join("reste")).expect("filler");
    let done = import(&dossier, &deliveries[1..2]).output().expect("import");
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_ne!(held(&dossier), before);
}

#[test]
fn a_folder_one_may_not_write_is_told_and_still_read() {
    let folder = tempfile::tempdir().expect("folder");
    let deliveries = ground(folder.path());
    let disk = folder.path().join("disque");
    let Some(mounted) = Mounted::new(&disk, "6m") else { return };
    let (dossier, empty) = (disk.join("valmont"), disk.join("vide"));
    for place in [&dossier, &empty] {
        copy(&folder.path().join("valmont/referentiels"), &place.join("referentiels"));
    }
    assert!(import(&dossier, &deliveries[..1]).output().expect("import").status.success());
    let before = held(&dossier);
    mounted.remount("ro");
    for place in [&dossier, &empty] {
        let done = import(place, &deliveries[1..2]).output().expect("import");
        let said = text(&done.stderr);
        assert_eq!(done.status.code(), Some(4), "{said}");
        assert!(said.contains("[I11]") && said.contains("en lecture seule"), "{said}");
        assert!(!said.contains("os error") && !said.contains("readonly") && !said.contains("Read-only"), "{said}");
    }
    // What is there is read.
    let read = cadrage(&dossier, &["charges"]);
    assert!(read.status.success() && text(&read.stdout).contains("2025-01"), "{}", text(&read.stderr));
    assert_eq!(held(&dossier), before);
    for verb in [&["valider", "01/2025"][..], &["rouvrir", "01/2025", "--motif", "essai"]] {
        let done = cadrage(&dossier, verb);
        assert_eq!(done.status.code(), Some(4), "{verb:?} {}", text(&done.stderr));
    }
    mounted.remount("rw");
    assert!(import(&dossier, &deliveries[1..2]).output().expect("import").status.success());
}
