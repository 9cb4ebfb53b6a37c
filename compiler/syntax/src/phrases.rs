//! What newcomers write instead of a phrase of the language, and the phrase: words of everyday French, of English, of spreadsheets.
//! Not: signs and functions (see habits.rs).

use std::ops::Range;

use cadrage_grammar::Rule;
use cadrage_source::Code;

use crate::habits::Habit;
use crate::idioms;
use crate::layout::{self, first_word};

/// Where reading stopped: the line, the place in it, what could have followed.
pub(crate) struct Stop<'t> {
    pub(crate) line: &'t str,
    pub(crate) at: usize,
    pub(crate) word: &'t str,
    pub(crate) positives: &'t [Rule],
    /// What is being read, as it is said: « cette ligne de formule ».
    pub(crate) what: &'t str,
}

/// Words that stand for a sign, folded, the longest first.
const SIGNS: &[(&str, &str)] = &[
    ("est superieur ou egal a", ">="),
    ("est superieure ou egale a", ">="),
    ("est inferieur ou egal a", "<="),
    ("est inferieure ou egale a", "<="),
    ("superieur ou egal a", ">="),
    ("superieure ou egale a", ">="),
    ("inferieur ou egal a", "<="),
    ("inferieure ou egale a", "<="),
    ("est superieur a", ">"),
    ("est superieure a", ">"),
    ("est inferieur a", "<"),
    ("est inferieure a", "<"),
    ("superieur a", ">"),
    ("superieure a", ">"),
    ("inferieur a", "<"),
    ("inferieure a", "<"),
    ("est different de", "<>"),
    ("est differente de", "<>"),
    ("different de", "<>"),
    ("est egal a", "="),
    ("est egale a", "="),
    ("egal a", "="),
    ("egale a", "="),
    ("multiplie par", "*"),
    ("divise par", "/"),
    ("fois", "*"),
    ("plus", "+"),
    ("moins", "-"),
    ("then", "alors"),
    ("else", "sinon"),
    ("and", "et"),
    ("or", "ou"),
];

/// Units in letters.
const UNITS: &[(&str, &str)] = &[
    ("euros", "€"),
    ("euro", "€"),
    ("eur", "€"),
    ("keuros", "k€"),
    ("keuro", "k€"),
    ("keur", "k€"),
    ("meuros", "M€"),
    ("meur", "M€"),
    ("pourcents", "%"),
    ("pourcent", "%"),
    ("pourcentage", "%"),
    ("pour cent", "%"),
];

/// « à partir du », « depuis le »…
const DATED: &str = "une valeur datée s'écrit `à compter du JJ/MM/AAAA : …`";

/// First words of a line of a block, folded: what the line says in the language.
const OPENINGS: &[(&str, &str)] = &[
    ("a partir du", DATED),
    ("a partir de", DATED),
    ("depuis", DATED),
    ("des le", DATED),
    ("le", DATED),
    ("du", DATED),
    ("excepte", "une exception s'écrit `sauf pour <sélection> : …`"),
    ("sauf si", "une exception s'écrit `sauf pour <sélection> : …`"),
    ("defaut", "la valeur des autres cas s'écrit `par défaut …`"),
    ("autres", "la valeur des autres cas s'écrit `par défaut …`"),
    ("augmenter", "écrivez `modifier <nom> majorer de 1,5 %`"),
    ("majorer", "écrivez `modifier <nom> majorer de 1,5 %`"),
    ("diminuer", "écrivez `modifier <nom> minorer de 1,5 %`"),
    ("baisser", "écrivez `modifier <nom> minorer de 1,5 %`"),
    ("minorer", "écrivez `modifier <nom> minorer de 1,5 %`"),
    ("changer", "écrivez `modifier <nom> = …`"),
    ("remplacer par", "écrivez `modifier <nom> = …`"),
    ("embaucher", "une arrivée s'écrit `recruter 1 agent grade … composante … plafond … à compter du …`"),
    ("ajouter", "une arrivée s'écrit `recruter 1 agent grade … composante … plafond … à compter du …`"),
    ("licencier", "un départ s'écrit `faire partir l'agent … au JJ/MM/AAAA`"),
    ("supprimer", "un départ s'écrit `faire partir l'agent … au JJ/MM/AAAA`"),
    ("retirer", "un départ s'écrit `faire partir l'agent … au JJ/MM/AAAA`"),
    ("partir", "un départ s'écrit `faire partir l'agent … au JJ/MM/AAAA`"),
    ("arrondir", "écrivez `arrondi au centime`"),
    ("calculer", "le calcul commence par `=`"),
    ("calcul", "le calcul commence par `=`"),
    ("retourner", "le calcul commence par `=`"),
    ("return", "le calcul commence par `=`"),
    ("resultat", "le calcul commence par `=`"),
];

