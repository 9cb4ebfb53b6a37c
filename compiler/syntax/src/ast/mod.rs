//! The tree: plain data, a span on every node, names as written. Not: types, resolved names, pest.

mod declaration;
mod envelope;
mod exchange;
mod expression;
mod interface;
mod question;
mod report;
mod scenario;
mod selection;
mod test;
mod value;

pub use declaration::{
    Axis, Calendar, Data, Declaration, Detail, Detailed, Docs, Element, ExceptionLine, FeedTarget, File, Formula, Grid, GridVersion,
    Import, Invalid, Mode, ModeKind, Module, Population, RoundWord, Rounding, Silence, Visibility,
};
pub use envelope::{Ceiling, CeilingTarget, Control, Envelope, Right, Role, Threshold, ThresholdKind};
pub use exchange::{EntryField, EntryForm, Reclassification};
pub use expression::{Aggregate, BinaryOperator, Expr, ExprKind, Shift, UnitExpr, UnitFactor};
pub use interface::{Interface, InterfaceCell, InterfaceColumn, InterfaceCut, InterfaceFilter, InterfaceOrigin};
pub use question::{Question, When};
pub use report::{Comparison, Explanation, GoalSeek, Moved, Report, Sweep, SweepAxis, SweepKind};
pub use scenario::{
    Clause, Complement, Flow, FlowClause, MergeClause, Modify, ModifyChange, ModifyPopulation, MovementClause, Profile, ProfileValue,
    Replace, ReplacementClause, Scenario, Sought, Target, Verb,
};
pub use selection::{Criterion, CriterionKind, Member, Selection};
pub use test::{CaseColumn, CaseFile, Expect, Expected, SetAside, Situation, Test, TestPeriod};
pub use value::{Bracket, BracketLine, BracketVersion, Entry, EntryKind, Provenance, TableSource, Value, ValueKind, WithinMonth};
