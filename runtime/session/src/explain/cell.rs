//! The answer to a question: one agent's tree, or an aggregate.

use std::collections::BTreeSet;

use cadrage_driver::{Period, Subject};
use cadrage_engine::{AgentFrame, Levels, Line, Member, Mode, Step, Value, What};
use cadrage_ir::{
    ATTRIBUTES, Aggregation, AttributeId, COLUMNS, ColumnId, Constraint, Formula, FormulaId, Grain, ParameterId, Selection, attribute,
};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Exact, Month};

use super::aggregate::{Asked, people};
use super::ground::{Explainer, One};
use super::shown::Writing;
use super::steps::{Opened, Teller, writing_of_column, writing_of_formula};
use super::{Entry, ExplainRequest, Explanation, Rule, place, why_empty};
use crate::faults::diagnostic_of;
use crate::run::{self, RunError};

/// What an agent's line says of itself, for who reads it: rubrique, nature, where it comes from.
type Told = (String, String, cadrage_engine::Origin);

impl Explainer<'_> {
    /// Explains a figure of this scenario.
    ///
    /// # Errors
    /// A month or an agent that is not there, a figure that may not be told, a fault met while computing.
    pub fn explain(&self, request: &ExplainRequest) -> Result<Explanation, RunError> {
        let months = self.months(request)?;
        match (request.subject, self.agent_of(&request.scope)) {
            (Subject::Parameter(id), None) => Ok(self.value(request, id, &months)),
            (Subject::Formula(id), None) => self.of_many(request, id, &months),
            (Subject::Column(id), None) => Err(needs_agent(request, id)),
            (subject, Some(matricule)) => self.of_agent(request, subject, &matricule, &months),
        }
    }

    /// The months asked for.
    pub(super) fn months(&self, request: &ExplainRequest) -> Result<Vec<Month>, RunError> {
        let (first, last) = self.bounds();
        let wanted: Vec<Month> = match request.period {
            None => vec![last],
            Some(Period::Month(m)) => vec![m],
            Some(Period::Year(y)) => Month::new(y, 1).into_iter().flat_map(|m| m.through(m.december())).collect(),
        };
        let inside: Vec<Month> = wanted.iter().copied().filter(|m| (first..=last).contains(m)).collect();
        if !inside.is_empty() {
            return Ok(inside);
        }
        let said = match request.period {
            Some(Period::Year(y)) => y.to_string(),
            _ => wanted.first().map_or_else(String::new, |m| m.to_french()),
        };
        let message =
            format!("{said} est hors des mois de `{}` : ils vont de {} à {}", self.scenario.name, first.to_french(), last.to_french());
        let help = if wanted.first().is_some_and(|m| *m > last) {
            format!("prenez un mois jusqu'à {}, ou un scénario qui projette plus loin", last.to_french())
        } else {
            format!("prenez un mois à partir de {}", first.to_french())
        };
        Err(RunError::Diagnostics(vec![Diagnostic::new(Code::T06, message, request.span).here("ici").help(help)]))
    }

    /// The one agent that a box names.
    pub(super) fn agent_of(&self, scope: &Selection) -> Option<String> {
        match scope.codes.get(&attribute("matricule")?)? {
            Constraint::In(codes) if codes.len() == 1 => codes.iter().next().cloned(),
            _ => None,
        }
    }

    /// `par agent et par mois, en € ; 10/2027, projeté ; scénario budget_2027`
    pub(super) fn understood(&self, what: &str, unit: &str, months: &[Month]) -> String {
        let unit = if unit.is_empty() { String::new() } else { format!(", en {unit}") };
        let origin = |m: &Month| *m <= self.scenario.constate;
        let known = months.iter().filter(|m| origin(m)).count();
        let when = match months {
            [one] => one.to_french(),
            [first, .., last] => format!("{} à {}", first.to_french(), last.to_french()),
            [] => String::new(),
        };
        let origin = match (known, months.len()) {
            (k, n) if k == n => "constaté",
            (0, _) => "projeté",
            _ => "constaté puis projeté",
        };
        format!("{what}{unit} ; {when}, {origin} ; scénario {}", self.scenario.name)
    }

    /// A constant or a hypothesis, for nobody in particular.
    fn value(&self, request: &ExplainRequest, id: ParameterId, months: &[Month]) -> Explanation {
        let month = months.last().copied().unwrap_or(self.scenario.until);
        let value = self.parameters.value(id, month, None).map_or(Value::Missing, Value::Known);
        let name = self.program.parameter(id).map_or_else(String::new, |p| p.name.clone());
        let mut root = self.parameter(id, &name, month, None, &value);
        root.remarks.retain(|r| !r.contains("ne concerne"));
        let mut notes = Vec::new();
        if value == Value::Missing {
            notes.push("elle n'a pas de valeur pour tous : nommez un agent (`pour agent …`), ou demandez `cadrage pourquoi`".to_owned());
        }
        let kind = if self.program.parameter(id).is_some_and(|p| p.hypothesis) { "hypothèse" } else { "constante" };
        Explanation {
            question: request.text.clone(),
            scenarios: vec![self.scenario.name.clone()],
            understood: self.understood(kind, &self.writing_of(id).text, &[month]),
            root,
            carriers: Vec::new(),
            missing: 0,
            notes,
        }
    }

    fn of_many(&self, request: &ExplainRequest, id: FormulaId, months: &[Month]) -> Result<Explanation, RunError> {
        let Some(formula) = self.program.formula(id) else { return Err(no_longer(request)) };
        if let Some(member) = self.member_of(formula, &request.scope) {
            return self.of_level(request, (id, formula), &member, months);
        }
        if formula.grain == Grain::Situation {
            let message = format!("`{}` est par situation : elle ne se lit pas au-dessus de l'agent", formula.name);
            let help = format!("nommez un agent : `expliquer {} pour agent …`", formula.name);
            return Err(RunError::Diagnostics(vec![Diagnostic::new(Code::G01, message, request.span).help(help)]));
        }
        let levels = self.levels_of(request, formula);
        let asked = Asked { formula: id, scope: &request.scope, months, levels: &levels, most: request.most, span: request.span };
        let mut missing = 0;
        let (root, agents) = self.aggregate(asked, &mut missing)?;
        let mut notes = Vec::new();
        if missing > 0 {
            notes.push(format!("total partiel : {missing} valeur(s) manquante(s)"));
        }
        if agents == 0 {
            notes.push("vide : personne n'y contribue dans cette sélection et cette période".to_owned());
        }
        self.beyond_texts(&mut notes);
        let rule = match formula.aggregation {
            Aggregation::SumThenMean => "stock : additionné sur les agents, moyenne des mois",
            Aggregation::SumThenLast => "additionné sur les agents, dernier mois",
            Aggregation::Distinct => "personnes distinctes, dernier mois",
            Aggregation::Mean(_) => "moyenne pondérée",
            Aggregation::Ratio(..) => "rapport",
            _ => "flux, additionné",
        };
        let unit = root.value.unit.clone();
        Ok(Explanation {
            question: request.text.clone(),
            scenarios: vec![self.scenario.name.clone()],
            understood: format!("{} ; {}", self.understood(rule, &unit, months), people(agents)),
            root,
            carriers: self.carriers(id, &request.scope, months)?,
            missing,
            notes,
        })
    }

    /// The member that a box is, when the formula is of that level and does not regroup.
    fn member_of(&self, formula: &Formula, scope: &Selection) -> Option<Member> {
        let Grain::Level(_) = &formula.grain else { return None };
        if matches!(formula.aggregation, Aggregation::Ratio(..)) {
            return None;
        }
        match formula.grain.attribute() {
            None => scope.is_all().then(|| Member::from("")),
            Some(level) => match (scope.codes.len(), scope.ranges.is_empty(), scope.codes.get(&level)) {
                (1, true, Some(Constraint::In(codes))) if codes.len() == 1 => codes.iter().next().map(|c| Member::from(c.as_str())),
                _ => None,
            },
        }
    }

    /// A formula of a level for one member: its sentence.
    fn of_level(
        &self,
        request: &ExplainRequest,
        (id, formula): (FormulaId, &Formula),
        member: &Member,
        months: &[Month],
    ) -> Result<Explanation, RunError> {
        if !self.sight.tells_agents() {
            let heads = self.heads_of(formula.grain.attribute(), member, months)?;
            if !self.sight.tells(heads) {
                return Err(self.sight.refusal(&format!("`{}` n'est ici que de {}", formula.name, people(heads)), request.span));
            }
        }
        let month = months.last().copied().unwrap_or(self.scenario.until);
        let mut levels = self.levels_read_by(&[id])?;
        let fault = |fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]);
        let step = self.kernel().explain_level(id, (month, self.bounds()), member, &self.parameters, &mut levels).map_err(fault)?;
        let open = Opened::default();
        let teller = Teller { of: self, one: None, member, month, open: &open };
        let root = teller.entry(&step);
        let mut notes: Vec<String> = why_empty::told(&root).into_iter().collect();
        if months.len() > 1 {
            notes.push(format!("valeur du dernier mois de la période : {}", month.to_french()));
        }
        self.beyond_texts(&mut notes);
        Ok(Explanation {
            question: request.text.clone(),
            scenarios: vec![self.scenario.name.clone()],
            understood: self.understood(&formula.grain.to_string(), &root.value.unit, &[month]),
            missing: missing_in(&step),
            root,
            carriers: self.carriers(id, &Selection::all(), &[month])?,
            notes,
        })
    }

    /// How many agents a member has lines of.
    fn heads_of(&self, level: Option<AttributeId>, member: &Member, months: &[Month]) -> Result<usize, RunError> {
        let lines = &self.whole()?.projection.lines;
        let inside =
            |l: &&Line| months.contains(&l.month) && level.is_none_or(|a| l.codes.get(a.index()).is_some_and(|code| code == member));
        Ok(lines.iter().filter(inside).map(|l| l.code("matricule")).collect::<BTreeSet<&str>>().len())
    }

    fn of_agent(&self, request: &ExplainRequest, subject: Subject, matricule: &str, months: &[Month]) -> Result<Explanation, RunError> {
        if !self.sight.tells_agents() {
            return Err(self.sight.refusal("un agent ne se montre pas seul", request.span));
        }
        let Some(one) = self.agent(matricule)? else { return Err(self.unknown_agent(request, matricule)) };
        let month = months.last().copied().unwrap_or(self.scenario.until);
        let open = Opened::default();
        let teller = Teller { of: self, one: Some(&one), member: "", month, open: &open };
        let mut notes = one.told.clone();
        if let Some(outside) = self.outside_of_box(&request.scope, &one.frame, month) {
            notes.push(outside);
        }
        let (root, what, missing) = match subject {
            Subject::Column(id) => (self.datum(&teller, id, &one, month), "par situation".to_owned(), 0),
            Subject::Parameter(id) => {
                let row = one.frame.position(month).and_then(|k| one.frame.months.get(k)).and_then(|m| m.situations.last());
                let value = self.parameters.value(id, month, row).map_or(Value::Missing, Value::Known);
                let name = self.program.parameter(id).map_or_else(String::new, |p| p.name.clone());
                (self.parameter(id, &name, month, row, &value), "valeur de la dernière situation du mois".to_owned(), 0)
            }
            Subject::Formula(id) => {
                let Some(formula) = self.program.formula(id) else { return Err(no_longer(request)) };
                match &formula.grain {
                    Grain::Agent | Grain::Situation => self.tree(request, (id, formula), &one, months, &mut notes)?,
                    Grain::Line => self.of_lines(request, (id, formula), &one, months)?,
                    grain => {
                        let message = format!("`{}` est {grain} : elle n'est pas celle d'un agent", formula.name);
                        let help = format!("expliquez-la {}", grain.to_string().replace("par ", "pour un membre : `pour "));
                        let help = if help.contains('`') { format!("{help} …`") } else { help };
                        return Err(RunError::Diagnostics(vec![Diagnostic::new(Code::G01, message, request.span).help(help)]));
                    }
                }
            }
        };
        notes.extend(why_empty::told(&root));
        self.beyond_texts(&mut notes);
        let unit = root.value.unit.clone();
        let seen: &[Month] = if matches!(subject, Subject::Formula(_)) { months } else { std::slice::from_ref(&month) };
        Ok(Explanation {
            question: request.text.clone(),
            scenarios: vec![self.scenario.name.clone()],
            understood: self.understood(&what, &unit, seen),
            root,
            carriers: Vec::new(),
            missing,
            notes,
        })
    }

    /// The tree of a formula of an agent, in a month or over the months of an exercice.
    fn tree(
        &self,
        request: &ExplainRequest,
        (id, formula): (FormulaId, &Formula),
        one: &One,
        months: &[Month],
        notes: &mut Vec<String>,
    ) -> Result<(Entry, String, usize), RunError> {
        let levels = self.levels_for(id)?;
        let mode = if request.recomputed { Mode::Recomputed } else { Mode::Paid };
        let mut entries = Vec::new();
        let mut missing = 0;
        for month in months {
            let open = Opened::default();
            let teller = Teller { of: self, one: Some(one), member: "", month: *month, open: &open };
            for step in self.steps(one, (id, formula), *month, mode, &levels)? {
                missing += missing_in(&step);
                entries.push((*month, step.value.clone(), teller.entry(&step)));
            }
        }
        let constate = months.last().is_some_and(|m| *m <= self.scenario.constate);
        if constate && !request.recomputed && formula.feeds.is_some() && formula.grain == Grain::Agent {
            notes.push(format!("ce que donnent les règles : `expliquer recalculé({}) …`", formula.name));
        }
        let grain = if request.recomputed { "recalculé, " } else { "" };
        let what = format!("{grain}{} et par mois", formula.grain);
        if let ([_], [_]) = (months, entries.as_slice()) {
            let root = entries.pop().map(|(_, _, e)| e).unwrap_or_default();
            return Ok((root, what, missing));
        }
        let told = self.compiled.formula_words(formula.span);
        let writing = writing_of_formula(formula, told.as_ref());
        let mut root = Entry {
            words: formula.name.clone(),
            name: formula.name.clone(),
            label: formula.label.clone(),
            place: place::short(self.compiled, formula.span),
            location: self.compiled.sources.place(formula.span),
            ..Entry::default()
        };
        let values: Vec<Value> = entries.iter().map(|(_, v, _)| v.clone()).collect();
        let (rule, value) = over(formula.aggregation, formula.grain == Grain::Situation, &values);
        root.rule = rule;
        root.value = writing.value(&value);
        let several = months.len() > 1;
        root.entries = entries.into_iter().map(|(month, _, entry)| if several { closed(entry, month) } else { entry }).collect();
        if several {
            notes.push("mois par mois : demandez-en un pour l'ouvrir (`en MM/AAAA`)".to_owned());
        }
        Ok((root, what, missing))
    }

    /// The steps of a month: one, or one for each situation.
    pub(super) fn steps(
        &self,
        one: &One,
        (id, formula): (FormulaId, &Formula),
        month: Month,
        mode: Mode,
        levels: &Levels,
    ) -> Result<Vec<Step>, RunError> {
        let Some(k) = one.frame.position(month) else { return Ok(Vec::new()) };
        let count = one.frame.months.get(k).map_or(0, |m| m.situations.len());
        let places: Vec<Option<usize>> =
            if formula.grain == Grain::Situation && count > 0 { (0..count).map(Some).collect() } else { vec![None] };
        let mut out = Vec::new();
        for situation in places {
            let found = self.kernel().explain(&one.frame, self.environment(levels), id, (k, situation), mode);
            out.push(found.map_err(|fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]))?);
        }
        Ok(out)
    }

    /// A datum, in each situation of the month.
    fn datum(&self, teller: &Teller<'_, '_>, id: ColumnId, one: &One, month: Month) -> Entry {
        let name = COLUMNS.get(id.index()).map_or("", |c| c.name);
        let slot = one.frame.position(month).and_then(|k| one.frame.months.get(k));
        let rows = slot.map_or(&[][..], |s| s.situations.as_slice());
        let nowhere = cadrage_source::Span::new(cadrage_source::FileId(u32::MAX), 0, 0);
        let mut entries: Vec<Entry> = Vec::new();
        for (k, row) in rows.iter().enumerate() {
            let value = row.number(id).map_or(Value::Missing, |x| Value::Known(x.clone()));
            let step = Step { situation: Some(k), ..Step::given(What::Column(id), nowhere, month, value) };
            entries.push(Entry { words: name.to_owned(), ..teller.entry(&step) });
        }
        match entries.len() {
            0 => {
                let mut out = Entry { words: name.to_owned(), name: name.to_owned(), ..Entry::default() };
                out.value = writing_of_column(id).value(&Value::NotApplicable);
                out.remarks.push(format!("aucune situation en activité en {}", month.to_french()));
                out
            }
            1 => entries.pop().unwrap_or_default(),
            _ => {
                let mut out = Entry { words: name.to_owned(), name: name.to_owned(), ..Entry::default() };
                out.value = entries.last().map(|e| e.value.clone()).unwrap_or_default();
                out.rule = Rule::Last;
                for (k, entry) in entries.iter_mut().enumerate() {
                    entry.name = format!("situation {}", k + 1);
                }
                out.entries = entries;
                out
            }
        }
    }

    /// A measure of lines for an agent: his lines by rubrique, each with the formula that made them.
    fn of_lines(
        &self,
        request: &ExplainRequest,
        (id, formula): (FormulaId, &Formula),
        one: &One,
        months: &[Month],
    ) -> Result<(Entry, String, usize), RunError> {
        let fault = |fault| RunError::Diagnostics(vec![diagnostic_of(&fault)]);
        let fed = self.fed_levels()?;
        let runs = (self.scenario, self.program);
        let lines = run::lines_of(self.compiled, runs, self.cube, self.kernel(), one.career.clone(), &fed)?;
        let mut told: std::collections::BTreeMap<Told, (Exact, usize)> = std::collections::BTreeMap::new();
        let mut total = Exact::ZERO;
        let mut missing = 0;
        let environment = self.environment(&fed);
        for line in lines.iter().filter(|l| months.contains(&l.month)) {
            let row = line.row();
            if !row.is_in(&request.scope) {
                continue;
            }
            match self.kernel().line(id, &row, line.month, None, environment).map_err(fault)? {
                Value::Known(x) => {
                    total = &total + &x;
                    let key = (line.code("rubrique").to_owned(), line.code("nature").to_owned(), line.origin);
                    let slot = told.entry(key).or_insert((Exact::ZERO, 0));
                    *slot = (&slot.0 + &x, slot.1 + 1);
                }
                Value::Missing => missing += 1,
                _ => {}
            }
        }
        let words = self.compiled.formula_words(formula.span);
        let writing = writing_of_formula(formula, words.as_ref());
        let mut root = Entry {
            words: formula.name.clone(),
            name: formula.name.clone(),
            label: formula.label.clone(),
            value: writing.number(&total),
            rule: Rule::Sum,
            place: place::short(self.compiled, formula.span),
            location: self.compiled.sources.place(formula.span),
            source: formula.source.clone().unwrap_or_default(),
            ..Entry::default()
        };
        let mut told: Vec<(Told, (Exact, usize))> = told.into_iter().filter(|(_, (x, _))| !x.is_zero()).collect();
        let size = |x: &Exact| if x.is_negative() { -x.clone() } else { x.clone() };
        told.sort_by(|a, b| size(&b.1.0).cmp(&size(&a.1.0)).then_with(|| a.0.cmp(&b.0)));
        let open = Opened::default();
        for ((rubrique, nature, origin), (amount, count)) in told {
            root.entries.push(self.line_entry((one, &open), months, (&rubrique, &nature, origin), (&amount, count), &writing)?);
        }
        if root.entries.is_empty() {
            root.remarks.push("aucune ligne dans cette sélection et cette période".to_owned());
        }
        Ok((root, "lignes de l'agent, par rubrique".to_owned(), missing))
    }

    fn line_entry(
        &self,
        (one, open): (&One, &Opened),
        months: &[Month],
        (rubrique, nature, origin): (&str, &str, cadrage_engine::Origin),
        (amount, count): (&Exact, usize),
        writing: &Writing,
    ) -> Result<Entry, RunError> {
        use cadrage_engine::Origin::{Carried, Computed, Constate, Entered, Rappel};
        let label = self.program.element(rubrique).map_or_else(String::new, |e| e.label.clone());
        let name = if rubrique.is_empty() { "sans rubrique".to_owned() } else { rubrique.to_owned() };
        let mut out = Entry { words: name.clone(), name, label, value: writing.number(amount), ..Entry::default() };
        let nature = if nature == "ANTERIEUR" { ", exercice antérieur" } else { "" };
        let formula = |id: FormulaId| self.program.formula(id).map_or("", |f| f.name.as_str());
        out.remarks.push(match origin {
            Constate => format!("payé, {count} ligne(s){nature}"),
            Computed(id) => format!("calculé par {}{nature}", formula(id)),
            Rappel(id) => format!("rappel attendu de {}{nature}", formula(id)),
            Carried(id) => format!("reconduit de l'exercice précédent par {}{nature}", formula(id)),
            Entered(_) => "saisi".to_owned(),
        });
        let ([month], Computed(id)) = (months, origin) else { return Ok(out) };
        let Some(found) = self.program.formula(id) else { return Ok(out) };
        let levels = self.levels_for(id)?;
        let teller = Teller { of: self, one: Some(one), member: "", month: *month, open };
        for step in self.steps(one, (id, found), *month, Mode::Paid, &levels)? {
            if step.value == Value::Known(amount.clone()) {
                out.rule = Rule::Cuts;
            } else {
                out.remarks.push("la part de cette sélection".to_owned());
            }
            out.entries.push(teller.entry(&step));
        }
        Ok(out)
    }

    /// What pay reads of levels; nothing for nearly everybody.
    fn fed_levels(&self) -> Result<Levels, RunError> {
        let needed = cadrage_engine::pay_formulas(self.program).into_iter().find(|f| {
            let formula = self.program.formula(*f);
            formula.is_some_and(|f| !f.hidden && f.feeds.is_some()) && !cadrage_engine::strata_for(self.program, &[*f]).is_empty()
        });
        match needed {
            Some(id) => self.levels_for(id),
            None => Ok(Levels::default()),
        }
    }

    /// The rest of the box that named the agent, when he is not in it that month.
    fn outside_of_box(&self, scope: &Selection, frame: &AgentFrame, month: Month) -> Option<String> {
        let mut rest = scope.clone();
        rest.codes.remove(&attribute("matricule")?);
        let row = frame.months.get(frame.position(month)?)?.situations.last()?;
        let known = |a: &AttributeId| ATTRIBUTES.get(a.index()).is_some_and(|spec| spec.situation);
        rest.codes.retain(|a, _| known(a));
        why_empty::unmet(&rest, row).map(|why| format!("l'agent est hors de la sélection : {why}"))
    }

    fn beyond_texts(&self, notes: &mut Vec<String>) {
        if !self.scenario.beyond_texts.is_empty() {
            let names: Vec<&str> = self.scenario.beyond_texts.iter().map(|b| b.name.as_str()).collect();
            notes.push(format!("hypothèse hors textes en vigueur : {}", names.join(", ")));
        }
    }

    fn unknown_agent(&self, request: &ExplainRequest, matricule: &str) -> RunError {
        let known = self.cube.months.values().flat_map(|f| &f.situations).map(|s| s.matricule.as_str());
        let near = cadrage_driver::nearest(matricule, known);
        let help = near.map_or_else(
            || "donnez son matricule, tel que les livraisons l'écrivent ; un poste d'un scénario s'appelle `M001`, `M001/2`…".to_owned(),
            |n| format!("vouliez-vous `{n}` ?"),
        );
        let message = format!("l'agent `{matricule}` n'est ni dans les livraisons ni dans les mouvements de `{}`", self.scenario.name);
        RunError::Diagnostics(vec![Diagnostic::new(Code::N01, message, request.span).here("ici").help(help)])
    }
}

