//! Dated values: constants, hypotheses, scales, calendars. Data of a program, so that a what-if recompiles nothing.

use cadrage_source::Span;
use cadrage_value::{Date, Exact, Month};

use crate::{Selection, Unit};

/// A value from a date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// First day; `None` = since ever.
    pub from: Option<Date>,
    /// First day after, when the value stops without a successor.
    pub until: Option<Date>,
    /// In base units.
    pub value: Exact,
    /// Decree, deliberation…
    pub source: Option<String>,
    /// The day the text was published: a scenario observed earlier does not know the value.
    pub published: Option<Date>,
    /// The month the value is first paid in; until then the value before is paid, and the difference is back pay of that month.
    pub paid: Option<Month>,
    /// Where it is written.
    pub span: Span,
}

/// What a value that changes inside a month is worth that month (decision D14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WithinMonth {
    /// No value changes inside a month: the one of the first day.
    #[default]
    FirstDay,
    /// Each value for its thirtieths.
    Prorata,
}

/// Who or what wrote a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterSource {
    /// Nationwide module.
    Socle,
    /// The institution's settings.
    Establishment,
    /// A scenario's `modifier`.
    Scenario,
}

/// One timeline of a parameter, for what its selection accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterCase {
    /// Whom it is for; [`Selection::all`] for the default.
    pub selection: Selection,
    /// In order of date.
    pub timeline: Vec<Dated>,
    /// As written, for messages and explanations.
    pub text: String,
}

/// A constant or a hypothesis. Cases go from the most specific to the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// Base unit of the values.
    pub unit: Unit,
    /// As the author wrote the unit, for display, and the factor from it to the base unit.
    pub written: (String, Exact),
    /// A hypothesis (open) rather than a constant (simulable).
    pub hypothesis: bool,
    /// Decimal places, in the written unit, that changes are rounded to.
    pub precision: Option<u32>,
    /// What a month in which it changes is worth.
    pub within_month: WithinMonth,
    /// Bounds of a hypothesis, base unit.
    pub bounds: Option<(Exact, Exact)>,
    /// Most specific first.
    pub cases: Vec<ParameterCase>,
    /// Last day the author checked the value.
    pub verified: Option<Date>,
    /// Where it is declared.
    pub span: Span,
}

impl ParameterCase {
    /// The value in force on a day, among those paid by the month `known`.
    #[must_use]
    pub fn on(&self, day: Date, known: Month) -> Option<&Dated> {
        let begun = |d: &&Dated| d.from.is_none_or(|f| f <= day) && d.paid.is_none_or(|p| p <= known);
        self.timeline.iter().rev().find(begun).filter(|d| d.until.is_none_or(|u| day < u))
    }
}

/// A change that a scenario makes to a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This value.
    Set(Exact),
    /// Multiplied by this factor (1,015 for `majorer de 1,5 %`).
    Scale(Exact),
    /// This much more (`majorer de 0,5 €/mois`).
    Shift(Exact),
    /// Raised to this where it is below (`au moins 370 points`).
    AtLeast(Exact),
    /// Lowered to this where it is above (`au plus …`).
    AtMost(Exact),
}

/// A scenario's `modifier`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modification {
    /// What.
    pub parameter: crate::ParameterId,
    /// For whom; everything = the default timeline.
    pub selection: Selection,
    /// The same as written (`corps PR`); empty for everything.
    pub whom: String,
    /// `partout`: exceptions change too.
    pub everywhere: bool,
    /// From.
    pub from: Option<Date>,
    /// First day after.
    pub until: Option<Date>,
    /// How.
    pub change: Change,
    /// `payé en`: the month the new value is first paid in.
    pub paid: Option<Month>,
    /// As written, for explanations.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// One version of a bracketed scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BracketVersion {
    /// First day.
    pub from: Date,
    /// Upper bound of each bracket in the written unit (`None` = beyond) and its rate.
    pub brackets: Vec<(Option<Exact>, Exact)>,
    /// Decree.
    pub source: Option<String>,
}

/// A scale by bracket of a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// The constant that turns a bound into the unit of the base (`pmss`), when bounds are in PMSS.
    pub scale: Option<crate::ParameterId>,
    /// In order of date.
    pub versions: Vec<BracketVersion>,
    /// Last day the author checked it.
    pub verified: Option<Date>,
    /// Where it is declared.
    pub span: Span,
}

/// In which months of the year something is paid, and which share of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// As declared.
    pub name: String,
    /// Shares of January to December.
    pub shares: [Exact; 12],
    /// Where it is declared.
    pub span: Span,
}
