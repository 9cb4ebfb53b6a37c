//! What was known on a day.

use cadrage_cube::Kind;
use cadrage_value::{Date, Money};

use crate::made::Made;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn paid(made: &Made, seen_on: Option<&str>) -> i64 {
    let mut dossier = made.dossier();
    let cube = match seen_on {
        Some(text) => dossier.cube_on(day(text)).unwrap(),
        None => dossier.cube().unwrap(),
    };
    cube.months.values().flat_map(|m| &m.pay).map(|p| p.amount).sum::<Money>().cents()
}

/// January observed on the 28th, its pay corrected on 10 February, then on the 20th.
fn thrice() -> Made {
    let mut made = Made::new();
    made.import("2026-01").unwrap();
    made.files.retain(|kind, _| *kind == "retour_de_paie");
    for (remise, observed, from, to) in [(2, "2026-02-10", "2500,01", "2600,01"), (3, "2026-02-20", "2600,01", "2750,01")] {
        made.remises.insert("retour_de_paie", remise);
        made.observed = observed;
        made.change("retour_de_paie", from, to).import(&format!("2026-01-r{remise}")).unwrap();
    }
    made
}

#[test]
fn each_day_reads_the_greatest_remise_observed_by_then() {
    let made = thrice();
    let seen = ["2026-01-27", "2026-01-28", "2026-02-09", "2026-02-10", "2026-02-19", "2026-02-20", "2030-01-01"];
    let amounts: Vec<i64> = seen.iter().map(|day| paid(&made, Some(day))).collect();
    assert_eq!(amounts, [0, 599_792, 599_792, 609_792, 609_792, 624_792, 624_792]);
    assert_eq!(paid(&made, None), 624_792);
    let mut dossier = made.dossier();
    let cube = dossier.cube_on(day("2026-02-12")).unwrap();
    let month = "2026-01".parse().unwrap();
    assert_eq!(cube.corrected.get(&month), Some(&day("2026-02-20")));
    assert!(cube.later.is_empty());
    // What was not corrected is there as well.
    assert_eq!(cube.months[&month].situations.len(), 3);
    let before = dossier.cube_on(day("2026-01-27")).unwrap();
    assert_eq!(before.later.get(&month), Some(&day("2026-01-28")));
    assert!(dossier.cube().unwrap().later.is_empty() && dossier.cube().unwrap().corrected.is_empty());
}

#[test]
fn forecasts_of_each_observation_are_kept() {
    let mut made = Made::new();
    made.import("2026-01").unwrap();
    let head = "matricule;date_effet;type_mouvement;motif;certitude;date_connaissance;quotite;quotite_remuneree";
    let rows = |quotite: &str| format!("{head}\nA1;2026-03-01;QUOTITE;;PREVU;2026-01-20;{quotite};{quotite}\n").into_bytes();
    made.files.clear();
    for (remise, observed, quotite) in [(1, "2026-01-28", "4/5"), (2, "2026-02-10", "1/2")] {
        made.files.insert("mouvements_previsionnels", rows(quotite));
        made.remises.insert("mouvements_previsionnels", remise);
        made.observed = observed;
        made.import(&format!("previsions-{remise}")).unwrap();
    }
    let mut dossier = made.dossier();
    let quotites = |seen_on: &str, dossier: &mut cadrage_cube::Dossier| -> Vec<String> {
        let cube = dossier.cube_on(day(seen_on)).unwrap();
        cube.months.values().flat_map(|m| &m.forecasts).map(|f| f.change.quotite.as_ref().unwrap().to_string()).collect()
    };
    assert_eq!(quotites("2026-02-01", &mut dossier), ["4/5"]);
    assert_eq!(quotites("2026-02-10", &mut dossier), ["1/2"]);
}

#[test]
fn loads_say_what_replaced_them_and_when() {
    let made = thrice();
    let dossier = made.dossier();
    let status = |seen_on: Option<&str>| -> Vec<(String, Option<String>)> {
        let loads = dossier.loads_on(seen_on.map(day)).unwrap();
        let pay = |l: &cadrage_cube::LoadSummary| l.files.iter().find(|f| f.kind == Kind::RetourDePaie).and_then(|f| f.replaced_by.clone());
        loads.iter().map(|l| (l.status.clone(), pay(l))).collect()
    };
    let said = |status: &str, by: Option<&str>| (status.to_owned(), by.map(str::to_owned));
    let all = [said("remplacé en partie", Some("2026-01-r2")), said("remplacé", Some("2026-01-r3")), said("courant", None)];
    assert_eq!(status(None), all);
    assert_eq!(status(Some("2026-02-10")), [said("remplacé en partie", Some("2026-01-r2")), said("courant", None)]);
    assert_eq!(status(Some("2026-01-30")), [said("courant", None)]);
    let kept = dossier.kept_reports("2026-01-r2").unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].text.contains("remplace la livraison 2026-01"), "{}", kept[0].text);
    assert_eq!(kept[0].report.as_ref().unwrap().text(), kept[0].text);
}
