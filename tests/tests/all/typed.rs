//! What people type, and data that are missing, to figures, on a few months of the example.

use std::path::Path;

use cadrage_engine::Origin;
use cadrage_session::{RunError, Workspace};
use cadrage_value::Money;

use super::support::{BACKEND, calculate, copy_tree, open, root};

/// The example's reference lists and these months of its deliveries.
fn months(names: &[&str]) -> tempfile::TempDir {
    let example = root().join("examples/01-valmont");
    let folder = tempfile::tempdir().expect("folder");
    copy_tree(&example.join("referentiels"), &folder.path().join("referentiels"));
    for name in names {
        copy_tree(&example.join("livraisons").join(name), &folder.path().join("livraisons").join(name));
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    std::fs::write(path, text).expect("file");
}

const SCENARIO: &str = "scénario suite :\n  constaté jusqu'à 09/2026 observé au 30/09/2026\n  projeter jusqu'à 12/2026\nfin\n";

#[test]
fn typed_rows_become_lines_of_the_projected_months() {
    let folder = months(&["2025-10", "2025-11", "2026-09"]);
    write(
        folder.path(),
        "essai.cadrage",
        &format!(
            "utiliser socle.reconductions version \"2026.1\"\n\nsaisie diverses :\n  par composante ; mois\n  champ montant en € obligatoire\n  \
             champ motif\n  alimente rubrique HORS_PSOP plafond HORS_PSOP\nfin\n\n{SCENARIO}"
        ),
    );
    let (mut workspace, compiled) = open(folder.path());
    let before = calculate(&mut workspace, &compiled, "suite");
    assert!(!before.lines.iter().any(|l| matches!(l.origin, Origin::Entered(_))), "nothing is typed yet");
    let carried: Money =
        before.lines.iter().filter(|l| l.month.to_string() == "2026-10" && l.code("rubrique") == "HORS_PSOP").map(|l| l.amount).sum();
    assert_ne!(carried, Money::ZERO, "the example carries some");

    write(
        folder.path(),
        "saisies/diverses.csv",
        "composante;mois;montant;motif\nDROIT;10/2026;1 234,50;chômage\nSCIENCES;2026-12;-34,5;\nDROIT;09/2026;99;trop tôt\nDROIT;01/2027;1;trop tard\n",
    );
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let after = calculate(&mut workspace, &compiled, "suite");
    let typed: Vec<_> = after.lines.iter().filter(|l| matches!(l.origin, Origin::Entered(_))).collect();
    let shown: Vec<String> = typed
        .iter()
        .map(|l| {
            let codes = ["composante", "rubrique", "plafond", "nature"].map(|c| l.code(c).to_owned());
            format!("{} {} {}", l.month, codes.join(" "), l.amount)
        })
        .collect();
    assert_eq!(shown, ["2026-10 DROIT HORS_PSOP HORS_PSOP COURANT 1234.50", "2026-12 SCIENCES HORS_PSOP HORS_PSOP COURANT -34.50"]);
    // Nothing else moved.
    let sum = |p: &cadrage_session::Projection| -> Money { p.lines.iter().map(|l| l.amount).sum() };
    assert_eq!((sum(&after) - sum(&before)).cents(), 123_450 - 3_450);
    let said: Vec<&str> = after.alerts.iter().filter(|a| a.code == "I20").map(|a| a.message.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("1\u{202F}200,00 € sur la rubrique HORS_PSOP s'ajoutent aux"), "{said:?}");
    assert!(said[0].contains("que `hors_psop` y met"), "{said:?}");
    assert!(said[1].contains("1 ligne de mois constatés"), "{said:?}");
    assert!(said[2].contains("1 ligne d'après 12/2026"), "{said:?}");
}

#[test]
fn typed_hours_are_worth_their_rate_to_the_cent() {
    let folder = months(&["2025-10", "2026-09"]);
    let form = "saisie heures :\n  par composante ; mois\n  champ heures en h obligatoire\n  champ taux en €/h obligatoire\n  \
                alimente rubrique HORS_PSOP plafond HORS_PSOP\nfin\n\n";
    write(folder.path(), "essai.cadrage", &format!("{form}{SCENARIO}"));
    write(
        folder.path(),
        "saisies/heures.csv",
        "composante;mois;heures;taux\nDROIT;10/2026;12,5;43,50\nDROIT;10/2026;0,33;41,41\nSHS;11/2026;-1;10\n",
    );
    let (mut workspace, compiled) = open(folder.path());
    let run = calculate(&mut workspace, &compiled, "suite");
    let typed: Vec<String> = run
        .lines
        .iter()
        .filter(|l| matches!(l.origin, Origin::Entered(_)))
        .map(|l| format!("{} {} {}", l.month, l.code("composante"), l.amount))
        .collect();
    // 0,33 × 41,41 = 13,6653
    assert_eq!(typed, ["2026-10 DROIT 543.75", "2026-10 DROIT 13.67", "2026-11 SHS -10.00"]);
}

#[test]
fn a_datum_that_must_be_there_refuses_the_scenario() {
    let folder = months(&["2026-09"]);
    let formula = "formule essai en € par agent :\n  = somme de (montant_forfait * présence)\nfin\ndonnée présence en mois par situation\n";
    let script = |clause: &str| {
        format!("donnée montant_forfait en €/mois par situation :\n  {clause}\n  agrégation aucune\nfin\n\n{formula}\n{SCENARIO}")
    };
    write(folder.path(), "essai.cadrage", &script("obligatoire pour rémunération INDICIAIRE"));
    let (mut workspace, compiled) = open(folder.path());
    let refused = match workspace.calculate(&compiled, "suite", &BACKEND) {
        Err(RunError::Diagnostics(list)) => list,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused.len(), 5);
    let first = &refused[0];
    assert_eq!(first.code, cadrage_source::Code::V22);
    assert!(first.message.starts_with("`montant_forfait` manque pour l'agent VAL"), "{}", first.message);
    assert!(first.message.ends_with(" en 09/2026"), "{}", first.message);
    assert!(refused[4].help.as_ref().is_some_and(|h| h.contains("autres données obligatoires manquent")), "{refused:?}");

    // Whom it does not concern may lack it; what is read in its place is no hole, and adds up.
    let december = |clause: &str| {
        write(folder.path(), "essai.cadrage", &script(clause));
        let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
        let compiled = workspace.compile().expect("scripts");
        assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
        let found = calculate(&mut workspace, &compiled, "suite");
        found.measures[&("essai".to_owned(), "2026-12".parse().expect("month"))].clone()
    };
    let [without, zero, ten, twenty] =
        ["obligatoire pour rémunération FORFAIT", "à défaut 0 €/mois", "à défaut 10 €/mois", "à défaut 20 €/mois"].map(december);
    assert_eq!(without, zero);
    assert_eq!(&ten - &zero, &twenty - &ten);
    assert!(ten > zero);
}

/// Thresholds of quality are constants: those of a dossier decide of what its loads accept, and one that has no meaning stops them.
#[test]
fn thresholds_of_the_scripts_decide_of_a_load() {
    let q14 = |script: &str| {
        let folder = months(&["2026-09"]);
        write(folder.path(), "seuils.cadrage", script);
        let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
        let reports = workspace.import_pending(&mut |_, _, _| {});
        reports.map(|all| all.iter().flat_map(|report| &report.findings).filter(|f| f.code == "Q14").count())
    };
    let usual = q14("").expect("load");
    assert_eq!(usual, 0, "nobody is beyond a year");
    let strict = q14("constante etpt_annuel_au_plus en ETPT :\n  à compter du 01/01/2004 : 0,5\nfin\n").expect("load");
    assert!(strict > 50, "most people work more than half a year: {strict}");
    for wrong in [
        "constante etpt_annuel_au_plus en ETPT :\n  à compter du 01/01/2004 : 12\nfin\n",
        "constante écart_de_répartition_réparé en % :\n  à compter du 01/01/2004 : -1\nfin\n",
    ] {
        let refused = q14(wrong).expect_err("refused");
        assert_eq!(refused.code, "I19", "{refused}");
        assert!(refused.to_string().contains("seuil"), "{refused}");
    }
}
