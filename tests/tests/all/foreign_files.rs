//! Files of another system, read by the interfaces of `examples/10-harpege`, against the same month under our own names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cadrage_cube::{Cube, MonthFacts, PayCommon, PayLine};
use cadrage_session::{CubeError, LoadReport, Workspace};
use cadrage_value::Exact;

use super::support::{copy_tree, root, shared};

const EXAMPLE: &str = "examples/10-harpege";

/// A dossier with the lists and some deliveries of an institution, and scripts.
fn dossier(world: &Path, months: &[String], scripts: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    copy_tree(&world.join("referentiels"), &folder.path().join("referentiels"));
    for month in months {
        copy_tree(&world.join("livraisons").join(month), &folder.path().join("livraisons").join(month));
    }
    for script in scripts {
        let path = root().join(script);
        std::fs::copy(&path, folder.path().join(path.file_name().expect("name"))).expect("script");
    }
    folder
}

fn months_of(world: &Path) -> Vec<String> {
    let mut out: Vec<String> = std::fs::read_dir(world.join("livraisons"))
        .expect("deliveries")
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    out.sort();
    out
}

fn load(folder: &Path) -> Result<(Vec<LoadReport>, Cube), CubeError> {
    let mut workspace = Workspace::open(folder, &[])?;
    let reports = workspace.import_pending(&mut |_, _, _| {})?;
    for report in &reports {
        assert!(report.foots(), "{}", report.delivery);
    }
    Ok((reports, workspace.cube()?.clone()))
}

/// Sources that only give decimals are within 0,00001 per row (interfaces.md §6).
fn near(a: &Exact, b: &Exact) -> bool {
    let gap = a - b;
    let most = Exact::ratio(1, 100_000).expect("ratio");
    gap <= most && -gap <= most
}

fn bare(line: &PayLine) -> PayLine {
    let common = PayCommon { etpt: Exact::ZERO.into(), etpf: Exact::ZERO.into(), ..PayCommon::clone(&line.common) };
    PayLine { common: common.into(), ..line.clone() }
}

fn same_month(month: &str, own: &MonthFacts, foreign: &MonthFacts) -> usize {
    assert_eq!(own.observed, foreign.observed);
    assert_eq!(own.situations, foreign.situations, "{month} situations");
    assert_eq!(own.affectations, foreign.affectations, "{month} affectations");
    assert_eq!(own.forecasts, foreign.forecasts, "{month} prévisions");
    assert_eq!(own.imputations, foreign.imputations, "{month} imputations");
    assert_eq!(own.pay.len(), foreign.pay.len(), "{month} lignes de paie");
    for (a, b) in own.pay.iter().zip(&foreign.pay) {
        assert_eq!(bare(a), bare(b), "{month} paie");
        assert!(near(&a.etpt, &b.etpt) && near(&a.etpf, &b.etpf), "{month} emplois : {a:?} {b:?}");
    }
    own.pay.len()
}

/// Loads both, and compares everything: facts, findings by code with their euros, totals.
fn twins(own: &Path, foreign: &Path, months: &[String]) -> Vec<LoadReport> {
    let own = dossier(own, months, &[]);
    let foreign = dossier(foreign, months, &["examples/10-harpege/interfaces.cadrage"]);
    let (own_reports, own_cube) = load(own.path()).expect("canonique");
    let (reports, cube) = load(foreign.path()).expect("harpege");
    assert_eq!(own_reports.len(), months.len());
    let mut lines = 0;
    for (a, b) in own_reports.iter().zip(&reports) {
        assert_eq!(a.quality, b.quality, "{}", b.delivery);
        assert_eq!(a.totals, b.totals, "{}", b.delivery);
        assert_eq!(a.unknown, b.unknown, "{}", b.delivery);
        assert_eq!(a.learned, b.learned, "{}", b.delivery);
        assert_eq!(a.blocking(), b.blocking(), "{}", b.delivery);
        for theirs in &b.files {
            let ours = a.files.iter().find(|f| f.kind == theirs.kind).expect("the same file");
            let counts = |f: &cadrage_cube::FileCount| (f.read, f.accepted, f.repaired, f.fields_quarantined, f.quarantined, f.set_aside);
            assert_eq!(counts(ours), counts(theirs), "{}", theirs.name);
            assert_eq!((ours.read_amount, ours.accepted_amount), (theirs.read_amount, theirs.accepted_amount), "{}", theirs.name);
            assert!(theirs.interface.as_deref().is_some_and(|i| i.starts_with("harpege_")), "{theirs:?}");
        }
        let head = b.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(head.contains("interfaces harpege_mouvements"), "{head}");
    }
    for (month, facts) in &own_cube.months {
        lines += same_month(&month.to_string(), facts, &cube.months[month]);
    }
    let findings: usize = reports.iter().map(|r| r.findings.len()).sum();
    println!("{} mois, {lines} lignes de paie et {findings} constats égaux", months.len());
    reports
}

