//! Formulas.

use cadrage_source::{Span, Spanned};
use cadrage_value::{Date, Exact, Month};

use super::Selection;

/// An expression and the words it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The words.
    pub span: Span,
}

/// A unit of the closed list (decision D10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum UnitFactor {
    Euro,
    KiloEuro,
    MegaEuro,
    Percent,
    PerMille,
    Point,
    GrossPoint,
    Etp,
    Etpt,
    Etpf,
    Agent,
    Emploi,
    Month,
    Year,
    Day,
    Hour,
    Htd,
    Pmss,
}

impl UnitFactor {
    /// Canonical spelling.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            UnitFactor::Euro => "€",
            UnitFactor::KiloEuro => "k€",
            UnitFactor::MegaEuro => "M€",
            UnitFactor::Percent => "%",
            UnitFactor::PerMille => "‰",
            UnitFactor::Point => "point",
            UnitFactor::GrossPoint => "IB",
            UnitFactor::Etp => "ETP",
            UnitFactor::Etpt => "ETPT",
            UnitFactor::Etpf => "ETPF",
            UnitFactor::Agent => "agent",
            UnitFactor::Emploi => "emploi",
            UnitFactor::Month => "mois",
            UnitFactor::Year => "an",
            UnitFactor::Day => "jour",
            UnitFactor::Hour => "heure",
            UnitFactor::Htd => "hTD",
            UnitFactor::Pmss => "PMSS",
        }
    }
}

/// A unit: the first factor, then those it is divided by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitExpr {
    /// Above the line first, then below.
    pub factors: Vec<UnitFactor>,
    /// The words.
    pub span: Span,
}

/// Two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// Words that add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Aggregate {
    Sum,
    Total,
    Mean,
    Cumulative,
    Share,
}

/// Words that look elsewhere in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// `du mois précédent`
    PreviousMonth,
    /// `de l'exercice précédent`
    PreviousYear,
    /// `du dernier mois payé`
    LastPaid,
    /// `en fin de mois`
    EndOfMonth,
    /// `en 12/2025`
    InMonth(Month),
    /// `en 2026`
    InYear(i32),
    /// `sur 2026`
    OverYear(i32),
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// `59,0734 €/point/an`
    Number(Exact, Option<UnitExpr>),
    /// `01/09/2026`
    Date(Date),
    /// `09/2026`
    Month(Month),
    /// `"…"`
    Text(String),
    /// `valeur_du_point`, `socle.point`
    Name(String),
    /// `?`
    Hole,
    /// `min(a ; b)`; a rounding word (`au centime`) may follow.
    Call {
        /// As written.
        name: Spanned<String>,
        /// Between the parentheses.
        arguments: Vec<Expr>,
    },
    /// `-x`
    Negate(Box<Expr>),
    /// `non x`
    Not(Box<Expr>),
    /// `a + b`
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// `x entre a et b`
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x dans (a ; b)`
    InList(Box<Expr>, Vec<Member>),
    /// `si c alors a sinon b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `selon` table: conditions and values, then `sinon`.
    Select(Vec<(Expr, Expr)>, Box<Expr>),
    /// `somme de x …`
    Aggregate {
        /// Which word.
        kind: Aggregate,
        /// Of what.
        operand: Box<Expr>,
        /// `pondérée par`
        weight: Option<Spanned<String>>,
        /// `dans la composante`
        within: Option<Spanned<String>>,
        /// `pour …`
        selection: Option<Selection>,
    },
    /// `x du mois précédent`
    Shifted(Box<Expr>, Shift),
    /// `x à défaut y`
    OrElse(Box<Expr>, Box<Expr>),
    /// `x au niveau composante`
    AtLevel(Box<Expr>, Spanned<String>),
    /// `x pour composante DROIT`
    Filtered(Box<Expr>, Selection),
    /// `x en k€`
    Convert(Box<Expr>, UnitExpr),
    /// `répartir x au prorata de y`
    Distribute(Spanned<String>, Spanned<String>),
}

use super::Member;
