//! Which parameters are prices of what: the point, premiums, rates of contributions. Told by the program, from the families of the pay
//! elements whose formulas read them, so that an institution's own constants find their effect without being listed anywhere.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_engine::Parameters;
use cadrage_ir::{BracketId, Dimension, Feed, FormulaId, NodeId, Op, ParameterId, Program};
use cadrage_value::Month;

/// What changes of a parameter are called in a waterfall (domain.md §B.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Price {
    /// The point, or anything per point or in points.
    General,
    /// Premiums, lump sums, scales of pay: what elements of remuneration or prestations read.
    Category,
    /// What only contributions read.
    Rate,
}

/// In the order they are switched.
pub(crate) const PRICES: [Price; 3] = [Price::General, Price::Category, Price::Rate];

/// What a price is a value of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Value(ParameterId),
    Scale(BracketId),
}

/// The values and scales that pay reads, each with what it is the price of.
pub(crate) struct Prices {
    of: BTreeMap<Source, Price>,
}

/// Values and scales that are not what they were.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    pub(crate) values: Vec<ParameterId>,
    pub(crate) scales: Vec<BracketId>,
}

impl Changed {
    /// Each on its own, in the order of their declarations.
    pub(crate) fn one_by_one(self) -> Vec<Changed> {
        let values = self.values.into_iter().map(|id| Changed { values: vec![id], scales: Vec::new() });
        let scales = self.scales.into_iter().map(|id| Changed { values: Vec::new(), scales: vec![id] });
        values.chain(scales).collect()
    }

    /// The first of them as people know it: its label, and its name to find it by.
    pub(crate) fn label(&self, program: &Program) -> String {
        let value = self.values.first().and_then(|id| program.parameter(*id)).map(|p| (&p.label, &p.name));
        let scale = self.scales.first().and_then(|id| program.brackets.get(id.index())).map(|b| (&b.label, &b.name));
        value.or(scale).map_or_else(String::new, |(label, name)| format!("{label} (`{name}`)"))
    }
}

impl Prices {
    pub(crate) fn of(program: &Program) -> Prices {
        let mut contributions: BTreeMap<Source, bool> = BTreeMap::new();
        for (k, formula) in program.formulas.iter().enumerate() {
            let Some(Feed::Rubriques(list, _)) = &formula.feeds else { continue };
            let family = list.first().and_then(|r| program.element(r)).map_or("", |e| e.famille.as_str());
            let contribution = family == "COTISATION";
            for source in read_by(program, FormulaId::at(k)) {
                // What remuneration reads as well is not only a rate.
                contributions.entry(source).and_modify(|only| *only &= contribution).or_insert(contribution);
            }
        }
        let in_points = |source: Source| match source {
            Source::Value(id) => program.parameter(id).is_some_and(|p| p.unit.exponent(Dimension::Point) != 0),
            Source::Scale(_) => false,
        };
        let price = |source: Source, only: bool| match source {
            _ if in_points(source) => Price::General,
            _ if only => Price::Rate,
            _ => Price::Category,
        };
        Prices { of: contributions.into_iter().map(|(source, only)| (source, price(source, only))).collect() }
    }

    /// What a parameter is the price of, if pay reads it.
    pub(crate) fn price(&self, id: ParameterId) -> Option<Price> {
        self.of.get(&Source::Value(id)).copied()
    }

    /// Those of a price that are not what they were in one of these months.
    pub(crate) fn changed(&self, price: Price, before: &Parameters, after: &Parameters, months: &[Month]) -> Changed {
        let mut out = Changed::default();
        for source in self.of.iter().filter(|(_, own)| **own == price).map(|(source, _)| *source) {
            match source {
                Source::Value(id) if before.differs(after, id, months) => out.values.push(id),
                Source::Scale(id) if before.bracket(id) != after.bracket(id) => out.scales.push(id),
                _ => {}
            }
        }
        out
    }
}

/// The values and scales that a formula reads, itself or through others that feed nothing: an element stands for itself.
fn read_by(program: &Program, formula: FormulaId) -> BTreeSet<Source> {
    let (mut out, mut seen) = (BTreeSet::new(), BTreeSet::from([formula]));
    let mut formulas = vec![formula];
    while let Some(id) = formulas.pop() {
        let mut nodes: Vec<NodeId> = program.formula(id).map(|f| f.cases.iter().map(|c| c.value).collect()).unwrap_or_default();
        while let Some(node) = nodes.pop().and_then(|n| program.node(n)) {
            match &node.op {
                Op::Parameter(p) => drop(out.insert(Source::Value(*p))),
                Op::Brackets(b, ..) => drop(out.insert(Source::Scale(*b))),
                Op::Formula(f)
                | Op::Cumulative(f)
                | Op::OverYear(f, _)
                | Op::PreviousMonth(f)
                | Op::PreviousYear(f)
                | Op::InMonth(f, _)
                    if program.formula(*f).is_some_and(|f| f.feeds.is_none()) && seen.insert(*f) =>
                {
                    formulas.push(*f);
                }
                _ => {}
            }
            nodes.extend(Program::operands(&node.op));
        }
    }
    out
}
