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
