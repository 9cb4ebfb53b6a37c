//! The one table of run-time faults and their French texts.

use cadrage_source::Span;
use cadrage_value::Month;

/// Why a value could not be computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A parameter has no value in force in the month, for this row.
    NoValue {
        /// The parameter.
        parameter: String,
        /// Its first date, when the month is before it.
        first: Option<cadrage_value::Date>,
    },
    /// Division by zero.
    DivisionByZero,
    /// An amount beyond 64-bit cents.
    TooLarge,
    /// A number with more digits than it is reasonable to compute with exactly.
    TooLong,
    /// A formula that reads itself, though the checker accepted it.
    Circular,
}

impl FaultKind {
    /// The code of the list of messages.
    #[must_use]
    pub fn code(&self) -> cadrage_source::Code {
        match self {
            FaultKind::NoValue { .. } => cadrage_source::Code::T04,
            FaultKind::DivisionByZero => cadrage_source::Code::V05,
            FaultKind::TooLarge => cadrage_source::Code::V06,
            FaultKind::TooLong => cadrage_source::Code::V09,
            FaultKind::Circular => cadrage_source::Code::C01,
        }
    }
}

/// A fault, with what was being computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub kind: FaultKind,
    /// The formula.
    pub formula: String,
    /// The month.
    pub month: Month,
    /// The agent, when there is one.
    pub matricule: Option<String>,
    /// The words.
    pub span: Span,
}
