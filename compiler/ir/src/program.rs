//! The typed graph.

use std::collections::BTreeSet;

use cadrage_source::Span;
use cadrage_value::{Exact, Month, Rounding};

use crate::{
    Aggregate, AggregateId, Aggregation, AttributeId, Bracket, BracketId, Calendar, CalendarId, ColumnId, Distribution, DistributionId,
    FormulaId, Grain, Hierarchy, NodeId, Parameter, ParameterId, Selection, Type, Unit,
};

/// Arithmetic and comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `/` in a formula of a level: over nothing, sans objet rather than a fault (decision 0050).
    Ratio,
    /// `=`
    Equal,
    /// `<>`
    Different,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `et`
    And,
    /// `ou`
    Or,
}

impl Operator {
    /// As printed.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide | Operator::Ratio => "/",
            Operator::Equal => "=",
            Operator::Different => "<>",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::And => "et",
            Operator::Or => "ou",
        }
    }
}

/// What a node computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// A number in base units.
    Literal(Exact),
    /// A truth value.
    Flag(bool),
    /// A column of the row.
    Column(ColumnId),
    /// A constant or hypothesis, for the row and month.
    Parameter(ParameterId),
    /// Another formula, same month: of the same grain, of situations from a situation, or of the row's member of a level.
    Formula(FormulaId),
    /// The share of a calendar in the month.
    Calendar(CalendarId),
    /// 1 to 12.
    MonthNumber,
    /// The year of the month.
    Year,
    /// Is the row in this box?
    In(Selection),
    /// Does the attribute differ between… is it one of these codes? (conditions `si zone = 1`)
    CodeIs {
        /// The attribute.
        attribute: AttributeId,
        /// The codes.
        codes: BTreeSet<String>,
    },
    /// Two operands.
    Binary(Operator, NodeId, NodeId),
    /// Sign.
    Negate(NodeId),
    /// Negation of a condition.
    Not(NodeId),
    /// The smallest.
    Min(Vec<NodeId>),
    /// The largest.
    Max(Vec<NodeId>),
    /// Without sign.
    Absolute(NodeId),
    /// Rounded inside a formula (`ARRONDI(x ; 2)`).
    Round(NodeId, RoundingRule),
    /// `si … alors … sinon …`
    If {
        /// Condition.
        condition: NodeId,
        /// When true.
        then: NodeId,
        /// When false.
        otherwise: NodeId,
    },
    /// `X à défaut y`.
    OrElse(NodeId, NodeId),
    /// Σ over the situations of the month that the box accepts (situation → agent).
    SumSituations(NodeId, Selection),
    /// The value at the month's last situation in activity (situation → agent).
    EndOfMonth(NodeId),
    /// What many rows make together, for the row's member of its level.
    Aggregate(AggregateId),
    /// What the agent gets of a shared amount.
    Distributed(DistributionId),
    /// Sum since January, this month included.
    Cumulative(FormulaId),
    /// The formula over an exercice, by its own rule over months.
    OverYear(FormulaId, i32),
    /// The formula one month before.
    PreviousMonth(FormulaId),
    /// The formula in the same month of the exercice before.
    PreviousYear(FormulaId),
    /// The formula in a given month.
    InMonth(FormulaId, Month),
    /// What was paid of the rubrique it feeds in the agent's last paid month.
    LastPaid(FormulaId),
    /// What was paid for the month of right.
    Observed(FormulaId),
    /// What the formula gives on a constaté month.
    Recomputed(FormulaId),
    /// A base of contributions: Σ of the month's elements that enter it.
    Base(String),
    /// A bracketed scale applied to a base, whole or one bracket only (from 1).
    Brackets(BracketId, NodeId, Option<usize>),
}

/// A node: what it computes, its type and grain, and the words it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it computes.
    pub op: Op,
    /// Its static type.
    pub ty: Type,
    /// Its grain.
    pub grain: Grain,
    /// The exact denominator of a quantity when it does not depend on data or parameters.
    pub denominator: Option<i64>,
    /// The words it comes from.
    pub span: Span,
}

/// Rounding to decimal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoundingRule {
    /// By which rule.
    pub rule: Rounding,
    /// To how many decimal places of the base unit.
    pub digits: u32,
}