#[test]
fn the_example_gives_the_same_cube_as_its_canonical_twin() {
    let foreign = root().join(EXAMPLE);
    twins(&root().join("examples/01-valmont"), &foreign, &months_of(&foreign));
}

#[test]
fn four_hundred_agents_with_defects_give_the_same_cube_and_the_same_findings() {
    let Some(shared) = shared() else { return };
    let folder = tempfile::tempdir().expect("folder");
    let done = std::process::Command::new("python3")
        .args([shared.join("tools/make_institution.py").as_os_str(), "400".as_ref(), folder.path().as_os_str()])
        .args(["--graine", "1", "--observation", "2026-09", "--defauts", "standard", "--format", "harpege"])
        .output();
    if !done.is_ok_and(|o| o.status.success()) {
        println!("sauté : python3 ou le générateur ne répond pas");
        return;
    }
    let own = shared.join("data/valmont");
    let reports = twins(&own, folder.path(), &months_of(&own));
    let codes: BTreeMap<&str, usize> = reports.iter().flat_map(|r| &r.quality).fold(BTreeMap::new(), |mut out, q| {
        *out.entry(q.code.as_str()).or_default() += q.count;
        out
    });
    assert!(codes.len() >= 12, "{codes:?}");
    println!("{codes:?}");
    quoted(&reports, folder.path());
}

/// What is said of a cell is said in the words of the file: its column, its value, its line.
fn quoted(reports: &[LoadReport], world: &Path) {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut looked = 0;
    for f in reports.iter().flat_map(|r| &r.findings) {
        let whole = matches!(f.code.as_ref(), "Q04" | "Q05" | "Q09" | "Q02" | "Q12" | "Q13" | "Q14");
        if f.line == 0 || whole || f.value.is_empty() || f.value.starts_with('(') {
            continue;
        }
        let lines = texts.entry(f.file.clone()).or_insert_with(|| {
            let bytes = std::fs::read(world.join("livraisons").join(&f.file)).expect("file");
            bytes.iter().map(|b| char::from(*b)).collect::<String>().lines().map(str::to_owned).collect()
        });
        assert!(lines[2].contains(&format!("\"{}\"", f.column.split('/').next().expect("name"))), "{f:?}");
        let line = &lines[f.line - 1];
        for part in f.value.split('/') {
            assert!(line.contains(part), "{f:?}\n{line}");
        }
        looked += 1;
    }
    assert!(looked > 100, "{looked}");
    println!("{looked} constats cités dans les mots du fichier");
}

/// The example, one month, with another script.
fn made(script: &str) -> tempfile::TempDir {
    let folder = dossier(&root().join(EXAMPLE), &["2026-07".to_owned()], &[]);
    std::fs::write(folder.path().join("essai.cadrage"), script).expect("script");
    folder
}

fn interfaces() -> String {
    std::fs::read_to_string(root().join(EXAMPLE).join("interfaces.cadrage")).expect("script")
}

#[test]
fn a_mistake_elsewhere_in_the_scripts_does_not_keep_files_from_being_read() {
    let folder = made(&format!("{}\nformule fausse en € par agent :\n  = inconnue + \nfin\n", interfaces()));
    let (reports, _) = load(folder.path()).expect("import");
    assert_eq!(reports.len(), 1);
    let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
    assert!(!workspace.compile().expect("scripts").is_sound());
}

#[test]
fn an_interface_that_is_absent_wrong_or_double_is_refused_where_the_manifest_names_it() {
    let spoiled = interfaces().replacen("colonne rang             = \"NO_ORDRE\"", "colonne rangg            = \"NO_ORDRE\"", 1);
    let double = format!("{0}\n{1}", interfaces(), interfaces().replace("interface harpege_", "interface autre_"));
    let absent = interfaces().replace("MT_LIQUIDE", "MT_BRUT");
    let encoding = interfaces().replace("CP1252", "UTF-8");
    for (script, code, place, said) in [
        (String::new(), "I07", "manifeste.csv", "aucune interface ne lit `mouvements_constates` en disposition `harpege`"),
        (spoiled, "I07", "manifeste.csv", "l'interface `harpege_affectations` est fausse : `rangg` n'est pas une colonne"),
        (double, "I07", "manifeste.csv", "deux interfaces lisent"),
        (absent, "I04", "HARP_KX_202607.txt", "la colonne `MT_BRUT`, que lit l'interface `harpege_paie`, est absente"),
        (encoding, "I06", "manifeste.csv", "le manifeste dit `cp1252`, et l'interface `harpege_mouvements` dit `utf-8`"),
    ] {
        let folder = made(&script);
        let e = load(folder.path()).expect_err(said);
        assert_eq!(e.code, code, "{e}");
        assert!(e.file.as_deref().is_some_and(|f| f.ends_with(place)), "{e}");
        assert!(e.message.contains(said), "{e}");
        assert!(!e.help.is_empty() && e.line.is_some() && !folder.path().join(".cadrage/catalogue.sqlite").exists(), "{e}");
    }
}

