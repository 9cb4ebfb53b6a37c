//! The samples of the reference design parse whole; mistakes give one located complaint.

use cadrage_source::{Code, FileId};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::ast::{Declaration, ExprKind};
use crate::{fold, normalise, parse, parse_expression, print_expression};

const SAMPLES: [(&str, &str); 5] = [
    ("établissement", include_str!("../samples/etablissement.cadrage")),
    ("national", include_str!("../samples/national.cadrage")),
    ("et-si", include_str!("../samples/et-si.cadrage")),
    ("autres", include_str!("../samples/autres.cadrage")),
    ("socle", include_str!("../samples/socle.cadrage")),
];

fn codes(text: &str) -> Vec<(Code, usize)> {
    let text = normalise(text);
    let mut map = cadrage_source::SourceMap::new();
    let id = map.add("t", text.clone());
    let (_, diagnostics) = parse(id, &text);
    diagnostics.iter().map(|d| (d.code, map.get(id).unwrap().position(d.labels[0].span.start as usize).line)).collect()
}

#[test]
fn the_samples_parse_in_every_spelling() {
    for (name, text) in SAMPLES {
        let stripped: String = text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
        let typographic = text.replace('\'', "\u{2019}").replace(" €", "\u{202F}€").replace(" %", "\u{A0}%");
        let decomposed: String = text.nfd().collect();
        let windows = format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
        for (how, text) in [
            ("as written", text.to_owned()),
            ("unaccented", stripped),
            ("typographic", typographic),
            ("decomposed", decomposed),
            ("windows", windows),
        ] {
            assert_eq!(codes(&text), [], "{name}, {how}");
            let normal = normalise(&text);
            let (file, _) = parse(FileId(0), &normal);
            assert!(file.declarations.iter().all(|d| !matches!(d, Declaration::Invalid(_))), "{name}, {how}");
            assert!(file.declarations.len() >= 4, "{name}, {how}");
        }
    }
}

#[test]
fn five_faults_give_five_complaints() {
    let text = "constante va en €/point/an :\n  à compter du 01/01/2025 : 59.0734 source \"x\"\nfin\n\
                formule b en € par agent :\n  = MAX(x, y)\nfin\n\
                formule c en € par agent :\n  = si ancienneté > 3 alors 1 €\nfin\n\
                population d = corps (PR, MCF)\n\
                constante e en € :\n  à compter du 31/02/2025 : 12 00 €\nfin\n";
    assert_eq!(codes(text), [(Code::S02, 2), (Code::S03, 5), (Code::S01, 8), (Code::S03, 10), (Code::S08, 12), (Code::S04, 12)]);
}

#[test]
fn the_missing_word_is_named() {
    let text = "formule c en € par agent :\n  = si ancienneté > 3 alors 1 €\nfin\n";
    let (_, diagnostics) = parse(FileId(0), text);
    assert_eq!(diagnostics[0].help.as_deref(), Some("il manque « sinon »"));
}

#[test]
fn an_open_block_says_where_fin_is_missing() {
    let text = "formule va en € par agent :\n  = 1 €\n\nformule b en € par agent :\n  = 2 €\nfin\n";
    let (file, diagnostics) = parse(FileId(0), text);
    assert_eq!(file.declarations.len(), 2);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code, Code::S05);
    assert_eq!(diagnostics[0].help.as_deref(), Some("d'après l'alignement, il manque « fin » ligne 3"));
}

#[test]
fn nothing_makes_the_reader_fall() {
    let deep = format!("formule va en € par agent :\n  = {}1{}\nfin\n", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(codes(&deep).first().map(|c| c.0), Some(Code::S07));
    let nested = format!("formule va en € par agent :\n  = {}\nfin\n", "si 1 = 1 alors 1 sinon ".repeat(100_000));
    assert_eq!(codes(&nested).first().map(|c| c.0), Some(Code::S07));
    for text in ["", "\u{0}", "fin", "fin\nfin", "constante", "= = =", "\"", "formule", "à", "-- seulement un commentaire"] {
        let _ = codes(text);
    }
}

#[test]
fn one_fault_rarely_makes_two_complaints() {
    let mut more = 0;
    let mut total = 0;
    let mut state = 12345_u64;
    let mut random = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % n
    };
    for (_, text) in SAMPLES {
        let chars: Vec<char> = text.chars().collect();
        for _ in 0..60 {
            let at = random(chars.len());
            let mut broken = chars.clone();
            match random(3) {
                0 => drop(broken.remove(at)),
                1 => broken.insert(at, ['é', '(', ';', '.', 'x', '"'][random(6)]),
                _ => {
                    let start = chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |k| k + 1);
                    let end = chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |k| at + k);
                    broken.drain(start..end);
                }
            }
            total += 1;
            if codes(&broken.into_iter().collect::<String>()).len() > 2 {
                more += 1;
            }
        }
    }
    assert!(more * 50 <= total, "{more} of {total} single faults made more than two complaints");
}

