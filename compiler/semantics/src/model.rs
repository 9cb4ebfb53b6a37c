//! The checked model: every name resolved, every unit and grain settled. Nothing optional "for now".

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{
    Aggregate, AggregateId, Aggregation, AttributeId, Base, Bracket, BracketId, Calendar, CalendarId, ColumnId, Distribution,
    DistributionId, Element, Feed, FormulaId, Grain, Hierarchy, Layer, Operator, Parameter, ParameterId, RoundingRule, Selection, Type,
    Unit,
};
use cadrage_source::{Span, Spanned};
use cadrage_value::{Date, Exact, Month};

use crate::movement::Movement;
use crate::overlay::{BeyondTexts, GridChange, Laid, PopulationChange, Reclassification};

/// A checked set of modules and scripts.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Modules read, in order.
    pub modules: Vec<Module>,
    /// What a scenario may change, by folded name.
    pub declared: BTreeMap<String, DeclaredName>,
    /// Constants and hypotheses.
    pub parameters: Vec<Parameter>,
    /// Bracketed scales.
    pub brackets: Vec<Bracket>,
    /// Calendars.
    pub calendars: Vec<Calendar>,
    /// Formulas, the hidden ones last.
    pub formulas: Vec<Formula>,
    /// What many rows make together.
    pub aggregates: Vec<Aggregate>,
    /// Amounts shared between agents.
    pub distributions: Vec<Distribution>,
    /// Pay elements declared.
    pub elements: Vec<Element>,
    /// Bases of contributions.
    pub bases: Vec<Base>,
    /// Index grids in force, those `en projet` left out.
    pub grids: Vec<Grid>,
    /// From indice brut to indice majoré.
    pub index_tables: Vec<IndexTable>,
    /// Reclassements in force for every scenario.
    pub reclassifications: Vec<Reclassification>,
    /// Named populations.
    pub populations: BTreeMap<String, Selection>,
    /// Scenarios.
    pub scenarios: Vec<Scenario>,
    /// Reports.
    pub reports: Vec<Report>,
    /// Tests.
    pub tests: Vec<Test>,
    /// Which finer codes the coarser ones group.
    pub hierarchy: Hierarchy,
    /// Overlaps that nothing settles, each complained about (E01): the session says who is in them.
    pub overlaps: Vec<UnsettledOverlap>,
    /// What must be there, and what stands for what is not.
    pub data: Vec<crate::data::DataRule>,
    /// Ceilings.
    pub envelopes: Vec<crate::envelopes::Envelope>,
    /// Forms, with what people typed.
    pub forms: Vec<crate::forms::Form>,
    /// How foreign files are read.
    pub interfaces: Vec<crate::interfaces::Interface>,
    /// Comparisons, explanations, goal seeks, sweeps.
    pub analyses: Vec<crate::analyses::Analysis>,
    /// What the console asks, when it does.
    pub question: Option<crate::question::Question>,
}

/// Two exceptions that meet without one being inside the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsettledOverlap {
    /// The main place of its complaint.
    pub span: Span,
    /// Whom both hold.
    pub both: Selection,
}

/// Something declared that a scenario may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredName {
    /// As declared.
    pub name: String,
    /// `constante`, `grille`…
    pub kind: &'static str,
    /// `ouverte`, `simulable`, `verrouillée`.
    pub openness: &'static str,
    /// Its module, empty for a script.
    pub module: String,
    /// Part of the library.
    pub library: bool,
    /// Where its name is.
    pub span: Span,
}

/// A module read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// `socle.point`.
    pub name: String,
    /// `2026.1`.
    pub version: String,
    /// Part of the library.
    pub library: bool,
}

/// A checked formula.
#[derive(Clone, Debug)]
pub struct Formula {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// Its module.
    pub module: String,
    /// Base unit.
    pub unit: Unit,
    /// Grain.
    pub grain: Grain,
    /// `pour`.
    pub scope: Selection,
    /// Most specific first, the default last.
    pub cases: Vec<(Selection, Expression)>,
    /// `arrondi`.
    pub rounding: Option<RoundingRule>,
    /// `alimente`.
    pub feeds: Option<Feed>,
    /// `sans rappel`.
    pub final_when_paid: bool,
    /// How it adds up.
    pub aggregation: Aggregation,
    /// Decree.
    pub source: Option<String>,
    /// Made for an expression inside another formula.
    pub hidden: bool,
    /// Where its name is declared.
    pub span: Span,
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Its type.
    pub ty: Type,
    /// Its grain.
    pub grain: Grain,
    /// The words.
    pub span: Span,
}

