//! Validated months: what it takes, what is frozen, what the journal says.

use cadrage_cube::{Asked, CubeError, Ledger, Validation};
use cadrage_value::Money;

use crate::made::{LISTS, Made};

fn asked() -> Asked {
    Asked { month: "2026-01".parse().unwrap(), waived: Vec::new(), reason: String::new(), ledger: None }
}

fn waiving(names: &[&str]) -> Asked {
    Asked { waived: names.iter().map(|n| (*n).to_owned()).collect(), reason: "vu avec l'agence comptable".to_owned(), ..asked() }
}

fn validate(made: &Made, asked: &Asked) -> Result<Validation, CubeError> {
    made.dossier().validate(asked)
}

fn ledger(made: &Made, text: &str) -> Result<Ledger, CubeError> {
    let path = made.root().join("mandats.csv");
    std::fs::write(&path, text).unwrap();
    Ledger::read(&path)
}

fn actions(made: &Made) -> Vec<(String, String, String)> {
    let lines = made.dossier().journal().unwrap();
    assert!(lines.iter().all(|l| !l.who.is_empty() && l.when.len() == 19), "{lines:?}");
    lines.into_iter().map(|l| (l.action, l.subject, l.reason)).collect()
}

#[test]
fn a_validated_month_changes_by_a_new_observation_only() {
    let mut made = Made::new();
    assert_eq!(validate(&made, &asked()).unwrap_err().code, "I14");
    made.import("2026-01").unwrap();
    let v = validate(&made, &asked()).unwrap();
    assert_eq!((v.obstacles.len(), v.files.len()), (0, 2));
    assert!(v.files.iter().all(|f| f.announced == f.kept && f.kept != Money::ZERO));
    assert!(made.dossier().loads().unwrap().iter().all(|l| l.validated));
    assert_eq!(validate(&made, &asked()).unwrap_err().code, "I14");
    let before = made.store();
    // The same delivery again is no change.
    made.import("2026-01").unwrap();
    made.files.retain(|kind, _| *kind == "retour_de_paie");
    made.remises.insert("retour_de_paie", 2);
    made.observed = "2026-02-10";
    made.change("retour_de_paie", "2500,01", "2600,01");
    let delivery = made.write("2026-01-r2");
    for e in [made.import("2026-01-r2").unwrap_err(), made.dossier().check(&delivery, &mut |_, _, _| {}).unwrap_err()] {
        assert_eq!(e.code, "I12");
        assert!(e.message.contains("01/2026 est validé") && e.help.contains("cadrage rouvrir 01/2026"), "{e:?}");
    }
    assert_eq!(made.store(), before);
    // Another month still loads.
    made.dossier().reopen("2026-01".parse().unwrap(), "remise 2 annoncée").unwrap();
    assert_eq!(made.dossier().reopen("2026-01".parse().unwrap(), "encore").unwrap_err().code, "I14");
    // Observed the same day, it would change what was known that day.
    made.observed = "2026-01-28";
    let e = made.import("2026-01-r2-antidatee").unwrap_err();
    assert_eq!((e.code, e.column.as_deref()), ("I12", Some("date_observation")));
    made.observed = "2026-02-10";
    made.import("2026-01-r2").unwrap();
    let paid = |cube: &cadrage_cube::Cube| cube.months.values().flat_map(|m| &m.pay).map(|p| p.amount).sum::<Money>().cents();
    let mut dossier = made.dossier();
    assert_eq!(paid(dossier.cube_on(cadrage_value::Date::parse("2026-02-01").unwrap()).unwrap()), 599_792);
    assert_eq!(paid(dossier.cube().unwrap()), 609_792);
    validate(&made, &asked()).unwrap();
    let said = actions(&made);
    let words: Vec<&str> = said.iter().map(|(action, _, _)| action.as_str()).collect();
    assert_eq!(words, ["charger", "valider", "rouvrir", "charger", "valider"]);
    assert_eq!((said[2].1.as_str(), said[2].2.as_str()), ("2026-01", "remise 2 annoncée"));
}

#[test]
fn a_gap_with_the_manifest_blocks_until_waived_by_name() {
    let mut made = Made::new();
    let delivery = made.write("2026-01");
    let manifest = std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap();
    std::fs::write(delivery.join("manifeste.csv"), manifest.replacen(";5897,92;", ";5900,00;", 1)).unwrap();
    made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap();
    let v = validate(&made, &asked()).unwrap();
    assert_eq!((v.blocking[0].code.as_str(), v.blocking[0].amount, v.blocking[0].waived), ("Q13", Money::from_cents(208), false));
    assert!(v.obstacles.len() == 1 && v.obstacles[0].starts_with("Q13 : 1 constat"), "{:?}", v.obstacles);
    assert!(!made.dossier().loads().unwrap()[0].validated);
    for wrong in [&["Q15"][..], &["Q13", "Q05"], &["comptabilité"]] {
        let e = validate(&made, &waiving(wrong)).unwrap_err();
        assert!(e.code == "I14" && e.help.contains("Q13"), "{e:?}");
    }
    let v = validate(&made, &waiving(&["q13"])).unwrap();
    assert!(v.obstacles.is_empty() && v.blocking[0].waived);
    assert_eq!(actions(&made)[1].2, "q13 levé : vu avec l'agence comptable");
    made.files.remove("retour_de_paie");
}

