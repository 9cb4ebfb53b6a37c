//! `cadrage rapprocher`.

use super::{cadrage, demo, is_kept, text};

#[test]
fn what_was_paid_is_set_against_the_rules() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "rapprocher"][..], arguments].concat());
    let done = run(&[]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let shown = text(&done.stdout);
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "wider than 80 columns\n{shown}");
    assert!(shown.starts_with("atterrissage_2026 — payé et recalculé, mois de droit de 01/2025 à 09/2026\n"), "{shown}");
    is_kept(&shown, "rapprocher.txt");
    // The same figures for programs, and all the money.
    let json: serde_json::Value = serde_json::from_slice(&run(&["--format", "json"]).stdout).expect("json on stdout, nothing else");
    let cents = |v: &serde_json::Value| -> i64 { v.as_str().expect("amount").replace('.', "").parse().expect("cents") };
    let totals = &json["totaux"];
    let parts = ["recalcule", "ecart_date", "ecart_donnee", "ecart_inexplique", "sans_regle"];
    assert_eq!(parts.iter().map(|p| cents(&totals[*p])).sum::<i64>(), cents(&totals["paye"]));
    assert!(cents(&totals["paye"]) > 0);
    assert!(json["rubriques"].as_array().is_some_and(|r| r.iter().all(|r| r["inexplique"] == 0)), "{json}");
    let engines = run(&["--moteur", "compilé"]);
    assert_eq!(text(&engines.stdout), shown);
}

#[test]
fn gaps_are_listed_the_greatest_first() {
    let folder = demo();
    let run = |arguments: &[&str]| cadrage(folder.path(), &[&["-C", "valmont", "rapprocher"][..], arguments].concat());
    let json: serde_json::Value = serde_json::from_slice(&run(&["--détail", "101000", "--format", "json"]).stdout).expect("json");
    let gaps = json["ecarts"].as_array().expect("gaps");
    assert!(!gaps.is_empty() && gaps.len() <= 20, "{json}");
    let size =
        |g: &serde_json::Value| -> i64 { g["ecart"].as_str().expect("amount").replace('.', "").parse::<i64>().expect("cents").abs() };
    assert!(gaps.windows(2).all(|w| size(&w[0]) >= size(&w[1])), "{json}");
    assert!(gaps.iter().all(|g| g["precision"].as_str().is_some_and(|p| !p.is_empty())), "{json}");
    let one = text(&run(&["--detail", "101000", "--au-plus", "1"]).stdout);
    assert!(one.lines().all(|l| l.chars().count() <= 80) && one.contains("autres ; `--au-plus"), "{one}");
    let csv = text(&run(&["--détail", "101000", "--format", "csv"]).stdout);
    assert!(csv.starts_with("matricule;mois;paye;recalcule;ecart;cause;precision\nVAL"), "{csv}");
    for (wrong, code, said) in [
        (&["--détail", "999999"][..], 2, "n'est pas comparée ; rubriques : 101000"),
        (&["--du", "septembre"], 2, "n'est pas un mois ; écrivez `--du 09/2026`"),
        (&["--au", "10/2026"], 1, "10/2026 n'est pas un mois constaté"),
        (&["--du", "03/2026", "--au", "01/2026"], 1, "03/2026 vient après 01/2026"),
        (&["budget_2072"], 1, "inconnu"),
    ] {
        let done = run(wrong);
        assert_eq!(done.status.code(), Some(code), "{wrong:?} {}", text(&done.stderr));
        assert!(text(&done.stderr).contains(said), "{wrong:?} {}", text(&done.stderr));
    }
}
