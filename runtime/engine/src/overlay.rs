//! What a change of hypotheses reaches: which formulas, in which months. Everything else stays what it was (architecture.md §5).
//!
//! Reading goes by month: a value of the month before, a total since January, an exercice, a given month. What is said to be reached
//! may still be equal; what is not said to be reached is equal.

use std::ops::Range;

use cadrage_ir::{
    AggregateId, BracketId, CalendarId, DistributionId, Feed, Formula, FormulaId, Grain, Layer, NodeId, Op, ParameterId, Program,
    WithinMonth,
};
use cadrage_value::{Date, Month};

use crate::{Mode, Parameters};

/// What is reached, month by month of a horizon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    months: usize,
    /// By mode, then formula × month.
    formulas: [Vec<bool>; 2],
    /// Aggregate × month.
    aggregates: Vec<bool>,
    /// Distribution × month.
    distributions: Vec<bool>,
}

/// One thing that a sentence reads, and in which month.
#[derive(Clone, Copy, Debug)]
enum Read {
    Same(FormulaId),
    MonthBefore(FormulaId),
    YearBefore(FormulaId),
    In(FormulaId, Month),
    SinceJanuary(FormulaId),
    Over(FormulaId, i32),
    Recomputed(FormulaId),
    Aggregate(AggregateId),
    Distribution(DistributionId),
    Parameter(ParameterId),
    Bracket(BracketId),
    Calendar(CalendarId),
}

impl Reach {
    /// What `layers`, laid over `before` to make `after`, reach in these months (each with whether its pay is known).
    #[must_use]
    pub fn of(program: &Program, months: &[(Month, bool)], before: &Parameters, after: &Parameters, layers: &[Layer]) -> Reach {
        let count = months.len();
        let search = Search {
            program,
            months,
            before,
            after,
            reads: program.formulas.iter().map(|f| reads(program, f)).collect(),
            parameters: (0..program.parameters.len()).map(|k| layers.iter().map(|l| value_of(program, l, k)).collect()).collect(),
            brackets: (0..program.brackets.len()).map(|k| layers.iter().map(|l| bracket_of(l, k)).collect()).collect(),
            calendars: (0..program.calendars.len()).map(|k| layers.iter().map(|l| calendar_of(l, k)).collect()).collect(),
        };
        let mut reach = Reach {
            months: count,
            formulas: [vec![false; program.formulas.len() * count], vec![false; program.formulas.len() * count]],
            aggregates: vec![false; program.aggregates.len() * count],
            distributions: vec![false; program.distributions.len() * count],
        };
        if layers.is_empty() {
            return reach;
        }
        // What is reached only grows, so this ends; nearly always at the second pass, since formulas go in order.
        while search.grow(&mut reach) {}
        reach
    }

    /// Is the value of a formula reached in a month (by position)?
    #[must_use]
    pub fn formula(&self, id: FormulaId, month: usize, mode: Mode) -> bool {
        month < self.months && self.plane(mode).get(id.index() * self.months + month).copied().unwrap_or(false)
    }

    /// The first to the last month in which a formula is reached.
    #[must_use]
    pub fn span(&self, id: FormulaId, mode: Mode) -> Option<Range<usize>> {
        let first = (0..self.months).find(|m| self.formula(id, *m, mode))?;
        let last = (first..self.months).rev().find(|m| self.formula(id, *m, mode))?;
        Some(first..last + 1)
    }

    /// Is what many rows make together reached, in some month?
    #[must_use]
    pub fn any_aggregate(&self, id: AggregateId) -> bool {
        (0..self.months).any(|m| self.aggregate(id, m))
    }

    /// Is a shared amount reached, in some month?
    #[must_use]
    pub fn any_distribution(&self, id: DistributionId) -> bool {
        (0..self.months).any(|m| self.distribution(id, m))
    }

    fn aggregate(&self, id: AggregateId, month: usize) -> bool {
        self.aggregates.get(id.index() * self.months + month).copied().unwrap_or(false)
    }

    fn distribution(&self, id: DistributionId, month: usize) -> bool {
        self.distributions.get(id.index() * self.months + month).copied().unwrap_or(false)
    }

    fn plane(&self, mode: Mode) -> &[bool] {
        let [paid, recomputed] = &self.formulas;
        if mode == Mode::Paid { paid } else { recomputed }
    }

