//! Dates as they are spoken, lists and aggregates as they are said: what stands there, and how it is written. Part of phrases.rs.

use std::ops::Range;

use cadrage_grammar::Rule;
use cadrage_source::Code;

use crate::habits::Habit;
use crate::layout::{self, first_word};
use crate::phrases::{Stop, begins, said};

pub(crate) fn complaint(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    digits(stop, after)
        .or_else(|| date(stop, after))
        .or_else(|| list(stop, after))
        .or_else(|| aggregate(stop, after))
        .or_else(|| clause(stop, after))
}

/// `1'234`, `5 ,5`.
fn digits(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let before = stop.line.get(..stop.at)?;
    let figures = |t: &str| t.chars().take_while(char::is_ascii_digit).count();
    let last = before.trim_end();
    let whole = last.get(last.trim_end_matches(|c: char| c.is_ascii_digit()).len()..)?;
    let rest = after.get(after.chars().next()?.len_utf8()..)?;
    if whole.is_empty() || figures(rest) == 0 {
        return None;
    }
    let next = rest.get(..figures(rest))?;
    if after.starts_with(['\'', '\u{2019}']) && next.len() == 3 {
        let width = after.len() - rest.len();
        return said(
            "les milliers se séparent par une espace".to_owned(),
            format!("écrivez `{whole} {next}`"),
            vec![(stop.at..stop.at + width, " ".to_owned())],
        );
    }
    if after.starts_with(',') && last.len() < before.len() {
        let help = format!("écrivez `{whole},{next}` pour un nombre, `{whole} ; {next}` pour deux");
        return Some(Habit { code: Code::S03, message: "cette virgule est détachée des chiffres".to_owned(), help, edits: Vec::new() });
    }
    None
}

/// `1er janvier 2026`, `2026/01/01`, `mai 26`, a year where a month is wanted.
fn date(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let (day, month) = (stop.positives.contains(&Rule::date), stop.positives.contains(&Rule::mois));
    if !(day || month) {
        return None;
    }
    let tell = |written: &str, right: String, certain: bool| {
        let edits: Vec<(Range<usize>, String)> = if certain { vec![(stop.at..stop.at + written.len(), right.clone())] } else { Vec::new() };
        said(format!("`{written}` n'est pas une date du langage"), format!("écrivez `{right}`"), edits)
    };
    let first = after.split(layout::is_blank).next().unwrap_or("");
    if let [year, m, d] = first.split('/').collect::<Vec<_>>().as_slice()
        && (year.len(), m.len(), d.len()) == (4, 2, 2)
    {
        return tell(first, format!("{d}/{m}/{year}"), true);
    }
    let mut words = after.split_whitespace();
    let (a, b, c) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
    let number: String = a.chars().take_while(char::is_ascii_digit).collect();
    if let (Some(m), Ok(d)) = (month_named(b), number.parse::<u32>())
        && c.len() == 4
        && c.bytes().all(|x| x.is_ascii_digit())
    {
        let end = after.find(c)? + c.len();
        return tell(after.get(..end)?, format!("{d:02}/{m:02}/{c}"), day);
    }
    if let Some(m) = month_named(a) {
        let year = if b.len() == 2 && b.bytes().all(|x| x.is_ascii_digit()) { format!("20{b}") } else { "2026".to_owned() };
        return tell(a, format!("{m:02}/{year}"), false);
    }
    if month && a.len() == 4 && a.bytes().all(|x| x.is_ascii_digit()) {
        return said(format!("`{a}` est une année, un mois est attendu"), format!("écrivez le dernier mois : `12/{a}`"), Vec::new());
    }
    None
}

fn month_named(word: &str) -> Option<usize> {
    const NAMES: [&str; 12] =
        ["janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"];
    let folded = crate::fold(word.trim_end_matches('.'));
    NAMES.iter().position(|n| folded.len() >= 3 && n.starts_with(folded.as_str())).map(|k| k + 1)
}

/// `corps PR ou corps MCF`, `corps PR, MCF`, `corps = PR`.
fn list(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let opening = crate::fold(first_word(stop.line));
    if !matches!(opening.as_str(), "population" | "pour" | "sauf") {
        return None;
    }
    let before = stop.line.get(..stop.at)?.trim_end();
    let mut said_before = before.rsplit(layout::is_blank);
    let (last, axis) = (said_before.next().unwrap_or(""), said_before.next().unwrap_or(""));
    if last == "=" && !axis.is_empty() && opening == "population" && before.matches('=').count() == 2 {
        let start = before.len() - 1;
        let code = first_word(after);
        return said(
            "un code suit son axe sans signe".to_owned(),
            format!("écrivez `{axis} {code}`"),
            vec![(start..stop.at, String::new())],
        );
    }
    let length = if after.starts_with(',') { 1 } else { begins(after, "ou")? };
    let words: Vec<&str> = after.get(length..)?.split_whitespace().take(2).collect();
    let code = match words.as_slice() {
        [again, code] if crate::fold(again) == crate::fold(axis) => first_word(code),
        [code, ..] => first_word(code),
        [] => return None,
    };
    let help = format!("une liste s'écrit `{axis} ({last} ; {code})`");
    let code = if after.starts_with(',') { Code::S03 } else { Code::S01 };
    let message = if code == Code::S03 { "la virgule ne sépare pas les codes" } else { "une sélection n'a pas de « ou »" };
    Some(Habit { code, message: message.to_owned(), help, edits: Vec::new() })
}