#[test]
fn the_disposition_is_the_family_or_the_interface_itself_without_case_or_accents() {
    let script = interfaces().replace("  disposition harpege\n", "  disposition Harpège\n");
    assert_eq!(load(made(&script).path()).expect("import").0.len(), 1);
}

#[test]
fn a_name_that_does_not_follow_the_pattern_is_read_and_said() {
    let script = interfaces().replace("HARP_KX_AAAAMM*.txt", "PAIE_AAAAMM.txt");
    let (reports, _) = load(made(&script).path()).expect("import");
    assert!(reports[0].notes.iter().any(|n| n.contains("ne suit pas `PAIE_AAAAMM.txt`")), "{:?}", reports[0].notes);
}

#[test]
fn what_the_checker_keeps_of_the_example_is_every_source_column() {
    // The list of the layout that the generator writes beside its files.
    let path: PathBuf = root().join(EXAMPLE).join("disposition_harpege.csv");
    let script = interfaces();
    for row in suite::rows(&path) {
        for source in row["colonne_source"].split('/') {
            assert!(script.contains(&format!("\"{source}\"")), "{source} is not read");
        }
    }
}

/// Columns of a draft, and those that the interface of the example reads from the same place.
fn drafted(file: &str, kind: &str) -> (usize, usize, usize) {
    let path = root().join(EXAMPLE).join("livraisons/2026-09").join(file);
    let text = cadrage_session::draft_interface(&path, Some(kind)).expect("draft");
    assert!(cadrage_session::draft_interface(&path, None).expect("draft").contains(&format!("pour {kind} ")), "{kind} guessed");
    // It is what the formatter writes, and the checker has nothing to say of it but what is missing.
    assert_eq!(cadrage_driver::format(cadrage_source::FileId(0), &text).expect("parses"), text);
    let compiled = cadrage_driver::compile(
        &cadrage_driver::Texts { scripts: vec![("brouillon.cadrage".to_owned(), text.clone())], ..Default::default() },
        None,
    );
    let wrong: Vec<_> = compiled.diagnostics.iter().filter(|d| d.code != cadrage_source::Code::V02).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{text}");
    for said in ["encodage \"CP1252\"", "séparateur \";\"", "ignorer 2 lignes", "AAAAMM.txt\""] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let column = |line: &str| {
        let line = line.trim().strip_prefix("colonne ")?;
        let (name, rest) = line.split_once('=')?;
        let cells: Vec<&str> = rest.split(" selon ").next()?.split('"').skip(1).step_by(2).collect();
        Some((name.trim().to_owned(), cells.join("/")))
    };
    let block = interfaces().split("\nfin").find(|b| b.contains(&format!(" pour {kind} "))).expect("interface").to_owned();
    let wanted: Vec<_> = block.lines().filter_map(column).collect();
    let found: Vec<_> = text.lines().filter_map(|l| column(l.split(" --").next()?)).collect();
    let right = found.iter().filter(|f| wanted.contains(f)).count();
    let unsaid = text.lines().filter(|l| !l.contains("--")).filter_map(column).filter(|f| !wanted.contains(f)).count();
    println!("{file} : {right} colonnes sur {}, {unsaid} fausse(s) sans réserve", wanted.len());
    (right, wanted.len(), unsaid)
}

#[test]
fn a_draft_of_the_example_finds_most_columns_and_says_its_doubts() {
    let (mut right, mut all) = (0, 0);
    for (file, kind) in [
        ("HARP_CONSTATE_202609.txt", "mouvements_constates"),
        ("HARP_PREVISION_202609.txt", "mouvements_previsionnels"),
        ("HARP_MULTIAFF_202609.txt", "multi_affectations"),
        ("HARP_KX_202609.txt", "retour_de_paie"),
        ("HARP_IMPUT_202609.txt", "imputations_previsionnelles"),
        ("HARP_HORSPSOP_202609.txt", "hors_psop"),
    ] {
        let (good, wanted, _) = drafted(file, kind);
        assert!(good * 10 >= wanted * 6, "{file} : {good} sur {wanted}");
        (right, all) = (right + good, all + wanted);
    }
    println!("{right} colonnes sur {all}");
    assert!(right * 10 >= all * 8, "{right} sur {all}");
}
