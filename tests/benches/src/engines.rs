//! The engines that run the rules, behind one door, and the population as the columns they read.

use std::sync::Arc;

use cadrage_engine::{Backend, Cohort, Environment, Levels, Loaded, Parameters, Question, SteadyCodes, SteadyColumns, SteadyNumbers};
use cadrage_interpreter::Interpreter;
use cadrage_ir::{attribute, column};
use cadrage_jit::{Jit, Options};
use cadrage_value::{Exact, Month};

use crate::model::{Model, january};
use crate::population::{Population, fraction};
use crate::totals::{MONTHS, Totals};

/// An engine of the project.
pub struct Engine {
    /// As the table shows it.
    pub label: &'static str,
    /// Threads it may use; 0 = all there are.
    pub threads: usize,
    /// One agent out of so many is computed: the definition of right is slow.
    pub sample: usize,
    /// What makes kernels.
    pub backend: Box<dyn Backend>,
}

/// All of them, the reference first.
#[must_use]
pub fn engines() -> Vec<Engine> {
    let compiled = |one_thread: bool| Box::new(Jit::new(Box::new(Interpreter)).with(Options { one_thread, ..Options::default() }));
    vec![
        Engine { label: "interprète", threads: 1, sample: 100, backend: Box::new(Interpreter) },
        Engine { label: "compilé", threads: 1, sample: 1, backend: compiled(true) },
        Engine { label: "compilé", threads: 0, sample: 1, backend: compiled(false) },
    ]
}

/// The population as a cohort: one situation each, the same all year.
#[must_use]
pub fn cohort(population: &Population) -> Cohort {
    let count = population.len();
    let whole = |cells: &mut dyn Iterator<Item = i64>| cells.collect::<Vec<i64>>();
    let parts = 70;
    let paid = |q: &u8| fraction(*q).map_or(0, |(n, d)| i64::from(n) * parts / i64::from(d));
    let numbers = [
        ("quotité_rémunérée", parts, whole(&mut population.quotite.iter().map(paid))),
        ("présence", 1, vec![1; count]),
        ("enfants", 1, whole(&mut population.enfants.iter().map(|x| i64::from(*x)))),
        ("nbi_points", 1, whole(&mut population.nbi.iter().map(|x| i64::from(*x)))),
        ("ancienneté", 1, whole(&mut population.seniority.iter().map(|x| i64::from(*x)))),
        ("montant_forfait", 100, whole(&mut population.primes.iter().map(|x| i64::from(*x)))),
    ];
    let grades: Vec<String> = population.grades.iter().map(|g| g.code.clone()).collect();
    let numbered = |count: usize| (0..count).map(|k| k.to_string()).collect::<Vec<String>>();
    let at = |cells: &mut dyn Iterator<Item = u32>| cells.collect::<Vec<u32>>();
    let codes = [
        ("statut", vec!["TITULAIRE".to_owned(), "CDD".to_owned()], at(&mut population.titulaire.iter().map(|t| u32::from(!t)))),
        ("grade", grades, at(&mut population.grade.iter().map(|g| u32::from(*g)))),
        ("échelon", numbered(13), at(&mut population.step.iter().map(|s| u32::from(*s)))),
        ("zone", numbered(4), at(&mut population.zone.iter().map(|z| u32::from(*z)))),
        ("structure", numbered(population.structures()), at(&mut population.structure.iter().map(|s| u32::from(*s)))),
    ];
    let columns = SteadyColumns {
        matricules: (1..=count).map(|k| Arc::from(k.to_string())).collect(),
        numbers: numbers
            .into_iter()
            .filter_map(|(name, denominator, numerators)| Some(SteadyNumbers { column: column(name)?, denominator, numerators }))
            .collect(),
        codes: codes
            .into_iter()
            .filter_map(|(name, members, positions)| {
                // The first code of a dictionary is the empty one.
                let dictionary = std::iter::once("".into()).chain(members.iter().map(|m| Arc::from(m.as_str()))).collect();
                Some(SteadyCodes { attribute: attribute(name)?, dictionary, positions: positions.into_iter().map(|p| p + 1).collect() })
            })
            .collect(),
    };
    Cohort::steady(year(), columns)
}

/// The months computed, none of them known.
fn year() -> Vec<(Month, bool)> {
    (0..MONTHS as i32).map(|k| (january().plus(k), false)).collect()
}

/// What is asked of an engine: the seven measures, by structure.
#[must_use]
pub fn question(model: &Model) -> Question {
    Question { formulas: model.formulas.clone(), by: attribute("structure") }
}

/// The answer of a loaded kernel: what is timed.
///
/// # Errors
/// A fault.
pub fn answer(loaded: &dyn Loaded, parameters: &Parameters, question: &Question) -> Result<cadrage_engine::Totals, String> {
    let levels = Levels::default();
    loaded.totals(Environment { parameters, levels: &levels }, question).map_err(|f| format!("{f:?}"))
}

/// An answer in cents, by number of structure and month.
///
/// # Errors
/// A missing value, or an amount that is not a whole number of cents.
pub fn totals(answer: &cadrage_engine::Totals, structures: usize) -> Result<Totals, String> {
    let mut out = Totals::new(structures);
    for ((month, structure), cells) in answer {
        let place = structure.parse::<usize>().ok().and_then(|s| out.0.get_mut(s));
        let month = usize::try_from(january().until(*month)).ok();
        let sums = place.zip(month).and_then(|(months, m)| months.get_mut(m)).ok_or("une cellule hors du tableau")?;
        for (measure, (sum, total)) in sums.iter_mut().zip(cells).enumerate() {
            if total.missing > 0 {
                return Err(format!("{} valeurs manquent dans la structure {structure}", total.missing));
            }
            *sum = whole(&total.sum, measure)?;
        }
    }
    Ok(out)
}

/// Heads as they are, amounts in cents.
fn whole(x: &Exact, measure: usize) -> Result<i64, String> {
    let scaled = if measure == 0 { x.clone() } else { x * &Exact::from_int(100) };
    match scaled.parts() {
        Some((n, 1)) => Ok(n),
        _ => Err(format!("{x:?} n'est pas un nombre entier de centimes")),
    }
}