/// `somme inm`, `moyenne pondérée de inm par quotité`, `mois précédent`, `du mois dernier`.
fn aggregate(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let before = stop.line.get(..stop.at)?.trim_end();
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let folded = crate::fold(last);
    let aggregates = matches!(folded.as_str(), "somme" | "moyenne" | "cumul" | "total");
    if aggregates && let Some(length) = begins(after, "ponderee").or_else(|| begins(after, "ponderee par")) {
        let rest: Vec<&str> = after.get(length..)?.split_whitespace().collect();
        let (what, weight) = match rest.as_slice() {
            ["de", what, "par", weight, ..] => (*what, *weight),
            ["par", weight, "de", what, ..] => (*what, *weight),
            _ => ("x", "y"),
        };
        return said(
            "la pondération suit ce qu'elle pondère".to_owned(),
            format!("écrivez `moyenne de {what} pondérée par {weight}`"),
            Vec::new(),
        );
    }
    if aggregates && after.starts_with(|c: char| c.is_alphabetic()) {
        return said(
            format!("il manque un mot après `{last}`"),
            format!("il manque « de » : `{last} de {}`", first_word(after)),
            vec![(stop.at..stop.at, "de ".to_owned())],
        );
    }
    if begins(after, "mois precedent").is_some() && folded != "du" {
        return said(
            "il manque un mot devant `mois précédent`".to_owned(),
            "il manque « du » : `… du mois précédent`",
            vec![(stop.at..stop.at, "du ".to_owned())],
        );
    }
    let right = ["mois dernier", "mois passe", "mois d"].iter().find(|w| begins(after, w).is_some()).map(|_| "du mois précédent");
    let right = right.or_else(|| {
        let year = ["annee derniere", "annee precedente", "exercice dernier", "an dernier"];
        year.iter().find(|w| begins(after, w).is_some()).map(|_| "de l'exercice précédent")
    });
    right.and_then(|right| said("ce moment se dit autrement".to_owned(), format!("écrivez `{right}`"), Vec::new()))
}

/// Clauses said in another order.
fn clause(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let before = stop.line.get(..stop.at)?.trim_end();
    let opening = crate::fold(first_word(stop.line));
    let article = ["le", "la", "les", "l"].iter().find_map(|w| begins(after, w));
    if let (Some(length), "appliquer" | "modifier") = (article, opening.as_str())
        && before.split_whitespace().count() == 1
    {
        let rest = after.get(length..)?.trim_start_matches(['\'', '\u{2019}', ' ']);
        let noun = begins(rest, "variante").or_else(|| begins(rest, "constante")).or_else(|| begins(rest, "hypothese")).unwrap_or(0);
        let name = first_word(rest.get(noun..)?);
        let end = stop.at + (after.len() - rest.len()) + noun;
        let blanks = stop.line.get(end..)?.len() - stop.line.get(end..)?.trim_start().len();
        let word = first_word(stop.line);
        return said(
            "le nom suit le verbe, sans article".to_owned(),
            format!("écrivez `{word} {name}`"),
            vec![(stop.at..end + blanks, String::new())],
        );
    }
    if opening == "attendre" {
        return said("il manque le mois attendu".to_owned(), format!("écrivez `en 03/2026 {}`", stop.line.trim()), Vec::new());
    }
    if opening == "formule" && (after.starts_with('=') || after.strip_prefix(':').is_some_and(|r| r.trim_start().starts_with('='))) {
        let value = after.trim_start_matches([':', ' ', '=']).trim();
        return said(
            "une formule est un bloc".to_owned(),
            format!("après « : », passez à la ligne, écrivez `= {value}`, puis `fin`"),
            Vec::new(),
        );
    }
    if crate::fold(stop.word) == "selon" {
        return said(
            "`selon` ouvre une table".to_owned(),
            "passez à la ligne après `selon` : un cas par ligne, puis `sinon : …` et `fin`",
            Vec::new(),
        );
    }
    if opening == "sinon" && before.split_whitespace().count() == 1 && stop.what.contains("formule") {
        let shown = layout::without_comment(after).trim();
        return said("il manque un signe après `sinon`".to_owned(), format!("il manque « : » : `sinon : {shown}`"), Vec::new());
    }
    let last = first_word(before.rsplit(layout::is_blank).next().unwrap_or(""));
    let bounds = opening == "hypothese" && (last == "de" || stop.line.contains(" entre ")) && !stop.line.contains(" et ");
    if bounds && (after.starts_with('-') || last == "de") {
        return said("les bornes se disent autrement".to_owned(), "écrivez `entre 0 % et 10 %`", Vec::new());
    }
    None
}
