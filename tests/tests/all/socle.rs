//! The library against the data it is made from, and against figures that others published.

use std::collections::BTreeMap;

use cadrage_driver::{Texts, compile};
use cadrage_session::{TableReport, Workspace};
use cadrage_value::{Date, Exact, Month};

use suite::flat::{Row, rows};

use super::support::{BACKEND, root, shared};

#[test]
fn forty_seven_published_figures_of_forty_nine_are_equal_and_two_are_truncated() {
    let folder = tempfile::tempdir().expect("folder");
    let source = root().join("tests/socle");
    std::fs::copy(source.join("exemples.cadrage"), folder.path().join("exemples.cadrage")).expect("script");
    let text = std::fs::read_to_string(source.join("exemples_calcul.csv")).expect("csv");
    let header = text.lines().next().expect("header");
    assert_eq!(text.lines().count(), 50);
    let mut kept = 0;
    for (file, quantity) in [("annuel.csv", ",traitement_annuel_brut,"), ("mensuel.csv", ",traitement_mensuel_brut,")] {
        let rows: Vec<&str> = text.lines().filter(|l| l.contains(quantity)).collect();
        kept += rows.len();
        std::fs::write(folder.path().join(file), format!("{header}\n{}\n", rows.join("\n"))).expect("cases");
    }
    assert_eq!(kept + 1, 49, "all figures but the ETPT, which the script has");
    let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let report = workspace.test(&compiled, &BACKEND).expect("tests");
    for verdict in &report.verdicts {
        assert!(verdict.failures.is_empty(), "{}", suite::render_all(&verdict.failures, &compiled.sources));
    }
    let tables: Vec<&TableReport> = report.verdicts.iter().filter_map(|v| v.table.as_ref()).collect();
    let [annual, monthly] = tables[..] else { panic!("{} tables", tables.len()) };
    assert_eq!((annual.rows, monthly.rows), (29, 19));
    let gaps = |t: &TableReport| t.measures[0].worst.iter().map(|w| (w.key.clone(), w.gap_shown.clone())).collect::<Vec<_>>();
    assert!(gaps(annual).iter().all(|(_, gap)| gap == "0"), "{:?}", gaps(annual));
    let worst = gaps(monthly);
    let mut truncated = worst[..2].to_vec();
    truncated.sort();
    assert_eq!(truncated, [("645".to_owned(), "0,01".to_owned()), ("678".to_owned(), "0,01".to_owned())]);
    assert!(worst[2..].iter().all(|(_, gap)| gap == "0"), "{worst:?}");
    println!("exemples_calcul : 47 valeurs égales sur 49, 2 tronquées dans leur source (IM 645 et 678)");
}

#[test]
fn the_grids_are_those_of_the_reference_data() {
    let Some(shared) = shared() else { return };
    let made = suite::socle_grids::modules(&shared.join("data/reference")).expect("modules");
    assert_eq!(made.len(), 6);
    for (file, text) in made {
        let kept = std::fs::read_to_string(root().join("stdlib/modules").join(&file)).expect("module");
        assert!(
            kept == text,
            "{file} is not what the data give: cargo run -p suite --example socle_grids -- ../shared/data/reference, then read the diff"
        );
    }
}

/// The indices of the certifiés and agrégés by date, kept by another source month after month, against the grids.
#[test]
fn the_grids_of_the_second_degree_agree_with_their_history() {
    let Some(shared) = shared() else { return };
    let compiled = compile(&Texts::default(), None);
    let history = rows(&shared.join("data/reference/grilles_prag_prce_im_historique.csv"), ',').expect("history");
    let grade = |corps: &str, grade: &str| match grade {
        "classe normale" => format!("{corps}_CN"),
        "hors classe" => format!("{corps}_HC"),
        _ => format!("{corps}_CE"),
    };
    let (mut same, mut apart) = (0, BTreeMap::new());
    for row in &history {
        let [corps, class, step, chevron, from, until, index] =
            ["corps", "grade", "echelon", "chevron", "date_debut", "date_fin", "indice_majore"].map(|column| &row[column]);
        let (from, until) = (Date::parse(from).expect("date"), Date::parse(until));
        let name = grade(corps, class);
        let grid = compiled.model.grids.iter().find(|g| g.name == name).expect("a grid");
        for version in &grid.versions {
            if version.from < from || until.is_some_and(|last| version.from > last) {
                continue;
            }
            // The history names a hors échelle step by its letter.
            let found = version.steps.iter().find(|s| {
                if step.starts_with("HE") { s.ib == *step && s.chevron == *chevron } else { s.echelon == *step && s.chevron.is_empty() }
            });
            let Some(found) = found else { continue };
            if found.inm.value() == index.parse().ok() {
                same += 1;
            } else {
                apart.insert((name.clone(), step.clone(), version.from), (found.inm, index.clone()));
            }
        }
    }
    println!("historique : {same} indices égaux");
    assert!(same > 80, "{same}");
    assert!(apart.is_empty(), "{apart:?}");
}