    fn reached(&mut self, id: FormulaId, month: usize, mode: Mode) {
        let at = id.index() * self.months + month;
        let [paid, recomputed] = &mut self.formulas;
        if let Some(slot) = if mode == Mode::Paid { paid } else { recomputed }.get_mut(at) {
            *slot = true;
        }
    }
}

/// A period `[from, until)` that a layer changes, and whether the whole month counts or its first day; `None` when it changes something
/// else.
#[derive(Clone, Copy, Debug)]
struct Period {
    from: Option<Date>,
    until: Option<Date>,
    whole_month: bool,
}

impl Period {
    fn touches(self, month: Month) -> bool {
        let last = if self.whole_month { month.last_day() } else { month.first_day() };
        self.from.is_none_or(|f| f <= last) && self.until.is_none_or(|u| u > month.first_day())
    }
}

fn value_of(program: &Program, layer: &Layer, parameter: usize) -> Option<Period> {
    let Layer::Value(m) = layer else { return None };
    let whole_month = program.parameters.get(parameter).is_none_or(|p| p.within_month != WithinMonth::FirstDay);
    (m.parameter.index() == parameter).then_some(Period { from: m.from, until: m.until, whole_month })
}

fn bracket_of(layer: &Layer, bracket: usize) -> Option<Period> {
    let Layer::Bracket(c) = layer else { return None };
    (c.bracket.index() == bracket).then_some(Period { from: c.from, until: c.until, whole_month: false })
}

fn calendar_of(layer: &Layer, calendar: usize) -> Option<Period> {
    let Layer::Calendar(c) = layer else { return None };
    (c.calendar.index() == calendar).then_some(Period { from: c.from, until: c.until, whole_month: false })
}

struct Search<'a> {
    program: &'a Program,
    months: &'a [(Month, bool)],
    before: &'a Parameters,
    after: &'a Parameters,
    reads: Vec<Vec<Read>>,
    /// By parameter, what each layer changes of it.
    parameters: Vec<Vec<Option<Period>>>,
    brackets: Vec<Vec<Option<Period>>>,
    calendars: Vec<Vec<Option<Period>>>,
}

