//! `chercher`, `balayer`: checked, and kept for the verbs that run them (decisions 0210, 0211).

use cadrage_ir::{FormulaId, Grain, Selection, Unit, WHOLE};
use cadrage_source::{Code, Diagnostic};
use cadrage_syntax::ast::{self, BinaryOperator, Detail, Expr, ExprKind, MovementClause, Shift, Sought, SweepKind};
use cadrage_syntax::{print_expression, print_movement};
use cadrage_value::{Date, Exact, Month};

use crate::analyses::Analysis;
use crate::measures::{Ground, Measure};
use crate::model::Scenario;
use crate::moved::{self, Moved, MovedMovement, MovedPart, Pace};
use crate::movement::MovementKind;
use crate::movements;
use crate::scenarios::Parameters;
use crate::scope::Scope;
use crate::trial_values::written;

/// At most so many runs in one sweep.
const RUNS: i64 = 1000;

/// A measure that trials are read for.
#[derive(Clone, Debug)]
pub struct Measured {
    /// What it is made of.
    pub measure: Measure,
    /// Its unit.
    pub unit: Unit,
    /// The same for the whole institution by its own rule, when there is one: a hidden formula.
    pub cell: Option<FormulaId>,
    /// As written.
    pub text: String,
}

/// What takes values in turn.
#[derive(Clone, Debug)]
pub struct SweptAxis {
    /// What moves.
    pub target: Moved,
    /// How.
    pub kind: SweepKind,
    /// Values taken, or raises, in order: base units, or days since 1970.
    pub values: Vec<Exact>,
}

