//! What is formatted reads the same, formatting twice changes nothing, no comment is lost.

use cadrage_source::FileId;
use proptest::prelude::*;
use proptest::sample::select;
use unicode_normalization::UnicodeNormalization;

use super::{SAMPLES, shape};
use crate::{format, layout, normalise, parse};

fn formatted(text: &str) -> String {
    match format(FileId(0), text) {
        Ok(out) => out,
        Err(d) => panic!("{d:?}\n{text}"),
    }
}

/// The tree without spans; codes of members are the same in capitals.
fn tree(text: &str) -> String {
    let (file, complaints) = parse(FileId(0), text);
    assert_eq!(complaints, [], "{text}");
    file.declarations.iter().map(shape_of).collect::<Vec<_>>().join("\n")
}

fn shape_of(declaration: &crate::ast::Declaration) -> String {
    let plain = shape(declaration);
    let mut out = String::new();
    let mut rest = plain.as_str();
    while let Some((before, after)) = rest.split_once("Code(Spanned { value: \"") {
        let (code, tail) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&format!("Code({}", code.to_uppercase()));
        rest = tail;
    }
    out + rest
}

/// The comments of a text, sorted.
fn comments(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .lines()
        .filter_map(|line| {
            let read = layout::without_comment(line);
            (read.len() < line.len()).then(|| line[read.len()..].trim_end().to_owned())
        })
        .collect();
    found.sort();
    found
}

fn holds(name: &str, text: &str) {
    let text = normalise(text);
    let once = formatted(&text);
    assert_eq!(tree(&once), tree(&text), "{name}\n{once}");
    assert_eq!(formatted(&once), once, "{name}");
    assert_eq!(comments(&once), comments(&text), "{name}\n{once}");
}

#[test]
fn the_samples_format() {
    for (name, text) in SAMPLES {
        holds(name, text);
    }
}

#[test]
fn a_text_with_a_mistake_is_left_alone() {
    assert!(format(FileId(0), "constante x en € = 59.07\n").is_err());
    assert_eq!(format(FileId(0), ""), Ok(String::new()));
    assert_eq!(format(FileId(0), "\n\n-- rien\n\n\n-- de plus\n\n"), Ok("-- rien\n\n-- de plus\n".to_owned()));
}

/// A line of a formula, and its canonical form.
const LINES: &[(&str, &str)] = &[
    ("= SI(x>1;2*y;3)", "= si x > 1 alors 2 × y sinon 3"),
    ("= si(ET(x;y);SI(x;1;2);SI(y;1;2))", "= si x et y alors SI(x ; 1 ; 2) sinon si y alors 1 sinon 2"),
    ("= 1+SI(x;1;2)", "= 1 + SI(x ; 1 ; 2)"),
    ("= (SI(x;1;2))+1", "= (si x alors 1 sinon 2) + 1"),
    ("= SI(SI(x;y;z);1;2)", "= SI(SI(x ; y ; z) ; 1 ; 2)"),
    ("= SI(x;1;2) pour corps pr", "= SI(x ; 1 ; 2) pour corps PR"),
    ("= ET(x;OU(y;z))", "= ET(x ; y ou z)"),
    ("= ET(somme de x pour corps PR>1;y)", "= ET(somme de x pour corps PR > 1 ; y)"),
    ("= ET(x;y) et z", "= ET(x ; y) et z"),
    ("= SOMME(x)/MOYENNE(x+y)", "= somme de x / moyenne de (x + y)"),
    ("= SOMME(x) pour corps PR", "= SOMME(x) pour corps PR"),
    ("= SOMME(x;y)", "= SOMME(x ; y)"),
    ("= x à defaut SOMME(y)", "= x à défaut SOMME(y)"),
    ("= Somme  de x DANS l' établissement", "= somme de x dans l'établissement"),
    ("= - x ÷ -1234567,50 k€ ≥ 3", "= -x / -1 234 567,50 k€ >= 3"),
    ("= MAX( 1,5;2 )", "= MAX(1,5 ; 2)"),
    ("= x EN Sept. 2026 + x sur 2026", "= x en 09/2026 + x sur 2026"),
    ("pour CORPS ( mcf ; \"Maître  de conf\" ) et echelon 3 a 5", "pour CORPS (MCF ; \"Maître  de conf\") et echelon 3 à 5"),
    ("arrondi  A L\u{2019}UNITE", "arrondi à l'unité"),
    ("alimente RUBRIQUE (202251;401110)", "alimente rubrique (202251 ; 401110)"),
    ("agregation rapport x/y;temps moyenne ponderee par z", "agrégation rapport x / y ; temps moyenne pondérée par z"),
];

