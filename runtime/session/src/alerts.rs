//! What to know about a result, in French: what is not known yet, old, partial, beyond the texts, or could not be done as asked.

use cadrage_careers::{Careers, NoteKind};
use cadrage_cube::Cube;
use cadrage_driver::Scenario;
use cadrage_engine::{Levels, Unpublished};
use cadrage_ir::{AggregateId, Program};

use crate::run::Projection;

/// Something to know about a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Code of the list of messages.
    pub code: &'static str,
    /// French sentence.
    pub message: String,
}

/// Values that nobody knew on the day of the observation (decision D14): the value before goes on.
pub(crate) fn unknown_yet<'u>(scenario: &'u Scenario, unpublished: &'u [Unpublished]) -> impl Iterator<Item = Alert> + 'u {
    let end = scenario.until.last_day();
    unpublished.iter().filter(move |u| u.from.is_none_or(|f| f <= end)).map(|u| Alert {
        code: "T08",
        message: format!(
            "`{}` : la valeur {} n'est pas publiée au {} (elle l'est le {}) : la précédente continue",
            u.parameter,
            u.from.map_or_else(|| "par défaut".to_owned(), |f| format!("du {}", f.to_french())),
            scenario.observed.to_french(),
            u.published.to_french()
        ),
    })
}

/// Constaté months that were corrected after the observation: the scenario reads what was known then (decision 0110).
pub(crate) fn corrected(scenario: &Scenario, cube: &Cube) -> Option<Alert> {
    let months: Vec<_> = cube.corrected.range(..=scenario.constate).collect();
    let last = months.iter().map(|(_, day)| **day).max()?;
    let shown: Vec<String> = months.iter().map(|(month, _)| month.to_french()).collect();
    Some(Alert {
        code: "T13",
        message: format!(
            "`{}` ne lit pas ce qui a été observé après le {} : {} a été corrigé depuis (jusqu'au {})",
            scenario.name,
            scenario.observed.to_french(),
            shown.join(", "),
            last.to_french()
        ),
    })
}

/// Composantes merged: what is said for the one absorbed has nobody left.
pub(crate) fn merged(scenario: &Scenario) -> impl Iterator<Item = Alert> + '_ {
    scenario.merges.iter().map(|(absorbed, into)| Alert {
        code: "M10",
        message: format!(
            "composante {absorbed} vue comme {into}, mois constatés compris ; ce qui est dit pour {absorbed} ne trouve plus personne"
        ),
    })
}

/// V08 for aggregates that some rows could not enter.
pub(crate) fn partial_totals(program: &Program, levels: &Levels) -> Vec<Alert> {
    let of = |k: usize| {
        let id = AggregateId::at(k);
        let missing = levels.missing(id);
        let operand = program.aggregates.get(k).and_then(|a| a.gathering.operands().next()).and_then(|f| program.formula(f))?;
        (missing > 0).then(|| Alert {
            code: "V08",
            message: format!("total partiel : {missing} valeurs de `{}` manquent d'une donnée", operand.name),
        })
    };
    (0..program.aggregates.len()).filter_map(of).collect()
}

/// The mark of a scenario that departs from the texts in force.
pub(crate) fn marked(scenario: &Scenario) -> Option<Alert> {
    let names: Vec<&str> = scenario.beyond_texts.iter().map(|b| b.name.as_str()).collect();
    (!names.is_empty()).then(|| Alert { code: "D02", message: format!("hypothèse hors textes en vigueur : {}", names.join(", ")) })
}