impl Scope<'_> {
    /// The measures of a `chercher` or a `balayer`, as hidden formulas of the whole; what is wrong in them is said when they are checked.
    pub(crate) fn trial_cells_of(&mut self, detail: &Detail) {
        let measures: Vec<&Expr> = match detail {
            Detail::GoalSeek(g) => vec![measured(g)],
            Detail::Sweep(s) => s.measures.iter().collect(),
            _ => return,
        };
        for e in measures {
            let inner = match &e.kind {
                ExprKind::Shifted(inner, Shift::InMonth(_) | Shift::InYear(_) | Shift::OverYear(_)) => inner,
                _ => e,
            };
            let before = self.diagnostics.len();
            let level = Grain::Level(WHOLE.to_owned());
            let cell = self.report_cell(inner, &level, &Selection::all(), true);
            self.diagnostics.truncate(before);
            if let Some(cell) = cell {
                let id = self.hide_named(cell, format!("essai·{}", self.hidden.len()), level);
                self.trial_cells.insert(e.span, id);
            }
        }
    }

    pub(crate) fn goal_seek(&mut self, g: &ast::GoalSeek, ground: &Ground<'_>, parameters: &Parameters<'_>) -> Option<Analysis> {
        let scenario = self.scenario_named(&g.scenario);
        let target = self.moved(&g.target, scenario.as_deref(), parameters);
        let left = measured(g);
        let right =
            match &g.goal.kind {
                ExprKind::Binary(BinaryOperator::Equal, _, right) if !g.unchanged => Some(&**right),
                ExprKind::Binary(BinaryOperator::Equal, ..) => {
                    self.complain(
                        Diagnostic::new(Code::V21, "un but est une valeur, ou « inchangée » : lequel des deux ?", g.goal.span)
                            .here("une valeur")
                            .help("gardez `= …`, ou `inchangée`"),
                    );
                    return None;
                }
                _ if g.unchanged => None,
                _ => {
                    self.complain(Diagnostic::new(Code::V21, "le but n'est pas une égalité", g.goal.span).here("ici").help(
                        "écrivez `tel que masse_salariale sur 2027 = 151 000 000 €`, ou `tel que masse_salariale sur 2027 inchangée`",
                    ));
                    return None;
                }
            };
        let measure = self.trial_measure(ground, left)?;
        if !matches!(measure.measure, Measure::OverYear(..) | Measure::InMonth(..)) {
            self.complain(Diagnostic::new(Code::V02, "le but ne dit pas quand", left.span).help("ajoutez `sur 2027`, ou `en 12/2027`"));
            return None;
        }
        let goal = match right {
            Some(right) => Some(self.declared_value(right, &measure.unit, &Exact::ONE)?),
            None => None,
        };
        let (target, scenario) = (target?, scenario?);
        let written = written(&target, parameters)?;
        let bounds = match &g.bounds {
            Some((a, b)) => Some(self.bounds_of(&written, a, b)?),
            None => None,
        };
        let pace = match &g.step {
            Some(step) => Some(self.pace(&written, step)?),
            None => None,
        };
        Some(Analysis::Seek { target, scenario, measure, goal, bounds, pace, span: g.span })
    }

    pub(crate) fn sweep(&mut self, s: &ast::Sweep, ground: &Ground<'_>, parameters: &Parameters<'_>) -> Option<Analysis> {
        let mut scenario: Option<String> = None;
        let mut axes: Vec<SweptAxis> = Vec::new();
        for a in &s.axes {
            let own = self.scenario_named(&a.scenario)?;
            if scenario.as_ref().is_some_and(|first| *first != own) {
                self.complain(
                    Diagnostic::new(Code::V21, "on croise deux balayages d'un même scénario", a.scenario.span)
                        .here("un autre scénario")
                        .help("donnez le même scénario aux deux"),
                );
                return None;
            }
            axes.push(self.swept(a, &own, parameters)?);
            scenario = Some(own);
        }
        if let [one, two] = axes.as_slice()
            && let (Moved::Parameter(a), Moved::Parameter(b)) = (&one.target, &two.target)
            && a == b
        {
            self.complain(
                Diagnostic::new(Code::V21, "les deux balayages sont de la même valeur", s.span).help("croisez deux valeurs différentes"),
            );
            return None;
        }
        let runs: usize = axes.iter().map(|a| a.values.len()).product();
        if i64::try_from(runs).unwrap_or(i64::MAX) > RUNS {
            let message = format!("ce balayage demande {runs} calculs, {RUNS} au plus");
            self.complain(Diagnostic::new(Code::V21, message, s.span).help("prenez des pas plus grands"));
            return None;
        }
        let mut measures = Vec::new();
        for e in &s.measures {
            measures.push(self.trial_measure(ground, e)?);
        }
        Some(Analysis::Sweep { scenario: scenario?, axes, measures, year: s.year.as_ref().map(|y| y.value), span: s.span })
    }

    fn swept(&mut self, a: &ast::SweepAxis, scenario: &str, parameters: &Parameters<'_>) -> Option<SweptAxis> {
        let target = self.moved(&a.target, Some(scenario), parameters)?;
        let mut written = written(&target, parameters)?;
        if a.kind != SweepKind::Set {
            if let Moved::Movement(m) = &target {
                self.complain(
                    Diagnostic::new(Code::V21, "un mouvement prend des valeurs, il ne se majore pas", m.span)
                        .here("`?` est un nombre, ou une date")
                        .help("écrivez `de 0 à 10 pas 1`"),
                );
                return None;
            }
            // A raise is a share of the value.
            (written.unit, written.factor, written.bounds) = (Unit::pure(), Exact::ONE, None);
        }
        let (from, to) = (self.bound(&written, &a.from), self.bound(&written, &a.to));
        let pace = self.pace(&written, &a.step);
        let (from, to, pace) = (from?, to?, pace?);
        let values = match &pace {
            Pace::Months(months) => every_month(&from, &to, *months, written.day == Some(MovedPart::On)),
            Pace::Even(step) => {
                let runs = (&to - &from).checked_div(step).map(|n| n.floor()).and_then(|n| n.to_int());
                match runs {
                    Some(n) if (0..RUNS).contains(&n) => (0..=n).map(|n| &from + &(step * &Exact::from_int(n))).collect(),
                    Some(n) if n >= RUNS => {
                        self.complain(
                            Diagnostic::new(Code::V21, format!("ce balayage demande {} calculs, {RUNS} au plus", n + 1), a.step.span)
                                .help("prenez un pas plus grand"),
                        );
                        return None;
                    }
                    _ => Vec::new(),
                }
            }
        };
        if values.is_empty() {
            self.complain(
                Diagnostic::new(Code::V21, "ce pas ne mène pas de la première valeur à la dernière", a.step.span)
                    .here("pas")
                    .help("le pas n'est pas nul, et va dans le sens de la première valeur à la dernière"),
            );
            return None;
        }
        if let Some((low, high)) = &written.bounds
            && let Some(out) = values.iter().find(|x| *x < low || *x > high)
        {
            let shown = |x: &Exact| written.shown(x);
            self.complain(
                Diagnostic::new(Code::E06, format!("`{}` passerait par {}, hors de ses bornes", written.name, shown(out)), a.span)
                    .help(format!("restez entre {} et {}", shown(low), shown(high))),
            );
            return None;
        }
        Some(SweptAxis { target, kind: a.kind, values })
    }

    fn trial_measure(&mut self, ground: &Ground<'_>, e: &Expr) -> Option<Measured> {
        let (measure, unit) = self.cell_measure(ground, e)?;
        Some(Measured { measure, unit, cell: self.trial_cells.get(&e.span).copied(), text: print_expression(e) })
    }

    /// What moves: a value, or the `?` of a movement.
    fn moved(&mut self, target: &ast::Moved, scenario: Option<&str>, parameters: &Parameters<'_>) -> Option<Moved> {
        let list = match target {
            ast::Moved::Name(name) => return self.moving(name, parameters).map(Moved::Parameter),
            ast::Moved::Movements(list) => list,
        };
        let found: Option<&Scenario> = scenario.and_then(|name| parameters.scenarios.iter().find(|s| s.name == name));
        // Of a scenario that was refused, nothing is known: only the sentence is checked.
        let last = found.map_or(Month::MIN.plus(1), |s| s.constate);
        let count: usize = list.iter().map(|m| m.sought.len()).sum();
        if count != 1 {
            let span = list.iter().flat_map(|m| &m.sought).nth(1).map(|s| s.span).or(list.first().map(|m| m.span))?;
            let (message, help) = match count {
                0 => (
                    "rien n'est cherché dans ce mouvement",
                    "mettez `?` à la place du nombre ou de la date : `recruter ? agents …`, `à compter du ?`",
                ),
                _ => ("deux `?` à la fois : il y aurait trop de réponses", "gardez-en un, et donnez l'autre"),
            };
            self.complain(Diagnostic::new(Code::V21, message, span).here("ici").help(help));
            return None;
        }
        let (mut before, mut after, mut main) = (Vec::new(), Vec::new(), None);
        for m in list {
            match m.sought.first() {
                Some(sought) => main = Some((m, sought, self.sought(m, sought, found, last)?)),
                None => {
                    let kind = self.sentence(&movements::Sentence::Movement(m), last)?;
                    let side = if main.is_none() { &mut before } else { &mut after };
                    side.push((kind, print_movement(m)));
                }
            }
        }
        let (clause, sought, (part, kind)) = main?;
        Some(Moved::Movement(Box::new(MovedMovement::new(part, kind, (clause, sought), before, after))))
    }

    /// The movement, checked with some value in the place of its `?`.
    fn sought(
        &mut self,
        m: &MovementClause,
        sought: &cadrage_source::Spanned<Sought>,
        scenario: Option<&Scenario>,
        last: Month,
    ) -> Option<(MovedPart, MovementKind)> {
        let first = scenario.map_or(Month::MIN.plus(2), |s| s.constate.plus(1));
        let (part, some) = match &sought.value {
            Sought::Number(unit) => {
                let part = moved::part_of(unit);
                let some = if part == MovedPart::Share { Exact::ratio(1, 100)? } else { Exact::ONE };
                (part, some)
            }
            Sought::From => (MovedPart::From, moved::day(first.first_day())),
            Sought::On => (MovedPart::On, moved::day(first.last_day())),
        };
        let clause = moved::filled(m, &sought.value, &some)?;
        let kind = self.sentence(&movements::Sentence::Movement(&clause), last)?;
        if moved::set(&kind, part, &some).is_none() {
            self.complain(Diagnostic::new(Code::V21, "`?` n'a pas de sens ici", sought.span).here("ici").help(
                "on cherche le nombre d'un mouvement, le premier jour d'un recrutement ou d'un changement, le dernier jour d'un départ",
            ));
            return None;
        }
        Some((part, kind))
    }
}

