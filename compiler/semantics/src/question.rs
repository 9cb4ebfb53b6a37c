//! A question of the console: one measure for whoever is asked about, over a period, maybe by level (decision 0200).
//!
//! Like a cell of a report, it is a hidden formula of its level, so every engine runs it; unlike one, it may be a value of the month too
//! (a constant, a hypothesis), and it says how it was understood.

use cadrage_ir::{Aggregation, Grain, Selection, WHOLE};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{self, Aggregate, Expr, ExprKind, When};
use cadrage_syntax::{fold, print_expression};
use cadrage_value::Month;

use crate::graph::walk;
use crate::model::{Expression, Kind, ReportLevel, ReportMeasure};
use crate::reports::level_word;
use crate::scope::{Scope, Symbol};

/// A checked question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The whole institution, then the level asked for.
    pub levels: Vec<ReportLevel>,
    /// What is asked.
    pub measure: ReportMeasure,
    /// When.
    pub period: AskedPeriod,
    /// Of whom.
    pub selection: Selection,
    /// How it was understood.
    pub nature: Nature,
    /// The words that say when, or all of them.
    pub when: Span,
}

/// The periods a question is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedPeriod {
    /// A month.
    Month(Month),
    /// An exercice.
    Year(i32),
    /// Each month of the scenario, or of one exercice.
    EachMonth(Option<i32>),
    /// Each exercice of the scenario.
    EachYear,
    /// Nothing is said: the scenario's last exercice.
    LastYear,
    /// Nothing is said, of what is read a month at a time: the scenario's last month.
    LastMonth,
}

