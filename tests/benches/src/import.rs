//! The files of an institution loaded with all their checks, beside DuckDB which reads and sums them; then the store opened again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use ahash::AHashMap;
use benches::clock::timed;
use benches::figures::{grouped, median, milliseconds, paired, ratio};
use benches::memory::peak;
use benches::peers::Peer;
use cadrage_cube::{Cube, Dossier, fingerprint_of};
use cadrage_value::Month;

const USAGE: &str = "cargo run --release -p benches -- import DOSSIER [--tours K] [--python P] ; DOSSIER a referentiels/ et livraisons/";

/// Runs `import <dossier> [options]`.
///
/// # Errors
/// What stopped it, in French.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    let mut words = words.iter();
    let source = PathBuf::from(words.next().ok_or(USAGE)?);
    let (mut rounds, mut python) = (3_usize, "python3".to_owned());
    while let Some(word) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        match word.as_str() {
            "--tours" | "--rounds" => rounds = value.parse().map_err(|_| format!("`{value}` n'est pas un nombre"))?,
            "--python" => value.clone_into(&mut python),
            _ => return Err(format!("`{word}` n'est pas compris\n{USAGE}")),
        }
    }
    let duckdb = Peer::import();
    let scratch = std::env::temp_dir().join(format!("cadrage-import-{}", std::process::id()));
    let (mut ours, mut again, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let mut held = (0, 0, 0);
    for _ in 0..rounds {
        let _ = std::fs::remove_dir_all(&scratch);
        let loaded = ask(&["importer", &source.display().to_string(), &scratch.display().to_string()])?;
        let opened = ask(&["rouvrir", &scratch.display().to_string()])?;
        if loaded.sha != opened.sha {
            return Err("le magasin rouvert n'a pas les mêmes totaux".into());
        }
        match duckdb.run(&python, &source, 1) {
            Ok(peer) if loaded.sha.starts_with(&peer.sha) => theirs.push(peer.nanoseconds),
            Ok(_) => return Err("DuckDB n'a pas les mêmes totaux par mois et compte (des défauts dans les livraisons ?)".into()),
            Err(why) => println!("  DuckDB : sauté ({why})"),
        }
        ours.push(loaded.nanoseconds);
        again.push(opened.nanoseconds);
        held = (loaded.rows, loaded.megabytes, opened.megabytes);
    }
    let _ = std::fs::remove_dir_all(&scratch);
    let (rows, loading, opening) = held;
    let second = u64::try_from(rows).unwrap_or(0) * 1_000_000_000 / median(&ours).max(1);
    println!("  {} lignes de paie, {rounds} tour(s), {} cœur(s)", grouped(rows.try_into().unwrap_or(0)), cores());
    println!(
        "  {:<34} {:>10} ms   {} lignes/s, {} Mo",
        "importer, tous contrôles",
        milliseconds(median(&ours)),
        grouped(second),
        grouped(loading)
    );
    println!("  {:<34} {:>10} ms   {} Mo", "rouvrir le cube et le sommer", milliseconds(median(&again)), grouped(opening));
    if !theirs.is_empty() {
        println!("  {:<34} {:>10} ms", "DuckDB, lire et sommer", milliseconds(median(&theirs)));
        println!("  {:<34} {:>10}      totaux par mois et compte égaux", "importer / DuckDB", ratio(paired(&ours, &theirs, 1)));
    }
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What a child says of itself.
struct Said {
    nanoseconds: u64,
    rows: usize,
    megabytes: u64,
    sha: String,
}

/// A process of its own, so that its memory is its own.
fn ask(words: &[&str]) -> Result<Said, String> {
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let done = Command::new(program).args(words).output().map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&done.stdout);
    let mut fields = text.split_whitespace();
    let mut next = || fields.next().ok_or_else(|| String::from_utf8_lossy(&done.stderr).into_owned());
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` n'est pas un nombre"));
    let (nanoseconds, rows, megabytes) = (number(next()?)?, number(next()?)?, number(next()?)?);
    Ok(Said { nanoseconds, rows: usize::try_from(rows).unwrap_or(0), megabytes, sha: next()?.to_owned() })
}

/// In the child: loads all deliveries in a new store.
pub(crate) fn load(words: &[String]) -> Result<(), String> {
    let [source, scratch] = words else { return Err(USAGE.into()) };
    let (source, scratch) = (Path::new(source), Path::new(scratch));
    let lists = scratch.join("referentiels");
    let copied = std::fs::create_dir_all(&lists).and_then(|()| {
        for entry in std::fs::read_dir(source.join("referentiels"))? {
            let entry = entry?;
            std::fs::copy(entry.path(), lists.join(entry.file_name()))?;
        }
        Ok(())
    });
    copied.map_err(|e| format!("{} : {e}", source.display()))?;
    let deliveries = std::fs::read_dir(source.join("livraisons")).map_err(|e| format!("{} : {e}", source.display()))?;
    let mut deliveries: Vec<PathBuf> = deliveries.flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
    deliveries.sort();
    let (done, took) = timed(|| {
        let mut dossier = Dossier::open(scratch)?;
        dossier.import_all(&deliveries, &mut |_, _, _, _| {}, &mut |_| {}).map(|()| dossier)
    });
    // The memory of the load is known before the cube is read.
    let megabytes = peak().unwrap_or(0) / 1024;
    let mut dossier = done.map_err(|e| e.to_string())?;
    let (rows, sha) = sums(dossier.cube().map_err(|e| e.to_string())?);
    println!("{} {rows} {megabytes} {sha}", took.wall);
    Ok(())
}

/// In the child: opens the store and sums the cube.
pub(crate) fn reopen(words: &[String]) -> Result<(), String> {
    let [scratch] = words else { return Err(USAGE.into()) };
    let (done, took) = timed(|| {
        let mut dossier = Dossier::open(Path::new(scratch))?;
        let summed = sums(dossier.cube()?);
        Ok::<_, cadrage_cube::CubeError>((dossier, summed))
    });
    let (_dossier, (rows, sha)) = done.map_err(|e| e.to_string())?;
    println!("{} {rows} {} {sha}", took.wall, peak().unwrap_or(0) / 1024);
    Ok(())
}

/// Pay lines, and the SHA-256 of their sums by month and account.
fn sums(cube: &Cube) -> (usize, String) {
    let mut rows = 0;
    let mut sums: BTreeMap<(Month, String), i64> = BTreeMap::new();
    for facts in cube.months.values() {
        // A line of a delivery is paid in its month; accounts are few, and told apart quicker by their text's hash than by its order.
        let mut month: AHashMap<(Month, &str), i64> = AHashMap::new();
        for line in facts.pay.iter().filter(|p| !p.is_manual()) {
            rows += 1;
            *month.entry((line.month, &line.compte)).or_default() += line.amount.cents();
        }
        for ((month, account), cents) in month {
            *sums.entry((month, account.to_owned())).or_default() += cents;
        }
    }
    let text: String = sums.iter().map(|((month, account), cents)| format!("{month};{account};{cents}\n")).collect();
    (rows, fingerprint_of(text.as_bytes()))
}
