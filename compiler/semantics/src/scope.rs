//! What names stand for. Accents and case do not count.

use std::collections::BTreeMap;

use cadrage_ir::{
    ATTRIBUTES, Aggregate, AttributeId, BracketId, COLUMNS, CalendarId, ColumnId, Distribution, FormulaId, Grain, ParameterId, Selection,
    Unit,
};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::Mode;
use cadrage_syntax::fold;

use crate::level_cells::LevelCell;
use crate::model::{Formula, UnsettledOverlap};
use crate::{Members, suggest};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Column(ColumnId),
    Parameter(ParameterId),
    Formula(FormulaId),
    Calendar(CalendarId),
    Bracket(BracketId),
    Population,
    Axis,
    Grid,
    Reclassification,
    Scenario,
    Variant,
    Report,
    /// An envelope, a report, a form, an interface: no value.
    Other,
    /// Declared, but refused: uses are not complained about again.
    Poisoned,
}

/// What other formulas may know of a formula before it is checked.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) grain: Grain,
    pub(crate) fed: bool,
    /// The unit as declared, and what one of it is in the base unit.
    pub(crate) written: Option<(String, cadrage_value::Exact)>,
    /// `agrégation`, as written: resolved when something aggregates it.
    pub(crate) mode: Option<Mode>,
}

