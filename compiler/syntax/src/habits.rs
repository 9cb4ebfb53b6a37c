//! Habits from other tools, and what to write instead.

use std::ops::Range;

use cadrage_source::Code;

/// English and spreadsheet functions: the French one to read instead, when there is one of the same shape, and the help.
pub(crate) fn foreign(name: &str) -> Option<(Option<&'static str>, &'static str)> {
    Some(match name.to_uppercase().as_str() {
        "IF" => (Some("SI"), "vouliez-vous `SI(… ; … ; …)` ? ou, en toutes lettres : `si … alors … sinon …`"),
        "AND" => (Some("ET"), "vouliez-vous `ET(… ; …)` ? ou, en toutes lettres : `… et …`"),
        "OR" => (Some("OU"), "vouliez-vous `OU(… ; …)` ? ou, en toutes lettres : `… ou …`"),
        "SUM" => (Some("SOMME"), "vouliez-vous `SOMME(…)` ? ou, en toutes lettres : `somme de (…)`"),
        "AVERAGE" => (Some("MOYENNE"), "vouliez-vous `MOYENNE(…)` ? ou, en toutes lettres : `moyenne de (…)`"),
        "ROUND" => (Some("ARRONDI"), "vouliez-vous `ARRONDI(… ; 2)` ?"),
        "ROUNDUP" | "ROUNDDOWN" => (None, "écrivez la clause `arrondi supérieur …` ou `arrondi inférieur …` de la formule"),
        "RECHERCHEV" | "VLOOKUP" | "RECHERCHEX" | "XLOOKUP" | "INDEX" | "EQUIV" | "MATCH" => (
            None,
            "un barème ou une grille se lit par son nom : `nom_du_barème(assiette)` ; une valeur qui dépend d'un code s'écrit `sauf pour grade …`",
        ),
        "SOMME.SI" | "SOMME.SI.ENS" | "SUMIF" | "SUMIFS" => (None, "écrivez `somme de (…) pour <sélection>`"),
        "NB.SI" | "COUNTIF" => (None, "écrivez `somme de (…) pour <sélection>`, sur un effectif"),
        "SIERREUR" | "IFERROR" => (None, "écrivez `… à défaut …`"),
        _ => return None,
    })
}

/// A habit recognised: what to say, and the safe replacements, as ranges of the line.
pub(crate) struct Habit {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) edits: Vec<(Range<usize>, String)>,
}

/// A complaint for what stands at `at` in `line`, when it is a habit we know.
pub(crate) fn complaint(line: &str, at: usize, word: &str) -> Option<Habit> {
    let after = line.get(at..).unwrap_or("");
    let habit = |message: String, help: &str, edits| Some(Habit { code: Code::S01, message, help: help.to_owned(), edits });
    // The second sign of a doubled one: the first was read as an operator.
    if at > 0 && after.starts_with('=') && line.get(..at).is_some_and(|b| b.ends_with('=')) {
        return habit(no("=="), "l'égalité s'écrit `=`", vec![(at - 1..at + 1, "=".to_owned())]);
    }
    for (sign, help, right) in SIGNS {
        if after.starts_with(sign) {
            let edits = right.map_or_else(|| closed(line, at, sign), |right| vec![(at..at + sign.len(), right.to_owned())]);
            return habit(no(sign), help, edits);
        }
    }
    if after.starts_with(',') {
        let message = "les éléments se séparent par « ; » : la virgule est réservée aux décimales".to_owned();
        return Some(Habit { code: Code::S03, message, help: "remplacez cette virgule par « ; »".to_owned(), edits: Vec::new() });
    }
    if after.starts_with('"') || line.matches('"').count() % 2 == 1 {
        let message = "ce texte entre guillemets n'est pas fermé, ou n'a pas sa place ici".to_owned();
        return (line.matches('"').count() % 2 == 1)
            .then(|| habit(message, "un texte s'ouvre et se ferme par `\"` sur la même ligne", Vec::new()))?;
    }
    // « SOMME.SI.ENS »: reading stops at the first point.
    let name = |c: char| !(c.is_alphanumeric() || c == '.');
    let start = line.get(..at)?.rfind(name).map_or(0, |k| k + line.get(k..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8));
    let dotted = line.get(start..)?.split(name).next().unwrap_or("");
    if dotted.contains('.')
        && let Some((_, help)) = foreign(dotted)
    {
        return habit(format!("`{dotted}` n'est pas une fonction de Cadrage"), help, Vec::new());
    }
    let (french, help) = foreign(word)?;
    let edits = french.map(|f| (at..at + word.len(), f.to_owned())).into_iter().collect();
    habit(format!("`{word}` n'est pas une fonction de Cadrage"), help, edits)
}

fn no(sign: &str) -> String {
    format!("`{sign}` n'est pas un signe de Cadrage")
}

/// Typographic quotes to straight ones, when both are on the line and hold no straight one.
fn closed(line: &str, at: usize, sign: &str) -> Vec<(Range<usize>, String)> {
    let Some((_, closing)) = [("“", "”"), ("«", "»")].into_iter().find(|(open, _)| *open == sign) else { return Vec::new() };
    let start = at + sign.len();
    let rest = line.get(start..).unwrap_or("");
    let Some(length) = rest.find(closing) else { return Vec::new() };
    let inside = rest.get(..length).unwrap_or("");
    if inside.contains('"') {
        return Vec::new();
    }
    vec![(at..start + length + closing.len(), format!("\"{}\"", inside.trim()))]
}

/// Signs of other languages, the longest first: what to say, and what they become where that is certain.
const SIGNS: &[(&str, &str, Option<&str>)] = &[
    ("&&", "reliez deux conditions par `et`", Some("et")),
    ("||", "reliez deux conditions par `ou`", Some("ou")),
    ("!=", "« différent de » s'écrit `<>`", Some("<>")),
    ("==", "l'égalité s'écrit `=`", Some("=")),
    ("&", "reliez deux conditions par `et` ; deux textes ne s'assemblent pas", None),
    ("//", "un commentaire commence par `--`", Some("--")),
    ("/*", "un commentaire commence par `--` et va jusqu'au bout de la ligne", None),
    ("#", "un commentaire commence par `--`", Some("--")),
    ("{", "un bloc s'ouvre par « : » et se ferme par « fin »", None),
    ("}", "un bloc s'ouvre par « : » et se ferme par « fin »", None),
    ("[", "écrivez le nom sans crochets, les mots joints par `_` : `masse_salariale`", None),
    ("]", "écrivez le nom sans crochets, les mots joints par `_` : `masse_salariale`", None),
    ("“", "les guillemets sont droits : `\"…\"`", None),
    ("”", "les guillemets sont droits : `\"…\"`", None),
    ("«", "les guillemets sont droits : `\"…\"`", None),
    ("»", "les guillemets sont droits : `\"…\"`", None),
    ("^", "une puissance s'écrit par un produit : `x * x`", None),
    ("$", "une référence s'écrit par son nom, sans `$`", None),
    ("'", "une apostrophe suit `d`, `l` ou `jusqu` ; un nom n'en contient pas", None),
    ("\u{2019}", "une apostrophe suit `d`, `l` ou `jusqu` ; un nom n'en contient pas", None),
];
