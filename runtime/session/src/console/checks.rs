//! `contrôler`, `comparer`, `restituer`: what the dossier declares, run from the prompt.

use std::sync::Arc;

use cadrage_driver::{EFFECTS, fold, nearest};
use cadrage_export::{Cell, Column, Row, Table};
use cadrage_source::Code;
use cadrage_value::{Exact, Month};

use super::answer::{Answer, Manner};
use super::refusals::Line;
use super::scripts::{NAME, Typed};
use super::{Console, SANDBOX};
use crate::ceilings::CeilingRow;
use crate::clock::Phases;
use crate::comparison::ComparisonRequest;
use crate::explain::{ExplainRequest, declared_explanations, explanations_document};
use crate::{CeilingState, NO_ENVELOPE, ceilings_document, comparison_document};

impl Console {
    /// `contrôler`, `contrôler enveloppes`, `contrôler plafond_état`
    pub(super) fn control(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let compiled = Arc::clone(&self.compiled);
        let envelopes = &compiled.model.envelopes;
        if envelopes.is_empty() {
            return NO_ENVELOPE.into_iter().fold(Answer::silent(), Answer::aside);
        }
        let wanted = fold(rest.trim_matches([' ', '`']));
        let all = wanted.is_empty() || matches!(wanted.as_str(), "enveloppes" | "les enveloppes");
        if !all && !envelopes.iter().any(|e| fold(&e.name) == wanted) {
            let known: Vec<&str> = envelopes.iter().map(|e| e.name.as_str()).collect();
            let near = nearest(rest, known.iter().copied());
            let help = near.map_or_else(|| format!("enveloppes : {}", known.join(", ")), |n| format!("vouliez-vous `{n}` ?"));
            return line.refuse(Code::N01, format!("l'enveloppe `{rest}` est inconnue"), rest, help);
        }
        let found = self.seated(line).and_then(|desk| desk.ceilings(Arc::clone(&compiled)).map_err(|why| why.told(&compiled)));
        let mut rows = match found {
            Ok(rows) => rows,
            Err(refusal) => return refusal,
        };
        rows.retain(|row| all || fold(&row.envelope) == wanted);
        let blocked = rows.iter().any(|r| matches!(r.state, CeilingState::Block));
        let table = ceilings(&rows);
        let last = self.current().map_or(Month::MIN, |s| s.constate);
        let document = ceilings_document(&[(self.scenario_shown(), last, rows)], envelopes);
        let mut out = Answer::silent().piece(super::Piece::Table(table)).keeping(document);
        if blocked {
            out = out.with(Manner::Warning, "⚠ une enveloppe bloque : `cadrage valider` refuserait ce scénario");
        }
        out.aside(format!("{} ; le mois est le premier au-delà", self.scenario_shown()))
    }

    /// `expliquer pension_civile pour agent 00171002 en 10/2027`
    pub(super) fn explain(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        if rest.is_empty() {
            return line.refuse(
                Code::S01,
                "expliquer quoi ?",
                "",
                "écrivez `expliquer masse_salariale pour composante SCIENCES en 12/2026`",
            );
        }
        let name = match self.current_name(line) {
            Ok(name) => name,
            Err(refusal) => return refusal,
        };
        // Read with the scripts and with what was typed, as a declaration that nothing keeps.
        let mut scripts = self.scripts.clone();
        scripts.typed.push(Typed { key: String::new(), text: line.text.to_owned() });
        let compiled = match self.sound(&scripts, None) {
            Ok(compiled) => compiled,
            Err(refusal) => return refusal,
        };
        let compiled = Arc::new(compiled);
        let typed = |r: &ExplainRequest| compiled.sources.get(r.span.file).is_some_and(|f| f.name == NAME);
        let Some(mut request) = declared_explanations(&compiled, None).into_iter().rfind(typed) else { return Answer::silent() };
        let found = if request.between.is_some() {
            request.scenario = Some(name);
            let scripts = Arc::clone(&compiled);
            self.away(move |workspace, backend| workspace.explain(&scripts, &request, backend)).map_err(|why| why.told(&compiled))
        } else {
            let sight = match self.sight(&compiled) {
                Ok(sight) => sight,
                Err(refusal) => return refusal,
            };
            let desk = self.seated(line);
            desk.and_then(|desk| desk.explain(Arc::clone(&compiled), request, sight).map_err(|why| why.told(&compiled)))
        };
        match found {
            Err(refusal) => refusal,
            Ok(found) => {
                let document = explanations_document(std::slice::from_ref(&found));
                Answer::silent().piece(super::Piece::Tree(Box::new(found))).keeping(document)
            }
        }
    }

    /// `comparer budget_2027 avec atterrissage_2026 par composante`
    pub(super) fn compare(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let (request, effects) = match self.comparison_asked(line, rest) {
            Ok(asked) => asked,
            Err(refusal) => return refusal,
        };
        let compiled = Arc::clone(&self.compiled);
        let scripts = Arc::clone(&compiled);
        match self.away(move |workspace, backend| workspace.compare(&scripts, &request, backend, &mut Phases::unheeded())) {
            Err(why) => why.told(&compiled),
            Ok(found) => {
                let notes = found.notes.clone();
                let document = comparison_document(&[found.gathered(&effects)]);
                let title = document.title.clone();
                let out =
                    Answer::figure(title).aside("masse salariale, en euros ; les effets et le résidu font l'écart").documented(document);
                notes.into_iter().fold(out, |out, note| out.aside(format!("note : {note}")))
            }
        }
    }