/// What an expression is; names are resolved, conversions are factors.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Number in base units.
    Literal(Exact),
    /// Truth value.
    Flag(bool),
    /// Column.
    Column(ColumnId),
    /// Constant or hypothesis.
    Parameter(ParameterId),
    /// Formula.
    Formula(FormulaId),
    /// Calendar share.
    Calendar(CalendarId),
    /// 1 to 12.
    MonthNumber,
    /// Year.
    Year,
    /// Attribute compared to codes.
    CodeIs(AttributeId, BTreeSet<String>),
    /// Box.
    In(Selection),
    /// Two operands.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// Sign.
    Negate(Box<Expression>),
    /// `non`.
    Not(Box<Expression>),
    /// Smallest.
    Min(Vec<Expression>),
    /// Largest.
    Max(Vec<Expression>),
    /// Without sign.
    Absolute(Box<Expression>),
    /// `ARRONDI(x ; n)`.
    Round(Box<Expression>, RoundingRule),
    /// `si`.
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `à défaut`.
    OrElse(Box<Expression>, Box<Expression>),
    /// `somme de … pour …`.
    SumSituations(Box<Expression>, Selection),
    /// `en fin de mois`.
    EndOfMonth(Box<Expression>),
    /// What many rows make together.
    Aggregate(AggregateId),
    /// A share of an amount.
    Distributed(DistributionId),
    /// `cumul de`.
    Cumulative(FormulaId),
    /// `sur AAAA`.
    OverYear(FormulaId, i32),
    /// `du mois précédent`.
    PreviousMonth(FormulaId),
    /// `de l'exercice précédent`.
    PreviousYear(FormulaId),
    /// `en MM/AAAA`.
    InMonth(FormulaId, Month),
    /// `du dernier mois payé`.
    LastPaid(FormulaId),
    /// `constaté(…)`.
    Observed(FormulaId),
    /// `recalculé(…)`.
    Recomputed(FormulaId),
    /// `assiette(…)`.
    Base(String),
    /// A scale.
    Brackets(BracketId, Box<Expression>, Option<usize>),
}

/// An index grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// As declared.
    pub name: String,
    /// Whose: grade codes, or national codes.
    pub key: GridKey,
    /// In order of date.
    pub versions: Vec<GridVersion>,
    /// Part of the library: the dossier's list prevails.
    pub library: bool,
    /// Where.
    pub span: Span,
}

/// Whose grid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GridKey {
    /// These grades of the institution.
    Grades(BTreeSet<String>),
    /// These national grade codes.
    National(BTreeSet<String>),
    /// A reference list of the dossier says.
    Table(String),
}

/// One version of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridVersion {
    /// First day.
    pub from: Date,
    /// Last day, of a version that nothing known follows at once.
    pub until: Option<Date>,
    /// Steps in order.
    pub steps: Vec<GridStep>,
    /// Decree.
    pub source: Option<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridStep {
    /// Échelon.
    pub echelon: String,
    /// Chevron, may be empty.
    pub chevron: String,
    /// Indice brut or letter.
    pub ib: String,
    /// Indice majoré.
    pub inm: Stated<i64>,
    /// Months in the step; nothing = the last one, or what follows is by choice.
    pub months: Stated<i32>,
    /// The words of its row.
    pub span: Span,
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated<T> {
    /// A value.
    Value(T),
    /// `?`: there is one, and nobody here knows it.
    Unknown,
    /// `-`: there is none.
    Nothing,
}

impl<T: Copy> Stated<T> {
    /// The value, when there is one and it is known.
    #[must_use]
    pub fn value(self) -> Option<T> {
        if let Stated::Value(x) = self { Some(x) } else { None }
    }
}

/// A dated table from indice brut, or letter and chevron, to indice majoré.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexTable {
    /// As declared.
    pub name: String,
    /// In order of date.
    pub versions: Vec<IndexVersion>,
    /// Part of the library: the dossier's tables prevail.
    pub library: bool,
    /// Where.
    pub span: Span,
}

/// One version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexVersion {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// By indice brut or letter, and chevron.
    pub indices: BTreeMap<(String, String), i64>,
}

