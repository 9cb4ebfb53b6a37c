//! The graphs of a set of formulas: one for constaté months, one for the others, over the same inputs and kept values.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{AttributeId, FormulaId, Grain, Program};
use cadrage_value::least_common_multiple;

use crate::graph::{Bounds, Graph, Lane, Mask};
use crate::inputs::{Cell, CellId, Class, Inputs, Source};
use crate::month::{Kept, Memory, Mode, MonthBuilder, Place};
use crate::number::{Number, Tags};
use crate::shape::Shape;
use crate::translate::Refusal;

/// What is asked of a month: a formula in a mode, or in a situation slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root {
    /// The formula.
    pub formula: FormulaId,
    /// The slot, for a `par situation` formula.
    pub slot: Option<u8>,
    /// How constaté months are read.
    pub mode: Mode,
}

/// What is done with the values of the roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Written for every row.
    Columns,
    /// Summed by the code of an attribute, or all together.
    Sums(Option<AttributeId>),
}

/// A formula's value in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Valued {
    /// Where and how it is read.
    pub root: Root,
    /// Its value.
    pub value: Number,
}

/// A value kept for the months after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptValue {
    /// Over the denominator of its [`Memory`].
    pub numerator: Lane,
    /// Where it is no number.
    pub tags: Tags,
}

/// One kind of month.
#[derive(Clone, Debug, Default)]
pub struct MonthSketch {
    /// The operations.
    pub graph: Graph,
    /// Values of the roots, in the order of [`Sketch::roots`].
    pub roots: Vec<Number>,
    /// Values kept, by [`crate::KeptId`].
    pub kept: Vec<KeptValue>,
    /// Where a root has a fault: the interpreter must answer.
    pub faulty: Option<Mask>,
    /// Where a kept value is beyond what was supposed of it: the interpreter must answer.
    pub outgrown: Option<Mask>,
    /// Every formula's value, in order of evaluation: for listings, and for cutting functions.
    pub formulas: Vec<Valued>,
}

/// Both kinds, and what they read.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    /// The roots drawn.
    pub roots: Vec<Root>,
    /// Constaté months, then the others.
    pub months: [Option<MonthSketch>; 2],
    /// What is read.
    pub inputs: Inputs,
    /// What is kept.
    pub memories: Vec<Memory>,
    /// Roots left to the interpreter, and why.
    pub refused: Vec<(Root, Refusal)>,
    /// Sums are asked, by the codes of this column, rather than columns.
    pub sums: Option<CellId>,
}

/// How often suppositions on kept values are revised before their bounds are taken as guarded.
const REVISIONS: usize = 4;

type Refused = BTreeMap<Root, Refusal>;

impl Sketch {
    /// Draws the graphs of the roots; what cannot be compiled is refused, with its reason.
    #[must_use]
    pub fn of(program: &Program, shape: &Shape, roots: &[Root], answer: Answer) -> Sketch {
        let mut refused = Refused::new();
        loop {
            let wanted: Vec<Root> = roots.iter().copied().filter(|r| !refused.contains_key(r)).collect();
            match settle(program, shape, &wanted, answer) {
                Ok(sketch) => return Sketch { refused: refused.into_iter().collect(), ..sketch },
                Err(found) => {
                    let before = refused.len();
                    refused.extend(found);
                    // Whatever could not be told apart, nothing is drawn twice in vain.
                    if refused.len() == before {
                        refused.extend(wanted.into_iter().map(|root| (root, Refusal::Construct("une récurrence sans arrondi"))));
                    }
                }
            }
        }
    }
}

/// Draws until suppositions on kept values hold; the roots that cannot be drawn otherwise.
fn settle(program: &Program, shape: &Shape, roots: &[Root], answer: Answer) -> Result<Sketch, Refused> {
    let mut memories: Vec<Memory> = Vec::new();
    for revision in 0..=3 * REVISIONS {
        let mut sketch = Sketch { memories: memories.clone(), roots: roots.to_vec(), ..Sketch::default() };
        if let Answer::Sums(by) = answer {
            let class = sketch.inputs.class(by.map_or(Class::Everyone, Class::Attribute));
            sketch.sums = Some(sketch.inputs.cell(Cell::Code(class)));
        }
        let drawn = draw(program, shape, &mut sketch)?;
        if revise(&mut sketch, &drawn, shape, revision) && sketch.memories == memories {
            close(program, &mut sketch, drawn, shape)?;
            return Ok(sketch);
        }
        memories = sketch.memories;
    }
    // Denominators that never settle: a recurrence without rounding.
    let kept: Vec<Kept> = memories.iter().map(|m| m.what).collect();
    let mut refused = Refused::new();
    for what in kept {
        refuse_readers(program, shape, roots, what, &Refusal::Construct("une récurrence sans arrondi"), &mut refused);
    }
    Err(refused)
}

