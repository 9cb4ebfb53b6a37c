//! Deliveries loaded together are what they are loaded one by one.

use std::path::PathBuf;

use cadrage_cube::{CubeError, LoadReport};

use crate::made::{Made, PAY};

/// Five deliveries: two months in order, a correction of the second, the first again, and a month out of order.
fn deliveries(made: &mut Made) -> Vec<PathBuf> {
    let mut out = vec![made.write("2026-01")];
    let of_month = |made: &mut Made, month: &'static str| {
        made.month = month;
        for kind in ["retour_de_paie", "hors_psop"] {
            let text = made.text(kind).replace("2026-01;", &format!("{month};")).replace("2026-02;", &format!("{month};"));
            made.files.insert(kind, text.replace("2026-03;", &format!("{month};")).into_bytes());
        }
    };
    of_month(made, "2026-03");
    // An agent of nobody, a key that does not hold: what was known before decides.
    made.add("retour_de_paie", "2026-03;6;NUL;;ETAT;101000;COURANT;;641110;10,00;;;CC_E;;;;");
    made.add("retour_de_paie", "2026-03;7;A2;;INTERNE;101000;COURANT;;641110;20,00;;;CC_P;ANR00;;;");
    out.push(made.write("2026-03"));
    made.remises.insert("retour_de_paie", 2);
    made.change("retour_de_paie", "2000,00", "2100,00");
    out.push(made.write("2026-03-bis"));
    out.push(out[0].clone());
    made.remises.clear();
    of_month(made, "2026-02");
    out.push(made.write("2026-02"));
    out
}

fn together(made: &Made, deliveries: &[PathBuf]) -> (Vec<LoadReport>, Result<(), CubeError>) {
    let mut reports = Vec::new();
    let done = made.dossier().import_all(deliveries, &mut |_, _, _, _| {}, &mut |report| reports.push(report.clone()));
    (reports, done)
}

#[test]
fn deliveries_loaded_together_are_what_they_are_one_by_one() {
    let (mut one, mut other) = (Made::new(), Made::new());
    let by_one: Vec<LoadReport> = deliveries(&mut one).iter().map(|d| one.dossier().import(d, &mut |_, _, _| {}).unwrap()).collect();
    let all = deliveries(&mut other);
    let (reports, done) = together(&other, &all);
    done.unwrap();
    assert_eq!(reports, by_one);
    assert!(by_one[1].quality.iter().any(|q| q.code == "Q16") && by_one[1].quality.iter().any(|q| q.code == "Q01"));
    let (mut a, mut b) = (one.dossier(), other.dossier());
    assert_eq!(format!("{:?}", a.cube().unwrap()), format!("{:?}", b.cube().unwrap()));
    let facts = |made: &Made| made.store().into_iter().filter(|(name, _)| name.ends_with(".parquet")).collect::<Vec<_>>();
    assert_eq!(facts(&one), facts(&other));
}

#[test]
fn a_delivery_refused_stops_there_and_those_before_it_stay() {
    let mut made = Made::new();
    let first = made.write("2026-01");
    made.month = "2026-02";
    made.files.insert("retour_de_paie", PAY.replace("2026-01;", "2026-04;").into_bytes());
    made.files.insert("hors_psop", b"mois;structure;motif;montant;commentaire\n".to_vec());
    let wrong = made.write("2026-02");
    let (reports, done) = together(&made, &[first, wrong.clone(), wrong]);
    assert_eq!(done.unwrap_err().code, "I08");
    assert_eq!(reports.iter().map(|r| r.delivery.as_str()).collect::<Vec<_>>(), ["2026-01"]);
    assert_eq!(made.dossier().loads().unwrap().len(), 1);
}
