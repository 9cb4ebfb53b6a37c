//! Steps of an engine as entries: names, units, places, sources, what was chosen and what was not.

use std::cell::RefCell;
use std::collections::BTreeSet;

use cadrage_driver::FormulaWords;
use cadrage_engine::{How, Row, Step, Value, What};
use cadrage_ir::{
    Aggregation, COLUMNS, CalendarId, ColumnId, Dimension, FaultKind, Feed, Formula, FormulaId, Gathering, Grain, Layer, Op, Operator,
    Selection, Type, Unit,
};
use cadrage_source::Span;
use cadrage_value::{Exact, Month};

use super::ground::{Explainer, One};
use super::shown::{Writing, rounding};
use super::{Choice, Entry, Mark, Rule, place};

/// The formulas opened in a tree, each where it is first read: formula, month, situation.
pub(super) type Opened = RefCell<BTreeSet<(FormulaId, Month, Option<usize>)>>;

/// Whose steps they are.
pub(super) struct Teller<'t, 'a> {
    pub(super) of: &'t Explainer<'a>,
    /// Nobody for the steps of a level.
    pub(super) one: Option<&'t One>,
    /// The member of a level; empty for an agent.
    pub(super) member: &'t str,
    /// The month asked for: others are named.
    pub(super) month: Month,
    /// The formulas opened already, in this tree or in one above it.
    pub(super) open: &'t Opened,
}

/// At most so many cases are listed.
const CASES: usize = 6;

impl Teller<'_, '_> {
    /// A step and all it reads.
    pub(super) fn entry(&self, step: &Step) -> Entry {
        let closed;
        let step = match (&step.what, step.how) {
            (What::Formula(id), How::Sentence { .. }) if !self.open.borrow_mut().insert((*id, step.month, step.situation)) => {
                closed = Step { how: How::Above, steps: Vec::new(), unrounded: None, ..step.clone() };
                &closed
            }
            _ => step,
        };
        let words = self.of.compiled.words(step.words);
        let mut out = match &step.what {
            What::Formula(id) => self.formula(*id, step, words),
            What::Column(id) => self.column(*id, step, words),
            What::Parameter(id) => {
                let value = if step.fault.is_some() { Value::Missing } else { step.value.clone() };
                self.of.parameter(*id, &words, step.month, self.row(step).as_ref(), &value)
            }
            What::Calendar(id) => self.calendar(*id, step, words),
            What::Condition => self.condition(step, words),
            What::Now => named(words, pure().value(&step.value)),
            What::Situation => self.situation(step, words),
            What::Phrase | What::Aggregate(_) | What::Distributed(_) => self.phrase(step, words),
            What::Bracket(id) => {
                let mut out = named(words, self.writing(step).value(&step.value));
                if let Some(scale) = self.of.program.brackets.get(id.index()) {
                    out.label.clone_from(&scale.label);
                    out.place = place::short(self.of.compiled, scale.span);
                    out.location = self.of.compiled.sources.place(scale.span);
                    let now = self.of.parameters.bracket(*id);
                    let version = now.and_then(|b| b.versions.iter().rev().find(|v| v.from <= step.month.first_day()));
                    out.source = version.and_then(|v| v.source.clone()).unwrap_or_default();
                    if let Some(version) = version {
                        out.remarks.push(format!("effet {}", version.from.to_french()));
                    }
                }
                out
            }
            What::Slice { .. } => self.slice(step),
            What::Rubrique(code) => {
                let label = self.of.program.element(code).map_or_else(String::new, |e| e.label.clone());
                Entry { label, ..named(format!("rubrique {code}"), euros().value(&step.value)) }
            }
        };
        if let Some(fault) = &step.fault {
            out.value.text = "sans valeur".to_owned();
            out.remarks.push(faulty(fault));
        }
        out.rule = match step.how {
            How::Sentence { .. } => Rule::Sentence,
            How::Sum | How::OverMonths(Aggregation::Sum) => Rule::Sum,
            How::OverMonths(Aggregation::SumThenMean) => Rule::Mean,
            How::OverMonths(Aggregation::SumThenLast | Aggregation::Distinct) => Rule::Last,
            How::Given if matches!(step.what, What::Slice { .. }) => Rule::Sentence,
            How::Quotient => Rule::Quotient,
            How::Slices => Rule::Slices,
            _ => Rule::Given,
        };
        let first = step.steps.first().filter(|_| step.how == How::Quotient).map(|s| s.words);
        for inner in &step.steps {
            let mut entry = self.entry(inner);
            // Both sides of a quotient bear the words of the whole phrase.
            if let (Some(_), What::Aggregate(id)) = (first, &inner.what) {
                entry.name = self.gathered(*id);
                entry.words.clone_from(&entry.name);
            }
            // Read twice in a sentence, it is told once.
            let once = matches!(step.how, How::Sentence { .. }) || step.what == What::Condition;
            if !once || !out.entries.iter().any(|e| e.words == entry.words && e.value == entry.value) {
                out.entries.push(entry);
            }
        }
        if step.how == How::Paid {
            self.paid(step, &mut out);
        }
        out
    }