/// The value of several months, or of several situations of one.
fn over(rule: Aggregation, situations: bool, values: &[Value]) -> (Rule, Value) {
    let known: Option<Vec<Exact>> = values.iter().map(Value::or_zero).collect();
    let Some(known) = known else { return (Rule::Given, Value::Missing) };
    let sum = || known.iter().cloned().sum::<Exact>();
    let count = i64::try_from(known.len()).unwrap_or(1).max(1);
    match rule {
        _ if situations => (Rule::Last, values.last().cloned().unwrap_or(Value::NotApplicable)),
        Aggregation::Sum => (Rule::Sum, Value::Known(sum())),
        Aggregation::SumThenMean => (Rule::Mean, Value::Known(&sum() / &Exact::from_int(count))),
        _ => (Rule::Last, values.last().cloned().unwrap_or(Value::NotApplicable)),
    }
}

/// An entry of a month among others: its value alone.
fn closed(entry: Entry, month: Month) -> Entry {
    let name = month.to_french();
    Entry {
        words: name.clone(),
        name,
        value: entry.value,
        remarks: entry.remarks.into_iter().take(1).collect(),
        mark: entry.mark,
        ..Entry::default()
    }
}

/// Steps whose value is missing, the first one of each branch.
fn missing_in(step: &Step) -> usize {
    let inner: usize = step.steps.iter().map(missing_in).sum();
    if inner > 0 { inner } else { usize::from(step.value == Value::Missing && step.fault.is_none()) }
}

fn needs_agent(request: &ExplainRequest, id: ColumnId) -> RunError {
    let name = COLUMNS.get(id.index()).map_or("", |c| c.name);
    let help = format!("nommez un agent : `expliquer {name} pour agent …`, ou expliquez une formule qui la lit");
    let message = format!("`{name}` est une donnée de chaque situation");
    RunError::Diagnostics(vec![Diagnostic::new(Code::G01, message, request.span).help(help)])
}

fn no_longer(request: &ExplainRequest) -> RunError {
    let message = "ce qui est demandé n'est pas de ce programme".to_owned();
    RunError::Diagnostics(vec![Diagnostic::new(Code::N01, message, request.span)])
}
