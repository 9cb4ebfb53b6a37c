//! What configurators declare.

use cadrage_source::{Span, Spanned};
use cadrage_value::{Date, Month};

use super::{
    Bracket, Comparison, EntryForm, Envelope, Explanation, Expr, GoalSeek, Interface, Provenance, Reclassification, Report, Role, Scenario,
    Selection, Sweep, TableSource, Test, UnitExpr, Value,
};

/// A file as a list of declarations, in the order written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Declarations, invalid ones included.
    pub declarations: Vec<Declaration>,
}

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declaration {
    /// `module`
    Module(Module),
    /// `utiliser`
    Import(Import),
    /// `axe`
    Axis(Axis),
    /// `population`
    Population(Population),
    /// `constante`, `hypothèse`
    Value(Box<Value>),
    /// `barème`
    Bracket(Bracket),
    /// `grille`
    Grid(Grid),
    /// `calendrier`
    Calendar(Calendar),
    /// `élément`
    Element(Element),
    /// `donnée`
    Data(Box<Data>),
    /// `formule`
    Formula(Box<Formula>),
    /// `scénario`, `variante`
    Scenario(Scenario),
    /// `reclassement`
    Reclassification(Box<Reclassification>),
    /// `rôle`
    Role(Role),
    /// `test`
    Test(Test),
    /// `taire`
    Silence(Silence),
    /// Ceilings, reports, forms, files, analyses.
    Detailed(Detailed),
    /// Unreadable: already complained about.
    Invalid(Invalid),
}

/// Documentation fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs {
    /// `libellé`
    pub label: Option<Spanned<String>>,
    /// `note`
    pub note: Option<Spanned<String>>,
    /// `source`
    pub source: Option<Spanned<String>>,
    /// `publié le`
    pub published: Option<Date>,
    /// `payé en`
    pub paid: Option<Spanned<Month>>,
    /// `vérifiée le`
    pub verified: Option<Spanned<Date>>,
    /// `ouverte`, `simulable`, `verrouillée`
    pub visibility: Option<Spanned<Visibility>>,
}

/// Who may change it (decision D29).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Anyone, in a scenario.
    Open,
    /// In a scenario, marked.
    Simulable,
    /// Only its module.
    Locked,
}

/// `module socle.point version "2026.1"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its name.
    pub name: Spanned<String>,
    /// Its version.
    pub version: Spanned<String>,
    /// The words.
    pub span: Span,
}

/// `utiliser …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module.
    pub name: Spanned<String>,
    /// Its exact version.
    pub version: Spanned<String>,
    /// The words.
    pub span: Span,
}

/// `axe`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Its name.
    pub name: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// From the top.
    pub levels: Vec<Spanned<String>>,
    /// Its documentation; `source` is the list of its members.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `population x = …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// Its name.
    pub name: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// Who.
    pub selection: Selection,
    /// The words.
    pub span: Span,
}

/// A version of a grid: header and rows of cells as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridVersion {
    /// `à compter du`, or the first day of `du … au …`
    pub from: Date,
    /// Last day of `du … au …`
    pub until: Option<Date>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Rows; the first is the header.
    pub rows: Vec<Vec<Spanned<String>>>,
}

/// `grille`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Its name.
    pub name: Spanned<String>,
    /// `pour …`; none when a list says.
    pub selection: Option<Selection>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// A list it reads.
    pub table: Option<TableSource>,
    /// In the order written.
    pub versions: Vec<GridVersion>,
    /// `en projet`: in force only where a scenario applies it.
    pub planned: bool,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `calendrier x : 02 : 40 % ; 07 : 60 %`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its name.
    pub name: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// Month (1 to 12) and share.
    pub shares: Vec<(Spanned<u32>, Expr)>,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `élément 101000 "…"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Rubrique.
    pub code: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `famille`
    pub family: Option<Spanned<String>>,
    /// `assiettes`
    pub bases: Vec<Spanned<String>>,
    /// `compte titulaire x ; contractuel y`
    pub accounts: Vec<(Spanned<String>, Spanned<String>)>,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// How a measure adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModeKind {
    /// `somme`
    Sum,
    /// `moyenne [pondérée par x]`
    Mean(Option<Spanned<String>>),
    /// `dernier`
    Last,
    /// `distincte`
    Distinct,
    /// `aucune`
    None,
    /// `rapport a / b`
    Ratio(Spanned<String>, Spanned<String>),
}

/// `agrégation … ; temps …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Over people and structures.
    pub space: ModeKind,
    /// Over months.
    pub time: Option<ModeKind>,
    /// The words.
    pub span: Span,
}