/// A scenario with all it inherits and applies, ready to run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// Name of the parent.
    pub parent: Option<String>,
    /// Last constaté month.
    pub constate: Month,
    /// Observation date.
    pub observed: Date,
    /// Last projected month.
    pub until: Month,
    /// Months of right looked at for expected back pay; 0 = none.
    pub rappels: u32,
    /// What it lays over values, calendars, scales and formulas, in the order it applies: ancestors first, variants before the
    /// scenario's own sentences.
    pub layers: Vec<Laid<Layer>>,
    /// What it lays over grids, likewise.
    pub grids: Vec<Laid<GridChange>>,
    /// The reclassements it applies, those in force for everyone left out.
    pub reclassifications: Vec<Laid<Reclassification>>,
    /// Populations it changes.
    pub populations: Vec<Laid<PopulationChange>>,
    /// What it supposes that no text in force says.
    pub beyond_texts: Vec<BeyondTexts>,
    /// Movements, the parent's first.
    pub movements: Vec<Movement>,
    /// Composantes that are seen as another one, history included.
    pub merges: BTreeMap<String, String>,
    /// Names of the variants applied.
    pub variants: Vec<String>,
    /// Where its name is declared.
    pub span: Span,
}

/// A report, its cells as hidden formulas of their levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// Levels in rows, the whole institution first.
    pub levels: Vec<ReportLevel>,
    /// In the order written.
    pub columns: Vec<ReportColumn>,
    /// Names of the combinations of members in columns; one empty name when there is none.
    pub splits: Vec<String>,
    /// Measures, in the order written.
    pub measures: Vec<ReportMeasure>,
    /// The analysis it shows in the place of measures.
    pub analysis: Option<crate::report_analyses::ReportAnalysis>,
    /// The level that analysis is cut by, when it says one.
    pub analysis_level: Option<&'static str>,
    /// File of the dossier it is exported to.
    pub export: Option<Spanned<String>>,
    /// Where its name is declared.
    pub span: Span,
}

/// A level of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLevel {
    /// Its attribute; `None` for the whole institution.
    pub attribute: Option<AttributeId>,
    /// As named.
    pub word: String,
    /// How deep its rows are, 0 for the whole institution.
    pub depth: usize,
    /// The member of the level before it whose rows these are, for a level that no list puts under another: agents.
    pub within: Option<String>,
    /// By split, then by measure.
    pub formulas: Vec<Vec<FormulaId>>,
}

/// What a report shows in columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportColumn {
    /// Each month.
    Month,
    /// The exercice so far, after its last month.
    Cumulative,
    /// Each exercice.
    Year,
    /// Each scenario.
    Scenario,
    /// Each of these members.
    Members(AttributeId, Vec<String>),
}

/// A measure of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportMeasure {
    /// As written.
    pub text: String,
    /// Base unit.
    pub unit: Unit,
    /// The unit it is shown in (that of its declaration, or of `en k€`), and what one of it is in the base unit.
    pub shown: (String, Exact),
}

/// A checked test.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its title.
    pub title: String,
    /// Situations of its agents; what is expected is their sum.
    pub situations: Vec<TestSituation>,
    /// What must be found.
    pub expectations: Vec<Expectation>,
    /// A test by table: its cases, instead of situations and expectations.
    pub cases: Option<crate::test_tables::CaseTable>,
    /// Module or script.
    pub module: String,
    /// Where.
    pub span: Span,
}

/// A situation of a test's agent.
#[derive(Clone, Debug)]
pub struct TestSituation {
    /// Which agent of the test: each `soit` begins another, `puis` continues it.
    pub agent: usize,
    /// Codes by attribute.
    pub codes: BTreeMap<AttributeId, String>,
    /// Columns given.
    pub numbers: BTreeMap<ColumnId, Exact>,
    /// Formulas whose value is given.
    pub supplied: BTreeMap<FormulaId, Exact>,
    /// First day.
    pub from: Date,
    /// Last day (included).
    pub until: Date,
}

/// What a test expects.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// A month, or a year.
    pub period: Period,
    /// The formula.
    pub formula: FormulaId,
    /// Its value, base units.
    pub value: Exact,
    /// `à … près`.
    pub tolerance: Exact,
    /// Where.
    pub span: Span,
}

/// When a test looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A month.
    Month(Month),
    /// An exercice.
    Year(i32),
}
