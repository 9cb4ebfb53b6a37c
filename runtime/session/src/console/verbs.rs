//! The verbs of the console: one table that reading, help and completion share.

use cadrage_driver::fold;

/// A verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Load,
    Reload,
    Scenario,
    List,
    Describe,
    UnitOf,
    Why,
    Explain,
    Control,
    Compare,
    Seek,
    Sweep,
    Report,
    Try,
    Undo,
    Keep,
    Draw,
    Save,
    Export,
    Help,
    Quit,
}

/// What a person needs to know of a verb.
pub(crate) struct Entry {
    pub(crate) verb: Verb,
    /// The words that begin the line, the first form first.
    pub(crate) forms: &'static [&'static str],
    /// How it is written.
    pub(crate) usage: &'static str,
    /// What it does.
    pub(crate) what: &'static str,
    /// To try as they are on an institution like the example.
    pub(crate) examples: &'static [&'static str],
}

const fn entry(verb: Verb, forms: &'static [&'static str], usage: &'static str, what: &'static str) -> Entry {
    Entry { verb, forms, usage, what, examples: &[] }
}

impl Entry {
    const fn like(self, examples: &'static [&'static str]) -> Entry {
        Entry { examples, ..self }
    }
}

/// All verbs, in the order help lists them.
pub(crate) const VERBS: &[Entry] = &[
    entry(Verb::Scenario, &["scénario"], "scénario [nom]", "dire le scénario courant, ou en changer"),
    entry(Verb::List, &["lister"], "lister [constantes | formules | scénarios | … | un axe]", "les noms, avec leur unité et leur lieu")
        .like(&["lister formules", "lister composante"]),
    entry(Verb::Describe, &["décrire"], "décrire <nom>", "unité, grain, source, lieu, texte, et ce que le scénario en fait"),
    entry(Verb::UnitOf, &["unité"], "unité de <expression>", "son unité, et comment elle s'additionne")
        .like(&["unité de masse_salariale / etpt"]),
    entry(Verb::Why, &["pourquoi"], "pourquoi <nom> [en MM/AAAA]", "les phrases qui font une valeur, et celle qui l'emporte"),
    entry(Verb::Explain, &["expliquer"], "expliquer <mesure> [pour …] [en MM/AAAA]", "l'arbre d'un chiffre, ou ce qui y contribue").like(
        &[
            "expliquer masse_salariale pour composante SCIENCES en 12/2026",
            "expliquer l'écart de masse_salariale entre budget_2027 et budget_2027_haut",
        ],
    ),
    entry(
        Verb::Control,
        &["contrôler"],
        "contrôler [enveloppes | <enveloppe>]",
        "les plafonds : consommation, atterrissage, premier mois dépassé",
    ),
    entry(
        Verb::Compare,
        &["comparer"],
        "comparer <scénario> [avec <référence>] [par <niveau>] [décomposé en effectifs ; point ; …]",
        "l'écart de masse salariale, effet par effet",
    ),
    entry(
        Verb::Seek,
        &["chercher"],
        "chercher <valeur, ou mouvement avec `?`> dans <scénario> [entre … et …] [pas …] tel que <mesure> sur AAAA = <but>",
        "la valeur, le nombre ou la date qui atteint un but",
    )
    .like(&[
        "chercher valeur_du_point dans budget_2027 tel que masse_salariale sur 2027 = 9 500 000 €",
        "chercher recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 dans budget_2027 tel que etpt pour plafond ÉTAT sur 2027 = 110 ETPT",
        "chercher recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du ? dans budget_2027 tel que masse_salariale sur 2027 = 9 500 000 €",
        "chercher faire partir 2 agents pour catégorie C au 31/12/2026 choisis par âge décroissant puis recruter ? agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 dans budget_2027 entre 0 et 10 tel que masse_salariale sur 2027 inchangée",
    ]),
    entry(
        Verb::Sweep,
        &["balayer"],
        "balayer <valeur, ou mouvement avec `?`> dans <scénario> [majorer | minorer] de … à … pas … [; …] [sur <mesure> ; …]",
        "ce que donnent plusieurs valeurs, l'une après l'autre",
    )
    .like(&[
        "balayer valeur_du_point dans budget_2027 majorer de 0 % à 3 % pas 0,5 %",
        "balayer recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 dans budget_2027 de 0 à 6 pas 2 sur etpt ; masse_salariale / etpt",
        "balayer recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du ? dans budget_2027 de 01/2027 à 09/2027 pas 2 mois",
    ]),
    entry(Verb::Report, &["restituer"], "restituer <restitution>", "une restitution déclarée"),
    entry(
        Verb::Draw,
        &["graphique"],
        "graphique <mesure> [par mois] [pour …] [vers \"f.svg\"]",
        "une courbe, ici ou dans un fichier .svg ou .html",
    )
    .like(&["graphique masse_salariale par mois", "graphique etpt par composante"]),
    entry(Verb::Try, &["essayer"], "essayer <modification ou mouvement>", "l'effet en euros et en ETPT, sans rien enregistrer").like(&[
        "essayer valeur_du_point à compter du 01/01/2027 majorer de 1,5 %",
        "essayer recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/09/2027",
    ]),
    entry(Verb::Undo, &["annuler"], "annuler", "défaire le dernier essai"),
    entry(Verb::Keep, &["garder"], "garder [comme <nom>]", "écrire les essais dans le script du scénario, ou dans un nouveau scénario"),
    entry(Verb::Load, &["charger"], "charger \"fichier.cadrage\"", "lire un script de plus"),
    entry(Verb::Reload, &["recharger"], "recharger", "relire les scripts et les livraisons"),
    entry(
        Verb::Save,
        &["enregistrer"],
        "enregistrer session \"fichier.cadrage\"",
        "écrire ce qui a été déclaré et essayé dans un nouveau fichier",
    ),
    entry(Verb::Export, &["exporter"], "exporter \"f.csv\"", "le dernier tableau dans un fichier .csv, .xlsx, .html, .json ou .parquet"),
    entry(Verb::Help, &["aide"], "aide [verbe | code]", "cette liste, un verbe, ou l'explication d'un message"),
    entry(Verb::Quit, &["quitter"], "quitter", "finir ; Ctrl-D aussi"),
];

/// The verb that begins a line, and what follows it.
pub(crate) fn read(line: &str) -> Option<(Verb, &str)> {
    let line = line.trim_start();
    let end = line.find(|c: char| !c.is_alphanumeric()).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let found = find(word)?;
    // « aide + 1 » and « scénario = … » are no orders.
    let rest = rest.trim();
    (!rest.starts_with(['+', '*', '/', '=', '×', '÷', ')'])).then_some((found.verb, rest))
}

/// The verb of a word, accents and case aside.
pub(crate) fn find(word: &str) -> Option<&'static Entry> {
    let wanted = fold(word);
    VERBS.iter().find(|e| e.forms.iter().any(|f| fold(f) == wanted))
}

/// What a word of an order is: quoted text, or a run without blanks.
pub(crate) fn words(rest: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let (mut word, mut quoted, mut begun) = (String::new(), false, false);
    for c in rest.chars() {
        match c {
            '"' | '«' | '»' => {
                quoted = if c == '"' { !quoted } else { c == '«' };
                begun = true;
            }
            c if c.is_whitespace() && !quoted => {
                if begun {
                    out.push(std::mem::take(&mut word).trim().to_owned());
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        out.push(word.trim().to_owned());
    }
    out
}