/// Everything names can mean, and all the complaints so far.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    names: BTreeMap<String, (Symbol, String, Span)>,
    pub(crate) headers: Vec<Header>,
    /// By parameter: is it a hypothesis?
    pub(crate) hypotheses: Vec<bool>,
    pub(crate) parameter_units: Vec<(Unit, String)>,
    /// Names of the parameters and the boxes of their exceptions, once read.
    pub(crate) parameter_boxes: Vec<(String, Vec<Selection>)>,
    pub(crate) populations: BTreeMap<String, Selection>,
    pub(crate) bases: Vec<String>,
    /// Formulas made for expressions inside others, in order of id after those declared.
    pub(crate) hidden: Vec<Formula>,
    /// By name of the envelope.
    pub(crate) envelope_cells: BTreeMap<String, Vec<LevelCell>>,
    /// By place of the comparison: what it reads, or why it cannot be read.
    pub(crate) comparison_cells: BTreeMap<Span, Result<Vec<LevelCell>, Vec<Diagnostic>>>,
    /// What `chercher` and `balayer` measure, for the whole institution, by the place of its words.
    pub(crate) trial_cells: BTreeMap<Span, FormulaId>,
    pub(crate) hidden_by_words: BTreeMap<(String, Grain), FormulaId>,
    pub(crate) aggregates: Vec<Aggregate>,
    pub(crate) distributions: Vec<Distribution>,
    /// Inside a report: the level and the box that names are aggregated in.
    pub(crate) cell: Option<(Grain, Selection)>,
    /// `agrégation` of declared data.
    pub(crate) column_modes: BTreeMap<ColumnId, Mode>,
    /// Level words that are another name of an attribute, folded.
    pub(crate) level_words: BTreeMap<String, String>,
    pub(crate) members: &'a Members,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) overlaps: Vec<UnsettledOverlap>,
    /// A library module is being read: codes that the dossier does not use are not mistakes.
    pub(crate) library: bool,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(members: &'a Members) -> Self {
        Scope {
            names: BTreeMap::new(),
            headers: Vec::new(),
            hypotheses: Vec::new(),
            parameter_units: Vec::new(),
            parameter_boxes: Vec::new(),
            populations: BTreeMap::new(),
            bases: Vec::new(),
            hidden: Vec::new(),
            envelope_cells: BTreeMap::new(),
            comparison_cells: BTreeMap::new(),
            trial_cells: BTreeMap::new(),
            hidden_by_words: BTreeMap::new(),
            aggregates: Vec::new(),
            distributions: Vec::new(),
            cell: None,
            column_modes: BTreeMap::new(),
            level_words: BTreeMap::new(),
            members,
            diagnostics: Vec::new(),
            overlaps: Vec::new(),
            library: false,
        }
    }

    pub(crate) fn complain(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Declares a name; twice is an error.
    pub(crate) fn declare(&mut self, name: &Spanned<String>, symbol: Symbol) -> bool {
        let folded = fold(&name.value);
        if let Some((_, first, span)) = self.names.get(&folded) {
            let spelling =
                if *first == name.value { String::new() } else { " : les accents et la casse ne distinguent pas deux noms".to_owned() };
            let diagnostic = Diagnostic::new(Code::N02, format!("`{}` est déclaré deux fois{spelling}", name.value), name.span)
                .here("ici encore")
                .label(*span, format!("`{first}` est déclaré ici"))
                .help("renommez l'un des deux ; pour essayer une autre valeur, `modifier` dans un scénario");
            self.diagnostics.push(diagnostic);
            return false;
        }
        self.names.insert(folded, (symbol, name.value.clone(), name.span));
        true
    }

    pub(crate) fn poison(&mut self, name: &str, span: Span) {
        self.names.insert(fold(name), (Symbol::Poisoned, name.to_owned(), span));
    }

    pub(crate) fn get(&self, name: &str) -> Option<Symbol> {
        self.names.get(&fold(name)).map(|(s, _, _)| *s)
    }

    /// Where a name is declared.
    pub(crate) fn declared_at(&self, name: &str) -> Option<Span> {
        self.names.get(&fold(name)).map(|(_, _, span)| *span)
    }

    /// Every declared name, in order.
    pub(crate) fn declared_names(&self) -> impl Iterator<Item = (Symbol, &str)> {
        self.names.values().map(|(symbol, name, _)| (*symbol, name.as_str()))
    }

    pub(crate) fn header(&self, id: FormulaId) -> Option<&Header> {
        self.headers.get(id.index())
    }

    /// `N01`, with the nearest known names; nothing when the name is poisoned.
    pub(crate) fn unknown(&mut self, name: &str, span: Span) {
        let known = self.names.values().filter(|(s, _, _)| *s != Symbol::Poisoned).map(|(_, n, _)| n.as_str());
        let all = known.chain(ATTRIBUTES.iter().map(|a| a.name)).chain(cadrage_ir::BUILTINS.iter().map(|b| b.name));
        let near = suggest::nearest(name, all).map(str::to_owned);
        let mut parts = name.split('-');
        let pieces = (parts.next().map(|p| self.get(p).is_some()), parts.next().map(|p| self.get(p).is_some()), parts.next());
        let diagnostic = Diagnostic::new(Code::N01, format!("`{name}` est inconnu"), span).here("nom inconnu");
        let diagnostic = match (pieces, near) {
            ((Some(true), Some(true), None), _) => {
                let spaced = name.replace('-', " - ");
                diagnostic.help(format!("pour une soustraction, mettez des espaces : `{spaced}`")).fix(span, spaced)
            }
            (_, Some(near)) => diagnostic.help(format!("vouliez-vous `{near}` ?")),
            _ if COLUMNS.iter().any(|c| fold(c.name) == fold(name)) => {
                diagnostic.help("cette donnée existe : ajoutez `utiliser socle.données version \"2026.1\"`")
            }
            _ if matches!(fold(name).as_str(), "vrai" | "faux" | "true" | "false") => {
                diagnostic.help("écrivez la comparaison elle-même : `si quotité > 50 % alors … sinon …`")
            }
            _ if is_cell(name) => diagnostic.help("une valeur n'a pas d'adresse ici : nommez-la, par exemple `inm`"),
            _ => diagnostic.help("déclarez-le, ou ajoutez le `utiliser` du module qui le déclare"),
        };
        self.diagnostics.push(diagnostic);
    }

    /// The attribute a word names.
    pub(crate) fn attribute(&self, name: &str) -> Option<AttributeId> {
        let folded = fold(name);
        // People say `agent`; the column is his matricule.
        let folded = if folded == "agent" { "matricule".to_owned() } else { folded };
        ATTRIBUTES.iter().position(|a| fold(a.name) == folded).map(AttributeId::at)
    }
}

/// `B2`, `AB12`: the address of a cell of a spreadsheet.
fn is_cell(name: &str) -> bool {
    let letters = name.chars().take_while(char::is_ascii_uppercase).count();
    (1..=2).contains(&letters)
        && name.len() > letters
        && name.get(letters..).is_some_and(|d| d.len() <= 4 && d.bytes().all(|b| b.is_ascii_digit()))
}