impl Search<'_> {
    /// One pass; did anything more come to be reached?
    fn grow(&self, reach: &mut Reach) -> bool {
        let mut moved = false;
        // Hidden formulas and those of levels are in the order of evaluation too; whatever is not comes after.
        let order: Vec<FormulaId> = self.program.order.iter().copied().chain((0..self.program.formulas.len()).map(FormulaId::at)).collect();
        for month in 0..self.months.len() {
            moved |= self.gathered(month, reach);
            for id in &order {
                for mode in [Mode::Paid, Mode::Recomputed] {
                    if !reach.formula(*id, month, mode) && self.is_reached(*id, month, mode, reach) {
                        reach.reached(*id, month, mode);
                        moved = true;
                    }
                }
            }
        }
        moved
    }

    fn gathered(&self, month: usize, reach: &mut Reach) -> bool {
        let mut moved = false;
        for (k, aggregate) in self.program.aggregates.iter().enumerate() {
            let id = AggregateId::at(k);
            if reach.aggregate(id, month) {
                continue;
            }
            let operands = || aggregate.gathering.operands();
            let of_lines = operands().any(|f| self.program.formula(f).is_some_and(|f| f.grain == Grain::Line));
            // Lines of a month come from all that feeds, from what was carried, and from what is owed for the months before.
            let fed = || {
                self.program.formulas.iter().enumerate().filter(|(_, f)| f.feeds.is_some()).any(|(f, _)| {
                    (0..=month).any(|m| [Mode::Paid, Mode::Recomputed].into_iter().any(|mode| reach.formula(FormulaId::at(f), m, mode)))
                })
            };
            let direct = operands().any(|f| reach.formula(f, month, Mode::Paid));
            if (direct || (of_lines && fed()))
                && let Some(slot) = reach.aggregates.get_mut(k * self.months.len() + month)
            {
                *slot = true;
                moved = true;
            }
        }
        for (k, d) in self.program.distributions.iter().enumerate() {
            let parts = [d.amount, d.weight].into_iter().any(|f| reach.formula(f, month, Mode::Paid));
            if parts && let Some(slot) = reach.distributions.get_mut(k * self.months.len() + month).filter(|slot| !**slot) {
                *slot = true;
                moved = true;
            }
        }
        moved
    }

    fn is_reached(&self, id: FormulaId, month: usize, mode: Mode, reach: &Reach) -> bool {
        let (Some(formula), Some((when, constate))) = (self.program.formula(id), self.months.get(month)) else { return false };
        // What was paid is what was paid.
        if *constate && (mode == Mode::Paid || formula.final_when_paid) && matches!(formula.feeds, Some(Feed::Rubriques(..))) {
            return false;
        }
        let written = self.before.formula_in(id, *when);
        if written != self.after.formula_in(id, *when) {
            return true;
        }
        self.reads.get(written.index()).into_iter().flatten().any(|read| self.read(*read, month, *when, mode, reach))
    }

    fn read(&self, read: Read, month: usize, when: Month, mode: Mode, reach: &Reach) -> bool {
        let at = |id: FormulaId, m: Month| self.position(m).is_some_and(|k| reach.formula(id, k, mode));
        let touched = |periods: Option<&Vec<Option<Period>>>| periods.into_iter().flatten().flatten().any(|p| p.touches(when));
        match read {
            Read::Same(f) => reach.formula(f, month, mode),
            Read::MonthBefore(f) => at(f, when.plus(-1)),
            Read::YearBefore(f) => at(f, when.plus(-12)),
            Read::In(f, m) => at(f, m),
            Read::SinceJanuary(f) => when.january().through(when).any(|m| at(f, m)),
            Read::Over(f, year) => Month::new(year, 1).is_some_and(|m| m.through(m.december()).any(|m| at(f, m))),
            Read::Recomputed(f) => reach.formula(f, month, Mode::Recomputed),
            Read::Aggregate(a) => reach.aggregate(a, month),
            Read::Distribution(d) => reach.distribution(d, month),
            Read::Parameter(p) => touched(self.parameters.get(p.index())),
            Read::Bracket(b) => {
                let scale = self.program.brackets.get(b.index()).and_then(|b| b.scale);
                touched(self.brackets.get(b.index())) || scale.is_some_and(|p| touched(self.parameters.get(p.index())))
            }
            Read::Calendar(c) => touched(self.calendars.get(c.index())),
        }
    }

    fn position(&self, month: Month) -> Option<usize> {
        let first = self.months.first()?.0;
        usize::try_from(first.until(month)).ok().filter(|k| *k < self.months.len())
    }
}

/// All that a sentence reads.
fn reads(program: &Program, formula: &Formula) -> Vec<Read> {
    let mut out = Vec::new();
    let mut pending: Vec<NodeId> = formula.cases.iter().map(|c| c.value).collect();
    while let Some(node) = pending.pop().and_then(|id| program.node(id)) {
        match &node.op {
            Op::Formula(f) => out.push(Read::Same(*f)),
            Op::PreviousMonth(f) => out.push(Read::MonthBefore(*f)),
            Op::PreviousYear(f) => out.push(Read::YearBefore(*f)),
            Op::InMonth(f, m) => out.push(Read::In(*f, *m)),
            Op::Cumulative(f) => out.push(Read::SinceJanuary(*f)),
            Op::OverYear(f, year) => out.push(Read::Over(*f, *year)),
            Op::Recomputed(f) => out.push(Read::Recomputed(*f)),
            Op::Aggregate(a) => out.push(Read::Aggregate(*a)),
            Op::Distributed(d) => out.push(Read::Distribution(*d)),
            Op::Parameter(p) => out.push(Read::Parameter(*p)),
            Op::Calendar(c) => out.push(Read::Calendar(*c)),
            Op::Base(code) => out.extend(entering(program, code).map(Read::Same)),
            Op::Brackets(b, ..) => out.push(Read::Bracket(*b)),
            _ => {}
        }
        pending.extend(Program::operands(&node.op));
    }
    out
}

/// The formulas whose rubrique enters a base.
fn entering<'p>(program: &'p Program, code: &str) -> impl Iterator<Item = FormulaId> + 'p {
    let base = program.bases.iter().find(|b| b.code == code);
    let enters = move |f: &Formula| match (&f.feeds, &f.grain, base) {
        (Some(Feed::Rubriques(list, _)), Grain::Agent, Some(base)) => list.first().is_some_and(|r| base.rubriques.contains(r)),
        _ => false,
    };
    program.formulas.iter().enumerate().filter(move |(_, f)| enters(f)).map(|(k, _)| FormulaId::at(k))
}
