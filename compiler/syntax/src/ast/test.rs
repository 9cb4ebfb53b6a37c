//! `test`: made-up agents, or a file of cases, and what is expected of them.

use cadrage_source::{Span, Spanned};
use cadrage_value::{Date, Month};

use super::{Expr, Member, Profile, UnitExpr};

/// `soit un agent …` and its `puis …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Who he is.
    pub profile: Profile,
    /// From.
    pub from: Option<Date>,
    /// To, included.
    pub until: Option<Date>,
    /// `puis`: what is not said is as before.
    pub then: bool,
    /// The words.
    pub span: Span,
}

/// When a test looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestPeriod {
    /// `en 03/2026`
    Month(Month),
    /// `sur 2026`
    Year(i32),
}

/// What an expectation compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `= 48 €`
    Value(Expr),
    /// `= colonne "traitement" en €`, or its opposite
    Column {
        /// `- colonne`: the file has the other sign.
        negative: bool,
        /// Its header.
        header: Spanned<String>,
        /// `en …`
        unit: Option<UnitExpr>,
    },
}

/// `sauf colonne "ecart" [parmi (…)]`: cases looked at apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The column that says why; empty = not apart.
    pub header: Spanned<String>,
    /// Only for these reasons; none = for any.
    pub reasons: Vec<Member>,
    /// The words.
    pub span: Span,
}

/// `cas "fichier.csv" [séparateur ","]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Its path, from the script's folder.
    pub path: Spanned<String>,
    /// When it is not `;`.
    pub separator: Option<Spanned<String>>,
    /// The words.
    pub span: Span,
}

/// `colonne inm = "indice" [en …] [selon …] [à défaut "…"]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseColumn {
    /// What it is for us: an attribute, a datum, a formula, `mois`, `exercice`, `début`, `fin`, `repère`.
    pub name: Spanned<String>,
    /// What the file calls it.
    pub header: Spanned<String>,
    /// `en …`
    pub unit: Option<UnitExpr>,
    /// Text of the file, and code.
    pub mapping: Vec<(Spanned<String>, Spanned<String>)>,
    /// Read where the cell is empty.
    pub fallback: Option<Spanned<String>>,
    /// The words.
    pub span: Span,
}

/// `en M attendre x = v`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// When; a test by table may take it from a column.
    pub period: Option<TestPeriod>,
    /// What.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Expected,
    /// `à x près`
    pub tolerance: Option<Expr>,
    /// `sauf colonne …`, for this measure only.
    pub aside: Option<SetAside>,
    /// The words.
    pub span: Span,
}

/// `test "…"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Its title.
    pub title: Spanned<String>,
    /// Its agent.
    pub situations: Vec<Situation>,
    /// `cas "…"`; several are an error of the checker.
    pub files: Vec<CaseFile>,
    /// `colonne …`
    pub columns: Vec<CaseColumn>,
    /// `sauf colonne …`, for all measures.
    pub asides: Vec<SetAside>,
    /// What it expects.
    pub expectations: Vec<Expect>,
    /// A clause was unreadable.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}