/// Kept values of a kind of month, by [`crate::KeptId`].
type Drawn = Vec<Option<Number>>;

/// Both kinds of month with today's suppositions.
fn draw(program: &Program, shape: &Shape, sketch: &mut Sketch) -> Result<[Drawn; 2], Refused> {
    let mut refused = Refused::new();
    let mut drawn = [Drawn::new(), Drawn::new()];
    // What the second kind keeps besides the first is drawn for the first in the next revision.
    for (kind, (slot, kept)) in sketch.months.iter_mut().zip(&mut drawn).enumerate() {
        if !shape.kinds.get(kind).copied().unwrap_or(false) {
            continue;
        }
        let mut graph = Graph::default();
        let mut builder = MonthBuilder {
            program,
            shape,
            constate: kind == 0,
            graph: &mut graph,
            inputs: &mut sketch.inputs,
            memories: &mut sketch.memories,
            formulas: BTreeMap::new(),
            order: Vec::new(),
            open: Vec::new(),
            depth: 0,
            needed: None,
        };
        let mut roots = Vec::new();
        for root in &sketch.roots {
            match value(&mut builder, *root, sketch.sums.is_some()) {
                Ok(number) => roots.push(number),
                Err(why) => {
                    refused.insert(*root, why);
                }
            }
        }
        while let Some(what) = builder.memories.get(kept.len()).map(|m| m.what) {
            let made = match builder.kept_value(what) {
                Ok(number) if number.divisor.is_some() => Err(Refusal::Construct("un quotient non arrondi gardé d'un mois à l'autre")),
                other => other,
            };
            if let Err(why) = &made {
                refuse_readers(program, shape, &sketch.roots, what, why, &mut refused);
            }
            kept.push(made.ok());
        }
        let order = std::mem::take(&mut builder.order);
        let formulas = order.iter().filter_map(|key| {
            let value = builder.formulas.get(key)?.as_ref().ok()?;
            Some(Valued { root: Root { formula: key.0, slot: key.1.situation, mode: key.1.mode }, value: *value })
        });
        let formulas = formulas.collect();
        *slot = Some(MonthSketch { graph, roots, formulas, ..MonthSketch::default() });
    }
    if refused.is_empty() { Ok(drawn) } else { Err(refused) }
}

fn value(builder: &mut MonthBuilder<'_>, root: Root, summed: bool) -> Result<Number, Refusal> {
    match root.slot {
        Some(slot) => {
            let value = builder.situation_formula(root.formula, Place { situation: Some(slot), mode: root.mode })?;
            let there = builder.there(slot);
            let elsewhere = builder.nothing();
            let tags = Tags::select(there, value.tags, elsewhere.tags, builder.graph);
            Ok(value.only(there, tags, builder.graph))
        }
        None if builder.program.formula(root.formula).is_some_and(|f| matches!(f.grain, Grain::Level(_) | Grain::Line)) => {
            Err(Refusal::Construct("une formule d'un autre grain"))
        }
        None => {
            let number = builder.formula(root.formula, root.mode)?;
            if !summed {
                return Ok(number);
            }
            // Who is away is in no sum, though he may have been paid.
            let there = builder.there(0);
            let tags = number.tags;
            let number = number.only(there, tags, builder.graph);
            let missing = builder.graph.and(there, tags.missing);
            let mut numerator = number.numerator;
            if builder.shape.sources.contains_key(&Source::Weight) {
                let weight = builder.of_row(&Source::Weight, Place { situation: None, mode: root.mode })?;
                numerator = builder.graph.multiply(numerator, weight.numerator)?;
            }
            Ok(Number { numerator, tags: Tags { missing, ..tags }, ..number })
        }
    }
}

/// Refuses the roots that read a kept value, however far.
fn refuse_readers(program: &Program, shape: &Shape, roots: &[Root], what: Kept, why: &Refusal, refused: &mut Refused) {
    let (Kept::Formula(id, _) | Kept::Cumulative(id, _)) = what;
    for root in roots {
        if reaches(program, shape, root.formula, id) {
            let why = if root.formula == id { why.clone() } else { Refusal::Through(id) };
            refused.entry(*root).or_insert(why);
        }
    }
}

