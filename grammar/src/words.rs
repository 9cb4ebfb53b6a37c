//! The one table of words. Keyword rules, completion and highlighting are made from it.

/// How far a word is taken from authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Can follow an expression or a selection: never a name.
    Reserved,
    /// Opens a declaration, at the start of a line only: free elsewhere.
    Head,
    /// Opens or joins clauses: free elsewhere.
    Clause,
}

/// A word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The pest rule.
    pub rule: &'static str,
    /// Spellings, canonical first, with their accents; a space stands for blanks; `'` for both apostrophes.
    pub forms: &'static [&'static str],
    /// How far it is taken.
    pub class: Class,
}

const fn reserved(rule: &'static str, forms: &'static [&'static str]) -> Word {
    Word { rule, forms, class: Class::Reserved }
}

const fn head(rule: &'static str, forms: &'static [&'static str]) -> Word {
    Word { rule, forms, class: Class::Head }
}

const fn clause(rule: &'static str, forms: &'static [&'static str]) -> Word {
    Word { rule, forms, class: Class::Clause }
}

/// All words. Spellings that begin alike go from the longest to the shortest.
pub const WORDS: &[Word] = &[
    reserved("k_fin", &["fin"]),
    reserved("k_pour", &["pour"]),
    reserved("k_sauf", &["sauf"]),
    reserved("k_par", &["par"]),
    reserved("k_sur", &["sur"]),
    reserved("k_dans", &["dans"]),
    reserved("k_vers", &["vers"]),
    reserved("k_hors", &["hors"]),
    reserved("k_avec", &["avec"]),
    reserved("k_entre", &["entre"]),
    reserved("k_et", &["et"]),
    reserved("k_ou", &["ou"]),
    reserved("k_non", &["non"]),
    reserved("k_si", &["si"]),
    reserved("k_alors", &["alors"]),
    reserved("k_sinon", &["sinon"]),
    reserved("k_selon", &["selon"]),
    reserved("k_en", &["en"]),
    reserved("k_a", &["à"]),
    reserved("k_au", &["aux", "au"]),
    reserved("k_du", &["du"]),
    reserved("k_le", &["les", "le", "la", "l'"]),
    reserved("k_de", &["de la", "de l'", "des", "du", "de", "d'"]),
    reserved("k_jusqua", &["jusqu'aux", "jusqu'au", "jusqu'à"]),
    reserved("k_source", &["source"]),
    reserved("k_publie", &["publiée", "publié"]),
    reserved("k_paye", &["payée", "payé"]),
    reserved("k_motif", &["motif"]),
    reserved("k_choisis", &["choisies", "choisis", "choisie", "choisi"]),
    reserved("k_majorer", &["majorer"]),
    reserved("k_minorer", &["minorer"]),
    reserved("k_decompose", &["décomposée", "décomposé"]),
    reserved("k_ouverte", &["ouverte"]),
    reserved("k_simulable", &["simulable"]),
    reserved("k_verrouillee", &["verrouillée"]),
    head("k_module", &["module"]),
    head("k_utiliser", &["utiliser"]),
    head("k_axe", &["axe"]),
    head("k_population", &["population"]),
    head("k_constante", &["constante"]),
    head("k_hypothese", &["hypothèse"]),
    head("k_donnee", &["donnée"]),
    head("k_grille", &["grille"]),
    head("k_bareme", &["barème"]),
    head("k_calendrier", &["calendrier"]),
    head("k_element", &["élément"]),
    head("k_formule", &["formule"]),
    head("k_enveloppe", &["enveloppe"]),
    head("k_scenario", &["scénario"]),
    head("k_variante", &["variante"]),
    head("k_test", &["test"]),
    head("k_restitution", &["restitution"]),
    head("k_role", &["rôle"]),
    head("k_reclassement", &["reclassement"]),
    head("k_interface", &["interface"]),
    head("k_saisie", &["saisie"]),
    head("k_comparer", &["comparer"]),
    head("k_expliquer", &["expliquer", "pourquoi"]),
    head("k_chercher", &["chercher"]),
    head("k_balayer", &["balayer"]),
    clause("k_version", &["version"]),
    clause("k_niveaux", &["niveaux"]),
    clause("k_libelle", &["libellé"]),
    clause("k_note", &["note"]),
    clause("k_verifie", &["vérifiée", "vérifié"]),
    clause("k_defaut", &["défaut"]),
    clause("k_compter", &["compter"]),
    clause("k_somme", &["somme"]),
    clause("k_total", &["total"]),
    clause("k_moyenne", &["moyenne"]),
    clause("k_cumul", &["cumul"]),
    clause("k_part", &["part"]),
    clause("k_ponderee", &["pondérée", "pondéré"]),
    clause("k_modifier", &["modifier"]),
    clause("k_appliquer", &["appliquer"]),
    clause("k_remplacer", &["remplacer"]),
    clause("k_annuler", &["annuler"]),
    clause("k_decaler", &["décaler"]),
    clause("k_partout", &["partout"]),
    clause("k_repartir", &["répartir"]),
    clause("k_prorata", &["prorata"]),
    clause("k_herite", &["hérite"]),
    clause("k_constate", &["constaté"]),
    clause("k_observe", &["observé"]),
    clause("k_projeter", &["projeter"]),
    clause("k_rappels_attendus", &["rappels attendus"]),
    clause("k_sans_rappel", &["sans rappel"]),
    clause("k_pres", &["près"]),
    clause("k_au_dela", &["au-delà", "au delà"]),
    clause("k_agregation", &["agrégation"]),
    clause("k_temps", &["temps"]),
    clause("k_dernier", &["dernier"]),
    clause("k_distincte", &["distincte"]),
    clause("k_aucune", &["aucune"]),
    clause("k_rapport", &["rapport"]),
    clause("k_decroissant", &["décroissante", "décroissant"]),
    clause("k_croissant", &["croissante", "croissant"]),
    clause("k_mois_precedent", &["mois précédent"]),
    clause("k_exercice_precedent", &["exercice précédent"]),
    clause("k_dernier_mois_paye", &["dernier mois payé"]),
    clause("k_fin_de_mois", &["fin de mois"]),
    clause("k_au_niveau", &["au niveau"]),
    clause("k_locale", &["locale"]),
    clause("k_obligatoire", &["obligatoire"]),
    clause("k_valeurs_de", &["valeurs de", "valeurs des", "valeurs du"]),
    clause("k_precision", &["précision"]),
    clause("k_decimales", &["décimales", "décimale"]),
    clause("k_arrondi", &["arrondie", "arrondi"]),
    clause("k_inferieur", &["inférieur"]),
    clause("k_superieur", &["supérieur"]),
    clause("k_centime", &["centime"]),
    clause("k_euro", &["euro"]),
    clause("k_alimente", &["alimente"]),
    clause("k_rubrique", &["rubriques", "rubrique"]),
    clause("k_compte", &["compte"]),
    clause("k_emploi", &["emploi"]),
    clause("k_famille", &["famille"]),
    clause("k_assiettes", &["assiettes", "assiette"]),
    clause("k_soit", &["soit"]),
    clause("k_puis", &["puis"]),
    clause("k_un_agent", &["un agent", "une agente"]),
    clause("k_attendre", &["attendre"]),
    clause("k_recruter", &["recruter"]),
    clause("k_faire_partir", &["faire partir"]),
    clause("k_promouvoir", &["promouvoir"]),
    clause("k_muter", &["muter"]),
    clause("k_transformer", &["transformer"]),
    clause("k_changer_quotite", &["changer la quotité de", "changer la quotité des", "changer la quotité du"]),
];

/// The text of `keywords.pest`.
#[must_use]
pub fn generate() -> String {
    let mut out =
        String::from("// Generated from grammar/src/words.rs by `CADRAGE_WRITE=1 cargo test -p cadrage-grammar`. Do not edit.\n\n");
    for word in WORDS {
        let forms: Vec<String> = word.forms.iter().map(|f| form(f)).collect();
        let joined = forms.join(" | ");
        out.push_str(&format!("{} = @{{ {joined} }}\n", word.rule));
    }
    for (class, rule) in [(Class::Reserved, "reserve"), (Class::Head, "tete")] {
        let rules: Vec<&str> = WORDS.iter().filter(|w| w.class == class).map(|w| w.rule).collect();
        let silent = if class == Class::Head { "_" } else { "" };
        out.push_str(&format!("{rule} = {silent}{{ {} }}\n", rules.join(" | ")));
    }
    out
}

/// One spelling as a pest sequence: accents optional, any case, ending on a word boundary.
fn form(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut plain = String::new();
    let flush = |plain: &mut String, parts: &mut Vec<String>| {
        if !plain.is_empty() {
            parts.push(format!("^\"{plain}\""));
            plain.clear();
        }
    };
    for c in text.chars() {
        let special = match c {
            'é' | 'è' | 'ê' => "ea",
            'à' | 'â' => "aa",
            'ô' => "oa",
            '\'' => "apos",
            ' ' => "blanc+",
            '-' => "\"-\"",
            other => {
                plain.push(other);
                continue;
            }
        };
        flush(&mut plain, &mut parts);
        parts.push(special.to_owned());
    }
    flush(&mut plain, &mut parts);
    if !text.ends_with('\'') {
        parts.push("!suite".to_owned());
    }
    parts.join(" ~ ")
}

/// The canonical spelling of the word a rule reads, for messages.
#[must_use]
pub fn canonical(rule: &str) -> Option<&'static str> {
    WORDS.iter().find(|w| w.rule == rule).and_then(|w| w.forms.first().copied())
}
