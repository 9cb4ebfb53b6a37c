//! What a scenario's movements came to, in French.

use cadrage_careers::{Finding, FindingKind};
use cadrage_driver::{Movement, MovementKind, Scenario};
use cadrage_value::Exact;

use crate::alerts::Alert;

/// One alert per finding.
pub(crate) fn alerts(scenario: &Scenario, findings: &[Finding]) -> Vec<Alert> {
    findings
        .iter()
        .filter_map(|f| {
            let movement = scenario.movements.get(f.order)?;
            let (code, message) = told(movement, &f.kind);
            Some(Alert { code, message: format!("{} : {message}", f.id) })
        })
        .collect()
}

fn plural(n: u32, one: &str, many: &str) -> String {
    if n < 2 { format!("{n} {one}") } else { format!("{n} {many}") }
}

fn told(movement: &Movement, kind: &FindingKind) -> (&'static str, String) {
    let agents = |n: u32| plural(n, "agent", "agents");
    match kind {
        FindingKind::Nobody => ("M03", format!("personne ne répond à « {} », sans effet", movement.text)),
        FindingKind::Fewer { asked, found, on } => {
            ("M04", format!("{} demandés, {} au {} : tous sont concernés", agents(*asked), agents(*found), on.to_french()))
        }
        FindingKind::LessEtp { asked, found } => {
            ("M04", format!("{} ETP demandés, {} dans la sélection : tous sont concernés", asked.to_shortest(), found.to_french(2)))
        }
        FindingKind::Unknown { matricule } => ("M05", format!("l'agent {matricule} est inconnu des livraisons, sans effet")),
        FindingKind::Absent { matricule, on } => {
            ("M05", format!("l'agent {matricule} n'est pas en fonction le {}, sans effet", on.to_french()))
        }
        FindingKind::AfterTheEnd { on } => ("M06", format!("daté du {}, après la fin de la projection, sans effet", on.to_french())),
        FindingKind::Share { share, found, taken } => (
            "M09",
            format!(
                "{} % de {} : {}, arrondi à la personne inférieure",
                (share * &Exact::from_int(100)).to_shortest(),
                agents(*found),
                agents(*taken)
            ),
        ),
        FindingKind::Spread { etp, people, total } => {
            ("M09", format!("{} ETP répartis sur {} qui en font {}", etp.to_shortest(), agents(*people), total.to_french(2)))
        }
        FindingKind::Met { people, lines } => ("M09", met(movement, *people, *lines)),
    }
}

fn met(movement: &Movement, people: u32, lines: u32) -> String {
    match &movement.kind {
        MovementKind::Replace { .. } => {
            format!("{}, {}", plural(people, "sortie", "sorties"), plural(lines, "remplacée", "remplacées"))
        }
        MovementKind::Flow { exits: true, .. } => plural(people, "sortie concernée", "sorties concernées"),
        MovementKind::Flow { exits: false, .. } => plural(people, "entrée concernée", "entrées concernées"),
        _ => plural(people, "agent concerné", "agents concernés"),
    }
}