/// A phrase recognised where reading stopped.
pub(crate) fn complaint(stop: &Stop<'_>) -> Option<Habit> {
    let after = stop.line.get(stop.at..)?;
    idioms::complaint(stop, after)
        .or_else(|| sign_in_words(stop, after))
        .or_else(|| unit(stop, after))
        .or_else(|| naming(stop, after))
        .or_else(|| header(stop, after))
        .or_else(|| scenario(stop, after))
        .or_else(|| opening(stop, after))
        .or_else(|| ending(stop, after))
}

pub(crate) fn said(message: String, help: impl Into<String>, edits: Vec<(Range<usize>, String)>) -> Option<Habit> {
    Some(Habit { code: Code::S01, message, help: help.into(), edits })
}

/// Does the text begin with these words (folded, joined by one space)? How many bytes they take.
pub(crate) fn begins(text: &str, words: &str) -> Option<usize> {
    let mut at = 0;
    for (k, wanted) in words.split(' ').enumerate() {
        let rest = text.get(at..)?;
        let skipped = rest.len() - rest.trim_start_matches(layout::is_blank).len();
        if k > 0 && skipped == 0 {
            return None;
        }
        let word = first_word(rest);
        if crate::fold(word) != wanted {
            return None;
        }
        at += skipped + word.len();
    }
    Some(at)
}

fn sign_in_words(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    if let Some((sign, length)) = SIGNS.iter().find_map(|(words, sign)| Some((*sign, begins(after, words)?))) {
        let written = after.get(..length).unwrap_or("");
        return said(
            format!("`{written}` ne se lit pas dans un calcul"),
            format!("écrivez `{sign}`"),
            vec![(stop.at..stop.at + length, sign.to_owned())],
        );
    }
    let operand = stop.line.get(..stop.at)?.trim_end().ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '%' | '€'));
    if stop.word.eq_ignore_ascii_case("x") && operand && after.split_whitespace().nth(1).is_some() {
        return said(
            "`x` n'est pas un signe de Cadrage".to_owned(),
            "la multiplication s'écrit `*`",
            vec![(stop.at..stop.at + 1, "*".to_owned())],
        );
    }
    let folded = crate::fold(stop.word);
    if matches!(folded.as_str(), "finsi" | "endif") {
        return said(
            format!("`{}` n'a pas sa place ici", stop.word),
            format!("`si … alors … sinon …` se termine seul : retirez `{}`", stop.word),
            vec![(stop.at..stop.at + stop.word.len(), String::new())],
        );
    }
    // « if x > 1 »: the English word was read as a name, and reading stops after it.
    let before = stop.line.get(..stop.at)?.trim_end();
    let previous = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if previous.eq_ignore_ascii_case("if") {
        return said("`if` n'est pas un mot de Cadrage".to_owned(), "écrivez `si … alors … sinon …`", Vec::new());
    }
    None
}

