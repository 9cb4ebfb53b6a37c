//! `cadrage mouvements`.

use super::{cadrage, demo, is_kept, text};

#[test]
fn movements_are_counted_and_set_beside_what_was_announced() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "mouvements"][..], arguments].concat());
    let done = run(&[]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let shown = text(&done.stdout);
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns\n{shown}");
    is_kept(&shown, "mouvements.txt");
    let exits = run(&["--détail", "sorties", "--au-plus", "2"]);
    let listed = text(&exits.stdout);
    assert!(
        listed.starts_with("sorties : ") && listed.contains("`--au-plus ") && listed.lines().all(|l| l.chars().count() <= 80),
        "{listed}"
    );
    // The list of a program has them all.
    let json: serde_json::Value = serde_json::from_slice(&run(&["--format", "json"]).stdout).expect("json on stdout, nothing else");
    let counted: u64 = json["types"].as_array().expect("types").iter().filter_map(|t| t["constates"].as_u64()).sum();
    let seen = json["mouvements"].as_array().expect("list").iter().filter(|m| m["annonce"] != "non_constate").count();
    assert_eq!(u64::try_from(seen).ok(), Some(counted));
    assert!(json["mouvements"].as_array().is_some_and(|list| list.iter().all(|m| m.get("nom").is_none())));
}

#[test]
fn months_and_types_that_are_not_there_are_refused_in_words() {
    let folder = demo();
    let said = |arguments: &[&str]| {
        let done = cadrage(folder.path(), &[&["-C", "valmont", "mouvements"][..], arguments].concat());
        assert_eq!(done.status.code(), Some(2), "{}", text(&done.stdout));
        text(&done.stderr)
    };
    assert!(said(&["--du", "12/2020"]).contains("12/2020 n'est pas chargé"));
    assert!(said(&["--du", "09/2026", "--au", "01/2026"]).contains("doit précéder"));
    assert!(said(&["--du", "hier"]).contains("`hier` n'est pas un mois"));
    assert!(said(&["--détail", "mariages"]).contains("types : entree, sortie"));
}
