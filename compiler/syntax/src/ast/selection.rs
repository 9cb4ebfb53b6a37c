//! Selections: criteria joined by `et`.

use cadrage_source::{Span, Spanned};

use super::{BinaryOperator, Expr};

/// `groupe BIATSS et statut TITULAIRE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// All must hold.
    pub criteria: Vec<Criterion>,
    /// The words.
    pub span: Span,
}

/// One criterion, maybe negated by `hors`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// `hors`
    pub negated: bool,
    /// What it asks.
    pub kind: CriterionKind,
    /// The words.
    pub span: Span,
}

/// What a criterion asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CriterionKind {
    /// `corps (PR ; MCF)`
    Members(Spanned<String>, Vec<Member>),
    /// `âge >= 65 ans`
    Compare(Spanned<String>, BinaryOperator, Box<Expr>),
    /// `âge entre 60 ans et 65 ans`
    Between(Spanned<String>, Box<Expr>, Box<Expr>),
    /// `seniors_pr`
    Named(Spanned<String>),
}

/// A member of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// `MCF_CN`
    Code(Spanned<String>),
    /// `"Maître de conférences classe normale"`
    Label(Spanned<String>),
    /// `3 à 5`
    Range(i64, i64, Span),
}

impl Member {
    /// The words.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Member::Code(s) | Member::Label(s) => s.span,
            Member::Range(_, _, span) => *span,
        }
    }
}
