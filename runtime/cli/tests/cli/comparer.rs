//! `cadrage comparer`: effects on a terminal, for programs, by member and by agent; what scripts declare.

use super::{cadrage, demo, is_kept, text};

#[test]
fn effects_are_shown_and_sum_in_every_form() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "comparer"][..], arguments].concat());
    let shown = text(&run(&["budget_2027_haut", "atterrissage_2026"]).stdout);
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns\n{shown}");
    is_kept(&shown, "comparer.txt");

    // The contract of cli.md: effects with the residual sum to the difference, to the cent.
    let json: serde_json::Value =
        serde_json::from_slice(&run(&["budget_2027", "atterrissage_2026", "--format", "json"]).stdout).expect("json");
    let cents = |v: &serde_json::Value| v.as_str().expect("amount").replace('.', "").parse::<i64>().expect("cents");
    let sum: i64 = json["effets"].as_array().expect("list").iter().map(|e| cents(&e["montant"])).sum();
    assert_eq!(sum, cents(&json["ecart"]));
    assert_eq!(cents(&json["arrivee"]) - cents(&json["depart"]), sum);
    assert_eq!((json["de"].as_str(), json["a"].as_str()), (Some("atterrissage_2026"), Some("budget_2027")));

    let by = text(&run(&["atterrissage_2026", "--par", "plafond"]).stdout);
    assert!(by.contains("plafond ETAT") && by.contains("Changements d'affectation"), "{by}");
    let csv = text(&run(&["atterrissage_2026", "--format", "csv"]).stdout);
    assert!(csv.starts_with("rang;etape;effet;libelle;declaration;membre;montant\n") && csv.contains("entrees_eap;"), "{csv}");
    // The page draws the waterfall; the workbook opens; an unknown form is refused before anything is computed.
    let done = run(&["atterrissage_2026", "--par", "composante", "--sortie", "ecart.html"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let page = std::fs::read_to_string(folder.path().join("ecart.html")).expect("page");
    assert!(page.contains("<svg") && page.contains("Décalage des rappels") && page.contains("Changements d&#39;affectation"), "{page}");
    assert_eq!(run(&["atterrissage_2026", "--sortie", "ecart.xlsx"]).status.code(), Some(0));
    assert!(std::fs::read(folder.path().join("ecart.xlsx")).expect("workbook").starts_with(b"PK"));
    assert_eq!(run(&["atterrissage_2026", "--sortie", "ecart.doc"]).status.code(), Some(2));
    let who = text(&run(&["atterrissage_2026", "--détail", "entrees_n", "--au-plus", "3"]).stdout);
    assert!(who.starts_with("Entrées : ") && who.contains("… et "), "{who}");
}

#[test]
fn another_measure_is_asked_on_the_command_line() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "comparer"][..], arguments].concat());
    let shown = text(&run(&["budget_2027_haut", "atterrissage_2026", "--sur", "etpt"]).stdout);
    is_kept(&shown, "comparer-etpt.txt");
    let by = text(&run(&["budget_2027_haut", "budget_2027", "--sur", "etpt", "--par", "composante", "--exercice", "2027"]).stdout);
    assert!(by.contains("etpt, en ETPT") && by.contains("composante SCIENCES") && by.contains(" 1,0000"), "{by}");
    // Alone, a scenario is compared with itself an exercice before; the masse salariale is what it is without the option.
    let alone = text(&run(&["budget_2027_haut", "--sur", "etpt"]).stdout);
    assert!(alone.starts_with("budget_2027_haut (2027) comparé à budget_2027_haut (2026)"), "{alone}");
    let same = |more: &[&str]| text(&run(&[&["budget_2027_haut", "budget_2027"], more].concat()).stdout);
    assert_eq!(same(&["--sur", "masse_salariale"]), same(&[]));
    // What cannot be compared is said of the words of the command line.
    let wrong = run(&["budget_2027_haut", "budget_2027", "--sur", "etptt"]);
    assert_eq!(wrong.status.code(), Some(1));
    let said = text(&wrong.stderr);
    assert!(said.contains("ligne de commande") && said.contains("etpt"), "{said}");
    let none = run(&["--sur", "etpt"]);
    assert_eq!(none.status.code(), Some(2), "{}", text(&none.stderr));
}

#[test]
fn comparisons_of_scripts_run_and_mistakes_are_told() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "comparer"][..], arguments].concat());
    let none = run(&[]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("aucun `comparer` dans ce dossier"), "{}", text(&none.stderr));
    let script = "utiliser valmont version \"2026.3\"\n\
                  comparer budget_2027_haut avec budget_2027 sur masse_salariale décomposé en point ; effectifs\n";
    std::fs::write(folder.path().join("valmont/ecarts.cadrage"), script).expect("script");
    let shown = text(&run(&[]).stdout);
    assert!(shown.contains("  1  point") && shown.contains("  2  effectifs"), "{shown}");
    // Another measure, in its own unit.
    let jobs = script.replace("masse_salariale décomposé en point ; effectifs", "etpt par composante");
    std::fs::write(folder.path().join("valmont/ecarts.cadrage"), jobs).expect("script");
    let shown = text(&run(&[]).stdout);
    assert!(shown.contains("etpt, en ETPT") && shown.contains("composante SCIENCES") && shown.contains(" 1,0000"), "{shown}");
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns\n{shown}");
    let json: serde_json::Value = serde_json::from_slice(&run(&["--format", "json"]).stdout).expect("json");
    assert_eq!((json[0]["mesure"].as_str(), json[0]["unite"].as_str()), (Some("etpt"), Some("ETPT")));
    // Whose an effect is: the three recruits, a third of an ETPT each.
    let who = text(&run(&["--détail", "1"]).stdout);
    assert!(who.contains("M001/1") && who.contains("0,3333"), "{who}");
    let pay = text(&run(&["budget_2027_haut", "budget_2027", "--détail", "2", "--au-plus", "2"]).stdout);
    assert!(pay.contains("déclaré dans et_si.cadrage:") && pay.contains("… et "), "{pay}");
    std::fs::remove_file(folder.path().join("valmont/ecarts.cadrage")).expect("script");
    let level = run(&["atterrissage_2026", "--par", "rubrique"]);
    assert_eq!(level.status.code(), Some(1));
    assert!(text(&level.stderr).contains("niveaux : composante"), "{}", text(&level.stderr));
    let effect = run(&["atterrissage_2026", "--détail", "entrée"]);
    assert_eq!(effect.status.code(), Some(2));
    assert!(text(&effect.stderr).contains("effets : "), "{}", text(&effect.stderr));
}
