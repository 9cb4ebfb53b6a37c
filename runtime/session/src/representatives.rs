//! Posts of which a scenario says only the corps, the catégorie or the statut (decision 0184): before careers run, each takes the grade and
//! the step, seen in the constaté pay, whose mean cost is the nearest to that of everybody it may be. From there on it is a hire like
//! another: formulas, hypotheses, careers and accounts apply to it.
//!
//! What is read is the pay of the constaté, and a cell of few agents is never read, whoever looks: a scenario gives the same figures to
//! everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_analysis::{CostCell, MeanCosts, Observation};
use cadrage_careers::{Grids, Input, State};
use cadrage_cube::{Cube, Grade, References};
use cadrage_driver::{Compiled, Movement, MovementKind, Profile, Scenario};
use cadrage_ir::attribute;
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Date, Exact, Money, Month};

use crate::alerts::Alert;
use crate::analysis::{FEWEST, PaidPosts, Steps};
use crate::attributes::Coder;
use crate::confidentiality;
use crate::run::RunError;
use crate::{careers, constate};

/// How many constaté months are read.
const MONTHS: i32 = 12;

/// What a post is paid on.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Paid {
    /// A step of the grid of its grade, with its chevron.
    Step(String, String),
    /// An index that no grid gives.
    Index(i64),
    /// A lump sum at full time.
    LumpSum(Money),
}

/// The grade that stands for a post, and what it is paid on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Representative {
    grade: String,
    paid: Paid,
    /// What it came from, in French.
    told: String,
}

impl Representative {
    /// The profile as if it said them.
    pub(crate) fn fill(&self, profile: &Profile) -> Profile {
        let mut out = profile.clone();
        let mut say = |name: &str, code: &str| {
            if let Some(a) = attribute(name).filter(|_| !code.is_empty()) {
                out.codes.insert(a, code.to_owned());
            }
        };
        say("grade", &self.grade);
        match &self.paid {
            Paid::Step(step, chevron) => {
                say("échelon", step);
                say("chevron", chevron);
            }
            Paid::Index(inm) => out.inm = Some(*inm),
            Paid::LumpSum(amount) => out.forfait = Some(amount.to_exact()),
        }
        out
    }
}

/// By rank of the movement.
pub(crate) type Representatives = BTreeMap<usize, Representative>;

/// The grade and the step of every hire of a scenario that has none; nothing is read where each has one.
///
/// # Errors
/// M12: nobody observed may stand for it. A threshold of confidentiality that cannot be used.
pub(crate) fn representatives(
    compiled: &Compiled,
    scenario: &Scenario,
    cube: &Cube,
    grids: &Grids,
    coder: &mut Coder<'_>,
) -> Result<Representatives, RunError> {
    let asked: Vec<_> = scenario.movements.iter().enumerate().filter_map(|(k, m)| Some((k, m, unnamed(&m.kind)?))).collect();
    if asked.is_empty() {
        return Ok(Representatives::new());
    }
    // An institution may ask for more (decision 0191).
    let minimum = confidentiality::minimum(compiled)?.max(FEWEST);
    let known = Known::new(scenario, cube, grids);
    let mut observed: BTreeMap<Option<String>, Observed<'_>> = BTreeMap::new();
    let (mut out, mut wrong) = (Representatives::new(), Vec::new());
    for (rank, movement, (profile, from)) in asked {
        // The statut is never widened: contributions go with it.
        let statut = profile.code("statut").cloned();
        let of = observed.entry(statut.clone()).or_insert_with(|| Observed::new(scenario, cube, &known, statut, coder));
        match of.representative(profile, from, minimum, (grids, &cube.references)) {
            Ok(found) => drop(out.insert(rank, found)),
            Err(why) => wrong.push(refusal(movement, &why)),
        }
    }
    if wrong.is_empty() { Ok(out) } else { Err(RunError::Diagnostics(wrong)) }
}

/// What is said of a hire that has no grade, and its first day.
fn unnamed(kind: &MovementKind) -> Option<(&Profile, Date)> {
    match kind {
        MovementKind::Hire { profile, from, .. } if profile.code("grade").is_none() => Some((profile, *from)),
        _ => None,
    }
}

/// One note per post that takes a grade from others.
pub(crate) fn alerts<'r>(scenario: &'r Scenario, found: &'r Representatives) -> impl Iterator<Item = Alert> + 'r {
    let of = |(rank, r): (&usize, &Representative)| {
        let movement = scenario.movements.get(*rank)?;
        Some(Alert { code: Code::M11.name(), message: format!("{} : {}", movement.id, r.told) })
    };
    found.iter().filter_map(of)
}