/// Constants last checked more than twelve months before the observation (decision D14): one line for all.
pub(crate) fn stale(scenario: &Scenario, program: &Program) -> Option<Alert> {
    let old = |p: &&cadrage_ir::Parameter| p.verified.is_some_and(|d| d.plus_months(12) < scenario.observed);
    let names: Vec<&str> = program.parameters.iter().filter(old).map(|p| p.name.as_str()).collect();
    let shown = names.iter().take(4).copied().collect::<Vec<_>>().join(", ");
    let rest = if names.len() > 4 { "…" } else { "" };
    (!names.is_empty()).then(|| Alert {
        code: "T07",
        message: format!(
            "{} constantes vérifiées plus de douze mois avant le {} : {shown}{rest}",
            names.len(),
            scenario.observed.to_french()
        ),
    })
}

/// What careers could not do as asked, in French.
pub(crate) fn notes(careers: &Careers) -> Vec<Alert> {
    let of = |kind: &NoteKind, agents: &[String]| {
        let who = match agents {
            [one] => format!("agent {one}"),
            many => format!("{} agents", many.len()),
        };
        let step = |e: &str, c: &str| if c.is_empty() { format!("échelon {e}") } else { format!("échelon {e} chevron {c}") };
        match kind {
            NoteKind::GradeWithoutGrid { grade } => {
                format!("aucune grille en vigueur pour {grade} : les indices restent ceux du SIRH, sans avancement ({who})")
            }
            NoteKind::StepNotInGrid { grade, echelon, chevron } => {
                format!("{grade}, {} : absent de la grille, l'indice du SIRH est gardé ({who})", step(echelon, chevron))
            }
            NoteKind::IndexUnknown { grade, echelon, chevron, on } => {
                format!("{grade}, {} : indice majoré inconnu au {} ({who})", step(echelon, chevron), on.to_french())
            }
            NoteKind::StepRemoved { grade, echelon, chevron, on } => {
                format!("{grade}, {} : supprimé au {}, l'ancien indice est gardé ({who})", step(echelon, chevron), on.to_french())
            }
            NoteKind::NotReclassified { name, grade, echelon, chevron, on } => format!(
                "{grade}, {} : le reclassement `{name}` du {} n'en dit rien, la situation est gardée ({who})",
                step(echelon, chevron),
                on.to_french()
            ),
            NoteKind::StepSuperseded { on } => {
                format!("échelon annoncé au {} selon l'ancienne grille : non appliqué après le reclassement ({who})", on.to_french())
            }
            NoteKind::DurationUnknown { grade } => format!("{grade} : durée d'échelon inconnue, sans avancement ({who})"),
            NoteKind::StepEntryUnknown { grade } => format!("{grade} : date d'entrée dans l'échelon inconnue, sans avancement ({who})"),
            NoteKind::IndexReplaced { grade, echelon, chevron, file, grid } => {
                format!(
                    "{grade}, {} : indice {file} dans le SIRH, {grid} dans la grille, qui vaut pour la projection ({who})",
                    step(echelon, chevron)
                )
            }
            NoteKind::ContractOverdue => format!("contrat échu et non renouvelé : sorti au premier jour projeté ({who})"),
            NoteKind::ForecastWithoutAgent { kind } => format!("mouvement {kind} annoncé pour une personne absente : non appliqué ({who})"),
            NoteKind::MovementWithoutAgent { on } => {
                format!("mouvement du {} sans effet : la personne n'est pas en fonction ({who})", on.to_french())
            }
            NoteKind::HireExists => format!("recrutement sous un matricule qui existe déjà : non fait ({who})"),
        }
    };
    careers.notes.iter().map(|n| Alert { code: "M02", message: of(&n.kind, &n.agents) }).collect()
}

/// At most five lines about missing data, and the count of the rest.
pub(crate) fn missing_data(out: &mut Projection) {
    let (missing, mut kept): (Vec<Alert>, Vec<Alert>) = out.alerts.drain(..).partition(|a| a.code == "V08");
    let rest = missing.len().saturating_sub(5);
    kept.extend(missing.into_iter().take(5));
    if rest > 0 {
        kept.push(Alert { code: "V08", message: format!("… et {rest} autres montants manquants") });
    }
    out.alerts = kept;
}
