//! What people type by hand, and grids that change shape.

use cadrage_source::{Span, Spanned};
use cadrage_value::Date;

use super::{Docs, Member, Profile, Provenance, UnitExpr};

/// `saisie x`: what people type by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryForm {
    /// Its name.
    pub name: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `par composante ; mois`
    pub keys: Vec<Spanned<String>>,
    /// In the order written.
    pub fields: Vec<EntryField>,
    /// `alimente …`
    pub feeds: Option<Profile>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `champ montant en € obligatoire`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryField {
    /// Its name.
    pub name: Spanned<String>,
    /// `en …`
    pub unit: Option<UnitExpr>,
    /// `parmi (…)`
    pub choices: Vec<Member>,
    /// `obligatoire`
    pub required: bool,
    /// The words.
    pub span: Span,
}

/// `reclassement x de grade A vers grade B à compter du D`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclassification {
    /// Its name.
    pub name: Spanned<String>,
    /// Axis and code it leaves.
    pub from: (Spanned<String>, Spanned<String>),
    /// Axis and code it goes to.
    pub to: (Spanned<String>, Spanned<String>),
    /// `à compter du`
    pub date: Date,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Rows; the first is the header.
    pub rows: Vec<Vec<Spanned<String>>>,
    /// `en projet`: applied only where a scenario applies it.
    pub planned: bool,
    /// Its documentation.
    pub docs: Docs,
    /// A row of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}
