//! What is compared with what, as a person asks for it.

use std::collections::BTreeMap;

use cadrage_cube::{Cube, CubeError};
use cadrage_driver::{Analysis, Compiled, LevelCell, Scenario, fold};
use cadrage_engine::Backend;
use cadrage_ir::{ATTRIBUTES, Unit};
use cadrage_source::{Code, Diagnostic, FileId, Span};

use super::effects::add_all;
use super::{Asked, Comparison, Effect, EffectPart, Side, compare, members};
use crate::clock::{Phase, Phases};
use crate::run::{self, RunError};
use crate::workspace::{Workspace, unknown_scenario};
use crate::{masking, representatives};

/// A comparison asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparisonRequest {
    /// The scenario.
    pub scenario: String,
    /// What it is compared with; itself, the exercice before, when nothing is said.
    pub reference: Option<String>,
    /// Exercice of the scenario; its last whole one when nothing is said.
    pub year: Option<i32>,
    /// Exercice of the reference; likewise.
    pub reference_year: Option<i32>,
    /// The level it is told by.
    pub level: Option<String>,
    /// What is compared; the masse salariale when nothing is said.
    pub measure: Option<ComparedMeasure>,
    /// Say what each effect is made of: constants, and agents for what is declared.
    pub details: bool,
}

/// Another measure than the masse salariale, and how it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedMeasure {
    /// As declared.
    pub name: String,
    /// Base unit.
    pub unit: Unit,
    /// For the whole, then by the level asked for, then by agent where it knows agents.
    pub cells: Vec<LevelCell>,
    /// Is it told by a level?
    pub leveled: bool,
    /// Where it is asked for.
    pub span: Span,
}

impl ComparedMeasure {
    /// The cell of the level asked for.
    pub(crate) fn level(&self) -> Option<&LevelCell> {
        self.cells.get(1).filter(|_| self.leveled)
    }
}

/// A `comparer` of a script: what to compare, and the effects it is cut into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredComparison {
    /// What is compared.
    pub request: ComparisonRequest,
    /// `décomposé en …`; nothing = every effect of its own.
    pub effects: Vec<&'static str>,
    /// Where it is written.
    pub span: Span,
}

/// The comparisons that the scripts declare.
#[must_use]
pub fn declared_comparisons(compiled: &Compiled) -> Vec<DeclaredComparison> {
    let mut out = Vec::new();
    for analysis in &compiled.model.analyses {
        let Analysis::Compare { scenario, reference, measure, level, effects, cells, span } = analysis else { continue };
        let level = level.as_ref().and_then(|l| l.attribute).and_then(|a| ATTRIBUTES.get(a.index())).map(|a| a.name.to_owned());
        // Without cells, it is the masse salariale, which lines give.
        let formula = compiled.program.formula(*measure).filter(|_| !cells.is_empty());
        let measure = formula.map(|f| ComparedMeasure {
            name: f.name.clone(),
            unit: f.unit.clone(),
            cells: cells.clone(),
            leveled: level.is_some(),
            span: *span,
        });
        let request = ComparisonRequest {
            scenario: scenario.clone(),
            reference: Some(reference.clone()),
            level,
            measure,
            ..ComparisonRequest::default()
        };
        out.push(DeclaredComparison { request, effects: effects.clone(), span: *span });
    }
    out
}

