//! One end of a comparison: a scenario over the months of an exercice, with who is there, what each is owed and what was paid.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_cube::Cube;
use cadrage_engine::{Answers, Cohort, CohortBuilder, Crew, Environment, Kernel, Levels, Line, Mode, Own, Parameters, Value};
use cadrage_ir::{Feed, FormulaId, Program};
use cadrage_value::{Money, Month, Rounding};

use super::new_year::WholeMonths;
use crate::run::RunError;
use crate::study::{Ground, Study, reads_levels, refused};

/// A scenario over some months.
pub(crate) struct End<'a> {
    ground: &'a Ground<'a>,
    study: Study<'a>,
    /// The same people without what they were paid besides elements that rules compute: bases hold no hours, as rules know none.
    cohort: Cohort,
    /// Its lines, all months.
    pub(crate) lines: &'a [Line],
    /// The months, January first.
    pub(crate) months: Vec<Month>,
    /// Formulas `par agent` that feed pay elements.
    formulas: Vec<FormulaId>,
}

/// What each agent is owed in each month asked, by position.
pub(crate) type Owed = Vec<Vec<Money>>;

impl<'a> End<'a> {
    /// The months must be among those of the ground.
    pub(crate) fn new(ground: &'a Ground<'a>, lines: &'a [Line], months: Vec<Month>) -> Result<End<'a>, RunError> {
        let program = ground.program();
        let pays = |id: &FormulaId| program.formula(*id).is_some_and(|f| matches!(f.feeds, Some(Feed::Rubriques(..))));
        let formulas: Vec<FormulaId> = ground.formulas().iter().copied().filter(pays).collect();
        let cohort = &ground.people().cohort;
        let mut end = End { study: Study::gathered(ground)?, ground, cohort: Cohort::default(), lines, months, formulas };
        let computed: BTreeSet<&str> = end.rubriques().map(|(_, rubrique)| rubrique).collect();
        let mut builder = CohortBuilder::new(cohort.months().to_vec());
        for agent in 0..cohort.len() {
            let Some(mut frame) = cohort.frame(agent) else { continue };
            frame.months.iter_mut().for_each(|m| m.observed.retain(|rubrique, _| computed.contains(rubrique.as_str())));
            builder.push(&frame);
        }
        end.cohort = builder.finish();
        Ok(end)
    }

    pub(crate) fn program(&self) -> &'a Program {
        self.ground.program()
    }

