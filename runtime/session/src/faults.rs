//! Run-time faults as complaints.

use cadrage_ir::{Fault, FaultKind};
use cadrage_source::Diagnostic;

/// The complaint of a fault: which formula, which month, which agent (by matricule).
#[must_use]
pub fn diagnostic_of(fault: &Fault) -> Diagnostic {
    let who = fault.matricule.as_ref().map_or_else(String::new, |m| format!(", agent {m}"));
    let place = format!("en calculant `{}` pour {}{who}", fault.formula, fault.month.to_french());
    let (message, help) = match &fault.kind {
        FaultKind::NoValue { parameter, first: Some(first) } => (
            format!("`{parameter}` n'a pas de valeur en {} : la première est du {}", fault.month.to_french(), first.to_french()),
            format!("ajoutez à `{parameter}` une ligne `à compter du …` plus ancienne, ou un `par défaut`"),
        ),
        FaultKind::NoValue { parameter, first: None } => (
            format!("`{parameter}` n'a pas de valeur pour cette ligne en {}", fault.month.to_french()),
            format!("ajoutez à `{parameter}` un `par défaut`, ou écrivez `{parameter} à défaut …` dans la formule"),
        ),
        FaultKind::DivisionByZero => ("division par zéro".to_owned(), "écrivez la condition : `si d = 0 alors … sinon … / d`".to_owned()),
        FaultKind::TooLarge => ("le montant dépasse ce qu'une paie peut tenir".to_owned(), "une unité est probablement fausse".to_owned()),
        FaultKind::TooLong => (
            "ce nombre a des milliers de chiffres".to_owned(),
            "arrondissez ce qui se multiplie de mois en mois : une ligne `arrondi au centime`, ou `ARRONDI(… ; 6)` ; s'il est déjà arrondi, vérifiez qu'il ne se multiplie pas par lui-même"
                .to_owned(),
        ),
        FaultKind::Circular => (
            "calcul circulaire".to_owned(),
            format!("`{0}` se lit elle-même : prenez le mois d'avant, `{0} du mois précédent à défaut …`", fault.formula),
        ),
    };
    Diagnostic::new(fault.kind.code(), message, fault.span).here(place).help(help)
}
