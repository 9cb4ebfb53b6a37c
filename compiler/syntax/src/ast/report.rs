//! What is shown: reports, comparisons, explanations, goal seeks, sweeps.

use cadrage_source::{Span, Spanned};

use super::{Docs, Expr, MovementClause, Selection};

/// `restitution`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its name.
    pub name: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `lignes structure [jusqu'à composante]`
    pub rows: Option<(Spanned<String>, Option<Spanned<String>>)>,
    /// `colonnes mois ; cumul`
    pub columns: Vec<Spanned<String>>,
    /// `mesures etpt ; masse_salariale`
    pub measures: Vec<Expr>,
    /// `analyse mouvements [par groupe]`: in the place of rows, columns and measures.
    pub analysis: Option<(Spanned<String>, Option<Spanned<String>>)>,
    /// `pour …`
    pub scope: Option<Selection>,
    /// `exporter "…"`
    pub export: Option<Spanned<String>>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `comparer b avec a sur mesure par composante décomposé en …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The scenario compared.
    pub scenario: Spanned<String>,
    /// What it is compared with.
    pub reference: Spanned<String>,
    /// On what.
    pub measure: Spanned<String>,
    /// `par …`
    pub level: Option<Spanned<String>>,
    /// `décomposé en …`
    pub effects: Vec<Spanned<String>>,
    /// The words.
    pub span: Span,
}

/// `expliquer …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What to explain.
    pub subject: Expr,
    /// `l'écart … entre a et b`: the two scenarios.
    pub between: Option<(Spanned<String>, Spanned<String>)>,
    /// `par …`
    pub level: Option<Spanned<String>>,
    /// The words.
    pub span: Span,
}

/// `chercher x dans s tel que …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalSeek {
    /// What may move.
    pub target: Moved,
    /// In which scenario.
    pub scenario: Spanned<String>,
    /// `entre a et b`
    pub bounds: Option<(Expr, Expr)>,
    /// `pas c`
    pub step: Option<Expr>,
    /// What must hold: an equality, or a measure alone when it must not change.
    pub goal: Expr,
    /// `inchangée`
    pub unchanged: bool,
    /// The words.
    pub span: Span,
}

/// What a search or a sweep moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// A constant or a hypothesis.
    Name(Spanned<String>),
    /// Movements that happen together, one of which has `?` in the place of a number or of a date.
    Movements(Vec<MovementClause>),
}

/// `balayer x dans s majorer de a à b pas c`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// One, or two whose values are crossed.
    pub axes: Vec<SweepAxis>,
    /// `sur m ; n`: what is shown.
    pub measures: Vec<Expr>,
    /// `sur 2027`
    pub year: Option<Spanned<i32>>,
    /// The words.
    pub span: Span,
}

/// `x dans s majorer de a à b pas c`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepAxis {
    /// What moves.
    pub target: Moved,
    /// In which scenario.
    pub scenario: Spanned<String>,
    /// How it moves.
    pub kind: SweepKind,
    /// First value.
    pub from: Expr,
    /// Last value.
    pub to: Expr,
    /// From one to the next.
    pub step: Expr,
    /// The words.
    pub span: Span,
}

/// How a sweep moves its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepKind {
    /// `de a à b`: takes the values.
    Set,
    /// `majorer de a à b`
    Raise,
    /// `minorer de a à b`
    Lower,
}
