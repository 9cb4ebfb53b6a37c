//! What tests reach (`cadrage tester --couverture`): each value a test asks for is followed through the cases that its rows
//! choose. Both sides of a `si` count as reached; an exception counts when a row of a test falls in it.

use std::collections::BTreeSet;

use cadrage_driver::Compiled;
use cadrage_engine::{AgentFrame, Row};
use cadrage_ir::{BracketId, CalendarId, Feed, FormulaId, Grain, NodeId, Op, ParameterId, Program};
use cadrage_value::Month;

/// Declarations of one kind: how many, and those no test reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// What they are, plural, as people read it.
    pub kind: &'static str,
    /// How many there are.
    pub all: usize,
    /// Those no test reaches, in the order declared.
    pub missed: Vec<String>,
}

impl Share {
    /// Reached, in whole percent, rounded down: 100 only when nothing is missed.
    #[must_use]
    pub fn percent(&self) -> usize {
        ((self.all - self.missed.len()) * 100).checked_div(self.all).unwrap_or(100)
    }
}

/// What tests reach, kind by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In the order they are shown; kinds that nothing is of are left out.
    pub shares: Vec<Share>,
}

/// What has been reached so far.
#[derive(Debug)]
pub(crate) struct Reached {
    /// Cases of formulas.
    formulas: Vec<Vec<bool>>,
    /// Values of parameters: case, position in its timeline.
    values: BTreeSet<(ParameterId, usize, usize)>,
    brackets: BTreeSet<BracketId>,
    calendars: BTreeSet<CalendarId>,
}

/// What a test reads of an agent: formulas and months, seen or still to be.
#[derive(Default)]
struct Read {
    pending: Vec<(FormulaId, Month)>,
    seen: BTreeSet<(FormulaId, Month)>,
}

impl Reached {
    pub(crate) fn new(program: &Program) -> Self {
        Reached {
            formulas: program.formulas.iter().map(|f| vec![false; f.cases.len()]).collect(),
            values: BTreeSet::new(),
            brackets: BTreeSet::new(),
            calendars: BTreeSet::new(),
        }
    }

    /// A test asks for this formula, for this agent and month.
    pub(crate) fn formula(&mut self, program: &Program, id: FormulaId, frame: &AgentFrame, month: Month) {
        // A list rather than calls: a recurrence goes back as many months as there are.
        let mut read = Read { pending: vec![(id, month)], ..Read::default() };
        while let Some((id, month)) = read.pending.pop() {
            if read.seen.insert((id, month)) && !frame.supplied.contains_key(&id) {
                self.visit(program, id, frame, month, &mut read);
            }
        }
    }