#[test]
fn each_phrase_has_one_form() {
    for (line, expected) in LINES {
        let text = format!("formule f en € par agent :\n{line}\nfin\n");
        let out = formatted(&text);
        assert_eq!(out.replace('\u{202F}', " "), format!("formule f en € par agent :\n  {expected}\nfin\n"), "{line}");
        holds(line, &text);
    }
}

/// Spreadsheet calls and phrases, one inside the other.
fn spreadsheet() -> impl Strategy<Value = String> {
    let leaf = select(vec!["x", "y > 1", "somme de z pour corps pr", "3 €", "non w", "x à défaut 1", "-1", "t entre 1 et 2"])
        .prop_map(str::to_owned);
    leaf.prop_recursive(4, 40, 3, |inner| {
        let one = inner.clone();
        let list = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            3 => (select(vec!["SI(", "si(", "ET(", "OU(", "SOMME(", "MOYENNE(", "MAX(", "min( "]), list).prop_map(|(f, l)| format!("{f}{})", l.join(";"))),
            1 => (one.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("si {a} alors {b}\n sinon {c}")),
            1 => (one.clone(), select(vec![" et ", "+", "\n * ", " OU "]), inner.clone()).prop_map(|(a, o, b)| format!("({a}){o}({b})")),
            1 => one.clone().prop_map(|a| format!("({a}) pour corps PR")),
            1 => one.prop_map(|a| format!("SOMME(\n{a} -- dedans\n)")),
        ]
    })
}

/// A text altered as people, editors and mail programs do; the alterations that make it illegal are left out.
fn altered(text: &str, mut random: impl FnMut(usize) -> usize) -> String {
    let mut out = normalise(text);
    for step in 0..12 {
        let changed = match random(10) {
            0 => out.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect(),
            1 => normalise(&out.nfd().collect::<String>().replace('\n', "\r\n")),
            2 => out.replace('\'', "\u{2019}"),
            3 => out.to_uppercase(),
            4 => out.replace(" ; ", ";").replace(" : ", ":"),
            5 => out.replace(" = ", "=").replace(" * ", "*"),
            6 => out.split('\n').map(|l| format!("{}{}", " \u{A0}\t".repeat(random(2)), l.trim_start())).collect::<Vec<_>>().join("\n"),
            7 => out.replace(" + ", "\n+ ").replace(" (", "(\n"),
            8 => out.replace(' ', "  "),
            _ => {
                let mut lines: Vec<String> = out.split('\n').map(str::to_owned).collect();
                for k in 0..8 {
                    let at = random(lines.len());
                    match random(4) {
                        0 => lines.insert(at, format!("     -- seul {step}.{k} \"(")),
                        1 => lines.insert(at, String::new()),
                        _ if lines[at].contains("--") => {}
                        _ => lines[at].push_str(&format!("--au bout {step}.{k}")),
                    }
                }
                lines.join("\n")
            }
        };
        if parse(FileId(0), &changed).1.is_empty() {
            out = changed;
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_formula_formats(expression in spreadsheet()) {
        let text = format!("formule f en € par agent :\n  = {expression}\n  sauf pour x : {expression}\nfin\n");
        if parse(FileId(0), &text).1.is_empty() {
            holds("formula", &text);
        }
    }

    #[test]
    fn any_printed_tree_formats(tree in super::laws::expression(), selection in super::laws::selection()) {
        let (tree, selection) = (crate::print_expression(&tree), crate::print_selection(&selection));
        holds("tree", &format!("formule f en € par agent :\n  pour {selection}\n  = {tree}\n  sauf pour {selection} : {tree}\nfin\n"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_spelling_of_the_samples_formats(seed in any::<u64>(), which in 0..SAMPLES.len()) {
        let mut state = seed;
        let random = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or(0) % n
        };
        holds(SAMPLES[which].0, &altered(SAMPLES[which].1, random));
    }
}
