//! A search as people and programs read it.

use super::seek::{Answer, Sought, Trial, looked};
use super::written::wrapped;
use cadrage_value::Exact;

impl Sought {
    /// As lines of a terminal that wide.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<String> {
        let mut out = vec![format!("  cherché : {}", self.understood)];
        let today: Vec<&str> = [&self.own, &self.as_it_is].into_iter().flatten().map(String::as_str).collect();
        let today = if today.is_empty() { String::new() } else { format!("aujourd'hui {} ", today.join(", soit ")) };
        out.push(format!("  {today}dans `{}` ; but : {}", self.scenario, self.goal));
        if self.stopped {
            out.push(format!("  recherche interrompue : {} ; ce qu'on en sait :", self.tried()));
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
        out.push(format!("  {} ; {}", self.tried(), looked()));
        out.iter().flat_map(|line| wrapped(line, width)).collect()
    }

    fn tried(&self) -> String {
        if self.trials < 2 { "1 valeur essayée".to_owned() } else { format!("{} valeurs essayées", self.trials) }
    }

    fn answer(&self, answer: &Answer, out: &mut Vec<String>) {
        match answer {
            Answer::Exactly(a, b) if a == b => {
                out.push(format!("  {} = {} : but atteint exactement", self.target, a.value_text));
                self.keep("pour le garder", a, out);
            }
            Answer::Exactly(a, b) => {
                out.push(format!("  {} de {} à {} : but atteint par toutes ces valeurs", self.target, a.value_text, b.value_text));
                self.keep("pour en garder une", a, out);
            }
            Answer::Between(a, b) => {
                out.push(if self.stopped {
                    "  aucune des valeurs essayées ne l'atteint exactement ; il est entre ces deux-là :".to_owned()
                } else {
                    "  aucune valeur à ce pas ne l'atteint exactement ; les deux voisines :".to_owned()
                });
                for t in [a, b] {
                    out.push(format!("    {} = {} donne {} (écart {})", self.target, t.value_text, t.reached_text, t.gap_text));
                }
                self.keep("pour la plus proche", nearest(a, b), out);
            }
        }
    }

    /// The sentences to write, and where.
    fn keep(&self, why: &str, t: &Trial, out: &mut Vec<String>) {
        let beside = self.beside.as_ref().map_or_else(String::new, |b| format!(", {b}"));
        match t.sentences.as_slice() {
            [] => out.push(format!("  {why} : aucune phrase{}", beside.replacen(", en plus", " en plus", 1))),
            [one] => out.push(format!("  {why}, écrivez{beside} : {one}")),
            several => {
                out.push(format!("  {why}, écrivez{beside} :"));
                out.extend(several.iter().map(|s| format!("    {s}")));
            }
        }
        out.extend(t.notes.iter().map(|n| format!("  note {n}")));
    }

    fn unreached(&self, out: &mut Vec<String>) {
        let (low, high) = &self.extremes;
        if low.reached == high.reached && !self.stopped {
            out.push(format!("  aucune valeur n'atteint le but : `{}` n'y change rien, c'est toujours {}", self.target, low.reached_text));
            return;
        }
        out.push(if self.stopped {
            "  le but n'est pas encore encadré ; parmi les valeurs essayées :".to_owned()
        } else {
            "  aucune valeur entre ces bornes n'atteint le but ; parmi les valeurs essayées :".to_owned()
        });
        for (word, t) in [("au plus bas", low), ("au plus haut", high)] {
            out.push(format!("    {word}, {} = {} donne {} (écart {})", self.target, t.value_text, t.reached_text, t.gap_text));
        }
        let mut notes: Vec<&String> = low.notes.iter().chain(&high.notes).collect();
        notes.dedup();
        out.extend(notes.iter().map(|n| format!("  note {n}")));
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let trial = |t: &Trial| {
            serde_json::json!({
                "valeur": if self.dated { t.value_text.clone() } else { decimal(&t.value) }, "ecrite": t.value_text, "mesure": decimal(&t.reached), "lue": t.reached_text,
                "ecart": decimal(&t.gap), "phrases": t.sentences, "notes": t.notes,
            })
        };
        let answer = |a: &Answer| match a {
            Answer::Exactly(a, b) => serde_json::json!({"genre": "exacte", "de": trial(a), "a": trial(b)}),
            Answer::Between(a, b) => serde_json::json!({"genre": "encadree", "de": trial(a), "a": trial(b)}),
        };
        serde_json::json!({
            "question": self.question, "scenario": self.scenario, "cible": self.target, "compris": self.understood,
            "en_vigueur": self.own, "mesure_en_vigueur": self.as_it_is, "but": self.goal, "reponses": self.answers.iter().map(answer).collect::<Vec<_>>(),
            "plus_bas": trial(&self.extremes.0), "plus_haut": trial(&self.extremes.1), "essais": self.trials,
            "complet": !self.stopped, "place": self.beside, "notes": self.notes,
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
