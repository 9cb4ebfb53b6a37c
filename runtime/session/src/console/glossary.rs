//! Completion and hints: every word one may type here, with what it is. Plain data, so that a line editor asks it at each key.

use std::collections::BTreeMap;

use cadrage_driver::{fold, is_word};
use cadrage_ir::{ATTRIBUTES, Aggregation};
use cadrage_value::Month;

use super::verbs::VERBS;
use super::{Console, SANDBOX};

/// A word that would complete what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is written.
    pub text: String,
    /// What it is: a label, a unit.
    pub label: String,
}

/// What may be typed, at a moment of a session.
#[derive(Clone, Debug, Default)]
pub struct Glossary {
    names: Vec<Candidate>,
    scenarios: Vec<Candidate>,
    reports: Vec<Candidate>,
    envelopes: Vec<Candidate>,
    populations: Vec<Candidate>,
    /// By folded axis.
    members: BTreeMap<String, Vec<Candidate>>,
    axes: Vec<Candidate>,
    months: Vec<Candidate>,
    years: Vec<Candidate>,
}

/// Units one converts to, and writes after numbers.
const UNITS: &[(&str, &str)] = &[
    ("€", "euros"),
    ("k€", "milliers d'euros"),
    ("M€", "millions d'euros"),
    ("€/mois", "euros par mois"),
    ("€/an", "euros par an"),
    ("%", "pour cent"),
    ("%/an", "pour cent par an"),
    ("points", "indice majoré"),
    ("ETP", "effectif à une date"),
    ("ETPT", "effectif sur l'année"),
    ("ETPF", "effectif payé"),
    ("agents", "personnes"),
    ("mois", "durée"),
    ("ans", "durée"),
];

/// What `lister` lists besides axes.
const LISTS: &[&str] = &[
    "constantes",
    "hypothèses",
    "formules",
    "populations",
    "barèmes",
    "calendriers",
    "grilles",
    "scénarios",
    "restitutions",
    "enveloppes",
    "modules",
];

/// What begins a declaration at the prompt.
const HEADS: &[(&str, &str)] = &[
    ("constante", "déclarer une valeur"),
    ("hypothèse", "déclarer une valeur que les scénarios changent"),
    ("formule", "déclarer un calcul"),
    ("population", "nommer une sélection"),
    ("restitution", "déclarer un tableau"),
    ("enveloppe", "déclarer un plafond"),
];

/// What may follow a measure.
const AFTER: &[(&str, &str)] =
    &[("pour", "de qui"), ("sur", "un exercice"), ("en", "un mois, ou une unité"), ("par", "un niveau, mois, exercice")];

fn candidate(text: impl Into<String>, label: impl Into<String>) -> Candidate {
    Candidate { text: text.into(), label: label.into() }
}

impl Console {
    /// The words of the session as it is.
    #[must_use]
    pub fn glossary(&self) -> Glossary {
        let model = &self.compiled.model;
        let mut out = Glossary::default();
        for f in self.compiled.program.formulas.iter().filter(|f| !f.hidden) {
            let how = match f.aggregation {
                Aggregation::Sum => "flux",
                Aggregation::SumThenMean | Aggregation::SumThenLast | Aggregation::Distinct => "stock",
                Aggregation::Mean(_) => "moyenne",
                Aggregation::Ratio(..) => "rapport",
                Aggregation::None => "sans somme",
            };
            out.names.push(candidate(&f.name, format!("{}, {how} — {}", f.unit, f.label)));
        }
        out.names.extend(model.parameters.iter().map(|p| candidate(&p.name, format!("{} — {}", p.written.0, p.label))));
        out.populations.extend(model.populations.keys().filter_map(|k| model.declared.get(k)).map(|d| candidate(&d.name, "population")));
        out.scenarios.extend(model.scenarios.iter().filter(|s| s.name != SANDBOX).map(|s| candidate(&s.name, &s.label)));
        out.reports.extend(model.reports.iter().map(|r| candidate(&r.name, &r.label)));
        out.envelopes.extend(model.envelopes.iter().map(|e| candidate(&e.name, &e.label)));
        for axis in ATTRIBUTES {
            let members = self.members_of(axis.name);
            if !members.is_empty() {
                out.axes.push(candidate(axis.name, format!("{} membres", members.len())));
                out.members.insert(fold(axis.name), members.into_iter().map(|(code, label)| candidate(code, label)).collect());
            }
        }
        out.axes.push(candidate("agent", "matricule"));
        if let Some(scenario) = self.current() {
            let first = scenario.constate.january();
            let origin = |m: Month| if m > scenario.constate { "projeté" } else { "constaté" };
            out.months = first.through(scenario.until).map(|m| candidate(m.to_french(), origin(m))).collect();
            out.years = (first.year()..=scenario.until.year()).map(|y| candidate(y.to_string(), "exercice")).collect();
        }
        let by_name = |list: &mut Vec<Candidate>| list.sort_by_key(|c| fold(&c.text));
        [&mut out.names, &mut out.populations, &mut out.scenarios, &mut out.axes].into_iter().for_each(by_name);
        out
    }
}

