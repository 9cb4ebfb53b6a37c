//! The waterfall of P124 in the PAP 2024 (domain.md §B.6): published figures that do not all sum are printed as they are.

use cadrage_analysis::Item;
use cadrage_value::Exact;

use super::people::x;

fn leaf(label: &str, value: &str) -> Item {
    Item::new(label, x(value))
}

fn pap() -> Item {
    let before = Item::of("socle", x("322"), vec![leaf("exécution", "329,33"), leaf("transferts", "-0,44"), leaf("débasage", "-6,89")]);
    Item::of(
        "total",
        x("343,42"),
        vec![
            before,
            Item::of("schéma d'emplois", x("5"), vec![leaf("EAP", "1,74"), leaf("de l'année", "3,26")]),
            leaf("mesures catégorielles", "4,76"),
            Item::of("mesures générales", x("3,93"), vec![leaf("GIPA", "2,21"), leaf("point", "1,68"), leaf("bas salaires", "0,04")]),
            Item::of("GVT solde", x("2,59"), vec![leaf("positif", "4,29"), leaf("négatif", "-1,7")]),
            Item::of("rebasage", x("4,67"), vec![leaf("GIPA", "0,04"), leaf("autres", "4,64")]),
            leaf("autres", "0,48"),
        ],
    )
}

#[test]
fn published_figures_are_printed_unforced() {
    let pap = pap();
    let lines = pap.printed(2);
    let of = |label: &str, depth: usize| {
        let line = lines.iter().find(|l| l.label == label && l.depth == depth).expect("line");
        (line.value.as_str(), line.parts_sum.as_deref())
    };
    assert_eq!(of("socle", 1), ("322,00", None));
    assert_eq!(of("schéma d'emplois", 1), ("5,00", None));
    assert_eq!(of("mesures générales", 1), ("3,93", None));
    assert_eq!(of("GVT solde", 1), ("2,59", None));
    assert_eq!(of("rebasage", 1), ("4,67", Some("4,68")));
    assert_eq!(of("total", 0), ("343,42", Some("343,43")));
    assert_eq!(pap.gap(), x("-0,01"));
    // Every figure as it was published, and none of a line that nobody published.
    assert_eq!(lines.len(), 20);
    assert!(lines.iter().all(|l| l.depth < 3));
    assert_eq!(leaf("seul", "1").gap(), Exact::ZERO);
}