/// The job counts a formula can feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Job {
    /// Worked.
    Etpt,
    /// Paid.
    Etpf,
}

/// What a formula's value becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Feed {
    /// Amounts of these rubriques (one for a `par agent` formula), on this account when given.
    Rubriques(Vec<String>, Option<String>),
    /// Jobs.
    Job(Job),
}

/// An alternative of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Whom it is for.
    pub selection: Selection,
    /// Its value.
    pub value: NodeId,
    /// Where it is written.
    pub span: Span,
}

/// A formula. Cases go from the most specific exception to the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// Module it is declared in.
    pub module: String,
    /// Declared unit (base).
    pub unit: Unit,
    /// Declared grain.
    pub grain: Grain,
    /// `pour …`: outside, the formula is « sans objet ».
    pub scope: Selection,
    /// Most specific first; the last accepts everything.
    pub cases: Vec<Case>,
    /// `arrondi …`.
    pub rounding: Option<RoundingRule>,
    /// `alimente …`.
    pub feeds: Option<Feed>,
    /// `sans rappel`.
    pub final_when_paid: bool,
    /// How it adds up.
    pub aggregation: Aggregation,
    /// Decree.
    pub source: Option<String>,
    /// Made by the checker for an expression that stands inside another formula: never shown as a declaration.
    pub hidden: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A base of contributions and the rubriques that enter it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// `PC`, `RAFP`, `RG`, `IRC`…
    pub code: String,
    /// Rubriques.
    pub rubriques: BTreeSet<String>,
}

/// A pay element as the plan of accounts knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Code.
    pub rubrique: String,
    /// Displayed.
    pub label: String,
    /// `REMUNERATION COTISATION PRESTATION`.
    pub famille: String,
    /// Account for titulaires, may be empty.
    pub compte_titulaire: String,
    /// Account for others, may be empty.
    pub compte_contractuel: String,
    /// Where a script declares it; `None` when it is of the dossier's list.
    pub span: Option<Span>,
}

impl Element {
    /// The account of titulaires, or of the others; where only one of the two is declared, it serves for both.
    #[must_use]
    pub fn account(&self, titulaire: bool) -> &str {
        let (own, other) =
            if titulaire { (&self.compte_titulaire, &self.compte_contractuel) } else { (&self.compte_contractuel, &self.compte_titulaire) };
        if own.is_empty() { other } else { own }
    }
}

/// A whole checked program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// Constants and hypotheses.
    pub parameters: Vec<Parameter>,
    /// Bracketed scales.
    pub brackets: Vec<Bracket>,
    /// Calendars.
    pub calendars: Vec<Calendar>,
    /// Expression graph of all formulas; operands come before their users.
    pub nodes: Vec<Node>,
    /// Formulas.
    pub formulas: Vec<Formula>,
    /// Formulas in order of evaluation inside a month.
    pub order: Vec<FormulaId>,
    /// What many rows make together.
    pub aggregates: Vec<Aggregate>,
    /// Amounts shared between agents.
    pub distributions: Vec<Distribution>,
    /// Bases of contributions.
    pub bases: Vec<Base>,
    /// Pay elements.
    pub elements: Vec<Element>,
    /// Which finer codes the coarser ones group: a scenario's changes are set against exceptions with it.
    pub hierarchy: Hierarchy,
}

impl Program {
    /// The formula, when the id is one of this program.
    #[must_use]
    pub fn formula(&self, id: FormulaId) -> Option<&Formula> {
        self.formulas.get(id.index())
    }

    /// The node, when the id is one of this program.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// The parameter, when the id is one of this program.
    #[must_use]
    pub fn parameter(&self, id: ParameterId) -> Option<&Parameter> {
        self.parameters.get(id.index())
    }

    /// The formula named exactly so.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<FormulaId> {
        self.formulas.iter().position(|f| f.name == name).map(FormulaId::at)
    }

    /// The element of a rubrique.
    #[must_use]
    pub fn element(&self, rubrique: &str) -> Option<&Element> {
        self.elements.iter().find(|e| e.rubrique == rubrique)
    }
}
