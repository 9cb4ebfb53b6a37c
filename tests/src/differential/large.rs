//! One simple payroll on as many rows as wished: blocks, their borders, their order.

use cadrage_driver::compile;
use cadrage_engine::{Backend, CohortBuilder, Environment, Levels, Mode, Parameters, Question};
use cadrage_ir::{FormulaId, Grain, attribute};

use super::Difference;
use super::compare::shown;
use crate::render_all;
use crate::strategies::{Alone, Choices, one_agent};

/// A treatment, what depends on it, a quotient without end, a recurrence, an amount for some.
const SCRIPT: &str = "donnée inm en point par situation
donnée quotité_rémunérée par situation
donnée présence en mois par situation
donnée enfants par situation
constante valeur_du_point en €/point/an :
  à compter du 01/01/2024 : 59,0734 €/point/an
  sauf pour corps IGE : 60 €/point/an
fin
formule traitement en € par agent :
  = somme de ((inm à défaut 0 points) * valeur_du_point * (quotité_rémunérée à défaut 6 / 7) * (présence à défaut 1 mois))
  arrondi au centime
fin
formule retenue en € par agent :
  pour hors statut CDD
  = traitement * 11,1 %
  arrondi inférieur au centime
fin
formule cumulée en € par agent :
  = (cumulée du mois précédent à défaut 0 €) + traitement - retenue
fin
formule par_tête en € par agent :
  = traitement / (1 + ((enfants en fin de mois) à défaut 2))
fin
";

/// Compares totals of all agents, and the columns of one month, on two engines; how many values were equal.
///
/// # Errors
/// The first difference, or what is wrong with the script.
pub fn large(agents: usize, seed: u64, first: &dyn Backend, second: &dyn Backend) -> Result<u64, Difference> {
    let compiled = compile(&Alone::new(SCRIPT), None);
    let said = |asked: String, first: String, second: String| Difference { asked, first, second };
    if !compiled.is_sound() {
        return Err(said("le script".to_owned(), render_all(&compiled.diagnostics, &compiled.sources), String::new()));
    }
    let program = &compiled.program;
    let mut builder: Option<CohortBuilder> = None;
    for k in 0..agents {
        let frame = one_agent(&mut Choices::seeded(seed.wrapping_add(k as u64)), k);
        builder.get_or_insert_with(|| CohortBuilder::new(frame.months.iter().map(|m| (m.month, m.constate)).collect())).push(&frame);
    }
    let cohort = builder.map(CohortBuilder::finish).unwrap_or_default();
    let (parameters, levels) = (Parameters::of(program), Levels::default());
    let environment = Environment { parameters: &parameters, levels: &levels };
    let formulas: Vec<FormulaId> =
        program.formulas.iter().enumerate().filter(|(_, f)| f.grain == Grain::Agent).map(|(k, _)| FormulaId::at(k)).collect();
    let (a, b) = (first.prepare(program), second.prepare(program));
    let (a, b) = (a.load(&cohort), b.load(&cohort));
    let mut equal = 0;
    for by in [None, attribute("grade")] {
        let question = Question { formulas: formulas.clone(), by };
        let (x, y) = (a.totals(environment, &question), b.totals(environment, &question));
        if x != y {
            return Err(said(format!("les totaux de {agents} agents"), format!("{x:?}"), format!("{y:?}")));
        }
        equal += x.map_or(0, |x| x.values().map(|t| t.len() as u64).sum());
    }
    let last = cohort.months().len().saturating_sub(1)..cohort.months().len();
    let (x, y) = (a.columns(environment, &formulas, last.clone(), Mode::Paid), b.columns(environment, &formulas, last, Mode::Paid));
    let (Ok(x), Ok(y)) = (x, y) else { return Err(said("les colonnes".to_owned(), "une faute".to_owned(), "une faute".to_owned())) };
    for agent in 0..cohort.len() {
        for k in 0..formulas.len() {
            let (x, y) = (x.value(agent, 0, k), y.value(agent, 0, k));
            if x != y {
                return Err(said(format!("la formule {k} de l'agent {agent}"), shown(&x), shown(&y)));
            }
            equal += 1;
        }
    }
    Ok(equal)
}
