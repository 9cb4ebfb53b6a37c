//! `comparer`, `expliquer`: checked, and kept for the verbs that run them, as `chercher` and `balayer` are (`trials`).

use cadrage_ir::{Aggregation, ColumnId, Dimension, FormulaId, Grain, ParameterId, Selection, Unit, WHOLE};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, ExprKind, Shift, Visibility};
use cadrage_syntax::{fold, print_expression};
use cadrage_value::Exact;

use crate::level_cells::LevelCell;
use crate::measures::{Ground, Level};
use crate::model::Period;
use crate::moved::{Moved, Pace};
use crate::scenarios::Parameters;
use crate::scope::{Scope, Symbol};
use crate::suggest;
use crate::trials::{Measured, SweptAxis};

/// Effects that a comparison can be cut into; the engine fixes their order.
pub const EFFECTS: &[&str] = &["effectifs", "structure", "point", "gvt", "eap", "cotisations", "règles"];

/// The measure whose difference is explained price by price.
const PAYROLL: &str = "masse_salariale";

/// A checked analysis.
#[derive(Clone, Debug)]
pub enum Analysis {
    /// `comparer b avec a sur m`
    Compare {
        /// The scenario compared.
        scenario: String,
        /// What it is compared with.
        reference: String,
        /// On what.
        measure: FormulaId,
        /// `par …`
        level: Option<Level>,
        /// `décomposé en …`, canonical names.
        effects: Vec<&'static str>,
        /// The measure for the whole, then by the level, then by agent where it knows agents; nothing for the masse salariale, which
        /// pay lines give.
        cells: Vec<LevelCell>,
        /// Where.
        span: Span,
    },
    /// `expliquer m pour … en …`
    Explain {
        /// What.
        subject: Subject,
        /// For whom.
        scope: Selection,
        /// `recalculé(…)`: what the rules give on constaté months, rather than what was paid.
        recomputed: bool,
        /// When; nothing = the whole projection.
        period: Option<Period>,
        /// `par …`: the members that an aggregate is cut into.
        level: Option<Level>,
        /// `l'écart … entre a et b`: the scenarios.
        between: Option<(String, String)>,
        /// As written.
        text: String,
        /// Where.
        span: Span,
    },
    /// `chercher x dans s tel que m sur 2027 = v`
    Seek {
        /// What may move.
        target: Moved,
        /// In which scenario.
        scenario: String,
        /// What must reach the goal.
        measure: Measured,
        /// The value, base units; nothing for a measure that must stay as it is.
        goal: Option<Exact>,
        /// `entre a et b`: base units, or days since 1970.
        bounds: Option<(Exact, Exact)>,
        /// `pas c`
        pace: Option<Pace>,
        /// Where.
        span: Span,
    },
    /// `balayer x dans s de a à b pas c`
    Sweep {
        /// In which scenario.
        scenario: String,
        /// What moves: one, or two whose values are crossed.
        axes: Vec<SweptAxis>,
        /// What is shown; nothing = the masse salariale and the ETPT.
        measures: Vec<Measured>,
        /// The exercice, when it is said.
        year: Option<i32>,
        /// Where.
        span: Span,
    },
}

/// What an explanation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A formula.
    Formula(FormulaId),
    /// A constant or a hypothesis.
    Parameter(ParameterId),
    /// A datum.
    Column(ColumnId),
}