fn unit(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let before = stop.line.get(..stop.at)?.trim_end();
    let expected = stop.positives.contains(&Rule::unite) || before.ends_with(|c: char| c.is_ascii_digit());
    if expected && let Some((sign, length)) = UNITS.iter().find_map(|(words, sign)| Some((*sign, begins(after, words)?))) {
        let written = after.get(..length).unwrap_or("");
        return said(
            format!("l'unité `{written}` ne s'écrit pas en lettres"),
            format!("écrivez `{sign}`"),
            vec![(stop.at..stop.at + length, sign.to_owned())],
        );
    }
    if stop.word.starts_with('€') || stop.word.starts_with('%') {
        let number = after.get(stop.word.len()..).unwrap_or("").trim_start();
        let digits: String = number.chars().take_while(|c| c.is_ascii_digit() || *c == ',').collect();
        if !digits.is_empty() {
            return said(
                format!("`{}` vient avant le nombre", stop.word),
                format!("l'unité s'écrit après le nombre : `{digits} {}`", stop.word),
                Vec::new(),
            );
        }
    }
    // « € / mois », « € par mois »: the unit is one word.
    let unit = before.rsplit(layout::is_blank).next().unwrap_or("");
    let is_unit = unit.ends_with(['€', '%']) || matches!(crate::fold(unit).as_str(), "point" | "points" | "etp" | "etpt" | "htd");
    let slash = after.starts_with('/').then_some(1).or_else(|| begins(after, "par"));
    if let (true, Some(length), Some(rest)) = (is_unit, slash, slash.and_then(|l| after.get(l..))) {
        let second = first_word(rest);
        let known = ["mois", "an", "point", "agent", "etp", "etpt", "heure", "jour", "htd", "pmss"];
        let of_formula = crate::fold(first_word(stop.line)) == "formule";
        if known.contains(&crate::fold(second).as_str()) && !of_formula {
            let end = stop.at + length + (rest.len() - rest.trim_start().len()) + second.len();
            let start = before.len();
            return said(
                "une unité s'écrit d'un seul mot".to_owned(),
                format!("écrivez `{unit}/{second}`"),
                vec![(start..end, format!("/{second}"))],
            );
        }
    }
    None
}

/// Names of several words, names that begin with a digit.
fn naming(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let head = layout::head(first_word(stop.line))?;
    let indent = stop.line.len() - stop.line.trim_start().len();
    let name_start = indent + first_word(stop.line).len();
    let begun = stop.line.get(name_start..stop.at)?;
    if begun.trim().is_empty() && after.starts_with(|c: char| c.is_ascii_digit()) && stop.positives.contains(&Rule::ident) {
        return said(format!("`{}` n'est pas un nom", stop.word), "un nom commence par une lettre : `mois_13`", Vec::new());
    }
    let measured = matches!(head, "constante" | "hypothese" | "formule" | "donnee" | "bareme");
    if !measured || !stop.positives.contains(&Rule::k_en) || begun.split_whitespace().count() != 1 {
        return None;
    }
    let rest = stop.line.get(name_start..)?;
    let end = rest.find(" en ")?;
    let words: Vec<&str> = rest.get(..end)?.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    if words.len() < 2 || rest.get(..end)?.contains(['"', '=', ':']) {
        return None;
    }
    let joined = words.join("_");
    let start = name_start + (rest.len() - rest.trim_start().len());
    said(
        "un nom s'écrit d'un seul mot".to_owned(),
        format!("joignez les mots par `_` : `{joined}`"),
        vec![(start..name_start + end, joined)],
    )
}

/// One-line constants: `= `, `source "…"`.
fn header(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let before = stop.line.get(..stop.at)?.trim_end();
    let last = first_word(before.rsplit(layout::is_blank).next().unwrap_or(""));
    if matches!(crate::fold(last).as_str(), "source" | "note" | "libelle") && stop.positives.contains(&Rule::chaine) {
        let (text, skip) = if after.starts_with(':') { (after.get(1..)?.trim(), 1) } else { (after.trim(), 0) };
        if skip == 1 {
            return said(
                format!("`{last}` n'est pas suivi de « : »"),
                format!("écrivez `{last} \"…\"`, sans « : »"),
                vec![(stop.at..stop.at + 1, String::new())],
            );
        }
        let shown = layout::without_comment(text).trim();
        return (!shown.is_empty() && !shown.contains(['"', '“', '”', '«', '»'])).then(|| {
            said(format!("le texte qui suit `{last}` n'est pas entre guillemets"), format!("écrivez `{last} \"{shown}\"`"), Vec::new())
        })?;
    }
    let head = layout::head(first_word(stop.line))?;
    if !matches!(head, "constante" | "hypothese") || !stop.positives.contains(&Rule::egal) {
        return None;
    }
    if after.starts_with(":=") {
        return said("`:=` n'est pas un signe de Cadrage".to_owned(), "écrivez `=`", vec![(stop.at..stop.at + 2, "=".to_owned())]);
    }
    let value = after.get(1..)?.trim();
    if after.starts_with(':') && !value.is_empty() {
        let shown: String = format!("{before} = {value}").chars().take(60).collect();
        return said(
            "« : » ouvre un bloc, dont les lignes suivent".to_owned(),
            format!("sur une seule ligne, la valeur suit `=` : `{}`", shown.trim()),
            vec![(stop.at..stop.at + 1, "=".to_owned())],
        );
    }
    if after.starts_with(|c: char| c.is_ascii_digit()) {
        return said("il manque un signe devant la valeur".to_owned(), "il manque « = »", vec![(stop.at..stop.at, "= ".to_owned())]);
    }
    None
}

