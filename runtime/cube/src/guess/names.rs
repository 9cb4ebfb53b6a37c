//! Column names compared by their words, abbreviations spelled out.

use crate::layout::folded;

/// Abbreviations of French information systems, and the word they stand for; nothing for words that say nothing.
const SPELLED: &[(&str, &str)] = &[
    ("d", "date"),
    ("dt", "date"),
    ("dat", "date"),
    ("dte", "date"),
    ("deb", "debut"),
    ("c", ""),
    ("cd", ""),
    ("cod", ""),
    ("code", ""),
    ("no", ""),
    ("id", ""),
    ("de", ""),
    ("du", "du"),
    ("le", ""),
    ("la", ""),
    ("lib", "libelle"),
    ("mt", "montant"),
    ("mnt", "montant"),
    ("tx", "taux"),
    ("nb", "nombre"),
    ("nbr", "nombre"),
    ("pc", "pourcentage"),
    ("pct", "pourcentage"),
    ("pourc", "pourcentage"),
    ("num", "numerateur"),
    ("den", "denominateur"),
    ("ech", "echelon"),
    ("chev", "chevron"),
    ("nais", "naissance"),
    ("naiss", "naissance"),
    ("struct", "structure"),
    ("aff", "affectation"),
    ("affect", "affectation"),
    ("elt", "element"),
    ("elem", "element"),
    ("orig", "origine"),
    ("cert", "certitude"),
    ("mvt", "mouvement"),
    ("enf", "enfants"),
    ("quot", "quotite"),
    ("remu", "remuneration"),
    ("remun", "remuneration"),
    ("plaf", "plafond"),
    ("spec", "specialite"),
    ("dep", "depart"),
    ("suiv", "suivant"),
    ("sit", "situation"),
    ("ctr", "contrat"),
    ("princ", "principale"),
    ("imput", "imputation"),
    ("txt", "commentaire"),
    ("texte", "commentaire"),
    ("cpt", "compte"),
    ("mat", "matricule"),
    ("pat", ""),
    ("tem", ""),
    ("temoin", ""),
    ("pt", "points"),
    ("pts", "points"),
    ("seq", "segment"),
    ("sequence", "segment"),
    ("paye", "paie"),
    ("pay", "paie"),
    ("unite", "unites"),
    ("arrivee", "entree"),
    ("recrutement", "entree"),
    ("saisie", "connaissance"),
    ("budget", "plafond"),
    ("cc", "centre"),
    ("exclue", ""),
    ("cout", ""),
    ("en", ""),
];

/// Other ways to call a column, in spelled words.
const OTHERS: &[(&str, &[&str])] = &[
    ("matricule", &["dossier", "agent", "numen"]),
    ("date_entree_echelon", &["date echelon"]),
    ("anciennete_conservee", &["reliquat"]),
    ("ib", &["indice brut"]),
    ("inm", &["indice majore", "im", "indice"]),
    ("prochain_echelon", &["echelon suivant"]),
    ("prochain_chevron", &["chevron suivant"]),
    ("date_prochain", &["date echelon suivant", "date prochain echelon"]),
    ("quotite_remuneree", &["remuneration"]),
    ("remuneration", &["mode remuneration"]),
    ("montant_forfait", &["forfait"]),
    ("contrat_fin_exclue", &["date fin contrat", "fin contrat"]),
    ("structure", &["affectation"]),
    ("enfants", &["nombre enfants"]),
    ("nbi_points", &["nbi"]),
    ("date_debut", &["date debut situation", "date debut affectation", "debut", "date debut imputation"]),
    ("date_fin_exclue", &["date fin situation", "date fin affectation", "fin", "date fin", "date fin imputation"]),
    ("type_mouvement", &["mouvement"]),
    ("rang", &["ordre"]),
    ("taux", &["pourcentage affectation", "taux unites", "taux affectation"]),
    ("type_affectation", &["type"]),
    ("mois_paie", &["mois"]),
    ("rubrique", &["element"]),
    ("nature_exercice", &["origine", "nature"]),
    ("periode_origine", &["du mois", "mois origine", "periode"]),
    ("montant", &["montant liquide"]),
    ("nombre", &["nombre unites", "nombre heures"]),
    ("pourcentage", &["pourcentage imputation"]),
    ("centre_de_cout", &["centre"]),
    ("commentaire", &["libelle"]),
];

/// The words of a name, spelled out.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in folded(name).split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()) {
        let word = SPELLED.iter().find(|(short, _)| *short == part).map_or(part, |(_, long)| *long);
        if !word.is_empty() && !out.iter().any(|o| o == word) {
            out.push(word.to_owned());
        }
    }
    out
}

/// How near a name is to a canonical column: 100 when they have the same words.
pub(super) fn score(column: &str, found: &[String]) -> i32 {
    let others = OTHERS.iter().find(|(name, _)| *name == column).map_or(&[][..], |(_, others)| *others);
    let other = |way: &&str| way.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let ways = std::iter::once(words(column)).chain(others.iter().map(other));
    ways.map(|way| near(&way, found)).max().unwrap_or(0)
}

/// Words in common, out of a hundred of all the words.
fn near(a: &[String], b: &[String]) -> i32 {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    let common = a.iter().filter(|w| b.contains(w)).count();
    i32::try_from(common * 100 / (a.len() + b.len() - common)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviated_names_are_spelled_out() {
        assert_eq!(words("D_ECH_SUIV"), ["date", "echelon", "suivant"]);
        assert_eq!(score("date_prochain", &words("D_ECH_SUIV")), 100);
        assert_eq!(score("date_naissance", &words("Date de naissance")), 100);
        assert_eq!(score("centre_de_cout", &words("C_CENTRE")), 100);
        assert!(score("montant", &words("Montant brut")) >= 50);
        assert_eq!(score("montant", &words("D_NAIS")), 0);
    }
}
