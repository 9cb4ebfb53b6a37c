//! The program as a person uses it: exit codes, what goes to stdout and what to stderr, help.

#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

#[path = "cli/back_test.rs"]
mod back_test;
#[path = "cli/chercher.rs"]
mod chercher;
#[path = "cli/comparer.rs"]
mod comparer;
#[path = "cli/console.rs"]
mod console;
#[path = "cli/controler.rs"]
mod controler;
#[path = "cli/expliquer.rs"]
mod expliquer;
#[path = "cli/faults.rs"]
mod faults;
#[path = "cli/gvt.rs"]
mod gvt;
#[path = "cli/history.rs"]
mod history;
#[path = "cli/layers.rs"]
mod layers;
#[path = "cli/months.rs"]
mod months;
#[path = "cli/mouvements.rs"]
mod mouvements;
#[path = "cli/quarantine.rs"]
mod quarantine;
#[path = "cli/references.rs"]
mod references;
#[path = "cli/restitutions.rs"]
mod restitutions;
#[path = "cli/socle.rs"]
mod socle;
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/typing.rs"]
mod typing;

fn cadrage(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cadrage")).current_dir(folder).args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Compares with a text kept in `tests/cli`; `CADRAGE_WRITE=1` writes it, to be read again.
fn is_kept(shown: &str, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli").join(name);
    if std::env::var_os("CADRAGE_WRITE").is_some() {
        std::fs::write(&path, shown).expect("kept text");
    }
    assert_eq!(shown, std::fs::read_to_string(path).expect("kept text"), "{name}");
}

fn demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let done = cadrage(folder.path(), &["démo", "valmont"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    folder
}

#[test]
fn the_demo_computes_its_landing() {
    let folder = demo();
    let done = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026", "budget_2027", "budget_2027_haut"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/01-valmont/expected.txt");
    if std::env::var_os("CADRAGE_WRITE").is_some() {
        std::fs::write(&expected, &done.stdout).expect("expected.txt");
    }
    assert_eq!(text(&done.stdout), std::fs::read_to_string(expected).expect("expected.txt"));
    assert!(text(&done.stdout).lines().all(|l| l.chars().count() <= 80), "wider than 80 columns");
}

#[test]
fn json_is_the_contract() {
    let folder = demo();
    let done = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json on stdout, nothing else");
    assert_eq!(value["scenario"], "atterrissage_2026");
    assert_eq!(value["moteur"], "compilé");
    assert_eq!(value["exercices"][0]["masse_salariale"], "9461460.69");
    assert_eq!(value["mois"][8]["origine"], "constate");
    assert_eq!(value["mois"][9]["origine"], "projete");
    let csv = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026", "--format", "csv"]);
    assert!(
        text(&csv.stdout)
            .starts_with("scenario;mois;origine;masse_salariale;etp;etpt;hors_textes\natterrissage_2026;2026-01;constate;789583,24;")
    );
}

#[test]
fn the_plan_counts_the_profiles_of_the_dossier() {
    let folder = demo();
    let plan = |dossier: &str| text(&cadrage(folder.path(), &["-C", dossier, "montrer", "plan"]).stdout);
    assert!(!plan(".").contains("sommes de"), "no delivery, no count");
    let calculated = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026"]);
    assert_eq!(calculated.status.code(), Some(0));
    let said = plan("valmont");
    let (_, counts) = said.split_once("\nsommes de `atterrissage_2026`, ").unwrap_or_else(|| panic!("{said}"));
    // Jobs are the same for whoever works as much; what payroll paid is each one's own.
    assert!(counts.contains(" profils : ") && counts.contains("agent par agent : "), "{counts}");
    let own = counts.split_once("agent par agent : ").map_or("", |(_, rest)| rest);
    assert!(own.contains("traitement_brut"), "{counts}");
    assert!(counts.lines().all(|line| line.chars().count() <= 80), "{counts}");
    // What usual data hold, the rules of pay have code for.
    assert!(!said.contains("laissée à l'interprète"), "{said}");
}

#[test]
fn where_the_time_went_is_told_beside_the_data() {
    let folder = demo();
    let done = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026", "--chronométrer", "--moteur", "interprète"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let said = text(&done.stderr);
    let labels: Vec<&str> = said
        .lines()
        .filter(|l| l.ends_with(" ms") || l.ends_with(" Mo"))
        .map(|l| l.trim_start().trim_end_matches(|c: char| !c.is_alphabetic() && c != ')').trim_end_matches(char::is_alphabetic))
        .map(|l| l.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' '))
        .collect();
    let phases = ["lecture", "carrières", "compilation", "noyaux", "agrégation (ventilation et lignes)", "écriture", "total"];
    assert_eq!(labels, [&phases[..], &["mémoire au plus haut"]].concat(), "{said}");
    // The engine changes nothing to the figures, and the data are alone on their output.
    let usual = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026"]);
    assert_eq!(text(&usual.stdout), text(&done.stdout));
    for engine in ["compilé", "auto", "jit"] {
        let compiled = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026", "--moteur", engine]);
        assert_eq!(text(&usual.stdout), text(&compiled.stdout), "{engine}");
        assert_eq!(text(&usual.stderr), text(&compiled.stderr), "{engine}");
    }
}

