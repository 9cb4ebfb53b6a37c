//! Nothing makes the reader fall, and one fault rarely makes two complaints. Time grows with size: `examples/linear.rs` measures it.

use cadrage_grammar::{CadrageParser, Rule};
use cadrage_source::Code;
use pest::Parser;

use super::{SAMPLES, codes};
use crate::{layout, normalise};

#[test]
fn nothing_makes_the_reader_fall() {
    let deep = format!("formule va en € par agent :\n  = {}1{}\nfin\n", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(codes(&deep).first().map(|c| c.0), Some(Code::S07));
    let deepest = format!("formule va en € par agent :\n  = {}1{}\nfin\n", "(".repeat(200), ")".repeat(200));
    assert_eq!(codes(&deepest), []);
    let phrases = format!("formule va en € par agent :\n  = {}1\nfin\n", "si 1 = 1 alors 1 sinon ".repeat(200));
    assert_eq!(codes(&phrases), []);
    let calls = format!("formule va en € par agent :\n  = {}1{}\nfin\n", "min(1 + ".repeat(200), ")".repeat(200));
    assert_eq!(codes(&calls), []);
    let tower = format!("formule va en € par agent :\n  = {}1{}\nfin\n", "(".repeat(190), " + 1 + 1 + 1)".repeat(190));
    assert_eq!(codes(&tower), [(Code::S07, 2)]);
    let sum = format!("formule va en € par agent :\n  = 1{}\nfin\n", " + 1".repeat(100_000));
    assert_eq!(codes(&sum), [(Code::S07, 2)]);
    let suffixes = format!("formule va en € par agent :\n  = x{}\nfin\n", " à défaut 1".repeat(100_000));
    assert_eq!(codes(&suffixes), [(Code::S07, 2)]);
    let nested = format!("formule va en € par agent :\n  = {}\nfin\n", "si 1 = 1 alors 1 sinon ".repeat(100_000));
    assert_eq!(codes(&nested).first().map(|c| c.0), Some(Code::S07));
    for text in ["", "\u{0}", "fin", "fin\nfin", "constante", "= = =", "\"", "formule", "à", "-- seulement un commentaire"] {
        let _ = codes(text);
    }
}

/// The text with one character removed or inserted, or one line removed.
fn broken(text: &str, mut random: impl FnMut(usize) -> usize) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = random(chars.len());
    match random(3) {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, ['é', '(', ';', '.', 'x', '"', ',', ' ', '3'][random(9)]),
        _ => {
            let start = chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |k| k + 1);
            let end = chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |k| at + k);
            chars.drain(start..end);
        }
    }
    chars.into_iter().collect()
}

/// Does the grammar read a text without any of the rules that stand for a mistake? Nothing here looks at complaints.
fn legal(text: &str) -> bool {
    fn sound(pair: &crate::build::P<'_>) -> bool {
        use cadrage_grammar::Rule::{
            bloc_ouvert, err_milliers, err_point, err_selon_ouvert, err_virgule, err_virgule_liste, ligne_invalide, reste,
        };
        let mistakes = [bloc_ouvert, err_milliers, err_point, err_selon_ouvert, err_virgule, err_virgule_liste, ligne_invalide, reste];
        !mistakes.contains(&pair.as_rule()) && pair.clone().into_inner().all(|p| sound(&p))
    }
    layout::chunks(text).into_iter().all(|chunk| {
        let piece = &text[chunk.start..chunk.end];
        if !chunk.headed {
            return piece.lines().all(|l| layout::without_comment(l).trim().is_empty());
        }
        CadrageParser::parse(Rule::lecture, piece).is_ok_and(|pairs| pairs.into_iter().all(|p| sound(&p)))
    })
}

#[test]
fn one_fault_rarely_makes_two_complaints() {
    let mut state = 12345_u64;
    let mut random = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % n
    };
    let mut counts = [0; 4];
    for _ in 0..250 {
        for (_, text) in SAMPLES {
            let text = normalise(&broken(text, &mut random));
            let found = codes(&text);
            assert!(!found.is_empty() || legal(&text), "nothing is said of\n{text}");
            counts[found.len().min(3)] += 1;
        }
    }
    println!(
        "1500 faults, reading alone: {} legal, {} with one complaint, {} with two, {} with more",
        counts[0], counts[1], counts[2], counts[3]
    );
    assert!(counts[3] <= 1, "more than two complaints: {counts:?}");
    assert!(counts[2] * 100 <= 1500, "more than one in a hundred makes two: {counts:?}");
}

#[test]
fn a_deep_mistake_does_not_hide_the_others() {
    let deep = "(".repeat(300);
    let text = format!("constante x en € = 59.07\nformule y en € par agent :\n  = {deep}1\nfin\npopulation z = corps (PR, MCF)\n");
    let found: Vec<Code> = codes(&text).into_iter().map(|c| c.0).collect();
    assert_eq!(found, [Code::S02, Code::S07, Code::S03]);
}
