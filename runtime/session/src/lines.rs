//! What agents cost and count, split over their imputations and affectations: the lines of the projected months.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_engine::{AgentProjection, Keys, Line, Origin, split_amount, split_job};
use cadrage_ir::{Feed, FormulaId, Job, Program, attribute};
use cadrage_value::{Exact, Money, Month};

use crate::attributes::Coder;
use crate::people::People;

/// Writes the lines of agents.
pub(crate) struct Splitter<'a> {
    program: &'a Program,
    people: &'a People<'a>,
    /// Last constaté month.
    last: Month,
    /// What job lines say they come from.
    jobs_of: Origin,
}

/// Which line of a stencil: the formula whose rubrique it bears (none for jobs), its imputation and place, whether for an exercice before.
type Part = (Option<FormulaId>, usize, usize, bool);

/// One way of being split: the codes and keys that months share, and the codes of each line made of them once.
struct Stencil {
    codes: Vec<Arc<str>>,
    keys: Keys,
    made: BTreeMap<Part, Arc<[Arc<str>]>>,
}

impl<'a> Splitter<'a> {
    /// For the lines of these people after `last`; `formulas`: those of pay.
    pub(crate) fn new(program: &'a Program, people: &'a People<'a>, formulas: &[FormulaId], last: Month) -> Self {
        let etpt = |id: &FormulaId| program.formula(*id).is_some_and(|f| f.feeds == Some(Feed::Job(Job::Etpt)));
        let jobs_of = formulas.iter().copied().find(etpt).map_or(Origin::Constate, Origin::Computed);
        Splitter { program, people, last, jobs_of }
    }

    /// Adds the lines of an agent, month by month: amounts, then jobs; then back pay.
    pub(crate) fn agent(&self, agent: usize, projected: &AgentProjection, coder: &mut Coder<'_>, out: &mut Vec<Line>) {
        let cohort = &self.people.cohort;
        let mut amounts = projected.amounts.iter().peekable();
        let mut jobs = projected.jobs.iter().peekable();
        let mut stencil: Option<(usize, Stencil)> = None;
        while let Some(month) = [amounts.peek().map(|a| a.0), jobs.peek().map(|j| j.0)].into_iter().flatten().min() {
            let own: Vec<(FormulaId, Money)> =
                std::iter::from_fn(|| amounts.next_if(|a| a.0 == month)).map(|(_, id, amount)| (*id, *amount)).collect();
            let mut worked = [Exact::ZERO, Exact::ZERO];
            for (_, job, x) in std::iter::from_fn(|| jobs.next_if(|j| j.0 == month)) {
                let [etpt, etpf] = &mut worked;
                let slot = if *job == Job::Etpt { etpt } else { etpf };
                *slot = &*slot + x;
            }
            let Some(k) = cohort.position(month) else { continue };
            let before = stencil.take().filter(|(at, _)| cohort.same_codes(agent, *at, k));
            let Some(now) = self.stencil(agent, month, before.map(|(_, s)| s), || cohort.last_codes(agent, k)) else { continue };
            let (_, now) = stencil.insert((k, now));
            for (id, amount) in own {
                for (i, p, cents) in split_amount(amount, &now.keys).into_iter().filter(|(_, _, c)| *c != Money::ZERO) {
                    let codes = self.codes(now, (Some(id), i, p, false), coder);
                    out.push(Line::paid(month, codes, cents, Origin::Computed(id)));
                }
            }
            let [etpt, etpf] = worked;
            let (etpt, etpf) = (split_job(&etpt, &now.keys), split_job(&etpf, &now.keys));
            for ((i, p, etpt), (_, _, etpf)) in etpt.into_iter().zip(etpf) {
                if !etpt.is_zero() || !etpf.is_zero() {
                    let codes = self.codes(now, (None, i, p, false), coder);
                    out.push(Line::worked(month, codes, etpt, etpf, self.jobs_of));
                }
            }
        }
        self.rappels(agent, projected, coder, out);
    }