/// The same of a scenario that is not run here, for who compares it.
pub(crate) fn told(compiled: &Compiled, scenario: &Scenario, cube: &Cube) -> Result<Vec<String>, RunError> {
    if !scenario.movements.iter().any(|m| unnamed(&m.kind).is_some()) {
        return Ok(Vec::new());
    }
    let grids = crate::grids::grids(&compiled.model, scenario, &cube.references);
    let mut coder = Coder::declaring(&cube.references, &compiled.runs(scenario).1.elements).merging(&scenario.merges);
    let found = representatives(compiled, scenario, cube, &grids, &mut coder)?;
    Ok(alerts(scenario, &found).map(|alert| format!("`{}`, {}", scenario.name, alert.message)).collect())
}

fn refusal(movement: &Movement, why: &str) -> Diagnostic {
    Diagnostic::new(Code::M12, why.to_owned(), movement.span).help(
        "écrivez le grade du poste et son échelon : `grade MCF_CN échelon 2` ; `cadrage coûts-moyens` montre combien d'agents a chacun",
    )
}

/// Who was in which situation, in the constaté months that are read; movements left out.
struct Known {
    first: Month,
    last: Month,
    /// At which step of which grade each was, as each month ended.
    steps: Steps,
    /// By grade, the situations of those who were in activity, and how many thirtieths each lasted.
    stays: BTreeMap<String, Vec<(Arc<State>, u32)>>,
}

impl Known {
    fn new(scenario: &Scenario, cube: &Cube, grids: &Grids) -> Known {
        let last = scenario.constate;
        let loaded = cube.months.keys().next().copied().unwrap_or(last);
        let mut out = Known { first: last.plus(1 - MONTHS).max(loaded), last, steps: Steps::new(), stays: BTreeMap::new() };
        let situations = careers::situations(cube, last, None);
        let unrolled = cadrage_careers::unroll(&Input {
            constate: &situations,
            forecasts: &[],
            last_constate: last,
            until: last,
            forecast_horizon: last,
            grids,
            movements: &[],
        });
        for career in &unrolled.agents {
            let matricule: Arc<str> = Arc::from(career.matricule.as_str());
            for row in &career.rows {
                let state = &row.state;
                if state.remuneration == "INDICIAIRE" && !state.echelon.is_empty() {
                    let at = (Arc::from(state.grade.as_str()), Arc::from(state.echelon.as_str()));
                    out.steps.insert((Arc::clone(&matricule), row.month), at);
                }
                if row.month >= out.first {
                    out.stays.entry(state.grade.clone()).or_default().push((Arc::clone(state), row.thirtieths));
                }
            }
        }
        out
    }
}

/// What those of a statut, or everybody, cost.
struct Observed<'k> {
    known: &'k Known,
    statut: Option<String>,
    observations: Vec<Observation>,
}

/// Whom a post may be: a name, and the grades it is one of; any of the statut when that says nothing.
struct Population {
    name: String,
    grades: Option<BTreeSet<String>>,
}

impl Population {
    fn holds(&self, cell: &[Arc<str>]) -> bool {
        self.grades.as_ref().is_none_or(|grades| cell.get(2).is_some_and(|grade| grades.contains(&**grade)))
    }
}

/// A cell that may stand for a post.
struct Candidate {
    grade: String,
    paid: Paid,
    heads: usize,
    mean: Exact,
    /// Distance of its mean cost to the one wanted.
    gap: Exact,
    /// It is of all steps of the grade.
    of_grade: bool,
}

impl<'k> Observed<'k> {
    fn new(scenario: &Scenario, cube: &Cube, known: &'k Known, statut: Option<String>, coder: &mut Coder<'_>) -> Self {
        let inside = |m: Month| m >= known.first && m <= known.last;
        let mut paid = PaidPosts::new(&inside, &[], &known.steps);
        let slot = attribute("statut");
        constate::each_line(cube, scenario.constate, coder, None, &mut |line| {
            let own = slot.and_then(|a| line.codes.get(a.index()));
            if statut.as_ref().is_none_or(|wanted| own.is_some_and(|code| **code == **wanted)) {
                paid.line(&line);
            }
        });
        Observed { known, statut, observations: paid.observations() }
    }