#[test]
fn a_report_fits_80_columns_and_its_files_say_the_same() {
    let folder = demo();
    let table = cadrage(folder.path(), &["-C", "valmont", "restituer", "suivi_par_composante"]);
    assert_eq!(table.status.code(), Some(0), "{}", text(&table.stderr));
    let shown = text(&table.stdout);
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns");
    assert!(shown.contains("9\u{202F}461\u{202F}460,69"), "the landing is the total of the report\n{shown}");
    let written = cadrage(folder.path(), &["-C", "valmont", "restituer", "suivi_par_composante", "--sortie", "suivi.csv"]);
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    let csv = std::fs::read_to_string(folder.path().join("suivi.csv")).expect("suivi.csv");
    assert!(csv.starts_with("niveau;code;libelle;scenario;periode;membre;mesure;valeur\n"), "{csv}");
    assert!(csv.contains("établissement;;Total;atterrissage_2026;cumul 2026;;masse_salariale;9461460,69"), "{csv}");
    let json = cadrage(folder.path(), &["-C", "valmont", "restituer", "suivi_des_corps", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("json on stdout, nothing else");
    assert_eq!(value["cellules"][0]["valeur"], "9461460.690000");
    for wrong in [&["restituer", "suivi_par_composant"][..], &["restituer", "arbitrage", "--scénario", "budget_2072"]] {
        let done = cadrage(folder.path(), &[&["-C", "valmont"][..], wrong].concat());
        assert_eq!(done.status.code(), Some(1), "{wrong:?}");
        assert!(text(&done.stderr).contains("inconnu"), "{}", text(&done.stderr));
    }
}

#[test]
fn a_report_is_written_in_files_whole_or_not_at_all() {
    let folder = demo();
    let restituer = |rest: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "restituer"][..], rest].concat());
    let workbook = restituer(&["arbitrage", "--sortie", "a.xlsx"]);
    assert_eq!(workbook.status.code(), Some(0), "{}", text(&workbook.stderr));
    assert!(std::fs::read(folder.path().join("a.xlsx")).expect("a.xlsx").starts_with(b"PK"));
    let form = restituer(&["arbitrage", "--sortie", "a.doc"]);
    assert_eq!(form.status.code(), Some(2));
    assert!(text(&form.stderr).contains("`a.doc` : cette forme de fichier n'est pas connue"), "{}", text(&form.stderr));
    let nowhere = restituer(&["arbitrage", "--sortie", "absent/a.xlsx"]);
    assert_eq!(nowhere.status.code(), Some(4));
    assert!(text(&nowhere.stderr).contains("son dossier n'existe pas"), "{}", text(&nowhere.stderr));
    // What the report itself declares, in the dossier; the table is shown as well.
    let script = folder.path().join("valmont").join("export.cadrage");
    let report =
        |file: &str| format!("restitution exportée :\n  lignes composante\n  mesures masse_salariale\n  exporter \"{file}\"\nfin\n");
    let module = "utiliser socle.masse_salariale version \"2026.1\"\n";
    std::fs::write(&script, format!("{module}{}", report("sorties/suivi.csv"))).expect("script");
    let declared = restituer(&["exportée"]);
    assert_eq!(declared.status.code(), Some(0), "{}", text(&declared.stderr));
    assert!(text(&declared.stdout).contains("masse_salariale (€)"));
    let csv = std::fs::read_to_string(folder.path().join("valmont/sorties/suivi.csv")).expect("suivi.csv");
    assert!(csv.contains(";Total;atterrissage_2026;2026;;masse_salariale;9461460,69"), "{csv}");
    // A file in the way of a folder: said where `exporter` is written.
    std::fs::write(folder.path().join("valmont").join("fichier"), "x").expect("a file");
    std::fs::write(&script, format!("{module}{}", report("fichier/suivi.csv"))).expect("script");
    let refused = restituer(&["exportée"]);
    assert_eq!(refused.status.code(), Some(4), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("export.cadrage:") && text(&refused.stderr).contains("[V21]"), "{}", text(&refused.stderr));
}