impl Scope<'_> {
    pub(crate) fn comparison(&mut self, c: &ast::Comparison, ground: &Ground<'_>) -> Option<Analysis> {
        let (scenario, reference) = (self.scenario_named(&c.scenario), self.scenario_named(&c.reference));
        let measure = self.bounded_measure(ground, &c.measure);
        let level = match &c.level {
            None => Some(None),
            Some(word) => self.axis_level(word).map(Some),
        };
        let mut effects: Vec<&'static str> = Vec::new();
        let mut whole = true;
        for word in &c.effects {
            match EFFECTS.iter().find(|e| fold(e) == fold(&word.value)) {
                Some(effect) if effects.contains(effect) => {
                    self.complain(
                        Diagnostic::new(Code::N02, format!("l'effet `{effect}` est demandé deux fois"), word.span).help("gardez-en un"),
                    );
                    whole = false;
                }
                Some(effect) => effects.push(effect),
                None => {
                    let help = suggest::nearest(&word.value, EFFECTS.iter().copied())
                        .map_or_else(|| format!("effets : {}", EFFECTS.join(" ; ")), |n| format!("vouliez-vous `{n}` ?"));
                    self.complain(
                        Diagnostic::new(Code::N01, format!("`{}` n'est pas un effet", word.value), word.span)
                            .here("effet inconnu")
                            .help(help),
                    );
                    whole = false;
                }
            }
        }
        let (scenario, reference, (measure, unit), level) = (scenario?, reference?, measure?, level?);
        if fold(&c.measure.value) != PAYROLL {
            whole &= self.effects_of_measure(c, &unit);
        }
        if let (Some(level), Some(word)) = (&level, &c.level) {
            whole &= self.adds_up(measure, ground, c) && self.readable_by(measure, level, word.span);
        }
        let cells = match self.comparison_cells.remove(&c.span) {
            Some(Ok(cells)) => cells,
            Some(Err(said)) if whole => {
                self.diagnostics.extend(said);
                return None;
            }
            _ => Vec::new(),
        };
        whole.then_some(Analysis::Compare { scenario, reference, measure, level, effects, cells, span: c.span })
    }

    /// Effects that another measure than the masse salariale cannot have: a price moves no number of jobs, and what nobody says to be a
    /// volume or a price has no full-year effect.
    fn effects_of_measure(&mut self, c: &ast::Comparison, unit: &Unit) -> bool {
        let jobs = [Dimension::Etpt, Dimension::Etpf, Dimension::Etp].into_iter().any(|d| *unit == Unit::of(d));
        let over_time = jobs && *unit != Unit::of(Dimension::Etp);
        let mut whole = true;
        for word in &c.effects {
            let (why, help) = match fold(&word.value).as_str() {
                "point" | "cotisations" | "gvt" if jobs => (
                    "aucun prix ne change un nombre d'emplois",
                    "gardez `effectifs`, `eap` (ETPT, ETPF), `structure`, `règles` ; les prix se disent de `masse_salariale`",
                ),
                "eap" if !over_time => (
                    "l'extension en année pleine se dit de la masse salariale, des ETPT et des ETPF",
                    "retirez `eap`, ou comparez `masse_salariale`, `etpt` ou `etpf`",
                ),
                _ => continue,
            };
            let message = format!("`{}` n'a pas d'effet `{}` : {why}", c.measure.value, word.value);
            self.complain(Diagnostic::new(Code::V21, message, word.span).here("ici").help(help));
            whole = false;
        }
        whole
    }

    /// What a comparison reads of a measure that is not the masse salariale, as hidden formulas; else why it cannot be read.
    pub(crate) fn comparison_cells(&mut self, c: &ast::Comparison) -> Result<Vec<LevelCell>, Vec<Diagnostic>> {
        let before = self.diagnostics.len();
        let cells = self.unchecked_comparison_cells(c);
        let said = self.diagnostics.split_off(before);
        cells.ok_or(said)
    }

    fn unchecked_comparison_cells(&mut self, c: &ast::Comparison) -> Option<Vec<LevelCell>> {
        if fold(&c.measure.value) == PAYROLL || !matches!(self.get(&c.measure.value), Some(Symbol::Formula(_))) {
            return Some(Vec::new());
        }
        let mut levels = vec![Grain::Level(WHOLE.to_owned())];
        if let Some(word) = &c.level {
            levels.push(self.level(word)?);
        }
        let owner = format!("comparer {}", c.measure.value);
        let mut cells = self.level_cells(&owner, &c.measure, &Selection::all(), levels, true)?;
        let agent = vec![Grain::Level("matricule".to_owned())];
        cells.extend(self.level_cells(&owner, &c.measure, &Selection::all(), agent, true).into_iter().flatten());
        Some(cells)
    }

    /// Do the members of a level make the whole?
    fn adds_up(&mut self, measure: FormulaId, ground: &Ground<'_>, c: &ast::Comparison) -> bool {
        let adds = ground
            .formulas
            .get(measure.index())
            .is_none_or(|f| matches!(f.aggregation, Aggregation::Sum | Aggregation::SumThenMean | Aggregation::SumThenLast));
        if !adds {
            let span = c.level.as_ref().map_or(c.measure.span, |l| l.span);
            let message = format!("`{}` ne se compare pas par niveau : les membres n'en font pas le total", c.measure.value);
            let help = "comparez sans `par`, ou mettez les scénarios en colonnes d'une `restitution`";
            self.complain(Diagnostic::new(Code::A01, message, span).here("par niveau").help(help));
        }
        adds
    }

    pub(crate) fn explanation(&mut self, e: &ast::Explanation) -> Option<Analysis> {
        let level = match &e.level {
            None => Some(None),
            Some(word) => self.axis_level(word).map(Some),
        };
        let between = match &e.between {
            None => Some(None),
            Some((a, b)) => {
                let (a, b) = (self.scenario_named(a), self.scenario_named(b));
                a.zip(b).map(Some)
            }
        };
        let (subject, scope, recomputed, period) = self.explained(e)?;
        let (level, between) = (level?, between?);
        if let (Some(level), Some(word)) = (&level, &e.level)
            && let Subject::Formula(f) = subject
            && !self.readable_by(f, level, word.span)
        {
            return None;
        }
        if between.is_some() && period.is_none() {
            self.complain(
                Diagnostic::new(Code::V02, "l'écart ne dit pas quand", e.subject.span).help("ajoutez `en 12/2027`, ou `sur 2027`"),
            );
            return None;
        }
        Some(Analysis::Explain { subject, scope, recomputed, period, level, between, text: print_expression(&e.subject), span: e.span })
    }

    /// What, for whom, computed again or not, when.
    fn explained(&mut self, e: &ast::Explanation) -> Option<(Subject, Selection, bool, Option<Period>)> {
        let (mut scope, mut period, mut recomputed) = (Selection::all(), None, false);
        let mut at = &e.subject;
        loop {
            at = match &at.kind {
                ExprKind::Filtered(inner, s) => {
                    scope = scope.intersect(&self.selection(s)?);
                    inner
                }
                ExprKind::Shifted(inner, Shift::InMonth(m)) if period.is_none() => {
                    period = Some(Period::Month(*m));
                    inner
                }
                ExprKind::Shifted(inner, Shift::InYear(y) | Shift::OverYear(y)) if period.is_none() => {
                    period = Some(Period::Year(*y));
                    inner
                }
                ExprKind::Call { name, arguments } if !recomputed && fold(&name.value) == "recalcule" => match arguments.as_slice() {
                    [one] => {
                        recomputed = true;
                        one
                    }
                    _ => break,
                },
                ExprKind::Name(name) => {
                    let subject = match self.get(name) {
                        Some(Symbol::Formula(f)) => Subject::Formula(f),
                        Some(Symbol::Parameter(p)) if !recomputed => Subject::Parameter(p),
                        Some(Symbol::Column(c)) if !recomputed => Subject::Column(c),
                        Some(Symbol::Poisoned) => return None,
                        Some(_) => break,
                        None => {
                            self.unknown(name, at.span);
                            return None;
                        }
                    };
                    return Some((subject, scope, recomputed, period));
                }
                ExprKind::Hole => return None,
                _ => break,
            };
        }
        self.complain(
            Diagnostic::new(Code::V21, "on explique une formule, une donnée ou une valeur, pas un calcul", at.span)
                .here("ici")
                .help("écrivez `expliquer masse_salariale pour composante SCIENCES en 10/2027`"),
        );
        None
    }

    /// The name of a declared scenario, as declared.
    pub(crate) fn scenario_named(&mut self, name: &Spanned<String>) -> Option<String> {
        match self.get(&name.value) {
            Some(Symbol::Scenario) => return Some(name.value.clone()),
            Some(Symbol::Poisoned) => {}
            Some(_) => self.complain(
                Diagnostic::new(Code::N01, format!("`{}` n'est pas un scénario", name.value), name.span)
                    .help("un scénario se déclare : `scénario … : … fin` ; une variante ne se calcule pas seule"),
            ),
            None => self.unknown(&name.value, name.span),
        }
        None
    }

    /// A constant or hypothesis that a scenario may change.
    pub(crate) fn moving(&mut self, name: &Spanned<String>, parameters: &Parameters<'_>) -> Option<ParameterId> {
        match self.get(&name.value) {
            Some(Symbol::Parameter(p)) if parameters.visibility.get(&p) == Some(&Visibility::Locked) => self.complain(
                Diagnostic::new(Code::D01, format!("`{}` est verrouillée : elle ne change que dans son module", name.value), name.span)
                    .help("cherchez ou balayez une hypothèse ouverte, ou une constante simulable"),
            ),
            Some(Symbol::Parameter(p)) => return Some(p),
            Some(Symbol::Poisoned) => {}
            Some(_) => self.complain(
                Diagnostic::new(Code::N01, format!("`{}` n'est ni une constante ni une hypothèse", name.value), name.span)
                    .help("seule une valeur déclarée peut bouger"),
            ),
            None => self.unknown(&name.value, name.span),
        }
        None
    }
}