/// `donnée`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// Its name.
    pub name: Spanned<String>,
    /// `en …`; none for a pure number.
    pub unit: Option<UnitExpr>,
    /// `par …`
    pub grain: Option<Spanned<String>>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `agrégation`
    pub mode: Option<Mode>,
    /// `obligatoire [pour …]`
    pub required: Option<(Span, Option<Selection>)>,
    /// `à défaut …`
    pub fallback: Option<Expr>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `sauf pour S : x`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionLine {
    /// For whom.
    pub selection: Selection,
    /// Its value.
    pub value: Expr,
    /// The words.
    pub span: Span,
}

/// Which way `arrondi` goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundWord {
    /// `arrondi`
    Nearest,
    /// `arrondi inférieur`
    Down,
    /// `arrondi supérieur`
    Up,
}

/// `arrondi au centime`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// Which way.
    pub word: RoundWord,
    /// Decimal places of the declared unit.
    pub digits: u32,
    /// The words.
    pub span: Span,
}

/// `alimente …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedTarget {
    /// `rubrique 101000 [compte …]`
    Rubriques(Vec<Spanned<String>>, Option<Spanned<String>>),
    /// `emploi etpt`
    Job(Spanned<String>),
}

/// `formule`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Its name.
    pub name: Spanned<String>,
    /// `en …`; none for a pure number.
    pub unit: UnitExpr,
    /// `par …`
    pub grain: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `pour …`
    pub scope: Option<Selection>,
    /// `= …`; several are an error of the checker.
    pub equations: Vec<Expr>,
    /// `sauf pour …`
    pub exceptions: Vec<ExceptionLine>,
    /// `arrondi …`
    pub rounding: Option<Rounding>,
    /// `alimente …`
    pub feeds: Option<(FeedTarget, Span)>,
    /// `agrégation …`
    pub mode: Option<Mode>,
    /// `sans rappel`
    pub final_when_paid: bool,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `taire D06 dans prime "…"`: a message that its author has read and accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Which message.
    pub code: Spanned<String>,
    /// In which declaration; in the whole file when absent.
    pub within: Option<Spanned<String>>,
    /// Why.
    pub reason: Spanned<String>,
    /// The words.
    pub span: Span,
}

/// A declaration of what stands beside the formulas: ceilings, reports, forms, files, analyses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detailed {
    /// Its head word: `enveloppe`, `restitution`…
    pub construct: &'static str,
    /// Its name, when it has one.
    pub name: Option<Spanned<String>>,
    /// What it says.
    pub detail: Detail,
    /// The words of its first line.
    pub span: Span,
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// `enveloppe`
    Envelope(Box<Envelope>),
    /// `restitution`
    Report(Box<Report>),
    /// `interface`
    Interface(Box<Interface>),
    /// `saisie`
    EntryForm(Box<EntryForm>),
    /// `comparer`
    Comparison(Box<Comparison>),
    /// `expliquer`
    Explanation(Box<Explanation>),
    /// `chercher`
    GoalSeek(Box<GoalSeek>),
    /// `balayer`
    Sweep(Box<Sweep>),
}

/// An unreadable declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The name it declares, when that much could be read: uses of it are not complained about again.
    pub name: Option<String>,
    /// The words.
    pub span: Span,
}