    fn visit(&mut self, program: &Program, id: FormulaId, frame: &AgentFrame, month: Month, read: &mut Read) {
        let Some(formula) = program.formula(id) else { return };
        let Some(slot) = frame.position(month).and_then(|k| frame.months.get(k)) else { return };
        if formula.grain == Grain::Line {
            // Lines carry codes that situations have not: which exception they fall in is not followed.
            for k in 0..formula.cases.len() {
                self.case(program, id, k, None, frame, month, read);
            }
            return;
        }
        for row in slot.situations.iter().filter(|row| row.is_in(&formula.scope)) {
            if let Some(k) = formula.cases.iter().position(|c| row.is_in(&c.selection)) {
                self.case(program, id, k, Some(row), frame, month, read);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn case(&mut self, program: &Program, id: FormulaId, k: usize, row: Option<&Row>, frame: &AgentFrame, month: Month, read: &mut Read) {
        if let Some(slot) = self.formulas.get_mut(id.index()).and_then(|cases| cases.get_mut(k)) {
            *slot = true;
        }
        let Some(case) = program.formula(id).and_then(|f| f.cases.get(k)) else { return };
        let mut stack: Vec<NodeId> = vec![case.value];
        while let Some(node) = stack.pop().and_then(|n| program.node(n)) {
            match &node.op {
                Op::Parameter(p) => self.parameter(program, *p, row, frame, month),
                Op::Calendar(c) => drop(self.calendars.insert(*c)),
                Op::Formula(f) | Op::Recomputed(f) => read.pending.push((*f, month)),
                Op::PreviousMonth(f) => read.pending.push((*f, month.plus(-1))),
                Op::PreviousYear(f) => read.pending.push((*f, month.plus(-12))),
                Op::InMonth(f, m) => read.pending.push((*f, *m)),
                Op::Cumulative(f) => month.january().through(month).for_each(|m| read.pending.push((*f, m))),
                Op::Base(code) => {
                    let rubriques = program.bases.iter().find(|b| b.code == *code).map(|b| &b.rubriques);
                    for (k, f) in program.formulas.iter().enumerate() {
                        if let (Some(set), Some(Feed::Rubriques(list, _)), Grain::Agent) = (rubriques, &f.feeds, &f.grain)
                            && list.iter().any(|r| set.contains(r))
                        {
                            read.pending.push((FormulaId::at(k), month));
                        }
                    }
                }
                Op::Brackets(b, ..) => {
                    self.brackets.insert(*b);
                    if let Some(scale) = program.brackets.get(b.index()).and_then(|b| b.scale) {
                        self.parameter(program, scale, row, frame, month);
                    }
                }
                _ => {}
            }
            stack.extend(Program::operands(&node.op));
        }
    }

    /// The value in force for the row, or for all rows of the month where the reader is of a coarser grain.
    fn parameter(&mut self, program: &Program, id: ParameterId, row: Option<&Row>, frame: &AgentFrame, month: Month) {
        let Some(parameter) = program.parameter(id) else { return };
        let all = frame.position(month).and_then(|k| frame.months.get(k)).map_or(&[][..], |m| &m.situations);
        let rows: Vec<&Row> = row.map_or_else(|| all.iter().collect(), |r| vec![r]);
        for row in rows {
            let Some(k) = parameter.cases.iter().position(|c| row.is_in(&c.selection)) else { continue };
            let timeline = parameter.cases.get(k).map_or(&[][..], |c| &c.timeline);
            let day = month.first_day();
            if let Some(at) = timeline.iter().rposition(|d| d.from.is_none_or(|f| f <= day)) {
                self.values.insert((id, k, at));
            }
        }
    }

    /// What is missed, of the modules that `own` accepts.
    pub(crate) fn coverage(&self, compiled: &Compiled, own: &dyn Fn(&str) -> bool) -> Coverage {
        let program = &compiled.program;
        let mut formulas = Share { kind: "formules", ..Share::default() };
        let mut exceptions = Share { kind: "exceptions", ..Share::default() };
        for (f, cases) in program.formulas.iter().zip(&self.formulas).filter(|(f, _)| own(&f.module)) {
            formulas.all += 1;
            if !cases.contains(&true) {
                formulas.missed.push(f.name.clone());
            }
            // The last case is the formula itself.
            for (case, reached) in f.cases.iter().zip(cases).take(f.cases.len().saturating_sub(1)) {
                exceptions.all += 1;
                if !reached {
                    let words = compiled.sources.text(case.span).split_whitespace().collect::<Vec<_>>().join(" ");
                    exceptions.missed.push(format!("{} ({})", f.name, words.chars().take(40).collect::<String>()));
                }
            }
        }
        let mut constants = Share { kind: "dernières valeurs de constante", ..Share::default() };
        let mut hypotheses = Share { kind: "hypothèses", ..Share::default() };
        for (k, p) in program.parameters.iter().enumerate() {
            if !own(compiled.module_at(p.span)) {
                continue;
            }
            for (c, case) in p.cases.iter().enumerate().filter(|(_, c)| !c.timeline.is_empty()) {
                let share = if p.hypothesis { &mut hypotheses } else { &mut constants };
                share.all += 1;
                if !self.values.contains(&(ParameterId::at(k), c, case.timeline.len() - 1)) {
                    share.missed.push(if case.text.is_empty() { p.name.clone() } else { format!("{} pour {}", p.name, case.text) });
                }
            }
        }
        let mut brackets = Share { kind: "barèmes", ..Share::default() };
        for (k, b) in program.brackets.iter().enumerate().filter(|(_, b)| own(compiled.module_at(b.span))) {
            brackets.all += 1;
            if !self.brackets.contains(&BracketId::at(k)) {
                brackets.missed.push(b.name.clone());
            }
        }
        let mut calendars = Share { kind: "calendriers", ..Share::default() };
        for (k, c) in program.calendars.iter().enumerate().filter(|(_, c)| own(compiled.module_at(c.span))) {
            calendars.all += 1;
            if !self.calendars.contains(&CalendarId::at(k)) {
                calendars.missed.push(c.name.clone());
            }
        }
        let shares = [formulas, exceptions, constants, brackets, calendars, hypotheses];
        Coverage { shares: shares.into_iter().filter(|s| s.all > 0).collect() }
    }
}