    /// `masse_salariale par composante`
    fn gathered(&self, id: cadrage_ir::AggregateId) -> String {
        let Some(aggregate) = self.of.program.aggregates.get(id.index()) else { return String::new() };
        let measure = aggregate.gathering.operands().next().and_then(|f| self.of.program.formula(f)).map_or("", |f| f.name.as_str());
        let level = aggregate.level.and_then(|a| cadrage_ir::ATTRIBUTES.get(a.index())).map_or(cadrage_ir::WHOLE, |a| a.name);
        format!("{measure} au niveau {level}")
    }

    fn row(&self, step: &Step) -> Option<Row> {
        let frame = &self.one?.frame;
        let situations = &frame.months.get(frame.position(step.month)?)?.situations;
        step.situation.map_or_else(|| situations.last(), |k| situations.get(k)).cloned()
    }

    /// `x en 09/2026`, for what is of another month than the one asked for.
    fn dated(&self, name: &str, month: Month) -> String {
        if month == self.month { name.to_owned() } else { format!("{name} en {}", month.to_french()) }
    }

    fn formula(&self, id: FormulaId, step: &Step, words: String) -> Entry {
        let compiled = self.of.compiled;
        let Some(formula) = self.of.program.formula(id) else { return Entry::default() };
        let told = compiled.formula_words(formula.span);
        let writing = writing_of_formula(formula, told.as_ref());
        let name = if formula.hidden { words.clone() } else { formula.name.clone() };
        // Where the step stands under no sentence, its words are its declaration's.
        let words = if step.words == formula.span { name.clone() } else { words };
        let mut out = named(words, writing.value(&step.value));
        out.name = self.dated(&name, step.month);
        if !formula.hidden {
            out.label.clone_from(&formula.label);
            out.place = place::short(compiled, formula.span);
            out.location = compiled.sources.place(formula.span);
            out.source = formula.source.clone().unwrap_or_default();
        }
        match step.how {
            How::Sentence { of, case, text } => self.sentence(&mut out, (id, formula, told.as_ref(), &writing), (of, case, text), step),
            How::Paid | How::LastPaid => out.remarks.push(self.paid_when(step)),
            How::Away => out.remarks.push(format!("aucune situation en activité en {}", step.month.to_french())),
            How::Outside(of) => out.remarks.extend(self.row(step).map(|row| self.of.outside(of, &row))),
            How::Above => {
                out.label.clear();
                out.source.clear();
                out.remarks.push("expliqué plus haut".to_owned());
            }
            How::Deeper => out.remarks.push(format!("pour la suite : `expliquer {}`", formula.name)),
            How::Gathered => out.remarks.push(match &formula.grain {
                Grain::Level(level) => format!("valeur par {level}, tous agents réunis"),
                _ => "rassemblé de plusieurs agents".to_owned(),
            }),
            How::Given if self.one.is_some_and(|one| one.frame.supplied.contains_key(&id)) => {
                out.remarks.push("donné par le test".to_owned());
            }
            _ => {}
        }
        out
    }