    fn rappels(&self, agent: usize, projected: &AgentProjection, coder: &mut Coder<'_>, out: &mut Vec<Line>) {
        let cohort = &self.people.cohort;
        // Expected back pay, and each month a value is paid late, has one row and one split for all its lines.
        let mut stencils: BTreeMap<(bool, Month), Option<Stencil>> = BTreeMap::new();
        for rappel in &projected.rappels {
            let month = rappel.paid;
            let stencil = stencils.entry((rappel.late, month)).or_insert_with(|| {
                // Expected back pay is for who is in force; a value paid late is owed to whom it was due, gone or not.
                let latest = || (0..cohort.position(month).map_or(0, |k| k + 1)).rev().find_map(|k| cohort.last_codes(agent, k));
                let row = || if rappel.late { latest() } else { cohort.end_row(agent).map(|row| row.codes.clone()) };
                self.stencil(agent, if rappel.late { month } else { self.last }, None, row)
            });
            let Some(stencil) = stencil else { continue };
            for (i, p, cents) in split_amount(rappel.amount, &stencil.keys).into_iter().filter(|(_, _, c)| *c != Money::ZERO) {
                let codes = self.codes(stencil, (Some(rappel.formula), i, p, rappel.right.year() != month.year()), coder);
                out.push(Line { right: rappel.right, ..Line::paid(month, codes, cents, Origin::Rappel(rappel.formula)) });
            }
        }
    }

    /// The one before when it serves for this month too: same codes (the caller says), same keys.
    fn stencil(
        &self,
        agent: usize,
        month: Month,
        before: Option<Stencil>,
        codes: impl FnOnce() -> Option<Vec<Arc<str>>>,
    ) -> Option<Stencil> {
        let structure = |codes: &[Arc<str>]| attribute("structure").and_then(|a| codes.get(a.index())).map_or("?".into(), Arc::clone);
        match before {
            Some(same) => {
                let keys = self.people.keys(agent, &structure(&same.codes), month);
                Some(if keys == same.keys { same } else { Stencil { codes: same.codes, keys, made: BTreeMap::new() } })
            }
            None => {
                let codes = codes()?;
                let keys = self.people.keys(agent, &structure(&codes), month);
                Some(Stencil { codes, keys, made: BTreeMap::new() })
            }
        }
    }

    /// The codes of a line of the stencil.
    fn codes(&self, stencil: &mut Stencil, part: Part, coder: &mut Coder<'_>) -> Arc<[Arc<str>]> {
        let Stencil { codes, keys, made } = stencil;
        let made = made.entry(part).or_insert_with(|| {
            let (id, imputation, p, anterieur) = part;
            let mut own = codes.clone();
            place(&mut own, keys, imputation, p, coder);
            if let Some(id) = id {
                self.impute(&mut own, id, anterieur, coder);
            }
            own.into()
        });
        Arc::clone(made)
    }

    /// Writes rubrique, nature and account.
    fn impute(&self, codes: &mut [Arc<str>], id: FormulaId, anterieur: bool, coder: &mut Coder<'_>) {
        let Some(Feed::Rubriques(list, account)) = self.program.formula(id).and_then(|f| f.feeds.as_ref()) else { return };
        let rubrique = list.first().map_or("?", String::as_str);
        coder.set(codes, "rubrique", rubrique);
        let titulaire = attribute("statut").and_then(|a| codes.get(a.index())).is_some_and(|s| is_titulaire(s));
        let element = self.program.element(rubrique);
        if let Some(e) = element {
            coder.set(codes, "famille", &e.famille);
        }
        let compte = account.as_deref().unwrap_or_else(|| element.map_or("?", |e| e.account(titulaire)));
        coder.set(codes, "compte", compte);
        coder.set(codes, "nature", if anterieur { "ANTERIEUR" } else { "COURANT" });
    }
}

/// Is this statut paid on the accounts of titulaires?
pub(crate) fn is_titulaire(statut: &str) -> bool {
    matches!(statut, "TITULAIRE" | "STAGIAIRE")
}

/// Writes the imputation and the place of a part.
pub(crate) fn place(codes: &mut [Arc<str>], keys: &Keys, k: usize, p: usize, coder: &mut Coder<'_>) {
    if let Some(i) = keys.imputations.get(k) {
        coder.set(codes, "centre_de_coût", &i.centre);
        coder.set(codes, "eotp", &i.eotp);
        coder.set(codes, "plafond", &i.plafond);
    }
    // The row's own structure stays as it is, with what it implies.
    if let Some((structure, _)) = keys.places.get(p)
        && attribute("structure").and_then(|a| codes.get(a.index())).is_none_or(|own| own != structure)
    {
        coder.set(codes, "structure", structure);
    }
}
