//! One month of a set of formulas as an integer graph: values of formulas, each once, and values kept for the months after.

use std::collections::BTreeMap;

use cadrage_ir::{Feed, Formula, FormulaId, Grain, Program};

use crate::graph::{Bounds, Graph, LaneOp, Mask};
use crate::inputs::{Cell, Inputs, KeptId, Part, Predicate, Scalar, Source, When};
use crate::number::{Number, Tags};
use crate::shape::Shape;
use crate::translate::Refusal;

/// How a constaté month is read (see the engine's own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A fed formula is what was paid.
    Paid,
    /// A fed formula is computed again.
    Recomputed,
}

/// Where a node is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    /// The slot of a situation; `None` for an agent, who reads his last one.
    pub situation: Option<u8>,
    pub mode: Mode,
}

impl Place {
    /// The situation slot that is read.
    pub fn slot(self) -> u8 {
        self.situation.unwrap_or(0)
    }
}

/// What is kept from month to month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kept {
    /// The value of a formula.
    Formula(FormulaId, Mode),
    /// Its sum since January.
    Cumulative(FormulaId, Mode),
}

/// What is supposed of a kept value until all that makes it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// What.
    pub what: Kept,
    /// Its fixed denominator.
    pub denominator: i64,
    /// Bounds of its numerator.
    pub bounds: Bounds,
    /// The bounds are supposed, not proved: the code checks them.
    pub guarded: bool,
    /// Which kinds of nothing it may be: sans objet, manquant, no value, other fault.
    pub tags: [bool; 4],
    /// How many months back it is read at most: 1 or 12.
    pub reach: u8,
}

/// Builds the graph of one kind of month: constaté, or not.
pub(crate) struct MonthBuilder<'a> {
    pub program: &'a Program,
    pub shape: &'a Shape,
    pub constate: bool,
    pub graph: &'a mut Graph,
    pub inputs: &'a mut Inputs,
    /// Kept values, by [`KeptId`]; reading one adds it.
    pub memories: &'a mut Vec<Memory>,
    pub formulas: BTreeMap<(FormulaId, Place), Result<Number, Refusal>>,
    /// Formulas in the order they were translated.
    pub order: Vec<(FormulaId, Place)>,
    /// Formulas being translated: the checker refused cycles, this refuses what escaped it.
    pub open: Vec<(FormulaId, Place)>,
    /// How many nodes stand one below the other in the translation at hand.
    pub depth: usize,
    /// What must be translated before that goes on.
    pub needed: Option<(FormulaId, Place)>,
}

/// Nodes one below the other before a translation stops; a formula has at most some five hundred more.
const DEEPEST: usize = 200;

