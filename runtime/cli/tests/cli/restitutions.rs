//! The ready-made reports of the library, on the example, and reports that go down to one agent.

use super::{cadrage, demo, text};

/// The landing of the example, as `calculer` gives it.
const LANDING: i64 = 946_146_069;

/// A report as cells: level, code, label, scenario, period, member, measure, value in millionths.
fn cells(folder: &std::path::Path, name: &str, scenario: &str) -> Vec<([String; 7], Option<i128>)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/40-restitutions/restitutions.cadrage");
    let arguments = ["-C", "valmont", "restituer", name, "--scénario", scenario, "--avec", script, "--format", "json"];
    let done = cadrage(folder, &arguments);
    assert_eq!(done.status.code(), Some(0), "{name}: {}", text(&done.stderr));
    let value: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    let list = value["cellules"].as_array().expect("cells");
    list.iter()
        .map(|c| {
            let of = |key: &str| c[key].as_str().unwrap_or_default().to_owned();
            let keys = [of("niveau"), of("code"), of("libelle"), of("scenario"), of("periode"), of("membre"), of("mesure")];
            (keys, c["valeur"].as_str().map(|x| x.replace('.', "").parse().expect("a decimal")))
        })
        .collect()
}

/// The sum of the cells kept, in cents.
fn cents(cells: &[([String; 7], Option<i128>)], keep: impl Fn(&[String; 7]) -> bool) -> i64 {
    let sum: i128 = cells.iter().filter(|(keys, _)| keep(keys)).filter_map(|(_, x)| *x).sum();
    assert_eq!(sum % 10_000, 0, "no part of a cent");
    i64::try_from(sum / 10_000).expect("cents")
}

#[test]
fn every_report_of_the_library_is_computed_and_its_axes_say_the_same_total() {
    let folder = demo();
    let of = |name: &str| cells(folder.path(), name, "atterrissage_2026");
    let mass = |k: &[String; 7]| k[6] == "masse_salariale";
    let year = |k: &[String; 7]| k[4] == "2026" || k[4] == "cumul 2026";
    for name in ["dpgecp_2_dépenses", "budget_autorisations", "scénarios_côte_à_côte", "suivi_structures", "suivi_populations"] {
        let cells = of(name);
        assert_eq!(cents(&cells, |k| k[0] == "établissement" && mass(k) && year(k)), LANDING, "{name}");
    }
    let families = of("dpgecp_2_dépenses");
    assert_eq!(cents(&families, |k| year(k) && ["rémunérations", "cotisations", "prestations"].contains(&k[6].as_str())), LANDING);
    // Rubrique × nature, account × composante: columns add up to the whole, rows too.
    for (name, level) in [("suivi_éléments", "rubrique"), ("suivi_éléments", "famille"), ("suivi_comptes", "compte")] {
        let cells = of(name);
        assert_eq!(cents(&cells, |k| k[0] == "établissement"), LANDING, "{name}: the whole, over its columns");
        assert_eq!(cents(&cells, |k| k[0] == level), LANDING, "{name}: {level}");
    }
    for name in
        ["dpgecp_1_emplois", "dpgecp_1_plafonds", "dpgecp_3_facteurs", "budget_tableau_des_emplois", "suivi_imputations", "coûts_moyens"]
    {
        assert!(of(name).iter().any(|(_, x)| x.is_some_and(|x| x != 0)), "{name} shows something");
    }
}

#[test]
fn a_report_goes_from_the_top_to_one_agent() {
    let folder = demo();
    let all = cells(folder.path(), "suivi_agents", "atterrissage_2026");
    let mass = |k: &[String; 7]| k[6] == "masse_salariale";
    assert_eq!(cents(&all, |k| k[0] == "agent" && mass(k)), LANDING, "agents add up to the whole");
    // Each composante is what its agents have in it.
    let composantes: Vec<&str> = all.iter().filter(|(k, _)| k[0] == "composante" && mass(k)).map(|(k, _)| k[1].as_str()).collect();
    assert!(composantes.len() > 5);
    for code in composantes {
        let of = |level: &str| cents(&all, |k| k[0] == level && mass(k) && (k[1] == code || k[2].ends_with(&format!("({code})"))));
        assert_eq!(of("composante"), of("agent"), "{code}");
    }
    let droit = cells(folder.path(), "droit_par_agent", "atterrissage_2026");
    let total = cents(&droit, |k| k[0] == "établissement" && mass(k));
    assert_eq!(total, cents(&all, |k| k[1] == "DROIT" && mass(k)));
    assert_eq!(total, cents(&droit, |k| k[0] == "agent" && mass(k)));
}

#[test]
fn reports_that_cannot_be_read_are_refused_where_they_are_written() {
    let folder = demo();
    let script = folder.path().join("valmont").join("essai.cadrage");
    let refused = |rows: &str, columns: &str, said: &str| {
        let text_of = format!(
            "utiliser socle.masse_salariale version \"2026.1\"\nrestitution essai :\n  lignes {rows}\n  colonnes {columns}\n  mesures masse_salariale\nfin\n"
        );
        std::fs::write(&script, text_of).expect("script");
        let done = cadrage(folder.path(), &["-C", "valmont", "vérifier"]);
        assert_eq!(done.status.code(), Some(1), "{rows}");
        let shown = text(&done.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains("[G02]") && shown.contains(said) && shown.contains("essai.cadrage:"), "{shown}");
    };
    refused("échelon jusqu'à agent", "exercice", "le détail par agent ne se place pas sous");
    refused("composante", "grade", "`grade` ne se met pas en colonnes");
}

#[test]
fn envelopes_are_drawn_under_their_ceilings() {
    let folder = demo();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/30-et-si/26-reserve.cadrage");
    let run = |file: &str| cadrage(folder.path(), &["-C", "valmont", "contrôler", "--avec", script, "--sortie", file]);
    let page = run("plafonds.html");
    assert_eq!(page.status.code(), Some(0), "{}", text(&page.stderr));
    let html = std::fs::read_to_string(folder.path().join("plafonds.html")).expect("a page");
    assert!(html.contains("taux par membre et par mois") && html.contains("<svg") && html.contains("plafond"), "{html}");
    for file in ["plafonds.xlsx", "plafonds.parquet", "plafonds.csv", "plafonds.json"] {
        assert_eq!(run(file).status.code(), Some(0), "{file}");
        assert!(folder.path().join(file).is_file(), "{file}");
    }
}
