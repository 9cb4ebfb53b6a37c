//! The tree: plain data, a span on every node, names as written. Not: types, resolved names, pest.

mod declaration;
mod expression;
mod scenario;
mod selection;
mod value;

pub use declaration::{
    Axis, Calendar, Data, Declaration, Docs, Element, ExceptionLine, FeedTarget, File, Formula, Grid, GridVersion, Import, Invalid, Mode,
    ModeKind, Module, Population, RoundWord, Rounding, Unsupported, Visibility,
};
pub use expression::{Aggregate, BinaryOperator, Expr, ExprKind, Shift, UnitExpr, UnitFactor};
pub use scenario::{
    Clause, Complement, Expect, Modify, ModifyChange, MovementClause, Profile, ProfileValue, Scenario, Situation, Target, Test, TestPeriod,
    Verb,
};
pub use selection::{Criterion, CriterionKind, Member, Selection};
pub use value::{Bracket, BracketLine, BracketVersion, Entry, EntryKind, Provenance, TableSource, Value, ValueKind};
