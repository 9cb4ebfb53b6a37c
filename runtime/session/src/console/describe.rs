//! `décrire`, `lister`, `unité de`: what there is, and what it is.

use cadrage_driver::{Compiled, DeclaredName, Nature, fold, nearest, unfinished};
use cadrage_export::{Cell, Column, Document, Row, Table};
use cadrage_ir::{Aggregation, Feed, Formula, Grain};
use cadrage_source::{Code, Span};

use super::answer::{Answer, Piece};
use super::refusals::{Line, run_refused};
use super::{Console, SANDBOX};
use crate::labels::label;
use crate::run::RunError;

/// Sentences of the declaration that `pourquoi` shows.
const RECENT: usize = 3;

impl Console {
    /// `unité de coût_moyen`
    pub(super) fn unit_of(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let subject = ["de la ", "de l'", "du ", "des ", "d'", "de "].iter().find_map(|w| rest.strip_prefix(w)).unwrap_or(rest).trim();
        if subject.is_empty() {
            return line.refuse(Code::S01, "l'unité de quoi ?", "", "écrivez `unité de masse_salariale`");
        }
        if let Some(formula) = named(&self.compiled, subject) {
            return Answer::figure(format!("{} — {}", written(formula), adds_up(&self.compiled, formula)));
        }
        let scripts = self.scripts.clone();
        match self.sound(&scripts, Some(subject)) {
            Ok(compiled) => match &compiled.model.question {
                Some(q) => {
                    let unit = if q.measure.shown.0 == "1" { "un nombre, sans unité" } else { &q.measure.shown.0 };
                    let what = match &q.nature {
                        Nature::Value => "valeur d'un mois, la même pour tous",
                        Nature::Calculation => "calcul, chaque mesure par sa propre règle",
                        _ => "mesure",
                    };
                    Answer::figure(format!("{unit} — {what}"))
                }
                None => Answer::silent(),
            },
            Err(refusal) => refusal,
        }
    }

    /// `décrire valeur_du_point`
    pub(super) fn describe(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let name = rest.trim_matches(['`', '"', ' ']);
        if name.is_empty() {
            return line.refuse(Code::S01, "décrire quoi ?", "", "écrivez `décrire valeur_du_point` ; `lister formules` donne les noms");
        }
        let compiled = std::sync::Arc::clone(&self.compiled);
        let Some(found) = compiled.model.declared.get(&fold(name)) else { return self.other(line, name) };
        let mut out = Answer::figure(format!("{} — {}, {}", found.name, found.kind, found.openness));
        out = out.aside(self.place_of(found));
        if let Some(f) = named(&compiled, name) {
            out = out.aside(format!("{} ; {} ; {}", f.label, written(f), adds_up(&compiled, f)));
            out = out.aside(format!("se lit {}{}", f.grain, fed(f)));
            if let Some(source) = &f.source {
                out = out.aside(format!("source : {source}"));
            }
        } else if let Some(p) = compiled.model.parameters.iter().find(|p| fold(&p.name) == fold(name)) {
            out = out.aside(format!("{} ; en {}", p.label, p.written.0));
        }
        out = out.piece(Piece::Page(indented(&block(&compiled, found.span))));
        if found.kind == "constante" || found.kind == "hypothèse" {
            out = out.then(self.in_force(&found.name));
        }
        out.then(self.changed_by(&found.name))
    }

    /// Scenarios, reports, envelopes, members.
    fn other(&self, line: &Line<'_>, name: &str) -> Answer {
        let model = &self.compiled.model;
        let wanted = fold(name);
        let shown = |kind: &str, name: &str, label: &str, span: Span| {
            Answer::figure(format!("{name} — {kind} « {label} »"))
                .aside(self.compiled.sources.place(span))
                .piece(Piece::Page(indented(&block(&self.compiled, span))))
        };
        if let Some(s) = model.scenarios.iter().find(|s| fold(&s.name) == wanted) {
            return shown("scénario", &s.name, &s.label, s.span);
        }
        if let Some(r) = model.reports.iter().find(|r| fold(&r.name) == wanted) {
            return shown("restitution", &r.name, &r.label, r.span);
        }
        if let Some(e) = model.envelopes.iter().find(|e| fold(&e.name) == wanted) {
            return shown("enveloppe", &e.name, &e.label, e.span);
        }
        let near = nearest(name, self.names());
        let help =
            near.map_or_else(|| "`lister formules`, `lister constantes`… donnent les noms".to_owned(), |n| format!("vouliez-vous `{n}` ?"));
        line.refuse(Code::N01, format!("`{name}` est inconnu"), name, help)
    }

