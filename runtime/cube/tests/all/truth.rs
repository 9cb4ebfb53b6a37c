//! What the cube shows against the truth of made-up institutions, cell by cell.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use cadrage_cube::{Cube, Dossier, FlatFile, LoadReport};
use cadrage_value::{Exact, Money};

type Rows = Vec<BTreeMap<String, String>>;
type Pay = BTreeMap<[String; 5], Money>;
type Jobs = BTreeMap<[String; 4], (Exact, Exact)>;

const WITH_DEFECTS: &str = "/work/shared/data/valmont";
const CLEAN: &[&str] = &["/work/tmp/v21", "/work/tmp/v1"];

fn rows(path: &Path) -> Rows {
    let bytes = std::fs::read(path).unwrap();
    FlatFile::read("verite", &bytes, "utf-8").unwrap().named_rows().map(|(_, row)| row).collect()
}

/// A dossier with all deliveries of an institution, and their reports by month.
fn load(root: &Path) -> (tempfile::TempDir, Dossier, BTreeMap<String, LoadReport>) {
    let folder = tempfile::tempdir().unwrap();
    let lists = folder.path().join("referentiels");
    std::fs::create_dir_all(&lists).unwrap();
    for entry in std::fs::read_dir(root.join("referentiels")).unwrap().flatten() {
        // Read and written, not copied: the source may be read-only.
        std::fs::write(lists.join(entry.file_name()), std::fs::read(entry.path()).unwrap()).unwrap();
    }
    let mut deliveries: Vec<_> = std::fs::read_dir(root.join("livraisons")).unwrap().flatten().map(|e| e.path()).collect();
    deliveries.sort();
    let start = Instant::now();
    let mut dossier = Dossier::open(folder.path()).unwrap();
    let mut reports = BTreeMap::new();
    for delivery in deliveries {
        let report = dossier.import(&delivery, &mut |_, _, _| {}).unwrap();
        assert!(report.foots());
        assert!(report.text().lines().all(|l| l.chars().count() <= 80), "{}", report.text());
        reports.insert(report.month.to_string(), report);
    }
    let lines: usize = dossier.cube().unwrap().months.values().map(|m| m.pay.len()).sum();
    println!("{} : {} livraisons, {lines} lignes de paie en {} ms", root.display(), reports.len(), start.elapsed().as_millis());
    (folder, dossier, reports)
}

/// The cube read back from the files by a new opening.
fn reopened(folder: &Path) -> Cube {
    let start = Instant::now();
    let cube = Dossier::open(folder).unwrap().cube().unwrap().clone();
    println!("  relu en {} ms", start.elapsed().as_millis());
    cube
}

fn shown(cube: &Cube) -> (Pay, Jobs) {
    let start = Instant::now();
    let (mut pay, mut jobs) = (Pay::new(), Jobs::new());
    for part in cube.attributed() {
        let line = &cube.months[&part.month].pay[part.line];
        let nature = if line.anterieur { "ANTERIEUR" } else { "COURANT" };
        let key = [part.month.to_string(), part.composante.clone(), line.rubrique.to_string(), line.plafond.to_string(), nature.to_owned()];
        *pay.entry(key).or_default() += part.amount;
        let job = jobs
            .entry([line.right().to_string(), part.composante, line.plafond.to_string(), part.grade])
            .or_insert((Exact::ZERO, Exact::ZERO));
        job.0 = &job.0 + &part.etpt;
        job.1 = &job.1 + &part.etpf;
    }
    println!("  ventilé et agrégé en {} ms", start.elapsed().as_millis());
    (pay, jobs)
}

fn differences<K: Ord + std::fmt::Debug, V: PartialEq + Clone + std::fmt::Debug>(
    got: &BTreeMap<K, V>,
    want: &BTreeMap<K, V>,
    zero: &V,
) -> usize {
    let keys: std::collections::BTreeSet<&K> = got.keys().chain(want.keys()).collect();
    let wrong: Vec<&K> = keys.into_iter().filter(|k| got.get(*k).unwrap_or(zero) != want.get(*k).unwrap_or(zero)).collect();
    for k in wrong.iter().take(5) {
        println!("  {k:?} : {:?} au lieu de {:?}", got.get(*k), want.get(*k));
    }
    wrong.len()
}

fn wanted_pay(path: &Path, last: &str) -> Pay {
    let mut out = Pay::new();
    for r in rows(path).iter().filter(|r| r["mois"].as_str() <= last) {
        let key = ["mois", "composante", "rubrique", "plafond", "nature_exercice"].map(|c| r[c].clone());
        *out.entry(key).or_default() += r["montant"].parse().unwrap();
    }
    out
}

fn agrees(root: &Path) -> Option<(tempfile::TempDir, BTreeMap<String, LoadReport>)> {
    if !root.exists() {
        println!("sauté: dossier absent ({})", root.display());
        return None;
    }
    let (folder, mut dossier, reports) = load(root);
    let cube = reopened(folder.path());
    assert_eq!(format!("{:?}", dossier.cube().unwrap().months), format!("{:?}", cube.months), "held and read back differ");
    let (pay, jobs) = shown(&cube);
    let last = reports.keys().next_back().unwrap();
    let want = wanted_pay(&root.join("verite/constate_paie.csv"), "9999-12");
    println!("  constate_paie : {} cellules", want.len());
    assert_eq!(differences(&pay, &want, &Money::ZERO), 0);
    let mut wanted_jobs = Jobs::new();
    for r in rows(&root.join("verite/constate_emplois.csv")) {
        let key = ["mois", "composante", "plafond", "grade"].map(|c| r[c].clone());
        wanted_jobs.insert(key, (r["etpt"].parse().unwrap(), r["etpf"].parse().unwrap()));
    }
    println!("  constate_emplois : {} cellules", wanted_jobs.len());
    assert_eq!(differences(&jobs, &wanted_jobs, &(Exact::ZERO, Exact::ZERO)), 0);
    if root != Path::new(WITH_DEFECTS) {
        let truth = wanted_pay(&root.join("verite/paie_agregee.csv"), last);
        println!("  paie_agregee : {} cellules", truth.len());
        assert_eq!(differences(&pay, &truth, &Money::ZERO), 0);
    }
    Some((folder, reports))
}