impl Glossary {
    /// Is it a verb, or a word of the language?
    #[must_use]
    pub fn is_word(word: &str) -> bool {
        is_word(word) || super::verbs::find(word).is_some()
    }

    /// What may stand where a line ends: the byte it begins at, and the words; those whose label says so when none begins so.
    #[must_use]
    pub fn complete(&self, line: &str) -> (usize, Vec<Candidate>) {
        // Only the last line of a block is being typed.
        let from = line.rfind('\n').map_or(0, |k| k + 1);
        let own = line.get(from..).unwrap_or("");
        let start = own.char_indices().rev().take_while(|(_, c)| is_of_word(*c)).last().map_or(own.len(), |(k, _)| k);
        let (before, word) = own.split_at(start);
        let wanted = fold(word);
        let list = self.after(before);
        let starts = |c: &&Candidate| fold(&c.text).starts_with(&wanted);
        let mut out: Vec<Candidate> = list.iter().filter(starts).cloned().collect();
        // « SCI » is SCIENCES, and not every composante whose label speaks of sciences: the editor could add nothing common to all.
        if out.is_empty() && wanted.chars().count() >= 2 {
            out.extend(list.iter().filter(|c| fold(&c.label).contains(&wanted)).cloned());
        }
        (from + start, out)
    }

    /// What may follow these words.
    fn after(&self, before: &str) -> Vec<Candidate> {
        let words: Vec<String> = before.split(|c: char| c.is_whitespace() || c == '(').filter(|w| !w.is_empty()).map(fold).collect();
        let pairs = |list: &[(&str, &str)]| list.iter().map(|(t, l)| candidate(*t, *l)).collect::<Vec<_>>();
        let verb = words.first().and_then(|w| super::verbs::find(w));
        let last = words.last().map_or("", String::as_str);
        let is_number = last.chars().last().is_some_and(|c| c.is_ascii_digit()) && last.chars().all(|c| c.is_ascii_digit() || c == ',');
        match last {
            "" => {
                let verbs = VERBS.iter().flat_map(|e| e.forms.iter().map(|f| candidate(*f, e.what)));
                verbs.chain(self.names.iter().cloned()).chain(pairs(HEADS)).collect()
            }
            "scenario" | "avec" | "comparer" => self.scenarios.clone(),
            "lister" => LISTS.iter().map(|l| candidate(*l, "")).chain(self.axes.iter().cloned()).collect(),
            "aide" => VERBS.iter().flat_map(|e| e.forms.iter().map(|f| candidate(*f, e.what))).collect(),
            "restituer" => self.reports.clone(),
            "controler" => self.envelopes.clone(),
            "decrire" | "pourquoi" => self.names.iter().chain(&self.populations).chain(&self.scenarios).cloned().collect(),
            "pour" | "et" | "hors" => self.axes.iter().chain(&self.populations).cloned().collect(),
            "sur" => self.years.clone(),
            "par" => [candidate("mois", "une ligne par mois"), candidate("exercice", "une ligne par an")]
                .into_iter()
                .chain(self.axes.iter().cloned())
                .collect(),
            "en" => self.months.iter().cloned().chain(pairs(UNITS)).collect(),
            _ if is_number => pairs(UNITS),
            axis if self.members.contains_key(axis) => self.members.get(axis).cloned().unwrap_or_default(),
            // A member of a list: `corps (PR ; M…`
            ";" => words.iter().rev().find_map(|w| self.members.get(w)).cloned().unwrap_or_default(),
            _ if verb.is_some() && words.len() == 1 => self.names.clone(),
            _ => self.names.iter().cloned().chain(pairs(AFTER)).collect(),
        }
    }

    /// What to say beside a line that ends so: the unit of a name, how a verb goes on.
    #[must_use]
    pub fn hint(&self, line: &str) -> Option<String> {
        if let Some(entry) = line.strip_suffix(' ').filter(|l| !l.contains(' ')).and_then(super::verbs::find) {
            let rest = entry.usage.split_once(' ').map_or("", |(_, rest)| rest);
            return (!rest.is_empty()).then(|| rest.to_owned());
        }
        let start = line.char_indices().rev().take_while(|(_, c)| is_of_word(*c)).last()?.0;
        let word = fold(line.get(start..)?);
        let found = self.names.iter().find(|c| fold(&c.text) == word)?;
        let unit = found.label.split(" — ").next().unwrap_or("");
        Some(format!("  {unit}"))
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '€' | '%' | '.')
}