    /// Every name one may describe.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let model = &self.compiled.model;
        let declared = model.declared.values().map(|d| d.name.as_str());
        let scenarios = model.scenarios.iter().map(|s| s.name.as_str()).filter(|n| *n != SANDBOX);
        declared
            .chain(scenarios)
            .chain(model.reports.iter().map(|r| r.name.as_str()))
            .chain(model.envelopes.iter().map(|e| e.name.as_str()))
    }

    fn place_of(&self, found: &DeclaredName) -> String {
        let module = match (found.library, found.module.as_str()) {
            (true, module) => format!("socle, module {module}"),
            (false, "") => "script".to_owned(),
            (false, module) => format!("module {module}"),
        };
        format!("{module} — {}", self.compiled.sources.place(found.span))
    }

    /// The value of a constant now.
    fn in_force(&self, name: &str) -> Answer {
        let scenario = self.current().map(|s| s.name.clone());
        let Ok(why) = crate::why(&self.compiled, name, scenario.as_deref(), None) else { return Answer::silent() };
        let month = why.month.map_or_else(String::new, |m| format!(" en {}", m.to_french()));
        why.verdicts.iter().fold(Answer::silent(), |out, v| {
            let whom = if v.whom.is_empty() { String::new() } else { format!("{} : ", v.whom) };
            out.aside(format!("en vigueur{month} : {whom}{}", v.value.as_deref().unwrap_or("rien")))
        })
    }

    /// The scenarios that change it.
    fn changed_by(&self, name: &str) -> Answer {
        let mut out = Answer::silent();
        for scenario in self.compiled.model.scenarios.iter().filter(|s| s.name != SANDBOX) {
            let Ok(why) = crate::why(&self.compiled, name, Some(&scenario.name), None) else { continue };
            let own = format!("scénario {}", scenario.name);
            for s in why.sentences.iter().filter(|s| s.layer == own || s.layer.starts_with("variante")) {
                out = out.aside(format!("{} la change ({}) : {}", scenario.name, s.place, s.text));
            }
        }
        out
    }

    /// `lister formules`
    pub(super) fn list(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let wanted = fold(rest.trim_matches([' ', '`', '"']));
        let wanted = ["les ", "des ", "d'"].iter().find_map(|w| wanted.strip_prefix(w)).unwrap_or(&wanted).to_owned();
        let compiled = std::sync::Arc::clone(&self.compiled);
        let model = &compiled.model;
        const KINDS: &[&str] = &["constante", "hypothèse", "formule", "population", "barème", "calendrier", "grille", "reclassement"];
        if wanted.is_empty() {
            let mut out = Answer::silent();
            for kind in KINDS {
                let count = model.declared.values().filter(|d| d.kind == *kind).count();
                if count > 0 {
                    out = out.aside(format!("{count} {}", plural(kind)));
                }
            }
            let scenarios = model.scenarios.iter().filter(|s| s.name != SANDBOX).count();
            return out
                .aside(format!("{scenarios} scénarios"))
                .aside(format!("{} restitutions", model.reports.len()))
                .aside(format!("{} enveloppes", model.envelopes.len()))
                .aside("`lister formules`, `lister scénarios`… les nomment ; `lister composante` donne les membres d'un axe");
        }
        let is = |word: &str| wanted == fold(word) || wanted == fold(&plural(word));
        if let Some(kind) = KINDS.iter().find(|k| is(k)) {
            let rows = model.declared.values().filter(|d| d.kind == *kind).map(|d| {
                let (label, unit) = self.label_and_unit(&d.name);
                row(&d.name, [unit, label, compiled.sources.place(d.span)])
            });
            return listed(&plural(kind), &["unité", "libellé", "où"], rows.collect());
        }
        if is("scénario") {
            let rows = model
                .scenarios
                .iter()
                .filter(|s| s.name != SANDBOX)
                .map(|s| row(&s.name, [s.label.clone(), s.parent.clone().unwrap_or_default(), compiled.sources.place(s.span)]));
            return listed("scénarios", &["libellé", "hérite de", "où"], rows.collect());
        }
        if is("restitution") {
            let rows = model.reports.iter().map(|r| row(&r.name, [r.label.clone(), compiled.sources.place(r.span)]));
            return listed("restitutions", &["libellé", "où"], rows.collect());
        }
        if is("enveloppe") {
            let rows = model.envelopes.iter().map(|e| row(&e.name, [e.label.clone(), compiled.sources.place(e.span)]));
            return listed("enveloppes", &["libellé", "où"], rows.collect());
        }
        if is("module") {
            let rows =
                model.modules.iter().map(|m| row(&m.name, [m.version.clone(), if m.library { "socle" } else { "dossier" }.to_owned()]));
            return listed("modules", &["version", "de"], rows.collect());
        }
        if let Some(axis) = cadrage_ir::ATTRIBUTES.iter().find(|a| is(a.name) || wanted == fold(a.name)) {
            let members = self.members_of(axis.name);
            if !members.is_empty() {
                let rows = members.into_iter().map(|(code, label)| row(&code, [label]));
                return listed(axis.name, &["libellé"], rows.collect());
            }
            return line.refuse(
                Code::G02,
                format!("aucune liste du dossier ne donne les membres de `{}`", axis.name),
                rest,
                "listes : `referentiels/`",
            );
        }
        let near = nearest(&wanted, KINDS.iter().copied().chain(cadrage_ir::ATTRIBUTES.iter().map(|a| a.name)));
        let help = near.map_or_else(
            || "écrivez `lister formules`, `constantes`, `hypothèses`, `populations`, `scénarios`, `restitutions`, `enveloppes`, `modules`, ou un axe : `lister composante`".to_owned(),
            |n| format!("vouliez-vous `lister {n}` ?"),
        );
        line.refuse(Code::N01, format!("je ne sais pas lister `{}`", rest.trim()), rest.trim(), help)
    }

    /// Codes and labels of an axis.
    pub(super) fn members_of(&self, axis: &str) -> Vec<(String, String)> {
        let Some(a) = cadrage_ir::attribute(axis) else { return Vec::new() };
        let codes = self.scripts.members().of(a).into_iter().flatten();
        codes
            .map(|code| (code.clone(), label(&self.scripts.references, axis, code)))
            .map(|(c, l)| if c == l { (c, String::new()) } else { (c, l) })
            .collect()
    }

    fn label_and_unit(&self, name: &str) -> (String, String) {
        if let Some(f) = named(&self.compiled, name) {
            return (f.label.clone(), if f.unit.is_pure() { "rapport".to_owned() } else { f.unit.to_string() });
        }
        let parameter = self.compiled.model.parameters.iter().find(|p| fold(&p.name) == fold(name));
        parameter.map_or_else(|| (String::new(), String::new()), |p| (p.label.clone(), p.written.0.clone()))
    }

    /// `pourquoi valeur_du_point en 10/2027`
    pub(super) fn why(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let words = super::verbs::words(rest);
        let (name, when) = match words.as_slice() {
            [name] => (name.clone(), None),
            [name, en, month] if fold(en) == "en" => (name.clone(), Some(month.clone())),
            _ => return line.refuse(Code::S01, "pourquoi quoi ?", rest, "écrivez `pourquoi valeur_du_point en 10/2027`"),
        };
        let month = match when {
            None => None,
            Some(text) => match text.split_once('/').and_then(|(m, y)| cadrage_value::Month::new(y.parse().ok()?, m.parse().ok()?)) {
                Some(month) => Some(month),
                None => return line.refuse(Code::S08, format!("`{text}` n'est pas un mois"), &text, "écrivez `10/2027`"),
            },
        };
        let scenario = self.current().map(|s| s.name.clone());
        match crate::why(&self.compiled, &name, scenario.as_deref(), month) {
            Ok(mut why) => {
                // Thirty years of a value are for the program's own verb.
                let first = why.sentences.first().map(|s| s.layer.clone()).unwrap_or_default();
                let older = why.sentences.iter().take_while(|s| s.layer == first).count().saturating_sub(RECENT);
                why.sentences.drain(..older);
                let out = Answer::silent().piece(Piece::Page(indented(&why.text())));
                if older > 0 { out.aside(format!("{older} valeurs plus anciennes : `cadrage pourquoi {}`", why.name)) } else { out }
            }
            Err(d) => run_refused(RunError::Diagnostics(vec![d]), std::sync::Arc::default()),
        }
    }
}