impl MonthBuilder<'_> {
    /// Has the agent this situation?
    pub(crate) fn there(&mut self, slot: u8) -> Mask {
        if slot >= self.shape.slots {
            return self.graph.always(false);
        }
        if slot == 0 && self.shape.always_there {
            return self.graph.always(true);
        }
        self.fact(Predicate::There { slot })
    }

    /// A fact about the row, which the runner will prepare.
    pub(crate) fn fact(&mut self, predicate: Predicate) -> Mask {
        self.inputs.predicate(&predicate);
        self.graph.row(predicate)
    }

    /// The value of a `par agent` formula.
    pub(crate) fn formula(&mut self, id: FormulaId, mode: Mode) -> Result<Number, Refusal> {
        self.once(id, Place { situation: None, mode })
    }

    /// The value of a `par situation` formula.
    pub(crate) fn situation_formula(&mut self, id: FormulaId, place: Place) -> Result<Number, Refusal> {
        self.once(id, Place { situation: Some(place.slot()), ..place })
    }

    /// A formula, and before it those too far below it for the stack: the translation at hand stops, and begins again once they are known.
    fn once(&mut self, id: FormulaId, place: Place) -> Result<Number, Refusal> {
        if let Some(known) = self.formulas.get(&(id, place)) {
            return known.clone();
        }
        if self.depth > DEEPEST {
            self.needed = Some((id, place));
            return Err(Refusal::Construct("une formule trop loin sous une autre"));
        }
        if self.depth > 0 {
            return self.translate(id, place);
        }
        let mut pending = vec![(id, place)];
        let mut made = Err(Refusal::Construct("une formule inconnue"));
        while let Some((id, place)) = pending.last().copied() {
            self.depth = 0;
            made = self.translate(id, place);
            match self.needed.take() {
                Some(needed) if pending.contains(&needed) => return Err(Refusal::Construct("un calcul circulaire")),
                Some(needed) => pending.push(needed),
                None => drop(pending.pop()),
            }
        }
        made
    }

    fn translate(&mut self, id: FormulaId, place: Place) -> Result<Number, Refusal> {
        if let Some(known) = self.formulas.get(&(id, place)) {
            return known.clone();
        }
        let program = self.program;
        let Some(formula) = program.formula(id) else { return Err(Refusal::Construct("une formule inconnue")) };
        if self.open.contains(&(id, place)) {
            return Err(Refusal::Construct("un calcul circulaire"));
        }
        self.open.push((id, place));
        let made = match place.situation {
            Some(_) => self.of_situation(id, formula, place),
            None => self.of_agent(id, formula, place),
        };
        self.open.pop();
        if self.needed.is_none() {
            self.order.push((id, place));
            self.formulas.insert((id, place), made.clone().map_err(|_| Refusal::Through(id)));
        }
        made
    }

    fn of_situation(&mut self, id: FormulaId, formula: &Formula, place: Place) -> Result<Number, Refusal> {
        let there = self.graph.always(true);
        let computed = self.sentences(id, formula, place, there)?;
        self.or_supplied(id, computed)
    }

    fn of_agent(&mut self, id: FormulaId, formula: &Formula, place: Place) -> Result<Number, Refusal> {
        let there = self.there(0);
        let computed = match &formula.feeds {
            Some(Feed::Rubriques(list, _)) if self.constate && (place.mode == Mode::Paid || formula.final_when_paid) => {
                self.paid(formula, list.first(), place)?
            }
            _ => self.sentences(id, formula, place, there)?,
        };
        self.or_supplied(id, computed)
    }

    /// What a test supplies stands before what is computed, for who is there.
    fn or_supplied(&mut self, id: FormulaId, computed: Number) -> Result<Number, Refusal> {
        let source = Source::Supplied(id);
        if self.promised(&source)?.is_none() {
            return Ok(computed);
        }
        let supplied = self.of_row(&source, Place { situation: None, mode: Mode::Paid })?;
        let known = self.fact(Predicate::Known { source, slot: 0 });
        let there = self.there(0);
        let elsewhere = self.nothing();
        let tags = Tags::select(there, Tags::none(self.graph), elsewhere.tags, self.graph);
        let supplied = supplied.only(there, tags, self.graph);
        let tags = Tags::select(known, supplied.tags, computed.tags, self.graph);
        Ok(Number::select(known, supplied, computed, tags, self.graph)?)
    }

    /// A constaté month: what was paid, for those the formula concerns.
    fn paid(&mut self, formula: &Formula, rubrique: Option<&String>, place: Place) -> Result<Number, Refusal> {
        let Some(rubrique) = rubrique else { return Ok(self.nothing()) };
        let paid = self.of_row(&Source::Paid(rubrique.clone()), place)?;
        let (in_scope, there) = (self.is_in(&formula.scope, place), self.there(0));
        let g = &mut *self.graph;
        let away = g.not(there);
        let applies = g.or(away, in_scope);
        let elsewhere = self.nothing();
        let tags = Tags::select(applies, paid.tags, elsewhere.tags, self.graph);
        Ok(paid.only(applies, tags, self.graph))
    }

    /// The position of a kept value, supposed small and always a number until it is made.
    fn keep(&mut self, what: Kept, reach: u8) -> KeptId {
        let found = self.memories.iter().position(|m| m.what == what);
        let position = found.unwrap_or_else(|| {
            let bounds = Bounds { low: 0, high: 0 };
            self.memories.push(Memory { what, denominator: 1, bounds, guarded: false, tags: [false; 4], reach });
            self.memories.len() - 1
        });
        if let Some(memory) = self.memories.get_mut(position) {
            memory.reach = memory.reach.max(reach);
        }
        KeptId(u32::try_from(position).unwrap_or(u32::MAX))
    }

    /// A kept value some months before; « manquant » before the first month.
    fn remembered(&mut self, what: Kept, before: u8) -> Result<Number, Refusal> {
        let kept = self.keep(what, before);
        let Some(memory) = self.memories.get(kept.index()).cloned() else { return Ok(self.nothing()) };
        let cell = |inputs: &mut Inputs, part: Part| inputs.cell(Cell::Kept { kept, part, before });
        let numerator = cell(self.inputs, Part::Numerator);
        // A constant needs no memory, but its bounds are one number only as long as the supposition holds.
        let numerator = self.graph.read(LaneOp::Cell(numerator), memory.bounds)?;
        let mut masks = [self.graph.always(false); 4];
        for ((mask, possible), part) in
            masks.iter_mut().zip(memory.tags).zip([Part::NotApplicable, Part::Missing, Part::NoValue, Part::Fault])
        {
            if possible {
                let cell = cell(self.inputs, part);
                *mask = self.graph.kept(cell);
            }
        }
        let [not_applicable, missing, no_value, fault] = masks;
        let has = self.inputs.scalar(Scalar::HasBefore(before));
        let g = &mut *self.graph;
        let has = g.month(has);
        let first = g.not(has);
        let never = g.always(false);
        let tags = Tags::select(
            first,
            Tags { missing: g.always(true), not_applicable: never, no_value: never, fault: never },
            Tags { not_applicable, missing, no_value, fault },
            g,
        );
        let number = Number { numerator, denominator: memory.denominator, divisor: None, tags };
        Ok(number.only(has, tags, g))
    }

    pub(crate) fn other_month(&mut self, id: FormulaId, before: u8, place: Place) -> Result<Number, Refusal> {
        if let Some(grain @ Grain::Level(_)) = self.program.formula(id).map(|f| &f.grain) {
            return self.level(id, grain, When::Before(i32::from(before)), place);
        }
        self.remembered(Kept::Formula(id, place.mode), before)
    }

    /// Σ since January: what was kept the month before, unless the month is January, and the month's own.
    pub(crate) fn cumulative(&mut self, id: FormulaId, mode: Mode) -> Result<Number, Refusal> {
        let now = self.formula(id, mode)?;
        let before = self.remembered(Kept::Cumulative(id, mode), 1)?;
        let january = self.inputs.scalar(Scalar::January);
        let has = self.inputs.scalar(Scalar::HasBefore(1));
        let g = &mut *self.graph;
        let (january, has) = (g.month(january), g.month(has));
        let not_january = g.not(january);
        let goes_on = g.and(has, not_january);
        let (missing, no_value, fault) =
            (g.and(goes_on, before.tags.missing), g.and(goes_on, before.tags.no_value), g.and(goes_on, before.tags.fault));
        let tags = Tags { not_applicable: g.always(false), missing, no_value, fault };
        let before = before.only(goes_on, tags, g);
        let now = self.or_zero(now);
        Ok(before.add(now, false, self.graph)?)
    }

    /// What a kept value is this month.
    pub(crate) fn kept_value(&mut self, what: Kept) -> Result<Number, Refusal> {
        match what {
            Kept::Formula(id, mode) => self.formula(id, mode),
            Kept::Cumulative(id, mode) => self.cumulative(id, mode),
        }
    }
}