#[test]
fn accounts_tie_out_to_the_cent() {
    let made = Made::new();
    made.import("2026-01").unwrap();
    // Several mandates of an account add up; what is hors PSOP is no mandate.
    let fine = "compte;montant;mandat\n641110;5000,00;1\n641110;462,92;2\n641160;435,00;2\n";
    let with = |text: &str| Asked { ledger: Some(ledger(&made, text).unwrap()), ..asked() };
    let one_cent = with(&fine.replace("462,92", "462,93"));
    let v = validate(&made, &one_cent).unwrap();
    assert_eq!(v.ledger_gap(), Some(Money::from_cents(1)));
    assert!(v.obstacles[0].contains("comptabilité : 0,01 €"), "{:?}", v.obstacles);
    // Gaps that make up for each other are gaps; an account on one side only too.
    let swapped = with("compte;montant\n641110;5463,92\n641160;434,00\n");
    assert_eq!(validate(&made, &swapped).unwrap().ledger_gap(), Some(Money::from_cents(200)));
    let missing = with("compte;montant\n641110;5462,92\n6478;100,00\n");
    assert_eq!(validate(&made, &missing).unwrap().ledger_gap(), Some(Money::from_cents(53_500)));
    let waived = Asked { waived: vec!["comptabilite".to_owned()], reason: "mandat de décembre".to_owned(), ..missing };
    assert!(validate(&made, &waived).unwrap().obstacles.is_empty());
    made.dossier().reopen("2026-01".parse().unwrap(), "essai").unwrap();
    assert!(validate(&made, &with(fine)).unwrap().obstacles.is_empty());
    for (text, line, column) in [
        ("compte;euros\n641110;1,00\n", Some(1), Some("montant")),
        ("compte;montant\n641110;1,00\n641160;un euro\n", Some(3), Some("montant")),
        ("compte;montant\n;1,00\n", Some(2), Some("compte")),
        ("compte;montant\n", Some(1), None),
    ] {
        let e = ledger(&made, text).unwrap_err();
        assert_eq!((e.code, e.file.as_deref(), e.line, e.column.as_deref()), ("I15", Some("mandats.csv"), line, column), "{text}");
    }
    assert_eq!(Ledger::read(&made.root().join("absent.csv")).unwrap_err().code, "I15");
}

#[test]
fn a_month_without_its_pay_is_not_validated() {
    let mut made = Made::new();
    made.files.remove("retour_de_paie");
    made.import("2026-01").unwrap();
    let v = validate(&made, &asked()).unwrap();
    assert!(v.obstacles[0].contains("`retour_de_paie`"), "{:?}", v.obstacles);
    assert!(made.dossier().loads().unwrap().iter().all(|l| !l.validated));
}

#[test]
fn a_list_that_moves_euros_of_a_validated_month_is_named() {
    let made = Made::new();
    made.import("2026-01").unwrap();
    validate(&made, &asked()).unwrap();
    let list = |name: &str| LISTS.iter().find(|(n, _)| *n == name).unwrap().1;
    let set = |name: &str, text: &str| std::fs::write(made.root().join("referentiels").join(name), text).unwrap();
    let gaps = || made.dossier().frozen_gaps().unwrap();
    assert!(gaps().is_empty());
    // A label moves nothing.
    set("structure.csv", &list("structure.csv").replace("Économie", "Économie et gestion"));
    assert!(gaps().is_empty());
    // A composante that closes does.
    set(
        "structure.csv",
        &list("structure.csv")
            .replace("ECO;Économie;COMPOSANTE;UNIV;2;2020-01-01;", "ECO;Économie;COMPOSANTE;UNIV;2;2020-01-01;2026-01-01"),
    );
    let found = gaps();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].axis.as_str(), found[0].list.as_deref(), found[0].members), ("composante", Some("structure.csv"), 2));
    let said = found[0].sentence();
    assert!(said.starts_with("01/2026 est validé et ses chiffres ne sont plus ceux du gel : composante `?`"), "{said}");
    assert!(said.contains("(`structure.csv` a changé)"), "{said}");
    set("structure.csv", list("structure.csv"));
    assert!(gaps().is_empty());
    set("corps_grades.csv", &list("corps_grades.csv").replace("MCF_CN;Maître de conférences;MCF;", "MCF_CN;Maître de conférences;EC;"));
    assert_eq!(gaps().iter().map(|g| g.list.as_deref()).collect::<Vec<_>>(), [Some("corps_grades.csv")]);
    set("corps_grades.csv", list("corps_grades.csv"));
    set(
        "analytique.csv",
        &list("analytique.csv").replace("CC_E;État;CENTRE_DE_COUT;;ETAT;SCI;2020-01-01;", "CC_E;État;CENTRE_DE_COUT;;ETAT;SCI;2026-06-01;"),
    );
    assert!(gaps().iter().any(|g| g.axis == "centre de coût" && g.list.as_deref() == Some("analytique.csv")));
}

#[test]
fn an_earlier_month_that_comes_later_may_move_a_validated_one_and_is_told() {
    let mut made = Made::new();
    // A line of somebody that no file of people knows yet.
    made.add("retour_de_paie", "2026-01;6;Z9;;ETAT;101000;COURANT;;641110;10,00;;;CC_E;;;;").import("2026-01").unwrap();
    validate(&made, &asked()).unwrap();
    made.month = "2025-12";
    made.files.retain(|kind, _| *kind == "mouvements_constates");
    let one = made.text("mouvements_constates");
    let row = one.lines().nth(1).unwrap().replacen("A1;", "Z9;", 1);
    made.add("mouvements_constates", &row).import("2025-12").unwrap();
    let found = made.dossier().frozen_gaps().unwrap();
    assert!(found.iter().any(|g| g.axis == "agent inconnu" && g.list.is_none()), "{found:?}");
    assert!(found[0].sentence().contains("un mois plus ancien ou le programme a changé"), "{}", found[0].sentence());
}
