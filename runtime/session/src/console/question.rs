//! Questions: any measure, formula or expression, for whoever, whenever; the second line says how it was understood.

use std::sync::Arc;

use cadrage_driver::{AskedPeriod, Compiled, Nature, Question, fold};
use cadrage_export::{Cell, Column, Document, Row, Table};
use cadrage_source::Code;
use cadrage_value::{Exact, Month};

use super::answer::{Answer, Manner};
use super::refusals::{Line, run_refused};
use super::{Console, SANDBOX};
use crate::confidentiality::Sight;
use crate::questions::Asked;

impl Console {
    /// Answers an expression.
    pub(super) fn ask(&mut self, text: &str) -> Answer {
        match self.asked(text, text) {
            Ok((question, asked)) => self.answered(&question, &asked),
            Err(refusal) => {
                self.joined(text).map_or(refusal.clone(), |meant| refusal.hinting(Code::S01, &format!("vouliez-vous `{meant}` ?")))
            }
        }
    }

    /// « masse salariale », of somebody who does not know that names have no blanks.
    fn joined(&self, text: &str) -> Option<String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        (2..=4).rev().flat_map(|n| words.windows(n)).find_map(|w| {
            let wanted = fold(&w.join("_"));
            self.names().find(|name| fold(name) == wanted).map(str::to_owned)
        })
    }

    /// What a question gives; refusals point at the line typed.
    pub(super) fn asked(&mut self, text: &str, line: &str) -> Result<(Question, Asked), Answer> {
        let scripts = self.scripts.clone();
        let compiled = Arc::new(self.sound(&scripts, Some(text))?);
        let Some(question) = compiled.model.question.clone() else { return Err(Answer::silent()) };
        let sight = self.sight(&compiled)?;
        let asked = self.seated(&Line { text: line })?.ask(Arc::clone(&compiled), sight).map_err(|why| why.told(&compiled))?;
        Ok((question, asked))
    }

    /// Who looks, by these scripts.
    pub(super) fn sight(&self, compiled: &Compiled) -> Result<Sight, Answer> {
        self.workspace.sight(compiled).map_err(|why| run_refused(why, Arc::new(compiled.sources.clone())))
    }

    fn answered(&self, question: &Question, asked: &Asked) -> Answer {
        let (_, unit, decimals) = asked.table.measures.first().cloned().unwrap_or_default();
        let single = asked.table.columns.len() == 1;
        let whole = asked.table.rows.first().and_then(|r| r.values.first()).map_or(&[][..], Vec::as_slice);
        let document = asked.document();
        let answer = match whole {
            [one] if question.levels.len() == 1 => {
                let shown = match (one, &question.nature) {
                    (None, _) => "sans objet".to_owned(),
                    (Some(x), Nature::Value) => with_unit(&x.to_shortest(), &unit),
                    (Some(x), _) => with_unit(&x.to_french(decimals), &unit),
                };
                Answer::figure(shown).keeping(document)
            }
            _ if single || question.levels.len() > 1 => Answer::silent().documented(document),
            _ => Answer::silent().documented(asked.by_period()),
        };
        let answer = answer.aside(self.understood(question, asked));
        match self.marks() {
            Some(mark) => answer.with(Manner::Warning, mark),
            None => answer,
        }
    }

    /// `flux, additionné sur 12 mois (01/2027 à 12/2027, projetés), 34 agents ; budget_2027`
    fn understood(&self, question: &Question, asked: &Asked) -> String {
        let mut parts = vec![nature(question, asked)];
        parts.push(period(&asked.months, asked.last, &question.nature, question.period));
        if let Some(agents) = asked.agents {
            parts.push(format!("{agents} agent{}", if agents > 1 { "s" } else { "" }));
        }
        if let Some(level) = question.levels.get(1) {
            let rows = asked.table.rows.iter().filter(|r| r.depth > 0).count();
            parts.push(format!("{rows} {}{}", level.word, if rows > 1 && !level.word.ends_with('s') { "s" } else { "" }));
        }
        let scenario = if self.scripts.trials.is_empty() {
            self.scenario.clone().unwrap_or_default()
        } else {
            let n = self.scripts.trials.len();
            format!("{} et {n} essai{}", self.scenario.clone().unwrap_or_default(), if n > 1 { "s" } else { "" })
        };
        format!("{} ; {scenario}", parts.join(", "))
    }

    /// What the current scenario supposes that no text in force says.
    pub(super) fn marks(&self) -> Option<String> {
        let beyond = &self.current()?.beyond_texts;
        let names: Vec<&str> = beyond.iter().map(|b| b.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("⚠ hypothèse hors textes en vigueur : {}", names.join(", ")))
    }

    /// The current scenario as a person names it.
    pub(super) fn scenario_shown(&self) -> String {
        match self.current() {
            Some(s) if s.name == SANDBOX => format!("{} et les essais", self.scenario.clone().unwrap_or_default()),
            Some(s) => s.name.clone(),
            None => String::new(),
        }
    }
}