/// The formula declared under a name.
fn named<'c>(compiled: &'c Compiled, name: &str) -> Option<&'c Formula> {
    compiled.program.formulas.iter().find(|f| !f.hidden && fold(&f.name) == fold(name))
}

/// Its unit.
fn written(f: &Formula) -> String {
    if f.unit.is_pure() { "un rapport, sans unité".to_owned() } else { f.unit.to_string() }
}

fn adds_up(compiled: &Compiled, f: &Formula) -> String {
    let named = |id| compiled.program.formula(id).map_or("", |f| f.name.as_str());
    match f.aggregation {
        Aggregation::Sum => "flux : s'additionne sur les agents et les mois".to_owned(),
        Aggregation::SumThenMean => "stock : s'additionne sur les agents, moyenne des mois".to_owned(),
        Aggregation::SumThenLast => "stock : s'additionne sur les agents, dernier mois".to_owned(),
        Aggregation::Distinct => "personnes distinctes, au dernier mois".to_owned(),
        Aggregation::Mean(weight) => format!("moyenne pondérée par {}, jamais additionné", named(weight)),
        Aggregation::Ratio(a, b) => format!("rapport {} / {}, jamais additionné", named(a), named(b)),
        Aggregation::None => "ne s'additionne pas".to_owned(),
    }
}