/// Euros on the structure `?` of each compte rendu against the truth.
fn unknown_agrees(root: &Path, reports: &BTreeMap<String, LoadReport>) {
    for (month, report) in reports {
        let truth = rows(&root.join("verite/constate_paie.csv"));
        let on_unknown = truth.iter().filter(|r| r["mois"] == *month && r["composante"] == "?");
        let want: Money = on_unknown.map(|r| r["montant"].parse::<Money>().unwrap()).sum();
        let got: Money = report.unknown.iter().filter(|u| u.axe == "structure").map(|u| u.amount).sum();
        assert_eq!(got, want, "{month}");
    }
}

/// Count and euros of the reports against `qualite.csv`, which counts per month, type and code.
fn quality_agrees(root: &Path, reports: &BTreeMap<String, LoadReport>) {
    let mut want: BTreeMap<(String, String, String), (usize, Money)> = BTreeMap::new();
    for r in rows(&root.join("verite/qualite.csv")) {
        let key = (r["mois"].clone(), r["type"].clone(), r["code"].clone());
        want.insert(key, (r["occurrences"].parse().unwrap(), r["montant"].parse().unwrap()));
    }
    let mut got: BTreeMap<(String, String, String), (usize, Money)> = BTreeMap::new();
    for (month, report) in reports {
        for f in &report.findings {
            let kind = report.files.iter().find(|c| c.name == f.file).map_or("retour_de_paie", |c| c.kind.name());
            let sums = got.entry((month.clone(), kind.to_owned(), f.code.to_string())).or_default();
            sums.0 += 1;
            // The truth knows the amount that cannot be read; the file does not.
            let unreadable = f.code == "Q15" && f.action == "ligne en quarantaine";
            sums.1 +=
                if unreadable { want.get(&(month.clone(), kind.to_owned(), "Q15".into())).map_or(Money::ZERO, |w| w.1) } else { f.amount };
        }
    }
    println!("  qualite : {} cellules", want.len());
    assert_eq!(differences(&got, &want, &(0, Money::ZERO)), 0);
}

/// Each finding of the reports against the defects that were put in the files: code, month, type, line, key and euros, one for one.
fn defects_agree(root: &Path, reports: &BTreeMap<String, LoadReport>) {
    type Row = (String, String, String, Option<usize>, String, Option<Money>);
    // Of the month, of an agent over the month, of a set of parts (we give its first line, the truth the part it spoiled), or of a
    // file: no line of their own.
    let has_line = |code: &str| !["Q02", "Q04", "Q05", "Q12", "Q13", "Q14"].contains(&code);
    let has_key = |code: &str| !["Q12", "Q13"].contains(&code);
    let mut want: Vec<Row> = rows(&root.join("verite/defauts.csv"))
        .iter()
        .map(|r| {
            let code = r["code"].clone();
            // The truth counts rows; files count their header too.
            let line = has_line(&code).then(|| r["ligne"].parse::<usize>().unwrap() + 1);
            let key = if has_key(&code) { r["cle"].clone() } else { String::new() };
            // The truth knows the amount that cannot be read; the file does not.
            let amount = (!r["variante"].starts_with("montant illisible")).then(|| r["montant"].parse().unwrap());
            (code, r["mois"].clone(), r["type"].clone(), line, key, amount)
        })
        .collect();
    let mut got: Vec<Row> = Vec::new();
    for (month, report) in reports {
        for f in &report.findings {
            let kind = report.files.iter().find(|c| c.name == f.file).map_or("retour_de_paie", |c| c.kind.name());
            let line = has_line(&f.code).then_some(f.line);
            let key = if has_key(&f.code) { f.key.clone() } else { String::new() };
            let amount = (f.action != "ligne en quarantaine").then_some(f.amount);
            got.push((f.code.to_string(), month.clone(), kind.to_owned(), line, key, amount));
        }
    }
    println!("  defauts : {} lignes", want.len());
    want.sort();
    got.sort();
    for missing in want.iter().filter(|w| !got.contains(w)) {
        println!("  manque {missing:?}");
    }
    for more in got.iter().filter(|g| !want.contains(g)) {
        println!("  de trop {more:?}");
    }
    assert!(want == got);
}

#[test]
fn clean_deliveries_tie_out_cell_by_cell() {
    for root in CLEAN {
        if let Some((_, reports)) = agrees(Path::new(root)) {
            quality_agrees(Path::new(root), &reports);
        }
    }
}

#[test]
fn deliveries_with_defects_show_what_the_rules_say() {
    if let Some((_, reports)) = agrees(Path::new(WITH_DEFECTS)) {
        quality_agrees(Path::new(WITH_DEFECTS), &reports);
        defects_agree(Path::new(WITH_DEFECTS), &reports);
        unknown_agrees(Path::new(WITH_DEFECTS), &reports);
    }
}
