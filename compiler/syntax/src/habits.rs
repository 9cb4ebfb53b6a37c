//! Habits from other tools, and what to write instead.

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

/// A complaint for what stands at `at` in `line`, when it is a habit we know.
pub(crate) fn complaint(line: &str, at: usize, word: &str) -> Option<(Code, String, String)> {
    let after = line.get(at..).unwrap_or("");
    let no = |sign: &str, help: &str| Some((Code::S01, format!("`{sign}` n'est pas un signe de Cadrage"), help.to_owned()));
    for (sign, help) in SIGNS {
        if after.starts_with(sign) {
            return no(sign, help);
        }
    }
    // The second sign of a doubled one: the first was read as an operator.
    if at > 0 && after.starts_with('=') && line.get(..at).is_some_and(|b| b.ends_with('=')) {
        return no("==", "l'égalité s'écrit `=`");
    }
    if after.starts_with(',') {
        let message = "les éléments se séparent par « ; » : la virgule est réservée aux décimales".to_owned();
        return Some((Code::S03, message, "remplacez cette virgule par « ; »".to_owned()));
    }
    if after.starts_with('"') || line.matches('"').count() % 2 == 1 {
        let message = "ce texte entre guillemets n'est pas fermé, ou n'a pas sa place ici".to_owned();
        return (line.matches('"').count() % 2 == 1)
            .then(|| (Code::S01, message, "un texte s'ouvre et se ferme par `\"` sur la même ligne".to_owned()));
    }
    foreign(word).map(|(_, help)| (Code::S01, format!("`{word}` n'est pas une fonction de Cadrage"), help.to_owned()))
}

/// Signs of other languages, the longest first.
const SIGNS: &[(&str, &str)] = &[
    ("&&", "reliez deux conditions par `et`"),
    ("||", "reliez deux conditions par `ou`"),
    ("!=", "« différent de » s'écrit `<>`"),
    ("==", "l'égalité s'écrit `=`"),
    ("//", "un commentaire commence par `--`"),
    ("/*", "un commentaire commence par `--` et va jusqu'au bout de la ligne"),
    ("#", "un commentaire commence par `--`"),
    ("{", "un bloc s'ouvre par « : » et se ferme par « fin »"),
    ("}", "un bloc s'ouvre par « : » et se ferme par « fin »"),
    ("[", "écrivez le nom sans crochets : `masse_salariale`"),
    ("]", "écrivez le nom sans crochets : `masse_salariale`"),
    ("“", "les guillemets sont droits : `\"…\"`"),
    ("”", "les guillemets sont droits : `\"…\"`"),
    ("«", "les guillemets sont droits : `\"…\"`"),
    ("»", "les guillemets sont droits : `\"…\"`"),
    ("^", "une puissance s'écrit par un produit : `x * x`"),
    ("$", "une référence s'écrit par son nom, sans `$`"),
    ("'", "une apostrophe suit `d`, `l` ou `jusqu` ; un nom n'en contient pas"),
    ("\u{2019}", "une apostrophe suit `d`, `l` ou `jusqu` ; un nom n'en contient pas"),
];