impl Comparison {
    /// The same with its effects gathered under these words, what none of them takes under « autres effets ».
    #[must_use]
    pub fn gathered(mut self, effects: &[&'static str]) -> Comparison {
        if effects.is_empty() {
            return self;
        }
        let mut out: Vec<Effect> = Vec::new();
        for effect in std::mem::take(&mut self.effects) {
            let place = effects.iter().position(|e| *e == effect.family);
            let (family, label) = place.and_then(|k| effects.get(k)).map_or(("autres", "autres effets"), |e| (*e, *e));
            let rank = place.map_or(98, |k| u32::try_from(k).unwrap_or(97));
            match out.iter_mut().find(|e| e.leg == effect.leg && e.family == family) {
                Some(known) => {
                    known.amount = &known.amount + &effect.amount;
                    add_all(&mut known.agents, &effect.agents);
                    add_all(&mut known.members, &effect.members);
                    known.parts.extend(piece(effect));
                }
                None => {
                    let parts = piece(effect.clone());
                    out.push(Effect { family, rank, key: fold(family), label: label.to_owned(), place: None, parts, ..effect });
                }
            }
        }
        out.sort_by_key(|e| (e.leg, e.rank));
        self.effects = out;
        self
    }
}

impl Workspace {
    /// Compares two scenarios, or a scenario with itself an exercice before.
    ///
    /// # Errors
    /// An unknown scenario, an exercice that is not whole, a fault met while computing, a month that is not loaded.
    pub fn compare(
        &mut self,
        compiled: &Compiled,
        request: &ComparisonRequest,
        backend: &dyn Backend,
        phases: &mut Phases,
    ) -> Result<Comparison, RunError> {
        phases.enter(Phase::Reading);
        let find = |name: &str| run::find(compiled, name).ok_or_else(|| unknown_scenario(compiled, name));
        let to = find(&request.scenario)?;
        let from = find(request.reference.as_deref().unwrap_or(&request.scenario))?;
        let level = match request.level.as_deref() {
            Some(word) if request.measure.is_none() => Some(members::level(word).ok_or_else(|| unknown_level(word))?),
            _ => None,
        };
        let year = request.year.unwrap_or_else(|| last_whole(to));
        let reference_year = request.reference_year.or(request.year).unwrap_or_else(|| last_whole(from));
        let alone = request.reference_year.is_none() && from.name == to.name;
        let reference_year = if alone { year - 1 } else { reference_year };
        let sight = self.sight(compiled)?;
        let then = self.known_apart(from, to)?;
        let now = self.known(Some(to.observed))?;
        run::missing_months(to, now)?;
        run::missing_months(from, then.as_ref().unwrap_or(now))?;
        let side = |scenario, cube, year| {
            let (scenario, program) = compiled.runs(scenario);
            Side { scenario, program, cube, year }
        };
        let reference = side(from, then.as_ref().unwrap_or(now), reference_year);
        let asked = Asked { level, measure: request.measure.as_ref(), details: request.details };
        let mut found = compare(compiled, (reference, side(to, now, year)), asked, backend, phases)?;
        found.notes.extend(representatives::told(compiled, from, then.as_ref().unwrap_or(now))?);
        if from.name != to.name {
            found.notes.extend(representatives::told(compiled, to, now)?);
        }
        if sight.tells_agents() {
            return Ok(found);
        }
        let mut heads = BTreeMap::new();
        let of_measure = request.measure.as_ref().and_then(ComparedMeasure::level).and_then(|cell| cell.attribute);
        if let Some(attribute) = level.map(|(_, attribute)| attribute).or(of_measure) {
            let mut coder = crate::attributes::Coder::new(&now.references).merging(&to.merges);
            let lines = crate::constate::lines(now, to.constate, &mut coder);
            // Of both exercices, the fewest: either side would tell.
            heads = masking::heads(&lines, year, attribute);
            for (code, count) in masking::heads(&lines, reference_year, attribute) {
                let slot = heads.entry(code).or_insert(count);
                *slot = (*slot).min(count);
            }
        }
        Ok(masking::comparison(found, &heads, &sight))
    }

    /// What the reference knew, kept apart when it is not what the other knows.
    pub(crate) fn known_apart(&mut self, from: &Scenario, to: &Scenario) -> Result<Option<Cube>, CubeError> {
        if from.observed == to.observed {
            return Ok(None);
        }
        let all = std::ptr::from_ref(self.dossier().cube()?);
        let mut whole = |scenario: &Scenario| Ok::<bool, CubeError>(std::ptr::eq(self.known(Some(scenario.observed))?, all));
        if whole(from)? && whole(to)? {
            return Ok(None);
        }
        Ok(Some(self.known(Some(from.observed))?.clone()))
    }
}

/// What an effect is in a gathered one: its own parts, else itself.
fn piece(effect: Effect) -> Vec<EffectPart> {
    if effect.parts.is_empty() { vec![EffectPart { label: effect.label, amount: effect.amount }] } else { effect.parts }
}

/// The last exercice that a scenario projects to its end.
fn last_whole(scenario: &Scenario) -> i32 {
    scenario.until.year() - i32::from(scenario.until != scenario.until.december())
}

fn unknown_level(word: &str) -> RunError {
    let nowhere = Span::new(FileId(u32::MAX), 0, 0);
    let message = format!("`{word}` n'est pas un niveau par lequel comparer");
    RunError::Diagnostics(vec![Diagnostic::new(Code::N01, message, nowhere).help(format!("niveaux : {}", members::known()))])
}
