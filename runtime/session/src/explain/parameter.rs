//! Where the value of a constant or a hypothesis comes from: its text, then what the scenario laid over it.

use cadrage_driver::Laid;
use cadrage_engine::{Parameters, Row, Value};
use cadrage_ir::{Dated, Layer, Modification, Parameter, ParameterId};
use cadrage_source::Span;
use cadrage_value::Month;

use super::ground::Explainer;
use super::shown::Writing;
use super::{Choice, Entry, Mark, place};

impl Explainer<'_> {
    /// How the values of a parameter are written.
    pub(super) fn writing_of(&self, id: ParameterId) -> Writing {
        self.program.parameter(id).map_or_else(|| Writing::of(&cadrage_ir::Unit::pure()), |p| Writing::written(&p.unit, &p.written))
    }

    /// The value in force for a row in a month, with its sentence, and what stands above and below it.
    pub(super) fn parameter(&self, id: ParameterId, words: &str, month: Month, row: Option<&Row>, value: &Value) -> Entry {
        let writing = self.writing_of(id);
        let Some(parameter) = self.program.parameter(id) else { return Entry::default() };
        let mut out = Entry {
            words: words.to_owned(),
            name: parameter.name.clone(),
            label: parameter.label.clone(),
            value: writing.value(value),
            place: place::short(self.compiled, parameter.span),
            location: self.compiled.sources.place(parameter.span),
            mark: if parameter.hypothesis { Mark::Hypothesis } else { Mark::None },
            ..Entry::default()
        };
        let dated = self.parameters.lookup(id, month, row);
        let layers = self.effective(id, month, row);
        let text = self.texts.lookup(id, month, row);
        match (layers.as_slice(), text) {
            ([], Some(dated)) => self.of_text(&mut out, dated),
            ([], None) => {}
            // What a scenario sets stands for the value itself, and the text in force is recalled.
            ([(laid, change, _)], text) if matches!(change.change, cadrage_ir::Change::Set(_)) => {
                self.laid(&mut out, parameter, laid);
                if let Some(text) = text {
                    out.remarks.push(self.text_in_force(id, text));
                }
            }
            (layers, text) => {
                out.mark = self.mark(parameter);
                out.place.clear();
                out.location.clear();
                if let Some(text) = text {
                    let mut first = Entry { name: writing.number(&text.value).text, ..Entry::default() };
                    first.value = writing.number(&text.value);
                    self.of_text(&mut first, text);
                    out.entries.push(first);
                }
                for (laid, change, after) in layers {
                    let mut one = Entry { name: said(change, &writing), value: writing.value(after), ..Entry::default() };
                    self.laid(&mut one, parameter, laid);
                    out.entries.push(one);
                }
            }
        }
        self.choices(&mut out, id, month, row, dated.map(|d| d.span));
        if parameter.within_month == cadrage_ir::WithinMonth::Prorata && dated.is_some_and(|d| *value != Value::Known(d.value.clone())) {
            out.remarks.push("change dans le mois : chaque valeur pour ses trentièmes".to_owned());
        }
        out
    }

    /// Decree, first day, place.
    fn of_text(&self, out: &mut Entry, dated: &Dated) {
        out.source = dated.source.clone().unwrap_or_default();
        out.place = place::short(self.compiled, dated.span);
        out.location = self.compiled.sources.place(dated.span);
        if let Some(from) = dated.from {
            out.remarks.push(format!("effet {}", from.to_french()));
        }
    }

    /// Who lays it, since when, on which ground.
    fn laid(&self, out: &mut Entry, parameter: &Parameter, laid: &Laid<Layer>) {
        out.layer = place::layer(laid, self.scenario);
        out.place = place::short(self.compiled, laid.span);
        out.location = self.compiled.sources.place(laid.span);
        out.source = laid.source.clone().unwrap_or_default();
        out.mark = self.mark(parameter);
        if let Some(from) = laid.value().and_then(|m| m.from) {
            out.remarks.push(format!("à compter du {}", from.to_french()));
        }
    }

    fn mark(&self, parameter: &Parameter) -> Mark {
        if self.scenario.beyond_texts.iter().any(|b| b.name == parameter.name) { Mark::BeyondTexts } else { Mark::Hypothesis }
    }

    fn text_in_force(&self, id: ParameterId, text: &Dated) -> String {
        let value = self.writing_of(id).number(&text.value).text;
        let source = text.source.as_ref().map_or_else(String::new, |s| format!(", {s}"));
        let word = if self.program.parameter(id).is_some_and(|p| p.hypothesis) { "sans le scénario" } else { "texte en vigueur" };
        format!("{word} : {value}{source}")
    }

    /// The changes that made the value, in order, each with what it gave: those that a later one made useless are left out.
    fn effective(&self, id: ParameterId, month: Month, row: Option<&Row>) -> Vec<(&Laid<Layer>, &Modification, Value)> {
        let mut now: Parameters = self.texts.clone();
        let mut out: Vec<(&Laid<Layer>, &Modification, Value)> = Vec::new();
        let value = |p: &Parameters| p.value(id, month, row);
        for laid in &self.scenario.layers {
            let Some(change) = laid.value().filter(|m| m.parameter == id) else { continue };
            let before = value(&now);
            now.lay(&laid.what);
            let after = value(&now);
            let spoken = now.lookup(id, month, row).is_some_and(|d| d.span == change.span);
            if before == after && !spoken {
                continue;
            }
            if matches!(change.change, cadrage_ir::Change::Set(_)) {
                out.clear();
            }
            out.push((laid, change, after.map_or(Value::Missing, Value::Known)));
        }
        out
    }

    /// The case that gives the value, and the others that hold the row, when there are several.
    fn choices(&self, out: &mut Entry, id: ParameterId, month: Month, row: Option<&Row>, chosen: Option<Span>) {
        let Some(parameter) = self.parameters.get(id) else { return };
        if parameter.cases.len() < 2 {
            return;
        }
        let writing = self.writing_of(id);
        let day = month.first_day();
        let mut others = 0_usize;
        let mut found = false;
        for case in &parameter.cases {
            let holds = case.selection.is_all() || row.is_some_and(|r| r.is_in(&case.selection));
            if !holds {
                others += 1;
                continue;
            }
            let dated = case.on(day, month);
            let is_it = !found && dated.map(|d| d.span) == chosen && chosen.is_some();
            found |= is_it;
            let reason = match (is_it, dated) {
                (true, _) => "retenu",
                (false, None) => "aucune valeur à cette date",
                (false, Some(_)) => "moins précis, ou d'une couche plus basse",
            };
            let whom = if case.text.is_empty() { "par défaut".to_owned() } else { case.text.clone() };
            let says = dated.map_or_else(String::new, |d| writing.number(&d.value).text);
            let place = dated.map_or_else(String::new, |d| place::short(self.compiled, d.span));
            out.choices.push(Choice { whom, says, place, reason: reason.to_owned(), chosen: is_it });
        }
        // The same case before the scenario changed it is told by its chain.
        if let Some(whom) = out.choices.iter().find(|c| c.chosen).map(|c| c.whom.clone()) {
            out.choices.retain(|c| c.chosen || c.whom != whom);
        }
        if others > 0 {
            let (many, verb) = if others > 1 { ("s", "ne concernent") } else { ("", "ne concerne") };
            out.remarks.push(format!("{others} autre{many} cas {verb} pas cet agent"));
        }
    }
}

/// `majorée de 1,5 %`, as the sentence says it.
fn said(change: &Modification, writing: &Writing) -> String {
    use cadrage_ir::Change::{AtLeast, AtMost, Scale, Set, Shift};
    let percent = |x: &cadrage_value::Exact| Writing::percent().number(x).text;
    match &change.change {
        Set(x) => format!("= {}", writing.number(x).text),
        Scale(x) => {
            let by = x - &cadrage_value::Exact::ONE;
            if by.is_negative() { format!("minorée de {}", percent(&-by)) } else { format!("majorée de {}", percent(&by)) }
        }
        Shift(x) if x.is_negative() => format!("minorée de {}", writing.number(&-x.clone()).text),
        Shift(x) => format!("majorée de {}", writing.number(x).text),
        AtLeast(x) => format!("au moins {}", writing.number(x).text),
        AtMost(x) => format!("au plus {}", writing.number(x).text),
    }
}
