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
    for (name, level) in [
        ("suivi_éléments", "rubrique"),
        ("suivi_éléments", "famille"),
        ("suivi_comptes", "compte"),
        ("suivi_comptable", "compte"),
        ("suivi_comptable", "classe"),
    ] {
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

/// `coût_moyen` of the example is declared by composante: over a period too, it is the quotient of both sums, not « – ».
#[test]
fn a_quotient_at_its_own_level_is_that_of_the_period() {
    let folder = demo();
    let all = cells(folder.path(), "suivi_par_composante", "atterrissage_2026");
    let of = |code: &str, measure: &str| -> Option<i128> {
        let kept = all.iter().find(|(k, _)| k[0] == "composante" && k[1] == code && k[4] == "cumul 2026" && k[6] == measure);
        kept.and_then(|(_, x)| *x)
    };
    let codes: std::collections::BTreeSet<&str> = all.iter().filter(|(k, _)| k[0] == "composante").map(|(k, _)| k[1].as_str()).collect();
    assert!(codes.len() > 5);
    for code in codes {
        let (Some(pay), Some(jobs), Some(cost)) = (of(code, "masse_salariale"), of(code, "etpt"), of(code, "coût_moyen")) else {
            panic!("{code} lacks a figure")
        };
        // Cells are written to the millionth: 71 017,917463 €/ETPT for a hundred ETPT.
        assert!((cost * jobs - pay * 1_000_000).abs() < 200_000 * 1_000_000, "{code}: {pay} / {jobs} is not {cost}");
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

/// DPGECP I: each category of jobs goes from one month to the next by its own movements, and together they are the institution.
fn categories_of_jobs_make_the_whole(movements: &[([String; 7], Option<i128>)]) {
    let etp = |level: &str, code: &str, period: &str| -> i128 {
        let kept = |k: &[String; 7]| k[0] == level && (code.is_empty() || k[1] == code || k[1].starts_with(&format!("{code}/")));
        movements.iter().filter(|(k, _)| k[6] == "etp" && k[4] == period && kept(k)).filter_map(|(_, x)| *x).sum()
    };
    let groups: std::collections::BTreeSet<&str> = movements.iter().filter(|(k, _)| k[0] == "groupe").map(|(k, _)| k[1].as_str()).collect();
    assert!(groups.contains("ENSEIGNANTS") && groups.contains("BIATSS"), "{groups:?}");
    let months = ["01/2026", "02/2026", "03/2026", "04/2026", "05/2026", "06/2026", "07/2026", "08/2026", "09/2026"];
    for pair in months.windows(2) {
        let [before, month] = pair else { continue };
        for group in &groups {
            // Cells are written to the millionth: fifths and sevenths of a job are rounded.
            let moved = etp("groupe", group, month) - etp("groupe", group, before);
            assert!((moved - etp("mouvement", group, month)).abs() < 100, "{group} {month}: {moved}");
        }
        assert!((etp("groupe", "", month) - etp("établissement", "", month)).abs() < 100, "{month}");
    }
    let counted = |code: &str| -> i128 {
        let kept = |k: &[String; 7]| k[0] == "mouvement" && k[4] == "total" && k[6] == "nombre" && k[1].rsplit('/').next() == Some(code);
        movements.iter().filter(|(k, _)| kept(k)).filter_map(|(_, x)| *x).sum()
    };
    // Those of the whole and those of its categories: twice each.
    let whole = |code: &str| movements.iter().find(|(k, _)| k[1] == code && k[4] == "total" && k[6] == "nombre").and_then(|(_, x)| *x);
    assert_eq!(Some(counted("SORTIE")), whole("SORTIE").map(|n| 2 * n));
    assert_eq!(counted("ARRIVEE"), counted("DEPART"));
}

#[test]
fn reports_of_analyses_say_what_their_verbs_say() {
    let folder = demo();
    let of = |name: &str| cells(folder.path(), name, "atterrissage_2026");
    let verb = |arguments: &[&str]| -> serde_json::Value {
        let done = cadrage(folder.path(), &[&["-C", "valmont"], arguments, &["--format", "json"]].concat());
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("json")
    };
    let one = |cells: &[([String; 7], Option<i128>)], code: &str, measure: &str| -> Option<i128> {
        cells.iter().find(|(k, _)| k[1] == code && k[6] == measure).and_then(|(_, x)| *x)
    };
    // Entries and exits by motive: each month adds up to the year, motives to their kind.
    let movements = of("dpgecp_1_mouvements");
    let told = verb(&["mouvements", "--au", "09/2026"]);
    let kinds = told["types"].as_array().expect("types");
    for kind in ["ENTREE", "SORTIE"] {
        let count = kinds.iter().find(|k| k["type"] == kind).expect("kind")["constates"].as_i64().expect("count");
        let own = |period: &dyn Fn(&str) -> bool, level: &str| -> i128 {
            movements
                .iter()
                .filter(|(k, _)| k[6] == "nombre" && period(&k[4]) && k[0] == level && (level == "motif" || k[1] == kind))
                .filter_map(|(_, x)| *x)
                .sum()
        };
        let total = own(&|p| p == "total", "mouvement");
        assert_eq!(total, i128::from(count) * 1_000_000, "{kind}");
        assert_eq!(own(&|p| p != "total", "mouvement"), total, "{kind}: month by month");
    }
    assert!(movements.iter().any(|(k, _)| k[0] == "motif" && k[1] == "RETRAITE"), "exits by motive");
    categories_of_jobs_make_the_whole(&movements);
    // Effects: with the residual, from one total to the other.
    let effects = of("dpgecp_3_effets");
    let ends: Vec<i128> = effects.iter().filter(|(k, _)| k[0] == "total").filter_map(|(_, x)| *x).collect();
    let [start, end] = ends.as_slice() else { panic!("{ends:?}") };
    let sum: i128 = effects.iter().filter(|(k, _)| k[0] == "effet").filter_map(|(_, x)| *x).sum();
    // Cells are written to the millionth: each effect may lose half of one.
    assert!((end - start - sum).abs() < 50 && *end == i128::from(LANDING) * 10_000, "{start} {end} {sum}");
    // GVT, EAP, schéma d'emplois, mean costs: a figure of each is the verb's.
    let gvt = verb(&["gvt", "atterrissage_2026"]);
    let figure = |value: &serde_json::Value, keys: &[(&str, &str)]| -> cadrage_value::Exact {
        let list = value["cellules"].as_array().expect("cells");
        let found = list.iter().find(|c| keys.iter().all(|(key, x)| c[*key] == *x)).unwrap_or_else(|| panic!("{keys:?}"));
        found["valeur"].as_str().expect("value").parse().expect("fraction")
    };
    let millionths = |x: &cadrage_value::Exact| -> i128 { x.to_plain(6).replace('.', "").parse().expect("a decimal") };
    let mean = figure(&gvt, &[("population", "TITULAIRES"), ("indicateur", "inm_moyen_n")]);
    assert_eq!(one(&of("fiche_gvt"), "inm_moyen", "2026"), Some(millionths(&mean)));
    let eap = verb(&["eap", "atterrissage_2026"]);
    let exits = figure(&eap, &[("exercice_origine", "2025"), ("ligne", "sorties"), ("indicateur", "eap")]);
    assert_eq!(one(&of("extensions_en_année_pleine"), "sorties", "reste sur 2026"), Some(millionths(&exits)));
    let plan = verb(&["schéma-emplois", "atterrissage_2026"]);
    let jobs = figure(&plan, &[("niveau", "etablissement"), ("indicateur", "etpt_n")]);
    assert_eq!(one(&of("dpgecp_1_schéma"), "", "etpt 2026"), Some(millionths(&jobs)));
    let costs = of("coûts_moyens_par_échelon");
    assert!(costs.iter().any(|(k, x)| k[0] == "échelon" && x.is_some()) && costs.iter().any(|(k, x)| k[6] == "coût moyen" && x.is_none()));
    // Quality: codes make the whole, months too.
    let quality = of("qualité_des_données");
    let sum = |keep: &dyn Fn(&[String; 7]) -> bool| -> i128 {
        quality.iter().filter(|(k, _)| k[6] == "nombre" && keep(k)).filter_map(|(_, x)| *x).sum()
    };
    let whole = sum(&|k| k[0] == "établissement" && k[4] == "total");
    assert!(whole > 0);
    assert_eq!(sum(&|k| k[0] == "code" && k[4] == "total"), whole);
    assert_eq!(sum(&|k| k[0] == "établissement" && k[4] != "total"), whole);
    // They are drawn and written as others are.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/40-restitutions/restitutions.cadrage");
    for (name, file) in [("fiche_gvt", "gvt.html"), ("dpgecp_3_effets", "effets.xlsx")] {
        let done = cadrage(folder.path(), &["-C", "valmont", "restituer", name, "--avec", script, "--sortie", file]);
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    }
    let page = std::fs::read_to_string(folder.path().join("gvt.html")).expect("page");
    assert!(page.contains("<svg") && page.contains("GVT par les deux méthodes"), "{page}");
}

#[test]
fn sixty_members_are_read_side_by_side_and_no_more() {
    let folder = demo();
    let list = folder.path().join("valmont/referentiels/structure.csv");
    let known = std::fs::read_to_string(&list).expect("structures");
    let composantes = known.lines().filter(|l| l.contains(";COMPOSANTE;")).count();
    let script = folder.path().join("valmont/essai.cadrage");
    let check = |rows: &str, columns: &str, members: usize| {
        let more: String = (composantes..members).map(|k| format!("C{k:03};Composante {k};COMPOSANTE;VALMONT;2;2020-01-01;\n")).collect();
        std::fs::write(&list, format!("{known}{more}")).expect("structures");
        let text_of = format!(
            "utiliser socle.masse_salariale version \"2026.1\"\nrestitution essai :\n  lignes {rows}\n  colonnes {columns}\n  mesures masse_salariale\nfin\n"
        );
        std::fs::write(&script, text_of).expect("script");
        let done = cadrage(folder.path(), &["-C", "valmont", "vérifier"]);
        (done.status.code(), text(&done.stderr).split_whitespace().collect::<Vec<_>>().join(" "))
    };
    for (rows, columns) in [("famille", "composante ; exercice"), ("composante jusqu'à agent", "exercice")] {
        let (code, said) = check(rows, columns, 60);
        assert_eq!(code, Some(0), "{said}");
        let (code, said) = check(rows, columns, 61);
        assert_eq!(code, Some(1), "{rows}");
        assert!(said.contains("[G02]") && said.contains("il a 61"), "{said}");
    }
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