    /// The words that compute it, how it is rounded, who else could.
    fn sentence(
        &self,
        out: &mut Entry,
        (id, formula, told, writing): (FormulaId, &Formula, Option<&FormulaWords>, &Writing),
        (of, case, text): (FormulaId, usize, Span),
        step: &Step,
    ) {
        let compiled = self.of.compiled;
        let sentence = compiled.words(text);
        if sentence != out.words || out.words == formula.name {
            out.sentence = sentence;
        }
        let written = self.of.program.formula(of).unwrap_or(formula);
        let rounds = [written.rounding, formula.rounding];
        let rounds = rounds.into_iter().enumerate().filter(|(k, _)| *k == 0 || of != id).filter_map(|(_, r)| r);
        // Years of work are months over twelve: the checker divides, where the words do not say it.
        out.rounded = self.divided_by_twelve(written, case).then(|| format!("converti en {} (÷ 12)", formula.unit)).into_iter().collect();
        out.rounded.extend(rounds.map(|r| rounding(r, &formula.unit)));
        let changed = step.unrounded.as_ref().filter(|x| step.value != Value::Known((*x).clone()));
        out.unrounded = changed.map_or_else(String::new, |x| {
            let shown = writing.number(x);
            if shown.about.is_empty() { shown.text } else { format!("{} (≈ {})", shown.text, shown.about) }
        });
        if of != id {
            let laid =
                self.of.scenario.layers.iter().rev().find(|laid| matches!(&laid.what, Layer::Formula(r) if r.old == id && r.new == of));
            out.remarks.push(format!("remplacée par `{}`", written.name));
            if let Some(laid) = laid {
                out.layer = place::layer(laid, self.of.scenario);
                out.place = place::short(compiled, laid.span);
                out.location = compiled.sources.place(laid.span);
                let beyond = self.of.scenario.beyond_texts.iter().any(|b| b.name == formula.name);
                out.mark = if beyond { Mark::BeyondTexts } else { Mark::Hypothesis };
            }
        }
        let own;
        let told = if of == id {
            told
        } else {
            own = compiled.formula_words(written.span);
            own.as_ref()
        };
        if written.cases.len() > 1 {
            self.cases(out, written, told, case, self.row(step).as_ref());
        }
    }

    fn divided_by_twelve(&self, formula: &Formula, case: usize) -> bool {
        let node = |id| self.of.program.node(id);
        let Some(whole) = formula.cases.get(case).and_then(|c| node(c.value)) else { return false };
        let Op::Binary(Operator::Multiply, a, b) = whole.op else { return false };
        let twelfth = Exact::ratio(1, 12);
        let divided = matches!(node(b).map(|n| &n.op), Some(Op::Literal(x)) if Some(x) == twelfth.as_ref());
        divided && [a, b].into_iter().all(|x| node(x).is_some_and(|x| x.span == whole.span))
    }

    fn cases(&self, out: &mut Entry, formula: &Formula, told: Option<&FormulaWords>, chosen: usize, row: Option<&Row>) {
        let compiled = self.of.compiled;
        let concerns = |s: &Selection| row.is_none_or(|r| r.is_in(s));
        for (k, case) in formula.cases.iter().enumerate().take(CASES.max(chosen + 1)) {
            let whom = told.and_then(|w| w.cases.iter().find(|(span, _)| *span == case.span)).and_then(|(_, whom)| whom.clone());
            let reason = match (k == chosen, concerns(&case.selection)) {
                (true, _) => "retenu",
                (false, true) => "moins précis",
                (false, false) => "ne concerne pas cet agent",
            };
            out.choices.push(Choice {
                whom: whom.unwrap_or_else(|| "par défaut".to_owned()),
                says: compiled.words(case.span),
                place: place::short(compiled, case.span),
                reason: reason.to_owned(),
                chosen: k == chosen,
            });
        }
    }

