//! Ceilings, and who may change what.

use cadrage_source::{Span, Spanned};

use super::{Docs, Expr, Profile, Provenance, Selection};

/// `enveloppe x sur mesure`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Its name.
    pub name: Spanned<String>,
    /// The measure it bounds.
    pub measure: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `pour …`, `hors …`
    pub scope: Option<Selection>,
    /// `par composante`
    pub level: Option<Spanned<String>>,
    /// In the order written.
    pub ceilings: Vec<Ceiling>,
    /// `contrôle …`
    pub control: Option<Spanned<Control>>,
    /// In the order written.
    pub thresholds: Vec<Threshold>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `exercice 2026 : 1 812 ETPT`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Of what.
    pub target: CeilingTarget,
    /// How much.
    pub amount: Expr,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The words.
    pub span: Span,
}

/// What a ceiling is the ceiling of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CeilingTarget {
    /// `exercice 2026`
    Year(i32),
    /// `composante SCIENCES`
    Members(Profile),
}

/// How an envelope is compared with the measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// `contrôle mensuel`
    Monthly,
    /// `contrôle en moyenne`
    Mean,
    /// `contrôle cumulé`
    Cumulative,
}

/// `alerte à 98 %`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// How loud.
    pub kind: ThresholdKind,
    /// From which share of the ceiling.
    pub at: Expr,
    /// The words.
    pub span: Span,
}

/// How loud a threshold is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThresholdKind {
    /// `information`
    Information,
    /// `alerte`
    Alert,
    /// `blocage`
    Block,
}

/// `rôle contrôleur`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: Spanned<String>,
    /// In the order written.
    pub rights: Vec<Right>,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `peut modifier hypothèses ; mouvements`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// What may be done.
    pub verb: Spanned<String>,
    /// To what.
    pub targets: Vec<Spanned<String>>,
}