/// Does a formula read another, in whatever month, by whichever sentence stands for it?
fn reaches(program: &Program, shape: &Shape, from: FormulaId, to: FormulaId) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![from];
    while let Some(id) = pending.pop() {
        if id == to {
            return true;
        }
        if seen.insert(id) {
            pending.extend(crate::needs::reads(program, id));
            pending.extend(shape.written.get(&id).into_iter().flatten().copied());
        }
    }
    false
}

/// Sets suppositions against what was drawn; true when they hold. Bounds that go on growing are guarded.
fn revise(sketch: &mut Sketch, drawn: &[Drawn; 2], shape: &Shape, revision: usize) -> bool {
    let mut settled = true;
    for (k, memory) in sketch.memories.iter_mut().enumerate() {
        let mut next = memory.clone();
        for (month, numbers) in sketch.months.iter().zip(drawn).filter_map(|(m, d)| m.as_ref().map(|m| (m, d))) {
            let Some(Some(number)) = numbers.get(k) else {
                settled = false;
                continue;
            };
            // A sum since January has at most twelve months, each within the formula's own bounds.
            let (own, factor) = match memory.what {
                Kept::Formula(..) => (*number, 1),
                Kept::Cumulative(id, mode) => {
                    let one = month.formulas.iter().find(|f| f.root == Root { formula: id, slot: None, mode });
                    (one.map_or(*number, |f| f.value), 12)
                }
            };
            let bounds = month.graph.bounds(own.numerator);
            next.widen(own.denominator, Bounds { low: factor * bounds.low.min(0), high: factor * bounds.high.max(0) });
            next.widen(number.denominator, Bounds { low: 0, high: 0 });
            let tags = [number.tags.not_applicable, number.tags.missing, number.tags.no_value, number.tags.fault];
            for (possible, mask) in next.tags.iter_mut().zip(tags) {
                *possible |= !month.graph.is_never(mask);
            }
        }
        if memory.guarded || (revision >= REVISIONS && next.bounds != memory.bounds) {
            let limit = 1_i128 << shape.recurrence_bits;
            next.bounds = Bounds { low: -limit, high: limit };
            next.guarded = true;
        }
        settled &= next == *memory;
        *memory = next;
    }
    settled
}

impl Memory {
    /// Holds these bounds over this denominator too.
    fn widen(&mut self, denominator: i64, bounds: Bounds) {
        // Beyond 64 bits the supposition never settles, and the recurrence is refused.
        let common = least_common_multiple(self.denominator, denominator).unwrap_or(i64::MAX);
        let over = |b: Bounds, d: i64| {
            let factor = i128::from(common / d);
            Bounds { low: b.low.saturating_mul(factor), high: b.high.saturating_mul(factor) }
        };
        self.bounds = over(self.bounds, self.denominator).union(over(bounds, denominator));
        self.denominator = common;
    }
}

/// Kept values over the denominators of their memories, and where the interpreter must answer.
fn close(program: &Program, sketch: &mut Sketch, drawn: [Drawn; 2], shape: &Shape) -> Result<(), Refused> {
    let mut refused = Refused::new();
    for (month, numbers) in sketch.months.iter_mut().zip(drawn).filter_map(|(m, d)| m.as_mut().map(|m| (m, d))) {
        let g = &mut month.graph;
        let mut faulty = g.always(false);
        for number in &month.roots {
            let faults = number.tags.faults(g);
            faulty = g.or(faulty, faults);
        }
        let mut outgrown = g.always(false);
        for (number, memory) in numbers.into_iter().zip(&sketch.memories) {
            let scaled = number.and_then(|n| Some((g.scale(n.numerator, memory.denominator / n.denominator).ok()?, n.tags)));
            let Some((numerator, tags)) = scaled else {
                refuse_readers(program, shape, &sketch.roots, memory.what, &Refusal::TooWide, &mut refused);
                continue;
            };
            if memory.guarded {
                let limit = 1_i64 << shape.recurrence_bits;
                let (low, high) = (g.constant(-limit), g.constant(limit));
                let (below, above) = (g.less(numerator, low), g.less(high, numerator));
                let outside = g.or(below, above);
                outgrown = g.or(outgrown, outside);
            }
            month.kept.push(KeptValue { numerator, tags });
        }
        month.faulty = Some(faulty);
        month.outgrown = Some(outgrown);
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}