#[test]
fn time_grows_with_size() {
    let text = SAMPLES[1].1;
    let time = |copies: usize| {
        let whole = text.repeat(copies);
        let start = std::time::Instant::now();
        let _ = parse(FileId(0), &whole);
        start.elapsed().as_micros().max(1)
    };
    let _ = time(2);
    let (small, large) = (time(8).max(500), time(80));
    assert!(large < small * 60, "8 copies {small} µs, 80 copies {large} µs");
}

#[test]
fn a_preposition_is_no_name() {
    let (_, diagnostics) = parse(FileId(0), "constante a en € = 1 €\n");
    assert_eq!(diagnostics[0].message, "`a` est lu comme « à » : ce n'est pas un nom");
}

#[test]
fn suffixes_and_precedence() {
    let shape = |t: &str| print_expression(&parse_expression(FileId(0), t).unwrap());
    assert_eq!(shape("x + b * c - z"), "x + b * c - z");
    assert_eq!(shape("(x + b) * c"), "(x + b) * c");
    assert_eq!(shape("x - (b - c)"), "x - (b - c)");
    assert_eq!(shape("x du mois precedent a defaut 0 €"), "x du mois précédent à défaut 0 €");
    assert_eq!(shape("1 234,5 € en k€"), "1 234,5 € en k€");
    assert_eq!(shape("si x > 1 et b alors c sinon z"), "si x > 1 et b alors c sinon z");
    assert!(matches!(parse_expression(FileId(0), "12/2026").unwrap().kind, ExprKind::Month(_)));
    assert!(matches!(parse_expression(FileId(0), "x-b").unwrap().kind, ExprKind::Name(_)));
    assert!(matches!(parse_expression(FileId(0), "SI(x ; b ; c)").unwrap().kind, ExprKind::Call { .. }));
}

/// Texts of well-formed expressions.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0_u32..10_000_000, 0_u32..4).prop_map(|(n, d)| {
            let text = format!("{n:0>width$}", width = d as usize + 1);
            let (whole, decimals) = text.split_at(text.len() - d as usize);
            if decimals.is_empty() { whole.to_owned() } else { format!("{whole},{decimals} €") }
        }),
        Just("inm".to_owned()),
        Just("quotité_rémunérée en fin de mois".to_owned()),
        Just("x de l'exercice précédent".to_owned()),
        Just("80 %".to_owned()),
        Just("5 200 hTD/mois".to_owned()),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), prop_oneof![Just("+"), Just("-"), Just("*"), Just("/")])
                .prop_map(|(a, b, o)| format!("({a}) {o} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("min({a} ; {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("(si {a} >= {b} alors {c} sinon {b})")),
            inner.clone().prop_map(|a| format!("somme de ({a})")),
            inner.clone().prop_map(|a| format!("(somme de ({a}) pour corps (PR ; MCF) et hors statut CDI)")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.prop_map(|a| format!("({a}) à défaut 0")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_printed_reads_the_same(text in expression()) {
        let first = parse_expression(FileId(0), &text).map_err(|d| TestCaseError::fail(format!("{text}: {d:?}")))?;
        let printed = print_expression(&first);
        let second = parse_expression(FileId(0), &printed).map_err(|d| TestCaseError::fail(format!("{printed}: {d:?}")))?;
        prop_assert_eq!(print_expression(&second), printed);
    }

    #[test]
    fn no_text_makes_the_reader_fall(text in "\\PC{0,80}") {
        let _ = codes(&text);
    }

    #[test]
    fn keywords_fold(word in prop::sample::select(vec!["HYPOTHÈSE", "hypothese", "Hypothèse"])) {
        let text = format!("{word} x en mois = 4 mois\n");
        prop_assert!(codes(&text).is_empty());
        prop_assert_eq!(fold(word), "hypothese");
    }
}
