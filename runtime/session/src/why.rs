//! Which sentence gives a value, and which others it prevails over: the stack of `cadrage pourquoi` (decisions D22, D25).

use cadrage_driver::{Compiled, DeclaredName, Laid, Scenario, fold, nearest};
use cadrage_engine::Parameters;
use cadrage_ir::{Dated, Layer, Parameter, ParameterId};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use cadrage_value::{Date, Exact, Month};

/// A name, everything that speaks of it from the bottom up, and what comes of it in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// As declared.
    pub name: String,
    /// `constante`, `grille`…
    pub kind: &'static str,
    /// `ouverte`, `simulable`, `verrouillée`.
    pub openness: &'static str,
    /// The scenario looked at.
    pub scenario: Option<String>,
    /// The month looked at.
    pub month: Option<Month>,
    /// From the socle up.
    pub sentences: Vec<WhySentence>,
    /// What is in force in that month, by selection; the default last.
    pub verdicts: Vec<Verdict>,
}

/// A sentence of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhySentence {
    /// `socle`, `établissement`, `parent budget_2027`, `variante x`, `scénario y`.
    pub layer: String,
    /// File and line.
    pub place: String,
    /// What it says.
    pub text: String,
    /// Decree, deliberation…
    pub source: Option<String>,
    /// Where, to match verdicts.
    span: Span,
}

/// What is in force for a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `par défaut`, `pour corps PR`; empty when it is the same for everyone.
    pub whom: String,
    /// The value, when it is one number.
    pub value: Option<String>,
    /// File and line of the sentence that gives it.
    pub place: String,
    /// Why that one.
    pub reason: String,
}

/// The stack of a name, in a scenario or as declared.
///
/// # Errors
/// An unknown name or scenario.
pub fn why(compiled: &Compiled, name: &str, scenario: Option<&str>, month: Option<Month>) -> Result<Why, Diagnostic> {
    let scenario = match scenario {
        None => None,
        Some(wanted) => Some(crate::run::find(compiled, wanted).ok_or_else(|| unknown_scenario(compiled, wanted))?),
    };
    if fold(name) == "grilles" {
        return Ok(all_grids(compiled, scenario));
    }
    let declared = compiled.model.declared.get(&fold(name)).ok_or_else(|| unknown(compiled, name))?;
    let month = month.or_else(|| scenario.map(|s| s.until));
    let mut out = Why {
        name: declared.name.clone(),
        kind: declared.kind,
        openness: declared.openness,
        scenario: scenario.map(|s| s.name.clone()),
        month,
        sentences: Vec::new(),
        verdicts: Vec::new(),
    };
    let stack = Stack { compiled, declared, scenario };
    if let Some(k) = compiled.model.parameters.iter().position(|p| fold(&p.name) == fold(name)) {
        stack.value(ParameterId::at(k), &mut out);
    } else {
        stack.other(&mut out);
    }
    Ok(out)
}

struct Stack<'c> {
    compiled: &'c Compiled,
    declared: &'c DeclaredName,
    scenario: Option<&'c Scenario>,
}

