//! Dated values: constants, hypotheses, scales.

use cadrage_source::{Span, Spanned};
use cadrage_value::Date;

use super::{Docs, Expr, Selection, UnitExpr};

/// Which head word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `constante`
    Constant,
    /// `hypothèse`
    Hypothesis,
}

/// Source, publication and payment of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// `source "…"`
    pub source: Option<Spanned<String>>,
    /// `publié le`
    pub published: Option<Date>,
    /// `payé en`
    pub paid: Option<Spanned<cadrage_value::Month>>,
}

/// How a line of values is introduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// `à compter du D [pour S]`
    From(Date, Option<Selection>),
    /// `par défaut`
    Default,
    /// `sauf pour S`
    Except(Selection),
}

/// One line of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How it is introduced.
    pub kind: EntryKind,
    /// The value.
    pub value: Expr,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The words.
    pub span: Span,
}

/// `valeurs de "…" pour rubrique 202200`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSource {
    /// The list.
    pub path: Spanned<String>,
    /// Which rows.
    pub filter: Option<Selection>,
    /// The words.
    pub span: Span,
}

/// What a value that changes inside a month is worth that month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithinMonth {
    /// `prorata`: each value for its thirtieths.
    Prorata,
    /// `mois suivant`: the new value from the month after.
    NextMonth,
}

/// A constant or a hypothesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Which head word.
    pub kind: ValueKind,
    /// Its name.
    pub name: Spanned<String>,
    /// `en …`
    pub unit: UnitExpr,
    /// `locale`
    pub local: bool,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// Its lines.
    pub entries: Vec<Entry>,
    /// A list it reads.
    pub table: Option<TableSource>,
    /// `entre a et b`
    pub bounds: Option<(Expr, Expr)>,
    /// `précision n décimales`
    pub precision: Option<u32>,
    /// `prorata`, `mois suivant`
    pub within_month: Option<WithinMonth>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// One bracket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BracketLine {
    /// `jusqu'à x`; `None` = `au-delà`.
    pub up_to: Option<Expr>,
    /// Its rate.
    pub rate: Expr,
    /// The words.
    pub span: Span,
}

/// A version of a scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BracketVersion {
    /// `à compter du`
    pub from: Date,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Brackets in order.
    pub lines: Vec<BracketLine>,
}

/// `barème`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Its name.
    pub name: Spanned<String>,
    /// `en …`
    pub unit: UnitExpr,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// In the order written.
    pub versions: Vec<BracketVersion>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}
