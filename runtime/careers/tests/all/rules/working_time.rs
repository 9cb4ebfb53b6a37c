//! Part-time pay.

use crate::made::{Scene, contract, m, q, titulaire};
use cadrage_careers::{Change, modality, paid_fraction};

#[test]
fn the_paid_fraction_is_the_decrees() {
    let cases = [
        ("4/5", "TITULAIRE", "TP", "6/7"),
        ("9/10", "TITULAIRE", "TP", "32/35"),
        ("0,8", "STAGIAIRE", "", "6/7"),
        ("1/2", "TITULAIRE", "TP", "1/2"),
        ("7/10", "TITULAIRE", "TP", "7/10"),
        ("4/5", "TITULAIRE", "TI", "4/5"),
        ("4/5", "CDD", "TP", "4/5"),
        ("9/10", "CDI", "TI", "9/10"),
        ("1", "TITULAIRE", "TC", "1"),
    ];
    for (quotite, statut, modalite, paid) in cases {
        assert_eq!(paid_fraction(&q(quotite), statut, modalite), q(paid), "{quotite} {statut} {modalite}");
    }
    assert_eq!(modality(&q("1"), "TITULAIRE", "TP"), "TC");
    assert_eq!(modality(&q("4/5"), "TITULAIRE", "TC"), "TP");
    assert_eq!(modality(&q("4/5"), "CDD", ""), "TI");
    assert_eq!(modality(&q("4/5"), "TITULAIRE", "TI"), "TI");
}

#[test]
fn an_announced_working_time_is_paid_by_the_rule_unless_it_says_otherwise() {
    let paid = |state, change: Change| {
        let scene = Scene::new("2025-06", "2025-08").agent("2025-01-01", state).forecast("2025-08-01", "QUOTITE", change);
        let agent = scene.one();
        let state = &agent.rows_of(m("2025-08"))[0].state;
        (state.quotite_remuneree.clone().unwrap(), state.modalite.clone())
    };
    let only = |quotite: &str| Change { quotite: Some(q(quotite)), ..Change::default() };
    assert_eq!(paid(titulaire("3", "2025-01-01"), only("4/5")), (q("6/7"), "TP".to_owned()));
    assert_eq!(paid(contract(None), only("4/5")), (q("4/5"), "TI".to_owned()));
    let both = Change { quotite_remuneree: Some(q("4/5")), ..only("4/5") };
    assert_eq!(paid(titulaire("3", "2025-01-01"), both), (q("4/5"), "TP".to_owned()));
}