    fn column(&self, id: ColumnId, step: &Step, words: String) -> Entry {
        let mut out = named(words, writing_of_column(id).value(&step.value));
        let Some(spec) = COLUMNS.get(id.index()) else { return out };
        spec.name.clone_into(&mut out.name);
        let row = self.row(step);
        match (spec.name, &row) {
            ("inm", Some(row)) => out.remarks.extend(self.of.step_of_grid(row, step.month)),
            ("présence", _) => {}
            _ => out.remarks.extend(self.observation(step)),
        }
        if step.value == Value::Missing {
            out.remarks.push("donnée absente".to_owned());
        }
        out
    }

    /// Since when the datum is known, and what made it so.
    fn observation(&self, step: &Step) -> Option<String> {
        let one = self.one?;
        let scenario = self.of.scenario;
        if step.month <= scenario.constate {
            return Some(format!("observé en {}", step.month.to_french()));
        }
        let rows = one.career.rows_of(step.month);
        let row = step.situation.map_or_else(|| rows.last(), |k| rows.get(k))?;
        Some(match &row.origin {
            cadrage_careers::RowOrigin::Constate | cadrage_careers::RowOrigin::Automatic => {
                format!("observé au {}", scenario.observed.to_french())
            }
            cadrage_careers::RowOrigin::Announced => "mouvement annoncé par le SIRH".to_owned(),
            cadrage_careers::RowOrigin::Movement(id) => match scenario.movements.iter().find(|m| id.starts_with(m.id.as_str())) {
                Some(m) => format!("{} ({})", m.text, place::short(self.of.compiled, m.span)),
                None => "mouvement du scénario".to_owned(),
            },
        })
    }

    fn calendar(&self, id: CalendarId, step: &Step, words: String) -> Entry {
        let mut out = named(words, pure().value(&step.value));
        if let Some(calendar) = self.of.program.calendars.get(id.index()) {
            out.name.clone_from(&calendar.name);
            out.place = place::short(self.of.compiled, calendar.span);
            out.location = self.of.compiled.sources.place(calendar.span);
            out.remarks.push(format!("part du mois de {}", step.month.to_french()));
            let laid = self.of.scenario.layers.iter().rev().find(|l| matches!(&l.what, Layer::Calendar(c) if c.calendar == id));
            if let Some(laid) = laid {
                out.layer = place::layer(laid, self.of.scenario);
                out.mark = Mark::Hypothesis;
            }
        }
        out
    }

    fn condition(&self, step: &Step, words: String) -> Entry {
        let mut out = named(words, pure().value(&step.value));
        if step.value == Value::Flag(false)
            && let Some(row) = self.row(step)
            && let Some(selection) = self.of.selection_at(step.words)
        {
            out.remarks.extend(super::why_empty::unmet(&selection, &row));
        }
        out
    }

    fn situation(&self, step: &Step, words: String) -> Entry {
        let mut out = named(words, self.writing(step).value(&step.value));
        out.sentence.clone_from(&out.words);
        let number = step.situation.map_or(0, |k| k + 1);
        out.name = format!("situation {number}");
        let rows = self.one.map_or(&[][..], |one| one.career.rows_of(step.month));
        if let Some(row) = step.situation.and_then(|k| rows.get(k)) {
            out.remarks.push(format!("{} trentième(s) à partir du {}", row.thirtieths, row.start_thirtieth + 1));
        }
        out
    }

    fn phrase(&self, step: &Step, words: String) -> Entry {
        let mut out = named(words, self.writing(step).value(&step.value));
        match step.how {
            How::Sentence { text, .. } => out.sentence = self.of.compiled.words(text),
            How::Away => out.remarks.push(format!("aucune situation en activité en {}", step.month.to_french())),
            How::Gathered if self.member.is_empty() => out.remarks.push("rassemblé de plusieurs agents".to_owned()),
            _ => {}
        }
        if step.how == How::Sum && step.steps.is_empty() {
            out.remarks.push("rien n'y entre".to_owned());
        }
        out
    }

    fn slice(&self, step: &Step) -> Entry {
        let What::Slice { low, high, part, rate } = &step.what else { return Entry::default() };
        let (money, percent) = (euros(), Writing::percent());
        let name = match high {
            Some(high) => format!("tranche de {} à {}", money.number(low).text, money.number(high).text),
            None => format!("tranche au-delà de {}", money.number(low).text),
        };
        let mut out = named(name, money.value(&step.value));
        out.sentence = format!("{} * {}", money.number(part).text, percent.number(rate).text);
        out
    }