impl Stack<'_> {
    fn place(&self, span: Span) -> String {
        self.compiled.sources.place(span)
    }

    fn base_layer(&self) -> String {
        match (self.declared.library, self.declared.module.as_str()) {
            (true, module) => format!("socle ({module})"),
            (false, "") => "script".to_owned(),
            (false, module) => format!("établissement ({module})"),
        }
    }

    /// A constant or a hypothesis: every dated value, every change, and what holds by selection.
    fn value(&self, id: ParameterId, out: &mut Why) {
        let Some(parameter) = self.compiled.program.parameter(id).or_else(|| self.compiled.model.parameters.get(id.index())) else {
            return;
        };
        for case in parameter.cases.iter().rev() {
            for dated in &case.timeline {
                out.sentences.push(WhySentence {
                    layer: self.base_layer(),
                    place: self.place(dated.span),
                    text: format!("{}{} : {}", whom(&case.text), since(dated), shown(&dated.value, parameter)),
                    source: dated.source.clone(),
                    span: dated.span,
                });
            }
        }
        let own = |layer: &Layer| matches!(layer, Layer::Value(m) if m.parameter == id);
        let layers: Vec<&Laid<Layer>> = self.scenario.iter().flat_map(|s| &s.layers).filter(|laid| own(&laid.what)).collect();
        for laid in &layers {
            out.sentences.push(self.laid(laid));
        }
        let last = || parameter.cases.iter().flat_map(|c| &c.timeline).filter_map(|d| d.from).max().map(Date::month);
        let Some(month) = out.month.or_else(last) else {
            // A single undated value.
            out.verdicts = self.verdicts(parameter, Month::january(Date::DEFAULT.month()), &layers, parameter);
            return;
        };
        out.month = Some(month);
        let mut parameters = Parameters::of(&self.compiled.program);
        if let Some(s) = self.scenario {
            // What is not published yet is not known (decision D14).
            let _ = parameters.observe(s.observed);
        }
        for laid in self.scenario.iter().flat_map(|s| &s.layers) {
            parameters.lay(&laid.what);
        }
        let now = parameters.get(id).cloned().unwrap_or_else(|| parameter.clone());
        out.verdicts = self.verdicts(&now, month, &layers, parameter);
    }

    fn verdicts(&self, now: &Parameter, month: Month, layers: &[&Laid<Layer>], declared: &Parameter) -> Vec<Verdict> {
        let day = month.first_day();
        // Of the cases of one selection, the first that has a value that day answers.
        let mut selections = Vec::new();
        for case in &now.cases {
            if !selections.contains(&&case.selection) {
                selections.push(&case.selection);
            }
        }
        let several = selections.len() > 1;
        let mut out = Vec::new();
        for selection in selections {
            let text = now.cases.iter().find(|c| c.selection == *selection).map_or("", |c| c.text.as_str());
            let whom = if several { whom(text).trim_end().to_owned() } else { String::new() };
            let Some(dated) = now.cases.iter().filter(|c| c.selection == *selection).find_map(|c| c.on(day, month)) else {
                // A change limited in time leaves nothing outside its period: what is wider answers.
                if declared.cases.iter().any(|c| c.selection == *selection) {
                    let reason = "aucune valeur à cette date : un cas moins précis s'applique, s'il y en a".to_owned();
                    out.push(Verdict { whom, value: None, place: String::new(), reason });
                }
                continue;
            };
            let by = layers.iter().find(|laid| laid.span == dated.span);
            let below = declared.cases.iter().filter(|c| c.selection == *selection).find_map(|c| c.on(day, month));
            let reason = match by {
                Some(laid) => {
                    let masked = below
                        .map_or_else(String::new, |d| format!(" ; sans elle : {} ({})", shown(&d.value, declared), self.place(d.span)));
                    format!("{} : la dernière couche qui vise cette sélection à cette date{masked}", self.layer_of(laid))
                }
                None if selection.is_all() || layers.is_empty() => {
                    format!("{} : la dernière valeur prise à cette date", self.base_layer())
                }
                None => {
                    format!("{} : plus précise que ce que le scénario change, et la précision passe avant la couche", self.base_layer())
                }
            };
            out.push(Verdict { whom, value: Some(shown(&dated.value, declared)), place: self.place(dated.span), reason });
        }
        out
    }

    /// What is not a number: the declaration, and the changes; the last one that is active prevails.
    fn other(&self, out: &mut Why) {
        let span = self.declared.span;
        out.sentences.push(WhySentence {
            layer: self.base_layer(),
            place: self.place(span),
            text: self.compiled.sources.line_of(span).trim().to_owned(),
            source: None,
            span,
        });
        let mut active: Option<(String, String)> = None;
        let name = fold(&self.declared.name);
        let program = &self.compiled.program;
        let day = out.month.map(Month::first_day);
        let during =
            |from: Option<Date>, until: Option<Date>| day.is_none_or(|day| from.is_none_or(|f| f <= day) && until.is_none_or(|u| day < u));
        for laid in self.scenario.iter().flat_map(|s| &s.layers) {
            let (own, from, until) = match &laid.what {
                Layer::Calendar(c) => (program.calendars.get(c.calendar.index()).map(|x| &x.name), c.from, c.until),
                Layer::Bracket(c) => (program.brackets.get(c.bracket.index()).map(|x| &x.name), c.from, c.until),
                Layer::Formula(r) => (program.formula(r.old).map(|f| &f.name), Some(r.from), r.until),
                Layer::Value(_) => (None, None, None),
            };
            if own.is_some_and(|n| fold(n) == name) {
                let sentence = self.laid(laid);
                if during(from, until) {
                    active = Some((sentence.layer.clone(), sentence.place.clone()));
                }
                out.sentences.push(sentence);
            }
        }
        for laid in self.scenario.iter().flat_map(|s| &s.populations).filter(|l| fold(&l.what.name) == name) {
            let sentence = self.laid(laid);
            active = Some((sentence.layer.clone(), sentence.place.clone()));
            out.sentences.push(sentence);
        }
        for laid in self.scenario.iter().flat_map(|s| &s.reclassifications).filter(|l| fold(&l.what.name) == name) {
            out.sentences.push(self.laid(laid));
        }
        for laid in self.scenario.iter().flat_map(|s| &s.grids).filter(|l| fold(&l.text).contains(&name)) {
            out.sentences.push(self.laid(laid));
        }
        if matches!(self.declared.kind, "grille" | "reclassement") {
            return;
        }
        let (reason, place) = match active {
            Some((layer, place)) => (format!("{layer} : la dernière couche active à cette date"), place),
            None => (format!("{} : rien ne la change à cette date", self.base_layer()), self.place(span)),
        };
        out.verdicts.push(Verdict { whom: String::new(), value: None, place, reason });
    }

    fn layer_of<T>(&self, laid: &Laid<T>) -> String {
        layer_of(laid, self.scenario)
    }

    fn laid<T>(&self, laid: &Laid<T>) -> WhySentence {
        sentence(self.compiled, laid, self.scenario)
    }
}

