//! What formulas read, however far: the sources whose bounds the runner must promise.

use std::collections::BTreeSet;

use cadrage_ir::{AttributeId, ColumnId, Feed, FormulaId, Grain, NodeId, Op, Program, Selection};

use crate::inputs::{Source, When};

/// Everything that some formulas read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Where numbers come from.
    pub sources: BTreeSet<Source>,
    /// Scales, by position.
    pub scales: BTreeSet<cadrage_ir::BracketId>,
    /// The formulas themselves, and those they read.
    pub formulas: BTreeSet<FormulaId>,
    /// A value of another month is read: months run from the first.
    pub other_months: bool,
    /// Attributes that boxes of formulas look at.
    pub attributes: BTreeSet<AttributeId>,
    /// Columns that boxes of formulas look at.
    pub ranges: BTreeSet<ColumnId>,
}

impl Needs {
    /// What `roots` read; `written` says which other sentences may stand for a formula.
    #[must_use]
    pub fn of(program: &Program, roots: impl IntoIterator<Item = FormulaId>, written: &dyn Fn(FormulaId) -> Vec<FormulaId>) -> Needs {
        let mut out = Needs::default();
        let mut pending: Vec<FormulaId> = roots.into_iter().collect();
        while let Some(id) = pending.pop() {
            let Some(formula) = program.formula(id) else { continue };
            if !out.formulas.insert(id) {
                continue;
            }
            if let Some(Feed::Rubriques(list, _)) = &formula.feeds {
                out.sources.extend(list.first().cloned().map(Source::Paid));
            }
            out.sources.insert(Source::Supplied(id));
            pending.extend(written(id));
            out.looks_at(&formula.scope);
            formula.cases.iter().for_each(|c| out.looks_at(&c.selection));
            out.nodes(program, formula, &mut pending);
        }
        out
    }

    fn looks_at(&mut self, selection: &Selection) {
        self.attributes.extend(selection.codes.keys());
        self.ranges.extend(selection.ranges.keys());
    }

    fn nodes(&mut self, program: &Program, formula: &cadrage_ir::Formula, pending: &mut Vec<FormulaId>) {
        let level = |id: FormulaId| program.formula(id).is_some_and(|f| matches!(f.grain, Grain::Level(_)));
        let mut nodes: Vec<NodeId> = formula.cases.iter().map(|c| c.value).collect();
        while let Some(node) = nodes.pop().and_then(|id| program.node(id)) {
            match &node.op {
                Op::Column(c) => {
                    self.sources.insert(Source::Column(*c));
                }
                Op::Parameter(p) => {
                    self.sources.insert(Source::Parameter(*p));
                }
                Op::Calendar(c) => {
                    self.sources.insert(Source::Calendar(*c));
                }
                Op::In(selection) => self.looks_at(selection),
                Op::CodeIs { attribute, .. } => {
                    self.attributes.insert(*attribute);
                }
                Op::SumSituations(operand, selection) => {
                    self.looks_at(selection);
                    nodes.push(*operand);
                }
                Op::Formula(f) if level(*f) => {
                    self.sources.insert(Source::Level(*f, When::Now));
                }
                Op::PreviousMonth(f) if level(*f) => {
                    self.sources.insert(Source::Level(*f, When::Before(1)));
                }
                Op::PreviousYear(f) if level(*f) => {
                    self.sources.insert(Source::Level(*f, When::Before(12)));
                }
                Op::InMonth(f, m) if level(*f) => {
                    self.sources.insert(Source::Level(*f, When::In(*m)));
                }
                Op::Formula(f) | Op::Recomputed(f) => pending.push(*f),
                Op::Cumulative(f) | Op::PreviousMonth(f) | Op::PreviousYear(f) | Op::InMonth(f, _) | Op::OverYear(f, _) => {
                    self.other_months = true;
                    pending.push(*f);
                }
                Op::Aggregate(a) => {
                    self.sources.insert(Source::Aggregate(*a));
                }
                Op::Distributed(d) => {
                    self.sources.insert(Source::Part(*d));
                }
                Op::LastPaid(f) | Op::Observed(f) => {
                    if let Some(Feed::Rubriques(list, _)) = program.formula(*f).and_then(|f| f.feeds.as_ref()) {
                        for r in list {
                            self.sources.insert(if matches!(node.op, Op::LastPaid(_)) {
                                Source::LastPaid(r.clone())
                            } else {
                                Source::Paid(r.clone())
                            });
                        }
                    }
                }
                Op::Base(code) => {
                    if let Some(base) = program.bases.iter().find(|b| b.code == *code) {
                        self.sources.extend(base.rubriques.iter().cloned().map(Source::Paid));
                        pending.extend(entering(program, base));
                    }
                }
                Op::Brackets(id, a, _) => {
                    self.scales.insert(*id);
                    self.sources.extend(program.brackets.get(id.index()).and_then(|b| b.scale).map(Source::Parameter));
                    nodes.push(*a);
                }
                op => nodes.extend(Program::operands(op)),
            }
        }
    }
}

/// The formulas whose rubrique enters a base.
fn entering<'p>(program: &'p Program, base: &'p cadrage_ir::Base) -> impl Iterator<Item = FormulaId> + 'p {
    program.formulas.iter().enumerate().filter_map(|(k, f)| match (&f.grain, &f.feeds) {
        (Grain::Agent, Some(Feed::Rubriques(list, _))) if list.first().is_some_and(|r| base.rubriques.contains(r)) => {
            Some(FormulaId::at(k))
        }
        _ => None,
    })
}

/// The formulas that one reads itself, in whatever month.
#[must_use]
pub fn reads(program: &Program, id: FormulaId) -> Vec<FormulaId> {
    let Some(formula) = program.formula(id) else { return Vec::new() };
    let mut out = Vec::new();
    Needs::default().nodes(program, formula, &mut out);
    out
}
