//! What moves from one trial to the next, and the sentences that say where it stands.

use cadrage_driver::{Compiled, Moved, MovedMovement, MovedPart, Movement, MovementKind, Scenario, SweepKind};
use cadrage_ir::{Parameter, ParameterId, Program};
use cadrage_source::{Code, Span};
use cadrage_value::Exact;

use super::gauge::refused;
use super::ground::{Tried, change, layer, sentence};
use super::written;
use crate::confidentiality::Sight;
use crate::run::{self, RunError};

/// A value or the `?` of a movement, in a scenario.
pub(super) struct Mover<'a> {
    scenario: &'a Scenario,
    program: &'a Program,
    span: Span,
    what: What<'a>,
}

enum What<'a> {
    Value(ParameterId, &'a Parameter, SweepKind),
    Movement(&'a MovedMovement, Option<Place>),
}

/// The sentence of the scenario that is this one but for the `?`: it is the one that moves.
pub(super) struct Place {
    rank: usize,
    /// What it says in the place of `?`.
    pub(super) value: Exact,
    text: String,
    /// `budget.cadrage:12`
    at: String,
}

impl<'a> Mover<'a> {
    pub(super) fn of(
        target: &'a Moved,
        kind: SweepKind,
        compiled: &Compiled,
        (scenario, program): (&'a Scenario, &'a Program),
        span: Span,
    ) -> Result<Mover<'a>, RunError> {
        let what = match target {
            Moved::Parameter(id) => match program.parameter(*id) {
                Some(parameter) => What::Value(*id, parameter, kind),
                None => {
                    return Err(refused(Code::N01, "la valeur cherchée n'existe pas".to_owned(), span, "nommez une hypothèse".to_owned()));
                }
            },
            Moved::Movement(moved) => What::Movement(moved, place(moved, scenario, compiled)?),
        };
        Ok(Mover { scenario, program, span, what })
    }

    /// Somebody designated comes or goes: what it costs would tell his pay.
    pub(super) fn needs_sight(&self, sight: &Sight) -> Result<(), RunError> {
        let What::Movement(moved, _) = &self.what else { return Ok(()) };
        if moved.only_hires() || sight.tells_agents() {
            return Ok(());
        }
        Err(sight.refusal("ce mouvement porte sur des agents en place, dont l'écart dirait la paie", self.span))
    }

    pub(super) fn people_move(&self) -> bool {
        matches!(self.what, What::Movement(..))
    }

    /// Do both move the same sentence of the scenario?
    pub(super) fn is_same_place(&self, other: &Mover<'_>) -> bool {
        let rank = |m: &Mover<'_>| if let What::Movement(_, Some(place)) = &m.what { Some(place.rank) } else { None };
        rank(self).is_some() && rank(self) == rank(other)
    }

    /// The parameter that moves.
    pub(super) fn parameter(&self) -> Option<&'a Parameter> {
        if let What::Value(_, parameter, _) = self.what { Some(parameter) } else { None }
    }

    /// The movement that moves, and where it is written already.
    pub(super) fn movement(&self) -> Option<(&'a MovedMovement, Option<&Place>)> {
        if let What::Movement(moved, place) = &self.what { Some((moved, place.as_ref())) } else { None }
    }

    /// What an answer puts before `= value`.
    pub(super) fn name(&self) -> String {
        self.parameter().map_or_else(|| "?".to_owned(), |p| p.name.clone())
    }

    /// What is tried, in full.
    pub(super) fn described(&self) -> String {
        match &self.what {
            What::Value(_, parameter, _) => parameter.name.clone(),
            What::Movement(moved, _) => format!("`?` dans « {} »", moved.open_sentence()),
        }
    }

    /// The title of its values in a table.
    pub(super) fn title(&self) -> String {
        match &self.what {
            What::Value(_, parameter, _) => parameter.name.clone(),
            What::Movement(moved, _) => match moved.part {
                MovedPart::Agents => "nombre d'agents",
                MovedPart::Etp => "ETP",
                MovedPart::Share => "part",
                MovedPart::From => "à compter du",
                MovedPart::On => "au",
            }
            .to_owned(),
        }
    }

    /// A value, as written.
    pub(super) fn written(&self, x: &Exact) -> String {
        match &self.what {
            What::Value(_, parameter, SweepKind::Set) => written::value(x, parameter),
            What::Value(..) => written::share(x),
            What::Movement(moved, _) => moved.written(x),
        }
    }

    /// What it is worth in the scenario: a value in its first projected month, a movement where it is written.
    pub(super) fn own(&self) -> Option<Exact> {
        match &self.what {
            What::Value(id, ..) => {
                let (parameters, _) = run::parameters(self.scenario, self.program);
                parameters.lookup(*id, self.scenario.constate.plus(1), None).map(|dated| dated.value.clone())
            }
            What::Movement(_, place) => place.as_ref().map(|p| p.value.clone()),
        }
    }

    /// The sentences that keep a value, in the order to write them; a movement of nobody has none.
    pub(super) fn sentences(&self, x: &Exact) -> Vec<String> {
        match &self.what {
            What::Value(id, ..) => vec![format!("{} = {}", sentence(self.program, self.scenario, *id), self.written(x))],
            What::Movement(moved, _) => {
                let beside = |list: &[(MovementKind, String)]| list.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
                [beside(&moved.before), moved.sentence_at(x).into_iter().collect(), beside(&moved.after)].concat()
            }
        }
    }

    /// What becomes of the sentences of the scenario.
    pub(super) fn beside(&self) -> Option<String> {
        let name = &self.scenario.name;
        match &self.what {
            What::Value(..) => None,
            What::Movement(_, Some(place)) => Some(format!("à la place de « {} » ({})", place.text, place.at)),
            What::Movement(_, None) => Some(format!("en plus des phrases de `{name}`")),
        }
    }

    /// Has a trial say this value.
    pub(super) fn lay(&self, x: &Exact, tried: &mut Tried) {
        match &self.what {
            What::Value(id, _, kind) => {
                tried.layers.push(layer(self.program, self.scenario, *id, change(*kind, x), self.span));
            }
            What::Movement(moved, place) => {
                let list = tried.movements.get_or_insert_with(|| self.scenario.movements.iter().cloned().map(Some).collect());
                moved.before.iter().for_each(|(kind, text)| add(list, kind, text, moved.span));
                let own = moved.kind_at(x).zip(moved.sentence_at(x));
                match (place, own) {
                    (None, Some((kind, text))) => add(list, &kind, &text, moved.span),
                    (None, None) => {}
                    (Some(place), own) => {
                        if let Some(slot) = list.get_mut(place.rank) {
                            let id = slot.as_ref().map(|m| m.id.clone()).unwrap_or_default();
                            *slot = own.map(|(kind, text)| Movement { id, kind, text, span: moved.span });
                        }
                    }
                }
                moved.after.iter().for_each(|(kind, text)| add(list, kind, text, moved.span));
            }
        }
    }

    /// What a person must know of it.
    pub(super) fn notes(&self) -> Vec<String> {
        let Some(parameter) = self.parameter() else { return Vec::new() };
        let mut out = Vec::new();
        if !parameter.hypothesis {
            out.push(format!("`{}` est une constante : toute autre valeur est une hypothèse hors textes en vigueur", parameter.name));
        }
        let exceptions = parameter.cases.iter().filter(|c| !c.selection.is_all()).count();
        if exceptions > 0 {
            out.push(format!("seule la valeur par défaut de `{}` bouge : {exceptions} exception(s) restent", parameter.name));
        }
        out
    }
}

/// One more movement, with the number that the sentence would have after the others.
fn add(list: &mut Vec<Option<Movement>>, kind: &MovementKind, text: &str, span: Span) {
    let id = format!("M{:03}", list.len() + 1);
    list.push(Some(Movement { id, kind: kind.clone(), text: text.to_owned(), span }));
}

/// The sentence of the scenario that moves, when it says this movement already.
fn place(moved: &MovedMovement, scenario: &Scenario, compiled: &Compiled) -> Result<Option<Place>, RunError> {
    let mut found = scenario.movements.iter().enumerate().filter_map(|(rank, m)| {
        let at = compiled.sources.place(m.span);
        Some(Place { rank, value: moved.value_in(&m.kind)?, text: m.text.clone(), at })
    });
    let first = found.next();
    if let (Some(one), Some(two)) = (&first, found.next()) {
        let message = format!("`{}` dit deux fois ce mouvement : en {} et en {}", scenario.name, one.at, two.at);
        return Err(refused(
            Code::V21,
            message,
            moved.span,
            "lequel bouge ? réunissez-les, ou cherchez dans un scénario qui n'en a qu'un".to_owned(),
        ));
    }
    Ok(first)
}