    /// What the cells of a population cost; the empty one is everybody of it.
    fn costs(&self, of: &Population, minimum: usize) -> MeanCosts {
        let inside: Vec<Observation> = self.observations.iter().filter(|o| of.holds(&o.cell)).cloned().collect();
        MeanCosts::new(&inside, minimum)
    }

    /// The population asked for, then the wider one that may answer for it: of corps of titulaires for one of them, of contracts for contracts.
    fn populations(&self, profile: &Profile, references: &References) -> Vec<Population> {
        let named = |own: Option<String>| {
            let statut = self.statut.as_ref().map(|s| format!("statut {s}"));
            own.into_iter().chain(statut).collect::<Vec<_>>().join(", ")
        };
        let of = |name: Option<String>, keep: &dyn Fn(&Grade) -> bool| {
            let grades = references.grades.iter().filter(|(_, g)| keep(g)).map(|(code, _)| code.clone()).collect();
            Population { name: named(name), grades: Some(grades) }
        };
        let (corps, category) = (profile.code("corps"), profile.code("catégorie"));
        if let Some(corps) = corps {
            let own = || references.grades.values().filter(|g| g.corps == *corps);
            let kinds: BTreeSet<(&str, bool)> = own().map(|g| (g.categorie.as_str(), g.grade_bcn.is_empty())).collect();
            let around = |g: &Grade| kinds.contains(&(g.categorie.as_str(), g.grade_bcn.is_empty()));
            let categories = kinds.iter().map(|(c, _)| *c).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" et ");
            let kind = if kinds.iter().all(|(_, contract)| *contract) { "contrats" } else { "corps de titulaires" };
            return vec![
                of(Some(format!("corps {corps}")), &|g| g.corps == *corps),
                of(Some(format!("catégorie {categories}, {kind}")), &around),
            ];
        }
        match category {
            Some(code) => vec![of(Some(format!("catégorie {code}")), &|g| g.categorie == *code)],
            None => vec![Population { name: named(None), grades: None }],
        }
    }

    fn representative(
        &self,
        profile: &Profile,
        from: Date,
        minimum: usize,
        lists: (&Grids, &References),
    ) -> Result<Representative, String> {
        let populations = self.populations(profile, lists.1);
        let asked = populations.first().map_or_else(String::new, |p| p.name.clone());
        // What the post should cost: the mean of whom it was asked for, else of those around when they are too few.
        let mut wanted: Option<(&Population, usize, Exact)> = None;
        for population in &populations {
            let costs = self.costs(population, minimum);
            let whole = costs.cells().find(|(key, _)| key.is_empty()).map(|(_, all)| all).filter(|all| costs.is_read(all));
            let Some((all, mean)) = whole.and_then(|all| Some((all, all.mean()?))) else { continue };
            let (of, heads, mean) = wanted.get_or_insert((population, all.agents.len(), mean));
            if let Some(best) = self.nearest(&costs, mean, from, lists) {
                let mut told = self.told(&best, (&of.name, *heads, mean));
                if asked != population.name {
                    told.push_str(&format!(" ; « {asked} » a trop peu d'agents : grade pris dans « {} »", population.name));
                }
                return Ok(Representative { grade: best.grade, paid: best.paid, told });
            }
            // Grades of enough agents that cannot be paid so: others would not stand for them.
            let grades: BTreeSet<&str> = costs
                .cells()
                .filter(|(key, found)| key.len() == 3 && costs.is_read(found))
                .filter_map(|(key, _)| Some(&**key.get(2)?))
                .collect();
            if !grades.is_empty() {
                let list = grades.into_iter().collect::<Vec<_>>().join(", ");
                return Err(format!("« {asked} » : rien ne dit ce que serait payé un recrutement au {} dans {list}", from.to_french()));
            }
        }
        Err(format!(
            "« {asked} » : aucun grade n'y a été payé à au moins {minimum} agents de {} à {}",
            self.known.first.to_french(),
            self.known.last.to_french()
        ))
    }

    fn told(&self, best: &Candidate, (population, heads, mean): (&str, usize, &Exact)) -> String {
        let paid = match &best.paid {
            Paid::Step(step, chevron) if chevron.is_empty() => format!("échelon {step}"),
            Paid::Step(step, chevron) => format!("échelon {step} chevron {chevron}"),
            Paid::Index(inm) => format!("indice majoré {inm}"),
            Paid::LumpSum(amount) => format!("forfait {} €", amount.to_french()),
        };
        let median = match &best.paid {
            _ if !best.of_grade => "",
            Paid::Step(..) => " (échelon médian du grade)",
            _ => " (médiane du grade)",
        };
        let gap = &best.mean - mean;
        let sign = if gap.is_negative() || gap.is_zero() { "" } else { "+" };
        format!(
            "grade et échelon représentatifs : {} {paid}{median} ; coût moyen {} €, {} agents observés de {} à {} ; population {population} : coût moyen {} €, {heads} agents, écart {sign}{} €",
            best.grade,
            best.mean.to_french(2),
            best.heads,
            self.known.first.to_french(),
            self.known.last.to_french(),
            mean.to_french(2),
            gap.to_french(2),
        )
    }

    /// The cell whose mean cost is the nearest, of a step or of a grade, which answers for its steps of too few agents. The nearest, then
    /// the most agents, then the first by code.
    fn nearest(&self, costs: &MeanCosts, mean: &Exact, from: Date, lists: (&Grids, &References)) -> Option<Candidate> {
        let candidate = |(key, found): (&[Arc<str>], &CostCell)| {
            let [_, _, grade, step @ ..] = key else { return None };
            let paid = self.paid(grade, step.first().map(|s| &**s), from, lists)?;
            let own = found.mean()?;
            let gap = &own - mean;
            let gap = if gap.is_negative() { -gap } else { gap };
            Some(Candidate { grade: grade.to_string(), paid, heads: found.agents.len(), mean: own, gap, of_grade: step.is_empty() })
        };
        let cells = costs.cells().filter(|(key, found)| key.len() >= 3 && costs.is_read(found));
        cells.filter_map(candidate).min_by(|a, b| a.gap.cmp(&b.gap).then_with(|| b.heads.cmp(&a.heads)))
    }

    /// What a hire of a grade is paid on from a day on: the step asked for, else the one in the middle of the time spent in the grade;
    /// the index or the lump sum in the middle where no grid says. `None`: nothing says.
    fn paid(&self, grade: &str, step: Option<&str>, from: Date, (grids, references): (&Grids, &References)) -> Option<Paid> {
        let of_statut = |state: &State| self.statut.as_ref().is_none_or(|s| *s == state.statut);
        let stays = || self.known.stays.get(grade).into_iter().flatten().filter(|(state, _)| of_statut(state));
        let usual = references.grade(grade).map_or("", |g| g.remuneration.as_str());
        let steps: Vec<_> =
            grids.steps(grade, from).iter().enumerate().filter(|(_, s)| step.is_none_or(|asked| s.echelon == asked)).collect();
        let indexed = matches!(usual, "" | "INDICIAIRE");
        if indexed && !steps.is_empty() {
            let place =
                |state: &State| steps.iter().find(|(_, s)| s.echelon == state.echelon && s.chevron == state.chevron).map(|(k, _)| *k);
            let middle = median(stays().filter_map(|(state, days)| Some((place(state)?, *days))));
            let (_, found) = steps.iter().find(|(k, _)| middle.is_none_or(|m| *k == m))?;
            return (found.inm.is_some() && !found.unknown).then(|| Paid::Step(found.echelon.clone(), found.chevron.clone()));
        }
        if step.is_some() {
            return None;
        }
        match usual {
            "FORFAIT" => median(stays().filter_map(|(state, days)| Some((state.montant_forfait?, *days)))).map(Paid::LumpSum),
            _ if indexed => median(stays().filter_map(|(state, days)| Some((state.inm?, *days)))).map(Paid::Index),
            _ => None,
        }
    }
}

/// The value in the middle of the days spent at each.
fn median<T: Ord>(stays: impl Iterator<Item = (T, u32)>) -> Option<T> {
    let mut all: Vec<(T, u64)> = stays.map(|(value, days)| (value, u64::from(days))).collect();
    all.sort();
    let whole: u64 = all.iter().map(|(_, days)| days).sum();
    let mut before = 0;
    all.into_iter().find_map(|(value, days)| {
        before += days;
        (2 * before >= whole).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_is_that_of_days_not_of_values() {
        assert_eq!(median([(3, 30), (1, 20), (2, 10)].into_iter()), Some(2));
        assert_eq!(median([(3, 31), (1, 20), (2, 10)].into_iter()), Some(3));
        assert_eq!(median([(7, 5)].into_iter()), Some(7));
        assert_eq!(median(std::iter::empty::<(i64, u32)>()), None);
    }
}