fn scenario(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let before = stop.line.get(..stop.at)?.trim_end();
    let verb = crate::fold(first_word(stop.line));
    let written = stop.line.trim_start();
    let date = |text: &str| text.split_whitespace().next().unwrap_or("").to_owned();
    match verb.as_str() {
        "modifier" => {
            let name = written.split_whitespace().nth(1).unwrap_or("…");
            if after.starts_with(':') {
                return said(
                    "« : » n'a pas sa place ici".to_owned(),
                    format!("la nouvelle valeur suit `=` : `modifier {name} = …`"),
                    vec![(stop.at..stop.at + 1, "=".to_owned())],
                );
            }
            if after.starts_with(['+', '-']) {
                let (raise, rest) = (after.starts_with('+'), after.get(1..)?.trim());
                let how = if raise { "majorer" } else { "minorer" };
                return said(
                    format!("`{}` n'a pas sa place ici", stop.word),
                    format!("écrivez `modifier {name} {how} de {rest}`"),
                    Vec::new(),
                );
            }
            let preposition = before.ends_with(" à") || before.ends_with(" a");
            if preposition && after.starts_with(|c: char| c.is_ascii_digit()) {
                return said(
                    "la nouvelle valeur ne suit pas « à »".to_owned(),
                    format!("écrivez `modifier {name} = {}`", after.trim()),
                    Vec::new(),
                );
            }
            None
        }
        "recruter" if after.starts_with(|c: char| c.is_alphabetic()) => {
            if let Some(length) =
                begins(after, "le").or_else(|| begins(after, "au")).or_else(|| begins(after, "en")).or_else(|| begins(after, "des le"))
            {
                let when = date(after.get(length..)?);
                let when = if when.contains('/') && when.len() == 10 { when } else { "01/09/2026".to_owned() };
                return said("la date d'arrivée se dit autrement".to_owned(), format!("écrivez `à compter du {when}`"), Vec::new());
            }
            let count = before.rsplit(layout::is_blank).next().unwrap_or("");
            if !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()) && stop.positives.contains(&Rule::unite) {
                let noun = if count == "1" { "agent" } else { "agents" };
                return said(
                    format!("{count} quoi ?"),
                    format!("écrivez `recruter {count} {noun} {} …`", stop.word),
                    vec![(stop.at..stop.at, format!("{noun} "))],
                );
            }
            None
        }
        "faire" => {
            let length = begins(after, "le").or_else(|| begins(after, "du")).or_else(|| begins(after, "en"))?;
            let when = date(after.get(length..)?);
            let when = if when.contains('/') && when.len() == 10 { when } else { "31/08/2026".to_owned() };
            said("la date de départ se dit autrement".to_owned(), format!("écrivez `au {when}`, dernier jour d'activité"), Vec::new())
        }
        _ => None,
    }
}