    pub(crate) fn cube(&self) -> &'a Cube {
        self.ground.cube()
    }

    pub(crate) fn people(&self) -> &'a crate::people::People<'a> {
        self.ground.people()
    }

    /// What is in force, every value paid late known from its effect on.
    pub(crate) fn parameters(&self) -> Parameters {
        let last = self.months.last().copied().unwrap_or(Month::MIN);
        self.ground.parameters().known_in(last)
    }

    /// What computes agents' pay, and the rubrique of each.
    pub(crate) fn rubriques(&self) -> impl Iterator<Item = (FormulaId, &'a str)> + '_ {
        let program = self.program();
        self.formulas.iter().filter_map(move |id| match &program.formula(*id)?.feeds {
            Some(Feed::Rubriques(list, _)) => Some((*id, list.first()?.as_str())),
            _ => None,
        })
    }

    fn kernel(&self) -> &dyn Kernel {
        self.study.crew().kernel
    }

    fn positions(&self) -> std::ops::Range<usize> {
        let cohort = &self.cohort;
        let at = |m: Option<&Month>| m.and_then(|m| cohort.position(*m));
        match (at(self.months.first()), at(self.months.last())) {
            (Some(first), Some(last)) => first..last + 1,
            _ => 0..0,
        }
    }

    /// What pay reads of levels, at these prices.
    fn levels(&self, parameters: &Parameters) -> Result<Levels, RunError> {
        self.study.gather(parameters).map_err(refused)
    }

    /// What everybody is owed in the months of this end, at these prices: computed again in constaté months too.
    pub(crate) fn owed(&self, parameters: &Parameters) -> Result<Owed, RunError> {
        self.owed_by(parameters, &self.formulas)
    }

    /// What some of the formulas give of it.
    pub(crate) fn owed_by(&self, parameters: &Parameters, formulas: &[FormulaId]) -> Result<Owed, RunError> {
        let levels = self.levels(parameters)?;
        let environment = Environment { parameters, levels: &levels };
        let loaded = self.kernel().load(&self.cohort);
        let crew = Crew { kernel: self.kernel(), loaded: &*loaded, cohort: &self.cohort };
        let answers = Answers::of(crew, environment, formulas, self.positions(), Mode::Recomputed);
        (0..crew.cohort.len())
            .map(|agent| {
                let own = answers.agent(agent).map_err(refused)?;
                Ok((0..self.months.len()).map(|at| amount(&own, at, formulas.len())).collect())
            })
            .collect()
    }

    /// What everybody in activity on the evening of the 31 December after these months would be owed in each of them, had it been a whole
    /// month of that situation; nothing for the others. What a month cumulates of those before it stays what it was.
    pub(crate) fn owed_at_new_year(&self, parameters: &Parameters, concerned: &[bool]) -> Result<Vec<Option<Vec<Money>>>, RunError> {
        let levels = self.levels(parameters)?;
        let environment = Environment { parameters, levels: &levels };
        let cohort = &self.cohort;
        let mut coder = self.ground.coder();
        let Some(last) = self.months.last().copied() else { return Ok(Vec::new()) };
        let pivots: Vec<_> = (0..cohort.len())
            .map(|agent| {
                let matricule = cohort.matricule(agent).map_or("", |m| m);
                concerned
                    .get(agent)
                    .copied()
                    .unwrap_or(false)
                    .then(|| self.presence(agent)?.at_new_year(matricule, last.year(), &mut coder))
                    .flatten()
            })
            .collect();
        // Who has no pivot is there only where what levels say of an agent is found by his place.
        let placed = reads_levels(self.program());
        let seen: Vec<usize> = (0..cohort.len()).filter(|agent| placed || pivots.get(*agent).is_some_and(Option::is_some)).collect();
        let whole = WholeMonths {
            kernel: self.kernel(),
            cohort,
            end: self.positions().end,
            formulas: &self.formulas,
            environment,
            pivots: &pivots,
            seen: &seen,
        };
        let by_month = whole.over(&self.months)?;
        let mut out: Vec<Option<Vec<Money>>> = pivots.iter().map(|p| p.as_ref().map(|_| Vec::with_capacity(self.months.len()))).collect();
        for amounts in by_month {
            for (agent, amount) in seen.iter().zip(amounts) {
                if let Some(Some(own)) = out.get_mut(*agent) {
                    own.push(amount);
                }
            }
        }
        Ok(out)
    }

    /// When an agent is in activity.
    pub(crate) fn presence(&self, agent: usize) -> Option<&crate::presence::Presence> {
        self.people().presences.get(agent)
    }

    /// What was paid for a month of right, where it is known.
    pub(crate) fn observed(&self, agent: usize, month: Month, rubrique: &str) -> Option<Money> {
        let cohort = &self.people().cohort;
        let k = cohort.position(month)?;
        cohort.months().get(k).filter(|(_, constate)| *constate)?;
        Some(cohort.observed(agent, k, rubrique).unwrap_or(Money::ZERO))
    }

    /// Everybody, by matricule.
    pub(crate) fn agents(&self) -> BTreeMap<Arc<str>, usize> {
        let cohort = &self.cohort;
        (0..cohort.len()).filter_map(|a| Some((Arc::clone(cohort.matricule(a)?), a))).collect()
    }

    /// The lines paid in the months of this end.
    pub(crate) fn paid(&self) -> impl Iterator<Item = &'a Line> + '_ {
        let (first, last) = (self.months.first().copied(), self.months.last().copied());
        self.lines.iter().filter(move |l| l.amount != Money::ZERO && Some(l.month) >= first && Some(l.month) <= last)
    }
}

/// What the formulas asked give together in a month, each to the cent.
pub(super) fn amount(own: &Own<'_>, at: usize, formulas: usize) -> Money {
    (0..formulas).map(|f| cents(own, at, f)).sum()
}

fn cents(own: &Own<'_>, at: usize, f: usize) -> Money {
    match own.cents(at, f) {
        Some(amount) => amount,
        None => match own.value(at, f) {
            Value::Known(x) => Rounding::HalfUp.to_money(&x).unwrap_or_default(),
            _ => Money::ZERO,
        },
    }
}

/// A code of a line, found once for all.
pub(crate) fn code(line: &Line, id: Option<cadrage_ir::AttributeId>) -> &str {
    id.and_then(|a| line.codes.get(a.index())).map_or("", |c| c)
}