impl Asked {
    /// The table of an answer, to write or to draw.
    pub(super) fn document(&self) -> Document {
        self.table.document()
    }

    /// One row a period, for a measure that has no level.
    fn by_period(&self) -> Document {
        let whole = self.document();
        let (measure, unit, decimals) = self.table.measures.first().cloned().unwrap_or_default();
        let values = self.table.rows.first().and_then(|r| r.values.first()).cloned().unwrap_or_default();
        let origin = |projected: bool| if projected { "projeté" } else { "constaté" };
        let rows = self.table.columns.iter().zip(values).map(|(c, x)| Row {
            level: "mois".to_owned(),
            depth: 0,
            code: c.period.label(),
            label: c.period.label(),
            cells: vec![Cell::number(x), Cell::Words(origin(c.projected).to_owned())],
        });
        let columns =
            vec![Column { measure, unit, decimals, ..Column::default() }, Column { measure: "origine".to_owned(), ..Column::default() }];
        Document { tables: vec![Table { title: whole.title.clone(), columns, rows: rows.collect() }], ..whole }
    }
}

/// A figure and its unit; « 1 » of nothing has none.
pub(super) fn with_unit(figure: &str, unit: &str) -> String {
    if unit.is_empty() || unit == "1" { figure.to_owned() } else { format!("{figure} {unit}") }
}

/// How values become one.
fn nature(question: &Question, asked: &Asked) -> String {
    let many = asked.months.len() > 1 && !matches!(question.period, AskedPeriod::EachMonth(_));
    match &question.nature {
        Nature::Flow if many => "flux, additionné".to_owned(),
        Nature::Flow => "flux".to_owned(),
        Nature::Stock if many => {
            let end = asked.months.last().zip(asked.at_the_end.as_ref()).map(|(month, x)| end(question, asked, *month, x));
            format!("stock : moyenne des mois{}", end.unwrap_or_default())
        }
        Nature::Stock => "stock".to_owned(),
        Nature::Last if many => "stock : valeur du dernier mois".to_owned(),
        Nature::Last => "stock".to_owned(),
        Nature::Heads if many => "personnes distinctes au dernier mois".to_owned(),
        Nature::Heads => "personnes distinctes".to_owned(),
        Nature::Mean(weight) => format!("moyenne pondérée par `{weight}`"),
        Nature::Ratio(a, b) => format!("rapport `{a} / {b}`, jamais additionné"),
        Nature::Calculation => "calcul, chaque mesure par sa propre règle".to_owned(),
        Nature::Value => "valeur, la même pour tous".to_owned(),
        Nature::OfLevel(grain) => format!("valeur {grain}"),
    }
}

/// ` (`etp en 12/2027` : 618,20 ETP)`
fn end(question: &Question, asked: &Asked, month: Month, x: &Exact) -> String {
    let (_, unit, decimals) = asked.table.measures.first().cloned().unwrap_or_default();
    let shown = with_unit(&x.to_french(decimals), &unit);
    format!(" (`{} en {}` : {shown})", question.measure.text, month.to_french())
}

/// `sur 12 mois (01/2027 à 12/2027, projetés)`
fn period(months: &[Month], last: Month, nature: &Nature, asked: AskedPeriod) -> String {
    let (Some(first), Some(end)) = (months.first(), months.last()) else { return "aucun mois".to_owned() };
    if *nature == Nature::Value && months.len() == 1 {
        let usual = if matches!(asked, AskedPeriod::LastMonth) { ", dernier mois du scénario" } else { "" };
        return format!("en {}{usual}", first.to_french());
    }
    let known = months.iter().filter(|m| **m <= last).count();
    let origin = match (known, months.len()) {
        (0, 1) => "projeté".to_owned(),
        (0, _) => "projetés".to_owned(),
        (1, 1) => "constaté".to_owned(),
        (k, n) if k == n => "constatés".to_owned(),
        (k, n) => format!("{k} constaté{} et {} projeté{}", if k > 1 { "s" } else { "" }, n - k, if n - k > 1 { "s" } else { "" }),
    };
    match months.len() {
        1 => format!("en {} ({origin})", first.to_french()),
        n => format!("sur {n} mois ({} à {}, {origin})", first.to_french(), end.to_french()),
    }
}
