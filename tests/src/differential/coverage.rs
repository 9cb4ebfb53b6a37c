//! Which operations programs have: what is never drawn is never compared.

use std::collections::BTreeSet;

use cadrage_ir::{Op, Operator, Program};

/// All operations that made-up programs must have.
pub const OPERATIONS: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "/ d'un niveau",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "et",
    "ou",
    "signe",
    "non",
    "min",
    "max",
    "abs",
    "arrondi",
    "si",
    "à défaut",
    "littéral",
    "colonne",
    "constante",
    "formule",
    "calendrier",
    "mois",
    "exercice",
    "population",
    "code",
    "somme de situations",
    "fin de mois",
    "agrégat",
    "part répartie",
    "cumul",
    "sur un exercice",
    "mois précédent",
    "exercice précédent",
    "en un mois",
    "dernier payé",
    "constaté",
    "recalculé",
    "assiette",
    "barème",
    "une tranche",
];

/// The operations of a program.
#[must_use]
pub fn operations(program: &Program) -> BTreeSet<&'static str> {
    program.nodes.iter().map(|n| name(&n.op)).collect()
}

fn name(op: &Op) -> &'static str {
    match op {
        Op::Literal(_) => "littéral",
        Op::Flag(_) => "vrai ou faux",
        Op::Column(_) => "colonne",
        Op::Parameter(_) => "constante",
        Op::Formula(_) => "formule",
        Op::Calendar(_) => "calendrier",
        Op::MonthNumber => "mois",
        Op::Year => "exercice",
        Op::In(_) => "population",
        Op::CodeIs { .. } => "code",
        Op::Binary(Operator::Ratio, ..) => "/ d'un niveau",
        Op::Binary(operator, ..) => operator.symbol(),
        Op::Negate(_) => "signe",
        Op::Not(_) => "non",
        Op::Min(_) => "min",
        Op::Max(_) => "max",
        Op::Absolute(_) => "abs",
        Op::Round(..) => "arrondi",
        Op::If { .. } => "si",
        Op::OrElse(..) => "à défaut",
        Op::SumSituations(..) => "somme de situations",
        Op::EndOfMonth(_) => "fin de mois",
        Op::Aggregate(_) => "agrégat",
        Op::Distributed(_) => "part répartie",
        Op::Cumulative(_) => "cumul",
        Op::OverYear(..) => "sur un exercice",
        Op::PreviousMonth(_) => "mois précédent",
        Op::PreviousYear(_) => "exercice précédent",
        Op::InMonth(..) => "en un mois",
        Op::LastPaid(_) => "dernier payé",
        Op::Observed(_) => "constaté",
        Op::Recomputed(_) => "recalculé",
        Op::Base(_) => "assiette",
        Op::Brackets(_, _, None) => "barème",
        Op::Brackets(_, _, Some(_)) => "une tranche",
    }
}
