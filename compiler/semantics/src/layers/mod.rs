//! The sentences of a scenario that lay something over the declarations: checked one by one, then against each other.

mod conflicts;
mod formulas;
mod grids;
mod openness;
mod scales;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{Base, Bracket, BracketId, Calendar, FormulaId, Layer, Parameter, ParameterId};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, Visibility};
use cadrage_syntax::fold;
use cadrage_value::{Date, Month};

use crate::model::{Formula, Grid};
use crate::overlay::{BeyondTexts, GridChange, Laid, PopulationChange, Reclassification};
use crate::scope::{Scope, Symbol};

/// What is known of the declarations when scenarios are checked.
pub(crate) struct Ground<'p> {
    pub(crate) parameters: &'p [Parameter],
    pub(crate) brackets: &'p [Bracket],
    pub(crate) calendars: &'p [Calendar],
    /// Empty when one of them was refused.
    pub(crate) formulas: &'p [Formula],
    pub(crate) bases: &'p [Base],
    pub(crate) crossings: crate::graph::Crossings<'p>,
    /// All declared grids, by folded name; the flag says `en projet`.
    pub(crate) grids: BTreeMap<String, (Grid, bool)>,
    /// Names of the tables of indices.
    pub(crate) index_tables: BTreeSet<String>,
    /// All `reclassement`, likewise.
    pub(crate) reclassifications: BTreeMap<String, (Reclassification, bool)>,
    pub(crate) openness: Openness,
}

/// Who may change what (decision D29): by default a constant is simulable, a hypothesis open.
#[derive(Debug, Default)]
pub(crate) struct Openness {
    pub(crate) parameters: BTreeMap<ParameterId, Visibility>,
    pub(crate) brackets: BTreeMap<BracketId, Visibility>,
    pub(crate) formulas: BTreeMap<FormulaId, Visibility>,
    pub(crate) grids: BTreeMap<String, Visibility>,
}

/// A sentence that lays something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What<'t> {
    Modify(&'t ast::Modify),
    Population(&'t ast::ModifyPopulation),
    Replace(&'t ast::Replace),
    /// `appliquer` of a grid or a reclassement `en projet`.
    Planned(&'t Spanned<String>),
}

/// A sentence and the layer it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Sentence<'t> {
    pub(crate) what: What<'t>,
    /// The scenario whose layer it is.
    pub(crate) scenario: &'t str,
    /// The variant it comes from.
    pub(crate) variant: Option<&'t str>,
    /// 0, 1… from the oldest ancestor; a scenario's variants come before its own sentences.
    pub(crate) rank: usize,
    /// Written by the scenario being checked, or by a variant it applies: notes about it are worth telling.
    pub(crate) own: bool,
}

/// A sentence once checked.
#[derive(Clone, Debug)]
pub(crate) enum Checked {
    Layer(Layer),
    Grid(GridChange),
    Reclassification(Reclassification),
    Population(PopulationChange),
}

/// Everything laid, in the order it applies.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    pub(crate) layers: Vec<Laid<Layer>>,
    pub(crate) grids: Vec<Laid<GridChange>>,
    pub(crate) reclassifications: Vec<Laid<Reclassification>>,
    pub(crate) populations: Vec<Laid<PopulationChange>>,
    pub(crate) beyond_texts: Vec<BeyondTexts>,
}

impl Sentence<'_> {
    pub(crate) fn span(&self) -> Span {
        match self.what {
            What::Modify(m) => m.span,
            What::Population(p) => p.span,
            What::Replace(r) => r.span,
            What::Planned(name) => name.span,
        }
    }

    fn source(&self) -> Option<String> {
        let provenance = match self.what {
            What::Modify(m) => &m.provenance,
            What::Population(p) => &p.provenance,
            What::Replace(r) => &r.provenance,
            What::Planned(_) => return None,
        };
        provenance.source.as_ref().map(|s| s.value.clone())
    }

    /// As messages name the block.
    pub(crate) fn block(&self) -> String {
        match self.variant {
            Some(v) => format!("la variante `{v}`"),
            None => format!("le scénario `{}`", self.scenario),
        }
    }
}

