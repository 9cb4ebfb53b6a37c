//! Files that are wrong all over: what is said stays short, what is counted is all of it.

use std::fmt::Write as _;

use cadrage_cube::{Kind, LISTED};

use crate::made::{Made, count};

const ROWS: usize = 50_000;

#[test]
fn a_file_of_bad_rows_is_told_in_groups() {
    let mut made = Made::new();
    let mut pay = made.text("retour_de_paie");
    for n in 0..ROWS {
        let matricule = if n % 2 == 0 { "A1" } else { "Z9" };
        let amount = if n % 4 == 0 { "12.50" } else { "10,00" };
        let _ = writeln!(pay, "2026-01;{n};{matricule};;ETAT;101000;COURANT;;641110;{amount};rien;;CC_E;;;;");
    }
    made.files.insert("retour_de_paie", pay.into_bytes());
    let report = made.import("2026-01").unwrap();
    assert!(report.foots());
    // A quarter has no amount; the others have one, and hours that do not parse. Half are nobody's.
    assert_eq!(count(&report, "Q15"), ROWS);
    assert_eq!(count(&report, "Q01"), ROWS / 2);
    let file = report.files.iter().find(|f| f.kind == Kind::RetourDePaie).unwrap();
    assert_eq!((file.quarantined, file.fields_quarantined, file.accepted), (ROWS / 4, ROWS * 3 / 4, ROWS * 3 / 4 + 5));
    let groups: Vec<_> = report.groups.iter().filter(|g| g.code == "Q15").map(|g| (g.column.as_str(), g.class.as_str(), g.count)).collect();
    assert_eq!(groups, [("montant", "point décimal", ROWS / 4), ("nombre", "texte", ROWS * 3 / 4)]);
    assert_eq!(report.findings.iter().filter(|f| f.code == "Q15").count(), 2 * LISTED);
    // Euros of the page are those of the list, and of the lines that say what is not in it.
    let q01 = report.quality.iter().find(|q| q.code == "Q01").unwrap().amount;
    assert_eq!(q01.cents(), i64::try_from(ROWS / 2).unwrap() * 1000);
    let csv = report.csv();
    let euros = |line: &str| line.rsplit(';').next().unwrap().parse::<cadrage_value::Money>().unwrap();
    assert_eq!(csv.lines().filter(|l| l.contains(";Q01;")).map(euros).sum::<cadrage_value::Money>(), q01);
    assert!(csv.contains(&format!("{} de plus, non cités ici", ROWS / 2 - LISTED)), "what is not listed is said");
    let page = report.text();
    assert!(page.lines().count() < 80 && page.lines().all(|l| l.chars().count() <= 80), "{page}");
    assert!(page.contains("× 37500 2026-01/retour_de_paie.csv : nombre (texte)"), "{page}");
    assert!(page.contains("constats ne sont pas dans la liste"), "{page}");
}

#[test]
fn a_list_of_rubbish_is_not_learned_whole() {
    let mut made = Made::new();
    let mut pay = made.text("retour_de_paie");
    for n in 0..5_000 {
        let _ = writeln!(pay, "2026-01;{n};A1;;ETAT;101000;COURANT;;9{n};10,00;;;CC_E;;;;");
    }
    made.files.insert("retour_de_paie", pay.into_bytes());
    let report = made.import("2026-01").unwrap();
    assert_eq!((count(&report, "Q10"), report.learned["comptes"].len()), (5_000, 1_000));
    assert!(report.foots());
    // Accounts foot too, those beyond the first ones together.
    let file = report.files.iter().find(|f| f.kind == Kind::RetourDePaie).unwrap();
    assert!(file.accounts.len() <= 2_001 && file.accounts.iter().any(|a| a.account == "autres"));
    assert_eq!(Some(file.accounts.iter().map(|a| a.read_amount).sum()), file.read_amount);
    assert!(report.text().contains("autres"), "{}", report.text());
}