    fn comparison_asked(&self, line: &Line<'_>, rest: &str) -> Result<(ComparisonRequest, Vec<&'static str>), Answer> {
        let usage = "écrivez `comparer budget_2027 avec atterrissage_2026 [par composante] [décomposé en effectifs ; point]`";
        let words: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
        let mut request = ComparisonRequest::default();
        let mut effects = Vec::new();
        let mut at = 0;
        let word = |k: usize| words.get(k).map(String::as_str);
        while let Some(one) = word(at) {
            match fold(one).as_str() {
                "avec" => request.reference = Some(word(at + 1).unwrap_or_default().to_owned()),
                "par" => request.level = Some(word(at + 1).unwrap_or_default().to_owned()),
                "sur" if word(at + 1).is_some_and(|m| fold(m) == "masse_salariale") => {}
                "sur" => {
                    let what = word(at + 1).unwrap_or("");
                    return Err(line.refuse(Code::V99, format!("`comparer` explique la masse salariale, et non `{what}`"), what, usage));
                }
                "decompose" => {
                    let list = words.get(at + 2..).unwrap_or(&[]).join(" ");
                    for name in list.split(';').map(str::trim).filter(|n| !n.is_empty()) {
                        let Some(found) = EFFECTS.iter().find(|e| fold(e) == fold(name)) else {
                            let help = format!("effets : {}", EFFECTS.join(", "));
                            return Err(line.refuse(Code::N01, format!("l'effet `{name}` est inconnu"), name, help));
                        };
                        effects.push(*found);
                    }
                    at = words.len();
                    continue;
                }
                _ if at == 0 => {
                    one.clone_into(&mut request.scenario);
                    at += 1;
                    continue;
                }
                _ => return Err(line.refuse(Code::S01, format!("`{one}` n'était pas attendu"), one, usage)),
            }
            at += 2;
        }
        if request.scenario.is_empty() {
            return Err(line.refuse(Code::S01, "comparer quoi ?", "", usage));
        }
        Ok((request, effects))
    }

    /// `restituer suivi_par_composante`
    pub(super) fn report(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let name = rest.trim_matches([' ', '`', '"']);
        if name.is_empty() {
            return line.refuse(Code::S01, "restituer quoi ?", "", "`lister restitutions` donne les noms");
        }
        let compiled = Arc::clone(&self.compiled);
        let scenarios: Vec<String> = self.current().map(|s| s.name.clone()).into_iter().collect();
        let several = |r: &&cadrage_driver::Report| r.columns.contains(&cadrage_driver::ReportColumn::Scenario);
        let across = compiled.model.reports.iter().filter(|r| fold(&r.name) == fold(name)).any(|r| several(&r));
        // Scenarios in columns are all those of the dossier.
        let all: Vec<String> = compiled.model.scenarios.iter().map(|s| s.name.clone()).filter(|n| n != SANDBOX).collect();
        let of_measures = compiled.model.reports.iter().any(|r| fold(&r.name) == fold(name) && r.analysis.is_none());
        let found = if of_measures && !across {
            let sight = match self.sight(&compiled) {
                Ok(sight) => sight,
                Err(refusal) => return refusal,
            };
            let desk = self.seated(line);
            let report = desk.and_then(|d| d.report(Arc::clone(&compiled), name.to_owned(), sight).map_err(|why| why.told(&compiled)));
            report.map(|table| table.document())
        } else {
            let (scripts, name) = (Arc::clone(&compiled), name.to_owned());
            let asked = if across { all } else { scenarios };
            let pages = self.away(move |workspace, backend| workspace.report_document(&scripts, &name, &asked, backend));
            pages.map(|(document, _)| document).map_err(|why| why.told(&compiled))
        };
        match found {
            Err(refusal) => refusal,
            Ok(document) => {
                let notes = document.notes.clone();
                let out = Answer::figure(format!("{} — {}", document.name, document.title)).documented(document);
                notes.into_iter().fold(out, |out, note| out.aside(note.replace(SANDBOX, &self.scenario_shown())))
            }
        }
    }
}

fn ceilings(rows: &[CeilingRow]) -> Table {
    let column = |measure: &str, decimals| Column { measure: measure.to_owned(), decimals, ..Column::default() };
    let columns =
        vec![column("plafond", 2), column("constaté", 2), column("projeté", 2), column("%", 1), column("état", 0), column("mois", 0)];
    let shown = rows.iter().map(|r| Row {
        level: r.level.clone(),
        depth: usize::from(!r.member.is_empty()),
        code: r.member.clone(),
        label: if r.member.is_empty() { format!("{} {}", r.envelope, r.year) } else { r.member.clone() },
        cells: vec![
            Cell::number(r.ceiling.clone()),
            Cell::number(r.consumed.clone()),
            Cell::Number(r.landing.clone()),
            Cell::number(r.rate().map(|x| &x * &Exact::from_int(100))),
            Cell::Words(r.state.word().to_owned()),
            Cell::Words(r.first_month.map_or_else(String::new, |m| m.to_french())),
        ],
    });
    Table { title: "enveloppes".to_owned(), columns, rows: shown.collect() }
}