fn sentence<T>(compiled: &Compiled, laid: &Laid<T>, scenario: Option<&Scenario>) -> WhySentence {
    WhySentence {
        layer: layer_of(laid, scenario),
        place: compiled.sources.place(laid.span),
        text: laid.text.clone(),
        source: laid.source.clone(),
        span: laid.span,
    }
}

fn layer_of<T>(laid: &Laid<T>, scenario: Option<&Scenario>) -> String {
    match (&laid.variant, scenario.is_some_and(|s| s.name == laid.scenario)) {
        (Some(variant), _) => format!("variante {variant}"),
        (None, true) => format!("scénario {}", laid.scenario),
        (None, false) => format!("parent {}", laid.scenario),
    }
}

/// `grilles`: everything that moves indices.
fn all_grids(compiled: &Compiled, scenario: Option<&Scenario>) -> Why {
    let mut sentences: Vec<WhySentence> = compiled
        .model
        .declared
        .values()
        .filter(|d| d.kind == "grille" && !d.library)
        .map(|d| WhySentence {
            layer: if d.module.is_empty() { "script".to_owned() } else { format!("établissement ({})", d.module) },
            place: compiled.sources.place(d.span),
            text: compiled.sources.line_of(d.span).trim().to_owned(),
            source: None,
            span: d.span,
        })
        .collect();
    sentences.extend(scenario.iter().flat_map(|s| &s.grids).map(|laid| sentence(compiled, laid, scenario)));
    sentences.extend(scenario.iter().flat_map(|s| &s.reclassifications).map(|laid| sentence(compiled, laid, scenario)));
    Why {
        name: "grilles".to_owned(),
        kind: "grilles",
        openness: "simulable",
        scenario: scenario.map(|s| s.name.clone()),
        month: None,
        sentences,
        verdicts: Vec::new(),
    }
}

fn whom(text: &str) -> String {
    if text.is_empty() { "par défaut ".to_owned() } else { format!("pour {text} ") }
}

fn since(dated: &Dated) -> String {
    dated.from.map_or_else(String::new, |d| format!("à compter du {}", d.to_french()))
}

fn shown(x: &Exact, parameter: &Parameter) -> String {
    let written = x.checked_div(&parameter.written.1).unwrap_or_else(|| x.clone());
    format!("{} {}", written.to_shortest(), parameter.written.0)
}

fn unknown(compiled: &Compiled, name: &str) -> Diagnostic {
    let near = nearest(name, compiled.model.declared.values().map(|d| d.name.as_str()));
    let help = near.map_or_else(
        || "donnez une constante, une hypothèse, un barème, un calendrier, une formule, une grille ou une population".to_owned(),
        |n| format!("vouliez-vous `{n}` ?"),
    );
    Diagnostic::new(Code::N01, format!("`{name}` est inconnu"), nowhere()).help(help)
}

fn unknown_scenario(compiled: &Compiled, name: &str) -> Diagnostic {
    let known: Vec<&str> = compiled.model.scenarios.iter().map(|s| s.name.as_str()).collect();
    Diagnostic::new(Code::N01, format!("le scénario `{name}` est inconnu"), nowhere()).help(format!("scénarios : {}", known.join(", ")))
}

fn nowhere() -> Span {
    Span::new(FileId(u32::MAX), 0, 0)
}

impl Why {
    /// `cadrage pourquoi … --format json`.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let sentences: Vec<serde_json::Value> = self
            .sentences
            .iter()
            .map(|s| serde_json::json!({"couche": s.layer, "lieu": s.place, "phrase": s.text, "source": s.source}))
            .collect();
        let verdicts: Vec<serde_json::Value> = self
            .verdicts
            .iter()
            .map(|v| serde_json::json!({"pour": v.whom, "valeur": v.value, "lieu": v.place, "raison": v.reason}))
            .collect();
        serde_json::json!({
            "nom": self.name, "genre": self.kind, "ouverture": self.openness, "scenario": self.scenario,
            "mois": self.month.map(|m| m.to_string()), "pile": sentences, "en_vigueur": verdicts,
        })
    }
}
