//! `cadrage chercher` and `cadrage balayer` as a person types them.

use super::{cadrage, demo, text};

#[test]
fn a_goal_is_looked_for_and_its_sentence_printed() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "chercher"][..], arguments].concat());
    let none = run(&[]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("aucun `chercher` dans ce dossier"), "{}", text(&none.stderr));

    let phrase = "valeur_du_point dans atterrissage_2026 tel que masse_salariale sur 2026 = 1 €";
    let done = run(&[phrase, "--entre", "58", "--et", "60"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let shown = text(&done.stdout);
    assert!(shown.starts_with(phrase) && shown.contains("aucune valeur entre ces bornes"), "{shown}");
    assert!(shown.contains("de 58 €/point/an à 60 €/point/an, par pas de 0,0001"), "{shown}");
    let json = run(&[phrase, "--entre", "58", "--et", "60", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("json");
    let lowest = json["plus_bas"]["mesure"].as_str().expect("measure").to_owned();
    assert_eq!(json["reponses"].as_array().map(Vec::len), Some(0));

    // The lowest figure as the goal of a script: the bound reaches it.
    let script = format!(
        "utiliser valmont version \"2026.3\"\nchercher valeur_du_point dans atterrissage_2026 tel que masse_salariale sur 2026 = {} €\n",
        lowest.replace('.', ",")
    );
    std::fs::write(folder.path().join("valmont/but.cadrage"), script).expect("script");
    let done = run(&["--entre", "58", "--et", "60"]);
    let shown = text(&done.stdout);
    let unwrapped = shown.replace("\n    ", " ");
    let sentence = "écrivez : modifier valeur_du_point à compter du 01/10/2026 = 58 €/point/an";
    assert!(unwrapped.contains(sentence), "{shown}{}", text(&done.stderr));
    assert!(shown.lines().all(|l| l.chars().count() <= 80 || l.starts_with("valeur_du_point")), "{shown}");
    let csv = text(&run(&["--entre", "58", "--et", "60", "--format", "csv"]).stdout);
    assert!(csv.starts_with("question;reponse;valeur;mesure;ecart\n") && csv.contains(";exacte;58 €/point/an;"), "{csv}");

    let wrong = run(&["valeur_du_pint dans atterrissage_2026 tel que masse_salariale sur 2026 = 1 €"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("valeur_du_point"), "{}", text(&wrong.stderr));
    let wrong = run(&[phrase, "--entre", "60", "--et", "58"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("écrivez de 58"), "{}", text(&wrong.stderr));
}

#[test]
fn values_are_swept_in_every_form() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "balayer"][..], arguments].concat());
    assert_eq!(run(&[]).status.code(), Some(2));
    let one = "valeur_du_point dans atterrissage_2026 majorer de 0 % à 2 % pas 1 %";
    let done = run(&[one]);
    let shown = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(shown.contains("valeur_du_point majorer de") && shown.contains(&"█".repeat(20)), "{shown}");
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "{shown}");

    let json: serde_json::Value = serde_json::from_slice(&run(&[one, "--format", "json"]).stdout).expect("json");
    assert_eq!(json["essais"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["essais"][0]["masse_salariale"], json["en_vigueur"]["masse_salariale"]);
    let csv = text(&run(&[one, "--format", "csv"]).stdout);
    assert_eq!(csv.lines().filter(|l| l.contains(";masse_salariale;")).count(), 3, "{csv}");

    let crossed = format!("{one} ; taux_pension_civile dans atterrissage_2026 de 78,28 % à 80,28 % pas 1 %");
    let shown = text(&run(&[&crossed]).stdout);
    assert!(shown.contains("80,28 %") && shown.contains('█') && shown.contains('·'), "{shown}");
    for (name, start) in [("b.html", "<!DOCTYPE html"), ("b.xlsx", "PK"), ("b.csv", "")] {
        let done = run(&[&crossed, "--sortie", name]);
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        let bytes = std::fs::read(folder.path().join(name)).expect("file");
        assert!(text(&bytes[..20]).to_lowercase().starts_with(&start.to_lowercase()), "{name}: {}", text(&bytes[..20]));
    }
    assert!(std::fs::read_to_string(folder.path().join("b.html")).expect("page").contains("<svg"));
    let wrong = run(&[&format!("{one} ; {one}")]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("croisez deux valeurs différentes"), "{}", text(&wrong.stderr));
}

const POST: &str = "grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT";

/// What-ifs 24 and 7 of the domain, each one sentence.
#[test]
fn numbers_and_dates_of_movements_are_looked_for() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
    let jobs =
        format!("recruter ? agents {POST} à compter du 01/01/2027 dans budget_2027 tel que etpt pour plafond ÉTAT sur 2027 = 110 ETPT");
    let done = run(&["chercher", &jobs, "--format", "json"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let json: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    assert_eq!(json["reponses"][0]["genre"], "encadree", "{json:#}");
    let phrase = json["reponses"][0]["a"]["phrases"][0].as_str().expect("sentence");
    assert!(
        phrase.starts_with("recruter ")
            && phrase.ends_with("agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027"),
        "{phrase}"
    );

    let posts = "faire partir 2 agents pour catégorie C au 31/12/2026 choisis par âge décroissant \
                 puis recruter ? agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 \
                 dans budget_2027 entre 0 et 5 tel que masse_salariale sur 2027 inchangée";
    let done = run(&["chercher", posts]);
    let shown = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(shown.contains("les deux voisines") && shown.contains("écrivez, en plus des phrases de `budget_2027` :"), "{shown}");
    assert!(shown.contains("\n    faire partir 2 agents pour catégorie C"), "{shown}");
    assert!(shown.replace("\n    ", " ").contains("ce que donne `budget_2027`"), "{shown}");

    let when = format!("recruter 3 agents {POST} à compter du ? dans budget_2027 tel que masse_salariale sur 2027 = 1 €");
    let done = run(&["chercher", &when, "--entre", "01/2027", "--et", "04/2027", "--format", "csv"]);
    let csv = text(&done.stdout);
    assert!(csv.contains(";aucune, au plus bas;01/04/2027;"), "{csv}{}", text(&done.stderr));
    let wrong = run(&["chercher", &when, "--pas", "1 an"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("écrivez `1 mois`, ou `1 jour`"), "{}", text(&wrong.stderr));

    let crossed = format!(
        "recruter ? agents {POST} à compter du 01/01/2027 dans budget_2027 de 0 à 2 pas 1 ; valeur_du_point dans budget_2027 majorer de 0 % à 1 % pas 1 % \
         sur masse_salariale ; masse_salariale / etpt"
    );
    let done = run(&["balayer", &crossed]);
    let shown = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let figures: String = shown.lines().skip(1).map(|l| format!("{l}\n")).collect();
    assert!(figures.contains("masse_salariale (k€)") && figures.contains("masse_salariale / etpt (€/ETPT)"), "{shown}");
    assert!(figures.lines().all(|l| l.chars().count() <= 80), "{shown}");
}

/// Ctrl-C, to a real process: what is done is shown and written, and said to be a part.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_keeps_what_is_done() {
    let folder = demo();
    let sweep = format!("recruter ? agents {POST} à compter du 01/01/2027 dans budget_2027 de 0 à 900 pas 1");
    let (code, shown) = interrupted(folder.path(), &["balayer", &sweep, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&shown).unwrap_or_else(|e| panic!("{e}: {shown}"));
    let done = json["essais"].as_array().map_or(0, Vec::len);
    assert_eq!(code, Some(130));
    assert!(json["complet"] == false && done < 901, "{done}");
    assert!(json["notes"].to_string().contains(&format!("balayage interrompu : {done} valeurs sur 901")), "{}", json["notes"]);

    let (code, shown) = interrupted(folder.path(), &["balayer", &sweep, "--sortie", "part.csv"]);
    assert_eq!(code, Some(130), "{shown}");
    let csv = std::fs::read_to_string(folder.path().join("part.csv")).expect("file");
    assert!(csv.contains("masse_salariale") && csv.lines().count() < 901, "{csv}");

    let seek =
        format!("recruter ? agents {POST} à compter du 01/01/2027 dans budget_2027 entre 0 et 2000 tel que etpt sur 2027 = 777 ETPT");
    let (code, shown) = interrupted(folder.path(), &["chercher", &seek]);
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.contains("recherche interrompue : ") && shown.contains("ce qu'on en sait"), "{shown}");
}

/// Runs the program, sends it an interrupt once it listens to it and has begun; its exit code and what it wrote.
#[cfg(target_os = "linux")]
fn interrupted(folder: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String) {
    use std::time::Duration;
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_cadrage"));
    program.current_dir(folder).args(["-C", "valmont"]).args(arguments);
    let child = program.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().expect("program");
    let pid = child.id();
    let listens = || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|l| l.strip_prefix("SigCgt:")).and_then(|m| u64::from_str_radix(m.trim(), 16).ok());
        mask.is_some_and(|m| m & 2 != 0)
    };
    for _ in 0..1200 {
        if listens() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(listens(), "the program never listens to interrupts");
    std::thread::sleep(Duration::from_millis(500));
    let sent = std::process::Command::new("sh").args(["-c", &format!("kill -INT {pid}")]).status().expect("sh");
    assert!(sent.success());
    let done = child.wait_with_output().expect("output");
    (done.status.code(), text(&done.stdout))
}
