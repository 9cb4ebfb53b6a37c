//! Which formulas a projection computes, and at which stage.

use std::fmt::Write as _;

use cadrage_ir::{Feed, FormulaId, Grain, Op, Program};

/// A `par ligne` formula that carries lines of the exercice before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The formula.
    pub formula: FormulaId,
    /// What its lines become.
    pub feeds: Feed,
}

/// `par agent` formulas in order of evaluation.
#[must_use]
pub fn pay_formulas(program: &Program) -> Vec<FormulaId> {
    program.order.iter().copied().filter(|id| program.formula(*id).is_some_and(|f| f.grain == Grain::Agent)).collect()
}

/// `par ligne` formulas that feed: they carry the lines of the exercice before.
#[must_use]
pub fn carried_formulas(program: &Program) -> Vec<Carried> {
    let carried = |id: &FormulaId| {
        let f = program.formula(*id)?;
        let feeds = f.feeds.clone()?;
        (f.grain == Grain::Line).then_some(Carried { formula: *id, feeds })
    };
    program.order.iter().filter_map(carried).collect()
}

/// The stages of a projection as text, for `cadrage montrer plan`.
#[must_use]
pub fn describe(program: &Program) -> String {
    let mut out = String::new();
    let names = |grain: &Grain, fed: Option<bool>| -> Vec<&str> {
        program
            .order
            .iter()
            .filter_map(|id| program.formula(*id))
            .filter(|f| !f.hidden && f.grain == *grain && fed.is_none_or(|fed| f.feeds.is_some() == fed))
            .map(|f| f.name.as_str())
            .collect()
    };
    let mut stage = |title: &str, list: Vec<&str>| {
        let _ = writeln!(out, "{title}");
        for name in list {
            let _ = writeln!(out, "  {name}");
        }
    };
    stage("1. par situation, à l'intérieur du mois de chaque agent", names(&Grain::Situation, None));
    stage("2. par agent et par mois, arrondi au centime", names(&Grain::Agent, None));
    stage("3. ventilation sur imputations et affectations", Vec::new());
    stage("4. lignes reconduites de l'exercice précédent", names(&Grain::Line, Some(true)));
    stage("5. mesures par ligne", names(&Grain::Line, Some(false)));
    let of_levels = |id: &FormulaId| program.formula(*id).filter(|f| !f.hidden && matches!(f.grain, Grain::Level(_)));
    stage(
        "6. ce que plusieurs agents font ensemble, par niveau",
        program.order.iter().filter_map(of_levels).map(|f| f.name.as_str()).collect(),
    );
    let columns: std::collections::BTreeSet<&str> = program
        .nodes
        .iter()
        .filter_map(|n| if let Op::Column(c) = &n.op { cadrage_ir::COLUMNS.get(c.index()).map(|c| c.name) } else { None })
        .collect();
    stage("colonnes lues", columns.into_iter().collect());
    out
}
