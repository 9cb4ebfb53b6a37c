//! What controllers write: scenarios, variants, movements.

use cadrage_source::{Span, Spanned};
use cadrage_value::{Date, Exact, Month};

use super::{BracketLine, Docs, Expr, Provenance, Selection, UnitExpr};

/// `scénario` or `variante`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// A `variante`.
    pub variant: bool,
    /// Its name.
    pub name: Spanned<String>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `hérite de`
    pub parent: Option<Spanned<String>>,
    /// In the order written.
    pub clauses: Vec<Clause>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// A sentence of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// `constaté jusqu'à M observé au D`
    Constate(Spanned<Month>, Spanned<Date>),
    /// `projeter jusqu'à M`
    Project(Spanned<Month>),
    /// `rappels attendus sur n mois`
    Rappels(Spanned<u32>),
    /// `modifier …`
    Modify(Modify),
    /// `modifier population x = …`
    Population(ModifyPopulation),
    /// `remplacer x par y`
    Replace(Replace),
    /// `appliquer x`
    Apply(Spanned<String>),
    /// `recruter …`
    Movement(Box<MovementClause>),
    /// `annuler les entrées …`, `décaler les sorties …`
    Flow(FlowClause),
    /// `remplacer 1 sortie sur 2 …`
    Replacement(ReplacementClause),
    /// `fusionner composante x dans composante y`
    Merge(MergeClause),
}

/// `fusionner composante LETTRES dans composante SHS`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeClause {
    /// Axis and member that is absorbed.
    pub absorbed: (Spanned<String>, Spanned<String>),
    /// Axis and member that it becomes.
    pub into: (Spanned<String>, Spanned<String>),
    /// Why.
    pub provenance: Provenance,
    /// The words.
    pub span: Span,
}

/// `annuler les entrées pour …`, `décaler les sorties … de 3 mois`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowClause {
    /// Entries or exits.
    pub flow: Flow,
    /// `annuler`, not `décaler`.
    pub cancel: bool,
    /// In the order written.
    pub complements: Vec<Complement>,
    /// The words.
    pub span: Span,
}

/// `remplacer 1 sortie sur 2 pour … par … après 4 mois`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacementClause {
    /// 1 and 2; `None` for `les sorties`.
    pub ratio: Option<(u32, u32)>,
    /// In the order written.
    pub complements: Vec<Complement>,
    /// The words.
    pub span: Span,
}

/// Announced movements a scenario can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// `entrées`
    Entries,
    /// `sorties`
    Exits,
}

/// How a value changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModifyChange {
    /// `= x`
    Set(Expr),
    /// `majorer de x`
    Raise(Expr),
    /// `minorer de x`
    Lower(Expr),
    /// `au moins x`: what is below is raised to it.
    AtLeast(Expr),
    /// `au plus x`: what is above is lowered to it.
    AtMost(Expr),
    /// `= 07 : 60 % ; 12 : 40 %`: new shares of a calendar.
    Shares(Vec<(Spanned<u32>, Expr)>),
    /// `= jusqu'à 1 PMSS : 4,20 % ; …`: a whole version of a scale.
    Brackets(Vec<BracketLine>),
}

/// `modifier x …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modify {
    /// What.
    pub target: Spanned<String>,
    /// `tranche 2` of a scale, from 1.
    pub bracket: Option<Spanned<u32>>,
    /// `pour …`
    pub selection: Option<Selection>,
    /// `partout`
    pub everywhere: bool,
    /// `à compter du`, `du … au …`
    pub from: Option<Date>,
    /// Last day, included.
    pub until: Option<Date>,
    /// How.
    pub change: ModifyChange,
    /// Why.
    pub provenance: Provenance,
    /// The words.
    pub span: Span,
}

/// `modifier population x = …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyPopulation {
    /// Which.
    pub name: Spanned<String>,
    /// Who it is in the scenario.
    pub selection: Selection,
    /// Why.
    pub provenance: Provenance,
    /// The words.
    pub span: Span,
}

/// `remplacer ifse par ifse_réforme à compter du D`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// The formula replaced.
    pub old: Spanned<String>,
    /// The formula used instead.
    pub new: Spanned<String>,
    /// From.
    pub from: Option<Date>,
    /// Last day, included.
    pub until: Option<Date>,
    /// Why.
    pub provenance: Provenance,
    /// The words.
    pub span: Span,
}

/// An infinitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `recruter`
    Hire,
    /// `faire partir`
    Leave,
    /// `promouvoir`
    Promote,
    /// `muter`
    Move,
    /// `transformer`
    Transform,
    /// `changer la quotité de`
    ChangeTime,
}

impl Verb {
    /// As written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Verb::Hire => "recruter",
            Verb::Leave => "faire partir",
            Verb::Promote => "promouvoir",
            Verb::Move => "muter",
            Verb::Transform => "transformer",
            Verb::ChangeTime => "changer la quotité de",
        }
    }
}

/// Whom or what a movement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `l'agent 00184213`
    Member(Spanned<String>, Spanned<String>),
    /// `grade MCF_CN échelon 2 …`
    Profile(Profile),
    /// `les agents`
    Everyone,
}

/// Pairs of a profile.
pub type Profile = Vec<(Spanned<String>, ProfileValue)>;

/// What a profile says of an attribute or a datum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileValue {
    /// `grade MCF_CN`
    Code(Spanned<String>),
    /// `"Maître de conférences…"`
    Label(Spanned<String>),
    /// `quotité 80 %`, `inm 500`
    Number(Exact, Option<UnitExpr>, Span),
}

/// What follows a movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complement {
    /// `pour …`
    For(Selection),
    /// `vers …`
    To(Profile),
    /// `à compter du D`
    From(Date),
    /// `au D`
    On(Date),
    /// `à 80 %`, `à 67 ans`, `à 6 ans d'ancienneté`
    At(Exact, Option<UnitExpr>, Option<Spanned<String>>),
    /// `au terme de leur contrat`
    AtTerm,
    /// `de 3 mois`
    By(Expr),
    /// `du D au D`
    Between(Date, Date),
    /// `par grade MCF_CN`
    With(Profile),
    /// `après 4 mois`
    After(Exact, Option<UnitExpr>),
    /// `motif x`
    Motive(Spanned<String>),
    /// `choisis par x décroissant`
    Chosen(Spanned<String>, bool),
    /// `jusqu'à D`
    Until(Date),
    /// `source "…"`
    Source(Provenance),
}

/// What `?` stands for in a movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// `? agents`
    Number(UnitExpr),
    /// `à compter du ?`
    From,
    /// `au ?`
    On,
}

/// A movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovementClause {
    /// What happens.
    pub verb: Spanned<Verb>,
    /// `3 agents`, `1,5 ETP`
    pub quantity: Option<(Exact, Option<UnitExpr>)>,
    /// Whom.
    pub target: Option<Target>,
    /// In the order written.
    pub complements: Vec<Complement>,
    /// `?`, in a sentence of `chercher` or `balayer` only.
    pub sought: Vec<Spanned<Sought>>,
    /// The words.
    pub span: Span,
}
