//! The canonical spelling of each word: accents, case, dates, thousands.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cadrage_grammar::{Rule, WORDS, Word};
use cadrage_value::{Date, THIN_SPACE};

use crate::build::read_month;
use crate::operators;

/// Words of the language by their rule.
static BY_RULE: LazyLock<BTreeMap<&'static str, &'static Word>> = LazyLock::new(|| WORDS.iter().map(|w| (w.rule, w)).collect());

/// Units as they are written; the folded form of each finds it.
const UNITS: &[&str] = &[
    "point", "points", "IB", "ETP", "ETPT", "ETPF", "agent", "agents", "emploi", "emplois", "année", "années", "an", "ans", "mois", "jour",
    "jours", "hTD", "h", "heure", "heures", "PMSS",
];

/// How a word of the text is written.
pub(super) fn canonical(rule: Rule, text: &str) -> String {
    let text = text.trim();
    match rule {
        Rule::op_calcul => match text {
            "*" => "×".to_owned(),
            "÷" => "/".to_owned(),
            other => other.to_owned(),
        },
        Rule::op_comp => operators::read(text).map_or_else(|| text.to_owned(), |o| operators::symbol(o).to_owned()),
        Rule::date => Date::parse(text).map_or_else(|| text.to_owned(), Date::to_french),
        Rule::mois => read_month(text).map_or_else(|| text.to_owned(), cadrage_value::Month::to_french),
        Rule::nombre => grouped(text),
        Rule::unite => text.split('/').map(factor).collect::<Vec<_>>().join("/"),
        Rule::numero_mois => format!("{text:0>2}"),
        Rule::si_phrase => "si".to_owned(),
        _ => word(rule, text).unwrap_or(text).to_owned(),
    }
}

/// A code of the members of an axis: capitals. Accents stay as written: they do not count, and French capitals take them.
pub(super) fn member(text: &str) -> String {
    text.trim().to_uppercase()
}

/// The spelling of a word of the language, in the form its author chose (`du`, `de la`, `publiée`).
fn word(rule: Rule, text: &str) -> Option<&'static str> {
    let word = BY_RULE.get(format!("{rule:?}").as_str())?;
    let key = key(text);
    word.forms.iter().copied().find(|form| crate::fold(form) == key)
}

/// Accents, case, kinds of blanks and of apostrophes do not count.
fn key(text: &str) -> String {
    let plain = text.replace('\u{2019}', "'");
    crate::fold(&plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn factor(text: &str) -> String {
    let folded = crate::fold(text);
    UNITS.iter().find(|u| crate::fold(u) == folded).map_or_else(|| text.to_owned(), |u| (*u).to_owned())
}

/// Thousands apart from five digits on; four digits stay as their author wrote them, for they may be a year.
fn grouped(text: &str) -> String {
    let (whole, decimals) = text.split_once(',').unwrap_or((text, ""));
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let apart = digits.len() < whole.len() || (digits.len() > 4 && !digits.starts_with('0'));
    let mut out = String::new();
    for (k, c) in digits.chars().enumerate() {
        if apart && k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(THIN_SPACE);
        }
        out.push(c);
    }
    if !decimals.is_empty() {
        out.push(',');
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(grouped("1 234,5600"), "1\u{202F}234,5600");
        assert_eq!(grouped("2026"), "2026");
        assert_eq!(grouped("151000000"), "151\u{202F}000\u{202F}000");
        assert_eq!(grouped("00012"), "00012");
    }

    #[test]
    fn words_keep_their_form() {
        assert_eq!(canonical(Rule::k_hypothese, "HYPOTHESE"), "hypothèse");
        assert_eq!(canonical(Rule::k_de, "DE  LA"), "de la");
        assert_eq!(canonical(Rule::k_jusqua, "jusqu\u{2019}a"), "jusqu'à");
        assert_eq!(canonical(Rule::k_publie, "publiee"), "publiée");
        assert_eq!(canonical(Rule::unite, "etpt/MOIS"), "ETPT/mois");
        assert_eq!(canonical(Rule::mois, "sept. 2026"), "09/2026");
        assert_eq!(canonical(Rule::op_calcul, "*"), "×");
    }

    #[test]
    fn every_unit_of_the_grammar_is_in_the_list() {
        for unit in UNITS {
            assert_eq!(factor(&unit.to_uppercase()), *unit);
        }
    }
}
