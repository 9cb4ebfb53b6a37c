//! Rows that formulas read, and the values they give.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_ir::{AttributeId, ColumnId, FormulaId, Selection};
use cadrage_value::{Exact, Money, Month};

/// A value, or one of the two kinds of nothing (decision D23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number in base units.
    Known(Exact),
    /// A condition.
    Flag(bool),
    /// « sans objet »: the formula does not concern the row. 0 in a sum.
    NotApplicable,
    /// « manquant »: expected and absent. Contagious, never 0.
    Missing,
}

impl Value {
    /// The number, « sans objet » counting for 0; `None` when missing or a condition.
    #[must_use]
    pub fn or_zero(&self) -> Option<Exact> {
        match self {
            Value::Known(x) => Some(x.clone()),
            Value::NotApplicable => Some(Exact::ZERO),
            Value::Flag(_) | Value::Missing => None,
        }
    }
}

/// One row: a situation or a line.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// By [`ColumnId`]; `None` = absent.
    pub numbers: Vec<Option<Exact>>,
    /// By [`AttributeId`]; empty = absent.
    pub codes: Vec<Arc<str>>,
}

impl Row {
    /// The number of a column.
    #[must_use]
    pub fn number(&self, column: ColumnId) -> Option<&Exact> {
        self.numbers.get(column.index()).and_then(Option::as_ref)
    }

    /// The code of an attribute, empty when absent.
    #[must_use]
    pub fn code(&self, attribute: AttributeId) -> &str {
        self.codes.get(attribute.index()).map_or("", |c| c)
    }

    /// Is the row in the box? A range on an absent number is not satisfied.
    #[must_use]
    pub fn is_in(&self, selection: &Selection) -> bool {
        codes_accepted(&self.codes, selection) && selection.ranges.iter().all(|(c, s)| self.number(*c).is_some_and(|x| s.accepts(x)))
    }
}

/// Are the codes of a row in the box? What the box says of numbers aside.
#[must_use]
pub fn codes_accepted(codes: &[Arc<str>], selection: &Selection) -> bool {
    selection.codes.iter().all(|(a, c)| c.accepts(codes.get(a.index()).map_or("", |code| code)))
}

/// A month of an agent.
#[derive(Clone, Debug)]
pub struct AgentMonth {
    /// The month.
    pub month: Month,
    /// Its pay is known.
    pub constate: bool,
    /// Situations in activity with at least a thirtieth, in order of date; none when the agent is away.
    pub situations: Vec<Row>,
    /// Paid by rubrique, by month of right (constaté months).
    pub observed: BTreeMap<String, Money>,
}

/// An agent over the horizon, months in order without holes.
#[derive(Clone, Debug)]
pub struct AgentFrame {
    /// Agent, or number of the movement that created the post.
    pub matricule: Arc<str>,
    /// First to last.
    pub months: Vec<AgentMonth>,
    /// Paid by rubrique in the last paid month.
    pub last_paid: BTreeMap<String, Money>,
    /// The situation still open at the end of the last constaté month, whatever its position: whom expected back pay concerns.
    pub end_row: Option<Row>,
    /// Formulas whose value a test supplies, every month.
    pub supplied: BTreeMap<FormulaId, Exact>,
}

impl AgentFrame {
    /// Position of a month in the frame.
    #[must_use]
    pub fn position(&self, month: Month) -> Option<usize> {
        let first = self.months.first()?.month;
        usize::try_from(first.until(month)).ok().filter(|k| *k < self.months.len())
    }
}
