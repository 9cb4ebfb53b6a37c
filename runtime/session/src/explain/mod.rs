//! Where a figure comes from (decision 0190): one cell as the tree of its sentences, an aggregate as what contributes to it, a difference
//! down to the agents and to the first sentence that parts. The same plain data for the terminal, JSON, pages and the console.

mod aggregate;
mod cell;
mod document;
mod gap;
mod ground;
mod json;
mod lines;
mod made_up;
mod merged;
mod parameter;
mod place;
mod request;
mod shown;
mod steps;
mod text;
mod why_empty;

use cadrage_value::Exact;

pub use document::explanations_document;
pub use gap::explain_gap;
pub use ground::Explainer;
pub use made_up::explain_made_up;
pub use request::{ExplainRequest, MOST, declared_explanations};

/// A figure explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What was asked, as written.
    pub question: String,
    /// The scenario it is of; two for a difference.
    pub scenarios: Vec<String>,
    /// How the question was understood: grain, unit, period, who.
    pub understood: String,
    /// The figure, and what it is made of.
    pub root: Entry,
    /// The constants and hypotheses that carry it: those its sentences read, whoever it is summed over.
    pub carriers: Vec<Entry>,
    /// How many values are « manquant ».
    pub missing: usize,
    /// What to know.
    pub notes: Vec<String>,
}

/// A figure of an explanation, and what it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The words that read it in the sentence above; its name where no sentence does.
    pub words: String,
    /// What it is.
    pub name: String,
    /// Displayed; empty when it is only named.
    pub label: String,
    /// Its value.
    pub value: Shown,
    /// How its value follows from its entries.
    pub rule: Rule,
    /// The sentence that computes it; empty when none does.
    pub sentence: String,
    /// `arrondi au centime`, one for each formula that rounds: a replaced one and the one that replaces it.
    pub rounded: Vec<String>,
    /// The value before it was rounded, when that changes it.
    pub unrounded: String,
    /// `socle.point:8`: module, or script, and line.
    pub place: String,
    /// `socle/point.cadrage:8`
    pub location: String,
    /// Decree, deliberation…
    pub source: String,
    /// Who set it, when a scenario did: `budget_2027`, `variante plan_sciences`.
    pub layer: String,
    /// Does it depart from what is in force?
    pub mark: Mark,
    /// What there is to say of it: grid, observation, months.
    pub remarks: Vec<String>,
    /// The exception chosen and those that were not.
    pub choices: Vec<Choice>,
    /// What it is made of.
    pub entries: Vec<Entry>,
}

/// A value as people read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Exactly: `2 347,51 €`, `6/7`, `vrai`, `sans objet`, `manquant`; empty when it may not be told.
    pub text: String,
    /// About, when the exact one is a fraction: `85,71 %`.
    pub about: String,
    /// In base units, when it is a number.
    pub exact: Option<Exact>,
    /// The unit of the text.
    pub unit: String,
}

/// How the value of an entry follows from its entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// It does not: it is given, observed or declared. Its entries say where from.
    #[default]
    Given,
    /// The sentence, its words replaced by the values of the entries, then rounded.
    Sentence,
    /// The entries added up; « sans objet » counts for 0.
    Sum,
    /// The first entry over the second.
    Quotient,
    /// Their mean.
    Mean,
    /// The last one.
    Last,
    /// The parts of a scale added up; the first entry is the base they are cut from.
    Slices,
    /// Each entry is the whole value, cut in its own way.
    Cuts,
    /// Distinct agents, counted once: members may have some in common.
    Heads,
    /// A mean weighted by something else than the entries.
    Weighted,
    /// What parts two values: entries are the differences of each, and need not add up.
    Gap,
}

/// Does a value depart from what is in force?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// No.
    #[default]
    None,
    /// It is supposed: a hypothesis, or a change of a scenario.
    Hypothesis,
    /// It is supposed, and no text in force says so.
    BeyondTexts,
}

impl Mark {
    /// As printed.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Mark::None => "",
            Mark::Hypothesis => "⚠ hypothèse",
            Mark::BeyondTexts => "⚠ hors textes",
        }
    }
}

/// A case that could give the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whom it is for: `corps PR`, `par défaut`.
    pub whom: String,
    /// What it says.
    pub says: String,
    /// Module or script, and line.
    pub place: String,
    /// Why it gives the value, or not.
    pub reason: String,
    /// Does it give the value?
    pub chosen: bool,
}

impl Explanation {
    /// All entries, each before what it is made of.
    pub fn each<'e>(&'e self, tell: &mut dyn FnMut(&'e Entry)) {
        self.root.each(tell);
        self.carriers.iter().for_each(|c| c.each(tell));
    }
}

impl Entry {
    /// This one, then what it is made of.
    pub fn each<'e>(&'e self, tell: &mut dyn FnMut(&'e Entry)) {
        tell(self);
        self.entries.iter().for_each(|e| e.each(tell));
    }
}