/// Every dated value made from a column of the reference, against it.
#[test]
fn the_values_are_those_of_the_reference_data() {
    let Some(shared) = shared() else { return };
    let compiled = compile(&Texts::default(), None);
    let data = shared.join("data/reference");
    let dated = |name: &str| -> BTreeMap<Date, Exact> {
        let p = compiled.model.parameters.iter().find(|p| p.name == name).unwrap_or_else(|| panic!("{name}"));
        let of = |d: &cadrage_ir::Dated| (d.from.expect("date"), d.value.checked_div(&p.written.1).expect("unit"));
        p.cases.iter().flat_map(|c| c.timeline.iter().map(of)).collect()
    };
    let number = |text: &str| text.replace('.', ",").parse::<Exact>().unwrap_or_else(|_| panic!("{text}"));
    let mut count = 0;
    let mut held = |name: &str, expected: BTreeMap<Date, Exact>| {
        assert_eq!(dated(name), expected, "{name}");
        count += expected.len();
    };
    let column = |file: &str, value: &str, keep: &dyn Fn(&Row) -> bool| -> BTreeMap<Date, Exact> {
        let rows = rows(&data.join(file), ',').expect("rows");
        let rows = rows.iter().filter(|r| keep(r));
        rows.map(|r| (Date::parse(&r["date_debut"]).expect("date"), number(&r[value]))).collect()
    };
    held("valeur_du_point", column("point_indice.csv", "valeur_annuelle_par_point_eur", &|r| r["date_debut"].as_str() >= "1994-12-01"));
    held(
        "indice_minimum",
        column("fp_indemnites_parametres.csv", "valeur", &|r| {
            r["code"] == "FP_IM_MIN_TRAITEMENT" && r["date_debut"].as_str() >= "2013-01-01"
        }),
    );
    // « mois suivant » : a rate of the middle of a month waits for the next one.
    let rates = column("heures_complementaires_taux.csv", "montant", &|r| r["code"] == "HETD_TD");
    let next = |d: Date| if d.day() == 1 { d } else { d.month().plus(1).first_day() };
    held("taux_hetd", rates.into_iter().map(|(d, x)| (next(d), x)).collect());
    let year = |value: &str| -> BTreeMap<Date, Exact> {
        let rows = rows(&data.join("gipa_parametres.csv"), ',').expect("rows");
        let first = |y: &str| Month::new(y.parse().expect("year"), 1).expect("month").first_day();
        rows.iter().map(|r| (first(&r["annee"]), number(&r[value]))).collect()
    };
    held("gipa_point_moyen_début", year("point_moyen_debut_eur"));
    held("gipa_point_moyen_fin", year("point_moyen_fin_eur"));
    held("gipa_inflation", year("inflation").into_iter().map(|(d, x)| (d, &x * &Exact::from_int(100))).collect());
    held(
        "ripec_c1_annuel",
        column("ripec_c1_montants.csv", "montant", &|r| {
            r["corps"] == "PR" && r["statut"] == "dotation LFI" && r["date_debut"].as_str() >= "2022"
        }),
    );
    let doctoral = |all: bool| {
        column("indemnites_et_remunerations.csv", "montant", &move |r| {
            r["code"] == "DOCTORANT_CONTRACTUEL" && (r["date_debut"].as_str() >= "2023") == all
        })
    };
    held("minimum_doctoral", doctoral(true));
    held("minimum_doctoral_de_cohorte", doctoral(false));
    println!("{count} valeurs égales à celles des données de référence");
}

/// The point of July 2022 was published on the 8th: who looked on 30 June did not know it.
#[test]
fn the_point_of_july_2022_is_known_from_its_publication() {
    let compiled = compile(&Texts::default(), None);
    let (at, point) = compiled.program.parameters.iter().enumerate().find(|(_, p)| p.name == "valeur_du_point").expect("the point");
    let july = Month::new(2022, 7).expect("month");
    for (observed, expected, untold) in [("2022-06-30", "56,2323", true), ("2022-07-07", "56,2323", true), ("2022-07-08", "58,2004", false)]
    {
        let mut parameters = cadrage_engine::Parameters::of(&compiled.program);
        let unpublished = parameters.observe(Date::parse(observed).expect("date"));
        let found = parameters.value(cadrage_ir::ParameterId::at(at), july, None).expect("a value");
        assert_eq!(found.checked_div(&point.written.1).expect("unit").to_shortest(), expected, "{observed}");
        assert_eq!(unpublished.iter().any(|u| u.parameter == "valeur_du_point" && u.from == Some(july.first_day())), untold, "{observed}");
    }
}
