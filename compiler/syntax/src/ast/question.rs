//! A line of the console that is no command: what is asked, for whom, when, by what.

use cadrage_source::{Span, Spanned};
use cadrage_value::Month;

use super::{Expr, Selection};

/// `masse_salariale / etpt pour composante SCIENCES sur 2027 par corps`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked, without what follows it.
    pub subject: Expr,
    /// `pour …`, of the whole question.
    pub selection: Option<Selection>,
    /// `en 10/2027`, `sur 2027`.
    pub when: Option<Spanned<When>>,
    /// `par …`: a level, `mois` or `exercice`.
    pub levels: Vec<Spanned<String>>,
    /// The words.
    pub span: Span,
}

/// When a question looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A month.
    Month(Month),
    /// An exercice.
    Year(i32),
}