fn fed(f: &Formula) -> String {
    match (&f.feeds, &f.grain) {
        (Some(Feed::Rubriques(list, _)), _) => format!(", alimente la rubrique {}", list.join(", ")),
        (Some(Feed::Job(_)), _) => ", alimente les emplois".to_owned(),
        (None, Grain::Line) => ", des lignes de paie".to_owned(),
        (None, _) => String::new(),
    }
}

/// The words of a declaration, from its line to its `fin`.
fn block(compiled: &Compiled, span: Span) -> String {
    let Some(file) = compiled.sources.get(span.file) else { return String::new() };
    let at = (span.start as usize).min(file.text.len());
    let start = file.text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |k| k + 1);
    let mut out = String::new();
    for line in file.text.get(start..).unwrap_or("").lines() {
        out.push_str(line);
        out.push('\n');
        if !unfinished(&out) {
            break;
        }
    }
    out
}

fn indented(text: &str) -> String {
    text.lines().map(|l| if l.is_empty() { "\n".to_owned() } else { format!("    {l}\n") }).collect()
}

fn plural(kind: &str) -> String {
    if kind.ends_with('s') { kind.to_owned() } else { format!("{kind}s") }
}

fn row<const N: usize>(name: &str, words: [String; N]) -> Row {
    Row {
        level: "nom".to_owned(),
        depth: 0,
        code: name.to_owned(),
        label: name.to_owned(),
        cells: words.into_iter().map(Cell::Words).collect(),
    }
}

fn listed(title: &str, columns: &[&str], rows: Vec<Row>) -> Answer {
    let columns = columns.iter().map(|c| Column { measure: (*c).to_owned(), ..Column::default() }).collect();
    let count = rows.len();
    let table = Table { title: title.to_owned(), columns, rows };
    let document = Document { name: "liste".to_owned(), title: title.to_owned(), tables: vec![table.clone()], ..Document::default() };
    Answer::silent().piece(Piece::Table(table)).aside(format!("{count} {title}")).keeping(document)
}