/// What a goal reads.
fn measured(g: &ast::GoalSeek) -> &Expr {
    match &g.goal.kind {
        ExprKind::Binary(BinaryOperator::Equal, left, _) => left,
        _ => &g.goal,
    }
}

/// Days from one to another, so many months apart; last days of months stay last days.
fn every_month(from: &Exact, to: &Exact, months: i32, ends: bool) -> Vec<Exact> {
    let date = |x: &Exact| x.to_int().and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days);
    let (Some(first), Some(last)) = (date(from), date(to)) else { return Vec::new() };
    let at = |k: i32| {
        let month = first.month().plus(k.saturating_mul(months));
        if ends && first == first.month().last_day() { month.last_day() } else { first.plus_months(k.saturating_mul(months)) }
    };
    (0..).map(at).take_while(|d| *d <= last).take(usize::try_from(RUNS).unwrap_or(0)).map(moved::day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_days_of_months_stay_last_days() {
        let day = |text: &str| moved::day(Date::parse(text).unwrap());
        let list = |from: &str, to: &str, ends| every_month(&day(from), &day(to), 1, ends);
        assert_eq!(list("28/02/2027", "30/04/2027", true), [day("28/02/2027"), day("31/03/2027"), day("30/04/2027")]);
        assert_eq!(list("28/02/2027", "30/04/2027", false), [day("28/02/2027"), day("28/03/2027"), day("28/04/2027")]);
        assert!(list("01/02/2027", "01/01/2027", false).is_empty());
    }
}
