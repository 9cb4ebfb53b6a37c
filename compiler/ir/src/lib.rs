//! The contract between compiler and runtime: a typed program, without syntax and without execution.
//!
//! `cadrage-lower` makes a [`Program`], backends of `cadrage-engine` run it. Every value is held in base units (euro, month,
//! point…), so that no conversion is left to do at run time: where a sentence mixes years and months, an explicit factor
//! stands in the graph. What must hold of every program is code: [`verify`].

mod aggregate;
mod builtins;
mod constraint;
mod fault;
mod hierarchy;
mod ids;
mod interval;
mod layer;
mod parameter;
mod program;
mod selection;
mod text;
mod types;
mod unit;
mod verify;

pub use aggregate::{Aggregate, Distribution, Gathering, OverMonths};
pub use builtins::{ATTRIBUTES, Attribute, BUILTINS, Builtin, COLUMNS, ColumnSpec, WHOLE, attribute, column, groups, level};
pub use constraint::{Constraint, Words};
pub use fault::{Fault, FaultKind};
pub use hierarchy::Hierarchy;
pub use ids::{AggregateId, AttributeId, BracketId, CalendarId, ColumnId, DistributionId, FormulaId, NodeId, ParameterId};
pub use interval::{Bound, Interval, Shape};
pub use layer::{BracketChange, BracketEdit, CalendarChange, Layer, Replacement};
pub use parameter::{
    Bracket, BracketVersion, Calendar, Change, Dated, Modification, Parameter, ParameterCase, ParameterSource, WithinMonth,
};
pub use program::{Base, Case, Element, Feed, Formula, Job, Node, Op, Operator, Program, RoundingRule};
pub use selection::Selection;
pub use text::print;
pub use types::{Aggregation, Grain, Type};
pub use unit::{Dimension, Unit};
pub use verify::{Violation, verify};