#[test]
fn where_a_mark_comes_from_is_said_by_verifier_alone() {
    let folder = demo();
    let verified = cadrage(folder.path(), &["-C", "valmont", "vérifier"]);
    assert_eq!(verified.status.code(), Some(0));
    assert!(text(&verified.stderr).contains("[D02]"), "{}", text(&verified.stderr));
    let computed = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026"]);
    assert!(!text(&computed.stderr).contains("D02"), "{}", text(&computed.stderr));
    let marked = cadrage(folder.path(), &["-C", "valmont", "calculer", "point_1_5"]);
    assert!(text(&marked.stdout).contains("hors textes en vigueur"), "{}", text(&marked.stdout));
}

#[test]
fn a_dossier_whose_deliveries_are_not_imported_imports_them_and_says_so() {
    let folder = demo();
    std::fs::remove_dir_all(folder.path().join("valmont/.cadrage")).expect("store");
    let done = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026"]);
    assert_eq!(done.status.code(), Some(0));
    assert!(text(&done.stderr).contains("21 livraison(s) pas encore chargée(s) : import"));
    assert!(text(&done.stdout).contains("9\u{202F}461\u{202F}460,69"));
}

#[test]
fn misuse_is_2_and_says_what_to_do() {
    let folder = demo();
    for (arguments, said) in [
        (vec!["calculre"], "vouliez-vous `calculer` ?"),
        (vec!["calculer", "--vite"], "l'option `--vite` n'existe pas ici"),
        (vec!["-C", "valmont", "montrer", "tout"], "étapes :"),
        (vec!["-C", "absent", "calculer"], "n'est pas un dossier"),
        (vec!["démo", "valmont"], "existe déjà"),
        (vec!["aide", "U99"], "n'est ni un verbe, ni un code"),
        (vec!["-C", "valmont", "calculer", "--moteur", "turbo"], "le moteur `turbo` n'existe pas dans cette version"),
        (vec!["-C", "valmont", "tester", "--moteur", "turbo"], "le moteur `turbo` n'existe pas dans cette version"),
        (vec!["-C", "valmont", "restituer", "arbitrage", "--moteur", "turbo"], "le moteur `turbo` n'existe pas dans cette version"),
        (vec!["-C", "valmont", "importer", "livraisons/1999-01"], "n'est pas un dossier"),
    ] {
        let done = cadrage(folder.path(), &arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?} {}", text(&done.stderr));
        assert!(text(&done.stderr).contains(said), "{arguments:?} : {}", text(&done.stderr));
        assert!(done.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_wrong_script_is_1_drawn_on_stderr_and_the_store_stays() {
    let folder = demo();
    let script = folder.path().join("valmont/essai.cadrage");
    std::fs::write(&script, "constante va en € = 59.07 €   source \"x\"\nformule b en € par agent :\n  = inm * valeur_du_point\nfin\n")
        .expect("script");
    for verb in ["vérifier", "verifier", "calculer", "tester"] {
        let done = cadrage(folder.path(), &["-C", "valmont", verb]);
        assert_eq!(done.status.code(), Some(1), "{verb}");
        let said = text(&done.stderr);
        assert!(said.contains("[S02]") && said.contains("essai.cadrage:1") && said.contains("aide : écrivez `59,07`"), "{said}");
        assert!(said.contains("[G01]"), "{said}");
        assert!(done.stdout.is_empty());
    }
    std::fs::remove_file(&script).expect("script");
    assert_eq!(cadrage(folder.path(), &["-C", "valmont", "vérifier"]).status.code(), Some(0));
    let unknown = cadrage(folder.path(), &["-C", "valmont", "calculer", "budget_2028"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("le scénario `budget_2028` est inconnu"));
}

#[test]
fn a_broken_delivery_is_1_and_nothing_is_loaded() {
    let folder = demo();
    let delivery = folder.path().join("valmont/livraisons/2026-10");
    std::fs::create_dir(&delivery).expect("folder");
    std::fs::write(delivery.join("manifeste.csv"), "fichier;type\n").expect("manifest");
    let done = cadrage(folder.path(), &["-C", "valmont", "importer", "livraisons/2026-10"]);
    assert_eq!(done.status.code(), Some(1));
    let said = text(&done.stderr);
    assert!(said.contains("[I04]") && said.contains("rien n'a été chargé"), "{said}");
}

#[test]
fn every_verb_has_help_with_an_example() {
    let folder = tempfile::tempdir().expect("folder");
    let all = text(&cadrage(folder.path(), &["aide"]).stdout);
    assert_eq!(all, text(&cadrage(folder.path(), &["--help"]).stdout));
    is_kept(&all, "aide.txt");
    let verbs: Vec<&str> = all.lines().filter_map(|l| l.strip_prefix("  ")?.split_once("  ")).map(|(verb, _)| verb).collect();
    let verbs: Vec<&str> = verbs.into_iter().filter(|v| v.starts_with(char::is_alphabetic) && !v.contains(' ')).collect();
    assert_eq!(verbs.len(), 32, "{verbs:?}");
    for verb in verbs {
        let done = cadrage(folder.path(), &[verb, "--help"]);
        assert_eq!(done.status.code(), Some(0), "{verb}");
        let said = text(&done.stdout);
        assert!(said.contains("Exemple") && said.contains("Usage :") && !said.contains("Options:"), "{verb}\n{said}");
        assert_eq!(said, text(&cadrage(folder.path(), &["aide", verb]).stdout), "{verb}");
    }
    let code = cadrage(folder.path(), &["aide", "u01"]);
    assert!(text(&code.stdout).starts_with("U01 — "));
}

#[test]
fn a_new_dossier_is_sound() {
    let folder = tempfile::tempdir().expect("folder");
    assert_eq!(cadrage(folder.path(), &["nouveau", "mien"]).status.code(), Some(0));
    let done = cadrage(folder.path(), &["-C", "mien", "vérifier"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let computed = cadrage(folder.path(), &["-C", "mien", "calculer"]);
    assert_eq!(computed.status.code(), Some(1));
    assert!(text(&computed.stderr).contains("[T06]"), "{}", text(&computed.stderr));
}

#[test]
fn the_tests_of_the_example_and_of_the_socle_hold() {
    let folder = demo();
    for arguments in [vec!["-C", "valmont", "tester"], vec!["tester", "--socle", "--couverture"]] {
        let done = cadrage(folder.path(), &arguments);
        assert_eq!(done.status.code(), Some(0), "{}{}", text(&done.stdout), text(&done.stderr));
        assert!(text(&done.stdout).contains("0 en échec"));
    }
}

#[test]
fn scripts_are_put_in_form_once_and_only_when_they_read() {
    let folder = tempfile::tempdir().expect("folder");
    let (loose, broken) = (folder.path().join("a.cadrage"), folder.path().join("b.cadrage"));
    std::fs::write(&loose, "HYPOTHESE x EN mois=4 mois -- combien\r\n").expect("a");
    std::fs::write(&broken, "constante y en € = 59.07\n").expect("b");
    let check = cadrage(folder.path(), &["formater", "--vérifier", "a.cadrage"]);
    assert_eq!((check.status.code(), text(&check.stdout).as_str()), (Some(1), "a.cadrage\n"), "{}", text(&check.stderr));
    assert!(std::fs::read_to_string(&loose).expect("a").starts_with("HYPOTHESE"));
    let done = cadrage(folder.path(), &["formater"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("`./b.cadrage` n'est pas réécrit"), "{}", text(&done.stderr));
    assert_eq!(std::fs::read_to_string(&loose).expect("a"), "hypothèse x en mois = 4\u{202F}mois   -- combien\n");
    assert_eq!(std::fs::read_to_string(&broken).expect("b"), "constante y en € = 59.07\n");
    let check = cadrage(folder.path(), &["formater", "--verifier", "a.cadrage"]);
    assert_eq!((check.status.code(), text(&check.stdout).as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_dir(folder.path()).expect("folder").count(), 2, "nothing is left beside");
}

/// A dossier of one script.
fn with_script(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("essai.cadrage"), text).expect("script");
    folder
}

#[test]
fn what_leaves_no_doubt_is_corrected_in_the_files() {
    let wrong = "-- à moi\r\nconstante x en € :\r\n  à compter du 1/7/2022 : 59.0734 € source \"x\"\r\nformule f en € par agent :\r\n  = MAX(x, 1 €)\r\n  arondi au centime\r\nfin\r\n";
    let folder = with_script(wrong);
    let other = "constante y en € = 5 € source \"y\"   -- mise en page  à   garder\n";
    std::fs::write(folder.path().join("intact.cadrage"), other).expect("script");
    let touched = |name: &str| std::fs::metadata(folder.path().join(name)).and_then(|m| m.modified()).expect("file");
    let before = touched("intact.cadrage");
    let done = cadrage(folder.path(), &["vérifier", "--corriger"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let said = text(&done.stderr);
    assert!(said.contains("essai.cadrage : 5 corrections"), "{said}");
    assert!(said.contains("[S02] `59.0734` devient `59,0734`") && said.contains("[S05] `fin` ajouté"), "{said}");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("essai.cadrage")).expect("script"),
        "-- à moi\r\nconstante x en € :\r\n  à compter du 01/07/2022 : 59,0734 € source \"x\"\r\nfin\r\nformule f en € par agent :\r\n  = MAX(x ; 1 €)\r\n  arrondi au centime\r\nfin\r\n"
    );
    assert_eq!(std::fs::read_to_string(folder.path().join("intact.cadrage")).expect("script"), other);
    assert_eq!(touched("intact.cadrage"), before);
    assert_eq!(std::fs::read_dir(folder.path()).expect("folder").flatten().filter(|e| e.path().is_file()).count(), 2);
    let again = cadrage(folder.path(), &["vérifier", "--corriger"]);
    assert!(text(&again.stderr).contains("rien à corriger sans hésitation"));
}

#[test]
fn a_doubt_is_left_to_its_author() {
    let doubtful = "constante x en € = 1.234 € source \"x\"\nconstante y en € = 12 00 € source \"y\"\n";
    let folder = with_script(doubtful);
    let done = cadrage(folder.path(), &["vérifier", "--corriger"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("`1,234` si le point est une décimale, `1 234` s'il sépare"), "{}", text(&done.stderr));
    assert_eq!(std::fs::read_to_string(folder.path().join("essai.cadrage")).expect("script"), doubtful);
}

#[test]
fn messages_as_json_have_their_place_and_their_correction() {
    let folder = with_script("constante é en € :\n  à compter du 01/07/2022 : 59.0734 € source \"x\"\nfin\n");
    let done = cadrage(folder.path(), &["vérifier", "--format", "json"]);
    assert_eq!(done.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json on stdout, nothing else");
    let message = &value["messages"][0];
    assert_eq!((&value["erreurs"], &message["code"], &message["gravite"]), (&1.into(), &"S02".into(), &"erreur".into()));
    assert_eq!((&message["fichier"], &message["ligne"], &message["colonne"]), (&"essai.cadrage".into(), &2.into(), &29.into()));
    assert_eq!(message["corrections"][0]["remplacement"], "59,0734");
    assert!(message["aide"].as_str().is_some_and(|a| a.contains("59,0734")) && message["message"].is_string());
    assert_eq!(text(&done.stderr), "");
}

#[test]
fn a_file_says_twenty_messages_and_how_many_more() {
    let lines: String = (0..27).map(|k| format!("constante c{k} en € = {k}.5 € source \"x\"\n")).collect();
    let done = cadrage(with_script(&lines).path(), &["vérifier"]);
    let said = text(&done.stderr);
    assert_eq!(said.matches("[S02]").count(), 20);
    assert!(said.contains("… et 7 autres messages dans essai.cadrage") && said.contains("27 erreurs"), "{said}");
    assert!(said.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns");
}

/// Commands of the manual: the verb exists, and each of its long options is in its help.
#[test]
fn every_command_of_the_manual_exists() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammar/manual");
    let (mut commands, mut helps) = (0, std::collections::BTreeMap::<String, String>::new());
    for entry in std::fs::read_dir(&manual).expect("manual").flatten() {
        let page = std::fs::read_to_string(entry.path()).expect("page");
        for line in page.lines().filter_map(|l| l.strip_prefix("$ cadrage ")) {
            commands += 1;
            let verb = line.split_whitespace().find(|w| !w.starts_with('-')).expect("verb");
            let help = helps.entry(verb.to_owned()).or_insert_with(|| {
                let done = cadrage(Path::new("."), &[verb, "--help"]);
                assert_eq!(done.status.code(), Some(0), "{line}: {}", text(&done.stderr));
                text(&done.stdout)
            });
            for option in line.split_whitespace().filter(|w| w.starts_with("--")) {
                assert!(help.contains(option), "{line}: `{option}` is not an option of `{verb}`\n{help}");
            }
        }
    }
    assert!(commands > 8, "{commands}");
    let done = cadrage(Path::new("."), &["aide", "manuel"]);
    assert!(text(&done.stdout).starts_with("# Le manuel de Cadrage"));
}
