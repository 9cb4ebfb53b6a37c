//! `cadrage contrôler`, and what `calculer` says of envelopes.

use super::{cadrage, demo, is_kept, text};

const SCRIPT: &str = "utiliser valmont version \"2026.3\"
enveloppe crédits sur masse_salariale \"Crédits\" :
  hors plafond HORS_PSOP
  par composante
  exercice 2026 : 9 300 000 €
  composante SCIENCES : 990 000 €
  composante DROIT : 600 000 €
  contrôle cumulé
  alerte à 98 %
fin
enveloppe interne sur etpt :
  pour plafond INTERNE et hors groupe VACATAIRES
  exercice 2026 : 13 ETPT
  contrôle mensuel
  blocage à BLOC %
fin
";

#[test]
fn envelopes_are_shown_and_a_breached_one_that_blocks_is_the_exit_code() {
    let folder = demo();
    let write =
        |block: &str| std::fs::write(folder.path().join("valmont/plafonds.cadrage"), SCRIPT.replace("BLOC", block)).expect("script");
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont"][..], arguments].concat());
    write("100");
    let done = run(&["contrôler", "atterrissage_2026"]);
    assert_eq!(done.status.code(), Some(3), "{}", text(&done.stderr));
    let shown = text(&done.stdout);
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns\n{shown}");
    is_kept(&shown, "controler.txt");
    let months = text(&run(&["contrôler", "atterrissage_2026", "--détail", "interne"]).stdout);
    assert!(months.contains("09/2026") && months.contains('█') && !months.contains("crédits"), "{months}");
    // The same envelopes, in the contract of `calculer`.
    let calculated = run(&["calculer", "atterrissage_2026", "--format", "json"]);
    assert_eq!(calculated.status.code(), Some(3));
    let json: serde_json::Value = serde_json::from_slice(&calculated.stdout).expect("json");
    let list = json["enveloppes"].as_array().expect("list");
    let own = list.iter().find(|e| e["nom"] == "interne").expect("interne");
    assert_eq!((own["etat"].as_str(), own["exercice"].as_i64(), own["plafond"].as_str()), (Some("blocage"), Some(2026), Some("13")));
    let brief = text(&run(&["calculer", "atterrissage_2026"]).stdout);
    assert!(brief.contains("enveloppes : ") && brief.contains("interne 2026 : BLOCAGE à 103,8 %"), "{brief}");
    // Nothing blocks: done.
    write("120");
    assert_eq!(run(&["contrôler", "atterrissage_2026"]).status.code(), Some(0));
    let csv = text(&run(&["contrôler", "atterrissage_2026", "--format", "csv"]).stdout);
    assert!(csv.starts_with("scenario;enveloppe;libelle;niveau;membre;exercice;unite;controle;plafond;"), "{csv}");
    let wrong = run(&["contrôler", "--détail", "crédit"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("enveloppes : crédits, interne"), "{}", text(&wrong.stderr));
}

#[test]
fn a_dossier_without_envelopes_is_told_how_to_write_one() {
    let folder = demo();
    let done = cadrage(folder.path(), &["-C", "valmont", "contrôler", "atterrissage_2026"]);
    assert_eq!(done.status.code(), Some(0));
    let told = text(&done.stderr);
    assert!(told.contains("aucune enveloppe") && text(&done.stdout).is_empty(), "{told}");
    // What it shows is right as it stands.
    let example: String = told.lines().skip_while(|l| !l.contains("aucune enveloppe")).skip(1).map(|l| format!("{l}\n")).collect();
    let script = format!("utiliser valmont version \"2026.3\"\n{example}");
    std::fs::write(folder.path().join("valmont/enveloppes.cadrage"), script).expect("script");
    let done = cadrage(folder.path(), &["-C", "valmont", "contrôler", "atterrissage_2026"]);
    assert!(text(&done.stdout).contains("plafond_état"), "{}", text(&done.stderr));
}
