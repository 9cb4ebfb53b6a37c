//! The language's manual, carried by the program: `cadrage aide manuel`, `cadrage aide formule`.

use cadrage_driver::fold;

macro_rules! pages {
    ($($stem:literal $words:literal)*) => {
        /// File, words it answers to besides those of its name, text.
        const PAGES: &[(&str, &str, &str)] =
            &[$(($stem, $words, include_str!(concat!("../../../grammar/manual/", $stem, ".md")))),*];
    };
}

pages! {
    "README" "manuel langage sommaire"
    "dix-minutes" "visite débuter"
    "excel-vers-cadrage" "bo business objects tableur"
    "lexique" "etp etpt etpf mots"
    "nombres-unites-dates" "nombre unité date"
    "modules-et-noms" "module nom utiliser"
    "axes-et-selections" "axe sélection population"
    "constantes-et-hypotheses" "constante hypothèse"
    "baremes-et-calendriers" "barème calendrier"
    "grilles-et-reclassements" "grille reclassement"
    "elements-et-assiettes" "élément assiette rubrique"
    "donnees" "donnée grain situation"
    "formules" "formule si selon arrondi"
    "temps" "cumul mois exercice"
    "niveaux" "niveau agrégation somme moyenne répartir part"
    "sans-objet-et-manquant" "défaut"
    "scenarios" "scénario variante modifier constaté projeter rappels"
    "verifier-et-corriger" "taire trou"
    "restitutions" "restitution"
    "mouvements" "mouvement recruter promouvoir muter transformer partir quotité annuler décaler remplacer"
    "roles-et-verrous" "rôle ouverte simulable verrouillée pourquoi"
    "enveloppes" "enveloppe plafond"
    "saisies" "saisie"
    "interfaces" "interface livraison"
    "gvt" "eap noria masse indiciaire schéma-emplois coûts-moyens"
    "analyses" "analyse comparer expliquer chercher balayer"
    "console" "invite essayer annuler garder"
    "tests" "test cas"
}

/// The page that answers to a word, for a terminal: samples indented, fences gone.
pub(crate) fn text(subject: &str) -> Option<String> {
    let wanted = fold(subject);
    let answers = |stem: &str, words: &str| fold(stem) == wanted || stem.split('-').chain(words.split(' ')).any(|w| fold(w) == wanted);
    let (_, _, page) = PAGES.iter().find(|(stem, words, _)| answers(stem, words))?;
    let mut out = String::new();
    let mut sample = false;
    for line in page.lines() {
        if line.starts_with("```") {
            sample = !sample;
        } else {
            if sample {
                out.push_str("    ");
            }
            out.push_str(line);
            out.push('\n');
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_folder_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../grammar/manual");
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let stem = name.trim_end_matches(".md");
            // The page of codes is read code by code.
            assert!(stem == "codes" || PAGES.iter().any(|(s, _, _)| *s == stem), "{name} is not carried");
        }
    }

    #[test]
    fn a_word_finds_its_page_with_or_without_accents() {
        assert!(text("manuel").unwrap().starts_with("# Le manuel"));
        assert_eq!(text("barème"), text("Baremes"));
        assert!(text("formule").unwrap().contains("\n    formule prime en € par agent"));
        assert!(!text("formules").unwrap().contains("```"));
        assert!(text("rien_de_tel").is_none());
    }
}
