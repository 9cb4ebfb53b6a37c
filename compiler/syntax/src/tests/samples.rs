//! Samples, in every spelling people use.

use cadrage_source::FileId;
use unicode_normalization::UnicodeNormalization;

use super::{SAMPLES, codes, shape};
use crate::ast::{Declaration, ExprKind};
use crate::{normalise, parse, parse_expression, print, print_expression};

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
fn a_printed_sample_reads_the_same() {
    for (name, text) in SAMPLES {
        let (first, _) = parse(FileId(0), &normalise(text));
        let printed = print(&first);
        let (second, complaints) = parse(FileId(0), &printed);
        assert_eq!(complaints, [], "{name}\n{printed}");
        for (a, b) in first.declarations.iter().zip(&second.declarations) {
            // The first line of a declaration is its place, not what it says.
            assert_eq!(shape(a), shape(b), "{name}");
        }
        assert_eq!(first.declarations.len(), second.declarations.len(), "{name}");
        assert_eq!(print(&second), printed, "{name}");
    }
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
    assert_eq!(shape("SI(ET(x ; b ; c) ; SOMME(y) ; 0)"), "si x et b et c alors somme de y sinon 0");
    assert!(matches!(parse_expression(FileId(0), "SI(x ; b)").unwrap().kind, ExprKind::Call { .. }));
}

#[test]
fn equations_on_two_lines_stay_two() {
    let (file, complaints) = parse(FileId(0), "formule x en € par agent :\n  = y\n  = z\nfin\n");
    assert_eq!(complaints, []);
    assert!(matches!(&file.declarations[0], Declaration::Formula(f) if f.equations.len() == 2));
}

#[test]
fn a_capital_a_is_a_category() {
    assert_eq!(codes("population cadres = catégorie A\n"), []);
    assert_eq!(codes("population cadres = catégorie (A ; B)\n"), []);
    let shouted = "SCÉNARIO S :\n  MODIFIER X POUR SENIORS A COMPTER DU 01/01/2027 = 1 €\nFIN\n";
    assert_eq!(codes(shouted), []);
}

#[test]
fn spans_are_those_of_the_words() {
    let text = "-- é\nconstante été en € = 1 234,5 €   -- fin\n\nformule y en € par agent :\n  = été * 2 pour corps PR\nfin\n";
    let (file, _) = parse(FileId(0), text);
    let at = |s: cadrage_source::Span| &text[s.start as usize..s.end as usize];
    let [Declaration::Value(v), Declaration::Formula(f)] = file.declarations.as_slice() else { panic!("{file:?}") };
    assert_eq!((at(v.name.span), at(v.entries[0].value.span), at(v.span)), ("été", "1 234,5 €", "constante été en € = 1 234,5 €"));
    assert_eq!((at(f.grain.span), at(f.equations[0].span)), ("agent", "été * 2 pour corps PR"));
    let ExprKind::Binary(_, left, right) = &f.equations[0].kind else { panic!("{f:?}") };
    assert_eq!((at(left.span), at(right.span)), ("été", "2 pour corps PR"));
}
