//! The model in the language: the committed script, the grid written as constants, and what a run of it needs.

use std::fmt::Write as _;

use cadrage_driver::{Compiled, Members, Texts, compile};
use cadrage_engine::Parameters;
use cadrage_ir::{FormulaId, Layer, Program};
use cadrage_value::Month;

use crate::population::Population;

/// The rules.
pub const SCRIPT: &str = include_str!("../landing.cadrage");

/// How many steps the rules tell apart.
const RANKS: usize = 12;

/// What is measured, by its name in the rules, in the order of the table.
pub const MEASURED: [&str; crate::totals::MEASURES] =
    ["effectif", "traitement", "résidence", "supplément", "nbi_et_primes", "charges", "coût"];

/// Which scenario runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The value of the point all year.
    Base,
    /// 1,5 % more from July.
    Hausse,
}

impl Variant {
    /// The name of the scenario.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Variant::Base => "base",
            Variant::Hausse => "hausse",
        }
    }
}

/// January of the year computed.
///
/// # Panics
/// Never: 2025 has a January.
#[must_use]
#[expect(clippy::expect_used, reason = "a constant")]
pub fn january() -> Month {
    Month::new(2025, 1).expect("January")
}

/// The grid of a population as constants: one per step, with an exception per grade.
#[must_use]
pub fn grid_script(population: &Population) -> String {
    let mut out = String::from("-- Écrit par le banc d'essai d'après la grille de la population.\n");
    for (stem, unit, values) in [("im", "point", 0), ("durée", "mois", 1)] {
        for rank in 1..=RANKS {
            let _ = writeln!(out, "constante {stem}_{rank} en {unit} :\n  par défaut 0   source \"grille\"");
            for grade in &population.grades {
                if let Some((index, months)) = grade.steps.get(rank - 1) {
                    let value = if values == 0 { index } else { months };
                    let _ = writeln!(out, "  sauf pour grade {} : {value}   source \"grille\"", grade.code);
                }
            }
            out.push_str("fin\n");
        }
    }
    // Pure numbers are written in %: there is no other unit for them.
    out.push_str("constante rang_initial en % :\n  par défaut 100 %   source \"grille\"\n");
    for rank in 2..=RANKS {
        let _ = writeln!(out, "  sauf pour échelon {rank} : {rank}00 %   source \"grille\"");
    }
    out.push_str("fin\n");
    out
}

/// The world of the rules: both scripts, and the grades.
#[must_use]
pub fn world(population: &Population) -> Texts {
    let mut members = Members::default();
    for grade in &population.grades {
        members.add("grade", &grade.code, "");
    }
    let scripts = vec![("grille.cadrage".into(), grid_script(population)), ("landing.cadrage".into(), SCRIPT.into())];
    Texts { scripts, tables: Vec::new(), members }
}

/// The compiled rules.
#[derive(Debug)]
pub struct Model {
    /// As the driver gives it.
    pub compiled: Compiled,
    /// The formulas measured, in order.
    pub formulas: Vec<FormulaId>,
}

impl Model {
    /// Compiles the rules for the grid of a population.
    ///
    /// # Errors
    /// The first message, when the rules are refused.
    pub fn new(population: &Population) -> Result<Model, String> {
        let compiled = compile(&world(population), None);
        if let Some(first) = compiled.diagnostics.iter().find(|d| d.is_error()) {
            let line = first.labels.first().map_or("", |l| compiled.sources.line_of(l.span));
            return Err(format!("{} {} ({line})", first.code.name(), first.message));
        }
        let named = |name: &&str| {
            let at = compiled.program.formulas.iter().position(|f| f.name == *name);
            at.map(FormulaId::at).ok_or_else(|| format!("la formule `{name}` manque"))
        };
        let formulas = MEASURED.iter().map(named).collect::<Result<Vec<_>, _>>()?;
        Ok(Model { compiled, formulas })
    }

    /// What runs.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.compiled.program
    }

    /// The parameters of a scenario.
    ///
    /// # Errors
    /// When the rules do not declare it.
    pub fn parameters(&self, variant: Variant) -> Result<Parameters, String> {
        let missing = || format!("le scénario `{}` manque", variant.name());
        let scenario = self.compiled.model.scenarios.iter().find(|s| s.name == variant.name()).ok_or_else(missing)?;
        let mut out = Parameters::of(&self.compiled.program);
        for laid in &scenario.layers {
            let layer: &Layer = &laid.what;
            out.lay(layer);
        }
        Ok(out)
    }
}