impl Scope<'_> {
    /// Checks the sentences of a scenario and of all it inherits; `None` when one was refused.
    pub(crate) fn overlay(
        &mut self,
        sentences: &[Sentence<'_>],
        ground: &Ground<'_>,
        constate: Option<Month>,
        text: &dyn Fn(Span) -> String,
    ) -> Option<Overlay> {
        let mut whole = true;
        let mut checked: Vec<(&Sentence<'_>, Checked)> = Vec::new();
        for sentence in sentences {
            let before = self.diagnostics.len();
            let found = self.laid_sentence(sentence, ground, constate, text);
            if !sentence.own {
                self.only_errors(before);
            }
            match found {
                Some(found) => checked.push((sentence, found)),
                None => whole = false,
            }
        }
        if !whole {
            return None;
        }
        self.conflicts(&checked, ground)?;
        let settled = conflicts::settled(&checked, self.members);
        let kept: Vec<(&Sentence<'_>, Checked)> =
            checked.into_iter().zip(settled).filter(|(_, settled)| !settled).map(|(c, _)| c).collect();
        self.left_standing(&kept, ground, constate);
        self.crossing_changes(&kept, ground)?;
        self.replaced_graph(&kept, ground)?;
        let beyond_texts = openness::marks(&kept, ground);
        Some(Overlay { beyond_texts, ..in_order(kept, text) })
    }

    /// Notes about what a parent wrote were told with the parent; its mistakes are told again, once (they may be new here).
    pub(crate) fn only_errors(&mut self, before: usize) {
        let told = self.diagnostics.split_off(before);
        self.diagnostics.extend(told.into_iter().filter(Diagnostic::is_error));
    }

    fn laid_sentence(
        &mut self,
        sentence: &Sentence<'_>,
        ground: &Ground<'_>,
        constate: Option<Month>,
        text: &dyn Fn(Span) -> String,
    ) -> Option<Checked> {
        let found = match sentence.what {
            What::Modify(m) => self.modification(m, ground, text),
            What::Population(p) => self.population_change(p),
            What::Replace(r) => self.substitution(r, ground, constate, text),
            What::Planned(name) => self.planned(name, ground, constate),
        }?;
        self.mark(sentence, &found, ground);
        Some(found)
    }

    fn modification(&mut self, m: &ast::Modify, ground: &Ground<'_>, text: &dyn Fn(Span) -> String) -> Option<Checked> {
        if let (Some(from), Some(until)) = (m.from, m.until)
            && until < from
        {
            self.complain(
                Diagnostic::new(Code::T05, format!("la période finit le {}, avant de commencer", until.to_french()), m.span)
                    .help("écrivez `du <premier jour> au <dernier jour>`"),
            );
            return None;
        }
        if m.selection.is_some() && m.everywhere {
            self.complain(
                Diagnostic::new(Code::V02, "`pour …` et `partout` se contredisent", m.span)
                    .help("gardez `pour …` pour viser une sélection, `partout` pour tout remplacer"),
            );
            return None;
        }
        let symbol = self.get(&m.target.value);
        if let (Some(n), false) = (&m.bracket, matches!(symbol, Some(Symbol::Bracket(_) | Symbol::Poisoned) | None)) {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` n'a pas de tranches", m.target.value), n.span)
                    .help("`tranche n` se dit d'un barème"),
            );
            return None;
        }
        if matches!(symbol, Some(Symbol::Calendar(_) | Symbol::Bracket(_))) {
            self.first_of_month(m.from, m.until, &m.target.value, m.span)?;
        }
        match symbol {
            Some(Symbol::Parameter(p)) => self.value_change(m, p, ground, text).map(|m| Checked::Layer(Layer::Value(m))),
            Some(Symbol::Calendar(c)) => self.calendar_change(m, c, ground).map(|c| Checked::Layer(Layer::Calendar(Box::new(c)))),
            Some(Symbol::Bracket(b)) => self.bracket_change(m, b, ground, text).map(|c| Checked::Layer(Layer::Bracket(c))),
            Some(Symbol::Grid) => self.grid_change(m, ground).map(Checked::Grid),
            None if fold(&m.target.value) == "grilles" => self.grid_change(m, ground).map(Checked::Grid),
            Some(Symbol::Poisoned) => None,
            None => {
                self.unknown(&m.target.value, m.target.span);
                None
            }
            Some(Symbol::Population) => {
                self.complain(
                    Diagnostic::new(Code::V02, format!("`{}` est une population", m.target.value), m.target.span)
                        .help(format!("écrivez `modifier population {} = <sélection>`", m.target.value)),
                );
                None
            }
            Some(symbol) => {
                let what = match symbol {
                    Symbol::Formula(_) => "une formule",
                    Symbol::Column(_) => "une donnée",
                    Symbol::Axis => "un axe",
                    Symbol::Scenario => "un scénario",
                    Symbol::Variant => "une variante",
                    _ => "une autre déclaration",
                };
                let complaint = Diagnostic::new(
                    Code::D01,
                    format!(
                        "`{}` est {what} : un scénario ne modifie que des constantes et des hypothèses, des grilles, des barèmes ou des populations",
                        m.target.value
                    ),
                    m.target.span,
                );
                let complaint = match self.declared_at(&m.target.value) {
                    Some(span) if matches!(symbol, Symbol::Formula(_)) => {
                        complaint.label(span, "déclarée ici, par le module qui en répond")
                    }
                    Some(span) => complaint.label(span, "déclaré ici"),
                    None => complaint,
                };
                self.complain(complaint.help(match symbol {
                    Symbol::Formula(_) => {
                        "modifiez une constante ou une hypothèse qu'elle lit, ou remplacez la formule entière : `remplacer … par …`"
                    }
                    _ => "modifiez une constante ou une hypothèse",
                }));
                None
            }
        }
    }

    fn population_change(&mut self, p: &ast::ModifyPopulation) -> Option<Checked> {
        match self.get(&p.name.value) {
            Some(Symbol::Population) => {
                let selection = self.selection(&p.selection)?;
                Some(Checked::Population(PopulationChange { name: p.name.value.clone(), selection }))
            }
            Some(Symbol::Poisoned) => None,
            Some(_) => {
                self.complain(
                    Diagnostic::new(Code::N01, format!("`{}` n'est pas une population", p.name.value), p.name.span)
                        .help(format!("écrivez `modifier {} = …`, sans `population`", p.name.value)),
                );
                None
            }
            None => {
                self.unknown(&p.name.value, p.name.span);
                None
            }
        }
    }

    /// T01: what has one value a month changes on a first of the month.
    fn first_of_month(&mut self, from: Option<Date>, until: Option<Date>, name: &str, span: Span) -> Option<()> {
        let middle = from.filter(|d| d.day() != 1).or_else(|| until.map(Date::next).filter(|d| d.day() != 1));
        let Some(day) = middle else { return Some(()) };
        self.complain(
            Diagnostic::new(Code::T01, format!("`{name}` changerait le {}, au milieu d'un mois", day.to_french()), span)
                .help(format!("commencez au premier d'un mois (`à compter du {}`)", day.month().plus(1).first_day().to_french())),
        );
        None
    }

    /// `pour …` and `partout` mean nothing for what does not depend on the agent.
    fn for_everyone(&mut self, m: &ast::Modify, kind: &str) -> Option<()> {
        if m.selection.is_some() || m.everywhere {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` est un {kind} : il vaut pour tous", m.target.value), m.span)
                    .help("retirez `pour …` ou `partout`"),
            );
            return None;
        }
        Some(())
    }
}

/// Layers one over the other. Inside one, what is wider and older applies first, whatever the order of the sentences
/// (decision D35): an absolute change masks what follows, so the later one is laid after.
fn in_order(mut checked: Vec<(&Sentence<'_>, Checked)>, text: &dyn Fn(Span) -> String) -> Overlay {
    let date = |c: &Checked| -> Option<Date> {
        match c {
            Checked::Layer(Layer::Value(m)) => m.from,
            Checked::Layer(Layer::Calendar(c)) => c.from,
            Checked::Layer(Layer::Bracket(c)) => c.from,
            Checked::Layer(Layer::Formula(r)) => Some(r.from),
            Checked::Grid(g) => match &g.edit {
                crate::overlay::GridEdit::Versions(list) => list.first().map(|v| v.from),
                crate::overlay::GridEdit::Index(_) => g.from,
            },
            Checked::Reclassification(r) => Some(r.date),
            Checked::Population(_) => None,
        }
    };
    // On one day a new version of a grid comes first, then what is said of its indices.
    let kind = |c: &Checked| matches!(c, Checked::Grid(g) if matches!(g.edit, crate::overlay::GridEdit::Index(_)));
    checked.sort_by_key(|(s, c)| (s.rank, date(c), kind(c), s.span()));
    let mut ordered: Vec<(&Sentence<'_>, Checked)> = Vec::new();
    for (sentence, c) in checked {
        let narrower = |(other, o): &(&Sentence<'_>, Checked)| match (&c, o) {
            (Checked::Layer(Layer::Value(a)), Checked::Layer(Layer::Value(b))) => {
                other.rank == sentence.rank
                    && a.parameter == b.parameter
                    && b.selection != a.selection
                    && b.selection.included_in(&a.selection)
            }
            _ => false,
        };
        let at = ordered.iter().position(narrower).unwrap_or(ordered.len());
        ordered.insert(at, (sentence, c));
    }
    let mut out = Overlay::default();
    for (s, c) in ordered {
        match c {
            Checked::Layer(what) => out.layers.push(laid(s, what, text)),
            Checked::Grid(what) => out.grids.push(laid(s, what, text)),
            Checked::Reclassification(what) => out.reclassifications.push(laid(s, what, text)),
            Checked::Population(what) => out.populations.push(laid(s, what, text)),
        }
    }
    out
}

fn laid<T>(s: &Sentence<'_>, what: T, text: &dyn Fn(Span) -> String) -> Laid<T> {
    let words = match s.what {
        What::Planned(name) => format!("appliquer {}", name.value),
        _ => text(s.span()),
    };
    Laid { what, scenario: s.scenario.to_owned(), variant: s.variant.map(str::to_owned), text: words, source: s.source(), span: s.span() }
}
