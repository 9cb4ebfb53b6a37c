//! `cadrage expliquer --format json`.

use serde_json::{Value, json};

use super::{Choice, Entry, Explanation, Mark, Rule};

impl Explanation {
    /// The whole tree.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "question": self.question,
            "scenarios": self.scenarios,
            "compris": self.understood,
            "racine": entry(&self.root),
            "porte_par": self.carriers.iter().map(entry).collect::<Vec<_>>(),
            "manquants": self.missing,
            "notes": self.notes,
        })
    }
}

fn entry(e: &Entry) -> Value {
    let exact = e.value.exact.as_ref().map(ToString::to_string);
    json!({
        "mots": e.words,
        "nom": e.name,
        "libelle": e.label,
        "valeur": e.value.text,
        "environ": e.value.about,
        "exact": exact,
        "unite": e.value.unit,
        "regle": rule(e.rule),
        "phrase": e.sentence,
        "arrondi": e.rounded,
        "avant_arrondi": e.unrounded,
        "lieu": e.place,
        "fichier": e.location,
        "source": e.source,
        "couche": e.layer,
        "marque": mark(e.mark),
        "remarques": e.remarks,
        "choix": e.choices.iter().map(choice).collect::<Vec<_>>(),
        "parts": e.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn choice(c: &Choice) -> Value {
    json!({"pour": c.whom, "phrase": c.says, "lieu": c.place, "raison": c.reason, "retenu": c.chosen})
}

fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Given => "donne",
        Rule::Sentence => "phrase",
        Rule::Sum => "somme",
        Rule::Quotient => "quotient",
        Rule::Mean => "moyenne",
        Rule::Last => "dernier",
        Rule::Slices => "tranches",
        Rule::Cuts => "decoupes",
        Rule::Heads => "personnes",
        Rule::Weighted => "moyenne_ponderee",
        Rule::Gap => "ecart",
    }
}

fn mark(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::None => None,
        Mark::Hypothesis => Some("hypothese"),
        Mark::BeyondTexts => Some("hors_textes"),
    }
}