/// What becomes of a measure over people and over months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Added over people and months.
    Flow,
    /// Added over people, averaged over months.
    Stock,
    /// Added over people; a period is its last month.
    Last,
    /// Distinct people at the last month.
    Heads,
    /// Averaged, weighted by this measure.
    Mean(String),
    /// The quotient of two measures.
    Ratio(String, String),
    /// Each measure by its own rule, then the calculation.
    Calculation,
    /// The same for all: a constant, a hypothesis, a number.
    Value,
    /// A value of one level, read as it is.
    OfLevel(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Each {
    Month,
    Year,
}

impl Scope<'_> {
    /// The checked question; `None` when something in it was complained about.
    pub(crate) fn question(&mut self, q: &ast::Question) -> Option<Question> {
        if self.asked_hole(&q.subject) {
            return None;
        }
        let selection = self.optional_selection(q.selection.as_ref())?;
        let (each, level) = self.asked_levels(q)?;
        let nature = self.nature(&q.subject);
        let whole = Grain::Level(WHOLE.to_owned());
        let mut levels = Vec::new();
        let (mut unit, mut monthly) = (None, false);
        for (depth, grain) in std::iter::once(whole).chain(level).enumerate() {
            let x = self.asked_cell(&q.subject, &grain, &selection)?;
            monthly |= self.is_monthly(&x);
            unit = x.ty.unit().cloned().or(unit);
            let word = if level_word(&grain) == "matricule" { "agent" } else { level_word(&grain) }.to_owned();
            let attribute = grain.attribute();
            let formula = self.hide_named(x, format!("question·{depth}"), grain);
            levels.push(ReportLevel { attribute, word, depth, within: None, formulas: vec![vec![formula]] });
        }
        let period = self.asked_period(q, each, monthly)?;
        let unit = unit.unwrap_or_default();
        let measure = ReportMeasure { text: print_expression(&q.subject), shown: self.shown_in(&q.subject, &unit), unit };
        Some(Question { levels, measure, period, selection, nature, when: q.when.as_ref().map_or(q.span, |w| w.span) })
    }

    /// `inm * ? * présence en €`: says what the hole should be, at the grain of what is around it.
    fn asked_hole(&mut self, e: &Expr) -> bool {
        let (inside, unit) = match &e.kind {
            ExprKind::Convert(inner, written) => (&**inner, Some(crate::units::resolve(written).0)),
            _ => (e, None),
        };
        let grain = self.grain_inside(inside);
        self.hole(inside, unit.as_ref(), &grain, "?")
    }

    /// `par mois`, `par exercice`, and the level.
    fn asked_levels(&mut self, q: &ast::Question) -> Option<(Option<Each>, Option<Grain>)> {
        let (mut each, mut level) = (None, None);
        for word in &q.levels {
            let period = match fold(&word.value).as_str() {
                "mois" => Some(Each::Month),
                "exercice" | "annee" | "an" => Some(Each::Year),
                _ => None,
            };
            if period.map_or(level.is_some(), |_| each.is_some()) {
                self.complain(
                    Diagnostic::new(Code::G02, format!("`par {}` est de trop", word.value), word.span)
                        .here("un seul niveau, une seule période")
                        .help("une question se lit `par` un niveau et `par mois` ; pour davantage, écrivez une `restitution`"),
                );
                return None;
            }
            match period {
                Some(_) => each = period,
                None if fold(&word.value) == "agent" => level = Some(Grain::Level("matricule".to_owned())),
                None => level = Some(self.level(word)?),
            }
        }
        // The whole institution is there anyway.
        Some((each, level.filter(|l| level_word(l) != WHOLE)))
    }

    fn asked_period(&mut self, q: &ast::Question, each: Option<Each>, monthly: bool) -> Option<AskedPeriod> {
        let span = q.when.as_ref().map_or(q.span, |w| w.span);
        let found = match (each, q.when.as_ref().map(|w| w.value)) {
            (None, Some(When::Month(month))) => AskedPeriod::Month(month),
            (None, Some(When::Year(year))) => AskedPeriod::Year(year),
            (None, None) if monthly => AskedPeriod::LastMonth,
            (None, None) => AskedPeriod::LastYear,
            (Some(Each::Month), None) => AskedPeriod::EachMonth(None),
            (Some(Each::Month), Some(When::Year(year))) => AskedPeriod::EachMonth(Some(year)),
            (Some(Each::Year), None) => AskedPeriod::EachYear,
            (Some(_), Some(_)) => {
                self.complain(
                    Diagnostic::new(Code::S01, "la question dit deux fois sa période", span)
                        .here("déjà dite par `par …`")
                        .help("écrivez `par mois sur 2027`, ou seulement `en 10/2027`"),
                );
                return None;
            }
        };
        if monthly && matches!(found, AskedPeriod::Year(_) | AskedPeriod::EachYear) {
            self.complain(
                Diagnostic::new(Code::A02, format!("`{}` se lit un mois à la fois", print_expression(&q.subject)), span)
                    .here("pas sur un exercice")
                    .help("écrivez `en 10/2026` pour un mois, ou `par mois` pour les voir tous"),
            );
            return None;
        }
        Some(found)
    }

    /// The measure in the cells of a level.
    fn asked_cell(&mut self, e: &Expr, level: &Grain, selection: &Selection) -> Option<Expression> {
        self.cell = Some((level.clone(), selection.clone()));
        let x = self.number(e, level);
        self.cell = None;
        let x = x?;
        let mut wrong = false;
        walk(&x, &mut |kind| match kind {
            Kind::Formula(f) => wrong |= !matches!(self.header(*f).map(|h| &h.grain), Some(Grain::Level(_))),
            Kind::Aggregate(_) | Kind::Literal(_) | Kind::Parameter(_) | Kind::Binary(..) | Kind::Negate(_) | Kind::Absolute(_) => {}
            Kind::Round(..) | Kind::Min(_) | Kind::Max(_) | Kind::If(..) | Kind::OrElse(..) | Kind::Flag(_) | Kind::Not(_) => {}
            _ => wrong = true,
        });
        if wrong {
            self.complain(
                Diagnostic::new(Code::A02, format!("`{}` n'est pas fait de mesures", print_expression(e)), e.span).help(
                    "nommez des formules, des constantes, leurs rapports : `masse_salariale / etpt` ; la période se dit une fois, à la fin : `sur 2027`",
                ),
            );
            return None;
        }
        Some(x)
    }

    /// Is it read a month at a time: a value of the month, or a formula of a level that does not say how its months add up?
    fn is_monthly(&self, x: &Expression) -> bool {
        let mut found = false;
        walk(x, &mut |kind| match kind {
            Kind::Parameter(_) => found = true,
            Kind::Formula(f) => found |= self.header(*f).is_none_or(|h| h.mode.is_none()),
            _ => {}
        });
        found
    }

    fn nature(&mut self, e: &Expr) -> Nature {
        match &e.kind {
            ExprKind::Convert(inner, _) => self.nature(inner),
            ExprKind::Aggregate { kind: Aggregate::Sum | Aggregate::Total, .. } => Nature::Flow,
            ExprKind::Number(..) => Nature::Value,
            ExprKind::Name(name) => match self.get(name) {
                Some(Symbol::Parameter(_)) => Nature::Value,
                Some(Symbol::Formula(_) | Symbol::Column(_)) => {
                    // What is wrong with it is complained about with the question itself.
                    let before = self.diagnostics.len();
                    let found = self.measured(e);
                    self.diagnostics.truncate(before);
                    found.map_or(Nature::Calculation, |m| self.nature_of(m.rule, &m.grain))
                }
                _ => Nature::Calculation,
            },
            _ => Nature::Calculation,
        }
    }

    fn nature_of(&self, rule: Aggregation, grain: &Grain) -> Nature {
        let named = |f| self.header(f).map_or_else(String::new, |h| h.name.clone());
        match rule {
            Aggregation::Sum => Nature::Flow,
            Aggregation::SumThenMean => Nature::Stock,
            Aggregation::SumThenLast => Nature::Last,
            Aggregation::Distinct => Nature::Heads,
            Aggregation::Mean(weight) => Nature::Mean(named(weight)),
            Aggregation::Ratio(a, b) => Nature::Ratio(named(a), named(b)),
            Aggregation::None => Nature::OfLevel(grain.to_string()),
        }
    }
}
