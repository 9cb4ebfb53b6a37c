//! A search as people and programs read it.

use super::seek::{Answer, Sought, Trial, looked};
use super::written::wrapped;
use cadrage_value::Exact;

impl Sought {
    /// As lines of a terminal that wide.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<String> {
        let mut out = vec![format!("  cherché : {}", self.understood)];
        if let Some(own) = &self.own {
            out.push(format!("  aujourd'hui {own} dans `{}` ; but : {}", self.scenario, self.goal));
        }
        match self.answers.as_slice() {
            [] => self.unreached(&mut out),
            [one] => self.answer(one, &mut out),
            several => {
                out.push(format!("  {} réponses entre ces bornes :", several.len()));
                several.iter().for_each(|a| self.answer(a, &mut out));
            }
        }
        out.extend(self.notes.iter().map(|n| format!("  note : {n}")));
        out.push(format!("  {} valeurs essayées ; {}", self.trials, looked()));
        out.iter().flat_map(|line| wrapped(line, width)).collect()
    }

    fn answer(&self, answer: &Answer, out: &mut Vec<String>) {
        match answer {
            Answer::Exactly(a, b) if a == b => {
                out.push(format!("  {} = {} : but atteint exactement", self.target, a.value_text));
                out.push(format!("  pour le garder, écrivez : {} = {}", self.sentence, a.value_text));
            }
            Answer::Exactly(a, b) => {
                out.push(format!("  {} de {} à {} : but atteint par toutes ces valeurs", self.target, a.value_text, b.value_text));
                out.push(format!("  pour en garder une, écrivez : {} = {}", self.sentence, a.value_text));
            }
            Answer::Between(a, b) => {
                out.push("  aucune valeur à ce pas ne l'atteint exactement ; les deux voisines :".to_owned());
                for t in [a, b] {
                    out.push(format!("    {} = {} donne {} (écart {})", self.target, t.value_text, t.reached_text, t.gap_text));
                }
                out.push(format!("  la plus proche s'écrit : {} = {}", self.sentence, nearest(a, b).value_text));
            }
        }
    }

    fn unreached(&self, out: &mut Vec<String>) {
        let (low, high) = &self.extremes;
        if low.reached == high.reached {
            out.push(format!("  aucune valeur n'atteint le but : `{}` n'y change rien, c'est toujours {}", self.target, low.reached_text));
            return;
        }
        out.push("  aucune valeur entre ces bornes n'atteint le but ; parmi les valeurs essayées :".to_owned());
        for (word, t) in [("au plus bas", low), ("au plus haut", high)] {
            out.push(format!("    {word}, {} = {} donne {} (écart {})", self.target, t.value_text, t.reached_text, t.gap_text));
        }
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let trial = |t: &Trial| {
            serde_json::json!({
                "valeur": decimal(&t.value), "ecrite": t.value_text, "mesure": decimal(&t.reached), "lue": t.reached_text,
                "ecart": decimal(&t.gap),
            })
        };
        let answer = |a: &Answer| match a {
            Answer::Exactly(a, b) => serde_json::json!({"genre": "exacte", "de": trial(a), "a": trial(b)}),
            Answer::Between(a, b) => serde_json::json!({"genre": "encadree", "de": trial(a), "a": trial(b)}),
        };
        serde_json::json!({
            "question": self.question, "scenario": self.scenario, "cible": self.target, "compris": self.understood,
            "en_vigueur": self.own, "but": self.goal, "reponses": self.answers.iter().map(answer).collect::<Vec<_>>(),
            "plus_bas": trial(&self.extremes.0), "plus_haut": trial(&self.extremes.1), "essais": self.trials,
            "phrase": self.sentence, "notes": self.notes,
        })
    }
}

/// An exact decimal for programs, a fraction where there is none.
fn decimal(x: &Exact) -> String {
    x.to_shortest().replace('\u{202F}', "").replace(',', ".")
}

fn nearest<'t>(a: &'t Trial, b: &'t Trial) -> &'t Trial {
    let size = |t: &Trial| if t.gap.is_negative() { -t.gap.clone() } else { t.gap.clone() };
    if size(b) < size(a) { b } else { a }
}