/// The first words of a line of a block.
fn opening(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let before = stop.line.get(..stop.at)?;
    let written = stop.line.trim_start();
    if layout::head(first_word(stop.line)).is_some() {
        return None;
    }
    if crate::fold(before.trim()) == "sauf" {
        return said(
            "il manque un mot après `sauf`".to_owned(),
            "il manque « pour » : `sauf pour corps PR : …`",
            vec![(stop.at..stop.at, "pour ".to_owned())],
        );
    }
    let opened = before.trim().is_empty() || before.split_whitespace().count() == 1;
    if let Some((words, help)) = OPENINGS.iter().find(|(words, _)| opened && begins(written, words).is_some()) {
        // « à partir du 01/01/2026 : 5 € » is « à compter du », whatever the value.
        let may_be_dated = *help == DATED;
        let dated = may_be_dated && written.contains(':') && written.contains('/') && !written.contains(" au ");
        let length = begins(written, words).unwrap_or(0);
        let indent = stop.line.len() - written.len();
        let end = written.get(length..).map_or(0, |rest| begins(rest, "le").unwrap_or(0)) + length;
        let edits = if dated { vec![(indent..indent + end, "à compter du".to_owned())] } else { Vec::new() };
        if dated || !may_be_dated {
            let start = written.get(..length).unwrap_or("");
            let name = written.split_whitespace().nth(1).unwrap_or("…");
            return said(format!("`{start}` n'ouvre aucune ligne de ce bloc"), help.replace("<nom>", name), edits);
        }
    }
    let name = first_word(written);
    let rest = written.get(name.len()..)?.trim_start();
    if let Some(value) = rest.strip_prefix('=').filter(|v| opened && !name.is_empty() && !v.starts_with('=')) {
        let value = layout::without_comment(value).trim();
        let start = stop.line.len() - written.len();
        if stop.what.contains("formule") {
            return said(
                "le nom du calcul est déjà dans l'en-tête".to_owned(),
                format!("la ligne du calcul commence par `=` : `= {value}`"),
                vec![(start..start + written.len() - rest.len(), String::new())],
            );
        }
        if stop.what.contains("scénario") {
            return said(
                format!("`{name}` n'ouvre aucune ligne de ce bloc"),
                format!("écrivez `modifier {name} = {value}`"),
                vec![(start..start, "modifier ".to_owned())],
            );
        }
    }
    if crate::fold(first_word(written)) == "arrondi" && after.starts_with(|c: char| c.is_ascii_digit()) {
        return said("il manque un mot après `arrondi`".to_owned(), "écrivez `arrondi au centime`, ou `arrondi à 2 décimales`", Vec::new());
    }
    None
}

/// What is too much at the end.
fn ending(stop: &Stop<'_>, after: &str) -> Option<Habit> {
    let rest = layout::without_comment(after).trim();
    if rest == "." {
        return said("une phrase ne finit pas par un point".to_owned(), "retirez le point", vec![(stop.at..stop.at + 1, String::new())]);
    }
    if rest == ";" {
        return said("une phrase ne finit pas par « ; »".to_owned(), "retirez ce « ; »", vec![(stop.at..stop.at + 1, String::new())]);
    }
    if crate::fold(first_word(stop.line)) == "fin" && layout::head(rest).is_some() {
        let start = stop.line.get(..stop.at)?.trim_end().len();
        return said(
            format!("`{rest}` n'a pas sa place ici"),
            "`fin` seul ferme le bloc",
            vec![(start..stop.at + rest.len(), String::new())],
        );
    }
    None
}

/// What stands outside every block, said otherwise: the help, and the head word to write instead when that is certain.
pub(crate) fn outside(word: &str) -> Option<(String, Option<&'static str>)> {
    let folded = crate::fold(word);
    Some(match folded.as_str() {
        "modifier" | "recruter" | "promouvoir" | "muter" | "fusionner" | "faire" | "appliquer" | "projeter" | "constate" | "annuler"
        | "decaler" => (format!("`{word}` s'écrit dans un `scénario … : … fin`"), None),
        "arrondi" | "alimente" | "agregation" | "sauf" | "pour" => (format!("`{word}` s'écrit dans un bloc, entre « : » et « fin »"), None),
        "import" | "importer" | "include" | "inclure" | "use" | "using" | "charger" => {
            ("un module s'utilise ainsi : `utiliser socle.point version \"2026.1\"`".to_owned(), Some("utiliser"))
        }
        "parametre" | "variable" | "valeur" | "taux" | "const" | "let" | "var" => {
            ("une valeur se déclare par `constante` (un texte la fixe) ou `hypothèse` (vous la fixez)".to_owned(), None)
        }
        "fonction" | "function" | "def" | "calcul" | "calculer" | "regle" => {
            ("un calcul se déclare par `formule … en … par agent : … fin`".to_owned(), None)
        }
        "si" | "if" => ("un `si` s'écrit dans une `formule … : … fin`, après `=`".to_owned(), None),
        _ => return None,
    })
}