    /// What a value without a declaration of its own is written in: the unit of its node.
    fn writing(&self, step: &Step) -> Writing {
        if let What::Aggregate(id) = &step.what
            && let Some(aggregate) = self.of.program.aggregates.get(id.index())
            && let Some(measure) = aggregate.gathering.operands().next().and_then(|f| self.of.program.formula(f))
        {
            let heads = matches!(aggregate.gathering, Gathering::Heads(_));
            return if heads { Writing::of(&Unit::of(Dimension::Agent)) } else { Writing::of(&measure.unit) };
        }
        // Operands come before their users: the last one is the whole phrase.
        let found = self.of.program.nodes.iter().rev().find(|n| n.span == step.words && matches!(n.ty, Type::Quantity(_)));
        found.and_then(|n| n.ty.unit()).map_or_else(pure, Writing::of)
    }

    fn paid_when(&self, step: &Step) -> String {
        if step.how == How::LastPaid {
            let paid = |one: &&One| one.frame.months.iter().rev().find(|m| m.constate && !m.observed.is_empty()).map(|m| m.month);
            return match self.one.as_ref().and_then(paid) {
                Some(month) => format!("payé en {}, dernier mois payé", month.to_french()),
                None => "aucun mois payé".to_owned(),
            };
        }
        let what = if step.value == Value::NotApplicable { "rien de payé" } else { "payé" };
        format!("{what} au titre de {}", step.month.to_french())
    }

    /// The pay lines that make what was paid.
    fn paid(&self, step: &Step, out: &mut Entry) {
        let rubriques: Vec<&str> = match &step.what {
            What::Formula(id) => match self.of.program.formula(*id).and_then(|f| f.feeds.as_ref()) {
                Some(Feed::Rubriques(list, _)) => list.iter().map(String::as_str).collect(),
                _ => return,
            },
            What::Rubrique(code) => vec![code.as_str()],
            _ => return,
        };
        let Some(one) = self.one.filter(|_| step.month <= self.of.scenario.constate) else { return };
        out.entries.extend(self.of.pay_lines(&one.frame.matricule, &rubriques, step.month));
        if !out.entries.is_empty() {
            out.rule = Rule::Sum;
        }
    }
}

/// An entry called by its words.
fn named(words: String, value: super::Shown) -> Entry {
    Entry { name: words.clone(), words, value, ..Entry::default() }
}

fn pure() -> Writing {
    Writing::of(&Unit::pure())
}

pub(super) fn euros() -> Writing {
    Writing::of(&Unit::of(Dimension::Euro))
}

/// How the values of a formula are written.
pub(super) fn writing_of_formula(formula: &Formula, told: Option<&FormulaWords>) -> Writing {
    if told.is_some_and(|w| w.percent) { Writing::percent() } else { Writing::of(&formula.unit) }
}

/// How the values of a datum are written: fractions as percentages.
pub(super) fn writing_of_column(id: ColumnId) -> Writing {
    match COLUMNS.get(id.index()) {
        Some(spec) if spec.date => Writing::day(),
        Some(spec) if spec.name.starts_with("quotité") => Writing::percent(),
        Some(spec) => Writing::of(&spec.dimension.map_or_else(Unit::pure, Unit::of)),
        None => pure(),
    }
}

fn faulty(fault: &FaultKind) -> String {
    match fault {
        FaultKind::NoValue { first: Some(first), .. } => format!("aucune valeur avant le {}", first.to_french()),
        FaultKind::NoValue { .. } => "aucune valeur pour cet agent".to_owned(),
        FaultKind::DivisionByZero => "division par zéro".to_owned(),
        FaultKind::TooLarge => "montant trop grand".to_owned(),
        FaultKind::TooLong => "nombre trop long".to_owned(),
        FaultKind::Circular => "formule circulaire".to_owned(),
    }
}
